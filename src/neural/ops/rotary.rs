//! Positions as rotations (Su et al., 2021, "RoFormer"): pairs of a query's or key's numbers turn by an angle that grows with
//! the position, so that their product depends on the distance alone.

use candle_core::{Device, Tensor};

use super::with_floats;
use crate::neural::Error;

/// Turns vectors by their positions. Number `i` of a head and number `i + head / 2` are a pair, as in GPT-NeoX.
pub(in crate::neural) struct Rotary {
    /// One a pair.
    frequencies: Vec<f32>,
}

impl Rotary {
    /// The frequencies `1 / base^(2 i / head)`.
    pub(in crate::neural) fn new(base: f64, head: usize) -> Self {
        let frequency = |pair: usize| base.powf(-2.0 * pair as f64 / head as f64) as f32;
        Self { frequencies: (0..head / 2).map(frequency).collect() }
    }

    /// Each row of `x` `[rows, dim]`, heads beside each other, turned by its position.
    pub(in crate::neural) fn turn(&self, x: &Tensor, positions: &[usize]) -> Result<Tensor, Error> {
        let (rows, dim) = x.dims2()?;
        if !x.device().is_cpu() {
            return Ok(self.on_device(x, positions)?);
        }
        let mut numbers = with_floats(x, <[f32]>::to_vec)?;
        let mut angles = Vec::with_capacity(self.frequencies.len());
        for (row, position) in numbers.chunks_exact_mut(dim).zip(positions) {
            angles.clear();
            angles.extend(self.frequencies.iter().map(|frequency| (*position as f32 * frequency).sin_cos()));
            for head in row.chunks_exact_mut(2 * self.frequencies.len()) {
                let (first, second) = head.split_at_mut(self.frequencies.len());
                for ((first, second), (sine, cosine)) in first.iter_mut().zip(second).zip(&angles) {
                    (*first, *second) = (*first * cosine - *second * sine, *second * cosine + *first * sine);
                }
            }
        }
        Ok(Tensor::from_vec(numbers, (rows, dim), &Device::Cpu)?)
    }

    fn on_device(&self, x: &Tensor, positions: &[usize]) -> candle_core::Result<Tensor> {
        let (rows, dim) = x.dims2()?;
        let half = self.frequencies.len();
        let angles = positions.iter().flat_map(|position| self.frequencies.iter().map(move |f| *position as f32 * f));
        let angles = Tensor::from_vec(angles.collect::<Vec<_>>(), (rows, 1, half), &Device::Cpu)?;
        // Sines and cosines in f32 whatever the weights are: halves are too coarse for the angles of late positions.
        let place = |table: Tensor| table.to_device(x.device())?.to_dtype(x.dtype());
        let (sine, cosine) = (place(angles.sin()?)?, place(angles.cos()?)?);
        let heads = x.reshape((rows, dim / (2 * half), 2 * half))?;
        let (first, second) = (heads.narrow(2, 0, half)?, heads.narrow(2, half, half)?);
        let turned_first = (first.broadcast_mul(&cosine)? - second.broadcast_mul(&sine)?)?;
        let turned_second = (second.broadcast_mul(&cosine)? + first.broadcast_mul(&sine)?)?;
        Tensor::cat(&[turned_first, turned_second], 2)?.reshape((rows, dim))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loop_and_the_device_agree_and_products_depend_on_distance_alone() {
        let rotary = Rotary::new(10_000.0, 6);
        let numbers: Vec<f32> = (0..24).map(|index| (index * 37 % 11) as f32 / 5.0 - 1.0).collect();
        let x = Tensor::from_vec(numbers, (2, 12), &Device::Cpu).unwrap();
        let flat = |x: &Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let turned = |positions: &[usize]| flat(&rotary.turn(&x, positions).unwrap());
        let on_device = flat(&rotary.on_device(&x, &[3, 41]).unwrap());
        for (found, expected) in turned(&[3, 41]).iter().zip(&on_device) {
            assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
        }
        assert_eq!(turned(&[0, 0]), flat(&x));
        let product = |turned: Vec<f32>| turned[..6].iter().zip(&turned[12..18]).map(|(a, b)| a * b).sum::<f32>();
        assert!((product(turned(&[2, 9])) - product(turned(&[52, 59]))).abs() < 1e-4);
        assert!((product(turned(&[2, 9])) - product(turned(&[2, 8]))).abs() > 1e-3);
    }
}
