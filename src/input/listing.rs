//! What there is to read: articles, where each one is, and the files that were passed over.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::document::Failure;

/// One of several articles in the same file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What tells it from the other articles in its file: `part 2 of 5`, or the identifier it has in the file.
    pub id: String,
    /// The bytes it takes up in the file.
    pub range: Range<u64>,
    /// Which of several articles in these bytes it is, as its reader counts them: the attachments of a mail.
    pub member: Option<usize>,
    /// If it is in a file that is packed in this one: where it is in that file.
    pub inner: Option<Box<Part>>,
}

impl Part {
    /// The only article in the bytes `range`.
    pub fn new(id: impl Into<String>, range: Range<u64>) -> Self {
        Self { id: id.into(), range, member: None, inner: None }
    }
}

/// What a reader finds in a file that holds several articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An article.
    Article(Part),
    /// A file within the file. It is read if a reader knows its extension.
    File(Part, PackedFile),
}

/// A file within a file: the attachment of a mail, what a gzip file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedFile {
    /// The name of the packed file, which ends in its extension.
    pub name: String,
    /// The content of the packed file.
    pub bytes: Vec<u8>,
}

impl PackedFile {
    /// The extension of its name in lower case without the dot, empty if it has none.
    pub(super) fn extension(&self) -> String {
        extension(Path::new(&self.name))
    }
}

/// Where the bytes of an article come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A regular file that is one article.
    File(PathBuf),
    /// One of several articles in a regular file.
    Part(Arc<Path>, Part),
    /// Standard input.
    Stdin,
}

/// An article that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedArticle {
    /// Where its bytes are.
    pub origin: Origin,
    /// The path as it is shown: components separated by `/`, relative to the folder that was given. Unique within a
    /// listing and free of control characters.
    pub source: String,
}

impl ListedArticle {
    /// The file that is read. Standard input is what it was redirected from, on systems that say so.
    pub fn path(&self) -> &Path {
        match &self.origin {
            Origin::File(path) => path,
            Origin::Part(path, _) => path,
            Origin::Stdin => Path::new("/dev/stdin"),
        }
    }

    /// The extension in lower case without the dot, empty if the file has none; `None` for standard input.
    pub(super) fn extension(&self) -> Option<String> {
        match &self.origin {
            Origin::File(path) => Some(extension(path)),
            Origin::Part(path, _) => Some(extension(path)),
            Origin::Stdin => None,
        }
    }
}

/// The extension of `path` in lower case without the dot, empty if it has none. Of a compressed file it is that of both:
/// `html.gz`.
pub(super) fn extension(path: &Path) -> String {
    let last = |path: &Path| path.extension().map(|extension| shown(extension).to_lowercase()).unwrap_or_default();
    let outer = last(path);
    let inner = if outer == "gz" { last(Path::new(path.file_stem().unwrap_or_default())) } else { String::new() };
    if inner.is_empty() { outer } else { format!("{inner}.{outer}") }
}

/// Files that were passed over because no reader knows their extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The extension in lower case, without the dot.
    pub extension: String,
    /// Number of files with this extension.
    pub count: usize,
    /// The names of the first of them, as they are shown.
    pub first: Vec<String>,
}

/// How many files that were passed over are named for each extension.
const SKIPPED_NAMED: usize = 10;

impl Skipped {
    /// Counts the file shown as `source`.
    pub(super) fn add(&mut self, source: String) {
        self.count += 1;
        if self.first.len() < SKIPPED_NAMED {
            self.first.push(source);
        }
    }

    /// The files by name, as far as they are known: `a.xyz, b.xyz and 3 more`.
    pub fn named(&self) -> String {
        let more = self.count.saturating_sub(self.first.len());
        let names = self.first.join(", ");
        if more == 0 { names } else { format!("{names} and {more} more") }
    }
}

/// Records of a file that are no articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedRecords {
    /// The file as it is shown.
    pub source: String,
    /// Why they were passed over: `status 404`.
    pub reason: String,
    /// Number of records.
    pub count: usize,
}

/// A file of records that are translated already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslatedFile {
    /// Where it is.
    pub path: PathBuf,
    /// The path as it is shown.
    pub source: String,
}

/// What there is to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The articles: paths in the order they were given, sorted within each folder.
    pub articles: Vec<ListedArticle>,
    /// Files of records that are translated already, in the same order.
    pub translated: Vec<TranslatedFile>,
    /// What was passed over, sorted by extension.
    pub skipped: Vec<Skipped>,
    /// Records that were passed over within the files that are read, in the order of the files.
    pub skipped_records: Vec<SkippedRecords>,
    /// Folders, links and files within the given folders that could not be opened.
    pub failures: Vec<Failure>,
}

/// `name` with everything escaped that could move the cursor, reverse the text or start a new line: control and
/// direction characters, and bytes that are not valid UTF-8.
pub(super) fn shown(name: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            let changes_direction =
                matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if character.is_control() || changes_direction {
                shown.extend(character.escape_default());
            } else {
                shown.push(character);
            }
        }
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_a_line_or_turn_it_around() {
        assert_eq!(shown(OsStr::new("a\nb\u{1b}[31m\u{202e}ä.txt")), "a\\nb\\u{1b}[31m\\u{202e}ä.txt");
    }
}
