"""Makes `expected.json`: the ids that Hugging Face's MarianTokenizer gives for the embedded model's files.

    pip install transformers==5.23.0 sentencepiece==0.2.3
    python tests/tokenizer/make.py

`expected.json`:
    made_with  versions of transformers and sentencepiece
    encode     [{text, ids}]  ids of the source text, with the final end-of-sentence id
    decode     [{ids, text}]  text of target ids, special tokens skipped

Texts are written with every character outside printable ASCII escaped, so that no editor can change them.
"""

import json
import random
import warnings
from pathlib import Path

import sentencepiece
import transformers
from transformers import MarianTokenizer

HERE = Path(__file__).parent
MODEL = HERE.parent.parent / "models" / "small-de-en"

PLAIN = """
Der Bundestag hat am Donnerstag über das neue Gesetz abgestimmt.
Die Kommission schlägt vor, die Grenzwerte bis 2030 zu halbieren.
„Das ist ein guter Tag für unsere Stadt“, sagte die Bürgermeisterin.
»Wir müssen reden«, forderte er – und ging.
‚Nie wieder‘, stand auf dem Plakat.
Der Kurs fiel um 3,5 Prozent auf 12.345,67 Euro.
Am 3. Mai um 18.30 Uhr beginnt die Sitzung im 2. Stock.
Donaudampfschifffahrtsgesellschaftskapitän
Rechtsschutzversicherungsgesellschaften prüfen Kraftfahrzeughaftpflichtfälle.
Straßenbahn, Maß, STRASSE, STRAẞE, Größe, ÄÖÜ, äöüß
z. B. u. a. d. h. bzw. usw. Dr. Müller, Prof. Dr. h. c. Weiß
Er kaufte Brot, Käse; Wein: alles (fast) umsonst!
Ist das wahr? Nein! Doch … vielleicht.
Die 1. FC Köln GmbH & Co. KGaA verklagt die AG.
§ 5 Abs. 2 Nr. 3 BGB gilt entsprechend.
10 000 Besucher, 1.000.000 Fans, 1'000 Franken, -5 °C, +3 %, 50%
Sie wohnt in Baden-Württemberg, er in Nordrhein-Westfalen.
E-Mail: redaktion@beispiel.de, Tel. 030/123456-78
https://www.beispiel.de/artikel/2024/05/03?id=42&lang=de#oben
www.beispiel.de und http://example.org:8080/a_b~c
#Wahl @reporterin 100 km/h 3×4 m² ≈ 12 m² ± 0,5
Kapitel IV: „Das Ende“ – eine Analyse (Teil 1/2)
Ein Satz ohne Punkt
ein satz ganz klein geschrieben.
EIN SATZ GANZ GROSS GESCHRIEBEN!
Wörter-mit-Bindestrichen und Zusammen-/Getrenntschreibung
Der Vertrag wurde 1990/91 geschlossen; seither (vgl. S. 7 f.) gilt er.
"Gerade" und 'einfache' Anführungszeichen, auch `so` und ´so´
The committee will vote on Thursday.
She said, "I don't know what you're talking about."
It’s the mayor’s decision – isn’t it?
Prices rose by 2.5% to $1,234.56 (£987.65).
The U.S. and the U.K. signed the agreement on 9/11/2023.
Supercalifragilisticexpialidocious antidisestablishmentarianism
A
a
Ä
ß
.
...
?!
1
42
3,14
2024
123456789012345678901234567890
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
xyzzyqwrtplmn
Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.
The quick brown fox jumps over the lazy dog.
<p>Ein <b>fetter</b> Absatz &amp; mehr</p>
{{name}} ${HOME} %s %d [1] {x: 1} a|b a\\b ^ ~ _ * + =
""".strip("\n").split("\n")

# Names of what is tried, and the text; each is also put inside and around words below.
ODD = [
    "\u0308", "a\u0308", "A\u0308", "o\u0308u\u0308", "e\u0301", "n\u0303", "\u0301", "s\u0323\u0307", "q\u0307\u0323",
    "\ufb01", "\ufb02", "\ufb03", "\ufb05", "\u0133", "\u01c6", "\u2122", "\u2116", "\u2121", "\u33a1", "\u00bd", "\u00b2",
    "\u2460", "\u2167", "\u3392", "\uff21\uff22\uff23", "\uff11\uff12\uff13", "\uff01", "\uff0c", "\u3000", "\uff5e",
    "\uff76\uff9e", "\u00ad", "\u00a0", "\u202f", "\u2009", "\u2003", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff",
    "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u061c", "\t", "\x0b", "\x0c", "\r", "\n", "\r\n",
    "\x00", "\x01", "\x07", "\x08", "\x1b", "\x1c", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029", "\ufffd", "\ufffe",
    "\U0001f600", "\u2764\ufe0f", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\U0001f44d\U0001f3fd",
    "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\ufefb", "\u4e2d\u6587", "\u6771\u4eac\u90fd", "\u3053\u3093\u306b\u3061\u306f",
    "\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab", "\u0e01\u0e33", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u041c\u043e\u0441\u043a\u0432\u0430", "\u0391\u03b8\u03ae\u03bd\u03b1", "\u1f00\u0313",
    "\u0130", "\u0131", "\u1e9e", "\u00c5", "\u212b", "\u2126", "\u03a9", "\u00b5", "\u03bc", "\u0149", "\u017f",
    "\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u201a", "\u00ab", "\u00bb", "\u2039", "\u2013", "\u2014", "\u2212", "\u2010",
    "\u2011", "\u2026", "\u2022", "\u00b7", "\u20ac", "\u00a3", "\u00df", "\u2581", "\u2581\u2581", "_", "\u2047",
    "\U0001d54f", "\U0001d7d9", "\U0002f804", "\U000e0001", "\ue000", "\U0010ffff", "\u0345", "\u1d5f", "\u2a74", "\ufdfa",
    "</s>", "<unk>", "<pad>", "<s>", "< /s>", "</S>", "</s", ">>eng<<", ">>de<<", ">>", "<<", "<eop>",
]

WHITESPACE = [
    "", " ", "  ", "\t", "\n", "\u00a0", "\u3000", "\u200b", "\u2581", " \u2581 ",
    " vorn", "hinten ", "  beide  ", "zwei  Leerzeichen", "drei   Leerzeichen", "Tab\tTab", "\tTab", "Zeile\nZeile", "Zeile\r\nZeile",
    "gesch\u00fctzt\u00a0es", "\u00a0vorn", "hinten\u00a0", "a \u00a0 b", "a\u2009%", "weich\u00adtrennen", "null\u200bbreit",
    "unter_strich", "\u2581vorn", "mitten\u2581drin", "doppelt\u2581\u2581drin", "hinten\u2581", "a \u2581 b", "Punkt .", " .", ". .", "- Liste",
]

SPECIAL = [
    "</s>", "<unk>", "<pad>", "</s></s>", "Anfang</s>Ende", "Anfang </s> Ende", "Anfang</s> Ende", "</s>Ende", "Anfang</s>",
    "<pad>Ende", "ein <unk> Wort", "ein<unk>Wort", "<unk><pad></s>", "a</s</s>b", "<</s>>", "<pad<pad>>", "<unk>\u00a0<unk>", "</s>\t</s>",
    ">>eng<< Guten Tag", ">>eng<<Guten Tag", " >>eng<< Guten Tag", "Guten Tag >>eng<<", ">>eng<<", ">>eng Guten Tag", ">>eng Guten<< Tag",
    ">><< Tag", ">>>>eng<< Tag", ">>a<<>>b<< Tag", "</s>>>eng<< Tag", "</s> >>eng<< Tag", "<unk>>>x<<y", "<s>Anfang", "<S>", "&lt;/s&gt;",
]

HOSTS = ["{odd}", "Wort{odd}Ende", "Das {odd} Haus", "{odd}Das{odd} ist{odd}."]


def texts() -> list[str]:
    choose = random.Random(2)
    lines = PLAIN + WHITESPACE + SPECIAL
    for index, odd in enumerate(ODD):
        lines.append(HOSTS[0].format(odd=odd))
        lines.append(HOSTS[1 + index % (len(HOSTS) - 1)].format(odd=odd))
    words = " ".join(PLAIN).split(" ")
    for _ in range(50):
        parts = [choose.choice(words) if choose.random() < 0.6 else choose.choice(ODD) for _ in range(choose.randint(2, 12))]
        lines.append(choose.choice(["", " "]).join(parts) if choose.random() < 0.3 else " ".join(parts))
    return list(dict.fromkeys(lines))


def decodings(tokenizer: MarianTokenizer, lines: list[str]) -> list[list[int]]:
    choose = random.Random(3)
    size = len(tokenizer.encoder)
    pad = size - 1
    rows = [tokenizer(line)["input_ids"] for line in lines[: len(PLAIN)]]
    rows += [
        [], [0], [pad], [1], [1, 1], [2], [0, 2, 0], [pad, 5, 6, 0, pad, pad], [5, 1, 6, 0], [1, 5, 0], [5, 0, 6, 0],
        [size], [size + 5, 5],  # ids beyond the vocabulary
    ]
    space = tokenizer.encoder.get("\u2581")
    if space is not None:
        rows += [[space, 0], [space, space, 5, 0], [5, space, 0], [5, space, space, 6, 0], [space, 2, space, 2, 0]]
    rows += [[choose.randrange(1, pad) for _ in range(choose.randint(1, 12))] + [0] for _ in range(40)]
    return rows


def main() -> None:
    warnings.simplefilter("ignore")
    tokenizer = MarianTokenizer.from_pretrained(MODEL)
    assert not tokenizer.clean_up_tokenization_spaces, "decoding would join punctuation to the word before it"
    lines = texts()
    encode = [{"text": line, "ids": tokenizer(line)["input_ids"]} for line in lines]
    decode = []
    for ids in decodings(tokenizer, lines):
        try:
            text = tokenizer.decode(ids, skip_special_tokens=True)
        except IndexError:  # an id that neither vocabulary has: transformers fails, nothing to compare
            continue
        decode.append({"ids": ids, "text": text})
    made_with = {"transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__}
    row = lambda entry: "  " + json.dumps(entry)
    text = (
        f'{{\n "made_with": {json.dumps(made_with)},\n "encode": [\n' + ",\n".join(map(row, encode))
        + '\n ],\n "decode": [\n' + ",\n".join(map(row, decode)) + "\n ]\n}\n"
    )
    json.loads(text)
    (HERE / "expected.json").write_text(text, encoding="ascii")
    print(f"{len(encode)} texts, {len(decode)} decodings")


if __name__ == "__main__":
    main()
