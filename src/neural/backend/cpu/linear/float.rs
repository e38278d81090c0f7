//! Linear maps with 32-bit weights on the CPU, by `rten-gemm`, which picks the instructions of the machine at run time.

use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::NdTensorView;

use crate::neural::error::Error;
use crate::neural::weights::BLOCK;

thread_local! {
    // An executor holds nothing but its choice of kernel, which is the same in every thread; it cannot be shared.
    static GEMM: GemmExecutor<f32, f32, f32> = GemmExecutor::new();
}

/// A linear map with 32-bit weights and a bias.
pub(super) struct FloatLinear {
    /// `[inputs, outputs]`, at most [`BLOCK`] outputs each.
    blocks: Vec<PackedBMatrix<f32>>,
    bias: Option<Vec<f32>>,
    inputs: usize,
}

impl FloatLinear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers.
    pub(super) fn new(weight: &[f32], bias: Option<Vec<f32>>, inputs: usize) -> Self {
        let weight_blocks = weight.chunks(BLOCK * inputs.max(1));
        let matrices = weight_blocks.map(|block| NdTensorView::from_data([block.len() / inputs.max(1), inputs], block));
        let blocks = GEMM.with(|gemm| matrices.map(|matrix| gemm.prepack_b(matrix.transposed())).collect());
        Self { blocks, bias, inputs }
    }

    /// See [`Linear::for_blocks`](super::Linear).
    pub(super) fn for_blocks(&self, x: &[f32], mut visit_block: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        let rows = x.len() / self.inputs.max(1);
        let x = NdTensorView::from_data([rows, self.inputs], x);
        let mut y = Vec::new();
        for (block_index, weight) in self.blocks.iter().enumerate() {
            let outputs = block_index * BLOCK..block_index * BLOCK + weight.cols();
            let bias = self.bias.as_ref().map(|bias| BiasVector::Row(&bias[outputs.clone()]));
            let options = GemmOptions { bias, ..Default::default() };
            y.resize(rows * outputs.len(), 0.0);
            let (a, b) = (GemmInputA::Unpacked(x.view()), GemmInputB::Packed(weight));
            GEMM.with(|gemm| gemm.gemm(&mut y, a, b, options)).map_err(candle_core::Error::wrap)?;
            visit_block(outputs.start, &mut y);
        }
        Ok(())
    }
}
