//! Linear maps with 32-bit weights on the CPU, by `rten-gemm`, which picks the instructions of the machine at run time.

use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::NdTensorView;

use crate::neural::error::Error;
use crate::neural::weights::BLOCK;

thread_local! {
    // An executor holds nothing but its choice of kernel, which is the same in every thread; it cannot be shared.
    static GEMM: GemmExecutor<f32, f32, f32> = GemmExecutor::new();
}

/// An affine map with 32-bit weights.
pub(super) struct FloatLinear {
    /// `[inputs, outputs]`, at most [`BLOCK`] outputs each.
    blocks: Vec<PackedBMatrix<f32>>,
    bias: Option<Vec<f32>>,
    inputs: usize,
}

impl FloatLinear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers.
    pub(super) fn new(weight: &[f32], bias: Option<Vec<f32>>, inputs: usize) -> Self {
        let blocks = weight.chunks(BLOCK * inputs.max(1));
        let matrices = blocks.map(|block| NdTensorView::from_data([block.len() / inputs.max(1), inputs], block));
        let blocks = GEMM.with(|gemm| matrices.map(|matrix| gemm.prepack_b(matrix.transposed())).collect());
        Self { blocks, bias, inputs }
    }

    /// See [`Linear::for_blocks`](super::Linear).
    pub(super) fn for_blocks(&self, x: &[f32], mut with: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        let rows = x.len() / self.inputs.max(1);
        let x = NdTensorView::from_data([rows, self.inputs], x);
        let mut y = Vec::new();
        for (index, weight) in self.blocks.iter().enumerate() {
            let outputs = index * BLOCK..index * BLOCK + weight.cols();
            let bias = self.bias.as_ref().map(|bias| BiasVector::Row(&bias[outputs.clone()]));
            let options = GemmOptions { bias, ..Default::default() };
            y.resize(rows * outputs.len(), 0.0);
            let (a, b) = (GemmInputA::Unpacked(x.view()), GemmInputB::Packed(weight));
            GEMM.with(|gemm| gemm.gemm(&mut y, a, b, options)).map_err(candle_core::Error::wrap)?;
            with(outputs.start, &mut y);
        }
        Ok(())
    }
}
