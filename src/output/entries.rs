//! The entries of a briefing, kept on disk until the briefing is written.
//!
//! The file holds two records for each entry: its mention, for tables of contents, and the entry itself. Memory holds
//! only their offsets. The file has no name, so it disappears with the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use serde::de::DeserializeOwned;

use crate::document::{Entry, Mention};

/// An append-only store of the briefing's entries on disk.
pub(super) struct StoredEntries {
    file: File,
    record_ends: Vec<RecordEnds>,
    /// Indices of the entries that have passages left out.
    with_left_out: Vec<usize>,
}

/// Offsets in the file at which the records of an entry end. They start where those of the entry before end.
struct RecordEnds {
    mention: u64,
    entry: u64,
}

impl StoredEntries {
    /// Stores entries in `file`, which must be empty.
    pub(super) fn new(file: File) -> Self {
        Self { file, record_ends: Vec::new(), with_left_out: Vec::new() }
    }

    /// Appends `entry`. An error leaves the store as it was.
    pub(super) fn push(&mut self, entry: &Entry) -> io::Result<()> {
        let entry_start = self.record_start(self.record_ends.len());
        let mut entry_records = postcard::to_allocvec(&Mention::new(entry)).map_err(io::Error::other)?;
        let mention_end = entry_start + entry_records.len() as u64;
        entry_records = postcard::to_extend(entry, entry_records).map_err(io::Error::other)?;
        // A failed attempt may have left bytes after the last record. They are overwritten.
        self.file.seek(SeekFrom::Start(entry_start))?;
        self.file.write_all(&entry_records)?;
        if !entry.translation.article().left_out().is_empty() {
            self.with_left_out.push(self.record_ends.len());
        }
        self.record_ends.push(RecordEnds { mention: mention_end, entry: entry_start + entry_records.len() as u64 });
        Ok(())
    }

    /// Number of entries that are stored.
    pub(super) fn len(&self) -> usize {
        self.record_ends.len()
    }

    /// Indices of the entries that have passages left out, in ascending order.
    pub(super) fn with_left_out(&self) -> &[usize] {
        &self.with_left_out
    }

    /// The stored entry at `entry_index`.
    pub(super) fn entry(&self, entry_index: usize) -> io::Result<Entry> {
        let record_ends = self.record_ends.get(entry_index).ok_or(io::ErrorKind::NotFound)?;
        self.read_record(record_ends.mention..record_ends.entry)
    }

    /// The mention of the entry at `entry_index`.
    pub(super) fn mention(&self, entry_index: usize) -> io::Result<Mention> {
        let record_ends = self.record_ends.get(entry_index).ok_or(io::ErrorKind::NotFound)?;
        self.read_record(self.record_start(entry_index)..record_ends.mention)
    }

    /// Offset at which the records of the entry at `entry_index` start.
    fn record_start(&self, entry_index: usize) -> u64 {
        entry_index.checked_sub(1).map_or(0, |entry_before| self.record_ends[entry_before].entry)
    }

    fn read_record<T: DeserializeOwned>(&self, record_range: Range<u64>) -> io::Result<T> {
        let mut entries_file = &self.file;
        entries_file.seek(SeekFrom::Start(record_range.start))?;
        let mut record_bytes =
            vec![0; usize::try_from(record_range.end - record_range.start).map_err(io::Error::other)?];
        entries_file.read_exact(&mut record_bytes)?;
        postcard::from_bytes(&record_bytes).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::canned::CANNED;

    #[test]
    fn every_entry_and_its_mention_come_back_as_they_were_in_any_order() {
        for (name, briefing) in CANNED {
            let mut entries = StoredEntries::new(tempfile::tempfile().unwrap());
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
        let mut entries = StoredEntries::new(tempfile::tempfile().unwrap());
        let mut entry = crate::document::canned::ordinary().entries.remove(0);
        let score = entry.translation.sentences().find_map(|sentence| sentence.score).unwrap();
        entries.push(&entry).unwrap();
        entry = entries.entry(0).unwrap();
        let found = entry.translation.sentences().find_map(|sentence| sentence.score).unwrap();
        assert_eq!(found.to_bits(), score.to_bits());
    }
}
