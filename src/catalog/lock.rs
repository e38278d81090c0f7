//! File locks: one process fetches a file while the others wait, then find it in the cache.
//!
//! The lock files and the locking are those of Python's `huggingface_hub`, so both programs respect each other.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use super::error::Error;

/// A lock on one file of the cache, held until it is dropped or the process ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path`; if another process has it, calls `report_waiting` and waits.
    pub(super) fn take(path: &Path, report_waiting: impl FnOnce()) -> Result<Self, Error> {
        let cannot_lock = |source| Error::Write { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(cannot_lock)?;
        }
        let lock_file = File::options().create(true).truncate(false).write(true).open(path).map_err(cannot_lock)?;
        match lock_file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                report_waiting();
                lock_file.lock().map_err(cannot_lock)?;
            }
            // Some network file systems have no locks. Files are verified anyway.
            Err(TryLockError::Error(_)) => {}
        }
        Ok(Self { _file: lock_file })
    }

    /// Whether another process holds the lock at `path`.
    pub(super) fn is_held(path: &Path) -> bool {
        File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/x.lock");
        assert!(!Lock::is_held(&path));
        let lock = Lock::take(&path, || panic!("nobody holds it")).unwrap();
        assert!(Lock::is_held(&path));
        drop(lock);
        assert!(!Lock::is_held(&path));
    }
}
