//! The first sentences of an article: in news the first paragraph says it all, and every other method has to be better.

use super::Length;
use super::candidates::Candidates;
use crate::document::{Summary, Translation};

/// The first candidates, each text once.
pub(super) fn summarize(translation: &Translation, length: &Length) -> Summary {
    let candidates = Candidates::of(translation);
    let points = length.points(candidates.sentences);
    let mut seen = std::collections::BTreeSet::new();
    let first_of_its_text = |index: &usize| seen.insert(candidates.list[*index].german);
    let chosen = (0..candidates.list.len()).filter(first_of_its_text).take(points).collect();
    candidates.summary(chosen, translation)
}
