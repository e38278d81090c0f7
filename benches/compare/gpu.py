"""Runs depesche and Hugging Face transformers (bf16) in turn on the same GPU, weights and sentences, and prints the ratio and how
near depesche comes to what the memory of the GPU allows.

    pip install torch transformers sentencepiece safetensors
    python benches/compare/gpu.py MODEL LINES [--program FILE] [--beams 1 4] [--sentences N] [--rounds N] [--batches N …] [--device cuda]

MODEL is a Hugging Face Marian folder with float weights, LINES a file of German sentences, one a line; where they come from on
a machine without a network is in benches/README.md. Each round runs both programs once, each in a process of its own: A B A B.
Loading and tokenising are timed apart on both sides. Transformers gets its sentences sorted by length in batches of the size
(of 256, 1,024 and 4,096 sentences, or those of `--batches`) that it is fastest with in a run that is not counted.

The floor is the time in which the memory could read what must be read once a step: the decoder's weights, and keys and values
of the sources and of what was written. The speed of the memory is that of a copy on the same GPU, in the same run.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def lines(path, count):
    """The distinct lines that are not empty, as `depesche bench` takes them."""
    texts = [line.strip() for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]
    return list(dict.fromkeys(text for text in texts if text))[:count]


def peer(options):
    """Translates with transformers and prints the figures as JSON; runs in a process of its own."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    began = time.perf_counter()
    tokenizer = MarianTokenizer.from_pretrained(options.model)
    model = MarianMTModel.from_pretrained(options.model, dtype=torch.bfloat16).to(options.device).eval()
    loading = time.perf_counter() - began
    sources = sorted((tokenizer.encode(text) for text in lines(options.lines, options.sentences)), key=len, reverse=True)

    def translate(sources):
        tokens = 0
        for first in range(0, len(sources), options.batch):
            batch = tokenizer.pad({"input_ids": sources[first : first + options.batch]}, return_tensors="pt")
            batch = {name: tensor.to(options.device) for name, tensor in batch.items()}
            with torch.inference_mode():
                found = model.generate(**batch, num_beams=options.beam, max_length=512, do_sample=False)
            # Without the start mark and the padding, with the end mark.
            found = found[:, 1:]
            tokens += int((found != model.config.pad_token_id).sum())
        torch.cuda.synchronize()
        return tokens

    translate(sources[: options.batch : 8])
    began = time.perf_counter()
    tokens = translate(sources)
    seconds = time.perf_counter() - began
    figures = {
        "target_tokens": tokens,
        "target_tokens_per_second": tokens / seconds,
        "loading_seconds": loading,
        "peak_memory_bytes": torch.cuda.max_memory_allocated(),
    }
    print(json.dumps(figures))


def bandwidth():
    """Bytes a second that a copy on the GPU reads and writes; runs in a process of its own."""
    import torch

    source = torch.empty(1 << 30, dtype=torch.int32, device="cuda")
    target = torch.empty_like(source)
    target.copy_(source)
    torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(10):
        target.copy_(source)
    torch.cuda.synchronize()
    print(json.dumps(20 * source.nbytes / (time.perf_counter() - began)))


def floor(figures, config, beams):
    """Bytes that have to be read from memory to write what was written."""
    dim, ffn, layers, vocab = config["d_model"], config["decoder_ffn_dim"], config["decoder_layers"], config["vocab_size"]
    number = 2
    weights = number * (layers * (8 * dim * dim + 2 * dim * ffn) + vocab * dim)
    source = figures["source_tokens"] / figures["sentences"]
    target = figures["target_tokens"] / figures["sentences"]
    keys_and_values = number * layers * 2 * dim
    sentences_a_batch = max(1, figures["batch_tokens"] / beams / source)
    steps = target * max(1, figures["sentences"] / sentences_a_batch)
    # Keys and values of a source are read once for all of its hypotheses, those that were written once for each.
    caches = keys_and_values * figures["sentences"] * (target * source + beams * target * target / 2)
    return steps * weights + caches


def output(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("lines")
    parser.add_argument("--program", default=str(ROOT / "target" / "release" / "depesche"))
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--sentences", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, nargs="+", default=[256, 1024, 4096])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--batch", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--beam", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bandwidth", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bandwidth:
        return bandwidth()
    if options.batch:
        return peer(options)

    os.environ["HF_HUB_OFFLINE"] = "1"
    own = [sys.executable, __file__, options.model, options.lines, "--sentences", str(options.sentences)]
    speed = output([*own, "--bandwidth"])
    print(f"memory: {speed / 1e12:.2f} TB/s read and written by a copy")
    config = json.loads((pathlib.Path(options.model) / "config.json").read_text(encoding="utf-8"))
    for beams in options.beams:
        ours = [options.program, "bench", "--json", "--translator", options.model, "--lines", options.lines]
        ours += ["--sentences", str(options.sentences), "--beam", str(beams)]
        ours += ["--device", options.device, "--precision", options.precision]

        def theirs(batch):
            return output([*own, "--device", options.device, "--beam", str(beams), "--batch", str(batch)])

        batches = [batch for batch in options.batches if batch * beams <= 8192]
        speeds = {batch: theirs(batch)["target_tokens_per_second"] for batch in batches} if len(batches) > 1 else {}
        batch = max(speeds, key=speeds.get, default=batches[0])
        rounds = []
        for _ in range(options.rounds):
            a, b = output(ours), theirs(batch)
            rounds.append((a, b))
            share = floor(a, config, beams) / speed / a["seconds"]
            print(
                f"beam {beams}: depesche ({a['precision']} on {a['arithmetic']}, batches of {a['batch_tokens']})"
                f" {a['target_tokens_per_second']:8.0f} tokens/s, {100 * share:.1f}% of the floor"
                f"   transformers (bf16, batch {batch}) {b['target_tokens_per_second']:8.0f} tokens/s"
                f"   ratio {a['target_tokens_per_second'] / b['target_tokens_per_second']:.2f}",
                flush=True,
            )
        ratios = [a["target_tokens_per_second"] / b["target_tokens_per_second"] for a, b in rounds]
        print(f"beam {beams}: ratio median {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}", flush=True)


if __name__ == "__main__":
    main()
