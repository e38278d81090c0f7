"""Runs depesche and CTranslate2 in turn on the same weights, sentences, search and cores, and prints the ratio.

    pip install ctranslate2==4.8.5 transformers==5.23.0 torch==2.15.0 sentencepiece==0.2.3
    cargo build --release
    python benches/compare/compare.py MODEL LINES [--sentences N] [--beam N] [--precision int8|f32]
                                      [--force-length N] [--workers N] [--rounds N]

MODEL is a Hugging Face Marian folder with float weights, LINES a file of German sentences, one a line. Each round runs
both programs once, each in a process of its own: A B A B. Loading and tokenising are timed apart on both sides. Both
get the same number of workers with one thread each, which is CTranslate2's own advice for batches of text, and
CTranslate2 the batch size (of 32, 64 and 128 sentences) that it is fastest with in a run that is not counted.
"""

import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "target" / "release" / "depesche"


def lines(path, count):
    """The distinct lines that are not empty, as `depesche bench` takes them."""
    texts = [line.strip() for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]
    return list(dict.fromkeys(text for text in texts if text))[:count]


def peer(options):
    """Translates with CTranslate2 and prints the figures as JSON; runs in a process of its own."""
    import ctranslate2
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(pathlib.Path(options.model) / "source.spm"))
    began = time.perf_counter()
    translator = ctranslate2.Translator(
        options.converted,
        device="cpu",
        compute_type={"f32": "float32"}.get(options.precision, options.precision),
        inter_threads=options.workers,
        intra_threads=1,
    )
    loading = time.perf_counter() - began
    sources = [pieces.encode(text, out_type=str) + ["</s>"] for text in lines(options.lines, options.sentences)]
    arguments = {"beam_size": options.beam, "max_batch_size": options.batch, "return_scores": False}
    if options.force_length:
        arguments |= {"min_decoding_length": options.force_length, "max_decoding_length": options.force_length}
    else:
        arguments |= {"max_decoding_length": 511}
    translator.translate_batch(sources[:8], **arguments)
    began = time.perf_counter()
    results = translator.translate_batch(sources, **arguments)
    seconds = time.perf_counter() - began
    # The end mark counts on both sides; with a forced length there is none on either.
    tokens = sum(len(result.hypotheses[0]) + (0 if options.force_length else 1) for result in results)
    print(
        json.dumps(
            {
                "target_tokens": tokens,
                "target_tokens_per_second": tokens / seconds,
                "loading_seconds": loading,
                "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )
    )


def output(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("lines")
    parser.add_argument("--sentences", type=int, default=400)
    parser.add_argument("--beam", type=int, default=1)
    parser.add_argument("--precision", default="int8", choices=["int8", "f32"])
    parser.add_argument("--force-length", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--converted", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.converted:
        return peer(options)

    shared = ["--sentences", str(options.sentences), "--beam", str(options.beam), "--precision", options.precision]
    shared += ["--workers", str(options.workers)]
    if options.force_length:
        shared += ["--force-length", str(options.force_length)]
    ours = [str(PROGRAM), "bench", "--json", "--translator", options.model, "--lines", options.lines, *shared]
    with tempfile.TemporaryDirectory() as folder:
        converted = str(pathlib.Path(folder) / "converted")
        convert = [pathlib.Path(sys.executable).parent / "ct2-transformers-converter", "--model", options.model]
        quantization = {"int8": "int8", "f32": "float32"}[options.precision]
        subprocess.run(
            [*convert, "--output_dir", converted, "--quantization", quantization], check=True, capture_output=True
        )

        def theirs(batch):
            command = [sys.executable, __file__, options.model, options.lines, *shared]
            return output([*command, "--batch", str(batch), "--converted", converted])

        speeds = {batch: theirs(batch)["target_tokens_per_second"] for batch in (32, 64, 128)}
        batch = max(speeds, key=speeds.get)
        rounds = []
        for _ in range(options.rounds):
            a, b = output(ours), theirs(batch)
            rounds.append((a, b))
            print(
                f"depesche {a['target_tokens_per_second']:7.0f} tokens/s, {a['peak_memory_bytes'] / 1e6:5.0f} MB"
                f"   CTranslate2 (batch {batch}) {b['target_tokens_per_second']:7.0f} tokens/s,"
                f" {b['peak_memory_bytes'] / 1e6:5.0f} MB"
                f"   ratio {a['target_tokens_per_second'] / b['target_tokens_per_second']:.2f}",
                flush=True,
            )
    ratios = [a["target_tokens_per_second"] / b["target_tokens_per_second"] for a, b in rounds]
    print(f"ratio: median {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}")


if __name__ == "__main__":
    main()
