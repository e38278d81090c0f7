//! Safetensors files: a JSON table of contents, then the bytes of the tensors.
//!
//! Format: <https://huggingface.co/docs/safetensors>.

use std::error::Error;
use std::io;

use safetensors::tensor::Metadata;

use super::tensor_file::{ByteSource, ReadError, StoredTensor, TensorFile};

/// A safetensors file whose table of contents has been read.
pub(super) struct SafetensorsFile {
    source: ByteSource,
    /// The table of contents. Its offsets agree with the shapes, and the file is as long as they say.
    contents: Metadata,
    /// Where the bytes of the tensors begin.
    data_start: u64,
}

impl SafetensorsFile {
    /// Reads the table of contents of a safetensors file.
    pub(super) fn open(source: ByteSource) -> Result<Self, Box<dyn Error + Send + Sync>> {
        /// The longest table that the format allows, in bytes.
        const LONGEST_HEADER: u64 = 100_000_000;
        let mut length_bytes = Vec::new();
        source.read(0..8, |piece| length_bytes.extend_from_slice(piece))?;
        let header_length = length_bytes.as_chunks::<8>().0.first().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let (data_start, file_size) = (8 + header_length.min(LONGEST_HEADER + 1), source.len()?);
        if header_length > LONGEST_HEADER || data_start > file_size {
            return Err(io::Error::other("it is not a safetensors file, or cut short").into());
        }
        let mut header = Vec::new();
        source.read(8..data_start, |piece| header.extend_from_slice(piece))?;
        let contents: Metadata = serde_json::from_slice(&header)?;
        if file_size < data_start + contents.data_len() as u64 {
            return Err(io::Error::other("the file is shorter than its table of contents says").into());
        }
        Ok(Self { source, contents, data_start })
    }
}

impl TensorFile for SafetensorsFile {
    fn names(&self) -> Vec<String> {
        self.contents.tensors().into_keys().collect()
    }

    fn read(&self, name: &str) -> Result<StoredTensor, ReadError> {
        let tensor_info = self.contents.info(name).ok_or(ReadError::Missing)?;
        let (tensor_start, tensor_end) = tensor_info.data_offsets;
        let byte_range = self.data_start + tensor_start as u64..self.data_start + tensor_end as u64;
        let number_count = tensor_info.shape.iter().product();
        let weight = self.source.read_weight(byte_range, tensor_info.dtype, number_count)?;
        Ok(StoredTensor { shape: tensor_info.shape.clone(), weight })
    }
}
