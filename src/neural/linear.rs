//! `y = activation(x Wᵀ + b)`, in floats or 8-bit integers: the weights' number format is a kind of [`Linear`], never a
//! copied model file.
//!
//! On the CPU the weights are packed once for `rten-gemm`, which picks the kernel for the machine (AVX-512, AVX2, Neon
//! or plain code) at run time. Each row of `x` is multiplied in an order that depends on the matrix alone, so a row's
//! result is the same in every batch.

use candle_core::{DType, Device, Tensor};
use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix, QuantParams};
use rten_tensor::NdTensorView;

use super::checkpoint::Weight;
use super::ops::{self, Activation};
use super::{Error, Placement, Precision};

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

/// An affine map of the last dimension, `inputs` → `outputs`, and what is done to its result.
pub(super) struct Linear {
    kernel: Kernel,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
}

enum Kernel {
    /// CPU, floats: `[inputs, outputs]` packed.
    Float { weight: PackedBMatrix<f32> },
    /// CPU, integers: `[inputs, outputs]` packed, one scale an output.
    Int8 { weight: PackedBMatrix<i8>, scales: Vec<f32> },
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
                let matrix = NdTensorView::from_data([outputs, inputs], values.as_slice());
                let weight = INTEGERS.with(|gemm| gemm.prepack_b(matrix.transposed()));
                Kernel::Int8 { weight, scales }
            }
            _ if placement.device.is_cpu() => {
                let values = weight.into_floats();
                let matrix = NdTensorView::from_data([outputs, inputs], values.as_slice());
                let weight = FLOATS.with(|gemm| gemm.prepack_b(matrix.transposed()));
                Kernel::Float { weight }
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

    /// Maps `x` `[…, inputs]` to `[…, outputs]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        self.forward_with(x, Activation::Identity)
    }

    /// Maps `x` `[…, inputs]` to `[…, outputs]` and applies `activation`.
    pub(super) fn forward_with(&self, x: &Tensor, activation: Activation) -> Result<Tensor, Error> {
        let mut shape = x.dims().to_vec();
        if shape.pop() != Some(self.inputs) {
            let found = x.dims().to_vec();
            let name = "input of a linear layer".to_owned();
            return Err(Error::Shape { name, expected: vec![self.inputs], found });
        }
        shape.push(self.outputs);
        if let Kernel::Device { weight, bias } = &self.kernel {
            let rows = x.elem_count() / self.inputs.max(1);
            let mut y = x.reshape((rows, self.inputs))?.matmul(weight)?;
            if let Some(bias) = bias {
                y = y.broadcast_add(bias)?;
            }
            return Ok(activation.on_device(&y)?.reshape(shape)?);
        }
        let mut y = ops::with_floats(x, |x| self.multiply(x))??;
        activation.apply(&mut y);
        Ok(Tensor::from_vec(y, shape, &Device::Cpu)?)
    }

    /// `x` `[rows, inputs]` → `[rows, outputs]`, bias added.
    fn multiply(&self, x: &[f32]) -> Result<Vec<f32>, Error> {
        let rows = x.len() / self.inputs.max(1);
        match &self.kernel {
            Kernel::Float { weight } => {
                let mut y = vec![0.0; rows * self.outputs];
                let x = GemmInputA::Unpacked(NdTensorView::from_data([rows, self.inputs], x));
                let options = GemmOptions { bias: self.bias.as_deref().map(BiasVector::Row), ..Default::default() };
                FLOATS
                    .with(|gemm| gemm.gemm(&mut y, x, GemmInputB::Packed(weight), options))
                    .map_err(candle_core::Error::wrap)?;
                Ok(y)
            }
            Kernel::Int8 { weight, scales } => {
                let levels = Levels::of_this_machine();
                let (bytes, row_scales) = quantize_rows(x, self.inputs, levels);
                let mut sums = vec![0_i32; rows * self.outputs];
                let zero_points = vec![levels.zero; rows];
                let x = GemmInputA::Unpacked(NdTensorView::from_data([rows, self.inputs], bytes.as_slice()));
                let a_quant = Some(QuantParams { zero_point: zero_points.as_slice() });
                let options = GemmOptions { a_quant, ..Default::default() };
                INTEGERS
                    .with(|gemm| gemm.gemm(&mut sums, x, GemmInputB::Packed(weight), options))
                    .map_err(candle_core::Error::wrap)?;
                Ok(self.dequantize(&sums, &row_scales, scales))
            }
            Kernel::Device { .. } => Err(candle_core::Error::Msg("weights are not on the CPU".into()).into()),
        }
    }

    fn dequantize(&self, sums: &[i32], row_scales: &[f32], scales: &[f32]) -> Vec<f32> {
        let mut y = Vec::with_capacity(sums.len());
        for (row, row_scale) in sums.chunks(self.outputs.max(1)).zip(row_scales) {
            let scaled = row.iter().zip(scales).map(|(sum, scale)| *sum as f32 * (row_scale * scale));
            match &self.bias {
                Some(bias) => y.extend(scaled.zip(bias).map(|(value, bias)| value + bias)),
                None => y.extend(scaled),
            }
        }
        y
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
                let inverse = scale.recip();
                integers.extend(row.iter().map(|value| (value * inverse).round() as i8));
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
    for row in x.chunks(columns.max(1)) {
        let scale = scale_of(row, levels.largest());
        let inverse = scale.recip();
        // Adding the zero point and a half before cutting rounds to nearest; the sum is never negative.
        let zero = f32::from(levels.zero) + 0.5;
        bytes.extend(row.iter().map(|value| (value * inverse + zero) as u8));
        scales.push(scale);
    }
    (bytes, scales)
}

/// The step that puts the largest magnitude of `row` at `largest`; 1 for a row of zeros.
fn scale_of(row: &[f32], largest: f32) -> f32 {
    let magnitude = row.iter().fold(0.0_f32, |magnitude, value| magnitude.max(value.abs()));
    if magnitude > 0.0 && magnitude.is_finite() { magnitude / largest } else { 1.0 }
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
        let table = match weight {
            Weight::Int8 { values, scales } if precision == Precision::Int8 => Table::Int8 { values, scales },
            weight => Table::Float(weight.into_floats()),
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
        for shape in [(5, 3), (64, 32), (33, 300), (700, 256)] {
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
        for shape in [(5, 3), (96, 64), (700, 300)] {
            let x = numbers(40 * shape.1, 4);
            for precision in [Precision::F32, Precision::Int8] {
                let linear = linear(precision, shape);
                let whole = linear.multiply(&x).unwrap();
                for rows in [1, 2, 3, 6, 7, 14, 31, 40] {
                    let part = linear.multiply(&x[..rows * shape.1]).unwrap();
                    assert_eq!(part, whole[..rows * shape.0], "{precision:?} {shape:?} {rows} rows");
                }
            }
        }
    }

    #[test]
    fn bytes_are_within_their_levels_and_zero_is_zero() {
        for levels in [Levels::ALL, Levels::HALF] {
            let x = [0.0, 1.0, -1.0, 0.5, 0.0, 0.0, 0.0, 0.0];
            let (bytes, scales) = quantize_rows(&x, 4, levels);
            let zero = levels.zero;
            assert_eq!(bytes, [zero, 2 * (zero - 1) + 1, 1, zero + zero / 2, zero, zero, zero, zero], "{levels:?}");
            assert_eq!(scales, [1.0 / levels.largest(), 1.0], "{levels:?}");
        }
    }

    #[test]
    fn half_the_levels_never_saturate_sixteen_bits() {
        let most = 2 * i32::from(2 * Levels::HALF.zero - 1) * 127;
        assert!(most <= i32::from(i16::MAX), "{most}");
    }
}
