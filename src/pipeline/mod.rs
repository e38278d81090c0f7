//! The order of the steps: list, load, then window by window read, translate, summarise, write.
//!
//! `briefing.rs` is the order for folders, `lines.rs` that for lines, `records.rs` that for streams of records; `translated.rs` finds records
//! that were translated before. Promises: memory is bounded by the model, one window of text and a few hundred bytes per file or
//! translated record; articles come out in the order of the listing; an article that fails is named in the briefing and
//! stops no other; everything that can be refused is refused before the first sentence is translated. Tells what happens
//! through [`Event`] and prints nothing.

mod briefing;
mod entry;
mod error;
mod event;
mod job;
mod lines;
mod model_settings;
mod models;
mod provenance;
mod provenances;
mod records;
mod remember;
mod summaries;
mod translated;
mod translator;

pub use briefing::run;
pub use error::Error;
pub use event::Event;
pub use job::{Job, Report};
pub use lines::{LineOptions, LinesError, translate_lines};
pub use records::{RecordsError, RecordsJob, RecordsReport, translate_records};
pub use summaries::{Summarizer, SummaryWriter};
pub use translator::{LoadedTranslator, SecondModel, Translator};
