//! A folder of weights as named arrays of numbers.
//!
//! Reads safetensors (whole or in shards) and `pytorch_model.bin` (as data: nothing in the pickle is executed). Beside the
//! usual float formats it knows this project's packed form: a matrix `NAME` of 8-bit integers with one scale a row
//! in `NAME.scale`, so that `value[row][column] = NAME[row][column] * NAME.scale[row]` (see `models/pack.py`).

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use candle_core::pickle::PthTensors;
use candle_core::{DType, Device};
use half::{bf16, f16};
use memmap2::Mmap;
use safetensors::tensor::{Dtype, Metadata, SafeTensors};
use serde_json::Value;

use super::Error;

/// Where the weights are.
#[derive(Clone, Debug)]
pub enum WeightFile {
    /// A safetensors file, or one shard of several.
    Safetensors(PathBuf),
    /// A safetensors file that is part of the program.
    Embedded(&'static [u8]),
    /// A PyTorch pickle (`pytorch_model.bin`).
    Pickle(PathBuf),
}

impl WeightFile {
    fn describe(&self) -> String {
        match self {
            Self::Safetensors(path) | Self::Pickle(path) => path.display().to_string(),
            Self::Embedded(_) => "embedded".into(),
        }
    }
}

/// The bytes of a safetensors file.
enum Bytes {
    Mapped(Mmap),
    Embedded(&'static [u8]),
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Embedded(bytes) => bytes,
        }
    }
}

enum Store {
    /// `data` is where the tensors' bytes begin.
    Safetensors {
        bytes: Bytes,
        contents: Metadata,
        data: usize,
    },
    Pickle {
        file: String,
        tensors: Box<PthTensors>,
    },
}

/// A matrix or vector of weights, `[rows, columns]` in row-major order (a vector has one row).
pub(super) enum Weight {
    /// Ordinary numbers.
    Float(Vec<f32>),
    /// 8-bit integers with one scale a row.
    Int8 {
        /// `[rows, columns]`.
        values: Vec<i8>,
        /// One for each row.
        scales: Vec<f32>,
    },
}

impl Weight {
    /// `weights`, which have the same number of columns, on top of each other.
    pub(super) fn stacked(weights: Vec<Self>) -> Self {
        let packed = weights.iter().all(|weight| matches!(weight, Self::Int8 { .. }));
        let (mut all_values, mut all_scales, mut floats) = (Vec::new(), Vec::new(), Vec::new());
        for weight in weights {
            match weight {
                Self::Int8 { values, scales } if packed => {
                    all_values.extend(values);
                    all_scales.extend(scales);
                }
                weight => floats.extend(weight.into_floats()),
            }
        }
        if packed { Self::Int8 { values: all_values, scales: all_scales } } else { Self::Float(floats) }
    }

    /// The weights as floats, multiplied out where they are packed.
    pub(super) fn into_floats(self) -> Vec<f32> {
        match self {
            Self::Float(values) => values,
            Self::Int8 { values, scales } => {
                let columns = values.len() / scales.len().max(1);
                let rows = values.chunks(columns.max(1)).zip(&scales);
                rows.flat_map(|(row, scale)| row.iter().map(move |value| f32::from(*value) * scale)).collect()
            }
        }
    }
}

/// Configuration and weights of a model.
pub struct Checkpoint {
    config: Value,
    stores: Vec<Store>,
    /// Name → index in `stores`.
    names: BTreeMap<String, usize>,
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
        let mut checkpoint = Self { config, stores: Vec::new(), names: BTreeMap::new() };
        for file in files {
            let index = checkpoint.stores.len();
            let (store, names) = open(file)?;
            checkpoint.names.extend(names.into_iter().map(|name| (name, index)));
            checkpoint.stores.push(store);
        }
        Ok(checkpoint)
    }

    /// The configuration, always a JSON object.
    pub fn config(&self) -> &Value {
        &self.config
    }

    /// True if the weights have a tensor of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// The first of `names` that the weights have; the first of all if they have none (so that it is the one named
    /// in the error). Tied weights are stored under any one of their names.
    pub(super) fn first_of<'name>(&self, names: &[&'name str]) -> &'name str {
        names.iter().find(|name| self.has(name)).or(names.first()).copied().unwrap_or_default()
    }

    /// A matrix of `rows` × `columns`.
    pub(super) fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Weight, Error> {
        self.weight(name, &[rows, columns])
    }

    /// A vector of `length` numbers.
    pub(super) fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, Error> {
        Ok(self.weight(name, &[length])?.into_floats())
    }

    fn weight(&self, name: &str, expected: &[usize]) -> Result<Weight, Error> {
        let weight = self.read(name, |shape, content| {
            // A bias is stored as [1, length] by some exporters.
            let same = shape == expected || (expected.len() == 1 && shape == [1, expected[0]]);
            if !same {
                return Err(Error::Shape { name: name.into(), expected: expected.into(), found: shape.into() });
            }
            match content {
                Content::Floats(values) => Ok(Weight::Float(values)),
                Content::Integers(values) => {
                    let scales = self.vector(&format!("{name}.scale"), expected[0])?;
                    Ok(Weight::Int8 { values, scales })
                }
            }
        })?;
        let (Weight::Float(numbers) | Weight::Int8 { scales: numbers, .. }) = &weight;
        if numbers.iter().all(|value| value.is_finite()) {
            Ok(weight)
        } else {
            Err(Error::NotFinite { name: name.into() })
        }
    }

    /// Calls `with` on the shape and content of tensor `name`.
    fn read<T>(&self, name: &str, with: impl FnOnce(&[usize], Content) -> Result<T, Error>) -> Result<T, Error> {
        let missing = || Error::MissingTensor { name: name.into() };
        match &self.stores[*self.names.get(name).ok_or_else(missing)?] {
            Store::Safetensors { bytes, contents, data } => {
                let info = contents.info(name).ok_or_else(missing)?;
                // The offsets were checked against the file when it was opened.
                let (start, end) = (data + info.data_offsets.0, data + info.data_offsets.1);
                let content = Content::of(info.dtype, bytes.as_ref().get(start..end).ok_or_else(missing)?);
                let unsupported = || Error::Format { name: name.into(), found: format!("{:?}", info.dtype) };
                with(&info.shape, content.ok_or_else(unsupported)?)
            }
            Store::Pickle { file, tensors } => {
                let tensor = tensors.get(name).map_err(|error| damaged(file, error))?.ok_or_else(missing)?;
                let floats = tensor.to_dtype(DType::F32)?.to_device(&Device::Cpu)?.flatten_all()?.to_vec1()?;
                with(tensor.dims(), Content::Floats(floats))
            }
        }
    }
}

/// The numbers of one tensor.
enum Content {
    Floats(Vec<f32>),
    Integers(Vec<i8>),
}

impl Content {
    /// `data` as numbers, or `None` if the number format is not supported.
    fn of(format: Dtype, data: &[u8]) -> Option<Self> {
        fn numbers<const N: usize>(data: &[u8], number: impl Fn([u8; N]) -> f32) -> Content {
            Content::Floats(data.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)).collect())
        }
        match format {
            Dtype::F32 => Some(numbers(data, f32::from_le_bytes)),
            Dtype::F16 => Some(numbers(data, |bytes| f16::from_le_bytes(bytes).to_f32())),
            Dtype::BF16 => Some(numbers(data, |bytes| bf16::from_le_bytes(bytes).to_f32())),
            Dtype::F64 => Some(numbers(data, |bytes| f64::from_le_bytes(bytes) as f32)),
            Dtype::I8 => Some(Self::Integers(data.iter().map(|byte| byte.cast_signed()).collect())),
            _ => None,
        }
    }
}

fn open(file: &WeightFile) -> Result<(Store, Vec<String>), Error> {
    let described = file.describe();
    let bytes = match file {
        WeightFile::Embedded(bytes) => Bytes::Embedded(bytes),
        WeightFile::Safetensors(path) => Bytes::Mapped(map(path).map_err(|error| damaged(&described, error))?),
        WeightFile::Pickle(path) => {
            let tensors = PthTensors::new(path, None).map_err(|error| damaged(&described, error))?;
            let names = tensors.tensor_infos().keys().cloned().collect();
            return Ok((Store::Pickle { file: described, tensors: Box::new(tensors) }, names));
        }
    };
    let (header, contents) = SafeTensors::read_metadata(bytes.as_ref()).map_err(|error| damaged(&described, error))?;
    // The tensors follow the header and the eight bytes that give its length.
    let data = header + 8;
    if bytes.as_ref().len() < data + contents.data_len() {
        return Err(damaged(&described, "the file is shorter than its table of contents says"));
    }
    let names = contents.tensors().into_keys().collect();
    Ok((Store::Safetensors { bytes, contents, data }, names))
}

fn map(path: &PathBuf) -> std::io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the map is read-only; the file belongs to the model cache or a model folder, which is not written in
    // place (files there are replaced by renaming). A file that is cut short under our hands ends the process, as it
    // does in every program that maps its weights.
    unsafe { Mmap::map(&file) }
}

fn damaged(file: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Weights { file: file.to_owned(), source: source.into() }
}
