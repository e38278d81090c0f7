//! What a format is.

use std::fmt;
use std::io::{self, Write};

use super::view::BriefingView;
use crate::document::{Entry, Provenance};

/// One way to write a briefing and the pages of its articles.
///
/// Both functions write a whole file from top to bottom. Text formats and containers alike get by with a [`Write`].
pub struct Format {
    /// What the user calls it.
    pub name: &'static str,
    /// Extension of an article's page, without the dot; no two formats share one.
    pub extension: &'static str,
    /// File name of the briefing, on top of the folder.
    pub briefing_file: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Writes the page of one article.
    pub write_page: fn(&Entry, &Provenance, &mut dyn Write) -> io::Result<()>,
    /// Writes the briefing.
    pub write_briefing: fn(&BriefingView<'_>, &mut dyn Write) -> io::Result<()>,
}

impl Format {
    /// The file of `page` in this format.
    pub(super) fn page_file(&self, page: &str) -> String {
        format!("{page}.{}", self.extension)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Format").field(&self.name).finish()
    }
}

/// Renders canned briefings for the tests of the formats.
#[cfg(test)]
pub(super) mod canned_files {
    use super::super::entries::Entries;
    use super::*;
    use crate::document::canned::Briefing;

    /// The file of `briefing` in `format`.
    pub(crate) fn briefing_in(format: &Format, briefing: &Briefing, full_text: bool) -> String {
        let mut entries = Entries::new(tempfile::tempfile().unwrap());
        briefing.entries.iter().for_each(|entry| entries.push(entry).unwrap());
        let mut bytes = Vec::new();
        (format.write_briefing)(&BriefingView::new(&briefing.overview, full_text, &entries), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The page of the entry at `index` in `format`.
    pub(crate) fn page_in(format: &Format, briefing: &Briefing, index: usize) -> String {
        let mut bytes = Vec::new();
        (format.write_page)(&briefing.entries[index], &briefing.overview.provenance, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}
