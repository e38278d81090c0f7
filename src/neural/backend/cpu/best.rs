//! The largest outputs of each row, found block by block, so that no row has to be held whole.

use super::exponential::{exp, largest, sum_exp};
use crate::neural::seq2seq::Best;

/// The largest outputs of each row so far.
pub(in crate::neural::backend) struct BestOfRows<'a> {
    rows: Vec<RunningBest>,
    /// Outputs of each row that count as negative infinity; may be empty.
    without: &'a [Vec<u32>],
}

impl<'a> BestOfRows<'a> {
    /// Nothing seen yet of `rows` rows, of which the `count` largest outputs are wanted.
    pub(in crate::neural::backend) fn new(rows: usize, count: usize, without: &'a [Vec<u32>]) -> Self {
        Self { rows: vec![RunningBest::new(count); rows], without }
    }

    /// Looks at a block of outputs that begins with `first`: `[rows, width of the block]`.
    pub(in crate::neural::backend) fn look(&mut self, first: usize, block: &mut [f32]) {
        let width = block.len() / self.rows.len().max(1);
        for (without, row) in self.without.iter().zip(block.chunks_exact_mut(width)) {
            let places = without.iter().filter_map(|id| (*id as usize).checked_sub(first));
            places.filter(|place| *place < width).for_each(|place| row[place] = f32::NEG_INFINITY);
        }
        for (best, row) in self.rows.iter_mut().zip(block.chunks_exact(width)) {
            best.add(first, row);
        }
    }

    /// What was found.
    pub(in crate::neural::backend) fn finish(self) -> Vec<Best> {
        self.rows.into_iter().map(RunningBest::finish).collect()
    }
}

/// The largest numbers of one row so far, and the sum of all exponentials.
#[derive(Clone)]
struct RunningBest {
    /// How many numbers are wanted.
    count: usize,
    /// Place and number, the largest first.
    top: Vec<(u32, f32)>,
    largest: f32,
    /// `Σ e^(x - largest)`.
    sum: f32,
}

impl RunningBest {
    fn new(count: usize) -> Self {
        Self { count, top: Vec::with_capacity(count + 1), largest: f32::NEG_INFINITY, sum: 0.0 }
    }

    /// What a number must exceed to be among the largest.
    fn threshold(&self) -> f32 {
        if self.top.len() < self.count {
            f32::NEG_INFINITY
        } else {
            self.top.last().map_or(f32::INFINITY, |last| last.1)
        }
    }

    /// Looks at `values`, whose places begin with `first`.
    fn add(&mut self, first: usize, values: &[f32]) {
        let block_largest = largest(values);
        if !block_largest.is_finite() {
            return;
        }
        if block_largest > self.largest {
            // The sum is 0 if nothing has been seen yet.
            self.sum *= exp(self.largest - block_largest);
            self.largest = block_largest;
        }
        self.sum += sum_exp(values, self.largest);
        if block_largest <= self.threshold() {
            return;
        }
        let mut start = first;
        for chunk in values.chunks(256) {
            if largest(chunk) > self.threshold() {
                self.insert(start, chunk);
            }
            start += chunk.len();
        }
    }

    /// Inserts those of `values` that are among the largest. Among equals the lower place comes first.
    fn insert(&mut self, first: usize, values: &[f32]) {
        let mut threshold = self.threshold();
        for (index, value) in values.iter().enumerate() {
            if *value > threshold {
                let place = self.top.partition_point(|known| known.1 >= *value);
                self.top.insert(place, ((first + index) as u32, *value));
                self.top.truncate(self.count);
                threshold = self.threshold();
            }
        }
    }

    fn finish(self) -> Best {
        Best { top: self.top, log_normalizer: self.largest + self.sum.ln() }
    }
}
