//! What an int8 kernel is: how one family of processors packs 8-bit weights and multiplies with them.

use super::quantize::{Levels, QuantizedActivations};
use crate::neural::error::Error;

/// Weights `[outputs, inputs]` in the layout of one kernel.
pub(super) trait PackedWeights: Send + Sync {
    /// Name of the kernel, for people.
    fn name() -> String
    where
        Self: Sized;

    /// True if this machine can run the kernel.
    fn is_supported() -> bool
    where
        Self: Sized;

    /// Packs `values` `[outputs, inputs]`. Called only where the kernel is supported.
    fn pack(values: &[i8], inputs: usize) -> Self
    where
        Self: Sized;

    /// How activations must be quantised for these weights.
    fn levels(&self) -> Levels;

    /// Writes `x Wᵀ`, scaled and with the bias added, to `y` `[rows, outputs]`. `x` is `[rows, inputs]`.
    ///
    /// Sums are exact, and every kernel applies `epilogue` in the same order, so all kernels with the same levels give the
    /// same bits.
    ///
    /// # Errors
    /// [`Error::Internal`] if `x` or `epilogue` does not fit the weights.
    fn product(&self, x: &QuantizedActivations, epilogue: &Epilogue, y: &mut Vec<f32>) -> Result<(), Error>;
}

/// What turns an integer sum into a result: `sum * (scale of the row * scale of the output) + bias`.
pub(super) struct Epilogue {
    /// `[outputs]`.
    pub(super) scales: Vec<f32>,
    /// `[outputs]`.
    pub(super) bias: Option<Vec<f32>>,
}

impl Epilogue {
    /// Checks that there are numbers for `outputs` outputs, and that `x` has the right width and levels.
    pub(super) fn check(
        &self,
        weights: &dyn PackedWeights,
        (outputs, inputs): (usize, usize),
        x: &QuantizedActivations,
    ) -> Result<(), Error> {
        let fits = self.scales.len() == outputs && self.bias.as_ref().is_none_or(|bias| bias.len() == outputs);
        if fits && x.columns() == inputs && x.levels() == weights.levels() {
            Ok(())
        } else {
            Err(Error::internal("activations do not fit the weights that they are multiplied with"))
        }
    }
}

/// A line of the table of kernels.
pub(super) struct Kernel {
    /// Name of the kernel, for people.
    pub(super) name: fn() -> String,
    /// True if this machine can run it.
    pub(super) is_supported: fn() -> bool,
    /// Packs weights `[outputs, inputs]` for it.
    pub(super) pack: fn(&[i8], usize) -> Box<dyn PackedWeights>,
}

impl Kernel {
    /// The kernel whose packed weights are `W`.
    pub(super) const fn new<W: PackedWeights + 'static>() -> Self {
        Self { name: W::name, is_supported: W::is_supported, pack: |values, inputs| Box::new(W::pack(values, inputs)) }
    }
}
