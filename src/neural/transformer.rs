//! The blocks of a transformer (Vaswani et al., 2017), with the normalisation after each block or before it.
//!
//! How families differ is data, a [`Style`]: names of tensors, biases, kind and place of the normalisation. Tokens of all
//! rows lie below each other in one matrix, without padding.

use candle_core::Tensor;

use super::linear::Linear;
use super::ops::{Activation, Heads, Norm, RelativeBias};
use super::state::{Sources, State};
use super::weights::{Checkpoint, Weight};
use super::{Error, Placement};

/// What the layers of a family look like.
pub(super) struct Style {
    /// True if a block reads a normalised vector and adds to the vector itself; false if the sum is normalised.
    pub(super) norm_before: bool,
    pub(super) norm: NormKind,
    /// Whether projections have biases.
    pub(super) biased: bool,
    pub(super) self_attention: AttentionNames,
    pub(super) cross_attention: AttentionNames,
    /// Of the feed-forward block in a layer of the encoder, and of the decoder.
    pub(super) feed_forward: [FeedForwardNames; 2],
}

/// Names of the tensors of an attention block, below those of its layer.
pub(super) struct AttentionNames {
    /// What all projections begin with.
    pub(super) block: &'static str,
    /// Queries, keys, values and the output.
    pub(super) projections: [&'static str; 4],
    pub(super) norm: &'static str,
}

/// Names of the tensors of a feed-forward block, below those of its layer.
pub(super) struct FeedForwardNames {
    pub(super) up: &'static str,
    /// The projection that the result of the first is multiplied by, and the name of the first where there is one.
    pub(super) gated: Option<[&'static str; 2]>,
    pub(super) down: &'static str,
    pub(super) norm: &'static str,
}

/// Which normalisation.
#[derive(Clone, Copy)]
pub(super) enum NormKind {
    Layer,
    RootMeanSquare { epsilon: f32 },
}

/// Reads blocks out of a checkpoint.
pub(super) struct Loader<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) placement: &'a Placement,
    pub(super) style: &'a Style,
    /// Width of the model.
    pub(super) dim: usize,
}

/// What layers of the same stack have in common.
#[derive(Clone, Copy)]
pub(super) struct LayerShape {
    pub(super) heads: Heads,
    pub(super) ffn: usize,
    pub(super) activation: Activation,
    /// Whether the feed-forward block has a gate, where the style has a name for it.
    pub(super) gated: bool,
}

impl Loader<'_> {
    /// The projections `names` below `prefix`, each from `inputs` numbers to `outputs`, as one map.
    fn linear(&self, prefix: &str, names: &[&str], (outputs, inputs): (usize, usize)) -> Result<Linear, Error> {
        let mut weights = Vec::with_capacity(names.len());
        let mut bias = self.style.biased.then(Vec::new);
        for name in names {
            weights.push(self.checkpoint.matrix(&format!("{prefix}.{name}.weight"), outputs, inputs)?);
            if let Some(bias) = &mut bias {
                bias.extend(self.checkpoint.vector(&format!("{prefix}.{name}.bias"), outputs)?);
            }
        }
        Linear::new(Weight::stacked(weights)?, bias, (names.len() * outputs, inputs), self.placement)
    }

    /// The normalisation called `name`.
    pub(super) fn norm(&self, name: &str) -> Result<Norm, Error> {
        self.norm_times(name, 1.0)
    }

    /// The normalisation called `name`, its result multiplied by `factor`.
    pub(super) fn norm_times(&self, name: &str, factor: f32) -> Result<Norm, Error> {
        let vector = |part| {
            let mut numbers = self.checkpoint.vector(&format!("{name}.{part}"), self.dim)?;
            numbers.iter_mut().for_each(|number| *number *= factor);
            Ok::<_, Error>(numbers)
        };
        match self.style.norm {
            NormKind::Layer => Norm::layer(vector("weight")?, vector("bias")?, self.placement),
            NormKind::RootMeanSquare { epsilon } => Norm::root_mean_square(vector("weight")?, epsilon, self.placement),
        }
    }

    fn frame(&self, name: &str) -> Result<Frame, Error> {
        Ok(Frame { norm: self.norm(name)?, before: self.style.norm_before })
    }

    fn feed_forward(&self, layer: &str, names: &FeedForwardNames, shape: LayerShape) -> Result<FeedForward, Error> {
        let LayerShape { ffn, activation, .. } = shape;
        let map = |name, sides| self.linear(layer, &[name], sides);
        let (up, gate) = match names.gated {
            Some([up, gate]) if shape.gated => (up, Some(map(gate, (ffn, self.dim))?)),
            _ => (names.up, None),
        };
        Ok(FeedForward {
            up: map(up, (ffn, self.dim))?,
            gate,
            down: map(names.down, (self.dim, ffn))?,
            activation,
            frame: self.frame(&format!("{layer}.{}", names.norm))?,
        })
    }

    fn self_attention(&self, layer: &str, heads: Heads) -> Result<SelfAttention, Error> {
        let names = &self.style.self_attention;
        let block = format!("{layer}.{}", names.block);
        let [query, key, value, output] = names.projections;
        Ok(SelfAttention {
            query_key_value: self.linear(&block, &[query, key, value], (heads.dim, self.dim))?,
            output: self.linear(&block, &[output], (self.dim, heads.dim))?,
            frame: self.frame(&format!("{layer}.{}", names.norm))?,
            heads,
        })
    }

    /// The encoder layer called `layer`.
    pub(super) fn encoder_layer(&self, layer: &str, shape: LayerShape) -> Result<EncoderLayer, Error> {
        Ok(EncoderLayer {
            attention: self.self_attention(layer, shape.heads)?,
            feed_forward: self.feed_forward(layer, &self.style.feed_forward[0], shape)?,
        })
    }

    /// The decoder layer called `layer`.
    pub(super) fn decoder_layer(&self, layer: &str, shape: LayerShape) -> Result<DecoderLayer, Error> {
        let (heads, names) = (shape.heads, &self.style.cross_attention);
        let block = format!("{layer}.{}", names.block);
        let [query, key, value, output] = names.projections;
        Ok(DecoderLayer {
            attention: self.self_attention(layer, heads)?,
            cross: CrossAttention {
                query: self.linear(&block, &[query], (heads.dim, self.dim))?,
                key_value: self.linear(&block, &[key, value], (heads.dim, self.dim))?,
                output: self.linear(&block, &[output], (self.dim, heads.dim))?,
                frame: self.frame(&format!("{layer}.{}", names.norm))?,
                heads,
            },
            feed_forward: self.feed_forward(layer, &self.style.feed_forward[1], shape)?,
        })
    }
}

/// What a block stands in: a normalisation, and the way around the block.
struct Frame {
    norm: Norm,
    before: bool,
}

impl Frame {
    /// What the block reads.
    fn enter(&self, x: &Tensor) -> Result<Tensor, Error> {
        if self.before { self.norm.of(x) } else { Ok(x.clone()) }
    }

    /// What comes out, where `found` is the block's result and `x` what came in.
    fn leave(&self, found: &Tensor, x: &Tensor) -> Result<Tensor, Error> {
        if self.before { Ok(found.add(x)?) } else { self.norm.of_sum(found, x) }
    }
}

/// One layer of the encoder.
pub(super) struct EncoderLayer {
    attention: SelfAttention,
    feed_forward: FeedForward,
}

impl EncoderLayer {
    /// `x` is `[tokens, dim]`, the tokens of all `sources`.
    pub(super) fn forward(&self, x: &Tensor, sources: &Sources<'_>) -> Result<Tensor, Error> {
        let found = sources.attend(&self.attention.project(x)?, self.attention.heads)?;
        let x = self.attention.finish(x, &found)?;
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
    /// Keys and values of the encoder's states `[tokens, dim]`, projected once for all steps: `[tokens, 2 * dim]`.
    pub(super) fn source_memory(&self, states: &Tensor) -> Result<(Tensor, Heads), Error> {
        Ok((self.cross.key_value.forward(states)?, self.cross.heads))
    }

    /// One step: `x` is `[rows, dim]`, `layer` the index of this layer in the state.
    pub(super) fn step(
        &self,
        x: &Tensor,
        state: &mut State,
        (layer, bias): (usize, Option<&RelativeBias>),
    ) -> Result<Tensor, Error> {
        let projected = self.attention.project(x)?;
        let found = state.attend_targets(layer, &projected, (self.attention.heads, bias))?;
        let x = self.attention.finish(x, &found)?;

        let queries = self.cross.query.forward(&self.cross.frame.enter(&x)?)?;
        let found = state.attend_sources(layer, &queries, self.cross.heads)?;
        let x = self.cross.frame.leave(&self.cross.output.forward(&found)?, &x)?;
        self.feed_forward.forward(&x)
    }
}

struct SelfAttention {
    /// Queries, keys and values, in this order.
    query_key_value: Linear,
    output: Linear,
    frame: Frame,
    heads: Heads,
}

impl SelfAttention {
    fn project(&self, x: &Tensor) -> Result<Tensor, Error> {
        self.query_key_value.forward(&self.frame.enter(x)?)
    }

    fn finish(&self, x: &Tensor, found: &Tensor) -> Result<Tensor, Error> {
        self.frame.leave(&self.output.forward(found)?, x)
    }
}

struct CrossAttention {
    query: Linear,
    /// Keys and values, in this order.
    key_value: Linear,
    output: Linear,
    frame: Frame,
    heads: Heads,
}

struct FeedForward {
    up: Linear,
    /// What the activated numbers are multiplied by.
    gate: Option<Linear>,
    down: Linear,
    activation: Activation,
    frame: Frame,
}

impl FeedForward {
    fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        let read = self.frame.enter(x)?;
        let mut hidden = self.up.forward_with(&read, self.activation)?;
        if let Some(gate) = &self.gate {
            hidden = hidden.mul(&gate.forward(&read)?)?;
        }
        self.frame.leave(&self.down.forward(&hidden)?, x)
    }
}
