//! A summary whose every point says which sentences it rests on.

use super::Translation;

/// The address of a sentence in its article; both numbers count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SentenceRef {
    /// Index of the paragraph in the article.
    pub paragraph: usize,
    /// Index of the sentence in the paragraph.
    pub sentence: usize,
}

/// One sentence of a summary.
///
/// Invariant: it rests on at least one sentence of the article.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    english: String,
    evidence: Vec<SentenceRef>,
}

impl Point {
    /// A point that says `english` and rests on `evidence`, or `None` if the evidence is empty or is not in
    /// `translation`.
    pub fn new(english: impl Into<String>, evidence: Vec<SentenceRef>, translation: &Translation) -> Option<Self> {
        let found = |place: &SentenceRef| translation.sentence(place.paragraph, place.sentence).is_some();
        (!evidence.is_empty() && evidence.iter().all(found)).then(|| Self { english: english.into(), evidence })
    }

    /// The English sentence.
    pub fn english(&self) -> &str {
        &self.english
    }

    /// The sentences it rests on; never empty.
    pub fn evidence(&self) -> &[SentenceRef] {
        &self.evidence
    }

    /// The German sentences it rests on, in the order of the evidence, with one space between them.
    pub fn german(&self, translation: &Translation) -> String {
        let german = |place: &SentenceRef| Some(translation.sentence(place.paragraph, place.sentence)?.0);
        self.evidence.iter().filter_map(german).collect::<Vec<_>>().join(" ")
    }
}

/// The summary of one article, in the order of the article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The points; empty only if nothing in the article could be quoted.
    pub points: Vec<Point>,
}
