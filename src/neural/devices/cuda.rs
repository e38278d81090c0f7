//! NVIDIA GPUs, by CUDA.

use super::kind::{DeviceKind, Opened, Unavailable};

/// NVIDIA GPUs.
pub(super) const CUDA: DeviceKind =
    DeviceKind { name: "cuda", about: "NVIDIA GPUs", feature: Some("cuda"), count, open };

#[cfg(not(feature = "cuda"))]
fn count() -> Result<usize, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "cuda" })
}

#[cfg(not(feature = "cuda"))]
fn open(_number: usize) -> Result<Opened, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "cuda" })
}

#[cfg(feature = "cuda")]
fn driver(reason: impl ToString) -> Unavailable {
    Unavailable::Driver { library: "the CUDA driver".into(), reason: reason.to_string() }
}

#[cfg(feature = "cuda")]
fn count() -> Result<usize, Unavailable> {
    use candle_core::cuda_backend::cudarc::driver::CudaContext;

    super::cuda_libraries::load()?;
    Ok(usize::try_from(CudaContext::device_count().map_err(driver)?).unwrap_or_default())
}

#[cfg(feature = "cuda")]
fn open(number: usize) -> Result<Opened, Unavailable> {
    let count = count()?;
    if number >= count {
        return Err(Unavailable::NoSuchDevice { number, count });
    }
    let device = candle_core::Device::new_cuda(number).map_err(driver)?;
    let context = device.as_cuda_device().map_err(driver)?.cuda_stream().context().clone();
    let model = context.name().map_err(driver)?;
    let (free, _) = context.mem_get_info().map_err(driver)?;
    super::kind::checked(Opened { device, model, free_memory: Some(free as u64) })
}
