//! The metadata of a GGUF file: the configuration of the model, its tokenizer and its chat template.

use std::error::Error;
use std::sync::Arc;

use candle_core::quantized::gguf_file::{Content, Value as Field};
use candle_core::quantized::tokenizer::TokenizerFromGguf;
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

    /// The tokenizer that the GGUF file describes.
    ///
    /// Candle's reader panics on some damaged files.
    ///
    /// # Errors
    /// What candle says of a tokenizer that it cannot build.
    pub fn tokenizer<T: TokenizerFromGguf>(&self) -> Result<T, Box<dyn Error + Send + Sync>> {
        Ok(T::from_gguf(&self.contents)?)
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
        config.insert("model_type".into(), architecture.into());
        config.insert("tie_word_embeddings".into(), (!tensors.contains_key("output.weight")).into());
        if let Some(token_embeddings) = tensors.get("token_embd.weight") {
            config.insert("vocab_size".into(), json!(token_embeddings.shape.dims().first()));
        }
        if let Some(rope_type) = self.text(&format!("{architecture}.rope.scaling.type")) {
            config.insert("rope_scaling".into(), json!({ "rope_type": rope_type }));
        }
        Value::Object(config)
    }
}

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
