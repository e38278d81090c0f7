//! The normalisations of transformers: of layers (Ba, Kiros and Hinton, 2016), and by the root mean square (Zhang and
//! Sennrich, 2019); of a sum where a sub-layer ends with one.

use candle_core::{Device, Tensor};
use candle_nn::ops::{layer_norm, rms_norm};

use super::simd::{LANES, total, vectorized};
use super::with_floats;
use crate::neural::{Error, Placement};

/// PyTorch's default, which every supported checkpoint with layer normalisation was trained with.
const EPSILON: f32 = 1e-5;

/// `gamma * (x - mean) / sqrt(variance + ε) + beta` over the last dimension, or `gamma * x / sqrt(mean of squares + ε)`.
pub(in crate::neural) struct Norm {
    /// `[dim]`.
    gamma: Tensor,
    /// `[dim]`; the root mean square has none.
    beta: Option<Tensor>,
    epsilon: f32,
    /// Whether candle's operations compute it.
    tensors: bool,
}

impl Norm {
    /// Layer normalisation with weight `gamma` and bias `beta`, one number a dimension each.
    pub(in crate::neural) fn layer(gamma: Vec<f32>, beta: Vec<f32>, placement: &Placement) -> Result<Self, Error> {
        let dim = gamma.len();
        let beta = Some(placement.tensor(beta, &[dim])?);
        let tensors = placement.computes_in_tensors();
        Ok(Self { gamma: placement.tensor(gamma, &[dim])?, beta, epsilon: EPSILON, tensors })
    }

    /// Normalisation by the root mean square with weight `gamma`, one number a dimension.
    pub(in crate::neural) fn root_mean_square(
        gamma: Vec<f32>,
        epsilon: f32,
        placement: &Placement,
    ) -> Result<Self, Error> {
        let dim = gamma.len();
        let tensors = placement.computes_in_tensors();
        Ok(Self { gamma: placement.tensor(gamma, &[dim])?, beta: None, epsilon, tensors })
    }

    /// The normalised `x` `[…, dim]`.
    pub(in crate::neural) fn of(&self, x: &Tensor) -> Result<Tensor, Error> {
        if self.tensors {
            return Ok(self.of_tensor(x)?);
        }
        let numbers = with_floats(x, <[f32]>::to_vec)?;
        Ok(Tensor::from_vec(self.in_place(numbers)?, x.shape(), &Device::Cpu)?)
    }

    /// The normalised `x + residual`, both `[…, dim]`.
    pub(in crate::neural) fn of_sum(&self, x: &Tensor, residual: &Tensor) -> Result<Tensor, Error> {
        if self.tensors {
            return Ok(self.of_tensor(&x.add(residual)?)?);
        }
        let sums = with_floats(x, |x| {
            with_floats(residual, |residual| x.iter().zip(residual).map(|(x, residual)| x + residual).collect())
        })??;
        Ok(Tensor::from_vec(self.in_place(sums)?, x.shape(), &Device::Cpu)?)
    }

    fn in_place(&self, mut values: Vec<f32>) -> Result<Vec<f32>, Error> {
        with_floats(&self.gamma, |gamma| match &self.beta {
            Some(beta) => with_floats(beta, |beta| normalize(&mut values, gamma, beta, self.epsilon)),
            None => {
                by_root_mean_square(&mut values, gamma, self.epsilon);
                Ok(())
            }
        })??;
        Ok(values)
    }

    /// Statistics are in 32 bits whatever the numbers are held in: squares of half-precision numbers overflow.
    fn of_tensor(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        match &self.beta {
            Some(beta) => layer_norm(x, &self.gamma, beta, self.epsilon),
            None => rms_norm(x, &self.gamma, self.epsilon),
        }
    }
}

vectorized! {
    /// `values` in rows as long as `gamma`, each normalised in place.
    fn normalize(values: &mut [f32], gamma: &[f32], beta: &[f32], epsilon: f32) {
        let dim = gamma.len().max(1);
        for row in values.chunks_exact_mut(dim) {
            let mean = sum(row, |x| x) / dim as f32;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / dim as f32;
            let inverse = (variance + epsilon).sqrt().recip();
            for ((x, gamma), beta) in row.iter_mut().zip(gamma).zip(beta) {
                *x = (*x - mean) * inverse * gamma + beta;
            }
        }
    }
}

vectorized! {
    /// `values` in rows as long as `gamma`, each divided by its root mean square in place.
    fn by_root_mean_square(values: &mut [f32], gamma: &[f32], epsilon: f32) {
        let dim = gamma.len().max(1);
        for row in values.chunks_exact_mut(dim) {
            let inverse = (sum(row, |x| x * x) / dim as f32 + epsilon).sqrt().recip();
            for (x, gamma) in row.iter_mut().zip(gamma) {
                *x = *x * inverse * gamma;
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
    use crate::neural::WeightFormat;

    #[test]
    fn the_loop_and_the_device_agree() {
        let dim = 27;
        let number = |index: usize| ((index * 37 % 101) as f32 - 50.0) / 9.0;
        let numbers = |first: usize, count: usize| (first..first + count).map(number).collect::<Vec<f32>>();
        let placement = Placement::new(Device::Cpu, WeightFormat::F32);
        let tensor = |first| Tensor::from_vec(numbers(first, 4 * dim), (4, dim), &Device::Cpu).unwrap();
        let (x, residual) = (tensor(3), tensor(11));
        let flat = |x: &Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        for norm in [
            Norm::layer(numbers(0, dim), numbers(7, dim), &placement).unwrap(),
            Norm::root_mean_square(numbers(0, dim), 1e-6, &placement).unwrap(),
        ] {
            let sum = (&x + &residual).unwrap();
            let found = flat(&norm.of_sum(&x, &residual).unwrap());
            assert_eq!(found, flat(&norm.of(&sum).unwrap()));
            for (found, expected) in found.iter().zip(flat(&norm.of_tensor(&sum).unwrap())) {
                assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
            }
        }
    }
}
