//! What a kind of device is, what an open one is, and why one may be unusable.

use candle_core::{DType, Device, Tensor};
use thiserror::Error;

use crate::hint::Hint;

/// A kind of device that can compute, such as NVIDIA GPUs.
#[derive(Debug)]
pub struct DeviceKind {
    /// The name of the kind on the command line.
    pub name: &'static str,
    /// One line about the kind for the help text.
    pub about: &'static str,
    /// The Cargo feature that compiles support for the kind in; `None` if it is always there.
    pub feature: Option<&'static str>,
    /// How many such devices there are.
    pub count: fn() -> Result<usize, Unavailable>,
    /// Opens the device with this number, counted from 0.
    pub open: fn(usize) -> Result<Opened, Unavailable>,
}

/// A device that works.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The device as candle knows it.
    pub device: Device,
    /// The model name of the device, as its maker gives it.
    pub model: String,
    /// Free memory in bytes, where the device has memory of its own.
    pub free_memory: Option<u64>,
}

/// Why a device cannot be used.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// This build of the program does not support the device.
    #[error("this build of the program does not contain it")]
    NotCompiled {
        /// The Cargo feature that adds the device.
        feature: &'static str,
    },
    /// A driver library that the device needs cannot be loaded or does not work.
    #[error("{library} cannot be used: {reason}")]
    Driver {
        /// The driver library of the GPU.
        library: String,
        /// What the system says about the driver.
        reason: String,
    },
    /// There are fewer devices of this kind.
    #[error("there is no device number {number}: {count} were found")]
    NoSuchDevice {
        /// The device number that was asked for, from 0.
        number: usize,
        /// How many devices of the kind there are.
        count: usize,
    },
    /// Other programs have taken the memory of the device, or it never had enough.
    #[error("too little memory: {} MiB are free, {} MiB needed", free >> 20, needed >> 20)]
    TooLittleMemory {
        /// Free memory of the device in bytes.
        free: u64,
        /// The memory that is needed, in bytes.
        needed: u64,
    },
    /// The device exists, but computes nothing or a wrong result.
    #[error("it does not compute: {reason}")]
    Broken {
        /// What the device reports.
        reason: String,
    },
}

impl Hint for Unavailable {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotCompiled { feature } => {
                Some(format!("build it with: cargo install --path . --features {feature}"))
            }
            Self::Driver { .. } => Some("install the driver of the GPU, or use --device cpu".into()),
            Self::NoSuchDevice { count, .. } if *count > 0 => Some(format!("the highest number is {}", count - 1)),
            Self::NoSuchDevice { .. } => None,
            Self::TooLittleMemory { .. } => Some("end what else uses the GPU, or use --device cpu".into()),
            Self::Broken { .. } => {
                Some("the GPU may be older than the program was built for (CUDA_COMPUTE_CAP at build time)".into())
            }
        }
    }
}

/// Memory that must be free on a device, in bytes: enough for the smallest models and a batch.
pub(super) const NEEDED_MEMORY: u64 = 1 << 30;

/// Returns the `opened` device if it has enough memory and computes a sum correctly.
#[cfg_attr(not(any(feature = "cuda", feature = "metal")), allow(dead_code))]
pub(super) fn checked(opened: Opened) -> Result<Opened, Unavailable> {
    if let Some(free_memory) = opened.free_memory.filter(|free_memory| *free_memory < NEEDED_MEMORY) {
        return Err(Unavailable::TooLittleMemory { free: free_memory, needed: NEEDED_MEMORY });
    }
    let sum_of_product = || {
        let ones = Tensor::ones((64, 64), DType::F16, &opened.device)?;
        ones.matmul(&ones)?.to_dtype(DType::F32)?.sum_all()?.to_scalar::<f32>()
    };
    match sum_of_product() {
        Ok(sum) if sum == 64.0 * 64.0 * 64.0 => Ok(opened),
        Ok(sum) => Err(Unavailable::Broken { reason: format!("262144 came out as {sum}") }),
        Err(error) => Err(Unavailable::Broken { reason: error.to_string() }),
    }
}
