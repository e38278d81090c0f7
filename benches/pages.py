"""How much of saved news pages is read, and how much else.

    cargo run --release --example articles -- PAGES > articles.json
    python benches/pages.py articles.json REFERENCE

REFERENCE holds one JSON file for each outlet, in the form of the test data of fundus
(https://github.com/flairNLP/fundus): versions of {authors, title, publishing_date, body}. PAGES holds files called
OUTLET_YYYY_MM_DD.html. A passage counts as read if its first 80 or its last 60 letters are in the text; of the versions
of an outlet, the one that fits a page best is its reference.
"""

import json
import sys
from pathlib import Path


def letters(text):
    return "".join(character for character in text.lower() if character.isalnum())


def passages(version):
    body = version.get("body") or {"summary": [], "sections": []}
    texts = list(body["summary"])
    for section in body["sections"]:
        texts += section["headline"] + section["paragraphs"]
    return [text for text in map(letters, texts) if text]


def main(articles, reference):
    totals = dict.fromkeys(["pages", "passages", "missing", "listed", "titles", "dates", "authors", "outlets"], 0)
    all_letters = other_letters = 0
    for article in json.loads(Path(articles).read_text())["articles"]:
        name = Path(article["source"]).stem
        path = Path(reference) / (name.rsplit("_", 3)[0] + ".json")
        versions = [version for version in json.loads(path.read_text()).values() if passages(version)] if path.exists() else []
        if not versions:
            continue
        paragraphs = [letters(paragraph["text"]) for paragraph in article["paragraphs"]]
        text = "".join(paragraphs) + letters(article["title"] or "")
        left_out = "".join(letters(passage["text"]) for passage in article["left_out"])
        missing = {
            index: [it for it in passages(version) if it[:80] not in text and it[-60:] not in text]
            for index, version in enumerate(versions)
        }
        best = min(missing, key=lambda index: len(missing[index]) / len(passages(versions[index])))
        version, wanted = versions[best], "".join(passages(versions[best])) + letters(versions[best].get("title") or "")
        totals["pages"] += 1
        totals["passages"] += len(passages(version))
        totals["missing"] += len(missing[best])
        totals["listed"] += sum(passage[:60] in left_out for passage in missing[best])
        totals["titles"] += letters(article["title"] or "") == letters(version.get("title") or "")
        totals["dates"] += article["date"] == str(version.get("publishing_date"))[:10]
        authors = [letters(author) for author in version.get("authors") or []]
        totals["authors"] += all(author in letters(article["author"] or "") for author in authors)
        totals["outlets"] += article["outlet"] is not None
        all_letters += sum(map(len, paragraphs))
        other_letters += sum(len(it) for it in paragraphs if it[:60] not in wanted)
    read = 100 * (1 - totals["missing"] / max(1, totals["passages"]))
    print(", ".join(f"{name} {count}" for name, count in totals.items()))
    print(f"{read:.1f} % of the passages read; {100 * other_letters / max(1, all_letters):.1f} % of the letters are other text")


if __name__ == "__main__":
    main(*sys.argv[1:])
