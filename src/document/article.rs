//! One German article: a title, paragraphs, and what was set aside before translation.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::date::Date;

/// What a paragraph is on the page. Decides how it is shown, whether it is split into sentences, and whether a
/// summary may quote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ParagraphKind {
    /// A subhead: one sentence, whatever its punctuation.
    Heading,
    /// Running text.
    Body,
    /// One item of a list.
    ListItem,
    /// A block quotation.
    Quote,
    /// Code or other text that is passed through untouched and never translated.
    Verbatim,
}

impl ParagraphKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 5] = [Self::Heading, Self::Body, Self::ListItem, Self::Quote, Self::Verbatim];

    /// The name used in machine-readable output: `heading`, `body`, `list-item`, `quote` or `verbatim`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::Body => "body",
            Self::ListItem => "list-item",
            Self::Quote => "quote",
            Self::Verbatim => "verbatim",
        }
    }
}

impl fmt::Display for ParagraphKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A paragraph of the source text.
///
/// Invariant: the text is trimmed, not empty, and in Unicode normalisation form C. Only [`ParagraphKind::Verbatim`]
/// may contain line breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    kind: ParagraphKind,
    text: String,
}

impl Paragraph {
    /// A paragraph of `kind` with `text` trimmed and normalised (NFC; white space runs become one space, except in
    /// verbatim text), or `None` if nothing is left.
    pub fn new(kind: ParagraphKind, text: &str) -> Option<Self> {
        let text = match kind {
            ParagraphKind::Verbatim => text.trim_matches(['\n', '\r']).trim_end().nfc().collect(),
            _ => one_line(text),
        };
        (!text.trim().is_empty()).then_some(Self { kind, text })
    }

    /// What the paragraph is on the page.
    pub fn kind(&self) -> ParagraphKind {
        self.kind
    }

    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// `text` in NFC on one line: white space at both ends removed, every run of white space turned into one space.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.nfc());
    }
    line
}

/// A passage that was set aside before translation, with the rule that caught it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The passage as it stood in the article.
    pub text: String,
    /// The name of the rule.
    pub rule: String,
}

/// One piece of a document as a reader found it, before it is normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What the piece is on the page.
    pub kind: ParagraphKind,
    /// Its text, in whatever white space and normalisation form the file had.
    pub text: String,
}

/// What a reader makes of a file: an [`Article`] that does not know where it comes from yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleDraft {
    /// The document's own title, when its format has one.
    pub title: Option<String>,
    /// The pieces in reading order.
    pub sections: Vec<Section>,
    /// Passages that were set aside.
    pub left_out: Vec<LeftOut>,
    /// The day of publication, when the file states it apart from the text.
    pub published: Option<Date>,
}

/// A German article, ready to be split into sentences.
///
/// Invariant: at least one paragraph; a title, when there is one, is a single line that is not empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    source: String,
    title: Option<String>,
    paragraphs: Vec<Paragraph>,
    left_out: Vec<LeftOut>,
    published: Option<Date>,
}

impl Article {
    /// The article at `source` (a path as it is shown to the reader), or `None` if the draft holds no text.
    pub fn new(source: impl Into<String>, draft: ArticleDraft) -> Option<Self> {
        let paragraphs: Vec<_> =
            draft.sections.iter().filter_map(|section| Paragraph::new(section.kind, &section.text)).collect();
        let title = draft.title.as_deref().map(one_line).filter(|title| !title.is_empty());
        (!paragraphs.is_empty()).then(|| Self {
            source: source.into(),
            title,
            paragraphs,
            left_out: draft.left_out,
            published: draft.published,
        })
    }

    /// Where the article was read from, as it is shown to the reader: a path with `/` between its parts, relative to
    /// the folder that was asked for.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The German title, when the document has one.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The paragraphs in reading order; never empty.
    pub fn paragraphs(&self) -> &[Paragraph] {
        &self.paragraphs
    }

    /// The day of publication, when the file states it apart from the text.
    pub fn published(&self) -> Option<Date> {
        self.published
    }

    /// What was set aside and is not translated.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_trimmed_normalised_and_on_one_line() {
        let paragraph = Paragraph::new(ParagraphKind::Body, "  Mu\u{308}nchen\n  ist\tscho\u{308}n. ").unwrap();
        assert_eq!(paragraph.text(), "München ist schön.");
    }

    #[test]
    fn a_paragraph_of_white_space_is_none() {
        for kind in ParagraphKind::ALL {
            assert_eq!(Paragraph::new(kind, " \n\t\u{a0} "), None, "{kind}");
        }
    }

    #[test]
    fn verbatim_text_keeps_its_lines() {
        let paragraph = Paragraph::new(ParagraphKind::Verbatim, "\n  a = 1\n    b = 2\n").unwrap();
        assert_eq!(paragraph.text(), "  a = 1\n    b = 2");
    }

    #[test]
    fn an_article_without_text_is_none() {
        let sections = vec![Section { kind: ParagraphKind::Body, text: " ".into() }];
        assert_eq!(Article::new("a.txt", ArticleDraft { sections, ..ArticleDraft::default() }), None);
    }
}
