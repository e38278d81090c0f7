"""ROUGE of the methods that quote, beside those of sumy, on German texts.

    cargo build --release --example quotations
    python benches/summaries/rouge.py [ARTICLES.jsonl]

Without an argument it measures on `features.jsonl`: twelve short features written for this project, whose beginning is a scene and
whose news stands in the middle. Each has a summary in other words. With a file of JSON lines (`title`, `text`) it measures on
news: there the first paragraph is the reference, and every method sees the article without it (`lead` then takes what follows);
or with `--title` the title is the reference and the whole text is seen, but no title.

All methods get the sentences that depesche's splitter finds, and choose three of them; or with `--words N` as many as fit into N
words, so that a method of long sentences gains nothing by them. `--half 0` and `--half 1` take every other article: constants are
chosen on the first and reported on the second. The last two columns are how far a method is ahead of `lead` in ROUGE-1 and in its
recall: the mean of the articles' differences, and what 95 of 100 resamplings of the articles lie within. Needs rouge-score, sumy and
numpy.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess

import numpy
from rouge_score import rouge_scorer, tokenizers
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.nlp.tokenizers import Tokenizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

HERE = pathlib.Path(__file__).resolve().parent
SENTENCES = 3


class Words(tokenizers.Tokenizer):
    """German words in small letters; the package's own tokenizer drops umlauts."""

    def tokenize(self, text):
        return re.findall(r"\w+", text.lower())


class ByBlank(Tokenizer):
    """sumy's words without a download of punkt; sentences are split already."""

    def __init__(self):
        self._language = "german"

    def to_words(self, text):
        return tuple(word for word in re.findall(r"[^\W\d_]+", text))


def ours(articles, binary, length):
    lines = "\n".join(json.dumps(article) for article in articles)
    result = subprocess.run([binary, length], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def split(articles, binary):
    paragraphs = [[text for text in article["text"].split("\n\n") if text.strip()] for article in articles]
    lines = "\n".join(" ".join(text.split()) for article in paragraphs for text in article)
    result = subprocess.run([binary], input=lines, capture_output=True, text=True, check=True)
    blocks = iter(result.stdout.split("\n\n"))
    return [[next(blocks).splitlines() for _ in article] for article in paragraphs]


def lead(sentences, words):
    """The first three sentences, or those that fit into so many words, one at least."""
    sentences = [text for paragraph in sentences for text in paragraph]
    if words is None:
        return sentences[:SENTENCES]
    chosen, left = [], words
    for text in sentences:
        left -= len(text.split())
        if chosen and left < 0:
            break
        chosen.append(text)
    return chosen


def sumy(method, sentences):
    tokenizer = ByBlank()
    model = ObjectDocumentModel(
        [Paragraph([Sentence(text, tokenizer) for text in paragraph]) for paragraph in sentences]
    )
    summarizer = method(Stemmer("german"))
    summarizer.stop_words = get_stop_words("german")
    return [str(sentence) for sentence in summarizer(model, SENTENCES)]


def ahead(values, others):
    """The mean of the differences, and what 95 of 100 resamplings of it lie within."""
    differences = numpy.array(values) - numpy.array(others)
    picks = numpy.random.default_rng(1).integers(0, len(differences), (2000, len(differences)))
    low, high = numpy.percentile(differences[picks].mean(axis=1), [2.5, 97.5])
    return f"{100 * differences.mean():+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?")
    parser.add_argument("--title", action="store_true")
    parser.add_argument("--words", type=int)
    parser.add_argument("--half", type=int, choices=[0, 1])
    parser.add_argument("--profile", default="release")
    parser.add_argument("--fewest-words", type=int, default=150)
    arguments = parser.parse_args()
    target = HERE.parents[1] / "target" / arguments.profile / "examples"

    source = pathlib.Path(arguments.articles) if arguments.articles else HERE / "features.jsonl"
    articles = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    if arguments.articles:
        articles = [article for article in articles if len(article["text"].split()) >= arguments.fewest_words]
        if arguments.title:
            articles = [{"text": article["text"], "summary": article["title"]} for article in articles]
        else:
            parts = [(article, article["text"].partition("\n\n")) for article in articles]
            articles = [
                {"title": article.get("title"), "text": rest, "summary": first}
                for article, (first, _, rest) in parts
                if len(rest.split()) >= 100
            ]
    if arguments.half is not None:
        articles = articles[arguments.half :: 2]
    length = str(SENTENCES) if arguments.words is None else f"{arguments.words}w"
    seen = [{key: article[key] for key in ("title", "text") if article.get(key)} for article in articles]
    systems = {}
    for name in (answers := ours(seen, target / "quotations", length))[0]:
        systems[name] = [answer[name] for answer in answers]
    bare = [{"text": article["text"]} for article in seen]
    for name, values in {
        f"{name}, no title": [answer[name] for answer in ours(bare, target / "quotations", length)] for name in answers[0]
    }.items():
        if not arguments.title and not name.startswith("lead"):
            systems[name] = values
    sentences = split(seen, target / "sentences")
    first = "lead 3" if arguments.words is None else "first sentences"
    systems[first] = [lead(article, arguments.words) for article in sentences]
    for method in (LexRankSummarizer, TextRankSummarizer, LsaSummarizer) if arguments.words is None else ():
        systems[f"sumy {method.__name__}"] = [sumy(method, article) for article in sentences]

    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=Words())
    print(f"{source.name}: {len(articles)} articles")
    print("| method | ROUGE-1 | ROUGE-2 | ROUGE-L | ROUGE-1 recall | words | ROUGE-1 ahead | recall ahead |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    scores = {
        name: [scorer.score(a["summary"], " ".join(s)) for a, s in zip(articles, summaries, strict=True)]
        for name, summaries in systems.items()
    }

    def column(name, key, measure):
        return [getattr(score[key], measure) for score in scores[name]]

    for name, summaries in systems.items():
        means = [statistics.mean(column(name, key, "fmeasure")) for key in ("rouge1", "rouge2", "rougeL")]
        means.append(statistics.mean(column(name, "rouge1", "recall")))
        words = statistics.mean(sum(len(sentence.split()) for sentence in summary) for summary in summaries)
        gains = [ahead(column(name, "rouge1", of), column("lead", "rouge1", of)) for of in ("fmeasure", "recall")]
        print("| " + " | ".join([name] + [f"{100 * mean:.1f}" for mean in means] + [f"{words:.0f}"] + gains) + " |")


if __name__ == "__main__":
    main()
