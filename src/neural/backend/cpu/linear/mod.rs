//! `y = x Wᵀ + b` on the CPU, with weights in floats, 8-bit integers or GGUF blocks.
//!
//! Weights are packed once. Each row of `x` is multiplied in an order that depends on the matrix alone, so a row's result is
//! the same in every batch.
//!
//! To add a weight format, write its map in a file of its own, with `for_blocks`, and add a variant to [`Linear`].

mod float;
mod gguf_blocks;
mod int8;

use self::float::FloatLinear;
use self::gguf_blocks::GgufLinear;
use self::int8::QuantizedLinear;
use crate::neural::backend::cpu::best::BestOfRows;
use crate::neural::error::Error;
use crate::neural::matrix::Matrix;
use crate::neural::precision::WeightFormat;
use crate::neural::seq2seq::Best;
use crate::neural::weights::Weight;

pub use self::int8::int8_kernel;
pub(super) use self::int8::quantize_weight;

/// An affine map of the last dimension, `inputs` → `outputs`.
pub(in crate::neural) struct Linear {
    weights: Weights,
    inputs: usize,
    outputs: usize,
}

/// The weights by their format, and the bias.
enum Weights {
    Float(FloatLinear),
    Int8(QuantizedLinear),
    GgufBlocks(GgufLinear),
}

impl Linear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers. Weights that are not in `format` are
    /// converted if it is int8, else held as floats. Integers with fixed multipliers of their inputs keep to them in that format alone.
    pub(super) fn new(
        weight: Weight,
        bias: Option<Vec<f32>>,
        (outputs, inputs): (usize, usize),
        format: WeightFormat,
    ) -> Result<Self, Error> {
        let weights = match (format, weight) {
            (WeightFormat::Int8, weight) => Weights::Int8(QuantizedLinear::new(weight, bias.as_deref(), inputs)?),
            (WeightFormat::FixedInt8, Weight::Int8 { values, scales, input_multipliers: Some(multipliers) }) => {
                Weights::Int8(QuantizedLinear::with_fixed_inputs(
                    (&values, &scales),
                    &multipliers,
                    bias.as_deref(),
                    inputs,
                ))
            }
            (WeightFormat::GgufBlocks, Weight::GgufBlocks { parts, .. }) => {
                Weights::GgufBlocks(GgufLinear::new(parts, bias, inputs))
            }
            (_, weight) => Weights::Float(FloatLinear::new(&weight.into_floats()?, bias, inputs)),
        };
        Ok(Self { weights, inputs, outputs })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]`.
    pub(super) fn forward(&self, x: &Matrix) -> Result<Matrix, Error> {
        let (rows, outputs) = (x.rows(), self.outputs);
        let mut y = Vec::new();
        self.for_blocks(x, |first_output, block| {
            if block.len() == rows * outputs {
                std::mem::swap(&mut y, block);
                return;
            }
            y.resize(rows * outputs, 0.0);
            let block_width = block.len() / rows.max(1);
            for (y, block) in y.chunks_exact_mut(outputs).zip(block.chunks_exact(block_width)) {
                y[first_output..first_output + block_width].copy_from_slice(block);
            }
        })?;
        Ok(Matrix::new(y, outputs))
    }

    /// The `count` largest outputs of each row of `x`. The outputs `excluded_ids[row]` count as negative infinity. No more than
    /// a block of outputs is held at once.
    pub(super) fn best(&self, x: &Matrix, count: usize, excluded_ids: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        let mut best_of_rows = BestOfRows::new(x.rows(), count.clamp(1, self.outputs), excluded_ids);
        self.for_blocks(x, |first_output, block| best_of_rows.look(first_output, block))?;
        Ok(best_of_rows.finish())
    }

    /// Calls `visit_block` on the first output of each block and the block's results for all rows of `x`, bias added:
    /// `[rows, width of the block]`.
    fn for_blocks(&self, x: &Matrix, visit_block: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        if x.width() != self.inputs {
            let (expected, found) = (self.inputs, x.width());
            return Err(Error::internal(format!("a linear map of {expected} numbers was given {found}")));
        }
        match &self.weights {
            Weights::Float(linear) => linear.for_blocks(x.values(), visit_block),
            Weights::Int8(linear) => linear.for_blocks(x.values(), visit_block),
            Weights::GgufBlocks(linear) => linear.for_blocks(x.values(), visit_block),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neural::backend::cpu::exponential::log_sum_exp;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn linear(format: WeightFormat, (outputs, inputs): (usize, usize)) -> Linear {
        let weight = Weight::Float(numbers(outputs * inputs, 1));
        Linear::new(weight, Some(numbers(outputs, 2)), (outputs, inputs), format).unwrap()
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
            let x = Matrix::new(numbers(7 * shape.1, 3), shape.1);
            let expected = reference(x.values(), shape);
            for (format, tolerance) in [(WeightFormat::F32, 1e-4), (WeightFormat::Int8, 0.15)] {
                let y = linear(format, shape).forward(&x).unwrap();
                for (found, expected) in y.values().iter().zip(&expected) {
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
                    let x = Matrix::new(x[..rows * shape.1].to_vec(), shape.1);
                    (linear.forward(&x).unwrap(), linear.best(&x, 5, &[]).unwrap())
                };
                let whole = outputs(40);
                for rows in [1, 2, 3, 6, 7, 14, 31] {
                    let part = outputs(rows);
                    assert_eq!(
                        part.0.values(),
                        &whole.0.values()[..rows * shape.0],
                        "{format:?} {shape:?} {rows} rows"
                    );
                    assert_eq!(part.1, whole.1[..rows], "{format:?} {shape:?} {rows} rows");
                }
            }
        }
    }

    #[test]
    fn the_best_are_those_of_all_outputs_but_those_that_are_left_out() {
        for (shape, count) in [((4500, 32), 9), ((5, 3), 9), ((300, 16), 1)] {
            let x = Matrix::new(numbers(6 * shape.1, 5), shape.1);
            for format in [WeightFormat::F32, WeightFormat::Int8] {
                let linear = linear(format, shape);
                let mut all: Vec<Vec<f32>> = linear.forward(&x).unwrap().iter_rows().map(<[f32]>::to_vec).collect();
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
                        assert!((best.log_normalizer - log_sum_exp(all)).abs() < 1e-4);
                    }
                }
            }
        }
    }
}
