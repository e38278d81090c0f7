//! The part of `config.json` that decoder-only families have in common, and what follows from it.

use serde::Deserialize;
use serde_json::Value;

use super::config::{self, check_dimensions};
use crate::neural::backend::{Activation, Heads, RopeScaling};
use crate::neural::causal::RopeSpec;
use crate::neural::error::Error;
use crate::neural::seq2seq::ModelInfo;

/// The longest prompt in tokens, about six thousand English words. The models can read several times as much, but the keys and
/// values of a longer prompt would take gigabytes for each worker.
pub(super) const LONGEST_PROMPT: usize = 8192;
/// The longest text that is written after a prompt, in tokens.
const LONGEST_TEXT: usize = 1024;

/// The tensor of divisors that GGUF files have for `rope_type: llama3`.
const ROPE_DIVISORS: &str = "rope_freqs.weight";

/// The fields that all families read.
#[derive(Deserialize)]
pub(super) struct CausalConfig {
    pub(super) vocab_size: usize,
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    #[serde(default = "default_positions")]
    max_position_embeddings: usize,
    #[serde(default = "default_epsilon")]
    pub(super) rms_norm_eps: f32,
    hidden_act: Option<String>,
    /// What Gemma calls it.
    hidden_activation: Option<String>,
    pub(super) tie_word_embeddings: Option<bool>,
    rope_theta: Option<f64>,
    /// Where transformers 5 keeps `rope_theta`.
    rope_parameters: Option<Value>,
    /// Where older files keep unusual rotations.
    rope_scaling: Option<Value>,
    partial_rotary_factor: Option<f64>,
    rope_dimension_count: Option<usize>,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
    /// One token id or a list.
    eos_token_id: Option<Value>,
    pad_token_id: Option<u32>,
}

/// How to rotate, as `rope_parameters` or `rope_scaling` says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RopeParameters {
    rope_theta: Option<f64>,
    #[serde(alias = "type")]
    rope_type: Option<String>,
    factor: Option<f64>,
    alpha: Option<f64>,
    low_freq_factor: Option<f64>,
    high_freq_factor: Option<f64>,
    original_max_position_embeddings: Option<f64>,
}

fn default_positions() -> usize {
    32_768
}

fn default_epsilon() -> f32 {
    1e-6
}

fn refused<T>(reason: String) -> Result<T, Error> {
    Err(Error::Config { reason })
}

impl CausalConfig {
    /// The fields of `json`, as far as they are possible.
    pub(super) fn parse(json: &Value) -> Result<Self, Error> {
        let config: Self = config::parse(json)?;
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
        let is_partial = config.partial_rotary_factor.is_some_and(|factor| factor != 1.0)
            || config.rope_dimension_count.is_some_and(|count| count != config.head_dim());
        for (field, is_set) in [
            ("attention_bias", config.attention_bias),
            ("mlp_bias", config.mlp_bias),
            ("partial_rotary_factor", is_partial),
        ] {
            if is_set {
                return refused(format!("{field} is not supported"));
            }
        }
        Ok(config)
    }

    /// Numbers in a head.
    pub(super) fn head_dim(&self) -> usize {
        self.head_dim.unwrap_or(self.hidden_size / self.num_attention_heads.max(1))
    }

    fn kv_heads(&self) -> usize {
        self.num_key_value_heads.unwrap_or(self.num_attention_heads)
    }

    /// The heads, scaled by one over the root of a head's width.
    pub(super) fn heads(&self) -> Heads {
        let heads = Heads::new(self.num_attention_heads, self.num_attention_heads * self.head_dim());
        Heads { queries_per_kv_head: self.num_attention_heads / self.kv_heads(), ..heads }
    }

    /// The function of the gate, which must be `expected`.
    pub(super) fn activation(&self, expected: Activation) -> Result<Activation, Error> {
        match self.hidden_activation.as_deref().or(self.hidden_act.as_deref()) {
            None => Ok(expected),
            Some(name) if Activation::named(name).is_ok_and(|activation| activation == expected) => Ok(expected),
            Some(name) => refused(format!("hidden_act {name:?} is not supported")),
        }
    }

    /// The rotations of a family that has one kind of them.
    pub(super) fn rope(&self) -> Result<RopeSpec, Error> {
        self.rope_in(self.rope_parameters(), self.rope_theta.unwrap_or(10_000.0))
    }

    /// What the file says of rotations, under either name.
    pub(super) fn rope_parameters(&self) -> Option<&Value> {
        let present = [&self.rope_parameters, &self.rope_scaling].into_iter().flatten();
        present.into_iter().find(|parameters| parameters.is_object())
    }

    /// The rotations that `parameters` describe, with the base `default_base` if they do not say one.
    pub(super) fn rope_in(&self, parameters: Option<&Value>, default_base: f64) -> Result<RopeSpec, Error> {
        let parameters: RopeParameters = parameters.map(config::parse).transpose()?.unwrap_or_default();
        let base = parameters.rope_theta.filter(|base| *base > 1.0).unwrap_or(default_base);
        let number = |name: &str, value: Option<f64>| {
            let found = value.filter(|value| value.is_finite() && *value > 0.0);
            found.ok_or_else(|| Error::Config { reason: format!("the rotations have no {name}") })
        };
        let plain = RopeSpec { base, scaling: RopeScaling::None, divisors: Some(ROPE_DIVISORS) };
        match parameters.rope_type.as_deref().unwrap_or("default") {
            "default" | "none" => Ok(plain),
            "linear" => {
                let factor = number("factor", parameters.factor)?;
                Ok(RopeSpec { scaling: RopeScaling::Linear { factor }, ..plain })
            }
            "llama3" => {
                let (low, high) = (
                    number("low_freq_factor", parameters.low_freq_factor)?,
                    number("high_freq_factor", parameters.high_freq_factor)?,
                );
                if high <= low {
                    return refused(format!("high_freq_factor {high} is not above low_freq_factor {low}"));
                }
                let original = parameters.original_max_position_embeddings;
                let scaling = RopeScaling::Llama3 {
                    factor: number("factor", parameters.factor)?,
                    low,
                    high,
                    original: number("original_max_position_embeddings", original)?,
                };
                Ok(RopeSpec { scaling, ..plain })
            }
            // Hunyuan says `dynamic` and means a fixed base: `θ α^(d / (d - 2))`.
            "dynamic" if parameters.alpha.is_some_and(|alpha| alpha != 0.0) => {
                let dim = self.head_dim() as f64;
                let alpha = number("alpha", parameters.alpha)?;
                Ok(RopeSpec { base: base * alpha.powf(dim / (dim - 2.0)), ..plain })
            }
            kind => refused(format!("rope_type {kind:?} is not supported")),
        }
    }

    /// The numbers that a search needs.
    pub(super) fn info(&self) -> ModelInfo {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        json!({
            "vocab_size": 20, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 4,
            "num_key_value_heads": 2, "max_position_embeddings": 40_960, "rope_parameters": { "rope_theta": 1e6 },
        })
    }

    #[test]
    fn a_configuration_that_cannot_be_is_refused_by_name() {
        let config = CausalConfig::parse(&good()).unwrap();
        assert_eq!((config.head_dim(), config.rope().unwrap().base), (2, 1e6));
        assert_eq!(config.info().longest_source, LONGEST_PROMPT);
        for (field, value, named) in [
            ("num_attention_heads", json!(0), "num_attention_heads"),
            ("num_key_value_heads", json!(3), "cannot share"),
            ("hidden_size", json!(1_u64 << 40), "hidden_size"),
            ("head_dim", json!(3), "cannot share"),
            ("max_position_embeddings", json!(3), "max_position_embeddings"),
            ("attention_bias", json!(true), "attention_bias"),
            ("mlp_bias", json!(true), "mlp_bias"),
            ("partial_rotary_factor", json!(0.5), "partial_rotary_factor"),
            ("rope_dimension_count", json!(1), "partial_rotary_factor"),
        ] {
            let mut config = good();
            config[field] = value;
            let message = CausalConfig::parse(&config).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(named), "{field}: {message}");
        }
        let mut config = good();
        config["hidden_act"] = json!("gelu");
        assert!(CausalConfig::parse(&config).unwrap().activation(Activation::Silu).is_err());
    }

    #[test]
    fn rotations_are_read_or_refused_by_name() {
        let mut config = good();
        let rope = |config: &Value| CausalConfig::parse(config).unwrap().rope();
        for (parameters, named) in [
            (json!({ "rope_type": "yarn", "factor": 2.0 }), "yarn"),
            (json!({ "rope_type": "dynamic", "factor": 2.0 }), "dynamic"),
            (json!({ "rope_type": "linear" }), "factor"),
            (json!({ "rope_type": "linear", "factor": 0.0 }), "factor"),
            (
                json!({ "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0 }),
                "original",
            ),
            (
                json!({ "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 4.0, "high_freq_factor": 4.0 }),
                "not above",
            ),
        ] {
            config["rope_parameters"] = parameters.clone();
            let message = rope(&config).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(named), "{parameters}: {message}");
        }
        config["head_dim"] = json!(4);
        config["rope_parameters"] = json!({ "rope_type": "dynamic", "rope_theta": 100.0, "alpha": 50.0 });
        assert_eq!(rope(&config).unwrap().base, 100.0 * 50.0 * 50.0);
        config["rope_parameters"] = json!({ "type": "linear", "factor": 8.0 });
        assert_eq!(rope(&config).unwrap().scaling, RopeScaling::Linear { factor: 8.0 });
    }

    #[test]
    fn old_files_keep_the_base_of_rotations_elsewhere() {
        let old = json!({
            "vocab_size": 20, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 4,
            "rope_theta": 5e5, "rope_scaling": null,
        });
        assert_eq!(CausalConfig::parse(&old).unwrap().rope().unwrap().base, 5e5);
    }
}
