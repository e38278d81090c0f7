//! The weights of one matrix or vector, in the form that the file stores them.

use std::sync::Arc;

use candle_core::CpuStorage;
use candle_core::quantized::QuantizedType;

use crate::neural::error::Error;

/// Rows of a matrix that are kept and multiplied together: what a batch makes of them stays in the cache while it is
/// searched for the largest logits.
pub(in crate::neural) const BLOCK: usize = 2048;

/// A matrix of weights, `[rows, columns]` in row-major order, or a vector, which has one row.
#[derive(Debug)]
pub(in crate::neural) enum Weight {
    /// Weights as 32-bit floats.
    Float(Vec<f32>),
    /// 8-bit integers: a weight is its integer times the scale of its row.
    Int8 {
        /// The integers, `[rows, columns]`.
        values: Vec<i8>,
        /// The scales of the rows, `[rows]`.
        scales: Vec<f32>,
        /// What the inputs of each row are multiplied by to become 8-bit integers, `[rows]`; `None` if the file does not fix that.
        input_multipliers: Option<Vec<f32>>,
    },
    /// Quantised blocks of a GGUF file.
    GgufBlocks {
        /// The rows from top to bottom, at most [`BLOCK`] in each part.
        parts: Vec<GgufRows>,
        /// Weights in a row.
        columns: usize,
    },
}

impl Weight {
    /// `weights` on top of each other. All must have the same number of columns.
    pub(in crate::neural) fn stacked(weights: Vec<Self>) -> Result<Self, Error> {
        if let [Self::GgufBlocks { columns, .. }, ..] = weights.as_slice()
            && weights.iter().all(|weight| matches!(weight, Self::GgufBlocks { .. }))
        {
            let columns = *columns;
            let parts = weights.into_iter().flat_map(|weight| match weight {
                Self::GgufBlocks { parts, .. } => parts,
                _ => Vec::new(),
            });
            return Ok(Self::GgufBlocks { parts: parts.collect(), columns });
        }
        let all_int8 = weights.iter().all(|weight| matches!(weight, Self::Int8 { .. }));
        let (mut all_values, mut all_scales, mut floats) = (Vec::new(), Vec::new(), Vec::new());
        let mut all_multipliers = Some(Vec::new());
        for weight in weights {
            match weight {
                Self::Int8 { values, scales, input_multipliers } if all_int8 => {
                    all_values.extend(values);
                    all_scales.extend(scales);
                    all_multipliers = all_multipliers.zip(input_multipliers).map(|(all, more)| [all, more].concat());
                }
                weight => floats.extend(weight.into_floats()?),
            }
        }
        Ok(if all_int8 {
            Self::Int8 { values: all_values, scales: all_scales, input_multipliers: all_multipliers }
        } else {
            Self::Float(floats)
        })
    }

    /// The same matrix of `columns` columns with a row of zeros below it.
    pub(in crate::neural) fn with_zero_row(self, columns: usize) -> Result<Self, Error> {
        Ok(match self {
            Self::Int8 { mut values, mut scales, input_multipliers: _ } => {
                values.resize(values.len() + columns, 0);
                scales.push(1.0);
                Self::Int8 { values, scales, input_multipliers: None }
            }
            weight => {
                let mut floats = weight.into_floats()?;
                floats.resize(floats.len() + columns, 0.0);
                Self::Float(floats)
            }
        })
    }

    /// A second handle to the same weights; `None` where that would copy them.
    pub(in crate::neural) fn shared(&self) -> Option<Self> {
        match self {
            Self::GgufBlocks { parts, columns } => Some(Self::GgufBlocks { parts: parts.clone(), columns: *columns }),
            Self::Float(_) | Self::Int8 { .. } => None,
        }
    }

    /// The weights as floats; integers and blocks are multiplied out.
    pub(in crate::neural) fn into_floats(self) -> Result<Vec<f32>, Error> {
        Ok(match self {
            Self::Float(floats) => floats,
            Self::Int8 { values, scales, .. } => {
                let columns = values.len() / scales.len().max(1);
                let rows = values.chunks(columns.max(1)).zip(&scales);
                rows.flat_map(|(row, scale)| row.iter().map(move |integer| f32::from(*integer) * scale)).collect()
            }
            Self::GgufBlocks { parts, columns } => {
                let mut floats = Vec::new();
                for part in parts {
                    floats.extend(part.to_floats(columns)?);
                }
                floats
            }
        })
    }
}

/// Rows of a matrix in the quantised blocks of a GGUF file. Clones share the blocks.
#[derive(Clone)]
pub(in crate::neural) struct GgufRows {
    /// How many rows of the matrix these are.
    pub(in crate::neural) rows: usize,
    /// Their blocks, row after row. A block holds a few bits for each number, and scales.
    pub(in crate::neural) blocks: Arc<dyn QuantizedType>,
}

impl std::fmt::Debug for GgufRows {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} rows of {:?}", self.rows, self.blocks.dtype())
    }
}

impl GgufRows {
    /// All weights of these rows as floats, `[rows, columns]`.
    pub(in crate::neural) fn to_floats(&self, columns: usize) -> candle_core::Result<Vec<f32>> {
        dequantized(&*self.blocks, self.rows * columns)
    }

    /// The weights of one row as floats. A row that does not exist is an error.
    pub(in crate::neural) fn row(&self, row: usize, columns: usize) -> candle_core::Result<Vec<f32>> {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        into_f32(self.blocks.embedding(&[row], self.rows, columns)?)
    }
}

/// The first `count` numbers of `blocks` as floats.
pub(super) fn dequantized(blocks: &dyn QuantizedType, count: usize) -> candle_core::Result<Vec<f32>> {
    into_f32(blocks.dequantize(count)?)
}

fn into_f32(storage: CpuStorage) -> candle_core::Result<Vec<f32>> {
    match storage {
        CpuStorage::F32(numbers) => Ok(numbers),
        _ => Err(candle_core::Error::Msg("expected 32-bit floats".into())),
    }
}
