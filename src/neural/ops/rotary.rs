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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_depend_on_distance_alone() {
        let rotary = Rotary::new(10_000.0, 6);
        let numbers: Vec<f32> = (0..24).map(|index| (index * 37 % 11) as f32 / 5.0 - 1.0).collect();
        let x = Tensor::from_vec(numbers, (2, 12), &Device::Cpu).unwrap();
        let flat = |x: &Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let turned = |positions: &[usize]| flat(&rotary.turn(&x, positions).unwrap());
        assert_eq!(turned(&[0, 0]), flat(&x));
        let product = |turned: Vec<f32>| turned[..6].iter().zip(&turned[12..18]).map(|(a, b)| a * b).sum::<f32>();
        assert!((product(turned(&[2, 9])) - product(turned(&[52, 59]))).abs() < 1e-4);
        assert!((product(turned(&[2, 9])) - product(turned(&[2, 8]))).abs() > 1e-3);
    }
}
