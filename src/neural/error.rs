//! What can go wrong between a folder of weights and a row of logits.

use crate::hint::Hint;

/// An error of loading a model or of computing with it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `config.json` is not the JSON of a supported model.
    #[error("config.json: {reason}")]
    Config {
        /// What is wrong with the configuration.
        reason: String,
    },
    /// The model belongs to a family that is not supported.
    #[error("model family {found:?} is not supported")]
    Family {
        /// `model_type` as it stands in config.json.
        found: String,
        /// The families that are supported.
        supported: Vec<&'static str>,
    },
    /// The weights lack a tensor that the configuration asks for.
    #[error("the weights have no tensor {name:?}")]
    MissingTensor {
        /// Name of the tensor in the checkpoint.
        name: String,
    },
    /// A tensor has another shape than the configuration says.
    #[error("tensor {name:?} has shape {found:?}, the configuration asks for {expected:?}")]
    Shape {
        /// Name of the tensor in the checkpoint.
        name: String,
        /// Shape of the tensor that the configuration asks for.
        expected: Vec<usize>,
        /// Shape of the tensor in the file.
        found: Vec<usize>,
    },
    /// A tensor holds a number that is not finite.
    #[error("tensor {name:?} holds a value that is not a finite number: the weights are damaged")]
    NotFinite {
        /// Name of the tensor in the checkpoint.
        name: String,
    },
    /// A tensor is stored in a number format that is not supported.
    #[error("tensor {name:?} is stored as {found}, which is not supported")]
    Format {
        /// Name of the tensor in the checkpoint.
        name: String,
        /// The number format of the tensor.
        found: String,
    },
    /// A weights file cannot be opened or is damaged.
    #[error("cannot read the weights {file}")]
    Weights {
        /// Path of the weights, or `embedded`.
        file: String,
        /// Why the weights cannot be read.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The device has not enough memory for the model or the batch.
    #[error("the device is out of memory")]
    OutOfMemory(#[source] Box<candle_core::Error>),
    /// An operation failed on the device.
    #[error("computation failed")]
    Compute(#[source] candle_core::Error),
    /// The program called itself wrongly; no input is to blame.
    #[error("internal error: {reason}")]
    Internal {
        /// What should not have happened in the network.
        reason: String,
    },
}

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        // Backends have no error kind for it. The first two texts are from the CUDA driver and cuBLAS, the last from Metal.
        let message = error.to_string().to_lowercase();
        let signs = ["out_of_memory", "alloc_failed", "out of memory", "failed to create metal resource"];
        if signs.iter().any(|sign| message.contains(sign)) {
            Self::OutOfMemory(error.into())
        } else {
            Self::Compute(error)
        }
    }
}

impl Error {
    /// A mistake of the program in computing a network.
    pub(super) fn internal(reason: impl Into<String>) -> Self {
        Self::Internal { reason: reason.into() }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Family { supported, .. } => {
                Some(format!("supported families (model_type in config.json): {}", supported.join(", ")))
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
            Self::Internal { .. } => Some("this is a mistake of the program: please report it".into()),
            Self::Format { .. } | Self::Compute(_) => None,
        }
    }
}
