//! A lock on the output folder: one run writes to it at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::error::Error;

/// Held until it is dropped or the process ends.
pub(super) struct FolderLock {
    _file: File,
    #[cfg(not(unix))]
    path: std::path::PathBuf,
}

impl FolderLock {
    /// Locks the folder `path`.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        let lock_file = lock_handle(path).map_err(|source| Error::NotWritable { path: path.into(), source })?;
        match lock_file.try_lock() {
            // Some network file systems have no locks. The user must then keep two runs apart.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self {
                _file: lock_file,
                #[cfg(not(unix))]
                path: path.join(LOCK_FILE),
            }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: path.into() }),
        }
    }
}

#[cfg(not(unix))]
impl Drop for FolderLock {
    fn drop(&mut self) {
        // A file that cannot be removed is harmless: its lock is gone.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Opens the folder itself, so that no lock file appears in it.
#[cfg(unix)]
fn lock_handle(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a lock file in the folder, on systems where folders cannot be locked. It is removed with the lock.
#[cfg(not(unix))]
fn lock_handle(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path.join(LOCK_FILE))
}

#[cfg(not(unix))]
const LOCK_FILE: &str = ".depesche-lock";
