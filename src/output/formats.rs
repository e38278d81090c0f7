//! The table of formats, and the options of the output.

use super::format::OutputFormat;
use super::{csv, docx, epub, html, json, markdown, text, tmx};

/// Every format, in the order of the help text.
pub const OUTPUT_FORMATS: &[OutputFormat] = &[
    markdown::OUTPUT_FORMAT, //
    html::OUTPUT_FORMAT,
    json::OUTPUT_FORMAT,
    text::OUTPUT_FORMAT,
    csv::PAIRS,
    csv::CLAIMS,
    tmx::OUTPUT_FORMAT,
    docx::OUTPUT_FORMAT,
    epub::OUTPUT_FORMAT,
];

/// The formats that are written if the user names none.
pub const DEFAULT_OUTPUT_FORMATS: &[&OutputFormat] =
    &[&markdown::OUTPUT_FORMAT, &html::OUTPUT_FORMAT, &json::OUTPUT_FORMAT];

/// Sentences up to which a briefing for people holds the full text unless the user says otherwise. One in HTML is then some four
/// megabytes.
pub(super) const MOST_SENTENCES: usize = 5_000;

/// What to write, and what may be replaced.
#[derive(Clone, Debug)]
pub struct OutputOptions {
    /// Formats to write. Each gets a briefing, and a page for every article.
    pub formats: Vec<&'static OutputFormat>,
    /// Replace files that depesche did not make. Articles being read are never replaced.
    pub force: bool,
    /// Include the full bilingual text of every article in the briefing, instead of a link to its page. `None` does so unless
    /// people read the briefing and it would be long.
    pub full_text: Option<bool>,
    /// Say what is new, changed and gone since the last run into the folder.
    pub since_last: bool,
}

impl Default for OutputOptions {
    /// The default formats, with the full text; other people's files are kept.
    fn default() -> Self {
        Self { formats: DEFAULT_OUTPUT_FORMATS.to_vec(), force: false, full_text: None, since_last: false }
    }
}
