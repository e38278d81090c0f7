//! Which devices compute: what the user asked for, or the best kind that works.

use std::str::FromStr;

use thiserror::Error;

use crate::hint::Hint;
use crate::neural::{DEVICES, DeviceKind, Opened, Unavailable};

/// The choice of the best kind that works.
const AUTO: &str = "auto";

/// What computes, as it is asked for on the command line: `auto`, a name of [`DEVICES`], or a name and numbers: `cuda:1`,
/// `cuda:0,2`, `cuda:all`. A name alone is the first device of its kind. A device that is named twice holds the weights twice and
/// computes two batches at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceChoice {
    /// Index in [`DEVICES`]; `None` is the best kind that works.
    kind: Option<usize>,
    which: Which,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    All,
    Numbers(Vec<usize>),
}

impl Default for Which {
    fn default() -> Self {
        Self::Numbers(vec![0])
    }
}

/// A device that was asked for cannot be used.
#[derive(Debug, Error)]
#[error("the device {name} cannot be used")]
pub struct DeviceError {
    /// Its name.
    name: String,
    /// Why.
    #[source]
    reason: Box<Unavailable>,
}

impl DeviceError {
    fn new(name: &str, reason: Unavailable) -> Self {
        Self { name: name.to_owned(), reason: Box::new(reason) }
    }
}

impl Hint for DeviceError {
    fn hint(&self) -> Option<String> {
        self.reason.hint()
    }
}

/// Devices of one kind that work.
#[derive(Debug)]
pub struct Devices {
    kind: &'static DeviceKind,
    opened: Vec<Opened>,
    passed_over: Vec<(&'static DeviceKind, Unavailable)>,
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, which) = text.split_once(':').map_or((text, None), |(name, which)| (name, Some(which)));
        if text == AUTO {
            return Ok(Self::default());
        }
        let names = || DEVICES.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        let kind = DEVICES.iter().position(|kind| kind.name == name);
        let kind =
            kind.ok_or_else(|| format!("expected {AUTO}, {}, or one of them with a number, as cuda:1", names()))?;
        let which = match which {
            None => Which::default(),
            Some("all") => Which::All,
            Some(numbers) => {
                let wrong = || "expected numbers of devices, as cuda:0,2, or cuda:all".to_owned();
                let numbers = numbers.split(',').map(|number| number.parse().map_err(|_| wrong()));
                Which::Numbers(numbers.collect::<Result<_, _>>()?)
            }
        };
        Ok(Self { kind: Some(kind), which })
    }
}

impl DeviceChoice {
    /// The processor.
    pub fn cpu() -> Self {
        Self { kind: DEVICES.iter().position(|kind| kind.feature.is_none()), which: Which::default() }
    }

    /// Opens what was asked for; where nothing was, the first device of the best kind that works.
    ///
    /// # Errors
    /// [`DeviceError`] if a device that was asked for cannot be used.
    pub fn open(&self) -> Result<Devices, DeviceError> {
        self.open_of(DEVICES)
    }

    fn open_of(&self, kinds: &'static [DeviceKind]) -> Result<Devices, DeviceError> {
        let all = |kind: &DeviceKind| match &self.which {
            Which::Numbers(numbers) => Ok(numbers.clone()),
            Which::All => (kind.count)().map(|count| (0..count.max(1)).collect()),
        };
        let open = |kind: &DeviceKind| all(kind)?.into_iter().map(kind.open).collect::<Result<Vec<_>, _>>();
        if let Some(kind) = self.kind.and_then(|kind| kinds.get(kind)) {
            let failed = |reason| DeviceError::new(kind.name, reason);
            return Ok(Devices { kind, opened: open(kind).map_err(failed)?, passed_over: Vec::new() });
        }
        let mut passed_over = Vec::new();
        for kind in kinds {
            match open(kind) {
                Ok(opened) => return Ok(Devices { kind, opened, passed_over }),
                Err(reason) => passed_over.push((kind, reason)),
            }
        }
        match passed_over.pop() {
            Some((kind, reason)) => Err(DeviceError::new(kind.name, reason)),
            None => Err(DeviceError::new(AUTO, Unavailable::NoSuchDevice { number: 0, count: 0 })),
        }
    }
}

impl Devices {
    /// The kind of all of them.
    pub fn kind(&self) -> &'static DeviceKind {
        self.kind
    }

    /// The devices, at least one.
    pub fn opened(&self) -> &[Opened] {
        &self.opened
    }

    /// The kinds that would have been preferred, and why they are not used.
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
        choice.open_of(KINDS).unwrap().opened.into_iter().map(|opened| opened.model).collect()
    }

    #[test]
    fn auto_takes_the_first_kind_that_works_and_says_why_no_other() {
        let devices = DeviceChoice::default().open_of(KINDS).unwrap();
        assert_eq!((devices.kind().name, devices.opened().len()), ("three", 1));
        let (kind, reason) = &devices.passed_over()[0];
        assert_eq!((kind.name, reason.to_string().as_str()), ("absent", "there is no device number 0: 0 were found"));
    }

    #[test]
    fn what_is_asked_for_is_opened_or_refused() {
        let of = |kind, which| DeviceChoice { kind: Some(kind), which };
        assert_eq!(models(&of(1, Which::All)), ["number 0", "number 1", "number 2"]);
        assert_eq!(models(&of(1, Which::Numbers(vec![2]))), ["number 2"]);
        let error = of(0, Which::default()).open_of(KINDS).unwrap_err();
        assert_eq!(error.to_string(), "the device absent cannot be used");
        assert!(of(0, Which::All).open_of(KINDS).is_err());
    }

    #[test]
    fn names_and_numbers_are_read() {
        let numbers = |text: &str| text.parse::<DeviceChoice>().map(|choice| choice.which);
        assert_eq!("auto".parse(), Ok(DeviceChoice::default()));
        assert_eq!("cpu".parse(), Ok(DeviceChoice::cpu()));
        assert_eq!(numbers("cuda"), Ok(Which::Numbers(vec![0])));
        assert_eq!(numbers("cuda:2,0,2"), Ok(Which::Numbers(vec![2, 0, 2])));
        assert_eq!(numbers("cuda:all"), Ok(Which::All));
        for wrong in ["", "gpu", "cuda:", "cuda:x", "cuda:1,", "cuda:-1", "auto:1", "CUDA"] {
            assert!(wrong.parse::<DeviceChoice>().is_err(), "{wrong}");
        }
    }
}
