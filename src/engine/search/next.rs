//! The most probable next tokens of each row, as far as the rules allow them.

use super::constraints::{banned, change_scores, forced, rescore};
use crate::engine::SearchOptions;
use crate::neural::{Decoding, Error, log_sum_exp};

/// What a search asks for at each step.
pub(super) struct Wanted<'a> {
    /// Tokens a row.
    pub(super) count: usize,
    /// Where rules change scores: true if they change logits, false if they change log-probabilities.
    pub(super) of_logits: bool,
    pub(super) options: &'a SearchOptions,
}

/// Feeds each row its latest token and returns the most probable next ones with their log-probabilities, best first;
/// the lower token first among equals. A row has fewer than were wanted if the rules leave no more.
///
/// `written` are the tokens of each row of `decoding`, equally many, the start mark included.
pub(super) fn next_tokens(
    decoding: &mut dyn Decoding,
    written: &[&[u32]],
    wanted: &Wanted<'_>,
) -> Result<Vec<Vec<(u32, f32)>>, Error> {
    let options = wanted.options;
    let length = written.first().map_or(0, |row| row.len());
    let forced = forced(length, options).map(|id| vec![vec![(id, 0.0)]; written.len()]);
    if let (Some(forced), true) = (&forced, length + 1 >= options.max_length) {
        // Nothing comes after it, so the model need not read on.
        return Ok(forced.clone());
    }
    let latest: Vec<u32> = written.iter().filter_map(|row| row.last().copied()).collect();
    decoding.step(&latest)?;
    if let Some(forced) = forced {
        return Ok(forced);
    }
    if change_scores(options) {
        let mut logits = decoding.logits()?;
        let rows = logits.iter_rows_mut().zip(written);
        return Ok(rows.map(|(logits, written)| rescored(logits, written, wanted)).collect());
    }
    let banned: Vec<Vec<u32>> = written.iter().map(|row| banned(row, options)).collect();
    // Either the rest is normalised, or all are, and some more are asked for than are wanted.
    let (without, spare) = match options.renormalize {
        true => (banned.as_slice(), 0),
        false => (&[][..], banned.iter().map(Vec::len).max().unwrap_or_default()),
    };
    let best = decoding.best(wanted.count + spare, without)?;
    let allowed = best.into_iter().zip(&banned).map(|(best, banned)| {
        let top = best.top.into_iter().filter(|(id, _)| banned.binary_search(id).is_err());
        top.take(wanted.count).map(|(id, logit)| (id, logit - best.normalizer)).collect()
    });
    Ok(allowed.collect())
}

/// The same for one row where rules change the scores of its `logits`.
fn rescored(logits: &mut [f32], written: &[u32], wanted: &Wanted<'_>) -> Vec<(u32, f32)> {
    let normalizer = log_sum_exp(logits);
    if !wanted.of_logits {
        logits.iter_mut().for_each(|logit| *logit -= normalizer);
    }
    rescore(logits, written, wanted.options);
    let offset = if wanted.of_logits && !wanted.options.renormalize { normalizer } else { 0.0 };
    let mut top: Vec<(u32, f32)> =
        (0..).zip(logits).filter(|(_, score)| score.is_finite()).map(|(id, score)| (id, *score - offset)).collect();
    // A stable sort keeps the lower token first among equals.
    top.sort_by(|left, right| right.1.total_cmp(&left.1));
    top.truncate(wanted.count);
    top
}
