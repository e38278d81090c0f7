//! The types that flow through the program, from the user's file to the briefing.
//!
//! Promises: a constructor keeps every invariant, so no later room checks it again. Never does I/O, and knows no file
//! format, model or markup. The `serde` derives let `output` keep entries on disk; the JSON that users see has types of
//! its own beside its format.

mod article;
#[cfg(test)]
pub(crate) mod canned;
mod changes;
mod date;
mod digest;
mod entry;
mod language;
mod overlaps;
mod overview;
mod spans;
mod summary;
mod translation;

pub use article::{Article, ArticleDraft, LeftOut, Paragraph, ParagraphKind, Section};
pub use changes::{ChangedArticle, Changes, FormerSentence, GoneArticle};
pub use date::{Date, Time};
pub use digest::{Difference, DifferenceKind, FolderDigest, Highlight, IndexedName, NameKind, Story, Topic, Version};
pub use entry::{Entry, Mention};
pub use language::Language;
pub use overlaps::keep_first_of_overlapping;
pub use overview::{Failure, ModelIdentity, Overview, Provenance, Subject, TermCount};
pub use spans::{SpanError, Spans};
pub use summary::{Point, PointOrigin, SentenceRef, Summary, WritingCounts};
pub use translation::{Flag, Note, Sentence, TermUse, TranslatedParagraph, TranslatedText, Translation};
