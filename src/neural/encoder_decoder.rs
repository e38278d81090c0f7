//! An encoder and a decoder, whatever family they are of: the blocks put together to a [`Seq2Seq`].
//!
//! Families read their configurations and weights (`bart.rs`, `t5.rs`) and hand over the parts; what a family lacks is
//! `None` here.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::linear::{Embedding, Linear};
use super::ops::{Norm, RelativeBias};
use super::state::{Sources, State};
use super::transformer::{DecoderLayer, EncoderLayer};
use super::{Best, Error, Limits, Placement, Seq2Seq};

/// The largest number that a dimension of a configuration may have: far above any model, far below an allocation that
/// brings the machine down.
const LARGEST: usize = 1 << 20;

/// Refuses a configuration that cannot be, by the name of the field.
pub(super) fn check_dimensions(dimensions: &[(&str, usize)]) -> Result<(), Error> {
    match dimensions.iter().find(|(_, value)| !(1..=LARGEST).contains(value)) {
        Some((name, value)) => Err(Error::Config { reason: format!("{name} is {value}, expected 1 to {LARGEST}") }),
        None => Ok(()),
    }
}

/// A model of any family.
pub(super) struct EncoderDecoder {
    pub(super) encoder: Side,
    pub(super) decoder: Side,
    pub(super) encoder_layers: Vec<EncoderLayer>,
    pub(super) decoder_layers: Vec<DecoderLayer>,
    /// `[vocab, dim]`, and the final bias of the logits where there is one.
    pub(super) output: Linear,
    pub(super) limits: Limits,
    pub(super) placement: Placement,
}

/// What stands before and after the layers of the encoder or the decoder.
pub(super) struct Side {
    /// The table is shared where the checkpoint ties it.
    pub(super) tokens: Arc<Embedding>,
    /// What the tokens' vectors are multiplied by.
    pub(super) scale: f32,
    pub(super) dim: usize,
    /// What is added to the tokens' vectors.
    pub(super) positions: Option<Positions>,
    /// Of the sum of both.
    pub(super) embedding_norm: Option<Norm>,
    /// What the layers add to scores by distance.
    pub(super) relative: Option<RelativeBias>,
    /// Of what comes out of the last layer.
    pub(super) final_norm: Option<Norm>,
}

/// A vector for each position.
#[derive(Clone)]
pub(super) struct Positions {
    pub(super) table: Arc<Embedding>,
    /// The row of the first position.
    pub(super) first: usize,
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
    /// The encoder's states of all sources below each other, `[tokens, dim]`.
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
    fn encoder_states(&self, source: &[u32]) -> Result<Tensor, Error> {
        Ok(self.read(&[source])?.0)
    }

    fn encode(&self, sources: &[&[u32]]) -> Result<State, Error> {
        let (states, sources) = self.read(sources)?;
        State::new(&sources, self.decoder_layers.iter().map(|layer| layer.source_memory(&states)), &self.placement)
    }

    fn step(&self, state: &mut State, latest: &[u32]) -> Result<Tensor, Error> {
        let bias = self.decoder.relative.as_ref();
        let position = state.begin(latest.len(), bias)?;
        let tokens: Vec<(u32, usize)> = latest.iter().map(|id| (*id, position)).collect();
        let mut x = self.decoder.enter(&tokens, &self.placement)?;
        for (index, layer) in self.decoder_layers.iter().enumerate() {
            x = layer.step(&x, state, (index, bias))?;
        }
        self.decoder.leave(x)
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
