//! Floats → 8-bit integers with one scale a row.

use crate::neural::backend::cpu::simd::{LANES, larger, max_lanes, vectorized};
use crate::neural::error::Error;
use crate::neural::weights::Weight;

/// Adding this rounds a float of small magnitude to the nearest integer (floats near 1.5 · 2²³ are integers) and leaves that
/// integer in the low bits.
const ROUND: f32 = 12_582_912.0;

/// How activations become unsigned bytes: `value = (byte - zero) * scale`, with bytes from 1 to `2 * zero - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Levels {
    zero: u8,
}

impl Levels {
    /// Eight bits, for kernels that sum products in 32 bits.
    pub(super) const EIGHT_BITS: Self = Self { zero: 128 };
    /// Seven bits, for kernels that add pairs of products in 16 bits: 2 · 127 · 127 still fits.
    pub(super) const SEVEN_BITS: Self = Self { zero: 64 };

    /// The quantised activation that stands for 0.
    pub(super) const fn zero(self) -> u8 {
        self.zero
    }

    /// The magnitude of the largest level.
    fn largest(self) -> f32 {
        f32::from(self.zero) - 1.0
    }
}

/// Activations as bytes, with one scale a row.
pub(super) struct QuantizedActivations {
    levels: Levels,
    columns: usize,
    bytes: Vec<u8>,
    row_scales: Vec<f32>,
}

impl QuantizedActivations {
    /// Quantises `x` `[rows, columns]` to `levels`.
    pub(super) fn new(x: &[f32], columns: usize, levels: Levels) -> Self {
        let mut bytes = Vec::with_capacity(x.len());
        let mut row_scales = Vec::with_capacity(x.len() / columns.max(1));
        for row in x.chunks_exact(columns.max(1)) {
            let scale = row_scale(row, levels.largest());
            append_bytes(row, scale.recip(), levels.zero, &mut bytes);
            row_scales.push(scale);
        }
        Self { levels, columns, bytes, row_scales }
    }

    /// Quantises `x` `[rows, columns]` to `levels` by a fixed multiplier for 8 bits, which puts 127 at `127 / multiplier`. What lies
    /// beyond becomes the largest level.
    pub(super) fn with_multiplier(x: &[f32], columns: usize, levels: Levels, multiplier: f32) -> Self {
        let per_level = multiplier * (levels.largest() / Levels::EIGHT_BITS.largest());
        let mut bytes = Vec::with_capacity(x.len());
        append_clamped_bytes(x, per_level, levels.zero, &mut bytes);
        Self { levels, columns, bytes, row_scales: vec![per_level.recip(); x.len() / columns.max(1)] }
    }

    /// The levels that the activations are quantised to.
    pub(super) fn levels(&self) -> Levels {
        self.levels
    }

    /// Quantised activations in a row.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The quantised activations, `[rows, columns]`.
    pub(super) fn values(&self) -> &[u8] {
        &self.bytes
    }

    /// The scales of the rows, `[rows]`.
    pub(super) fn scales(&self) -> &[f32] {
        &self.row_scales
    }
}

/// `weight` as integers `[rows, columns]` and scales `[rows]`, so that `value = integer * scale of its row`. Floats are rounded,
/// with the largest magnitude of a row at 127.
pub(in crate::neural::backend::cpu) fn quantize_weight(
    weight: Weight,
    columns: usize,
) -> Result<(Vec<i8>, Vec<f32>), Error> {
    let (mut integers, mut scales) = (Vec::new(), Vec::new());
    let mut quantize_rows = |floats: &[f32]| {
        for row in floats.chunks(columns.max(1)) {
            let scale = row_scale(row, 127.0);
            append_integers(row, scale.recip(), &mut integers);
            scales.push(scale);
        }
    };
    match weight {
        Weight::Int8 { values, scales, .. } => return Ok((values, scales)),
        Weight::Float(floats) => quantize_rows(&floats),
        // Part by part, so that the matrix is never held as floats all at once.
        Weight::GgufBlocks { parts, columns } => {
            for part in parts {
                quantize_rows(&part.to_floats(columns)?);
            }
        }
    }
    Ok((integers, scales))
}

/// The scale that puts the largest magnitude of `row` at the level `largest`; 1 for a row of zeros.
fn row_scale(row: &[f32], largest: f32) -> f32 {
    let magnitude = largest_magnitude(row);
    if magnitude > 0.0 && magnitude.is_finite() { magnitude / largest } else { 1.0 }
}

vectorized! {
    /// Appends `x * inverse`, rounded to the nearest integer, to `integers`.
    fn append_integers(row: &[f32], inverse: f32, integers: &mut Vec<i8>) {
        // The low byte of a negative integer is its two's complement.
        integers.extend(row.iter().map(|x| (x * inverse + ROUND).to_bits() as i8));
    }
}

vectorized! {
    /// Appends `zero + x * inverse`, rounded to the nearest integer, to `bytes`.
    fn append_bytes(row: &[f32], inverse: f32, zero: u8, bytes: &mut Vec<u8>) {
        let offset = ROUND + f32::from(zero);
        bytes.extend(row.iter().map(|x| (x * inverse + offset).to_bits() as u8));
    }
}

vectorized! {
    /// Appends `zero + x * inverse`, rounded to the nearest integer that is at most `zero - 1` away from `zero`, to `bytes`.
    fn append_clamped_bytes(row: &[f32], inverse: f32, zero: u8, bytes: &mut Vec<u8>) {
        let (offset, largest) = (ROUND + f32::from(zero), f32::from(zero) - 1.0);
        bytes.extend(row.iter().map(|x| ((x * inverse).clamp(-largest, largest) + offset).to_bits() as u8));
    }
}

vectorized! {
    /// The largest absolute value in `row`; 0 if it is empty.
    fn largest_magnitude(row: &[f32]) -> f32 {
        let (chunks, rest) = row.as_chunks::<LANES>();
        let mut lanes = [0.0_f32; LANES];
        for chunk in chunks {
            for (lane, value) in lanes.iter_mut().zip(chunk) {
                *lane = larger(*lane, value.abs());
            }
        }
        rest.iter().fold(max_lanes(lanes), |most, value| larger(most, value.abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_within_their_levels_and_zero_is_zero() {
        for levels in [Levels::EIGHT_BITS, Levels::SEVEN_BITS] {
            let x = [0.0, 1.0, -1.0, 0.6, 0.0, 0.0, 0.0, 0.0];
            let QuantizedActivations { bytes: values, row_scales: scales, .. } =
                QuantizedActivations::new(&x, 4, levels);
            let zero = levels.zero();
            let part = zero + (0.6 * levels.largest()).round() as u8;
            assert_eq!(values, [zero, 2 * (zero - 1) + 1, 1, part, zero, zero, zero, zero], "{levels:?}");
            assert_eq!(scales, [1.0 / levels.largest(), 1.0], "{levels:?}");
        }
    }

    #[test]
    fn half_the_levels_never_saturate_sixteen_bits() {
        let most = 2 * i32::from(2 * Levels::SEVEN_BITS.zero() - 1) * 127;
        assert!(most <= i32::from(i16::MAX), "{most}");
    }
}
