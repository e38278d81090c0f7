//! What a briefing is put together from at the end, kept on disk until then.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use tempfile::tempfile_in;

/// Parts of one kind, one after the other in a file that has no name: it vanishes with the program, however that
/// ends.
pub(super) struct Spool {
    file: File,
    length: u64,
}

impl Spool {
    /// An empty spool on the disk of `folder`.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: tempfile_in(folder)?, length: 0 })
    }

    /// True if nothing has been added.
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Bytes that were kept.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Adds `bytes`, which are no part of the spool until [`Spool::keep`].
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Makes what was written part of the spool.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        self.length = self.file.stream_position()?;
        Ok(())
    }

    /// Forgets what was written and not kept.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.set_len(self.length)
    }

    /// The bytes of `range`, which were kept.
    pub(super) fn read(&mut self, range: Range<u64>) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(range.start))?;
        let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap_or_default()];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Copies the whole spool to `out`.
    pub(super) fn copy(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.file, out).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_never_comes_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path()).unwrap();
        spool.write(b"eins ").unwrap();
        spool.keep().unwrap();
        spool.write(b"half an artic").unwrap();
        spool.forget().unwrap();
        spool.write(b"zwei").unwrap();
        spool.keep().unwrap();
        let mut out = Vec::new();
        spool.copy(&mut out).unwrap();
        assert_eq!(out, b"eins zwei");
        #[cfg(unix)]
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a spool has no name");
        drop(spool);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a spool leaves nothing");
    }
}
