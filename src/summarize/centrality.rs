//! The sentences that most others resemble: a random walk from sentence to similar sentence, which restarts where news says
//! what matters (LexRank: Erkan and Radev, JAIR 22, 2004; the restart by a prior follows biased LexRank: Otterbacher, Erkan and
//! Radev, 2009).

use super::candidates::QuoteCandidates;
use super::choice::choose;
use super::length::Length;
use super::vectors::StemVector;
use super::weights::WeightedCandidates;
use crate::document::{Summary, Translation};

/// Probability that the walk goes on to a similar sentence instead of restarting.
const DAMPING: f64 = 0.75;

/// Minimum cosine of neighbours. Below this, sentences are similar by chance: they share a name.
const MIN_SIMILARITY: f64 = 0.05;

/// Steps of the walk. The start keeps a weight of 0.75⁴⁰ < 0.00002 after 40 steps.
const WALK_STEPS: usize = 40;

/// Quotes the candidates that the walk visits most, without repetition.
pub(super) fn summarize(translation: &Translation, candidates: QuoteCandidates<'_>, length: &Length) -> Summary {
    let budget = length.budget(candidates.sentences);
    let WeightedCandidates { candidates, vectors, priors, .. } = WeightedCandidates::new(candidates, translation);
    // The prior counts once more: the walk forgets most of where it started, and a summary of news rarely leaves out the first
    // sentence.
    let scores: Vec<f64> =
        visit_probabilities(&vectors, &priors).iter().zip(&priors).map(|(visit, prior)| visit * prior).collect();
    let chosen = choose(&candidates.list, &vectors, &scores, budget);
    candidates.summary(chosen, translation)
}

/// The long-run probability of each of `vectors` in a walk that restarts in proportion to `priors`; they sum to 1.
fn visit_probabilities(vectors: &[StemVector], priors: &[f64]) -> Vec<f64> {
    let prior_sum: f64 = priors.iter().sum();
    let restart_probabilities: Vec<f64> = priors.iter().map(|prior| prior / prior_sum).collect();
    // [sentence][neighbour] as (index, transition probability)
    let neighbours: Vec<Vec<(usize, f64)>> = (0..vectors.len())
        .map(|from| {
            let mut near_sentences: Vec<(usize, f64)> = (0..vectors.len())
                .filter(|&to| to != from)
                .map(|to| (to, vectors[from].cosine(&vectors[to])))
                .filter(|(_, cosine)| *cosine >= MIN_SIMILARITY)
                .collect();
            let cosine_sum: f64 = near_sentences.iter().map(|(_, cosine)| cosine).sum();
            near_sentences.iter_mut().for_each(|(_, cosine)| *cosine /= cosine_sum);
            near_sentences
        })
        .collect();
    let mut visits = restart_probabilities.clone();
    for _ in 0..WALK_STEPS {
        let mut next_visits: Vec<f64> = restart_probabilities.iter().map(|chance| (1.0 - DAMPING) * chance).collect();
        for (from, near_sentences) in neighbours.iter().enumerate() {
            if near_sentences.is_empty() {
                // Nowhere to go: restart.
                next_visits
                    .iter_mut()
                    .zip(&restart_probabilities)
                    .for_each(|(visit, chance)| *visit += DAMPING * visits[from] * chance);
            }
            for (to, chance) in near_sentences {
                next_visits[*to] += DAMPING * visits[from] * chance;
            }
        }
        visits = next_visits;
    }
    visits
}

#[cfg(test)]
mod tests {
    use super::super::vectors::stem_vectors;
    use super::*;

    #[test]
    fn visits_sum_to_one_and_a_central_sentence_has_more() {
        let texts = ["Der Rat baut ein Haus.", "Das Haus baut der Rat in Ulm.", "Es regnet.", "Ulm hat einen Rat."];
        let found = visit_probabilities(&stem_vectors(texts.into_iter()), &[1.0; 4]);
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(found[1] > found[2], "{found:?}");
    }
}
