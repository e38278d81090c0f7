"""Makes the fixtures of Firefox's translation models: random weights in Marian's binary format, and what they compute.

    python tests/parity/bergamot/make.py            the bare models: needs numpy
    python tests/parity/bergamot/make.py complete   the whole one: needs sentencepiece, and the engines

    pip install numpy==2.4.6 sentencepiece==0.2.3 fxtranslate==0.5.0
    npm install --prefix /tmp/bergamot @browsermt/bergamot-translator@0.4.9
    BERGAMOT=/tmp/bergamot python tests/parity/bergamot/make.py complete

`ssru` and `separate-vocabularies` hold what NumPy computes in 64 bits from the numbers of the file (the format of `expected.json` is that of
../marian/make.py), and `fixed`: logits with inputs rounded by the file's multipliers. `complete` holds sentences and what the real engine
(npm @browsermt/bergamot-translator, WebAssembly) makes of them; the script says how often NumPy and fxtranslate (another engine) agree
with it. Sources of the architecture: models/transformer.h, rnn/cells.h, common/binary.cpp of mozilla/translations, inference/marian-fork.
"""

import json
import math
import os
import platform
import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent

# How much blocks add to what they read.
GAIN = 1.2

FLOAT32, INTGEMM8, INT8 = 0x0404, 0x4101, 0x0101


def container(items):
    """`items`: name → (type, shape, bytes). Data begins at a multiple of 256."""
    out = struct.pack("<QQ", 1, len(items))
    padded = {}
    for name, (kind, shape, data) in items.items():
        # What fills an item up is not zero in real files.
        padded[name] = data + b"\x55" * (-len(data) % 256)
        out += struct.pack("<QQQQ", len(name) + 1, kind, len(shape), len(padded[name]))
    for name in items:
        out += name.encode() + b"\0"
    for _, shape, _ in items.values():
        out += struct.pack(f"<{len(shape)}i", *shape)
    gap = -(len(out) + 8) % 256
    out += struct.pack("<Q", gap) + bytes(gap)
    for name in items:
        out += padded[name]
    return out


class Model:
    """Random weights, as a file has them, and as numbers."""

    def __init__(self, seed, dim, ffn, heads, encoder, decoder, vocab, integers, recurrent, source_vocab=None, end_bias=0.0):
        self.random = np.random.default_rng(seed)
        self.dim, self.heads, self.encoder, self.decoder, self.vocab = dim, heads, encoder, decoder, vocab
        self.integers, self.recurrent = integers, recurrent
        self.items, self.numbers, self.multipliers = {}, {}, {}
        if source_vocab is None:
            self.table("Wemb", vocab)
            self.source_table = self.target_table = self.numbers["Wemb"]
            self.output = "Wemb"
        else:
            self.table("encoder_Wemb", source_vocab)
            self.table("decoder_Wemb", vocab)
            self.source_table, self.target_table = self.numbers["encoder_Wemb"], self.numbers["decoder_Wemb"]
            self.output = "decoder_Wemb"
        bias = self.random.normal(0, 0.3, (1, vocab))
        bias[0, 0] += end_bias
        self.vector("decoder_ff_logit_out_b", bias)
        for layer in range(1, encoder + 1):
            self.attention(f"encoder_l{layer}_self")
            self.feed_forward(f"encoder_l{layer}_ffn", ffn)
        for layer in range(1, decoder + 1):
            if recurrent:
                self.matrix(f"decoder_l{layer}_rnn_W", dim, dim, GAIN)
                self.matrix(f"decoder_l{layer}_rnn_Wf", dim, dim)
                self.vector(f"decoder_l{layer}_rnn_bf", self.random.normal(0, 0.5, (1, dim)))
                self.norm(f"decoder_l{layer}_rnn_ffn")
            else:
                self.attention(f"decoder_l{layer}_self")
            self.attention(f"decoder_l{layer}_context")
            self.feed_forward(f"decoder_l{layer}_ffn", ffn)
        sizes = [source_vocab or vocab, vocab]
        config = {
            "dim-emb": dim, "dim-rnn": 1024, "dim-vocabs": sizes, "dec-cell": "ssru", "dec-cell-base-depth": 2, "dec-depth": decoder,
            "enc-depth": encoder, "tied-embeddings": source_vocab is not None, "tied-embeddings-all": source_vocab is None,
            "tied-embeddings-src": False, "transformer-aan-activation": "swish", "transformer-decoder-autoreg":
            "rnn" if recurrent else "self-attention", "transformer-depth-scaling": False, "transformer-dim-aan": 2048,
            "transformer-dim-ffn": ffn, "transformer-decoder-dim-ffn": 0, "transformer-aan-depth": 2, "transformer-ffn-activation": "relu",
            "transformer-ffn-depth": 2, "transformer-decoder-ffn-depth": 0, "transformer-guided-alignment-layer": "last",
            "transformer-heads": heads, "transformer-no-projection": False, "transformer-postprocess": "dan",
            "transformer-postprocess-emb": "d", "transformer-postprocess-top": "", "transformer-preprocess": "",
            "transformer-tied-layers": [], "transformer-train-position-embeddings": False, "type": "transformer",
            "ulr": False, "ulr-dim-emb": 0, "ulr-trainable-transformation": False, "version": "v1.9.56", "lemma-dim-emb": 0,
            "lemma-dependency": "", "factors-combine": "sum", "factors-dim-emb": 0, "input-types": [], "max-length": 100,
            "output-omit-bias": False, "skip": False, "layer-normalization": False, "enc-cell": "gru", "enc-cell-depth": 1,
            "enc-type": "bidirectional", "dec-cell-high-depth": 1, "right-left": False, "char-stride": 5, "char-highway": 4,
            "char-conv-filters-num": [200], "char-conv-filters-widths": [1], "bert-train-type-embeddings": True,
            "bert-type-vocab-size": 2, "transformer-pool": False, "transformer-rnn-projection": False,
        }

        def scalar(value):
            return {True: "true", False: "false", "": '""'}.get(value, str(value)) if isinstance(value, (bool, str)) else str(value)

        lines = []
        for key, value in sorted(config.items()):
            if isinstance(value, list):
                lines.append(f"{key}:" + ("" if value else " []"))
                lines += [f"  - {item}" for item in value]
            else:
                lines.append(f"{key}: {scalar(value)}")
        text = "\n".join(lines).encode() + b"\n\0"
        self.items["special:model.yml"] = (INT8, [len(text)], text)

    def vector(self, name, values):
        values = np.atleast_2d(values).astype(np.float32)
        self.items[name] = (FLOAT32, values.shape, values.tobytes())
        self.numbers[name] = values[0].astype(np.float64)

    def norm(self, name):
        scale = 1 + self.random.normal(0, 0.1, (1, self.dim))
        if name == f"decoder_l{self.decoder}_ffn_ffn":
            # Logits lie far apart, and a token does not follow itself because its vector is in the sum.
            scale *= self.random.choice([-3, 3], (1, self.dim))
        self.vector(f"{name}_ln_scale", scale)
        self.vector(f"{name}_ln_bias", self.random.normal(0, 0.1, (1, self.dim)))

    def numbers_of(self, name, values, transposed):
        """Stores `values` [inputs, outputs], and keeps what is stored as numbers."""
        if not self.integers:
            values = values.astype(np.float32)
            self.items[name] = (FLOAT32, values.shape, values.tobytes())
            self.numbers[name] = values.astype(np.float64)
            return
        # Half of the range: the engine adds products of neighbours in 16 bits, which must not overflow.
        multiplier = np.float32(63 / np.abs(values).max())
        integers = np.rint(values * multiplier).astype(np.int8)
        stored = integers.T if transposed else integers
        self.items[name] = (INTGEMM8, values.shape, stored.tobytes() + multiplier.tobytes())
        self.numbers[name] = integers.astype(np.float64) / float(multiplier)

    def table(self, name, rows):
        self.numbers_of(name, self.random.normal(0, 1 / math.sqrt(self.dim), (rows, self.dim)), transposed=False)

    def matrix(self, name, inputs, outputs, gain=1.0):
        self.numbers_of(name, self.random.normal(0, gain / math.sqrt(inputs), (inputs, outputs)), transposed=True)

    def attention(self, name):
        for letter in "qkvo":
            self.matrix(f"{name}_W{letter}", self.dim, self.dim, GAIN if letter in "vo" else 2.0)
            self.vector(f"{name}_b{letter}", self.random.normal(0, 0.1, (1, self.dim)))
        self.norm(f"{name}_Wo")

    def feed_forward(self, name, width):
        self.matrix(f"{name}_W1", self.dim, width, GAIN)
        self.vector(f"{name}_b1", self.random.normal(0, 0.1, (1, width)))
        self.matrix(f"{name}_W2", width, self.dim, GAIN)
        self.vector(f"{name}_b2", self.random.normal(0, 0.1, (1, self.dim)))
        self.norm(f"{name}_ffn")

    def calibrate(self, rows):
        """Adds the multipliers of inputs: the largest input of a matrix is cut off a little, as in Mozilla's files."""
        self.largest = {}
        for row in rows:
            self.greedy(row, 12)
        for name, largest in self.largest.items():
            multiplier = np.array([[127 / (largest * 0.9)]], dtype=np.float32)
            # The engine looks for that of the output matrix under one name or the other.
            for item in [name, "none"] if name == "Wemb" else [name]:
                self.items[f"{item}_QuantMultA"] = (FLOAT32, (1, 1), multiplier.tobytes())
            self.multipliers[name] = float(multiplier[0, 0])
        self.largest = None

    largest = None
    fixed = False

    def product(self, name, x, weights=None, bias=None):
        weights = self.numbers[name] if weights is None else weights
        if self.largest is not None:
            self.largest[name] = max(self.largest.get(name, 0.0), float(np.abs(x).max()))
        if self.fixed:
            multiplier = self.multipliers[name]
            x = np.clip(np.rint(x.astype(np.float32) * np.float32(multiplier)), -127, 127) / multiplier
        y = x @ weights
        return y if bias is None else y + self.numbers[bias]

    def normalized(self, name, x):
        mean = x.mean(-1, keepdims=True)
        deviation = np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-6)
        return (x - mean) / deviation * self.numbers[f"{name}_ln_scale"] + self.numbers[f"{name}_ln_bias"]

    def attend(self, name, queries_from, keys_from, causal=False):
        split = lambda x: x.reshape(len(x), self.heads, -1).transpose(1, 0, 2)
        q, k, v = (
            split(self.product(f"{name}_W{letter}", x, bias=f"{name}_b{letter}"))
            for letter, x in [("q", queries_from), ("k", keys_from), ("v", keys_from)]
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        if causal:
            scores[:, np.triu(np.ones(scores.shape[1:], bool), 1)] = -np.inf
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        joined = (weights @ v).transpose(1, 0, 2).reshape(len(queries_from), self.dim)
        output = self.product(f"{name}_Wo", joined, bias=f"{name}_bo")
        return self.normalized(f"{name}_Wo", output + queries_from)

    def forward(self, name, x):
        hidden = np.maximum(self.product(f"{name}_W1", x, bias=f"{name}_b1"), 0)
        return self.normalized(f"{name}_ffn", self.product(f"{name}_W2", hidden, bias=f"{name}_b2") + x)

    def positions(self, count):
        half = self.dim // 2
        angles = np.arange(count)[:, None] * np.exp(np.arange(half) * -math.log(10000) / (half - 1))
        return np.concatenate([np.sin(angles), np.cos(angles)], 1)

    def encode(self, row):
        x = self.source_table[row] * math.sqrt(self.dim) + self.positions(len(row))
        for layer in range(1, self.encoder + 1):
            x = self.forward(f"encoder_l{layer}_ffn", self.attend(f"encoder_l{layer}_self", x, x))
        return x

    def logits(self, states, prefix):
        """After each token of `prefix`, which begins with the start token, the one past the vocabulary."""
        zero = np.zeros((1, self.dim))
        x = np.concatenate([zero, self.target_table[prefix[1:]]]) * math.sqrt(self.dim) + self.positions(len(prefix))
        for layer in range(1, self.decoder + 1):
            if self.recurrent:
                name = f"decoder_l{layer}_rnn"
                candidate = self.product(f"{name}_W", x)
                kept = 1 / (1 + np.exp(-self.product(f"{name}_Wf", x, bias=f"{name}_bf")))
                cells, cell = [], np.zeros(self.dim)
                for step in range(len(x)):
                    cell = kept[step] * cell + (1 - kept[step]) * candidate[step]
                    cells.append(cell)
                x = self.normalized(f"{name}_ffn", np.maximum(np.array(cells), 0) + x)
            else:
                x = self.attend(f"decoder_l{layer}_self", x, x, causal=True)
            x = self.attend(f"decoder_l{layer}_context", x, states)
            x = self.forward(f"decoder_l{layer}_ffn", x)
        return self.product(self.output, x, self.target_table.T, "decoder_ff_logit_out_b")

    def greedy(self, row, longest):
        """The ids, and the smallest distance between the best token and the next."""
        states, ids, margin = self.encode(row), [self.vocab], math.inf
        while len(ids) <= longest:
            logits = self.logits(states, ids)[-1].copy()
            logits[1] = -np.inf
            best = np.argsort(logits)[::-1][:2]
            margin = min(margin, logits[best[0]] - logits[best[1]])
            ids.append(int(best[0]))
            if best[0] == 0:
                break
        return ids[1:], margin


def save(folder, model, file_name):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file_name).write_bytes(container(model.items))


def bare(name, longest=24, **shape):
    model = Model(**shape)
    row_vocab = shape.get("source_vocab") or shape["vocab"]
    rows = [list(map(int, model.random.integers(2, row_vocab, length))) + [0] for length in [1, 2, 3, 5, 7, 10, 14, 20]]
    if model.integers:
        model.calibrate(rows)
    # No decision is near a tie.
    rows = [row for row in rows if model.greedy(row, longest)[1] > 2e-3]
    assert len(rows) >= 4, f"{name}: only {len(rows)} rows are left"

    def values(row, numbers, prefix=None):
        return {"row": row, "prefix": prefix or [], "shape": list(numbers.shape), "values": [round(float(n), 6) for n in numbers.ravel()]}

    def logits(row):
        prefix = [model.vocab, 3, 9, 4, 4, 11]
        return values(row, model.logits(model.encode(rows[row]), prefix), prefix)

    searches = [("greedy", longest), ("greedy max length 8", 8)]
    expected = {
        "made_with": {"python": platform.python_version(), "numpy": np.__version__},
        "rows": rows,
        "encoder": [values(row, model.encode(rows[row])) for row in [0, 2, len(rows) - 1]],
        "logits": [logits(row) for row in [1, 3]],
        "searches": [
            {
                "name": name,
                "settings": {"num_beams": 1, "max_length": most + 1},
                "outputs": [{"ids": model.greedy(row, most)[0], "score": None} for row in rows],
            }
            for name, most in searches
        ],
    }
    if model.integers:
        model.fixed = True
        expected["fixed"] = [logits(row) for row in [1, 3]]
    save(HERE / name, model, "model.bin")
    (HERE / name / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    print(name, len(rows), "rows")


ENGINE = """
const fs = require('fs'), path = require('path');
const folder = path.join(process.env.BERGAMOT, 'node_modules/@browsermt/bergamot-translator/worker');
const { Worker } = require('worker_threads');
// The package calls itself a module, which the worker is none of.
const copy = fs.mkdtempSync('/tmp/bergamot-worker-');
fs.cpSync(folder, copy, { recursive: true });
fs.renameSync(path.join(copy, 'translator-worker.js'), path.join(copy, 'translator-worker.cjs'));
const worker = new Worker(path.join(copy, 'translator-worker.cjs'));
const pending = new Map();
let serial = 0;
worker.on('message', ({ id, result, error }) => {
  const { resolve, reject } = pending.get(id);
  error ? reject(new Error(error.message || JSON.stringify(error))) : resolve(result);
});
const call = (name, ...args) => new Promise((resolve, reject) => {
  pending.set(++serial, { resolve, reject });
  worker.postMessage({ id: serial, name, args });
});
const bytes = (file) => { const b = fs.readFileSync(file); return b.buffer.slice(b.byteOffset, b.byteOffset + b.length); };
(async () => {
  const [model, vocab, lines] = process.argv.slice(2);
  await call('initialize', {});
  const pair = { from: 'de', to: 'en' };
  await call('loadTranslationModel', pair, { model: bytes(model), shortlist: new ArrayBuffer(0), vocabs: [bytes(vocab)] });
  const out = [];
  // One sentence at a time: what stands beside a sentence must not matter.
  for (const text of JSON.parse(fs.readFileSync(lines))) {
    const [{ target }] = await call('translate', { models: [pair], texts: [{ text, html: false, qualityScores: false }] });
    out.push(target.text);
  }
  console.log(JSON.stringify(out));
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
"""


def sentences():
    """Sentences of the samples, each once, and their beginnings: 200 in all."""
    paths = sorted(path for ending in ("txt", "md") for path in (ROOT / "samples/articles").rglob(f"*.{ending}"))
    text = "\n".join(path.read_text(errors="replace") for path in paths)
    found = []
    for line in text.splitlines():
        for sentence in re.split(r"(?<=[a-zäöüß“][.!?]) (?=[A-ZÄÖÜ„])", line.strip()):
            sentence = sentence.strip(" #*-")
            # The engine splits texts, and takes an ordinal for an end.
            if 12 <= len(sentence) <= 160 and sentence not in found and not re.search(r"\ufffd|\d\.|[.!?] ", sentence):
                found.append(sentence)
    for parts in (2, 3):
        for sentence in list(found):
            words = sentence.split()
            beginning = " ".join(words[: max(2, len(words) // parts)]).rstrip(",")
            if len(found) < 200 and beginning not in found:
                found.append(beginning)
    return found


def complete():
    import fxtranslate
    import sentencepiece

    folder = HERE / "complete"
    folder.mkdir(exist_ok=True)
    lines = sentences()
    training = Path("/tmp/bergamot-sentences.txt")
    training.write_text("\n".join(lines) + "\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(training), model_prefix="/tmp/bergamot-vocab", vocab_size=512, bos_id=-1, eos_id=0, unk_id=1, character_coverage=1.0,
        num_threads=1, hard_vocab_limit=False, normalization_rule_name="nmt_nfkc",
    )
    vocab = Path("/tmp/bergamot-vocab.model").read_bytes()
    (folder / "vocab.deen.spm").write_bytes(vocab)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=vocab)
    # The engine multiplies in blocks of eight outputs.
    size = -(-pieces.get_piece_size() // 8) * 8
    model = Model(seed=71, dim=64, ffn=128, heads=4, encoder=2, decoder=2, vocab=size, integers=True, recurrent=True, end_bias=7.0)
    ids = {line: pieces.encode(line) + [0] for line in lines}
    model.calibrate([ids[line] for line in lines[:40]])
    save(folder, model, "model.deen.intgemm.alphas.bin")
    model.fixed = True
    engine = Path("/tmp/bergamot-engine.js")
    engine.write_text(ENGINE)
    asked = Path("/tmp/bergamot-lines.json")
    asked.write_text(json.dumps(lines))
    answer = subprocess.run(
        ["node", engine, folder / "model.deen.intgemm.alphas.bin", folder / "vocab.deen.spm", asked], capture_output=True, text=True, check=True,
    )
    real = json.loads(answer.stdout)
    other = fxtranslate.Translator((folder / "model.deen.intgemm.alphas.bin").read_bytes(), vocab, vocab)
    agree, agree_other, kept = 0, 0, []
    for line, target in zip(lines, real):
        most = 2 * len(ids[line])
        found, margin = model.greedy(ids[line], most)
        text = pieces.decode([piece for piece in found if piece > 1])
        agree += text == target
        agree_other += other.translate(line) == target
        kept.append({"source": line, "ids": ids[line], "target": target, "margin": round(float(margin), 4), "numpy": text == target})
    print(f"{len(lines)} sentences: NumPy agrees on {agree}, fxtranslate on {agree_other}")
    expected = {
        "made_with": {"numpy": np.__version__, "sentencepiece": sentencepiece.__version__, "fxtranslate": "0.5.0",
                      "@browsermt/bergamot-translator": "0.4.9"},
        "agreement": {"sentences": len(lines), "numpy": agree, "fxtranslate": agree_other},
        "lines": kept,
    }
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=0) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["complete"]:
        complete()
    else:
        bare("ssru", seed=51, dim=64, ffn=96, heads=4, encoder=2, decoder=2, vocab=96, integers=True, recurrent=True, end_bias=9.0)
        bare("separate-vocabularies", seed=57, dim=24, ffn=40, heads=3, encoder=1, decoder=2, vocab=64, source_vocab=80, integers=False,
             recurrent=False, end_bias=4.0)
