"""Makes a Marian folder of the shape of opus-mt that translates as the small model of the tests does.

    pip install numpy==2.4.6 safetensors==0.8.0
    python models/pack.py --unpack tests/tiny-de-en FLOATS
    python benches/compare/widen.py FLOATS WIDE

WIDE has 6 + 6 layers, width 512, 8 heads, feed-forward 2,048 and a vocabulary of 58,101. Random weights of that shape write no
sentences of natural length; these do. Speed is a matter of shape alone: no kernel on either side looks for zeros.

How: every feature stands twice, at an even place, where all maps read it, and at the odd place beside it, so that the
statistics of the normalisations are (nearly: positions differ at odd places) those of the narrow model. A feature of the
first half of the sinusoids of 256 has its frequency at every other place of those of 512. Layers that are added give zero,
so their normalisations repeat what is normalised already. Tokens that are added can never win.

With `--start-zero` the vector of the start token is zero in both folders (FLOATS is then written anew beside WIDE as
WIDE-narrow): CTranslate2 starts Marian models from zeros, and so both programs write the same text.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

DIM, FFN, LAYERS, VOCAB = 512, 2048, 6, 58_101
COPIED = ["generation_config.json", "source.spm", "target.spm", "tokenizer_config.json"]


def twice(vector):
    """Every number at an even place and at the odd place beside it."""
    return np.repeat(vector, 2)


def read_even(matrix):
    """`matrix` [outputs, inputs] over inputs that stand twice."""
    wide = np.zeros((matrix.shape[0], matrix.shape[1] * 2), np.float32)
    wide[:, ::2] = matrix
    return wide


def wide_layer(narrow, name, rng):
    """The tensors of layer `name` of `narrow`, widened. Names below the layer."""
    wide = {}
    for full, tensor in narrow.items():
        if not full.startswith(name + "."):
            continue
        part, tensor = full[len(name) + 1 :], tensor.astype(np.float32)
        if tensor.ndim == 2:
            # Heads lie one after the other, and a head that stands twice is still one: rows are repeated in pairs. Queries
            # meet keys twice, once too often, and the root of the width of a head is larger by the root of 2.
            tensor = np.repeat(read_even(tensor), 2, axis=0)
        else:
            tensor = twice(tensor)
        if "q_proj" in part:
            tensor = tensor / np.sqrt(2, dtype=np.float32)
        wide[part] = tensor
    return wide


def idle_layer(pattern, rng):
    """A layer as `pattern` is that adds nothing: what it writes is zero, what it reads is anything."""
    idle = {}
    for part, tensor in pattern.items():
        if "layer_norm" in part:
            idle[part] = np.full_like(tensor, 1.0 if part.endswith("weight") else 0.0)
        elif part.startswith("fc2") or "out_proj" in part:
            idle[part] = np.zeros_like(tensor)
        else:
            idle[part] = rng.normal(0, 0.02, tensor.shape).astype(np.float32)
    return idle


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("floats", type=Path)
    parser.add_argument("wide", type=Path)
    parser.add_argument("--start-zero", action="store_true")
    options = parser.parse_args()
    narrow = load_file(options.floats / "model.safetensors")
    config = json.loads((options.floats / "config.json").read_text())
    shared = narrow["model.shared.weight"].astype(np.float32)
    if options.start_zero:
        shared[config["decoder_start_token_id"]] = 0
        beside = options.wide.with_name(options.wide.name + "-narrow")
        shutil.copytree(options.floats, beside, dirs_exist_ok=True)
        tied = {name for name, tensor in narrow.items() if tensor.shape == shared.shape}
        save_file(
            {name: shared if name in tied else tensor for name, tensor in narrow.items() if "embed_positions" not in name},
            beside / "model.safetensors",
            {"format": "pt"},
        )

    rng = np.random.default_rng(0)
    tensors = {}
    # The table is multiplied by the root of the width, and meets what the decoder writes at even places alone (below).
    table = np.zeros((VOCAB, DIM), np.float32)
    # The last token is the padding, here as there.
    kept = len(shared) - 1
    for row, new in [(slice(0, kept), slice(0, kept)), (kept, VOCAB - 1)]:
        table[new] = np.repeat(shared[row], 2, axis=-1) / np.sqrt(2)
    tensors["model.shared.weight"] = table
    bias = np.full((1, VOCAB), -1e4, np.float32)
    narrow_bias = narrow.get("final_logits_bias", np.zeros((1, len(shared)))).astype(np.float32)
    bias[:, :kept], bias[:, -1] = narrow_bias[:, :kept], narrow_bias[:, -1]
    tensors["final_logits_bias"] = bias
    for side, count in [("encoder", config["encoder_layers"]), ("decoder", config["decoder_layers"])]:
        layers = [wide_layer(narrow, f"model.{side}.layers.{index}", rng) for index in range(count)]
        layers += [idle_layer(layers[0], rng) for _ in range(LAYERS - count)]
        last = ["final_layer_norm.weight", "final_layer_norm.bias"]
        if LAYERS > count:
            for part in last:
                layers[-1][part] = layers[count - 1][part]
                layers[count - 1][part] = idle_layer(layers[0], rng)[part]
        if side == "decoder":
            for part in last:
                layers[-1][part] = layers[-1][part] * np.sqrt(2, dtype=np.float32)
                layers[-1][part][1::2] = 0
        for index, layer in enumerate(layers):
            tensors |= {f"model.{side}.layers.{index}.{part}": tensor for part, tensor in layer.items()}

    options.wide.mkdir(parents=True, exist_ok=True)
    tensors = {name: np.ascontiguousarray(tensor, np.float32) for name, tensor in tensors.items()}
    save_file(tensors, options.wide / "model.safetensors", {"format": "pt"})
    padding = VOCAB - 1
    config |= {"d_model": DIM, "vocab_size": VOCAB, "decoder_vocab_size": VOCAB, "pad_token_id": padding}
    config |= {"decoder_start_token_id": padding, "bad_words_ids": [[padding]], "torch_dtype": "float32"}
    for side in ["encoder", "decoder"]:
        config |= {f"{side}_layers": LAYERS, f"{side}_ffn_dim": FFN}
    (options.wide / "config.json").write_text(json.dumps(config, indent=1))
    vocab = json.loads((options.floats / "vocab.json").read_text(encoding="utf-8"))
    vocab = {piece: padding if index == kept else index for piece, index in vocab.items()}
    vocab |= {f"<filler {index}>": index for index in range(kept, padding)}
    (options.wide / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    for name in COPIED:
        text = (options.floats / name).read_bytes()
        if name == "generation_config.json":
            generation = json.loads(text)
            for key in ["pad_token_id", "decoder_start_token_id"]:
                if key in generation:
                    generation[key] = padding
            if "bad_words_ids" in generation:
                generation["bad_words_ids"] = [[padding]]
            text = json.dumps(generation, indent=1).encode()
        (options.wide / name).write_bytes(text)


if __name__ == "__main__":
    main()
