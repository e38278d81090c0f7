//! The most probable token at each step.

use super::constraints::constrain;
use super::{Found, for_rows};
use crate::engine::SearchOptions;
use crate::neural::{Error, Seq2Seq, log_sum_exp};

struct Row {
    source: usize,
    written: Vec<u32>,
    log_probability: f32,
}

pub(super) fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Found>, Error> {
    let mut state = model.encode(sources)?;
    let mut rows: Vec<Row> =
        (0..sources.len()).map(|source| Row { source, written: vec![options.start], log_probability: 0.0 }).collect();
    let mut found: Vec<Option<Found>> = vec![None; sources.len()];
    let mut scores = Vec::new();
    while !rows.is_empty() {
        let latest: Vec<u32> = rows.iter().filter_map(|row| row.written.last().copied()).collect();
        let logits = model.step(&mut state, &latest)?;
        for_rows(&logits, |index, logits| {
            scores.clear();
            scores.extend_from_slice(logits);
            let row = &mut rows[index];
            constrain(&mut scores, &row.written, options);
            let best = largest(&scores);
            row.log_probability += logits.get(best).copied().unwrap_or_default() - log_sum_exp(logits);
            row.written.push(best as u32);
        })?;
        let mut kept = Vec::with_capacity(rows.len());
        let mut running = Vec::with_capacity(rows.len());
        for (index, row) in rows.into_iter().enumerate() {
            let full = row.written.len() >= options.max_length;
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
        state.select(&kept)?;
    }
    Ok(found.into_iter().map(Option::unwrap_or_default).collect())
}

/// The first index of the largest score.
fn largest(scores: &[f32]) -> usize {
    let mut best = 0;
    for (index, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = index;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_is_taken() {
        assert_eq!(largest(&[0.0, 2.0, 2.0, 1.0]), 1);
        assert_eq!(largest(&[f32::NEG_INFINITY; 3]), 0);
        assert_eq!(largest(&[]), 0);
    }
}
