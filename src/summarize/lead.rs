//! The first sentences of an article. In news the first paragraph says it all, so this is the baseline for other methods.

use super::candidates::QuoteCandidates;
use super::length::Length;
use crate::document::{Summary, Translation};

/// Quotes the first candidates, each text once.
pub(super) fn summarize(translation: &Translation, length: &Length) -> Summary {
    let candidates = QuoteCandidates::in_translation(translation);
    let mut budget = length.budget(candidates.sentences);
    let mut seen = std::collections::BTreeSet::new();
    let is_first_of_its_text = |index: &usize| seen.insert(candidates.list[*index].german);
    let mut chosen = Vec::new();
    for index in (0..candidates.list.len()).filter(is_first_of_its_text) {
        let english = candidates.list[index].english;
        if !chosen.is_empty() && !budget.has_room_for(english) {
            break;
        }
        budget.take(english);
        chosen.push(index);
    }
    candidates.summary(chosen, translation)
}
