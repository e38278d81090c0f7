//! Linear maps by candle's matrix product.

use candle_core::{DType, Tensor};

use super::top::{GROUP, MAX_COUNT, top};
use crate::neural::backend::cpu::BestOfRows;
use crate::neural::error::Error;
use crate::neural::seq2seq::Best;

/// Outputs that a device holds at once while the largest are looked for: with what is computed from them, 1 GiB.
const OUTPUTS_AT_ONCE: usize = 1 << 26;

/// More outputs than these are padded to whole groups.
const MAX_UNGROUPED: usize = 2048;

/// An affine map whose weights are a tensor.
pub(in crate::neural) struct Linear {
    /// `[outputs, inputs]`, with extra rows if the outputs are padded.
    weight: Tensor,
    /// `[outputs]`. The extra ones are negative infinity, so they are never among the largest.
    bias: Option<Tensor>,
    /// Without padding.
    outputs: usize,
}

impl Linear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers. `tensor` puts numbers of a shape on the
    /// device.
    pub(super) fn new(
        weight: Vec<f32>,
        bias: Option<Vec<f32>>,
        (outputs, inputs): (usize, usize),
        tensor: impl Fn(Vec<f32>, &[usize]) -> Result<Tensor, Error>,
    ) -> Result<Self, Error> {
        let (padded_weight, padded_bias) = padded(weight, bias, (outputs, inputs));
        let rows = padded_weight.len() / inputs.max(1);
        let bias = padded_bias.map(|numbers| tensor(numbers, &[rows])).transpose()?;
        Ok(Self { weight: tensor(padded_weight, &[rows, inputs])?, bias, outputs })
    }

    /// Maps `x` `[rows, inputs]` to `[rows, outputs]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        let y = self.padded_outputs(x)?;
        Ok(if y.dim(1)? == self.outputs { y } else { y.narrow(1, 0, self.outputs)?.contiguous()? })
    }

    /// The `count` largest outputs of each row of `x`. The outputs `without[row]` count as negative infinity. The device
    /// computes some rows at once, and only the largest outputs leave it.
    pub(super) fn best(&self, x: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        let rows = x.dim(0)?;
        let count = count.clamp(1, self.outputs);
        if count > MAX_COUNT {
            let mut all = self.forward(x)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
            let mut best_of_rows = BestOfRows::new(rows, count, without);
            best_of_rows.look(0, &mut all);
            return Ok(best_of_rows.finish());
        }
        let at_once = (OUTPUTS_AT_ONCE / self.outputs).clamp(1, rows.max(1));
        let mut best = Vec::with_capacity(rows);
        for first in (0..rows).step_by(at_once) {
            let last = rows.min(first + at_once);
            let outputs = self.padded_outputs(&x.narrow(0, first, last - first)?)?;
            best.extend(top(&outputs, count, without.get(first..last).unwrap_or_default())?);
        }
        Ok(best)
    }

    /// The outputs, including the extra ones.
    fn padded_outputs(&self, x: &Tensor) -> Result<Tensor, Error> {
        let y = x.matmul(&self.weight.t()?)?;
        Ok(if let Some(bias) = &self.bias { y.broadcast_add(bias)? } else { y })
    }
}

/// Pads the outputs to whole groups if there are so many that [`top`] searches them group by group.
fn padded(
    mut weight: Vec<f32>,
    mut bias: Option<Vec<f32>>,
    (outputs, inputs): (usize, usize),
) -> (Vec<f32>, Option<Vec<f32>>) {
    let all = if outputs > MAX_UNGROUPED { outputs.next_multiple_of(GROUP) } else { outputs };
    if all > outputs {
        weight.resize(all * inputs, 0.0);
        bias.get_or_insert_with(|| vec![0.0; outputs]).resize(all, f32::NEG_INFINITY);
    }
    (weight, bias)
}
