//! What a command prints as its product.

use std::io::{self, Write};
use std::process::ExitCode;

use super::error::{Error, Result};

/// Writes `bytes` to standard output. A closed pipe is no failure.
pub(super) fn print(bytes: &[u8]) -> Result<ExitCode> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write(error).into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
