//! Scaled dot-product attention over several heads (Vaswani et al., 2017, section 3.2).

use candle_core::{D, DType, Device, Tensor};

use super::exponential::softmax;
use super::with_floats;
use crate::neural::Error;
use crate::neural::state::Memory;

/// Which keys each row looks at.
pub(in crate::neural) struct Seen<'a> {
    /// The source that each row reads.
    pub(in crate::neural) source_of_row: &'a [usize],
    /// How many keys of each source count.
    pub(in crate::neural) lengths: &'a [usize],
}

/// What each query finds: for every head, the mean of the values weighted by `softmax(query · key / √head)`.
///
/// `queries` are `[rows, queries, dim]`, the memory's keys and values `[sources, room, dim]`; `seen` says of which
/// source a row looks at how many keys, and the others are not touched. The result has the shape of `queries`.
pub(in crate::neural) fn attention(
    queries: &Tensor,
    memory: &Memory,
    seen: &Seen<'_>,
    heads: usize,
) -> Result<Tensor, Error> {
    let Memory { keys, values } = memory;
    if !queries.device().is_cpu() {
        return Ok(on_device(queries, memory, seen, heads)?);
    }
    let (rows, count, dim) = queries.dims3()?;
    let room = keys.dim(1)?;
    let shape = Shape { count, room, dim, head: dim / heads.max(1) };
    let found = with_floats(queries, |queries| {
        with_floats(keys, |keys| {
            with_floats(values, |values| {
                let mut found = vec![0.0; rows * count * dim];
                let mut weights = Vec::with_capacity(room);
                for row in 0..rows {
                    let source = seen.source_of_row[row];
                    let of_source = |all| rows_of(all, source, room * dim);
                    let out = &mut found[row * count * dim..(row + 1) * count * dim];
                    let queries = rows_of(queries, row, count * dim);
                    let length = seen.lengths[source];
                    shape.attend(queries, (of_source(keys), of_source(values)), length, (&mut weights, out));
                }
                found
            })
        })
    })???;
    Ok(Tensor::from_vec(found, (rows, count, dim), &Device::Cpu)?)
}

fn rows_of(all: &[f32], row: usize, size: usize) -> &[f32] {
    &all[row * size..(row + 1) * size]
}

struct Shape {
    count: usize,
    room: usize,
    dim: usize,
    head: usize,
}

impl Shape {
    /// One row: `queries` `[count, dim]`, keys and values `[room, dim]` of which `length` count, `out` `[count, dim]`.
    fn attend(
        &self,
        queries: &[f32],
        (keys, values): (&[f32], &[f32]),
        length: usize,
        (weights, out): (&mut Vec<f32>, &mut [f32]),
    ) {
        let Self { count, room, dim, head } = *self;
        let scale = (head as f32).sqrt().recip();
        let length = length.min(room);
        for query_index in 0..count {
            // In self-attention over a padded source, queries past the length are padding too.
            if count == room && query_index >= length {
                break;
            }
            for start in (0..dim).step_by(head.max(1)) {
                let place = query_index * dim + start;
                let query = &queries[place..place + head];
                weights.clear();
                weights.extend((0..length).map(|key| scale * dot(query, &keys[key * dim + start..][..head])));
                softmax(weights);
                let out = &mut out[place..place + head];
                for (key, weight) in weights.iter().enumerate() {
                    for (out, value) in out.iter_mut().zip(&values[key * dim + start..][..head]) {
                        *out += weight * value;
                    }
                }
            }
        }
    }
}

/// The inner product in eight lanes, which the compiler turns into vector instructions.
fn dot(left: &[f32], right: &[f32]) -> f32 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<8>(), right.as_chunks::<8>());
    let mut lanes = [0.0_f32; 8];
    for (left, right) in left.iter().zip(right) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    lanes.iter().sum::<f32>() + left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum::<f32>()
}

fn on_device(queries: &Tensor, memory: &Memory, seen: &Seen<'_>, heads: usize) -> candle_core::Result<Tensor> {
    let (rows, count, dim) = queries.dims3()?;
    let (sources, room, _) = memory.keys.dims3()?;
    let head = dim / heads.max(1);
    let (mut keys, mut values) = (memory.keys.clone(), memory.values.clone());
    if !seen.source_of_row.iter().copied().eq(0..sources) {
        let rows: Vec<u32> = seen.source_of_row.iter().map(|source| *source as u32).collect();
        let rows = Tensor::new(rows, queries.device())?;
        (keys, values) = (keys.index_select(&rows, 0)?, values.index_select(&rows, 0)?);
    }
    // [rows, heads, time, head]
    let split = |x: &Tensor, time| x.reshape((rows, time, heads, head))?.transpose(1, 2)?.contiguous();
    let (queries, keys, values) = (split(queries, count)?, split(&keys, room)?, split(&values, room)?);
    let scores = (queries.matmul(&keys.t()?)? / (head as f64).sqrt())?.to_dtype(DType::F32)?;
    let mask: Vec<f32> = seen
        .source_of_row
        .iter()
        .flat_map(|source| {
            let length = seen.lengths[*source];
            (0..room).map(move |key| if key < length { 0.0 } else { f32::NEG_INFINITY })
        })
        .collect();
    let mask = Tensor::from_vec(mask, (rows, 1, 1, room), queries.device())?;
    let scores = scores.broadcast_add(&mask)?;
    let weights = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
    let weights = weights.broadcast_div(&weights.sum_keepdim(D::Minus1)?)?.to_dtype(values.dtype())?;
    weights.matmul(&values)?.transpose(1, 2)?.reshape((rows, count, dim))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(shape: (usize, usize, usize), seed: usize) -> Tensor {
        let count = shape.0 * shape.1 * shape.2;
        let values: Vec<f32> = (0..count).map(|index| ((index * 7919 + seed) % 997) as f32 / 400.0 - 1.2).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn memory(shape: (usize, usize, usize)) -> Memory {
        Memory { keys: tensor(shape, 2), values: tensor(shape, 3) }
    }

    #[test]
    fn the_loop_and_the_device_agree() {
        let (queries, memory) = (tensor((4, 2, 36), 1), memory((3, 7, 36)));
        let seen = Seen { source_of_row: &[0, 2, 1, 2], lengths: &[7, 1, 4] };
        let found = attention(&queries, &memory, &seen, 3).unwrap();
        let expected = on_device(&queries, &memory, &seen, 3).unwrap();
        let difference = (found - expected).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(difference < 1e-5, "{difference}");
    }

    #[test]
    fn what_lies_past_a_rows_length_does_not_matter() {
        let (queries, memory) = (tensor((1, 1, 16), 1), memory((1, 5, 16)));
        let seen = Seen { source_of_row: &[0], lengths: &[3] };
        let padded = attention(&queries, &memory, &seen, 2).unwrap();
        let short = |x: &Tensor| x.narrow(1, 0, 3).unwrap();
        let memory = Memory { keys: short(&memory.keys), values: short(&memory.values) };
        let alone = attention(&queries, &memory, &seen, 2).unwrap();
        let numbers = |x: Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(numbers(padded), numbers(alone));
    }
}
