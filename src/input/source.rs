//! The bytes of one article: of a file, of a part of one, or of standard input.
//!
//! A reader takes them all at once, within a limit, or seeks in the file as archives need it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use thiserror::Error;

use super::listing::{Origin, Part};
use super::read_options::ReadOptions;
use crate::document::LeftOut;

/// The largest article in bytes.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// How many bytes at the start of a file show its format.
pub(super) const BEGINNING: u64 = 8 * 1024;

/// Why a reader could not make an article of a file.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file is empty or blank.
    #[error("the file is empty")]
    Empty,
    /// The bytes are not text, and no other reader knows them.
    #[error("it is {what}, not text")]
    NotText {
        /// What the bytes of the file are instead, with an article.
        what: &'static str,
    },
    /// The article is larger than this many bytes, which are all that is read at once.
    #[error("it is larger than {} MiB", limit / 1024 / 1024)]
    TooLarge {
        /// The largest article that is read, in bytes.
        limit: u64,
    },
    /// The bytes break the rules of their format.
    #[error("{what}")]
    Damaged {
        /// What is wrong, and where.
        what: String,
        /// What the user can do about it.
        hint: &'static str,
    },
    /// Several articles where only one can be read: standard input, a compressed file.
    #[error("it holds several articles, and only one can be read from it")]
    Several,
    /// The document holds no text.
    #[error("there is no text in it")]
    NoText,
    /// What looks like text is data: an encoded file, a key, code.
    #[error("it holds no language, only data that is written as text")]
    NoLanguage,
    /// An HTML page without text but with scripts that would load it.
    #[error("the page holds no text, only the scripts that load it")]
    Scripted,
    /// The system could not read the file.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Bytes that can be read from any position.
pub trait SeekableRead: Read + Seek {}

impl<T: Read + Seek> SeekableRead for T {}

/// The bytes of the file of one article.
pub struct Source {
    /// The whole file, at any position. Archives are read from it; other formats use [`bytes`](Self::bytes).
    pub file: Box<dyn SeekableRead>,
    /// Which article of the file is meant, if the reader found several.
    pub part: Option<Part>,
    /// What was changed on the way to its text.
    pub left_out: Vec<LeftOut>,
    /// While the file is split: how many of its records are no articles, by the reason.
    pub skipped_records: BTreeMap<String, usize>,
    /// How articles are read.
    pub options: ReadOptions,
}

impl Source {
    /// Opens what `origin` stands for. Standard input is read to its end, or to just beyond [`MAX_BYTES`].
    ///
    /// # Errors
    /// If the system cannot open or read it.
    pub(super) fn open(origin: &Origin, options: &ReadOptions) -> io::Result<Self> {
        let mut source = match origin {
            Origin::File(path) => Self::from_file(Box::new(File::open(path)?)),
            Origin::Part(path, part) => {
                Self { part: Some(part.clone()), ..Self::from_file(Box::new(File::open(path)?)) }
            }
            Origin::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
                Self::from_bytes(bytes)
            }
        };
        source.options = options.clone();
        Ok(source)
    }

    fn from_file(file: Box<dyn SeekableRead>) -> Self {
        let (part, left_out, skipped_records) = Default::default();
        Self { file, part, left_out, skipped_records, options: ReadOptions::default() }
    }

    /// A source that holds `bytes` in memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::from_file(Box::new(Cursor::new(bytes)))
    }

    /// The first bytes of the file: 8 KiB, or fewer if it is shorter.
    ///
    /// # Errors
    /// If the system cannot read them.
    pub(super) fn beginning(&mut self) -> io::Result<Vec<u8>> {
        self.range(0, BEGINNING)
    }

    /// The length of the file in bytes.
    ///
    /// # Errors
    /// If the system cannot tell.
    pub(super) fn file_length(&mut self) -> io::Result<u64> {
        self.file.seek(SeekFrom::End(0))
    }

    /// Up to `length` bytes of the file from byte `start` on.
    ///
    /// # Errors
    /// If the system cannot read them.
    pub(super) fn range(&mut self, start: u64, length: u64) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        self.file.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// All bytes of the article.
    ///
    /// # Errors
    /// [`ReadError::TooLarge`] beyond 16 MiB, [`ReadError::Io`] if the system cannot read them.
    pub fn bytes(&mut self) -> Result<Vec<u8>, ReadError> {
        self.bytes_within(MAX_BYTES)
    }

    /// All bytes of the article, up to `limit`.
    ///
    /// # Errors
    /// [`ReadError::TooLarge`] beyond the limit, [`ReadError::Io`] if the system cannot read them.
    pub(super) fn bytes_within(&mut self, limit: u64) -> Result<Vec<u8>, ReadError> {
        let (start, length) = match &self.part {
            Some(part) => (part.range.start, part.range.end.saturating_sub(part.range.start)),
            None => (0, u64::MAX),
        };
        let bytes = self.range(start, length.min(limit + 1))?;
        if bytes.len() as u64 > limit { Err(ReadError::TooLarge { limit }) } else { Ok(bytes) }
    }
}
