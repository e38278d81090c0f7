//! The metadata of a GGUF file: the configuration of the model, its tokenizer and its chat template.

use std::sync::Arc;

use candle_core::quantized::gguf_file::{Content, Value as Field};
use serde_json::{Map, Value, json};

/// The metadata of a GGUF file. Clones share it.
#[derive(Clone)]
pub struct GgufMetadata {
    contents: Arc<Content>,
}

impl GgufMetadata {
    pub(super) fn new(contents: Arc<Content>) -> Self {
        Self { contents }
    }

    /// The text of the metadata field `field_name`; `None` if it is missing or no text.
    pub fn text(&self, field_name: &str) -> Option<&str> {
        match self.contents.metadata.get(field_name) {
            Some(Field::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The whole number in the metadata field `field_name`; `None` if it is missing, negative or no whole number.
    pub fn integer(&self, field_name: &str) -> Option<u64> {
        self.contents.metadata.get(field_name).and_then(|field| field.to_u64().ok())
    }

    /// Whether the metadata field `field_name` is true; `None` if it is missing or no truth value.
    pub fn flag(&self, field_name: &str) -> Option<bool> {
        self.contents.metadata.get(field_name).and_then(|field| field.to_bool().ok())
    }

    /// The texts in the list `field_name`; `None` if it is missing or no list of texts.
    pub fn texts(&self, field_name: &str) -> Option<Vec<&str>> {
        let list = self.list(field_name)?;
        list.iter().map(|field| field.to_string().ok().map(String::as_str)).collect()
    }

    /// The numbers in the list `field_name`; `None` if it is missing or no list of floats.
    pub fn floats(&self, field_name: &str) -> Option<Vec<f32>> {
        self.list(field_name)?.iter().map(|field| field.to_f32().ok()).collect()
    }

    /// The whole numbers in the list `field_name`; `None` if it is missing or no list of whole numbers, none of them negative.
    pub fn integers(&self, field_name: &str) -> Option<Vec<u64>> {
        let whole = |field: &Field| match field {
            Field::I8(number) => u64::try_from(*number).ok(),
            Field::I16(number) => u64::try_from(*number).ok(),
            Field::I32(number) => u64::try_from(*number).ok(),
            Field::I64(number) => u64::try_from(*number).ok(),
            field => field.to_u64().ok(),
        };
        self.list(field_name)?.iter().map(whole).collect()
    }

    fn list(&self, field_name: &str) -> Option<&Vec<Field>> {
        self.contents.metadata.get(field_name).and_then(|field| field.to_vec().ok())
    }

    /// What a config.json would say of the model.
    pub(super) fn config(&self) -> Value {
        let tensors = &self.contents.tensor_infos;
        let architecture = self.text("general.architecture").unwrap_or_default();
        let mut config = Map::new();
        for (config_key, gguf_field) in CONFIG_FIELDS {
            let field = gguf_field.replace("{}", architecture);
            if let Some(value) = self.contents.metadata.get(&field).and_then(json_number) {
                config.insert((*config_key).to_owned(), value);
            }
        }
        let family =
            FAMILY_NAMES.iter().find(|(gguf, _)| *gguf == architecture).map_or(architecture, |(_, family)| family);
        config.insert("model_type".into(), family.into());
        config.insert("tie_word_embeddings".into(), (!tensors.contains_key("output.weight")).into());
        if let Some(token_embeddings) = tensors.get("token_embd.weight") {
            config.insert("vocab_size".into(), json!(token_embeddings.shape.dims().first()));
        }
        if let Some(rope_type) = self.text(&format!("{architecture}.rope.scaling.type")) {
            let factor = self.contents.metadata.get(&format!("{architecture}.rope.scaling.factor"));
            let factor = factor.and_then(json_number);
            config.insert("rope_scaling".into(), json!({ "rope_type": rope_type, "factor": factor }));
        }
        Value::Object(config)
    }
}

/// Families that llama.cpp calls otherwise: its name of the architecture, and `model_type`.
const FAMILY_NAMES: &[(&str, &str)] = &[("hunyuan-dense", "hunyuan_v1_dense")];

/// Fields of config.json, and the metadata that say the same; `{}` stands for the architecture.
const CONFIG_FIELDS: &[(&str, &str)] = &[
    ("num_hidden_layers", "{}.block_count"),
    ("max_position_embeddings", "{}.context_length"),
    ("hidden_size", "{}.embedding_length"),
    ("intermediate_size", "{}.feed_forward_length"),
    ("num_attention_heads", "{}.attention.head_count"),
    ("num_key_value_heads", "{}.attention.head_count_kv"),
    ("head_dim", "{}.attention.key_length"),
    ("rms_norm_eps", "{}.attention.layer_norm_rms_epsilon"),
    ("rope_theta", "{}.rope.freq_base"),
    ("rope_local_base_freq", "{}.rope.freq_base_swa"),
    ("rope_dimension_count", "{}.rope.dimension_count"),
    ("sliding_window", "{}.attention.sliding_window"),
    ("bos_token_id", "tokenizer.ggml.bos_token_id"),
    ("eos_token_id", "tokenizer.ggml.eos_token_id"),
    ("pad_token_id", "tokenizer.ggml.padding_token_id"),
];

/// A numeric field of GGUF metadata as JSON.
fn json_number(field: &Field) -> Option<Value> {
    match field {
        Field::F32(number) => Some(json!(number)),
        Field::F64(number) => Some(json!(number)),
        Field::I32(number) => Some(json!(number)),
        Field::I64(number) => Some(json!(number)),
        field => field.to_u64().ok().map(|number| json!(number)),
    }
}
