//! What `torch.save` writes of a dictionary of tensors → where the numbers of each tensor are in the file.
//!
//! Such a file is a ZIP archive: `NAME/data.pkl` is a pickle that describes the tensors, `NAME/data/KEY` are their numbers. The
//! pickle is read as data: a machine that knows the operations which describe tensors, runs nothing, and takes memory in
//! proportion to the pickle, whatever that says (values are numbers in tables, so none can hold another a million times or
//! deep). PyTorch never compresses, and what is compressed is refused: an archive cannot unpack to more than it has bytes.
//! Source of the format: `pickletools.py` of Python, `torch/_utils.py` and `torch/_weights_only_unpickler.py` of PyTorch.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::Range;

use safetensors::tensor::Dtype;
use zip::{CompressionMethod, ZipArchive};

/// Where a tensor is.
#[derive(Clone, Debug)]
pub(super) struct Located {
    /// The format of its numbers.
    pub(super) format: Dtype,
    /// Its shape.
    pub(super) shape: Vec<usize>,
    /// The bytes from its first number to its last.
    pub(super) range: Range<u64>,
    /// How many numbers further the next one is, in each dimension.
    strides: Vec<usize>,
}

impl Located {
    /// Numbers from the first to the last.
    pub(super) fn span(&self) -> usize {
        span(&self.shape, &self.strides).unwrap_or_default()
    }

    /// `numbers`, which stand as in the file, in row-major order.
    pub(super) fn in_rows<T: Copy>(&self, numbers: Vec<T>) -> Vec<T> {
        let mut dense = 1;
        let is_dense = self.shape.iter().zip(&self.strides).rev().all(|(size, stride)| {
            let fits = *size == 1 || *stride == dense;
            dense *= size;
            fits
        });
        if is_dense {
            return numbers;
        }
        let mut places = vec![0];
        for (size, stride) in self.shape.iter().zip(&self.strides) {
            places = places.iter().flat_map(|place| (0..*size).map(move |index| place + index * stride)).collect();
        }
        places.into_iter().filter_map(|place| numbers.get(place).copied()).collect()
    }
}

/// Numbers from the first to the last of a tensor; `None` if that is past all counting.
fn span(shape: &[usize], strides: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    let mut dimensions = shape.iter().zip(strides);
    dimensions.try_fold(1_usize, |span, (size, stride)| span.checked_add((size - 1).checked_mul(*stride)?))
}

/// The tensors of `file`, by name.
pub(super) fn tensors(file: &File) -> Result<BTreeMap<String, Located>, Box<dyn Error + Send + Sync>> {
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    let mut storages: HashMap<String, Range<u64>> = HashMap::new();
    let mut pickle = None;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        if entry.compression() != CompressionMethod::Stored {
            return Err(format!("{name} is compressed, which PyTorch never does").into());
        }
        let start = entry.data_start().ok_or("an entry has no place")?;
        storages.insert(name.clone(), start..start.saturating_add(entry.size()));
        if name.ends_with("data.pkl") {
            pickle = Some((index, name));
        }
    }
    let (index, name) = pickle.ok_or("it holds no data.pkl")?;
    let mut bytes = Vec::new();
    archive.by_index(index)?.read_to_end(&mut bytes)?;
    let folder = name.strip_suffix("data.pkl").unwrap_or_default();
    let mut machine = Machine::default();
    let state = machine.run(&bytes)?;
    let mut tensors = BTreeMap::new();
    let Value::Dict(state) = state else { return Err("it holds no dictionary of tensors".into()) };
    for (key, value) in &machine.dicts[state] {
        if let (Value::Text(name), Value::Tensor(tensor)) = (key, value) {
            let Described { format, key, offset, shape, strides } = &machine.tensors[*tensor];
            let storage = storages.get(&format!("{folder}data/{key}"));
            let storage =
                storage.ok_or_else(|| format!("the storage {key:?} of {} is missing", machine.texts[*name]))?;
            let located = located(*format, (shape, strides), (*offset, storage));
            let located = located.ok_or_else(|| format!("{} is larger than its storage", machine.texts[*name]))?;
            tensors.insert(machine.texts[*name].clone(), located);
        }
    }
    Ok(tensors)
}

/// The tensor of `layout` (shape and strides) at `place` (offset in numbers, and the storage); `None` if it is not in the
/// storage, or is repeated there to be more than that.
fn located(format: Dtype, layout: (&[usize], &[usize]), place: (usize, &Range<u64>)) -> Option<Located> {
    let ((shape, strides), (offset, storage)) = (layout, place);
    let span = span(shape, strides)?;
    let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size))?;
    let bytes = |numbers: usize| u64::try_from(numbers).ok()?.checked_mul(format.bitsize() as u64 / 8);
    let start = storage.start.checked_add(bytes(offset)?)?;
    let end = start.checked_add(bytes(span)?)?;
    (count <= span && shape.len() == strides.len() && end <= storage.end).then(|| Located {
        format,
        shape: shape.to_vec(),
        range: start..end,
        strides: strides.to_vec(),
    })
}

/// A value of a pickle; what holds others or is long is a number in a table.
#[derive(Clone, Copy, Debug)]
enum Value {
    /// Something that says nothing on tensors.
    Other,
    Integer(i64),
    Text(usize),
    /// A class or function, by its full name.
    Global(usize),
    Tuple(usize),
    Dict(usize),
    /// A storage, by the tuple that describes it.
    Storage(usize),
    Tensor(usize),
}

/// A tensor as a pickle describes it.
#[derive(Debug)]
struct Described {
    format: Dtype,
    /// The key of its storage.
    key: String,
    /// Numbers before its first in the storage.
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

/// Formats by the class of their storage.
const STORAGES: &[(&str, Dtype)] = &[
    ("torch FloatStorage", Dtype::F32),
    ("torch DoubleStorage", Dtype::F64),
    ("torch HalfStorage", Dtype::F16),
    ("torch BFloat16Storage", Dtype::BF16),
    ("torch CharStorage", Dtype::I8),
    ("torch ByteStorage", Dtype::U8),
    ("torch ShortStorage", Dtype::I16),
    ("torch IntStorage", Dtype::I32),
    ("torch LongStorage", Dtype::I64),
    ("torch BoolStorage", Dtype::BOOL),
];

/// Runs a pickle, as far as it describes tensors.
#[derive(Default)]
struct Machine {
    stack: Vec<Value>,
    /// Lengths of the stack at the marks.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    texts: Vec<String>,
    tuples: Vec<Vec<Value>>,
    dicts: Vec<Vec<(Value, Value)>>,
    tensors: Vec<Described>,
}

impl Machine {
    /// The value that `pickle` describes.
    fn run(&mut self, pickle: &[u8]) -> Result<Value, String> {
        let mut rest = pickle;
        loop {
            let [operation] = take::<1>(&mut rest)?;
            match operation {
                // PROTO
                0x80 => drop(take::<1>(&mut rest)?),
                // FRAME
                0x95 => drop(take::<8>(&mut rest)?),
                b'.' => return self.pop(),
                b'(' => self.marks.push(self.stack.len()),
                // NONE, NEWTRUE, NEWFALSE, EMPTY_LIST, EMPTY_SET
                b'N' | 0x88 | 0x89 | b']' | 0x8f => self.stack.push(Value::Other),
                b'K' => {
                    let [number] = take::<1>(&mut rest)?;
                    self.stack.push(Value::Integer(number.into()));
                }
                b'M' => {
                    let number = u16::from_le_bytes(take(&mut rest)?);
                    self.stack.push(Value::Integer(number.into()));
                }
                b'J' => {
                    let number = i32::from_le_bytes(take(&mut rest)?);
                    self.stack.push(Value::Integer(number.into()));
                }
                // LONG1
                0x8a => {
                    let [length] = take::<1>(&mut rest)?;
                    let bytes = take_slice(&mut rest, length.into())?;
                    self.stack.push(integer(bytes).map_or(Value::Other, Value::Integer));
                }
                // BINFLOAT
                b'G' => {
                    take::<8>(&mut rest)?;
                    self.stack.push(Value::Other);
                }
                b'X' => {
                    let length = u32::from_le_bytes(take(&mut rest)?);
                    self.text(&mut rest, length as usize)?;
                }
                // SHORT_BINUNICODE
                0x8c => {
                    let [length] = take::<1>(&mut rest)?;
                    self.text(&mut rest, length.into())?;
                }
                // GLOBAL
                b'c' => {
                    let name = format!("{} {}", take_line(&mut rest)?, take_line(&mut rest)?);
                    self.texts.push(name);
                    self.stack.push(Value::Global(self.texts.len() - 1));
                }
                // STACK_GLOBAL
                0x93 => {
                    let name = match (self.pop()?, self.pop()?) {
                        (Value::Text(name), Value::Text(module)) => {
                            format!("{} {}", self.texts[module], self.texts[name])
                        }
                        _ => return Err("the name of a class is no text".into()),
                    };
                    self.texts.push(name);
                    self.stack.push(Value::Global(self.texts.len() - 1));
                }
                b')' => self.tuple(Vec::new()),
                // TUPLE1, TUPLE2, TUPLE3
                0x85..=0x87 => {
                    let start = self.stack.len().checked_sub(usize::from(operation - 0x84)).ok_or(EMPTY)?;
                    let items = self.stack.split_off(start);
                    self.tuple(items);
                }
                b't' => {
                    let items = self.pop_to_mark()?;
                    self.tuple(items);
                }
                // EMPTY_DICT
                b'}' => self.dict(),
                b's' => {
                    let (value, key) = (self.pop()?, self.pop()?);
                    self.set(&[key, value])?;
                }
                b'u' => {
                    let items = self.pop_to_mark()?;
                    self.set(&items)?;
                }
                // APPEND
                b'a' => drop(self.pop()?),
                // APPENDS, ADDITEMS
                b'e' | 0x90 => drop(self.pop_to_mark()?),
                b'q' => {
                    let [place] = take::<1>(&mut rest)?;
                    self.memo.insert(place.into(), self.last()?);
                }
                b'r' => {
                    let place = u32::from_le_bytes(take(&mut rest)?);
                    self.memo.insert(place, self.last()?);
                }
                // MEMOIZE
                0x94 => {
                    let place = u32::try_from(self.memo.len()).map_err(|_| "too many values")?;
                    self.memo.insert(place, self.last()?);
                }
                b'h' => {
                    let [place] = take::<1>(&mut rest)?;
                    self.recall(place.into())?;
                }
                b'j' => {
                    let place = u32::from_le_bytes(take(&mut rest)?);
                    self.recall(place)?;
                }
                // BINPERSID
                b'Q' => {
                    let storage = match self.pop()? {
                        Value::Tuple(tuple) => Value::Storage(tuple),
                        _ => Value::Other,
                    };
                    self.stack.push(storage);
                }
                // REDUCE, NEWOBJ
                b'R' | 0x81 => {
                    let (arguments, called) = (self.pop()?, self.pop()?);
                    let made = self.call(called, arguments)?;
                    self.stack.push(made);
                }
                // BUILD: what is made keeps what it is.
                b'b' => drop(self.pop()?),
                other => return Err(format!("operation {other:#04x} describes no tensor")),
            }
        }
    }

    fn pop(&mut self) -> Result<Value, String> {
        // What stands before a mark is not to be had while the mark stands.
        let floor = self.marks.last().copied().unwrap_or_default();
        if self.stack.len() > floor { self.stack.pop().ok_or(EMPTY.into()) } else { Err(EMPTY.into()) }
    }

    fn last(&self) -> Result<Value, String> {
        self.stack.last().copied().ok_or(EMPTY.into())
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Value>, String> {
        let mark = self.marks.pop().ok_or(EMPTY)?;
        if mark > self.stack.len() { Err(EMPTY.into()) } else { Ok(self.stack.split_off(mark)) }
    }

    fn recall(&mut self, place: u32) -> Result<(), String> {
        let value = self.memo.get(&place).copied().ok_or("a value is used before it is there")?;
        self.stack.push(value);
        Ok(())
    }

    fn text(&mut self, rest: &mut &[u8], length: usize) -> Result<(), String> {
        let text = String::from_utf8_lossy(take_slice(rest, length)?).into_owned();
        self.texts.push(text);
        self.stack.push(Value::Text(self.texts.len() - 1));
        Ok(())
    }

    fn tuple(&mut self, items: Vec<Value>) {
        self.tuples.push(items);
        self.stack.push(Value::Tuple(self.tuples.len() - 1));
    }

    fn dict(&mut self) {
        self.dicts.push(Vec::new());
        self.stack.push(Value::Dict(self.dicts.len() - 1));
    }

    /// Puts `items`, keys and values in turn, into the dictionary on top of the stack. What else may be there is passed over.
    fn set(&mut self, items: &[Value]) -> Result<(), String> {
        if let Value::Dict(dict) = self.last()? {
            self.dicts[dict].extend(items.as_chunks::<2>().0.iter().map(|[key, value]| (*key, *value)));
        }
        Ok(())
    }

    /// What `called` makes of its arguments; [`Value::Other`] if that is neither a tensor nor a dictionary.
    fn call(&mut self, called: Value, arguments: Value) -> Result<Value, String> {
        let (Value::Global(name), Value::Tuple(arguments)) = (called, arguments) else { return Ok(Value::Other) };
        let arguments = &self.tuples[arguments];
        match (self.texts[name].as_str(), arguments.as_slice()) {
            ("collections OrderedDict", _) => {
                self.dicts.push(Vec::new());
                Ok(Value::Dict(self.dicts.len() - 1))
            }
            ("torch._utils _rebuild_parameter", [tensor, ..]) => Ok(*tensor),
            ("torch._tensor _rebuild_from_type_v2", [function @ Value::Global(other), _, arguments, ..])
                if *other != name && self.texts[*other] != self.texts[name] =>
            {
                self.call(*function, *arguments)
            }
            ("torch._utils _rebuild_tensor_v2" | "torch._utils _rebuild_tensor", arguments) => {
                let tensor = self.described(arguments).ok_or("a tensor is described in an unknown way")?;
                self.tensors.push(tensor);
                Ok(Value::Tensor(self.tensors.len() - 1))
            }
            _ => Ok(Value::Other),
        }
    }

    /// The tensor of `(storage, offset, shape, strides, …)`, where a storage is `("storage", class, key, device, length)`.
    fn described(&self, arguments: &[Value]) -> Option<Described> {
        let [Value::Storage(storage), Value::Integer(offset), Value::Tuple(shape), Value::Tuple(strides), ..] =
            arguments
        else {
            return None;
        };
        let [_, Value::Global(class), Value::Text(key), ..] = self.tuples[*storage].as_slice() else { return None };
        let (_, format) = STORAGES.iter().find(|(name, _)| *name == self.texts[*class])?;
        let numbers = |tuple: usize| {
            let number = |value: &Value| match value {
                Value::Integer(number) => usize::try_from(*number).ok(),
                _ => None,
            };
            self.tuples[tuple].iter().map(number).collect::<Option<Vec<usize>>>()
        };
        Some(Described {
            format: *format,
            key: self.texts[*key].clone(),
            offset: usize::try_from(*offset).ok()?,
            shape: numbers(*shape)?,
            strides: numbers(*strides)?,
        })
    }
}

const EMPTY: &str = "a value is missing";

fn take_slice<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], String> {
    let (taken, others) = rest.split_at_checked(length).ok_or("the pickle is cut short")?;
    *rest = others;
    Ok(taken)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], String> {
    let (taken, others) = rest.split_first_chunk::<N>().ok_or("the pickle is cut short")?;
    *rest = others;
    Ok(*taken)
}

fn take_line(rest: &mut &[u8]) -> Result<String, String> {
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or("the pickle is cut short")?;
    let line = String::from_utf8_lossy(take_slice(rest, end)?).into_owned();
    take::<1>(rest)?;
    Ok(line)
}

/// The number in two's complement, the lowest byte first; `None` if it is too large.
fn integer(bytes: &[u8]) -> Option<i64> {
    let sign = if bytes.last().is_some_and(|byte| byte & 0x80 > 0) { 0xff } else { 0 };
    let mut all = [sign; 8];
    all.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(i64::from_le_bytes(all))
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

    fn open(archive: &[u8]) -> Result<BTreeMap<String, Located>, String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(archive).unwrap();
        file.rewind().unwrap();
        tensors(&file).map_err(|error| error.to_string())
    }

    fn numbers() -> Vec<u8> {
        (0..6).flat_map(|number| (number as f32).to_le_bytes()).collect()
    }

    fn tensor(pickle: &[u8]) -> Result<Located, String> {
        let tensors = open(&archive(&[("a/data.pkl", pickle), ("a/data/0", &numbers())]))?;
        tensors.get("w").cloned().ok_or("no tensor".into())
    }

    #[test]
    fn a_tensor_is_found_with_its_strides() {
        let numbers = |located: &Located| located.in_rows((0..located.span()).collect());
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
        // A text of four gigabytes that is not there; tuples of tuples, each twice the one before it; and a deep nest.
        let doubled = [b")".to_vec(), b"q\0h\0h\0\x86".repeat(60), b".".to_vec()].concat();
        let nested = [b")".to_vec(), b"\x85".repeat(1_000_000), b".".to_vec()].concat();
        for (pickle, words) in
            [(&b"X\xff\xff\xff\xffab."[..], "cut short"), (&doubled, "dictionary"), (&nested, "dictionary")]
        {
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
