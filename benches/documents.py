#!/usr/bin/env python3
"""Compares the readers of PDF, DOCX, ODT and EPUB with independent ones, on files that others made.

    python3 benches/documents.py PROGRAM FOLDER [--order] [--misses 8]

PROGRAM is the example `articles` (`cargo build --release --example articles`). FOLDER is searched for files. The references are `pdftotext` (poppler-utils) for PDF and
`pandoc -t plain` for the others. A word of the reference counts as found if the title, the text or what was set aside has it;
words that a line break divides are put together first. --order adds how alike the order of words is (difflib, 1 is the same).
"""

import argparse
import collections
import difflib
import json
import os
import re
import subprocess
import sys
import zipfile

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("folder")
parser.add_argument("--order", action="store_true")
parser.add_argument("--misses", type=int, default=8)
options = parser.parse_args()

LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": ""}


def words(text):
    for ligature, letters in LIGATURES.items():
        text = text.replace(ligature, letters)
    return re.findall(r"\w+", text)


def reference(path, kind):
    if kind == "pdf":
        command = ["pdftotext", "-q", path, "-"]
    else:
        command = ["pandoc", "-f", kind, "-t", "plain", "--wrap=none", path]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return None if done.returncode else re.sub(r"-\n(?=[a-zäöüß])", "", done.stdout)


def ours(path):
    done = subprocess.run([options.program, path], capture_output=True, text=True, timeout=600)
    if done.returncode < 0:
        sys.exit(f"{path}: ended by signal {-done.returncode}")
    return json.loads(done.stdout)["articles"] if done.stdout else [], done.stderr


totals = collections.defaultdict(lambda: [0, 0, 0, 0])
for folder, _, files in sorted(os.walk(options.folder)):
    for name in sorted(files):
        path = os.path.join(folder, name)
        kind = name.rsplit(".", 1)[-1].lower()
        if kind not in ("pdf", "docx", "odt", "epub"):
            continue
        wanted = reference(path, kind)
        articles, said = ours(path)
        total = totals[kind]
        if wanted is None or not articles:
            count = len(words(wanted or ""))
            total[3] += 1
            if count:
                total[2] += count
                print(f"{kind} refused, {count} words: {path}: {said.strip()[:160]}")
            continue
        text = [part for article in articles for part in [article["title"] or "", *(it["text"] for it in article["paragraphs"])]]
        aside = [it["text"] for article in articles for it in article["left_out"]]
        found = words(" ".join(text + aside))
        have = set(found)
        joined = "".join(found)
        wanted = words(wanted)
        missing = [word for word in wanted if word not in have and word not in joined]
        total[0] += 1
        total[1] += len(missing)
        total[2] += len(wanted)
        alike = ""
        if options.order and 100 < len(wanted) < 6000:
            ratio = difflib.SequenceMatcher(None, words(" ".join(text)), wanted, autojunk=False).ratio()
            alike = f", order {ratio:.3f}"
        if missing or alike:
            recall = 100 * (1 - len(missing) / max(1, len(wanted)))
            print(f"{kind} {recall:.2f} %{alike}, {len(wanted)} words: {path}: {missing[:options.misses]}")
for kind, (read, missing, wanted, refused) in sorted(totals.items()):
    recall = 100 * (1 - missing / max(1, wanted))
    print(f"{kind}: {read} files read, {refused} without text or refused, {wanted} words of the reference, {recall:.2f} % found")
