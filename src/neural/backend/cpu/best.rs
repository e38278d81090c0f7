//! The largest logits of each row, found block by block, so that no row has to be held whole.

use super::exponential::{exp, largest, sum_exp};
use crate::neural::seq2seq::Best;

/// The largest logits of each row so far.
pub(in crate::neural::backend) struct BestOfRows<'a> {
    rows: Vec<RunningBest>,
    /// Token ids of each row whose logits count as negative infinity; may be empty.
    excluded_ids: &'a [Vec<u32>],
}

impl<'a> BestOfRows<'a> {
    /// Nothing seen yet of `rows` rows, of which the `count` largest logits are wanted.
    pub(in crate::neural::backend) fn new(rows: usize, count: usize, excluded_ids: &'a [Vec<u32>]) -> Self {
        Self { rows: vec![RunningBest::new(count); rows], excluded_ids }
    }

    /// Looks at a block of logits, `[rows, width of the block]`, of the tokens from `first_id` on.
    pub(in crate::neural::backend) fn look(&mut self, first_id: usize, logit_block: &mut [f32]) {
        let block_width = logit_block.len() / self.rows.len().max(1);
        for (excluded_ids, logits) in self.excluded_ids.iter().zip(logit_block.chunks_exact_mut(block_width)) {
            let columns = excluded_ids.iter().filter_map(|id| (*id as usize).checked_sub(first_id));
            columns.filter(|column| *column < block_width).for_each(|column| logits[column] = f32::NEG_INFINITY);
        }
        for (running_best, logits) in self.rows.iter_mut().zip(logit_block.chunks_exact(block_width)) {
            running_best.add(first_id, logits);
        }
    }

    /// The best tokens of each row.
    pub(in crate::neural::backend) fn finish(self) -> Vec<Best> {
        self.rows.into_iter().map(RunningBest::finish).collect()
    }
}

/// The largest logits of one row so far, and the sum of all exponentials.
#[derive(Clone)]
struct RunningBest {
    /// How many logits are wanted.
    count: usize,
    /// Token id and logit, the largest first.
    top: Vec<(u32, f32)>,
    largest_logit: f32,
    /// `Σ e^(logit - largest_logit)`.
    exponential_sum: f32,
}

impl RunningBest {
    fn new(count: usize) -> Self {
        Self { count, top: Vec::with_capacity(count + 1), largest_logit: f32::NEG_INFINITY, exponential_sum: 0.0 }
    }

    /// What a logit must exceed to be among the largest.
    fn threshold(&self) -> f32 {
        if self.top.len() < self.count {
            f32::NEG_INFINITY
        } else {
            self.top.last().map_or(f32::INFINITY, |last| last.1)
        }
    }

    /// Looks at the `logits` of the tokens from `first_id` on.
    fn add(&mut self, first_id: usize, logits: &[f32]) {
        let block_largest = largest(logits);
        if !block_largest.is_finite() {
            return;
        }
        if block_largest > self.largest_logit {
            // The sum is 0 if nothing has been seen yet.
            self.exponential_sum *= exp(self.largest_logit - block_largest);
            self.largest_logit = block_largest;
        }
        self.exponential_sum += sum_exp(logits, self.largest_logit);
        if block_largest <= self.threshold() {
            return;
        }
        let mut chunk_start = first_id;
        for chunk in logits.chunks(256) {
            if largest(chunk) > self.threshold() {
                self.insert(chunk_start, chunk);
            }
            chunk_start += chunk.len();
        }
    }

    /// Inserts those of `logits` that are among the largest. Among equals the lower token id comes first.
    fn insert(&mut self, first_id: usize, logits: &[f32]) {
        let mut threshold = self.threshold();
        for (column, logit) in logits.iter().enumerate() {
            if *logit > threshold {
                let rank = self.top.partition_point(|known| known.1 >= *logit);
                self.top.insert(rank, ((first_id + column) as u32, *logit));
                self.top.truncate(self.count);
                threshold = self.threshold();
            }
        }
    }

    fn finish(self) -> Best {
        Best { top: self.top, log_normalizer: self.largest_logit + self.exponential_sum.ln() }
    }
}
