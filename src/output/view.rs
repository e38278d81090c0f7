//! A finished briefing as formats see it.

use std::io;

use super::entries::Entries;
use crate::document::{Entry, Mention, Overview};

/// Everything that a briefing says. Entries are read from disk as they are asked for, so that a format may go through
/// them as often as it likes while memory holds one.
pub struct BriefingView<'a> {
    /// Counts, failures, provenance and the digest of the folder.
    pub overview: &'a Overview,
    /// Repeat the full text of every article. If false, the briefing points to the page of the article instead.
    pub full_text: bool,
    entries: &'a Entries,
}

impl<'a> BriefingView<'a> {
    pub(super) fn new(overview: &'a Overview, full_text: bool, entries: &'a Entries) -> Self {
        Self { overview, full_text, entries }
    }

    /// The entries in the order of the briefing.
    pub fn entries(&self) -> impl Iterator<Item = io::Result<Entry>> {
        (0..self.entries.len()).map(|index| self.entries.entry(index))
    }

    /// The entries with passages that were left out.
    pub fn entries_with_left_out(&self) -> impl Iterator<Item = io::Result<Entry>> {
        self.entries.with_left_out().iter().map(|index| self.entries.entry(*index))
    }

    /// The mention of every entry, in the order of the briefing.
    pub fn mentions(&self) -> impl Iterator<Item = io::Result<Mention>> {
        (0..self.entries.len()).map(|index| self.entries.mention(index))
    }

    /// The mention of the entry at `index`; see [`Entry::index`].
    ///
    /// # Errors
    /// If there is no such entry, or it cannot be read.
    pub fn mention(&self, index: usize) -> io::Result<Mention> {
        self.entries.mention(index)
    }
}
