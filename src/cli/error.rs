//! Why a command could not be carried out, where no room of the library is to blame.

use std::io;
use std::path::PathBuf;

use depesche::hint::Hint;
use depesche::summarize::METHODS;

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
    /// Neither a method nor a model has the name.
    #[error("there is no summary method or model {name:?}")]
    UnknownSummarizer {
        /// The name as it was given.
        name: String,
        /// The name that is most like it, if one is.
        nearest: Vec<String>,
    },
    /// A method cannot follow an option for models.
    #[error("{method} quotes sentences of the article, so it cannot follow {option}")]
    MethodQuotes {
        /// The method.
        method: &'static str,
        /// The option.
        option: &'static str,
    },
    /// A model cannot be told to write about one subject.
    #[error("--about quotes sentences, so it takes a method and no model")]
    AboutQuotes,
    /// A folder that no run has finished in.
    #[error("{} holds no briefing to compare with", path.display())]
    NoBriefing {
        /// The folder.
        path: PathBuf,
    },
    /// The English of one sentence was edited in two ways.
    #[error("{} lines {first} and {second} translate the same sentence differently: {german}", path.display())]
    EditedTwice {
        /// The edited table.
        path: PathBuf,
        /// The earlier line.
        first: u64,
        /// The later line.
        second: u64,
        /// The sentence.
        german: String,
    },
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
            Self::UnknownSummarizer { nearest, .. } if !nearest.is_empty() => {
                Some(format!("did you mean {}?", nearest.join(" or ")))
            }
            Self::UnknownSummarizer { .. } => {
                Some(format!("the methods are {}; `depesche models list` shows the models", methods()))
            }
            Self::MethodQuotes { .. } => {
                Some("name a model that writes with --summarizer, or leave the option out".into())
            }
            Self::AboutQuotes => Some(format!("the methods are {}", methods())),
            Self::NoBriefing { .. } => Some("name the folder of the briefing with --briefing DIR".into()),
            Self::EditedTwice { .. } => {
                Some("keep one of them; a correction holds wherever the sentence stands".into())
            }
            Self::NoMemory => Some("name a file with --memory".into()),
            Self::NoSecondTranslator => Some("name it with --second-translator MODEL".into()),
            Self::NoLines => Some("the file holds one German sentence a line".into()),
            Self::NoCommand { known, .. } => Some(format!("the commands are {}", known.join(", "))),
            Self::ReadLines { .. } | Self::Write(_) | Self::WritePages { .. } => None,
        }
    }
}

/// The names of the summary methods.
fn methods() -> String {
    METHODS.iter().map(|method| method.name).collect::<Vec<_>>().join(", ")
}
