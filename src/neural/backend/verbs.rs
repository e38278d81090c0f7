//! The verbs of a backend. Models are written in them once, and run on every backend.

use std::sync::Arc;

use super::activation::Activation;
use super::heads::Heads;
use super::relative_bias::RelativeBias;
use super::rope::Rope;
use crate::neural::error::Error;
use crate::neural::matrix::Matrix;
use crate::neural::seq2seq::Best;
use crate::neural::weights::Weight;

/// What a model computes with. One is chosen when a model is loaded.
///
/// Tensors have two dimensions, `[rows, width]`. The tokens of all sources of a batch lie one after the other, without
/// padding: `[tokens, dim]`. A step of decoding has one row for each hypothesis: `[rows, dim]`.
///
/// Verbs that compute fail with [`Error::Compute`] or [`Error::OutOfMemory`].
pub(in crate::neural) trait Backend: Clone + Send + Sync + 'static {
    /// Activations, `[rows, width]`.
    type Tensor: Clone;
    /// An affine map (a linear layer), with its weights packed.
    type Linear: Send + Sync;
    /// The weights of a normalisation.
    type Norm: Send + Sync;
    /// A table of vectors that is looked up by token.
    type Embedding: Send + Sync;
    /// A table of vectors that is looked up by position.
    type PositionTable: Send + Sync;
    /// Where the tokens of each source of a batch are.
    type Sources;
    /// The hypotheses of a search: the source of each, and its place in every step.
    type Rows;
    /// Keys and values of one attention block, in segments: those of the sources, then those of each step. Either may
    /// be missing: cross-attention has no steps, the self-attention of an encoder-decoder has no sources.
    type KvCache: Send + Sync;
    /// What each head adds to attention scores by distance, for certain queries.
    type Bias;
    /// The rotations of certain positions.
    type RopeTable;

    /// The linear layer with weights `[outputs, inputs]`, the layout of every checkpoint, and a bias of `outputs` numbers.
    fn linear(&self, weight: Weight, bias: Option<Vec<f32>>, shape: (usize, usize)) -> Result<Self::Linear, Error>;

    /// The embedding table `[rows, dim]` of a checkpoint.
    fn embedding(&self, weight: Weight, dim: usize) -> Result<Self::Embedding, Error>;

    /// The table of position vectors, `[positions, dim]`. It is not quantised.
    fn position_table(&self, vectors: Vec<f32>, dim: usize) -> Result<Self::PositionTable, Error>;

    /// Layer normalisation with weight and bias of `[dim]` each (Ba, Kiros and Hinton, 2016).
    fn layer_norm(&self, weight: Vec<f32>, bias: Vec<f32>, epsilon: f32) -> Result<Self::Norm, Error>;

    /// Root mean square normalisation with weight `[dim]` (Zhang and Sennrich, 2019).
    fn rms_norm(&self, weight: Vec<f32>, epsilon: f32) -> Result<Self::Norm, Error>;

    /// The embeddings of `token_ids`, times `scale`: `[tokens, dim]`. An id past the table is [`Error::Config`].
    fn embed(&self, table: &Self::Embedding, token_ids: &[u32], scale: f32) -> Result<Self::Tensor, Error>;

    /// Adds the position vectors at `positions`, one for each row of `x`. All must be in the table.
    fn add_positions(
        &self,
        x: Self::Tensor,
        table: &Self::PositionTable,
        positions: &[u32],
    ) -> Result<Self::Tensor, Error>;

    /// `activation(x Wᵀ + b)`, `[rows, inputs]` → `[rows, outputs]`.
    fn apply(&self, linear: &Self::Linear, x: &Self::Tensor, activation: Activation) -> Result<Self::Tensor, Error>;

    /// `x Wᵀ + b`, as floats in main memory, `[rows, outputs]`.
    fn outputs(&self, linear: &Self::Linear, x: &Self::Tensor) -> Result<Matrix, Error>;

    /// The `count` largest outputs of each row. The outputs `without[row]` count as negative infinity.
    fn best(
        &self,
        linear: &Self::Linear,
        x: &Self::Tensor,
        count: usize,
        without: &[Vec<u32>],
    ) -> Result<Vec<Best>, Error>;

    /// The normalised rows of `x`.
    fn normalize(&self, norm: &Self::Norm, x: &Self::Tensor) -> Result<Self::Tensor, Error>;

    /// The normalised rows of `x + residual`.
    fn add_and_normalize(
        &self,
        norm: &Self::Norm,
        x: Self::Tensor,
        residual: &Self::Tensor,
    ) -> Result<Self::Tensor, Error>;

    /// The heads of `x` `[rows, heads * head_dim]`, each normalised by itself; the norm's weight is `[head_dim]`.
    fn normalize_heads(&self, norm: &Self::Norm, x: Self::Tensor) -> Result<Self::Tensor, Error>;

    /// `x + y`, element by element.
    fn add(&self, x: Self::Tensor, y: &Self::Tensor) -> Result<Self::Tensor, Error>;

    /// `x * y`, element by element.
    fn multiply(&self, x: Self::Tensor, y: &Self::Tensor) -> Result<Self::Tensor, Error>;

    /// `activation(x)`.
    fn activate(&self, activation: Activation, x: Self::Tensor) -> Result<Self::Tensor, Error>;

    /// `share * old + (1 - share) * new`, element by element; an `old` that is missing is zero.
    fn blend(&self, share: Self::Tensor, old: Option<&Self::Tensor>, new: Self::Tensor) -> Result<Self::Tensor, Error>;

    /// The rows `kept_rows` of `x`, in this order. A row that does not exist is [`Error::Internal`].
    fn take_rows(&self, x: &Self::Tensor, kept_rows: &[usize]) -> Result<Self::Tensor, Error>;

    /// `layers` of all rows of `x`, in blocks of rows that bound the memory of wide intermediate results.
    fn in_blocks(
        &self,
        x: &Self::Tensor,
        layers: impl FnMut(&Self::Tensor) -> Result<Self::Tensor, Error>,
    ) -> Result<Self::Tensor, Error>;

    /// The rotations of queries and keys at `positions`, one for each row.
    fn rope_table(&self, rope: &Rope, positions: &[usize]) -> Result<Self::RopeTable, Error>;

    /// The heads of each row of `x` `[rows, heads * head_dim]`, rotated by the row's position.
    fn rotate(&self, x: Self::Tensor, table: &Self::RopeTable) -> Result<Self::Tensor, Error>;

    /// `x` as floats in main memory.
    fn to_matrix(&self, x: Self::Tensor) -> Result<Matrix, Error>;

    /// Sources of these lengths in a batch, in tokens, each of them after the same `prefix` tokens, which are not in the batch. The
    /// caches of its attention blocks begin with the prefix; see [`Backend::kv_cache_after`].
    fn sources(&self, source_lengths: &[usize], prefix: usize) -> Result<Self::Sources, Error>;

    /// The attention bias between all tokens of a source.
    fn source_bias(&self, bias: &Arc<RelativeBias>, sources: &Self::Sources) -> Result<Self::Bias, Error>;

    /// The attention bias between the token of a step at `position` and those up to it.
    fn step_bias(&self, bias: &Arc<RelativeBias>, position: usize) -> Result<Self::Bias, Error>;

    /// What each token finds in all tokens of its source, `[tokens, dim]`. `projected` are queries, keys and values beside
    /// each other, `[tokens, 3 * dim]`.
    fn attend_within(
        &self,
        sources: &Self::Sources,
        projected: &Self::Tensor,
        heads: Heads,
        bias: Option<&Self::Bias>,
    ) -> Result<Self::Tensor, Error>;

    /// The rows with which a search begins: one for each source.
    fn rows(&self, sources: &Self::Sources) -> Result<Self::Rows, Error>;

    /// Tokens of the source of each row, with those before it.
    fn source_lengths(&self, rows: &Self::Rows) -> Vec<usize>;

    /// Begins a step of decoding, which feeds each row a token. `token_count` tokens that are not one for each row are [`Error::Internal`].
    fn begin_step(&self, rows: &mut Self::Rows, token_count: usize) -> Result<(), Error>;

    /// An empty cache of keys and values.
    fn kv_cache(&self, heads: Heads) -> Self::KvCache;

    /// An empty cache for tokens that all come after the one source in `prefix`, or after its first tokens: [`Backend::sources`] says
    /// how many of them there are.
    fn kv_cache_after(&self, prefix: &Self::KvCache) -> Self::KvCache;

    /// Appends keys and values to `cache`. Those of `tokens` must be appended once, and sources before steps.
    fn append(
        &self,
        cache: &mut Self::KvCache,
        tokens: Tokens<'_, Self::Sources, Self::Rows>,
        keys_and_values: KeysAndValues<'_, Self::Tensor>,
    ) -> Result<(), Error>;

    /// What the queries of `tokens` find in `cache`, `[tokens, dim]`. They are the first `dim` columns of `queries`.
    ///
    /// A token of a source looks at itself and the tokens before it. A row of a step looks at its source, if the cache has
    /// sources, and at its own steps, if the cache has steps. Both look back no further than the window of their heads. `bias` is for
    /// caches of steps alone.
    fn attend(
        &self,
        cache: &Self::KvCache,
        tokens: Tokens<'_, Self::Sources, Self::Rows>,
        queries: &Self::Tensor,
        bias: Option<&Self::Bias>,
    ) -> Result<Self::Tensor, Error>;

    /// Keeps the rows `kept_rows` in this order, in `rows` and in all `caches` of the search. A row that does not exist is
    /// [`Error::Internal`].
    fn select<'cache>(
        &self,
        rows: &mut Self::Rows,
        caches: impl Iterator<Item = &'cache mut Self::KvCache>,
        kept_rows: &[usize],
    ) -> Result<(), Error>
    where
        Self::KvCache: 'cache;
}

/// The tokens that queries, or keys and values, belong to.
pub(in crate::neural) enum Tokens<'a, Sources, Rows> {
    /// All tokens of all sources.
    Sources(&'a Sources),
    /// The latest token of each row.
    Step(&'a Rows),
}

/// Keys and values, `[rows, kv_dim]` each: columns of tensors.
#[derive(Clone, Copy)]
pub(in crate::neural) struct KeysAndValues<'a, Tensor> {
    pub(in crate::neural) keys: Columns<'a, Tensor>,
    pub(in crate::neural) values: Columns<'a, Tensor>,
}

/// The columns of a tensor from `first_column` on.
#[derive(Clone, Copy)]
pub(in crate::neural) struct Columns<'a, Tensor> {
    pub(in crate::neural) tensor: &'a Tensor,
    pub(in crate::neural) first_column: usize,
}

impl<'a, Tensor> KeysAndValues<'a, Tensor> {
    /// Keys from column `keys_start` of `projected` on, and values right after them.
    pub(in crate::neural) fn of_projected(projected: &'a Tensor, keys_start: usize, kv_dim: usize) -> Self {
        let columns_from = |first_column| Columns { tensor: projected, first_column };
        Self { keys: columns_from(keys_start), values: columns_from(keys_start + kv_dim) }
    }

    /// All columns of `keys` and of `values`.
    pub(in crate::neural) fn separate(keys: &'a Tensor, values: &'a Tensor) -> Self {
        Self { keys: Columns { tensor: keys, first_column: 0 }, values: Columns { tensor: values, first_column: 0 } }
    }
}
