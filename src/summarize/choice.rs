//! Takes the best sentences one after the other, and none that repeats what has been taken.

use super::Budget;
use super::candidates::Candidate;
use super::vectors::Vector;

/// How much a sentence's own score counts; the rest is what it has in common with the sentences taken before it
/// (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998).
const RELEVANCE: f64 = 0.65;

/// Two sentences that are more alike than this say the same, and only one of them is ever taken.
const SAME: f64 = 0.85;

/// What is left of the score of a sentence that points back to one that has not been taken.
const UNRESOLVED: f64 = 0.6;

/// The indices of those `candidates` that are taken within `budget` (at least one), in the order they were taken. `vectors` and `scores` (the higher
/// the better) belong to the candidates one to one.
pub(super) fn choose(
    candidates: &[Candidate<'_>],
    vectors: &[Vector],
    scores: &[f64],
    mut budget: Budget,
) -> Vec<usize> {
    let mut overlap = vec![0.0_f64; candidates.len()];
    let mut open = vec![true; candidates.len()];
    let mut chosen = Vec::new();
    while chosen.is_empty() || budget.is_open() {
        // Of those that are left: the first sentence of news is far ahead of all others, which must still differ.
        let left = (0..candidates.len()).filter(|&index| open[index]);
        let best = left.map(|index| scores[index]).fold(0.0, f64::max);
        let mut next: Option<(usize, f64)> = None;
        for index in (0..candidates.len()).filter(|&index| open[index]) {
            let resolved = !candidates[index].leans_back || stands_on_chosen(candidates, index, &chosen);
            let score = if best > 0.0 { scores[index] / best } else { 0.0 };
            let score =
                RELEVANCE * score * if resolved { 1.0 } else { UNRESOLVED } - (1.0 - RELEVANCE) * overlap[index];
            // Only a better one takes the place: among equals the earlier stays.
            if next.is_none_or(|(_, known)| score > known) {
                next = Some((index, score));
            }
        }
        let Some((taken, _)) = next else { break };
        // What is too long for what is left may be followed by something shorter.
        if !chosen.is_empty() && !budget.has_room_for(candidates[taken].english) {
            open[taken] = false;
            continue;
        }
        budget.take(candidates[taken].english);
        chosen.push(taken);
        for index in 0..candidates.len() {
            let cosine = vectors[taken].cosine(&vectors[index]);
            overlap[index] = overlap[index].max(cosine);
            // The text is compared as well, since a sentence of stop words resembles nothing.
            open[index] &= cosine <= SAME && candidates[index].german != candidates[taken].german;
        }
    }
    chosen
}

/// True if the sentence before the candidate at `index` is among `chosen`, or there is none.
fn stands_on_chosen(candidates: &[Candidate<'_>], index: usize, chosen: &[usize]) -> bool {
    let order = candidates[index].order;
    let before = index.checked_sub(1).filter(|&before| candidates[before].order + 1 == order);
    order == 0 || before.is_some_and(|before| chosen.contains(&before))
}
