//! Tables of token vectors on the CPU.

use super::linear::quantize_weight;
use crate::neural::error::Error;
use crate::neural::matrix::Matrix;
use crate::neural::precision::WeightFormat;
use crate::neural::weights::{GgufRows, Weight};

/// A table of vectors that is looked up by token.
pub(in crate::neural) struct Embedding {
    table: Table,
    rows: usize,
    dim: usize,
}

/// The vectors, `[rows, dim]`.
enum Table {
    Float(Vec<f32>),
    Int8 { values: Vec<i8>, scales: Vec<f32> },
    GgufBlocks(Vec<GgufRows>),
}

impl Embedding {
    /// The table `[rows, dim]` of a checkpoint. Weights that are not in `format` are converted if it is int8, else held as
    /// floats.
    pub(super) fn new(weight: Weight, dim: usize, format: WeightFormat) -> Result<Self, Error> {
        let (table, rows) = match (format, weight) {
            (WeightFormat::Int8, weight) => {
                let (values, scales) = quantize_weight(weight, dim)?;
                let rows = scales.len();
                (Table::Int8 { values, scales }, rows)
            }
            (WeightFormat::GgufBlocks, Weight::GgufBlocks { parts, .. }) => {
                let rows = parts.iter().map(|part| part.rows).sum();
                (Table::GgufBlocks(parts), rows)
            }
            (_, weight) => {
                let vectors = weight.into_floats()?;
                let rows = vectors.len() / dim.max(1);
                (Table::Float(vectors), rows)
            }
        };
        Ok(Self { table, rows, dim })
    }

    /// The vectors of `ids`, times `scale`: `[ids, dim]`.
    pub(super) fn embed(&self, ids: &[u32], scale: f32) -> Result<Matrix, Error> {
        let mut vectors = Vec::with_capacity(ids.len() * self.dim);
        for id in ids {
            self.extend(&mut vectors, *id, scale)?;
        }
        Ok(Matrix::new(vectors, self.dim))
    }

    /// Appends the vector of `id`, times `scale`, to `out`.
    fn extend(&self, out: &mut Vec<f32>, id: u32, scale: f32) -> Result<(), Error> {
        let row = id as usize;
        if row >= self.rows {
            // The first id comes from the configuration, so this need not be a mistake of the program.
            let reason = format!("token id {id} is past the vocabulary of {}", self.rows);
            return Err(Error::Config { reason });
        }
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
        }
        Ok(())
    }
}
