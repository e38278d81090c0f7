//! A decoder alone, which reads a prompt and goes on writing it: the language models that follow instructions.
//!
//! To a search it is a [`Seq2Seq`] like any other. The source is the prompt without its last token, that token is the start
//! mark, and the state begins with the keys and values of the prompt. Families read their configurations (`qwen.rs`) and
//! hand over the parts.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::checkpoint::Checkpoint;
use super::linear::{Embedding, Linear};
use super::ops::{Activation, Heads, Norm, Rotary, Turns};
use super::state::{Sources, State};
use super::{Best, Error, Limits, Placement, Seq2Seq};

/// Tokens of prompts that go through a feed-forward block together, on the CPU and elsewhere: it is several times as wide as the model,
/// and a long prompt would need gigabytes at once.
const TOGETHER: [usize; 2] = [512, 8192];

/// A model of any family.
pub(super) struct CausalDecoder {
    pub(super) tokens: Arc<Embedding>,
    pub(super) dim: usize,
    pub(super) layers: Vec<Layer>,
    pub(super) rotary: Rotary,
    pub(super) final_norm: Norm,
    /// `[vocab, dim]`.
    pub(super) output: Linear,
    pub(super) limits: Limits,
    pub(super) placement: Placement,
}

/// What layers of the same stack have in common.
#[derive(Clone, Copy)]
pub(super) struct LayerShape {
    pub(super) dim: usize,
    pub(super) heads: Heads,
    pub(super) ffn: usize,
    /// Of the normalisations.
    pub(super) epsilon: f32,
    /// Whether queries, keys and values have biases.
    pub(super) biased: bool,
    /// Whether the heads of queries and keys are normalised.
    pub(super) head_norms: bool,
}

/// One layer: attention to what came before, and a gated feed-forward block, each with a normalisation before it.
pub(super) struct Layer {
    attention_norm: Norm,
    query: Linear,
    key: Linear,
    value: Linear,
    /// Of each head of the queries, and of the keys.
    head_norms: Option<[Norm; 2]>,
    output: Linear,
    feed_forward_norm: Norm,
    gate: Linear,
    up: Linear,
    down: Linear,
    heads: Heads,
    /// See [`TOGETHER`].
    together: usize,
}

impl Layer {
    /// The layer whose tensors begin with `name`.
    pub(super) fn load(
        name: &str,
        shape: LayerShape,
        checkpoint: &Checkpoint,
        placement: &Placement,
    ) -> Result<Self, Error> {
        let LayerShape { dim, heads, ffn, epsilon, biased, head_norms } = shape;
        let norm = |part: &str, length| {
            let gamma = checkpoint.vector(&format!("{name}.{part}.weight"), length)?;
            Norm::root_mean_square(gamma, epsilon, placement)
        };
        let linear = |part: &str, (outputs, inputs): (usize, usize), biased: bool| {
            let bias = || checkpoint.vector(&format!("{name}.{part}.bias"), outputs);
            let bias = biased.then(bias).transpose()?;
            let weight = checkpoint.matrix(&format!("{name}.{part}.weight"), outputs, inputs)?;
            Linear::new(weight, bias, (outputs, inputs), placement)
        };
        let head = heads.dim / heads.count.max(1);
        let head_norms = match head_norms {
            true => Some([norm("self_attn.q_norm", head)?, norm("self_attn.k_norm", head)?]),
            false => None,
        };
        Ok(Self {
            attention_norm: norm("input_layernorm", dim)?,
            query: linear("self_attn.q_proj", (heads.dim, dim), biased)?,
            key: linear("self_attn.k_proj", (heads.key_dim(), dim), biased)?,
            value: linear("self_attn.v_proj", (heads.key_dim(), dim), biased)?,
            head_norms,
            output: linear("self_attn.o_proj", (dim, heads.dim), false)?,
            feed_forward_norm: norm("post_attention_layernorm", dim)?,
            gate: linear("mlp.gate_proj", (ffn, dim), false)?,
            up: linear("mlp.up_proj", (ffn, dim), false)?,
            down: linear("mlp.down_proj", (dim, ffn), false)?,
            heads,
            together: TOGETHER[usize::from(placement.computes_in_tensors())],
        })
    }

    /// Keys and values of `x` `[tokens, dim]`, normalised.
    fn memory(&self, x: &Tensor, turns: &Turns) -> Result<[Tensor; 2], Error> {
        Ok([turns.turn(&self.headed(self.key.forward(x)?, 1)?)?, self.value.forward(x)?])
    }

    /// Queries or keys `[tokens, heads × head]`, each head normalised where the family does so.
    fn headed(&self, x: Tensor, which: usize) -> Result<Tensor, Error> {
        let Some(norms) = &self.head_norms else { return Ok(x) };
        let (tokens, dim) = x.dims2()?;
        let head = self.heads.dim / self.heads.count.max(1);
        Ok(norms[which].of(&x.reshape((tokens * dim / head.max(1), head))?)?.reshape((tokens, dim))?)
    }

    /// Queries of `x` `[tokens, dim]`, normalised.
    fn queries(&self, x: &Tensor, turns: &Turns) -> Result<Tensor, Error> {
        turns.turn(&self.headed(self.query.forward(x)?, 0)?)
    }

    /// What comes out for `x` `[tokens, dim]`, of which attention has found `found`.
    fn finish(&self, x: &Tensor, found: &Tensor) -> Result<Tensor, Error> {
        let x = self.output.forward(found)?.add(x)?;
        let tokens = x.dim(0)?;
        let mut found = Vec::with_capacity(tokens.div_ceil(self.together));
        for first in (0..tokens).step_by(self.together) {
            let x = x.narrow(0, first, self.together.min(tokens - first))?;
            let read = self.feed_forward_norm.of(&x)?;
            let hidden = self.gate.forward_with(&read, Activation::Silu)?.mul(&self.up.forward(&read)?)?;
            found.push(self.down.forward(&hidden)?.add(&x)?);
        }
        Ok(if found.len() == 1 { found.remove(0) } else { Tensor::cat(&found, 0)? })
    }
}

impl CausalDecoder {
    fn enter(&self, ids: impl Iterator<Item = u32>) -> Result<Tensor, Error> {
        if self.placement.computes_in_tensors() {
            return self.tokens.select(&ids.collect::<Vec<_>>());
        }
        let mut vectors = Vec::new();
        for id in ids {
            self.tokens.extend(&mut vectors, id, 1.0)?;
        }
        let tokens = vectors.len() / self.dim.max(1);
        Ok(Tensor::from_vec(vectors, (tokens, self.dim), &Device::Cpu)?)
    }

    /// Reads prompts. What comes out of the last layer, `[tokens, dim]`, is computed only if it is `wanted`: to go on writing, nobody
    /// needs it.
    fn read(&self, prompts: &[&[u32]], wanted: bool) -> Result<(State, Tensor), Error> {
        let sources = Sources::new(prompts.iter().map(|prompt| prompt.len()), None, &self.placement)?;
        let mut state = State::of_prompts(&sources, &self.placement)?;
        let positions: Vec<usize> = prompts.iter().flat_map(|prompt| 0..prompt.len()).collect();
        let turns = self.rotary.at(&positions, &self.placement)?;
        let mut x = self.enter(prompts.iter().flat_map(|prompt| prompt.iter().copied()))?;
        for (index, layer) in self.layers.iter().enumerate() {
            let read = layer.attention_norm.of(&x)?;
            let memory = layer.memory(&read, &turns)?;
            let goes_on = wanted || index + 1 < self.layers.len();
            let queries = if goes_on { Some(layer.queries(&read, &turns)?) } else { None };
            if let Some(found) = state.read_prompts(&sources, (queries.as_ref(), memory), layer.heads)? {
                x = layer.finish(&x, &found)?;
            }
        }
        Ok((state, x))
    }
}

impl Seq2Seq for CausalDecoder {
    fn encoder_states(&self, source: &[u32]) -> Result<Tensor, Error> {
        self.final_norm.of(&self.read(&[source], true)?.1)
    }

    fn encode(&self, sources: &[&[u32]]) -> Result<State, Error> {
        Ok(self.read(sources, false)?.0)
    }

    fn step(&self, state: &mut State, latest: &[u32]) -> Result<Tensor, Error> {
        let mut x = self.enter(latest.iter().copied())?;
        state.begin(latest.len(), None)?;
        let turns = self.rotary.at(&state.positions_after_prompts(), &self.placement)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let read = layer.attention_norm.of(&x)?;
            let memory = layer.memory(&read, &turns)?;
            let found = state.attend_after_prompts(index, (&layer.queries(&read, &turns)?, memory), layer.heads)?;
            x = layer.finish(&x, &found)?;
        }
        self.final_norm.of(&x)
    }

    fn logits(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        self.output.logits(hidden)
    }

    fn best(&self, hidden: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        self.output.best(hidden, count, without)
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }
}
