//! The sentences that most others resemble: a walk from sentence to sentence along their likeness, returning now and
//! then to where news says what matters (LexRank: Erkan and Radev, JAIR 22, 2004; the restart follows TextRank with a
//! prior, as in biased LexRank: Otterbacher, Erkan and Radev, 2009).

use super::Length;
use super::candidates::Candidates;
use super::choice::choose;
use super::vectors::Vector;
use super::weights::Weighted;
use crate::document::{Summary, Translation};

/// Chance that the walk goes on to a similar sentence instead of starting again.
const DAMPING: f64 = 0.75;

/// Likeness below this is chance: two sentences that share a name.
const LIKENESS: f64 = 0.05;

/// Steps of the walk. It is at rest long before: what is left of the start after 40 steps is 0.75⁴⁰ < 0.00002.
const STEPS: usize = 40;

/// The candidates where the walk is most often, those that repeat each other left out.
pub(super) fn summarize(translation: &Translation, length: &Length) -> Summary {
    let candidates = Candidates::of(translation);
    let budget = length.budget(candidates.sentences);
    let Weighted { candidates, vectors, priors, .. } = Weighted::of(candidates, translation);
    // Once more by the prior: the walk forgets most of where it started, and a summary of news that leaves out its
    // first sentence has to have a reason.
    let scores: Vec<f64> =
        centralities(&vectors, &priors).iter().zip(&priors).map(|(chance, prior)| chance * prior).collect();
    let chosen = choose(&candidates.list, &vectors, &scores, budget);
    candidates.summary(chosen, translation)
}

/// How often the walk is at each of `vectors` in the long run, when it starts at each as often as `priors` say.
fn centralities(vectors: &[Vector], priors: &[f64]) -> Vec<f64> {
    let total: f64 = priors.iter().sum();
    let start: Vec<f64> = priors.iter().map(|prior| prior / total).collect();
    // [sentence, its neighbours as (index, chance to go there)]
    let neighbours: Vec<Vec<(usize, f64)>> = (0..vectors.len())
        .map(|from| {
            let likeness = |to: usize| (to, vectors[from].cosine(&vectors[to]));
            let mut near: Vec<_> = (0..vectors.len())
                .filter(|&to| to != from)
                .map(likeness)
                .filter(|(_, cosine)| *cosine >= LIKENESS)
                .collect();
            let total: f64 = near.iter().map(|(_, cosine)| cosine).sum();
            near.iter_mut().for_each(|(_, cosine)| *cosine /= total);
            near
        })
        .collect();
    let mut now = start.clone();
    for _ in 0..STEPS {
        let mut next: Vec<f64> = start.iter().map(|chance| (1.0 - DAMPING) * chance).collect();
        for (from, near) in neighbours.iter().enumerate() {
            if near.is_empty() {
                // Nowhere to go: start again.
                next.iter_mut().zip(&start).for_each(|(next, chance)| *next += DAMPING * now[from] * chance);
            }
            for (to, chance) in near {
                next[*to] += DAMPING * now[from] * chance;
            }
        }
        now = next;
    }
    now
}

#[cfg(test)]
mod tests {
    use super::super::vectors::vectors;
    use super::*;

    #[test]
    fn the_walk_is_somewhere_at_any_time() {
        let texts = ["Der Rat baut ein Haus.", "Das Haus baut der Rat in Ulm.", "Es regnet.", "Ulm hat einen Rat."];
        let found = centralities(&vectors(texts.into_iter()), &[1.0; 4]);
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(found[1] > found[2], "{found:?}");
    }
}
