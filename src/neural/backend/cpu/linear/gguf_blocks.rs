//! Linear maps with the quantised blocks of a GGUF file on the CPU, by candle's products of blocks.
//!
//! Candle rounds activations to eight bits for these products.

use crate::neural::error::Error;
use crate::neural::weights::GgufRows;

/// An affine map whose weights are blocks of a GGUF file.
pub(super) struct GgufLinear {
    /// `[outputs, inputs]`, part below part.
    parts: Vec<GgufRows>,
    bias: Option<Vec<f32>>,
    inputs: usize,
}

impl GgufLinear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers.
    pub(super) fn new(parts: Vec<GgufRows>, bias: Option<Vec<f32>>, inputs: usize) -> Self {
        Self { parts, bias, inputs }
    }

    /// See [`Linear::for_blocks`](super::Linear).
    pub(super) fn for_blocks(&self, x: &[f32], mut with: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        let rows = x.len() / self.inputs.max(1);
        let mut y = Vec::new();
        let mut first = 0;
        for GgufRows { rows: outputs, blocks } in &self.parts {
            y.resize(rows * outputs, 0.0);
            // This computes every result as one product of a row and a row, whatever else is computed with it. (The products
            // of candle's tensors take another path for one row than for several, and round differently.)
            blocks.matmul_t((rows, self.inputs, *outputs), x, &mut y)?;
            if let Some(bias) = &self.bias {
                for row in y.chunks_exact_mut(*outputs) {
                    row.iter_mut().zip(&bias[first..]).for_each(|(y, bias)| *y += bias);
                }
            }
            with(first, &mut y);
            first += outputs;
        }
        Ok(())
    }
}
