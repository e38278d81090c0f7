//! Greedy search: the most probable token at each step.

use super::next::{NextOptions, next_tokens};
use super::target::Target;
use crate::engine::generation::SearchOptions;
use crate::neural::{Error, Seq2Seq};

/// The target of a source, as far as it is written.
struct Unfinished {
    /// Index of the source.
    source: usize,
    /// Begins with the start mark.
    written: Vec<u32>,
    log_probability: f32,
}

pub(super) fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Target>, Error> {
    let mut decoding = model.encode(sources)?;
    let begin = |source| Unfinished { source, written: vec![options.start], log_probability: 0.0 };
    let mut rows: Vec<Unfinished> = (0..sources.len()).map(begin).collect();
    let mut targets: Vec<Option<Target>> = vec![None; sources.len()];
    let next_options = NextOptions { count: 1, rescore_logits: true, search: options };
    while !rows.is_empty() {
        let written: Vec<&[u32]> = rows.iter().map(|row| row.written.as_slice()).collect();
        let next = next_tokens(&mut *decoding, &written, &next_options)?;
        let mut kept = Vec::with_capacity(rows.len());
        let mut unfinished = Vec::with_capacity(rows.len());
        for (index, (mut row, candidates)) in rows.into_iter().zip(next).enumerate() {
            let token = candidates.first();
            if let Some((id, log_probability)) = token {
                row.written.push(*id);
                row.log_probability += log_probability;
            }
            let full = row.written.len() >= options.max_length || token.is_none();
            if full || row.written.last().is_some_and(|last| options.ends.contains(last)) {
                let ids = row.written[1..].to_vec();
                let score = row.log_probability;
                targets[row.source] = Some(Target { ids, log_probability: score, score, cut: full });
            } else {
                kept.push(index);
                unfinished.push(row);
            }
        }
        rows = unfinished;
        decoding.select(&kept)?;
    }
    Ok(targets.into_iter().map(Option::unwrap_or_default).collect())
}
