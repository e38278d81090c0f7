//! Layer and root mean square normalisation on the CPU.

use super::simd::{LANES, sum_lanes, vectorized};
use crate::neural::matrix::Matrix;

/// The weights of a normalisation over the last dimension.
pub(in crate::neural) struct Norm {
    /// `[dim]`.
    weight: Vec<f32>,
    /// `[dim]`. With it, `weight * (x - mean) / sqrt(variance + ε) + bias`; without, `weight * x / sqrt(mean of squares + ε)`.
    bias: Option<Vec<f32>>,
    epsilon: f32,
}

impl Norm {
    /// Layer normalisation if there is a bias, else root mean square normalisation.
    pub(super) fn new(weight: Vec<f32>, bias: Option<Vec<f32>>, epsilon: f32) -> Self {
        Self { weight, bias, epsilon }
    }

    /// Normalises the rows of `x` in place. A row of `x` may be several rows of this norm beside each other.
    pub(super) fn apply(&self, mut x: Matrix) -> Matrix {
        match &self.bias {
            Some(bias) => layer_norm(x.values_mut(), &self.weight, bias, self.epsilon),
            None => rms_norm(x.values_mut(), &self.weight, self.epsilon),
        }
        x
    }
}

vectorized! {
    /// Normalises `values` in place, in rows as long as `weight`.
    fn layer_norm(values: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
        let dim = weight.len().max(1);
        for row in values.chunks_exact_mut(dim) {
            let mean = lane_sum(row, |x| x) / dim as f32;
            let variance = lane_sum(row, |x| (x - mean) * (x - mean)) / dim as f32;
            let inverse = (variance + epsilon).sqrt().recip();
            for ((x, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                *x = (*x - mean) * inverse * weight + bias;
            }
        }
    }
}

vectorized! {
    /// Divides `values` by their root mean square in place, in rows as long as `weight`.
    fn rms_norm(values: &mut [f32], weight: &[f32], epsilon: f32) {
        let dim = weight.len().max(1);
        for row in values.chunks_exact_mut(dim) {
            let inverse = (lane_sum(row, |x| x * x) / dim as f32 + epsilon).sqrt().recip();
            for (x, weight) in row.iter_mut().zip(weight) {
                *x = *x * inverse * weight;
            }
        }
    }
}

#[inline(always)]
fn lane_sum(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = row.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += term(*x);
        }
    }
    rest.iter().fold(sum_lanes(lanes), |sum, x| sum + term(*x))
}
