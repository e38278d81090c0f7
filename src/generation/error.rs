//! Why a model cannot be loaded or a batch cannot be searched, and what to do about it.

use thiserror::Error as ThisError;

use super::device_choice::DeviceError;
use super::tokenizer::TokenizerError;
use crate::hint::Hint;
use crate::{catalog, neural, parallel};

/// Why a model cannot be loaded or a batch cannot be searched.
#[derive(Debug, ThisError)]
pub enum Error {
    /// A file of the model is missing or cannot be read.
    #[error("model {model:?} cannot be read")]
    Files {
        /// The model's name.
        model: String,
        /// Why the file of the model cannot be read.
        #[source]
        source: Box<catalog::Error>,
    },
    /// The model lacks a file it needs.
    #[error("model {model:?} has no {file}")]
    MissingFile {
        /// The model's name.
        model: String,
        /// The file that the model lacks.
        file: &'static str,
    },
    /// A JSON file of the model is damaged.
    #[error("model {model:?}: {file} cannot be parsed")]
    Json {
        /// The model's name.
        model: String,
        /// The JSON file of the model.
        file: &'static str,
        /// Where the JSON of the model is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// The tokenizer's files are damaged or do not fit each other.
    #[error("model {model:?}: the tokenizer cannot be built")]
    Tokenizer {
        /// The model's name.
        model: String,
        /// What is wrong with the tokenizer.
        #[source]
        source: TokenizerError,
    },
    /// The model was not trained to be told the sentences before.
    #[error("model {model:?} cannot be told the sentences before")]
    NoContext {
        /// The model's name.
        model: String,
    },
    /// The configuration or the weights are damaged, or the family is not supported.
    #[error("model {model:?} cannot be loaded")]
    Model {
        /// The model's name.
        model: String,
        /// What is wrong with the configuration or the weights of the model.
        #[source]
        source: neural::Error,
    },
    /// A device that was asked for cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The device failed while a batch was searched.
    #[error("the search failed")]
    Search(#[from] neural::Error),
    /// Worker threads cannot be started.
    #[error(transparent)]
    Workers(#[from] parallel::Error),
    /// Whoever watched the run asked it to stop.
    #[error("stopped before the end")]
    Stopped,
    /// A mistake in how this program loads a model or searches a batch.
    #[error("internal error: {what}")]
    Internal {
        /// What the search of a batch took for granted.
        what: &'static str,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Files { source, .. } => source.hint(),
            Self::Model { source, .. } | Self::Search(source) => source.hint(),
            Self::MissingFile { .. } => Some("copy the whole model folder: the tokenizer's files belong to it".into()),
            Self::NoContext { .. } => Some(
                "leave out --context, or take a model that was trained with background, such as hy-mt2-1.8b".into(),
            ),
            Self::Tokenizer { source: TokenizerError::NoChatTemplate, .. } => {
                Some("take the model that was trained for chats, often called -Instruct or -it".into())
            }
            Self::Json { .. } | Self::Tokenizer { .. } => Some("fetch or copy the model again".into()),
            Self::Device(error) => error.hint(),
            Self::Workers(error) => error.hint(),
            Self::Internal { .. } => Some("this is a mistake in depesche: please report it".into()),
            Self::Stopped => None,
        }
    }
}
