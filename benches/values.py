#!/usr/bin/env python3
"""German sentences with values and their translations → how many have every value right, by class.

    python benches/values.py german > values.de
    depesche translate --lines < values.de > values.en
    python benches/values.py score values.en [tuned|held-out] [-v]

`benches/values.tsv` says what each translation must have. Malformed numbers and times, doubled full stops and spaces before
marks count as wrong. With -v the wrong ones are shown.
"""
import collections
import pathlib
import re
import sys

MALFORMED = re.compile(
    r"\d\.\d{3},\d{3}|\d,\d{3}\.\d{3}(?!\d)|\d{1,2}[:.]\d\d:\d\d [ap]\.?m|(1[3-9]|2\d)[:.]\d\d ?[ap]\.?m|[ap]\.m\.\."
    r"|\s[,.;:](\s|$)|  "
)


def sentences():
    lines = pathlib.Path(__file__).with_name("values.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def is_right(english, requirements):
    def holds(requirement):
        if requirement.startswith("!"):
            return not re.search(requirement[1:], english, re.IGNORECASE)
        return re.search(f"(?:{requirement})", english, re.IGNORECASE)

    return not MALFORMED.search(english) and all(holds(one) for one in requirements.split(" && "))


def main(command, *arguments):
    if command == "german":
        print("\n".join(german for _, german, _ in sentences()))
        return
    path, *options = arguments
    translations = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    rows = sentences()
    if len(rows) != len(translations):
        raise SystemExit(f"{len(rows)} sentences, {len(translations)} translations")
    right, total = collections.Counter(), collections.Counter()
    for index, ((name, german, requirements), english) in enumerate(zip(rows, translations)):
        half = "tuned" if index % 2 == 0 else "held-out"
        if half not in options and {"tuned", "held-out"} & set(options):
            continue
        total[name] += 1
        if is_right(english, requirements):
            right[name] += 1
        elif "-v" in options:
            print(f"{name}\n  {german}\n  {english}\n  {requirements}")
    for name in total:
        print(f"{name:10} {right[name]:3} of {total[name]}")
    print(f"all        {sum(right.values()):3} of {sum(total.values())}")


if __name__ == "__main__":
    main(*sys.argv[1:])
