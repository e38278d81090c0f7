//! A finished briefing, and the page of an article, as formats see them.

use std::io;

use super::entries::StoredEntries;
use crate::document::{Entry, Mention, Overview, Provenance};

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

/// The page of one article, and its neighbours in the briefing.
#[derive(Clone, Copy)]
pub struct PageView<'a> {
    /// The article.
    pub entry: &'a Entry,
    /// What made the briefing.
    pub provenance: &'a Provenance,
    /// The page before; `None` for the first.
    pub previous: Option<&'a PageLink>,
    /// The page after; `None` for the last, and while it is not known.
    pub next: Option<&'a PageLink>,
}

/// What a link to a neighbouring page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// See [`Entry::page`].
    pub page: String,
    /// See [`Entry::english_title`].
    pub english_title: String,
}

impl PageLink {
    /// A link to the page of `entry`.
    pub fn new(entry: &Entry) -> Self {
        Self { page: entry.page.clone(), english_title: entry.english_title().into_owned() }
    }
}
