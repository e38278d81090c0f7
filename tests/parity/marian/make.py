"""Makes the Marian parity fixtures: small checkpoints and what Hugging Face transformers computes with them.

Each folder beside this file is a checkpoint as `MarianMTModel.save_pretrained` writes it, plus `expected.json`: input
rows, encoder states, teacher-forced logits, and greedy and beam-search output under many settings. A row is kept only
if every search gives the same ids alone and in a padded batch, in float32 and in float64, and with noise on the
weights: no decision in these files is near a tie, so any correct implementation has to give exactly these ids.

    pip install torch==2.15.0 transformers==5.23.0 sentencepiece==0.2.3 safetensors==0.8.0
    python tests/parity/marian/make.py [FOLDER...]

`expected.json`:
    made_with   versions of Python, torch and transformers
    weights     the type that the weights are stored in; all values are computed in float32 from it
    rows        input ids, each ending in the end-of-sentence id
    encoder     [{row, shape: [time, dim], values}]          last hidden state of one row, row-major
    logits      [{row, prefix, shape: [time, vocabulary], values}]  one row of logits after each token of the prefix
    searches    [{name, settings, outputs: [{ids, score}]}]  one output a row; ids without the start token and without
                padding; `settings` is laid over generation_config.json; score is the length-normalised log-probability
                (null for greedy search)
"""

import copy
import json
import os
import platform
import shutil
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
import transformers
from transformers import GenerationConfig, MarianConfig, MarianMTModel

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import toy

SHAPES = {
    "opus": dict(
        seed=11, vocab_size=96, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=24, decoder_ffn_dim=24, activation_function="swish",
        scale_embedding=True,
    ),
    "one-layer-decoder": dict(
        seed=23, vocab_size=90, d_model=24, encoder_layers=3, decoder_layers=1, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=48, decoder_ffn_dim=48, activation_function="gelu",
        scale_embedding=False,
    ),
    # Three heads against five, two feed-forward widths, and a width whose half is odd.
    "odd-heads": dict(
        seed=35, vocab_size=101, d_model=30, encoder_layers=1, decoder_layers=2, encoder_attention_heads=3,
        decoder_attention_heads=5, encoder_ffn_dim=44, decoder_ffn_dim=28, activation_function="relu",
        scale_embedding=True,
    ),
    # Two vocabularies of different sizes: the pad id is the last id of the source vocabulary only.
    "separate-vocabularies": dict(
        seed=47, vocab_size=72, decoder_vocab_size=96, d_model=24, encoder_layers=2, decoder_layers=2,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32,
        activation_function="swish", scale_embedding=True, share_encoder_decoder_embeddings=False,
    ),
}

MAX_LENGTH = 32
ROW_LENGTHS = [1, 2, 3, 5, 7, 10, 14, 20]
ENCODER_ROWS = [0, 2, 5]
LOGIT_ROWS = [1, 4]

SEARCHES = {
    "greedy": dict(num_beams=1),
    "greedy no repeated bigram": dict(num_beams=1, no_repeat_ngram_size=2),
    "greedy min length 5": dict(num_beams=1, min_length=5),
    "greedy max length 8": dict(num_beams=1, max_length=8),
    "default": dict(),
    "length penalty 0": dict(length_penalty=0.0),
    "length penalty 0.6": dict(length_penalty=0.6),
    "length penalty 2": dict(length_penalty=2.0),
    "early stopping": dict(early_stopping=True),
    "early stopping, length penalty 2": dict(early_stopping=True, length_penalty=2.0),
    "early stopping never": dict(early_stopping="never"),
    "early stopping never, length penalty 2": dict(early_stopping="never", length_penalty=2.0),
    "no repeated bigram": dict(no_repeat_ngram_size=2),
    "no repeated token": dict(no_repeat_ngram_size=1),
    "min length 5": dict(min_length=5),
    "max length 8": dict(max_length=8),
    "max new tokens 6": dict(max_new_tokens=6),
    "two beams": dict(num_beams=2),
    "five beams": dict(num_beams=5),
    "renormalised": dict(renormalize_logits=True),
    "forced first token": dict(forced_bos_token_id=7),
    "summary-like": dict(
        min_length=6, max_length=16, length_penalty=2.0, no_repeat_ngram_size=3, early_stopping=True
    ),
}


TRAINING_STEPS = 700


def build(shape: dict) -> MarianMTModel:
    """A random model, trained for some seconds: purely random ones repeat one token up to the maximum length."""
    shape = dict(shape)
    seed = shape.pop("seed")
    pad = shape["vocab_size"] - 1
    torch.manual_seed(seed)
    model = MarianMTModel(MarianConfig(
        pad_token_id=pad, eos_token_id=0, bos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0,
        max_position_embeddings=64, dropout=0.0, **shape,
    ))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():  # names tied weights once
            noise = torch.randn(weight.shape, generator=generator)
            if "embed_tokens" in name or "shared" in name:
                weight.copy_(noise / weight.shape[1] ** 0.5)
                weight[pad] = 0.0
            elif "layer_norm" in name:
                weight.add_(noise * 0.1)
            elif name.endswith("bias"):
                weight.copy_(noise * 0.1)
            elif "embed_positions" not in name:
                weight.copy_(noise / weight.shape[1] ** 0.5)
        model.final_logits_bias.copy_(torch.randn(model.final_logits_bias.shape, generator=generator) * 0.3)
    model.tie_weights()
    train(model, generator)
    model.generation_config = GenerationConfig(
        bos_token_id=0, eos_token_id=0, forced_eos_token_id=0, pad_token_id=pad, decoder_start_token_id=pad,
        bad_words_ids=[[pad]], num_beams=4, max_length=MAX_LENGTH,
    )
    return model.eval()


def train(model: MarianMTModel, generator: torch.Generator) -> None:
    config = model.config
    pad, words = config.pad_token_id, range(1, min(config.vocab_size, config.decoder_vocab_size) - 1)

    def mend() -> None:
        for name, weight in model.named_parameters():
            if "embed_tokens" in name or "shared" in name:
                weight.grad[pad] = 0.0  # the pad row stays zero, as in Marian

    batch = toy.sequences(model, generator, words, ([], [0]), ([], [0]))
    toy.fit(model, batch, TRAINING_STEPS, 6e-3, mend)


def search(model: MarianMTModel, rows: list[list[int]], settings: dict) -> list[dict]:
    """What `generate` gives for a batch of rows, padded on the right."""
    pad = model.config.pad_token_id
    longest = max(map(len, rows))
    ids = torch.tensor([row + [pad] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    beams = settings.get("num_beams", 4) > 1
    with torch.no_grad():
        result = model.generate(
            input_ids=ids, attention_mask=mask, return_dict_in_generate=True, output_scores=beams, **settings
        )
    outputs = []
    for index, sequence in enumerate(result.sequences.tolist()):
        sequence = sequence[1:]
        while sequence and sequence[-1] == pad:
            sequence.pop()
        outputs.append({"ids": sequence, "score": float(result.sequences_scores[index]) if beams else None})
    return outputs


def ids_of(outputs: list[dict]) -> list[list[int]]:
    return [output["ids"] for output in outputs]


def rivals(model: MarianMTModel) -> list[MarianMTModel]:
    """The same model in float64, and with noise on every weight."""
    models = [copy.deepcopy(model).double()]
    for deviation, seed in [(1e-5, 1), (1e-5, 2), (1e-4, 3), (1e-4, 4)]:
        noisy = copy.deepcopy(model)
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for weight in noisy.parameters():
                weight.add_(torch.randn(weight.shape, generator=generator) * deviation)
        models.append(noisy)
    return models


def choose_rows(model: MarianMTModel, seed: int) -> list[list[int]]:
    """One row of each length that no search decides narrowly; among them, those with the most varied output."""
    config = model.config
    generator = torch.Generator().manual_seed(seed + 1)
    tokens = lambda count: torch.randint(1, config.vocab_size - 1, (count,), generator=generator).tolist()
    others = rivals(model)
    chosen = []
    for length in ROW_LENGTHS:
        candidates = [[0]] if length == 1 else [tokens(length - 1) + [0] for _ in range(12)]
        stable = [True] * len(candidates)
        lengths = [set() for _ in candidates]
        for settings in SEARCHES.values():
            wanted = ids_of(search(model, candidates, settings))
            for other in others:
                found = ids_of(search(other, candidates, settings))
                stable = [kept and a == b for kept, a, b in zip(stable, wanted, found)]
            for index, ids in enumerate(wanted):
                lengths[index].add(tuple(ids))
        kept = [index for index in range(len(candidates)) if stable[index]]
        if kept:
            chosen.append(candidates[max(kept, key=lambda index: len(lengths[index]))])
    return chosen


def rounded(tensor: torch.Tensor) -> list[float]:
    return [float(f"{value:.7g}") for value in tensor.flatten().tolist()]


def expectations(model: MarianMTModel, rows: list[list[int]], stored: str) -> dict:
    searches = []
    for name, settings in SEARCHES.items():
        batch = search(model, rows, settings)
        alone = [search(model, [row], settings)[0] for row in rows]
        assert ids_of(batch) == ids_of(alone), f"{name}: the padded batch differs from the rows alone"
        for one, other in zip(batch, alone):
            assert one["score"] is None or abs(one["score"] - other["score"]) < 1e-4, name
        for other in rivals(model):
            assert ids_of(search(other, rows, settings)) == ids_of(batch), f"{name}: near a tie"
        for output in alone:
            output["score"] = output["score"] and float(f"{output['score']:.7g}")
        searches.append({"name": name, "settings": settings, "outputs": alone})

    encoder, logits = [], []
    start = model.config.decoder_start_token_id
    with torch.no_grad():
        for index in ENCODER_ROWS:
            state = model.get_encoder()(torch.tensor([rows[index]])).last_hidden_state[0]
            encoder.append({"row": index, "shape": list(state.shape), "values": rounded(state)})
        for index in LOGIT_ROWS:
            # Other tokens than the model would choose, so that logits off the beaten path are compared too.
            prefix = [start] + [(7 * step + index) % (model.config.decoder_vocab_size - 2) + 1 for step in range(5)]
            values = model(torch.tensor([rows[index]]), decoder_input_ids=torch.tensor([prefix])).logits[0]
            logits.append({"row": index, "prefix": prefix, "shape": list(values.shape), "values": rounded(values)})
    return {
        "made_with": {
            "python": platform.python_version(), "torch": torch.__version__.split("+")[0],
            "transformers": transformers.__version__,
        },
        "weights": stored,
        "rows": rows,
        "encoder": encoder,
        "logits": logits,
        "searches": searches,
    }


def write_expected(folder: Path, expected: dict) -> None:
    """JSON with one output a line: small, and a change shows in a diff."""
    line = lambda value: json.dumps(value, separators=(",", ":"))
    lines = ["{", f' "made_with": {line(expected["made_with"])},', f' "weights": {line(expected["weights"])},']
    for name in ["rows", "encoder", "logits"]:
        entries = ",\n".join("  " + line(entry) for entry in expected[name])
        lines.append(f' "{name}": [\n{entries}\n ],')
    searches = []
    for entry in expected["searches"]:
        outputs = ",\n".join("   " + line(output) for output in entry["outputs"])
        searches.append(f'  {{"name": {line(entry["name"])}, "settings": {line(entry["settings"])}, "outputs": [\n{outputs}]}}')
    lines += [' "searches": [\n' + ",\n".join(searches) + "\n ]", "}", ""]
    text = "\n".join(lines)
    assert json.loads(text) == expected
    (folder / "expected.json").write_text(text, encoding="utf-8")


def fresh(name: str) -> Path:
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def report(name: str, expected: dict) -> None:
    for path in (HERE / name).iterdir():
        path.chmod(0o644)  # safetensors writes files that only their owner may read
    size = sum(path.stat().st_size for path in (HERE / name).iterdir()) // 1024
    print(f"{name}: {size} kB, rows {[len(row) for row in expected['rows']]}")
    for entry in expected["searches"]:
        print(f"  {entry['name']:40} lengths {[len(output['ids']) for output in entry['outputs']]}")


def main() -> None:
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    only = sys.argv[1:]
    for name, shape in SHAPES.items():
        if only and name not in only:
            continue
        model = build(shape)
        rows = choose_rows(model, shape["seed"])
        assert len(rows) >= 6, f"{name}: only {len(rows)} rows are far from a tie, try another seed"
        folder = fresh(name)
        model.save_pretrained(folder)
        again = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
        expected = expectations(again, rows, "float32")
        write_expected(folder, expected)
        report(name, expected)
        if name != "opus":
            continue

        # The same weights as an old checkpoint stores them: a pickle with tied names and position tables.
        folder = fresh("opus-bin")
        model.config.save_pretrained(folder)
        model.generation_config.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        write_expected(folder, expected)
        report("opus-bin", expected)

        folder = fresh("opus-f16")
        copy.deepcopy(model).half().save_pretrained(folder)
        halved = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
        rows = choose_rows(halved, shape["seed"] + 1)
        expected = expectations(halved, rows, "float16")
        write_expected(folder, expected)
        report("opus-f16", expected)


if __name__ == "__main__":
    main()
