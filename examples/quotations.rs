//! German articles → the German sentences that each summary method quotes, for `benches/summaries/rouge.py`: three, or `N`
//! sentences, or `Nw` words. With `--topics`: the topics and copies that the digest finds.
//!
//! Reads JSON lines with `text` (paragraphs separated by an empty line) and an optional `title`. Nothing is translated: the
//! English of a sentence is the sentence itself.
#![allow(clippy::print_stdout, reason = "an example speaks for itself")]

use std::io::{BufRead, Write};

use anyhow::Context;
use depesche::digest::DigestCollector;
use depesche::document::{
    Article, ArticleDraft, Entry, ParagraphKind, Section, Sentence, Summary, TranslatedParagraph, Translation,
};
use depesche::publication::publication_date;
use depesche::segment;
use depesche::summarize::{Length, METHODS};
use serde_json::{Value, json};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let topics = arguments.first().is_some_and(|argument| argument == "--topics");
    let words = arguments.first().and_then(|argument| argument.strip_suffix('w')?.parse().ok()).map(Length::Words);
    let sentences = arguments.first().and_then(|argument| argument.parse().ok()).map(Length::Sentences);
    let length = words.or(sentences).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    let mut collector = DigestCollector::new(tempfile::tempfile)?;
    let mut titles: Vec<String> = Vec::new();
    for (index, text) in std::io::stdin().lock().lines().enumerate() {
        let line: Value = serde_json::from_str(&text?).with_context(|| format!("line {}", index + 1))?;
        let Some(translation) = untranslated(&line) else { continue };
        if topics {
            let summary = Some(METHODS[0].summarize(&translation, &Length::default()));
            let date = publication_date(translation.article());
            let entry = Entry { index: titles.len(), page: index.to_string(), date, time: None, translation, summary };
            collector.add(&entry)?;
            titles.push(entry.english_title().into_owned());
            continue;
        }
        let german = |summary: Summary| -> Vec<String> {
            summary.points.iter().map(|point| point.german(&translation)).collect()
        };
        let quoted = |method: &depesche::summarize::SummaryMethod| {
            (method.name.to_owned(), json!(german(method.summarize(&translation, &length))))
        };
        writeln!(out, "{}", Value::Object(METHODS.iter().map(quoted).collect()))?;
    }
    if let Some(digest) = collector.digest()? {
        for topic in &digest.topics {
            let story = |story: &depesche::document::Story| json!({ "article": story.article, "title": titles[story.article], "copies": story.copies });
            let stories: Vec<_> = topic.stories.iter().map(story).collect();
            writeln!(out, "{}", json!({ "label": topic.label, "stories": stories }))?;
        }
    }
    Ok(())
}

/// The article in `line`, with its German as its English.
fn untranslated(line: &Value) -> Option<Translation> {
    let text = line["text"].as_str()?;
    let section = |text: &str| Section { kind: ParagraphKind::Body, text: text.to_owned() };
    let title = line["title"].as_str().map(str::to_owned);
    let article = Article::new(
        "line",
        ArticleDraft { title, sections: text.split("\n\n").map(section).collect(), ..ArticleDraft::default() },
    )?;
    let sentence = |text: &str| Sentence { english: text.to_owned(), ..Sentence::default() };
    let paragraphs = article.paragraphs().iter().map(|paragraph| {
        let spans = segment::sentences(paragraph.text(), paragraph.kind());
        let english = spans.sentences(paragraph.text()).map(sentence).collect();
        TranslatedParagraph::new(spans, english)
    });
    let translated = paragraphs.collect::<Option<Vec<_>>>()?;
    let translated_title = article.title().map(sentence);
    Translation::new(article, translated_title, translated)
}
