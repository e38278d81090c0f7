//! An entry → what is kept of it to compare it with others: its strongest German stems, a signature of its wording, English
//! words that may name its topic, the point that speaks for it, and how it is mentioned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::copies::Signature;
use super::hash;
use crate::document::{Date, Entry, Highlight, Mention, Origin, ParagraphKind, SentenceRef, Translation};
use crate::segment::{english, words};

/// Stems that are kept of an article. An ordinary article has some 150; the strongest third says what it is about.
const MOST_TERMS: usize = 48;

/// English words that are kept of an article.
const MOST_WORDS: usize = 24;

/// How often a word of the title counts.
const TITLE: f64 = 3.0;

/// How often a word of the first paragraph counts.
const FIRST: f64 = 1.5;

/// What is kept of an entry.
#[derive(Debug)]
pub(super) struct Sketch {
    /// Hashes of German stems with their weights, sorted by hash.
    pub(super) terms: Vec<(u64, f64)>,
    /// The wording.
    pub(super) signature: Signature,
    /// What may be shown.
    pub(super) text: Text,
}

/// The part of a sketch that is text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Text {
    /// English words of the title and the summary as they are written, each once, in order.
    pub(super) words: Vec<String>,
    /// The point of the summary that stands best by itself.
    pub(super) point: Option<Quotation>,
    page: String,
    source: String,
    german_title: Option<String>,
    english_title: String,
}

/// A point with its German.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quotation {
    english: String,
    german: String,
    /// Paragraph and sentence of each German sentence that it rests on.
    evidence: Vec<(usize, usize)>,
}

impl Text {
    /// The point of the article `index`, which states the day `date`.
    pub(super) fn highlight(self, index: usize, date: Option<Date>) -> Option<Highlight> {
        let Self { words: _, point, page, source, german_title, english_title } = self;
        let Quotation { english, german, evidence } = point?;
        let place = |(paragraph, sentence)| SentenceRef { paragraph, sentence };
        let article = Mention { index, page, source, german_title, english_title, date };
        Some(Highlight { article, english, german, evidence: evidence.into_iter().map(place).collect() })
    }
}

impl Sketch {
    /// The sketch of `entry`.
    pub(super) fn of(entry: &Entry) -> Self {
        let Mention { index: _, page, source, german_title, english_title, date: _ } = Mention::of(entry);
        let (words, point) = (label_words(entry), point(entry));
        Self {
            terms: terms(&entry.translation),
            signature: Signature::of(&entry.translation),
            text: Text { words, point, page, source, german_title, english_title },
        }
    }
}

/// True if `word` can say what an article is about.
fn counts(word: &str) -> bool {
    word.chars().nth(2).is_some() && word.starts_with(char::is_alphabetic)
}

/// A stem weighs 1 + ln of its number, where words of the title and the first paragraph count more than once. The
/// heaviest are kept, of equals those that come first.
fn terms(translation: &Translation) -> Vec<(u64, f64)> {
    let article = translation.article();
    let text = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let text = text.enumerate().map(|(place, paragraph)| (paragraph.text(), if place == 0 { FIRST } else { 1.0 }));
    // Stem → (number of times, place of the first).
    let mut found: BTreeMap<u64, (f64, usize)> = BTreeMap::new();
    for (text, times) in article.title().map(|title| (title, TITLE)).into_iter().chain(text) {
        for word in words::words(text).filter(|word| counts(word) && !words::is_stop_word(word)) {
            let first = found.len();
            found.entry(hash(words::stem(word).bytes())).or_insert((0.0, first)).0 += times;
        }
    }
    let mut terms: Vec<_> = found.into_iter().map(|(stem, (times, first))| (stem, 1.0 + times.ln(), first)).collect();
    terms.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.2.cmp(&other.2)));
    terms.truncate(MOST_TERMS);
    terms.sort_by_key(|(stem, ..)| *stem);
    terms.into_iter().map(|(stem, weight, _)| (stem, weight)).collect()
}

/// The words of the English title, then those of the summary.
fn label_words(entry: &Entry) -> Vec<String> {
    let title = entry.translation.title().map(|title| title.english.as_str());
    let points = entry.summary.iter().flat_map(|summary| &summary.points).map(|point| point.english());
    let mut found: Vec<String> = Vec::new();
    for word in title.into_iter().chain(points).flat_map(words::words) {
        if !counts(word) || english::is_stop_word(word) || found.iter().any(|known| known == word) {
            continue;
        }
        if found.len() == MOST_WORDS {
            break;
        }
        found.push(word.to_owned());
    }
    found
}

/// The first point that does not lean on a sentence before it, else the first; none that the article does not bear out.
fn point(entry: &Entry) -> Option<Quotation> {
    let points = &entry.summary.as_ref()?.points;
    let quotation = |point: &crate::document::Point| Quotation {
        english: point.english().to_owned(),
        german: point.german(&entry.translation),
        evidence: point.evidence().iter().map(|place| (place.paragraph, place.sentence)).collect(),
    };
    let mut quotations = points.iter().filter(|point| point.origin() != Origin::Unsupported).map(quotation);
    let stands = |quotation: &Quotation| !words::leans_back(&quotation.german);
    quotations.clone().find(stands).or_else(|| quotations.next())
}
