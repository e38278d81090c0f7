//! An entry → what is kept of it to compare it with others: its strongest German stems, a signature of its wording, English
//! words that may label its topic, a point that may be a highlight, and how to refer to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::hashing::stem_or_band_hash;
use super::signature::Signature;
use crate::document::{
    Date, Entry, Highlight, Mention, Note, ParagraphKind, Point, PointOrigin, SentenceRef, Time, Translation,
};
use crate::lexicon::{english, german};
use crate::publication::without_dateline;
use crate::segment::words;

/// Maximum number of stems per article. An ordinary article has some 150; the strongest third says what it is about.
const MAX_SKETCH_TERMS: usize = 48;

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
    /// The signature of the article's wording.
    pub(super) signature: Signature,
    /// What of the article may be shown in the digest.
    pub(super) text: SketchText,
    /// The article's first sentences.
    pub(super) sentences: Vec<SketchSentence>,
}

/// Maximum number of sentences per article that are compared with those of its copies.
const MAX_SKETCH_SENTENCES: usize = 120;

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

/// A point of a summary with its German.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quotation {
    english: String,
    german: String,
    notes: Vec<Note>,
    /// Paragraph and sentence of each German sentence that the point rests on.
    evidence: Vec<(usize, usize)>,
}

impl SketchText {
    /// The point as a highlight of the article `article_index`, which states `date` and `time`.
    pub(super) fn highlight(self, article_index: usize, date: Option<Date>, time: Option<Time>) -> Option<Highlight> {
        let Self { words: _, point, page, source, german_title, english_title, title_notes, outlet } = self;
        let Quotation { english, german, notes, evidence } = point?;
        let sentence_ref = |(paragraph, sentence)| SentenceRef { paragraph, sentence };
        let article_mention = Mention {
            index: article_index,
            page,
            source,
            german_title,
            english_title,
            title_notes,
            outlet,
            date,
            time,
        };
        Some(Highlight {
            article: article_mention,
            english,
            german,
            notes,
            evidence: evidence.into_iter().map(sentence_ref).collect(),
        })
    }
}

impl Sketch {
    /// The sketch of `entry`.
    pub(super) fn from_entry(entry: &Entry) -> Self {
        let Mention { index: _, page, source, german_title, english_title, title_notes, outlet, date: _, time: _ } =
            Mention::new(entry);
        let (words, point) = (label_words(entry), best_point(entry));
        Self {
            terms: strongest_terms(&entry.translation),
            signature: Signature::from_translation(&entry.translation),
            sentences: sketch_sentences(&entry.translation),
            text: SketchText { words, point, page, source, german_title, english_title, title_notes, outlet },
        }
    }
}

/// True if `word` can say what an article is about: three characters or more, and no number.
fn is_content_word(word: &str) -> bool {
    word.chars().nth(2).is_some() && word.starts_with(char::is_alphabetic)
}

/// The first sentences of an article outside headings and verbatim text.
fn sketch_sentences(translation: &Translation) -> Vec<SketchSentence> {
    let is_prose = |kind| !matches!(kind, ParagraphKind::Heading | ParagraphKind::Verbatim);
    let prose_paragraphs = translation.pairs().enumerate().filter(|(_, (paragraph, _))| is_prose(paragraph.kind()));
    let placed_sentences = prose_paragraphs.flat_map(|(paragraph_index, (paragraph, translated_paragraph))| {
        let sentence_places =
            (0..).map(move |sentence_index| SentenceRef { paragraph: paragraph_index, sentence: sentence_index });
        sentence_places.zip(translated_paragraph.spans().sentences(paragraph.text()))
    });
    let sketch_sentence =
        |(place, german): (SentenceRef, &str)| SketchSentence { german: without_dateline(german).to_owned(), place };
    placed_sentences.map(sketch_sentence).take(MAX_SKETCH_SENTENCES).collect()
}

/// The heaviest stems of an article. A stem weighs 1 + ln(weighted occurrences); among equals the first ones are kept.
fn strongest_terms(translation: &Translation) -> Vec<(u64, f64)> {
    let article = translation.article();
    let prose_paragraphs = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let weighted_paragraphs = prose_paragraphs.enumerate().map(|(paragraph_index, paragraph)| {
        (paragraph.text(), if paragraph_index == 0 { FIRST_PARAGRAPH_WEIGHT } else { 1.0 })
    });
    // Stem → (weighted occurrences, order of the first).
    let mut weighted_stems: BTreeMap<u64, (f64, usize)> = BTreeMap::new();
    for (article_text, text_weight) in
        article.title().map(|title| (title, TITLE_WEIGHT)).into_iter().chain(weighted_paragraphs)
    {
        for word in words::words(article_text).filter(|word| is_content_word(word) && !german::is_stop_word(word)) {
            let first_occurrence = weighted_stems.len();
            weighted_stems.entry(stem_or_band_hash(words::stem(word).bytes())).or_insert((0.0, first_occurrence)).0 +=
                text_weight;
        }
    }
    let mut weighted_terms: Vec<_> = weighted_stems
        .into_iter()
        .map(|(stem, (occurrences, first_occurrence))| (stem, 1.0 + occurrences.ln(), first_occurrence))
        .collect();
    weighted_terms.sort_by(|term, other_term| other_term.1.total_cmp(&term.1).then(term.2.cmp(&other_term.2)));
    weighted_terms.truncate(MAX_SKETCH_TERMS);
    weighted_terms.sort_by_key(|(stem, ..)| *stem);
    weighted_terms.into_iter().map(|(stem, stem_weight, _)| (stem, stem_weight)).collect()
}

/// Distinct words of the English title, then of the summary.
fn label_words(entry: &Entry) -> Vec<String> {
    let english_title = entry.translation.title().map(|english_title| english_title.english.as_str());
    let summary_points = entry.summary.iter().flat_map(|summary| &summary.points).map(Point::english);
    let mut label_words: Vec<String> = Vec::new();
    for english_word in english_title.into_iter().chain(summary_points).flat_map(words::words) {
        if !is_content_word(english_word)
            || english::is_stop_word(english_word)
            || label_words.iter().any(|known_word| known_word == english_word)
        {
            continue;
        }
        if label_words.len() == MAX_LABEL_WORDS {
            break;
        }
        label_words.push(english_word.to_owned());
    }
    label_words
}

/// The first supported point that needs no sentence before it, else the first supported one.
fn best_point(entry: &Entry) -> Option<Quotation> {
    let summary_points = &entry.summary.as_ref()?.points;
    let quotation = |point: &Point| Quotation {
        english: point.english().to_owned(),
        german: point.german(&entry.translation),
        notes: point.notes(&entry.translation),
        evidence: point
            .evidence()
            .iter()
            .map(|evidence_sentence| (evidence_sentence.paragraph, evidence_sentence.sentence))
            .collect(),
    };
    let mut quotations =
        summary_points.iter().filter(|point| point.origin() != PointOrigin::Unsupported).map(quotation);
    let stands_alone = |quotation: &Quotation| !words::leans_back(&quotation.german);
    quotations.clone().find(stands_alone).or_else(|| quotations.next())
}
