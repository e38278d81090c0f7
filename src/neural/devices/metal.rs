//! Apple GPUs, by Metal.

use super::kind::{DeviceKind, Opened, Unavailable};

/// Apple GPUs.
pub(super) const METAL: DeviceKind = DeviceKind {
    name: "metal",
    about: "Apple GPUs",
    feature: Some("metal"),
    count: count_metal_devices,
    open: open_metal,
};

#[cfg(not(feature = "metal"))]
fn count_metal_devices() -> Result<usize, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "metal" })
}

#[cfg(not(feature = "metal"))]
fn open_metal(_device_number: usize) -> Result<Opened, Unavailable> {
    Err(Unavailable::NotCompiled { feature: "metal" })
}

/// Metal does not say how many. Every Mac has one, apart from some of the last with an Intel processor.
#[cfg(feature = "metal")]
fn count_metal_devices() -> Result<usize, Unavailable> {
    Ok(1)
}

#[cfg(feature = "metal")]
fn open_metal(device_number: usize) -> Result<Opened, Unavailable> {
    use candle_core::Device;

    if device_number > 0 {
        return Err(Unavailable::NoSuchDevice { number, count: 1 });
    }
    let driver = |error: candle_core::Error| Unavailable::Driver { library: "Metal".into(), reason: error.to_string() };
    let device = Device::new_metal(number).map_err(driver)?;
    super::kind::checked(Opened { device, model: "Apple".into(), free_memory: None })
}
