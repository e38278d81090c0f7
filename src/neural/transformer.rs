//! The blocks of a transformer (Vaswani et al., 2017), with the normalisation after each block.
//!
//! Tensor names are those of Hugging Face transformers' encoder-decoder models.

use candle_core::{D, Tensor};

use super::checkpoint::{Checkpoint, Weight};
use super::linear::Linear;
use super::ops::{Activation, LayerNorm, Seen, attention};
use super::state::{Memory, State};
use super::{Error, Placement};

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
            heads,
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
                heads: shape.heads,
            },
            feed_forward: self.feed_forward(prefix, shape.ffn, shape.activation)?,
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
    /// `x` is `[rows, longest, dim]`.
    pub(super) fn forward(&self, x: &Tensor, lengths: &[usize]) -> Result<Tensor, Error> {
        let (queries, memory) = self.attention.project(x)?;
        let rows: Vec<usize> = (0..lengths.len()).collect();
        let seen = Seen { source_of_row: &rows, lengths };
        let x = self.attention.finish(x, &attention(&queries, &memory, &seen, self.attention.heads)?)?;
        self.feed_forward.forward(&x)
    }
}

/// One layer of the decoder.
pub(super) struct DecoderLayer {
    attention: SelfAttention,
    cross: CrossAttention,
    feed_forward: FeedForward,
}

impl DecoderLayer {
    /// Keys and values of the encoder's states `[rows, longest, dim]`: projected once for all steps.
    pub(super) fn source_memory(&self, states: &Tensor) -> Result<Memory, Error> {
        let [keys, values] = split(&self.cross.key_value.forward(states)?)?;
        Ok(Memory { keys, values })
    }

    /// One step: `x` is `[rows, 1, dim]`, `layer` the index of this layer in the state.
    pub(super) fn step(&self, x: &Tensor, state: &mut State, layer: usize) -> Result<Tensor, Error> {
        let (queries, new) = self.attention.project(x)?;
        if layer == state.target.len() {
            state.target.push(Memory::like(x)?);
        }
        let position = state.position;
        state.target[layer].write(&new.keys, &new.values, position)?;
        let rows: Vec<usize> = (0..state.rows()).collect();
        let lengths = vec![position + 1; rows.len()];
        let seen = Seen { source_of_row: &rows, lengths: &lengths };
        let found = attention(&queries, &state.target[layer], &seen, self.attention.heads)?;
        let x = self.attention.finish(x, &found)?;

        let seen = Seen { source_of_row: &state.source_of_row, lengths: &state.source_lengths };
        let queries = self.cross.query.forward(&x)?;
        let found = attention(&queries, &state.source[layer], &seen, self.cross.heads)?;
        let x = self.cross.norm.of_sum(&self.cross.output.forward(&found)?, &x)?;
        self.feed_forward.forward(&x)
    }
}

struct SelfAttention {
    query_key_value: Linear,
    output: Linear,
    norm: LayerNorm,
    heads: usize,
}

impl SelfAttention {
    /// Queries, and keys and values, of `x` `[rows, time, dim]`.
    fn project(&self, x: &Tensor) -> Result<(Tensor, Memory), Error> {
        let [queries, keys, values] = split(&self.query_key_value.forward(x)?)?;
        Ok((queries, Memory { keys, values }))
    }

    fn finish(&self, x: &Tensor, found: &Tensor) -> Result<Tensor, Error> {
        self.norm.of_sum(&self.output.forward(found)?, x)
    }
}

struct CrossAttention {
    query: Linear,
    key_value: Linear,
    output: Linear,
    norm: LayerNorm,
    heads: usize,
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

/// `x` `[…, N × dim]` as `N` tensors `[…, dim]`.
fn split<const N: usize>(x: &Tensor) -> Result<[Tensor; N], Error> {
    let dim = x.dim(D::Minus1)? / N;
    let parts = (0..N).map(|part| x.narrow(D::Minus1, part * dim, dim)?.contiguous());
    let parts = parts.collect::<candle_core::Result<Vec<_>>>()?;
    parts.try_into().map_err(|_| candle_core::Error::Msg("a projection was split unevenly".into()).into())
}
