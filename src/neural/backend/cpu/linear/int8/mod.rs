//! Linear maps with 8-bit weights: floats in, floats out, integer products between.
//!
//! Activations are quantised row by row on the fly, and products are summed in 32-bit integers. Integer sums are exact, so
//! their order does not matter; each sum becomes a float in one fixed way (see [`Epilogue`]). Results are
//! therefore the same on all kernels that have the same [`Levels`](quantize::Levels).
//!
//! To add a kernel, implement [`PackedWeights`] in a file of its own and name it in [`KERNELS`], before those that it is
//! faster than. A kernel for one architecture has `#[cfg(target_arch = …)]` at its `mod` line and at its line of the table. The
//! tests walk the table and hold it against plain code.

mod kernel;
mod quantize;
#[cfg(test)]
mod reference;
mod rten;
#[cfg(target_arch = "x86_64")]
mod vnni;

use std::sync::LazyLock;

use self::kernel::{Epilogue, Kernel, PackedWeights};
use self::quantize::QuantizedActivations;
use crate::neural::error::Error;
use crate::neural::weights::{BLOCK, Weight};

pub(in crate::neural::backend::cpu) use self::quantize::quantize_weight;

/// The kernels for some processors, the fastest first. The first that this machine supports is used.
const KERNELS: &[Kernel] = &[
    #[cfg(target_arch = "x86_64")]
    Kernel::new::<vnni::VnniWeights>(),
];

/// The kernel of processors that none of [`KERNELS`] is for. It runs everywhere.
const FALLBACK: &Kernel = &Kernel::new::<rten::RtenWeights>();

/// The kernel that this machine uses, chosen once.
static CHOSEN: LazyLock<&'static Kernel> = LazyLock::new(|| supported().next().unwrap_or(FALLBACK));

/// The kernels that this machine supports, the fastest first.
fn supported() -> impl Iterator<Item = &'static Kernel> {
    KERNELS.iter().chain([FALLBACK]).filter(|kernel| (kernel.is_supported)())
}

/// The name of the int8 kernel that this machine uses.
pub fn int8_kernel() -> String {
    (CHOSEN.name)()
}

/// An affine map with 8-bit weights, packed for the kernel of this machine.
pub(super) struct QuantizedLinear {
    /// At most [`BLOCK`] outputs each.
    blocks: Vec<Block>,
    inputs: usize,
}

struct Block {
    weights: Box<dyn PackedWeights>,
    epilogue: Epilogue,
}

impl QuantizedLinear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers. Weights that are not integers are quantised.
    pub(super) fn new(weight: Weight, bias: Option<&[f32]>, inputs: usize) -> Result<Self, Error> {
        let (values, scales) = quantize_weight(weight, inputs)?;
        let blocks = values.chunks(BLOCK * inputs.max(1)).zip(scales.chunks(BLOCK)).enumerate();
        let blocks = blocks.map(|(index, (values, scales))| Block {
            weights: (CHOSEN.pack)(values, inputs),
            epilogue: Epilogue {
                scales: scales.to_vec(),
                bias: bias.map(|bias| bias[index * BLOCK..][..scales.len()].to_vec()),
            },
        });
        Ok(Self { blocks: blocks.collect(), inputs })
    }

    /// Calls `with` on the first output of each block and the block's results for all rows of `x`, `[rows, width of the
    /// block]`.
    pub(super) fn for_blocks(&self, x: &[f32], mut with: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        let Some(first) = self.blocks.first() else { return Ok(()) };
        // All blocks are packed for one kernel, so they share their levels.
        let x = QuantizedActivations::new(x, self.inputs, first.weights.levels());
        let mut y = Vec::new();
        for (index, block) in self.blocks.iter().enumerate() {
            block.weights.product(&x, &block.epilogue, &mut y)?;
            with(index * BLOCK, &mut y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::quantize::Levels;
    use super::*;

    #[test]
    fn every_kernel_gives_the_results_of_plain_code_to_the_bit() {
        for kernel in supported() {
            reference::check(kernel.pack);
        }
    }

    #[test]
    fn activations_of_other_levels_are_refused() {
        for kernel in supported() {
            let weights = (kernel.pack)(&[1, 2, 3, 4], 2);
            let other = [Levels::EIGHT_BITS, Levels::SEVEN_BITS].into_iter().find(|other| *other != weights.levels());
            let x = QuantizedActivations::new(&[1.0, 2.0], 2, other.unwrap());
            let epilogue = Epilogue { scales: vec![1.0; 2], bias: None };
            assert!(matches!(weights.product(&x, &epilogue, &mut Vec::new()), Err(Error::Internal { .. })));
        }
    }

    #[test]
    fn the_fallback_runs_everywhere() {
        assert!((FALLBACK.is_supported)());
        assert!(!int8_kernel().is_empty());
    }
}
