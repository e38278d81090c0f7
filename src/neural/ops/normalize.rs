//! Layer normalisation (Ba, Kiros and Hinton, 2016) of a sum, as every sub-layer of a transformer ends.

use candle_core::{D, DType, Device, Tensor};

use super::simd::{LANES, total, vectorized};
use super::with_floats;
use crate::neural::linear::placed;
use crate::neural::{Error, Placement};

/// PyTorch's default, which every supported checkpoint was trained with.
const EPSILON: f64 = 1e-5;

/// `gamma * (x - mean) / sqrt(variance + ε) + beta` over the last dimension.
pub(in crate::neural) struct LayerNorm {
    /// `[dim]`.
    gamma: Tensor,
    /// `[dim]`.
    beta: Tensor,
}

impl LayerNorm {
    /// The normalisation with weight `gamma` and bias `beta`, one number a dimension each.
    pub(in crate::neural) fn new(gamma: Vec<f32>, beta: Vec<f32>, placement: &Placement) -> Result<Self, Error> {
        let dim = gamma.len();
        Ok(Self { gamma: placed(gamma, &[dim], placement)?, beta: placed(beta, &[dim], placement)? })
    }

    /// The normalised `x + residual`, both `[…, dim]`.
    pub(in crate::neural) fn of_sum(&self, x: &Tensor, residual: &Tensor) -> Result<Tensor, Error> {
        if !x.device().is_cpu() {
            return Ok(self.on_device(&x.add(residual)?)?);
        }
        let normalized = with_floats(x, |x| {
            with_floats(residual, |residual| {
                with_floats(&self.gamma, |gamma| {
                    with_floats(&self.beta, |beta| {
                        let mut sums: Vec<f32> = x.iter().zip(residual).map(|(x, residual)| x + residual).collect();
                        normalize(&mut sums, gamma, beta);
                        sums
                    })
                })
            })
        })????;
        Ok(Tensor::from_vec(normalized, x.shape(), &Device::Cpu)?)
    }

    fn on_device(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        // Statistics in f32 whatever the weights are: squares of half-precision numbers overflow.
        let dtype = x.dtype();
        let x = x.to_dtype(DType::F32)?;
        let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let normalized = centred.broadcast_div(&(variance + EPSILON)?.sqrt()?)?.to_dtype(dtype)?;
        normalized.broadcast_mul(&self.gamma)?.broadcast_add(&self.beta)
    }
}

vectorized! {
    /// `values` in rows as long as `gamma`, each normalised in place.
    fn normalize(values: &mut [f32], gamma: &[f32], beta: &[f32]) {
        let dim = gamma.len().max(1);
        for row in values.chunks_exact_mut(dim) {
            let mean = sum(row, |x| x) / dim as f32;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / dim as f32;
            let inverse = (variance + EPSILON as f32).sqrt().recip();
            for ((x, gamma), beta) in row.iter_mut().zip(gamma).zip(beta) {
                *x = (*x - mean) * inverse * gamma + beta;
            }
        }
    }
}

#[inline(always)]
fn sum(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = row.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += term(*x);
        }
    }
    rest.iter().fold(total(lanes), |sum, x| sum + term(*x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neural::Precision;

    #[test]
    fn the_loop_and_the_device_agree() {
        let dim = 27;
        let number = |index: usize| ((index * 37 % 101) as f32 - 50.0) / 9.0;
        let placement = Placement { device: Device::Cpu, precision: Precision::F32 };
        let gamma = (0..dim).map(number).collect();
        let norm = LayerNorm::new(gamma, (7..dim + 7).map(number).collect(), &placement).unwrap();
        let tensor = |first: usize| {
            let values: Vec<f32> = (first..first + 4 * dim).map(number).collect();
            Tensor::from_vec(values, (4, dim), &Device::Cpu).unwrap()
        };
        let (x, residual) = (tensor(3), tensor(11));
        let found = norm.of_sum(&x, &residual).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let expected = norm.on_device(&(x + residual).unwrap()).unwrap().flatten_all().unwrap();
        for (found, expected) in found.iter().zip(expected.to_vec1::<f32>().unwrap()) {
            assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
        }
    }
}
