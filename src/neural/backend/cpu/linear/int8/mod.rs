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
    first_output: usize,
    weights: Box<dyn PackedWeights>,
    epilogue: Epilogue,
    /// What inputs are multiplied by to become integers; `None` lets each row of inputs decide.
    input_multiplier: Option<f32>,
}

impl QuantizedLinear {
    /// The map with weights `[outputs, inputs]` and a bias of `outputs` numbers. Weights that are not integers are quantised.
    pub(super) fn new(weight: Weight, bias: Option<&[f32]>, inputs: usize) -> Result<Self, Error> {
        let (values, scales) = quantize_weight(weight, inputs)?;
        let ends = (BLOCK..scales.len()).step_by(BLOCK).chain([scales.len()]);
        let blocks = ends.map(|end| (end, None)).collect();
        Ok(Self::in_blocks((&values, &scales), blocks, bias, inputs))
    }

    /// The map with the integers and scales `weights` and a bias of `outputs` numbers. The inputs of output `o` are multiplied by
    /// `input_multipliers[o]` to become integers.
    pub(super) fn with_fixed_inputs(
        weights: (&[i8], &[f32]),
        input_multipliers: &[f32],
        bias: Option<&[f32]>,
        inputs: usize,
    ) -> Self {
        let mut blocks: Vec<(usize, Option<f32>)> = Vec::new();
        for equal in input_multipliers.chunk_by(|one, other| one == other) {
            let first = blocks.last().map_or(0, |(end, _)| *end);
            let ends = (first + BLOCK..first + equal.len()).step_by(BLOCK).chain([first + equal.len()]);
            blocks.extend(ends.map(|end| (end, equal.first().copied())));
        }
        Self::in_blocks(weights, blocks, bias, inputs)
    }

    /// The map in blocks, each given by the output after its last and the multiplier of its inputs.
    fn in_blocks(
        (values, scales): (&[i8], &[f32]),
        blocks: Vec<(usize, Option<f32>)>,
        bias: Option<&[f32]>,
        inputs: usize,
    ) -> Self {
        let mut first_output = 0;
        let block = |(end, input_multiplier): (usize, Option<f32>)| {
            let outputs = first_output..end;
            first_output = end;
            Block {
                first_output: outputs.start,
                weights: (CHOSEN.pack)(&values[outputs.start * inputs..outputs.end * inputs], inputs),
                epilogue: Epilogue {
                    scales: scales[outputs.clone()].to_vec(),
                    bias: bias.map(|bias| bias[outputs].to_vec()),
                },
                input_multiplier,
            }
        };
        Self { blocks: blocks.into_iter().map(block).collect(), inputs }
    }

    /// Calls `with` on the first output of each block and the block's results for all rows of `x`, `[rows, width of the
    /// block]`.
    pub(super) fn for_blocks(&self, x: &[f32], mut with: impl FnMut(usize, &mut Vec<f32>)) -> Result<(), Error> {
        let Some(first) = self.blocks.first() else { return Ok(()) };
        // All blocks are packed for one kernel, so they share their levels.
        let levels = first.weights.levels();
        let quantized = |input_multiplier: Option<f32>| match input_multiplier {
            Some(multiplier) => QuantizedActivations::with_multiplier(x, self.inputs, levels, multiplier),
            None => QuantizedActivations::new(x, self.inputs, levels),
        };
        let mut input_multiplier = first.input_multiplier;
        let mut activations = quantized(input_multiplier);
        let mut y = Vec::new();
        for block in &self.blocks {
            if block.input_multiplier != input_multiplier {
                input_multiplier = block.input_multiplier;
                activations = quantized(input_multiplier);
            }
            block.weights.product(&activations, &block.epilogue, &mut y)?;
            with(block.first_output, &mut y);
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
    fn inputs_with_fixed_multipliers_are_rounded_and_cut_off_by_them() {
        let (values, scales): (Vec<i8>, _) = ((0..20).map(|number| number * 5 - 50).collect(), vec![0.5_f32; 5]);
        let multipliers = [10.0, 10.0, 40.0, 40.0, 10.0];
        let bias = [0.0, 1.0, 2.0, 3.0, 4.0];
        let linear = QuantizedLinear::with_fixed_inputs((&values, &scales), &multipliers, Some(&bias), 4);
        let x = [0.34, -1.0, 12.0, 5.0, -50.0, 50.0, 0.0, 0.1];
        let mut found = [0.0; 10];
        let visit = |first: usize, y: &mut Vec<f32>| {
            let width = y.len() / 2;
            for (row, numbers) in y.chunks(width).enumerate() {
                found[row * 5 + first..][..width].copy_from_slice(numbers);
            }
        };
        linear.for_blocks(&x, visit).unwrap();
        // Kernels for seven bits have half as many levels in the same range.
        let largest = if (CHOSEN.pack)(&values, 4).levels() == Levels::EIGHT_BITS { 127.0 } else { 63.0 };
        for (row, x) in x.chunks(4).enumerate() {
            for (output, multiplier) in multipliers.iter().enumerate() {
                let per_level = multiplier * largest / 127.0;
                let levels = x.iter().map(|x: &f32| (x * per_level).round_ties_even().clamp(-largest, largest));
                let sum: f32 =
                    levels.zip(&values[output * 4..]).map(|(level, weight)| level * f32::from(*weight)).sum();
                let expected = sum * 0.5 / per_level + bias[output];
                assert!((found[row * 5 + output] - expected).abs() < 1e-3, "row {row}, output {output}: {expected}");
            }
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
