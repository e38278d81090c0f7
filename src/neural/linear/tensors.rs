//! Linear maps on any device, by candle's operations on tensors.

use candle_core::{DType, Tensor};

use super::best::BestOfRows;
use crate::neural::ops::{Activation, GROUP, MOST, top};
use crate::neural::seq2seq::Best;
use crate::neural::weights::BLOCK;
use crate::neural::{Error, Placement};

/// Outputs that a device holds at once while the largest are looked for: with what is computed from them, 1 GiB.
const OUTPUTS_AT_ONCE: usize = 1 << 26;

/// An affine map whose weights are a tensor.
pub(super) struct TensorLinear {
    /// `[outputs, inputs]`; with extra rows where outputs are padded.
    weight: Tensor,
    /// `[outputs]`; negative infinity for the extra ones, which are therefore never among the largest.
    bias: Option<Tensor>,
    /// Without padding.
    outputs: usize,
}

impl TensorLinear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers.
    pub(super) fn new(
        weight: Vec<f32>,
        bias: Option<Vec<f32>>,
        (outputs, inputs): (usize, usize),
        placement: &Placement,
    ) -> Result<Self, Error> {
        let (weight, bias) = padded(weight, bias, (outputs, inputs));
        let rows = weight.len() / inputs.max(1);
        let bias = bias.map(|bias| placement.tensor(bias, &[rows])).transpose()?;
        Ok(Self { weight: placement.tensor(weight, &[rows, inputs])?, bias, outputs })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]` and applies `activation`.
    pub(super) fn forward(&self, x: &Tensor, activation: Activation) -> Result<Tensor, Error> {
        let y = self.padded_outputs(x)?;
        let y = if y.dim(1)? == self.outputs { y } else { y.narrow(1, 0, self.outputs)?.contiguous()? };
        Ok(activation.of_tensor(&y)?)
    }

    /// The `count` largest outputs of each row of `x`; the outputs `without[row]` count as negative infinity. The device holds
    /// the outputs of some rows at once, and keeps all but the largest to itself.
    pub(super) fn best(&self, x: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        let rows = x.dim(0)?;
        if count > MOST {
            let mut all =
                self.forward(x, Activation::Identity)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
            let mut best = BestOfRows::new(rows, count, without);
            best.look(0, &mut all);
            return Ok(best.finish());
        }
        let at_once = (OUTPUTS_AT_ONCE / self.outputs).clamp(1, rows.max(1));
        let mut best = Vec::with_capacity(rows);
        for first in (0..rows).step_by(at_once) {
            let last = rows.min(first + at_once);
            let y = self.padded_outputs(&x.narrow(0, first, last - first)?)?;
            best.extend(top(&y, count, without.get(first..last).unwrap_or_default())?);
        }
        Ok(best)
    }

    /// The outputs, with the extra ones.
    fn padded_outputs(&self, x: &Tensor) -> Result<Tensor, Error> {
        let y = x.matmul(&self.weight.t()?)?;
        Ok(if let Some(bias) = &self.bias { y.broadcast_add(bias)? } else { y })
    }
}

/// Pads the outputs to whole groups, where there are so many that [`top`] looks through them group by group.
fn padded(
    mut weight: Vec<f32>,
    mut bias: Option<Vec<f32>>,
    (outputs, inputs): (usize, usize),
) -> (Vec<f32>, Option<Vec<f32>>) {
    let all = if outputs > BLOCK { outputs.next_multiple_of(GROUP) } else { outputs };
    if all > outputs {
        weight.resize(all * inputs, 0.0);
        bias.get_or_insert_with(|| vec![0.0; outputs]).resize(all, f32::NEG_INFINITY);
    }
    (weight, bias)
}
