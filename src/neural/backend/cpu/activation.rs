//! Activation functions on the CPU.

use super::exponential::exp;
use super::simd::{larger, vectorized};
use crate::neural::backend::activation::Activation;

/// Applies the activation function to every number of `hidden`.
pub(super) fn activate(activation: Activation, hidden: &mut [f32]) {
    match activation {
        Activation::Identity => {}
        Activation::Relu => relu(hidden),
        Activation::Gelu => {
            apply_to_each(hidden, |x| {
                0.5 * x * (1.0 + candle_core::cpu::erf::erf_f32(x * std::f32::consts::FRAC_1_SQRT_2))
            });
        }
        // √(2/π) and a fitted factor: Hendrycks and Gimpel, "Gaussian Error Linear Units", section 2.
        Activation::GeluTanh => {
            apply_to_each(hidden, |x| 0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x * x * x)).tanh()))
        }
        Activation::Silu => silu(hidden),
        Activation::Tanh => apply_to_each(hidden, f32::tanh),
        Activation::Sigmoid => sigmoid(hidden),
    }
}

fn apply_to_each(hidden: &mut [f32], function: impl Fn(f32) -> f32) {
    hidden.iter_mut().for_each(|value| *value = function(*value));
}

vectorized! {
    fn relu(hidden: &mut [f32]) {
        for value in hidden {
            *value = larger(0.0, *value);
        }
    }
}

vectorized! {
    fn silu(hidden: &mut [f32]) {
        for value in hidden {
            *value /= 1.0 + exp(-*value);
        }
    }
}

vectorized! {
    fn sigmoid(hidden: &mut [f32]) {
        for value in hidden {
            *value = 1.0 / (1.0 + exp(-*value));
        }
    }
}
