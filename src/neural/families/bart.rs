//! BART (Lewis et al., 2020) and its relatives, as Hugging Face transformers exports them: Marian, Pegasus, mBART, M2M100
//! and NLLB.
//!
//! All have the same tensor names; an [`Architecture`] says what differs. Source of the details: `modeling_marian.py`,
//! `modeling_bart.py`, `modeling_pegasus.py`, `modeling_mbart.py` and `modeling_m2m_100.py` of transformers.

use serde::Deserialize;
use serde_json::Value;

use super::config::{self, check_dimensions};
use super::family::{Family, ModelSpec};
use crate::neural::backend::{Activation, Heads};
use crate::neural::encoder_decoder::{EncoderDecoderSpec, FinalNormSpec, PositionSpec, StackSpec, TableSpec};
use crate::neural::error::Error;
use crate::neural::seq2seq::ModelInfo;
use crate::neural::transformer::{AttentionNames, FeedForwardNames, LAYER_NORM_EPSILON, LayerShape, NormKind, Style};
use crate::neural::weights::Checkpoint;

/// Marian.
pub(super) const MARIAN: Family = Family {
    name: "marian",
    about: "Marian translation models, such as Helsinki-NLP/opus-mt-de-en",
    spec: |checkpoint| spec(&MARIAN_ARCHITECTURE, checkpoint),
};

/// BART.
pub(super) const BART: Family = Family {
    name: "bart",
    about: "BART summarisers, such as facebook/bart-large-cnn and sshleifer/distilbart-cnn-12-6",
    spec: |checkpoint| spec(&BART_ARCHITECTURE, checkpoint),
};

/// Pegasus.
pub(super) const PEGASUS: Family = Family {
    name: "pegasus",
    about: "Pegasus summarisers, such as google/pegasus-cnn_dailymail",
    spec: |checkpoint| spec(&PEGASUS_ARCHITECTURE, checkpoint),
};

/// mBART.
pub(super) const MBART: Family = Family {
    name: "mbart",
    about: "mBART translation models, such as facebook/mbart-large-50-many-to-one-mmt",
    spec: |checkpoint| spec(&MBART_ARCHITECTURE, checkpoint),
};

/// M2M100 and NLLB.
pub(super) const M2M_100: Family = Family {
    name: "m2m_100",
    about: "M2M100 and NLLB translation models, such as facebook/nllb-200-distilled-600M",
    spec: |checkpoint| spec(&M2M_100_ARCHITECTURE, checkpoint),
};

/// How one family differs from the others.
struct Architecture {
    positions: PositionKind,
    /// Whether the sum of token and position vectors is normalised.
    embedding_norm: bool,
    /// Whether normalisations come before blocks rather than after. If so, the result of the last layer is normalised too.
    norm_before: bool,
    /// Values of fields that the configuration lacks.
    defaults: Defaults,
}

/// Where position vectors come from.
#[derive(Clone, Copy)]
enum PositionKind {
    /// Computed: see [`sinusoids`].
    Sinusoids,
    /// Computed as in tensor2tensor, see [`spread_sinusoids`]. The first position is the one after the padding token's id.
    SpreadSinusoids,
    /// A table in the checkpoint.
    Learned,
}

/// The defaults of transformers' configuration classes.
struct Defaults {
    activation: &'static str,
    scale_embedding: bool,
    padding: Option<u32>,
    end: u32,
    start: Option<u32>,
}

const MARIAN_ARCHITECTURE: Architecture = Architecture {
    positions: PositionKind::Sinusoids,
    embedding_norm: false,
    norm_before: false,
    defaults: Defaults { activation: "gelu", scale_embedding: false, padding: None, end: 0, start: None },
};

const BART_ARCHITECTURE: Architecture = Architecture {
    positions: PositionKind::Learned,
    embedding_norm: true,
    norm_before: false,
    defaults: Defaults { activation: "gelu", scale_embedding: false, padding: Some(1), end: 2, start: Some(2) },
};

const PEGASUS_ARCHITECTURE: Architecture = Architecture {
    positions: PositionKind::Sinusoids,
    embedding_norm: false,
    norm_before: true,
    defaults: Defaults { activation: "gelu", scale_embedding: false, padding: Some(0), end: 1, start: Some(0) },
};

const MBART_ARCHITECTURE: Architecture = Architecture {
    positions: PositionKind::Learned,
    embedding_norm: true,
    norm_before: true,
    defaults: Defaults { activation: "gelu", scale_embedding: false, padding: Some(1), end: 2, start: Some(2) },
};

const M2M_100_ARCHITECTURE: Architecture = Architecture {
    positions: PositionKind::SpreadSinusoids,
    embedding_norm: false,
    norm_before: true,
    defaults: Defaults { activation: "relu", scale_embedding: true, padding: Some(1), end: 2, start: Some(2) },
};

/// The layers, which differ in the place of the normalisation alone.
pub(super) const fn style(norm_before: bool) -> Style {
    const PROJECTIONS: [&str; 4] = ["q_proj", "k_proj", "v_proj", "out_proj"];
    const FEED_FORWARD: FeedForwardNames =
        FeedForwardNames { up: "fc1", gated: None, down: "fc2", norm: "final_layer_norm" };
    Style {
        norm_before,
        norm: NormKind::Layer { epsilon: LAYER_NORM_EPSILON },
        biased: true,
        self_attention: AttentionNames { block: "self_attn", projections: PROJECTIONS, norm: "self_attn_layer_norm" },
        cross_attention: AttentionNames {
            block: "encoder_attn",
            projections: PROJECTIONS,
            norm: "encoder_attn_layer_norm",
        },
        recurrent_unit: None,
        encoder_feed_forward: FEED_FORWARD,
        decoder_feed_forward: FEED_FORWARD,
    }
}

/// The part of `config.json` that decides the shape of the model.
#[derive(Debug, Deserialize)]
struct Config {
    vocab_size: usize,
    decoder_vocab_size: Option<usize>,
    d_model: usize,
    encoder_layers: usize,
    decoder_layers: usize,
    encoder_attention_heads: usize,
    decoder_attention_heads: usize,
    encoder_ffn_dim: usize,
    decoder_ffn_dim: usize,
    activation_function: Option<String>,
    #[serde(default = "default_positions")]
    max_position_embeddings: usize,
    scale_embedding: Option<bool>,
    pad_token_id: Option<u32>,
    eos_token_id: Option<u32>,
    decoder_start_token_id: Option<u32>,
    #[serde(default = "yes")]
    share_encoder_decoder_embeddings: bool,
    #[serde(default = "yes")]
    tie_word_embeddings: bool,
}

/// The most positions whose vectors are computed, whatever the configuration says: no file limits the size of this table. No
/// such model was trained on texts of more than 1,024 tokens.
const MAX_COMPUTED_POSITIONS: usize = 1 << 13;

fn default_positions() -> usize {
    1024
}

fn yes() -> bool {
    true
}

impl Config {
    fn parse(json: &Value) -> Result<Self, Error> {
        let config: Self = config::parse(json)?;
        check_dimensions(&[
            ("vocab_size", config.vocab_size),
            ("decoder_vocab_size", config.decoder_vocab()),
            ("d_model", config.d_model),
            ("encoder_layers", config.encoder_layers),
            ("decoder_layers", config.decoder_layers),
            ("encoder_attention_heads", config.encoder_attention_heads),
            ("decoder_attention_heads", config.decoder_attention_heads),
            ("encoder_ffn_dim", config.encoder_ffn_dim),
            ("decoder_ffn_dim", config.decoder_ffn_dim),
            ("max_position_embeddings", config.max_position_embeddings),
        ])?;
        for heads in [config.encoder_attention_heads, config.decoder_attention_heads] {
            if !config.d_model.is_multiple_of(heads) {
                let reason = format!("d_model {} cannot be divided by {heads} attention heads", config.d_model);
                return Err(Error::Config { reason });
            }
        }
        Ok(config)
    }

    fn decoder_vocab(&self) -> usize {
        self.decoder_vocab_size.unwrap_or(self.vocab_size)
    }

    fn info(&self, defaults: &Defaults) -> Result<ModelInfo, Error> {
        let missing = || Error::Config { reason: "missing field `pad_token_id`".into() };
        let padding = self.pad_token_id.or(defaults.padding).ok_or_else(missing)?;
        Ok(ModelInfo {
            end: self.eos_token_id.unwrap_or(defaults.end),
            padding,
            start: self.decoder_start_token_id.or(defaults.start).unwrap_or(padding),
            vocab: self.decoder_vocab(),
            source_vocab: self.vocab_size,
            longest_source: self.max_position_embeddings,
            longest_target: self.max_position_embeddings,
        })
    }
}

const SHARED: &str = "model.shared.weight";
const ENCODER: &str = "model.encoder.embed_tokens.weight";
const DECODER: &str = "model.decoder.embed_tokens.weight";
const OUTPUT: &str = "lm_head.weight";
const FINAL_BIAS: &str = "final_logits_bias";

/// Learned tables of positions begin with this many rows that no position uses.
const UNUSED_POSITIONS: usize = 2;

fn spec(architecture: &Architecture, checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    let mut config = Config::parse(checkpoint.config())?;
    if !matches!(architecture.positions, PositionKind::Learned) {
        config.max_position_embeddings = config.max_position_embeddings.min(MAX_COMPUTED_POSITIONS);
    }
    let defaults = &architecture.defaults;
    let info = config.info(defaults)?;
    let (dim, vocab, longest) = (config.d_model, config.decoder_vocab(), config.max_position_embeddings);
    let (source_tokens, target_tokens) = if config.share_encoder_decoder_embeddings {
        let shared =
            TableSpec { name: checkpoint.first_of(&[SHARED, ENCODER, DECODER, OUTPUT]), rows: vocab, zero_row: false };
        (shared, shared)
    } else {
        let encoder = TableSpec { name: checkpoint.first_of(&[ENCODER]), rows: config.vocab_size, zero_row: false };
        (encoder, TableSpec { name: checkpoint.first_of(&[DECODER, OUTPUT]), rows: vocab, zero_row: false })
    };
    let positions = match architecture.positions {
        PositionKind::Sinusoids => PositionSpec::Computed { vectors: sinusoids(longest, dim), first: 0 },
        PositionKind::SpreadSinusoids => {
            let first = info.padding as usize + 1;
            if first > vocab {
                let reason = format!("pad_token_id is {}, of {vocab} tokens", info.padding);
                return Err(Error::Config { reason });
            }
            PositionSpec::Computed { vectors: spread_sinusoids(first + longest, dim), first }
        }
        PositionKind::Learned => PositionSpec::Learned {
            name: "embed_positions.weight",
            rows: longest + UNUSED_POSITIONS,
            first: UNUSED_POSITIONS,
        },
    };
    let activation = Activation::named(config.activation_function.as_deref().unwrap_or(defaults.activation))?;
    let layer = |heads, ffn| LayerShape { heads: Heads::new(heads, dim), ffn, activation, gated: false };
    let stack = |prefix, tokens, layers, layer| StackSpec {
        prefix,
        layer_list: "layers",
        layers,
        layer,
        tokens,
        embedding_norm: architecture.embedding_norm.then_some("layernorm_embedding"),
        relative: None,
        final_norm: architecture.norm_before.then_some(FinalNormSpec { name: "layer_norm", factor: 1.0 }),
    };
    let encoder_layer = layer(config.encoder_attention_heads, config.encoder_ffn_dim);
    let decoder_layer = layer(config.decoder_attention_heads, config.decoder_ffn_dim);
    let scaled = config.scale_embedding.unwrap_or(defaults.scale_embedding);
    Ok(ModelSpec::EncoderDecoder(Box::new(EncoderDecoderSpec {
        info,
        dim,
        style: style(architecture.norm_before),
        embedding_scale: if scaled { (dim as f32).sqrt() } else { 1.0 },
        positions,
        encoder: stack("model.encoder", source_tokens, config.encoder_layers, encoder_layer),
        decoder: stack("model.decoder", target_tokens, config.decoder_layers, decoder_layer),
        output: if config.tie_word_embeddings { target_tokens.name } else { OUTPUT },
        output_bias: checkpoint.has(FINAL_BIAS).then_some(FINAL_BIAS),
    })))
}

/// Position vectors `[longest, dim]`: sines in the first half of the dimensions, cosines in the second.
fn sinusoids(longest: usize, dim: usize) -> Vec<f32> {
    let sines = dim.div_ceil(2);
    let mut table = Vec::with_capacity(longest * dim);
    for position in 0..longest {
        let angle = |pair: usize| position as f64 / 10_000_f64.powf(2.0 * pair as f64 / dim as f64);
        table.extend((0..sines).map(|pair| angle(pair).sin() as f32));
        table.extend((0..dim - sines).map(|pair| angle(pair).cos() as f32));
    }
    table
}

/// Position vectors `[rows, dim]` with frequencies down to exactly 1/10000: sines, cosines, and a zero if the number of
/// dimensions is odd. Computed in 32 bits, as for training.
pub(super) fn spread_sinusoids(rows: usize, dim: usize) -> Vec<f32> {
    let half = dim / 2;
    let step = (10_000_f64.ln() / (half.max(2) - 1) as f64) as f32;
    let frequencies: Vec<f32> = (0..half).map(|pair| (pair as f32 * -step).exp()).collect();
    let mut table = Vec::with_capacity(rows * dim);
    for position in 0..rows {
        table.extend(frequencies.iter().map(|frequency| (position as f32 * frequency).sin()));
        table.extend(frequencies.iter().map(|frequency| (position as f32 * frequency).cos()));
        table.resize((position + 1) * dim, 0.0);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinusoids_are_sines_then_cosines() {
        let angles = [2.0, 2.0 / 10_000_f64.powf(0.4), 2.0 / 10_000_f64.powf(0.8)];
        let expected = [angles[0].sin(), angles[1].sin(), angles[2].sin(), angles[0].cos(), angles[1].cos()];
        let spread = [2.0_f64, 2.0 / 10_000.0];
        let spread = [spread[0].sin(), spread[1].sin(), spread[0].cos(), spread[1].cos(), 0.0];
        for (table, expected) in [(sinusoids(3, 5), expected), (spread_sinusoids(3, 5), spread)] {
            let row = &table[10..15];
            for (found, expected) in row.iter().zip(expected) {
                assert!((f64::from(*found) - expected).abs() < 1e-6, "{row:?}");
            }
        }
    }

    #[test]
    fn a_configuration_that_cannot_be_is_refused_by_name() {
        let good = serde_json::json!({
            "vocab_size": 20, "d_model": 8, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
            "decoder_attention_heads": 2, "encoder_ffn_dim": 8, "decoder_ffn_dim": 8, "pad_token_id": 19,
        });
        assert!(Config::parse(&good).is_ok());
        for (field, value) in [("d_model", 0), ("d_model", 7), ("vocab_size", 1_u64 << 40), ("encoder_layers", 0)] {
            let mut config = good.clone();
            config[field] = value.into();
            let message = Config::parse(&config).unwrap_err().to_string();
            assert!(message.contains(field), "{message}");
        }
        let missing = serde_json::json!({ "vocab_size": 20 });
        assert!(Config::parse(&missing).unwrap_err().to_string().contains("d_model"));
    }

    #[test]
    fn marian_alone_has_no_padding_of_its_own() {
        let mut config = serde_json::json!({
            "vocab_size": 20, "d_model": 8, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
            "decoder_attention_heads": 2, "encoder_ffn_dim": 8, "decoder_ffn_dim": 8,
        });
        let info = |config: &Value, of: &Architecture| Config::parse(config).unwrap().info(&of.defaults);
        assert!(info(&config, &MARIAN_ARCHITECTURE).is_err());
        let bart = info(&config, &BART_ARCHITECTURE).unwrap();
        assert_eq!((bart.padding, bart.end, bart.start), (1, 2, 2));
        config["pad_token_id"] = 19.into();
        assert_eq!(info(&config, &MARIAN_ARCHITECTURE).unwrap().start, 19);
    }
}
