//! The layers of a transformer (Vaswani et al., 2017), with the normalisation after each block or before it.
//!
//! How families differ is data, a [`Style`]: names of tensors, biases, kind and place of the normalisation.

use std::borrow::Cow;

use super::backend::{Activation, Backend, Heads, KeysAndValues, Tokens};
use super::error::Error;
use super::weights::{Checkpoint, Weight};

/// What the transformer layers of a family look like.
pub(super) struct Style {
    /// True if a block reads normalised vectors and adds its result to the vectors themselves. False if the sum of both is
    /// normalised.
    pub(super) norm_before: bool,
    pub(super) norm: NormKind,
    /// Whether projections have biases.
    pub(super) biased: bool,
    pub(super) self_attention: AttentionNames,
    pub(super) cross_attention: AttentionNames,
    /// What stands in the decoder in place of self-attention, if anything does.
    pub(super) recurrent_unit: Option<RecurrentNames>,
    pub(super) encoder_feed_forward: FeedForwardNames,
    pub(super) decoder_feed_forward: FeedForwardNames,
}

/// Tensor names of an attention block, below those of its layer.
pub(super) struct AttentionNames {
    /// What the tensor names of all projections begin with.
    pub(super) block: &'static str,
    /// Queries, keys, values and the output.
    pub(super) projections: [&'static str; 4],
    pub(super) norm: &'static str,
}

/// Tensor names of a simpler simple recurrent unit (Kim et al., 2019), below those of its layer.
pub(super) struct RecurrentNames {
    /// What a token adds to the cell; it has no bias.
    pub(super) candidate: &'static str,
    /// What decides how much of the cell stays.
    pub(super) forget: &'static str,
    /// The output, if it is projected; it has no bias.
    pub(super) output: Option<&'static str>,
    pub(super) norm: &'static str,
}

/// Tensor names of a feed-forward block, below those of its layer.
pub(super) struct FeedForwardNames {
    pub(super) up: &'static str,
    /// For a block with a gate: the projection that is activated, and the gate that it is multiplied by.
    pub(super) gated: Option<[&'static str; 2]>,
    pub(super) down: &'static str,
    pub(super) norm: &'static str,
}

/// The kind of normalisation in the layers of a transformer.
#[derive(Clone, Copy)]
pub(super) enum NormKind {
    Layer { epsilon: f32 },
    RootMeanSquare { epsilon: f32 },
}

/// PyTorch's default, with which every checkpoint of transformers with layer normalisation was trained.
pub(super) const LAYER_NORM_EPSILON: f32 = 1e-5;

/// What the transformer layers of an encoder or a decoder have in common.
#[derive(Clone, Copy)]
pub(super) struct LayerShape {
    pub(super) heads: Heads,
    /// Width of the feed-forward block.
    pub(super) ffn: usize,
    pub(super) activation: Activation,
    /// Whether the feed-forward block has a gate. The style must name it.
    pub(super) gated: bool,
}

/// Loads the layers of a transformer from a checkpoint.
pub(super) struct Loader<'a, B> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) backend: &'a B,
    pub(super) style: &'a Style,
    /// Width of the model.
    pub(super) dim: usize,
}

impl<B: Backend> Loader<'_, B> {
    /// The `projections` of `block` as one linear map. Each has weights of this shape, `(outputs, inputs)`.
    fn linear(&self, block: &str, projections: &[&str], shape: (usize, usize)) -> Result<B::Linear, Error> {
        self.linear_with(block, projections, shape, self.style.biased)
    }

    /// The same, with biases if it `is_biased`.
    fn linear_with(
        &self,
        block: &str,
        projections: &[&str],
        (outputs, inputs): (usize, usize),
        is_biased: bool,
    ) -> Result<B::Linear, Error> {
        let mut weights = Vec::with_capacity(projections.len());
        let mut bias = is_biased.then(Vec::new);
        for projection in projections {
            weights.push(self.checkpoint.matrix(&format!("{block}.{projection}.weight"), outputs, inputs)?);
            if let Some(bias) = &mut bias {
                bias.extend(self.checkpoint.vector(&format!("{block}.{projection}.bias"), outputs)?);
            }
        }
        self.backend.linear(Weight::stacked(weights)?, bias, (projections.len() * outputs, inputs))
    }

    /// The normalisation called `name`.
    pub(super) fn norm(&self, name: &str) -> Result<B::Norm, Error> {
        self.scaled_norm(name, 1.0)
    }

    /// The normalisation called `name`, its result multiplied by `factor`.
    pub(super) fn scaled_norm(&self, name: &str, factor: f32) -> Result<B::Norm, Error> {
        let scaled_vector = |part| {
            let mut norm_vector = self.checkpoint.vector(&format!("{name}.{part}"), self.dim)?;
            norm_vector.iter_mut().for_each(|number| *number *= factor);
            Ok::<_, Error>(norm_vector)
        };
        match self.style.norm {
            NormKind::Layer { epsilon } => {
                self.backend.layer_norm(scaled_vector("weight")?, scaled_vector("bias")?, epsilon)
            }
            NormKind::RootMeanSquare { epsilon } => self.backend.rms_norm(scaled_vector("weight")?, epsilon),
        }
    }

    fn residual(&self, norm: &str) -> Result<Residual<B>, Error> {
        Ok(Residual { norm: self.norm(norm)?, norm_before: self.style.norm_before })
    }

    fn feed_forward(&self, layer: &str, names: &FeedForwardNames, shape: LayerShape) -> Result<FeedForward<B>, Error> {
        let LayerShape { ffn, activation, .. } = shape;
        let load_linear = |projection, shape| self.linear(layer, &[projection], shape);
        let (up, gate) = match names.gated {
            Some([up, gate]) if shape.gated => (up, Some(load_linear(gate, (ffn, self.dim))?)),
            _ => (names.up, None),
        };
        Ok(FeedForward {
            up: load_linear(up, (ffn, self.dim))?,
            gate,
            down: load_linear(names.down, (self.dim, ffn))?,
            activation,
            residual: self.residual(&format!("{layer}.{}", names.norm))?,
        })
    }

    fn self_attention(&self, layer: &str, heads: Heads) -> Result<SelfAttention<B>, Error> {
        let names = &self.style.self_attention;
        let block = format!("{layer}.{}", names.block);
        let [query, key, value, output] = names.projections;
        Ok(SelfAttention {
            query_key_value: self.linear(&block, &[query, key, value], (heads.dim, self.dim))?,
            output: self.linear(&block, &[output], (self.dim, heads.dim))?,
            residual: self.residual(&format!("{layer}.{}", names.norm))?,
            heads,
        })
    }

    fn recurrent_unit(&self, layer: &str, names: &RecurrentNames) -> Result<RecurrentUnit<B>, Error> {
        let square = (self.dim, self.dim);
        let unbiased = |name| self.linear_with(layer, &[name], square, false);
        Ok(RecurrentUnit {
            candidate: unbiased(names.candidate)?,
            forget: self.linear_with(layer, &[names.forget], square, true)?,
            output: names.output.map(unbiased).transpose()?,
            residual: self.residual(&format!("{layer}.{}", names.norm))?,
        })
    }

    /// The encoder layer called `layer`.
    pub(super) fn encoder_layer(&self, layer: &str, shape: LayerShape) -> Result<EncoderLayer<B>, Error> {
        Ok(EncoderLayer {
            attention: self.self_attention(layer, shape.heads)?,
            feed_forward: self.feed_forward(layer, &self.style.encoder_feed_forward, shape)?,
        })
    }

    /// The decoder layer called `layer`.
    pub(super) fn decoder_layer(&self, layer: &str, shape: LayerShape) -> Result<DecoderLayer<B>, Error> {
        let (heads, names) = (shape.heads, &self.style.cross_attention);
        let block = format!("{layer}.{}", names.block);
        let [query, key, value, output] = names.projections;
        let memory = match &self.style.recurrent_unit {
            Some(names) => StepBlock::Recurrent(self.recurrent_unit(layer, names)?),
            None => StepBlock::Attention(self.self_attention(layer, heads)?),
        };
        Ok(DecoderLayer {
            memory,
            cross_attention: CrossAttention {
                query: self.linear(&block, &[query], (heads.dim, self.dim))?,
                key_value: self.linear(&block, &[key, value], (heads.dim, self.dim))?,
                output: self.linear(&block, &[output], (self.dim, heads.dim))?,
                residual: self.residual(&format!("{layer}.{}", names.norm))?,
                heads,
            },
            feed_forward: self.feed_forward(layer, &self.style.decoder_feed_forward, shape)?,
        })
    }
}

/// The residual connection around a block, and its normalisation.
struct Residual<B: Backend> {
    norm: B::Norm,
    /// See [`Style::norm_before`].
    norm_before: bool,
}

impl<B: Backend> Residual<B> {
    /// What the block reads of the hidden states `x`.
    fn enter<'x>(&self, backend: &B, x: &'x B::Tensor) -> Result<Cow<'x, B::Tensor>, Error> {
        Ok(if self.norm_before { Cow::Owned(backend.normalize(&self.norm, x)?) } else { Cow::Borrowed(x) })
    }

    /// The sum of the block's output and the hidden states that came in, `x`.
    fn leave(&self, backend: &B, block_output: B::Tensor, x: &B::Tensor) -> Result<B::Tensor, Error> {
        if self.norm_before {
            backend.add(block_output, x)
        } else {
            backend.add_and_normalize(&self.norm, block_output, x)
        }
    }
}

/// One layer of the encoder.
pub(super) struct EncoderLayer<B: Backend> {
    attention: SelfAttention<B>,
    feed_forward: FeedForward<B>,
}

impl<B: Backend> EncoderLayer<B> {
    /// Maps the hidden states `x` `[tokens, dim]`, the tokens of all `sources`.
    pub(super) fn forward(
        &self,
        backend: &B,
        x: &B::Tensor,
        sources: &B::Sources,
        relative_bias: Option<&B::Bias>,
    ) -> Result<B::Tensor, Error> {
        let projected = self.attention.project(backend, x)?;
        let attention_values = backend.attend_within(sources, &projected, self.attention.heads, relative_bias)?;
        let attended = self.attention.finish(backend, &attention_values, x)?;
        self.feed_forward.forward(backend, &attended)
    }
}

/// One layer of the decoder.
pub(super) struct DecoderLayer<B: Backend> {
    memory: StepBlock<B>,
    cross_attention: CrossAttention<B>,
    feed_forward: FeedForward<B>,
}

/// How a decoder layer remembers the steps before.
enum StepBlock<B: Backend> {
    /// It attends to all of them.
    Attention(SelfAttention<B>),
    /// It has one vector of them.
    Recurrent(RecurrentUnit<B>),
}

/// What one decoder layer knows: keys and values of the sources, and the steps so far.
pub(super) struct LayerCache<B: Backend> {
    sources: B::KvCache,
    steps: StepMemory<B>,
}

/// The steps so far.
enum StepMemory<B: Backend> {
    /// Their keys and values.
    KeysAndValues(B::KvCache),
    /// The cell of each row; `None` before the first step.
    Cell(Option<B::Tensor>),
}

impl<B: Backend> LayerCache<B> {
    /// The key-value caches of sources and steps.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut B::KvCache> {
        let steps = match &mut self.steps {
            StepMemory::KeysAndValues(cache) => Some(cache),
            StepMemory::Cell(_) => None,
        };
        [&mut self.sources].into_iter().chain(steps)
    }

    /// Keeps the cells of the rows `kept_rows`, in this order, if there are cells. A row that does not exist is [`Error::Internal`].
    pub(super) fn select_cells(&mut self, backend: &B, kept_rows: &[usize]) -> Result<(), Error> {
        if let StepMemory::Cell(Some(cell)) = &mut self.steps {
            *cell = backend.take_rows(cell, kept_rows)?;
        }
        Ok(())
    }
}

impl<B: Backend> DecoderLayer<B> {
    /// The cache before the first step, with keys and values of the encoder's states `[tokens, dim]`.
    pub(super) fn cache(&self, backend: &B, states: &B::Tensor, sources: &B::Sources) -> Result<LayerCache<B>, Error> {
        let heads = self.cross_attention.heads;
        let projected = backend.apply(&self.cross_attention.key_value, states, Activation::Identity)?;
        let mut source_cache = backend.kv_cache(heads);
        let keys_and_values = KeysAndValues::of_projected(&projected, 0, heads.kv_dim());
        backend.append(&mut source_cache, Tokens::Sources(sources), keys_and_values)?;
        let steps = match &self.memory {
            StepBlock::Attention(attention) => StepMemory::KeysAndValues(backend.kv_cache(attention.heads)),
            StepBlock::Recurrent(_) => StepMemory::Cell(None),
        };
        Ok(LayerCache { sources: source_cache, steps })
    }

    /// One decoder step: maps the hidden states `x` `[rows, dim]`. `relative_bias` is that of self-attention.
    pub(super) fn step(
        &self,
        backend: &B,
        x: &B::Tensor,
        rows: &B::Rows,
        cache: &mut LayerCache<B>,
        relative_bias: Option<&B::Bias>,
    ) -> Result<B::Tensor, Error> {
        let after_self = match (&self.memory, &mut cache.steps) {
            (StepBlock::Attention(attention), StepMemory::KeysAndValues(steps)) => {
                let heads = attention.heads;
                let projected = attention.project(backend, x)?;
                let keys_and_values = KeysAndValues::of_projected(&projected, heads.dim, heads.kv_dim());
                backend.append(steps, Tokens::Step(rows), keys_and_values)?;
                let step_values = backend.attend(steps, Tokens::Step(rows), &projected, relative_bias)?;
                attention.finish(backend, &step_values, x)?
            }
            (StepBlock::Recurrent(unit), StepMemory::Cell(cell)) => unit.step(backend, x, cell)?,
            _ => return Err(Error::internal("a layer was given the memory of another kind of layer")),
        };

        let cross = &self.cross_attention;
        let cross_input = cross.residual.enter(backend, &after_self)?;
        let queries = backend.apply(&cross.query, &cross_input, Activation::Identity)?;
        let source_values = backend.attend(&cache.sources, Tokens::Step(rows), &queries, None)?;
        let cross_output = backend.apply(&cross.output, &source_values, Activation::Identity)?;
        let after_cross = cross.residual.leave(backend, cross_output, &after_self)?;
        self.feed_forward.forward(backend, &after_cross)
    }
}

struct SelfAttention<B: Backend> {
    /// Queries, keys and values, in this order.
    query_key_value: B::Linear,
    output: B::Linear,
    residual: Residual<B>,
    heads: Heads,
}

impl<B: Backend> SelfAttention<B> {
    /// Queries, keys and values of the hidden states `x`, beside each other.
    fn project(&self, backend: &B, x: &B::Tensor) -> Result<B::Tensor, Error> {
        let attention_input = self.residual.enter(backend, x)?;
        backend.apply(&self.query_key_value, &attention_input, Activation::Identity)
    }

    /// The output of the attention block, where attention gives `attention_values` and the hidden states `x` came in.
    fn finish(&self, backend: &B, attention_values: &B::Tensor, x: &B::Tensor) -> Result<B::Tensor, Error> {
        self.residual.leave(backend, backend.apply(&self.output, attention_values, Activation::Identity)?, x)
    }
}

/// A simpler simple recurrent unit: it forgets a share of its cell at every step, and adds the token to the rest.
struct RecurrentUnit<B: Backend> {
    candidate: B::Linear,
    forget: B::Linear,
    output: Option<B::Linear>,
    residual: Residual<B>,
}

impl<B: Backend> RecurrentUnit<B> {
    /// One step: maps the hidden states `x` `[rows, dim]` and renews `cell`, which has the same shape.
    fn step(&self, backend: &B, x: &B::Tensor, cell: &mut Option<B::Tensor>) -> Result<B::Tensor, Error> {
        let input = self.residual.enter(backend, x)?;
        let candidate = backend.apply(&self.candidate, &input, Activation::Identity)?;
        let kept_share = backend.apply(&self.forget, &input, Activation::Sigmoid)?;
        let new_cell = backend.blend(kept_share, cell.as_ref(), candidate)?;
        let mut output = backend.activate(Activation::Relu, new_cell.clone())?;
        *cell = Some(new_cell);
        if let Some(projection) = &self.output {
            output = backend.apply(projection, &output, Activation::Identity)?;
        }
        self.residual.leave(backend, output, x)
    }
}

struct CrossAttention<B: Backend> {
    query: B::Linear,
    /// Keys and values, in this order.
    key_value: B::Linear,
    output: B::Linear,
    residual: Residual<B>,
    heads: Heads,
}

struct FeedForward<B: Backend> {
    up: B::Linear,
    /// The gate that the activated hidden states are multiplied by.
    gate: Option<B::Linear>,
    down: B::Linear,
    activation: Activation,
    residual: Residual<B>,
}

impl<B: Backend> FeedForward<B> {
    fn forward(&self, backend: &B, x: &B::Tensor) -> Result<B::Tensor, Error> {
        let ffn_input = self.residual.enter(backend, x)?;
        let mut hidden = backend.apply(&self.up, &ffn_input, self.activation)?;
        if let Some(gate) = &self.gate {
            hidden = backend.multiply(hidden, &backend.apply(gate, &ffn_input, Activation::Identity)?)?;
        }
        self.residual.leave(backend, backend.apply(&self.down, &hidden, Activation::Identity)?, x)
    }
}
