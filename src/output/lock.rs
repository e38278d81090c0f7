//! One run at a time writes to a folder.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::Error;

/// Held until it is dropped, or until the process ends, however it ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the folder `path`.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        let file = handle(path).map_err(|source| Error::NotWritable { path: path.into(), source })?;
        match file.try_lock() {
            // Some network file systems have no locks. Two runs are then kept apart by their user.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: path.into() }),
        }
    }
}

/// The folder itself: so nothing more stands in it.
#[cfg(unix)]
fn handle(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A file in the folder, where folders cannot be locked.
#[cfg(not(unix))]
fn handle(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path.join(".depesche-lock"))
}
