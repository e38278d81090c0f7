//! Neural networks: token ids in, logits out.
//!
//! Turns a [`Checkpoint`] into a [`Seq2Seq`] model. A row's numbers depend neither on the other rows of its batch nor on
//! padding; on the CPU they are identical to the bit, because every kernel processes each row in a fixed order. This
//! module never sees text, user files or threads. Weights are shared through `&self`; a [`Decoding`] belongs to one search.
//!
//! To add a family, see `families/`, and make its fixtures in `tests/parity/NAME/` with Hugging Face transformers.

mod causal;
mod devices;
mod encoder_decoder;
mod error;
mod families;
mod linear;
mod matrix;
mod ops;
mod precision;
mod seq2seq;
mod state;
mod transformer;
mod weights;

use serde_json::Value;

pub use devices::{CPU, DEVICES, DeviceKind, Opened, Unavailable};
pub use error::Error;
pub use families::{FAMILIES, Family};
pub use linear::int8_kernel;
pub use matrix::Matrix;
pub use ops::log_sum_exp;
pub use precision::{Placement, PrecisionChoice, WeightFormat};
pub use seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};
pub use weights::{Checkpoint, GgufMetadata, WeightFile};

use causal::CausalDecoder;
use encoder_decoder::EncoderDecoder;
use families::ModelSpec;

/// The model of `checkpoint`, by the family that its configuration names.
///
/// # Errors
/// [`Error::Family`] if there is no such family; whatever the family finds wrong with the configuration or weights.
pub fn load(checkpoint: &Checkpoint, placement: &Placement) -> Result<Box<dyn Seq2Seq>, Error> {
    let Some(name) = checkpoint.config().get("model_type").and_then(Value::as_str) else {
        return Err(Error::Config { reason: "it has no \"model_type\"".into() });
    };
    let family = FAMILIES.iter().find(|family| family.name == name);
    let family = family.ok_or_else(|| Error::Family {
        found: name.to_owned(),
        supported: FAMILIES.iter().map(|family| family.name).collect(),
    })?;
    Ok(match (family.spec)(checkpoint)? {
        ModelSpec::EncoderDecoder(spec) => Box::new(EncoderDecoder::build(*spec, checkpoint, placement)?),
        ModelSpec::Causal(spec) => Box::new(CausalDecoder::build(*spec, checkpoint, placement)?),
    })
}
