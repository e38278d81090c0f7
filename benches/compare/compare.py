"""Runs depesche and its peers in turn on the same weights, sentences, search and cores, and prints the ratios.

    pip install ctranslate2==4.8.5 transformers==5.23.0 torch==2.15.0 sentencepiece==0.2.3
    cargo build --release
    python benches/compare/compare.py MODEL LINES [--sentences N] [--beam N] [--precision int8|f32]
                                      [--force-length N] [--workers N] [--rounds N] [--transformers]

MODEL is a Hugging Face Marian folder with float weights, LINES a file of German sentences, one a line. Each round runs
every program once, each in a process of its own: A B A B, or A B C A B C with `--transformers`. Loading and tokenising are
timed apart on all sides (depesche's own figure includes tokenising, which flatters the others a little). CTranslate2 gets as
many workers as depesche, with one thread each, which is its own advice for batches of text, and the batch size (of 32, 64 and
128 sentences) that it is fastest with in a run that is not counted. Transformers gets one process with as many threads, floats,
and batches of 32 sentences sorted by length.
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


def ctranslate2(options, tokenizer, texts):
    """Loads the converted model; what translates all texts and counts the target tokens."""
    import ctranslate2

    translator = ctranslate2.Translator(
        options.converted,
        device="cpu",
        compute_type={"f32": "float32"}.get(options.precision, options.precision),
        inter_threads=options.workers,
        intra_threads=1,
    )
    sources = [tokenizer.encode(text, out_type=str) + ["</s>"] for text in texts]
    arguments = {"beam_size": options.beam, "max_batch_size": options.batch, "return_scores": False}
    if options.force_length:
        arguments |= {"min_decoding_length": options.force_length, "max_decoding_length": options.force_length}
    else:
        arguments |= {"max_decoding_length": 511}

    def translate(count):
        results = translator.translate_batch(sources[:count], **arguments)
        # The end mark counts on all sides; with a forced length there is none on any.
        return sum(len(result.hypotheses[0]) + (0 if options.force_length else 1) for result in results)

    return translate


def transformers(options, tokenizer, texts):
    """The same for Hugging Face transformers."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    torch.set_num_threads(options.workers)
    model = AutoModelForSeq2SeqLM.from_pretrained(options.model, dtype=torch.float32).eval()
    vocabulary = json.loads((pathlib.Path(options.model) / "vocab.json").read_text(encoding="utf-8"))
    end, padding = model.config.eos_token_id, model.config.pad_token_id
    unknown = vocabulary["<unk>"]
    pieces = (tokenizer.encode(text, out_type=str) for text in texts)
    sources = sorted(([vocabulary.get(piece, unknown) for piece in source] + [end] for source in pieces), key=len)
    arguments = {"num_beams": options.beam, "do_sample": False}
    if options.force_length:
        length = options.force_length + 1
        arguments |= {"max_length": length, "min_length": length, "forced_eos_token_id": None}

    @torch.inference_mode()
    def translate(count):
        tokens = 0
        for start in range(0, len(sources[:count]), 32):
            batch = sources[:count][start : start + 32]
            longest = max(map(len, batch))
            ids = torch.tensor([source + [padding] * (longest - len(source)) for source in batch])
            found = model.generate(input_ids=ids, attention_mask=(ids != padding).long(), **arguments)
            tokens += int((found[:, 1:] != padding).sum())
        return tokens

    return translate


PEERS = {"CTranslate2": ctranslate2, "transformers": transformers}


def peer(options):
    """Translates with a peer and prints the figures as JSON; runs in a process of its own."""
    import sentencepiece

    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(pathlib.Path(options.model) / "source.spm"))
    began = time.perf_counter()
    translate = PEERS[options.peer](options, tokenizer, lines(options.lines, options.sentences))
    loading = time.perf_counter() - began
    translate(8)
    began = time.perf_counter()
    tokens = translate(options.sentences)
    seconds = time.perf_counter() - began
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
    parser.add_argument("--transformers", action="store_true", help="compare with transformers, too")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--batch", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--converted", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
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

        def theirs(name, batch=0):
            command = [sys.executable, __file__, options.model, options.lines, *shared, "--peer", name]
            return output([*command, "--batch", str(batch), "--converted", converted])

        speeds = {batch: theirs("CTranslate2", batch)["target_tokens_per_second"] for batch in (32, 64, 128)}
        batch = max(speeds, key=speeds.get)
        programs = {"depesche": lambda: output(ours), "CTranslate2": lambda: theirs("CTranslate2", batch)}
        if options.transformers:
            programs["transformers"] = lambda: theirs("transformers")
        rounds = []
        for _ in range(options.rounds):
            rounds.append({name: run() for name, run in programs.items()})
            figures = [
                f"{name} {found['target_tokens_per_second']:.0f} tokens/s, {found['target_tokens']} tokens,"
                f" {found['peak_memory_bytes'] / 1e6:.0f} MB"
                for name, found in rounds[-1].items()
            ]
            print("; ".join(figures), flush=True)
    print(f"CTranslate2 with batches of {batch}")
    for name in list(programs)[1:]:
        speeds = [[found[key]["target_tokens_per_second"] for key in ("depesche", name)] for found in rounds]
        ratios = [ours / theirs for ours, theirs in speeds]
        print(f"ratio to {name}: median {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}")


if __name__ == "__main__":
    main()
