//! Why a tokenizer cannot be built.

use thiserror::Error;

/// Why a tokenizer cannot be built.
#[derive(Debug, Error)]
pub enum TokenizerError {
    /// A file of the tokenizer is not a SentencePiece model.
    #[error("{file} is not a SentencePiece model")]
    SentencePiece {
        /// The name of the tokenizer's file.
        file: &'static str,
        /// Why the tokenizer's file cannot be read.
        #[source]
        source: prost::DecodeError,
    },
    /// A file of the tokenizer holds something that cannot be used.
    #[error("{file}: {reason}")]
    Unusable {
        /// The name of the tokenizer's file.
        file: &'static str,
        /// What is wrong with the tokenizer's file.
        reason: String,
    },
    /// A vocabulary is not a JSON object of pieces and ids.
    #[error("{file} cannot be parsed")]
    Vocab {
        /// The name of the tokenizer's file.
        file: &'static str,
        /// Why the tokenizer's file cannot be read.
        #[source]
        source: serde_json::Error,
    },
    /// A file does not describe a tokenizer.
    #[error("{file} does not describe a tokenizer")]
    Library {
        /// The name of the tokenizer's file.
        file: &'static str,
        /// Why the tokenizer's file cannot be read.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file of the tokenizer is missing.
    #[error("{file} is missing")]
    MissingFile {
        /// The name of the tokenizer's file.
        file: &'static str,
    },
    /// A model that should follow instructions does not say how to address it.
    #[error("it has no chat template: it does not follow instructions")]
    NoChatTemplate,
    /// A vocabulary lacks a token that every model of the family has.
    #[error("{file} has no {token:?}")]
    MissingToken {
        /// The name of the tokenizer's file.
        file: &'static str,
        /// The special token that the tokenizer lacks.
        token: &'static str,
    },
    /// `vocab.json` numbers a piece the model has no vector for.
    #[error("vocab.json gives {piece:?} the id {id}, but the model knows {vocab} tokens")]
    PastVocab {
        /// The piece of the vocabulary.
        piece: String,
        /// The token id of the piece.
        id: u32,
        /// Number of tokens of the model.
        vocab: usize,
    },
}
