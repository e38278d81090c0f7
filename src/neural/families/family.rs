//! What a family of models is: a name, and a function that turns a checkpoint's configuration into a [`ModelSpec`].

use crate::neural::causal::CausalSpec;
use crate::neural::encoder_decoder::EncoderDecoderSpec;
use crate::neural::error::Error;
use crate::neural::weights::Checkpoint;

/// A family of models: everything that is described by the same code.
pub struct Family {
    /// `model_type` in config.json.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Reads the configuration. Reads no weights, only which tensors there are.
    pub(in crate::neural) spec: fn(&Checkpoint) -> Result<ModelSpec, Error>,
}

/// How to build a model: its shape, and the names of its tensors.
pub(in crate::neural) enum ModelSpec {
    /// A model with an encoder and a decoder.
    EncoderDecoder(Box<EncoderDecoderSpec>),
    /// A model with a decoder alone.
    Causal(Box<CausalSpec>),
}
