//! Better sentences of a reader's → the English of a person for a German sentence.
//!
//! `sentences.rs` holds them, `file.rs` reads and writes them as tables and reads TMX; `edited.rs` finds them in an edited CSV of a
//! briefing. A sentence is found by its German, whatever its white space and Unicode form. Never changes a text: `translate` does.

mod edited;
mod error;
mod file;
mod sentences;

pub use edited::{EditedRow, edited_rows};
pub use error::Error;
pub use sentences::Corrections;
