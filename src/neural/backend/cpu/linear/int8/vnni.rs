//! The int8 kernel of x86-64 processors with AVX-512 VNNI.
//!
//! It beats `rten-gemm` there because a product ends in floats: sums are scaled and the bias is added while they are in
//! registers, activations need no packing, and a tile has as many rows as there are. The layout of the weights is that of
//! the instruction `vpdpbusd`, which adds, for each of 16 outputs, the products of four neighbouring inputs.

use std::arch::x86_64::*;
use std::ops::Range;

use super::kernel::{Epilogue, PackedWeights};
use super::quantize::{Levels, QuantizedActivations};
use crate::neural::error::Error;

/// Outputs in a panel: two registers of sums.
const WIDTH: usize = 32;
/// Most rows of a tile: 24 registers of sums, two of weights, the rest for bytes and scales.
const TILE_ROWS: usize = 12;
/// Rows whose bytes stay in the cache while all panels go by.
const BLOCK_ROWS: usize = 8 * TILE_ROWS;

/// What activations of the kernel are quantised to.
const LEVELS: Levels = Levels::EIGHT_BITS;

/// Weights in the order in which they are multiplied.
pub(super) struct VnniWeights {
    /// For each panel of [`WIDTH`] outputs and each four inputs, two lines of four weights of 16 outputs. The places past
    /// the last input or output are zero.
    lines: Vec<Line>,
    /// Initial value of each sum: bytes are offset by the zero level, so a sum of products is too large by the zero level times
    /// the sum of the weights. `[outputs, rounded up to panels]`.
    start: Vec<i32>,
    /// Fours of inputs.
    depth: usize,
    inputs: usize,
    outputs: usize,
}

/// A register of weights, aligned to a cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([i8; 64]);

impl PackedWeights for VnniWeights {
    fn name() -> String {
        "avx512-vnni".into()
    }

    fn is_supported() -> bool {
        // The features of every `target_feature` below.
        is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni")
    }

    fn pack(values: &[i8], inputs: usize) -> Self {
        let (outputs, depth) = (values.len() / inputs.max(1), inputs.div_ceil(4));
        let mut lines = vec![Line([0; 64]); outputs.div_ceil(WIDTH) * depth * 2];
        let mut start = vec![0; outputs.next_multiple_of(WIDTH)];
        for (output, row) in values.chunks_exact(inputs.max(1)).enumerate() {
            let (panel, column) = (output / WIDTH, output % WIDTH);
            for (four, weights) in row.chunks(4).enumerate() {
                let line = &mut lines[(panel * depth + four) * 2 + column / 16];
                line.0[column % 16 * 4..][..weights.len()].copy_from_slice(weights);
            }
            start[output] = -i32::from(LEVELS.zero()) * row.iter().map(|weight| i32::from(*weight)).sum::<i32>();
        }
        Self { lines, start, depth, inputs, outputs }
    }

    fn levels(&self) -> Levels {
        LEVELS
    }

    fn product(&self, x: &QuantizedActivations, epilogue: &Epilogue, y: &mut Vec<f32>) -> Result<(), Error> {
        epilogue.check(self, (self.outputs, self.inputs), x)?;
        if !Self::is_supported() {
            return Err(Error::internal("weights are packed for instructions that this processor lacks"));
        }
        let rows = x.scales().len();
        let padded;
        let bytes = if self.inputs.is_multiple_of(4) {
            x.values()
        } else {
            padded = self.padded(x.values());
            &padded
        };
        y.clear();
        y.reserve(rows * self.outputs);
        // SAFETY: the processor has the instructions. `bytes` has `4 * depth` bytes a row, `y` has room for `outputs` numbers a
        // row, and `epilogue` has numbers for `outputs` outputs, as checked above.
        unsafe { self.multiply(bytes, x.scales(), epilogue, y.as_mut_ptr()) };
        // SAFETY: every number of every row has been written.
        unsafe { y.set_len(rows * self.outputs) };
        Ok(())
    }
}

impl VnniWeights {
    /// Rows of inputs, filled up to fours. The weights of the added bytes are zero.
    fn padded(&self, bytes: &[u8]) -> Vec<u8> {
        let mut padded = Vec::with_capacity(bytes.len() / self.inputs.max(1) * self.depth * 4);
        for row in bytes.chunks_exact(self.inputs.max(1)) {
            padded.extend_from_slice(row);
            padded.resize(padded.len().next_multiple_of(4), 0);
        }
        padded
    }

    /// Multiplies all rows, a block of rows at a time, so that its bytes are in the cache for every panel.
    ///
    /// # Safety
    /// The processor has the instructions. For each number of `row_scales`, `bytes` has `4 * depth` bytes, and `y` points to
    /// room for `outputs` numbers. `epilogue` has numbers for `outputs` outputs.
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn multiply(&self, bytes: &[u8], row_scales: &[f32], epilogue: &Epilogue, y: *mut f32) {
        for first in (0..row_scales.len()).step_by(BLOCK_ROWS) {
            let block = &row_scales[first..row_scales.len().min(first + BLOCK_ROWS)];
            // Tiles are as equal as they can be: eleven and eleven rows rather than twelve and ten.
            let tiles = block.len().div_ceil(TILE_ROWS);
            for panel in 0..self.start.len() / WIDTH {
                let column = panel * WIDTH;
                let outputs = WIDTH.min(self.outputs - column);
                let filled = |numbers: &[f32]| {
                    let mut panel_numbers = [0.0; WIDTH];
                    panel_numbers[..outputs].copy_from_slice(&numbers[column..column + outputs]);
                    panel_numbers
                };
                let of_panel = Panel {
                    weights: &self.lines[panel * self.depth * 2..][..self.depth * 2],
                    prefetched: &[],
                    start: &self.start[column..column + WIDTH],
                    scales: filled(&epilogue.scales),
                    bias: epilogue.bias.as_deref().map(filled),
                    outputs,
                    stride: self.outputs,
                };
                let following = self.lines.get((panel + 1) * self.depth * 2..).unwrap_or_default();
                let following = &following[..following.len().min(self.depth * 2)];
                for tile in 0..tiles {
                    let share = |length: usize| tile * length / tiles..(tile + 1) * length / tiles;
                    let Range { start: from, end: to } = share(block.len());
                    let of_tile = Panel { prefetched: &following[share(following.len())], ..of_panel };
                    let tile_bytes = &bytes[(first + from) * self.depth * 4..];
                    // SAFETY: as promised by the caller, for the rows from `first + from` on.
                    unsafe {
                        let tile_y = y.add((first + from) * self.outputs + column);
                        of_tile.multiply(tile_bytes, &block[from..to], tile_y);
                    }
                }
            }
        }
    }
}

/// The operands of a tile, apart from its rows.
#[derive(Clone, Copy)]
struct Panel<'a> {
    /// `[depth, 2]`.
    weights: &'a [Line],
    /// Lines of the next panel that are brought into the cache meanwhile.
    prefetched: &'a [Line],
    /// `[WIDTH]`.
    start: &'a [i32],
    scales: [f32; WIDTH],
    bias: Option<[f32; WIDTH]>,
    /// Outputs that exist, at most [`WIDTH`].
    outputs: usize,
    /// Distance from a row of the result to the next.
    stride: usize,
}

impl Panel<'_> {
    /// Multiplies up to [`TILE_ROWS`] rows, one for each of `row_scales`.
    ///
    /// # Safety
    /// As for [`Panel::tile`].
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn multiply(&self, bytes: &[u8], row_scales: &[f32], y: *mut f32) {
        macro_rules! by_rows {
            ($($rows:literal)*) => {
                match row_scales.len() {
                    // SAFETY: as promised by the caller.
                    $($rows => unsafe { self.tile::<$rows>(bytes, row_scales, y) },)*
                    _ => {}
                }
            };
        }
        by_rows!(1 2 3 4 5 6 7 8 9 10 11 12);
    }

    /// Multiplies `N` rows.
    ///
    /// # Safety
    /// The processor has the instructions. `bytes` has `N` rows of `2 * weights.len()` bytes, `row_scales` has `N` numbers, and
    /// `y` points to `N` rows of `outputs` numbers, `stride` apart.
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn tile<const N: usize>(&self, bytes: &[u8], row_scales: &[f32], y: *mut f32) {
        let depth = self.weights.len() / 2;
        debug_assert!(bytes.len() >= N * depth * 4 && row_scales.len() == N);
        // SAFETY: `start` has two registers of numbers.
        let start = [0, 16].map(|at| unsafe { _mm512_loadu_si512(self.start.as_ptr().add(at).cast()) });
        let mut sums = [start; N];
        let rows: [*const u8; N] = std::array::from_fn(|row| bytes[row * depth * 4..].as_ptr());
        for (four, lines) in self.weights.as_chunks::<2>().0.iter().enumerate() {
            // SAFETY: a line is aligned and as long as a register.
            let weights = [0, 1].map(|half| unsafe { _mm512_load_si512(lines[half].0.as_ptr().cast()) });
            if let Some(line) = self.prefetched.get(four * 2) {
                _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(line).cast());
                _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(line).wrapping_add(1).cast());
            }
            for (row, row_sums) in rows.iter().zip(&mut sums) {
                // SAFETY: `four` is below `depth`, so the row has these four bytes.
                let inputs = unsafe { row.add(four * 4).cast::<i32>().read_unaligned() };
                let inputs = _mm512_set1_epi32(inputs);
                for (sum, half) in row_sums.iter_mut().zip(weights) {
                    *sum = _mm512_dpbusd_epi32(*sum, inputs, half);
                }
            }
        }
        // SAFETY: the numbers of a panel fill two registers.
        let registers = |numbers: &[f32; WIDTH]| [0, 16].map(|at| unsafe { _mm512_loadu_ps(numbers.as_ptr().add(at)) });
        let (scales, bias) = (registers(&self.scales), self.bias.as_ref().map(registers));
        for (row, (row_sums, row_scale)) in sums.iter().zip(row_scales).enumerate() {
            let row_scale = _mm512_set1_ps(*row_scale);
            for half in 0..2 {
                let scale = _mm512_mul_ps(row_scale, scales[half]);
                let mut value = _mm512_mul_ps(_mm512_cvtepi32_ps(row_sums[half]), scale);
                if let Some(bias) = bias {
                    value = _mm512_add_ps(value, bias[half]);
                }
                let count = self.outputs.saturating_sub(half * 16).min(16);
                let mask = u16::try_from((1_u32 << count) - 1).unwrap_or(u16::MAX);
                // SAFETY: the mask keeps to the outputs that exist.
                unsafe { _mm512_mask_storeu_ps(y.add(row * self.stride + half * 16), mask, value) };
            }
        }
    }
}
