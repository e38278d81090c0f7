//! Sources, rows and KV caches on the CPU.
//!
//! Nothing is padded, and nothing is moved when beams are reordered or rows end. What a step appends stays where it is. A
//! row is a path through the steps: the place of its ancestor in each of them.

use std::iter::repeat_n;
use std::ops::Range;
use std::sync::Arc;

use rten_simd::f16;

use super::attention::{AttentionInputs, Element, KeyRange, Segment, attention};
use crate::neural::backend::heads::Heads;
use crate::neural::backend::relative_bias::RelativeBias;
use crate::neural::backend::verbs::{Columns, KeysAndValues, Tokens};
use crate::neural::error::Error;
use crate::neural::matrix::Matrix;

/// Where the tokens of each source of a batch are.
pub(in crate::neural) struct Sources {
    places: Vec<Range<usize>>,
    /// Tokens that stand before each of them, and are in the caches already.
    prefix: usize,
}

impl Sources {
    /// Sources of these lengths, one after the other, each of them after the same `prefix` tokens.
    pub(super) fn new(lengths: &[usize], prefix: usize) -> Self {
        let mut end = 0;
        let place = |length: &usize| {
            end += length;
            end - length..end
        };
        Self { places: lengths.iter().map(place).collect(), prefix }
    }

    /// What each token finds in all tokens of its source, `[tokens, dim]`. `projected` are queries, keys and values beside
    /// each other, `[tokens, 3 * dim]`.
    pub(super) fn attend(&self, projected: &Matrix, heads: Heads, bias: Option<&RelativeBias>) -> Matrix {
        let columns = |first: usize| projected.values().get(first..).unwrap_or_default();
        let (keys, values) = (columns(heads.dim), columns(2 * heads.dim));
        let stride = projected.width();
        let segments = [Segment { keys: &[], values: &[], stride }, Segment { keys, values, stride }];
        let range = |source| KeyRange { prefix: 0, source, path: &[], skipped: 0 };
        let ranges: Vec<KeyRange<'_>> =
            self.places.iter().flat_map(|source| repeat_n(range(source), source.len())).collect();
        let (queries, width) = (projected.values(), projected.width());
        let inputs = AttentionInputs { queries, width, segments: &segments, ranges: &ranges, bias, heads };
        Matrix::new(attention(&inputs), heads.dim)
    }

    /// For each token, the tokens up to it in its source.
    fn up_to_each_token(&self) -> Vec<Range<usize>> {
        self.places.iter().flat_map(|source| source.clone().map(|token| source.start..token + 1)).collect()
    }
}

/// The hypotheses of a search.
///
/// Invariant: every row has a source, and a place in every step so far.
pub(in crate::neural) struct Rows {
    rows: Vec<Row>,
    /// See [`Sources::prefix`].
    prefix: usize,
}

/// One hypothesis.
#[derive(Clone)]
struct Row {
    /// The tokens of the source that the row attends to.
    source: Range<usize>,
    /// The place of the row in each step of the cache.
    path: Vec<usize>,
}

impl Rows {
    /// One row of the cache for each source.
    pub(super) fn new(sources: &Sources) -> Self {
        let row = |source: &Range<usize>| Row { source: source.clone(), path: Vec::new() };
        Self { rows: sources.places.iter().map(row).collect(), prefix: sources.prefix }
    }

    /// Tokens of the source of each row, with those before it.
    pub(super) fn source_lengths(&self) -> Vec<usize> {
        self.rows.iter().map(|row| self.prefix + row.source.len()).collect()
    }

    /// Begins a step of `count` tokens, one for each row. The token of row `i` has place `i`.
    pub(super) fn begin_step(&mut self, count: usize) -> Result<(), Error> {
        if count != self.rows.len() {
            return Err(Error::internal(format!("{count} tokens were fed to {} rows", self.rows.len())));
        }
        self.rows.iter_mut().enumerate().for_each(|(place, row)| row.path.push(place));
        Ok(())
    }

    /// Keeps the given rows in the given order.
    pub(super) fn select(&mut self, kept: &[usize]) -> Result<(), Error> {
        let missing = || Error::internal("a row that does not exist was selected");
        self.rows =
            kept.iter().map(|row| self.rows.get(*row).cloned().ok_or_else(missing)).collect::<Result<_, _>>()?;
        Ok(())
    }
}

/// Keys and values of one attention block, in the format they are held in.
pub(in crate::neural) enum KvCache {
    /// As they were computed.
    F32(Segments<f32>),
    /// In half the bytes: attention over the past waits for memory, not for arithmetic, so this is nearly twice as fast.
    F16(Segments<f16>),
}

/// The segments of a cache.
pub(in crate::neural) struct Segments<E> {
    heads: Heads,
    /// Of tokens that stand before all sources; empty unless the cache was begun after another.
    prefix: Arc<KeyValueRows<E>>,
    /// Of all tokens of all sources; empty if only steps are cached.
    source: Arc<KeyValueRows<E>>,
    /// Of each step.
    steps: Vec<KeyValueRows<E>>,
}

/// Keys and values of some tokens, `[tokens, kv_dim]` each.
struct KeyValueRows<E> {
    keys: Vec<E>,
    values: Vec<E>,
}

impl KvCache {
    /// An empty cache. With `half_precision`, keys and values are rounded to 16 bits.
    pub(super) fn new(heads: Heads, half_precision: bool) -> Self {
        if half_precision { Self::F16(Segments::new(heads)) } else { Self::F32(Segments::new(heads)) }
    }

    /// An empty cache of tokens that all come after the one source in this cache.
    pub(super) fn after(&self) -> Self {
        match self {
            Self::F32(segments) => Self::F32(segments.after()),
            Self::F16(segments) => Self::F16(segments.after()),
        }
    }

    /// Appends the keys and values of `tokens`.
    pub(super) fn append(&mut self, tokens: Tokens<'_, Sources, Rows>, keys_and_values: KeysAndValues<'_, Matrix>) {
        match self {
            Self::F32(segments) => segments.append(tokens, keys_and_values),
            Self::F16(segments) => segments.append(tokens, keys_and_values),
        }
    }

    /// What the queries of `tokens` find, `[tokens, dim]`. They are the first `dim` columns of `queries`.
    pub(super) fn attend(
        &self,
        tokens: Tokens<'_, Sources, Rows>,
        queries: &Matrix,
        bias: Option<&RelativeBias>,
    ) -> Matrix {
        match self {
            Self::F32(segments) => segments.attend(tokens, queries, bias),
            Self::F16(segments) => segments.attend(tokens, queries, bias),
        }
    }
}

impl<E: Element> Segments<E> {
    fn new(heads: Heads) -> Self {
        let nothing = || Arc::new(KeyValueRows { keys: Vec::new(), values: Vec::new() });
        Self { heads, prefix: nothing(), source: nothing(), steps: Vec::new() }
    }

    fn after(&self) -> Self {
        Self { prefix: Arc::clone(&self.source), ..Self::new(self.heads) }
    }

    fn append(&mut self, tokens: Tokens<'_, Sources, Rows>, keys_and_values: KeysAndValues<'_, Matrix>) {
        let rows = KeyValueRows::new(keys_and_values, self.heads);
        match tokens {
            Tokens::Sources(_) => self.source = Arc::new(rows),
            Tokens::Step(_) => self.steps.push(rows),
        }
    }

    fn attend(&self, tokens: Tokens<'_, Sources, Rows>, queries: &Matrix, bias: Option<&RelativeBias>) -> Matrix {
        let stride = self.heads.kv_dim();
        let before_steps = [&*self.prefix, &*self.source];
        let segments: Vec<Segment<'_, E>> =
            before_steps.into_iter().chain(&self.steps).map(|rows| rows.segment(stride)).collect();
        let (has_prefix, has_source) = (!self.prefix.keys.is_empty(), !self.source.keys.is_empty());
        let key_range = |prefix: usize, source, path| {
            let prefix = if has_prefix { prefix } else { 0 };
            let range = KeyRange { prefix, source, path, skipped: 0 };
            KeyRange { skipped: self.heads.first_key(prefix + range.source.len() + range.path.len()), ..range }
        };
        let up_to_each_token;
        let ranges: Vec<KeyRange<'_>> = match tokens {
            Tokens::Sources(sources) => {
                up_to_each_token = sources.up_to_each_token();
                up_to_each_token.iter().map(|source| key_range(sources.prefix, source, &[])).collect()
            }
            Tokens::Step(Rows { rows, prefix }) => rows
                .iter()
                .map(|row| {
                    let source = if has_source { &row.source } else { &(0..0) };
                    key_range(*prefix, source, if self.steps.is_empty() { &[] } else { &row.path })
                })
                .collect(),
        };
        let (vectors, width, heads) = (queries.values(), queries.width(), self.heads);
        let inputs = AttentionInputs { queries: vectors, width, segments: &segments, ranges: &ranges, bias, heads };
        Matrix::new(attention(&inputs), self.heads.dim)
    }
}

impl<E: Element> KeyValueRows<E> {
    fn segment(&self, stride: usize) -> Segment<'_, E> {
        Segment { keys: &self.keys, values: &self.values, stride }
    }

    fn new(KeysAndValues { keys, values }: KeysAndValues<'_, Matrix>, heads: Heads) -> Self {
        let rounded = |Columns { tensor, first_column }: Columns<'_, Matrix>| {
            let dim = heads.kv_dim();
            let mut numbers = vec![E::default(); tensor.rows() * dim];
            for (row, out) in tensor.iter_rows().zip(numbers.chunks_exact_mut(dim)) {
                E::round(&row[first_column..first_column + dim], out);
            }
            numbers
        };
        Self { keys: rounded(keys), values: rounded(values) }
    }
}
