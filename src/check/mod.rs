//! A German sentence and its English → what may be wrong with the English, each finding with its reason.
//!
//! Promises: a finding is made from the pair alone, so it does not depend on the sentences around it; no pair of texts can
//! make a check panic or take more than quadratic time in one sentence. Never changes a text, never decodes. A check sees
//! symptoms: a translation without findings may be wrong, one with findings may be right. How often either happens is
//! measured in benches/RESULTS.md.
//!
//! To add a check: write one file with a [`Check`] const, name it in [`CHECKS`], give it a [`Flag`], and add good and
//! bad pairs to `tests/check/pairs.tsv`.

mod confidence;
mod copies;
mod dropped;
mod letters;
mod limits;
mod loops;
mod names;
mod negation;
mod numbers;
mod ordinary;
mod places;
mod quantities;
mod untranslated;

use std::fmt;

use crate::document::{Flag, Note};

/// Every check, in the order of its flag.
pub const CHECKS: &[Check] = &[
    limits::LENGTH_LIMIT,
    limits::UNKNOWN_TOKEN,
    loops::CHECK,
    dropped::CHECK,
    untranslated::CHECK,
    numbers::CHECK,
    names::CHECK,
    copies::CHECK,
    negation::CHECK,
    confidence::CHECK,
];

/// A sentence, its translation, and what the search told about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pair<'a> {
    /// The German sentence.
    pub german: &'a str,
    /// Its English.
    pub english: &'a str,
    /// Mean log-probability of a token; `None` where nothing was decoded.
    pub score: Option<f32>,
    /// True if the search ended at its length limit.
    pub cut: bool,
    /// True if the German holds something that the model has no token for.
    pub unknown: bool,
}

/// What may mend a sentence that fails a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Repair {
    /// Nothing that could be done here.
    None,
    /// Search again, with more hypotheses.
    Search,
    /// Search again, with no phrase allowed twice.
    NoRepeat,
    /// Translate it in smaller pieces, cut at clause marks.
    Pieces,
}

/// One kind of doubt.
pub struct Check {
    /// The flag that it raises, which has its name too.
    pub flag: Flag,
    /// What it sees.
    pub sees: &'static str,
    /// Why that matters, or why it is a sign of something wrong.
    pub why: &'static str,
    /// What may mend it.
    pub repair: Repair,
    /// The reason to raise the flag, in a few words (empty where the flag says it all); `None` if there is none.
    pub find: fn(&Pair<'_>) -> Option<String>,
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Check").field(&self.flag.name()).finish()
    }
}

/// What one check found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub check: &'static Check,
    /// What it found, in a few words; empty where the flag says it all.
    pub reason: String,
}

impl From<Finding> for Note {
    fn from(finding: Finding) -> Self {
        Self { flag: finding.check.flag, reason: (!finding.reason.is_empty()).then_some(finding.reason) }
    }
}

/// True if `english` is `german` as it stands, and that is more than a name.
pub fn is_copy(german: &str, english: &str) -> bool {
    untranslated::is_copy(german, english)
}

/// `english` with numerals that were copied from `german` written the English way, or `None` if there are none.
pub fn anglicised(german: &str, english: &str) -> Option<String> {
    quantities::anglicised(german, english)
}

/// Everything that the checks find in `pair`, in the order of [`CHECKS`].
pub fn findings(pair: &Pair<'_>) -> Vec<Finding> {
    CHECKS.iter().filter_map(|check| Some(Finding { check, reason: (check.find)(pair)? })).collect()
}
