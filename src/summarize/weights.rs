//! How much each candidate of an article weighs before methods differ: its vector, its place, its likeness to the title
//! and to the whole.

use super::candidates::{Candidate, Candidates};
use super::vectors::{Vector, centroid, vectors};
use crate::document::Translation;
use crate::segment::words;

/// Most candidates that are compared with each other, which takes quadratic time. Of a longer article (some thirty
/// printed pages) only those with the highest centroid scores are, which takes linear time to find: an article of
/// 100,000 sentences gets a summary too, of at most 500 points.
pub(super) const MOST_COMPARED: usize = 500;

/// Words of a first sentence that says who did what, when and where, as news has it; a scene begins with fewer.
const OPENING: f64 = 14.0;

/// Likeness of the first sentence to all others, times the square of its words over [`OPENING`], from which on an article is
/// news without a doubt.
const NEWS: f64 = 0.12;

/// What the place of the first sentence adds to a prior of 1 in an article that is news without a doubt, and the most that it adds
/// anywhere; the one at index i gets this divided by (i + 1)².
const FIRST: f64 = 16.8;
const MOST_FIRST: f64 = 100.0;

/// Exponent of the number of words that a score is multiplied with where an article is no news at all: likeness takes no account of
/// length, and of two sentences that are equally near to the whole the longer one says more. News has been shortened by an editor.
const LENGTH: f64 = 0.4;

/// What a sentence gets added to its prior that has the words of the title and no others.
const TITLE: f64 = 1.0;

/// Candidates with what is known of them; all lists belong together one to one.
pub(super) struct Weighted<'text> {
    /// The candidates, at most [`MOST_COMPARED`], in the order of the article.
    pub(super) candidates: Candidates<'text>,
    /// Their vectors.
    pub(super) vectors: Vec<Vector>,
    /// How much each is worth for its place, its likeness to the title and its length; at least 1.
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
        let news = newsness(&candidates, &vectors);
        let first = (FIRST * news).min(MOST_FIRST);
        let exponent = LENGTH * (1.0 - news.min(1.0));
        let prior = |(candidate, vector): (&Candidate<'_>, &Vector)| {
            let length = words::words(candidate.german).count() as f64;
            let place = ((candidate.order + 1) as f64).powi(2);
            (1.0 + first / place + TITLE * vector.cosine(&title)) * length.powf(exponent)
        };
        let mut priors: Vec<f64> = candidates.list.iter().zip(&vectors).map(prior).collect();
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

/// How much an article looks like news, which says it all in a full first sentence that the others then resemble; a feature begins
/// with a scene, which they do not. 0 if not at all, 1 and above without a doubt.
fn newsness(candidates: &Candidates<'_>, vectors: &[Vector]) -> f64 {
    let (Some(opening), Some((first, others))) = (candidates.list.first(), vectors.split_first()) else { return 0.0 };
    let fullness = words::words(opening.german).count() as f64 / OPENING;
    first.cosine(&centroid(others)) * fullness.powi(2) / NEWS
}
