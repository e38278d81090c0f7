//! Neural networks: token ids in, logits out.
//!
//! Turns a [`Checkpoint`] into a [`Seq2Seq`] model. A row's numbers depend neither on the other rows of its batch nor on
//! padding; on the CPU they are identical to the bit, because every kernel processes each row in a fixed order. This
//! module never sees text, user files or threads. Weights are shared through `&self`; a [`Decoding`] belongs to one search.
//!
//! To add a family, see `families/`, and make its fixtures in `tests/parity/NAME/` with Hugging Face transformers.

mod causal;
mod checkpoint;
mod devices;
mod encoder_decoder;
mod families;
mod gguf;
mod integers;
mod linear;
mod matrix;
mod ops;
mod pickle;
mod seq2seq;
mod state;
mod transformer;
mod vnni;

use candle_core::{DType, Device};
use serde_json::Value;
use thiserror::Error;

use crate::hint::Hint;

pub use checkpoint::{Checkpoint, WeightFile};
pub use devices::{CPU, DEVICES, DeviceKind, Opened, Unavailable};
pub use families::{FAMILIES, Family};
pub use matrix::Matrix;
pub use ops::log_sum_exp;
pub use seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};

use causal::CausalDecoder;
use encoder_decoder::EncoderDecoder;
use families::ModelSpec;

/// What can go wrong between a folder of weights and a row of logits.
#[derive(Debug, Error)]
pub enum Error {
    /// `config.json` is not the JSON of a supported model.
    #[error("config.json: {reason}")]
    Config {
        /// What is wrong with it.
        reason: String,
    },
    /// The model is of a family that is not in [`FAMILIES`].
    #[error("model family {found:?} is not supported")]
    Family {
        /// `model_type` as it stands in config.json.
        found: String,
    },
    /// The weights lack a tensor that the configuration asks for.
    #[error("the weights have no tensor {name:?}")]
    MissingTensor {
        /// Name in the checkpoint.
        name: String,
    },
    /// A tensor has another shape than the configuration says.
    #[error("tensor {name:?} has shape {found:?}, the configuration asks for {expected:?}")]
    Shape {
        /// Name in the checkpoint.
        name: String,
        /// Shape that the configuration asks for.
        expected: Vec<usize>,
        /// Shape in the file.
        found: Vec<usize>,
    },
    /// A tensor holds a number that is not finite.
    #[error("tensor {name:?} holds a value that is not a finite number: the weights are damaged")]
    NotFinite {
        /// Name in the checkpoint.
        name: String,
    },
    /// A tensor is stored in a number format that is not supported.
    #[error("tensor {name:?} is stored as {found}, which is not supported")]
    Format {
        /// Name in the checkpoint.
        name: String,
        /// The number format.
        found: String,
    },
    /// A weights file cannot be opened or is damaged.
    #[error("cannot read the weights {file}")]
    Weights {
        /// Path, or `embedded`.
        file: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The device has not enough memory for the model or the batch.
    #[error("the device is out of memory")]
    OutOfMemory(#[source] Box<candle_core::Error>),
    /// An operation failed on the device.
    #[error("computation failed")]
    Compute(#[source] candle_core::Error),
}

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        // Backends have no kind of error for it. The first two are the driver's and cuBLAS', the last is Metal's.
        let said = error.to_string().to_lowercase();
        let signs = ["out_of_memory", "alloc_failed", "out of memory", "failed to create metal resource"];
        if signs.iter().any(|sign| said.contains(sign)) {
            Self::OutOfMemory(error.into())
        } else {
            Self::Compute(error)
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Family { .. } => {
                let names: Vec<_> = FAMILIES.iter().map(|family| family.name).collect();
                Some(format!("supported families (model_type in config.json): {}", names.join(", ")))
            }
            Self::MissingTensor { .. } | Self::Shape { .. } | Self::Config { .. } => {
                Some("check that config.json and the weights come from the same model".into())
            }
            Self::NotFinite { .. } | Self::Weights { .. } => {
                Some("the file may be cut short or damaged: fetch or copy the model again".into())
            }
            Self::OutOfMemory(_) => {
                Some("take a smaller model, or --device cpu; --batch-tokens makes batches smaller".into())
            }
            Self::Format { .. } | Self::Compute(_) => None,
        }
    }
}

/// How weights are held and multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Precision {
    /// The blocks of a GGUF file as they are, of other files 8-bit integers on a CPU; half precision on a GPU.
    #[default]
    Auto,
    /// 32-bit floating point: the reference.
    F32,
    /// 16-bit floating point (GPU only).
    F16,
    /// 16-bit brain floating point (GPU only).
    Bf16,
    /// 8-bit integer weights with one scale a row, activations quantised row by row on the fly (CPU only).
    Int8,
    /// The blocks of a GGUF file as they are (CPU only, a GPU takes half precision); 32-bit floats where there are none.
    Stored,
}

impl Precision {
    /// Every precision, in the order of the help text.
    pub const ALL: [Self; 6] = [Self::Auto, Self::F32, Self::F16, Self::Bf16, Self::Int8, Self::Stored];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Int8 => "int8",
            Self::Stored => "stored",
        }
    }

    /// One line for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::Auto => "stored for GGUF, else int8 on a CPU; half precision on a GPU",
            Self::F32 => "32-bit floats, the reference",
            Self::F16 => "16-bit floats (GPU)",
            Self::Bf16 => "16-bit brain floats (GPU)",
            Self::Int8 => "8-bit integers (CPU): fastest",
            Self::Stored => "as a GGUF file has them (CPU)",
        }
    }

    /// The precision that weights are really held in on `device`: `Auto` is the best there is, a CPU computes in 32 bits
    /// where half precision is asked for, and a GPU in half precision where 8 bits are.
    fn on(self, device: &Device) -> Self {
        match self {
            Self::Auto if device.is_cpu() => Self::Int8,
            Self::F16 | Self::Bf16 if device.is_cpu() => Self::F32,
            Self::Auto | Self::Int8 | Self::Stored if device.is_cuda() => Self::Bf16,
            Self::Auto | Self::Int8 | Self::Stored if !device.is_cpu() => Self::F16,
            other => other,
        }
    }
}

/// Where a model lives, in which numbers it is held, and by which operations it computes.
#[derive(Clone, Debug)]
pub struct Placement {
    device: Device,
    precision: Precision,
    tensors: bool,
}

impl Placement {
    /// On `device`, held in `precision` or what comes nearest to it there.
    pub fn new(device: Device, precision: Precision) -> Self {
        Self { tensors: !device.is_cpu(), precision: precision.on(&device), device }
    }

    /// On the CPU, but by the operations of every other device: slower, and how these are tested where there is none.
    /// `precision` is one of the floats.
    pub fn in_tensors(precision: Precision) -> Self {
        Self { device: Device::Cpu, precision, tensors: true }
    }

    /// The device that computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// How weights are held.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Whether candle's operations on tensors compute, and not the loops of the CPU.
    fn computes_in_tensors(&self) -> bool {
        self.tensors
    }

    /// The numbers of tensors.
    fn dtype(&self) -> DType {
        match self.precision {
            Precision::F16 => DType::F16,
            Precision::Bf16 => DType::BF16,
            Precision::Auto | Precision::F32 | Precision::Int8 | Precision::Stored => DType::F32,
        }
    }
}

/// The model of `checkpoint`, by the family that its configuration names.
///
/// # Errors
/// [`Error::Family`] if there is no such family; whatever the family finds wrong with the configuration or weights.
pub fn load(checkpoint: &Checkpoint, placement: &Placement) -> Result<Box<dyn Seq2Seq>, Error> {
    let Some(name) = checkpoint.config().get("model_type").and_then(Value::as_str) else {
        return Err(Error::Config { reason: "it has no \"model_type\"".into() });
    };
    let family = FAMILIES.iter().find(|family| family.name == name);
    let family = family.ok_or_else(|| Error::Family { found: name.to_owned() })?;
    Ok(match (family.spec)(checkpoint)? {
        ModelSpec::EncoderDecoder(spec) => Box::new(EncoderDecoder::build(*spec, checkpoint, placement)?),
        ModelSpec::Causal(spec) => Box::new(CausalDecoder::build(*spec, checkpoint, placement)?),
    })
}
