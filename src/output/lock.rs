//! One run at a time writes to a folder.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::error::Error;

/// Held until it is dropped, or until the process ends, however it ends.
pub(super) struct FolderLock {
    _file: File,
    #[cfg(not(unix))]
    path: std::path::PathBuf,
}

impl FolderLock {
    /// Takes the lock of the folder `path`.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        let file = handle(path).map_err(|source| Error::NotWritable { path: path.into(), source })?;
        match file.try_lock() {
            // Some network file systems have no locks. Two runs are then kept apart by their user.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self {
                _file: file,
                #[cfg(not(unix))]
                path: path.join(FILE),
            }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: path.into() }),
        }
    }
}

#[cfg(not(unix))]
impl Drop for FolderLock {
    fn drop(&mut self) {
        // Whoever waits for nothing has gone; if it cannot be removed, it is in nobody's way.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The folder itself: so nothing more stands in it.
#[cfg(unix)]
fn handle(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A file in the folder, where folders cannot be locked. It goes with the lock.
#[cfg(not(unix))]
fn handle(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path.join(FILE))
}

#[cfg(not(unix))]
const FILE: &str = ".depesche-lock";
