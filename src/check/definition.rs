//! What a check is: the pair it reads, the reason it gives, the repair it asks for.

use std::fmt;

use crate::document::{Flag, Note};
use crate::glossary::TermHit;

/// A German sentence, its translation, and what the search reported about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckedPair<'a> {
    /// The German sentence that is checked against.
    pub german: &'a str,
    /// The English translation that is checked.
    pub english: &'a str,
    /// Mean log-probability per token of the English; `None` if nothing was decoded.
    pub score: Option<f32>,
    /// True if the search ended at its length limit.
    pub cut: bool,
    /// The characters of the German that the model has no token for and that are not in the English.
    pub unknown: &'a str,
    /// The glossary terms in the German.
    pub terms: &'a [TermHit<'a>],
    /// True if a model that follows instructions was asked for the English.
    pub is_answer: bool,
    /// What the model's answer was instead of a translation alone.
    pub fault: Option<&'static str>,
    /// The German sentences before, as far as the model was told them.
    pub context: &'a [&'a str],
}

/// How a sentence that fails a check may be repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Repair {
    /// A sentence that fails the check is not repaired.
    None,
    /// Search the translation again with more hypotheses.
    Search,
    /// Look for other words in the translation: more hypotheses, and rare compounds in parts.
    Words,
    /// Search the translation again without repeated phrases.
    NoRepeat,
    /// Translate the sentence in smaller pieces, cut at clause marks.
    Pieces,
    /// Translate without the sentences before.
    WithoutContext,
    /// Translate with placeholders for what must be copied or is fixed by the glossary.
    Mask,
}

/// A check of translations for one kind of error.
pub struct Check {
    /// The flag that the check raises. The check has the same name.
    pub flag: Flag,
    /// What the check detects.
    pub sees: &'static str,
    /// Why what the check sees matters.
    pub why: &'static str,
    /// What may repair a sentence that fails the check.
    pub repair: Repair,
    /// True if the check reads nothing but the German and the English. Then `tests/check/pairs.tsv` must have errors for it; other
    /// checks need the score, what the search reported, or the glossary.
    pub reads_text_alone: bool,
    /// Looks at a pair. Returns a short reason to raise the check's flag (empty if the flag says it all), or `None`.
    pub find: fn(&CheckedPair<'_>) -> Option<String>,
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Check").field(&self.flag.name()).finish()
    }
}

/// What a check found in a pair.
#[derive(Clone, Debug)]
pub struct CheckFinding {
    /// The check that found it.
    pub check: &'static Check,
    /// The check's short reason; empty if the flag says it all.
    pub reason: String,
}

impl From<CheckFinding> for Note {
    fn from(finding: CheckFinding) -> Self {
        Self { flag: finding.check.flag, reason: (!finding.reason.is_empty()).then_some(finding.reason) }
    }
}
