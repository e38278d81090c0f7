"""Makes FAMILY/complete: folders as users have them, with the tokenizers of tests/tokenizer/families, and the texts that Hugging
Face transformers writes with them. They hold that prefixes, tags of languages and settings of a task arrive where they should.

The weights are random, so the texts mean nothing; a text is kept only if no search decides it narrowly. Run make.py and
../tokenizer/make_families.py before.

    python tests/parity/make_complete.py

`expected.json`: {task, lines: [{source, ids, target}]}: the ids with all marks and the prefix, the text that beam search gives
with the checkpoint's own settings.
"""

import importlib.util
import json
import shutil
from pathlib import Path

import torch
import transformers

HERE = Path(__file__).parent


def module(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


make = module(HERE / "make.py")
tokenizers = module(HERE.parent / "tokenizer" / "make_families.py")

SIZES = dict(d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
             encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=90)
SUMMARY = dict(num_beams=4, min_length=6, max_length=14, length_penalty=2.0, no_repeat_ngram_size=3, early_stopping=True)

# Of the tokenizer, the task, what stands before each text, the class and its configuration, and the decoding settings.
COMPLETE = {
    "bart/complete": dict(
        tokenizer="bart", task="summarize", before=" ", kind="Bart", seed=1, config=dict(SIZES, **make.BART_TOKENS),
        settings=dict(SUMMARY, forced_bos_token_id=0, forced_eos_token_id=2), of_task=True,
    ),
    "m2m_100/complete": dict(
        tokenizer="nllb", task="translate", before="", kind="M2M100", seed=4, config=dict(SIZES, **make.BART_TOKENS),
        settings=dict(num_beams=3, min_length=7, max_length=12, no_repeat_ngram_size=2), of_task=False,
    ),
    "t5/complete": dict(
        tokenizer="t5", task="summarize", before="summarize: ", kind="T5", seed=3,
        config=dict(d_model=8, d_kv=4, d_ff=16, num_layers=1, num_heads=2, n_positions=90, decoder_start_token_id=0),
        settings=SUMMARY, of_task=True,
    ),
}
KINDS = {
    "Bart": (transformers.BartConfig, transformers.BartForConditionalGeneration),
    "M2M100": (transformers.M2M100Config, transformers.M2M100ForConditionalGeneration),
    "T5": (transformers.T5Config, transformers.T5ForConditionalGeneration),
}


def reference(name: str, folder: Path, size: int):
    """The tokenizer of transformers for the files in `folder`, and how many tokens the model has to know."""
    kinds = {"bart": transformers.BartTokenizer, "t5": transformers.T5Tokenizer}
    if name == "nllb":
        return tokenizers.Nllb(folder, size), size + 1 + 202 + 1
    tokenizer = kinds[name].from_pretrained(folder)
    return tokenizer, len(tokenizer)


def main() -> None:
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name, shape in COMPLETE.items():
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(HERE.parent / "tokenizer" / "families" / shape["tokenizer"], folder)
        (folder / "expected.json").unlink()
        spm = folder / "sentencepiece.bpe.model"
        size = tokenizers.sentencepiece.SentencePieceProcessor(model_file=str(spm)).get_piece_size() if spm.exists() else 0
        tokenizer, vocab = reference(shape["tokenizer"], folder, size)
        config_type, model_type = KINDS[shape["kind"]]
        torch.manual_seed(shape["seed"])
        model = model_type(config_type(vocab_size=vocab, **shape["config"])).eval()
        with torch.no_grad():
            for key, weight in model.named_parameters():
                if "norm" not in key and not key.endswith("bias"):
                    weight.copy_(torch.randn(weight.shape) * (1.5 if "shared" in key or "embed" in key else 0.6))
        # Trained models do not write padding, random ones may.
        settings = dict(shape["settings"], bad_words_ids=[[model.config.pad_token_id]])
        if shape["tokenizer"] == "nllb":
            settings["forced_bos_token_id"] = tokenizer.convert_tokens_to_ids("eng_Latn")
        others = make.marian.rivals(model)
        lines = []
        for text in tokenizers.TEXT + tokenizers.OTHERS[:4]:
            ids = tokenizer(shape["before"] + text)["input_ids"]
            assert len(ids) <= 90
            found = [make.marian.search(each, [ids], settings)[0]["ids"] for each in [model] + others]
            if all(ids == found[0] for ids in found):
                lines.append({"source": text, "ids": ids, "target": tokenizer.decode(found[0], skip_special_tokens=True).strip()})
        assert len(lines) >= 5, f"{name}: only {len(lines)} texts are far from a tie, try another seed"
        if not shape["of_task"]:
            # The tag of the target's language is not among them: it has to be found.
            own = {key: value for key, value in settings.items() if key != "forced_bos_token_id"}
            model.generation_config.update(**own)
        model.save_pretrained(folder)
        if shape["of_task"]:
            (folder / "generation_config.json").unlink()
            config = json.loads((folder / "config.json").read_text())
            own = {key: value for key, value in settings.items() if key.startswith(("forced", "bad"))}
            task = {key: value for key, value in settings.items() if key not in own}
            # As bart-large-cnn and T5 have it.
            (config if shape["tokenizer"] == "bart" else task)["prefix"] = shape["before"]
            config.update(own, num_beams=1, task_specific_params={"summarization": task})
            (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
        rows = ",\n".join("  " + json.dumps(line) for line in lines)
        expected = f'{{\n "task": {json.dumps(shape["task"])},\n "lines": [\n{rows}\n ]\n}}\n'
        (folder / "expected.json").write_text(expected, encoding="ascii")
        for path in folder.iterdir():
            path.chmod(0o644)
        total = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{name}: {total // 1024} kB, {len(lines)} texts, such as {lines[0]['target']!r}")


if __name__ == "__main__":
    main()
