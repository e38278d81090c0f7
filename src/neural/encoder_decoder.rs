//! Models with an encoder and a decoder, of whatever family: the blocks of `transformer.rs` put together to a [`Seq2Seq`].
//!
//! A family describes its model in an [`EncoderDecoderSpec`]; what it lacks is `None` there.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::linear::{Embedding, Linear, matrix};
use super::matrix::Matrix;
use super::ops::{Buckets, Norm, RelativeBias};
use super::seq2seq::{Best, Decoding, ModelInfo, Seq2Seq};
use super::state::{Sources, State};
use super::transformer::{DecoderLayer, EncoderLayer, LayerShape, Loader, Style};
use super::weights::Checkpoint;
use super::{Error, Placement};

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

/// A model of any family.
pub(super) struct EncoderDecoder {
    encoder: Side,
    decoder: Side,
    encoder_layers: Vec<EncoderLayer>,
    decoder_layers: Vec<DecoderLayer>,
    /// `[vocab, dim]`, and the bias of the logits where there is one.
    output: Linear,
    info: ModelInfo,
    placement: Placement,
}

/// What stands before and after the layers of the encoder or the decoder.
struct Side {
    /// Both sides may share the table.
    tokens: Arc<Embedding>,
    /// Factor on the vectors of tokens.
    scale: f32,
    dim: usize,
    /// Added to the vectors of tokens.
    positions: Option<Positions>,
    /// Normalises the sum of both.
    embedding_norm: Option<Norm>,
    /// What all layers add to attention scores by distance.
    relative: Option<RelativeBias>,
    /// Normalises the result of the last layer.
    final_norm: Option<Norm>,
}

/// A vector for each position.
#[derive(Clone)]
struct Positions {
    table: Arc<Embedding>,
    /// The row of position 0.
    first: usize,
}

impl Positions {
    /// The row of `position`.
    fn row(&self, position: usize) -> Result<u32, Error> {
        let row = u32::try_from(self.first + position).ok().filter(|row| self.table.has(*row));
        row.ok_or_else(|| Error::Config { reason: format!("position {position} is past max_position_embeddings") })
    }
}

impl Side {
    /// The vectors `[tokens, dim]` as the first layer reads them, of tokens with their positions.
    fn enter(&self, tokens: &[(u32, usize)], placement: &Placement) -> Result<Tensor, Error> {
        let row = |position| self.positions.as_ref().map(|positions| positions.row(position)).transpose();
        let x = if placement.computes_in_tensors() {
            let ids: Vec<u32> = tokens.iter().map(|(id, _)| *id).collect();
            let x = self.tokens.select(&ids)?.affine(f64::from(self.scale), 0.0)?;
            let rows = tokens.iter().map(|(_, position)| row(*position)).collect::<Result<Option<Vec<u32>>, _>>()?;
            match (&self.positions, rows) {
                (Some(positions), Some(rows)) => x.add(&positions.table.select(&rows)?)?,
                _ => x,
            }
        } else {
            let mut vectors = Vec::with_capacity(tokens.len() * self.dim);
            for (id, position) in tokens {
                let start = vectors.len();
                self.tokens.extend(&mut vectors, *id, self.scale)?;
                if let (Some(positions), Some(row)) = (&self.positions, row(*position)?) {
                    positions.table.add(&mut vectors[start..], row)?;
                }
            }
            Tensor::from_vec(vectors, (tokens.len(), self.dim), &Device::Cpu)?
        };
        self.embedding_norm.as_ref().map_or_else(|| Ok(x.clone()), |norm| norm.of(&x))
    }

    /// What comes out, from the result of the last layer.
    fn leave(&self, x: Tensor) -> Result<Tensor, Error> {
        self.final_norm.as_ref().map_or_else(|| Ok(x.clone()), |norm| norm.of(&x))
    }
}

impl EncoderDecoder {
    /// Builds the model that `spec` describes.
    pub(super) fn build(
        spec: EncoderDecoderSpec,
        checkpoint: &Checkpoint,
        placement: &Placement,
    ) -> Result<Self, Error> {
        let (dim, vocab) = (spec.dim, spec.info.vocab);
        let loader = Loader { checkpoint, placement, style: &spec.style, dim };
        let table = |table: TableSpec| {
            let weight = checkpoint.matrix(table.name, table.rows, dim)?;
            Ok::<_, Error>(Arc::new(Embedding::new(weight, dim, placement)?))
        };
        let source_tokens = table(spec.encoder.tokens)?;
        let target_tokens = match spec.decoder.tokens == spec.encoder.tokens {
            true => Arc::clone(&source_tokens),
            false => table(spec.decoder.tokens)?,
        };
        let bias = spec.output_bias.map(|name| checkpoint.vector(name, vocab)).transpose()?;
        let output = Linear::new(checkpoint.matrix(spec.output, vocab, dim)?, bias, (vocab, dim), placement)?;
        let layer_names = |stack: &StackSpec| {
            let prefix = format!("{}.{}", stack.prefix, stack.layer_list);
            (0..stack.layers).map(move |layer| format!("{prefix}.{layer}"))
        };
        let encoder_layers = layer_names(&spec.encoder)
            .map(|name| loader.encoder_layer(&name, spec.encoder.layer))
            .collect::<Result<_, _>>()?;
        let decoder_layers = layer_names(&spec.decoder)
            .map(|name| loader.decoder_layer(&name, spec.decoder.layer))
            .collect::<Result<_, _>>()?;
        let (computed, learned) = match spec.positions {
            PositionSpec::None => (None, None),
            PositionSpec::Computed { vectors, first } => {
                let table = Arc::new(Embedding::exact(vectors, dim, placement)?);
                (Some(Positions { table, first }), None)
            }
            PositionSpec::Learned { name, rows, first } => (None, Some((name, rows, first))),
        };
        let side = |stack: &StackSpec, tokens| {
            let name = |tensor: &str| format!("{}.{tensor}", stack.prefix);
            let positions = match learned {
                Some((table, rows, first)) => {
                    let vectors = checkpoint.matrix(&name(table), rows, dim)?.into_floats()?;
                    Some(Positions { table: Arc::new(Embedding::exact(vectors, dim, placement)?), first })
                }
                None => computed.clone(),
            };
            let relative = stack.relative.as_ref().map(|relative| {
                let heads = stack.layer.heads.count;
                let weight = checkpoint.matrix(&name(relative.name), relative.buckets.count, heads)?.into_floats()?;
                Ok::<_, Error>(RelativeBias::new(&weight, relative.buckets, heads))
            });
            let final_norm = stack.final_norm.map(|norm| loader.norm_times(&name(norm.name), norm.factor));
            Ok::<_, Error>(Side {
                tokens,
                scale: spec.embedding_scale,
                dim,
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
            placement: placement.clone(),
        })
    }

    /// The encoder's states of all sources, one source after the other, `[tokens, dim]`.
    fn read(&self, sources: &[&[u32]]) -> Result<(Tensor, Sources<'_>), Error> {
        let (side, placement) = (&self.encoder, &self.placement);
        let tokens: Vec<(u32, usize)> =
            sources.iter().flat_map(|source| source.iter().enumerate().map(|(position, id)| (*id, position))).collect();
        let sources = Sources::new(sources.iter().map(|source| source.len()), side.relative.as_ref(), placement)?;
        let mut x = side.enter(&tokens, placement)?;
        for layer in &self.encoder_layers {
            x = layer.forward(&x, &sources)?;
        }
        Ok((side.leave(x)?, sources))
    }
}

impl Seq2Seq for EncoderDecoder {
    fn encode(&self, sources: &[&[u32]]) -> Result<Box<dyn Decoding + '_>, Error> {
        let (states, sources) = self.read(sources)?;
        let projected = self.decoder_layers.iter().map(|layer| layer.source_memory(&states));
        let state = State::new(&sources, projected, &self.placement)?;
        Ok(Box::new(Targets { model: self, state, hidden: None }))
    }

    fn encoder_states(&self, source: &[u32]) -> Result<Matrix, Error> {
        matrix(&self.read(&[source])?.0)
    }

    fn info(&self) -> &ModelInfo {
        &self.info
    }
}

/// The targets of a batch, as far as they are written.
struct Targets<'model> {
    model: &'model EncoderDecoder,
    state: State,
    /// The decoder's states after the latest tokens, `[rows, dim]`.
    hidden: Option<Tensor>,
}

impl Decoding for Targets<'_> {
    fn step(&mut self, latest: &[u32]) -> Result<(), Error> {
        let EncoderDecoder { decoder, decoder_layers, placement, .. } = self.model;
        let bias = decoder.relative.as_ref();
        let position = self.state.begin(latest.len(), bias)?;
        let tokens: Vec<(u32, usize)> = latest.iter().map(|id| (*id, position)).collect();
        let mut x = decoder.enter(&tokens, placement)?;
        for (index, layer) in decoder_layers.iter().enumerate() {
            x = layer.step(&x, &mut self.state, (index, bias))?;
        }
        self.hidden = Some(decoder.leave(x)?);
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
