"""Scores translations with sacrebleu, and makes the translations of another engine to compare with.

    pip install sacrebleu==2.6.0
    python benches/quality.py score HYPOTHESES REFERENCE

HYPOTHESES is any file with one translation a line, for instance what this makes:

    depesche translate --lines --raw --translator FOLDER < SOURCE > HYPOTHESES

What half precision costs, on a GPU (or `--device cpu --precisions int8`), in BLEU and chrF and in lines that are not the same:

    python benches/quality.py precisions PROGRAM SOURCE REFERENCE [--translator FOLDER] [--device cuda] [--precisions bf16 f16]

CTranslate2 on the same folder of float weights (a packed one is first unpacked with `models/pack.py --unpack`):

    pip install ctranslate2==4.8.5 transformers==5.23.0 sentencepiece==0.2.3 torch==2.15.0
    python benches/quality.py translate FOLDER < SOURCE > HYPOTHESES
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def score(hypotheses: Path, reference: Path) -> None:
    from sacrebleu.metrics import BLEU, CHRF

    translated, expected = (path.read_text(encoding="utf-8").removesuffix("\n").split("\n") for path in (hypotheses, reference))
    if len(translated) != len(expected):
        sys.exit(f"{hypotheses} has {len(translated)} lines, {reference} has {len(expected)}")
    for metric in (BLEU(), CHRF()):
        result = metric.corpus_score(translated, [expected])
        print(f"{result.name} {result.score:.1f}  {metric.get_signature()}")


def precisions(arguments: argparse.Namespace) -> None:
    """Holds each precision against f32 of the same program on the same device."""
    from sacrebleu.metrics import BLEU, CHRF

    source = arguments.source.read_bytes()
    expected = arguments.reference.read_text(encoding="utf-8").removesuffix("\n").split("\n")

    def translated(precision: str) -> list[str]:
        command = [arguments.program, "translate", "--lines", "--raw", "--device", arguments.device, "--precision", precision]
        command += ["--translator", arguments.translator] if arguments.translator else []
        command += ["--beam", str(arguments.beam)] if arguments.beam else []
        done = subprocess.run(command, input=source, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode().removesuffix("\n").split("\n")

    exact = translated("f32")
    for precision in ["f32", *arguments.precisions]:
        lines = exact if precision == "f32" else translated(precision)
        bleu, chrf = (metric.corpus_score(lines, [expected]).score for metric in (BLEU(), CHRF()))
        changed = sum(line != other for line, other in zip(lines, exact, strict=True))
        print(f"{precision:5} BLEU {bleu:.2f}  chrF {chrf:.2f}  {changed} of {len(lines)} lines differ from f32", flush=True)


def translate(folder: Path, arguments: argparse.Namespace) -> None:
    import ctranslate2
    from ctranslate2.converters import TransformersConverter
    from transformers import MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(folder)
    defaults = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    lines = sys.stdin.read().removesuffix("\n").split("\n")
    tokens = [tokenizer.convert_ids_to_tokens(tokenizer.encode(line)) for line in lines]
    with tempfile.TemporaryDirectory() as temporary:
        converted = Path(temporary) / "model"
        TransformersConverter(str(folder)).convert(str(converted))
        translator = ctranslate2.Translator(
            str(converted), compute_type=arguments.precision, inter_threads=arguments.workers, intra_threads=1
        )
        start = time.perf_counter()
        results = translator.translate_batch(
            tokens,
            beam_size=arguments.beam or defaults.get("num_beams", 1),
            length_penalty=defaults.get("length_penalty", 1.0),
            max_decoding_length=defaults.get("max_length", 512) - 1,
            max_batch_size=1024,
            batch_type="tokens",
        )
    seconds = time.perf_counter() - start
    for result in results:
        ids = tokenizer.convert_tokens_to_ids(result.hypotheses[0])
        print(tokenizer.decode(ids, skip_special_tokens=True))
    count = sum(map(len, tokens))
    print(f"{len(lines)} lines, {count} source tokens, {seconds:.1f} s, {count / seconds:.0f} tokens/s", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    scoring = commands.add_parser("score", help="BLEU and chrF of a file of translations")
    scoring.add_argument("hypotheses", type=Path)
    scoring.add_argument("reference", type=Path)
    translating = commands.add_parser("translate", help="standard input, translated by CTranslate2")
    translating.add_argument("folder", type=Path)
    translating.add_argument("--beam", type=int, help="instead of generation_config.json's num_beams")
    translating.add_argument("--precision", default="float32", help="CTranslate2's compute type (default: float32)")
    translating.add_argument("--workers", type=int, default=1, help="batches translated at once, one thread each (default: 1)")
    comparing = commands.add_parser("precisions", help="precisions of one device against its f32")
    comparing.add_argument("program")
    comparing.add_argument("source", type=Path)
    comparing.add_argument("reference", type=Path)
    comparing.add_argument("--translator", help="instead of the embedded model")
    comparing.add_argument("--device", default="cuda")
    comparing.add_argument("--precisions", nargs="+", default=["bf16", "f16"])
    comparing.add_argument("--beam", type=int, help="instead of what the model asks for")
    arguments = parser.parse_args()
    if arguments.command == "precisions":
        precisions(arguments)
    elif arguments.command == "score":
        score(arguments.hypotheses, arguments.reference)
    else:
        translate(arguments.folder, arguments)


if __name__ == "__main__":
    main()
