//! What a command prints as its product.

use std::io::{self, Write};
use std::process::ExitCode;

use super::error::{Error, Result};

/// Writes the product of a command to standard output. A closed pipe is no failure.
pub(super) fn print(product: &[u8]) -> Result<ExitCode> {
    match io::stdout().lock().write_all(product) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write(error).into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
