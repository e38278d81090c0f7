//! Candle's tensor operations, on padded blocks: the backend of every device but the CPU. It runs on the CPU as well, where
//! tests hold it against the other backend.
//!
//! A kernel of our own for a device would go where a composition of candle's operations is.

mod attention;
mod cache;
mod linear;
mod sources;
mod top;

use std::sync::Arc;

use candle_core::{DType, Device, Tensor};
use candle_nn::ops::{layer_norm, rms_norm};
use candle_nn::rotary_emb::rope_thd;

use self::cache::{KvCache, Rows};
use self::linear::Linear;
use self::sources::Sources;
use super::activation::Activation;
use super::heads::Heads;
use super::relative_bias::RelativeBias;
use super::rope::Rope;
use super::verbs::{Backend, KeysAndValues, Tokens};
use crate::neural::error::Error;
use crate::neural::matrix::Matrix;
use crate::neural::seq2seq::Best;
use crate::neural::weights::Weight;

/// Rows that go through a wide block together; see [`Backend::in_blocks`].
const BLOCK_ROWS: usize = 8192;

/// A device, and the numbers that tensors are held in there.
#[derive(Clone)]
pub(in crate::neural) struct Candle {
    device: Device,
    dtype: DType,
}

/// The weights of a normalisation over the last dimension.
pub(in crate::neural) struct Norm {
    /// `[dim]`.
    weight: Tensor,
    /// `[dim]`; layer normalisation has one, root mean square normalisation has none.
    bias: Option<Tensor>,
    epsilon: f32,
}

/// A table of vectors, `[rows, dim]`.
pub(in crate::neural) struct Embedding(Tensor);

/// Sines and cosines of the positions of some rows, `[rows, pairs]` each.
pub(in crate::neural) struct RopeTable {
    sines: Tensor,
    cosines: Tensor,
}

impl Candle {
    /// Tensors of floats on `device`.
    pub(in crate::neural) fn new(device: Device, dtype: DType) -> Self {
        Self { device, dtype }
    }

    /// `values` as a tensor of this shape.
    fn tensor(&self, values: Vec<f32>, shape: &[usize]) -> Result<Tensor, Error> {
        Ok(Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(self.dtype)?.to_device(&self.device)?)
    }

    /// What each head adds for `queries` queries from position `first` on, looking at the first `keys` keys:
    /// `[1, heads, queries, keys]`.
    fn bias(&self, bias: &RelativeBias, first: usize, (queries, keys): (usize, usize)) -> Result<Tensor, Error> {
        let positions = first..first + queries;
        let numbers: Vec<f32> =
            positions.flat_map(|query| (0..keys).flat_map(move |key| bias.at(query, key).iter().copied())).collect();
        let heads = numbers.len() / (queries * keys).max(1);
        let biases = Tensor::from_vec(numbers, (1, queries, keys, heads), &Device::Cpu)?;
        Ok(biases.permute((0, 3, 1, 2))?.contiguous()?.to_device(&self.device)?.to_dtype(self.dtype)?)
    }
}

impl Norm {
    /// Statistics are in 32 bits whatever the numbers are held in: squares of half-precision numbers overflow.
    fn apply(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        match &self.bias {
            Some(bias) => layer_norm(x, &self.weight, bias, self.epsilon),
            None => rms_norm(x, &self.weight, self.epsilon),
        }
    }
}

/// `x` with `activation` applied to every number.
fn activated(activation: Activation, x: Tensor) -> candle_core::Result<Tensor> {
    match activation {
        Activation::Identity => Ok(x),
        Activation::Relu => x.relu(),
        Activation::Gelu => x.gelu_erf(),
        Activation::GeluTanh => x.gelu(),
        Activation::Silu => x.silu(),
        Activation::Tanh => x.tanh(),
        Activation::Sigmoid => candle_nn::ops::sigmoid(&x),
    }
}

impl Backend for Candle {
    type Tensor = Tensor;
    type Linear = Linear;
    type Norm = Norm;
    type Embedding = Embedding;
    type PositionTable = Embedding;
    type Sources = Sources;
    type Rows = Rows;
    type KvCache = KvCache;
    type Bias = Tensor;
    type RopeTable = RopeTable;

    fn linear(
        &self,
        weight: Weight,
        bias: Option<Vec<f32>>,
        (outputs, inputs): (usize, usize),
    ) -> Result<Linear, Error> {
        let tensor = |values: Vec<f32>, shape: &[usize]| self.tensor(values, shape);
        Linear::new(weight.into_floats()?, bias, (outputs, inputs), tensor)
    }

    fn embedding(&self, weight: Weight, dim: usize) -> Result<Embedding, Error> {
        self.position_table(weight.into_floats()?, dim)
    }

    fn position_table(&self, vectors: Vec<f32>, dim: usize) -> Result<Embedding, Error> {
        let rows = vectors.len() / dim.max(1);
        Ok(Embedding(self.tensor(vectors, &[rows, dim])?))
    }

    fn layer_norm(&self, weight: Vec<f32>, bias: Vec<f32>, epsilon: f32) -> Result<Norm, Error> {
        let dim = weight.len();
        Ok(Norm { weight: self.tensor(weight, &[dim])?, bias: Some(self.tensor(bias, &[dim])?), epsilon })
    }

    fn rms_norm(&self, weight: Vec<f32>, epsilon: f32) -> Result<Norm, Error> {
        let dim = weight.len();
        Ok(Norm { weight: self.tensor(weight, &[dim])?, bias: None, epsilon })
    }

    fn embed(&self, table: &Embedding, ids: &[u32], scale: f32) -> Result<Tensor, Error> {
        let rows = table.0.dim(0)?;
        if let Some(id) = ids.iter().find(|id| **id as usize >= rows) {
            return Err(Error::Config { reason: format!("token id {id} is past the vocabulary of {rows}") });
        }
        let vectors = table.0.index_select(&Tensor::new(ids, &self.device)?, 0)?;
        Ok(if scale == 1.0 { vectors } else { vectors.affine(f64::from(scale), 0.0)? })
    }

    fn add_positions(&self, x: Tensor, table: &Embedding, positions: &[u32]) -> Result<Tensor, Error> {
        Ok(x.add(&table.0.index_select(&Tensor::new(positions, &self.device)?, 0)?)?)
    }

    fn apply(&self, linear: &Linear, x: &Tensor, activation: Activation) -> Result<Tensor, Error> {
        Ok(activated(activation, linear.forward(x)?)?)
    }

    fn outputs(&self, linear: &Linear, x: &Tensor) -> Result<Matrix, Error> {
        self.to_matrix(linear.forward(x)?)
    }

    fn best(&self, linear: &Linear, x: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>, Error> {
        linear.best(x, count, without)
    }

    fn normalize(&self, norm: &Norm, x: &Tensor) -> Result<Tensor, Error> {
        Ok(norm.apply(x)?)
    }

    fn add_and_normalize(&self, norm: &Norm, x: Tensor, residual: &Tensor) -> Result<Tensor, Error> {
        Ok(norm.apply(&x.add(residual)?)?)
    }

    fn normalize_heads(&self, norm: &Norm, x: Tensor) -> Result<Tensor, Error> {
        let (rows, dim) = x.dims2()?;
        let head_dim = norm.weight.dim(0)?;
        Ok(norm.apply(&x.reshape((rows * dim / head_dim.max(1), head_dim))?)?.reshape((rows, dim))?)
    }

    fn add(&self, x: Tensor, y: &Tensor) -> Result<Tensor, Error> {
        Ok(x.add(y)?)
    }

    fn multiply(&self, x: Tensor, y: &Tensor) -> Result<Tensor, Error> {
        Ok(x.mul(y)?)
    }

    fn activate(&self, activation: Activation, x: Tensor) -> Result<Tensor, Error> {
        Ok(activated(activation, x)?)
    }

    fn blend(&self, share: Tensor, old: Option<&Tensor>, new: Tensor) -> Result<Tensor, Error> {
        let new = new.mul(&share.affine(-1.0, 1.0)?)?;
        match old {
            Some(old) => Ok(share.mul(old)?.add(&new)?),
            None => Ok(new),
        }
    }

    fn take_rows(&self, x: &Tensor, kept: &[usize]) -> Result<Tensor, Error> {
        let rows = x.dim(0)?;
        let kept: Option<Vec<u32>> = kept.iter().map(|row| u32::try_from(*row).ok().filter(|_| *row < rows)).collect();
        let kept = kept.ok_or_else(|| Error::internal("a row that does not exist was selected"))?;
        Ok(x.index_select(&Tensor::new(kept.as_slice(), &self.device)?, 0)?)
    }

    fn in_blocks(&self, x: &Tensor, mut map: impl FnMut(&Tensor) -> Result<Tensor, Error>) -> Result<Tensor, Error> {
        let rows = x.dim(0)?;
        if rows <= BLOCK_ROWS {
            return map(x);
        }
        let mut blocks = Vec::with_capacity(rows.div_ceil(BLOCK_ROWS));
        for first in (0..rows).step_by(BLOCK_ROWS) {
            blocks.push(map(&x.narrow(0, first, BLOCK_ROWS.min(rows - first))?)?);
        }
        Ok(Tensor::cat(&blocks, 0)?)
    }

    fn rope_table(&self, rope: &Rope, positions: &[usize]) -> Result<RopeTable, Error> {
        let (sines, cosines) = rope.sines_and_cosines(positions).unzip();
        let shape = [positions.len(), rope.pairs()];
        Ok(RopeTable { sines: self.tensor(sines, &shape)?, cosines: self.tensor(cosines, &shape)? })
    }

    fn rotate(&self, x: Tensor, RopeTable { sines, cosines }: &RopeTable) -> Result<Tensor, Error> {
        let (rows, dim) = x.dims2()?;
        let head_dim = 2 * sines.dim(1)?;
        let heads = x.reshape((1, rows, dim / head_dim.max(1), head_dim))?;
        Ok(rope_thd(&heads, cosines, sines)?.reshape((rows, dim))?)
    }

    fn to_matrix(&self, x: Tensor) -> Result<Matrix, Error> {
        let width = x.dim(1)?;
        Ok(Matrix::new(x.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?, width))
    }

    fn sources(&self, lengths: &[usize], prefix: usize) -> Result<Sources, Error> {
        Ok(Sources::new(lengths, prefix, self.dtype, &self.device)?)
    }

    fn source_bias(&self, bias: &Arc<RelativeBias>, sources: &Sources) -> Result<Tensor, Error> {
        self.bias(bias, 0, (sources.longest(), sources.longest()))
    }

    fn step_bias(&self, bias: &Arc<RelativeBias>, position: usize) -> Result<Tensor, Error> {
        self.bias(bias, position, (1, position + 1))
    }

    fn attend_within(
        &self,
        sources: &Sources,
        projected: &Tensor,
        heads: Heads,
        bias: Option<&Tensor>,
    ) -> Result<Tensor, Error> {
        Ok(sources.attend(projected, heads, bias)?)
    }

    fn rows(&self, sources: &Sources) -> Result<Rows, Error> {
        Ok(Rows::new(sources)?)
    }

    fn source_lengths(&self, rows: &Rows) -> Vec<usize> {
        rows.source_lengths()
    }

    fn begin_step(&self, rows: &mut Rows, count: usize) -> Result<(), Error> {
        rows.begin_step(count)
    }

    fn kv_cache(&self, heads: Heads) -> KvCache {
        KvCache::new(heads)
    }

    fn kv_cache_after(&self, prefix: &KvCache) -> KvCache {
        prefix.after()
    }

    fn append(
        &self,
        cache: &mut KvCache,
        tokens: Tokens<'_, Sources, Rows>,
        keys_and_values: KeysAndValues<'_, Tensor>,
    ) -> Result<(), Error> {
        Ok(cache.append(tokens, keys_and_values)?)
    }

    fn attend(
        &self,
        cache: &KvCache,
        tokens: Tokens<'_, Sources, Rows>,
        queries: &Tensor,
        bias: Option<&Tensor>,
    ) -> Result<Tensor, Error> {
        cache.attend(tokens, queries, bias)
    }

    fn select<'cache>(
        &self,
        rows: &mut Rows,
        caches: impl Iterator<Item = &'cache mut KvCache>,
        kept: &[usize],
    ) -> Result<(), Error> {
        let selection = rows.select(kept)?;
        for cache in caches {
            cache.select(&selection)?;
        }
        Ok(())
    }
}
