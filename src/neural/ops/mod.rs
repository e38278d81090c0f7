//! What happens between two matrix products: attention, layer normalisation, activation.
//!
//! Each operation has two forms: a plain loop for the CPU that goes through a row in a fixed order and never looks at
//! padding, and a composition of candle's operations for every other device. Tests hold the two against each other.

mod activation;
mod attention;
mod exponential;
mod normalize;

use candle_core::{CpuStorage, Storage, Tensor};

use super::Error;

pub(super) use activation::Activation;
pub(super) use attention::{Seen, attention};
pub use exponential::log_sum_exp;
pub(super) use normalize::LayerNorm;

/// Calls `with` on the numbers of a contiguous f32 tensor on the CPU, without copying them.
pub(super) fn with_floats<T>(tensor: &Tensor, with: impl FnOnce(&[f32]) -> T) -> Result<T, Error> {
    let tensor = tensor.contiguous()?;
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(CpuStorage::F32(values)) => {
            let start = layout.start_offset();
            Ok(with(&values[start..start + layout.shape().elem_count()]))
        }
        _ => Err(candle_core::Error::Msg("expected 32-bit floats on the CPU".into()).into()),
    }
}
