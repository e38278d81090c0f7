//! Why a command could not be carried out, where no room of the library is to blame.

use std::io;
use std::path::PathBuf;

use depesche::hint::Hint;

/// What a command gives. Errors of the library and of the command line arrive here by `?`, each with its hint.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Hint>>;

/// An error of the command line itself.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The file of lines cannot be read.
    #[error("cannot read {}", path.display())]
    ReadLines {
        /// The file of lines to translate.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file of lines holds no line to translate.
    #[error("there is no line to translate")]
    NoLines,
    /// No output folder was named.
    #[error("no output folder is named")]
    NoOutput,
    /// There is no place for a translation memory by default, and none was named.
    #[error("no folder for the translation memory is known")]
    NoMemory,
    /// Options of a second translator were given, and no second translator.
    #[error("--second-beam and --second-precision need a second translator")]
    NoSecondTranslator,
    /// There is no such command.
    #[error("there is no command {name:?}")]
    NoCommand {
        /// The command's name as the user gave it.
        name: String,
        /// The commands that the program has.
        known: Vec<String>,
    },
    /// Manual pages cannot be written.
    #[error("cannot write manual pages to {}", path.display())]
    WritePages {
        /// The folder for manual pages.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Standard output cannot be written.
    #[error("cannot write to standard output")]
    Write(#[source] io::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoOutput => Some("name one with -o DIR".into()),
            Self::NoMemory => Some("name a file with --memory".into()),
            Self::NoSecondTranslator => Some("name it with --second-translator MODEL".into()),
            Self::NoLines => Some("the file holds one German sentence a line".into()),
            Self::NoCommand { known, .. } => Some(format!("the commands are {}", known.join(", "))),
            Self::ReadLines { .. } | Self::Write(_) | Self::WritePages { .. } => None,
        }
    }
}
