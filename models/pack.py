"""Packs a Hugging Face Marian folder into about one byte a parameter, and unpacks it again.

    pip install numpy==2.4.6 safetensors==0.8.0
    python models/pack.py FOLDER PACKED              # float weights → int8 rows
    python models/pack.py --unpack PACKED FOLDER     # int8 rows → float32, for tools that know only floats

In the packed folder `model.safetensors` holds, for every matrix NAME of shape [rows, columns], an I8 tensor NAME and an
F32 tensor NAME.scale of shape [rows]: value = int8 × scale[row]. Vectors stay float (F16 where that loses nothing that
matters, F32 otherwise). Left out are tensors that the model computes or shares: sinusoidal position tables, second
names of tied embeddings, and an output bias that is zero everywhere. The metadata say `"packed": "int8-rows"`. Every
other file of the folder is copied byte for byte.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

COPIED = ["config.json", "generation_config.json", "source.spm", "target.spm", "vocab.json", "tokenizer_config.json"]
FORMAT = "int8-rows"
SHARED = "model.shared.weight"
TIED = ["model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight", "lm_head.weight"]
# Scales tried for each row, as a share of the one that keeps the largest value exact: clipping a few outliers a
# little can cost less than the coarser step that they force on all others.
SHARES = np.linspace(0.7, 1.0, 61, dtype=np.float32)


def read(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    with safe_open(folder / "model.safetensors", "numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}


def left_out(name: str, tensor: np.ndarray, tensors: dict[str, np.ndarray]) -> bool:
    """Whether the model can do without this tensor."""
    if "embed_positions" in name:
        return True
    if name == "final_logits_bias":
        return not tensor.any()
    return name in TIED and SHARED in tensors and np.array_equal(tensor, tensors[SHARED])


def quantise(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Int8 values and one scale a row, chosen among SHARES for the smallest squared error."""
    matrix = matrix.astype(np.float32)
    widest = np.abs(matrix).max(axis=1) / 127
    widest[widest == 0] = 1.0  # a row of zeros, such as the padding's: any scale will do
    best_error = np.full(len(matrix), np.inf, np.float32)
    best_values = np.zeros(matrix.shape, np.int8)
    best_scale = widest.copy()
    for share in SHARES:
        scale = widest * share
        values = np.clip(np.rint(matrix / scale[:, None]), -127, 127)
        error = ((values * scale[:, None] - matrix) ** 2).sum(axis=1)
        better = error < best_error
        best_error[better] = error[better]
        best_values[better] = values[better].astype(np.int8)
        best_scale[better] = scale[better]
    return best_values, best_scale


def shortened(vector: np.ndarray) -> np.ndarray:
    """F16, unless a value is too large or so small that half precision would drop digits."""
    size = np.abs(vector[vector != 0])
    return vector.astype(np.float16 if size.size and 6e-5 < size.max() and size.max() < 6e4 else np.float32)


def pack(source: Path, target: Path) -> None:
    tensors, _ = read(source)
    packed: dict[str, np.ndarray] = {}
    wrong = total = 0.0
    for name, tensor in tensors.items():
        if left_out(name, tensor, tensors):
            continue
        if tensor.ndim != 2 or min(tensor.shape) == 1:
            packed[name] = shortened(tensor)
            continue
        values, scale = quantise(tensor)
        packed[name], packed[f"{name}.scale"] = values, scale
        wrong += float(((values * scale[:, None] - tensor.astype(np.float32)) ** 2).sum())
        total += float((tensor.astype(np.float32) ** 2).sum())
    write(source, target, packed, {"format": "pt", "packed": FORMAT})
    sizes = [(folder / "model.safetensors").stat().st_size for folder in (source, target)]
    print(f"{sizes[0]} → {sizes[1]} bytes, relative error of the matrices {np.sqrt(wrong / total):.5f}")


def unpack(source: Path, target: Path) -> None:
    tensors, metadata = read(source)
    if metadata.get("packed") != FORMAT:
        sys.exit(f"{source}: not packed as {FORMAT}")
    floats = {}
    for name, tensor in tensors.items():
        scale = tensors.get(f"{name}.scale")
        if scale is not None:
            floats[name] = tensor.astype(np.float32) * scale.astype(np.float32)[:, None]
        elif not (name.endswith(".scale") and name.removesuffix(".scale") in tensors):
            floats[name] = tensor.astype(np.float32)
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    size = config.get("decoder_vocab_size") or config["vocab_size"]
    floats.setdefault("final_logits_bias", np.zeros((1, size), np.float32))
    write(source, target, floats, {"format": "pt"})


def write(source: Path, target: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    if source.resolve() == target.resolve():
        sys.exit("the two folders must differ")
    target.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target / "model.safetensors", metadata)
    (target / "model.safetensors").chmod(0o644)
    for name in COPIED:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unpack", action="store_true", help="turn a packed folder into one of floats")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    (unpack if arguments.unpack else pack)(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
