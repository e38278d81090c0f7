//! An entry → what is kept of it to compare it with others: its strongest German stems, a signature of its wording, English
//! words that may label its topic, a point that may be a highlight, and how to refer to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::hashing::hash;
use super::publication_date::without_dateline;
use super::signature::Signature;
use crate::document::{
    Date, Entry, Highlight, Mention, Note, ParagraphKind, Point, PointOrigin, SentenceRef, Time, Translation,
};
use crate::lexicon::{english, german};
use crate::segment::words;

/// Maximum number of stems per article. An ordinary article has some 150; the strongest third says what it is about.
const MAX_TERMS: usize = 48;

/// Maximum number of English words per article.
const MAX_LABEL_WORDS: usize = 24;

/// Weight of a word in the title.
const TITLE_WEIGHT: f64 = 3.0;

/// Weight of a word in the first paragraph.
const FIRST_PARAGRAPH_WEIGHT: f64 = 1.5;

/// What is kept of an entry.
#[derive(Debug)]
pub(super) struct Sketch {
    /// Hashes of German stems with their weights, sorted by hash.
    pub(super) terms: Vec<(u64, f64)>,
    /// The wording.
    pub(super) signature: Signature,
    /// What may be shown.
    pub(super) text: SketchText,
    /// Its first sentences.
    pub(super) sentences: Vec<SketchSentence>,
}

/// Maximum number of sentences per article that are compared with those of its copies.
const MAX_SENTENCES: usize = 120;

/// A German sentence of an article without its dateline, to compare with those of its copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SketchSentence {
    pub(super) german: String,
    pub(super) place: SentenceRef,
}

/// The textual part of a sketch.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SketchText {
    /// Distinct English words of the title and the summary as they are written, in order.
    pub(super) words: Vec<String>,
    /// The point of the summary that stands best by itself.
    pub(super) point: Option<Quotation>,
    page: String,
    source: String,
    german_title: Option<String>,
    english_title: String,
    title_notes: Vec<Note>,
    outlet: Option<String>,
}

/// A point with its German.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quotation {
    english: String,
    german: String,
    notes: Vec<Note>,
    /// Paragraph and sentence of each German sentence that it rests on.
    evidence: Vec<(usize, usize)>,
}

impl SketchText {
    /// The point as a highlight of the article `index`, which states `date` and `time`.
    pub(super) fn highlight(self, index: usize, date: Option<Date>, time: Option<Time>) -> Option<Highlight> {
        let Self { words: _, point, page, source, german_title, english_title, title_notes, outlet } = self;
        let Quotation { english, german, notes, evidence } = point?;
        let sentence_ref = |(paragraph, sentence)| SentenceRef { paragraph, sentence };
        let article = Mention { index, page, source, german_title, english_title, title_notes, outlet, date, time };
        Some(Highlight { article, english, german, notes, evidence: evidence.into_iter().map(sentence_ref).collect() })
    }
}

impl Sketch {
    /// The sketch of `entry`.
    pub(super) fn from_entry(entry: &Entry) -> Self {
        let Mention { index: _, page, source, german_title, english_title, title_notes, outlet, date: _, time: _ } =
            Mention::new(entry);
        let (words, point) = (label_words(entry), best_point(entry));
        Self {
            terms: terms(&entry.translation),
            signature: Signature::from_translation(&entry.translation),
            sentences: sentences(&entry.translation),
            text: SketchText { words, point, page, source, german_title, english_title, title_notes, outlet },
        }
    }
}

/// True if `word` can say what an article is about: three characters or more, and no number.
fn is_content(word: &str) -> bool {
    word.chars().nth(2).is_some() && word.starts_with(char::is_alphabetic)
}

/// The first sentences of an article outside headings and verbatim text.
fn sentences(translation: &Translation) -> Vec<SketchSentence> {
    let is_prose = |kind| !matches!(kind, ParagraphKind::Heading | ParagraphKind::Verbatim);
    let prose = translation.pairs().enumerate().filter(|(_, (paragraph, _))| is_prose(paragraph.kind()));
    let sentences = prose.flat_map(|(index, (paragraph, translated))| {
        let places = (0..).map(move |sentence| SentenceRef { paragraph: index, sentence });
        places.zip(translated.spans().sentences(paragraph.text()))
    });
    let sketch =
        |(place, german): (SentenceRef, &str)| SketchSentence { german: without_dateline(german).to_owned(), place };
    sentences.map(sketch).take(MAX_SENTENCES).collect()
}

/// The heaviest stems of an article. A stem weighs 1 + ln(weighted occurrences); among equals the first ones are kept.
fn terms(translation: &Translation) -> Vec<(u64, f64)> {
    let article = translation.article();
    let paragraphs = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let weighted = paragraphs.enumerate().map(|(paragraph_index, paragraph)| {
        (paragraph.text(), if paragraph_index == 0 { FIRST_PARAGRAPH_WEIGHT } else { 1.0 })
    });
    // Stem → (weighted occurrences, order of the first).
    let mut weighted_stems: BTreeMap<u64, (f64, usize)> = BTreeMap::new();
    for (text, weight) in article.title().map(|title| (title, TITLE_WEIGHT)).into_iter().chain(weighted) {
        for word in words::words(text).filter(|word| is_content(word) && !german::is_stop_word(word)) {
            let first_occurrence = weighted_stems.len();
            weighted_stems.entry(hash(words::stem(word).bytes())).or_insert((0.0, first_occurrence)).0 += weight;
        }
    }
    let mut terms: Vec<_> = weighted_stems
        .into_iter()
        .map(|(stem, (occurrences, first_occurrence))| (stem, 1.0 + occurrences.ln(), first_occurrence))
        .collect();
    terms.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.2.cmp(&other.2)));
    terms.truncate(MAX_TERMS);
    terms.sort_by_key(|(stem, ..)| *stem);
    terms.into_iter().map(|(stem, weight, _)| (stem, weight)).collect()
}

/// Distinct words of the English title, then of the summary.
fn label_words(entry: &Entry) -> Vec<String> {
    let title = entry.translation.title().map(|title| title.english.as_str());
    let points = entry.summary.iter().flat_map(|summary| &summary.points).map(Point::english);
    let mut label_words: Vec<String> = Vec::new();
    for word in title.into_iter().chain(points).flat_map(words::words) {
        if !is_content(word) || english::is_stop_word(word) || label_words.iter().any(|known| known == word) {
            continue;
        }
        if label_words.len() == MAX_LABEL_WORDS {
            break;
        }
        label_words.push(word.to_owned());
    }
    label_words
}

/// The first supported point that needs no sentence before it, else the first supported one.
fn best_point(entry: &Entry) -> Option<Quotation> {
    let points = &entry.summary.as_ref()?.points;
    let quotation = |point: &Point| Quotation {
        english: point.english().to_owned(),
        german: point.german(&entry.translation),
        notes: point.notes(&entry.translation),
        evidence: point.evidence().iter().map(|sentence| (sentence.paragraph, sentence.sentence)).collect(),
    };
    let mut quotations = points.iter().filter(|point| point.origin() != PointOrigin::Unsupported).map(quotation);
    let stands_alone = |quotation: &Quotation| !words::leans_back(&quotation.german);
    quotations.clone().find(stands_alone).or_else(|| quotations.next())
}
