//! Marian (Junczys-Dowmunt et al., 2018) as Hugging Face transformers exports it: the opus-mt models.
//!
//! Normalisation after each block, computed sinusoids, one set of token vectors for both sides and the output unless
//! the configuration says otherwise. Source of the details: `modeling_marian.py` of Hugging Face transformers.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{DType, Tensor};
use serde::Deserialize;
use serde_json::Value;

use super::linear::{Embedding, Linear, placed};
use super::ops::Activation;
use super::state::State;
use super::transformer::{DecoderLayer, EncoderLayer, LayerShape, Loader};
use super::{Best, Checkpoint, Error, Family, Limits, Placement, Seq2Seq};

/// Marian.
pub(super) const FAMILY: Family =
    Family { name: "marian", about: "Marian translation models, such as Helsinki-NLP/opus-mt-de-en", load };

/// The part of `config.json` that shapes the model. What older exports leave out has transformers' default.
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
    #[serde(default = "gelu")]
    activation_function: String,
    #[serde(default = "longest")]
    max_position_embeddings: usize,
    #[serde(default)]
    scale_embedding: bool,
    pad_token_id: u32,
    #[serde(default)]
    eos_token_id: u32,
    decoder_start_token_id: Option<u32>,
    #[serde(default = "yes")]
    share_encoder_decoder_embeddings: bool,
    #[serde(default = "yes")]
    tie_word_embeddings: bool,
}

fn gelu() -> String {
    "gelu".into()
}

fn longest() -> usize {
    1024
}

fn yes() -> bool {
    true
}

/// The largest number that a dimension of a configuration may have: far above any model, far below an allocation that
/// brings the machine down.
const LARGEST: usize = 1 << 20;

impl Config {
    fn parse(config: &Value) -> Result<Self, Error> {
        let config = Self::deserialize(config).map_err(|error| Error::Config { reason: error.to_string() })?;
        let dimensions = [
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
        ];
        for (name, value) in dimensions {
            if value == 0 || value > LARGEST {
                return Err(Error::Config { reason: format!("{name} is {value}, expected 1 to {LARGEST}") });
            }
        }
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
}

struct Marian {
    encoder: Side,
    decoder: Side,
    encoder_layers: Vec<EncoderLayer>,
    decoder_layers: Vec<DecoderLayer>,
    /// `[vocab, dim]` and the final bias of the logits.
    output: Linear,
    limits: Limits,
    placement: Placement,
}

/// Token vectors and positions of the encoder or the decoder.
struct Side {
    /// The table is shared where the checkpoint ties it.
    tokens: Arc<Embedding>,
    scale: f32,
    /// `[longest, dim]`.
    positions: Arc<Vec<f32>>,
    dim: usize,
}

const SHARED: &str = "model.shared.weight";
const ENCODER: &str = "model.encoder.embed_tokens.weight";
const DECODER: &str = "model.decoder.embed_tokens.weight";
const OUTPUT: &str = "lm_head.weight";

fn load(checkpoint: &Checkpoint, placement: &Placement) -> Result<Box<dyn Seq2Seq>, Error> {
    let config = Config::parse(checkpoint.config())?;
    let (dim, vocab) = (config.d_model, config.decoder_vocab());
    let precision = placement.precision.resolve(&placement.device);
    let table = |name: &str, rows| {
        let weight = checkpoint.matrix(name, rows, dim)?;
        Ok::<_, Error>(Arc::new(Embedding::new(weight, rows, dim, precision)))
    };
    let (source_tokens, target_tokens, decoder_table) = if config.share_encoder_decoder_embeddings {
        let shared = checkpoint.first_of(&[SHARED, ENCODER, DECODER, OUTPUT]);
        let tokens = table(shared, vocab)?;
        (Arc::clone(&tokens), tokens, shared)
    } else {
        let decoder = checkpoint.first_of(&[DECODER, OUTPUT]);
        (table(checkpoint.first_of(&[ENCODER]), config.vocab_size)?, table(decoder, vocab)?, decoder)
    };
    let output_table = if config.tie_word_embeddings { decoder_table } else { OUTPUT };
    let final_bias = "final_logits_bias";
    let final_bias = if checkpoint.has(final_bias) { Some(checkpoint.vector(final_bias, vocab)?) } else { None };
    let output = Linear::new(checkpoint.matrix(output_table, vocab, dim)?, final_bias, (vocab, dim), placement)?;

    let activation = Activation::named(&config.activation_function)?;
    let loader = Loader { checkpoint, placement, dim };
    let shape = LayerShape { heads: config.encoder_attention_heads, ffn: config.encoder_ffn_dim, activation };
    let encoder_layers = (0..config.encoder_layers)
        .map(|layer| loader.encoder_layer(&format!("model.encoder.layers.{layer}"), shape))
        .collect::<Result<_, _>>()?;
    let shape = LayerShape { heads: config.decoder_attention_heads, ffn: config.decoder_ffn_dim, activation };
    let decoder_layers = (0..config.decoder_layers)
        .map(|layer| loader.decoder_layer(&format!("model.decoder.layers.{layer}"), shape))
        .collect::<Result<_, _>>()?;

    let scale = if config.scale_embedding { (dim as f32).sqrt() } else { 1.0 };
    let positions = Arc::new(sinusoids(config.max_position_embeddings, dim));
    let side = |tokens| Side { tokens, scale, positions: Arc::clone(&positions), dim };
    Ok(Box::new(Marian {
        encoder: side(source_tokens),
        decoder: side(target_tokens),
        encoder_layers,
        decoder_layers,
        output,
        limits: Limits {
            end: config.eos_token_id,
            padding: config.pad_token_id,
            start: config.decoder_start_token_id.unwrap_or(config.pad_token_id),
            vocab,
            source_vocab: config.vocab_size,
            longest_source: config.max_position_embeddings,
            longest_target: config.max_position_embeddings,
        },
        placement: Placement { device: placement.device.clone(), precision },
    }))
}

/// Positions `[longest, dim]`: sines in the first half of the dimensions, cosines in the second, not interleaved.
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

impl Side {
    /// Appends the vector of `id` at `position` to `out`.
    fn embed(&self, out: &mut Vec<f32>, id: u32, position: usize) -> Result<(), Error> {
        let start = out.len();
        self.tokens.extend(out, id, self.scale)?;
        let place = position * self.dim..(position + 1) * self.dim;
        let reason = || Error::Config { reason: format!("position {position} is past max_position_embeddings") };
        let vector = self.positions.get(place).ok_or_else(reason)?;
        for (out, position) in out[start..].iter_mut().zip(vector) {
            *out += position;
        }
        Ok(())
    }
}

impl Marian {
    /// The encoder's states of all sources below each other, `[tokens, dim]`, and the places of each source.
    fn read(&self, sources: &[&[u32]]) -> Result<(Tensor, Vec<Range<usize>>), Error> {
        let tokens = sources.iter().map(|source| source.len()).sum();
        let dim = self.encoder.dim;
        let mut vectors = Vec::with_capacity(tokens * dim);
        let (mut places, mut source_of_token) = (Vec::with_capacity(sources.len()), Vec::with_capacity(tokens));
        for source in sources {
            let start = source_of_token.len();
            let place = start..start + source.len();
            for (position, id) in source.iter().enumerate() {
                self.encoder.embed(&mut vectors, *id, position)?;
                source_of_token.push(place.clone());
            }
            places.push(place);
        }
        let mut x = placed(vectors, &[tokens, dim], &self.placement)?;
        for layer in &self.encoder_layers {
            x = layer.forward(&x, &source_of_token)?;
        }
        Ok((x, places))
    }
}

impl Seq2Seq for Marian {
    fn encoder_states(&self, source: &[u32]) -> Result<Tensor, Error> {
        Ok(self.read(&[source])?.0)
    }

    fn encode(&self, sources: &[&[u32]]) -> Result<State, Error> {
        let (states, places) = self.read(sources)?;
        let memory = self.decoder_layers.iter().map(|layer| layer.source_memory(&states));
        Ok(State::new(memory.collect::<Result<_, _>>()?, places))
    }

    fn step(&self, state: &mut State, latest: &[u32]) -> Result<Tensor, Error> {
        let dim = self.decoder.dim;
        let mut vectors = Vec::with_capacity(latest.len() * dim);
        for (place, (id, row)) in latest.iter().zip(&mut state.rows).enumerate() {
            self.decoder.embed(&mut vectors, *id, state.position)?;
            row.path.push(place);
        }
        let mut x = placed(vectors, &[latest.len(), dim], &self.placement)?;
        for (index, layer) in self.decoder_layers.iter().enumerate() {
            x = layer.step(&x, state, index)?;
        }
        state.position += 1;
        Ok(x)
    }

    fn logits(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        let logits = self.output.forward(hidden)?;
        Ok(if logits.dtype() == DType::F32 { logits } else { logits.to_dtype(DType::F32)? })
    }

    fn best(&self, hidden: &Tensor, count: usize) -> Result<Vec<Best>, Error> {
        self.output.best(hidden, count)
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinusoids_are_sines_then_cosines() {
        let table = sinusoids(3, 5);
        let row = &table[10..15];
        let angles = [2.0, 2.0 / 10_000_f64.powf(0.4), 2.0 / 10_000_f64.powf(0.8)];
        let expected = [angles[0].sin(), angles[1].sin(), angles[2].sin(), angles[0].cos(), angles[1].cos()];
        for (found, expected) in row.iter().zip(expected) {
            assert!((f64::from(*found) - expected).abs() < 1e-6, "{row:?}");
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
}
