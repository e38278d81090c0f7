//! Greedy search: the most probable token at each step.

use super::hypothesis_tokens::HypothesisTokens;
use super::next::{NextOptions, next_tokens};
use super::target::Target;
use crate::generation::search_options::SearchOptions;
use crate::neural::{Error, Seq2Seq};

/// The target of a source, as far as the search has written it.
struct UnfinishedTarget {
    /// Index of the source in its batch.
    source_index: usize,
    /// The token ids written so far; the first is the start mark.
    written_tokens: Vec<u32>,
    log_probability: f32,
}

pub(super) fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Target>, Error> {
    let mut decoding = model.encode(sources)?;
    let begin_target = |source_index| UnfinishedTarget {
        source_index,
        written_tokens: vec![options.start_token],
        log_probability: 0.0,
    };
    let mut unfinished_targets: Vec<UnfinishedTarget> = (0..sources.len()).map(begin_target).collect();
    let mut targets: Vec<Option<Target>> = vec![None; sources.len()];
    let next_options = NextOptions { count: 1, rescore_logits: true, search_options: options };
    while !unfinished_targets.is_empty() {
        let tokens_of_targets: Vec<HypothesisTokens<'_>> = unfinished_targets
            .iter()
            .map(|target| HypothesisTokens::new(model, sources[target.source_index], &target.written_tokens))
            .collect();
        let next_of_targets = next_tokens(&mut *decoding, &tokens_of_targets, &next_options)?;
        let mut kept_rows = Vec::with_capacity(unfinished_targets.len());
        let mut kept_targets = Vec::with_capacity(unfinished_targets.len());
        for (row_index, (mut target, next_tokens)) in unfinished_targets.into_iter().zip(next_of_targets).enumerate() {
            let most_probable = next_tokens.first();
            if let Some((token_id, log_probability)) = most_probable {
                target.written_tokens.push(*token_id);
                target.log_probability += log_probability;
            }
            let is_at_limit = target.written_tokens.len() >= options.max_length || most_probable.is_none();
            let is_ended = target.written_tokens.last().is_some_and(|latest| options.end_tokens.contains(latest));
            if is_at_limit || is_ended {
                let token_ids = target.written_tokens[1..].to_vec();
                let score = target.log_probability;
                targets[target.source_index] =
                    Some(Target { token_ids, log_probability: score, score, cut: is_at_limit });
            } else {
                kept_rows.push(row_index);
                kept_targets.push(target);
            }
        }
        unfinished_targets = kept_targets;
        decoding.select(&kept_rows)?;
    }
    Ok(targets.into_iter().map(Option::unwrap_or_default).collect())
}
