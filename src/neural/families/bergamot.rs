//! Firefox's translation models: students of a few layers whose decoder has a recurrent unit, in Marian's binary format.
//!
//! Source: the weights' own configuration (`special:model.yml`), and `models/transformer.h`, `rnn/cells.h` and `layers/` of
//! mozilla/translations, `inference/marian-fork`. The first input of the decoder is a vector of zeros. Every position is considered at
//! every step: the lists of likely translations that Firefox uses to save time (`lex.*.bin`) are not read.

use serde::Deserialize;

use super::bart::{spread_sinusoids, style};
use super::config::{self, check_dimensions};
use super::family::{Family, ModelSpec};
use crate::neural::backend::{Activation, Heads};
use crate::neural::encoder_decoder::{EncoderDecoderSpec, PositionSpec, StackSpec, TableSpec};
use crate::neural::error::Error;
use crate::neural::seq2seq::ModelInfo;
use crate::neural::transformer::{LayerShape, NormKind, RecurrentNames, Style};
use crate::neural::weights::Checkpoint;

/// Firefox's models.
pub(super) const BERGAMOT: Family =
    Family { name: "bergamot", about: "Firefox's translation models, in Marian's binary format", spec };

/// The part of the configuration that decides the shape of the model. A key that is missing has Marian's default.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Config {
    r#type: String,
    dim_emb: usize,
    /// Sizes of the source and the target vocabulary.
    dim_vocabs: Vec<usize>,
    enc_depth: usize,
    dec_depth: usize,
    dec_cell: String,
    transformer_heads: usize,
    transformer_dim_ffn: usize,
    /// That of the decoder; 0 is the same.
    transformer_decoder_dim_ffn: usize,
    transformer_ffn_depth: usize,
    /// That of the decoder; 0 is the same.
    transformer_decoder_ffn_depth: usize,
    transformer_ffn_activation: String,
    transformer_decoder_autoreg: String,
    transformer_preprocess: String,
    transformer_postprocess: String,
    transformer_postprocess_emb: String,
    transformer_postprocess_top: String,
    transformer_no_projection: bool,
    transformer_rnn_projection: bool,
    transformer_train_position_embeddings: bool,
    transformer_no_bias: bool,
    transformer_no_affine: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            r#type: "transformer".into(),
            dim_emb: 0,
            dim_vocabs: Vec::new(),
            enc_depth: 0,
            dec_depth: 0,
            dec_cell: SSRU.into(),
            transformer_heads: 8,
            transformer_dim_ffn: 0,
            transformer_decoder_dim_ffn: 0,
            transformer_ffn_depth: FFN_DEPTH,
            transformer_decoder_ffn_depth: 0,
            transformer_ffn_activation: "relu".into(),
            transformer_decoder_autoreg: SELF_ATTENTION.into(),
            transformer_preprocess: String::new(),
            transformer_postprocess: "dan".into(),
            transformer_postprocess_emb: "d".into(),
            transformer_postprocess_top: String::new(),
            transformer_no_projection: false,
            transformer_rnn_projection: false,
            transformer_train_position_embeddings: false,
            transformer_no_bias: false,
            transformer_no_affine: false,
        }
    }
}

const SSRU: &str = "ssru";
const SELF_ATTENTION: &str = "self-attention";
const FFN_DEPTH: usize = 2;

/// `</s>` and `<unk>` of every vocabulary that Marian makes.
const END: u32 = 0;
const UNKNOWN: u32 = 1;

/// The longest text that is read or written at once, in tokens. Positions are computed, and students are trained on single sentences.
const LONGEST: usize = 512;

/// `layerNorm` in `models/transformer.h`.
const NORM_EPSILON: f32 = 1e-6;

const SHARED: &str = "model.shared.weight";
const ENCODER: &str = "model.encoder.embed_tokens.weight";
const DECODER: &str = "model.decoder.embed_tokens.weight";
const OUTPUT: &str = "lm_head.weight";
const OUTPUT_BIAS: &str = "final_logits_bias";

impl Config {
    fn parse(checkpoint: &Checkpoint) -> Result<Self, Error> {
        let config: Self = config::parse(checkpoint.config())?;
        let (source_vocab, target_vocab) = config.vocabs();
        check_dimensions(&[
            ("dim-emb", config.dim_emb),
            ("dim-vocabs", source_vocab),
            ("dim-vocabs", target_vocab),
            ("enc-depth", config.enc_depth),
            ("dec-depth", config.dec_depth),
            ("transformer-heads", config.transformer_heads),
            ("transformer-dim-ffn", config.transformer_dim_ffn),
        ])?;
        if !config.dim_emb.is_multiple_of(config.transformer_heads) {
            let (dim, heads) = (config.dim_emb, config.transformer_heads);
            return Err(Error::Config {
                reason: format!("dim-emb {dim} cannot be divided by {heads} attention heads"),
            });
        }
        config.check_kind()
    }

    /// Refuses kinds of models that are not computed here, rather than compute something else.
    fn check_kind(self) -> Result<Self, Error> {
        let is_recurrent = self.transformer_decoder_autoreg == "rnn";
        let text_keys = [
            ("type", &self.r#type, self.r#type == "transformer"),
            (
                "transformer-decoder-autoreg",
                &self.transformer_decoder_autoreg,
                is_recurrent || self.transformer_decoder_autoreg == SELF_ATTENTION,
            ),
            ("dec-cell", &self.dec_cell, !is_recurrent || self.dec_cell == SSRU),
            ("transformer-preprocess", &self.transformer_preprocess, self.transformer_preprocess.is_empty()),
            ("transformer-postprocess", &self.transformer_postprocess, self.transformer_postprocess == "dan"),
            (
                "transformer-postprocess-emb",
                &self.transformer_postprocess_emb,
                matches!(self.transformer_postprocess_emb.as_str(), "" | "d"),
            ),
            (
                "transformer-postprocess-top",
                &self.transformer_postprocess_top,
                self.transformer_postprocess_top.is_empty(),
            ),
        ];
        if let Some((key, value, _)) = text_keys.into_iter().find(|(.., is_known)| !is_known) {
            return Err(Error::Config { reason: format!("{key} {value:?} is not supported") });
        }
        let depths = [self.transformer_ffn_depth, self.transformer_decoder_ffn_depth];
        let switches = [
            ("transformer-no-projection", self.transformer_no_projection),
            ("transformer-train-position-embeddings", self.transformer_train_position_embeddings),
            ("transformer-no-bias", self.transformer_no_bias),
            ("transformer-no-affine", self.transformer_no_affine),
            ("a transformer-ffn-depth other than 2", depths.iter().any(|depth| ![0, FFN_DEPTH].contains(depth))),
        ];
        match switches.into_iter().find(|(_, is_on)| *is_on) {
            Some((key, _)) => Err(Error::Config { reason: format!("{key} is not supported") }),
            None => Ok(self),
        }
    }

    /// Sizes of the source and the target vocabulary; 0 if they are not stated.
    fn vocabs(&self) -> (usize, usize) {
        let size = |index: usize| self.dim_vocabs.get(index).copied();
        (size(0).unwrap_or_default(), size(1).or(size(0)).unwrap_or_default())
    }
}

fn spec(checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    let config = Config::parse(checkpoint)?;
    let (dim, (source_vocab, vocab)) = (config.dim_emb, config.vocabs());
    let table = |name, rows| TableSpec { name, rows, zero_row: true };
    let (source_tokens, target_tokens) = if checkpoint.has(SHARED) {
        (table(SHARED, vocab), table(SHARED, vocab))
    } else {
        (table(ENCODER, source_vocab), table(DECODER, vocab))
    };
    let activation = match config.transformer_ffn_activation.as_str() {
        // Marian's gelu is x · σ(1.702 x), which is none of ours.
        name @ ("relu" | "swish") => Activation::named(name)?,
        other => {
            return Err(Error::Config { reason: format!("transformer-ffn-activation {other:?} is not supported") });
        }
    };
    let heads = Heads::new(config.transformer_heads, dim);
    let stack = |prefix, tokens, layers, ffn| StackSpec {
        prefix,
        layer_list: "layers",
        layers,
        layer: LayerShape { heads, ffn, activation, gated: false },
        tokens,
        embedding_norm: None,
        relative: None,
        final_norm: None,
    };
    let decoder_ffn = match config.transformer_decoder_dim_ffn {
        0 => config.transformer_dim_ffn,
        own => own,
    };
    let recurrent_unit = (config.transformer_decoder_autoreg != SELF_ATTENTION).then_some(RecurrentNames {
        candidate: "ssru.candidate",
        forget: "ssru.forget",
        output: config.transformer_rnn_projection.then_some("ssru.out_proj"),
        norm: "ssru_layer_norm",
    });
    Ok(ModelSpec::EncoderDecoder(Box::new(EncoderDecoderSpec {
        info: ModelInfo {
            end: END,
            // Marian never writes it either.
            padding: UNKNOWN,
            start: u32::try_from(vocab).unwrap_or(u32::MAX),
            vocab,
            source_vocab,
            longest_source: LONGEST,
            longest_target: LONGEST,
        },
        dim,
        style: Style { norm: NormKind::Layer { epsilon: NORM_EPSILON }, recurrent_unit, ..style(false) },
        embedding_scale: (dim as f32).sqrt(),
        positions: PositionSpec::Computed { vectors: spread_sinusoids(LONGEST, dim), first: 0 },
        encoder: stack("model.encoder", source_tokens, config.enc_depth, config.transformer_dim_ffn),
        decoder: stack("model.decoder", target_tokens, config.dec_depth, decoder_ffn),
        output: if checkpoint.has(OUTPUT) { OUTPUT } else { target_tokens.name },
        output_bias: checkpoint.has(OUTPUT_BIAS).then_some(OUTPUT_BIAS),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(key: &str, value: serde_json::Value) -> String {
        let mut config = serde_json::json!({
            "dim-emb": 16, "dim-vocabs": [40, 40], "enc-depth": 2, "dec-depth": 1, "transformer-heads": 4,
            "transformer-dim-ffn": 32, "transformer-decoder-autoreg": "rnn", "dec-cell": "ssru",
        });
        config[key] = value;
        let checkpoint = Checkpoint::open(&config.to_string(), &[]).unwrap();
        spec(&checkpoint).err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn what_is_computed_otherwise_is_refused_by_name() {
        assert_eq!(refusal("dim-emb", 16.into()), "");
        assert_eq!(refusal("transformer-decoder-autoreg", SELF_ATTENTION.into()), "");
        for (key, value) in [
            ("type", "s2s".into()),
            ("dec-cell", "gru".into()),
            ("transformer-decoder-autoreg", "average-attention".into()),
            ("transformer-preprocess", "n".into()),
            ("transformer-postprocess", "da".into()),
            ("transformer-postprocess-emb", "nd".into()),
            ("transformer-postprocess-top", "n".into()),
            ("transformer-ffn-depth", 3.into()),
            ("transformer-ffn-activation", "gelu".into()),
            ("transformer-no-projection", true.into()),
            ("transformer-train-position-embeddings", true.into()),
            ("dim-emb", 18.into()),
            ("enc-depth", 0.into()),
            ("dim-vocabs", serde_json::json!([])),
        ] {
            assert!(refusal(key, value).contains(key), "{key}");
        }
    }
}
