//! The activation functions that checkpoints name in `activation_function`.

use candle_core::Tensor;

use super::exponential::exp;
use super::simd::{larger, vectorized};
use crate::neural::Error;

/// A function applied to every number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::neural) enum Activation {
    /// `x`.
    Identity,
    /// `max(x, 0)`.
    Relu,
    /// `x Φ(x)` with the exact normal distribution.
    Gelu,
    /// `x Φ(x)` by the tangent approximation.
    GeluTanh,
    /// `x σ(x)`, also called swish.
    Silu,
    /// `tanh x`.
    Tanh,
}

impl Activation {
    /// The function that Hugging Face transformers calls `name`.
    pub(in crate::neural) fn named(name: &str) -> Result<Self, Error> {
        match name {
            "relu" => Ok(Self::Relu),
            "gelu" => Ok(Self::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" => Ok(Self::GeluTanh),
            "silu" | "swish" => Ok(Self::Silu),
            "tanh" => Ok(Self::Tanh),
            other => Err(Error::Config { reason: format!("activation_function {other:?} is not supported") }),
        }
    }

    /// Applies the function to every number of `values`.
    pub(in crate::neural) fn apply(self, values: &mut [f32]) {
        match self {
            Self::Identity => {}
            Self::Relu => relu(values),
            Self::Gelu => {
                each(values, |x| 0.5 * x * (1.0 + candle_core::cpu::erf::erf_f32(x * std::f32::consts::FRAC_1_SQRT_2)));
            }
            // √(2/π), of Hendrycks and Gimpel, "Gaussian Error Linear Units", section 2.
            Self::GeluTanh => each(values, |x| 0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x * x * x)).tanh())),
            Self::Silu => silu(values),
            Self::Tanh => each(values, f32::tanh),
        }
    }

    /// The function of a tensor on any device.
    pub(in crate::neural) fn of_tensor(self, x: &Tensor) -> candle_core::Result<Tensor> {
        match self {
            Self::Identity => Ok(x.clone()),
            Self::Relu => x.relu(),
            Self::Gelu => x.gelu_erf(),
            Self::GeluTanh => x.gelu(),
            Self::Silu => x.silu(),
            Self::Tanh => x.tanh(),
        }
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

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn the_loop_and_the_device_agree() {
        let values: Vec<f32> = (-40..40).map(|step| step as f32 / 8.0).collect();
        for activation in ["relu", "gelu", "gelu_new", "swish", "tanh"].map(|name| Activation::named(name).unwrap()) {
            let tensor = Tensor::new(values.as_slice(), &Device::Cpu).unwrap();
            let expected = activation.of_tensor(&tensor).unwrap().to_vec1::<f32>().unwrap();
            let mut found = values.clone();
            activation.apply(&mut found);
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-5, "{activation:?}: {found} for {expected}");
            }
        }
    }

    #[test]
    fn an_unknown_function_is_an_error() {
        assert!(Activation::named("maxout").is_err());
    }
}
