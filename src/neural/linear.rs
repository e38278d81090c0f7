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
use super::matrix::Matrix;
use super::ops::{self, Activation, GROUP, MOST, top};
use super::seq2seq::Best;
use super::{Error, Placement, Precision};

thread_local! {
    // An executor holds nothing but its choice of kernel, which is the same in every thread; it cannot be shared.
    static FLOATS: GemmExecutor<f32, f32, f32> = GemmExecutor::new();
}

/// Outputs that are computed together: their weights are a block of the packed matrix, and what comes out of a block for
/// a batch of rows stays in the cache while it is looked through.
pub(super) const BLOCK: usize = 2048;

/// Outputs that a device holds at once when the largest are looked for: with what is computed from them, 1 GiB.
const OUTPUTS: usize = 1 << 26;

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
    /// Any other device: `[outputs, inputs]` and `[outputs]`. Where outputs are grouped ([`ops::top`]), those that fill the last
    /// group are negative infinity.
    Tensors { weight: Tensor, bias: Option<Tensor> },
}

impl Linear {
    /// The map with weights `[outputs, inputs]` (the layout of every checkpoint) and a bias of `outputs` numbers.
    pub(super) fn new(
        weight: Weight,
        bias: Option<Vec<f32>>,
        (outputs, inputs): (usize, usize),
        placement: &Placement,
    ) -> Result<Self, Error> {
        let kernel = if placement.computes_in_tensors() {
            let (weight, bias) = grouped(weight.into_floats()?, bias, (outputs, inputs));
            let rows = weight.len() / inputs.max(1);
            let bias = bias.map(|bias| placed(bias, &[rows], placement)).transpose()?;
            Kernel::Tensors { weight: placed(weight, &[rows, inputs], placement)?, bias }
        } else {
            match (placement.precision(), weight) {
                (Precision::Int8, weight) => {
                    let (values, scales) = quantized(weight, inputs)?;
                    let blocks = values.chunks(BLOCK * inputs.max(1)).zip(scales.chunks(BLOCK)).enumerate();
                    let blocks = blocks.map(|(index, (values, scales))| {
                        let bias = bias.as_ref().map(|bias| bias[index * BLOCK..][..scales.len()].to_vec());
                        integers::Map::new(values, scales.to_vec(), bias)
                    });
                    Kernel::Int8 { blocks: blocks.collect() }
                }
                (Precision::Stored, Weight::Stored { parts: blocks, .. }) => Kernel::Stored { blocks, bias },
                (_, weight) => Kernel::Float { blocks: packed(&weight.into_floats()?, inputs), bias },
            }
        };
        Ok(Self { kernel, inputs, outputs })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        self.forward_with(x, Activation::Identity)
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]` in 32-bit floats, whatever the numbers of the weights are.
    pub(super) fn logits(&self, x: &Tensor) -> Result<Tensor, Error> {
        let logits = self.forward(x)?;
        Ok(if logits.dtype() == DType::F32 { logits } else { logits.to_dtype(DType::F32)? })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]` and applies `activation`.
    pub(super) fn forward_with(&self, x: &Tensor, activation: Activation) -> Result<Tensor, Error> {
        let rows = self.rows(x)?;
        if let Some(y) = self.grouped_outputs(x)? {
            let y = if y.dim(1)? == self.outputs { y } else { y.narrow(1, 0, self.outputs)?.contiguous()? };
            return Ok(activation.of_tensor(&y)?);
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

    /// The outputs of tensors, and those that fill the last group; `None` if the weights are no tensors.
    fn grouped_outputs(&self, x: &Tensor) -> Result<Option<Tensor>, Error> {
        let Kernel::Tensors { weight, bias } = &self.kernel else { return Ok(None) };
        let y = x.matmul(&weight.t()?)?;
        Ok(Some(if let Some(bias) = bias { y.broadcast_add(bias)? } else { y }))
    }

    /// The `count` largest outputs of each row of `x` `[rows, inputs]`; the outputs `without[row]` count as negative infinity. On the CPU no more than a block of outputs is
    /// ever held, on another device the outputs of some rows; what is not among the largest stays there.
    pub(super) fn best(&self, x: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        let rows = self.rows(x)?;
        let count = count.clamp(1, self.outputs);
        if matches!(self.kernel, Kernel::Tensors { .. }) && count <= MOST {
            let at_once = (OUTPUTS / self.outputs).clamp(1, rows.max(1));
            let mut best = Vec::with_capacity(rows);
            for first in (0..rows).step_by(at_once) {
                let last = rows.min(first + at_once);
                if let Some(y) = self.grouped_outputs(&x.narrow(0, first, last - first)?)? {
                    best.extend(top(&y, count, without.get(first..last).unwrap_or_default())?);
                }
            }
            return Ok(best);
        }
        let mut leading = vec![Leading::new(count); rows];
        let mut look = |first: usize, block: &mut [f32]| {
            let width = block.len() / leading.len().max(1);
            for (without, block) in without.iter().zip(block.chunks_exact_mut(width)) {
                let places = without.iter().filter_map(|id| (*id as usize).checked_sub(first));
                places.filter(|place| *place < width).for_each(|place| block[place] = f32::NEG_INFINITY);
            }
            for (leading, block) in leading.iter_mut().zip(block.chunks_exact(width)) {
                leading.add(first, block);
            }
        };
        if matches!(self.kernel, Kernel::Tensors { .. }) {
            look(0, &mut self.forward(x)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?);
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
            Kernel::Tensors { .. } => {
                return Err(elsewhere());
            }
        }
        Ok(())
    }
}

/// Weights and biases with as many outputs as fill the last group, where there are so many that they are looked through in
/// groups.
fn grouped(
    mut weight: Vec<f32>,
    mut bias: Option<Vec<f32>>,
    (outputs, inputs): (usize, usize),
) -> (Vec<f32>, Option<Vec<f32>>) {
    let all = if outputs > BLOCK { outputs.next_multiple_of(GROUP) } else { outputs };
    if all > outputs {
        weight.resize(all * inputs, 0.0);
        bias.get_or_insert_with(|| vec![0.0; outputs]).resize(all, f32::NEG_INFINITY);
    }
    (weight, bias)
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

/// A table of vectors, looked up by token id or position.
pub(super) struct Embedding {
    table: Table,
    rows: usize,
    dim: usize,
}

enum Table {
    Float(Vec<f32>),
    Int8 {
        values: Vec<i8>,
        scales: Vec<f32>,
    },
    Stored(Vec<Stored>),
    /// `[rows, dim]`.
    Tensor(Tensor),
}

impl Embedding {
    /// The table `[rows, dim]` of a checkpoint.
    pub(super) fn new(weight: Weight, dim: usize, placement: &Placement) -> Result<Self, Error> {
        match (placement.precision(), weight) {
            (Precision::Int8, weight) => {
                let (values, scales) = quantized(weight, dim)?;
                Ok(Self { rows: scales.len(), table: Table::Int8 { values, scales }, dim })
            }
            (Precision::Stored, Weight::Stored { parts, .. }) => {
                Ok(Self { rows: parts.iter().map(|part| part.rows).sum(), table: Table::Stored(parts), dim })
            }
            (_, weight) => Self::exact(weight.into_floats()?, dim, placement),
        }
    }

    /// The table `[rows, dim]` in floats.
    pub(super) fn exact(values: Vec<f32>, dim: usize, placement: &Placement) -> Result<Self, Error> {
        let rows = values.len() / dim.max(1);
        let table = if placement.computes_in_tensors() {
            Table::Tensor(placed(values, &[rows, dim], placement)?)
        } else {
            Table::Float(values)
        };
        Ok(Self { table, rows, dim })
    }

    /// True if the table has a vector for `id`.
    pub(super) fn has(&self, id: u32) -> bool {
        (id as usize) < self.rows
    }

    /// The vectors of `ids`, `[ids, dim]`, of a table that is a tensor. An id past the table is an error.
    pub(super) fn select(&self, ids: &[u32]) -> Result<Tensor, Error> {
        ids.iter().try_for_each(|id| self.check(*id))?;
        match &self.table {
            Table::Tensor(table) => Ok(table.index_select(&Tensor::new(ids, table.device())?, 0)?),
            Table::Float(_) | Table::Int8 { .. } | Table::Stored(_) => Err(elsewhere()),
        }
    }

    /// Appends the vector of `id`, every element multiplied by `scale`, to `out`. An id past the table is an error.
    pub(super) fn extend(&self, out: &mut Vec<f32>, id: u32, scale: f32) -> Result<(), Error> {
        self.check(id)?;
        let row = id as usize;
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
            Table::Tensor(_) => return Err(elsewhere()),
        }
        Ok(())
    }

    /// Adds the vector of `id` to `out`, from a table of floats. An id past the table is an error.
    pub(super) fn add(&self, out: &mut [f32], id: u32) -> Result<(), Error> {
        self.check(id)?;
        let Table::Float(values) = &self.table else { return Err(elsewhere()) };
        let vector = &values[id as usize * self.dim..][..self.dim];
        out.iter_mut().zip(vector).for_each(|(out, value)| *out += value);
        Ok(())
    }

    fn check(&self, id: u32) -> Result<(), Error> {
        let reason = || format!("token id {id} is past the vocabulary of {}", self.rows);
        if self.has(id) { Ok(()) } else { Err(Error::Config { reason: reason() }) }
    }
}

/// What is not where it was looked for: a mistake of this program, not of the user's.
fn elsewhere() -> Error {
    candle_core::Error::Msg("the weights are on another device".into()).into()
}

/// The numbers of a tensor `[rows, width]`, wherever it is.
pub(super) fn matrix(tensor: &Tensor) -> Result<Matrix, Error> {
    let width = tensor.dim(1)?;
    Ok(Matrix::new(tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?, width))
}

/// `values` of this shape as a tensor on `placement`.
pub(super) fn placed(values: Vec<f32>, shape: &[usize], placement: &Placement) -> Result<Tensor, Error> {
    let tensor = Tensor::from_vec(values, shape, &Device::Cpu)?;
    Ok(if placement.computes_in_tensors() {
        tensor.to_dtype(placement.dtype())?.to_device(placement.device())?
    } else {
        tensor
    })
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
        placed_linear((outputs, inputs), &Placement::new(Device::Cpu, precision))
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
                    (y, linear.best(&x, 5, &[]).unwrap())
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
    fn the_best_are_those_of_all_outputs_but_those_that_are_left_out() {
        for (shape, count) in [((4500, 32), 9), ((5, 3), 9), ((300, 16), 1)] {
            let x = Tensor::from_vec(numbers(6 * shape.1, 5), (6, shape.1), &Device::Cpu).unwrap();
            for precision in [Precision::F32, Precision::Int8] {
                let linear = linear(precision, shape);
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
            for (precision, tolerance) in [(Precision::F32, 1e-4), (Precision::F16, 0.05), (Precision::Bf16, 0.3)] {
                let placement = Placement::in_tensors(precision);
                let linear = placed_linear(shape, &placement);
                let y = linear.forward(&x.to_dtype(placement.dtype()).unwrap()).unwrap().to_dtype(DType::F32).unwrap();
                assert_eq!(y.dims(), [7, shape.0]);
                for (found, expected) in y.flatten_all().unwrap().to_vec1::<f32>().unwrap().iter().zip(&expected) {
                    assert!((found - expected).abs() < tolerance, "{precision:?} {shape:?}: {found} for {expected}");
                }
            }
            let tensors = placed_linear(shape, &Placement::in_tensors(Precision::F32));
            let last = shape.0 as u32 - 1;
            let some: Vec<Vec<u32>> = (0..7).map(|row| if row == 2 { vec![] } else { vec![row % 3, last] }).collect();
            for (count, without) in [(1, vec![]), (9, vec![]), (9, some), (MOST + 1, vec![])] {
                let all = linear(Precision::F32, shape).best(&x, count, &without).unwrap();
                for (found, expected) in tensors.best(&x, count, &without).unwrap().iter().zip(all) {
                    let ids = |best: &Best| best.top.iter().map(|(id, _)| *id).collect::<Vec<_>>();
                    assert_eq!(ids(found), ids(&expected), "{shape:?} {count}");
                    assert!((found.normalizer - expected.normalizer).abs() < 1e-4, "{shape:?} {count}");
                }
            }
        }
    }
}
