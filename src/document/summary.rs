//! Summaries, each of whose points names the sentences that support it.

use serde::{Deserialize, Serialize};

use super::translation::{Note, Translation};

/// The position of a sentence in its article, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SentenceRef {
    /// Index of the paragraph.
    pub paragraph: usize,
    /// Index of the sentence within the paragraph.
    pub sentence: usize,
}

/// Where the English of a point comes from, and so how far to trust it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PointOrigin {
    /// A sentence of the translation, verbatim.
    #[default]
    Quoted,
    /// Written by a model; its numbers, names and quoted speech are in the evidence.
    Written,
    /// A sentence of the translation that replaces one that a model wrote and the article does not support.
    Replacement,
    /// Written by a model; not all of it is in the evidence.
    Unsupported,
}

impl PointOrigin {
    /// All origins of a point, in declaration order.
    pub const ALL: [Self; 4] = [Self::Quoted, Self::Written, Self::Replacement, Self::Unsupported];

    /// Name of the origin in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quoted => "quoted",
            Self::Written => "written",
            Self::Replacement => "replacement",
            Self::Unsupported => "unsupported",
        }
    }

    /// Note to show beside the point, if any.
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
/// Invariant: at least one sentence of the article supports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    english: String,
    written: Option<String>,
    /// Notes on the translation of `written`.
    written_notes: Vec<Note>,
    evidence: Vec<SentenceRef>,
    origin: PointOrigin,
}

impl Point {
    /// A quoted point. Returns `None` if `evidence` is empty or names a sentence that `translation` lacks.
    pub fn new(english: impl Into<String>, evidence: Vec<SentenceRef>, translation: &Translation) -> Option<Self> {
        let is_in_article =
            |evidence: &SentenceRef| translation.sentence(evidence.paragraph, evidence.sentence).is_some();
        (!evidence.is_empty() && evidence.iter().all(is_in_article)).then(|| Self {
            english: english.into(),
            written: None,
            written_notes: Vec::new(),
            evidence,
            origin: PointOrigin::Quoted,
        })
    }

    /// The same point with another origin.
    #[must_use]
    pub fn from_origin(self, origin: PointOrigin) -> Self {
        Self { origin, ..self }
    }

    /// Records that the English is a translation of `german`, which a model wrote. `notes` are those on that translation.
    #[must_use]
    pub fn written_in_german(self, german: impl Into<String>, notes: Vec<Note>) -> Self {
        Self { written: Some(german.into()), written_notes: notes, ..self }
    }

    /// The German that a model wrote and `english` translates, if the point came about that way.
    pub fn written(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// Origin of the point's English.
    pub fn origin(&self) -> PointOrigin {
        self.origin
    }

    /// English sentence of the point.
    pub fn english(&self) -> &str {
        &self.english
    }

    /// The sentences of the article that support the point; never empty.
    pub fn evidence(&self) -> &[SentenceRef] {
        &self.evidence
    }

    /// The notes on its English: those of the sentences that it quotes or was written from, or, if it was written in German,
    /// those on the translation of that.
    pub fn notes(&self, translation: &Translation) -> Vec<Note> {
        if self.written.is_some() {
            return self.written_notes.clone();
        }
        let sentences = self.evidence.iter().filter_map(|place| translation.sentence(place.paragraph, place.sentence));
        let notes: Vec<&Note> = sentences.flat_map(|(_, sentence)| &sentence.notes).collect();
        Note::merged(notes)
    }

    /// The German sentences that support it, joined with spaces, in the order of the evidence.
    pub fn german(&self, translation: &Translation) -> String {
        let german_sentence =
            |evidence: &SentenceRef| Some(translation.sentence(evidence.paragraph, evidence.sentence)?.0);
        self.evidence.iter().filter_map(german_sentence).collect::<Vec<_>>().join(" ")
    }
}

/// The summary of one article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Points in the order of the article; empty only if nothing in it can be quoted.
    pub points: Vec<Point>,
    /// Counts of a summary that a model wrote; `None` if it was chosen from the translation.
    pub writing: Option<WritingCounts>,
}

/// Counts of the summaries that a model wrote, and of what became of unsupported sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritingCounts {
    /// Articles longer than the context of the model: their parts were summarised, then the summaries of the parts.
    pub in_parts: usize,
    /// Sentences that the evidence supports.
    pub supported: usize,
    /// Supported sentences that took a second attempt.
    pub rewritten: usize,
    /// Unsupported sentences replaced by one of the translation.
    pub replaced: usize,
    /// Unsupported sentences kept with a note.
    pub flagged: usize,
    /// Unsupported sentences dropped.
    pub dropped: usize,
}

impl WritingCounts {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        self.in_parts += other.in_parts;
        self.supported += other.supported;
        self.rewritten += other.rewritten;
        self.replaced += other.replaced;
        self.flagged += other.flagged;
        self.dropped += other.dropped;
    }
}
