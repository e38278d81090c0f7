//! Records in, records out: JSON Lines of articles → JSON Lines of their translations, one for one.
//!
//! Promises: one line comes out for each record, in order, with the record's identifier; a record that cannot be read comes out with
//! its error and stops no other; what a record becomes does not depend on the records beside it, so a stream may be split anywhere;
//! memory is bounded by the model, a window of text and one record.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::entry::entry;
use super::error::{Error, error_on_one_line};
use super::event::Event;
use super::models::{RunModels, check_tasks};
use super::provenance::provenance;
use super::remember;
use super::summaries::Summarizer;
use super::translator::Translator;
use crate::document::{Article, Overview, Provenance};
use crate::hint::Hint;
use crate::input::{self, RECORDS_SCHEMA, ReadOptions, RecordLine, StreamRecord};
use crate::memory::Memory;
use crate::{generation, output, parallel, translate};

/// The largest record in bytes. Longer ones are read to their end and refused.
const MAX_RECORD_BYTES: u64 = 16 * 1024 * 1024;

/// Records that wait to be translated. Whoever writes them waits when there are as many.
const WAITING_RECORDS: usize = 64;

/// How long a window waits for a further record before it is translated.
const PATIENCE: Duration = Duration::from_millis(20);

/// How often a stream without records looks whether it is to stop.
const STOP_CHECK: Duration = Duration::from_millis(200);

/// What to make of a stream of records.
pub struct RecordsJob {
    /// Which model translates the records, and how.
    pub translator: Translator,
    /// How records are summarised; `None` translates only.
    pub summarizer: Option<Summarizer>,
    /// How records are read.
    pub input: ReadOptions,
    /// Name and version of the program, for the translation memory.
    pub program: String,
    /// File of the translation memory; `None` works without one.
    pub memory: Option<PathBuf>,
    /// Set by whoever wants the stream to end early. Records in work are not written; what was written before is whole.
    pub stop: Arc<AtomicBool>,
}

/// What became of a stream of records.
#[derive(Clone, Debug, Default)]
pub struct RecordsReport {
    /// Counts over the records that were translated.
    pub overview: Overview,
    /// Records that came out with an error.
    pub failed: usize,
    /// Texts found in the translation memory.
    pub recalled: usize,
}

/// Why a stream of records ended early.
#[derive(Debug, Error)]
pub enum RecordsError {
    /// The records cannot be read.
    #[error("cannot read the records")]
    Read(#[source] io::Error),
    /// The translations cannot be written.
    #[error("cannot write the records")]
    Write(#[source] io::Error),
    /// The job cannot start, or the model failed.
    #[error(transparent)]
    Job(#[from] Error),
}

impl Hint for RecordsError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Job(error) => error.hint(),
            Self::Read(_) | Self::Write(_) => None,
        }
    }
}

impl From<generation::Error> for RecordsError {
    fn from(error: generation::Error) -> Self {
        Self::Job(error.into())
    }
}

/// Reads a record from each line of `source` and writes what becomes of it as a line of `target`. Blank lines are passed over.
///
/// # Errors
/// [`RecordsError`]. What was written before is flushed.
pub fn translate_records(
    job: &RecordsJob,
    source: impl BufRead + Send + 'static,
    target: &mut impl Write,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<RecordsReport, RecordsError> {
    check_tasks(&job.translator, job.summarizer.as_ref())?;
    let devices = job.translator.devices()?;
    events(Event::Devices(&devices));
    let models = RunModels::load(
        &job.translator,
        job.summarizer.as_ref(),
        job.memory.as_deref(),
        &job.program,
        &devices,
        events,
    )?;
    let provenance = provenance(&job.program, &job.input, None, &models);
    let stream = RecordStream { job, models, provenance };
    let lines = record_lines(source);
    let mut report = RecordsReport::default();
    while let Some(record_window) = stream.next_window(&lines) {
        let record_window = record_window.map_err(RecordsError::Read)?;
        let rendered_records = match stream.translate_window(&record_window, &mut report) {
            Err(RecordsError::Job(Error::Generator(generation::Error::Stopped))) => break,
            rendered_records => rendered_records?,
        };
        for rendered_record in rendered_records {
            writeln!(target, "{rendered_record}").map_err(RecordsError::Write)?;
        }
        target.flush().map_err(RecordsError::Write)?;
        remember::flush(stream.models.memory(), events);
    }
    report.recalled = stream.models.memory().map_or(0, Memory::recalled);
    Ok(report)
}

/// The lines of `source`, read on a thread of their own. Not joined: if the output is closed while the thread waits for a line,
/// nobody waits for the thread.
fn record_lines(mut source: impl BufRead + Send + 'static) -> Receiver<io::Result<RecordLine>> {
    let (sender, receiver) = sync_channel(WAITING_RECORDS);
    thread::spawn(move || {
        loop {
            let record_line = match input::next_record_line(&mut source, MAX_RECORD_BYTES) {
                Ok(None) => return,
                Ok(Some(RecordLine::Whole(record_bytes))) if record_bytes.trim_ascii().is_empty() => continue,
                Ok(Some(record_line)) => Ok(record_line),
                Err(error) => Err(error),
            };
            let has_failed = record_line.is_err();
            if sender.send(record_line).is_err() || has_failed {
                return;
            }
        }
    });
    receiver
}

/// A stream of records at work.
struct RecordStream<'a> {
    job: &'a RecordsJob,
    models: RunModels,
    /// What makes the translations.
    provenance: Provenance,
}

impl RecordStream<'_> {
    /// Waits for a record and takes those that follow soon, up to a window of text; `None` at the end or when told to stop.
    fn next_window(&self, record_lines: &Receiver<io::Result<RecordLine>>) -> Option<io::Result<Vec<RecordLine>>> {
        let first_record = loop {
            if self.job.stop.load(Ordering::Relaxed) {
                return None;
            }
            match record_lines.recv_timeout(STOP_CHECK) {
                Ok(record_line) => break record_line,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        };
        let (mut record_window, mut window_bytes) = (Vec::new(), 0);
        let mut next_record = Some(first_record);
        while let Some(record_line) = next_record {
            match record_line {
                Ok(record_line) => {
                    if let RecordLine::Whole(record_bytes) = &record_line {
                        window_bytes += record_bytes.len();
                    }
                    record_window.push(record_line);
                }
                Err(error) => return Some(Err(error)),
            }
            next_record = if window_bytes < self.models.first.loaded.generator.window_bytes() {
                record_lines.recv_timeout(PATIENCE).ok()
            } else {
                None
            };
        }
        Some(Ok(record_window))
    }

    /// What becomes of the records of `record_window`, in their order.
    fn translate_window(
        &self,
        record_window: &[RecordLine],
        report: &mut RecordsReport,
    ) -> Result<Vec<Value>, RecordsError> {
        let translators = self.models.translators(&self.job.stop);
        let read_records =
            parallel::map(translators.options.schedule.workers, record_window, |record_line| match record_line {
                RecordLine::Whole(record_bytes) => input::read_record(record_bytes, &self.job.input),
                RecordLine::TooLong { .. } => StreamRecord::too_large(MAX_RECORD_BYTES),
            })
            .map_err(Error::from)?;
        let mut articles: Vec<Article> = Vec::new();
        let mut record_outcomes = Vec::new();
        for StreamRecord { id, fields, article } in read_records {
            record_outcomes.push((id, fields, article.map(|article| articles.push(article))));
        }
        let translations = translate::translate(translators, articles, &|_, _| {})?;
        let summaries = self.models.summaries.summarize(&translations, None, translators)?;
        // A record has no place in a briefing and no page.
        let mut entries = translations
            .into_iter()
            .zip(summaries)
            .map(|(translation, summary)| entry(0, String::new(), translation, summary));
        let mut rendered_records = Vec::new();
        for (id, fields, article) in record_outcomes {
            let record_result = match article {
                Err(error) => {
                    report.failed += 1;
                    json!({ "error": error_on_one_line(&error), "hint": error.hint() })
                }
                Ok(()) => {
                    let missing_translation =
                        || generation::Error::Internal { what: "a record without its translation" };
                    let entry = entries.next().ok_or_else(missing_translation)?;
                    report.overview.add(&entry);
                    output::record_json(&entry, &self.provenance)
                }
            };
            let schema = Value::from(RECORDS_SCHEMA);
            let head = [("schema", schema), ("id", id), ("record", Value::Object(fields))];
            let mut record: Map<String, Value> = head.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
            if let Value::Object(record_result) = record_result {
                record.extend(record_result);
            }
            rendered_records.push(Value::Object(record));
        }
        Ok(rendered_records)
    }
}
