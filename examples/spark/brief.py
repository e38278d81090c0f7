"""German articles as records -> English records, on Spark: every partition goes through one `depesche records` process.

    spark-submit examples/spark/brief.py articles.jsonl english
    spark-submit --master spark://host:7077 --files depesche examples/spark/brief.py s3a://archive/2026 s3a://english/2026 \\
        --program ./depesche --options "--translator opus-mt-de-en --offline"

Input: JSON Lines, plain or compressed, or Parquet, with a column for the text (as for `depesche records`) and an `id`. Output: for each
record the line that the program wrote (docs/SCHEMA.md): as JSON Lines, which `depesche brief` makes a briefing of, or as Parquet with some
columns beside it.

What becomes of a record does not depend on the partition it is in or on the machine, so a task that is run again gives the same rows.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time

from pyspark import AccumulatorParam, SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, StringType, StructField, StructType

SCHEMA = StructType(
    [
        StructField("id", StringType()),
        StructField("error", StringType()),
        StructField("title", StringType()),
        StructField("date", StringType()),
        StructField("url", StringType()),
        StructField("sentences", IntegerType()),
        StructField("doubtful", IntegerType()),
        StructField("json", StringType(), nullable=False),
    ]
)

# Seconds between two lines of progress.
PROGRESS = 10


class Counts(AccumulatorParam):
    """Counts by name."""

    def zero(self, value):
        return {}

    def addInPlace(self, counts, more):
        for name, count in more.items():
            counts[name] = counts.get(name, 0) + count
        return counts


def summarised(line, counts):
    """A line of the program as a row; what it says is added to `counts`."""
    record = json.loads(line)
    sentences = [sentence for paragraph in record.get("paragraphs") or [] for sentence in paragraph["sentences"]]
    doubtful = sum(sentence["doubtful"] for sentence in sentences)
    identifier, title = record.get("id"), record.get("title")
    found = {"records": 1, "sentences": len(sentences), "doubtful": doubtful, "failed": int(record.get("error") is not None)}
    for sentence in sentences:
        for flag in sentence["flags"]:
            found[f"flag {flag}"] = found.get(f"flag {flag}", 0) + 1
    counts.add(found)
    return (
        identifier if identifier is None or isinstance(identifier, str) else json.dumps(identifier),
        record.get("error"),
        title and title["en"],
        record.get("date"),
        record.get("url"),
        len(sentences),
        doubtful,
        line,
    )


def program_path(program):
    """The program on this executor: `./NAME` is what `--files NAME` brought here."""
    shipped = SparkFiles.get(os.path.basename(program)) if program.startswith("./") else program
    path = shipped if os.path.exists(shipped) else program
    if os.path.isfile(path) and not os.access(path, os.X_OK):
        # What Spark copies has lost its permission. Another task may be at it too.
        os.chmod(path, 0o755)
    return path


def through_program(lines, command):
    """The lines that `command` writes for `lines`, while it reads them. Spark's rows are never held in memory together."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said)
        failure = []

        def feed():
            try:
                with process.stdin as pipe:
                    for line in lines:
                        pipe.write(line.encode("utf-8", "surrogatepass") + b"\n")
            except BrokenPipeError:
                pass  # The program ended; its exit code says why.
            except Exception as error:
                failure.append(error)
                process.kill()

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            for line in process.stdout:
                # A line that a killed program did not finish is no record.
                if line.endswith(b"\n"):
                    yield line[:-1].decode("utf-8")
            feeder.join()
            code = process.wait()
        finally:
            # Whoever reads these lines may stop early.
            process.kill()
            process.wait()
        if failure:
            raise failure[0]
        # 1 means that some records came out with an error, which their rows say.
        if code not in (0, 1):
            said.seek(max(0, said.seek(0, os.SEEK_END) - 4000))
            reason = said.read().decode("utf-8", "replace").strip()
            raise RuntimeError(f"{command[0]} ended with exit code {code}: {reason}")


def read_lines(spark, arguments):
    """The records of the source as JSON, one a row, the largest first: a task with one of them begins early and has nothing else to do."""
    if arguments.input == "parquet" or arguments.source.rstrip("/").endswith(".parquet"):
        rows = spark.read.parquet(arguments.source)
        lines = rows.select(F.to_json(F.struct(*[rows[name] for name in rows.columns])).alias("value"))
    else:
        lines = spark.read.text(arguments.source, lineSep="\n")
    lines = lines.where(F.trim("value") != "")
    partitions = arguments.partitions or max(lines.rdd.getNumPartitions(), 16 * spark.sparkContext.defaultParallelism)
    is_large = F.length("value") > arguments.large
    large = lines.where(is_large).repartition(spark.sparkContext.defaultParallelism, F.xxhash64("value"))
    return large.union(lines.where(~is_large).repartition(partitions, F.xxhash64("value")))


def report(counts, begun, last=False):
    """A line of progress, or the last one with the flags."""
    found = counts.value
    seconds = time.time() - begun
    line = "{} records, {} failed; {} sentences, {} of them failed a check; {:.0f} s".format(
        *(found.get(name, 0) for name in ("records", "failed", "sentences", "doubtful")), seconds
    )
    if last:
        flags = sorted((name[5:], count) for name, count in found.items() if name.startswith("flag "))
        line += "".join(f"\n  {name}: {count}" for name, count in flags)
    print(line, file=sys.stdout if last else sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="JSON Lines or Parquet")
    parser.add_argument("target", help="folder for the output, which must not exist")
    parser.add_argument("--input", choices=["json", "parquet"], help="format of the input [by its name: .parquet]")
    parser.add_argument("--program", default="depesche", help="the program on the executors; ./NAME as --files NAME ships it")
    parser.add_argument("--options", default="", help="further options of `depesche records`")
    parser.add_argument("--partitions", type=int, help="tasks [16 for each core; more for an archive that runs for hours]")
    parser.add_argument("--large", type=int, default=200_000, metavar="N", help="a record with more letters goes first [200000]")
    parser.add_argument("--format", choices=["json", "parquet"], default="json", help="format of the output")
    parser.add_argument("--compression", choices=["none", "gzip"], default="none", help="of JSON Lines")
    arguments = parser.parse_args()

    spark = SparkSession.builder.appName("depesche").getOrCreate()
    # One process a task, with as many workers as the task has cores: Spark spreads the cores.
    workers = spark.conf.get("spark.task.cpus", "1")
    options = shlex.split(arguments.options)
    counts = spark.sparkContext.accumulator({}, Counts())

    def brief(partition):
        lines = (row.value for row in partition)
        first = next(lines, None)
        if first is None:
            return  # Nothing to load a model for.
        command = [program_path(arguments.program), "records", "--quiet", "--workers", workers, *options]
        rest = (line for part in ([first], lines) for line in part)
        for line in through_program(rest, command):
            yield summarised(line, counts)

    begun, ended = time.time(), threading.Event()

    def tell():
        while not ended.wait(PROGRESS):
            report(counts, begun)

    threading.Thread(target=tell, daemon=True).start()
    frame = spark.createDataFrame(read_lines(spark, arguments).rdd.mapPartitions(brief), SCHEMA, verifySchema=False)
    if arguments.format == "json":
        frame.select("json").write.option("compression", arguments.compression).text(arguments.target)
    else:
        frame.write.parquet(arguments.target)
    ended.set()
    # Counted by tasks that ended. Where Spark runs a task a second time although the first ended well, its records count twice.
    report(counts, begun, last=True)
    spark.stop()


if __name__ == "__main__":
    main()
