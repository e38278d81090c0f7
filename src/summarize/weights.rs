//! How much each candidate of an article weighs before methods differ: its vector, its place, its likeness to the title
//! and to the whole.

use super::candidates::Candidates;
use super::vectors::{Vector, centroid, vectors};
use crate::document::Translation;

/// Most candidates that are compared with each other, which takes quadratic time. Of a longer article (some thirty
/// printed pages) only those with the highest centroid scores are, which takes linear time to find: an article of
/// 100,000 sentences gets a summary too, of at most 500 points.
pub(super) const MOST_COMPARED: usize = 500;

/// What the place of the first sentence adds to a prior of 1; the one at index i gets this divided by i + 1.
const FIRST: f64 = 2.0;

/// What a sentence gets added to its prior that has the words of the title and no others.
const TITLE: f64 = 1.0;

/// Candidates with what is known of them; all lists belong together one to one.
pub(super) struct Weighted<'text> {
    /// The candidates, at most [`MOST_COMPARED`], in the order of the article.
    pub(super) candidates: Candidates<'text>,
    /// Their vectors.
    pub(super) vectors: Vec<Vector>,
    /// How much each is worth for its place and its likeness to the title; at least 1.
    pub(super) priors: Vec<f64>,
    /// Likeness to the centroid of all candidates, times the prior.
    pub(super) scores: Vec<f64>,
}

impl<'text> Weighted<'text> {
    /// Weighs `candidates`, which are those of `translation`.
    pub(super) fn of(mut candidates: Candidates<'text>, translation: &Translation) -> Self {
        let title = translation.article().title().unwrap_or_default();
        let texts = candidates.list.iter().map(|candidate| candidate.german).chain([title]);
        let mut vectors = vectors(texts);
        let title = vectors.pop().unwrap_or_default();
        let middle = centroid(&vectors);
        let mut priors: Vec<f64> = (candidates.list.iter().zip(&vectors))
            .map(|(candidate, vector)| 1.0 + FIRST / (candidate.order + 1) as f64 + TITLE * vector.cosine(&title))
            .collect();
        let mut scores: Vec<f64> =
            vectors.iter().zip(&priors).map(|(vector, prior)| vector.cosine(&middle) * prior).collect();
        if candidates.list.len() > MOST_COMPARED {
            let mut best: Vec<usize> = (0..scores.len()).collect();
            best.sort_by(|&left, &right| scores[right].total_cmp(&scores[left]));
            best.truncate(MOST_COMPARED);
            best.sort_unstable();
            candidates.list = best.iter().map(|&index| candidates.list[index]).collect();
            vectors = best.iter().map(|&index| std::mem::take(&mut vectors[index])).collect();
            priors = best.iter().map(|&index| priors[index]).collect();
            scores = best.iter().map(|&index| scores[index]).collect();
        }
        Self { candidates, vectors, priors, scores }
    }
}
