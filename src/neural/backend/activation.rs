//! The activation functions that checkpoints name in `activation_function`.

use crate::neural::error::Error;

/// A function applied to every number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::neural) enum Activation {
    /// `x`.
    Identity,
    /// `max(x, 0)`.
    Relu,
    /// `x Φ(x)` with the exact normal distribution.
    Gelu,
    /// `x Φ(x)` with the tanh approximation.
    GeluTanh,
    /// `x σ(x)`, also called swish.
    Silu,
    /// `tanh x`.
    Tanh,
    /// `σ(x)`, the logistic function.
    Sigmoid,
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_function_is_an_error() {
        assert!(Activation::named("maxout").is_err());
    }
}
