"""German articles as records -> English records, on Spark: every partition goes through one `depesche records` process.

    spark-submit examples/spark/brief.py articles.jsonl english --program depesche
    spark-submit --master spark://host:7077 --files depesche examples/spark/brief.py s3a://archive/2026 s3a://english/2026 \
        --program ./depesche --options "--translator opus-mt-de-en --offline"

Input: JSON Lines or Parquet with a column for the text (--field as for `depesche records`) and, for retries that give no duplicates, an
`id`. Output: one row for each record with its `id`, `error` (null where all is well), how many sentences there are and how many failed a
check, and `json`, the line that the program wrote (docs/SCHEMA.md).

What becomes of a record does not depend on the partition it is in, so a task that is run again gives the same rows.
"""

import argparse
import json
import os
import shlex
import subprocess
import threading

from pyspark.sql import SparkSession
from pyspark.sql.types import IntegerType, StringType, StructField, StructType

SCHEMA = StructType(
    [
        StructField("id", StringType()),
        StructField("error", StringType()),
        StructField("sentences", IntegerType()),
        StructField("doubtful", IntegerType()),
        StructField("json", StringType()),
    ]
)

# Flags that are no doubts (docs/checks.md).
NO_DOUBTS = {"repaired", "corrected", "split", "verbatim", "english"}


def summarised(line):
    """A line of the program as a row."""
    record = json.loads(line)
    sentences = [sentence for paragraph in record.get("paragraphs") or [] for sentence in paragraph["sentences"]]
    doubtful = sum(any(flag not in NO_DOUBTS for flag in sentence.get("flags") or []) for sentence in sentences)
    identifier = record.get("id")
    return (None if identifier is None else str(identifier), record.get("error"), len(sentences), doubtful, line)


def through_program(lines, command):
    """The lines that `command` writes for `lines`, while it reads them. Spark's rows are never held in memory together."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    failure = []

    def feed():
        try:
            with process.stdin as pipe:
                for line in lines:
                    pipe.write(line + "\n")
        except BrokenPipeError:
            pass  # The program ended; its exit code says why.
        except Exception as error:
            failure.append(error)
            process.kill()

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    for line in process.stdout:
        yield line.rstrip("\n")
    feeder.join()
    code = process.wait()
    if failure:
        raise failure[0]
    # 1 means that some records came out with an error, which their rows say.
    if code not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with exit code {code}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="JSON Lines or Parquet")
    parser.add_argument("target", help="folder for the output, which must not exist")
    parser.add_argument("--program", default="depesche", help="the program on the executors")
    parser.add_argument("--options", default="", help="further options of `depesche records`")
    parser.add_argument("--partitions", type=int, help="tasks; a few thousand records each even out long articles")
    parser.add_argument("--format", choices=["json", "parquet"], default="json", help="format of the output")
    arguments = parser.parse_args()

    spark = SparkSession.builder.appName("depesche").getOrCreate()
    # One process a task, so one worker a process: Spark spreads the cores.
    cores = os.environ.get("DEPESCHE_WORKERS", spark.conf.get("spark.task.cpus", "1"))
    command = [arguments.program, "records", "--quiet", "--workers", cores, *shlex.split(arguments.options)]
    if arguments.source.rstrip("/").endswith(".parquet"):
        lines = spark.read.parquet(arguments.source).toJSON()
    else:
        lines = spark.sparkContext.textFile(arguments.source).filter(lambda line: line.strip())
    if arguments.partitions:
        lines = lines.repartition(arguments.partitions)

    records, failed, doubtful = (spark.sparkContext.accumulator(0) for _ in range(3))

    def brief(partition):
        for line in through_program(partition, command):
            row = summarised(line)
            records.add(1)
            failed.add(row[1] is not None)
            doubtful.add(row[3])
            yield row

    frame = spark.createDataFrame(lines.mapPartitions(brief), SCHEMA)
    if arguments.format == "json":
        frame.select("json").write.text(arguments.target)
    else:
        frame.write.parquet(arguments.target)
    # Counted by tasks that ended; one that was run twice counts twice.
    print(f"{records.value} records, {failed.value} failed, {doubtful.value} sentences failed a check")
    spark.stop()


if __name__ == "__main__":
    main()
