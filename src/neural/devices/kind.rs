//! What a kind of device is, what an open one is, and why one may be unusable.

use candle_core::{DType, Device, Tensor};
use thiserror::Error;

use crate::hint::Hint;

/// A kind of device.
#[derive(Debug)]
pub struct DeviceKind {
    /// The name on the command line.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// The Cargo feature that compiles it in; `None` if it is always there.
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
    /// Its model name, as its maker gives it.
    pub model: String,
    /// Free memory in bytes, where the device has memory of its own.
    pub free_memory: Option<u64>,
}

/// Why a device cannot be used.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// This build does not support it.
    #[error("this build of the program does not contain it")]
    NotCompiled {
        /// The Cargo feature that adds it.
        feature: &'static str,
    },
    /// A library that it needs cannot be loaded or does not work.
    #[error("{library} cannot be used: {reason}")]
    Driver {
        /// The library.
        library: String,
        /// What the system says.
        reason: String,
    },
    /// There are fewer devices of this kind.
    #[error("there is no device number {number}: {count} were found")]
    NoSuchDevice {
        /// The number that was asked for, from 0.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// Other programs have taken its memory, or it never had enough.
    #[error("too little memory: {} MiB are free, {} MiB needed", free >> 20, needed >> 20)]
    TooLittleMemory {
        /// Free memory in bytes.
        free: u64,
        /// What is needed, in bytes.
        needed: u64,
    },
    /// It exists, but computes nothing or a wrong result.
    #[error("it does not compute: {reason}")]
    Broken {
        /// What it reports.
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

/// Memory that must be free, in bytes: enough for the smallest models and a batch.
pub(super) const NEEDED: u64 = 1 << 30;

/// Returns `opened` if it has enough memory and computes a sum correctly.
#[cfg_attr(not(any(feature = "cuda", feature = "metal")), allow(dead_code))]
pub(super) fn checked(opened: Opened) -> Result<Opened, Unavailable> {
    if let Some(free) = opened.free_memory.filter(|free| *free < NEEDED) {
        return Err(Unavailable::TooLittleMemory { free, needed: NEEDED });
    }
    let sum = || {
        let ones = Tensor::ones((64, 64), DType::F16, &opened.device)?;
        ones.matmul(&ones)?.to_dtype(DType::F32)?.sum_all()?.to_scalar::<f32>()
    };
    match sum() {
        Ok(sum) if sum == 64.0 * 64.0 * 64.0 => Ok(opened),
        Ok(sum) => Err(Unavailable::Broken { reason: format!("262144 came out as {sum}") }),
        Err(error) => Err(Unavailable::Broken { reason: error.to_string() }),
    }
}
