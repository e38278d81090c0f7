//! Qwen2 and Qwen3 (Yang et al., 2024 and 2025): decoder-only models with rotary positions and grouped-query attention. Qwen2 has
//! biases, Qwen3 normalises heads instead. Source of the details: `modeling_qwen2.py` and `modeling_qwen3.py` of transformers.

use serde::Deserialize;
use serde_json::Value;

use super::config::{self, check_dimensions};
use super::family::{Family, ModelSpec};
use crate::neural::backend::Heads;
use crate::neural::causal::{CausalLayerShape, CausalSpec};
use crate::neural::error::Error;
use crate::neural::seq2seq::ModelInfo;
use crate::neural::weights::Checkpoint;

/// Qwen2 and Qwen2.5.
pub(super) const QWEN2: Family = Family {
    name: "qwen2",
    about: "Qwen2 and Qwen2.5, which follow instructions",
    spec: |checkpoint| spec(false, checkpoint),
};

/// Qwen3.
pub(super) const QWEN3: Family = Family {
    name: "qwen3",
    about: "Qwen3, which follows instructions, such as Qwen/Qwen3-4B-GGUF",
    spec: |checkpoint| spec(true, checkpoint),
};

/// The longest prompt in tokens, about six thousand English words. The models can read several times as much, but the keys and
/// values of a longer prompt would take gigabytes for each worker.
const LONGEST_PROMPT: usize = 8192;
/// The longest text that is written after a prompt, in tokens.
const LONGEST_TEXT: usize = 1024;

/// The part of `config.json` that decides the shape of the model.
#[derive(Deserialize)]
struct Config {
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    #[serde(default = "default_positions")]
    max_position_embeddings: usize,
    #[serde(default = "default_epsilon")]
    rms_norm_eps: f32,
    hidden_act: Option<String>,
    tie_word_embeddings: Option<bool>,
    rope_theta: Option<f64>,
    /// Where transformers 5 keeps `rope_theta`. Older files keep unusual rotations here, under the second name.
    #[serde(alias = "rope_scaling")]
    rope_parameters: Option<RopeParameters>,
    use_sliding_window: Option<bool>,
    /// One token or a list.
    eos_token_id: Option<Value>,
    pad_token_id: Option<u32>,
}

#[derive(Deserialize)]
struct RopeParameters {
    rope_theta: Option<f64>,
    #[serde(alias = "type")]
    rope_type: Option<String>,
}

fn default_positions() -> usize {
    32_768
}

fn default_epsilon() -> f32 {
    1e-6
}

impl Config {
    fn parse(json: &Value) -> Result<Self, Error> {
        let config: Self = config::parse(json)?;
        let refused = |reason: String| Err(Error::Config { reason });
        check_dimensions(&[
            ("vocab_size", config.vocab_size),
            ("hidden_size", config.hidden_size),
            ("intermediate_size", config.intermediate_size),
            ("num_hidden_layers", config.num_hidden_layers),
            ("num_attention_heads", config.num_attention_heads),
            ("num_key_value_heads", config.kv_heads()),
            ("head_dim", config.head_dim()),
        ])?;
        if !config.num_attention_heads.is_multiple_of(config.kv_heads()) || !config.head_dim().is_multiple_of(2) {
            return refused(format!(
                "{} heads of {} numbers cannot share {} keys",
                config.num_attention_heads,
                config.head_dim(),
                config.kv_heads()
            ));
        }
        if config.max_position_embeddings < 64 {
            return refused(format!(
                "max_position_embeddings is {}, too few for a text",
                config.max_position_embeddings
            ));
        }
        if let Some(activation) = config.hidden_act.as_deref().filter(|name| *name != "silu") {
            return refused(format!("hidden_act {activation:?} is not supported"));
        }
        if config.use_sliding_window == Some(true) {
            return refused("use_sliding_window is not supported".into());
        }
        let kind = config.rope_parameters.as_ref().and_then(|rope| rope.rope_type.as_deref()).unwrap_or("default");
        match kind {
            "default" | "none" => Ok(config),
            kind => refused(format!("rope_type {kind:?} is not supported")),
        }
    }

    fn head_dim(&self) -> usize {
        self.head_dim.unwrap_or(self.hidden_size / self.num_attention_heads.max(1))
    }

    fn kv_heads(&self) -> usize {
        self.num_key_value_heads.unwrap_or(self.num_attention_heads)
    }

    fn rope_base(&self) -> f64 {
        let theta = self.rope_parameters.as_ref().and_then(|rope| rope.rope_theta);
        theta.or(self.rope_theta).filter(|base| *base > 1.0).unwrap_or(10_000.0)
    }

    fn info(&self) -> ModelInfo {
        let longest_target = LONGEST_TEXT.min(self.max_position_embeddings / 4);
        let first_end = self.eos_token_id.as_ref().map(|ends| ends.get(0).unwrap_or(ends));
        let end = first_end.and_then(Value::as_u64).and_then(|end| u32::try_from(end).ok()).unwrap_or_default();
        let padding = self.pad_token_id.unwrap_or(end);
        ModelInfo {
            end,
            padding,
            // The tokenizer knows better: decoding starts with the last token of the prompt.
            start: padding,
            vocab: self.vocab_size,
            source_vocab: self.vocab_size,
            longest_source: LONGEST_PROMPT.min(self.max_position_embeddings - longest_target),
            longest_target,
        }
    }
}

fn spec(head_norms: bool, checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    let config = Config::parse(checkpoint.config())?;
    let heads = Heads::new(config.num_attention_heads, config.num_attention_heads * config.head_dim());
    let queries_per_kv_head = config.num_attention_heads / config.kv_heads();
    Ok(ModelSpec::Causal(Box::new(CausalSpec {
        info: config.info(),
        layers: config.num_hidden_layers,
        layer: CausalLayerShape {
            dim: config.hidden_size,
            heads: Heads { queries_per_kv_head, ..heads },
            ffn: config.intermediate_size,
            epsilon: config.rms_norm_eps,
            biased: !head_norms,
            head_norms,
        },
        rope_base: config.rope_base(),
        tied: config.tie_word_embeddings == Some(true),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_that_cannot_be_is_refused_by_name() {
        let good = serde_json::json!({
            "vocab_size": 20, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 4,
            "num_key_value_heads": 2, "max_position_embeddings": 40_960, "rope_parameters": { "rope_theta": 1e6 },
        });
        let config = Config::parse(&good).unwrap();
        assert_eq!((config.head_dim(), config.rope_base(), config.info().longest_source), (2, 1e6, LONGEST_PROMPT));
        for (field, value, named) in [
            ("num_attention_heads", serde_json::json!(0), "num_attention_heads"),
            ("num_key_value_heads", serde_json::json!(3), "cannot share"),
            ("hidden_size", serde_json::json!(1_u64 << 40), "hidden_size"),
            ("head_dim", serde_json::json!(3), "cannot share"),
            ("hidden_act", serde_json::json!("gelu"), "hidden_act"),
            ("rope_parameters", serde_json::json!({ "rope_type": "yarn" }), "yarn"),
            ("use_sliding_window", serde_json::json!(true), "sliding"),
            ("max_position_embeddings", serde_json::json!(3), "max_position_embeddings"),
        ] {
            let mut config = good.clone();
            config[field] = value;
            let message = Config::parse(&config).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(named), "{field}: {message}");
        }
    }

    #[test]
    fn old_files_keep_the_base_of_rotations_elsewhere() {
        let old = serde_json::json!({
            "vocab_size": 20, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 4,
            "rope_theta": 5e5, "rope_scaling": null,
        });
        assert_eq!(Config::parse(&old).unwrap().rope_base(), 5e5);
    }
}
