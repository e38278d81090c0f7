//! What happens between two matrix products: attention, layer normalisation, activation.
//!
//! Each operation has two forms: a plain loop for the CPU that goes through a row in a fixed order, and a
//! composition of candle's operations for every other device. Tests hold the two against each other. A kernel of our own for
//! a device would go where the composition is.

mod activation;
mod attention;
mod exponential;
mod normalize;
mod padded;
mod relative;
mod rope;
mod simd;
mod top;

use candle_core::{CpuStorage, Layout, Storage, Tensor};

use super::Error;

pub(super) use activation::Activation;
pub(super) use attention::{AttentionInputs, Heads, KeyRange, Memory, attention};
pub use exponential::log_sum_exp;
pub(super) use exponential::{exp, largest, sum_exp};
pub(super) use normalize::Norm;
pub(super) use padded::{Caches, Padding};
pub(super) use relative::{Buckets, RelativeBias};
pub(super) use rope::{Rope, RopeTable};
pub(super) use simd::{LANES, larger, maximum, vectorized};
pub(super) use top::{GROUP, MOST, top};

/// Calls `with` on the numbers of a contiguous f32 tensor on the CPU, without copying them.
pub(super) fn with_floats<T>(tensor: &Tensor, with: impl FnOnce(&[f32]) -> T) -> Result<T, Error> {
    let (storage, layout) = tensor.storage_and_layout();
    Ok(with(floats(&storage, layout)?))
}

/// The numbers of a contiguous f32 tensor on the CPU.
fn floats<'a>(storage: &'a Storage, layout: &Layout) -> Result<&'a [f32], Error> {
    match (storage, layout.contiguous_offsets()) {
        (Storage::Cpu(CpuStorage::F32(values)), Some((start, end))) => Ok(&values[start..end]),
        _ => Err(candle_core::Error::Msg("expected contiguous 32-bit floats on the CPU".into()).into()),
    }
}
