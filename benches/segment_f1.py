#!/usr/bin/env python3
"""Compares our sentence boundaries with those of an independent splitter.

    pip install SoMaJo syntok
    cargo build --release --example sentences
    python benches/segment_f1.py FILE.jsonl[:FROM[:TO]]... --ours target/release/examples/sentences \
        [--reference somajo|syntok] [--differences N]

Reads any JSON Lines with a `text` field; each line of a text is a paragraph. The command given with --ours gets one
paragraph a line and prints one sentence a line, an empty line between paragraphs (see examples/sentences.rs).

A boundary is a place within a paragraph; the ends of paragraphs are given to both sides and do not count. Places are
counted in characters other than white space, so that neither side can lose or win by how it treats blanks. Precision
and recall are ours against the reference, which has errors of its own: --differences prints N of the places where the
two differ, drawn with a fixed seed, to be judged by eye.
"""

import argparse
import json
import random
import subprocess
from importlib.metadata import version


def paragraphs(files):
    for file in files:
        path, _, part = file.partition(":")
        first, _, last = part.partition(":")
        with open(path, encoding="utf-8") as lines:
            articles = [json.loads(line) for line in lines if line.strip()]
        for article in articles[int(first or 0) : int(last) if last else None]:
            for line in article["text"].split("\n"):
                line = " ".join(line.split())
                if line:
                    yield line


def boundaries(sentences):
    """The inner boundaries of sentences that follow each other, in characters other than white space."""
    places, place = [], 0
    for sentence in sentences:
        place += len("".join(sentence.split()))
        places.append(place)
    return set(places[:-1])


def ours(command, texts):
    result = subprocess.run(command.split(), input="\n".join(texts), capture_output=True, text=True, check=True)
    blocks = result.stdout.rstrip("\n").split("\n\n")
    assert len(blocks) == len(texts), (len(blocks), len(texts))
    return [boundaries(block.split("\n")) for block in blocks]


def somajo(texts):
    from somajo import SoMaJo

    tokenizer = SoMaJo("de_CMC", split_camel_case=False, split_sentences=True)
    for text in texts:
        sentences = []
        for sentence in tokenizer.tokenize_text([text]):
            sentences.append("".join(token.original_spelling or token.text for token in sentence))
        yield boundaries(sentences)


def syntok(texts):
    import syntok.segmenter

    for text in texts:
        sentences = [s for p in syntok.segmenter.process(text) for s in p]
        yield boundaries(["".join(token.spacing + token.value for token in sentence) for sentence in sentences])


REFERENCES = {"somajo": (somajo, "SoMaJo"), "syntok": (syntok, "syntok")}


def excerpt(text, place, width=70):
    count = 0
    for at, character in enumerate(text):
        if count == place:
            return text[max(0, at - width) : at].rjust(width) + "|" + text[at : at + width]
        count += not character.isspace()
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--ours", required=True)
    parser.add_argument("--reference", choices=REFERENCES, default="somajo")
    parser.add_argument("--differences", type=int, default=0)
    options = parser.parse_args()

    texts = list(paragraphs(options.files))
    reference, package = REFERENCES[options.reference]
    theirs = list(reference(texts))
    both = list(zip(texts, ours(options.ours, texts), theirs, strict=True))
    agreed = sum(len(a & b) for _, a, b in both)
    found = sum(len(a) for _, a, _ in both)
    wanted = sum(len(b) for _, _, b in both)
    precision, recall = agreed / max(found, 1), agreed / max(wanted, 1)
    print(f"reference {package} {version(package)}, {len(texts)} paragraphs")
    print(f"boundaries: ours {found}, reference {wanted}, agreed {agreed}")
    print(f"precision {precision:.4f}  recall {recall:.4f}  F1 {2 * precision * recall / max(precision + recall, 1e-9):.4f}")

    different = [
        (place, "ours only" if place in a else "reference only", text) for text, a, b in both for place in sorted(a ^ b)
    ]
    random.Random(1).shuffle(different)
    for place, side, text in different[: options.differences]:
        print(f"{side:14} {excerpt(text, place)}")


if __name__ == "__main__":
    main()
