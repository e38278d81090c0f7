//! NVIDIA GPUs, by CUDA.

use super::kind::{DeviceKind, Opened, Unavailable};

/// NVIDIA GPUs.
pub(super) const CUDA: DeviceKind = DeviceKind {
    name: "cuda",
    about: "NVIDIA GPUs",
    feature: Some("cuda"),
    count: count_cuda_devices,
    open: open_cuda,
};

#[cfg(not(feature = "cuda"))]
fn count_cuda_devices() -> Result<usize, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "cuda" })
}

#[cfg(not(feature = "cuda"))]
fn open_cuda(_device_number: usize) -> Result<Opened, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "cuda" })
}

#[cfg(feature = "cuda")]
fn driver_error(reason: impl ToString) -> Unavailable {
    Unavailable::Driver { library: "the CUDA driver".into(), reason: reason.to_string() }
}

#[cfg(feature = "cuda")]
fn count_cuda_devices() -> Result<usize, Unavailable> {
    use candle_core::cuda_backend::cudarc::driver::CudaContext;

    super::cuda_libraries::load()?;
    Ok(usize::try_from(CudaContext::device_count().map_err(driver_error)?).unwrap_or_default())
}

#[cfg(feature = "cuda")]
fn open_cuda(device_number: usize) -> Result<Opened, Unavailable> {
    let device_count = count_cuda_devices()?;
    if device_number >= device_count {
        return Err(Unavailable::NoSuchDevice { number: device_number, count: device_count });
    }
    let device = candle_core::Device::new_cuda(device_number).map_err(driver_error)?;
    let context = device.as_cuda_device().map_err(driver_error)?.cuda_stream().context().clone();
    let model = context.name().map_err(driver_error)?;
    let (free_bytes, _) = context.mem_get_info().map_err(driver_error)?;
    super::kind::checked(Opened { device, model, free_memory: Some(free_bytes as u64) })
}
