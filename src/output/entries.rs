//! The entries of a briefing, kept on disk until the briefing is written.
//!
//! The file holds two records for each entry: its mention, for tables of contents, and the entry itself. Memory holds
//! only their offsets. The file has no name, so it disappears with the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use serde::de::DeserializeOwned;

use crate::document::{Entry, Mention};

/// An append-only store of entries.
pub(super) struct Entries {
    file: File,
    ends: Vec<Ends>,
    /// Indices of the entries that have passages left out.
    with_left_out: Vec<usize>,
}

/// Offsets in the file at which the records of an entry end. They start where those of the entry before end.
struct Ends {
    mention: u64,
    entry: u64,
}

impl Entries {
    /// Stores entries in `file`, which must be empty.
    pub(super) fn new(file: File) -> Self {
        Self { file, ends: Vec::new(), with_left_out: Vec::new() }
    }

    /// Appends `entry`. An error leaves the store as it was.
    pub(super) fn push(&mut self, entry: &Entry) -> io::Result<()> {
        let start = self.start(self.ends.len());
        let mut records = postcard::to_allocvec(&Mention::new(entry)).map_err(io::Error::other)?;
        let mention = start + records.len() as u64;
        records = postcard::to_extend(entry, records).map_err(io::Error::other)?;
        // A failed attempt may have left bytes after the last record. They are overwritten.
        self.file.seek(SeekFrom::Start(start))?;
        self.file.write_all(&records)?;
        if !entry.translation.article().left_out().is_empty() {
            self.with_left_out.push(self.ends.len());
        }
        self.ends.push(Ends { mention, entry: start + records.len() as u64 });
        Ok(())
    }

    /// Number of entries.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Indices of the entries that have passages left out, in ascending order.
    pub(super) fn with_left_out(&self) -> &[usize] {
        &self.with_left_out
    }

    /// The entry at `index`.
    pub(super) fn entry(&self, index: usize) -> io::Result<Entry> {
        let ends = self.ends.get(index).ok_or(io::ErrorKind::NotFound)?;
        self.read(ends.mention..ends.entry)
    }

    /// The mention of the entry at `index`.
    pub(super) fn mention(&self, index: usize) -> io::Result<Mention> {
        let ends = self.ends.get(index).ok_or(io::ErrorKind::NotFound)?;
        self.read(self.start(index)..ends.mention)
    }

    /// Offset at which the records of the entry at `index` start.
    fn start(&self, index: usize) -> u64 {
        index.checked_sub(1).map_or(0, |before| self.ends[before].entry)
    }

    fn read<T: DeserializeOwned>(&self, range: Range<u64>) -> io::Result<T> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(range.start))?;
        let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
        file.read_exact(&mut bytes)?;
        postcard::from_bytes(&bytes).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::canned::CANNED;

    #[test]
    fn every_entry_and_its_mention_come_back_as_they_were_in_any_order() {
        for (name, briefing) in CANNED {
            let mut entries = Entries::new(tempfile::tempfile().unwrap());
            let expected = briefing().entries;
            for entry in &expected {
                entries.push(entry).unwrap();
                // As a failed attempt would.
                entries.file.write_all(b"half an entry").unwrap();
            }
            assert_eq!(entries.len(), expected.len());
            for entry in expected.iter().rev().chain(&expected) {
                assert_eq!(entries.entry(entry.index).unwrap(), *entry, "{name}");
                assert_eq!(entries.mention(entry.index).unwrap(), Mention::new(entry), "{name}");
                let has_left_out = !entry.translation.article().left_out().is_empty();
                assert_eq!(entries.with_left_out().contains(&entry.index), has_left_out, "{name}");
            }
            assert!(entries.entry(expected.len()).is_err() && entries.mention(expected.len()).is_err());
        }
    }

    #[test]
    fn scores_come_back_to_the_bit() {
        let mut entries = Entries::new(tempfile::tempfile().unwrap());
        let mut entry = crate::document::canned::ordinary().entries.remove(0);
        let score = entry.translation.sentences().find_map(|sentence| sentence.score).unwrap();
        entries.push(&entry).unwrap();
        entry = entries.entry(0).unwrap();
        let found = entry.translation.sentences().find_map(|sentence| sentence.score).unwrap();
        assert_eq!(found.to_bits(), score.to_bits());
    }
}
