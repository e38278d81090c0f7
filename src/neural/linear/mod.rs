//! `y = activation(x Wᵀ + b)`, in floats, 8-bit integers or the blocks of GGUF: the format of the weights is a kind of
//! [`Linear`], never a copied model file.
//!
//! On the CPU the weights are packed once. Each row of `x` is multiplied in an order that depends on the matrix alone, so a
//! row's result is the same in every batch.

mod best;
mod embedding;
mod float;
mod gguf_blocks;
mod int8;
mod tensors;

use candle_core::{DType, Device, Tensor};

use self::best::BestOfRows;
use self::float::FloatLinear;
use self::gguf_blocks::GgufLinear;
use self::int8::QuantizedLinear;
use self::tensors::TensorLinear;
use super::matrix::Matrix;
use super::ops::{self, Activation};
use super::seq2seq::Best;
use super::weights::Weight;
use super::{Error, Placement, WeightFormat};

pub(super) use self::embedding::Embedding;
pub use self::int8::int8_kernel;

/// An affine map of the last dimension, `inputs` → `outputs`.
pub(super) struct Linear {
    kind: Kind,
    inputs: usize,
    outputs: usize,
}

enum Kind {
    Float(FloatLinear),
    Int8(QuantizedLinear),
    GgufBlocks(GgufLinear),
    /// On any device but the CPU.
    Tensors(TensorLinear),
}

impl Linear {
    /// The map with weights `[outputs, inputs]` (the layout of every checkpoint) and a bias of `outputs` numbers.
    pub(super) fn new(
        weight: Weight,
        bias: Option<Vec<f32>>,
        (outputs, inputs): (usize, usize),
        placement: &Placement,
    ) -> Result<Self, Error> {
        let kind = if placement.computes_in_tensors() {
            Kind::Tensors(TensorLinear::new(weight.into_floats()?, bias, (outputs, inputs), placement)?)
        } else {
            match (placement.format(), weight) {
                (WeightFormat::Int8, weight) => Kind::Int8(QuantizedLinear::new(weight, bias.as_deref(), inputs)?),
                (WeightFormat::GgufBlocks, Weight::GgufBlocks { parts, .. }) => {
                    Kind::GgufBlocks(GgufLinear::new(parts, bias, inputs))
                }
                (_, weight) => Kind::Float(FloatLinear::new(&weight.into_floats()?, bias, inputs)),
            }
        };
        Ok(Self { kind, inputs, outputs })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        self.forward_with(x, Activation::Identity)
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]` in 32-bit floats, whatever the format of the weights is.
    pub(super) fn logits(&self, x: &Tensor) -> Result<Tensor, Error> {
        let logits = self.forward(x)?;
        Ok(if logits.dtype() == DType::F32 { logits } else { logits.to_dtype(DType::F32)? })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]` and applies `activation`.
    pub(super) fn forward_with(&self, x: &Tensor, activation: Activation) -> Result<Tensor, Error> {
        let rows = self.rows(x)?;
        if let Kind::Tensors(linear) = &self.kind {
            return linear.forward(x, activation);
        }
        let mut y = Vec::new();
        ops::with_floats(x, |x| {
            self.for_blocks(x, |first, block| {
                if block.len() == rows * self.outputs {
                    std::mem::swap(&mut y, block);
                    return;
                }
                y.resize(rows * self.outputs, 0.0);
                let width = block.len() / rows.max(1);
                for (y, block) in y.chunks_exact_mut(self.outputs).zip(block.chunks_exact(width)) {
                    y[first..first + width].copy_from_slice(block);
                }
            })
        })??;
        activation.apply(&mut y);
        Ok(Tensor::from_vec(y, (rows, self.outputs), &Device::Cpu)?)
    }

    /// The `count` largest outputs of each row of `x` `[rows, inputs]`; the outputs `without[row]` count as negative infinity.
    /// On the CPU no more than a block of outputs is held at once.
    pub(super) fn best(&self, x: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        let rows = self.rows(x)?;
        let count = count.clamp(1, self.outputs);
        if let Kind::Tensors(linear) = &self.kind {
            return linear.best(x, count, without);
        }
        let mut best = BestOfRows::new(rows, count, without);
        ops::with_floats(x, |x| self.for_blocks(x, |first, block| best.look(first, block)))??;
        Ok(best.finish())
    }

    fn rows(&self, x: &Tensor) -> Result<usize, Error> {
        match x.dims() {
            [rows, inputs] if *inputs == self.inputs => Ok(*rows),
            found => {
                let expected = self.inputs;
                Err(Error::internal(format!("the input of a linear map of {expected} numbers has shape {found:?}")))
            }
        }
    }

    /// Calls `with` on the first output of each block and the block's results for all rows of `x`, bias added:
    /// `[rows, width of the block]`.
    fn for_blocks(&self, x: &[f32], with: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        match &self.kind {
            Kind::Float(linear) => linear.for_blocks(x, with),
            Kind::Int8(linear) => linear.for_blocks(x, with),
            Kind::GgufBlocks(linear) => linear.for_blocks(x, with),
            Kind::Tensors(_) => Err(Error::internal("the weights are on another device")),
        }
    }
}

/// The numbers of a tensor `[rows, width]`, wherever it is.
pub(super) fn matrix(tensor: &Tensor) -> Result<Matrix, Error> {
    let width = tensor.dim(1)?;
    Ok(Matrix::new(tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?, width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neural::ops::MOST;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn linear(format: WeightFormat, (outputs, inputs): (usize, usize)) -> Linear {
        placed_linear((outputs, inputs), &Placement::new(Device::Cpu, format))
    }

    fn placed_linear((outputs, inputs): (usize, usize), placement: &Placement) -> Linear {
        let weight = Weight::Float(numbers(outputs * inputs, 1));
        Linear::new(weight, Some(numbers(outputs, 2)), (outputs, inputs), placement).unwrap()
    }

    fn reference(x: &[f32], (outputs, inputs): (usize, usize)) -> Vec<f32> {
        let (weight, bias) = (numbers(outputs * inputs, 1), numbers(outputs, 2));
        let mut y = Vec::new();
        for row in x.chunks(inputs) {
            for (weights, bias) in weight.chunks(inputs).zip(&bias) {
                let sum: f64 = row.iter().zip(weights).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                y.push((sum + f64::from(*bias)) as f32);
            }
        }
        y
    }

    #[test]
    fn floats_are_exact_and_integers_are_close() {
        for shape in [(5, 3), (64, 32), (33, 300), (700, 256), (4500, 32)] {
            let x = numbers(7 * shape.1, 3);
            let expected = reference(&x, shape);
            let tensor = Tensor::from_vec(x, (7, shape.1), &Device::Cpu).unwrap();
            for (format, tolerance) in [(WeightFormat::F32, 1e-4), (WeightFormat::Int8, 0.15)] {
                let y = linear(format, shape).forward(&tensor).unwrap().flatten_all().unwrap();
                for (found, expected) in y.to_vec1::<f32>().unwrap().iter().zip(&expected) {
                    assert!((found - expected).abs() < tolerance, "{format:?} {shape:?}: {found} for {expected}");
                }
            }
        }
    }

    #[test]
    fn a_row_is_the_same_to_the_bit_alone_and_in_any_batch() {
        for shape in [(5, 3), (96, 64), (700, 300), (4500, 32)] {
            let x = numbers(40 * shape.1, 4);
            for format in [WeightFormat::F32, WeightFormat::Int8] {
                let linear = linear(format, shape);
                let outputs = |rows: usize| {
                    let x = Tensor::new(&x[..rows * shape.1], &Device::Cpu).unwrap().reshape((rows, shape.1)).unwrap();
                    let y = linear.forward(&x).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
                    (y, linear.best(&x, 5, &[]).unwrap())
                };
                let whole = outputs(40);
                for rows in [1, 2, 3, 6, 7, 14, 31] {
                    let part = outputs(rows);
                    assert_eq!(part.0, whole.0[..rows * shape.0], "{format:?} {shape:?} {rows} rows");
                    assert_eq!(part.1, whole.1[..rows], "{format:?} {shape:?} {rows} rows");
                }
            }
        }
    }

    #[test]
    fn the_best_are_those_of_all_outputs_but_those_that_are_left_out() {
        for (shape, count) in [((4500, 32), 9), ((5, 3), 9), ((300, 16), 1)] {
            let x = Tensor::from_vec(numbers(6 * shape.1, 5), (6, shape.1), &Device::Cpu).unwrap();
            for format in [WeightFormat::F32, WeightFormat::Int8] {
                let linear = linear(format, shape);
                let mut all = linear.forward(&x).unwrap().to_vec2::<f32>().unwrap();
                let sorted = |all: &[f32]| {
                    let mut order: Vec<(u32, f32)> = (0..).zip(all.iter().copied()).collect();
                    order.sort_by(|left, right| right.1.total_cmp(&left.1));
                    order
                };
                // Nothing, then the best of each row and the last output.
                let last = shape.0 as u32 - 1;
                let some: Vec<Vec<u32>> = all.iter().map(|all| vec![sorted(all)[0].0, last]).collect();
                for without in [vec![], some] {
                    for (all, without) in all.iter_mut().zip(&without) {
                        without.iter().for_each(|id| all[*id as usize] = f32::NEG_INFINITY);
                    }
                    for (best, all) in linear.best(&x, count, &without).unwrap().iter().zip(&all) {
                        let mut order = sorted(all);
                        order.truncate(count);
                        order.retain(|(_, value)| value.is_finite());
                        assert_eq!(best.top, order);
                        assert!((best.normalizer - ops::log_sum_exp(all)).abs() < 1e-4);
                    }
                }
            }
        }
    }

    #[test]
    fn tensors_have_the_same_outputs_and_the_same_best() {
        for shape in [(5, 3), (64, 32), (4500, 32)] {
            let x = numbers(7 * shape.1, 3);
            let expected = reference(&x, shape);
            let x = Tensor::from_vec(x, (7, shape.1), &Device::Cpu).unwrap();
            for (format, tolerance) in [(WeightFormat::F32, 1e-4), (WeightFormat::F16, 0.05), (WeightFormat::Bf16, 0.3)]
            {
                let placement = Placement::in_tensors(format);
                let linear = placed_linear(shape, &placement);
                let y = linear.forward(&x.to_dtype(placement.dtype()).unwrap()).unwrap().to_dtype(DType::F32).unwrap();
                assert_eq!(y.dims(), [7, shape.0]);
                for (found, expected) in y.flatten_all().unwrap().to_vec1::<f32>().unwrap().iter().zip(&expected) {
                    assert!((found - expected).abs() < tolerance, "{format:?} {shape:?}: {found} for {expected}");
                }
            }
            let tensors = placed_linear(shape, &Placement::in_tensors(WeightFormat::F32));
            let last = shape.0 as u32 - 1;
            let some: Vec<Vec<u32>> = (0..7).map(|row| if row == 2 { vec![] } else { vec![row % 3, last] }).collect();
            for (count, without) in [(1, vec![]), (9, vec![]), (9, some), (MOST + 1, vec![])] {
                let all = linear(WeightFormat::F32, shape).best(&x, count, &without).unwrap();
                for (found, expected) in tensors.best(&x, count, &without).unwrap().iter().zip(all) {
                    let ids = |best: &Best| best.top.iter().map(|(id, _)| *id).collect::<Vec<_>>();
                    assert_eq!(ids(found), ids(&expected), "{shape:?} {count}");
                    assert!((found.normalizer - expected.normalizer).abs() < 1e-4, "{shape:?} {count}");
                }
            }
        }
    }
}
