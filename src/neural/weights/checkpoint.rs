//! The configuration and all weights of a model, whatever files they are in.
//!
//! Beside the usual float formats it knows the packed form of this project: a matrix `NAME` of 8-bit integers with one
//! scale a row in `NAME.scale`, so that `value[row][column] = NAME[row][column] * NAME.scale[row]` (see `models/pack.py`).

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fs::File;
use std::path::PathBuf;

use serde_json::Value;

use super::gguf::GgufFile;
use super::gguf_metadata::GgufMetadata;
use super::marian::{self, MarianFile};
use super::pickle::PickleFile;
use super::safetensors::SafetensorsFile;
use super::tensor_file::{ByteSource, ReadError, StoredTensor, TensorFile};
use super::weight::Weight;
use crate::neural::error::Error;

/// A file with weights of a model.
#[derive(Clone, Debug)]
pub enum WeightFile {
    /// A safetensors file, or one shard of several.
    Safetensors(PathBuf),
    /// A safetensors file that is part of the program.
    Embedded(&'static [u8]),
    /// A PyTorch pickle (`pytorch_model.bin`). It is read as data; nothing in it is executed.
    Pickle(PathBuf),
    /// A GGUF file, which holds the configuration and the tokenizer too.
    Gguf(PathBuf),
    /// A binary file of Marian, which holds the configuration too.
    Marian(PathBuf),
}

impl WeightFile {
    /// How error messages call this file of weights.
    fn describe(&self) -> String {
        match self {
            Self::Safetensors(path) | Self::Pickle(path) | Self::Gguf(path) | Self::Marian(path) => {
                path.display().to_string()
            }
            Self::Embedded(_) => "embedded".into(),
        }
    }
}

/// Configuration and weights of a model.
pub struct Checkpoint {
    config: Value,
    /// Each file of weights with its name in messages.
    files: Vec<(String, Box<dyn TensorFile>)>,
    /// Name of a tensor → index in `files`.
    tensor_files: BTreeMap<String, usize>,
    /// Metadata of the GGUF file, if there is one.
    gguf: Option<GgufMetadata>,
    /// True if a file says what the inputs of its matrices are multiplied by.
    has_fixed_inputs: bool,
}

impl Checkpoint {
    /// Opens `files` with the text of `config.json`.
    ///
    /// # Errors
    /// [`Error::Config`] if the configuration is not a JSON object, [`Error::Weights`] if a file cannot be opened or
    /// its table of contents is damaged.
    pub fn open(config: &str, files: &[WeightFile]) -> Result<Self, Error> {
        let config: Value =
            serde_json::from_str(config).map_err(|error| Error::Config { reason: error.to_string() })?;
        if !config.is_object() {
            return Err(Error::Config { reason: "it is not a JSON object".into() });
        }
        let mut checkpoint =
            Self { config, files: Vec::new(), tensor_files: BTreeMap::new(), gguf: None, has_fixed_inputs: false };
        for weight_file in files {
            let file_name = weight_file.describe();
            checkpoint.add_file(weight_file).map_err(|source| Error::Weights { file: file_name, source })?;
        }
        Ok(checkpoint)
    }

    /// Opens the GGUF file at `path`, which brings its own configuration.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file cannot be opened or its table of contents is damaged.
    pub fn open_gguf(path: PathBuf) -> Result<Self, Error> {
        let mut checkpoint = Self::open("{}", &[WeightFile::Gguf(path)])?;
        if let Some(gguf) = &checkpoint.gguf {
            checkpoint.config = gguf.config();
        }
        Ok(checkpoint)
    }

    /// Opens the binary file of Marian at `path`, which brings its own configuration.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file cannot be opened or its table of contents is damaged.
    pub fn open_marian(path: PathBuf) -> Result<Self, Error> {
        Self::open("{}", &[WeightFile::Marian(path)])
    }

    /// Opens `file` and adds its tensors.
    fn add_file(&mut self, file: &WeightFile) -> Result<(), Box<dyn StdError + Send + Sync>> {
        let tensor_file: Box<dyn TensorFile> = match file {
            WeightFile::Embedded(bytes) => Box::new(SafetensorsFile::open(ByteSource::Embedded(bytes))?),
            WeightFile::Safetensors(path) => Box::new(SafetensorsFile::open(ByteSource::File(File::open(path)?))?),
            WeightFile::Pickle(path) => Box::new(PickleFile::open(File::open(path)?)?),
            WeightFile::Gguf(path) => {
                let gguf = GgufFile::open(path)?;
                self.gguf.get_or_insert_with(|| gguf.metadata().clone());
                Box::new(gguf)
            }
            WeightFile::Marian(path) => {
                let marian = MarianFile::open(marian::bytes_of(path)?)?;
                self.config = marian.config().clone();
                self.has_fixed_inputs = marian.has_fixed_inputs();
                Box::new(marian)
            }
        };
        let file_index = self.files.len();
        self.tensor_files.extend(tensor_file.names().into_iter().map(|tensor_name| (tensor_name, file_index)));
        self.files.push((file.describe(), tensor_file));
        Ok(())
    }

    /// The metadata of the GGUF file, if the weights come from one.
    pub fn gguf(&self) -> Option<&GgufMetadata> {
        self.gguf.as_ref()
    }

    /// Whether the file says what the inputs of its matrices are multiplied by.
    pub fn has_fixed_inputs(&self) -> bool {
        self.has_fixed_inputs
    }

    /// The configuration of the model, always a JSON object.
    pub fn config(&self) -> &Value {
        &self.config
    }

    /// True if the weights have a tensor of this name.
    pub(in crate::neural) fn has(&self, tensor_name: &str) -> bool {
        self.tensor_files.contains_key(tensor_name)
    }

    /// The first of `tensor_names` that the weights have; the first of all if they have none, so that the error names it.
    /// Tied weights are stored under any one of their names.
    pub(in crate::neural) fn first_of<'name>(&self, tensor_names: &[&'name str]) -> &'name str {
        tensor_names.iter().find(|name| self.has(name)).or(tensor_names.first()).copied().unwrap_or_default()
    }

    /// The matrix `name`, which must be `[rows, columns]`.
    pub(in crate::neural) fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Weight, Error> {
        self.weight(name, &[rows, columns])
    }

    /// The vector `name`, which must have `length` numbers.
    pub(in crate::neural) fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, Error> {
        self.weight(name, &[length])?.into_floats()
    }

    fn weight(&self, name: &str, expected_shape: &[usize]) -> Result<Weight, Error> {
        let StoredTensor { shape, weight: stored_weight } = self.read_tensor(name)?;
        // A bias is stored as [1, length] by some exporters.
        let is_expected = shape == expected_shape || (expected_shape.len() == 1 && shape == [1, expected_shape[0]]);
        if !is_expected {
            return Err(Error::Shape { name: name.into(), expected: expected_shape.into(), found: shape });
        }
        let weight = match stored_weight {
            Weight::Int8 { values, scales, input_multipliers } if scales.is_empty() => Weight::Int8 {
                values,
                scales: self.vector(&format!("{name}.scale"), expected_shape[0])?,
                input_multipliers,
            },
            whole_weight => whole_weight,
        };
        let unchecked_floats = match &weight {
            Weight::Float(floats) | Weight::Int8 { scales: floats, .. } => floats.as_slice(),
            // The reader of GGUF files has checked them.
            Weight::GgufBlocks { .. } => &[],
        };
        if unchecked_floats.iter().all(|weight| weight.is_finite()) {
            Ok(weight)
        } else {
            Err(Error::NotFinite { name: name.into() })
        }
    }

    fn read_tensor(&self, name: &str) -> Result<StoredTensor, Error> {
        let missing_tensor = || Error::MissingTensor { name: name.into() };
        let (file_name, file) = &self.files[*self.tensor_files.get(name).ok_or_else(missing_tensor)?];
        file.read(name).map_err(|error| match error {
            ReadError::Missing => missing_tensor(),
            ReadError::Format(number_format) => Error::Format { name: name.into(), found: number_format },
            ReadError::Damaged(source) => Error::Weights { file: file_name.clone(), source },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_bytes(content: &[u8]) -> Result<Checkpoint, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        std::fs::write(&path, content).unwrap();
        Checkpoint::open("{}", &[WeightFile::Safetensors(path)])
    }

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend_from_slice(header.as_bytes());
        file.extend_from_slice(data);
        file
    }

    #[test]
    fn packed_rows_are_multiplied_out() {
        let header = r#"{"w":{"dtype":"I8","shape":[2,2],"data_offsets":[0,4]},"w.scale":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#;
        let mut data = vec![1, 255, 2, 3];
        data.extend([0.5_f32, 2.0].iter().flat_map(|scale| scale.to_le_bytes()));
        let weight = open_bytes(&file(header, &data)).unwrap().matrix("w", 2, 2).unwrap();
        assert_eq!(weight.into_floats().unwrap(), [0.5, -0.5, 4.0, 6.0]);
    }

    #[test]
    fn damaged_files_are_errors_that_name_the_file() {
        let header = r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
        let good = file(header, &[0; 8]);
        assert!(open_bytes(&good).is_ok());
        let cases = [
            good[..good.len() - 1].to_vec(),
            good[..20].to_vec(),
            b"short".to_vec(),
            Vec::new(),
            file("not json", &[]),
            file(&header.replace("[0,8]", "[0,4]"), &[0; 8]),
            [&u64::MAX.to_le_bytes()[..], b"{}"].concat(),
        ];
        for case in cases {
            let error = open_bytes(&case).err().map(|error| error.to_string());
            assert!(error.is_some_and(|error| error.contains("model.safetensors")), "{case:?}");
        }
    }

    #[test]
    fn what_a_tensor_must_be_is_checked() {
        let header = r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"n":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}"#;
        let data = [[0; 4], f32::NAN.to_le_bytes(), [0; 4], [0; 4]].concat();
        let checkpoint = open_bytes(&file(header, &data)).unwrap();
        assert!(matches!(checkpoint.vector("w", 2), Err(Error::NotFinite { .. })));
        assert!(matches!(checkpoint.vector("w", 3), Err(Error::Shape { .. })));
        assert!(matches!(checkpoint.vector("n", 1), Err(Error::Format { .. })));
        assert!(matches!(checkpoint.vector("v", 1), Err(Error::MissingTensor { .. })));
    }
}
