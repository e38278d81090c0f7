"""Makes `complete/`: a tiny Marian folder with everything a real one has, tokenizer included, and what it translates.

The source and the target SentencePiece models differ, the vocabulary is the union of their pieces less some (so that
real text meets `<unk>`), and the source model normalises by a small table of its own. The network is trained for a
minute on sentences made from the words below: its output is text, its translations mean nothing.

    pip install torch==2.15.0 transformers==5.23.0 sentencepiece==0.2.3 safetensors==0.8.0 protobuf==7.36.2
    python tests/parity/marian/make_complete.py

`expected.json`:
    made_with  versions of Python, torch, transformers and sentencepiece
    lines      [{source, pieces, ids, greedy: {ids, text}, beam: {ids, text, score}}]
               pieces and ids are those of the source text, ids with the final end-of-sentence id; greedy is one beam,
               beam is what generation_config.json asks for; output ids are without start token and padding
"""

import itertools
import json
import os
import platform
import random
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sentencepiece
import torch
import transformers
from sentencepiece import sentencepiece_model_pb2
from transformers import GenerationConfig, MarianConfig, MarianMTModel, MarianTokenizer

from make import HERE, fresh, ids_of, rivals, search

SUBJECTS = [
    ("Der Bürgermeister", "The mayor"), ("Die Ministerin", "The minister"), ("Ein Sprecher", "A spokesman"),
    ("Die Polizei", "The police"), ("Das Gericht", "The court"), ("Der Verein", "The club"),
    ("Die Regierung", "The government"), ("Unsere Zeitung", "Our newspaper"), ("Der Bäcker", "The baker"),
    ("Meine Schwester", "My sister"), ("Die Universität", "The university"), ("Der Zug", "The train"),
]
VERBS = [
    ("eröffnet", "opens"), ("prüft", "examines"), ("verkauft", "sells"), ("sucht", "is looking for"),
    ("verlässt", "leaves"), ("kritisiert", "criticises"), ("besucht", "visits"), ("kennt", "knows"),
]
OBJECTS = [
    ("die neue Brücke", "the new bridge"), ("das alte Rathaus", "the old town hall"), ("den Vertrag", "the contract"),
    ("die Straßenbahn", "the tram"), ("das Schwimmbad", "the swimming pool"), ("den Bahnhof", "the station"),
    ("die Bücherei", "the library"), ("den Haushalt", "the budget"), ("die Äpfel", "the apples"),
    ("das Krankenhaus", "the hospital"), ("die Großstadt", "the city"), ("den Flüchtlingsrat", "the refugee council"),
]
TAILS = [
    (".", "."), (" am Montag.", " on Monday."), (" im Herbst.", " in autumn."), (" seit 2019.", " since 2019."),
    (", sagte er.", ", he said."), (" nicht mehr.", " no longer."), ("?", "?"), ("!", "!"),
]
SENTENCES = [
    ("Es regnet seit drei Tagen.", "It has been raining for three days."),
    ("Der Eintritt kostet 3,50 Euro.", "Admission costs 3.50 euros."),
    ("„Wir haben lange gewartet“, sagte sie.", '"We waited for a long time," she said.'),
    ("Niemand wurde verletzt.", "Nobody was hurt."),
    ("Die Sitzung beginnt um 18.30 Uhr.", "The meeting starts at 6.30 pm."),
    ("Das Wetter bleibt schön.", "The weather stays fine."),
    ("Wo wohnst du?", "Where do you live?"),
    ("Guten Morgen!", "Good morning!"),
    ("Vielen Dank für Ihre Hilfe.", "Thank you very much for your help."),
    ("Die Zahl der Gäste stieg um 12 Prozent.", "The number of guests rose by 12 per cent."),
    ("Im Jahr 1987 wurde die Schule gebaut.", "The school was built in 1987."),
    ("Ein Junge fand den Schlüssel im Gras.", "A boy found the key in the grass."),
]

# What is translated in the fixture: in the training text, beside it, and far from it.
LINES = [
    "Der Bürgermeister eröffnet die neue Brücke.",
    "Die Polizei sucht den Vertrag am Montag.",
    "Meine Schwester verkauft die Äpfel nicht mehr.",
    "Guten Morgen!",
    "Es regnet seit drei Tagen.",
    "„Wir haben lange gewartet“, sagte sie.",
    "Der Eintritt kostet 3,50 Euro.",
    "Das Gericht besucht die Großstadt seit 2019, sagte er.",
    "Unsere Zeitung kritisiert das Kranken\u00adhaus im Herbst.",
    "Die  Universität \t prüft den Haushalt?",
    "Der Ver\ufb01n zahlt \uff11\uff12 Prozent …",
    "\u00a0 Wo\u00a0wohnst du? ",
    "Jörg Quäxly jagt 7 zwölf Boxkämpfer über Sylt.",
    "東京 🙂 \u0301 Ω",
    "Zug </s> und <unk> und <pad> Ende",
    "a\u0308pfel kaufen",
    ">>eng<< Die Regierung kennt das Rathaus.",
    "",
]

# Characters that the source model rewrites before it looks for pieces (hexadecimal code points, as SentencePiece reads).
NORMALISATION = [
    ("\u00a0", " "), ("\u2009", " "), ("\t", " "), ("\u00ad", ""), ("\u200b", ""), ("\ufb01", "fi"), ("\ufb02", "fl"),
    ("…", "..."), ("a\u0308", "ä"), ("o\u0308", "ö"), ("u\u0308", "ü"), ("–", "-"), ("—", "-"),
    *[(chr(0xFF10 + digit), str(digit)) for digit in range(10)],
]


def corpus() -> list[tuple[str, str]]:
    pairs = []
    for subject, verb, thing, tail in itertools.product(SUBJECTS, VERBS, OBJECTS, TAILS):
        pairs.append(tuple(f"{subject[side]} {verb[side]} {thing[side]}{tail[side]}" for side in (0, 1)))
    return random.Random(5).sample(pairs, 1200) + SENTENCES * 20


def train_pieces(folder: Path, name: str, lines: list[str], pieces: int, **options) -> sentencepiece.SentencePieceProcessor:
    text = folder / f"{name}.txt"
    text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / name), vocab_size=pieces, model_type="unigram", num_threads=1,
        character_coverage=1.0, bos_id=-1, hard_vocab_limit=False, minloglevel=2, **options,
    )
    model = sentencepiece_model_pb2.ModelProto.FromString((folder / f"{name}.model").read_bytes())
    for specification, field in [
        (model.trainer_spec, "input"), (model.trainer_spec, "model_prefix"), (model.normalizer_spec, "normalization_rule_tsv"),
    ]:
        specification.ClearField(field)  # paths of the temporary folder
    (folder / f"{name}.spm").write_bytes(model.SerializeToString(deterministic=True))
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{name}.spm"))


def tokenizer(folder: Path) -> MarianTokenizer:
    pairs = corpus()
    rules = folder / "rules.tsv"
    code = lambda text: " ".join(f"{ord(character):X}" for character in text)
    rules.write_text("".join(f"{code(a)}\t{code(b)}\n" for a, b in NORMALISATION), encoding="utf-8")
    source = train_pieces(folder, "source", [de for de, _ in pairs], 300, normalization_rule_tsv=str(rules))
    target = train_pieces(folder, "target", [en for _, en in pairs], 260, normalization_rule_name="identity")
    pieces = [model.id_to_piece(index) for model in (source, target) for index in range(model.get_piece_size())]
    special = ["</s>", "<unk>"]
    words = [piece for piece in dict.fromkeys(pieces) if piece not in special + ["<s>"]]
    words = [piece for index, piece in enumerate(words) if index % 13 != 7]
    vocabulary = {piece: index for index, piece in enumerate(special + words + ["<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    return MarianTokenizer(
        source_spm=str(folder / "source.spm"), target_spm=str(folder / "target.spm"), vocab=str(folder / "vocab.json"),
        source_lang="de", target_lang="en",
    )


def train(model: MarianMTModel, words: MarianTokenizer) -> None:
    pad = model.config.pad_token_id
    pairs = corpus()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    steps = 1200
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.2e-2, total_steps=steps)
    choose = random.Random(6)
    for _ in range(steps):
        batch = choose.sample(pairs, 24)
        inputs = words([de for de, _ in batch], return_tensors="pt", padding=True)
        labels = words(text_target=[en for _, en in batch], return_tensors="pt", padding=True)["input_ids"]
        loss = model(**inputs, labels=labels.masked_fill(labels == pad, -100)).loss
        loss.backward()
        model.model.shared.weight.grad[pad] = 0.0
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    print(f"trained: loss {loss.item():.3f}")


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(7)
    transformers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as temporary:
        words = tokenizer(Path(temporary))
        size = len(words.encoder)
        pad = size - 1
        model = MarianMTModel(MarianConfig(
            vocab_size=size, d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=4,
            decoder_attention_heads=4, encoder_ffn_dim=32, decoder_ffn_dim=32, activation_function="swish",
            scale_embedding=True, max_position_embeddings=128, dropout=0.0, pad_token_id=pad, eos_token_id=0,
            bos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0,
        ))
        with torch.no_grad():
            model.model.shared.weight.normal_(0, 0.25)
            model.model.shared.weight[pad] = 0.0
        train(model.train(), words)
        model.eval()
        model.generation_config = GenerationConfig(
            bos_token_id=0, eos_token_id=0, forced_eos_token_id=0, pad_token_id=pad, decoder_start_token_id=pad,
            bad_words_ids=[[pad]], num_beams=4, max_length=40,
        )
        folder = fresh("complete")
        model.save_pretrained(folder)
        words.save_pretrained(folder)
    for path in folder.iterdir():
        path.chmod(0o644)

    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    words = MarianTokenizer.from_pretrained(folder)
    lines = []
    for line in LINES:
        ids = words(line)["input_ids"]
        greedy, beam = (search(model, [ids], settings)[0] for settings in (dict(num_beams=1), {}))
        for other in rivals(model):
            for wanted, settings in ((greedy, dict(num_beams=1)), (beam, {})):
                if ids_of(search(other, [ids], settings)) != [wanted["ids"]]:
                    raise SystemExit(f"near a tie: {line!r}")
        text = lambda output: words.decode(output["ids"], skip_special_tokens=True)
        lines.append({
            "source": line,
            "pieces": words.tokenize(line),
            "ids": ids,
            "greedy": {"ids": greedy["ids"], "text": text(greedy)},
            "beam": {"ids": beam["ids"], "text": text(beam), "score": float(f"{beam['score']:.7g}")},
        })
        print(f"{line!r} -> {lines[-1]['beam']['text']!r}, {ids.count(1)} unknown")
    made_with = {
        "python": platform.python_version(), "torch": torch.__version__.split("+")[0],
        "transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__,
    }
    entries = ",\n".join("  " + json.dumps(line, ensure_ascii=False) for line in lines)
    text = f'{{\n "made_with": {json.dumps(made_with)},\n "lines": [\n{entries}\n ]\n}}\n'
    json.loads(text)
    (folder / "expected.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
