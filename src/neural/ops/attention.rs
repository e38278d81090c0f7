//! Scaled dot-product attention over several heads (Vaswani et al., 2017, section 3.2).
//!
//! There is no padding: each query names the places of the keys it looks at, in memories that hold one vector a row.

use std::ops::Range;

use candle_core::{Device, Tensor};
use rten_simd::ops::{BitOps, Extend, NarrowSaturate, NumOps};
use rten_simd::{Isa, SimdOp, f16};

use super::exponential::softmax;
use super::relative::RelativeBias;
use super::simd::fetch;
use super::{floats, with_floats};
use crate::neural::Error;

/// Keys and values that were projected together, one of each a row.
pub(in crate::neural) enum Memory {
    /// Columns of `[rows, width]`, `dim` from each offset on.
    F32 { matrix: Tensor, keys: usize, values: usize },
    /// `[rows, dim]` each, on the CPU. Attention over the past waits for memory, not for arithmetic, so half the bytes
    /// are nearly twice the speed.
    F16 { keys: Vec<f16>, values: Vec<f16> },
}

impl Memory {
    /// Keys and values in halves, from the columns of `matrix` `[rows, width]` that begin at the offsets.
    pub(in crate::neural) fn f16(matrix: &Tensor, (keys, values): (usize, usize), dim: usize) -> Result<Self, Error> {
        let width = matrix.dim(1)?;
        with_floats(matrix, |numbers| {
            let halves = |offset: usize| {
                let mut halves = vec![f16::default(); numbers.len() / width.max(1) * dim];
                for (row, halves) in numbers.chunks_exact(width).zip(halves.chunks_exact_mut(dim)) {
                    Narrow { floats: &row[offset..offset + dim], halves }.dispatch();
                }
                halves
            };
            Self::F16 { keys: halves(keys), values: halves(values) }
        })
    }
}

/// The rows of memories that one query looks at.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::neural) enum KeyRange<'a> {
    /// Neighbouring rows of the first memory.
    Rows(&'a Range<usize>),
    /// One row of each of the first memories.
    Path(&'a [usize]),
    /// Neighbouring rows of the first memory, and one row of each of those that follow.
    RowsAndPath(&'a Range<usize>, &'a [usize]),
}

impl KeyRange<'_> {
    /// The place among what is seen of the query itself, which is row `row` of its batch.
    fn place_of_query(self, row: usize) -> usize {
        match self {
            Self::Rows(rows) => row.saturating_sub(rows.start),
            Self::Path(path) => path.len().saturating_sub(1),
            Self::RowsAndPath(rows, path) => (rows.len() + path.len()).saturating_sub(1),
        }
    }

    /// Memory and row of everything that is seen, in order.
    fn places(self) -> impl Iterator<Item = (usize, usize)> {
        let (rows, path, first) = match self {
            Self::Rows(rows) => (rows.clone(), &[][..], 0),
            Self::Path(path) => (0..0, path, 0),
            Self::RowsAndPath(rows, path) => (rows.clone(), path, 1),
        };
        rows.map(|row| (0, row)).chain((first..).zip(path.iter().copied()))
    }
}

/// How wide a model's attention is.
#[derive(Clone, Copy)]
pub(in crate::neural) struct Heads {
    pub(in crate::neural) count: usize,
    /// Width of all heads together.
    pub(in crate::neural) dim: usize,
    /// What the product of a query and a key is multiplied by.
    pub(in crate::neural) scale: f32,
    /// Heads that share a key and a value (Ainslie et al., 2023, "GQA"); 1 where each has its own.
    pub(in crate::neural) queries_per_kv_head: usize,
}

impl Heads {
    /// `count` heads that are `dim` wide together; products are divided by the root of a head's width.
    pub(in crate::neural) fn new(count: usize, dim: usize) -> Self {
        Self { count, dim, scale: ((dim / count.max(1)) as f32).sqrt().recip(), queries_per_kv_head: 1 }
    }

    /// Width of a key, and of a value.
    pub(in crate::neural) fn kv_dim(self) -> usize {
        self.dim / self.queries_per_kv_head.max(1)
    }

    /// The heads of keys and values.
    pub(super) fn kv_heads(self) -> Self {
        Self { count: self.count / self.queries_per_kv_head.max(1), dim: self.kv_dim(), queries_per_kv_head: 1, ..self }
    }

    /// Width of one head.
    pub(in crate::neural) fn head_dim(self) -> usize {
        self.dim / self.count.max(1)
    }
}

/// What the queries of a batch look at.
#[derive(Clone, Copy)]
pub(in crate::neural) struct AttentionInputs<'a> {
    pub(in crate::neural) memories: &'a [Memory],
    /// One entry for each query.
    pub(in crate::neural) seen: &'a [KeyRange<'a>],
    /// What is added to scores by distance, where queries are places of the text that they look at.
    pub(in crate::neural) bias: Option<&'a RelativeBias>,
}

/// What each query finds: for every head, the mean of the values weighted by `softmax(scale · query · key + bias)`.
///
/// The queries are the first `dim` columns of `queries` `[rows, width]`. The result is `[rows, dim]`.
pub(in crate::neural) fn attention(
    queries: &Tensor,
    inputs: AttentionInputs<'_>,
    heads: Heads,
) -> Result<Tensor, Error> {
    let AttentionInputs { memories, seen, bias } = inputs;
    let width = queries.dim(1)?;
    let found = with_floats(queries, |queries| {
        let queries = Queries { numbers: queries, width, seen, bias, heads };
        if let Some(Memory::F16 { .. }) = memories.first() {
            let halves = memories.iter().filter_map(|memory| match memory {
                Memory::F16 { keys, values } => Some((keys.as_slice(), values.as_slice(), heads.kv_dim())),
                Memory::F32 { .. } => None,
            });
            return Ok(queries.attend(&halves.collect::<Vec<_>>()));
        }
        let tensors = memories.iter().filter_map(|memory| match memory {
            Memory::F32 { matrix, keys, values } => Some((matrix.storage_and_layout(), *keys, *values)),
            Memory::F16 { .. } => None,
        });
        let guards: Vec<_> = tensors.collect();
        let floats = guards.iter().map(|((storage, layout), keys, values)| {
            let floats = floats(storage, layout)?;
            let width = layout.dims().last().copied().unwrap_or_default();
            Ok((floats.get(*keys..).unwrap_or_default(), floats.get(*values..).unwrap_or_default(), width))
        });
        Ok::<_, Error>(queries.attend(&floats.collect::<Result<Vec<_>, Error>>()?))
    })??;
    Ok(Tensor::from_vec(found, (seen.len(), heads.dim), &Device::Cpu)?)
}

/// The queries of a batch, and what they look at.
struct Queries<'a> {
    /// `[rows, width]`; a query is the first `dim` columns.
    numbers: &'a [f32],
    width: usize,
    seen: &'a [KeyRange<'a>],
    bias: Option<&'a RelativeBias>,
    heads: Heads,
}

impl Queries<'_> {
    /// What the queries find in `memories`: keys, values, and the distance from a row to the next.
    fn attend<E: Element>(&self, memories: &[(&[E], &[E], usize)]) -> Vec<f32> {
        let Heads { count, dim, scale, queries_per_kv_head } = self.heads;
        let kv_dim = self.heads.kv_dim();
        let mut found = vec![0.0; self.seen.len() * dim];
        let (mut keys, mut values, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        let mut latest = None;
        let rows = self.seen.iter().zip(self.numbers.chunks_exact(self.width)).zip(found.chunks_exact_mut(dim));
        for (row, ((seen, query), out)) in rows.enumerate() {
            keys.clear();
            values.clear();
            for (memory, row) in seen.places() {
                let (all_keys, all_values, stride) = memories[memory];
                keys.push(&all_keys[row * stride..row * stride + kv_dim]);
                values.push(&all_values[row * stride..row * stride + kv_dim]);
            }
            let (query, head) = (&query[..dim], dim / count.max(1));
            let bias = self.bias.map(|bias| (bias, seen.place_of_query(row)));
            // Queries of the same source follow each other: the first of them brings what all look at.
            let far = latest.replace(*seen).is_none_or(|latest| latest != *seen);
            let weights = &mut weights;
            Attend { query, keys: &keys, values: &values, far, head, queries_per_kv_head, scale, bias, weights, out }
                .dispatch();
        }
        found
    }
}

/// One query `[dim]` over keys and values of `[dim / queries_per_kv_head]` each.
///
/// Key after key and value after value, all heads of each: vectors are read once, from end to end, as they lie in
/// memory. (Head after head would read at strides that fall into the same few sets of the cache.)
struct Attend<'a, E> {
    query: &'a [f32],
    keys: &'a [&'a [E]],
    values: &'a [&'a [E]],
    /// Whether keys and values are likely to be far from the processor.
    far: bool,
    /// Width of a head.
    head: usize,
    /// Heads that share a key.
    queries_per_kv_head: usize,
    scale: f32,
    /// What is added by distance, and the place of the query.
    bias: Option<(&'a RelativeBias, usize)>,
    /// Room for the weights, `[heads, keys]`.
    weights: &'a mut Vec<f32>,
    /// `[dim]`, zero.
    out: &'a mut [f32],
}

impl<E: Element> SimdOp for Attend<'_, E> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let Self { query, keys, values, far, head, queries_per_kv_head, scale, bias, weights, out } = self;
        let count = keys.len();
        weights.clear();
        weights.resize(query.len() / head * count, 0.0);
        for (place, key) in keys.iter().enumerate() {
            if far {
                // The key after the next, and the value that is weighted when all keys are through.
                keys.get(place + 2).into_iter().chain([&values[place]]).for_each(|later| fetch(later));
            }
            let groups = query.chunks_exact(queries_per_kv_head * head).zip(key.chunks_exact(head));
            for ((queries, key), weights) in groups.zip(weights.chunks_exact_mut(queries_per_kv_head * count)) {
                for (query, weights) in queries.chunks_exact(head).zip(weights.chunks_exact_mut(count)) {
                    weights[place] = scale * E::dot(isa, query, key);
                }
            }
        }
        if let Some((bias, query)) = bias {
            for place in 0..count {
                for (bias, weights) in bias.of(query, place).iter().zip(weights.chunks_exact_mut(count)) {
                    weights[place] += bias;
                }
            }
        }
        // A loop, because `for_each` would be compiled apart, without the instructions of this function.
        for weights in weights.chunks_exact_mut(count) {
            softmax(weights);
        }
        // Four values at once, so that sums are loaded and stored a quarter as often.
        let (fours, rest) = values.as_chunks::<4>();
        for (place, four) in (0..).step_by(4).zip(fours) {
            add_weighted(
                isa,
                *four,
                queries_per_kv_head,
                weights.chunks_exact(count).map(|weights| &weights[place..]),
                out,
            );
        }
        for (place, value) in (fours.len() * 4..).zip(rest) {
            add_weighted(
                isa,
                [*value],
                queries_per_kv_head,
                weights.chunks_exact(count).map(|weights| &weights[place..]),
                out,
            );
        }
    }
}

/// `out += Σ weight × value` for each head. `values` are `[dim / queries_per_kv_head]` each, `weights` for each head one for each value and
/// more.
#[inline(always)]
fn add_weighted<'a, E: Element, const N: usize>(
    isa: impl Isa,
    values: [&[E]; N],
    queries_per_kv_head: usize,
    weights: impl ExactSizeIterator<Item = &'a [f32]>,
    out: &mut [f32],
) {
    let head = out.len() / weights.len().max(1);
    for ((out, weights), place) in out.chunks_exact_mut(head).zip(weights).zip(0..) {
        let first = place / queries_per_kv_head * head;
        let weights = std::array::from_fn(|place| weights[place]);
        E::add_scaled(isa, weights, values.map(|value| &value[first..first + head]), out);
    }
}

/// A number format that keys and values are held in.
trait Element: Copy {
    /// `Σ left × right`.
    fn dot<I: Isa>(isa: I, left: &[f32], right: &[Self]) -> f32;

    /// `out += Σ weight × value`, value after value.
    fn add_scaled<I: Isa, const N: usize>(isa: I, weights: [f32; N], values: [&[Self]; N], out: &mut [f32]);
}

impl Element for f32 {
    #[inline(always)]
    fn dot<I: Isa>(isa: I, left: &[f32], right: &[f32]) -> f32 {
        let ops = isa.f32();
        let (mut left, mut right) = (left.chunks_exact(ops.len()), right.chunks_exact(ops.len()));
        let mut sum = ops.zero();
        for (left, right) in left.by_ref().zip(right.by_ref()) {
            sum = ops.mul_add(ops.load(left), ops.load(right), sum);
        }
        let rest = left.remainder().iter().zip(right.remainder());
        rest.fold(ops.sum(sum), |sum, (left, right)| sum + left * right)
    }

    #[inline(always)]
    fn add_scaled<I: Isa, const N: usize>(isa: I, weights: [f32; N], values: [&[f32]; N], out: &mut [f32]) {
        let ops = isa.f32();
        let factors = weights.map(|weight| ops.splat(weight));
        let whole = out.len() - out.len() % ops.len();
        for (first, out) in (0..whole).step_by(ops.len()).zip(out.chunks_exact_mut(ops.len())) {
            let mut sum = ops.load(out);
            for (factor, value) in factors.iter().zip(values) {
                sum = ops.mul_add(*factor, ops.load(&value[first..first + ops.len()]), sum);
            }
            ops.store(sum, out);
        }
        for (place, out) in out.iter_mut().enumerate().skip(whole) {
            *out = weights.iter().zip(values).fold(*out, |sum, (weight, value)| sum + weight * value[place]);
        }
    }
}

impl Element for f16 {
    #[inline(always)]
    fn dot<I: Isa>(isa: I, left: &[f32], right: &[f16]) -> f32 {
        let (ops, halves) = (isa.f32(), isa.f16());
        let (mut left, mut right) = (left.chunks_exact(halves.len()), right.chunks_exact(halves.len()));
        let mut sum = ops.zero();
        for (left, right) in left.by_ref().zip(right.by_ref()) {
            let (low, high) = left.split_at(ops.len());
            let right = halves.load(right);
            sum = ops.mul_add(ops.load(low), halves.extend_low(right), sum);
            sum = ops.mul_add(ops.load(high), halves.extend_high(right), sum);
        }
        let rest = left.remainder().iter().zip(right.remainder());
        rest.fold(ops.sum(sum), |sum, (left, right)| sum + left * right.to_f32())
    }

    #[inline(always)]
    fn add_scaled<I: Isa, const N: usize>(isa: I, weights: [f32; N], values: [&[f16]; N], out: &mut [f32]) {
        let (ops, halves) = (isa.f32(), isa.f16());
        let factors = weights.map(|weight| ops.splat(weight));
        let whole = out.len() - out.len() % halves.len();
        for (first, out) in (0..whole).step_by(halves.len()).zip(out.chunks_exact_mut(halves.len())) {
            let (low, high) = out.split_at_mut(ops.len());
            let (mut low_sum, mut high_sum) = (ops.load(low), ops.load(high));
            for (factor, value) in factors.iter().zip(values) {
                let value = halves.load(&value[first..first + halves.len()]);
                low_sum = ops.mul_add(*factor, halves.extend_low(value), low_sum);
                high_sum = ops.mul_add(*factor, halves.extend_high(value), high_sum);
            }
            ops.store(low_sum, low);
            ops.store(high_sum, high);
        }
        for (place, out) in out.iter_mut().enumerate().skip(whole) {
            *out = weights.iter().zip(values).fold(*out, |sum, (weight, value)| sum + weight * value[place].to_f32());
        }
    }
}

/// Rounds floats to halves.
struct Narrow<'a> {
    floats: &'a [f32],
    halves: &'a mut [f16],
}

impl SimdOp for Narrow<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let (ops, halves) = (isa.f32(), isa.f16());
        let mut floats = self.floats.chunks_exact(halves.len());
        let mut outs = self.halves.chunks_exact_mut(halves.len());
        for (floats, out) in floats.by_ref().zip(outs.by_ref()) {
            let (low, high) = floats.split_at(ops.len());
            halves.store(ops.narrow_saturate(ops.load(low), ops.load(high)), out);
        }
        for (float, out) in floats.remainder().iter().zip(outs.into_remainder()) {
            *out = f16::from_f32(*float);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs<'a>(memories: &'a [Memory], seen: &'a [KeyRange<'a>]) -> AttentionInputs<'a> {
        AttentionInputs { memories, seen, bias: None }
    }

    fn matrix(shape: (usize, usize), seed: usize) -> Tensor {
        let values: Vec<f32> =
            (0..shape.0 * shape.1).map(|index| ((index * 7919 + seed) % 997) as f32 / 400.0 - 1.2).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn numbers(x: &Tensor) -> Vec<f32> {
        x.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    }

    #[test]
    fn heads_that_share_a_key_find_what_heads_with_copies_of_it_find() {
        let heads = Heads { queries_per_kv_head: 2, ..Heads::new(4, 32) };
        let queries = matrix((2, 40), 1);
        let seen = [KeyRange::RowsAndPath(&(0..3), &[1, 0]), KeyRange::RowsAndPath(&(3..7), &[0, 0])];
        // Keys and values of two heads, `[rows, 2, 2, 8]`, and of four, of which two each are the same.
        let shared = [(7, 2), (2, 3), (2, 4)].map(|(rows, seed)| matrix((rows, 32), seed));
        let copied = shared.each_ref().map(|matrix| {
            let rows = matrix.dim(0).unwrap();
            let heads = matrix.reshape((rows, 4, 1, 8)).unwrap().broadcast_as((rows, 4, 2, 8)).unwrap();
            heads.reshape((rows, 64)).unwrap().contiguous().unwrap()
        });
        let found = |matrices: &[Tensor], heads: Heads, halves: bool| {
            let dim = heads.kv_dim();
            let memory = |matrix: &Tensor| match halves {
                true => Memory::f16(matrix, (0, dim), dim).unwrap(),
                false => Memory::F32 { matrix: matrix.clone(), keys: 0, values: dim },
            };
            let memories: Vec<Memory> = matrices.iter().map(memory).collect();
            numbers(&attention(&queries, inputs(&memories, &seen), heads).unwrap())
        };
        for halves in [false, true] {
            let together = found(&shared, heads, halves);
            assert_eq!(together, found(&copied, Heads::new(4, 32), halves));
            // Heads of a pair look with other queries at the same keys.
            assert_ne!(together[..8], together[8..16]);
        }
    }

    #[test]
    fn halves_are_close_to_floats() {
        let heads = Heads::new(2, 64);
        let (queries, all) = (matrix((2, 64), 1), matrix((9, 128), 2));
        let halves = [Memory::f16(&all, (0, 64), 64).unwrap()];
        let floats = [Memory::F32 { matrix: all, keys: 0, values: 64 }];
        let seen = [KeyRange::Rows(&(0..9)); 2];
        let found = |memory: &[Memory]| numbers(&attention(&queries, inputs(memory, &seen), heads).unwrap());
        for (half, float) in found(&halves).iter().zip(&found(&floats)) {
            assert!((half - float).abs() < 2e-3, "{half} for {float}");
        }
    }

    #[test]
    fn a_query_finds_the_same_to_the_bit_whatever_lies_beside_its_keys() {
        let heads = Heads::new(2, 16);
        let all = matrix((9, 32), 2);
        let part = all.narrow(0, 2, 3).unwrap();
        let memory = |matrix| [Memory::F32 { matrix, keys: 0, values: 16 }];
        let both = [KeyRange::Rows(&(2..5)), KeyRange::Rows(&(0..9))];
        let both = attention(&matrix((2, 16), 1), inputs(&memory(all), &both), heads).unwrap();
        let seen = [KeyRange::Rows(&(0..3))];
        let alone = attention(&matrix((1, 16), 1), inputs(&memory(part), &seen), heads).unwrap();
        assert_eq!(numbers(&both)[..16], numbers(&alone));
    }
}
