//! Greedy search: the most probable token at each step.

use super::next::{NextOptions, next_tokens};
use super::target::Target;
use crate::generation::search_options::SearchOptions;
use crate::neural::{Error, Seq2Seq};

/// The target of a source, as far as it is written.
struct Unfinished {
    /// Index of the source in its batch.
    source: usize,
    /// Begins with the start mark.
    written: Vec<u32>,
    log_probability: f32,
}

pub(super) fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Target>, Error> {
    let mut decoding = model.encode(sources)?;
    let begin_target = |source| Unfinished { source, written: vec![options.start], log_probability: 0.0 };
    let mut rows: Vec<Unfinished> = (0..sources.len()).map(begin_target).collect();
    let mut targets: Vec<Option<Target>> = vec![None; sources.len()];
    let next_options = NextOptions { count: 1, rescore_logits: true, search: options };
    while !rows.is_empty() {
        let written: Vec<&[u32]> = rows.iter().map(|row| row.written.as_slice()).collect();
        let next_of_rows = next_tokens(&mut *decoding, &written, &next_options)?;
        let mut kept_rows = Vec::with_capacity(rows.len());
        let mut unfinished = Vec::with_capacity(rows.len());
        for (row_index, (mut row, candidates)) in rows.into_iter().zip(next_of_rows).enumerate() {
            let next_token = candidates.first();
            if let Some((token_id, log_probability)) = next_token {
                row.written.push(*token_id);
                row.log_probability += log_probability;
            }
            let is_at_limit = row.written.len() >= options.max_length || next_token.is_none();
            if is_at_limit || row.written.last().is_some_and(|latest| options.ends.contains(latest)) {
                let ids = row.written[1..].to_vec();
                let score = row.log_probability;
                targets[row.source] = Some(Target { ids, log_probability: score, score, cut: is_at_limit });
            } else {
                kept_rows.push(row_index);
                unfinished.push(row);
            }
        }
        rows = unfinished;
        decoding.select(&kept_rows)?;
    }
    Ok(targets.into_iter().map(Option::unwrap_or_default).collect())
}
