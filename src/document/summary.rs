//! A summary whose every point says which sentences it rests on.

use serde::{Deserialize, Serialize};

use super::translation::Translation;

/// The address of a sentence in its article; both numbers count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SentenceRef {
    /// Index of the paragraph in the article.
    pub paragraph: usize,
    /// Index of the sentence in the paragraph.
    pub sentence: usize,
}

/// Where the English of a point comes from, and how far it can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PointOrigin {
    /// A sentence of the translation as it stands there.
    #[default]
    Quoted,
    /// A model wrote it, and its numbers, names and quoted speech are in the evidence.
    Written,
    /// A sentence of the translation in place of one that a model wrote and the article does not bear out.
    Replacement,
    /// A model wrote it, and something of it is not in the evidence.
    Unsupported,
}

impl PointOrigin {
    /// Every origin, in the order of the enum.
    pub const ALL: [Self; 4] = [Self::Quoted, Self::Written, Self::Replacement, Self::Unsupported];

    /// The name used in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quoted => "quoted",
            Self::Written => "written",
            Self::Replacement => "replacement",
            Self::Unsupported => "unsupported",
        }
    }

    /// What the reader of the point should know, if anything.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Quoted | Self::Written => None,
            Self::Replacement => Some("quoted in place of a sentence that the article did not bear out"),
            Self::Unsupported => Some("written by a model and not borne out by the German beside it"),
        }
    }
}

/// One sentence of a summary.
///
/// Invariant: it rests on at least one sentence of the article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    english: String,
    written: Option<String>,
    evidence: Vec<SentenceRef>,
    origin: PointOrigin,
}

impl Point {
    /// A point that says `english` and rests on `evidence`, or `None` if the evidence is empty or is not in
    /// `translation`.
    pub fn new(english: impl Into<String>, evidence: Vec<SentenceRef>, translation: &Translation) -> Option<Self> {
        let found = |place: &SentenceRef| translation.sentence(place.paragraph, place.sentence).is_some();
        (!evidence.is_empty() && evidence.iter().all(found)).then(|| Self {
            english: english.into(),
            written: None,
            evidence,
            origin: PointOrigin::Quoted,
        })
    }

    /// The same point, of another origin.
    #[must_use]
    pub fn from_origin(self, origin: PointOrigin) -> Self {
        Self { origin, ..self }
    }

    /// The same point, whose English is a translation of `german`, which a model wrote.
    #[must_use]
    pub fn written_in_german(self, german: impl Into<String>) -> Self {
        Self { written: Some(german.into()), ..self }
    }

    /// The German that a model wrote and the English is a translation of, if that is how the point came about.
    pub fn written(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// Where the English comes from.
    pub fn origin(&self) -> PointOrigin {
        self.origin
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The points; empty only if nothing in the article could be quoted.
    pub points: Vec<Point>,
    /// How a model wrote it; `None` if all of it was chosen from the translation.
    pub writing: Option<WritingCounts>,
}

/// How a model wrote summaries, and what became of the sentences that were not borne out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritingCounts {
    /// Articles that were longer than the model reads at once: summarised in parts, and the parts' summaries again.
    pub in_parts: usize,
    /// Sentences that the model wrote and the evidence bears out.
    pub supported: usize,
    /// Of these, sentences that were written a second time, because the first was not borne out.
    pub rewritten: usize,
    /// Sentences that were replaced by one of the translation.
    pub replaced: usize,
    /// Sentences that were kept with a note.
    pub flagged: usize,
    /// Sentences that were dropped.
    pub dropped: usize,
}

impl WritingCounts {
    /// Counts `other` in.
    pub fn add(&mut self, other: &Self) {
        self.in_parts += other.in_parts;
        self.supported += other.supported;
        self.rewritten += other.rewritten;
        self.replaced += other.replaced;
        self.flagged += other.flagged;
        self.dropped += other.dropped;
    }
}
