//! Int8 products by `rten-gemm`, on every processor: it has kernels for AVX-512, AVX2 and Neon, and plain code.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix, QuantParams};
use rten_tensor::NdTensorView;

use super::kernel::{Epilogue, PackedWeights};
use super::quantize::{Levels, QuantizedActivations};
use crate::neural::backend::cpu::simd::vectorized;
use crate::neural::error::Error;

thread_local! {
    // An executor holds nothing but its choice of kernel, which is the same in every thread; it cannot be shared.
    static GEMM: GemmExecutor<u8, i8, i32> = GemmExecutor::new();
}

/// Weights packed by `rten-gemm`.
pub(super) struct RtenWeights {
    /// `[inputs, outputs]`.
    matrix: PackedBMatrix<i8>,
    levels: Levels,
}

impl RtenWeights {
    /// Packs `values` `[outputs, inputs]` for activations with `levels`.
    fn with_levels(values: &[i8], inputs: usize, levels: Levels) -> Self {
        let matrix = NdTensorView::from_data([values.len() / inputs.max(1), inputs], values);
        Self { matrix: GEMM.with(|gemm| gemm.prepack_b(matrix.transposed())), levels }
    }
}

impl PackedWeights for RtenWeights {
    fn name() -> String {
        GEMM.with(|gemm| format!("rten-gemm ({})", gemm.kernel_name()))
    }

    fn is_supported() -> bool {
        true
    }

    fn pack(values: &[i8], inputs: usize) -> Self {
        // Kernels without VNNI saturate with eight bits.
        let levels = if GEMM.with(GemmExecutor::may_saturate) { Levels::SEVEN_BITS } else { Levels::EIGHT_BITS };
        Self::with_levels(values, inputs, levels)
    }

    fn levels(&self) -> Levels {
        self.levels
    }

    fn product(&self, x: &QuantizedActivations, epilogue: &Epilogue, y: &mut Vec<f32>) -> Result<(), Error> {
        let (inputs, outputs, rows) = (self.matrix.rows(), self.matrix.cols(), x.scales().len());
        epilogue.check(self, (outputs, inputs), x)?;
        let zero_points = vec![self.levels.zero(); rows];
        let values = NdTensorView::from_data([rows, inputs], x.values());
        let a_quant = Some(QuantParams { zero_point: zero_points.as_slice() });
        let options = GemmOptions { a_quant, ..Default::default() };
        let mut sums = vec![0_i32; rows * outputs];
        let (values, weights) = (GemmInputA::Unpacked(values.view()), GemmInputB::Packed(&self.matrix));
        GEMM.with(|gemm| gemm.gemm(&mut sums, values, weights, options)).map_err(candle_core::Error::wrap)?;
        y.clear();
        y.reserve(sums.len());
        for (row_sums, row_scale) in sums.chunks_exact(outputs.max(1)).zip(x.scales()) {
            append_scaled(row_sums, *row_scale, &epilogue.scales, epilogue.bias.as_deref(), y);
        }
        Ok(())
    }
}

vectorized! {
    /// Appends the results of one row to `out`: `sums` times the scales of the row and the output, plus the bias.
    fn append_scaled(sums: &[i32], row_scale: f32, scales: &[f32], bias: Option<&[f32]>, out: &mut Vec<f32>) {
        let scaled = sums.iter().zip(scales).map(|(sum, scale)| *sum as f32 * (row_scale * scale));
        match bias {
            Some(bias) => out.extend(scaled.zip(bias).map(|(value, bias)| value + bias)),
            None => out.extend(scaled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference;
    use super::*;

    /// `rten-gemm` picks its kernel by itself; both levels are exact with whatever it has picked, unless that saturates.
    #[test]
    fn products_are_those_of_plain_code_to_the_bit() {
        let saturates = GEMM.with(GemmExecutor::may_saturate);
        for levels in [Levels::SEVEN_BITS, Levels::EIGHT_BITS] {
            if levels == Levels::SEVEN_BITS || !saturates {
                reference::check(|values, inputs| Box::new(RtenWeights::with_levels(values, inputs, levels)));
            }
        }
    }
}
