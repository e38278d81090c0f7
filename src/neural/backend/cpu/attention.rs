//! Scaled dot-product attention with several heads (Vaswani et al., 2017, section 3.2).
//!
//! There is no padding. Each query names the rows of keys and values that it looks at, in segments that need not lie
//! beside each other.

use std::ops::Range;

use rten_simd::ops::{BitOps, Extend, NarrowSaturate, NumOps};
use rten_simd::{Isa, SimdOp, f16};

use super::exponential::softmax;
use super::simd::prefetch;
use crate::neural::backend::heads::Heads;
use crate::neural::backend::relative_bias::RelativeBias;

/// A number format that keys and values are held in.
pub(in crate::neural) trait Element: Copy + Default {
    /// Rounds `floats` to `out`, which is as long.
    fn round(floats: &[f32], out: &mut [Self]);

    /// `Σ query × key`.
    fn dot<I: Isa>(isa: I, query: &[f32], key: &[Self]) -> f32;

    /// `out += Σ weight × value`, value after value.
    fn add_scaled<I: Isa, const N: usize>(isa: I, weights: [f32; N], values: [&[Self]; N], out: &mut [f32]);
}

/// Keys and values of some tokens: a row of each begins every `stride` numbers.
#[derive(Clone, Copy)]
pub(super) struct Segment<'a, E> {
    pub(super) keys: &'a [E],
    pub(super) values: &'a [E],
    pub(super) stride: usize,
}

/// The keys that one query looks at.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct KeyRange<'a> {
    /// So many rows of the first segment, from its beginning.
    pub(super) prefix: usize,
    /// Rows of the second segment.
    pub(super) source: &'a Range<usize>,
    /// A row of each segment after the second.
    pub(super) path: &'a [usize],
    /// Keys at the beginning of all these that the query does not look at.
    pub(super) skipped: usize,
}

impl KeyRange<'_> {
    /// Index of the query within its own key range. The query is row `row` of its batch.
    fn index_of_query(self, row: usize) -> usize {
        match self.path.len() {
            0 => self.prefix + row.saturating_sub(self.source.start),
            steps => self.prefix + self.source.len() + steps - 1,
        }
    }

    /// Segment and row of each key, in order.
    fn keys(self) -> impl Iterator<Item = (usize, usize)> {
        let prefix = (0..self.prefix).map(|row| (0, row));
        let source = self.source.clone().map(|row| (1, row));
        prefix.chain(source).chain((2..).zip(self.path.iter().copied())).skip(self.skipped)
    }
}

/// The queries of a batch, and what they look at.
pub(super) struct AttentionInputs<'a, E> {
    /// `[rows, width]`. A query is the first `dim` columns of a row.
    pub(super) queries: &'a [f32],
    pub(super) width: usize,
    pub(super) segments: &'a [Segment<'a, E>],
    /// The range of keys of each query.
    pub(super) ranges: &'a [KeyRange<'a>],
    /// What is added to scores by distance.
    pub(super) bias: Option<&'a RelativeBias>,
    pub(super) heads: Heads,
}

/// For every query and head, the mean of the values weighted by `softmax(scale · query · key + bias)`: `[rows, dim]`. Zeros
/// for a query without keys.
pub(super) fn attention<E: Element>(inputs: &AttentionInputs<'_, E>) -> Vec<f32> {
    let AttentionInputs { queries, width, segments, ranges, bias, heads } = *inputs;
    let kv_dim = heads.kv_dim();
    let mut found = vec![0.0; ranges.len() * heads.dim];
    let (mut keys, mut values, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    let mut previous = None;
    let rows = ranges.iter().zip(queries.chunks_exact(width)).zip(found.chunks_exact_mut(heads.dim));
    for (row, ((range, query), out)) in rows.enumerate() {
        keys.clear();
        values.clear();
        for (segment, row) in range.keys() {
            let Segment { keys: all_keys, values: all_values, stride } = segments[segment];
            keys.push(&all_keys[row * stride..row * stride + kv_dim]);
            values.push(&all_values[row * stride..row * stride + kv_dim]);
        }
        if keys.is_empty() {
            continue;
        }
        // Queries of the same source follow each other: the first of them loads what all look at.
        let far = previous.replace(*range).is_none_or(|previous| previous != *range);
        let query_attention = QueryAttention {
            query: &query[..heads.dim],
            keys: &keys,
            values: &values,
            far,
            heads,
            bias: bias.map(|bias| (bias, range.index_of_query(row))),
            weights: &mut weights,
            out,
        };
        query_attention.dispatch();
    }
    found
}

/// Attention of one query `[dim]` to keys and values `[kv_dim]`.
///
/// Works key by key and value by value, all heads at once, so that vectors are read once, from end to end. Working head by
/// head would read at strides that fall into the same few sets of the cache.
struct QueryAttention<'a, E> {
    query: &'a [f32],
    keys: &'a [&'a [E]],
    values: &'a [&'a [E]],
    /// Whether keys and values are probably not in the cache yet.
    far: bool,
    heads: Heads,
    /// What is added by distance, and the index of the query among the keys.
    bias: Option<(&'a RelativeBias, usize)>,
    /// Scratch space for the weights, `[heads, keys]`.
    weights: &'a mut Vec<f32>,
    /// `[dim]`, zero.
    out: &'a mut [f32],
}

impl<E: Element> SimdOp for QueryAttention<'_, E> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let Self { query, keys, values, far, heads, bias, weights, out } = self;
        let Heads { scale, queries_per_kv_head, .. } = heads;
        let head_dim = heads.head_dim();
        let count = keys.len();
        weights.clear();
        weights.resize(query.len() / head_dim * count, 0.0);
        for (index, key) in keys.iter().enumerate() {
            if far {
                // The key after the next, and the value that is weighted once all keys are scored.
                keys.get(index + 2).into_iter().chain([&values[index]]).for_each(|later| prefetch(later));
            }
            let groups = query.chunks_exact(queries_per_kv_head * head_dim).zip(key.chunks_exact(head_dim));
            for ((queries, key), group) in groups.zip(weights.chunks_exact_mut(queries_per_kv_head * count)) {
                for (query, scores) in queries.chunks_exact(head_dim).zip(group.chunks_exact_mut(count)) {
                    scores[index] = scale * E::dot(isa, query, key);
                }
            }
        }
        if let Some((bias, query)) = bias {
            for index in 0..count {
                for (number, scores) in bias.at(query, index).iter().zip(weights.chunks_exact_mut(count)) {
                    scores[index] += number;
                }
            }
        }
        // A loop: the closure of a `for_each` would be compiled without this function's instructions.
        for scores in weights.chunks_exact_mut(count) {
            softmax(scores);
        }
        // Four values at a time, to load and store the sums a quarter as often.
        let (fours, rest) = values.as_chunks::<4>();
        let from = |first: usize| weights.chunks_exact(count).map(move |head| &head[first..]);
        for (first, four) in (0..).step_by(4).zip(fours) {
            add_weighted(isa, *four, queries_per_kv_head, from(first), out);
        }
        for (first, value) in (fours.len() * 4..).zip(rest) {
            add_weighted(isa, [*value], queries_per_kv_head, from(first), out);
        }
    }
}

/// `out += Σ weight × value` for each head. `values` are `[kv_dim]` each. `weights` has a slice for each head, which begins
/// with the weights of these values.
#[inline(always)]
fn add_weighted<'a, E: Element, const N: usize>(
    isa: impl Isa,
    values: [&[E]; N],
    queries_per_kv_head: usize,
    weights: impl ExactSizeIterator<Item = &'a [f32]>,
    out: &mut [f32],
) {
    let head_dim = out.len() / weights.len().max(1);
    for (head, (sums, weights)) in out.chunks_exact_mut(head_dim).zip(weights).enumerate() {
        let first = head / queries_per_kv_head * head_dim;
        let factors = std::array::from_fn(|value| weights[value]);
        E::add_scaled(isa, factors, values.map(|value| &value[first..first + head_dim]), sums);
    }
}

impl Element for f32 {
    fn round(floats: &[f32], out: &mut [f32]) {
        out.copy_from_slice(floats);
    }

    #[inline(always)]
    fn dot<I: Isa>(isa: I, query: &[f32], key: &[f32]) -> f32 {
        let ops = isa.f32();
        let (mut query_chunks, mut key_chunks) = (query.chunks_exact(ops.len()), key.chunks_exact(ops.len()));
        let mut sums = ops.zero();
        for (query, key) in query_chunks.by_ref().zip(key_chunks.by_ref()) {
            sums = ops.mul_add(ops.load(query), ops.load(key), sums);
        }
        let rest = query_chunks.remainder().iter().zip(key_chunks.remainder());
        rest.fold(ops.sum(sums), |sum, (query, key)| sum + query * key)
    }

    #[inline(always)]
    fn add_scaled<I: Isa, const N: usize>(isa: I, weights: [f32; N], values: [&[f32]; N], out: &mut [f32]) {
        let ops = isa.f32();
        let factors = weights.map(|weight| ops.splat(weight));
        let whole = out.len() - out.len() % ops.len();
        for (first, chunk) in (0..whole).step_by(ops.len()).zip(out.chunks_exact_mut(ops.len())) {
            let mut sum = ops.load(chunk);
            for (factor, value) in factors.iter().zip(values) {
                sum = ops.mul_add(*factor, ops.load(&value[first..first + ops.len()]), sum);
            }
            ops.store(sum, chunk);
        }
        for (place, number) in out.iter_mut().enumerate().skip(whole) {
            *number = weights.iter().zip(values).fold(*number, |sum, (weight, value)| sum + weight * value[place]);
        }
    }
}

impl Element for f16 {
    fn round(floats: &[f32], out: &mut [f16]) {
        Narrow { floats, out }.dispatch();
    }

    #[inline(always)]
    fn dot<I: Isa>(isa: I, query: &[f32], key: &[f16]) -> f32 {
        let (ops, f16_ops) = (isa.f32(), isa.f16());
        let (mut query_chunks, mut key_chunks) = (query.chunks_exact(f16_ops.len()), key.chunks_exact(f16_ops.len()));
        let mut sums = ops.zero();
        for (query, key) in query_chunks.by_ref().zip(key_chunks.by_ref()) {
            let (low, high) = query.split_at(ops.len());
            let halves = f16_ops.load(key);
            sums = ops.mul_add(ops.load(low), f16_ops.extend_low(halves), sums);
            sums = ops.mul_add(ops.load(high), f16_ops.extend_high(halves), sums);
        }
        let rest = query_chunks.remainder().iter().zip(key_chunks.remainder());
        rest.fold(ops.sum(sums), |sum, (query, key)| sum + query * key.to_f32())
    }

    #[inline(always)]
    fn add_scaled<I: Isa, const N: usize>(isa: I, weights: [f32; N], values: [&[f16]; N], out: &mut [f32]) {
        let (ops, f16_ops) = (isa.f32(), isa.f16());
        let factors = weights.map(|weight| ops.splat(weight));
        let whole = out.len() - out.len() % f16_ops.len();
        for (first, chunk) in (0..whole).step_by(f16_ops.len()).zip(out.chunks_exact_mut(f16_ops.len())) {
            let (low, high) = chunk.split_at_mut(ops.len());
            let (mut low_sum, mut high_sum) = (ops.load(low), ops.load(high));
            for (factor, value) in factors.iter().zip(values) {
                let halves = f16_ops.load(&value[first..first + f16_ops.len()]);
                low_sum = ops.mul_add(*factor, f16_ops.extend_low(halves), low_sum);
                high_sum = ops.mul_add(*factor, f16_ops.extend_high(halves), high_sum);
            }
            ops.store(low_sum, low);
            ops.store(high_sum, high);
        }
        for (place, number) in out.iter_mut().enumerate().skip(whole) {
            let terms = weights.iter().zip(values);
            *number = terms.fold(*number, |sum, (weight, value)| sum + weight * value[place].to_f32());
        }
    }
}

/// Rounds floats to half precision.
struct Narrow<'a> {
    floats: &'a [f32],
    out: &'a mut [f16],
}

impl SimdOp for Narrow<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let (ops, f16_ops) = (isa.f32(), isa.f16());
        let mut float_chunks = self.floats.chunks_exact(f16_ops.len());
        let mut out_chunks = self.out.chunks_exact_mut(f16_ops.len());
        for (floats, out) in float_chunks.by_ref().zip(out_chunks.by_ref()) {
            let (low, high) = floats.split_at(ops.len());
            f16_ops.store(ops.narrow_saturate(ops.load(low), ops.load(high)), out);
        }
        for (float, out) in float_chunks.remainder().iter().zip(out_chunks.into_remainder()) {
            *out = f16::from_f32(*float);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix `[rows, columns]` of keys or values.
    fn numbers(rows: usize, columns: usize, seed: usize) -> Vec<f32> {
        (0..rows * columns).map(|index| ((index * 7919 + seed) % 997) as f32 / 400.0 - 1.2).collect()
    }

    fn range<'a>(source: &'a Range<usize>, path: &'a [usize]) -> KeyRange<'a> {
        KeyRange { prefix: 0, source, path, skipped: 0 }
    }

    fn rounded<E: Element>(floats: &[f32]) -> Vec<E> {
        let mut out = vec![E::default(); floats.len()];
        E::round(floats, &mut out);
        out
    }

    /// What two queries find in segments whose rows are keys and values, beside each other.
    fn found<E: Element>(segments: &[Vec<f32>], ranges: &[KeyRange<'_>], heads: Heads) -> Vec<f32> {
        let (kv_dim, width) = (heads.kv_dim(), heads.dim + 8);
        let segments: Vec<Vec<E>> = segments.iter().map(|segment| rounded(segment)).collect();
        let segments = segments.iter().map(|segment| Segment {
            keys: segment,
            values: segment.get(kv_dim..).unwrap_or_default(),
            stride: 2 * kv_dim,
        });
        let no_prefix = Segment { keys: &[], values: &[], stride: 2 * kv_dim };
        let segments: Vec<Segment<'_, E>> = std::iter::once(no_prefix).chain(segments).collect();
        let queries = numbers(2, width, 1);
        attention(&AttentionInputs { queries: &queries, width, segments: &segments, ranges, bias: None, heads })
    }

    #[test]
    fn heads_that_share_a_key_find_what_heads_with_copies_of_it_find() {
        let heads = Heads { queries_per_kv_head: 2, ..Heads::new(4, 32) };
        let ranges = [range(&(0..3), &[1, 0]), range(&(3..7), &[0, 0])];
        // Keys and values of two heads of 8 numbers, and of four, where the first two and the last two are the same.
        let shared = [(7, 2), (2, 3), (2, 4)].map(|(rows, seed)| numbers(rows, 32, seed));
        let copied = shared.each_ref().map(|rows| rows.chunks(8).flat_map(|head| [head, head].concat()).collect());
        let all_heads = Heads::new(4, 32);
        for (together, apart) in [
            (found::<f32>(&shared, &ranges, heads), found::<f32>(&copied, &ranges, all_heads)),
            (found::<f16>(&shared, &ranges, heads), found::<f16>(&copied, &ranges, all_heads)),
        ] {
            assert_eq!(together, apart);
            // Heads of a pair have different queries to the same keys.
            assert_ne!(together[..8], together[8..16]);
        }
    }

    #[test]
    fn half_precision_is_close_to_floats() {
        let heads = Heads::new(2, 64);
        let segments = [numbers(9, 128, 2)];
        let ranges = [range(&(0..9), &[]); 2];
        let (halves, floats) = (found::<f16>(&segments, &ranges, heads), found::<f32>(&segments, &ranges, heads));
        for (half, float) in halves.iter().zip(&floats) {
            assert!((half - float).abs() < 2e-3, "{half} for {float}");
        }
    }

    #[test]
    fn a_query_finds_the_same_to_the_bit_whatever_lies_beside_its_keys() {
        let heads = Heads::new(2, 16);
        let all = numbers(9, 32, 2);
        let part = all[2 * 32..5 * 32].to_vec();
        let both = found::<f32>(&[all], &[range(&(2..5), &[]), range(&(0..9), &[])], heads);
        let alone = found::<f32>(&[part], &[range(&(0..3), &[])], heads);
        assert_eq!(both[..16], alone);
    }

    #[test]
    fn a_query_without_keys_finds_zeros() {
        let ranges = [range(&(0..0), &[])];
        assert_eq!(found::<f32>(&[Vec::new()], &ranges, Heads::new(2, 16)), [0.0; 16]);
    }
}
