//! `y = activation(x Wᵀ + b)`, in floats, 8-bit integers or the blocks of GGUF: the weights' number format is a kind of
//! [`Linear`], never a copied model file.
//!
//! On the CPU the weights are packed once: floats for `rten-gemm`, which picks the kernel for the machine (AVX-512, AVX2,
//! Neon or plain code) at run time, integers as `integers.rs` says. Each row of `x` is multiplied in an order that depends
//! on the matrix alone, so a row's result is the same in every batch.

use candle_core::{DType, Device, Tensor};
use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::NdTensorView;

use super::checkpoint::Weight;
use super::gguf::Stored;
use super::integers::{self, quantized};
use super::ops::{self, Activation};
use super::{Best, Error, Placement, Precision};

thread_local! {
    // An executor holds nothing but its choice of kernel, which is the same in every thread; it cannot be shared.
    static FLOATS: GemmExecutor<f32, f32, f32> = GemmExecutor::new();
}

/// Outputs that are computed together: their weights are a block of the packed matrix, and what comes out of a block for
/// a batch of rows stays in the cache while it is looked through.
pub(super) const BLOCK: usize = 2048;

/// An affine map of the last dimension, `inputs` → `outputs`, and what is done to its result.
pub(super) struct Linear {
    kernel: Kernel,
    inputs: usize,
    outputs: usize,
}

enum Kernel {
    /// CPU, floats: blocks of `[inputs, outputs]`, packed.
    Float { blocks: Vec<PackedBMatrix<f32>>, bias: Option<Vec<f32>> },
    /// CPU, integers: blocks of outputs.
    Int8 { blocks: Vec<integers::Map> },
    /// CPU, as a GGUF file has them: blocks of rows, `[outputs, inputs]`.
    Stored { blocks: Vec<Stored>, bias: Option<Vec<f32>> },
    /// Any other device: `[inputs, outputs]` and `[outputs]`.
    Device { weight: Tensor, bias: Option<Tensor> },
}

impl Linear {
    /// The map with weights `[outputs, inputs]` (the layout of every checkpoint) and a bias of `outputs` numbers.
    pub(super) fn new(
        weight: Weight,
        bias: Option<Vec<f32>>,
        (outputs, inputs): (usize, usize),
        placement: &Placement,
    ) -> Result<Self, Error> {
        let kernel = match placement.precision.resolve(&placement.device) {
            Precision::Int8 if placement.device.is_cpu() => {
                let (values, scales) = quantized(weight, inputs)?;
                let blocks = values.chunks(BLOCK * inputs.max(1)).zip(scales.chunks(BLOCK)).enumerate();
                let blocks = blocks.map(|(index, (values, scales))| {
                    let bias = bias.as_ref().map(|bias| bias[index * BLOCK..][..scales.len()].to_vec());
                    integers::Map::new(values, scales.to_vec(), bias)
                });
                Kernel::Int8 { blocks: blocks.collect() }
            }
            Precision::Stored if placement.device.is_cpu() && matches!(weight, Weight::Stored { .. }) => {
                let Weight::Stored { parts: blocks, .. } = weight else { unreachable!("it was looked at") };
                Kernel::Stored { blocks, bias }
            }
            _ if placement.device.is_cpu() => Kernel::Float { blocks: packed(&weight.into_floats()?, inputs), bias },
            precision => {
                let (device, dtype) = (&placement.device, precision.dtype());
                let weight = Tensor::from_vec(weight.into_floats()?, (outputs, inputs), &Device::Cpu)?;
                let weight = weight.to_dtype(dtype)?.to_device(device)?.t()?.contiguous()?;
                let bias = match &bias {
                    Some(bias) => Some(Tensor::new(bias.as_slice(), device)?.to_dtype(dtype)?),
                    None => None,
                };
                Kernel::Device { weight, bias }
            }
        };
        Ok(Self { kernel, inputs, outputs })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        self.forward_with(x, Activation::Identity)
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]` and applies `activation`.
    pub(super) fn forward_with(&self, x: &Tensor, activation: Activation) -> Result<Tensor, Error> {
        let rows = self.rows(x)?;
        if let Kernel::Device { weight, bias } = &self.kernel {
            let y = x.matmul(weight)?;
            return Ok(activation.on_device(&if let Some(bias) = bias { y.broadcast_add(bias)? } else { y })?);
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

    /// The `count` largest outputs of each row of `x` `[rows, inputs]`. On the CPU no more than a block of outputs is
    /// ever held.
    pub(super) fn best(&self, x: &Tensor, count: usize) -> Result<Vec<Best>, Error> {
        let mut leading = vec![Leading::new(count); self.rows(x)?];
        let mut look = |first: usize, block: &[f32]| {
            let width = block.len() / leading.len().max(1);
            for (leading, block) in leading.iter_mut().zip(block.chunks_exact(width)) {
                leading.add(first, block);
            }
        };
        if matches!(self.kernel, Kernel::Device { .. }) {
            look(0, &self.forward(x)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?);
        } else {
            ops::with_floats(x, |x| self.for_blocks(x, |first, block| look(first, block)))??;
        }
        Ok(leading.into_iter().map(Leading::best).collect())
    }

    fn rows(&self, x: &Tensor) -> Result<usize, Error> {
        match x.dims() {
            [rows, inputs] if *inputs == self.inputs => Ok(*rows),
            found => {
                let name = "input of a linear layer".to_owned();
                Err(Error::Shape { name, expected: vec![self.inputs], found: found.to_vec() })
            }
        }
    }

    /// Calls `with` on the first output of each block and the block's results for all rows of `x`, bias added:
    /// `[rows, width of the block]`.
    fn for_blocks(&self, x: &[f32], mut with: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        let rows = x.len() / self.inputs.max(1);
        let mut y = Vec::new();
        match &self.kernel {
            Kernel::Float { blocks, bias } => {
                let x = NdTensorView::from_data([rows, self.inputs], x);
                for (index, weight) in blocks.iter().enumerate() {
                    let outputs = index * BLOCK..index * BLOCK + weight.cols();
                    let bias = bias.as_ref().map(|bias| BiasVector::Row(&bias[outputs.clone()]));
                    let options = GemmOptions { bias, ..Default::default() };
                    y.resize(rows * outputs.len(), 0.0);
                    let (x, weight) = (GemmInputA::Unpacked(x.view()), GemmInputB::Packed(weight));
                    FLOATS.with(|gemm| gemm.gemm(&mut y, x, weight, options)).map_err(candle_core::Error::wrap)?;
                    with(outputs.start, &mut y);
                }
            }
            Kernel::Int8 { blocks } => {
                let x = integers::Bytes::of(x, self.inputs);
                for (index, block) in blocks.iter().enumerate() {
                    block.apply(&x, &mut y)?;
                    with(index * BLOCK, &mut y);
                }
            }
            Kernel::Stored { blocks, bias } => {
                let mut first = 0;
                for Stored { rows: outputs, blocks } in blocks {
                    y.resize(rows * outputs, 0.0);
                    // Every result is one product of a row and a row, whatever else is computed with it. (The products of
                    // candle's tensors take other paths for one row than for several, and round differently.)
                    blocks.matmul_t((rows, self.inputs, *outputs), x, &mut y)?;
                    if let Some(bias) = bias {
                        for y in y.chunks_exact_mut(*outputs) {
                            y.iter_mut().zip(&bias[first..]).for_each(|(y, bias)| *y += bias);
                        }
                    }
                    with(first, &mut y);
                    first += outputs;
                }
            }
            Kernel::Device { .. } => {
                return Err(candle_core::Error::Msg("the weights are not on the CPU".into()).into());
            }
        }
        Ok(())
    }
}

/// `values` `[outputs, inputs]` as packed blocks of `[inputs, outputs]`.
fn packed(values: &[f32], inputs: usize) -> Vec<PackedBMatrix<f32>> {
    let blocks = values.chunks(BLOCK * inputs.max(1));
    let matrices = blocks.map(|block| NdTensorView::from_data([block.len() / inputs.max(1), inputs], block));
    FLOATS.with(|gemm| matrices.map(|matrix| gemm.prepack_b(matrix.transposed())).collect())
}

/// The largest of the numbers of one row that have been seen, and the sum of their exponentials.
#[derive(Clone)]
struct Leading {
    count: usize,
    top: Vec<(u32, f32)>,
    largest: f32,
    /// `Σ e^(x - largest)`.
    sum: f32,
}

impl Leading {
    fn new(count: usize) -> Self {
        Self { count, top: Vec::with_capacity(count + 1), largest: f32::NEG_INFINITY, sum: 0.0 }
    }

    /// The least that a number must exceed to be among the largest.
    fn threshold(&self) -> f32 {
        if self.top.len() < self.count {
            f32::NEG_INFINITY
        } else {
            self.top.last().map_or(f32::INFINITY, |last| last.1)
        }
    }

    /// Looks at the outputs that begin with `first`.
    fn add(&mut self, first: usize, values: &[f32]) {
        let largest = ops::largest(values);
        if !largest.is_finite() {
            return;
        }
        if largest > self.largest {
            // 0 times anything, where nothing has been seen yet.
            self.sum *= ops::exp(self.largest - largest);
            self.largest = largest;
        }
        self.sum += ops::sum_exp(values, self.largest);
        if largest <= self.threshold() {
            return;
        }
        let mut start = first;
        for chunk in values.chunks(256) {
            if ops::largest(chunk) > self.threshold() {
                self.insert(start, chunk);
            }
            start += chunk.len();
        }
    }

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

    fn best(self) -> Best {
        Best { top: self.top, normalizer: self.largest + self.sum.ln() }
    }
}

/// A table of vectors, looked up by token id.
pub(super) struct Embedding {
    table: Table,
    rows: usize,
    dim: usize,
}

enum Table {
    Float(Vec<f32>),
    Int8 { values: Vec<i8>, scales: Vec<f32> },
    Stored(Vec<Stored>),
}

impl Embedding {
    /// The table `[rows, dim]`. It stays in host memory on every device: a step looks up a handful of rows.
    pub(super) fn new(weight: Weight, rows: usize, dim: usize, precision: Precision) -> Result<Self, Error> {
        let table = match (precision, weight) {
            (Precision::Int8, weight) => {
                let (values, scales) = quantized(weight, dim)?;
                Table::Int8 { values, scales }
            }
            (Precision::Stored, Weight::Stored { parts, .. }) => Table::Stored(parts),
            (_, weight) => Table::Float(weight.into_floats()?),
        };
        Ok(Self { table, rows, dim })
    }

    /// Appends the vector of `id`, every element multiplied by `scale`, to `out`. An id past the table is an error.
    pub(super) fn extend(&self, out: &mut Vec<f32>, id: u32, scale: f32) -> Result<(), Error> {
        let row = id as usize;
        if row >= self.rows {
            let reason = format!("token id {id} is past the vocabulary of {}", self.rows);
            return Err(Error::Config { reason });
        }
        let range = row * self.dim..(row + 1) * self.dim;
        match &self.table {
            Table::Float(values) => out.extend(values[range].iter().map(|value| value * scale)),
            Table::Int8 { values, scales } => {
                out.extend(values[range].iter().map(|value| f32::from(*value) * scales[row] * scale));
            }
            Table::Stored(parts) => {
                let mut rest = row;
                for part in parts {
                    if rest < part.rows {
                        out.extend(part.row(rest, self.dim)?.iter().map(|value| value * scale));
                        break;
                    }
                    rest -= part.rows;
                }
            }
        }
        Ok(())
    }
}

/// `values` `[rows…, dim]` as a tensor on `placement`.
pub(super) fn placed(values: Vec<f32>, shape: &[usize], placement: &Placement) -> Result<Tensor, Error> {
    let tensor = Tensor::from_vec(values, shape, &Device::Cpu)?;
    if placement.device.is_cpu() {
        return Ok(tensor);
    }
    let dtype = placement.precision.resolve(&placement.device).dtype();
    Ok(if dtype == DType::F32 { tensor } else { tensor.to_dtype(dtype)? }.to_device(&placement.device)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn linear(precision: Precision, (outputs, inputs): (usize, usize)) -> Linear {
        let weight = Weight::Float(numbers(outputs * inputs, 1));
        let placement = Placement { device: Device::Cpu, precision };
        Linear::new(weight, Some(numbers(outputs, 2)), (outputs, inputs), &placement).unwrap()
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
            for (precision, tolerance) in [(Precision::F32, 1e-4), (Precision::Int8, 0.15)] {
                let y = linear(precision, shape).forward(&tensor).unwrap().flatten_all().unwrap();
                for (found, expected) in y.to_vec1::<f32>().unwrap().iter().zip(&expected) {
                    assert!((found - expected).abs() < tolerance, "{precision:?} {shape:?}: {found} for {expected}");
                }
            }
        }
    }

    #[test]
    fn a_row_is_the_same_to_the_bit_alone_and_in_any_batch() {
        for shape in [(5, 3), (96, 64), (700, 300), (4500, 32)] {
            let x = numbers(40 * shape.1, 4);
            for precision in [Precision::F32, Precision::Int8] {
                let linear = linear(precision, shape);
                let outputs = |rows: usize| {
                    let x = Tensor::new(&x[..rows * shape.1], &Device::Cpu).unwrap().reshape((rows, shape.1)).unwrap();
                    let y = linear.forward(&x).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
                    (y, linear.best(&x, 5).unwrap())
                };
                let whole = outputs(40);
                for rows in [1, 2, 3, 6, 7, 14, 31] {
                    let part = outputs(rows);
                    assert_eq!(part.0, whole.0[..rows * shape.0], "{precision:?} {shape:?} {rows} rows");
                    assert_eq!(part.1, whole.1[..rows], "{precision:?} {shape:?} {rows} rows");
                }
            }
        }
    }

    #[test]
    fn the_best_are_those_of_all_outputs() {
        for (shape, count) in [((4500, 32), 9), ((5, 3), 9), ((300, 16), 1)] {
            let x = Tensor::from_vec(numbers(6 * shape.1, 5), (6, shape.1), &Device::Cpu).unwrap();
            for precision in [Precision::F32, Precision::Int8] {
                let linear = linear(precision, shape);
                let all = linear.forward(&x).unwrap().to_vec2::<f32>().unwrap();
                for (best, all) in linear.best(&x, count).unwrap().iter().zip(all) {
                    let mut order: Vec<(u32, f32)> = (0..).zip(all.iter().copied()).collect();
                    order.sort_by(|left, right| right.1.total_cmp(&left.1));
                    order.truncate(count);
                    assert_eq!(best.top, order);
                    assert!((best.normalizer - ops::log_sum_exp(&all)).abs() < 1e-4);
                }
            }
        }
    }
}
