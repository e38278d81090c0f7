//! A folder of weights as named arrays of numbers.
//!
//! Reads safetensors (whole or in shards), `pytorch_model.bin` (as data: nothing in the pickle is executed) and GGUF. Beside the
//! usual float formats it knows this project's packed form: a matrix `NAME` of 8-bit integers with one scale a row
//! in `NAME.scale`, so that `value[row][column] = NAME[row][column] * NAME.scale[row]` (see `models/pack.py`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::path::PathBuf;

use candle_core::quantized::gguf_file::Content as GgufContents;
use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata};
use serde_json::Value;

use super::Error;
use super::gguf::{Gguf, Stored};
use super::pickle::{self, Located};

/// Where the weights are.
#[derive(Clone, Debug)]
pub enum WeightFile {
    /// A safetensors file, or one shard of several.
    Safetensors(PathBuf),
    /// A safetensors file that is part of the program.
    Embedded(&'static [u8]),
    /// A PyTorch pickle (`pytorch_model.bin`).
    Pickle(PathBuf),
    /// A GGUF file, which holds configuration and tokenizer too.
    Gguf(PathBuf),
}

impl WeightFile {
    fn describe(&self) -> String {
        match self {
            Self::Safetensors(path) | Self::Pickle(path) | Self::Gguf(path) => path.display().to_string(),
            Self::Embedded(_) => "embedded".into(),
        }
    }
}

/// Bytes that are read at once: a tensor is converted piece by piece and never held twice.
const PIECE: usize = 1 << 20;

/// The bytes of a safetensors file.
enum Bytes {
    File(File),
    Embedded(&'static [u8]),
}

impl Bytes {
    fn len(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Embedded(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Calls `with` on the bytes of `range`, in pieces that are a multiple of every number format long.
    fn read(&self, range: Range<u64>, mut with: impl FnMut(&[u8])) -> io::Result<()> {
        let past_the_end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        match self {
            Self::Embedded(bytes) => {
                let (Ok(start), Ok(end)) = (usize::try_from(range.start), usize::try_from(range.end)) else {
                    return Err(past_the_end());
                };
                with(bytes.get(start..end).ok_or_else(past_the_end)?);
            }
            Self::File(file) => {
                // A file can be read through a shared reference; only one tensor is read at a time.
                let mut file = file;
                file.seek(io::SeekFrom::Start(range.start))?;
                let mut rest = range.end.saturating_sub(range.start);
                let mut piece = vec![0; PIECE.min(usize::try_from(rest).unwrap_or(PIECE))];
                while rest > 0 {
                    let length = PIECE.min(usize::try_from(rest).unwrap_or(PIECE));
                    file.read_exact(&mut piece[..length])?;
                    with(&piece[..length]);
                    rest -= length as u64;
                }
            }
        }
        Ok(())
    }
}

enum Store {
    /// `data` is where the tensors' bytes begin.
    Safetensors {
        file: String,
        bytes: Bytes,
        contents: Metadata,
        data: u64,
    },
    Pickle {
        file: String,
        bytes: Bytes,
        tensors: BTreeMap<String, Located>,
    },
    Gguf {
        file: String,
        gguf: Box<Gguf>,
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
    /// Blocks of a GGUF file: rows after rows, all with `columns` columns.
    Stored {
        /// What the rows are made of.
        parts: Vec<Stored>,
        /// Numbers of a row.
        columns: usize,
    },
}

impl Weight {
    /// `weights`, which have the same number of columns, on top of each other.
    pub(super) fn stacked(weights: Vec<Self>) -> Result<Self, Error> {
        if let [Self::Stored { columns, .. }, ..] = weights.as_slice()
            && weights.iter().all(|weight| matches!(weight, Self::Stored { .. }))
        {
            let columns = *columns;
            let parts = weights.into_iter().flat_map(|weight| match weight {
                Self::Stored { parts, .. } => parts,
                _ => Vec::new(),
            });
            return Ok(Self::Stored { parts: parts.collect(), columns });
        }
        let packed = weights.iter().all(|weight| matches!(weight, Self::Int8 { .. }));
        let (mut all_values, mut all_scales, mut floats) = (Vec::new(), Vec::new(), Vec::new());
        for weight in weights {
            match weight {
                Self::Int8 { values, scales } if packed => {
                    all_values.extend(values);
                    all_scales.extend(scales);
                }
                weight => floats.extend(weight.into_floats()?),
            }
        }
        Ok(if packed { Self::Int8 { values: all_values, scales: all_scales } } else { Self::Float(floats) })
    }

    /// The same weights once more, where that needs no memory.
    pub(super) fn shared(&self) -> Option<Self> {
        match self {
            Self::Stored { parts, columns } => Some(Self::Stored { parts: parts.clone(), columns: *columns }),
            Self::Float(_) | Self::Int8 { .. } => None,
        }
    }

    /// The weights as floats, multiplied out where they are packed.
    pub(super) fn into_floats(self) -> Result<Vec<f32>, Error> {
        Ok(match self {
            Self::Float(values) => values,
            Self::Int8 { values, scales } => {
                let columns = values.len() / scales.len().max(1);
                let rows = values.chunks(columns.max(1)).zip(&scales);
                rows.flat_map(|(row, scale)| row.iter().map(move |value| f32::from(*value) * scale)).collect()
            }
            Self::Stored { parts, columns } => {
                let mut floats = Vec::new();
                for part in parts {
                    floats.extend(part.floats(columns)?);
                }
                floats
            }
        })
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

    /// Opens the GGUF file at `path`, whose configuration is its own.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file cannot be opened or its table of contents is damaged.
    pub fn of_gguf(path: PathBuf) -> Result<Self, Error> {
        let mut checkpoint = Self::open("{}", &[WeightFile::Gguf(path)])?;
        if let Some(Store::Gguf { gguf, .. }) = checkpoint.stores.first() {
            checkpoint.config = gguf.config();
        }
        Ok(checkpoint)
    }

    /// Metadata and tensors of the GGUF file, if it is one.
    pub fn gguf(&self) -> Option<&GgufContents> {
        match self.stores.first() {
            Some(Store::Gguf { gguf, .. }) => Some(gguf.contents()),
            _ => None,
        }
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
        self.weight(name, &[length])?.into_floats()
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
                Content::Stored(parts) => {
                    Ok(Weight::Stored { parts, columns: expected.last().copied().unwrap_or_default() })
                }
            }
        })?;
        let numbers = match &weight {
            Weight::Float(numbers) | Weight::Int8 { scales: numbers, .. } => numbers.as_slice(),
            // Looked at as they were read.
            Weight::Stored { .. } => &[],
        };
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
            Store::Safetensors { file, bytes, contents, data } => {
                let info = contents.info(name).ok_or_else(missing)?;
                let (start, end) = info.data_offsets;
                let range = data + start as u64..data + end as u64;
                // The file is as long as the table says, so a damaged one cannot ask for more memory than it has bytes.
                let count = info.shape.iter().product();
                let mut content = Content::of(info.dtype, count)
                    .ok_or_else(|| Error::Format { name: name.into(), found: format!("{:?}", info.dtype) })?;
                bytes.read(range, |piece| content.extend(info.dtype, piece)).map_err(|error| damaged(file, error))?;
                with(&info.shape, content)
            }
            Store::Pickle { file, bytes, tensors } => {
                let tensor = tensors.get(name).ok_or_else(missing)?;
                let mut content = Content::of(tensor.format, tensor.span())
                    .ok_or_else(|| Error::Format { name: name.into(), found: format!("{:?}", tensor.format) })?;
                let read = bytes.read(tensor.range.clone(), |piece| content.extend(tensor.format, piece));
                read.map_err(|error| damaged(file, error))?;
                let content = match content {
                    Content::Floats(floats) => Content::Floats(tensor.in_rows(floats)),
                    Content::Integers(integers) => Content::Integers(tensor.in_rows(integers)),
                    // Not of PyTorch.
                    stored @ Content::Stored(_) => stored,
                };
                with(&tensor.shape, content)
            }
            Store::Gguf { file, gguf } => {
                let found = gguf.tensor(name).ok_or_else(missing)?;
                let (shape, content) = found.map_err(|error| damaged(file, error))?;
                with(&shape, content)
            }
        }
    }
}

/// The numbers of one tensor.
pub(super) enum Content {
    Floats(Vec<f32>),
    Integers(Vec<i8>),
    /// Of GGUF: at most a block of outputs each.
    Stored(Vec<Stored>),
}

impl Content {
    /// Nothing yet, with room for `count` numbers in `format`, or `None` if the format is not supported.
    fn of(format: Dtype, count: usize) -> Option<Self> {
        match format {
            Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::F64 => Some(Self::Floats(Vec::with_capacity(count))),
            Dtype::I8 => Some(Self::Integers(Vec::with_capacity(count))),
            _ => None,
        }
    }

    /// Adds the numbers that `data` holds in `format`.
    fn extend(&mut self, format: Dtype, data: &[u8]) {
        fn numbers<const N: usize>(floats: &mut Vec<f32>, data: &[u8], number: impl Fn([u8; N]) -> f32) {
            floats.extend(data.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)));
        }
        match (self, format) {
            (Self::Floats(floats), Dtype::F32) => numbers(floats, data, f32::from_le_bytes),
            (Self::Floats(floats), Dtype::F16) => numbers(floats, data, |bytes| f16::from_le_bytes(bytes).to_f32()),
            (Self::Floats(floats), Dtype::BF16) => numbers(floats, data, |bytes| bf16::from_le_bytes(bytes).to_f32()),
            (Self::Floats(floats), _) => numbers(floats, data, |bytes| f64::from_le_bytes(bytes) as f32),
            (Self::Integers(integers), _) => integers.extend(data.iter().map(|byte| byte.cast_signed())),
            // Not of safetensors.
            (Self::Stored(_), _) => {}
        }
    }
}

fn open(file: &WeightFile) -> Result<(Store, Vec<String>), Error> {
    let described = file.describe();
    let bytes = match file {
        WeightFile::Embedded(bytes) => Bytes::Embedded(bytes),
        WeightFile::Safetensors(path) => Bytes::File(File::open(path).map_err(|error| damaged(&described, error))?),
        WeightFile::Pickle(path) => {
            let file = File::open(path).map_err(|error| damaged(&described, error))?;
            let tensors = pickle::tensors(&file).map_err(|error| damaged(&described, error))?;
            let names = tensors.keys().cloned().collect();
            return Ok((Store::Pickle { file: described, bytes: Bytes::File(file), tensors }, names));
        }
        WeightFile::Gguf(path) => {
            let gguf = Box::new(Gguf::open(path).map_err(|error| damaged(&described, error))?);
            let names = gguf.names();
            return Ok((Store::Gguf { file: described, gguf }, names));
        }
    };
    let (contents, data) = table_of_contents(&bytes).map_err(|error| damaged(&described, error))?;
    let names = contents.tensors().into_keys().collect();
    Ok((Store::Safetensors { file: described, bytes, contents, data }, names))
}

/// The table of contents of a safetensors file (its offsets are checked against the shapes), and where the tensors begin.
fn table_of_contents(bytes: &Bytes) -> io::Result<(Metadata, u64)> {
    /// What the format allows.
    const LONGEST: u64 = 100_000_000;
    let mut length = Vec::new();
    bytes.read(0..8, |piece| length.extend_from_slice(piece))?;
    let length = length.as_chunks::<8>().0.first().map_or(0, |length| u64::from_le_bytes(*length));
    let (data, size) = (8 + length.min(LONGEST + 1), bytes.len()?);
    if length > LONGEST || data > size {
        return Err(io::Error::other("it is not a safetensors file, or cut short"));
    }
    let mut header = Vec::new();
    bytes.read(8..data, |piece| header.extend_from_slice(piece))?;
    let contents: Metadata = serde_json::from_slice(&header)?;
    if size < data + contents.data_len() as u64 {
        return Err(io::Error::other("the file is shorter than its table of contents says"));
    }
    Ok((contents, data))
}

fn damaged(file: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Weights { file: file.to_owned(), source: source.into() }
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
