//! The table of formats, and what the user may choose.

use super::format::Format;
use super::{html, json, markdown, text};

/// Every format, in the order in which help texts list them.
pub const FORMATS: &[Format] = &[markdown::FORMAT, html::FORMAT, json::FORMAT, text::FORMAT];

/// What to write, and how freely.
#[derive(Clone, Debug)]
pub struct OutputOptions {
    /// The formats; each gets a briefing and a page for every article.
    pub formats: Vec<&'static Format>,
    /// Replace files that were not made here.
    pub force: bool,
    /// Repeat the full bilingual text of every article in the briefing, rather than point to the article's page.
    pub full_text: bool,
}

impl Default for OutputOptions {
    /// Markdown, HTML and JSON, with the full text, careful.
    fn default() -> Self {
        Self { formats: vec![&markdown::FORMAT, &html::FORMAT, &json::FORMAT], force: false, full_text: true }
    }
}
