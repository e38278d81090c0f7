//! Scaled dot-product attention over several heads (Vaswani et al., 2017, section 3.2).
//!
//! There is no padding: each query names the places of the keys it looks at, in matrices that hold one vector a row.

use std::ops::Range;

use candle_core::{D, DType, Device, Tensor};

use super::exponential::softmax;
use super::simd::{LANES, total, vectorized};
use super::{floats, with_floats};
use crate::neural::Error;

/// Matrices `[rows, width]` whose rows hold a key and a value each.
#[derive(Clone)]
pub(in crate::neural) struct Memory {
    pub(in crate::neural) matrices: Vec<Tensor>,
    /// Column at which the keys begin.
    pub(in crate::neural) keys: usize,
    /// Column at which the values begin.
    pub(in crate::neural) values: usize,
}

/// The rows of a [`Memory`] that one query looks at.
#[derive(Clone, Copy)]
pub(in crate::neural) enum Seen<'a> {
    /// Neighbouring rows of the first matrix.
    Rows(&'a Range<usize>),
    /// One row of each of the first matrices.
    Path(&'a [usize]),
}

impl Seen<'_> {
    /// Matrix and row of everything that is seen, in order.
    fn places(self) -> impl Iterator<Item = (usize, usize)> {
        let (rows, path) = match self {
            Self::Rows(rows) => (rows.clone(), &[][..]),
            Self::Path(path) => (0..0, path),
        };
        rows.map(|row| (0, row)).chain(path.iter().copied().enumerate())
    }
}

/// How wide a model's attention is.
#[derive(Clone, Copy)]
pub(in crate::neural) struct Heads {
    pub(in crate::neural) count: usize,
    /// Width of all heads together.
    pub(in crate::neural) dim: usize,
}

/// What each query finds: for every head, the mean of the values weighted by `softmax(query · key / √head)`.
///
/// The queries are the first `dim` columns of `queries` `[rows, width]`, `seen` has one entry for each row. The result is
/// `[rows, dim]`.
pub(in crate::neural) fn attention(
    queries: &Tensor,
    memory: &Memory,
    seen: &[Seen<'_>],
    heads: Heads,
) -> Result<Tensor, Error> {
    if !queries.device().is_cpu() {
        return Ok(on_device(queries, memory, seen, heads)?);
    }
    let width = queries.dim(1)?;
    let head = heads.dim / heads.count.max(1);
    let widths = memory.matrices.iter().map(|matrix| matrix.dim(1)).collect::<candle_core::Result<Vec<_>>>()?;
    let guards: Vec<_> = memory.matrices.iter().map(Tensor::storage_and_layout).collect();
    let matrices = guards.iter().map(|(storage, layout)| floats(storage, layout)).collect::<Result<Vec<_>, _>>()?;
    let mut found = vec![0.0; seen.len() * heads.dim];
    with_floats(queries, |queries| {
        let (mut keys, mut values, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        let rows = seen.iter().zip(queries.chunks_exact(width)).zip(found.chunks_exact_mut(heads.dim));
        for ((seen, query), out) in rows {
            keys.clear();
            values.clear();
            for (matrix, row) in seen.places() {
                let vectors = &matrices[matrix][row * widths[matrix]..];
                keys.push(&vectors[memory.keys..memory.keys + heads.dim]);
                values.push(&vectors[memory.values..memory.values + heads.dim]);
            }
            attend(&query[..heads.dim], (&keys, &values), head, &mut weights, out);
        }
    })?;
    Ok(Tensor::from_vec(found, (seen.len(), heads.dim), &Device::Cpu)?)
}

vectorized! {
    /// One query `[dim]` over keys and values of `[dim]` each, `head` numbers a head, into `out` `[dim]`, which is zero.
    fn attend(query: &[f32], memory: (&[&[f32]], &[&[f32]]), head: usize, weights: &mut Vec<f32>, out: &mut [f32]) {
        let (keys, values) = memory;
        let scale = (head as f32).sqrt().recip();
        for (index, (query, out)) in query.chunks_exact(head).zip(out.chunks_exact_mut(head)).enumerate() {
            let start = index * head;
            weights.clear();
            for key in keys {
                weights.push(scale * dot(query, &key[start..start + head]));
            }
            softmax(weights);
            for (value, weight) in values.iter().zip(weights.iter()) {
                for (out, value) in out.iter_mut().zip(&value[start..start + head]) {
                    *out += weight * value;
                }
            }
        }
    }
}

#[inline(always)]
fn dot(left: &[f32], right: &[f32]) -> f32 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    let mut lanes = [0.0_f32; LANES];
    for (left, right) in left.iter().zip(right) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    left_rest.iter().zip(right_rest).fold(total(lanes), |sum, (left, right)| sum + left * right)
}

/// The same in candle's operations: what is seen is gathered into padded matrices, and the padding masked.
fn on_device(queries: &Tensor, memory: &Memory, seen: &[Seen<'_>], heads: Heads) -> candle_core::Result<Tensor> {
    let Heads { count, dim } = heads;
    let (rows, device) = (seen.len(), queries.device());
    let first_row: Vec<usize> = memory
        .matrices
        .iter()
        .scan(0, |rows, matrix| {
            let first = *rows;
            *rows += matrix.dim(0).unwrap_or_default();
            Some(first)
        })
        .collect();
    let places: Vec<Vec<u32>> =
        seen.iter().map(|seen| seen.places().map(|(matrix, row)| (first_row[matrix] + row) as u32).collect()).collect();
    let room = places.iter().map(Vec::len).max().unwrap_or_default();
    let padded = places.iter().flat_map(|row| (0..room).map(|place| row.get(place).copied().unwrap_or_default()));
    let padded = Tensor::from_vec(padded.collect::<Vec<_>>(), rows * room, device)?;
    let mask =
        places.iter().flat_map(|row| (0..room).map(|place| if place < row.len() { 0.0 } else { f32::NEG_INFINITY }));
    let mask = Tensor::from_vec(mask.collect::<Vec<_>>(), (rows, 1, 1, room), device)?;

    let all = Tensor::cat(&memory.matrices, 0)?.index_select(&padded, 0)?;
    // [rows, heads, time, head]
    let split = |x: Tensor, time| x.reshape((rows, time, count, dim / count.max(1)))?.transpose(1, 2)?.contiguous();
    let keys = split(all.narrow(1, memory.keys, dim)?.contiguous()?, room)?;
    let values = split(all.narrow(1, memory.values, dim)?.contiguous()?, room)?;
    let queries = split(queries.narrow(1, 0, dim)?.contiguous()?, 1)?;
    let scores = (queries.matmul(&keys.t()?)? / ((dim / count.max(1)) as f64).sqrt())?.to_dtype(DType::F32)?;
    let scores = scores.broadcast_add(&mask)?;
    let weights = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
    let weights = weights.broadcast_div(&weights.sum_keepdim(D::Minus1)?)?.to_dtype(values.dtype())?;
    weights.matmul(&values)?.transpose(1, 2)?.reshape((rows, dim))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(shape: (usize, usize), seed: usize) -> Tensor {
        let values: Vec<f32> =
            (0..shape.0 * shape.1).map(|index| ((index * 7919 + seed) % 997) as f32 / 400.0 - 1.2).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn numbers(x: &Tensor) -> Vec<f32> {
        x.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    }

    #[test]
    fn the_loop_and_the_device_agree() {
        let heads = Heads { count: 3, dim: 36 };
        let queries = matrix((3, 108), 1);
        let source = Memory { matrices: vec![matrix((9, 72), 2)], keys: 0, values: 36 };
        let rows = [0..7, 7..8, 3..9];
        let target = Memory { matrices: (3..6).map(|seed| matrix((4, 108), seed)).collect(), keys: 36, values: 72 };
        let paths = [&[1, 0, 2][..], &[3, 3, 3], &[0, 1, 0]];
        for (memory, seen) in [(source, rows.each_ref().map(Seen::Rows)), (target, paths.map(Seen::Path))] {
            let found = numbers(&attention(&queries, &memory, &seen, heads).unwrap());
            let expected = numbers(&on_device(&queries, &memory, &seen, heads).unwrap());
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
            }
        }
    }

    #[test]
    fn a_query_finds_the_same_to_the_bit_whatever_lies_beside_its_keys() {
        let heads = Heads { count: 2, dim: 16 };
        let memory = Memory { matrices: vec![matrix((9, 32), 2)], keys: 0, values: 16 };
        let both = attention(&matrix((2, 16), 1), &memory, &[Seen::Rows(&(2..5)), Seen::Rows(&(0..9))], heads).unwrap();
        let part = Memory { matrices: vec![memory.matrices[0].narrow(0, 2, 3).unwrap()], ..memory };
        let alone = attention(&matrix((1, 16), 1), &part, &[Seen::Rows(&(0..3))], heads).unwrap();
        assert_eq!(numbers(&both)[..16], numbers(&alone));
    }
}
