//! A decoder alone, which reads a prompt and goes on writing it: the language models that follow instructions.
//!
//! To a search it is a [`Seq2Seq`] like any other. The source is the prompt without its last token, that token is the start
//! mark, and the state begins with the keys and values of the prompt. Families read their configurations (`qwen.rs`) and
//! hand over the parts. It computes on the CPU alone.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::checkpoint::Checkpoint;
use super::linear::{Embedding, Linear};
use super::ops::{Activation, Heads, Memory, Norm, Rotary, Seen, Sight, attention};
use super::state::State;
use super::{Best, Error, Limits, Placement, Precision, Seq2Seq};

/// Tokens of a prompt that go through a feed-forward block together: it is several times as wide as the model, and a long
/// prompt would need gigabytes at once.
const TOGETHER: usize = 512;

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
    /// Whether keys and values are kept in 16 bits.
    halves: bool,
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
            halves: matches!(placement.precision(), Precision::Int8 | Precision::Stored),
        })
    }

    /// Keys and values of `x` `[tokens, dim]`, normalised, at `positions`.
    fn memory(&self, x: &Tensor, rotary: &Rotary, positions: &[usize]) -> Result<Memory, Error> {
        let dim = self.heads.key_dim();
        let keys = rotary.turn(&self.headed(self.key.forward(x)?, 1)?, positions)?;
        let matrix = Tensor::cat(&[keys, self.value.forward(x)?], 1)?;
        if self.halves {
            Memory::halved(&matrix, (0, dim), dim)
        } else {
            Ok(Memory::Floats { matrix, keys: 0, values: dim })
        }
    }

    /// Queries or keys `[tokens, heads × head]`, each head normalised where the family does so.
    fn headed(&self, x: Tensor, which: usize) -> Result<Tensor, Error> {
        let Some(norms) = &self.head_norms else { return Ok(x) };
        let (tokens, dim) = x.dims2()?;
        let head = self.heads.dim / self.heads.count.max(1);
        Ok(norms[which].of(&x.reshape((tokens * dim / head.max(1), head))?)?.reshape((tokens, dim))?)
    }

    /// Queries of `x` `[tokens, dim]`, normalised, at `positions`.
    fn queries(&self, x: &Tensor, rotary: &Rotary, positions: &[usize]) -> Result<Tensor, Error> {
        rotary.turn(&self.headed(self.query.forward(x)?, 0)?, positions)
    }

    /// What comes out for `x` `[tokens, dim]`, of which attention has found `found`.
    fn finish(&self, x: &Tensor, found: &Tensor) -> Result<Tensor, Error> {
        let x = self.output.forward(found)?.add(x)?;
        let tokens = x.dim(0)?;
        let mut found = Vec::with_capacity(tokens.div_ceil(TOGETHER));
        for first in (0..tokens).step_by(TOGETHER) {
            let x = x.narrow(0, first, TOGETHER.min(tokens - first))?;
            let read = self.feed_forward_norm.of(&x)?;
            let hidden = self.gate.forward_with(&read, Activation::Silu)?.mul(&self.up.forward(&read)?)?;
            found.push(self.down.forward(&hidden)?.add(&x)?);
        }
        Ok(if found.len() == 1 { found.remove(0) } else { Tensor::cat(&found, 0)? })
    }
}

/// What was read of prompts, which lie below each other.
struct Prompts {
    /// Keys and values: for each layer, one memory.
    memories: Vec<Memory>,
    places: Vec<Range<usize>>,
    /// `[tokens, dim]`.
    states: Tensor,
}

impl CausalDecoder {
    fn enter(&self, ids: impl Iterator<Item = u32>) -> Result<Tensor, Error> {
        let mut vectors = Vec::new();
        for id in ids {
            self.tokens.extend(&mut vectors, id, 1.0)?;
        }
        let tokens = vectors.len() / self.dim.max(1);
        Ok(Tensor::from_vec(vectors, (tokens, self.dim), &Device::Cpu)?)
    }

    /// Reads prompts. What comes out of the last layer is computed only if it is `wanted`: to go on writing, nobody needs it.
    fn read(&self, prompts: &[&[u32]], wanted: bool) -> Result<Prompts, Error> {
        let (mut places, mut positions, mut before) = (Vec::new(), Vec::new(), Vec::new());
        for prompt in prompts {
            let start = positions.len();
            places.push(start..start + prompt.len());
            positions.extend(0..prompt.len());
            // A token looks at itself and what came before.
            before.extend((start..start + prompt.len()).map(|place| start..place + 1));
        }
        let seen: Vec<Seen<'_>> = before.iter().map(Seen::Rows).collect();
        let mut x = self.enter(prompts.iter().flat_map(|prompt| prompt.iter().copied()))?;
        let mut memories = Vec::with_capacity(self.layers.len());
        for (index, layer) in self.layers.iter().enumerate() {
            let read = layer.attention_norm.of(&x)?;
            let memory = [layer.memory(&read, &self.rotary, &positions)?];
            if wanted || index + 1 < self.layers.len() {
                let queries = layer.queries(&read, &self.rotary, &positions)?;
                let sight = Sight { memories: &memory, seen: &seen, bias: None };
                x = layer.finish(&x, &attention(&queries, sight, layer.heads)?)?;
            }
            memories.extend(memory);
        }
        Ok(Prompts { memories, places, states: x })
    }
}

impl Seq2Seq for CausalDecoder {
    fn encoder_states(&self, source: &[u32]) -> Result<Tensor, Error> {
        self.final_norm.of(&self.read(&[source], true)?.states)
    }

    fn encode(&self, sources: &[&[u32]]) -> Result<State, Error> {
        let Prompts { memories, places, .. } = self.read(sources, false)?;
        Ok(State::after_prompts(memories, places))
    }

    fn step(&self, state: &mut State, latest: &[u32]) -> Result<Tensor, Error> {
        let mut x = self.enter(latest.iter().copied())?;
        state.begin(latest.len(), None)?;
        let positions = state.positions_after_prompts();
        for (index, layer) in self.layers.iter().enumerate() {
            let read = layer.attention_norm.of(&x)?;
            let memory = layer.memory(&read, &self.rotary, &positions)?;
            let queries = layer.queries(&read, &self.rotary, &positions)?;
            let found = state.attend_after_prompts(index, (&queries, memory), layer.heads)?;
            x = layer.finish(&x, &found)?;
        }
        self.final_norm.of(&x)
    }

    fn logits(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        self.output.forward(hidden)
    }

    fn best(&self, hidden: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        self.output.best(hidden, count, without)
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }
}
