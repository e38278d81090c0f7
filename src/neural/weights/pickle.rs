//! PyTorch checkpoints, as `torch.save` writes a dictionary of tensors.
//!
//! Such a file is a ZIP archive: `NAME/data.pkl` is a pickle that describes the tensors, `NAME/data/KEY` holds their numbers.
//! PyTorch never compresses. Compressed entries are refused, so an archive cannot unpack to more bytes than it has.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::Range;

use safetensors::tensor::Dtype;
use zip::{CompressionMethod, ZipArchive};

use super::pickle_machine::{self, TensorDescription};
use super::tensor_file::{ByteSource, ReadError, StoredTensor, TensorFile};
use super::weight::Weight;

/// A PyTorch checkpoint whose pickle has been read.
pub(super) struct PickleFile {
    source: ByteSource,
    tensors: BTreeMap<String, TensorLocation>,
}

impl PickleFile {
    /// Reads the archive's directory and the pickle.
    pub(super) fn open(file: File) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let tensors = locate_tensors(&file)?;
        Ok(Self { source: ByteSource::File(file), tensors })
    }
}

impl TensorFile for PickleFile {
    fn names(&self) -> Vec<String> {
        self.tensors.keys().cloned().collect()
    }

    fn read(&self, name: &str) -> Result<StoredTensor, ReadError> {
        let location = self.tensors.get(name).ok_or(ReadError::Missing)?;
        let weight = match self.source.read_weight(location.range.clone(), location.format, location.span())? {
            Weight::Float(values) => Weight::Float(location.in_rows(values)),
            Weight::Int8 { values, scales, input_multipliers } => {
                Weight::Int8 { values: location.in_rows(values), scales, input_multipliers }
            }
            blocks @ Weight::GgufBlocks { .. } => blocks,
        };
        Ok(StoredTensor { shape: location.shape.clone(), weight })
    }
}

/// Where a tensor is in the archive.
#[derive(Clone, Debug)]
struct TensorLocation {
    /// The format of the tensor's numbers.
    format: Dtype,
    /// Length of each dimension of the tensor.
    shape: Vec<usize>,
    /// The bytes from the first number of the tensor to its last.
    range: Range<u64>,
    /// Distance between neighbours in each dimension, in numbers.
    strides: Vec<usize>,
}

impl TensorLocation {
    /// How many numbers there are from the first of the tensor to its last, gaps included.
    fn span(&self) -> usize {
        span(&self.shape, &self.strides).unwrap_or_default()
    }

    /// Puts `numbers`, which are in the order of the file, in row-major order.
    fn in_rows<T: Copy>(&self, numbers: Vec<T>) -> Vec<T> {
        let mut dense_stride = 1;
        let is_dense = self.shape.iter().zip(&self.strides).rev().all(|(size, stride)| {
            let is_dense_dimension = *size == 1 || *stride == dense_stride;
            dense_stride *= size;
            is_dense_dimension
        });
        if is_dense {
            return numbers;
        }
        let mut offsets = vec![0];
        for (size, stride) in self.shape.iter().zip(&self.strides) {
            offsets = offsets.iter().flat_map(|offset| (0..*size).map(move |index| offset + index * stride)).collect();
        }
        offsets.into_iter().filter_map(|offset| numbers.get(offset).copied()).collect()
    }
}

/// How many numbers there are from the first to the last of a tensor, gaps included; `None` if they cannot be counted.
fn span(shape: &[usize], strides: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    let mut dimensions = shape.iter().zip(strides);
    dimensions.try_fold(1_usize, |span, (size, stride)| span.checked_add((size - 1).checked_mul(*stride)?))
}

/// Finds the tensors of the PyTorch archive `file`, by name.
fn locate_tensors(file: &File) -> Result<BTreeMap<String, TensorLocation>, Box<dyn Error + Send + Sync>> {
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    let mut storages: HashMap<String, Range<u64>> = HashMap::new();
    let mut pickle = None;
    for entry_index in 0..archive.len() {
        let entry = archive.by_index_raw(entry_index)?;
        let entry_name = entry.name()?.into_owned();
        if entry.compression() != CompressionMethod::Stored {
            return Err(format!("{entry_name} is compressed, which PyTorch never does").into());
        }
        let entry_start = entry.data_start().ok_or("an entry has no place")?;
        storages.insert(entry_name.clone(), entry_start..entry_start.saturating_add(entry.size()));
        if entry_name.ends_with("data.pkl") {
            pickle = Some((entry_index, entry_name));
        }
    }
    let (pickle_index, pickle_name) = pickle.ok_or("it holds no data.pkl")?;
    let mut pickle_bytes = Vec::new();
    archive.by_index(pickle_index)?.read_to_end(&mut pickle_bytes)?;
    let archive_folder = pickle_name.strip_suffix("data.pkl").unwrap_or_default();
    let mut tensors = BTreeMap::new();
    for (tensor_name, tensor) in pickle_machine::read_tensors(&pickle_bytes)? {
        let storage = storages
            .get(&format!("{archive_folder}data/{}", tensor.key))
            .ok_or_else(|| format!("the storage {:?} of {tensor_name} is missing", tensor.key))?;
        let location =
            locate_in_storage(tensor, storage).ok_or_else(|| format!("{tensor_name} is larger than its storage"))?;
        tensors.insert(tensor_name.to_string(), location);
    }
    Ok(tensors)
}

/// Where `tensor` is, whose storage has the bytes `storage`. `None` if the storage does not hold all of it, or holds fewer
/// numbers than the shape has (a stride of 0 repeats them).
fn locate_in_storage(tensor: TensorDescription, storage: &Range<u64>) -> Option<TensorLocation> {
    let TensorDescription { format, offset, shape, strides, .. } = tensor;
    let span = span(&shape, &strides)?;
    let number_count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size))?;
    let bytes_of = |numbers: usize| u64::try_from(numbers).ok()?.checked_mul(format.bitsize() as u64 / 8);
    let tensor_start = storage.start.checked_add(bytes_of(offset)?)?;
    let tensor_end = tensor_start.checked_add(bytes_of(span)?)?;
    let fits_storage = number_count <= span && shape.len() == strides.len() && tensor_end <= storage.end;
    fits_storage.then_some(TensorLocation { format, shape, range: tensor_start..tensor_end, strides })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Seek, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// `{"w": tensor}` of a storage of `FloatStorage` with the key `0`, in the operations of protocol 2.
    fn pickle(offset: u8, shape: [u8; 2], strides: [u8; 2]) -> Vec<u8> {
        let mut pickle = b"\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storage".to_vec();
        pickle.extend(b"ctorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x06tQ");
        pickle.extend([b'K', offset, b'K', shape[0], b'K', shape[1], 0x86, b'K', strides[0], b'K', strides[1], 0x86]);
        pickle.extend(b"\x89}tRs.");
        pickle
    }

    /// An archive of `entries`.
    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in entries {
            archive.start_file(*name, stored).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn open(archive: &[u8]) -> Result<BTreeMap<String, TensorLocation>, String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(archive).unwrap();
        file.rewind().unwrap();
        locate_tensors(&file).map_err(|error| error.to_string())
    }

    fn numbers() -> Vec<u8> {
        (0..6).flat_map(|number| (number as f32).to_le_bytes()).collect()
    }

    fn tensor(pickle: &[u8]) -> Result<TensorLocation, String> {
        let tensors = open(&archive(&[("a/data.pkl", pickle), ("a/data/0", &numbers())]))?;
        tensors.get("w").cloned().ok_or("no tensor".into())
    }

    #[test]
    fn a_tensor_is_found_with_its_strides() {
        let numbers = |located: &TensorLocation| located.in_rows((0..located.span()).collect());
        let rows = tensor(&pickle(0, [2, 3], [3, 1])).unwrap();
        assert_eq!((rows.shape.as_slice(), rows.range.end - rows.range.start), (&[2, 3][..], 24));
        assert_eq!(numbers(&rows), [0, 1, 2, 3, 4, 5]);
        assert_eq!(numbers(&tensor(&pickle(0, [3, 2], [1, 3])).unwrap()), [0, 3, 1, 4, 2, 5]);
        assert_eq!(numbers(&tensor(&pickle(1, [2, 2], [3, 1])).unwrap()), [0, 1, 3, 4]);
        assert!(numbers(&tensor(&pickle(0, [0, 9], [9, 1])).unwrap()).is_empty());
    }

    #[test]
    fn what_a_storage_does_not_hold_is_refused() {
        for (offset, shape, strides) in
            [(1, [2, 3], [3, 1]), (0, [2, 4], [4, 1]), (7, [1, 1], [1, 1]), (0, [200, 200], [0, 0])]
        {
            let refused = tensor(&pickle(offset, shape, strides)).unwrap_err();
            assert!(refused.contains("larger than its storage"), "{refused}");
        }
        let alone = open(&archive(&[("a/data.pkl", &pickle(0, [2, 3], [3, 1]))])).unwrap_err();
        assert!(alone.contains("missing"), "{alone}");
        assert!(open(&archive(&[("a/data/0", &[0])])).unwrap_err().contains("no data.pkl"));
    }

    #[test]
    fn what_is_compressed_is_refused_before_it_is_unpacked() {
        let mut bomb = archive(&[("a/data.pkl", &pickle(0, [2, 3], [3, 1]))]);
        // The method stands in the ninth byte of the entry and in the eleventh of its line in the directory.
        let directory = bomb.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        for place in [8, directory + 10] {
            assert_eq!(bomb[place], 0);
            bomb[place] = 8;
        }
        let refused = open(&bomb).unwrap_err();
        assert!(refused.contains("compressed"), "{refused}");
    }

    #[test]
    fn a_pickle_takes_no_more_memory_than_it_has_bytes() {
        // A text of four gigabytes that is not there; tuples of tuples, each twice the one before it; a deep nest; and a hundred
        // thousand names of classes, each made of a megabyte.
        let doubled = [b")".to_vec(), b"q\0h\0h\0\x86".repeat(60), b".".to_vec()].concat();
        let nested = [b")".to_vec(), b"\x85".repeat(1_000_000), b".".to_vec()].concat();
        let text = [b"X\0\0\x10\0".to_vec(), vec![b'a'; 1 << 20], b"q\0".to_vec()].concat();
        let named = [text, b"h\0h\0\x93".repeat(100_000), b".".to_vec()].concat();
        for (pickle, words) in [
            (&b"X\xff\xff\xff\xffab."[..], "cut short"),
            (&doubled, "dictionary"),
            (&nested, "dictionary"),
            (&named, "dictionary"),
        ] {
            let refused = tensor(pickle).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn no_pickle_that_is_cut_or_changed_is_a_panic() {
        let whole = pickle(0, [2, 3], [3, 1]);
        for place in 0..whole.len() {
            assert!(tensor(&whole[..place]).is_err());
            for byte in [0, b'(', b')', b'.', b'R', b'h', b't', b'u', 0x81, 0x86, 0x93, 0xff] {
                let mut changed = whole.clone();
                changed[place] = byte;
                let _ = tensor(&changed);
            }
        }
    }
}
