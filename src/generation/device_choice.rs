//! What the user asks for → the devices that compute.

use std::str::FromStr;

use thiserror::Error;

use crate::hint::Hint;
use crate::neural::{DEVICE_KINDS, DeviceKind, Opened, Unavailable};

/// The device name that chooses the best kind that works.
const AUTO: &str = "auto";

/// A choice of devices, as the command line has it: `auto`, a name in [`DEVICE_KINDS`], or a name and numbers: `cuda:1`, `cuda:0,2`,
/// `cuda:all`. A name alone means the first device of its kind. A device that is named twice holds the weights twice and computes
/// two batches at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceChoice {
    /// Index in [`DEVICE_KINDS`]; `None` means the best kind that works.
    kind_index: Option<usize>,
    device_numbers: DeviceNumbers,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum DeviceNumbers {
    AllDevices,
    Devices(Vec<usize>),
}

impl Default for DeviceNumbers {
    fn default() -> Self {
        Self::Devices(vec![0])
    }
}

/// A device that the user asks for cannot be used.
#[derive(Debug, Error)]
#[error("the device {kind_name} cannot be used")]
pub struct DeviceError {
    /// The name of the kind of device.
    kind_name: String,
    /// Why the device cannot be used.
    #[source]
    reason: Box<Unavailable>,
}

impl DeviceError {
    fn new(kind_name: &str, reason: Unavailable) -> Self {
        Self { kind_name: kind_name.to_owned(), reason: Box::new(reason) }
    }
}

impl Hint for DeviceError {
    fn hint(&self) -> Option<String> {
        self.reason.hint()
    }
}

/// Open devices of one kind.
#[derive(Debug)]
pub struct Devices {
    kind: &'static DeviceKind,
    opened: Vec<Opened>,
    passed_over: Vec<(&'static DeviceKind, Unavailable)>,
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(choice: &str) -> Result<Self, String> {
        let (chosen_name, chosen_numbers) =
            choice.split_once(':').map_or((choice, None), |(kind_name, numbers)| (kind_name, Some(numbers)));
        if choice == AUTO {
            return Ok(Self::default());
        }
        let kind_names = || DEVICE_KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        let chosen_kind = DEVICE_KINDS.iter().position(|kind| kind.name == chosen_name);
        let kind_index = chosen_kind.ok_or_else(|| {
            format!("expected {AUTO}, {}, or one of them with a number, for example cuda:1", kind_names())
        })?;
        let device_numbers = match chosen_numbers {
            None => DeviceNumbers::default(),
            Some("all") => DeviceNumbers::AllDevices,
            Some(number_list) => {
                let wrong_numbers = |_| "expected device numbers, for example cuda:0,2, or cuda:all".to_owned();
                let device_numbers = number_list.split(',').map(|number| number.parse().map_err(wrong_numbers));
                DeviceNumbers::Devices(device_numbers.collect::<Result<_, _>>()?)
            }
        };
        Ok(Self { kind_index: Some(kind_index), device_numbers })
    }
}

impl DeviceChoice {
    /// The choice of the CPU.
    pub fn cpu() -> Self {
        Self {
            kind_index: DEVICE_KINDS.iter().position(|kind| kind.feature.is_none()),
            device_numbers: DeviceNumbers::default(),
        }
    }

    /// Opens the devices that the user asks for, or the first device of the best kind that works.
    ///
    /// # Errors
    /// [`DeviceError`] if a device that was asked for cannot be used.
    pub fn open(&self) -> Result<Devices, DeviceError> {
        self.open_from(DEVICE_KINDS)
    }

    /// [`DeviceChoice::open`] on another table of kinds.
    fn open_from(&self, device_kinds: &'static [DeviceKind]) -> Result<Devices, DeviceError> {
        let chosen_numbers = |kind: &DeviceKind| match &self.device_numbers {
            DeviceNumbers::Devices(numbers) => Ok(numbers.clone()),
            DeviceNumbers::AllDevices => (kind.count)().map(|count| (0..count.max(1)).collect()),
        };
        let open_chosen =
            |kind: &DeviceKind| chosen_numbers(kind)?.into_iter().map(kind.open).collect::<Result<Vec<_>, _>>();
        if let Some(kind) = self.kind_index.and_then(|kind_index| device_kinds.get(kind_index)) {
            let cannot_open = |reason| DeviceError::new(kind.name, reason);
            return Ok(Devices { kind, opened: open_chosen(kind).map_err(cannot_open)?, passed_over: Vec::new() });
        }
        let mut passed_over = Vec::new();
        for kind in device_kinds {
            match open_chosen(kind) {
                Ok(opened) => return Ok(Devices { kind, opened, passed_over }),
                Err(reason) => passed_over.push((kind, reason)),
            }
        }
        // No kind works; the last one tried, the CPU, says why.
        match passed_over.pop() {
            Some((last_tried, reason)) => Err(DeviceError::new(last_tried.name, reason)),
            None => Err(DeviceError::new(AUTO, Unavailable::NoSuchDevice { number: 0, count: 0 })),
        }
    }
}

impl Devices {
    /// The kind of all of these devices.
    pub fn kind(&self) -> &'static DeviceKind {
        self.kind
    }

    /// The open devices, at least one.
    pub fn opened(&self) -> &[Opened] {
        &self.opened
    }

    /// Better kinds of device that do not work, and why.
    pub fn passed_over(&self) -> &[(&'static DeviceKind, Unavailable)] {
        &self.passed_over
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn opened(number: usize) -> Result<Opened, Unavailable> {
        Ok(Opened { device: Device::Cpu, model: format!("number {number}"), free_memory: None })
    }

    fn none(number: usize) -> Result<Opened, Unavailable> {
        Err(Unavailable::NoSuchDevice { number, count: 0 })
    }

    const KINDS: &[DeviceKind] = &[
        DeviceKind { name: "absent", about: "", feature: Some("absent"), count: || Ok(0), open: none },
        DeviceKind { name: "three", about: "", feature: None, count: || Ok(3), open: opened },
    ];

    fn models(choice: &DeviceChoice) -> Vec<String> {
        choice.open_from(KINDS).unwrap().opened.into_iter().map(|opened| opened.model).collect()
    }

    #[test]
    fn auto_takes_the_first_kind_that_works_and_says_why_no_other() {
        let devices = DeviceChoice::default().open_from(KINDS).unwrap();
        assert_eq!((devices.kind().name, devices.opened().len()), ("three", 1));
        let (kind, reason) = &devices.passed_over()[0];
        assert_eq!((kind.name, reason.to_string().as_str()), ("absent", "there is no device number 0: 0 were found"));
    }

    #[test]
    fn what_is_asked_for_is_opened_or_refused() {
        let choice = |kind, device_numbers| DeviceChoice { kind_index: Some(kind), device_numbers };
        assert_eq!(models(&choice(1, DeviceNumbers::AllDevices)), ["number 0", "number 1", "number 2"]);
        assert_eq!(models(&choice(1, DeviceNumbers::Devices(vec![2]))), ["number 2"]);
        let error = choice(0, DeviceNumbers::default()).open_from(KINDS).unwrap_err();
        assert_eq!(error.to_string(), "the device absent cannot be used");
        assert!(choice(0, DeviceNumbers::AllDevices).open_from(KINDS).is_err());
    }

    #[test]
    fn names_and_numbers_are_read() {
        let numbers = |text: &str| text.parse::<DeviceChoice>().map(|choice| choice.device_numbers);
        assert_eq!("auto".parse(), Ok(DeviceChoice::default()));
        assert_eq!("cpu".parse(), Ok(DeviceChoice::cpu()));
        assert_eq!(numbers("cuda"), Ok(DeviceNumbers::Devices(vec![0])));
        assert_eq!(numbers("cuda:2,0,2"), Ok(DeviceNumbers::Devices(vec![2, 0, 2])));
        assert_eq!(numbers("cuda:all"), Ok(DeviceNumbers::AllDevices));
        for wrong in ["", "gpu", "cuda:", "cuda:x", "cuda:1,", "cuda:-1", "auto:1", "CUDA"] {
            assert!(wrong.parse::<DeviceChoice>().is_err(), "{wrong}");
        }
    }
}
