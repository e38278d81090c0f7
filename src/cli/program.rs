//! What the program is called where it signs its work, and its exit codes.

/// Name and version.
pub(super) const PROGRAM: &str = concat!("depesche ", env!("CARGO_PKG_VERSION"));

/// Exit code: some articles failed, the rest are done.
pub(super) const SOME_FAILED: u8 = 1;

/// Exit code: the run could not start or continue.
pub(super) const NOT_STARTED: u8 = 2;
