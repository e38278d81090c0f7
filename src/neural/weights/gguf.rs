//! GGUF files, the format of llama.cpp: configuration, tokenizer and weights in one file, matrices in blocks of few bits.
//!
//! Tensors go by the names that Hugging Face gives them, so that families need not know where their weights come from.
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::GgmlDType;
use candle_core::quantized::gguf_file::Content;

use super::gguf_metadata::GgufMetadata;
use super::tensor_file::{ReadError, StoredTensor, TensorFile};
use super::weight::{BLOCK, GgufRows, Weight, dequantized};
use crate::guarded::guarded;

/// A GGUF file whose table of contents has been read.
pub(super) struct GgufFile {
    file: File,
    contents: Arc<Content>,
    metadata: GgufMetadata,
}

impl GgufFile {
    /// Reads the table of contents of the GGUF file at `path`.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // Candle's reader divides by the alignment that the file states, even if that is 0.
        let contents = guarded(|| Content::read(&mut BufReader::new(&file)))
            .ok_or_else(|| io::Error::other("its table of contents is not what it should be"))?;
        let contents = Arc::new(contents.map_err(io::Error::other)?);
        let metadata = GgufMetadata::new(contents.clone());
        if metadata.integer("split.count").is_some_and(|count| count > 1) {
            return Err(io::Error::other("it is one part of several; merge them with llama-gguf-split"));
        }
        Ok(Self { file, contents, metadata })
    }

    /// Configuration and tokenizer of the model.
    pub(super) fn metadata(&self) -> &GgufMetadata {
        &self.metadata
    }

    /// The heads in whose rows the tensor `gguf_name` has another order than Hugging Face gives them. llama.cpp rotates neighbouring
    /// numbers of Llama's queries and keys, so the converter puts the rows of a pair beside each other.
    fn permuted_heads(&self, gguf_name: &str) -> Option<usize> {
        if self.metadata.text("general.architecture") != Some("llama") {
            return None;
        }
        let heads = self.metadata.integer("llama.attention.head_count");
        let heads = match gguf_name.rsplit('.').nth(1)? {
            "attn_q" => heads,
            "attn_k" => self.metadata.integer("llama.attention.head_count_kv").or(heads),
            _ => return None,
        };
        usize::try_from(heads?).ok().filter(|heads| *heads > 0)
    }

    /// Reads a tensor of this format and shape that begins at byte `tensor_start`; `None` is a byte past all counting. The rows of
    /// `permuted_heads` heads are put back in the order of Hugging Face.
    fn read_weight(
        &self,
        format: GgmlDType,
        shape: &[usize],
        tensor_start: Option<u64>,
        permuted_heads: Option<usize>,
    ) -> Result<Weight, ReadError> {
        let columns = shape.last().copied().unwrap_or_default();
        let weight_count = shape.iter().try_fold(1_usize, |count, side| count.checked_mul(*side));
        let rows = weight_count.map(|count| count / columns.max(1));
        let row_bytes = (columns / format.block_size()).checked_mul(format.type_size());
        let tensor_bytes = rows.zip(row_bytes).and_then(|(rows, row_bytes)| rows.checked_mul(row_bytes));
        let tensor_end = tensor_start.zip(tensor_bytes).and_then(|(start, bytes)| start.checked_add(bytes as u64));
        let (Some(rows), Some(row_bytes), Some(tensor_start), Some(tensor_end)) =
            (rows, row_bytes, tensor_start, tensor_end)
        else {
            return Err(damaged("a tensor is larger than any file"));
        };
        if columns % format.block_size() != 0 || tensor_end > self.file.metadata()?.len() {
            return Err(damaged("a tensor goes beyond the end of the file, or of a block"));
        }
        if matches!(format, GgmlDType::Q8_1 | GgmlDType::Q8K) {
            return Err(damaged(&format!("{format:?} is a format of intermediate results, not of weights")));
        }
        let is_float = matches!(format, GgmlDType::F32 | GgmlDType::F16 | GgmlDType::BF16);
        // Candle multiplies these formats two blocks at a time.
        let is_odd = matches!(format, GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1)
            && !(columns / format.block_size()).is_multiple_of(2);
        let mut reader = &self.file;
        reader.seek(SeekFrom::Start(tensor_start))?;
        let mut unpermuted = match permuted_heads {
            Some(heads) if shape.len() == 2 && rows.is_multiple_of(2 * heads) => {
                let mut permuted = vec![0; rows * row_bytes];
                reader.read_exact(&mut permuted)?;
                Some(io::Cursor::new(pairs_apart(&permuted, rows / heads, row_bytes)))
            }
            Some(_) => return Err(damaged("its rows are not those of whole heads")),
            None => None,
        };
        let (mut floats, mut parts) = (Vec::new(), Vec::new());
        for first_row in (0..rows).step_by(BLOCK) {
            let part_rows = BLOCK.min(rows - first_row);
            let mut block_bytes = vec![0; part_rows * row_bytes];
            match &mut unpermuted {
                Some(bytes) => bytes.read_exact(&mut block_bytes)?,
                None => reader.read_exact(&mut block_bytes)?,
            }
            let blocks = format.from_data(block_bytes.into());
            let weights = dequantized(&*blocks, part_rows * columns)?;
            if weights.iter().any(|weight| !weight.is_finite()) {
                return Err(damaged("it holds a value that is not a finite number"));
            }
            if is_float || is_odd {
                floats.extend(weights);
            } else {
                parts.push(GgufRows { rows: part_rows, blocks: blocks.into() });
            }
        }
        Ok(if parts.is_empty() { Weight::Float(floats) } else { Weight::GgufBlocks { parts, columns } })
    }
}

impl GgufFile {
    /// What Hugging Face calls the tensor `gguf_name`.
    fn hugging_face_name(&self, gguf_name: &str) -> String {
        hugging_face_name(gguf_name, self.metadata.text("general.architecture").unwrap_or_default())
    }
}

impl TensorFile for GgufFile {
    fn names(&self) -> Vec<String> {
        let gguf_names = self.contents.tensor_infos.keys();
        let mut tensor_names: Vec<String> = gguf_names.map(|gguf_name| self.hugging_face_name(gguf_name)).collect();
        tensor_names.sort_unstable();
        tensor_names
    }

    fn read(&self, tensor_name: &str) -> Result<StoredTensor, ReadError> {
        // There are a few hundred names, and each tensor is looked up once.
        let mut tensor_infos = self.contents.tensor_infos.iter();
        let found = tensor_infos.find(|(gguf_name, _)| self.hugging_face_name(gguf_name) == tensor_name);
        let (gguf_name, tensor_info) = found.ok_or(ReadError::Missing)?;
        let shape = tensor_info.shape.dims().to_vec();
        let tensor_start = self.contents.tensor_data_offset.checked_add(tensor_info.offset);
        let permuted_heads = self.permuted_heads(gguf_name);
        let weight = self.read_weight(tensor_info.ggml_dtype, &shape, tensor_start, permuted_heads)?;
        Ok(StoredTensor { shape, weight })
    }
}

/// Rows of `row_bytes` bytes, in heads of `head_rows`: rows 0, 2, 4 … of each head, then rows 1, 3, 5 ….
fn pairs_apart(permuted: &[u8], head_rows: usize, row_bytes: usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity(permuted.len());
    for head in permuted.chunks_exact((head_rows * row_bytes).max(1)) {
        for side in [0, 1] {
            head.chunks_exact(row_bytes.max(1)).skip(side).step_by(2).for_each(|row| rows.extend_from_slice(row));
        }
    }
    rows
}

fn damaged(reason: &str) -> ReadError {
    ReadError::Damaged(reason.into())
}

/// Parts of tensor names: llama.cpp's and Hugging Face's.
const TENSOR_NAME_PARTS: &[(&str, &str)] = &[
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

/// Parts that mean something else in Gemma, which has a normalisation after each block as well.
const GEMMA_NAME_PARTS: &[(&str, &str)] = &[
    ("post_attention_norm", "post_attention_layernorm"),
    ("ffn_norm", "pre_feedforward_layernorm"),
    ("post_ffw_norm", "post_feedforward_layernorm"),
];

/// What Hugging Face calls the tensor that llama.cpp calls `gguf_name` in a model of `architecture`.
fn hugging_face_name(gguf_name: &str, architecture: &str) -> String {
    // The last part is `weight` or `bias`.
    let Some((module, weight_or_bias)) = gguf_name.rsplit_once('.') else { return gguf_name.to_owned() };
    let module = match module.split_once('.') {
        None => match module {
            "token_embd" => "model.embed_tokens".to_owned(),
            "output_norm" => "model.norm".to_owned(),
            "output" => "lm_head".to_owned(),
            other_module => other_module.to_owned(),
        },
        Some((_, layer_and_part)) => {
            let (layer, part) = layer_and_part.split_once('.').unwrap_or((layer_and_part, ""));
            let own_parts = if architecture == "gemma3" { GEMMA_NAME_PARTS } else { &[] };
            let mut parts = own_parts.iter().chain(TENSOR_NAME_PARTS);
            let part = parts.find(|(gguf, _)| *gguf == part).map_or(part, |(_, hugging_face)| hugging_face);
            format!("model.layers.{layer}.{part}")
        }
    };
    format!("{module}.{weight_or_bias}")
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::gguf_file::Value as Field;
    use candle_core::quantized::{QTensor, gguf_file};
    use candle_core::{Device, Tensor};
    use serde_json::json;

    use super::*;

    fn file(metadata: &[(&str, Field)], tensors: &[(&str, QTensor)]) -> Vec<u8> {
        let mut bytes = io::Cursor::new(Vec::new());
        let metadata: Vec<_> = metadata.iter().map(|(name, value)| (*name, value)).collect();
        let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
        gguf_file::write(&mut bytes, &metadata, &tensors).unwrap();
        bytes.into_inner()
    }

    fn opened(bytes: &[u8]) -> io::Result<GgufFile> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.gguf");
        std::fs::write(&path, bytes).unwrap();
        GgufFile::open(&path)
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
        for (architecture, theirs, ours) in [
            ("qwen3", "token_embd.weight", "model.embed_tokens.weight"),
            ("qwen2", "blk.12.attn_q.bias", "model.layers.12.self_attn.q_proj.bias"),
            ("llama", "blk.0.ffn_norm.weight", "model.layers.0.post_attention_layernorm.weight"),
            ("gemma3", "blk.0.ffn_norm.weight", "model.layers.0.pre_feedforward_layernorm.weight"),
            ("gemma3", "blk.0.post_attention_norm.weight", "model.layers.0.post_attention_layernorm.weight"),
            ("llama", "rope_freqs.weight", "rope_freqs.weight"),
            ("qwen3", "output.weight", "lm_head.weight"),
        ] {
            assert_eq!(hugging_face_name(theirs, architecture), ours);
        }
        let metadata = [
            ("general.architecture", Field::String("qwen3".into())),
            ("qwen3.block_count", Field::U32(7)),
            ("qwen3.rope.freq_base", Field::F32(1e6)),
        ];
        let table = QTensor::quantize(&matrix(5, 32), GgmlDType::Q8_0).unwrap();
        let config = opened(&file(&metadata, &[("token_embd.weight", table)])).unwrap().metadata().config();
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
            let file = opened(&file(&[], &[("output.weight", stored)])).unwrap();
            let StoredTensor { shape, weight } = file.read("lm_head.weight").unwrap();
            assert_eq!(shape, [BLOCK + 3, 64]);
            let found = match weight {
                Weight::Float(floats) => floats,
                Weight::Int8 { .. } => unreachable!(),
                Weight::GgufBlocks { parts, .. } => {
                    assert_eq!(parts.iter().map(|part| part.rows).collect::<Vec<_>>(), [BLOCK, 3]);
                    assert_eq!(parts[1].row(2, 64).unwrap(), expected[(BLOCK + 2) * 64..]);
                    assert!(parts[1].row(3, 64).is_err());
                    parts.iter().flat_map(|part| part.to_floats(64).unwrap()).collect()
                }
            };
            assert_eq!(found, expected, "{format:?}");
        }
    }

    #[test]
    fn rows_of_llamas_heads_are_put_back_in_order() {
        let metadata = |heads| {
            [
                ("general.architecture", Field::String("llama".into())),
                ("llama.attention.head_count", Field::U32(heads)),
                ("llama.attention.head_count_kv", Field::U32(1)),
            ]
        };
        let dense = matrix(8, 32);
        let stored = |name| [(name, QTensor::quantize(&dense, GgmlDType::F32).unwrap())];
        let rows = dense.to_vec2::<f32>().unwrap();
        let read = |name: &'static str, theirs: &str, heads| {
            opened(&file(&metadata(heads), &stored(name))).unwrap().read(theirs)
        };
        for (name, theirs, order) in [
            ("blk.0.attn_q.weight", "model.layers.0.self_attn.q_proj.weight", [0, 2, 1, 3, 4, 6, 5, 7]),
            ("blk.0.attn_k.weight", "model.layers.0.self_attn.k_proj.weight", [0, 2, 4, 6, 1, 3, 5, 7]),
            ("blk.0.attn_v.weight", "model.layers.0.self_attn.v_proj.weight", [0, 1, 2, 3, 4, 5, 6, 7]),
        ] {
            let Ok(StoredTensor { weight: Weight::Float(found), .. }) = read(name, theirs, 2) else { panic!("{name}") };
            assert_eq!(found, order.map(|row: usize| rows[row].clone()).concat(), "{name}");
        }
        assert!(read("blk.0.attn_q.weight", "model.layers.0.self_attn.q_proj.weight", 3).is_err());
    }

    #[test]
    fn damaged_files_are_errors() {
        let tensors = || vec![("output.weight", QTensor::quantize(&matrix(4, 32), GgmlDType::Q8_0).unwrap())];
        let good = file(&[], &tensors());
        assert!(opened(&good).unwrap().read("lm_head.weight").is_ok());
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
            assert!(opened(&wide).map_or(true, |file| file.read("lm_head.weight").is_err()), "{sides}");
        }
        let short = opened(&good[..good.len() - 40]).unwrap();
        assert!(short.read("lm_head.weight").is_err());
        let mut wrong = good.clone();
        let scale = good.len() - 32 * 5 + 24;
        wrong.truncate(scale);
        assert!(opened(&wrong).unwrap().read("lm_head.weight").is_err());
        assert!(opened(&file(&[("split.count", Field::U16(3))], &tensors())).is_err());
    }
}
