//! GGUF files, the format of llama.cpp: configuration, tokenizer and weights in one file, matrices in blocks of few bits.
//!
//! What is inside is presented as Hugging Face names it, so that families need not know where their weights came from.
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::gguf_file::{Content as Contents, Value as Field};
use candle_core::quantized::{GgmlDType, QuantizedType};
use candle_core::{CpuStorage, Error as Failure};
use serde_json::{Map, Value, json};

use super::checkpoint::Content;
use super::linear::BLOCK;
use crate::guarded::guarded;

/// A file whose table of contents is read.
pub(super) struct Gguf {
    file: File,
    contents: Contents,
}

/// Rows of a matrix as the file has them: blocks of a few bits a number with their scales.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) rows: usize,
    pub(super) blocks: Arc<dyn QuantizedType>,
}

impl Gguf {
    /// Reads the table of contents of the file at `path`.
    pub(super) fn open(path: &Path) -> candle_core::Result<Self> {
        let file = File::open(path)?;
        // The reader divides by the alignment that a file states, be it 0, and a damaged model must not end the program.
        let contents = guarded(|| Contents::read(&mut BufReader::new(&file)))
            .unwrap_or_else(|| Err(Failure::Msg("its table of contents is not what it should be".into())))?;
        if matches!(contents.metadata.get("split.count"), Some(count) if count.to_u64().is_ok_and(|count| count > 1)) {
            return Err(Failure::Msg("it is one part of several; merge them with llama-gguf-split".into()));
        }
        Ok(Self { file, contents })
    }

    /// The table of contents, with the metadata.
    pub(super) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Names of all tensors, as Hugging Face names them.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.contents.tensor_infos.keys().map(|name| translated(name)).collect();
        names.sort_unstable();
        names
    }

    /// The metadata as a config.json would have them.
    pub(super) fn config(&self) -> Value {
        let metadata = &self.contents.metadata;
        let architecture = match metadata.get("general.architecture") {
            Some(Field::String(name)) => name.as_str(),
            _ => "",
        };
        let mut config = Map::new();
        for (ours, theirs) in FIELDS {
            let field = theirs.replace("{}", architecture);
            if let Some(value) = metadata.get(&field).and_then(number) {
                config.insert((*ours).to_owned(), value);
            }
        }
        config.insert("model_type".into(), architecture.into());
        config.insert("tie_word_embeddings".into(), (!self.contents.tensor_infos.contains_key("output.weight")).into());
        if let Some(table) = self.contents.tensor_infos.get("token_embd.weight") {
            config.insert("vocab_size".into(), json!(table.shape.dims().first()));
        }
        if let Some(Field::String(kind)) = metadata.get(&format!("{architecture}.rope.scaling.type")) {
            config.insert("rope_scaling".into(), json!({ "rope_type": kind }));
        }
        Value::Object(config)
    }

    /// Shape and content of the tensor that Hugging Face calls `name`, or `None` if there is no such tensor.
    pub(super) fn tensor(&self, name: &str) -> Option<candle_core::Result<(Vec<usize>, Content)>> {
        let mut infos = self.contents.tensor_infos.iter();
        // A few hundred names, looked through once for each tensor at the start.
        let (_, info) = infos.find(|(theirs, _)| translated(theirs) == name)?;
        let shape = info.shape.dims().to_vec();
        let start = self.contents.tensor_data_offset.checked_add(info.offset);
        let content = self.content(info.ggml_dtype, &shape, start);
        Some(content.map(|content| (shape, content)))
    }

    fn content(&self, format: GgmlDType, shape: &[usize], start: Option<u64>) -> candle_core::Result<Content> {
        let columns = shape.last().copied().unwrap_or_default();
        let rows = shape.iter().try_fold(1_usize, |rows, side| rows.checked_mul(*side)).map(|all| all / columns.max(1));
        let row = (columns / format.block_size()).checked_mul(format.type_size());
        let length = rows.zip(row).and_then(|(rows, row)| rows.checked_mul(row)).map(|length| length as u64);
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        let (Some(rows), Some(row), Some(start), Some(end)) = (rows, row, start, end) else {
            return Err(Failure::Msg("a tensor is larger than any file".into()));
        };
        if columns % format.block_size() != 0 || end > self.file.metadata()?.len() {
            return Err(Failure::Msg("a tensor goes beyond the end of the file, or of a block".into()));
        }
        if matches!(format, GgmlDType::Q8_1 | GgmlDType::Q8K) {
            return Err(Failure::Msg(format!("{format:?} is a format of intermediate results, not of weights")));
        }
        let is_float = matches!(format, GgmlDType::F32 | GgmlDType::F16 | GgmlDType::BF16);
        // Products with these formats take two blocks at a time.
        let is_odd = matches!(format, GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1)
            && !(columns / format.block_size()).is_multiple_of(2);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(start))?;
        let (mut floats, mut stored) = (Vec::new(), Vec::new());
        for first in (0..rows).step_by(BLOCK) {
            let rows = BLOCK.min(rows - first);
            let mut bytes = vec![0; rows * row];
            file.read_exact(&mut bytes)?;
            let blocks = format.from_data(bytes.into());
            let numbers = numbers(&*blocks, rows * columns)?;
            if numbers.iter().any(|number| !number.is_finite()) {
                return Err(io::Error::other("it holds a value that is not a finite number").into());
            }
            if is_float || is_odd {
                floats.extend(numbers);
            } else {
                stored.push(Stored { rows, blocks: blocks.into() });
            }
        }
        Ok(if stored.is_empty() { Content::Floats(floats) } else { Content::Stored(stored) })
    }
}

impl Stored {
    /// The numbers, multiplied out: `[rows, columns]`.
    pub(super) fn floats(&self, columns: usize) -> candle_core::Result<Vec<f32>> {
        numbers(&*self.blocks, self.rows * columns)
    }

    /// The numbers of one row.
    pub(super) fn row(&self, row: usize, columns: usize) -> candle_core::Result<Vec<f32>> {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        floats(self.blocks.embedding(&[row], self.rows, columns)?)
    }
}

fn numbers(blocks: &dyn QuantizedType, count: usize) -> candle_core::Result<Vec<f32>> {
    floats(blocks.dequantize(count)?)
}

fn floats(storage: CpuStorage) -> candle_core::Result<Vec<f32>> {
    match storage {
        CpuStorage::F32(numbers) => Ok(numbers),
        _ => Err(Failure::Msg("expected 32-bit floats".into())),
    }
}

/// Fields of config.json and of the metadata; `{}` stands for the architecture.
const FIELDS: &[(&str, &str)] = &[
    ("num_hidden_layers", "{}.block_count"),
    ("max_position_embeddings", "{}.context_length"),
    ("hidden_size", "{}.embedding_length"),
    ("intermediate_size", "{}.feed_forward_length"),
    ("num_attention_heads", "{}.attention.head_count"),
    ("num_key_value_heads", "{}.attention.head_count_kv"),
    ("head_dim", "{}.attention.key_length"),
    ("rms_norm_eps", "{}.attention.layer_norm_rms_epsilon"),
    ("rope_theta", "{}.rope.freq_base"),
    ("bos_token_id", "tokenizer.ggml.bos_token_id"),
    ("eos_token_id", "tokenizer.ggml.eos_token_id"),
    ("pad_token_id", "tokenizer.ggml.padding_token_id"),
];

fn number(field: &Field) -> Option<Value> {
    match field {
        Field::F32(number) => Some(json!(number)),
        Field::F64(number) => Some(json!(number)),
        Field::I32(number) => Some(json!(number)),
        Field::I64(number) => Some(json!(number)),
        field => field.to_u64().ok().map(|number| json!(number)),
    }
}

/// Parts of names, theirs and Hugging Face's.
const PARTS: &[(&str, &str)] = &[
    ("attn_norm", "input_layernorm"),
    ("attn_q", "self_attn.q_proj"),
    ("attn_k", "self_attn.k_proj"),
    ("attn_v", "self_attn.v_proj"),
    ("attn_output", "self_attn.o_proj"),
    ("attn_q_norm", "self_attn.q_norm"),
    ("attn_k_norm", "self_attn.k_norm"),
    ("ffn_norm", "post_attention_layernorm"),
    ("ffn_gate", "mlp.gate_proj"),
    ("ffn_up", "mlp.up_proj"),
    ("ffn_down", "mlp.down_proj"),
];

/// What Hugging Face calls the tensor `name`.
fn translated(name: &str) -> String {
    let Some((module, kind)) = name.rsplit_once('.') else { return name.to_owned() };
    let module = match module.split_once('.') {
        None => match module {
            "token_embd" => "model.embed_tokens".to_owned(),
            "output_norm" => "model.norm".to_owned(),
            "output" => "lm_head".to_owned(),
            other => other.to_owned(),
        },
        Some((_, rest)) => {
            let (layer, part) = rest.split_once('.').unwrap_or((rest, ""));
            let part = PARTS.iter().find(|(theirs, _)| *theirs == part).map_or(part, |(_, ours)| ours);
            format!("model.layers.{layer}.{part}")
        }
    };
    format!("{module}.{kind}")
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::{QTensor, gguf_file};
    use candle_core::{Device, Tensor};

    use super::*;

    fn file(metadata: &[(&str, Field)], tensors: &[(&str, QTensor)]) -> Vec<u8> {
        let mut bytes = io::Cursor::new(Vec::new());
        let metadata: Vec<_> = metadata.iter().map(|(name, value)| (*name, value)).collect();
        let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
        gguf_file::write(&mut bytes, &metadata, &tensors).unwrap();
        bytes.into_inner()
    }

    fn opened(bytes: &[u8]) -> candle_core::Result<Gguf> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.gguf");
        std::fs::write(&path, bytes).unwrap();
        Gguf::open(&path)
    }

    fn matrix(rows: usize, columns: usize) -> Tensor {
        let numbers: Vec<f32> = (0..rows * columns).map(|index| (index * 37 % 101) as f32 / 50.0 - 1.0).collect();
        Tensor::from_vec(numbers, (rows, columns), &Device::Cpu).unwrap()
    }

    #[test]
    fn an_alignment_of_nothing_is_an_error() {
        let right = file(&[("general.alignment", Field::U32(32))], &[]);
        assert!(opened(&right).is_ok());
        let place = right.windows(4).rposition(|bytes| bytes == [32, 0, 0, 0]).unwrap();
        let wrong = [&right[..place], &[0; 4], &right[place + 4..]].concat();
        assert!(opened(&wrong).is_err());
    }

    #[test]
    fn names_and_fields_are_those_of_hugging_face() {
        for (theirs, ours) in [
            ("token_embd.weight", "model.embed_tokens.weight"),
            ("blk.12.attn_q.bias", "model.layers.12.self_attn.q_proj.bias"),
            ("blk.0.ffn_norm.weight", "model.layers.0.post_attention_layernorm.weight"),
            ("output.weight", "lm_head.weight"),
        ] {
            assert_eq!(translated(theirs), ours);
        }
        let metadata = [
            ("general.architecture", Field::String("qwen3".into())),
            ("qwen3.block_count", Field::U32(7)),
            ("qwen3.rope.freq_base", Field::F32(1e6)),
        ];
        let table = QTensor::quantize(&matrix(5, 32), GgmlDType::Q8_0).unwrap();
        let config = opened(&file(&metadata, &[("token_embd.weight", table)])).unwrap().config();
        let wanted = json!({"model_type": "qwen3", "num_hidden_layers": 7, "rope_theta": 1e6, "vocab_size": 5,
                            "tie_word_embeddings": true});
        assert_eq!(config, wanted);
    }

    #[test]
    fn rows_are_what_was_stored() {
        let dense = matrix(BLOCK + 3, 64);
        for format in [GgmlDType::F32, GgmlDType::F16, GgmlDType::Q8_0, GgmlDType::Q4_0] {
            let stored = QTensor::quantize(&dense, format).unwrap();
            let expected = stored.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let (shape, content) =
                opened(&file(&[], &[("output.weight", stored)])).unwrap().tensor("lm_head.weight").unwrap().unwrap();
            assert_eq!(shape, [BLOCK + 3, 64]);
            let found = match content {
                Content::Floats(floats) => floats,
                Content::Integers(_) => unreachable!(),
                Content::Stored(parts) => {
                    assert_eq!(parts.iter().map(|part| part.rows).collect::<Vec<_>>(), [BLOCK, 3]);
                    assert_eq!(parts[1].row(2, 64).unwrap(), expected[(BLOCK + 2) * 64..]);
                    assert!(parts[1].row(3, 64).is_err());
                    parts.iter().flat_map(|part| part.floats(64).unwrap()).collect()
                }
            };
            assert_eq!(found, expected, "{format:?}");
        }
    }

    #[test]
    fn damaged_files_are_errors() {
        let tensors = || vec![("output.weight", QTensor::quantize(&matrix(4, 32), GgmlDType::Q8_0).unwrap())];
        let good = file(&[], &tensors());
        assert!(opened(&good).unwrap().tensor("lm_head.weight").unwrap().is_ok());
        for bytes in [&b""[..], b"GGUF", b"GGUF\x03\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", &good[..40]] {
            assert!(opened(bytes).is_err(), "{bytes:?}");
        }
        // A width that no file has, one that is no whole number of bytes even.
        let width = good
            .windows(16)
            .position(|bytes| bytes == [&32_u64.to_le_bytes()[..], &4_u64.to_le_bytes()].concat())
            .unwrap();
        for sides in [u64::MAX, u64::MAX - 31, 1 << 59, 7 << 58] {
            let wide = [&good[..width], &sides.to_le_bytes(), &good[width + 8..]].concat();
            assert!(opened(&wide).and_then(|file| file.tensor("lm_head.weight").unwrap()).is_err(), "{sides}");
        }
        let short = opened(&good[..good.len() - 40]).unwrap();
        assert!(short.tensor("lm_head.weight").unwrap().is_err());
        let mut wrong = good.clone();
        let scale = good.len() - 32 * 5 + 24;
        wrong.truncate(scale);
        assert!(opened(&wrong).unwrap().tensor("lm_head.weight").unwrap().is_err());
        assert!(opened(&file(&[("split.count", Field::U16(3))], &tensors())).is_err());
    }
}
