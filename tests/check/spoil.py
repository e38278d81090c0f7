#!/usr/bin/env python3
"""Writes spoilt.tsv: what the embedded model made of German written for this project, with one thing spoilt in each.

    depesche translate FOLDER -o OUT --format json --no-cache
    python tests/check/spoil.py OUT/briefing.json

FOLDER held samples/articles and, as plain text, the German of tests/glossary/sentences.tsv and of pairs.tsv and the texts of
benches/summaries/features.jsonl.

Columns: how it was spoilt, the flag that has to be raised, German, English. Only sentences that no check doubts are taken, so
that what is found is what was spoilt. Ways, none of them as plain as those of make.py:

clause    a clause between two commas, or behind the last one, is gone
digit     one digit of a number of two or more is another
swap      two names of the sentence have changed places
name      a name is that of another sentence
loop      a phrase of three to five words follows itself once, within the sentence
german    a clause is still that of the German, where both have as many
negation  `not`, `no` or `n't` is gone
unit      euros are dollars, percent is gone, percentage points are percent
"""

import json
import random
import re
import sys

random.seed(6)
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
briefing = json.load(open(sys.argv[1], encoding="utf-8"))
pairs = []
for article in briefing["articles"]:
    for paragraph in article["paragraphs"]:
        for sentence in paragraph["sentences"]:
            doubts = set(sentence["flags"]) - {"split", "repaired"}
            if not doubts and sentence["de"] != sentence["en"] and len(sentence["en"].split()) >= 5:
                pairs.append((sentence["de"], sentence["en"]))
pairs = list(dict.fromkeys(pairs))


def names(german: str, english: str) -> list[str]:
    """Names that both sides have, letter for letter."""
    words = [word for word in WORD.findall(english)[1:] if word[0].isupper() and len(word) > 3]
    return [word for word in dict.fromkeys(words) if re.search(rf"\b{re.escape(word)}", german)]


def clauses(text: str) -> list[tuple[int, int]]:
    """The places between commas and the end mark, the first clause left out."""
    marks = [mark.start() for mark in re.finditer(r",(?= )", text)] + [len(text.rstrip(".!?“”\" "))]
    return [(a, b) for a, b in zip(marks, marks[1:])]


rows = []
pool = sorted({name for pair in pairs for name in names(*pair)})
for german, english in pairs:
    spans = [(a, b) for a, b in clauses(english) if len(english[a:b].split()) >= 4 and (b - a) * 5 > len(english)]
    if spans:
        a, b = random.choice(spans)
        rows.append(("clause", "dropped", german, english[:a] + english[b:]))
    numbers = [match for match in re.finditer(r"\d[\d.,:]*\d", english)]
    if numbers:
        number = random.choice(numbers)
        at = random.choice([at for at in range(number.start(), number.end()) if english[at].isdigit()])
        digit = random.choice([digit for digit in "123456789" if digit != english[at]])
        rows.append(("digit", "number", german, english[:at] + digit + english[at + 1 :]))
    own = names(german, english)
    if len(own) >= 2:
        one, other = random.sample(own, 2)
        swapped = english.replace(one, "\0").replace(other, one).replace("\0", other)
        rows.append(("swap", "name", german, swapped))
    if own:
        one = random.choice(own)
        strange = random.choice([name for name in pool if name not in german and name not in english])
        rows.append(("name", "name", german, english.replace(one, strange)))
    words = english.split(" ")
    if len(words) >= 8:
        length = random.choice([3, 4, 5])
        at = random.randrange(1, len(words) - length)
        phrase = words[at : at + length]
        rows.append(("loop", "loop", german, " ".join(words[: at + length] + phrase + words[at + length :])))
    ours, theirs = clauses(german), clauses(english)
    fitting = [k for k, (a, b) in enumerate(ours) if len(german[a:b].split()) >= 4] if len(ours) == len(theirs) else []
    if fitting:
        place = random.choice(fitting)
        (a, b), (c, d) = ours[place], theirs[place]
        rows.append(("german", "untranslated", german, english[:c] + german[a:b] + english[d:]))
    negated = re.sub(r"\b(?:do|does|did) not | not\b|n't\b|n’t\b|\bno (?=[a-z])", " ", english, count=1).replace("  ", " ")
    if negated != english:
        rows.append(("negation", "negation", german, negated))
    for old, new in [("percentage points", "percent"), (" percent", ""), ("euros", "dollars"), ("euro ", "dollar ")]:
        if old in english:
            rows.append(("unit", "unit", german, english.replace(old, new)))
            break
with open("tests/check/spoilt.tsv", "w", encoding="utf-8", newline="\n") as out:
    for row in sorted(set(rows)):
        out.write("\t".join(row) + "\n")
print(len(pairs), "sentences", {kind: sum(row[0] == kind for row in rows) for kind in dict.fromkeys(row[0] for row in rows)})
