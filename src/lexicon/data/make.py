#!/usr/bin/env python3
"""Writes english.fst and german.fst, the word lists of the room `lexicon`.

    apt-get download scowl && dpkg-deb -x scowl_*.deb SCOWL
    python src/lexicon/data/make.py SCOWL/usr/share/dict/scowl CORPORA WIKINEWS

at the root of the repository. CORPORA holds parallel corpora as `corpus-*.tsv.xz` (group, German, English, tab-separated), WIKINEWS is
German text as JSON Lines. README.md names the sources and their licences. Needs a Rust tool chain: `examples/lexicon.rs` packs the lists.

English, from SCOWL: words up to level 70 of every region and their variant spellings, without apostrophes; rarer words if any of the
corpora has them; names up to level 80; and words.txt, which was written for this project. Words that corpora with an open licence have three
times or more, in two groups or more, are added if German does not have them.

German, from the corpora with an open licence: words in lower case within a sentence, and nouns, which are capitalised words that follow an article, a pronoun
or an adjective more often than they stand where names stand.
"""

import collections
import json
import lzma
import pathlib
import re
import subprocess
import sys

# Groups of the corpora whose licence is open (CC0, CC BY, MIT, Apache-2.0, BSD, Debian, free reuse).
OPEN_GROUPS = set(
    "wikinews tatoeba debian_news suttacentral tech_docs_mt europarl_20k eforms_sdk corona_app_android cwa_website ms_iot_course ms_security101 "
    "ms_edgeai_course ms_azd_course ai_handbook prompt_guide gnome_user_docs freebsd_doc rustbook_de evcc_docs yangtaeyoung_blog "
    "llmo_guide monero bitcoin_org".split()
)
WORD, NAME, COMMON = 1, 2, 4
LOWER, NOUN, RARE_NOUN = 1, 2, 4
HERE = pathlib.Path(__file__).parent
LETTERS = re.compile(r"[^\W\d_]+")
INDEFINITE = set(
    "ein eine einen einem einer eines kein keine keinen keinem keiner keines jeder jede jedes jedem jeden mehrere einige viele vielen wenige "
    "wenigen solche solchen manche manchen welche welcher welches mein meine meinen meinem meiner meines sein seine seinen seinem seiner "
    "seines ihr ihre ihren ihrem ihrer ihres unser unsere unseren unserem unserer euer eure zwei drei vier fünf beide beiden".split()
)


def scowl(folder, limit, kinds):
    """Words of SCOWL up to level `limit` with the lowest level of each."""
    found = {}
    for file in pathlib.Path(folder).iterdir():
        match = re.fullmatch(r"(?!special)(.*)-(words|upper|proper-names)\.(\d+)", file.name)
        if match and match[2] in kinds and int(match[3]) <= limit:
            for word in file.read_text(encoding="latin-1").split():
                if LETTERS.fullmatch(word):
                    found[word] = min(found.get(word, 99), int(match[3]))
    return found


def corpora(folder, wikinews):
    """Group, German and English of every pair but those of dictionaries; the English of other text is empty."""
    for file in sorted(pathlib.Path(folder).glob("corpus-*.tsv.xz")):
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                group, german, english = line.rstrip("\n").split("\t")
                if not group.startswith("ding"):
                    yield group, german, english
    for line in open(wikinews, encoding="utf-8"):
        for text in json.loads(line).values():
            for sentence in re.split(r"(?<=[.!?])\s+", text) if isinstance(text, str) else []:
                yield "wikinews", sentence, ""


def pack(words, out):
    """Writes the map `words` as an FST."""
    listed = "".join(f"{word}\t{value}\n" for word, value in sorted(words.items(), key=lambda entry: entry[0].encode()))
    subprocess.run(["cargo", "run", "-q", "--example", "lexicon", "--", out], input=listed.encode(), check=True)
    print(out, len(words), "words", pathlib.Path(out).stat().st_size, "bytes")


english_counts = collections.defaultdict(collections.Counter)
attested = set()
lower_counts, noun_counts, name_counts = collections.Counter(), collections.Counter(), collections.Counter()
for group, german, english in corpora(*sys.argv[2:4]):
    lower_english = [word for word in LETTERS.findall(english) if word.islower()]
    attested.update(lower_english)
    if group not in OPEN_GROUPS:
        continue
    for word in lower_english:
        english_counts[word][group] += 1
    tokens = re.findall(r"[^\W\d_]+|\S", german)
    for before, word in zip(tokens, tokens[1:]):
        if len(word) < 2 or not word.isalpha():
            continue
        if word.islower():
            lower_counts[word] += 1
        elif word[0].isupper() and word[1:].islower():
            # An adjective may end in -e, -er, -en, -es or -em.
            if before in INDEFINITE or (before.islower() and len(before) > 4 and re.search(r"(?:ig|isch|lich|sam|bar|haft|los)(?:e|er|en|es|em)$", before)):
                noun_counts[word] += 1
            elif before.isalpha() and (before[0].isupper() or before in ("in", "aus", "nach", "von", "bei")):
                name_counts[word] += 1

common = scowl(sys.argv[1], 50, {"words"})
english = collections.Counter()
for word in scowl(sys.argv[1], 70, {"words"}):
    english[word.lower()] |= WORD
for word, counts in english_counts.items():
    if len(word) >= 3 and sum(counts.values()) >= 3 and len(counts) >= 2 and lower_counts[word] == 0:
        english[word] |= WORD
for word in scowl(sys.argv[1], 95, {"words"}):
    if word in attested:
        english[word.lower()] |= WORD
for word in scowl(sys.argv[1], 80, {"upper", "proper-names"}):
    english[word.lower()] |= NAME
for word in common:
    english[word.lower()] |= COMMON
for word in (HERE / "words.txt").read_text(encoding="utf-8").split():
    english[word.lower()] |= WORD if word.islower() else NAME
pack(english, str(HERE / "english.fst"))

german = collections.Counter()
for word, count in lower_counts.items():
    if count >= 2:
        german[word] |= LOWER
for word, count in noun_counts.items():
    if count >= 3 and count >= 2 * name_counts[word]:
        german[word.lower()] |= NOUN
    elif 2 * count > name_counts[word]:
        german[word.lower()] |= RARE_NOUN
pack(german, str(HERE / "german.fst"))
