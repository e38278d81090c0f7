//! A finished briefing as formats see it.

use std::io;

use super::entries::StoredEntries;
use crate::document::{Entry, Mention, Overview};

/// Everything that a briefing says, as output formats read it.
///
/// Entries are read from disk on demand: a format may iterate over them as often as it likes, and memory holds one.
pub struct BriefingView<'a> {
    /// Counts, failures, provenance and the digest of the folder.
    pub overview: &'a Overview,
    /// Include the full text of every article. If false, the briefing links to the article's page instead.
    pub full_text: bool,
    entries: &'a StoredEntries,
}

impl<'a> BriefingView<'a> {
    pub(super) fn new(overview: &'a Overview, full_text: bool, entries: &'a StoredEntries) -> Self {
        Self { overview, full_text, entries }
    }

    /// All entries in the order of the briefing.
    pub fn entries(&self) -> impl Iterator<Item = io::Result<Entry>> {
        (0..self.entries.len()).map(|entry_index| self.entries.entry(entry_index))
    }

    /// The entries that have passages left out, in the order of the briefing.
    pub fn entries_with_left_out(&self) -> impl Iterator<Item = io::Result<Entry>> {
        self.entries.with_left_out().iter().map(|entry_index| self.entries.entry(*entry_index))
    }

    /// The mentions of all entries, in the order of the briefing.
    pub fn mentions(&self) -> impl Iterator<Item = io::Result<Mention>> {
        (0..self.entries.len()).map(|entry_index| self.entries.mention(entry_index))
    }

    /// One entry; see [`Entry::index`].
    ///
    /// # Errors
    /// If there is no such entry, or it cannot be read.
    pub fn entry(&self, entry_index: usize) -> io::Result<Entry> {
        self.entries.entry(entry_index)
    }

    /// The mention of one entry; see [`Entry::index`].
    ///
    /// # Errors
    /// If there is no such entry, or it cannot be read.
    pub fn mention(&self, entry_index: usize) -> io::Result<Mention> {
        self.entries.mention(entry_index)
    }
}
