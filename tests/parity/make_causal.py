"""Makes the parity fixtures of decoders that stand alone (Qwen2, Qwen3, Llama, Mistral, Hunyuan and Gemma 3), as transformers saves
them and as GGUF.

Each folder FAMILY/NAME is a checkpoint, plus `expected.json` in the form that marian/make.py describes. A row is a prompt without
its last token, which is the first of every `prefix` and the `decoder_start_token_id` of generation_config.json. A folder with
`model.gguf` holds matrices in blocks of few bits; what is expected was computed in float32 from the numbers that they stand for.
Windows of attention are shorter than most rows, and rotations are scaled so that short rows show it.
`qwen3/complete` goes from text to text: a lone GGUF file with its tokenizer and its chat template.

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0 gguf==0.19.0
    python tests/parity/make_causal.py [FAMILY/NAME...]
"""

import importlib.util
import json
import os
import platform
import shutil
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import gguf
import numpy
import torch
import transformers
from gguf import GGMLQuantizationType as Kind
from safetensors.torch import load_file, save_file
from transformers import (Gemma3ForCausalLM, Gemma3TextConfig, GenerationConfig, HunYuanDenseV1Config, HunYuanDenseV1ForCausalLM,
                          LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
                          Qwen3ForCausalLM)

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("marian_make", HERE / "marian" / "make.py")
marian = importlib.util.module_from_spec(spec)
spec.loader.exec_module(marian)
toy = marian.toy

PAD, END, GAP, FIRST = 0, 1, 2, 4
LIKE = dict(vocab_size=64, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=256, pad_token_id=PAD, eos_token_id=END, bos_token_id=None)
QWEN2, QWEN3 = (Qwen2Config, Qwen2ForCausalLM), (Qwen3Config, Qwen3ForCausalLM)
LLAMA, MISTRAL = (LlamaConfig, LlamaForCausalLM), (MistralConfig, MistralForCausalLM)
HUNYUAN, GEMMA = (HunYuanDenseV1Config, HunYuanDenseV1ForCausalLM), (Gemma3TextConfig, Gemma3ForCausalLM)
ROPE = lambda base: dict(rope_parameters=dict(rope_type="default", rope_theta=base))
# The original length is far below that of the rows, so most frequencies are divided and one lies between.
LLAMA3 = dict(rope_parameters=dict(rope_type="llama3", rope_theta=1e4, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                   original_max_position_embeddings=16))
ALPHA = dict(rope_parameters=dict(rope_type="dynamic", rope_theta=1e2, alpha=50.0, factor=1.0))
# Frequencies of global layers are divided by 8, those of local layers are not.
GLOBAL_AND_LOCAL = lambda local, base, factor: dict(rope_parameters=dict(
    sliding_attention=dict(rope_type="default", rope_theta=local),
    full_attention=dict(rope_type="linear", rope_theta=base, factor=factor),
))
LOCAL, GLOBAL = "sliding_attention", "full_attention"
# A scale that is not that of the heads, and heads that are together wider than the model.
LIKE_GEMMA = dict(LIKE, hidden_size=32, head_dim=16, num_hidden_layers=3, sliding_window=5, query_pre_attn_scalar=24,
                  tie_word_embeddings=True, layer_types=[LOCAL, GLOBAL, LOCAL], **GLOBAL_AND_LOCAL(1e2, 1e3, 8.0))

SHAPES = {
    "qwen2/tied": dict(kind=QWEN2, seed=31, config=dict(LIKE, tie_word_embeddings=True, **ROPE(1e6))),
    "qwen2/untied": dict(kind=QWEN2, seed=33, config=dict(LIKE, num_key_value_heads=1, **ROPE(1e4))),
    # Heads that are together wider than the model, as in the smallest Qwen3.
    "qwen3/tied": dict(kind=QWEN3, seed=35, config=dict(LIKE, head_dim=10, tie_word_embeddings=True, **ROPE(1e6))),
    "qwen3/untied": dict(kind=QWEN3, seed=37, config=dict(LIKE, head_dim=6, num_key_value_heads=4, **ROPE(1e4))),
    "qwen3/gguf": dict(
        kind=QWEN3, seed=39, gguf=True,
        config=dict(LIKE, hidden_size=32, intermediate_size=64, head_dim=16, tie_word_embeddings=True, **ROPE(1e6)),
    ),
    "qwen2/gguf": dict(
        kind=QWEN2, seed=41, gguf=True, config=dict(LIKE, hidden_size=32, intermediate_size=32, **ROPE(1e6)),
    ),
    "llama/scaled": dict(kind=LLAMA, seed=51, config=dict(LIKE, head_dim=8, **LLAMA3)),
    "llama/tied": dict(kind=LLAMA, seed=53, config=dict(LIKE, tie_word_embeddings=True, rms_norm_eps=1e-5, **ROPE(1e4))),
    # Rows of queries and keys are permuted, and the divisors of the frequencies are a tensor.
    "llama/gguf": dict(kind=LLAMA, seed=55, gguf=True, config=dict(LIKE, hidden_size=32, intermediate_size=64, head_dim=8, **LLAMA3)),
    # The mixtures that are called Q4_K_M, Q5_K_M and Q6_K.
    "formats/k-quants": dict(kind=LLAMA, seed=57, gguf=True, kinds=dict(
        attn_q=Kind.Q4_K, attn_k=Kind.Q5_K, attn_v=Kind.Q6_K, ffn_gate=Kind.Q4_K, ffn_up=Kind.Q5_K, token_embd=Kind.Q6_K,
        output=Kind.BF16), config=dict(LIKE, hidden_size=256, intermediate_size=64, head_dim=16, num_hidden_layers=1, **ROPE(1e4))),
    "mistral/windowed": dict(kind=MISTRAL, seed=59, config=dict(LIKE, sliding_window=5, **ROPE(1e4))),
    "mistral/whole": dict(kind=MISTRAL, seed=61, config=dict(LIKE, sliding_window=None, head_dim=8, **ROPE(1e6))),
    "hunyuan_v1_dense/alpha": dict(kind=HUNYUAN, seed=63, config=dict(LIKE, head_dim=10, tie_word_embeddings=True, **ALPHA)),
    "hunyuan_v1_dense/untied": dict(kind=HUNYUAN, seed=65, config=dict(LIKE, head_dim=6, **ROPE(1e4))),
    "hunyuan_v1_dense/gguf": dict(kind=HUNYUAN, seed=67, gguf=True, config=dict(
        LIKE, hidden_size=32, intermediate_size=64, head_dim=16, tie_word_embeddings=True, **ALPHA)),
    "gemma3_text/local": dict(kind=GEMMA, seed=69, config=LIKE_GEMMA),
    # Without a list of layers, every third looks at all tokens.
    "gemma3_text/pattern": dict(kind=GEMMA, seed=71, pattern=3, config=dict(
        LIKE_GEMMA, layer_types=[LOCAL, LOCAL, GLOBAL], sliding_window=3, query_pre_attn_scalar=16, **GLOBAL_AND_LOCAL(1e3, 1e2, 2.0))),
    # As models that see pictures too are stored: the text model is a part, with a configuration of its own.
    "gemma3/nested": dict(kind=GEMMA, seed=73, nested=True, config=LIKE_GEMMA),
    # A file says neither the scale nor which layers are local: one of six is global, and the scale is that of the heads.
    "gemma3/gguf": dict(kind=GEMMA, seed=75, gguf=True, config=dict(
        LIKE_GEMMA, intermediate_size=64, num_hidden_layers=7, layer_types=[LOCAL] * 5 + [GLOBAL, LOCAL], query_pre_attn_scalar=16,
        **GLOBAL_AND_LOCAL(1e4, 1e3, 8.0))),
}

# The fixtures of Qwen were made with more steps and tries than are needed.
for name, shape in SHAPES.items():
    if not name.startswith("qwen"):
        shape.update(steps=shape.get("steps", 400), tries=2)

COUNTS = [1, 2, 4, 7, 11, 17, 24]
STEPS = 900
CARRIED = dict(num_beams=3, max_new_tokens=24)
SEARCHES = {
    "default": dict(),
    "greedy": dict(num_beams=1),
    "greedy, at least 9": dict(num_beams=1, min_new_tokens=9),
    "length penalty 0.6": dict(length_penalty=0.6),
    "early stopping never, length penalty 2": dict(early_stopping="never", length_penalty=2.0),
    "early stopping, six beams, at most 8": dict(early_stopping=True, num_beams=6, max_new_tokens=8),
}

# Transformers counts the tokens of the prompt among the repeated ones. The fixtures of Qwen are older than this.
PENALTIES = {
    "greedy, penalty 1.3": dict(num_beams=1, repetition_penalty=1.3),
    "three beams, penalty 1.1": dict(repetition_penalty=1.1),
}


def searches_of(model) -> dict:
    return SEARCHES if model.config.model_type.startswith("qwen") else {**SEARCHES, **PENALTIES}


# Names in GGUF, of llama.cpp.
NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output", "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "self_attn.query_layernorm": "attn_q_norm", "self_attn.key_layernorm": "attn_k_norm",
}
GEMMA_NAMES = {"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
               "post_feedforward_layernorm": "post_ffw_norm"}
ARCHITECTURES = {"hunyuan_v1_dense": "hunyuan-dense", "gemma3_text": "gemma3"}
# As quantisers mix them: some matrices have more bits than others.
KINDS = {"attn_v": Kind.F16, "ffn_down": Kind.Q5_0, "attn_q": Kind.Q4_0, "ffn_up": Kind.Q5_1}

# With the parts of Qwen3's template that are hard: slices, a namespace, methods of strings, trimming, an empty thought.
TEMPLATE = """{%- set ns = namespace(last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>')) %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.role == "user" or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>assistant\\n' + message.content.split('</think>')[-1].lstrip('\\n') + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
"""


def build(shape: dict, pairs):
    """A random model, trained for some seconds on `pairs` of prompts and answers: random ones repeat one token for ever."""
    config_type, model_type = shape["kind"]
    torch.manual_seed(shape["seed"])
    model = model_type(config_type(**shape["config"]))
    generator = torch.Generator().manual_seed(shape["seed"])
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if name.endswith("bias"):
                weight.copy_(noise * 0.1)
            elif "norm" in name:
                weight.add_(noise * 0.1)
            else:
                weight.copy_(noise / weight.shape[1] ** 0.5)

    def batch() -> dict:
        examples = [pairs(generator) for _ in range(toy.EXAMPLES)]
        longest = max(len(prompt) + len(answer) for prompt, answer in examples)
        fill = lambda row, value: row + [value] * (longest - len(row))
        ids = torch.tensor([fill(prompt + answer, PAD) for prompt, answer in examples])
        labels = torch.tensor([fill([-100] * len(prompt) + answer, -100) for prompt, answer in examples])
        return dict(input_ids=ids, labels=labels)

    toy.fit(model, batch, shape.get("steps", STEPS), 8e-3)
    return model.eval()


def prompts(generator: torch.Generator) -> tuple:
    """A prompt that ends in a gap, and what follows it."""
    prompt, answer = toy.example(generator, range(FIRST, LIKE["vocab_size"]))
    return prompt + [GAP], answer + [END]


def search(model, row: list[int], settings: dict) -> dict:
    beams = settings.get("num_beams", CARRIED["num_beams"]) > 1
    ids = torch.tensor([row + [GAP]])
    with torch.no_grad():
        result = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), return_dict_in_generate=True, output_scores=beams, **settings
        )
    found = result.sequences[0].tolist()[ids.shape[1]:]
    while found and found[-1] == PAD:
        found.pop()
    return {"ids": found, "score": float(f"{result.sequences_scores[0]:.7g}") if beams else None}


def stable_rows(model, seed: int, tries: int) -> list[list[int]]:
    """One row of each length that no search decides narrowly; among them, that with the most varied output."""
    generator = torch.Generator().manual_seed(seed + 1)
    others = marian.rivals(model)
    chosen = []
    for count in COUNTS:
        best, variety = None, 0
        for _ in range(tries):
            row = torch.randint(FIRST, LIKE["vocab_size"], (count,), generator=generator).tolist()
            wanted = {name: search(model, row, settings)["ids"] for name, settings in searches_of(model).items()}
            varied = len(set(map(tuple, wanted.values())))
            if varied <= variety:
                continue
            if all(search(other, row, settings)["ids"] == wanted[name] for name, settings in searches_of(model).items() for other in others):
                best, variety = row, varied
        chosen += [best] if best else []
    return chosen


def expectations(model, rows: list[list[int]]) -> dict:
    searches = [
        {"name": name, "settings": settings, "outputs": [search(model, row, settings) for row in rows]}
        for name, settings in searches_of(model).items()
    ]
    encoder, logits = [], []
    with torch.no_grad():
        for index in [1, len(rows) - 1]:
            state = model.model(torch.tensor([rows[index]])).last_hidden_state[0]
            encoder.append({"row": index, "shape": list(state.shape), "values": marian.rounded(state)})
        for index in [2, 3]:
            # Other tokens than the model would choose, so that logits off the beaten path are compared too.
            words = range(FIRST, LIKE["vocab_size"])
            prefix = [GAP] + [words[(7 * step + index) % len(words)] for step in range(6)]
            values = model(torch.tensor([rows[index] + prefix])).logits[0][-len(prefix):]
            logits.append({"row": index, "prefix": prefix, "shape": list(values.shape), "values": marian.rounded(values)})
    versions = {"python": platform.python_version(), "torch": torch.__version__.split("+")[0],
                "transformers": transformers.__version__}
    return {"made_with": versions, "weights": "float32", "rows": rows, "encoder": encoder, "logits": logits, "searches": searches}


def gguf_name(name: str, family: str) -> str:
    module, kind = name.rsplit(".", 1)
    if module.startswith("model.layers."):
        _, _, layer, part = module.split(".", 3)
        names = {**NAMES, **GEMMA_NAMES} if family == "gemma3_text" else NAMES
        return f"blk.{layer}.{names[part]}.{kind}"
    return f"{NAMES[module]}.{kind}"


def packed_scales(scales: numpy.ndarray, offsets: numpy.ndarray) -> numpy.ndarray:
    """Eight scales and eight offsets of six bits each in twelve bytes, as Q4_K and Q5_K have them."""
    low = [scales[:, :4] | (scales[:, 4:] >> 4 << 6), offsets[:, :4] | (offsets[:, 4:] >> 4 << 6)]
    return numpy.concatenate([*low, (scales[:, 4:] & 15) | ((offsets[:, 4:] & 15) << 4)], axis=-1).astype(numpy.uint8)


def quantized_k(numbers: numpy.ndarray, kind: Kind) -> numpy.ndarray:
    """Q4_K, Q5_K or Q6_K by plain rounding; gguf reads these formats but does not write them."""
    half = lambda x: x.astype(numpy.float16).view(numpy.uint8).reshape(len(x), 2)
    blocks = numbers.reshape(-1, 256)
    if kind == Kind.Q6_K:
        parts = blocks.reshape(-1, 16, 16)
        scale = numpy.abs(parts).max(-1) / 31
        d = scale.max(-1, keepdims=True) / 127
        scales = numpy.rint(scale / d).astype(numpy.int8)
        step = d.astype(numpy.float16).astype(numpy.float32) * scales
        q = (numpy.clip(numpy.rint(parts / numpy.where(step == 0, 1, step)[..., None]), -32, 31) + 32).astype(numpy.uint8)
        # Each half of a block: four rows of 32; the low bits of rows 0 and 2, and of 1 and 3, share bytes.
        rows = q.reshape(-1, 2, 4, 32)
        low = numpy.concatenate([(rows[:, :, :2] & 15) | ((rows[:, :, 2:] & 15) << 4)], axis=-1).reshape(-1, 128)
        high = sum((rows[:, :, index] >> 4) << (2 * index) for index in range(4)).reshape(-1, 64)
        data = numpy.concatenate([low, high, scales.view(numpy.uint8), half(d)], axis=-1)
    else:
        bits = 4 if kind == Kind.Q4_K else 5
        parts = blocks.reshape(-1, 8, 32)
        offset = numpy.maximum(-parts.min(-1), 0)
        scale = (parts.max(-1) + offset) / (2**bits - 1)
        d, dmin = scale.max(-1, keepdims=True) / 63, numpy.maximum(offset.max(-1, keepdims=True) / 63, 1e-6)
        scales, offsets = numpy.rint(scale / d).astype(numpy.uint8), numpy.rint(offset / dmin).astype(numpy.uint8)
        step, low = d * scales, dmin * offsets
        rounded = numpy.rint((parts + low[..., None]) / numpy.where(step == 0, 1, step)[..., None])
        q = numpy.clip(rounded, 0, 2**bits - 1).astype(numpy.uint8)
        pairs = q.reshape(-1, 4, 2, 32)
        nibbles = ((pairs[:, :, 0] & 15) | ((pairs[:, :, 1] & 15) << 4)).reshape(-1, 128)
        fifth = [sum((q[:, index] >> 4) << index for index in range(8))] if bits == 5 else []
        data = numpy.concatenate([half(d), half(dmin), packed_scales(scales, offsets), *fifth, nibbles], axis=-1)
    return data.reshape(*numbers.shape[:-1], -1)


def permuted(numbers: numpy.ndarray, heads: int) -> numpy.ndarray:
    """Rows of queries or keys as files of Llama have them: the numbers that are rotated together stand beside each other."""
    return numbers.reshape(heads, 2, -1, numbers.shape[-1]).swapaxes(1, 2).reshape(numbers.shape)


def rope_metadata(writer: gguf.GGUFWriter, config) -> None:
    """The rotations, as llama.cpp's converter writes them for each family."""
    rope = config.rope_parameters
    if config.model_type == "gemma3_text":
        writer.add_rope_freq_base(rope[GLOBAL]["rope_theta"])
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope[GLOBAL]["factor"])
        writer.add_sliding_window(config.sliding_window)
    elif "alpha" in rope:
        dim = config.head_dim
        writer.add_rope_freq_base(rope["rope_theta"] * rope["alpha"] ** (dim / (dim - 2)))
        writer.add_rope_scaling_type(gguf.RopeScalingType.NONE)
        writer.add_rope_scaling_factor(1)
    else:
        writer.add_rope_freq_base(rope["rope_theta"])
    if rope.get("rope_type") == "llama3":
        default = 1 / (rope["rope_theta"] ** (torch.arange(0, config.head_dim, 2).float() / config.head_dim))
        scaled, _ = transformers.modeling_rope_utils.ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
        writer.add_tensor("rope_freqs.weight", (default / scaled).numpy().astype(numpy.float32))


def write_gguf(model, path: Path, tokenizer=None, kinds: dict = KINDS) -> None:
    """Writes the model, and gives it the weights that the file stands for."""
    config = model.config
    family = config.model_type
    writer = gguf.GGUFWriter(path, ARCHITECTURES.get(family, family))
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    if family != "qwen2":
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    rope_metadata(writer, config)
    writer.add_eos_token_id(config.eos_token_id)
    writer.add_pad_token_id(config.pad_token_id)
    if tokenizer is not None:
        tokenizer(writer)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            theirs = gguf_name(name, family)
            kind = Kind.F32
            if weight.dim() == 2:
                kind = kinds.get(theirs.split(".")[-2], Kind.Q8_0)
            numbers = weight.numpy().astype(numpy.float32)
            # The converter adds the 1 of Gemma's normalisations.
            one = 1.0 if family == "gemma3_text" and weight.dim() == 1 else 0.0
            data = quantized_k(numbers, kind) if kind.name.endswith("_K") else gguf.quants.quantize(numbers + one, kind)
            weight.copy_(torch.from_numpy(numpy.array(gguf.quants.dequantize(data, kind), dtype=numpy.float32)) - one)
            part = theirs.split(".")[-2]
            if family == "llama" and part in ("attn_q", "attn_k"):
                data = permuted(data, config.num_attention_heads if part == "attn_q" else config.num_key_value_heads)
            writer.add_tensor(theirs, numpy.ascontiguousarray(data), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def nest(folder: Path) -> None:
    """Stores the text model as a part of a model that sees pictures too, as Gemma 3 is published."""
    tensors = load_file(folder / "model.safetensors")
    save_file({f"language_model.{name}": tensor for name, tensor in tensors.items()}, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    outer = {"architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "eos_token_id": config["eos_token_id"]}
    (folder / "config.json").write_text(json.dumps({**outer, "text_config": config}, indent=2) + "\n")


def forget_layers(folder: Path, pattern: int) -> None:
    """The configuration as it was before each layer was listed."""
    config = json.loads((folder / "config.json").read_text())
    del config["layer_types"]
    rope = config.pop("rope_parameters")
    config |= dict(sliding_window_pattern=pattern, rope_theta=rope[GLOBAL]["rope_theta"], rope_local_base_freq=rope[LOCAL]["rope_theta"],
                   rope_scaling=dict(rope_type="linear", factor=rope[GLOBAL]["factor"]))
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def make(name: str, shape: dict) -> None:
    for attempt in range(6):
        model = build(dict(shape, seed=shape["seed"] + 100 * attempt), prompts)
        model.generation_config = GenerationConfig(
            eos_token_id=END, pad_token_id=PAD, bad_words_ids=[[PAD]], decoder_start_token_id=GAP, **CARRIED
        )
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if shape.get("gguf"):
            write_gguf(model, folder / "model.gguf", kinds=shape.get("kinds", KINDS))
            model.generation_config.save_pretrained(folder)
        else:
            model.save_pretrained(folder)
        if shape.get("nested"):
            nest(folder)
        if shape.get("pattern"):
            forget_layers(folder, shape["pattern"])
        rows = stable_rows(model, shape["seed"], shape.get("tries", 8))
        if len(rows) >= 5:
            break
    assert len(rows) >= 5, f"{name}: only {len(rows)} rows are far from a tie, try another seed"
    expected = expectations(model, rows)
    marian.write_expected(folder, expected)
    report(folder, expected)


def report(folder: Path, expected: dict) -> None:
    for path in folder.iterdir():
        path.chmod(0o644)
    print(f"{folder}: {sum(path.stat().st_size for path in folder.iterdir()) // 1024} kB, rows {[len(row) for row in expected['rows']]}")
    for entry in expected["searches"]:
        print(f"  {entry['name']:40} lengths {[len(output['ids']) for output in entry['outputs']]}")


SENTENCES = [
    "The council of Ulm builds a bridge.", "Pupils came late to school, said the mayor.", "It costs 8.1 million euros (2024).",
    "“We have waited so long”, she said.", "The ferry doesn't run; they'll open in March.", "Café Müller — closed.",
]
INSTRUCTION = "Summarise the article in one sentence.\n\n"


def complete() -> None:
    """A lone file from text to text: the answer to an article is its first words."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    pattern = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    core = Tokenizer(models.BPE())
    core.normalizer = normalizers.NFC()
    core.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=340, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    core.train_from_iterator(SENTENCES * 3 + [INSTRUCTION, "user\n", "assistant\n"], trainer)
    written = json.loads(core.to_str())
    ids = dict(sorted(written["model"]["vocab"].items(), key=lambda entry: entry[1]))
    merges = written["model"]["merges"]
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    thought = ["<think>", "</think>"]
    core.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    core.add_tokens([AddedToken(token, special=False, normalized=False) for token in thought])
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=core, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.chat_template = TEMPLATE
    tokens = list(ids) + special + thought
    end = tokens.index("<|im_end|>")

    texts = [" ".join(SENTENCES[(start + step) % 6] for step in range(count)) for start in range(6) for count in (1, 2, 3)]

    def prompt(text: str) -> list[int]:
        messages = [{"role": "user", "content": text}]
        found = tokenizer.apply_chat_template(messages, add_generation_prompt=True, enable_thinking=False)
        return list(found["input_ids"] if hasattr(found, "keys") else found)

    def pair(generator: torch.Generator) -> tuple:
        text = texts[int(torch.randint(0, len(texts), (1,), generator=generator))]
        answer = tokenizer.encode(" ".join(text.split()[:4]).rstrip(",.") + ".", add_special_tokens=False)
        return prompt(INSTRUCTION + text), answer + [end]

    shape = dict(kind=QWEN3, seed=43, steps=500, config=dict(
        LIKE, max_position_embeddings=1024, vocab_size=len(tokens) + 7, hidden_size=64, intermediate_size=96, head_dim=32, tie_word_embeddings=True,
        eos_token_id=end, pad_token_id=tokens.index("<|endoftext|>"), **ROPE(1e6)))
    global PAD
    PAD = shape["config"]["pad_token_id"]
    model = build(shape, pair)

    def metadata(writer: gguf.GGUFWriter) -> None:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("qwen2")
        # Vocabularies are padded to the rows of the table.
        padding = [f"[PAD{number}]" for number in range(7)]
        writer.add_token_list(tokens + padding)
        kinds = [gguf.TokenType.NORMAL] * len(ids) + [gguf.TokenType.CONTROL] * 3 + [gguf.TokenType.USER_DEFINED] * 2
        writer.add_token_types(kinds + [gguf.TokenType.UNUSED] * 7)
        writer.add_token_merges([" ".join(merge) for merge in merges])
        writer.add_chat_template(TEMPLATE)

    folder = HERE / "qwen3" / "complete"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_gguf(model, folder / "model.gguf", metadata)
    lines = []
    for text in texts[1::3] + ["Ein Wort. <|im_end|> kein Zeichen\n\nzwei", "  don't  I'LL 12345 ", "ﬁn\u0301 日本語 🙂"]:
        ids_ = prompt(INSTRUCTION + "X")
        # What a text says is text: marks in it are not read as marks, which transformers would do.
        place = tokenizer.encode("X", add_special_tokens=False)[0]
        at = len(ids_) - 1 - ids_[::-1].index(place)
        head = prompt("X")
        start = head.index(place)
        core.encode_special_tokens = True
        inner = core.encode(INSTRUCTION + text, add_special_tokens=False).ids
        core.encode_special_tokens = False
        found = head[:start] + inner + ids_[at + 1:]
        if "<|" not in text and text == text.strip():
            assert found == prompt(INSTRUCTION + text), text
        with torch.no_grad():
            row = torch.tensor([found])
            output = model.generate(row, attention_mask=torch.ones_like(row), do_sample=False, max_new_tokens=24,
                                    pad_token_id=PAD, eos_token_id=[end, PAD])
        answer = tokenizer.decode(output[0][row.shape[1]:], skip_special_tokens=True).strip()
        lines.append({"source": INSTRUCTION + text, "ids": found, "target": answer})
    text = "{\n \"task\": \"summarize\",\n \"most\": 24,\n \"lines\": [\n" + ",\n".join("  " + json.dumps(line, ensure_ascii=False) for line in lines) + "\n ]\n}\n"
    (folder / "expected.json").write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o644)
        print(path, path.stat().st_size // 1024, "kB")
    for line in lines:
        print("  ", repr(line["source"][len(INSTRUCTION):]), "→", repr(line["target"]))


def main() -> None:
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    only = sys.argv[1:]
    for name, shape in SHAPES.items():
        if not only or name in only:
            make(name, shape)
    if not only or "qwen3/complete" in only:
        complete()


if __name__ == "__main__":
    main()
