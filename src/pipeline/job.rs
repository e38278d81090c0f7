//! What a run is asked to do, and what it reports at the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::summaries::Summarizer;
use super::translator::Translator;
use crate::document::Overview;
use crate::glossary::SearchTerm;
use crate::input;
use crate::output::{FinishedOutput, OutputOptions};

/// What to read, what to make of it, and where to write it.
pub struct Job {
    /// What the job reads: folders, files, or `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// How the job reads articles.
    pub input: input::ReadOptions,
    /// Which model translates in the job, and how.
    pub translator: Translator,
    /// How the job summarises; `None` translates only.
    pub summarizer: Option<Summarizer>,
    /// What to brief on: only articles and sentences that say it. `None` briefs on everything.
    pub about: Option<SearchTerm>,
    /// Title of the briefing; `None` takes the name of the folder that is read.
    pub title: Option<String>,
    /// The folder that the job writes to.
    pub folder: PathBuf,
    /// How the job writes its output.
    pub output: OutputOptions,
    /// Name and version of the program, for the provenance.
    pub program: String,
    /// Whether to stop at the first article that fails. What is finished is written.
    pub fail_fast: bool,
    /// File of the translation memory; `None` works without one. The result is the same either way.
    pub memory: Option<PathBuf>,
    /// Set by whoever wants the run to end early. Batches and pages in progress are finished first.
    pub stop: Arc<AtomicBool>,
}

/// What a job has done.
#[derive(Clone, Debug)]
pub struct Report {
    /// Counts, failures and provenance of the job.
    pub overview: Overview,
    /// The briefings, and what was removed.
    pub output: FinishedOutput,
    /// Texts found in the translation memory: sentences, pieces of long ones, second attempts, parts of summaries.
    pub recalled: usize,
}
