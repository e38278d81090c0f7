//! The sentences nearest to the centroid of the article, which is the sum of its sentence vectors (Radev, Jing, Styś and Tam,
//! "Centroid-based summarization of multiple documents", 2004).

use super::candidates::QuoteCandidates;
use super::choice::choose;
use super::length::Length;
use super::weights::WeightedCandidates;
use crate::document::{Summary, Translation};

/// Quotes the candidates nearest to the centroid. Early sentences and those similar to the title count more.
pub(super) fn summarize(translation: &Translation, candidates: QuoteCandidates<'_>, length: &Length) -> Summary {
    let budget = length.budget(candidates.sentences);
    let WeightedCandidates { candidates, vectors, scores, .. } = WeightedCandidates::new(candidates, translation);
    let chosen = choose(&candidates.list, &vectors, &scores, budget);
    candidates.summary(chosen, translation)
}
