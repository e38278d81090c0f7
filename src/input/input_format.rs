//! What a file format must provide: how it is recognised, whether a file of it holds several articles, and how one is read.

use std::fmt;
use std::io;

use super::listing::{Found, PackedFile};
use super::source::{ReadError, Source};
use crate::document::ArticleDraft;

/// A file format that articles can be read from.
#[derive(Clone, Copy)]
pub struct InputFormat {
    /// Name of the format, as it is shown.
    pub name: &'static str,
    /// Extensions in lower case without the dot; an empty one stands for files without an extension.
    pub extensions: &'static [&'static str],
    /// Extensions that files of other kinds have too, such as `xml`. In a folder such a file is read only if its first bytes
    /// are recognised; a file that was named itself always is.
    pub shared_extensions: &'static [&'static str],
    /// One line on what is read from such a file.
    pub about: &'static str,
    /// True if a file with these first bytes is of this format. Asked when the file's extension does not tell.
    pub sniff: fn(&[u8]) -> bool,
    /// For formats that hold several articles in a file: passes each to the callback, in order, without keeping them.
    /// A file in which the reader finds no articles is one article.
    pub split: Option<SplitIntoArticles>,
    /// For formats that pack files of other formats: the file that the source stands for; `None` if that is an article of
    /// this format.
    pub unpack: Option<Unpack>,
    /// Reads the article that the source stands for.
    pub read: fn(&mut Source) -> Result<ArticleDraft, ReadError>,
}

/// Passes the articles of a file to the callback. Identifiers need not be unique; what was passed before an error stands.
pub type SplitIntoArticles = fn(&mut Source, &mut dyn FnMut(Found)) -> io::Result<()>;

/// The packed file that the source stands for.
pub type Unpack = fn(&mut Source) -> Result<Option<PackedFile>, ReadError>;

impl fmt::Debug for InputFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("InputFormat").field("name", &self.name).finish_non_exhaustive()
    }
}
