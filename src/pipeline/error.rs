//! Why a run cannot start or has to end, and what to do about it.

use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::hint::Hint;
use crate::{catalog, generation, input, memory, output, parallel};

/// Why a run cannot start or has to end.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The run cannot list its articles.
    #[error(transparent)]
    Input(#[from] input::Error),
    /// The run cannot write its output.
    #[error(transparent)]
    Output(#[from] output::Error),
    /// A model of the run cannot be found.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// A model of the run cannot be loaded, or it failed.
    #[error(transparent)]
    Generator(#[from] generation::Error),
    /// The run cannot start worker threads.
    #[error(transparent)]
    Workers(#[from] parallel::Error),
    /// The translation memory of the run is a file that must not be touched.
    #[error(transparent)]
    Memory(#[from] memory::Error),
    /// The run's model for summaries has too short a context.
    #[error(
        "{model} reads {reads} tokens at once, but writing summaries takes {needed} ({told} for the instructions, the rest to read)"
    )]
    ShortReader {
        /// Name of the model that was to write the summaries of the run.
        model: String,
        /// The most tokens that the run's model for summaries reads at once.
        reads: usize,
        /// The fewest tokens that a model for summaries has to read in a run.
        needed: usize,
        /// How many of the needed tokens are instructions for the summary.
        told: usize,
    },
    /// The second translator would write what the first one writes.
    #[error("the second translator is the first: {model}")]
    SameTranslator {
        /// The model's name.
        model: String,
    },
    /// Not one article could be read, and each has been reported as failed.
    #[error("nothing could be read, so no briefing was written ({failures} failed)")]
    NothingRead {
        /// How many articles, folders and links failed in the run.
        failures: usize,
    },
    /// No article says what the briefing is to be on.
    #[error("no article says “{term}” ({articles} read)")]
    NothingSaid {
        /// What was looked for.
        term: String,
        /// How many articles were read.
        articles: usize,
    },
    /// The run was asked to stop. What was written before is whole.
    #[error("stopped before the end; {} holds {done} of {articles} articles", folder.display())]
    Stopped {
        /// The output folder of the run.
        folder: PathBuf,
        /// Articles that the run has written or that failed.
        done: usize,
        /// Articles of the run in all.
        articles: usize,
        /// Whether a translation memory holds the sentences translated so far; `None` if nothing was to be translated.
        remembered: Option<bool>,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Input(error) => error.hint(),
            Self::Output(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::Generator(error) => error.hint(),
            Self::Workers(error) => error.hint(),
            Self::Memory(error) => error.hint(),
            Self::ShortReader { .. } => Some(
                "take a model with a longer context; `depesche models list` shows some, and the methods need none"
                    .into(),
            ),
            Self::SameTranslator { .. } => Some(
                "name another model, give it another --second-beam or --second-precision, or take --second-translator none".into(),
            ),
            Self::NothingSaid { .. } => {
                Some("give the word in German or English, without an ending; other forms are found too".into())
            }
            Self::NothingRead { .. } => Some("the reason for each is above".into()),
            Self::Stopped { remembered: None, .. } => Some("run the same command again".into()),
            Self::Stopped { remembered: Some(true), .. } => {
                Some("run the same command again: it goes on from here".into())
            }
            Self::Stopped { remembered: Some(false), .. } => {
                Some("run the same command again; without --no-cache it would go on from here".into())
            }
        }
    }
}

/// An error and its causes on one line.
pub(super) fn error_on_one_line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
