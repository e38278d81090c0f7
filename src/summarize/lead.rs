//! The first sentences of an article: in news the first paragraph says it all, and every other method has to be better.

use super::Length;
use super::candidates::Candidates;
use crate::document::{Summary, Translation};

/// The first candidates, each text once.
pub(super) fn summarize(translation: &Translation, length: &Length) -> Summary {
    let candidates = Candidates::of(translation);
    let mut budget = length.budget(candidates.sentences);
    let mut seen = std::collections::BTreeSet::new();
    let first_of_its_text = |index: &usize| seen.insert(candidates.list[*index].german);
    let mut chosen = Vec::new();
    for index in (0..candidates.list.len()).filter(first_of_its_text) {
        let english = candidates.list[index].english;
        if !chosen.is_empty() && !budget.has_room_for(english) {
            break;
        }
        budget.take(english);
        chosen.push(index);
    }
    candidates.summary(chosen, translation)
}
