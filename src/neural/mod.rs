//! Neural networks: token ids in, logits out.
//!
//! Turns a [`Checkpoint`] into a [`Seq2Seq`] model. A row's numbers depend neither on the other rows of its batch nor on
//! padding; on the CPU they are identical to the bit, because every kernel processes each row in a fixed order. This
//! module never sees text, user files or threads. Weights are shared through `&self`; a [`Decoding`] belongs to one search.
//!
//! A family (`families/`) describes a model, a model (`encoder_decoder.rs`, `causal.rs`) is written in the verbs of a
//! backend, and a backend (`backend/`) computes.
//!
//! To add a family, see `families/`, and make its fixtures in `tests/parity/NAME/` with Hugging Face transformers.

mod backend;
mod causal;
mod devices;
mod encoder_decoder;
mod error;
mod families;
mod matrix;
mod precision;
mod seq2seq;
mod transformer;
mod weights;

use serde_json::Value;

use self::backend::Backend;
use self::backend::candle::Candle;
use self::backend::cpu::Cpu;
use self::causal::CausalDecoder;
use self::encoder_decoder::EncoderDecoder;
use self::families::ModelSpec;

pub use self::backend::cpu::{int8_kernel, log_sum_exp};
pub use self::devices::{CPU, DEVICE_KINDS, DeviceKind, Opened, Unavailable};
pub use self::error::Error;
pub use self::families::{FAMILIES, Family};
pub use self::matrix::Matrix;
pub use self::precision::{Placement, PrecisionChoice, WeightFormat};
pub use self::seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};
pub use self::weights::{Checkpoint, GgufMetadata, WeightFile};

/// Loads the model of `checkpoint`, as the family that its configuration names, on the backend for `placement`.
///
/// # Errors
/// [`Error::Family`] if there is no such family, and what is wrong with the configuration or the weights.
pub fn load(checkpoint: &Checkpoint, placement: &Placement) -> Result<Box<dyn Seq2Seq>, Error> {
    let Some(family_name) = checkpoint.config().get("model_type").and_then(Value::as_str) else {
        return Err(Error::Config { reason: "it has no \"model_type\"".into() });
    };
    let family = FAMILIES.iter().find(|family| family.name == family_name).ok_or_else(|| Error::Family {
        found: family_name.to_owned(),
        supported: FAMILIES.iter().map(|family| family.name).collect(),
    })?;
    let spec = (family.spec)(checkpoint)?;
    if placement.computes_in_tensors() {
        build(spec, checkpoint, Candle::new(placement.device().clone(), placement.dtype()))
    } else {
        build(spec, checkpoint, Cpu::new(placement.format()))
    }
}

/// Builds the model that `spec` describes.
fn build(spec: ModelSpec, checkpoint: &Checkpoint, backend: impl Backend) -> Result<Box<dyn Seq2Seq>, Error> {
    Ok(match spec {
        ModelSpec::EncoderDecoder(spec) => Box::new(EncoderDecoder::build(*spec, checkpoint, backend)?),
        ModelSpec::Causal(spec) => Box::new(CausalDecoder::build(*spec, checkpoint, backend)?),
    })
}
