//! What an int8 kernel is: how one family of processors packs 8-bit weights and multiplies with them.

use super::quantize::{Levels, QuantizedActivations};
use crate::neural::error::Error;

/// Weights `[outputs, inputs]` in the layout of one kernel.
pub(super) trait PackedWeights: Send + Sync {
    /// Name of the int8 kernel, for people.
    fn name() -> String
    where
        Self: Sized;

    /// True if this machine can run the kernel.
    fn is_supported() -> bool
    where
        Self: Sized;

    /// Packs 8-bit `weights` `[outputs, inputs]`. Called only where the kernel is supported.
    fn pack(weights: &[i8], inputs: usize) -> Self
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
    /// Scales of the outputs, `[outputs]`.
    pub(super) scales: Vec<f32>,
    /// Bias of the outputs, `[outputs]`.
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

/// A line of the table of int8 kernels.
pub(super) struct Kernel {
    /// Name of the int8 kernel, for people.
    pub(super) name: fn() -> String,
    /// True if this machine can run the int8 kernel.
    pub(super) is_supported: fn() -> bool,
    /// Packs 8-bit weights `[outputs, inputs]` for the kernel.
    pub(super) pack: fn(&[i8], usize) -> Box<dyn PackedWeights>,
}

impl Kernel {
    /// The kernel whose packed weights are `W`.
    pub(super) const fn new<W: PackedWeights + 'static>() -> Self {
        Self {
            name: W::name,
            is_supported: W::is_supported,
            pack: |weights, inputs| Box::new(W::pack(weights, inputs)),
        }
    }
}
