//! 8-bit weights: rows of floats in, rows of floats out, 8-bit products between.
//!
//! Activations become bytes with one scale a row, weights are bytes with one scale an output, their products are summed in
//! 32-bit integers. Integers are exact, so the order of a sum does not matter; what is done to a sum is done in one order:
//! `sum · (scale of the row · scale of the output) + bias`. `vnni.rs` is the kernel of processors with AVX-512 VNNI,
//! `rten-gemm` that of all others; both give the same numbers to the bit where both have eight bits of activation.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix, QuantParams};
use rten_tensor::NdTensorView;

use super::Error;
use super::checkpoint::Weight;
use super::ops::{LANES, larger, maximum, vectorized};
use super::vnni::Panels;

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
        if GEMM.with(GemmExecutor::may_saturate) { Self::HALF } else { Self::ALL }
    }

    fn largest(self) -> f32 {
        f32::from(self.zero) - 1.0
    }
}

thread_local! {
    // An executor holds nothing but its choice of kernel, which is the same in every thread; it cannot be shared.
    static GEMM: GemmExecutor<u8, i8, i32> = GemmExecutor::new();
}

/// Rows of activations as bytes.
pub(super) struct Bytes {
    levels: Levels,
    /// `[rows, columns]`.
    values: Vec<u8>,
    /// One a row.
    scales: Vec<f32>,
}

impl Bytes {
    /// The bytes of `x` `[rows, columns]`.
    pub(super) fn of(x: &[f32], columns: usize) -> Self {
        Self::with(Levels::of_this_machine(), x, columns)
    }

    fn with(levels: Levels, x: &[f32], columns: usize) -> Self {
        let mut values = Vec::with_capacity(x.len());
        let mut scales = Vec::with_capacity(x.len() / columns.max(1));
        for row in x.chunks_exact(columns.max(1)) {
            let scale = scale_of(row, levels.largest());
            quantize(row, scale.recip(), levels.zero, &mut values);
            scales.push(scale);
        }
        Self { levels, values, scales }
    }
}

/// An affine map with 8-bit weights, packed for the kernel that this machine has.
pub(super) struct Map {
    weights: Packed,
    /// One an output.
    scales: Vec<f32>,
    bias: Option<Vec<f32>>,
}

enum Packed {
    Vnni(Panels),
    Any(PackedBMatrix<i8>),
}

impl Map {
    /// The map with weights `values` `[outputs, inputs]`, one scale and, where there is one, one bias an output.
    pub(super) fn new(values: &[i8], scales: Vec<f32>, bias: Option<Vec<f32>>) -> Self {
        let inputs = values.len() / scales.len().max(1);
        let weights = match Panels::new(values, inputs) {
            Some(panels) => Packed::Vnni(panels),
            None => Packed::Any(packed(values, inputs)),
        };
        Self { weights, scales, bias }
    }

    /// Number of outputs.
    pub(super) fn outputs(&self) -> usize {
        self.scales.len()
    }

    /// Writes the map of every row of `x` to `y` `[rows, outputs]`.
    pub(super) fn apply(&self, x: &Bytes, y: &mut Vec<f32>) -> Result<(), Error> {
        match &self.weights {
            Packed::Vnni(panels) => {
                panels.product(&x.values, &x.scales, (&self.scales, self.bias.as_deref()), y);
                Ok(())
            }
            Packed::Any(weights) => self.apply_any(weights, x, y),
        }
    }

    fn apply_any(&self, weights: &PackedBMatrix<i8>, x: &Bytes, y: &mut Vec<f32>) -> Result<(), Error> {
        let (rows, outputs) = (x.scales.len(), self.outputs());
        let zero_points = vec![x.levels.zero; rows];
        let values = NdTensorView::from_data([rows, weights.rows()], x.values.as_slice());
        let a_quant = Some(QuantParams { zero_point: zero_points.as_slice() });
        let options = GemmOptions { a_quant, ..Default::default() };
        let mut sums = vec![0_i32; rows * outputs];
        let (values, weights) = (GemmInputA::Unpacked(values.view()), GemmInputB::Packed(weights));
        GEMM.with(|gemm| gemm.gemm(&mut sums, values, weights, options)).map_err(candle_core::Error::wrap)?;
        y.clear();
        y.reserve(sums.len());
        for (sums, row_scale) in sums.chunks_exact(outputs.max(1)).zip(&x.scales) {
            dequantize(sums, *row_scale, &self.scales, self.bias.as_deref(), y);
        }
        Ok(())
    }
}

fn packed(values: &[i8], inputs: usize) -> PackedBMatrix<i8> {
    let matrix = NdTensorView::from_data([values.len() / inputs.max(1), inputs], values);
    GEMM.with(|gemm| gemm.prepack_b(matrix.transposed()))
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

/// `weight` as integers, `value = integer * scale of its row`; floats are rounded with the row's largest at 127.
pub(super) fn quantized(weight: Weight, columns: usize) -> Result<(Vec<i8>, Vec<f32>), Error> {
    let (mut integers, mut scales) = (Vec::new(), Vec::new());
    let mut add = |values: &[f32]| {
        for row in values.chunks(columns.max(1)) {
            let scale = scale_of(row, 127.0);
            quantize_weights(row, scale.recip(), &mut integers);
            scales.push(scale);
        }
    };
    match weight {
        Weight::Int8 { values, scales } => return Ok((values, scales)),
        Weight::Float(values) => add(&values),
        // Part by part, so that the whole matrix is never held in floats.
        Weight::Stored { parts, columns } => {
            for part in parts {
                add(&part.floats(columns)?);
            }
        }
    }
    Ok((integers, scales))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_within_their_levels_and_zero_is_zero() {
        for levels in [Levels::ALL, Levels::HALF] {
            let x = [0.0, 1.0, -1.0, 0.6, 0.0, 0.0, 0.0, 0.0];
            let Bytes { values, scales, .. } = Bytes::with(levels, &x, 4);
            let zero = levels.zero;
            let part = zero + (0.6 * levels.largest()).round() as u8;
            assert_eq!(values, [zero, 2 * (zero - 1) + 1, 1, part, zero, zero, zero, zero], "{levels:?}");
            assert_eq!(scales, [1.0 / levels.largest(), 1.0], "{levels:?}");
        }
    }

    #[test]
    fn half_the_levels_never_saturate_sixteen_bits() {
        let most = 2 * i32::from(2 * Levels::HALF.zero - 1) * 127;
        assert!(most <= i32::from(i16::MAX), "{most}");
    }

    /// On a machine with VNNI these are both ways; `rten-gemm` tests its kernels on its own.
    #[test]
    fn every_kernel_gives_the_plain_sums_to_the_bit() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        for (outputs, inputs) in [(1, 1), (5, 3), (32, 64), (33, 300), (100, 256), (700, 30), (64, 2048)] {
            let weights: Vec<i8> = (0..outputs * inputs).map(|_| (next() % 255) as i8).collect();
            let scales: Vec<f32> = (0..outputs).map(|_| next() as f32 / 1e9).collect();
            let some: Vec<f32> = (0..outputs).map(|_| next() as f32 / 1e6 - 8.0).collect();
            for (rows, bias) in [(0, None), (1, Some(&some)), (11, None), (12, Some(&some)), (37, Some(&some))] {
                let x: Vec<f32> = (0..rows * inputs).map(|_| next() as f32 / 1e6 - 8.0).collect();
                let x = Bytes::of(&x, inputs);
                let mut expected = Vec::new();
                for (row, row_scale) in x.values.chunks_exact(inputs).zip(&x.scales) {
                    for (output, weights) in weights.chunks_exact(inputs).enumerate() {
                        let zero = i32::from(x.levels.zero);
                        let products = row.iter().zip(weights).map(|(x, w)| (i32::from(*x) - zero) * i32::from(*w));
                        let value = products.sum::<i32>() as f32 * (row_scale * scales[output]);
                        expected.push(bias.map_or(value, |bias| value + bias[output]));
                    }
                }
                let here = Map::new(&weights, scales.clone(), bias.cloned());
                let anywhere = Map {
                    weights: Packed::Any(packed(&weights, inputs)),
                    ..Map::new(&weights, scales.clone(), bias.cloned())
                };
                for map in [here, anywhere] {
                    let mut y = vec![1.0; 3];
                    map.apply(&x, &mut y).unwrap();
                    assert_eq!(y, expected, "{rows} rows of {inputs} to {outputs}");
                }
            }
        }
    }
}
