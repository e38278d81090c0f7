//! The interface of an output format.

use std::fmt;
use std::io::{self, Write};

use super::view::{BriefingView, PageView};

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
    /// True if a page links to its neighbours. It is then written again once the next one is known.
    pub links_pages: bool,
    /// Writes the page of one article.
    pub write_page: fn(&PageView<'_>, &mut dyn Write) -> io::Result<()>,
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
    use super::super::view::PageLink;
    use super::*;
    use crate::document::Entry;
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
        let link = |entry: &Entry| PageLink::new(entry);
        let previous = index.checked_sub(1).map(|before| link(&briefing.entries[before]));
        let next = briefing.entries.get(index + 1).map(link);
        let page = PageView {
            entry: &briefing.entries[index],
            provenance: &briefing.overview.provenance,
            previous: previous.as_ref(),
            next: next.as_ref(),
        };
        (format.write_page)(&page, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}
