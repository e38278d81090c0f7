//! The interface of an output format.

use std::fmt;
use std::io::{self, Write};

use super::view::BriefingView;
use crate::document::{Entry, Provenance};

/// A way to write a briefing and the pages of its articles.
///
/// Each function writes a whole file, from top to bottom. A format computes nothing, and escapes all text.
pub struct OutputFormat {
    /// Name on the command line.
    pub name: &'static str,
    /// Extension of pages, without the dot. Unique among formats.
    pub extension: &'static str,
    /// File name of the briefing, at the top of the output folder.
    pub briefing_file: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// True if people read the files. They then hold no control characters but line feed and tab; what is for machines keeps
    /// the articles as they are.
    pub is_for_people: bool,
    /// True if the files are UTF-8.
    pub is_text: bool,
    /// Writes the page of one article.
    pub write_page: fn(&Entry, &Provenance, &mut dyn Write) -> io::Result<()>,
    /// Writes the briefing.
    pub write_briefing: fn(&BriefingView<'_>, &mut dyn Write) -> io::Result<()>,
}

impl OutputFormat {
    /// Path of the page called `page`, relative to the output folder.
    pub(super) fn page_file(&self, page: &str) -> String {
        format!("{page}.{}", self.extension)
    }
}

impl fmt::Debug for OutputFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("OutputFormat").field(&self.name).finish()
    }
}

/// Renders canned briefings in tests.
#[cfg(test)]
pub(super) mod canned_files {
    use super::super::entries::StoredEntries;
    use super::*;
    use crate::document::canned::Briefing;

    /// The briefing file, which is text.
    pub(crate) fn briefing_in(format: &OutputFormat, briefing: &Briefing, full_text: bool) -> String {
        String::from_utf8(briefing_bytes_in(format, briefing, full_text)).unwrap()
    }

    /// The briefing file.
    pub(crate) fn briefing_bytes_in(format: &OutputFormat, briefing: &Briefing, full_text: bool) -> Vec<u8> {
        let mut entries = StoredEntries::new(tempfile::tempfile().unwrap());
        briefing.entries.iter().for_each(|entry| entries.push(entry).unwrap());
        let mut bytes = Vec::new();
        (format.write_briefing)(&BriefingView::new(&briefing.overview, full_text, &entries), &mut bytes).unwrap();
        bytes
    }

    /// The page of the entry at `index`.
    pub(crate) fn page_in(format: &OutputFormat, briefing: &Briefing, index: usize) -> String {
        let mut bytes = Vec::new();
        (format.write_page)(&briefing.entries[index], &briefing.overview.provenance, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}
