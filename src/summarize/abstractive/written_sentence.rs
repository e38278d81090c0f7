//! A sentence that a model wrote, with what supports it.

use super::evidence::{SentenceEvidence, Statement};
use super::language::SummaryLanguage;
use crate::document::{Note, Point, SentenceRef, Translation};

/// A sentence that a model wrote, and its evidence.
#[derive(Default)]
pub(super) struct WrittenSentence {
    pub(super) english: String,
    /// The sentence as written, if that was in German.
    pub(super) german: Option<String>,
    /// Notes on its translation, if it was written in German.
    pub(super) notes: Vec<Note>,
    /// Its vector, if the writer has an encoder.
    pub(super) vector: Option<Vec<f32>>,
    pub(super) evidence: SentenceEvidence,
    /// True if it replaces a sentence that was not supported.
    pub(super) rewritten: bool,
}

impl WrittenSentence {
    /// A sentence that was written in `language`. The English of a German one is still to come.
    pub(super) fn new(text: &str, language: SummaryLanguage, rewritten: bool) -> Self {
        match language {
            SummaryLanguage::English => Self { english: text.to_owned(), rewritten, ..Self::default() },
            SummaryLanguage::German => Self { german: Some(text.to_owned()), rewritten, ..Self::default() },
        }
    }

    /// The sentence as the model wrote it.
    pub(super) fn text(&self) -> &str {
        self.german.as_deref().unwrap_or(&self.english)
    }

    /// The sentence, to look up its evidence.
    pub(super) fn statement(&self) -> Statement<'_> {
        Statement { english: &self.english, german: self.german.as_deref(), vector: self.vector.as_deref() }
    }

    /// True if the article supports it and everything it claims.
    pub(super) fn is_supported(&self) -> bool {
        !self.evidence.sentences.is_empty() && self.evidence.missing.is_empty()
    }

    /// The point that says it and rests on `evidence`; `None` if that is empty or not in `translation`.
    pub(super) fn point(&self, evidence: Vec<SentenceRef>, translation: &Translation) -> Option<Point> {
        let point = Point::new(&self.english, evidence, translation)?;
        Some(match &self.german {
            Some(german) => point.written_in_german(german, self.notes.clone()),
            None => point,
        })
    }
}
