//! Rotary positions on the CPU.

use crate::neural::backend::rope::Rope;
use crate::neural::matrix::Matrix;

/// Sines and cosines of the positions of some rows.
pub(in crate::neural) struct RopeTable {
    /// Pairs in a head.
    pairs: usize,
    /// `[rows, pairs]`.
    sines_and_cosines: Vec<(f32, f32)>,
}

impl RopeTable {
    /// The rotations of `rope` at `positions`, one for each row.
    pub(super) fn new(rope: &Rope, positions: &[usize]) -> Self {
        Self { pairs: rope.pairs(), sines_and_cosines: rope.sines_and_cosines(positions).collect() }
    }

    /// Rotates the heads of each row of `x` in place.
    pub(super) fn rotate(&self, mut x: Matrix) -> Matrix {
        for (row, rotations) in x.iter_rows_mut().zip(self.sines_and_cosines.chunks_exact(self.pairs)) {
            for head in row.chunks_exact_mut(2 * self.pairs) {
                let (first, second) = head.split_at_mut(self.pairs);
                for ((first, second), (sine, cosine)) in first.iter_mut().zip(second).zip(rotations) {
                    (*first, *second) = (*first * cosine - *second * sine, *second * cosine + *first * sine);
                }
            }
        }
        x
    }
}
