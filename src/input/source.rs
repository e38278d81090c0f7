//! The bytes of one article: of a file, of a part of one, or of standard input.
//!
//! A reader takes them all at once, within a limit, or seeks in the file as archives need it.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use thiserror::Error;

use super::listing::{Origin, Part};
use crate::document::LeftOut;

/// The largest article in bytes.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// How many bytes at the start of a file show its format.
const BEGINNING: u64 = 8 * 1024;

/// Why a reader could not make an article of a file.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file is empty or blank.
    #[error("the file is empty")]
    Empty,
    /// The bytes are not text, and no other reader knows them.
    #[error("it is {what}, not text")]
    NotText {
        /// What they are instead, with an article.
        what: &'static str,
    },
    /// The article is larger than 16 MiB.
    #[error("it is larger than {} MiB", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// The document holds no text.
    #[error("there is no text in it")]
    NoText,
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

/// The bytes of one article.
pub struct Source {
    /// The whole file, at any position. Archives are read from it; other formats use [`bytes`](Self::bytes).
    pub file: Box<dyn SeekableRead>,
    /// Which article of the file is meant, if the reader found several.
    pub part: Option<Part>,
    /// What was changed on the way to its text.
    pub left_out: Vec<LeftOut>,
}

impl Source {
    /// Opens what `origin` stands for. Standard input is read to its end, or to just beyond [`MAX_BYTES`].
    ///
    /// # Errors
    /// If the system cannot open or read it.
    pub(super) fn open(origin: &Origin) -> io::Result<Self> {
        Ok(match origin {
            Origin::File(path) => Self { file: Box::new(File::open(path)?), part: None, left_out: Vec::new() },
            Origin::Part(path, part) => {
                Self { file: Box::new(File::open(path)?), part: Some(part.clone()), left_out: Vec::new() }
            }
            Origin::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
                Self::from_bytes(bytes)
            }
        })
    }

    /// A source that holds `bytes` in memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { file: Box::new(Cursor::new(bytes)), part: None, left_out: Vec::new() }
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
        let (start, length) = match &self.part {
            Some(part) => (part.range.start, part.range.end.saturating_sub(part.range.start)),
            None => (0, u64::MAX),
        };
        let bytes = self.range(start, length.min(MAX_BYTES + 1))?;
        if bytes.len() as u64 > MAX_BYTES { Err(ReadError::TooLarge) } else { Ok(bytes) }
    }
}
