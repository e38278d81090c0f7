//! An encoder and a decoder, whatever family they are of: the blocks put together to a [`Seq2Seq`].
//!
//! Families read their configurations and weights (`bart.rs`, `t5.rs`) and hand over the parts; what a family lacks is
//! `None` here.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{DType, Tensor};

use super::linear::{Embedding, Linear, placed};
use super::ops::{Norm, RelativeBias};
use super::state::State;
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
    /// `[rows, dim]`.
    pub(super) table: Arc<Vec<f32>>,
    /// The row of the first position.
    pub(super) first: usize,
}

impl Side {
    /// Appends the vector of `id` at `position` to `out`.
    fn embed(&self, out: &mut Vec<f32>, id: u32, position: usize) -> Result<(), Error> {
        let start = out.len();
        self.tokens.extend(out, id, self.scale)?;
        let Some(positions) = &self.positions else { return Ok(()) };
        let row = positions.first + position;
        let reason = || Error::Config { reason: format!("position {position} is past max_position_embeddings") };
        let vector = positions.table.get(row * self.dim..(row + 1) * self.dim).ok_or_else(reason)?;
        for (out, position) in out[start..].iter_mut().zip(vector) {
            *out += position;
        }
        Ok(())
    }

    /// The vectors `[tokens, dim]` as the first layer reads them.
    fn enter(&self, vectors: Vec<f32>, placement: &Placement) -> Result<Tensor, Error> {
        let tokens = vectors.len() / self.dim.max(1);
        let x = placed(vectors, &[tokens, self.dim], placement)?;
        self.embedding_norm.as_ref().map_or_else(|| Ok(x.clone()), |norm| norm.of(&x))
    }

    /// What comes out, from the result of the last layer.
    fn leave(&self, x: Tensor) -> Result<Tensor, Error> {
        self.final_norm.as_ref().map_or_else(|| Ok(x.clone()), |norm| norm.of(&x))
    }
}

impl EncoderDecoder {
    /// The encoder's states of all sources below each other, `[tokens, dim]`, and the places of each source.
    fn read(&self, sources: &[&[u32]]) -> Result<(Tensor, Vec<Range<usize>>), Error> {
        let tokens = sources.iter().map(|source| source.len()).sum();
        let mut vectors = Vec::with_capacity(tokens * self.encoder.dim);
        let (mut places, mut source_of_token) = (Vec::with_capacity(sources.len()), Vec::with_capacity(tokens));
        for source in sources {
            let start = source_of_token.len();
            let place = start..start + source.len();
            for (position, id) in source.iter().enumerate() {
                self.encoder.embed(&mut vectors, *id, position)?;
                source_of_token.push(place.clone());
            }
            places.push(place);
        }
        let mut x = self.encoder.enter(vectors, &self.placement)?;
        for layer in &self.encoder_layers {
            x = layer.forward(&x, &source_of_token, self.encoder.relative.as_ref())?;
        }
        Ok((self.encoder.leave(x)?, places))
    }
}

impl Seq2Seq for EncoderDecoder {
    fn encoder_states(&self, source: &[u32]) -> Result<Tensor, Error> {
        Ok(self.read(&[source])?.0)
    }

    fn encode(&self, sources: &[&[u32]]) -> Result<State, Error> {
        let (states, places) = self.read(sources)?;
        let memory = self.decoder_layers.iter().map(|layer| layer.source_memory(&states));
        Ok(State::new(memory.collect::<Result<_, _>>()?, places))
    }

    fn step(&self, state: &mut State, latest: &[u32]) -> Result<Tensor, Error> {
        let mut vectors = Vec::with_capacity(latest.len() * self.decoder.dim);
        for (place, (id, row)) in latest.iter().zip(&mut state.rows).enumerate() {
            self.decoder.embed(&mut vectors, *id, state.position)?;
            row.path.push(place);
        }
        let mut x = self.decoder.enter(vectors, &self.placement)?;
        for (index, layer) in self.decoder_layers.iter().enumerate() {
            x = layer.step(&x, state, index, self.decoder.relative.as_ref())?;
        }
        state.position += 1;
        self.decoder.leave(x)
    }

    fn logits(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        let logits = self.output.forward(hidden)?;
        Ok(if logits.dtype() == DType::F32 { logits } else { logits.to_dtype(DType::F32)? })
    }

    fn best(&self, hidden: &Tensor, count: usize) -> Result<Vec<Best>, Error> {
        self.output.best(hidden, count)
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }
}
