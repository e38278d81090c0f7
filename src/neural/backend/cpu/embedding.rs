//! Tables of token embeddings on the CPU.

use super::linear::quantize_weight;
use crate::neural::error::Error;
use crate::neural::matrix::Matrix;
use crate::neural::precision::WeightFormat;
use crate::neural::weights::{GgufRows, Weight};

/// A table of embeddings that is looked up by token id.
pub(in crate::neural) struct Embedding {
    table: EmbeddingTable,
    rows: usize,
    dim: usize,
}

/// The embeddings by the format of their weights, `[rows, dim]`.
enum EmbeddingTable {
    Float(Vec<f32>),
    Int8 { values: Vec<i8>, scales: Vec<f32> },
    GgufBlocks(Vec<GgufRows>),
}

impl Embedding {
    /// The embedding table `[rows, dim]` of a checkpoint. Weights that are not in `format` are converted if it is int8, else held as
    /// floats.
    pub(super) fn new(weight: Weight, dim: usize, format: WeightFormat) -> Result<Self, Error> {
        let (table, rows) = match (format, weight) {
            (WeightFormat::Int8, weight) => {
                let (values, scales) = quantize_weight(weight, dim)?;
                let rows = scales.len();
                (EmbeddingTable::Int8 { values, scales }, rows)
            }
            (WeightFormat::FixedInt8, Weight::Int8 { values, scales, .. }) => {
                let rows = scales.len();
                (EmbeddingTable::Int8 { values, scales }, rows)
            }
            (WeightFormat::GgufBlocks, Weight::GgufBlocks { parts, .. }) => {
                let rows = parts.iter().map(|part| part.rows).sum();
                (EmbeddingTable::GgufBlocks(parts), rows)
            }
            (_, weight) => {
                let vectors = weight.into_floats()?;
                let rows = vectors.len() / dim.max(1);
                (EmbeddingTable::Float(vectors), rows)
            }
        };
        Ok(Self { table, rows, dim })
    }

    /// The embeddings of `token_ids`, times `scale`: `[tokens, dim]`.
    pub(super) fn embed(&self, token_ids: &[u32], scale: f32) -> Result<Matrix, Error> {
        let mut embeddings = Vec::with_capacity(token_ids.len() * self.dim);
        for token_id in token_ids {
            self.append(*token_id, scale, &mut embeddings)?;
        }
        Ok(Matrix::new(embeddings, self.dim))
    }

    /// Appends the embedding of `token_id`, times `scale`, to `embeddings`.
    fn append(&self, token_id: u32, scale: f32, embeddings: &mut Vec<f32>) -> Result<(), Error> {
        let row = token_id as usize;
        if row >= self.rows {
            // The first id comes from the configuration, so this need not be a mistake of the program.
            let reason = format!("token id {token_id} is past the vocabulary of {}", self.rows);
            return Err(Error::Config { reason });
        }
        let row_range = row * self.dim..(row + 1) * self.dim;
        match &self.table {
            EmbeddingTable::Float(floats) => embeddings.extend(floats[row_range].iter().map(|x| x * scale)),
            EmbeddingTable::Int8 { values, scales } => {
                embeddings.extend(values[row_range].iter().map(|x| f32::from(*x) * scales[row] * scale));
            }
            EmbeddingTable::GgufBlocks(parts) => {
                let mut row_in_part = row;
                for part in parts {
                    if row_in_part < part.rows {
                        embeddings.extend(part.row(row_in_part, self.dim)?.iter().map(|x| x * scale));
                        break;
                    }
                    row_in_part -= part.rows;
                }
            }
        }
        Ok(())
    }
}
