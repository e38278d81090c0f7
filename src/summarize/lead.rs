//! The first sentences of an article. In news the first paragraph says it all, so this is the baseline for other methods.

use super::candidates::QuoteCandidates;
use super::choice::take_in_order;
use super::length::Length;
use crate::document::{Summary, Translation};

/// Quotes the first candidates, each text once.
pub(super) fn summarize(translation: &Translation, candidates: QuoteCandidates<'_>, length: &Length) -> Summary {
    let budget = length.budget(candidates.sentences);
    let chosen = take_in_order(&candidates.list, 0..candidates.list.len(), budget);
    candidates.summary(chosen, translation)
}
