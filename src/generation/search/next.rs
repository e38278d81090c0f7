//! The most probable next tokens of each hypothesis, as far as the rules of the search allow them.

use super::constraints::{banned_tokens, forced_token, rescore, rules_change_scores};
use super::hypothesis_tokens::HypothesisTokens;
use crate::generation::search_options::SearchOptions;
use crate::neural::{Decoding, Error, log_sum_exp};

/// What a search asks of the model at each step.
pub(super) struct NextOptions<'a> {
    /// Candidate tokens for each hypothesis.
    pub(super) count: usize,
    /// Whether rules that change scores of tokens change logits or, if false, log-probabilities.
    pub(super) rescore_logits: bool,
    pub(super) search_options: &'a SearchOptions,
}

/// Feeds the model the latest token of each hypothesis and returns the most probable next ones with their log-probabilities, best
/// first; ties go to the lower token. A hypothesis has fewer than `count` if the rules leave no more.
///
/// Equally many tokens must be written in each of `hypotheses`.
pub(super) fn next_tokens(
    decoding: &mut dyn Decoding,
    hypotheses: &[HypothesisTokens<'_>],
    options: &NextOptions<'_>,
) -> Result<Vec<Vec<(u32, f32)>>, Error> {
    let search_options = options.search_options;
    let written_count = hypotheses.first().map_or(0, |tokens| tokens.written.len());
    let forced_candidates =
        forced_token(written_count, search_options).map(|token_id| vec![vec![(token_id, 0.0)]; hypotheses.len()]);
    if let (Some(candidates), true) = (&forced_candidates, written_count + 1 >= search_options.max_length) {
        // Nothing comes after this token, so the model need not read on.
        return Ok(candidates.clone());
    }
    let latest_tokens: Vec<u32> = hypotheses.iter().filter_map(|tokens| tokens.written.last().copied()).collect();
    decoding.step(&latest_tokens)?;
    if let Some(candidates) = forced_candidates {
        return Ok(candidates);
    }
    if rules_change_scores(search_options) {
        let mut logits = decoding.logits()?;
        let logits_of_hypotheses = logits.iter_rows_mut().zip(hypotheses);
        return Ok(logits_of_hypotheses.map(|(logits, tokens)| top_rescored(logits, *tokens, options)).collect());
    }
    let banned_tokens: Vec<Vec<u32>> =
        hypotheses.iter().map(|tokens| banned_tokens(tokens.written, search_options)).collect();
    // With `renormalize`, probabilities are over the allowed tokens. Otherwise they are over all tokens, and enough are asked
    // for that `count` remain when the banned ones are dropped.
    let (excluded_tokens, spare_candidates) = match search_options.renormalize {
        true => (banned_tokens.as_slice(), 0),
        false => (&[][..], banned_tokens.iter().map(Vec::len).max().unwrap_or_default()),
    };
    let best_of_hypotheses = decoding.best(options.count + spare_candidates, excluded_tokens)?;
    let allowed_candidates = best_of_hypotheses.into_iter().zip(&banned_tokens).map(|(best, banned)| {
        let allowed = best.top.into_iter().filter(|(token_id, _)| banned.binary_search(token_id).is_err());
        allowed.take(options.count).map(|(token_id, logit)| (token_id, logit - best.log_normalizer)).collect()
    });
    Ok(allowed_candidates.collect())
}

/// The most probable next tokens of one hypothesis, where rules change its `logits`.
fn top_rescored(logits: &mut [f32], tokens: HypothesisTokens<'_>, options: &NextOptions<'_>) -> Vec<(u32, f32)> {
    let log_normalizer = log_sum_exp(logits);
    if !options.rescore_logits {
        logits.iter_mut().for_each(|logit| *logit -= log_normalizer);
    }
    rescore(logits, tokens, options.search_options);
    let score_offset = if options.rescore_logits && !options.search_options.renormalize { log_normalizer } else { 0.0 };
    let mut candidates: Vec<(u32, f32)> = (0..)
        .zip(logits)
        .filter(|(_, token_score)| token_score.is_finite())
        .map(|(token_id, token_score)| (token_id, *token_score - score_offset))
        .collect();
    // The sort is stable, so ties go to the lower token.
    candidates.sort_by(|left, right| right.1.total_cmp(&left.1));
    candidates.truncate(options.count);
    candidates
}
