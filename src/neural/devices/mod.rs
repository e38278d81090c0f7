//! The devices that models run on: a table of their kinds, and how to open one.
//!
//! Asking for a device that does not exist, or that this build does not support, is an error with a reason, never a panic.
//! A device that was opened has passed a small computation.
//!
//! To add a kind, write its `DeviceKind` in a file of its own and name it in [`DEVICE_KINDS`]. Layers compute on it with candle's
//! operations.

mod cuda;
#[cfg(feature = "cuda")]
mod cuda_libraries;
mod kind;
mod metal;

use candle_core::Device;

pub use self::kind::{DeviceKind, Opened, Unavailable};

/// Every kind, the preferred one first.
pub const DEVICE_KINDS: &[DeviceKind] = &[cuda::CUDA, metal::METAL, CPU];

/// The device that is the processor itself.
pub const CPU: DeviceKind = DeviceKind {
    name: "cpu",
    about: "the processor",
    feature: None,
    count: || Ok(1),
    open: |number| match number {
        0 => Ok(Opened { device: Device::Cpu, model: std::env::consts::ARCH.to_owned(), free_memory: None }),
        number => Err(Unavailable::NoSuchDevice { number, count: 1 }),
    },
};

#[cfg(test)]
mod tests {
    use super::kind::{NEEDED_MEMORY, checked};
    use super::*;
    use crate::hint::Hint;

    #[test]
    fn what_cannot_be_opened_says_why_and_what_to_do() {
        for kind in DEVICE_KINDS {
            // No machine has so many.
            let Err(error) = (kind.open)(99) else { panic!("{} 99 was opened", kind.name) };
            assert!(!error.to_string().is_empty(), "{}", kind.name);
            if let Unavailable::NotCompiled { feature } = error {
                assert_eq!(Some(feature), kind.feature);
                assert!(error.hint().is_some_and(|hint| hint.contains(feature)), "{}", kind.name);
            }
        }
    }

    #[test]
    fn a_device_with_too_little_memory_is_refused() {
        let opened = |free| Opened { device: Device::Cpu, model: "small".into(), free_memory: Some(free) };
        assert!(checked(opened(NEEDED_MEMORY)).is_ok());
        let error = checked(opened(100 << 20)).unwrap_err();
        assert_eq!(error.to_string(), "too little memory: 100 MiB are free, 1024 MiB needed");
    }

    #[test]
    fn the_last_kind_is_always_there() {
        let last = DEVICE_KINDS.last().unwrap();
        assert_eq!((last.name, last.feature), ("cpu", None));
        assert!((last.open)(0).is_ok());
    }
}
