"""What is read of mails, feeds, records, subtitles and web archives, beside independent readers.

    cargo build --release --example articles
    python benches/formats.py target/release/examples/articles KIND FILE...

KIND is eml, mbox, feed, csv, json, subtitles or warc. The other readers are Python's email, mailbox, csv and json, and feedparser,
webvtt-py, srt and warcio. Counted for each file: articles, titles, days, authors, and how many of the words that the other
reader finds are in the article or listed as left out. Differences are printed, file by file.
"""

import collections
import csv
import email
import email.policy
import email.utils
import io
import json
import mailbox
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path


class Text(HTMLParser):
    """The text of HTML."""

    def __init__(self):
        super().__init__()
        self.pieces, self.silent = [], 0

    def handle_starttag(self, tag, attributes):
        self.silent += tag in ("script", "style", "title", "noscript", "iframe", "object", "template", "select", "button")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "title", "noscript", "iframe", "object", "template", "select", "button")
        self.pieces.append(" ")

    def handle_data(self, data):
        if self.silent <= 0:
            self.pieces.append(data)


def plain(markup):
    parser = Text()
    parser.feed(markup or "")
    return "".join(parser.pieces)


def words(text):
    return re.findall(r"\w\w+", (text or "").lower().replace("\u00ad", ""))


def of_mail(message):
    part = message.get_body(preferencelist=("plain", "html"))
    text = ""
    if part is not None:
        try:
            text = part.get_content()
        except (LookupError, KeyError, ValueError):
            text = ""
        if part.get_content_type() == "text/html":
            text = plain(text)
    try:
        day = email.utils.parsedate_to_datetime(str(message["date"])).date().isoformat()
    except (TypeError, ValueError, IndexError):
        day = None
    try:
        names = [address.display_name or address.addr_spec for address in message["from"].addresses]
    except (AttributeError, IndexError, ValueError):
        names = []
    return {"title": str(message["subject"] or ""), "date": day, "author": ", ".join(names), "text": text}


def parse_mail(content):
    return email.message_from_bytes(content, policy=email.policy.default)


def eml(path):
    return [of_mail(parse_mail(path.read_bytes()))]


def mbox(path):
    return [of_mail(message) for message in mailbox.mbox(path, factory=lambda file: parse_mail(file.read()))]


def feed(path):
    import feedparser

    found = feedparser.parse(path.read_bytes())
    entries = []
    for entry in found.entries:
        # The same text may be there twice.
        texts = dict.fromkeys(plain(text) for text in [entry.get("summary")] + [content.value for content in entry.get("content", [])] if text)
        texts = [text for text in texts if not any(text.strip() in other for other in texts if other != text)]
        stamp = entry.get("published") or entry.get("created") or entry.get("updated") or ""
        text = " ".join(texts)
        title = " ".join(plain(entry.get("title")).split())
        entries.append({"title": title, "date": re.search(r"\d{4}-\d\d-\d\d|", stamp).group() or None, "author": entry.get("author"), "text": text})
    return entries


def rows(path):
    content = path.read_bytes().decode("utf-8-sig", errors="replace")
    dialect = max(",;\t|", key=content.split("\n")[0].count)
    return list(csv.DictReader(io.StringIO(content, newline=None), delimiter=dialect))


def records(path):
    content = path.read_text(encoding="utf-8-sig")
    try:
        found = json.loads(content)
    except ValueError:
        found = [json.loads(line) for line in content.splitlines() if line.strip()]
    return [record for record in (found if isinstance(found, list) else [found]) if isinstance(record, dict)]


def subtitles(path):
    content = path.read_text(encoding="utf-8-sig", errors="replace")
    if path.suffix == ".vtt":
        import webvtt

        try:
            texts = [caption.text for caption in webvtt.from_string(content)]
        except webvtt.errors.MalformedFileError:
            texts = []
    else:
        import srt

        texts = [cue.content for cue in srt.parse(content, ignore_errors=True)]
    text = re.sub(r"<[^>]*>|\{\\[^}]*\}", "", " ".join(texts))
    return [{"title": None, "date": None, "author": None, "text": text}] if words(text) else []


def warc(path):
    from warcio.archiveiterator import ArchiveIterator

    pages = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            head = record.http_headers
            is_page = record.rec_type == "response" and head and head.get_statuscode() == "200"
            if is_page and "html" in (head.get_header("content-type") or ""):
                text = plain(record.content_stream().read().decode("utf-8", errors="replace"))
                pages.append({"title": None, "date": None, "author": None, "text": text})
    return pages


def text_field(found):
    """The field of records that holds most letters."""
    letters = collections.Counter()
    for record in found:
        for key, value in record.items():
            if key and isinstance(value, str):
                letters[key] += sum(map(str.isalpha, value))
    return letters.most_common(1)[0][0] if letters and letters.most_common(1)[0][1] else None


def ours(program, path, field):
    command = [program] + ([f"--field=text={field}"] if field else []) + [str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    articles = json.loads(done.stdout)["articles"] if done.stdout else []
    return articles, done.stderr.strip().splitlines()


def main(program, kind, *files):
    totals = collections.Counter()
    for path in map(Path, files):
        field = None
        try:
            wanted = [] if kind in ("csv", "json") else globals()[kind](path)
        except Exception as error:
            print(f"{path.name}: the other reader fails: {error!r}")
            totals["others failed"] += 1
            continue
        if kind in ("csv", "json"):
            try:
                found = rows(path) if kind == "csv" else records(path)
            except ValueError as error:
                print(f"{path.name}: the other reader fails: {error!r}")
                totals["others failed"] += 1
                continue
            field = text_field(found)
            # A record without text is no article.
            wanted = [{"text": record[field], "title": None, "date": None, "author": None} for record in found if field and (record.get(field) or "").strip()]
        if kind in ("eml", "mbox", "feed"):
            # An article needs text or at least a title.
            wanted = [other for other in wanted if words(other["text"]) or words(other["title"])]
        articles, errors = ours(program, path, field)
        if kind in ("eml", "mbox"):
            # Attachments are articles too.
            articles = [article for article in articles if re.search(r"\(mail \d+\)\.mbox$" if kind == "mbox" else r"^[^(]*$", article["source"])]
        totals["files"] += 1
        totals["wanted"] += len(wanted)
        totals["read"] += len(articles)
        if len(articles) != len(wanted):
            print(f"{path.name}: {len(articles)} articles, {len(wanted)} wanted; {errors[:2]}")
            if abs(len(articles) - len(wanted)) and kind not in ("eml",):
                continue
        for article, other in zip(articles, wanted):
            totals["compared"] += 1
            text = " ".join([article["title"] or ""] + [it["text"] for it in article["paragraphs"] + article["left_out"]])
            missing = collections.Counter(words(other["text"])) - collections.Counter(words(text))
            totals["words"] += len(words(other["text"]))
            totals["missing words"] += sum(missing.values())
            if sum(missing.values()):
                print(f"{path.name}: missing {list(missing)[:8]}")
            for part in ("title", "date", "author"):
                if other[part] and words(other[part]):
                    shown = article[part]
                    if part == "title" and not shown and article["paragraphs"]:
                        # A headline alone is the text.
                        shown = article["paragraphs"][0]["text"]
                    totals[f"{part}s"] += 1
                    totals[f"{part}s right"] += (found := words(shown)) == words(other[part])
                    if found != words(other[part]):
                        print(f"{path.name}: {part} {article[part]!r}, other {other[part]!r}")
    print(", ".join(f"{name} {count}" for name, count in totals.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
