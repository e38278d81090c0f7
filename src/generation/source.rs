//! The files of a model → its parts: configuration, decoding settings, tokenizer, weights.
//!
//! A folder has a file for each part; a GGUF file has them all. To add another form, add a constructor and choose it in
//! [`ModelSource::open`].

use std::borrow::Cow;
use std::path::Path;

use serde_json::Value;

use super::error::Error;
use super::tokenizer::{self, Tokenizer, TokenizerError, TokenizerFiles};
use crate::catalog::{self, Model, ModelFile};
use crate::neural::{Checkpoint, GgufMetadata, ModelInfo, WeightFile};

const CONFIG_FILE: &str = "config.json";
const GENERATION_FILE: &str = "generation_config.json";

/// The parts of a model, before it is loaded.
pub(super) struct ModelSource {
    /// The model's name, for messages.
    name: String,
    /// Configuration and weights.
    checkpoint: Checkpoint,
    /// The decoding settings in generation_config.json.
    generation: Option<Value>,
    tokenizer: TokenizerSource,
}

/// What a tokenizer is built from.
enum TokenizerSource {
    Folder(TokenizerFiles),
    Gguf(GgufMetadata),
}

impl ModelSource {
    /// The parts of `model`.
    ///
    /// # Errors
    /// [`enum@Error`] with the file that is missing or damaged.
    pub(super) fn open(model: &Model) -> Result<Self, Error> {
        let model_files = model.weights().map_err(|source| unreadable(model, source))?;
        let weights: Vec<WeightFile> = model_files.into_iter().map(weight_file).collect();
        match weights.as_slice() {
            [WeightFile::Gguf(path)] => Self::from_gguf(model, path),
            _ => Self::from_folder(model, &weights),
        }
    }

    /// A file for each part.
    fn from_folder(model: &Model, weights: &[WeightFile]) -> Result<Self, Error> {
        let model_name = || model.name().to_owned();
        let read_model_file = |file| model.read(file).map_err(|source| unreadable(model, source));
        let config = read_model_file(CONFIG_FILE)?
            .ok_or_else(|| Error::MissingFile { model: model_name(), file: CONFIG_FILE })?;
        let checkpoint = Checkpoint::open(&String::from_utf8_lossy(&config), weights);
        let checkpoint = checkpoint.map_err(|source| Error::Model { model: model_name(), source })?;
        let parse_json = |bytes: Cow<'_, [u8]>| serde_json::from_slice(&bytes);
        let generation = read_model_file(GENERATION_FILE)?.map(parse_json).transpose();
        let generation =
            generation.map_err(|source| Error::Json { model: model_name(), file: GENERATION_FILE, source })?;
        let files = tokenizer_files(family(&checkpoint), &read_model_file)?;
        Ok(Self { name: model_name(), checkpoint, generation, tokenizer: TokenizerSource::Folder(files) })
    }

    /// All parts in one file.
    fn from_gguf(model: &Model, path: &Path) -> Result<Self, Error> {
        let name = model.name().to_owned();
        let checkpoint = match Checkpoint::open_gguf(path.to_owned()) {
            Ok(checkpoint) => checkpoint,
            Err(source) => return Err(Error::Model { model: name, source }),
        };
        let metadata = checkpoint.gguf().cloned();
        let metadata = metadata.ok_or(Error::Internal { what: "a GGUF file without metadata" })?;
        Ok(Self { name, checkpoint, generation: None, tokenizer: TokenizerSource::Gguf(metadata) })
    }

    /// The configuration as config.json has it, always a JSON object.
    pub(super) fn config(&self) -> &Value {
        self.checkpoint.config()
    }

    /// The decoding settings in generation_config.json, if there are any.
    pub(super) fn generation(&self) -> Option<&Value> {
        self.generation.as_ref()
    }

    /// Configuration and weights.
    pub(super) fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Whether all parts are in a GGUF file.
    pub(super) fn is_gguf(&self) -> bool {
        matches!(self.tokenizer, TokenizerSource::Gguf(_))
    }

    /// Builds the tokenizer of the model that `info` describes.
    ///
    /// # Errors
    /// [`Error::MissingFile`] or [`Error::Tokenizer`].
    pub(super) fn tokenizer(&self, info: &ModelInfo) -> Result<Tokenizer, Error> {
        let built = match &self.tokenizer {
            TokenizerSource::Folder(files) => Tokenizer::from_files(family(&self.checkpoint), files, info),
            TokenizerSource::Gguf(metadata) => Tokenizer::from_gguf(metadata, info),
        };
        built.map_err(|error| match error {
            TokenizerError::MissingFile { file } => Error::MissingFile { model: self.name.clone(), file },
            source => Error::Tokenizer { model: self.name.clone(), source },
        })
    }
}

fn unreadable(model: &Model, source: catalog::Error) -> Error {
    Error::Files { model: model.name().to_owned(), source: source.into() }
}

/// `model_type` in the configuration.
fn family(checkpoint: &Checkpoint) -> &str {
    checkpoint.config().get("model_type").and_then(Value::as_str).unwrap_or_default()
}

fn weight_file(file: ModelFile) -> WeightFile {
    let path = match file {
        ModelFile::Embedded(bytes) => return WeightFile::Embedded(bytes),
        ModelFile::Path(path) => path,
    };
    match path.extension() {
        Some(extension) if extension == "bin" => WeightFile::Pickle(path),
        Some(extension) if extension.eq_ignore_ascii_case("gguf") => WeightFile::Gguf(path),
        _ => WeightFile::Safetensors(path),
    }
}

/// Reads the files of a tokenizer for `family`: the first complete set of them, and those that are optional.
fn tokenizer_files<E>(
    family: &str,
    read_model_file: &dyn Fn(&'static str) -> Result<Option<Cow<'static, [u8]>>, E>,
) -> Result<TokenizerFiles, E> {
    let mut files = TokenizerFiles::default();
    let mut take_file = |file_name: &'static str| {
        let bytes = read_model_file(file_name)?;
        let is_there = bytes.is_some();
        bytes.into_iter().for_each(|bytes| files.insert(file_name, bytes));
        Ok(is_there)
    };
    for file_set in tokenizer::files(family) {
        let mut is_complete = true;
        for file_name in file_set {
            is_complete &= take_file(file_name)?;
        }
        if is_complete {
            break;
        }
    }
    for file_name in tokenizer::OPTIONAL {
        take_file(file_name)?;
    }
    Ok(files)
}
