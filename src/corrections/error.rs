//! Why corrections cannot be used, and what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::hint::Hint;

/// Why corrections cannot be read or written.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        source: io::Error,
    },
    /// A line of a table makes no sense.
    #[error("{} line {line}: {what}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The file is no XML.
    #[error("{} is no TMX file: {what}", path.display())]
    Tmx {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// There is nothing in the file.
    #[error("{} holds no correction", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A table without the columns of a briefing.
    #[error("{} has no columns german and english", path.display())]
    NoColumns {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        source: io::Error,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Line { .. } | Self::Empty { .. } => {
                "a line holds a German sentence and its English, with a tab between them; a TMX file is read too"
            }
            Self::Tmx { .. } => "export it again, or save the sentences as German, tab, English",
            Self::NoColumns { .. } => {
                "edit the English in a file that depesche wrote with --format csv, and keep its first line"
            }
            Self::Read { .. } | Self::Write { .. } => return None,
        };
        Some(hint.into())
    }
}
