//! How every article is mentioned, kept on disk and looked up by number when the table of contents is written.

use std::io;
use std::path::Path;

use super::spool::Spool;
use crate::document::{Date, Mention};

/// The mentions of the entries that were added; in memory is only where each of them is, eight bytes an article.
pub(super) struct Mentions {
    spool: Spool,
    /// Where each ends; it begins where the one before it ends.
    ends: Vec<u64>,
}

/// A mention without its number: page, source, German title, English title, date.
type Record<'a> = (&'a str, &'a str, Option<&'a str>, &'a str, Option<String>);

/// The same with texts of its own.
type Owned = (String, String, Option<String>, String, Option<String>);

impl Mentions {
    /// None yet, on the disk of `folder`.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { spool: Spool::new(folder)?, ends: Vec::new() })
    }

    /// Adds `mention`, which counts once it is kept.
    pub(super) fn write(&mut self, mention: &Mention) -> io::Result<()> {
        let Mention { index: _, page, source, german_title, english_title, date } = mention;
        let record: Record<'_> =
            (page, source, german_title.as_deref(), english_title, date.map(|date| date.to_string()));
        self.spool.write(&serde_json::to_vec(&record)?)
    }

    /// Makes what was written the next one.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        self.spool.keep()?;
        self.ends.push(self.spool.length());
        Ok(())
    }

    /// Forgets what was written and not kept.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        self.spool.forget()
    }

    /// The mention of the article `index`.
    pub(super) fn get(&mut self, index: usize) -> io::Result<Mention> {
        let end = *self.ends.get(index).ok_or(io::ErrorKind::NotFound)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let (page, source, german_title, english_title, date): Owned =
            serde_json::from_slice(&self.spool.read(start..end)?)?;
        let date = date.and_then(|date| Date::from_iso(&date));
        Ok(Mention { index, page, source, german_title, english_title, date })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::canned::CANNED;

    #[test]
    fn every_mention_comes_back_as_it_was_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        for (name, briefing) in CANNED {
            let mut mentions = Mentions::new(folder.path()).unwrap();
            let wanted: Vec<_> = briefing().entries.iter().map(Mention::new).collect();
            for mention in &wanted {
                mentions.write(mention).unwrap();
                mentions.forget().unwrap();
                mentions.write(mention).unwrap();
                mentions.keep().unwrap();
            }
            for mention in wanted.iter().rev().chain(&wanted) {
                assert_eq!(mentions.get(mention.index).unwrap(), *mention, "{name}");
            }
            assert!(mentions.get(wanted.len()).is_err());
        }
    }
}
