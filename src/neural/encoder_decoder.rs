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

/// How to build a model: its sizes, and the names of its tensors.
pub(super) struct EncoderDecoderSpec {
    pub(super) info: ModelInfo,
    /// Width of the model.
    pub(super) dim: usize,
    pub(super) style: Style,
    /// Factor on the vectors of tokens.
    pub(super) embedding_scale: f32,
    pub(super) positions: PositionSpec,
    pub(super) encoder: StackSpec,
    pub(super) decoder: StackSpec,
    /// The output matrix `[vocab, dim]`.
    pub(super) output: &'static str,
    /// The bias of the logits, `[vocab]`.
    pub(super) output_bias: Option<&'static str>,
}

/// The encoder's side of a model, or the decoder's. Names are below `prefix`, unless they say otherwise.
pub(super) struct StackSpec {
    pub(super) prefix: &'static str,
    /// What layers are counted under: layer 3 is `PREFIX.LAYER_LIST.3`.
    pub(super) layer_list: &'static str,
    pub(super) layers: usize,
    pub(super) layer: LayerShape,
    /// The vectors of tokens. One table serves both sides if both name the same.
    pub(super) tokens: TableSpec,
    /// The normalisation of the sum of token and position.
    pub(super) embedding_norm: Option<&'static str>,
    /// What all layers add to attention scores by distance.
    pub(super) relative: Option<RelativeSpec>,
    /// The normalisation after the last layer.
    pub(super) final_norm: Option<FinalNormSpec>,
}

/// A table of vectors, `[rows, dim]`, by its full name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TableSpec {
    pub(super) name: &'static str,
    pub(super) rows: usize,
}

/// A table of biases by distance, `[buckets, heads]`.
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

/// What is added to the vectors of tokens by position. The vector of position 0 is row `first`.
pub(super) enum PositionSpec {
    /// Nothing.
    None,
    /// The same vectors `[rows, dim]` on both sides.
    Computed { vectors: Vec<f32>, first: usize },
    /// A table `[rows, dim]` on each side.
    Learned { name: &'static str, rows: usize, first: usize },
}

/// A model of any family, on the backend `B`.
pub(super) struct EncoderDecoder<B: Backend> {
    backend: B,
    encoder: Side<B>,
    decoder: Side<B>,
    encoder_layers: Vec<EncoderLayer<B>>,
    decoder_layers: Vec<DecoderLayer<B>>,
    /// `[vocab, dim]`, and the bias of the logits if there is one.
    output: B::Linear,
    info: ModelInfo,
}

/// What stands before and after the layers of the encoder or the decoder.
struct Side<B: Backend> {
    /// Both sides may share the table.
    tokens: Arc<B::Embedding>,
    /// Factor on the vectors of tokens.
    scale: f32,
    /// Added to the vectors of tokens.
    positions: Option<Positions<B>>,
    /// Normalises the sum of both.
    embedding_norm: Option<B::Norm>,
    /// What all layers add to attention scores by distance.
    relative: Option<Arc<RelativeBias>>,
    /// Normalises the result of the last layer.
    final_norm: Option<B::Norm>,
}

/// A vector for each position.
struct Positions<B: Backend> {
    /// Both sides may share the table.
    table: Arc<B::PositionTable>,
    /// The row of position 0.
    first: usize,
    /// Number of rows.
    rows: usize,
}

impl<B: Backend> Positions<B> {
    /// The table of `vectors` `[rows, dim]`, in which position 0 is row `first`.
    fn new(backend: &B, vectors: Vec<f32>, dim: usize, first: usize) -> Result<Self, Error> {
        let rows = vectors.len() / dim.max(1);
        Ok(Self { table: Arc::new(backend.position_table(vectors, dim)?), first, rows })
    }

    /// The same table once more.
    fn share(&self) -> Self {
        Self { table: Arc::clone(&self.table), ..*self }
    }

    /// The row of `position`.
    fn row(&self, position: usize) -> Result<u32, Error> {
        let row = u32::try_from(self.first + position).ok().filter(|row| (*row as usize) < self.rows);
        row.ok_or_else(|| Error::Config { reason: format!("position {position} is past max_position_embeddings") })
    }
}

impl<B: Backend> Side<B> {
    /// What the first layer reads for tokens at these positions, `[tokens, dim]`.
    fn enter(&self, backend: &B, ids: &[u32], positions: impl Iterator<Item = usize>) -> Result<B::Tensor, Error> {
        let mut x = backend.embed(&self.tokens, ids, self.scale)?;
        if let Some(table) = &self.positions {
            let rows = positions.map(|position| table.row(position)).collect::<Result<Vec<u32>, _>>()?;
            x = backend.add_positions(x, &table.table, &rows)?;
        }
        normalized(backend, self.embedding_norm.as_ref(), x)
    }

    /// The final states, where `x` is the result of the last layer.
    fn leave(&self, backend: &B, x: B::Tensor) -> Result<B::Tensor, Error> {
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
        let table = |table: TableSpec| {
            let weight = checkpoint.matrix(table.name, table.rows, dim)?;
            Ok::<_, Error>(Arc::new(backend.embedding(weight, dim)?))
        };
        let source_tokens = table(spec.encoder.tokens)?;
        let target_tokens = match spec.decoder.tokens == spec.encoder.tokens {
            true => Arc::clone(&source_tokens),
            false => table(spec.decoder.tokens)?,
        };
        let bias = spec.output_bias.map(|name| checkpoint.vector(name, vocab)).transpose()?;
        let output = backend.linear(checkpoint.matrix(spec.output, vocab, dim)?, bias, (vocab, dim))?;
        let layer_names = |stack: &StackSpec| {
            let prefix = format!("{}.{}", stack.prefix, stack.layer_list);
            (0..stack.layers).map(move |layer| format!("{prefix}.{layer}"))
        };
        let (encoder_shape, decoder_shape) = (spec.encoder.layer, spec.decoder.layer);
        let encoder_layers = layer_names(&spec.encoder)
            .map(|name| loader.encoder_layer(&name, encoder_shape))
            .collect::<Result<_, _>>()?;
        let decoder_layers = layer_names(&spec.decoder)
            .map(|name| loader.decoder_layer(&name, decoder_shape))
            .collect::<Result<_, _>>()?;
        let (computed, learned) = match spec.positions {
            PositionSpec::None => (None, None),
            PositionSpec::Computed { vectors, first } => (Some(Positions::new(&backend, vectors, dim, first)?), None),
            PositionSpec::Learned { name, rows, first } => (None, Some((name, rows, first))),
        };
        let side = |stack: &StackSpec, tokens| {
            let name = |tensor: &str| format!("{}.{tensor}", stack.prefix);
            let positions = match learned {
                Some((table, rows, first)) => {
                    let vectors = checkpoint.matrix(&name(table), rows, dim)?.into_floats()?;
                    Some(Positions::new(&backend, vectors, dim, first)?)
                }
                None => computed.as_ref().map(Positions::share),
            };
            let relative = stack.relative.as_ref().map(|relative| {
                let heads = stack.layer.heads.count;
                let weight = checkpoint.matrix(&name(relative.name), relative.buckets.count, heads)?.into_floats()?;
                Ok::<_, Error>(Arc::new(RelativeBias::new(&weight, relative.buckets, heads)))
            });
            let final_norm = stack.final_norm.map(|norm| loader.scaled_norm(&name(norm.name), norm.factor));
            Ok::<_, Error>(Side {
                tokens,
                scale: spec.embedding_scale,
                positions,
                embedding_norm: stack.embedding_norm.map(|norm| loader.norm(&name(norm))).transpose()?,
                relative: relative.transpose()?,
                final_norm: final_norm.transpose()?,
            })
        };
        Ok(Self {
            encoder: side(&spec.encoder, source_tokens)?,
            decoder: side(&spec.decoder, target_tokens)?,
            encoder_layers,
            decoder_layers,
            output,
            info: spec.info,
            backend,
        })
    }

    /// The encoder's states of all sources, one source after the other, `[tokens, dim]`.
    fn read(&self, ids: &[&[u32]]) -> Result<(B::Tensor, B::Sources), Error> {
        let (backend, side) = (&self.backend, &self.encoder);
        let lengths: Vec<usize> = ids.iter().map(|source| source.len()).collect();
        let positions = lengths.iter().flat_map(|length| 0..*length);
        let mut x = side.enter(backend, &ids.concat(), positions)?;
        let sources = backend.sources(&lengths)?;
        let bias = side.relative.as_ref().map(|bias| backend.source_bias(bias, &sources)).transpose()?;
        for layer in &self.encoder_layers {
            x = layer.forward(backend, &x, &sources, bias.as_ref())?;
        }
        Ok((side.leave(backend, x)?, sources))
    }
}

impl<B: Backend> Seq2Seq for EncoderDecoder<B> {
    fn encode(&self, ids: &[&[u32]]) -> Result<Box<dyn Decoding + '_>, Error> {
        let (states, sources) = self.read(ids)?;
        let caches = self.decoder_layers.iter().map(|layer| layer.cache(&self.backend, &states, &sources));
        Ok(Box::new(Targets {
            model: self,
            rows: self.backend.rows(&sources)?,
            caches: caches.collect::<Result<_, _>>()?,
            position: 0,
            hidden: None,
        }))
    }

    fn encoder_states(&self, source: &[u32]) -> Result<Matrix, Error> {
        self.backend.to_matrix(self.read(&[source])?.0)
    }

    fn info(&self) -> &ModelInfo {
        &self.info
    }
}

/// The targets of a batch, as far as they are written.
struct Targets<'model, B: Backend> {
    model: &'model EncoderDecoder<B>,
    rows: B::Rows,
    /// One for each layer of the decoder.
    caches: Vec<LayerCache<B>>,
    /// Tokens that each row has been fed.
    position: usize,
    /// The decoder's states after the latest tokens, `[rows, dim]`.
    hidden: Option<B::Tensor>,
}

impl<B: Backend> Decoding for Targets<'_, B> {
    fn step(&mut self, latest: &[u32]) -> Result<(), Error> {
        let EncoderDecoder { backend, decoder, decoder_layers, .. } = self.model;
        backend.begin_step(&mut self.rows, latest.len())?;
        let position = self.position;
        self.position += 1;
        let bias = decoder.relative.as_ref().map(|bias| backend.step_bias(bias, position)).transpose()?;
        let mut x = decoder.enter(backend, latest, latest.iter().map(|_| position))?;
        for (layer, cache) in decoder_layers.iter().zip(&mut self.caches) {
            x = layer.step(backend, &x, &self.rows, cache, bias.as_ref())?;
        }
        self.hidden = Some(decoder.leave(backend, x)?);
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
        let caches = self.caches.iter_mut().flat_map(LayerCache::iter_mut);
        self.model.backend.select(&mut self.rows, caches, kept)
    }
}
