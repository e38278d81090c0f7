//! GPUs of Apple, by Metal.

use super::{DeviceKind, Opened, Unavailable};

/// See the module.
pub(super) const METAL: DeviceKind =
    DeviceKind { name: "metal", about: "GPUs of Apple", feature: Some("metal"), count, open };

#[cfg(not(feature = "metal"))]
fn count() -> Result<usize, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "metal" })
}

#[cfg(not(feature = "metal"))]
fn open(_number: usize) -> Result<Opened, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "metal" })
}

/// A Mac has one, save for some of the last with a processor of Intel.
#[cfg(feature = "metal")]
fn count() -> Result<usize, Unavailable> {
    Ok(1)
}

#[cfg(feature = "metal")]
fn open(number: usize) -> Result<Opened, Unavailable> {
    use candle_core::Device;

    if number > 0 {
        return Err(Unavailable::NoSuchDevice { number, count: 1 });
    }
    let driver = |error: candle_core::Error| Unavailable::Driver { library: "Metal".into(), reason: error.to_string() };
    let device = Device::new_metal(number).map_err(driver)?;
    super::tried(Opened { device, model: "Apple".into(), free_memory: None })
}
