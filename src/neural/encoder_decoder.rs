//! Models with an encoder and a decoder: the layers of `transformer.rs`, assembled to a [`Seq2Seq`].
//!
//! A family describes its model in an [`EncoderDecoderSpec`]; what the model lacks is `None` there.

use std::sync::Arc;

use super::backend::{Backend, Buckets, RelativeBias};
use super::error::Error;
use super::matrix::Matrix;
use super::seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};
use super::transformer::{DecoderLayer, EncoderLayer, LayerCache, LayerShape, Loader, Style};
use super::weights::Checkpoint;

/// How to build an encoder-decoder model: its sizes, and the names of its tensors.
pub(super) struct EncoderDecoderSpec {
    pub(super) info: ModelInfo,
    /// Width of the model.
    pub(super) dim: usize,
    pub(super) style: Style,
    /// Factor on the token embeddings.
    pub(super) embedding_scale: f32,
    pub(super) positions: PositionSpec,
    pub(super) encoder: StackSpec,
    pub(super) decoder: StackSpec,
    /// The output matrix `[vocab, dim]`.
    pub(super) output: &'static str,
    /// The bias of the logits, `[vocab]`.
    pub(super) output_bias: Option<&'static str>,
}

/// The encoder or the decoder of a model. Tensor names are below `prefix`, unless they say otherwise.
pub(super) struct StackSpec {
    pub(super) prefix: &'static str,
    /// What layers are counted under: layer 3 is `PREFIX.LAYER_LIST.3`.
    pub(super) layer_list: &'static str,
    pub(super) layers: usize,
    pub(super) layer: LayerShape,
    /// The token embeddings. One table serves encoder and decoder if both name the same.
    pub(super) tokens: TableSpec,
    /// The normalisation of the sum of token and position.
    pub(super) embedding_norm: Option<&'static str>,
    /// What all layers add to attention scores by distance.
    pub(super) relative: Option<RelativeSpec>,
    /// The normalisation after the last layer.
    pub(super) final_norm: Option<FinalNormSpec>,
}

/// An embedding table, `[rows, dim]`, by its full tensor name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TableSpec {
    pub(super) name: &'static str,
    pub(super) rows: usize,
    /// Whether a row of zeros follows, for a start token that is no token.
    pub(super) zero_row: bool,
}

/// A table of attention biases by distance, `[buckets, heads]`.
pub(super) struct RelativeSpec {
    pub(super) name: &'static str,
    pub(super) buckets: Buckets,
}

/// A normalisation whose result is multiplied by `factor`.
#[derive(Clone, Copy)]
pub(super) struct FinalNormSpec {
    pub(super) name: &'static str,
    pub(super) factor: f32,
}

/// What is added to the token embeddings by position. The embedding of position 0 is row `first`.
pub(super) enum PositionSpec {
    /// No position embeddings.
    None,
    /// The same position embeddings `[rows, dim]` for encoder and decoder.
    Computed { vectors: Vec<f32>, first: usize },
    /// A table of position embeddings `[rows, dim]` for each of encoder and decoder.
    Learned { name: &'static str, rows: usize, first: usize },
}

/// An encoder-decoder model of any family, on the backend `B`.
pub(super) struct EncoderDecoder<B: Backend> {
    backend: B,
    encoder: Stack<B>,
    decoder: Stack<B>,
    encoder_layers: Vec<EncoderLayer<B>>,
    decoder_layers: Vec<DecoderLayer<B>>,
    /// `[vocab, dim]`, and the bias of the logits if there is one.
    output: B::Linear,
    info: ModelInfo,
}

/// What stands before and after the layers of the encoder or the decoder.
struct Stack<B: Backend> {
    /// Encoder and decoder may share the table.
    token_embedding: Arc<B::Embedding>,
    /// Factor on the token embeddings.
    embedding_scale: f32,
    /// Added to the token embeddings.
    position_embedding: Option<PositionEmbedding<B>>,
    /// Normalises the sum of token and position embedding.
    embedding_norm: Option<B::Norm>,
    /// What all layers add to attention scores by distance.
    relative_bias: Option<Arc<RelativeBias>>,
    /// Normalises the result of the last layer.
    final_norm: Option<B::Norm>,
}

/// An embedding for each position.
struct PositionEmbedding<B: Backend> {
    /// Encoder and decoder may share the table.
    table: Arc<B::PositionTable>,
    /// The row of position 0.
    first_row: usize,
    /// Number of rows.
    table_rows: usize,
}

impl<B: Backend> PositionEmbedding<B> {
    /// The table of `vectors` `[rows, dim]`, in which position 0 is row `first_row`.
    fn new(backend: &B, vectors: Vec<f32>, dim: usize, first_row: usize) -> Result<Self, Error> {
        let table_rows = vectors.len() / dim.max(1);
        Ok(Self { table: Arc::new(backend.position_table(vectors, dim)?), first_row, table_rows })
    }

    /// The same position embeddings, in a table that both share.
    fn share(&self) -> Self {
        Self { table: Arc::clone(&self.table), ..*self }
    }

    /// The row of the embedding of `position`.
    fn table_row(&self, position: usize) -> Result<u32, Error> {
        let table_row = u32::try_from(self.first_row + position).ok().filter(|row| (*row as usize) < self.table_rows);
        table_row.ok_or_else(|| Error::internal(format!("position {position} is past the position table")))
    }
}

impl<B: Backend> Stack<B> {
    /// The embeddings that the first layer reads for tokens at these positions, `[tokens, dim]`.
    fn embed(
        &self,
        backend: &B,
        token_ids: &[u32],
        positions: impl Iterator<Item = usize>,
    ) -> Result<B::Tensor, Error> {
        let mut x = backend.embed(&self.token_embedding, token_ids, self.embedding_scale)?;
        if let Some(embedding) = &self.position_embedding {
            let table_rows =
                positions.map(|position| embedding.table_row(position)).collect::<Result<Vec<u32>, _>>()?;
            x = backend.add_positions(x, &embedding.table, &table_rows)?;
        }
        normalized(backend, self.embedding_norm.as_ref(), x)
    }

    /// The final hidden states, where `x` is the result of the last layer.
    fn finish(&self, backend: &B, x: B::Tensor) -> Result<B::Tensor, Error> {
        normalized(backend, self.final_norm.as_ref(), x)
    }
}

/// `x`, normalised if there is a norm.
fn normalized<B: Backend>(backend: &B, norm: Option<&B::Norm>, x: B::Tensor) -> Result<B::Tensor, Error> {
    match norm {
        Some(norm) => backend.normalize(norm, &x),
        None => Ok(x),
    }
}

impl<B: Backend> EncoderDecoder<B> {
    /// Builds the model that `spec` describes.
    pub(super) fn build(spec: EncoderDecoderSpec, checkpoint: &Checkpoint, backend: B) -> Result<Self, Error> {
        let (dim, vocab) = (spec.dim, spec.info.vocab);
        let loader = Loader { checkpoint, backend: &backend, style: &spec.style, dim };
        let load_embedding = |table: TableSpec| {
            let weight = checkpoint.matrix(table.name, table.rows, dim)?;
            let weight = if table.zero_row { weight.with_zero_row(dim)? } else { weight };
            Ok::<_, Error>(Arc::new(backend.embedding(weight, dim)?))
        };
        let source_embedding = load_embedding(spec.encoder.tokens)?;
        let target_embedding = match spec.decoder.tokens == spec.encoder.tokens {
            true => Arc::clone(&source_embedding),
            false => load_embedding(spec.decoder.tokens)?,
        };
        let output_bias = spec.output_bias.map(|tensor_name| checkpoint.vector(tensor_name, vocab)).transpose()?;
        let output = backend.linear(checkpoint.matrix(spec.output, vocab, dim)?, output_bias, (vocab, dim))?;
        let layer_names = |stack: &StackSpec| {
            let layer_prefix = format!("{}.{}", stack.prefix, stack.layer_list);
            (0..stack.layers).map(move |layer| format!("{layer_prefix}.{layer}"))
        };
        let (encoder_shape, decoder_shape) = (spec.encoder.layer, spec.decoder.layer);
        let encoder_layers = layer_names(&spec.encoder)
            .map(|layer_name| loader.encoder_layer(&layer_name, encoder_shape))
            .collect::<Result<_, _>>()?;
        let decoder_layers = layer_names(&spec.decoder)
            .map(|layer_name| loader.decoder_layer(&layer_name, decoder_shape))
            .collect::<Result<_, _>>()?;
        let (computed_positions, learned_positions) = match spec.positions {
            PositionSpec::None => (None, None),
            PositionSpec::Computed { vectors, first } => {
                (Some(PositionEmbedding::new(&backend, vectors, dim, first)?), None)
            }
            PositionSpec::Learned { name, rows, first } => (None, Some((name, rows, first))),
        };
        let load_stack = |stack: &StackSpec, token_embedding| {
            let full_name = |tensor: &str| format!("{}.{tensor}", stack.prefix);
            let position_embedding = match learned_positions {
                Some((tensor, rows, first_row)) => {
                    let vectors = checkpoint.matrix(&full_name(tensor), rows, dim)?.into_floats()?;
                    Some(PositionEmbedding::new(&backend, vectors, dim, first_row)?)
                }
                None => computed_positions.as_ref().map(PositionEmbedding::share),
            };
            let relative_bias = stack.relative.as_ref().map(|relative| {
                let heads = stack.layer.heads.count;
                let weight = checkpoint.matrix(&full_name(relative.name), relative.buckets.count, heads)?;
                Ok::<_, Error>(Arc::new(RelativeBias::new(&weight.into_floats()?, relative.buckets, heads)))
            });
            let final_norm = stack.final_norm.map(|norm| loader.scaled_norm(&full_name(norm.name), norm.factor));
            Ok::<_, Error>(Stack {
                token_embedding,
                embedding_scale: spec.embedding_scale,
                position_embedding,
                embedding_norm: stack.embedding_norm.map(|norm| loader.norm(&full_name(norm))).transpose()?,
                relative_bias: relative_bias.transpose()?,
                final_norm: final_norm.transpose()?,
            })
        };
        Ok(Self {
            encoder: load_stack(&spec.encoder, source_embedding)?,
            decoder: load_stack(&spec.decoder, target_embedding)?,
            encoder_layers,
            decoder_layers,
            output,
            info: spec.info,
            backend,
        })
    }

    /// The encoder's states of all sources, one source after the other, `[tokens, dim]`.
    fn encode_states(&self, source_ids: &[&[u32]]) -> Result<(B::Tensor, B::Sources), Error> {
        let (backend, encoder) = (&self.backend, &self.encoder);
        let source_lengths: Vec<usize> = source_ids.iter().map(|source| source.len()).collect();
        let positions = source_lengths.iter().flat_map(|length| 0..*length);
        let mut x = encoder.embed(backend, &source_ids.concat(), positions)?;
        let sources = backend.sources(&source_lengths, 0)?;
        let relative_bias =
            encoder.relative_bias.as_ref().map(|bias| backend.source_bias(bias, &sources)).transpose()?;
        for layer in &self.encoder_layers {
            x = layer.forward(backend, &x, &sources, relative_bias.as_ref())?;
        }
        Ok((encoder.finish(backend, x)?, sources))
    }
}

impl<B: Backend> Seq2Seq for EncoderDecoder<B> {
    fn encode(&self, source_ids: &[&[u32]]) -> Result<Box<dyn Decoding + '_>, Error> {
        let (encoder_states, sources) = self.encode_states(source_ids)?;
        let layer_caches =
            self.decoder_layers.iter().map(|layer| layer.cache(&self.backend, &encoder_states, &sources));
        Ok(Box::new(DecoderState {
            model: self,
            rows: self.backend.rows(&sources)?,
            layer_caches: layer_caches.collect::<Result<_, _>>()?,
            position: 0,
            hidden: None,
        }))
    }

    fn encoder_states(&self, source: &[u32]) -> Result<Matrix, Error> {
        self.backend.to_matrix(self.encode_states(&[source])?.0)
    }

    fn info(&self) -> &ModelInfo {
        &self.info
    }
}

/// The decoder at work on a batch: its caches and its latest hidden states.
struct DecoderState<'model, B: Backend> {
    model: &'model EncoderDecoder<B>,
    rows: B::Rows,
    /// One for each layer of the decoder.
    layer_caches: Vec<LayerCache<B>>,
    /// Tokens that the decoder has been fed in each row.
    position: usize,
    /// The decoder's states after the latest tokens, `[rows, dim]`.
    hidden: Option<B::Tensor>,
}

impl<B: Backend> Decoding for DecoderState<'_, B> {
    fn step(&mut self, latest_ids: &[u32]) -> Result<(), Error> {
        let EncoderDecoder { backend, decoder, decoder_layers, .. } = self.model;
        backend.begin_step(&mut self.rows, latest_ids.len())?;
        let position = self.position;
        self.position += 1;
        let relative_bias = decoder.relative_bias.as_ref().map(|bias| backend.step_bias(bias, position)).transpose()?;
        let mut x = decoder.embed(backend, latest_ids, latest_ids.iter().map(|_| position))?;
        for (layer, layer_cache) in decoder_layers.iter().zip(&mut self.layer_caches) {
            x = layer.step(backend, &x, &self.rows, layer_cache, relative_bias.as_ref())?;
        }
        self.hidden = Some(decoder.finish(backend, x)?);
        Ok(())
    }

    fn logits(&self) -> Result<Matrix, Error> {
        match &self.hidden {
            Some(hidden) => self.model.backend.outputs(&self.model.output, hidden),
            None => Ok(Matrix::new(Vec::new(), self.model.info.vocab)),
        }
    }

    fn best(&self, count: usize, excluded_ids: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        match &self.hidden {
            Some(hidden) => self.model.backend.best(&self.model.output, hidden, count, excluded_ids),
            None => Ok(Vec::new()),
        }
    }

    fn select(&mut self, kept_rows: &[usize]) -> Result<(), Error> {
        self.hidden = None;
        for layer_cache in &mut self.layer_caches {
            layer_cache.select_cells(&self.model.backend, kept_rows)?;
        }
        let kv_caches = self.layer_caches.iter_mut().flat_map(LayerCache::iter_mut);
        self.model.backend.select(&mut self.rows, kv_caches, kept_rows)
    }
}
