//! Reading the part of `config.json` that a family needs, and refusing sizes that no model has.

use serde::Deserialize;
use serde_json::Value;

use crate::neural::error::Error;

/// The largest size that a configuration may state: far above any model, far below an allocation that would bring the
/// machine down.
const LARGEST: usize = 1 << 20;

/// The fields of `config` that `Config` names.
pub(super) fn parse<'config, Config: Deserialize<'config>>(config: &'config Value) -> Result<Config, Error> {
    Config::deserialize(config).map_err(|error| Error::Config { reason: error.to_string() })
}

/// Refuses sizes, given with the names of their fields, that are 0 or implausibly large.
pub(super) fn check_dimensions(dimensions: &[(&str, usize)]) -> Result<(), Error> {
    match dimensions.iter().find(|(_, value)| !(1..=LARGEST).contains(value)) {
        Some((name, value)) => Err(Error::Config { reason: format!("{name} is {value}, expected 1 to {LARGEST}") }),
        None => Ok(()),
    }
}
