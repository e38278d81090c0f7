"""Makes the parity fixtures of all families but Marian, which has a script of its own (marian/make.py) that this one uses.

Each folder FAMILY/NAME is a checkpoint as `save_pretrained` writes it, plus `expected.json` in the form that marian/make.py
describes, with one addition: `task`, the entry of `task_specific_params` that is laid over the decoding settings.
A row is kept only if no search decides it narrowly: alone and in a padded batch, in float64, and with noise on the weights.

    pip install torch==2.15.0 transformers==5.23.0 sentencepiece==0.2.3 safetensors==0.8.0
    python tests/parity/make.py [FAMILY/NAME...]
"""

import importlib.util
import json
import os
import platform
import shutil
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
import transformers
from transformers import (
    BartConfig, BartForConditionalGeneration, GenerationConfig, M2M100Config, M2M100ForConditionalGeneration, MBartConfig,
    MBartForConditionalGeneration, MT5Config, MT5ForConditionalGeneration, PegasusConfig, PegasusForConditionalGeneration,
    T5Config, T5ForConditionalGeneration,
)

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("marian_make", HERE / "marian" / "make.py")
marian = importlib.util.module_from_spec(spec)
spec.loader.exec_module(marian)

# What the checkpoints on the hub carry, with the lengths of a toy.
CNN = dict(num_beams=4, min_length=7, max_length=18, length_penalty=2.0, no_repeat_ngram_size=3, early_stopping=True)
PEGASUS = dict(num_beams=8, min_length=5, max_length=20, length_penalty=0.8)
PLAIN = dict(num_beams=4, max_length=24)

BART_LIKE = dict(vocab_size=64, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
                 decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=40, dropout=0.0)
T5_LIKE = dict(vocab_size=64, d_model=16, d_kv=6, d_ff=24, num_layers=2, num_heads=4, dropout_rate=0.0)
BART_TOKENS = dict(pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, forced_eos_token_id=2)

# `source` and `target` are the marks around the words; words are the ids from 4 (or `first`) to the end of the vocabulary.
# `carried` are decoding settings, and `where` they are stored.
SHAPES = {
    "bart/cnn": dict(
        kind=(BartConfig, BartForConditionalGeneration), seed=3, source=([0], [2]), target=([0], [2]),
        config=dict(BART_LIKE, **BART_TOKENS, activation_function="gelu"),
        carried=dict(CNN, forced_bos_token_id=0), where="generation_config",
    ),
    # As distilbart: fewer layers in the decoder, settings in config.json, others for the task.
    "bart/distilled": dict(
        kind=(BartConfig, BartForConditionalGeneration), seed=5, source=([0], [2]), target=([0], [2]),
        config=dict(BART_LIKE, **BART_TOKENS, decoder_layers=1, scale_embedding=True, activation_function="relu"),
        carried=dict(CNN, forced_bos_token_id=0), where="task_specific_params",
    ),
    "pegasus/cnn": dict(
        kind=(PegasusConfig, PegasusForConditionalGeneration), seed=7, source=([], [1]), target=([], [1]),
        config=dict(BART_LIKE, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, forced_eos_token_id=1,
                    activation_function="relu", scale_embedding=True),
        carried=PEGASUS, where="generation_config",
    ),
    "pegasus/odd": dict(
        kind=(PegasusConfig, PegasusForConditionalGeneration), seed=9, source=([], [1]), target=([], [1]),
        config=dict(BART_LIKE, d_model=18, encoder_attention_heads=3, pad_token_id=0, eos_token_id=1,
                    decoder_start_token_id=0, forced_eos_token_id=1, activation_function="gelu"),
        carried=PEGASUS, where="config",
    ),
    # As mbart-large-50: the language first, and forced first in the target.
    "mbart/fifty": dict(
        kind=(MBartConfig, MBartForConditionalGeneration), seed=11, source=([60], [2]), target=([61], [2]), last=60,
        config=dict(BART_LIKE, **BART_TOKENS, activation_function="relu", scale_embedding=True),
        carried=dict(PLAIN, forced_bos_token_id=61), where="generation_config",
    ),
    # As mbart-large-cc25: the language last, and the decoder begins with that of the target.
    "mbart/cc25": dict(
        kind=(MBartConfig, MBartForConditionalGeneration), seed=13, source=([], [2, 60]), target=([], [2]), last=60,
        config=dict(BART_LIKE, **dict(BART_TOKENS, decoder_start_token_id=61), activation_function="gelu"),
        carried=PLAIN, where="config",
    ),
    "m2m_100/nllb": dict(
        kind=(M2M100Config, M2M100ForConditionalGeneration), seed=17, source=([60], [2]), target=([61], [2]), last=60,
        config=dict(BART_LIKE, **BART_TOKENS, activation_function="relu", scale_embedding=True),
        carried=dict(PLAIN, forced_bos_token_id=61), where="generation_config",
    ),
    "m2m_100/odd": dict(
        kind=(M2M100Config, M2M100ForConditionalGeneration), seed=19, source=([60], [2]), target=([61], [2]), last=60,
        config=dict(BART_LIKE, **BART_TOKENS, d_model=15, encoder_attention_heads=3, decoder_attention_heads=5,
                    activation_function="gelu", scale_embedding=False),
        carried=dict(PLAIN, early_stopping=True, forced_bos_token_id=61), where="generation_config",
    ),
    # The first T5: no gate, one table for both ends. Distances of up to 26, beyond the last bucket.
    "t5/first": dict(
        kind=(T5Config, T5ForConditionalGeneration), seed=21, source=([], [1]), target=([], [1]),
        config=dict(T5_LIKE, feed_forward_proj="relu", decoder_start_token_id=0, relative_attention_num_buckets=12,
                    relative_attention_max_distance=16, n_positions=40),
        carried=CNN, where="task_specific_params",
    ),
    # Flan-T5 and MADLAD: a gate, and an output of its own.
    "t5/flan": dict(
        kind=(T5Config, T5ForConditionalGeneration), seed=23, source=([], [1]), target=([], [1]), untied=True,
        config=dict(T5_LIKE, feed_forward_proj="gated-gelu", decoder_start_token_id=0, tie_word_embeddings=False,
                    num_decoder_layers=1),
        carried=PLAIN, where="generation_config",
    ),
    "mt5/small": dict(
        kind=(MT5Config, MT5ForConditionalGeneration), seed=25, source=([], [1]), target=([], [1]), untied=True,
        config=dict(T5_LIKE, feed_forward_proj="gated-gelu", decoder_start_token_id=0, d_model=20,
                    relative_attention_num_buckets=8, relative_attention_max_distance=10),
        carried=CNN, where="generation_config",
    ),
    "mt5/tied": dict(
        kind=(MT5Config, MT5ForConditionalGeneration), seed=27, source=([], [1]), target=([], [1]),
        config=dict(T5_LIKE, feed_forward_proj="gated-silu", decoder_start_token_id=0, d_model=24, num_decoder_layers=1),
        carried=CNN, where="config",
    ),
}

WORD_COUNTS = [0, 1, 2, 4, 7, 11, 17, 24]
ENCODER_ROWS = [1, 4]
LOGIT_ROWS = [2, 3]
STEPS = 800

SEARCHES = {
    "default": dict(),
    "greedy": dict(num_beams=1),
    "greedy no repeated bigram, min length 9": dict(num_beams=1, no_repeat_ngram_size=2, min_length=9),
    "length penalty 0.6": dict(length_penalty=0.6),
    "early stopping never, length penalty 2": dict(early_stopping="never", length_penalty=2.0),
    "no repeated trigram, min length 8": dict(no_repeat_ngram_size=3, min_length=8, max_length=16),
}


def build(shape: dict):
    """A random model, trained for some seconds: purely random ones repeat one token up to the maximum length."""
    config_type, model_type = shape["kind"]
    torch.manual_seed(shape["seed"])
    model = model_type(config_type(**shape["config"]))
    if shape.get("untied"):
        model.config.tie_word_embeddings = False
        model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().clone())
    generator = torch.Generator().manual_seed(shape["seed"])
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if not weight.requires_grad:
                continue  # computed positions
            if "norm" in name:
                weight.add_(noise * 0.1)
            elif name.endswith("bias"):
                weight.copy_(noise * 0.1)
            elif "relative" in name:
                weight.copy_(noise * 0.5)
            elif "embed_positions" in name:
                weight.copy_(noise * 0.3)
            else:
                weight.copy_(noise / weight.shape[1] ** 0.5)
        if hasattr(model, "final_logits_bias"):
            model.final_logits_bias.copy_(torch.randn(model.final_logits_bias.shape, generator=generator) * 0.3)
    batch = marian.toy.sequences(model, generator, words(shape), shape["source"], shape["target"])
    marian.toy.fit(model, batch, STEPS, 8e-3)
    return model.eval()


def words(shape: dict) -> range:
    return range(4, shape.get("last", shape["config"]["vocab_size"]))


def around(marks: tuple, row: list[int]) -> list[int]:
    return marks[0] + row + marks[1]


def stable_rows(model, shape: dict, searches: dict) -> list[list[int]]:
    """One row of each length that no search decides narrowly; among them, that with the most varied output."""
    generator = torch.Generator().manual_seed(shape["seed"] + 1)
    range_ = words(shape)
    others = marian.rivals(model)
    chosen = []
    for count in WORD_COUNTS:
        draw = lambda: torch.randint(range_.start, range_.stop, (count,), generator=generator).tolist()
        candidates = [around(shape["source"], draw()) for _ in range(12 if count else 1)]
        stable = [True] * len(candidates)
        outputs = [{} for _ in candidates]
        for settings in searches.values():
            wanted = marian.ids_of(marian.search(model, candidates, settings))
            for other in others:
                found = marian.ids_of(marian.search(other, candidates, settings))
                stable = [kept and a == b for kept, a, b in zip(stable, wanted, found)]
            for index, ids in enumerate(wanted):
                outputs[index][tuple(sorted(settings.items()))] = tuple(ids)
        kept = [index for index in range(len(candidates)) if stable[index]]
        for index in sorted(kept, key=lambda index: -len(set(outputs[index].values()))):
            alone = lambda settings: tuple(marian.search(model, [candidates[index]], settings)[0]["ids"])
            if all(alone(settings) == outputs[index][tuple(sorted(settings.items()))] for settings in searches.values()):
                chosen.append(candidates[index])
                break
    return chosen


def attempt_at(shape: dict) -> tuple:
    """A model with its settings, and the rows that it decides clearly."""
    model = build(shape)
    config = model.config
    model.generation_config = GenerationConfig(
        bos_token_id=getattr(config, "bos_token_id", None), eos_token_id=config.eos_token_id,
        pad_token_id=config.pad_token_id, decoder_start_token_id=config.decoder_start_token_id,
        forced_eos_token_id=getattr(config, "forced_eos_token_id", None), **shape["carried"],
    )
    return model, stable_rows(model, shape, SEARCHES)


def expectations(model, shape: dict, rows: list[list[int]], searches: dict) -> dict:
    found = []
    for name, settings in searches.items():
        alone = [marian.search(model, [row], settings)[0] for row in rows]
        for output in alone:
            output["score"] = output["score"] and float(f"{output['score']:.7g}")
        found.append({"name": name, "settings": SEARCHES[name], "outputs": alone})
    encoder, logits = [], []
    range_ = words(shape)
    with torch.no_grad():
        for index in ENCODER_ROWS:
            state = model.get_encoder()(torch.tensor([rows[index]])).last_hidden_state[0]
            encoder.append({"row": index, "shape": list(state.shape), "values": marian.rounded(state)})
        for index in LOGIT_ROWS:
            # Other tokens than the model would choose, so that logits off the beaten path are compared too.
            steps = 24 if index == LOGIT_ROWS[0] and "n_positions" in shape["config"] else 5
            prefix = [model.config.decoder_start_token_id] + [range_[(7 * step + index) % len(range_)] for step in range(steps)]
            values = model(torch.tensor([rows[index]]), decoder_input_ids=torch.tensor([prefix])).logits[0]
            logits.append({"row": index, "prefix": prefix, "shape": list(values.shape), "values": marian.rounded(values)})
    return {
        "made_with": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0],
                      "transformers": transformers.__version__},
        "weights": "float32", "rows": rows, "encoder": encoder, "logits": logits, "searches": found,
    }


def save(model, shape: dict, folder: Path) -> None:
    """Writes the checkpoint, with the decoding settings where checkpoints of its kind have them."""
    model.save_pretrained(folder)
    where = shape["where"]
    if where == "generation_config":
        return
    (folder / "generation_config.json").unlink()
    config = json.loads((folder / "config.json").read_text())
    carried = dict(shape["carried"])
    forced_last = model.generation_config.forced_eos_token_id
    if forced_last is not None:
        carried["forced_eos_token_id"] = forced_last
    if where == "config":
        config.update(carried)
    else:
        # Some of the settings are the checkpoint's own, the others those of the task.
        own = {name: value for name, value in carried.items() if name.startswith("forced")}
        task = {name: value for name, value in carried.items() if name not in own}
        config.update(own, max_length=9, task_specific_params={"summarization": dict(task, prefix="summarize: ")})
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def main() -> None:
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    only = sys.argv[1:]
    for name, shape in SHAPES.items():
        if only and name not in only:
            continue
        for attempt in range(6):
            model, rows = attempt_at(dict(shape, seed=shape["seed"] + 100 * attempt))
            if len(rows) >= 5:
                break
        assert len(rows) >= 5, f"{name}: only {len(rows)} rows are far from a tie, try another seed"
        config = model.config
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        expected = expectations(model, shape, rows, SEARCHES)
        save(model, shape, folder)
        marian.write_expected(folder, expected)
        again = shape["kind"][1].from_pretrained(folder, dtype=torch.float32).eval()
        ids = torch.tensor([rows[-1]])
        start = torch.tensor([[config.decoder_start_token_id]])
        with torch.no_grad():
            same = torch.allclose(again(ids, decoder_input_ids=start).logits, model(ids, decoder_input_ids=start).logits, atol=1e-5)
        assert same, f"{name}: what was saved is another model"
        size = 0
        for path in folder.iterdir():
            path.chmod(0o644)  # safetensors writes files that only their owner may read
            size += path.stat().st_size
        print(f"{name}: {size // 1024} kB, rows {[len(row) for row in rows]}")
        for entry in expected["searches"]:
            print(f"  {entry['name']:40} lengths {[len(output['ids']) for output in entry['outputs']]}")


if __name__ == "__main__":
    main()
