//! Pickles as data: an interpreter of the operations that describe a dictionary of tensors.
//!
//! It executes nothing, and needs memory in proportion to the pickle, whatever that says. Values that hold others are indices
//! into tables, and texts are shared, so nothing can be copied a million times or nest deeply.
//! Source of the format: `pickletools.py` of Python, `torch/_utils.py` and `torch/_weights_only_unpickler.py` of PyTorch.

use std::collections::HashMap;
use std::rc::Rc;

use safetensors::tensor::Dtype;

/// Longest name of a class, in bytes, and most dimensions of a tensor. Both are far above what PyTorch writes; they keep
/// copies small.
const LONGEST_CLASS_NAME: usize = 256;
const MOST_DIMENSIONS: usize = 64;

/// A tensor as a pickle describes it.
#[derive(Clone, Debug)]
pub(super) struct TensorDescription {
    /// The format of the tensor's numbers.
    pub(super) format: Dtype,
    /// The key of the tensor's storage, an entry of the archive.
    pub(super) key: Rc<str>,
    /// How many numbers precede the first of the tensor in its storage.
    pub(super) offset: usize,
    /// Length of each dimension of the tensor.
    pub(super) shape: Vec<usize>,
    /// Distance between neighbours in each dimension, in numbers.
    pub(super) strides: Vec<usize>,
}

/// The tensors in the dictionary that `pickle` describes, with their names. Other entries are ignored.
pub(super) fn read_tensors(pickle: &[u8]) -> Result<Vec<(Rc<str>, TensorDescription)>, String> {
    let mut machine = PickleMachine::default();
    let PickleValue::Dict(dictionary) = machine.run(pickle)? else {
        return Err("it holds no dictionary of tensors".into());
    };
    let entries = machine.dicts[dictionary].iter().filter_map(|entry| match entry {
        (PickleValue::Text(name), PickleValue::Tensor(tensor)) => {
            Some((machine.texts[*name].clone(), machine.tensors[*tensor].clone()))
        }
        _ => None,
    });
    Ok(entries.collect())
}

/// A value of a pickle. Those that hold others or are long are indices into tables of the [`PickleMachine`].
#[derive(Clone, Copy, Debug)]
enum PickleValue {
    /// A value that says nothing about tensors.
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

/// Number formats by the class of their storage.
const STORAGE_FORMATS: &[(&str, Dtype)] = &[
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

/// The state of the interpreter of pickles.
#[derive(Default)]
struct PickleMachine {
    stack: Vec<PickleValue>,
    /// Length of the stack at each mark.
    marks: Vec<usize>,
    memo: HashMap<u32, PickleValue>,
    texts: Vec<Rc<str>>,
    tuples: Vec<Vec<PickleValue>>,
    dicts: Vec<Vec<(PickleValue, PickleValue)>>,
    tensors: Vec<TensorDescription>,
}

impl PickleMachine {
    /// The value that `pickle` describes.
    fn run(&mut self, pickle: &[u8]) -> Result<PickleValue, String> {
        let mut pickle_rest = pickle;
        loop {
            let [operation] = take::<1>(&mut pickle_rest)?;
            match operation {
                // PROTO
                0x80 => drop(take::<1>(&mut pickle_rest)?),
                // FRAME
                0x95 => drop(take::<8>(&mut pickle_rest)?),
                b'.' => return self.pop(),
                b'(' => self.marks.push(self.stack.len()),
                // NONE, NEWTRUE, NEWFALSE, EMPTY_LIST, EMPTY_SET
                b'N' | 0x88 | 0x89 | b']' | 0x8f => self.stack.push(PickleValue::Other),
                b'K' => {
                    let [number] = take::<1>(&mut pickle_rest)?;
                    self.stack.push(PickleValue::Integer(number.into()));
                }
                b'M' => {
                    let number = u16::from_le_bytes(take(&mut pickle_rest)?);
                    self.stack.push(PickleValue::Integer(number.into()));
                }
                b'J' => {
                    let number = i32::from_le_bytes(take(&mut pickle_rest)?);
                    self.stack.push(PickleValue::Integer(number.into()));
                }
                // LONG1
                0x8a => {
                    let [length] = take::<1>(&mut pickle_rest)?;
                    let bytes = take_slice(&mut pickle_rest, length.into())?;
                    self.stack.push(long_integer(bytes).map_or(PickleValue::Other, PickleValue::Integer));
                }
                // BINFLOAT
                b'G' => {
                    take::<8>(&mut pickle_rest)?;
                    self.stack.push(PickleValue::Other);
                }
                b'X' => {
                    let length = u32::from_le_bytes(take(&mut pickle_rest)?);
                    self.push_text(&mut pickle_rest, length as usize)?;
                }
                // SHORT_BINUNICODE
                0x8c => {
                    let [length] = take::<1>(&mut pickle_rest)?;
                    self.push_text(&mut pickle_rest, length.into())?;
                }
                // GLOBAL
                b'c' => {
                    let (module, name) = (take_line(&mut pickle_rest)?, take_line(&mut pickle_rest)?);
                    self.push_global(&module, &name);
                }
                // STACK_GLOBAL
                0x93 => {
                    let (PickleValue::Text(name), PickleValue::Text(module)) = (self.pop()?, self.pop()?) else {
                        return Err("the name of a class is not text".into());
                    };
                    let (module, name) = (self.texts[module].clone(), self.texts[name].clone());
                    self.push_global(&module, &name);
                }
                b')' => self.push_tuple(Vec::new()),
                // TUPLE1, TUPLE2, TUPLE3
                0x85..=0x87 => {
                    let start = self.stack.len().checked_sub(usize::from(operation - 0x84)).ok_or(MISSING_VALUE)?;
                    let items = self.stack.split_off(start);
                    self.push_tuple(items);
                }
                b't' => {
                    let items = self.pop_to_mark()?;
                    self.push_tuple(items);
                }
                // EMPTY_DICT
                b'}' => self.push_dict(),
                b's' => {
                    let (value, key) = (self.pop()?, self.pop()?);
                    self.set_entries(&[key, value])?;
                }
                b'u' => {
                    let items = self.pop_to_mark()?;
                    self.set_entries(&items)?;
                }
                // APPEND
                b'a' => drop(self.pop()?),
                // APPENDS, ADDITEMS
                b'e' | 0x90 => drop(self.pop_to_mark()?),
                b'q' => {
                    let [memo_key] = take::<1>(&mut pickle_rest)?;
                    self.memo.insert(memo_key.into(), self.top()?);
                }
                b'r' => {
                    let memo_key = u32::from_le_bytes(take(&mut pickle_rest)?);
                    self.memo.insert(memo_key, self.top()?);
                }
                // MEMOIZE
                0x94 => {
                    let memo_key = u32::try_from(self.memo.len()).map_err(|_| "too many values")?;
                    self.memo.insert(memo_key, self.top()?);
                }
                b'h' => {
                    let [memo_key] = take::<1>(&mut pickle_rest)?;
                    self.recall(memo_key.into())?;
                }
                b'j' => {
                    let memo_key = u32::from_le_bytes(take(&mut pickle_rest)?);
                    self.recall(memo_key)?;
                }
                // BINPERSID
                b'Q' => {
                    let storage = match self.pop()? {
                        PickleValue::Tuple(tuple) => PickleValue::Storage(tuple),
                        _ => PickleValue::Other,
                    };
                    self.stack.push(storage);
                }
                // REDUCE, NEWOBJ
                b'R' | 0x81 => {
                    let (arguments, called) = (self.pop()?, self.pop()?);
                    let rebuilt = self.call(called, arguments)?;
                    self.stack.push(rebuilt);
                }
                // BUILD sets the state of an object; none of ours has any.
                b'b' => drop(self.pop()?),
                unknown => return Err(format!("operation {unknown:#04x} describes no tensor")),
            }
        }
    }

    /// Takes the pickled value on top of the stack.
    fn pop(&mut self) -> Result<PickleValue, String> {
        // Values below the latest mark are out of reach.
        let stack_floor = self.marks.last().copied().unwrap_or_default();
        if self.stack.len() > stack_floor {
            self.stack.pop().ok_or(MISSING_VALUE.into())
        } else {
            Err(MISSING_VALUE.into())
        }
    }

    /// The pickled value on top of the stack.
    fn top(&self) -> Result<PickleValue, String> {
        self.stack.last().copied().ok_or(MISSING_VALUE.into())
    }

    /// Takes everything above the latest mark, and the mark.
    fn pop_to_mark(&mut self) -> Result<Vec<PickleValue>, String> {
        let mark = self.marks.pop().ok_or(MISSING_VALUE)?;
        if mark > self.stack.len() { Err(MISSING_VALUE.into()) } else { Ok(self.stack.split_off(mark)) }
    }

    /// Pushes the value that was remembered as `memo_key`.
    fn recall(&mut self, memo_key: u32) -> Result<(), String> {
        let value = self.memo.get(&memo_key).copied().ok_or("a value is used before it is there")?;
        self.stack.push(value);
        Ok(())
    }

    /// Pushes the next `length` bytes as text.
    fn push_text(&mut self, pickle_rest: &mut &[u8], length: usize) -> Result<(), String> {
        let text = String::from_utf8_lossy(take_slice(pickle_rest, length)?);
        self.texts.push(text.into());
        self.stack.push(PickleValue::Text(self.texts.len() - 1));
        Ok(())
    }

    /// Pushes a class or function of Python.
    fn push_global(&mut self, module: &str, name: &str) {
        if module.len() + name.len() > LONGEST_CLASS_NAME {
            self.stack.push(PickleValue::Other);
            return;
        }
        self.texts.push(format!("{module} {name}").into());
        self.stack.push(PickleValue::Global(self.texts.len() - 1));
    }

    /// Pushes a pickled tuple.
    fn push_tuple(&mut self, items: Vec<PickleValue>) {
        self.tuples.push(items);
        self.stack.push(PickleValue::Tuple(self.tuples.len() - 1));
    }

    /// Pushes an empty pickled dictionary.
    fn push_dict(&mut self) {
        self.dicts.push(Vec::new());
        self.stack.push(PickleValue::Dict(self.dicts.len() - 1));
    }

    /// Puts `items`, alternating keys and values, into the dictionary on top of the stack. Does nothing if another value is there.
    fn set_entries(&mut self, items: &[PickleValue]) -> Result<(), String> {
        if let PickleValue::Dict(dict) = self.top()? {
            self.dicts[dict].extend(items.as_chunks::<2>().0.iter().map(|[key, value]| (*key, *value)));
        }
        Ok(())
    }

    /// The result of calling `called`; [`PickleValue::Other`] if that is neither a tensor nor a dictionary.
    fn call(&mut self, called: PickleValue, arguments: PickleValue) -> Result<PickleValue, String> {
        let (PickleValue::Global(name), PickleValue::Tuple(arguments)) = (called, arguments) else {
            return Ok(PickleValue::Other);
        };
        let arguments = &self.tuples[arguments];
        match (&*self.texts[name], arguments.as_slice()) {
            ("collections OrderedDict", _) => {
                self.dicts.push(Vec::new());
                Ok(PickleValue::Dict(self.dicts.len() - 1))
            }
            ("torch._utils _rebuild_parameter", [tensor, ..]) => Ok(*tensor),
            ("torch._tensor _rebuild_from_type_v2", [function @ PickleValue::Global(other), _, arguments, ..])
                if *other != name && self.texts[*other] != self.texts[name] =>
            {
                self.call(*function, *arguments)
            }
            ("torch._utils _rebuild_tensor_v2" | "torch._utils _rebuild_tensor", arguments) => {
                let tensor = self.describe_tensor(arguments).ok_or("a tensor is described in an unknown way")?;
                self.tensors.push(tensor);
                Ok(PickleValue::Tensor(self.tensors.len() - 1))
            }
            _ => Ok(PickleValue::Other),
        }
    }

    /// The tensor of `(storage, offset, shape, strides, …)`, where a storage is `("storage", class, key, device, length)`.
    fn describe_tensor(&self, arguments: &[PickleValue]) -> Option<TensorDescription> {
        let [
            PickleValue::Storage(storage),
            PickleValue::Integer(offset),
            PickleValue::Tuple(shape),
            PickleValue::Tuple(strides),
            ..,
        ] = arguments
        else {
            return None;
        };
        let [_, PickleValue::Global(class), PickleValue::Text(key), ..] = self.tuples[*storage].as_slice() else {
            return None;
        };
        let (_, format) = STORAGE_FORMATS.iter().find(|(storage_class, _)| *storage_class == &*self.texts[*class])?;
        let lengths_in_tuple = |tuple: usize| {
            let length = |value: &PickleValue| match value {
                PickleValue::Integer(number) => usize::try_from(*number).ok(),
                _ => None,
            };
            let values = &self.tuples[tuple];
            if values.len() > MOST_DIMENSIONS {
                return None;
            }
            values.iter().map(length).collect::<Option<Vec<usize>>>()
        };
        Some(TensorDescription {
            format: *format,
            key: self.texts[*key].clone(),
            offset: usize::try_from(*offset).ok()?,
            shape: lengths_in_tuple(*shape)?,
            strides: lengths_in_tuple(*strides)?,
        })
    }
}

const MISSING_VALUE: &str = "a value is missing";

fn take_slice<'a>(pickle_rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], String> {
    let (taken, pickle_after) = pickle_rest.split_at_checked(length).ok_or("the pickle is cut short")?;
    *pickle_rest = pickle_after;
    Ok(taken)
}

fn take<const N: usize>(pickle_rest: &mut &[u8]) -> Result<[u8; N], String> {
    let (taken, pickle_after) = pickle_rest.split_first_chunk::<N>().ok_or("the pickle is cut short")?;
    *pickle_rest = pickle_after;
    Ok(*taken)
}

fn take_line(pickle_rest: &mut &[u8]) -> Result<String, String> {
    let line_end = pickle_rest.iter().position(|byte| *byte == b'\n').ok_or("the pickle is cut short")?;
    let line = String::from_utf8_lossy(take_slice(pickle_rest, line_end)?).into_owned();
    take::<1>(pickle_rest)?;
    Ok(line)
}

/// A pickled little-endian integer in two's complement; `None` if it does not fit.
fn long_integer(bytes: &[u8]) -> Option<i64> {
    let sign = if bytes.last().is_some_and(|byte| byte & 0x80 > 0) { 0xff } else { 0 };
    let mut all_bytes = [sign; 8];
    all_bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(i64::from_le_bytes(all_bytes))
}
