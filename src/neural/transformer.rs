//! The blocks of a transformer (Vaswani et al., 2017), with the normalisation after each block.
//!
//! Tensor names are those of Hugging Face transformers' encoder-decoder models.

//!
//! Tokens of all rows lie below each other in one matrix, without padding.

use std::ops::Range;

use candle_core::Tensor;

use super::checkpoint::{Checkpoint, Weight};
use super::linear::Linear;
use super::ops::{Activation, Heads, LayerNorm, Memory, Seen, attention};
use super::state::State;
use super::{Error, Placement, Precision};

/// Reads blocks out of a checkpoint.
pub(super) struct Loader<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) placement: &'a Placement,
    /// Width of the model.
    pub(super) dim: usize,
}

impl Loader<'_> {
    /// The projections `names` below `prefix`, each from `inputs` numbers to `outputs`, as one map.
    fn linear(&self, prefix: &str, names: &[&str], (outputs, inputs): (usize, usize)) -> Result<Linear, Error> {
        let mut weights = Vec::with_capacity(names.len());
        let mut bias = Vec::with_capacity(names.len() * outputs);
        for name in names {
            weights.push(self.checkpoint.matrix(&format!("{prefix}.{name}.weight"), outputs, inputs)?);
            bias.extend(self.checkpoint.vector(&format!("{prefix}.{name}.bias"), outputs)?);
        }
        Linear::new(Weight::stacked(weights), Some(bias), (names.len() * outputs, inputs), self.placement)
    }

    fn norm(&self, name: &str) -> Result<LayerNorm, Error> {
        let gamma = self.checkpoint.vector(&format!("{name}.weight"), self.dim)?;
        let beta = self.checkpoint.vector(&format!("{name}.bias"), self.dim)?;
        LayerNorm::new(gamma, beta, self.placement)
    }

    fn feed_forward(&self, prefix: &str, ffn: usize, activation: Activation) -> Result<FeedForward, Error> {
        Ok(FeedForward {
            up: self.linear(prefix, &["fc1"], (ffn, self.dim))?,
            down: self.linear(prefix, &["fc2"], (self.dim, ffn))?,
            activation,
            norm: self.norm(&format!("{prefix}.final_layer_norm"))?,
        })
    }

    fn self_attention(&self, prefix: &str, heads: usize) -> Result<SelfAttention, Error> {
        let square = (self.dim, self.dim);
        let attention = format!("{prefix}.self_attn");
        Ok(SelfAttention {
            query_key_value: self.linear(&attention, &["q_proj", "k_proj", "v_proj"], square)?,
            output: self.linear(&attention, &["out_proj"], square)?,
            norm: self.norm(&format!("{prefix}.self_attn_layer_norm"))?,
            heads: Heads { count: heads, dim: self.dim },
        })
    }

    /// The encoder layer below `prefix`.
    pub(super) fn encoder_layer(&self, prefix: &str, shape: LayerShape) -> Result<EncoderLayer, Error> {
        Ok(EncoderLayer {
            attention: self.self_attention(prefix, shape.heads)?,
            feed_forward: self.feed_forward(prefix, shape.ffn, shape.activation)?,
        })
    }

    /// The decoder layer below `prefix`.
    pub(super) fn decoder_layer(&self, prefix: &str, shape: LayerShape) -> Result<DecoderLayer, Error> {
        let square = (self.dim, self.dim);
        let cross = format!("{prefix}.encoder_attn");
        Ok(DecoderLayer {
            attention: self.self_attention(prefix, shape.heads)?,
            cross: CrossAttention {
                query: self.linear(&cross, &["q_proj"], square)?,
                key_value: self.linear(&cross, &["k_proj", "v_proj"], square)?,
                output: self.linear(&cross, &["out_proj"], square)?,
                norm: self.norm(&format!("{prefix}.encoder_attn_layer_norm"))?,
                heads: Heads { count: shape.heads, dim: self.dim },
            },
            feed_forward: self.feed_forward(prefix, shape.ffn, shape.activation)?,
            halves: self.placement.precision.resolve(&self.placement.device) == Precision::Int8,
        })
    }
}

/// What layers of the same stack have in common.
#[derive(Clone, Copy)]
pub(super) struct LayerShape {
    pub(super) heads: usize,
    pub(super) ffn: usize,
    pub(super) activation: Activation,
}

/// One layer of the encoder.
pub(super) struct EncoderLayer {
    attention: SelfAttention,
    feed_forward: FeedForward,
}

impl EncoderLayer {
    /// `x` is `[tokens, dim]`; a token at a place looks at the tokens of its own source, `sources[place]`.
    pub(super) fn forward(&self, x: &Tensor, sources: &[Range<usize>]) -> Result<Tensor, Error> {
        let projected = self.attention.query_key_value.forward(x)?;
        let Heads { dim, .. } = self.attention.heads;
        let memory = Memory::Floats { matrix: projected.clone(), keys: dim, values: 2 * dim };
        let seen: Vec<Seen<'_>> = sources.iter().map(Seen::Rows).collect();
        let found = attention(&projected, &[memory], &seen, self.attention.heads)?;
        let x = self.attention.finish(x, &found)?;
        self.feed_forward.forward(&x)
    }
}

/// One layer of the decoder.
pub(super) struct DecoderLayer {
    attention: SelfAttention,
    cross: CrossAttention,
    feed_forward: FeedForward,
    /// Whether keys and values are kept in 16 bits: where weights have 8, they lose nothing that is left.
    halves: bool,
}

impl DecoderLayer {
    /// Keys and values of the encoder's states `[tokens, dim]`: projected once for all steps.
    pub(super) fn source_memory(&self, states: &Tensor) -> Result<[Memory; 1], Error> {
        Ok([self.memory(self.cross.key_value.forward(states)?, (0, self.cross.heads.dim))?])
    }

    /// Keys and values that later steps look at.
    fn memory(&self, matrix: Tensor, (keys, values): (usize, usize)) -> Result<Memory, Error> {
        if self.halves {
            Memory::halved(&matrix, (keys, values), self.attention.heads.dim)
        } else {
            Ok(Memory::Floats { matrix, keys, values })
        }
    }

    /// One step: `x` is `[rows, dim]`, `layer` the index of this layer in the state. Every row's path ends in its own
    /// place in this step.
    pub(super) fn step(&self, x: &Tensor, state: &mut State, layer: usize) -> Result<Tensor, Error> {
        let projected = self.attention.query_key_value.forward(x)?;
        if layer == state.target.len() {
            state.target.push(Vec::new());
        }
        let Heads { dim, .. } = self.attention.heads;
        state.target[layer].push(self.memory(projected.clone(), (dim, 2 * dim))?);
        let seen: Vec<Seen<'_>> = state.rows.iter().map(|row| Seen::Path(&row.path)).collect();
        let found = attention(&projected, &state.target[layer], &seen, self.attention.heads)?;
        let x = self.attention.finish(x, &found)?;

        let seen: Vec<Seen<'_>> = state.rows.iter().map(|row| Seen::Rows(&row.source)).collect();
        let queries = self.cross.query.forward(&x)?;
        let found = attention(&queries, &state.source[layer], &seen, self.cross.heads)?;
        let x = self.cross.norm.of_sum(&self.cross.output.forward(&found)?, &x)?;
        self.feed_forward.forward(&x)
    }
}

struct SelfAttention {
    /// Queries, keys and values, in this order.
    query_key_value: Linear,
    output: Linear,
    norm: LayerNorm,
    heads: Heads,
}

impl SelfAttention {
    fn finish(&self, x: &Tensor, found: &Tensor) -> Result<Tensor, Error> {
        self.norm.of_sum(&self.output.forward(found)?, x)
    }
}

struct CrossAttention {
    query: Linear,
    /// Keys and values, in this order.
    key_value: Linear,
    output: Linear,
    norm: LayerNorm,
    heads: Heads,
}

struct FeedForward {
    up: Linear,
    down: Linear,
    activation: Activation,
    norm: LayerNorm,
}

impl FeedForward {
    fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        let hidden = self.up.forward_with(x, self.activation)?;
        self.norm.of_sum(&self.down.forward(&hidden)?, x)
    }
}
