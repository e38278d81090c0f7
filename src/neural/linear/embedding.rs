//! Tables of vectors, looked up by token id or position.

use candle_core::Tensor;

use super::int8::quantize_weight;
use crate::neural::weights::{GgufRows, Weight};
use crate::neural::{Error, Placement, WeightFormat};

/// A table of vectors, looked up by token id or position.
pub(in crate::neural) struct Embedding {
    table: Table,
    rows: usize,
    dim: usize,
}

enum Table {
    Float(Vec<f32>),
    Int8 {
        values: Vec<i8>,
        scales: Vec<f32>,
    },
    GgufBlocks(Vec<GgufRows>),
    /// `[rows, dim]`.
    Tensor(Tensor),
}

impl Embedding {
    /// The table `[rows, dim]` of a checkpoint, in the format of `placement`.
    pub(in crate::neural) fn new(weight: Weight, dim: usize, placement: &Placement) -> Result<Self, Error> {
        match (placement.format(), weight) {
            (WeightFormat::Int8, weight) => {
                let (values, scales) = quantize_weight(weight, dim)?;
                Ok(Self { rows: scales.len(), table: Table::Int8 { values, scales }, dim })
            }
            (WeightFormat::GgufBlocks, Weight::GgufBlocks { parts, .. }) => {
                Ok(Self { rows: parts.iter().map(|part| part.rows).sum(), table: Table::GgufBlocks(parts), dim })
            }
            (_, weight) => Self::exact(weight.into_floats()?, dim, placement),
        }
    }

    /// The table `[rows, dim]` in floats, whatever the format of other weights is.
    pub(in crate::neural) fn exact(values: Vec<f32>, dim: usize, placement: &Placement) -> Result<Self, Error> {
        let rows = values.len() / dim.max(1);
        let table = if placement.computes_in_tensors() {
            Table::Tensor(placement.tensor(values, &[rows, dim])?)
        } else {
            Table::Float(values)
        };
        Ok(Self { table, rows, dim })
    }

    /// True if the table has a vector for `id`.
    pub(in crate::neural) fn has(&self, id: u32) -> bool {
        (id as usize) < self.rows
    }

    /// The vectors of `ids`, `[ids, dim]`, of a table that is a tensor. An id past the table is an error.
    pub(in crate::neural) fn select(&self, ids: &[u32]) -> Result<Tensor, Error> {
        ids.iter().try_for_each(|id| self.check(*id))?;
        match &self.table {
            Table::Tensor(table) => Ok(table.index_select(&Tensor::new(ids, table.device())?, 0)?),
            Table::Float(_) | Table::Int8 { .. } | Table::GgufBlocks(_) => Err(elsewhere()),
        }
    }

    /// Appends the vector of `id`, times `scale`, to `out`. An id past the table is an error.
    pub(in crate::neural) fn extend(&self, out: &mut Vec<f32>, id: u32, scale: f32) -> Result<(), Error> {
        self.check(id)?;
        let row = id as usize;
        let range = row * self.dim..(row + 1) * self.dim;
        match &self.table {
            Table::Float(values) => out.extend(values[range].iter().map(|value| value * scale)),
            Table::Int8 { values, scales } => {
                out.extend(values[range].iter().map(|value| f32::from(*value) * scales[row] * scale));
            }
            Table::GgufBlocks(parts) => {
                let mut rest = row;
                for part in parts {
                    if rest < part.rows {
                        out.extend(part.row(rest, self.dim)?.iter().map(|value| value * scale));
                        break;
                    }
                    rest -= part.rows;
                }
            }
            Table::Tensor(_) => return Err(elsewhere()),
        }
        Ok(())
    }

    /// Adds the vector of `id` to `out`, from a table of floats. An id past the table is an error.
    pub(in crate::neural) fn add(&self, out: &mut [f32], id: u32) -> Result<(), Error> {
        self.check(id)?;
        let Table::Float(values) = &self.table else { return Err(elsewhere()) };
        let vector = &values[id as usize * self.dim..][..self.dim];
        out.iter_mut().zip(vector).for_each(|(out, value)| *out += value);
        Ok(())
    }

    /// The first id comes from the configuration, so this need not be a mistake of the program.
    fn check(&self, id: u32) -> Result<(), Error> {
        let reason = || format!("token id {id} is past the vocabulary of {}", self.rows);
        if self.has(id) { Ok(()) } else { Err(Error::Config { reason: reason() }) }
    }
}

/// A table that is not where it was looked for.
fn elsewhere() -> Error {
    Error::internal("the weights are on another device")
}
