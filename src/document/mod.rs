//! The types that flow through the house, from the user's file to the briefing.
//!
//! Promises: every invariant is kept by a constructor, so no later room checks it again. Never does I/O,
//! never serialises (wire types live beside their format), knows no model and no markup.

mod article;
mod briefing;
#[cfg(test)]
pub(crate) mod canned;
mod date;
mod digest;
mod language;
mod spans;
mod summary;
mod translation;

pub use article::{Article, Draft, LeftOut, Paragraph, ParagraphKind, Section};
pub use briefing::{Briefing, Entry, Failure, Model, Overview, Provenance, TermCount};
pub use date::Date;
pub use digest::{Digest, Highlight, Mention, Story, Topic};
pub use language::Language;
pub use spans::{SpanError, Spans};
pub use summary::{Origin, Point, SentenceRef, Summary, Writing};
pub use translation::{Flag, Note, Sentence, TermUse, TranslatedParagraph, Translation};
