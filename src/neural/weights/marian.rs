//! Marian's binary container, as Firefox has its translation models: 8-bit matrices with one multiplier each, the fixed multipliers of
//! what is multiplied with them, and the configuration.
//!
//! Format: `common/binary.cpp` and `common/io_item.h` of mozilla/translations, `inference/marian-fork`. Little-endian: version, number
//! of items; for each item the lengths of name, shape and data, and its type; names; shapes; a gap; data. A matrix `[inputs, outputs]`
//! of 8-bit integers is stored as `[outputs, inputs]`, one of floats as it is declared.
//!
//! Promises: tensors have the names that transformers gives those of a Marian model, so that families read them alike; a matrix comes
//! out as `[outputs, inputs]`; no length in the file is believed before it is compared with the length of the file.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use flate2::read::GzDecoder;
use safetensors::tensor::Dtype;
use serde_json::{Map, Value};

use super::tensor_file::{ByteSource, ReadError, StoredTensor, TensorFile};
use super::weight::Weight;

/// The only version of the container.
const VERSION: u64 = 1;

/// The types of items, as `common/types.h` numbers them.
const INT8: u64 = 0x0101;
const FLOAT32: u64 = 0x0404;
/// 8-bit integers in the order of the matrix, not in that of a processor.
const INTGEMM8: u64 = 0x4101;

/// The item that holds the configuration, a YAML text that ends in a zero byte.
const CONFIGURATION: &str = "special:model.yml";
/// The longest configuration that is read, in bytes.
const LONGEST_CONFIGURATION: u64 = 1 << 20;

/// The end of the name of the multiplier of a matrix's inputs.
const INPUT_MULTIPLIER: &str = "_QuantMultA";
/// How that of the output matrix is called, which is an embedding table and has no name as a matrix.
const OUTPUT_MULTIPLIER: &str = "none_QuantMultA";

const SHARED_EMBEDDING: &str = "Wemb";
const DECODER_EMBEDDING: &str = "decoder_Wemb";

/// The largest file that is unpacked, in bytes: far above any student.
const MAX_UNPACKED_BYTES: u64 = 1 << 30;

/// The bytes of the file at `path`, which is held in memory if it is packed.
///
/// # Errors
/// If it cannot be read, or is packed and damaged or too large.
pub(super) fn bytes_of(path: &Path) -> io::Result<ByteSource> {
    let file = File::open(path)?;
    if path.extension().is_none_or(|extension| extension != "gz") {
        return Ok(ByteSource::File(file));
    }
    let mut bytes = Vec::new();
    GzDecoder::new(file).take(MAX_UNPACKED_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_UNPACKED_BYTES {
        return Err(io::Error::other("it is too large when it is unpacked"));
    }
    Ok(ByteSource::Unpacked(bytes))
}

/// A Marian file whose table of contents has been read.
pub(super) struct MarianFile {
    source: ByteSource,
    config: Value,
    /// Items by the name that transformers gives the tensor.
    items: BTreeMap<String, Item>,
    /// Multipliers of inputs by the name of the matrix.
    input_multipliers: BTreeMap<String, f32>,
}

/// An item of the container.
struct Item {
    kind: u64,
    shape: Vec<usize>,
    /// Its bytes in the file.
    bytes: Range<u64>,
    /// Whether it is a table of vectors, which is stored row by row whatever its type is.
    is_table: bool,
}

/// The lengths and the type that the header states of an item.
struct ItemHeader {
    name_length: u64,
    kind: u64,
    dimensions: u64,
    data_length: u64,
}

impl MarianFile {
    /// Reads the table of contents and the configuration.
    pub(super) fn open(source: ByteSource) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut reader = HeaderReader { file_size: source.len()?, source: &source, position: 0 };
        let version = reader.number()?;
        if version != VERSION {
            return Err(damaged("it is not a binary file of Marian, or of another version"));
        }
        let item_count = reader.number()?;
        let mut headers = Vec::new();
        for _ in 0..item_count {
            let [name_length, kind, dimensions, data_length] =
                [reader.number()?, reader.number()?, reader.number()?, reader.number()?];
            headers.push(ItemHeader { name_length, kind, dimensions, data_length });
        }
        let mut names = Vec::new();
        for header in &headers {
            let name = reader.bytes(header.name_length)?;
            let name = String::from_utf8(name).map_err(|_| damaged("the name of a tensor is no text"))?;
            names.push(name.trim_end_matches('\0').to_owned());
        }
        let mut shapes = Vec::new();
        for header in &headers {
            let shape = reader.bytes(header.dimensions.saturating_mul(4))?;
            let lengths = shape.as_chunks::<4>().0.iter().map(|bytes| i32::from_le_bytes(*bytes));
            let lengths: Result<Vec<usize>, _> = lengths.map(usize::try_from).collect();
            shapes.push(lengths.map_err(|_| damaged("a tensor has a negative length"))?);
        }
        let gap = reader.number()?;
        reader.skip(gap)?;
        let mut named_items = BTreeMap::new();
        for ((header, name), shape) in headers.into_iter().zip(names).zip(shapes) {
            let start = reader.position;
            reader.skip(header.data_length)?;
            let is_table = name == SHARED_EMBEDDING || name.ends_with("_Wemb");
            named_items.insert(name, Item { kind: header.kind, shape, bytes: start..reader.position, is_table });
        }
        Self::new(source, named_items)
    }

    fn new(source: ByteSource, named_items: BTreeMap<String, Item>) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let configuration = named_items.get(CONFIGURATION).ok_or_else(|| damaged("it has no configuration"))?;
        let config_end = configuration.bytes.end.min(configuration.bytes.start.saturating_add(LONGEST_CONFIGURATION));
        let mut config_bytes = Vec::new();
        source.read(configuration.bytes.start..config_end, |piece| config_bytes.extend_from_slice(piece))?;
        let config = config_from_yaml(&String::from_utf8_lossy(&config_bytes));
        let output = if named_items.contains_key(SHARED_EMBEDDING) { SHARED_EMBEDDING } else { DECODER_EMBEDDING };
        let mut input_multipliers = BTreeMap::new();
        for (name, item) in &named_items {
            let Some(matrix) = name.strip_suffix(INPUT_MULTIPLIER) else { continue };
            let matrix = if name == OUTPUT_MULTIPLIER { output } else { matrix };
            // The output matrix has the multiplier that is called after nothing, if there is one.
            let is_other_name = name != OUTPUT_MULTIPLIER && named_items.contains_key(OUTPUT_MULTIPLIER);
            if let Some(tensor) = tensor_name(matrix).filter(|_| !(is_other_name && matrix == output)) {
                input_multipliers.insert(tensor, item.multiplier(&source)?);
            }
        }
        let named = named_items.into_iter().filter_map(|(name, item)| Some((tensor_name(&name)?, item)));
        Ok(Self { config, items: named.collect(), input_multipliers, source })
    }

    /// The configuration as `config.json` would have it: the lines of the YAML text, and the family.
    pub(super) fn config(&self) -> &Value {
        &self.config
    }

    /// Whether it says what the inputs of matrices are multiplied by.
    pub(super) fn has_fixed_inputs(&self) -> bool {
        !self.input_multipliers.is_empty()
    }
}

impl TensorFile for MarianFile {
    fn names(&self) -> Vec<String> {
        self.items.keys().cloned().collect()
    }

    fn read(&self, name: &str) -> Result<StoredTensor, ReadError> {
        let item = self.items.get(name).ok_or(ReadError::Missing)?;
        let count: usize = item.count()?;
        match (item.kind, item.shape.as_slice()) {
            (FLOAT32, shape) => {
                let weight = self.source.read_weight(item.numbers(count, 4)?, Dtype::F32, count)?;
                match (shape, weight) {
                    (&[inputs, outputs], Weight::Float(floats)) if !item.is_table && inputs > 1 => {
                        let by_output = (0..outputs).flat_map(|output| floats.iter().skip(output).step_by(outputs));
                        let weight = Weight::Float(by_output.copied().collect());
                        Ok(StoredTensor { shape: vec![outputs, inputs], weight })
                    }
                    (shape, weight) => Ok(StoredTensor { shape: shape.to_vec(), weight }),
                }
            }
            (INTGEMM8, &[first, second]) => {
                let (rows, columns) = if item.is_table { (first, second) } else { (second, first) };
                let mut values = Vec::with_capacity(count);
                let numbers = item.numbers(count, 1)?;
                self.source.read(numbers.clone(), |piece| {
                    values.extend(piece.iter().map(|byte| byte.cast_signed()));
                })?;
                let scale = self.float_at(numbers.end, item)?.recip();
                let input_multipliers = self.input_multipliers.get(name).map(|multiplier| vec![*multiplier; rows]);
                let weight = Weight::Int8 { values, scales: vec![scale; rows], input_multipliers };
                Ok(StoredTensor { shape: vec![rows, columns], weight })
            }
            (kind, shape) => Err(ReadError::Format(format!("Marian type {kind:#06x} in {} dimensions", shape.len()))),
        }
    }
}

impl MarianFile {
    /// The float at byte `start`, which belongs to `item`.
    fn float_at(&self, start: u64, item: &Item) -> Result<f32, ReadError> {
        Ok(float_in(&self.source, start, item)?)
    }
}

impl Item {
    /// How many numbers the item has.
    fn count(&self) -> Result<usize, io::Error> {
        let product = self.shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
        product.filter(|count| *count as u64 <= self.bytes.end - self.bytes.start).ok_or_else(cut_short)
    }

    /// The bytes of `count` numbers of `width` bytes each, which the item begins with.
    fn numbers(&self, count: usize, width: u64) -> Result<Range<u64>, io::Error> {
        let end = self.bytes.start + count as u64 * width;
        if end <= self.bytes.end { Ok(self.bytes.start..end) } else { Err(cut_short()) }
    }

    /// The number of an item that has one: a float, or an integer before the multiplier that it is divided by.
    fn multiplier(&self, source: &ByteSource) -> Result<f32, io::Error> {
        let number = match self.kind {
            FLOAT32 => float_in(source, self.bytes.start, self)?,
            INTGEMM8 | INT8 => {
                let mut integer = 0.0;
                source.read(self.numbers(1, 1)?, |piece| {
                    integer = piece.first().map_or(0.0, |byte| f32::from(byte.cast_signed()));
                })?;
                integer / float_in(source, self.bytes.start + 1, self)?
            }
            _ => f32::NAN,
        };
        if number.is_finite() && number > 0.0 {
            Ok(number)
        } else {
            Err(io::Error::other("a multiplier is no positive number"))
        }
    }
}

/// The float at byte `start` of `source`, which belongs to `item`.
fn float_in(source: &ByteSource, start: u64, item: &Item) -> Result<f32, io::Error> {
    let range = start..start + 4;
    if range.end > item.bytes.end {
        return Err(cut_short());
    }
    let mut bytes = Vec::with_capacity(4);
    source.read(range, |piece| bytes.extend_from_slice(piece))?;
    Ok(bytes.first_chunk::<4>().map_or(f32::NAN, |bytes| f32::from_le_bytes(*bytes)))
}

fn cut_short() -> io::Error {
    io::Error::other("a tensor has fewer bytes than its shape says")
}

fn damaged(what: &str) -> Box<dyn Error + Send + Sync> {
    io::Error::other(what.to_owned()).into()
}

/// Reads the header from its beginning on.
struct HeaderReader<'a> {
    source: &'a ByteSource,
    file_size: u64,
    position: u64,
}

impl HeaderReader<'_> {
    fn number(&mut self) -> Result<u64, Box<dyn Error + Send + Sync>> {
        Ok(self.bytes(8)?.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes)))
    }

    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let start = self.position;
        self.skip(count)?;
        let mut bytes = Vec::new();
        self.source.read(start..self.position, |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }

    fn skip(&mut self, count: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
        let end = self.position.checked_add(count).filter(|end| *end <= self.file_size);
        self.position = end.ok_or_else(|| damaged("the file is shorter than its table of contents says"))?;
        Ok(())
    }
}

/// What transformers calls the tensor that Marian calls `marian_name`; `None` for one that no family reads.
fn tensor_name(marian_name: &str) -> Option<String> {
    let whole = match marian_name {
        SHARED_EMBEDDING => "model.shared.weight",
        "encoder_Wemb" => "model.encoder.embed_tokens.weight",
        DECODER_EMBEDDING => "model.decoder.embed_tokens.weight",
        "decoder_ff_logit_out_W" => "lm_head.weight",
        "decoder_ff_logit_out_b" => "final_logits_bias",
        _ => "",
    };
    if !whole.is_empty() {
        return Some(whole.to_owned());
    }
    let (stack, layer_and_part) = marian_name.split_once("_l")?;
    let (layer, part) = layer_and_part.split_once('_')?;
    let layer = layer.parse::<usize>().ok()?.checked_sub(1)?;
    let of_attention = |block: &str, part: &str| {
        let projection = |letter: &str| match letter {
            "q" => Some("q_proj"),
            "k" => Some("k_proj"),
            "v" => Some("v_proj"),
            "o" => Some("out_proj"),
            _ => None,
        };
        match part {
            "Wo_ln_scale" => Some(format!("{block}_layer_norm.weight")),
            "Wo_ln_bias" => Some(format!("{block}_layer_norm.bias")),
            _ if part.starts_with('W') => Some(format!("{block}.{}.weight", projection(&part[1..])?)),
            _ if part.starts_with('b') => Some(format!("{block}.{}.bias", projection(&part[1..])?)),
            _ => None,
        }
    };
    let part = match part.split_once('_')? {
        ("self", part) => of_attention("self_attn", part)?,
        ("context", part) => of_attention("encoder_attn", part)?,
        ("rnn", part) => match part {
            "W" => "ssru.candidate.weight",
            "Wf" => "ssru.forget.weight",
            "bf" => "ssru.forget.bias",
            "Wo" => "ssru.out_proj.weight",
            "ffn_ln_scale" => "ssru_layer_norm.weight",
            "ffn_ln_bias" => "ssru_layer_norm.bias",
            _ => return None,
        }
        .to_owned(),
        ("ffn", part) => match part {
            "W1" => "fc1.weight",
            "b1" => "fc1.bias",
            "W2" => "fc2.weight",
            "b2" => "fc2.bias",
            "ffn_ln_scale" => "final_layer_norm.weight",
            "ffn_ln_bias" => "final_layer_norm.bias",
            _ => return None,
        }
        .to_owned(),
        _ => return None,
    };
    Some(format!("model.{stack}.layers.{layer}.{part}"))
}

/// The keys of `yaml` that have one value, and lists of values, as JSON, with the family that reads such files. Marian writes no more of
/// YAML than that.
fn config_from_yaml(yaml: &str) -> Value {
    let scalar = |text: &str| -> Value {
        let text = text.trim();
        let bare = text.trim_matches(['"', '\'']);
        match bare {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ if bare.len() == text.len() => {
                let whole = bare.parse::<u64>().ok().map(Value::from);
                whole.or_else(|| bare.parse::<f64>().ok().map(Value::from)).unwrap_or_else(|| bare.into())
            }
            _ => bare.into(),
        }
    };
    let mut config = Map::new();
    let mut list_key: Option<String> = None;
    for line in yaml.trim_end_matches('\0').lines() {
        let text = line.trim();
        if let (Some(item), Some(key)) = (text.strip_prefix("- "), &list_key) {
            if let Some(Value::Array(items)) = config.get_mut(key) {
                items.push(scalar(item));
            }
            continue;
        }
        let Some((key, value)) = text.split_once(':') else { continue };
        let key = key.trim().to_owned();
        list_key = None;
        if value.trim().is_empty() {
            config.insert(key.clone(), Value::Array(Vec::new()));
            list_key = Some(key);
        } else if let Some(items) = value.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let items = items.split(',').filter(|item| !item.trim().is_empty()).map(scalar);
            config.insert(key, Value::Array(items.collect()));
        } else {
            config.insert(key, scalar(value));
        }
    }
    config.insert("model_type".into(), "bergamot".into());
    Value::Object(config)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A container with `items`: name, type, shape, bytes.
    fn container(items: &[(&str, u64, &[i32], Vec<u8>)]) -> Vec<u8> {
        let mut file: Vec<u8> = Vec::new();
        let number = |file: &mut Vec<u8>, number: usize| file.extend((number as u64).to_le_bytes());
        number(&mut file, 1);
        number(&mut file, items.len());
        for (name, kind, shape, bytes) in items {
            for value in [name.len() + 1, *kind as usize, shape.len(), bytes.len()] {
                number(&mut file, value);
            }
        }
        items.iter().for_each(|(name, ..)| file.extend([name.as_bytes(), b"\0"].concat()));
        items.iter().for_each(|(_, _, shape, _)| file.extend(shape.iter().flat_map(|length| length.to_le_bytes())));
        number(&mut file, 3);
        file.extend([0; 3]);
        items.iter().for_each(|(.., bytes)| file.extend(bytes));
        file
    }

    fn floats(numbers: &[f32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn open(file: Vec<u8>) -> Result<MarianFile, Box<dyn Error + Send + Sync>> {
        MarianFile::open(ByteSource::Embedded(file.leak()))
    }

    fn whole() -> Vec<u8> {
        let int8 = |integers: &[i8], multiplier: f32| {
            let integers: Vec<u8> = integers.iter().map(|integer| integer.cast_unsigned()).collect();
            // What fills the item up is not zero in real files.
            [integers, floats(&[multiplier]), vec![7; 5]].concat()
        };
        container(&[
            ("special:model.yml", INT8, &[1], b"dim-emb: 2\ndim-vocabs:\n  - 3\n  - 3\ndevices: [0, 1]\nempty: []\ntied-embeddings-all: true\nenc-cell: \"ssru\"\n\0".to_vec()),
            ("Wemb", INTGEMM8, &[3, 2], int8(&[1, 2, 3, 4, 5, 6], 2.0)),
            ("encoder_l1_self_Wq", INTGEMM8, &[2, 3], int8(&[1, -2, 3, -4, 5, -127], 4.0)),
            ("encoder_l1_self_Wq_QuantMultA", FLOAT32, &[1], floats(&[10.0])),
            ("encoder_l2_ffn_W1", FLOAT32, &[2, 3], floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])),
            ("decoder_l1_rnn_bf", FLOAT32, &[1, 2], floats(&[1.0, 2.0])),
            ("none_QuantMultA", FLOAT32, &[1, 1], floats(&[20.0])),
            ("Wemb_QuantMultA", INTGEMM8, &[1, 1], int8(&[127], 2.0)),
        ])
    }

    #[test]
    fn matrices_have_a_row_for_each_output_and_their_multipliers() {
        let file = open(whole()).unwrap();
        let read = |name: &str| {
            let StoredTensor { shape, weight } = file.read(name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            (shape, format!("{weight:?}"))
        };
        let query = read("model.encoder.layers.0.self_attn.q_proj.weight");
        let int8 = |values: &str, scale: f32, multiplier: f32| {
            format!(
                "Int8 {{ values: {values}, scales: {:?}, input_multipliers: Some({:?}) }}",
                [scale; 3], [multiplier; 3]
            )
        };
        // Stored by output already.
        assert_eq!(query, (vec![3, 2], int8("[1, -2, 3, -4, 5, -127]", 0.25, 10.0)));
        assert_eq!(read("model.shared.weight"), (vec![3, 2], int8("[1, 2, 3, 4, 5, 6]", 0.5, 20.0)));
        let up = read("model.encoder.layers.1.fc1.weight");
        assert_eq!(up, (vec![3, 2], "Float([1.0, 4.0, 2.0, 5.0, 3.0, 6.0])".to_owned()));
        assert_eq!(read("model.decoder.layers.0.ssru.forget.bias").0, [1, 2]);
        assert!(matches!(file.read("model.decoder.layers.0.fc1.weight"), Err(ReadError::Missing)));
    }

    #[test]
    fn a_packed_file_is_read_as_the_file_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin.gz");
        let mut encoder = flate2::write::GzEncoder::new(File::create(&path).unwrap(), flate2::Compression::fast());
        encoder.write_all(&whole()).unwrap();
        encoder.finish().unwrap();
        let names = MarianFile::open(bytes_of(&path).unwrap()).unwrap().names();
        assert_eq!(names, open(whole()).unwrap().names());
        std::fs::write(&path, b"no archive").unwrap();
        assert!(bytes_of(&path).is_err());
    }

    #[test]
    fn the_configuration_is_read_as_json() {
        let file = open(whole()).unwrap();
        let expected = serde_json::json!({
            "dim-emb": 2, "dim-vocabs": [3, 3], "devices": [0, 1], "empty": [], "tied-embeddings-all": true, "enc-cell": "ssru", "model_type": "bergamot",
        });
        assert_eq!(*file.config(), expected);
    }

    #[test]
    fn what_is_cut_short_or_no_container_is_an_error() {
        let good = whole();
        for length in 0..good.len() - 20 {
            assert!(open(good[..length].to_vec()).is_err(), "{length} bytes");
        }
        let mut other_version = good.clone();
        other_version[0] = 2;
        assert!(open(other_version).is_err());
        // More items than the file has bytes.
        let mut many = good.clone();
        many[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(open(many).is_err());
        let short = container(&[
            ("special:model.yml", INT8, &[1], b"a: 1\0".to_vec()),
            ("Wemb", INTGEMM8, &[i32::MAX, i32::MAX], vec![0; 8]),
            ("encoder_Wemb", INTGEMM8, &[2, 2], vec![0; 6]),
            ("decoder_Wemb", 0x4901, &[2, 2], vec![0; 8]),
        ]);
        let file = open(short).unwrap();
        for name in file.names() {
            assert!(file.read(&name).is_err(), "{name}");
        }
        let no_multiplier = container(&[
            ("special:model.yml", INT8, &[1], b"a: 1\0".to_vec()),
            ("none_QuantMultA", FLOAT32, &[1], floats(&[-1.0])),
        ]);
        assert!(open(no_multiplier).is_err());
    }
}
