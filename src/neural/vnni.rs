//! Products of unsigned bytes and 8-bit weights on x86-64 processors with AVX-512 VNNI.
//!
//! Beside `rten-gemm`, because here a product ends in floats: sums are multiplied by their scales and the bias is added while
//! they are in registers, activations are read as they lie, and a tile has as many rows as there are. The layout is that of
//! the instruction (`vpdpbusd`): it adds, for each of 16 outputs, the products of four neighbouring inputs.

/// Outputs of a panel: two registers of sums.
#[cfg(target_arch = "x86_64")]
const WIDTH: usize = 32;

/// Weights in the order in which they are multiplied.
#[cfg(target_arch = "x86_64")]
pub(super) struct Panels {
    /// For each panel of [`WIDTH`] outputs and each four inputs, two lines of four weights of 16 outputs. What is past the
    /// last input or output is zero.
    lines: Vec<Line>,
    /// What a sum begins with, one an output: bytes stand for numbers from -128 on, so 128 times the sum of the weights is
    /// too much.
    start: Vec<i32>,
    /// Inputs, by fours.
    depth: usize,
    inputs: usize,
    outputs: usize,
}

/// A register of weights, on a line of the cache of its own.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([i8; 64]);

/// Stands for what other processors do not have.
#[cfg(not(target_arch = "x86_64"))]
pub(super) enum Panels {}

#[cfg(not(target_arch = "x86_64"))]
impl Panels {
    pub(super) fn new(_: &[i8], _: usize) -> Option<Self> {
        None
    }

    pub(super) fn product(&self, _: &[u8], _: &[f32], _: (&[f32], Option<&[f32]>), _: &mut Vec<f32>) {
        match *self {}
    }
}

#[cfg(target_arch = "x86_64")]
mod kernel {
    use std::arch::x86_64::*;
    use std::ops::Range;

    use super::{Line, Panels, WIDTH};

    /// Rows of a tile: 24 registers of sums, two of weights, the rest for bytes and scales.
    const ROWS: usize = 12;
    /// Rows whose bytes are held in the cache while all panels go by.
    const BLOCK: usize = 8 * ROWS;

    impl Panels {
        /// The panels of `values` `[outputs, inputs]`; `None` if the processor has no AVX-512 VNNI.
        pub(in crate::neural) fn new(values: &[i8], inputs: usize) -> Option<Self> {
            if !(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni")) {
                return None;
            }
            let (outputs, depth) = (values.len() / inputs.max(1), inputs.div_ceil(4));
            let mut lines = vec![Line([0; 64]); outputs.div_ceil(WIDTH) * depth * 2];
            let mut start = vec![0; outputs.next_multiple_of(WIDTH)];
            for (output, weights) in values.chunks_exact(inputs.max(1)).enumerate() {
                let (panel, column) = (output / WIDTH, output % WIDTH);
                for (four, weights) in weights.chunks(4).enumerate() {
                    let line = &mut lines[(panel * depth + four) * 2 + column / 16];
                    line.0[column % 16 * 4..][..weights.len()].copy_from_slice(weights);
                }
                start[output] = -128 * weights.iter().map(|weight| i32::from(*weight)).sum::<i32>();
            }
            Some(Self { lines, start, depth, inputs, outputs })
        }

        /// Writes `(x - 128) Wᵀ`, times the scales of the row and the output, plus the bias, to `y` `[rows, outputs]`.
        ///
        /// `x` is `[rows, inputs]`, `row_scales` has a number for each row, `scales` and `bias` for each output.
        pub(in crate::neural) fn product(
            &self,
            x: &[u8],
            row_scales: &[f32],
            (scales, bias): (&[f32], Option<&[f32]>),
            y: &mut Vec<f32>,
        ) {
            let rows = row_scales.len();
            assert!(x.len() == rows * self.inputs && scales.len() == self.outputs, "the rows fit the weights");
            assert!(bias.is_none_or(|bias| bias.len() == self.outputs), "an output has one bias");
            let padded;
            let x = if self.inputs.is_multiple_of(4) {
                x
            } else {
                padded = self.padded(x);
                &padded
            };
            y.clear();
            y.reserve(rows * self.outputs);
            // SAFETY: the processor has the instructions, else there would be no panels. `x` has `4 * depth` bytes a row,
            // `y` room for `outputs` numbers a row, and `scales` and `bias` have `outputs` numbers, as asserted above.
            unsafe { self.blocks(x, row_scales, (scales, bias), y.as_mut_ptr()) };
            // SAFETY: every number of every row has been written.
            unsafe { y.set_len(rows * self.outputs) };
        }

        /// Rows of inputs that are filled up to fours. The weights of what is added are zero.
        fn padded(&self, x: &[u8]) -> Vec<u8> {
            let mut padded = Vec::with_capacity(x.len() / self.inputs.max(1) * self.depth * 4);
            for row in x.chunks_exact(self.inputs.max(1)) {
                padded.extend_from_slice(row);
                padded.resize(padded.len().next_multiple_of(4), 0);
            }
            padded
        }

        #[target_feature(enable = "avx512f,avx512vnni")]
        unsafe fn blocks(&self, x: &[u8], row_scales: &[f32], (scales, bias): (&[f32], Option<&[f32]>), y: *mut f32) {
            for first in (0..row_scales.len()).step_by(BLOCK) {
                let block = &row_scales[first..row_scales.len().min(first + BLOCK)];
                // As equal as they can be: eleven and eleven rather than twelve and ten.
                let tiles = block.len().div_ceil(ROWS);
                for panel in 0..self.start.len() / WIDTH {
                    let column = panel * WIDTH;
                    let weights = &self.lines[panel * self.depth * 2..][..self.depth * 2];
                    let outputs = WIDTH.min(self.outputs - column);
                    let tail = |values: &[f32]| {
                        let mut all = [0.0; WIDTH];
                        all[..outputs].copy_from_slice(&values[column..column + outputs]);
                        all
                    };
                    let of_panel = Columns {
                        weights,
                        ahead: &[],
                        start: &self.start[column..column + WIDTH],
                        scales: tail(scales),
                        bias: bias.map(tail),
                        outputs,
                        stride: self.outputs,
                    };
                    let next = self.lines.get((panel + 1) * self.depth * 2..).unwrap_or_default();
                    let next = &next[..next.len().min(self.depth * 2)];
                    for tile in 0..tiles {
                        let part = |of: usize| tile * of / tiles..(tile + 1) * of / tiles;
                        let Range { start: from, end: to } = part(block.len());
                        let row_scales = &block[from..to];
                        let of_panel = Columns { ahead: &next[part(next.len())], ..of_panel };
                        let x = &x[(first + from) * self.depth * 4..];
                        // SAFETY: as promised by the caller, for the rows from `first + from` on.
                        unsafe { of_panel.tiles(x, row_scales, y.add((first + from) * self.outputs + column)) };
                    }
                }
            }
        }
    }

    /// What a tile of a panel has beside its rows.
    #[derive(Clone, Copy)]
    struct Columns<'a> {
        /// `[depth, 2]`.
        weights: &'a [Line],
        /// What is multiplied later, on its way from memory while this is multiplied.
        ahead: &'a [Line],
        /// `[WIDTH]`.
        start: &'a [i32],
        scales: [f32; WIDTH],
        bias: Option<[f32; WIDTH]>,
        /// Outputs that there are, at most [`WIDTH`].
        outputs: usize,
        /// Distance from a row of the result to the next.
        stride: usize,
    }

    impl Columns<'_> {
        #[target_feature(enable = "avx512f,avx512vnni")]
        unsafe fn tiles(&self, x: &[u8], row_scales: &[f32], y: *mut f32) {
            macro_rules! by_rows {
                ($($rows:literal)*) => {
                    match row_scales.len() {
                        // SAFETY: handed on.
                        $($rows => unsafe { self.tile::<$rows>(x, row_scales, y) },)*
                        _ => {}
                    }
                };
            }
            by_rows!(1 2 3 4 5 6 7 8 9 10 11 12);
        }

        /// `N` rows of the panel's outputs.
        ///
        /// # Safety
        /// `x` has `N` rows of `2 * weights.len()` bytes, and `y` points to `N` rows of `outputs` numbers.
        #[target_feature(enable = "avx512f,avx512vnni")]
        unsafe fn tile<const N: usize>(&self, x: &[u8], row_scales: &[f32], y: *mut f32) {
            let depth = self.weights.len() / 2;
            debug_assert!(x.len() >= N * depth * 4 && row_scales.len() == N);
            // SAFETY: `start` has two registers of numbers.
            let start = [0, 16].map(|at| unsafe { _mm512_loadu_si512(self.start.as_ptr().add(at).cast()) });
            let mut sums = [start; N];
            let rows: [*const u8; N] = std::array::from_fn(|row| x[row * depth * 4..].as_ptr());
            for (four, weights) in self.weights.as_chunks::<2>().0.iter().enumerate() {
                // SAFETY: a line is aligned and as long as a register.
                let weights = [0, 1].map(|half| unsafe { _mm512_load_si512(weights[half].0.as_ptr().cast()) });
                if let Some(ahead) = self.ahead.get(four * 2) {
                    _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(ahead).cast());
                    _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(ahead).wrapping_add(1).cast());
                }
                for (row, sums) in rows.iter().zip(&mut sums) {
                    // SAFETY: `four` is below `depth`, so these are four bytes of the row.
                    let bytes = unsafe { row.add(four * 4).cast::<i32>().read_unaligned() };
                    let bytes = _mm512_set1_epi32(bytes);
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = _mm512_dpbusd_epi32(*sum, bytes, weights);
                    }
                }
            }
            // SAFETY: the numbers of a panel fill two registers.
            let registers =
                |numbers: &[f32; WIDTH]| [0, 16].map(|at| unsafe { _mm512_loadu_ps(numbers.as_ptr().add(at)) });
            let (scales, bias) = (registers(&self.scales), self.bias.as_ref().map(registers));
            for (row, (sums, row_scale)) in sums.iter().zip(row_scales).enumerate() {
                let row_scale = _mm512_set1_ps(*row_scale);
                for half in 0..2 {
                    let mut value =
                        _mm512_mul_ps(_mm512_cvtepi32_ps(sums[half]), _mm512_mul_ps(row_scale, scales[half]));
                    if let Some(bias) = bias {
                        value = _mm512_add_ps(value, bias[half]);
                    }
                    let there = self.outputs.saturating_sub(half * 16).min(16);
                    let there = u16::try_from((1_u32 << there) - 1).unwrap_or(u16::MAX);
                    // SAFETY: only numbers that are there are written.
                    unsafe { _mm512_mask_storeu_ps(y.add(row * self.stride + half * 16), there, value) };
                }
            }
        }
    }
}
