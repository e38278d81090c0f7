//! The most probable next tokens of each row, as far as the rules allow them.

use super::constraints::{banned_tokens, forced_token, rescore, rules_change_scores};
use crate::generation::search_options::SearchOptions;
use crate::neural::{Decoding, Error, log_sum_exp};

/// What a search asks of the model at each step.
pub(super) struct NextOptions<'a> {
    /// Candidate tokens for each row.
    pub(super) count: usize,
    /// Whether rules that change scores change logits or, if false, log-probabilities.
    pub(super) rescore_logits: bool,
    pub(super) search: &'a SearchOptions,
}

/// Feeds each row its latest token and returns the most probable next ones with their log-probabilities, best first;
/// ties go to the lower token. A row has fewer than `count` if the rules leave no more.
///
/// `written` are the tokens of each row, equally many, including the start mark.
pub(super) fn next_tokens(
    decoding: &mut dyn Decoding,
    written: &[&[u32]],
    options: &NextOptions<'_>,
) -> Result<Vec<Vec<(u32, f32)>>, Error> {
    let search = options.search;
    let length = written.first().map_or(0, |row| row.len());
    let only_candidates = forced_token(length, search).map(|token_id| vec![vec![(token_id, 0.0)]; written.len()]);
    if let (Some(candidates), true) = (&only_candidates, length + 1 >= search.max_length) {
        // Nothing comes after this token, so the model need not read on.
        return Ok(candidates.clone());
    }
    let latest_tokens: Vec<u32> = written.iter().filter_map(|row| row.last().copied()).collect();
    decoding.step(&latest_tokens)?;
    if let Some(candidates) = only_candidates {
        return Ok(candidates);
    }
    if rules_change_scores(search) {
        let mut logits = decoding.logits()?;
        let rows = logits.iter_rows_mut().zip(written);
        return Ok(rows.map(|(row, written)| top_rescored(row, written, options)).collect());
    }
    let banned_in_row: Vec<Vec<u32>> = written.iter().map(|row| banned_tokens(row, search)).collect();
    // With `renormalize`, probabilities are over the allowed tokens. Otherwise they are over all tokens, and enough are asked
    // for that `count` remain when the banned ones are dropped.
    let (without, spare) = match search.renormalize {
        true => (banned_in_row.as_slice(), 0),
        false => (&[][..], banned_in_row.iter().map(Vec::len).max().unwrap_or_default()),
    };
    let best = decoding.best(options.count + spare, without)?;
    let allowed_in_row = best.into_iter().zip(&banned_in_row).map(|(best, banned)| {
        let allowed = best.top.into_iter().filter(|(token_id, _)| banned.binary_search(token_id).is_err());
        allowed.take(options.count).map(|(token_id, logit)| (token_id, logit - best.normalizer)).collect()
    });
    Ok(allowed_in_row.collect())
}

/// The most probable next tokens of one row, where rules change its `logits`.
fn top_rescored(logits: &mut [f32], written: &[u32], options: &NextOptions<'_>) -> Vec<(u32, f32)> {
    let normalizer = log_sum_exp(logits);
    if !options.rescore_logits {
        logits.iter_mut().for_each(|logit| *logit -= normalizer);
    }
    rescore(logits, written, options.search);
    let offset = if options.rescore_logits && !options.search.renormalize { normalizer } else { 0.0 };
    let mut top: Vec<(u32, f32)> = (0..)
        .zip(logits)
        .filter(|(_, score)| score.is_finite())
        .map(|(token_id, score)| (token_id, *score - offset))
        .collect();
    // The sort is stable, so ties go to the lower token.
    top.sort_by(|left, right| right.1.total_cmp(&left.1));
    top.truncate(options.count);
    top
}
