//! The files of a model → its parts: configuration, decoding settings, tokenizer, weights.
//!
//! A folder has a file for each part; a GGUF file has them all; a binary file of Marian has configuration and weights. To add another form, add a constructor and choose it in
//! [`ModelSource::open`].

use std::borrow::Cow;
use std::path::Path;

use serde_json::Value;

use super::error::Error;
use super::tokenizer::{self, Tokenizer, TokenizerError, TokenizerFiles};
use crate::catalog::{self, Model, ModelFile};
use crate::neural::{Checkpoint, GgufMetadata, ModelInfo, WeightFile, WeightFormat};

const CONFIG_FILE: &str = "config.json";
const GENERATION_CONFIG_FILE: &str = "generation_config.json";

/// The parts of a model, before it is loaded.
pub(super) struct ModelSource {
    /// The model's name, for messages.
    model_name: String,
    /// Configuration and weights.
    checkpoint: Checkpoint,
    /// The decoding settings in generation_config.json.
    generation_config: Option<Value>,
    tokenizer_source: TokenizerSource,
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
        let weight_files: Vec<WeightFile> = model_files.into_iter().map(weight_file).collect();
        match weight_files.as_slice() {
            [WeightFile::Gguf(gguf_path)] => Self::from_gguf(model, gguf_path),
            [WeightFile::Marian(marian_path)] => Self::from_marian(model, marian_path),
            _ => Self::from_folder(model, &weight_files),
        }
    }

    /// The parts of a model folder, which has a file for each.
    fn from_folder(model: &Model, weight_files: &[WeightFile]) -> Result<Self, Error> {
        let model_name = || model.name().to_owned();
        let read_model_file = |file_name| model.read(file_name).map_err(|source| unreadable(model, source));
        let config = read_model_file(CONFIG_FILE)?
            .ok_or_else(|| Error::MissingFile { model: model_name(), file: CONFIG_FILE })?;
        let checkpoint = Checkpoint::open(&String::from_utf8_lossy(&config), weight_files);
        let checkpoint = checkpoint.map_err(|source| Error::Model { model: model_name(), source })?;
        let parse_json = |bytes: Cow<'_, [u8]>| serde_json::from_slice(&bytes);
        let generation_config = read_model_file(GENERATION_CONFIG_FILE)?.map(parse_json).transpose();
        let generation_config = generation_config.map_err(|source| Error::Json {
            model: model_name(),
            file: GENERATION_CONFIG_FILE,
            source,
        })?;
        let tokenizer_files = tokenizer_files(family(&checkpoint), &read_model_file)?;
        let tokenizer_source = TokenizerSource::Folder(tokenizer_files);
        Ok(Self { model_name: model_name(), checkpoint, generation_config, tokenizer_source })
    }

    /// The parts of a GGUF file, which has them all.
    fn from_gguf(model: &Model, gguf_path: &Path) -> Result<Self, Error> {
        let model_name = model.name().to_owned();
        let checkpoint = match Checkpoint::open_gguf(gguf_path.to_owned()) {
            Ok(checkpoint) => checkpoint,
            Err(source) => return Err(Error::Model { model: model_name, source }),
        };
        let metadata = checkpoint.gguf().cloned();
        let metadata = metadata.ok_or(Error::Internal { what: "a GGUF file without metadata" })?;
        let tokenizer_source = TokenizerSource::Gguf(metadata);
        Ok(Self { model_name, checkpoint, generation_config: None, tokenizer_source })
    }

    /// The parts of a model whose configuration and weights are in a binary file of Marian.
    fn from_marian(model: &Model, marian_path: &Path) -> Result<Self, Error> {
        let model_name = model.name().to_owned();
        let checkpoint = Checkpoint::open_marian(marian_path.to_owned())
            .map_err(|source| Error::Model { model: model_name.clone(), source })?;
        let read_model_file = |file_name| model.read(file_name).map_err(|source| unreadable(model, source));
        let tokenizer_source = TokenizerSource::Folder(tokenizer_files(family(&checkpoint), &read_model_file)?);
        Ok(Self { model_name, checkpoint, generation_config: None, tokenizer_source })
    }

    /// `model_type` in the configuration.
    pub(super) fn family(&self) -> &str {
        family(&self.checkpoint)
    }

    /// The configuration as config.json has it, always a JSON object.
    pub(super) fn config(&self) -> &Value {
        self.checkpoint.config()
    }

    /// The decoding settings in generation_config.json, if there are any.
    pub(super) fn generation_config(&self) -> Option<&Value> {
        self.generation_config.as_ref()
    }

    /// Configuration and weights.
    pub(super) fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The format in which the file holds weights, if it has more than numbers: blocks of a GGUF file, or integers with what their
    /// inputs are multiplied by.
    pub(super) fn stored_format(&self) -> Option<WeightFormat> {
        if matches!(self.tokenizer_source, TokenizerSource::Gguf(_)) {
            return Some(WeightFormat::GgufBlocks);
        }
        self.checkpoint.has_fixed_inputs().then_some(WeightFormat::FixedInt8)
    }

    /// Builds the tokenizer of the model that `info` describes.
    ///
    /// # Errors
    /// [`Error::MissingFile`] or [`Error::Tokenizer`].
    pub(super) fn tokenizer(&self, info: &ModelInfo) -> Result<Tokenizer, Error> {
        let tokenizer = match &self.tokenizer_source {
            TokenizerSource::Folder(files) => Tokenizer::from_files(family(&self.checkpoint), files, info),
            TokenizerSource::Gguf(metadata) => Tokenizer::from_gguf(metadata, info),
        };
        tokenizer.map_err(|error| match error {
            TokenizerError::MissingFile { file } => Error::MissingFile { model: self.model_name.clone(), file },
            source => Error::Tokenizer { model: self.model_name.clone(), source },
        })
    }
}

fn unreadable(model: &Model, source: catalog::Error) -> Error {
    Error::Files { model: model.name().to_owned(), source: source.into() }
}

/// The family of a model: `model_type` in its configuration.
fn family(checkpoint: &Checkpoint) -> &str {
    checkpoint.config().get("model_type").and_then(Value::as_str).unwrap_or_default()
}

fn weight_file(model_file: ModelFile) -> WeightFile {
    let weight_path = match model_file {
        ModelFile::Embedded(weight_bytes) => return WeightFile::Embedded(weight_bytes),
        ModelFile::Path(weight_path) => weight_path,
    };
    match weight_path.extension() {
        Some(_) if weight_path.file_name().and_then(|name| name.to_str()).is_some_and(catalog::is_firefox_model) => {
            WeightFile::Marian(weight_path)
        }
        Some(extension) if extension == "bin" => WeightFile::Pickle(weight_path),
        Some(extension) if extension.eq_ignore_ascii_case("gguf") => WeightFile::Gguf(weight_path),
        _ => WeightFile::Safetensors(weight_path),
    }
}

/// Reads the files of a tokenizer for `family`: the first complete set of them, and those that are optional.
fn tokenizer_files<E>(
    family: &str,
    read_model_file: &dyn Fn(&'static str) -> Result<Option<Cow<'static, [u8]>>, E>,
) -> Result<TokenizerFiles, E> {
    let mut tokenizer_files = TokenizerFiles::default();
    let mut take_file = |file_name: &'static str| {
        let file_bytes = read_model_file(file_name)?;
        let is_there = file_bytes.is_some();
        file_bytes.into_iter().for_each(|file_bytes| tokenizer_files.insert(file_name, file_bytes));
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
    for file_name in tokenizer::OPTIONAL_FILES {
        take_file(file_name)?;
    }
    Ok(tokenizer_files)
}
