//! T5 (Raffel et al., 2020), T5 1.1, Flan-T5, mT5 and MADLAD-400 as Hugging Face transformers exports them.
//!
//! Root mean square normalisation before each block, no biases, unscaled queries, and no positions except a bias by distance on
//! attention scores, which the first layer owns and all layers share. Source of the details: `modeling_t5.py` and
//! `modeling_mt5.py` of transformers.

use serde::Deserialize;
use serde_json::Value;

use super::config::{self, check_dimensions};
use super::family::{Family, ModelSpec};
use crate::neural::backend::{Activation, Buckets, Heads};
use crate::neural::encoder_decoder::{
    EncoderDecoderSpec, FinalNormSpec, PositionSpec, RelativeSpec, StackSpec, TableSpec,
};
use crate::neural::error::Error;
use crate::neural::seq2seq::ModelInfo;
use crate::neural::transformer::{AttentionNames, FeedForwardNames, LayerShape, NormKind, Style};
use crate::neural::weights::Checkpoint;

/// T5, Flan-T5 and MADLAD-400.
pub(super) const T5: Family = Family {
    name: "t5",
    about: "T5 models, such as google/flan-t5-base and the translator google/madlad400-3b-mt",
    spec: |checkpoint| spec(true, checkpoint),
};

/// mT5.
pub(super) const MT5: Family = Family {
    name: "mt5",
    about: "mT5 summarisers, such as deutsche-telekom/mt5-small-sum-de-en-v1",
    spec: |checkpoint| spec(false, checkpoint),
};

/// The part of `config.json` that decides the shape of the model. Missing fields have transformers' defaults.
#[derive(Debug, Deserialize)]
struct Config {
    vocab_size: usize,
    d_model: usize,
    d_kv: usize,
    d_ff: usize,
    num_layers: usize,
    num_decoder_layers: Option<usize>,
    num_heads: usize,
    #[serde(default = "default_buckets")]
    relative_attention_num_buckets: usize,
    #[serde(default = "default_max_distance")]
    relative_attention_max_distance: usize,
    #[serde(default = "default_epsilon")]
    layer_norm_epsilon: f32,
    feed_forward_proj: Option<String>,
    n_positions: Option<usize>,
    tie_word_embeddings: Option<bool>,
    pad_token_id: Option<u32>,
    eos_token_id: Option<u32>,
    decoder_start_token_id: Option<u32>,
}

fn default_buckets() -> usize {
    32
}

fn default_max_distance() -> usize {
    128
}

fn default_epsilon() -> f32 {
    1e-6
}

/// The default limit of texts, in tokens. The architecture has none, but models were trained with this one.
const LONGEST: usize = 1024;

impl Config {
    fn parse(json: &Value) -> Result<Self, Error> {
        let config: Self = config::parse(json)?;
        check_dimensions(&[
            ("vocab_size", config.vocab_size),
            ("d_model", config.d_model),
            ("d_kv", config.d_kv),
            ("d_ff", config.d_ff),
            ("num_layers", config.num_layers),
            ("num_decoder_layers", config.decoder_layers()),
            ("num_heads", config.num_heads),
            ("num_heads * d_kv", config.num_heads.saturating_mul(config.d_kv)),
            ("relative_attention_max_distance", config.relative_attention_max_distance),
            ("n_positions", config.longest()),
        ])?;
        let (buckets, max_distance) = (config.relative_attention_num_buckets, config.relative_attention_max_distance);
        // A quarter of the buckets have one distance each; the largest distance must lie beyond these.
        if buckets < 4 || max_distance <= buckets / 2 {
            let reason = format!("relative_attention_num_buckets is {buckets} for a distance of {max_distance}");
            return Err(Error::Config { reason });
        }
        Ok(config)
    }

    fn decoder_layers(&self) -> usize {
        self.num_decoder_layers.unwrap_or(self.num_layers)
    }

    fn longest(&self) -> usize {
        self.n_positions.unwrap_or(LONGEST)
    }

    /// The activation of the feed-forward block, and whether it has a gate.
    fn activation(&self, default: &str) -> Result<(Activation, bool), Error> {
        match self.feed_forward_proj.as_deref().unwrap_or(default) {
            // The first models with a gate were saved under this name. They use the approximation.
            "gated-gelu" => Ok((Activation::named("gelu_new")?, true)),
            name => match name.strip_prefix("gated-") {
                Some(name) => Ok((Activation::named(name)?, true)),
                None => Ok((Activation::named(name)?, false)),
            },
        }
    }
}

const PROJECTIONS: [&str; 4] = ["q", "k", "v", "o"];

fn style(epsilon: f32) -> Style {
    Style {
        norm_before: true,
        norm: NormKind::RootMeanSquare { epsilon },
        biased: false,
        self_attention: AttentionNames {
            block: "layer.0.SelfAttention",
            projections: PROJECTIONS,
            norm: "layer.0.layer_norm",
        },
        cross_attention: AttentionNames {
            block: "layer.1.EncDecAttention",
            projections: PROJECTIONS,
            norm: "layer.1.layer_norm",
        },
        recurrent_unit: None,
        encoder_feed_forward: FeedForwardNames {
            up: "layer.1.DenseReluDense.wi",
            gated: Some(["layer.1.DenseReluDense.wi_0", "layer.1.DenseReluDense.wi_1"]),
            down: "layer.1.DenseReluDense.wo",
            norm: "layer.1.layer_norm",
        },
        decoder_feed_forward: FeedForwardNames {
            up: "layer.2.DenseReluDense.wi",
            gated: Some(["layer.2.DenseReluDense.wi_0", "layer.2.DenseReluDense.wi_1"]),
            down: "layer.2.DenseReluDense.wo",
            norm: "layer.2.layer_norm",
        },
    }
}

const TOKENS: [&str; 3] = ["shared.weight", "decoder.embed_tokens.weight", "encoder.embed_tokens.weight"];
const OUTPUT: &str = "lm_head.weight";

/// With `original`, the defaults are those of the first T5 models: no gate, and one table for tokens and output.
fn spec(original: bool, checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    let config = Config::parse(checkpoint.config())?;
    let (dim, vocab) = (config.d_model, config.vocab_size);
    let tokens = TableSpec { name: checkpoint.first_of(&TOKENS), rows: vocab, zero_row: false };
    let tied = original && config.tie_word_embeddings != Some(false);
    let (activation, gated) = config.activation(if original { "relu" } else { "gated-gelu" })?;
    let heads = Heads { scale: 1.0, ..Heads::new(config.num_heads, config.num_heads * config.d_kv) };
    let stack = |prefix, layers, both_ways, factor| StackSpec {
        prefix,
        layer_list: "block",
        layers,
        layer: LayerShape { heads, ffn: config.d_ff, activation, gated },
        tokens,
        embedding_norm: None,
        relative: Some(RelativeSpec {
            name: "block.0.layer.0.SelfAttention.relative_attention_bias.weight",
            buckets: Buckets {
                count: config.relative_attention_num_buckets,
                max_distance: config.relative_attention_max_distance,
                both_ways,
            },
        }),
        final_norm: Some(FinalNormSpec { name: "final_layer_norm", factor }),
    };
    // A table that serves both ends has vectors that are too long for the output. The reference divides the hidden states
    // each time; dividing the weights of the last normalisation does the same once.
    let factor = if tied { (dim as f32).sqrt().recip() } else { 1.0 };
    let padding = config.pad_token_id.unwrap_or(0);
    Ok(ModelSpec::EncoderDecoder(Box::new(EncoderDecoderSpec {
        info: ModelInfo {
            end: config.eos_token_id.unwrap_or(1),
            padding,
            start: config.decoder_start_token_id.unwrap_or(padding),
            vocab,
            source_vocab: vocab,
            longest_source: config.longest(),
            longest_target: config.longest(),
        },
        dim,
        style: style(config.layer_norm_epsilon),
        embedding_scale: 1.0,
        positions: PositionSpec::None,
        encoder: stack("encoder", config.num_layers, true, 1.0),
        decoder: stack("decoder", config.decoder_layers(), false, factor),
        output: if !tied && checkpoint.has(OUTPUT) { OUTPUT } else { tokens.name },
        output_bias: None,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_that_cannot_be_is_refused_by_name() {
        let good = serde_json::json!({
            "vocab_size": 20, "d_model": 8, "d_kv": 4, "d_ff": 8, "num_layers": 1, "num_heads": 2,
            "feed_forward_proj": "gated-gelu",
        });
        let config = Config::parse(&good).unwrap();
        assert_eq!(config.activation("relu").unwrap(), (Activation::GeluTanh, true));
        for (field, value) in [
            ("d_kv", 0),
            ("num_layers", 0),
            ("relative_attention_num_buckets", 2),
            ("relative_attention_max_distance", 1_u64 << 40),
            ("n_positions", 0),
        ] {
            let mut config = good.clone();
            config[field] = value.into();
            let message = Config::parse(&config).unwrap_err().to_string();
            assert!(message.contains(field), "{message}");
        }
    }

    #[test]
    fn a_feed_forward_block_is_named_by_its_activation_and_its_gate() {
        let config = |name| {
            let fields = serde_json::json!({
                "vocab_size": 20, "d_model": 8, "d_kv": 4, "d_ff": 8, "num_layers": 1, "num_heads": 2,
                "feed_forward_proj": name,
            });
            Config::parse(&fields).unwrap().activation("relu")
        };
        assert_eq!(config("relu").unwrap(), (Activation::Relu, false));
        assert_eq!(config("gated-silu").unwrap(), (Activation::Silu, true));
        assert!(config("gated-maxout").is_err());
    }
}
