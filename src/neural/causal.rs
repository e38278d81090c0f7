//! A decoder alone, which reads a prompt and goes on writing it: the language models that follow instructions.
//!
//! To a search it is a [`Seq2Seq`] like any other. The source is the prompt without its last token, that token is the start
//! mark, and the caches begin with the keys and values of the prompt. A family describes its model in a [`CausalSpec`].

use candle_core::{Device, Tensor};

use super::linear::{Embedding, Linear, matrix};
use super::matrix::Matrix;
use super::ops::{Activation, Heads, Norm, Rope, RopeTable};
use super::seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};
use super::state::{Sources, State};
use super::weights::Checkpoint;
use super::{Error, Placement};

/// Tokens of prompts that go through a feed-forward block together, on the CPU and elsewhere: it is several times as wide as the model,
/// and a long prompt would need gigabytes at once.
const TOGETHER: [usize; 2] = [512, 8192];

/// How to build a model. The names of its tensors are those that Llama has.
pub(super) struct CausalSpec {
    pub(super) info: ModelInfo,
    pub(super) layers: usize,
    pub(super) layer: CausalLayerShape,
    /// Base of the frequencies of rotations, `rope_theta`.
    pub(super) rope_base: f64,
    /// Whether the output matrix is the table of tokens. It is as well if the checkpoint has no output matrix.
    pub(super) tied: bool,
}

/// What all layers have in common.
#[derive(Clone, Copy)]
pub(super) struct CausalLayerShape {
    /// Width of the model.
    pub(super) dim: usize,
    pub(super) heads: Heads,
    /// Width of the feed-forward block.
    pub(super) ffn: usize,
    /// Of the normalisations.
    pub(super) epsilon: f32,
    /// Whether queries, keys and values have biases.
    pub(super) biased: bool,
    /// Whether the heads of queries and keys are normalised.
    pub(super) head_norms: bool,
}

/// A model of any family.
pub(super) struct CausalDecoder {
    tokens: Embedding,
    dim: usize,
    layers: Vec<Layer>,
    rope: Rope,
    final_norm: Norm,
    /// `[vocab, dim]`.
    output: Linear,
    info: ModelInfo,
    placement: Placement,
}

/// One layer: attention to what came before, and a gated feed-forward block, each with a normalisation before it.
struct Layer {
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
    fn load(
        name: &str,
        shape: CausalLayerShape,
        checkpoint: &Checkpoint,
        placement: &Placement,
    ) -> Result<Self, Error> {
        let CausalLayerShape { dim, heads, ffn, epsilon, biased, head_norms } = shape;
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
        let head = heads.head_dim();
        let head_norms = match head_norms {
            true => Some([norm("self_attn.q_norm", head)?, norm("self_attn.k_norm", head)?]),
            false => None,
        };
        Ok(Self {
            attention_norm: norm("input_layernorm", dim)?,
            query: linear("self_attn.q_proj", (heads.dim, dim), biased)?,
            key: linear("self_attn.k_proj", (heads.kv_dim(), dim), biased)?,
            value: linear("self_attn.v_proj", (heads.kv_dim(), dim), biased)?,
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
    fn memory(&self, x: &Tensor, rope: &RopeTable) -> Result<[Tensor; 2], Error> {
        Ok([rope.rotate(&self.headed(self.key.forward(x)?, 1)?)?, self.value.forward(x)?])
    }

    /// Queries or keys `[tokens, heads × head]`, each head normalised where the family does so.
    fn headed(&self, x: Tensor, which: usize) -> Result<Tensor, Error> {
        let Some(norms) = &self.head_norms else { return Ok(x) };
        let (tokens, dim) = x.dims2()?;
        let head = self.heads.head_dim();
        Ok(norms[which].of(&x.reshape((tokens * dim / head.max(1), head))?)?.reshape((tokens, dim))?)
    }

    /// Queries of `x` `[tokens, dim]`, normalised.
    fn queries(&self, x: &Tensor, rope: &RopeTable) -> Result<Tensor, Error> {
        rope.rotate(&self.headed(self.query.forward(x)?, 0)?)
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
    /// Builds the model that `spec` describes.
    pub(super) fn build(spec: CausalSpec, checkpoint: &Checkpoint, placement: &Placement) -> Result<Self, Error> {
        const TOKENS: &str = "model.embed_tokens.weight";
        const OUTPUT: &str = "lm_head.weight";
        let CausalLayerShape { dim, heads, epsilon, .. } = spec.layer;
        let vocab = spec.info.vocab;
        let table = checkpoint.matrix(TOKENS, vocab, dim)?;
        let tied = spec.tied || !checkpoint.has(OUTPUT);
        let output = match (tied, table.shared()) {
            (true, Some(shared)) => shared,
            (true, None) => checkpoint.matrix(TOKENS, vocab, dim)?,
            (false, _) => checkpoint.matrix(OUTPUT, vocab, dim)?,
        };
        let layers = (0..spec.layers)
            .map(|layer| Layer::load(&format!("model.layers.{layer}"), spec.layer, checkpoint, placement))
            .collect::<Result<_, _>>()?;
        let final_norm = checkpoint.vector("model.norm.weight", dim)?;
        Ok(Self {
            tokens: Embedding::new(table, dim, placement)?,
            dim,
            layers,
            rope: Rope::new(spec.rope_base, heads.head_dim()),
            final_norm: Norm::root_mean_square(final_norm, epsilon, placement)?,
            output: Linear::new(output, None, (vocab, dim), placement)?,
            info: spec.info,
            placement: placement.clone(),
        })
    }

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
        let rope = self.rope.at(&positions, &self.placement)?;
        let mut x = self.enter(prompts.iter().flat_map(|prompt| prompt.iter().copied()))?;
        for (index, layer) in self.layers.iter().enumerate() {
            let read = layer.attention_norm.of(&x)?;
            let memory = layer.memory(&read, &rope)?;
            let goes_on = wanted || index + 1 < self.layers.len();
            let queries = if goes_on { Some(layer.queries(&read, &rope)?) } else { None };
            if let Some(found) = state.read_prompts(&sources, (queries.as_ref(), memory), layer.heads)? {
                x = layer.finish(&x, &found)?;
            }
        }
        Ok((state, x))
    }
}

impl Seq2Seq for CausalDecoder {
    fn encode(&self, sources: &[&[u32]]) -> Result<Box<dyn Decoding + '_>, Error> {
        Ok(Box::new(Continuations { model: self, state: self.read(sources, false)?.0, hidden: None }))
    }

    fn encoder_states(&self, source: &[u32]) -> Result<Matrix, Error> {
        matrix(&self.final_norm.of(&self.read(&[source], true)?.1)?)
    }

    fn info(&self) -> &ModelInfo {
        &self.info
    }
}

/// What is written after the prompts of a batch.
struct Continuations<'model> {
    model: &'model CausalDecoder,
    state: State,
    /// The states after the latest tokens, `[rows, dim]`.
    hidden: Option<Tensor>,
}

impl Decoding for Continuations<'_> {
    fn step(&mut self, latest: &[u32]) -> Result<(), Error> {
        let (model, state) = (self.model, &mut self.state);
        let mut x = model.enter(latest.iter().copied())?;
        state.begin(latest.len(), None)?;
        let rope = model.rope.at(&state.positions_after_prompts(), &model.placement)?;
        for (index, layer) in model.layers.iter().enumerate() {
            let read = layer.attention_norm.of(&x)?;
            let memory = layer.memory(&read, &rope)?;
            let found = state.attend_after_prompts(index, (&layer.queries(&read, &rope)?, memory), layer.heads)?;
            x = layer.finish(&x, &found)?;
        }
        self.hidden = Some(model.final_norm.of(&x)?);
        Ok(())
    }

    fn logits(&self) -> Result<Matrix, Error> {
        match &self.hidden {
            Some(hidden) => matrix(&self.model.output.logits(hidden)?),
            None => Ok(Matrix::new(Vec::new(), self.model.info.vocab)),
        }
    }

    fn best(&self, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        self.hidden.as_ref().map_or(Ok(Vec::new()), |hidden| self.model.output.best(hidden, count, without))
    }

    fn select(&mut self, rows: &[usize]) -> Result<(), Error> {
        self.hidden = None;
        self.state.select(rows)
    }
}
