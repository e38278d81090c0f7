"""Makes the tokenizer fixtures of all families but Marian: small tokenizers, and what Hugging Face transformers makes of text.

Each folder families/NAME holds the files of a model that its tokenizer is built from, trained on the text below, and
`expected.json`:

    family, vocab, end   what the model's configuration would say
    encode   [{text, ids}]   ids of the source text with all marks, German as the source language
    decode   [{ids, text}]   text of target ids, special tokens skipped
    forced_first, start      what the target begins with, for English as the target language

    pip install transformers==5.23.0 sentencepiece==0.2.3 tokenizers protobuf
    python tests/tokenizer/make_families.py [NAME...]
"""

import io
import json
import random
import shutil
import sys
import warnings
from pathlib import Path

import sentencepiece
import transformers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    BartTokenizer, M2M100Tokenizer, MBart50Tokenizer, MBartTokenizer, NllbTokenizer, PegasusTokenizer, T5Tokenizer,
)

HERE = Path(__file__).parent / "families"

TEXT = """
Die Brücke über den Fluss bleibt bis zum Frühjahr gesperrt, sagte die Bürgermeisterin am Dienstag.
Der Stadtrat hat dem Bau der neuen Schule mit großer Mehrheit zugestimmt.
Nach dem Hochwasser sind viele Straßen im Tal noch immer nicht befahrbar.
Am Samstag öffnet das Museum nach zwei Jahren wieder seine Türen für Besucher.
Die Feuerwehr rückte in der Nacht zu drei Einsätzen aus, verletzt wurde niemand.
Der Preis für Brot ist in diesem Jahr um vier Prozent gestiegen.
Ein Zug ist wegen eines umgestürzten Baumes auf offener Strecke stehen geblieben.
Mehr Kinder lernen schwimmen, weil die Stadt die Kurse bezahlt.
The bridge across the river stays closed until spring, the mayor said on Tuesday.
The council has agreed by a large majority to build the new school.
After the flood many roads in the valley still cannot be used.
The museum opens its doors to visitors again on Saturday after two years.
The fire brigade was called out three times in the night; nobody was hurt.
The price of bread has risen by four percent this year.
A train has stopped on the open line because of a fallen tree.
More children learn to swim because the town pays for the courses.
""".strip().split("\n")

OTHERS = """
Das Wetter wird morgen schöner; es bleibt trocken.
Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.
„Das ist gut“, sagte er – und ging (um 18.30 Uhr).
1.234,56 Euro kosten 3 % mehr als 2024!
E-Mail: a_b@beispiel.de, https://www.beispiel.de/?id=42&x=y
ein Satz ganz klein, EIN SATZ GANZ GROSS
Donaudampfschifffahrtsgesellschaftskapitän
zwei  Leerzeichen und   drei
Naïve Café-Besucher in Łódź: ﬁnden ½ Liter, Ⅷ, ｗｅｉｔ
Emoji 😀 und 東京 mittendrin
aaaaaaaaaaaaaaaaaaaaaa bbbb
I don't know what you're talking about, it's the mayor's.
a
Ä
""".strip("\n").split("\n")

# A few rules in the place of the hundreds of kilobytes of the usual ones.
RULES = {"\n": " ", "\t": " ", "\u00a0": " ", "\ufb01": "fi", "\u00bd": "1/2", "\u2167": "VIII", "\uff57": "w", "\uff45": "e"}


def train(folder: Path, name: str, **options) -> int:
    """Trains SentencePiece on the text."""
    codes = lambda text: " ".join(f"{ord(character):X}" for character in text)
    rules = HERE / "rules.tsv"
    rules.write_text("".join(f"{codes(one)}\t{codes(other)}\n" for one, other in RULES.items()))
    if "normalization_rule_name" not in options:
        options["normalization_rule_tsv"] = str(rules)
    model = io.BytesIO()
    lines = [line for line in TEXT for _ in range(3)]
    settings = dict(vocab_size=240, hard_vocab_limit=False, minloglevel=2, num_threads=1, character_coverage=1.0)
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, **(settings | options))
    rules.unlink()
    # Where the rules came from is nobody's business.
    stored = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    stored.normalizer_spec.ClearField("normalization_rule_tsv")
    (folder / name).write_bytes(stored.SerializeToString())
    return len(stored.pieces)


def bart(folder: Path):
    trainer = ByteLevelBPETokenizer()
    trainer.train_from_iterator(
        TEXT * 3, vocab_size=360, min_frequency=2, show_progress=False,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
    )
    trainer.save_model(str(folder))
    # As in the first BART checkpoints, a comment stands first.
    tokenizer = BartTokenizer.from_pretrained(folder)
    return tokenizer, len(tokenizer)


def whole(folder: Path):
    """The same as a tokenizer.json."""
    with_parts, size = bart(folder)
    with_parts.backend_tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "vocab.json").unlink()
    (folder / "merges.txt").unlink()
    return with_parts, size


def t5(folder: Path):
    train(folder, "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    tokenizer = T5Tokenizer.from_pretrained(folder)
    return tokenizer, len(tokenizer)


class Madlad:
    """The tokenizer of MADLAD-400, whose marks are not where T5 has them. The language that is wanted is a piece of its own and stands
    first.

    SentencePiece itself, with which the model was trained: transformers 5 drops the blank that stands before such a piece.
    """

    def __init__(self, folder: Path):
        self.model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
        self.eos_token_id = self.model.eos_id()

    def __call__(self, text: str) -> dict:
        return {"input_ids": self.model.encode(text) + [self.eos_token_id]}

    def decode(self, ids: list[int], skip_special_tokens: bool) -> str:
        return self.model.decode([id for id in ids if not self.model.is_control(id)])


def madlad(folder: Path):
    size = train(folder, "spiece.model", pad_id=-1, unk_id=0, bos_id=1, eos_id=2, user_defined_symbols=["<2de>", "<2en>"])
    return Madlad(folder), size


def pegasus(folder: Path):
    train(folder, "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1, user_defined_symbols=["<n>"])
    tokenizer = PegasusTokenizer.from_pretrained(folder)
    return tokenizer, len(tokenizer)


def mbart(folder: Path):
    # transformers 5 forgets the rules of this one.
    train(folder, "sentencepiece.bpe.model", normalization_rule_name="identity")
    tokenizer = MBartTokenizer.from_pretrained(folder, src_lang="de_DE", tgt_lang="en_XX")
    return tokenizer, len(tokenizer)


def mbart50(folder: Path):
    train(folder, "sentencepiece.bpe.model")
    tokenizer = MBart50Tokenizer.from_pretrained(folder, src_lang="de_DE", tgt_lang="en_XX")
    return tokenizer, len(tokenizer)


class Nllb:
    """NllbTokenizer with the languages where fairseq has them: after the pieces, German the 42nd, English the 47th.

    Made from a SentencePiece model alone, that of transformers 5 knows no language.
    """

    languages = {"deu_Latn": 41, "eng_Latn": 46}
    eos_token_id = 2

    def __init__(self, folder: Path, size: int):
        self.tokenizer = NllbTokenizer.from_pretrained(folder)
        self.first = size + 1

    def convert_tokens_to_ids(self, token: str) -> int:
        return self.first + self.languages[token]

    def __call__(self, text: str) -> dict:
        ids = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return {"input_ids": [self.convert_tokens_to_ids("deu_Latn")] + ids + [self.eos_token_id]}

    def decode(self, ids: list[int], skip_special_tokens: bool) -> str:
        return self.tokenizer.decode([id for id in ids if id < self.first], skip_special_tokens=skip_special_tokens)


def nllb(folder: Path):
    size = train(folder, "sentencepiece.bpe.model", model_type="bpe")
    return Nllb(folder, size), size + 1 + 202 + 1


def m2m_100(folder: Path):
    size = train(folder, "sentencepiece.bpe.model", model_type="bpe")
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.bpe.model"))
    pieces = [model.id_to_piece(index) for index in range(3, size)]
    random.Random(1).shuffle(pieces)  # the order of the model means nothing
    vocab = {piece: index for index, piece in enumerate(["<s>", "<pad>", "</s>", "<unk>"] + pieces)}
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    tokenizer = M2M100Tokenizer.from_pretrained(folder, src_lang="de", tgt_lang="en")
    return tokenizer, len(vocab) + 100 + 8


# What the target begins with: (forced first, start of the decoder).
KINDS = {
    "bart": (bart, "bart", None, None),
    "tokenizer-json": (whole, "bart", None, None),
    "t5": (t5, "t5", None, None),
    "madlad": (madlad, "t5", None, None),
    "pegasus": (pegasus, "pegasus", None, None),
    "mbart-25": (mbart, "mbart", None, "en_XX"),
    "mbart-50": (mbart50, "mbart", "en_XX", None),
    "nllb": (nllb, "m2m_100", "eng_Latn", None),
    "m2m-100": (m2m_100, "m2m_100", "__en__", None),
}


def main() -> None:
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    for name, (make, family, first, start) in KINDS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        tokenizer, vocab = make(folder)
        lines = TEXT[:3] + TEXT[8:11] + OTHERS
        if make is madlad:
            lines = [f"<2en> {line}" for line in lines]
        encode = [{"text": line, "ids": tokenizer(line)["input_ids"]} for line in lines]
        choose = random.Random(2)
        rows = [entry["ids"] for entry in encode[:6]]
        pieces = sorted({id for entry in encode for id in entry["ids"]})
        rows += [[choose.choice(pieces) for _ in range(choose.randint(1, 12))] for _ in range(12)]
        if make is m2m_100:
            # transformers 5 writes the tags of languages, though they are special.
            rows = [[id for id in ids if id < vocab - 108] for ids in rows]
        decode = [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True).strip()} for ids in rows]
        number = lambda token: token and tokenizer.convert_tokens_to_ids(token)
        head = {
            "transformers": transformers.__version__, "family": family, "vocab": vocab, "end": tokenizer.eos_token_id,
            "forced_first": number(first), "start": number(start),
        }
        row = lambda entry: "  " + json.dumps(entry, ensure_ascii=True)
        text = (
            json.dumps(head)[:-1] + ',\n "encode": [\n' + ",\n".join(map(row, encode)) + '\n ],\n "decode": [\n'
            + ",\n".join(map(row, decode)) + "\n ]\n}\n"
        )
        json.loads(text)
        (folder / "expected.json").write_text(text, encoding="ascii")
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{name}: {size // 1024} kB, vocabulary {vocab}, {encode[0]['ids'][:8]} … {encode[0]['ids'][-3:]}")


if __name__ == "__main__":
    main()
