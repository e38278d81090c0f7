//! The CPU: loops over plain matrices.
//!
//! Every kernel processes each row by itself and in a fixed order, so a row's numbers are the same to the bit in any batch.
//! Nothing is padded. Results are computed in place where the caller gives its matrix away.

mod activation;
mod attention;
mod best;
mod cache;
mod embedding;
mod exponential;
mod linear;
mod norm;
mod rope;
mod simd;

use std::sync::Arc;

use self::activation::activate;
use self::cache::{KvCache, Rows, Sources};
use self::embedding::Embedding;
use self::linear::Linear;
use self::norm::Norm;
use self::rope::RopeTable;
use super::activation::Activation;
use super::heads::Heads;
use super::relative_bias::RelativeBias;
use super::rope::Rope;
use super::verbs::{Backend, KeysAndValues, Tokens};
use crate::neural::error::Error;
use crate::neural::matrix::Matrix;
use crate::neural::precision::WeightFormat;
use crate::neural::seq2seq::Best;
use crate::neural::weights::Weight;

pub(super) use self::best::BestOfRows;
pub use self::exponential::log_sum_exp;
pub use self::linear::int8_kernel;

/// Rows that go through a wide block together; see [`Backend::in_blocks`].
const BLOCK_ROWS: usize = 512;

/// The CPU, and the format that it holds weights in.
#[derive(Clone)]
pub(in crate::neural) struct Cpu {
    format: WeightFormat,
}

impl Cpu {
    /// The CPU, with weights in `format`.
    pub(in crate::neural) fn new(format: WeightFormat) -> Self {
        Self { format }
    }
}

impl Backend for Cpu {
    type Tensor = Matrix;
    type Linear = Linear;
    type Norm = Norm;
    type Embedding = Embedding;
    type PositionTable = Matrix;
    type Sources = Sources;
    type Rows = Rows;
    type KvCache = KvCache;
    type Bias = Arc<RelativeBias>;
    type RopeTable = RopeTable;

    fn linear(&self, weight: Weight, bias: Option<Vec<f32>>, shape: (usize, usize)) -> Result<Linear, Error> {
        Linear::new(weight, bias, shape, self.format)
    }

    fn embedding(&self, weight: Weight, dim: usize) -> Result<Embedding, Error> {
        Embedding::new(weight, dim, self.format)
    }

    fn position_table(&self, vectors: Vec<f32>, dim: usize) -> Result<Matrix, Error> {
        Ok(Matrix::new(vectors, dim))
    }

    fn layer_norm(&self, weight: Vec<f32>, bias: Vec<f32>, epsilon: f32) -> Result<Norm, Error> {
        Ok(Norm::new(weight, Some(bias), epsilon))
    }

    fn rms_norm(&self, weight: Vec<f32>, epsilon: f32) -> Result<Norm, Error> {
        Ok(Norm::new(weight, None, epsilon))
    }

    fn embed(&self, table: &Embedding, ids: &[u32], scale: f32) -> Result<Matrix, Error> {
        table.embed(ids, scale)
    }

    fn add_positions(&self, mut x: Matrix, table: &Matrix, positions: &[u32]) -> Result<Matrix, Error> {
        for (row, position) in x.iter_rows_mut().zip(positions) {
            let Some(vector) = table.row(*position as usize) else {
                return Err(Error::internal("a position is past the table"));
            };
            add_to(row, vector);
        }
        Ok(x)
    }

    fn apply(&self, linear: &Linear, x: &Matrix, activation: Activation) -> Result<Matrix, Error> {
        let mut y = linear.forward(x)?;
        activate(activation, y.values_mut());
        Ok(y)
    }

    fn outputs(&self, linear: &Linear, x: &Matrix) -> Result<Matrix, Error> {
        linear.forward(x)
    }

    fn best(&self, linear: &Linear, x: &Matrix, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        linear.best(x, count, without)
    }

    fn normalize(&self, norm: &Norm, x: &Matrix) -> Result<Matrix, Error> {
        Ok(norm.apply(x.clone()))
    }

    fn add_and_normalize(&self, norm: &Norm, x: Matrix, residual: &Matrix) -> Result<Matrix, Error> {
        Ok(norm.apply(self.add(x, residual)?))
    }

    fn normalize_heads(&self, norm: &Norm, x: Matrix) -> Result<Matrix, Error> {
        Ok(norm.apply(x))
    }

    fn add(&self, mut x: Matrix, y: &Matrix) -> Result<Matrix, Error> {
        add_to(x.values_mut(), y.values());
        Ok(x)
    }

    fn multiply(&self, mut x: Matrix, y: &Matrix) -> Result<Matrix, Error> {
        x.values_mut().iter_mut().zip(y.values()).for_each(|(x, y)| *x *= y);
        Ok(x)
    }

    fn activate(&self, activation: Activation, mut x: Matrix) -> Result<Matrix, Error> {
        activate(activation, x.values_mut());
        Ok(x)
    }

    fn blend(&self, share: Matrix, old: Option<&Matrix>, mut new: Matrix) -> Result<Matrix, Error> {
        let pairs = new.values_mut().iter_mut().zip(share.values());
        match old {
            Some(old) => {
                pairs.zip(old.values()).for_each(|((new, share), old)| *new = share * old + (1.0 - share) * *new);
            }
            None => pairs.for_each(|(new, share)| *new *= 1.0 - share),
        }
        Ok(new)
    }

    fn take_rows(&self, x: &Matrix, kept: &[usize]) -> Result<Matrix, Error> {
        let mut values = Vec::with_capacity(kept.len() * x.width());
        for row in kept {
            let row = x.values().chunks_exact(x.width().max(1)).nth(*row);
            values.extend_from_slice(row.ok_or_else(|| Error::internal("a row that does not exist was selected"))?);
        }
        Ok(Matrix::new(values, x.width()))
    }

    fn in_blocks(&self, x: &Matrix, mut map: impl FnMut(&Matrix) -> Result<Matrix, Error>) -> Result<Matrix, Error> {
        if x.rows() <= BLOCK_ROWS {
            return map(x);
        }
        let (mut values, mut width) = (Vec::new(), 0);
        for block in x.values().chunks(BLOCK_ROWS * x.width()) {
            let mapped = map(&Matrix::new(block.to_vec(), x.width()))?;
            values.extend_from_slice(mapped.values());
            width = mapped.width();
        }
        Ok(Matrix::new(values, width))
    }

    fn rope_table(&self, rope: &Rope, positions: &[usize]) -> Result<RopeTable, Error> {
        Ok(RopeTable::new(rope, positions))
    }

    fn rotate(&self, x: Matrix, table: &RopeTable) -> Result<Matrix, Error> {
        Ok(table.rotate(x))
    }

    fn to_matrix(&self, x: Matrix) -> Result<Matrix, Error> {
        Ok(x)
    }

    fn sources(&self, lengths: &[usize], prefix: usize) -> Result<Sources, Error> {
        Ok(Sources::new(lengths, prefix))
    }

    fn source_bias(&self, bias: &Arc<RelativeBias>, _: &Sources) -> Result<Arc<RelativeBias>, Error> {
        Ok(Arc::clone(bias))
    }

    fn step_bias(&self, bias: &Arc<RelativeBias>, _: usize) -> Result<Arc<RelativeBias>, Error> {
        Ok(Arc::clone(bias))
    }

    fn attend_within(
        &self,
        sources: &Sources,
        projected: &Matrix,
        heads: Heads,
        bias: Option<&Arc<RelativeBias>>,
    ) -> Result<Matrix, Error> {
        Ok(sources.attend(projected, heads, bias.map(Arc::as_ref)))
    }

    fn rows(&self, sources: &Sources) -> Result<Rows, Error> {
        Ok(Rows::new(sources))
    }

    fn source_lengths(&self, rows: &Rows) -> Vec<usize> {
        rows.source_lengths()
    }

    fn begin_step(&self, rows: &mut Rows, count: usize) -> Result<(), Error> {
        rows.begin_step(count)
    }

    fn kv_cache(&self, heads: Heads) -> KvCache {
        // Quantised weights lose more than half precision does.
        let half_precision = matches!(self.format, WeightFormat::Int8 | WeightFormat::GgufBlocks);
        KvCache::new(heads, half_precision)
    }

    fn kv_cache_after(&self, prefix: &KvCache) -> KvCache {
        prefix.after()
    }

    fn append(
        &self,
        cache: &mut KvCache,
        tokens: Tokens<'_, Sources, Rows>,
        keys_and_values: KeysAndValues<'_, Matrix>,
    ) -> Result<(), Error> {
        cache.append(tokens, keys_and_values);
        Ok(())
    }

    fn attend(
        &self,
        cache: &KvCache,
        tokens: Tokens<'_, Sources, Rows>,
        queries: &Matrix,
        bias: Option<&Arc<RelativeBias>>,
    ) -> Result<Matrix, Error> {
        Ok(cache.attend(tokens, queries, bias.map(Arc::as_ref)))
    }

    /// Caches stay as they are: rows know their places in them.
    fn select<'cache>(
        &self,
        rows: &mut Rows,
        _: impl Iterator<Item = &'cache mut KvCache>,
        kept: &[usize],
    ) -> Result<(), Error> {
        rows.select(kept)
    }
}

/// `x += y`.
fn add_to(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}
