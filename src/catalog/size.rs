//! Sizes of models and files as people read them.

use std::fmt;
use std::path::Path;

/// A number of bytes, displayed with a decimal unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSize(pub u64);

impl fmt::Display for ByteSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let byte_units = ["kB", "MB", "GB", "TB", "PB"];
        let Self(byte_count) = *self;
        if byte_count < 1000 {
            return write!(formatter, "{byte_count} B");
        }
        let (mut scaled_bytes, mut unit) = (byte_count as f64 / 1000.0, 0);
        while scaled_bytes >= 999.5 && unit + 1 < byte_units.len() {
            (scaled_bytes, unit) = (scaled_bytes / 1000.0, unit + 1);
        }
        let decimals = if scaled_bytes < 9.95 { 1 } else { 0 };
        write!(formatter, "{scaled_bytes:.decimals$} {}", byte_units[unit])
    }
}

/// The bytes that are free on the disk of `path`, or of the nearest folder above it that exists; `None` if the system does not say.
pub fn free_disk(path: &Path) -> Option<ByteSize> {
    let folder = path.ancestors().find(|folder| folder.is_dir())?;
    fs4::available_space(folder).ok().map(ByteSize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_for_people() {
        for (bytes, shown) in
            [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (298_000_000, "298 MB"), (1_240_000_000, "1.2 GB")]
        {
            assert_eq!(ByteSize(bytes).to_string(), shown);
        }
    }
}
