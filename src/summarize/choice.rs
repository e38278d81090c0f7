//! Candidates → those that are taken: the best ones that do not repeat each other, or the first in some order.

use std::collections::BTreeSet;

use super::candidates::QuoteCandidate;
use super::length::Budget;
use super::vectors::StemVector;

/// Weight of a sentence's own score. The rest is the penalty for similarity to sentences already taken (maximal marginal
/// relevance: Carbonell and Goldstein, SIGIR 1998).
const RELEVANCE_WEIGHT: f64 = 0.65;

/// Cosine above which two sentences say the same, so that at most one of them is taken.
const MAX_SIMILARITY: f64 = 0.85;

/// Factor on the score of a sentence that refers back to one that is not taken.
const UNRESOLVED_REFERENCE_FACTOR: f64 = 0.6;

/// Factor on the score of a sentence whose translation failed a check. It decides between sentences that would both do; a
/// sentence that says what the article is about scores further above the others, and is quoted with its flag.
const FAILED_CHECK_FACTOR: f64 = 0.8;

/// Indices of the `candidates` taken within `budget`, at least one, in the order they are taken. `vectors` and `scores` (higher is
/// better) have one entry per candidate.
pub(super) fn choose(
    candidates: &[QuoteCandidate<'_>],
    vectors: &[StemVector],
    scores: &[f64],
    mut budget: Budget,
) -> Vec<usize> {
    let mut overlaps = vec![0.0_f64; candidates.len()];
    let mut is_open = vec![true; candidates.len()];
    let mut chosen = Vec::new();
    while chosen.is_empty() || budget.is_open() {
        // Scores are relative to the best one left: the first sentence of news scores far above all others, and these must still
        // differ from each other.
        let best_score =
            (0..candidates.len()).filter(|&index| is_open[index]).map(|index| scores[index]).fold(0.0, f64::max);
        let mut next_candidate: Option<(usize, f64)> = None;
        for index in (0..candidates.len()).filter(|&index| is_open[index]) {
            let is_resolved = !candidates[index].refers_back || follows_chosen(candidates, index, &chosen);
            let relevance = if best_score > 0.0 { scores[index] / best_score } else { 0.0 };
            let resolution = if is_resolved { 1.0 } else { UNRESOLVED_REFERENCE_FACTOR };
            let trust = if candidates[index].is_doubtful { FAILED_CHECK_FACTOR } else { 1.0 };
            let gain = RELEVANCE_WEIGHT * relevance * resolution * trust - (1.0 - RELEVANCE_WEIGHT) * overlaps[index];
            // Among equals the earlier one stays.
            if next_candidate.is_none_or(|(_, known)| gain > known) {
                next_candidate = Some((index, gain));
            }
        }
        let Some((taken, _)) = next_candidate else { break };
        // A shorter one may still fit.
        if !chosen.is_empty() && !budget.has_room_for(candidates[taken].english) {
            is_open[taken] = false;
            continue;
        }
        budget.take(candidates[taken].english);
        chosen.push(taken);
        for index in 0..candidates.len() {
            let cosine = vectors[taken].cosine(&vectors[index]);
            overlaps[index] = overlaps[index].max(cosine);
            // Texts are compared too: a sentence of stop words is similar to nothing, not even to itself.
            is_open[index] &= cosine <= MAX_SIMILARITY && candidates[index].german != candidates[taken].german;
        }
    }
    chosen
}

/// Those of `order`, which are indices of `candidates`, that fit within `budget`, at least one, each text once. The first that
/// does not fit is the end.
pub(super) fn take_in_order(
    candidates: &[QuoteCandidate<'_>],
    order: impl IntoIterator<Item = usize>,
    mut budget: Budget,
) -> Vec<usize> {
    let mut seen_sentences = BTreeSet::new();
    let mut chosen = Vec::new();
    for index in order.into_iter().filter(|index| seen_sentences.insert(candidates[*index].german)) {
        let english = candidates[index].english;
        if !chosen.is_empty() && !budget.has_room_for(english) {
            break;
        }
        budget.take(english);
        chosen.push(index);
    }
    chosen
}

/// True if the sentence before the candidate at `index` is among `chosen`, or there is none.
fn follows_chosen(candidates: &[QuoteCandidate<'_>], index: usize, chosen: &[usize]) -> bool {
    let sentence_index = candidates[index].index;
    let candidate_before = index.checked_sub(1).filter(|&before| candidates[before].index + 1 == sentence_index);
    sentence_index == 0 || candidate_before.is_some_and(|before| chosen.contains(&before))
}

#[cfg(test)]
mod tests {
    use super::super::length::Length;
    use super::super::vectors::stem_vectors;
    use super::*;
    use crate::document::SentenceRef;

    /// The candidates taken, if these failed a check and one sentence is wanted.
    fn chosen(scores: [f64; 3], doubtful: [bool; 3]) -> Vec<usize> {
        let texts = ["Nordwind treibt Segelboote.", "Köche braten Zwiebeln.", "Lehrer prüfen Schulhefte."];
        let candidate = |index: usize| QuoteCandidate {
            address: SentenceRef { paragraph: index, sentence: 0 },
            german: texts[index],
            english: texts[index],
            index,
            refers_back: false,
            is_doubtful: doubtful[index],
        };
        let candidates: Vec<_> = (0..texts.len()).map(candidate).collect();
        choose(&candidates, &stem_vectors(texts.into_iter()), &scores, Length::Sentences(1).budget(3))
    }

    #[test]
    fn of_sentences_that_would_both_do_the_one_that_passed_is_taken_and_the_main_point_stays() {
        assert_eq!(chosen([1.0, 0.9, 0.3], [false, false, false]), [0]);
        assert_eq!(chosen([1.0, 0.9, 0.3], [true, false, false]), [1]);
        assert_eq!(chosen([1.0, 0.9, 0.3], [true, true, false]), [0]);
        assert_eq!(chosen([1.0, 0.5, 0.3], [true, false, false]), [0], "the main point is not given up");
    }
}
