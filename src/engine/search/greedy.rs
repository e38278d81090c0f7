//! The most probable token at each step.

use super::Found;
use super::next::{Wanted, next_tokens};
use crate::engine::SearchOptions;
use crate::neural::{Error, Seq2Seq};

struct Row {
    source: usize,
    written: Vec<u32>,
    log_probability: f32,
}

pub(super) fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Found>, Error> {
    let mut decoding = model.encode(sources)?;
    let mut rows: Vec<Row> =
        (0..sources.len()).map(|source| Row { source, written: vec![options.start], log_probability: 0.0 }).collect();
    let mut found: Vec<Option<Found>> = vec![None; sources.len()];
    while !rows.is_empty() {
        let written: Vec<&[u32]> = rows.iter().map(|row| row.written.as_slice()).collect();
        let next = next_tokens(&mut *decoding, &written, &Wanted { count: 1, of_logits: true, options })?;
        let mut kept = Vec::with_capacity(rows.len());
        let mut running = Vec::with_capacity(rows.len());
        for (index, (mut row, next)) in rows.into_iter().zip(next).enumerate() {
            let token = next.first();
            if let Some((id, log_probability)) = token {
                row.written.push(*id);
                row.log_probability += log_probability;
            }
            let full = row.written.len() >= options.max_length || token.is_none();
            if full || row.written.last().is_some_and(|last| options.ends.contains(last)) {
                let ids = row.written[1..].to_vec();
                let score = row.log_probability;
                found[row.source] = Some(Found { ids, log_probability: score, score, cut: full });
            } else {
                kept.push(index);
                running.push(row);
            }
        }
        rows = running;
        decoding.select(&kept)?;
    }
    Ok(found.into_iter().map(Option::unwrap_or_default).collect())
}
