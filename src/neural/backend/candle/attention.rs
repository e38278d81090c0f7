//! Attention by candle's operations, on tensors `[blocks, heads, time, head_dim]`.

use candle_core::{Result, Tensor};
use candle_nn::ops::softmax_last_dim;

use crate::neural::backend::heads::Heads;

/// `softmax(queries · keys + added) · values`, where `queries` are scaled already. The softmax sums in 32 bits, whatever
/// the numbers are held in.
pub(super) fn attend(queries: &Tensor, [keys, values]: &[Tensor; 2], added: [Option<&Tensor>; 2]) -> Result<Tensor> {
    let mut sum = scores(queries, keys)?;
    for term in added.into_iter().flatten() {
        sum = sum.broadcast_add(term)?;
    }
    weighted_sums(&softmax_last_dim(&sum)?, values)
}

/// `queries` `[blocks, heads, time, head_dim]` times `keys` `[blocks, kv_heads, keys, head_dim]`:
/// `[blocks, heads, time, keys]`.
pub(super) fn scores(queries: &Tensor, keys: &Tensor) -> Result<Tensor> {
    let (blocks, heads, time, head_dim) = queries.dims4()?;
    let (count, kv_heads) = (keys.dim(2)?, keys.dim(1)?);
    let grouped = queries.reshape((blocks, kv_heads, heads / kv_heads.max(1) * time, head_dim))?;
    grouped.matmul(&keys.t()?)?.reshape((blocks, heads, time, count))
}

/// `weights` `[blocks, heads, time, keys]` times `values` `[blocks, kv_heads, keys, head_dim]`:
/// `[blocks, heads, time, head_dim]`.
pub(super) fn weighted_sums(weights: &Tensor, values: &Tensor) -> Result<Tensor> {
    let (blocks, heads, time, count) = weights.dims4()?;
    let (kv_heads, head_dim) = (values.dim(1)?, values.dim(3)?);
    let grouped = weights.reshape((blocks, kv_heads, heads / kv_heads.max(1) * time, count))?;
    grouped.matmul(values)?.reshape((blocks, heads, time, head_dim))
}

/// `queries` times the scale of products.
pub(super) fn scaled(queries: &Tensor, heads: Heads) -> Result<Tensor> {
    queries.affine(f64::from(heads.scale), 0.0)
}

/// `[blocks * time, count * head_dim]` → `[blocks, count, time, head_dim]`.
pub(super) fn split_heads(x: &Tensor, (blocks, time): (usize, usize), count: usize) -> Result<Tensor> {
    let head_dim = x.dim(1)? / count.max(1);
    if time == 1 {
        return x.reshape((blocks, count, 1, head_dim));
    }
    x.reshape((blocks, time, count, head_dim))?.transpose(1, 2)?.contiguous()
}

/// `[blocks, heads, time, head_dim]` → `[blocks * time, dim]`.
pub(super) fn join_heads(x: &Tensor, heads: Heads) -> Result<Tensor> {
    x.transpose(1, 2)?.reshape(((), heads.dim))
}
