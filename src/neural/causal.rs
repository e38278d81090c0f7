//! Decoder-only models, which read a prompt and go on writing it: the language models that follow instructions.
//!
//! To a search such a model is a [`Seq2Seq`] like any other. The source is the prompt without its last token, that token is
//! the start mark, and the caches begin with the keys and values of the prompt. A family describes its model in a
//! [`CausalSpec`].

use super::backend::{Activation, Backend, Heads, KeysAndValues, Rope, Tokens};
use super::error::Error;
use super::matrix::Matrix;
use super::seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};
use super::weights::Checkpoint;

/// How to build a model. Its tensors are named as in Llama.
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

/// A model of any family, on the backend `B`.
pub(super) struct CausalDecoder<B: Backend> {
    backend: B,
    tokens: B::Embedding,
    layers: Vec<Layer<B>>,
    rope: Rope,
    final_norm: B::Norm,
    /// `[vocab, dim]`.
    output: B::Linear,
    info: ModelInfo,
}

/// One layer: attention to what came before, and a gated feed-forward block, with a normalisation before each.
struct Layer<B: Backend> {
    attention_norm: B::Norm,
    query: HeadProjection<B>,
    key: HeadProjection<B>,
    value: B::Linear,
    output: B::Linear,
    feed_forward_norm: B::Norm,
    gate: B::Linear,
    up: B::Linear,
    down: B::Linear,
    heads: Heads,
}

/// The projection to queries or keys.
struct HeadProjection<B: Backend> {
    linear: B::Linear,
    /// Normalises each head.
    norm: Option<B::Norm>,
}

impl<B: Backend> HeadProjection<B> {
    /// Projects `read` `[tokens, dim]`, normalises and rotates: `[tokens, heads * head_dim]`.
    fn apply(&self, backend: &B, read: &B::Tensor, rope: &B::RopeTable) -> Result<B::Tensor, Error> {
        let projected = backend.apply(&self.linear, read, Activation::Identity)?;
        let normalized = match &self.norm {
            Some(norm) => backend.normalize_heads(norm, projected)?,
            None => projected,
        };
        backend.rotate(normalized, rope)
    }
}

impl<B: Backend> Layer<B> {
    /// The layer whose tensors begin with `name`.
    fn load(name: &str, shape: CausalLayerShape, checkpoint: &Checkpoint, backend: &B) -> Result<Self, Error> {
        let CausalLayerShape { dim, heads, ffn, epsilon, biased, head_norms } = shape;
        let norm = |part: &str, length| {
            backend.rms_norm(checkpoint.vector(&format!("{name}.{part}.weight"), length)?, epsilon)
        };
        let linear = |part: &str, (outputs, inputs): (usize, usize), biased: bool| {
            let load_bias = || checkpoint.vector(&format!("{name}.{part}.bias"), outputs);
            let bias = biased.then(load_bias).transpose()?;
            let weight = checkpoint.matrix(&format!("{name}.{part}.weight"), outputs, inputs)?;
            backend.linear(weight, bias, (outputs, inputs))
        };
        let head_norm = |part| head_norms.then(|| norm(part, heads.head_dim())).transpose();
        Ok(Self {
            attention_norm: norm("input_layernorm", dim)?,
            query: HeadProjection {
                linear: linear("self_attn.q_proj", (heads.dim, dim), biased)?,
                norm: head_norm("self_attn.q_norm")?,
            },
            key: HeadProjection {
                linear: linear("self_attn.k_proj", (heads.kv_dim(), dim), biased)?,
                norm: head_norm("self_attn.k_norm")?,
            },
            value: linear("self_attn.v_proj", (heads.kv_dim(), dim), biased)?,
            output: linear("self_attn.o_proj", (dim, heads.dim), false)?,
            feed_forward_norm: norm("post_attention_layernorm", dim)?,
            gate: linear("mlp.gate_proj", (ffn, dim), false)?,
            up: linear("mlp.up_proj", (ffn, dim), false)?,
            down: linear("mlp.down_proj", (dim, ffn), false)?,
            heads,
        })
    }

    /// Appends the keys and values of `read` `[tokens, dim]` to `cache`.
    fn remember(
        &self,
        backend: &B,
        cache: &mut B::KvCache,
        tokens: Tokens<'_, B::Sources, B::Rows>,
        read: &B::Tensor,
        rope: &B::RopeTable,
    ) -> Result<(), Error> {
        let keys = self.key.apply(backend, read, rope)?;
        let values = backend.apply(&self.value, read, Activation::Identity)?;
        backend.append(cache, tokens, KeysAndValues::separate(&keys, &values))
    }

    /// What the tokens of `read` `[tokens, dim]` find in `cache`, `[tokens, heads * head_dim]`.
    fn attend(
        &self,
        backend: &B,
        cache: &B::KvCache,
        tokens: Tokens<'_, B::Sources, B::Rows>,
        read: &B::Tensor,
        rope: &B::RopeTable,
    ) -> Result<B::Tensor, Error> {
        let queries = self.query.apply(backend, read, rope)?;
        backend.attend(cache, tokens, &queries, None)
    }

    /// What comes out for `x` `[tokens, dim]`, of which attention has found `found`.
    fn finish(&self, backend: &B, x: &B::Tensor, found: &B::Tensor) -> Result<B::Tensor, Error> {
        let attended = backend.add(backend.apply(&self.output, found, Activation::Identity)?, x)?;
        // The feed-forward block is several times as wide as the model: a long prompt at once would need gigabytes.
        backend.in_blocks(&attended, |block| {
            let read = backend.normalize(&self.feed_forward_norm, block)?;
            let gated = backend.apply(&self.gate, &read, Activation::Silu)?;
            let hidden = backend.multiply(gated, &backend.apply(&self.up, &read, Activation::Identity)?)?;
            backend.add(backend.apply(&self.down, &hidden, Activation::Identity)?, block)
        })
    }
}

/// What reading prompts leaves behind.
struct Prompts<B: Backend> {
    sources: B::Sources,
    /// One for each layer.
    caches: Vec<B::KvCache>,
    /// The result of the last layer that was computed, `[tokens, dim]`.
    states: B::Tensor,
}

impl<B: Backend> CausalDecoder<B> {
    /// Builds the model that `spec` describes.
    pub(super) fn build(spec: CausalSpec, checkpoint: &Checkpoint, backend: B) -> Result<Self, Error> {
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
            .map(|layer| Layer::load(&format!("model.layers.{layer}"), spec.layer, checkpoint, &backend))
            .collect::<Result<_, _>>()?;
        let final_norm = checkpoint.vector("model.norm.weight", dim)?;
        Ok(Self {
            tokens: backend.embedding(table, dim)?,
            layers,
            rope: Rope::new(spec.rope_base, heads.head_dim()),
            final_norm: backend.rms_norm(final_norm, epsilon)?,
            output: backend.linear(output, None, (vocab, dim))?,
            info: spec.info,
            backend,
        })
    }

    /// Reads prompts. Writing on needs no more of the last layer than its keys and values: the rest of it is computed only
    /// if `to_the_end`.
    fn read(&self, prompts: &[&[u32]], to_the_end: bool) -> Result<Prompts<B>, Error> {
        let backend = &self.backend;
        let lengths: Vec<usize> = prompts.iter().map(|prompt| prompt.len()).collect();
        let positions: Vec<usize> = lengths.iter().flat_map(|length| 0..*length).collect();
        let rope = backend.rope_table(&self.rope, &positions)?;
        let sources = backend.sources(&lengths)?;
        let mut caches = Vec::with_capacity(self.layers.len());
        let mut x = backend.embed(&self.tokens, &prompts.concat(), 1.0)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let read = backend.normalize(&layer.attention_norm, &x)?;
            let mut cache = backend.kv_cache(layer.heads);
            layer.remember(backend, &mut cache, Tokens::Sources(&sources), &read, &rope)?;
            if to_the_end || index + 1 < self.layers.len() {
                let found = layer.attend(backend, &cache, Tokens::Sources(&sources), &read, &rope)?;
                x = layer.finish(backend, &x, &found)?;
            }
            caches.push(cache);
        }
        Ok(Prompts { sources, caches, states: x })
    }
}

impl<B: Backend> Seq2Seq for CausalDecoder<B> {
    fn encode(&self, ids: &[&[u32]]) -> Result<Box<dyn Decoding + '_>, Error> {
        let Prompts { sources, caches, .. } = self.read(ids, false)?;
        Ok(Box::new(Continuations {
            model: self,
            rows: self.backend.rows(&sources)?,
            caches,
            written: 0,
            hidden: None,
        }))
    }

    fn encoder_states(&self, source: &[u32]) -> Result<Matrix, Error> {
        self.backend.to_matrix(self.backend.normalize(&self.final_norm, &self.read(&[source], true)?.states)?)
    }

    fn info(&self) -> &ModelInfo {
        &self.info
    }
}

/// What is written after the prompts of a batch.
struct Continuations<'model, B: Backend> {
    model: &'model CausalDecoder<B>,
    rows: B::Rows,
    /// One for each layer.
    caches: Vec<B::KvCache>,
    /// Tokens that each row has been fed after its prompt.
    written: usize,
    /// The states after the latest tokens, `[rows, dim]`.
    hidden: Option<B::Tensor>,
}

impl<B: Backend> Decoding for Continuations<'_, B> {
    fn step(&mut self, latest: &[u32]) -> Result<(), Error> {
        let CausalDecoder { backend, layers, .. } = self.model;
        let prompts = backend.source_lengths(&self.rows);
        let positions: Vec<usize> = prompts.into_iter().map(|prompt| prompt + self.written).collect();
        let rope = backend.rope_table(&self.model.rope, &positions)?;
        backend.begin_step(&mut self.rows, latest.len())?;
        self.written += 1;
        let mut x = backend.embed(&self.model.tokens, latest, 1.0)?;
        for (layer, cache) in layers.iter().zip(&mut self.caches) {
            let read = backend.normalize(&layer.attention_norm, &x)?;
            layer.remember(backend, cache, Tokens::Step(&self.rows), &read, &rope)?;
            let found = layer.attend(backend, cache, Tokens::Step(&self.rows), &read, &rope)?;
            x = layer.finish(backend, &x, &found)?;
        }
        self.hidden = Some(backend.normalize(&self.model.final_norm, &x)?);
        Ok(())
    }

    fn logits(&self) -> Result<Matrix, Error> {
        match &self.hidden {
            Some(hidden) => self.model.backend.outputs(&self.model.output, hidden),
            None => Ok(Matrix::new(Vec::new(), self.model.info.vocab)),
        }
    }

    fn best(&self, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        match &self.hidden {
            Some(hidden) => self.model.backend.best(&self.model.output, hidden, count, without),
            None => Ok(Vec::new()),
        }
    }

    fn select(&mut self, kept: &[usize]) -> Result<(), Error> {
        self.hidden = None;
        self.model.backend.select(&mut self.rows, self.caches.iter_mut(), kept)
    }
}
