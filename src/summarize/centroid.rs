//! The sentences nearest to the centroid of the article, the sum of all its sentences as weighted stems (Radev, Jing,
//! Styś and Tam, "Centroid-based summarization of multiple documents", 2004).

use super::Length;
use super::candidates::Candidates;
use super::choice::choose;
use super::weights::Weighted;
use crate::document::{Summary, Translation};

/// The candidates nearest to the centroid, early ones and those near to the title first.
pub(super) fn summarize(translation: &Translation, length: &Length) -> Summary {
    let candidates = Candidates::of(translation);
    let budget = length.budget(candidates.sentences);
    let Weighted { candidates, vectors, scores, .. } = Weighted::of(candidates, translation);
    let chosen = choose(&candidates.list, &vectors, &scores, budget);
    candidates.summary(chosen, translation)
}
