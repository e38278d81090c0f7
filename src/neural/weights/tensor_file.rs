//! What every format of weights offers: a table of contents, and tensors by name.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;

use half::{bf16, f16};
use safetensors::tensor::Dtype;

use super::weight::Weight;

/// A file of named tensors whose table of contents has been read.
pub(super) trait TensorFile: Send + Sync {
    /// The names of all tensors, as Hugging Face names them.
    fn names(&self) -> Vec<String>;

    /// Reads the tensor called `name`.
    fn read(&self, name: &str) -> Result<StoredTensor, ReadError>;
}

/// A tensor as a file stores it.
#[derive(Debug)]
pub(super) struct StoredTensor {
    /// Length of each dimension of the tensor.
    pub(super) shape: Vec<usize>,
    /// The numbers of the tensor. 8-bit integers have no scales if the file has these in a tensor of their own.
    pub(super) weight: Weight,
}

/// Why a tensor cannot be read.
#[derive(Debug)]
pub(super) enum ReadError {
    /// The file of weights has no tensor of this name.
    Missing,
    /// The tensor is stored in this number format, which is not supported.
    Format(String),
    /// The file of weights is damaged or cannot be read.
    Damaged(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for ReadError {
    fn from(cause: E) -> Self {
        Self::Damaged(cause.into())
    }
}

/// Bytes of a tensor that are read at once: a tensor is converted piece by piece and never held twice. A multiple of the width of
/// every number format.
const PIECE_BYTES: usize = 1 << 20;

/// The bytes of a file of weights, or of weights in the program itself.
pub(super) enum ByteSource {
    File(File),
    /// What a packed file holds.
    Unpacked(Vec<u8>),
    Embedded(&'static [u8]),
}

impl ByteSource {
    pub(super) fn len(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Embedded(bytes) => Ok(bytes.len() as u64),
            Self::Unpacked(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Calls `visit_piece` on the bytes of `range`, piece by piece. No piece splits a number.
    pub(super) fn read(&self, range: Range<u64>, mut visit_piece: impl FnMut(&[u8])) -> io::Result<()> {
        let mut visit_bytes = |bytes: &[u8]| {
            let range = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
            let bytes = range.and_then(|(start, end)| bytes.get(start..end));
            bytes.map(&mut visit_piece).ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
        };
        match self {
            Self::Embedded(bytes) => visit_bytes(bytes)?,
            Self::Unpacked(bytes) => visit_bytes(bytes)?,
            Self::File(file) => {
                // A file can be read through a shared reference. One thread reads at a time: loading is sequential.
                let mut reader = file;
                reader.seek(io::SeekFrom::Start(range.start))?;
                let mut bytes_left = range.end.saturating_sub(range.start);
                let mut piece = vec![0; PIECE_BYTES.min(usize::try_from(bytes_left).unwrap_or(PIECE_BYTES))];
                while bytes_left > 0 {
                    let piece_length = PIECE_BYTES.min(usize::try_from(bytes_left).unwrap_or(PIECE_BYTES));
                    reader.read_exact(&mut piece[..piece_length])?;
                    visit_piece(&piece[..piece_length]);
                    bytes_left -= piece_length as u64;
                }
            }
        }
        Ok(())
    }

    /// Reads the `count` numbers of `range`, stored in `format`, as a weight.
    ///
    /// The caller has checked `count` against the length of the file, so a damaged one cannot ask for more memory than
    /// it has bytes.
    pub(super) fn read_weight(&self, range: Range<u64>, format: Dtype, count: usize) -> Result<Weight, ReadError> {
        let float_weight = |extend: fn(&mut Vec<f32>, &[u8])| {
            let mut numbers = Vec::with_capacity(count);
            self.read(range.clone(), |piece| extend(&mut numbers, piece))?;
            Ok(Weight::Float(numbers))
        };
        match format {
            Dtype::F32 => float_weight(|numbers, piece| decode_floats(numbers, piece, f32::from_le_bytes)),
            Dtype::F16 => {
                float_weight(|numbers, piece| decode_floats(numbers, piece, |bytes| f16::from_le_bytes(bytes).to_f32()))
            }
            Dtype::BF16 => float_weight(|numbers, piece| {
                decode_floats(numbers, piece, |bytes| bf16::from_le_bytes(bytes).to_f32())
            }),
            Dtype::F64 => {
                float_weight(|numbers, piece| decode_floats(numbers, piece, |bytes| f64::from_le_bytes(bytes) as f32))
            }
            Dtype::I8 => {
                let mut integers = Vec::with_capacity(count);
                self.read(range, |piece| integers.extend(piece.iter().map(|byte| byte.cast_signed())))?;
                Ok(Weight::Int8 { values: integers, scales: Vec::new(), input_multipliers: None })
            }
            unsupported => Err(ReadError::Format(format!("{unsupported:?}"))),
        }
    }
}

/// Appends the numbers in `piece`, `N` bytes each, to `numbers`.
fn decode_floats<const N: usize>(numbers: &mut Vec<f32>, piece: &[u8], number: impl Fn([u8; N]) -> f32) {
    numbers.extend(piece.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)));
}
