//! Activation functions on the CPU.

use super::exponential::exp;
use super::simd::{larger, vectorized};
use crate::neural::backend::activation::Activation;

/// Applies `activation` to every number of `values`.
pub(super) fn activate(activation: Activation, values: &mut [f32]) {
    match activation {
        Activation::Identity => {}
        Activation::Relu => relu(values),
        Activation::Gelu => {
            each(values, |x| 0.5 * x * (1.0 + candle_core::cpu::erf::erf_f32(x * std::f32::consts::FRAC_1_SQRT_2)));
        }
        // √(2/π) and a fitted factor: Hendrycks and Gimpel, "Gaussian Error Linear Units", section 2.
        Activation::GeluTanh => each(values, |x| 0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x * x * x)).tanh())),
        Activation::Silu => silu(values),
        Activation::Tanh => each(values, f32::tanh),
    }
}

fn each(values: &mut [f32], function: impl Fn(f32) -> f32) {
    values.iter_mut().for_each(|value| *value = function(*value));
}

vectorized! {
    fn relu(values: &mut [f32]) {
        for value in values {
            *value = larger(0.0, *value);
        }
    }
}

vectorized! {
    fn silu(values: &mut [f32]) {
        for value in values {
            *value /= 1.0 + exp(-*value);
        }
    }
}
