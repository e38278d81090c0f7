//! `y = activation(x Wᵀ + b)`, in floats or 8-bit integers: the weights' number format is a kind of [`Linear`], never a
//! copied model file.
//!
//! On the CPU the weights are packed once for `rten-gemm`, which picks the kernel for the machine (AVX-512, AVX2, Neon
//! or plain code) at run time. Each row of `x` is multiplied in an order that depends on the matrix alone, so a row's
//! result is the same in every batch.

use candle_core::{DType, Device, Tensor};
use rten_gemm::{
    BiasVector, GemmExecutor, GemmInT, GemmInputA, GemmInputB, GemmOptions, GemmOutT, PackedBMatrix, QuantParams,
};
use rten_tensor::NdTensorView;

use super::checkpoint::Weight;
use super::ops::{self, Activation, LANES, larger, maximum, vectorized};
use super::{Best, Error, Placement, Precision};

/// How activations become unsigned bytes: `value = (byte - zero) * scale`, from 1 to `2 * zero - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Levels {
    zero: u8,
}

impl Levels {
    /// Eight bits.
    const ALL: Self = Self { zero: 128 };
    /// Seven bits. Kernels without VNNI add pairs of products in 16 bits, and 2 × 127 × 127 is the most that fits.
    const HALF: Self = Self { zero: 64 };

    fn of_this_machine() -> Self {
        if INTEGERS.with(GemmExecutor::may_saturate) { Self::HALF } else { Self::ALL }
    }

    fn largest(self) -> f32 {
        f32::from(self.zero) - 1.0
    }
}

thread_local! {
    // An executor holds nothing but its choice of kernel, which is the same in every thread; it cannot be shared.
    static FLOATS: GemmExecutor<f32, f32, f32> = GemmExecutor::new();
    static INTEGERS: GemmExecutor<u8, i8, i32> = GemmExecutor::new();
}

/// Outputs that are computed together: their weights are a block of the packed matrix, and what comes out of a block for
/// a batch of rows stays in the cache while it is looked through.
const BLOCK: usize = 2048;

/// An affine map of the last dimension, `inputs` → `outputs`, and what is done to its result.
pub(super) struct Linear {
    kernel: Kernel,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
}

enum Kernel {
    /// CPU, floats: blocks of `[inputs, outputs]`, packed.
    Float { blocks: Vec<PackedBMatrix<f32>> },
    /// CPU, integers: blocks of `[inputs, outputs]`, packed, and one scale an output.
    Int8 { blocks: Vec<PackedBMatrix<i8>>, scales: Vec<f32> },
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
                let (values, scales) = quantized(weight, inputs);
                Kernel::Int8 { blocks: INTEGERS.with(|gemm| packed(gemm, &values, inputs)), scales }
            }
            _ if placement.device.is_cpu() => {
                Kernel::Float { blocks: FLOATS.with(|gemm| packed(gemm, &weight.into_floats(), inputs)) }
            }
            precision => {
                let (device, dtype) = (&placement.device, precision.dtype());
                let weight = Tensor::from_vec(weight.into_floats(), (outputs, inputs), &Device::Cpu)?;
                let weight = weight.to_dtype(dtype)?.to_device(device)?.t()?.contiguous()?;
                let bias = match &bias {
                    Some(bias) => Some(Tensor::new(bias.as_slice(), device)?.to_dtype(dtype)?),
                    None => None,
                };
                Kernel::Device { weight, bias }
            }
        };
        Ok(Self { kernel, bias, inputs, outputs })
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
                if self.outputs <= BLOCK {
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
            Kernel::Float { blocks } => {
                let x = NdTensorView::from_data([rows, self.inputs], x);
                for (index, weight) in blocks.iter().enumerate() {
                    let outputs = index * BLOCK..index * BLOCK + weight.cols();
                    let bias = self.bias.as_ref().map(|bias| BiasVector::Row(&bias[outputs.clone()]));
                    let options = GemmOptions { bias, ..Default::default() };
                    y.resize(rows * outputs.len(), 0.0);
                    let (x, weight) = (GemmInputA::Unpacked(x.view()), GemmInputB::Packed(weight));
                    FLOATS.with(|gemm| gemm.gemm(&mut y, x, weight, options)).map_err(candle_core::Error::wrap)?;
                    with(outputs.start, &mut y);
                }
            }
            Kernel::Int8 { blocks, scales } => {
                let levels = Levels::of_this_machine();
                let (bytes, row_scales) = quantize_rows(x, self.inputs, levels);
                let zero_points = vec![levels.zero; rows];
                let x = NdTensorView::from_data([rows, self.inputs], bytes.as_slice());
                let mut sums = Vec::new();
                for (index, weight) in blocks.iter().enumerate() {
                    let outputs = index * BLOCK..index * BLOCK + weight.cols();
                    let a_quant = Some(QuantParams { zero_point: zero_points.as_slice() });
                    let options = GemmOptions { a_quant, ..Default::default() };
                    sums.resize(rows * outputs.len(), 0_i32);
                    let (x, weight) = (GemmInputA::Unpacked(x.view()), GemmInputB::Packed(weight));
                    INTEGERS.with(|gemm| gemm.gemm(&mut sums, x, weight, options)).map_err(candle_core::Error::wrap)?;
                    let bias = self.bias.as_ref().map(|bias| &bias[outputs.clone()]);
                    y.clear();
                    y.reserve(sums.len());
                    for (sums, row_scale) in sums.chunks_exact(outputs.len()).zip(&row_scales) {
                        dequantize(sums, *row_scale, &scales[outputs.clone()], bias, &mut y);
                    }
                    with(outputs.start, &mut y);
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
fn packed<L, R, O>(gemm: &GemmExecutor<L, R, O>, values: &[R], inputs: usize) -> Vec<PackedBMatrix<R>>
where
    L: GemmInT,
    R: GemmInT,
    O: GemmOutT,
{
    let blocks = values.chunks(BLOCK * inputs.max(1));
    let matrix = |block| NdTensorView::from_data([<[R]>::len(block) / inputs.max(1), inputs], block);
    blocks.map(|block| gemm.prepack_b(matrix(block).transposed())).collect()
}

vectorized! {
    /// Appends `sums` times the scales of their row and column, and the bias, to `out`.
    fn dequantize(sums: &[i32], row_scale: f32, scales: &[f32], bias: Option<&[f32]>, out: &mut Vec<f32>) {
        let scaled = sums.iter().zip(scales).map(|(sum, scale)| *sum as f32 * (row_scale * scale));
        match bias {
            Some(bias) => out.extend(scaled.zip(bias).map(|(value, bias)| value + bias)),
            None => out.extend(scaled),
        }
    }
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

/// `weight` as integers, `value = integer * scale of its row`; floats are rounded with the row's largest at 127.
fn quantized(weight: Weight, columns: usize) -> (Vec<i8>, Vec<f32>) {
    match weight {
        Weight::Int8 { values, scales } => (values, scales),
        Weight::Float(values) => {
            let mut scales = Vec::new();
            let mut integers = Vec::with_capacity(values.len());
            for row in values.chunks(columns.max(1)) {
                let scale = scale_of(row, 127.0);
                quantize_weights(row, scale.recip(), &mut integers);
                scales.push(scale);
            }
            (integers, scales)
        }
    }
}

/// `x` in rows of `columns` as bytes, with the scale of each row.
fn quantize_rows(x: &[f32], columns: usize, levels: Levels) -> (Vec<u8>, Vec<f32>) {
    let mut bytes = Vec::with_capacity(x.len());
    let mut scales = Vec::with_capacity(x.len() / columns.max(1));
    for row in x.chunks_exact(columns.max(1)) {
        let scale = scale_of(row, levels.largest());
        quantize(row, scale.recip(), levels.zero, &mut bytes);
        scales.push(scale);
    }
    (bytes, scales)
}

vectorized! {
    /// Appends `x * inverse`, rounded to the nearest integer, to `integers`.
    fn quantize_weights(row: &[f32], inverse: f32, integers: &mut Vec<i8>) {
        // As for activations below; the low byte of a negative integer is its two's complement.
        integers.extend(row.iter().map(|value| (value * inverse + 12_582_912.0).to_bits() as i8));
    }
}

vectorized! {
    /// Appends `zero + x * inverse`, rounded to the nearest integer, to `bytes`.
    fn quantize(row: &[f32], inverse: f32, zero: u8, bytes: &mut Vec<u8>) {
        // Next to 1.5 · 2²³ floats are integers, so the addition rounds; and their low byte is the integer's.
        let zero = 12_582_912.0 + f32::from(zero);
        bytes.extend(row.iter().map(|value| (value * inverse + zero).to_bits() as u8));
    }
}

/// The step that puts the largest magnitude of `row` at `largest`; 1 for a row of zeros.
fn scale_of(row: &[f32], largest: f32) -> f32 {
    let magnitude = magnitude(row);
    if magnitude > 0.0 && magnitude.is_finite() { magnitude / largest } else { 1.0 }
}

vectorized! {
    /// The largest absolute value.
    fn magnitude(row: &[f32]) -> f32 {
        let (chunks, rest) = row.as_chunks::<LANES>();
        let mut lanes = [0.0_f32; LANES];
        for chunk in chunks {
            for (lane, value) in lanes.iter_mut().zip(chunk) {
                *lane = larger(*lane, value.abs());
            }
        }
        rest.iter().fold(maximum(lanes), |most, value| larger(most, value.abs()))
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
}

impl Embedding {
    /// The table `[rows, dim]`. It stays in host memory on every device: a step looks up a handful of rows.
    pub(super) fn new(weight: Weight, rows: usize, dim: usize, precision: Precision) -> Self {
        let table = if precision == Precision::Int8 {
            let (values, scales) = quantized(weight, dim);
            Table::Int8 { values, scales }
        } else {
            Table::Float(weight.into_floats())
        };
        Self { table, rows, dim }
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

    #[test]
    fn bytes_are_within_their_levels_and_zero_is_zero() {
        for levels in [Levels::ALL, Levels::HALF] {
            let x = [0.0, 1.0, -1.0, 0.6, 0.0, 0.0, 0.0, 0.0];
            let (bytes, scales) = quantize_rows(&x, 4, levels);
            let zero = levels.zero;
            let part = zero + (0.6 * levels.largest()).round() as u8;
            assert_eq!(bytes, [zero, 2 * (zero - 1) + 1, 1, part, zero, zero, zero, zero], "{levels:?}");
            assert_eq!(scales, [1.0 / levels.largest(), 1.0], "{levels:?}");
        }
    }

    #[test]
    fn half_the_levels_never_saturate_sixteen_bits() {
        let most = 2 * i32::from(2 * Levels::HALF.zero - 1) * 127;
        assert!(most <= i32::from(i16::MAX), "{most}");
    }
}
