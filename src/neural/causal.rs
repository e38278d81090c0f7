//! Decoder-only models, which read a prompt and go on writing it: the language models that follow instructions.
//!
//! To a search such a model is a [`Seq2Seq`] like any other. The source is the prompt without its last token, that token is
//! the start mark, and the caches begin with the keys and values of the prompt. A family describes its model in a
//! [`CausalSpec`].
//!
//! Prompts for one task begin alike. That beginning can be read once and kept ([`Seq2Seq::keep_prefix`]). Since a token looks at those
//! before it only, nothing else changes: on the CPU the numbers are the same to the bit.

use super::backend::{Activation, Backend, Heads, KeysAndValues, Rope, RopeScaling, Tokens};
use super::error::Error;
use super::matrix::Matrix;
use super::seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};
use super::weights::Checkpoint;

/// How to build a model. Its tensors are named as in Llama.
pub(super) struct CausalSpec {
    pub(super) info: ModelInfo,
    /// What stands before the names of all tensors but the output matrix.
    pub(super) prefix: &'static str,
    /// The name of the output matrix, `[vocab, dim]`. If there is none, the table of tokens is used.
    pub(super) output: Option<&'static str>,
    /// Factor on the vectors of tokens.
    pub(super) embedding_scale: f32,
    /// One for each layer of the decoder.
    pub(super) layers: Vec<CausalLayerKind>,
    pub(super) layer: CausalLayerShape,
    /// The rotations that layers choose from.
    pub(super) ropes: Vec<RopeSpec>,
}

/// Rotations of queries and keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RopeSpec {
    /// Base of the frequencies, `rope_theta`.
    pub(super) base: f64,
    pub(super) scaling: RopeScaling,
    /// A tensor of divisors of the frequencies, `[head_dim / 2]`, which is used if the checkpoint has it.
    pub(super) divisors: Option<&'static str>,
}

/// What the layers of a decoder differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CausalLayerKind {
    /// Index of its rotations.
    pub(super) rope: usize,
    /// The most tokens that a token looks at; see [`Heads::window`].
    pub(super) window: Option<usize>,
}

/// What all layers have in common.
#[derive(Clone, Copy)]
pub(super) struct CausalLayerShape {
    /// Width of the model.
    pub(super) dim: usize,
    pub(super) heads: Heads,
    /// Width of the feed-forward block.
    pub(super) ffn: usize,
    /// The activation function of the gate.
    pub(super) activation: Activation,
    /// Of the normalisations.
    pub(super) epsilon: f32,
    /// What is added to the weights of the normalisations.
    pub(super) norm_offset: f32,
    /// Whether queries, keys and values have biases.
    pub(super) biased: bool,
    pub(super) head_norms: HeadNorms,
    pub(super) norms: LayerNorms,
}

/// When the heads of queries and keys are normalised, and the names of the normalisations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadNorms {
    /// Never.
    None,
    /// Before they are rotated.
    BeforeRotation { query: &'static str, key: &'static str },
    /// After they are rotated.
    AfterRotation { query: &'static str, key: &'static str },
}

impl HeadNorms {
    /// The names of the norms of queries and keys in a checkpoint.
    fn names(self) -> Option<[&'static str; 2]> {
        match self {
            Self::None => None,
            Self::BeforeRotation { query, key } | Self::AfterRotation { query, key } => Some([query, key]),
        }
    }
}

/// The names of the normalisations of a layer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct LayerNorms {
    pub(super) before_attention: &'static str,
    /// Of what attention finds, before it is added to what came in.
    pub(super) after_attention: Option<&'static str>,
    pub(super) before_feed_forward: &'static str,
    /// Of what the feed-forward block gives, before it is added to what came in.
    pub(super) after_feed_forward: Option<&'static str>,
}

impl LayerNorms {
    /// One before each block, as in Llama.
    pub(super) const PRE: Self = Self {
        before_attention: "input_layernorm",
        after_attention: None,
        before_feed_forward: "post_attention_layernorm",
        after_feed_forward: None,
    };
}

/// A model of any family, on the backend `B`.
pub(super) struct CausalDecoder<B: Backend> {
    backend: B,
    tokens: B::Embedding,
    embedding_scale: f32,
    layers: Vec<Layer<B>>,
    ropes: Vec<Rope>,
    final_norm: B::Norm,
    /// `[vocab, dim]`.
    output: B::Linear,
    info: ModelInfo,
    /// What prompts are expected to begin with.
    kept: Option<KeptPrefix<B>>,
}

/// The beginning of prompts, read once.
struct KeptPrefix<B: Backend> {
    ids: Vec<u32>,
    /// One for each layer of the decoder.
    caches: Vec<B::KvCache>,
}

impl<B: Backend> KeptPrefix<B> {
    /// The number of tokens at the beginning of all `prompts` that need not be read again. At least one of each is read.
    fn shared_by(&self, prompts: &[&[u32]]) -> usize {
        let shared = |prompt: &&[u32]| {
            let same = self.ids.iter().zip(*prompt).take_while(|(kept, id)| kept == id).count();
            same.min(prompt.len().saturating_sub(1))
        };
        prompts.iter().map(shared).min().unwrap_or_default()
    }
}

/// One layer: attention to what came before, and a gated feed-forward block, with a normalisation before each, and in some families
/// another one after each.
struct Layer<B: Backend> {
    /// Index of its rotations.
    rope: usize,
    attention_norm: B::Norm,
    query: HeadProjection<B>,
    key: HeadProjection<B>,
    value: B::Linear,
    output: B::Linear,
    found_norm: Option<B::Norm>,
    feed_forward_norm: B::Norm,
    gate: B::Linear,
    up: B::Linear,
    down: B::Linear,
    activation: Activation,
    result_norm: Option<B::Norm>,
    heads: Heads,
}

/// The projection to queries or keys.
struct HeadProjection<B: Backend> {
    linear: B::Linear,
    /// Normalises each head.
    norm: Option<B::Norm>,
    /// Whether heads are normalised after they are rotated.
    rotates_first: bool,
}

impl<B: Backend> HeadProjection<B> {
    /// Projects `read` `[tokens, dim]`, normalises and rotates: `[tokens, heads * head_dim]`.
    fn apply(&self, backend: &B, read: &B::Tensor, rope: &B::RopeTable) -> Result<B::Tensor, Error> {
        let projected = backend.apply(&self.linear, read, Activation::Identity)?;
        match &self.norm {
            Some(norm) if self.rotates_first => backend.normalize_heads(norm, backend.rotate(projected, rope)?),
            Some(norm) => backend.rotate(backend.normalize_heads(norm, projected)?, rope),
            None => backend.rotate(projected, rope),
        }
    }
}

impl<B: Backend> Layer<B> {
    /// The layer whose tensors begin with `name`.
    fn load(
        name: &str,
        kind: CausalLayerKind,
        shape: CausalLayerShape,
        checkpoint: &Checkpoint,
        backend: &B,
    ) -> Result<Self, Error> {
        let CausalLayerShape { dim, heads, ffn, activation, biased, head_norms, norms, .. } = shape;
        let heads = Heads { window: kind.window, ..heads };
        let norm = |part: &str, length| shape.norm(&format!("{name}.{part}.weight"), length, checkpoint, backend);
        let linear = |part: &str, (outputs, inputs): (usize, usize), biased: bool| {
            let load_bias = || checkpoint.vector(&format!("{name}.{part}.bias"), outputs);
            let bias = biased.then(load_bias).transpose()?;
            let weight = checkpoint.matrix(&format!("{name}.{part}.weight"), outputs, inputs)?;
            backend.linear(weight, bias, (outputs, inputs))
        };
        let projection = |part: &str, outputs, side: usize| {
            let head_norm = head_norms.names().map(|names| norm(names[side], heads.head_dim()));
            Ok::<_, Error>(HeadProjection {
                linear: linear(part, (outputs, dim), biased)?,
                norm: head_norm.transpose()?,
                rotates_first: matches!(head_norms, HeadNorms::AfterRotation { .. }),
            })
        };
        Ok(Self {
            rope: kind.rope,
            attention_norm: norm(norms.before_attention, dim)?,
            query: projection("self_attn.q_proj", heads.dim, 0)?,
            key: projection("self_attn.k_proj", heads.kv_dim(), 1)?,
            value: linear("self_attn.v_proj", (heads.kv_dim(), dim), biased)?,
            output: linear("self_attn.o_proj", (dim, heads.dim), false)?,
            found_norm: norms.after_attention.map(|part| norm(part, dim)).transpose()?,
            feed_forward_norm: norm(norms.before_feed_forward, dim)?,
            gate: linear("mlp.gate_proj", (ffn, dim), false)?,
            up: linear("mlp.up_proj", (ffn, dim), false)?,
            down: linear("mlp.down_proj", (dim, ffn), false)?,
            activation,
            result_norm: norms.after_feed_forward.map(|part| norm(part, dim)).transpose()?,
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
        ropes: &[B::RopeTable],
    ) -> Result<(), Error> {
        let keys = self.key.apply(backend, read, &ropes[self.rope])?;
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
        ropes: &[B::RopeTable],
    ) -> Result<B::Tensor, Error> {
        let queries = self.query.apply(backend, read, &ropes[self.rope])?;
        backend.attend(cache, tokens, &queries, None)
    }

    /// What comes out for `x` `[tokens, dim]`, of which attention has found `found`.
    fn finish(&self, backend: &B, x: &B::Tensor, found: &B::Tensor) -> Result<B::Tensor, Error> {
        let added = |norm: &Option<B::Norm>, result: B::Tensor, x: &B::Tensor| match norm {
            Some(norm) => backend.add(backend.normalize(norm, &result)?, x),
            None => backend.add(result, x),
        };
        let attended = added(&self.found_norm, backend.apply(&self.output, found, Activation::Identity)?, x)?;
        // The feed-forward block is several times as wide as the model: a long prompt at once would need gigabytes.
        backend.in_blocks(&attended, |block| {
            let read = backend.normalize(&self.feed_forward_norm, block)?;
            let gated = backend.apply(&self.gate, &read, self.activation)?;
            let hidden = backend.multiply(gated, &backend.apply(&self.up, &read, Activation::Identity)?)?;
            added(&self.result_norm, backend.apply(&self.down, &hidden, Activation::Identity)?, block)
        })
    }
}

impl CausalLayerShape {
    /// The normalisation `name` of `length` numbers.
    fn norm<B: Backend>(
        &self,
        name: &str,
        length: usize,
        checkpoint: &Checkpoint,
        backend: &B,
    ) -> Result<B::Norm, Error> {
        let mut weight = checkpoint.vector(name, length)?;
        weight.iter_mut().for_each(|weight| *weight += self.norm_offset);
        backend.rms_norm(weight, self.epsilon)
    }
}

/// The keys and values that reading prompts leaves behind.
struct Prompts<B: Backend> {
    sources: B::Sources,
    /// One for each layer of the decoder.
    caches: Vec<B::KvCache>,
    /// The result of the last layer that was computed, `[tokens, dim]`.
    states: B::Tensor,
}

impl<B: Backend> CausalDecoder<B> {
    /// Builds the model that `spec` describes.
    pub(super) fn build(spec: CausalSpec, checkpoint: &Checkpoint, backend: B) -> Result<Self, Error> {
        let CausalLayerShape { dim, heads, .. } = spec.layer;
        let vocab = spec.info.vocab;
        let name = |part: &str| format!("{}{part}", spec.prefix);
        let tokens_name = name("model.embed_tokens.weight");
        let table = checkpoint.matrix(&tokens_name, vocab, dim)?;
        let output = match (spec.output.filter(|output| checkpoint.has(output)), table.shared()) {
            (None, Some(shared)) => shared,
            (None, None) => checkpoint.matrix(&tokens_name, vocab, dim)?,
            (Some(output), _) => checkpoint.matrix(output, vocab, dim)?,
        };
        let layers = spec.layers.iter().enumerate().map(|(layer, kind)| {
            Layer::load(&name(&format!("model.layers.{layer}")), *kind, spec.layer, checkpoint, &backend)
        });
        let layers = layers.collect::<Result<_, _>>()?;
        let ropes = spec.ropes.iter().map(|rope| {
            let computed = Rope::new(rope.base, heads.head_dim(), rope.scaling);
            match rope.divisors.filter(|divisors| checkpoint.has(divisors)) {
                Some(divisors) => Ok(computed.divided(&checkpoint.vector(divisors, heads.head_dim() / 2)?)),
                None => Ok(computed),
            }
        });
        Ok(Self {
            tokens: backend.embedding(table, dim)?,
            embedding_scale: spec.embedding_scale,
            layers,
            ropes: ropes.collect::<Result<_, Error>>()?,
            final_norm: spec.layer.norm(&name("model.norm.weight"), dim, checkpoint, &backend)?,
            output: backend.linear(output, None, (vocab, dim))?,
            info: spec.info,
            backend,
            kept: None,
        })
    }

    /// The rotations of tokens at `positions`, by all frequencies.
    fn rope_tables(&self, positions: &[usize]) -> Result<Vec<B::RopeTable>, Error> {
        self.ropes.iter().map(|rope| self.backend.rope_table(rope, positions)).collect()
    }

    /// Reads prompts. Writing on needs no more of the last layer than its keys and values, and nothing of the tokens that are kept:
    /// the rest is computed only if `to_the_end`.
    fn read(&self, prompts: &[&[u32]], to_the_end: bool) -> Result<Prompts<B>, Error> {
        let backend = &self.backend;
        let kept = self.kept.as_ref().filter(|_| !to_the_end).map(|kept| (kept, kept.shared_by(prompts)));
        let kept = kept.filter(|(_, shared)| *shared > 0);
        let shared = kept.map_or(0, |(_, shared)| shared);
        let rests: Vec<&[u32]> = prompts.iter().map(|prompt| &prompt[shared..]).collect();
        let lengths: Vec<usize> = rests.iter().map(|rest| rest.len()).collect();
        let positions: Vec<usize> = lengths.iter().flat_map(|length| shared..shared + length).collect();
        let ropes = self.rope_tables(&positions)?;
        let sources = backend.sources(&lengths, shared)?;
        let mut caches = Vec::with_capacity(self.layers.len());
        let mut x = backend.embed(&self.tokens, &rests.concat(), self.embedding_scale)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let read = backend.normalize(&layer.attention_norm, &x)?;
            let mut cache = match kept.and_then(|(kept, _)| kept.caches.get(index)) {
                Some(prefix) => backend.kv_cache_after(prefix),
                None => backend.kv_cache(layer.heads),
            };
            layer.remember(backend, &mut cache, Tokens::Sources(&sources), &read, &ropes)?;
            if to_the_end || index + 1 < self.layers.len() {
                let found = layer.attend(backend, &cache, Tokens::Sources(&sources), &read, &ropes)?;
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

    fn continues_sources(&self) -> bool {
        true
    }

    fn keep_prefix(&mut self, prefix: &[u32]) -> Result<(), Error> {
        self.kept = None;
        if !prefix.is_empty() {
            let caches = self.read(&[prefix], false)?.caches;
            self.kept = Some(KeptPrefix { ids: prefix.to_vec(), caches });
        }
        Ok(())
    }

    fn kept_prefix(&self) -> &[u32] {
        self.kept.as_ref().map(|kept| kept.ids.as_slice()).unwrap_or_default()
    }
}

/// What is written after the prompts of a batch.
struct Continuations<'model, B: Backend> {
    model: &'model CausalDecoder<B>,
    rows: B::Rows,
    /// One for each layer of the decoder.
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
        let ropes = self.model.rope_tables(&positions)?;
        backend.begin_step(&mut self.rows, latest.len())?;
        self.written += 1;
        let mut x = backend.embed(&self.model.tokens, latest, self.model.embedding_scale)?;
        for (layer, cache) in layers.iter().zip(&mut self.caches) {
            let read = backend.normalize(&layer.attention_norm, &x)?;
            layer.remember(backend, cache, Tokens::Step(&self.rows), &read, &ropes)?;
            let found = layer.attend(backend, cache, Tokens::Step(&self.rows), &read, &ropes)?;
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
