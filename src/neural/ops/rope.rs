//! Positions as rotations (Su et al., 2021, "RoFormer"): pairs of a query's or key's numbers turn by an angle that grows with
//! the position, so that their product depends on the distance alone.

use candle_core::{Device, Tensor};
use candle_nn::rotary_emb::rope_thd;

use super::with_floats;
use crate::neural::{Error, Placement};

/// The angles by which positions turn. Number `i` of a head and number `i + head / 2` are a pair, as in GPT-NeoX.
pub(in crate::neural) struct Rope {
    /// One a pair.
    frequencies: Vec<f32>,
}

/// The sines and cosines of the positions of some vectors.
pub(in crate::neural) enum RopeTable {
    /// `[rows, pairs]`.
    Numbers { pairs: usize, angles: Vec<(f32, f32)> },
    /// `[rows, pairs]` each.
    Tensors { sines: Tensor, cosines: Tensor },
}

impl Rope {
    /// The frequencies `1 / base^(2 i / head)`.
    pub(in crate::neural) fn new(base: f64, head: usize) -> Self {
        let frequency = |pair: usize| base.powf(-2.0 * pair as f64 / head as f64) as f32;
        Self { frequencies: (0..head / 2).map(frequency).collect() }
    }

    /// How vectors at `positions` turn, one position a row.
    pub(in crate::neural) fn at(&self, positions: &[usize], placement: &Placement) -> Result<RopeTable, Error> {
        let angles = positions
            .iter()
            .flat_map(|position| self.frequencies.iter().map(|frequency| (*position as f32 * frequency).sin_cos()));
        let pairs = self.frequencies.len();
        if !placement.computes_in_tensors() {
            return Ok(RopeTable::Numbers { pairs, angles: angles.collect() });
        }
        let (sines, cosines) = angles.unzip();
        let tensor = |numbers| placement.tensor(numbers, &[positions.len(), pairs]);
        Ok(RopeTable::Tensors { sines: tensor(sines)?, cosines: tensor(cosines)? })
    }
}

impl RopeTable {
    /// Each row of `x` `[rows, dim]`, heads beside each other, turned by its position.
    pub(in crate::neural) fn rotate(&self, x: &Tensor) -> Result<Tensor, Error> {
        let (rows, dim) = x.dims2()?;
        let (pairs, angles) = match self {
            Self::Numbers { pairs, angles } => (*pairs, angles),
            Self::Tensors { sines, cosines } => {
                let head = 2 * sines.dim(1)?;
                let heads = x.reshape((1, rows, dim / head.max(1), head))?;
                return Ok(rope_thd(&heads, cosines, sines)?.reshape((rows, dim))?);
            }
        };
        let mut numbers = with_floats(x, <[f32]>::to_vec)?;
        for (row, angles) in numbers.chunks_exact_mut(dim).zip(angles.chunks_exact(pairs)) {
            for head in row.chunks_exact_mut(2 * pairs) {
                let (first, second) = head.split_at_mut(pairs);
                for ((first, second), (sine, cosine)) in first.iter_mut().zip(second).zip(angles) {
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
    use crate::neural::WeightFormat;

    #[test]
    fn products_depend_on_distance_alone() {
        let rope = Rope::new(10_000.0, 6);
        let numbers: Vec<f32> = (0..24).map(|index| (index * 37 % 11) as f32 / 5.0 - 1.0).collect();
        let x = Tensor::from_vec(numbers, (2, 12), &Device::Cpu).unwrap();
        let flat = |x: &Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        for placement in [Placement::new(Device::Cpu, WeightFormat::F32), Placement::in_tensors(WeightFormat::F32)] {
            let turned = |positions: &[usize]| flat(&rope.at(positions, &placement).unwrap().rotate(&x).unwrap());
            assert_eq!(turned(&[0, 0]), flat(&x));
            let product = |turned: Vec<f32>| turned[..6].iter().zip(&turned[12..18]).map(|(a, b)| a * b).sum::<f32>();
            assert!((product(turned(&[2, 9])) - product(turned(&[52, 59]))).abs() < 1e-4);
            assert!((product(turned(&[2, 9])) - product(turned(&[2, 8]))).abs() > 1e-3);
        }
    }
}
