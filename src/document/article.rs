//! One German article: title, paragraphs, and the passages that were left out.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::date::Date;

/// The role of a paragraph. Decides how it is shown, whether it is split into sentences, and whether a summary may
/// quote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ParagraphKind {
    /// A subheading: always one sentence, whatever its punctuation.
    Heading,
    /// Running text.
    Body,
    /// A paragraph that is one item of a list.
    ListItem,
    /// A paragraph of a block quotation.
    Quote,
    /// Code or other text that is never translated.
    Verbatim,
}

impl ParagraphKind {
    /// All kinds of paragraph, in declaration order.
    pub const ALL: [Self; 5] = [Self::Heading, Self::Body, Self::ListItem, Self::Quote, Self::Verbatim];

    /// Name of the paragraph kind in machine-readable output.
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
/// Invariant: the text is trimmed, not empty and in NFC. Only [`ParagraphKind::Verbatim`] contains line breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    kind: ParagraphKind,
    text: String,
}

impl Paragraph {
    /// Normalises `text`: trims it, converts it to NFC and, except in verbatim text, collapses white space. Returns
    /// `None` if nothing is left.
    pub fn new(kind: ParagraphKind, text: &str) -> Option<Self> {
        let normalized = match kind {
            ParagraphKind::Verbatim => text.trim_matches(['\n', '\r']).trim_end().nfc().collect(),
            _ => one_line(text),
        };
        (!normalized.trim().is_empty()).then_some(Self { kind, text: normalized })
    }

    /// Role of the paragraph.
    pub fn kind(&self) -> ParagraphKind {
        self.kind
    }

    /// The normalised German text of the paragraph.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// `text` in NFC, trimmed, with every run of white space collapsed to one space.
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

/// A passage that a boilerplate rule removed before translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The passage as the article has it.
    pub text: String,
    /// Name of the boilerplate rule.
    pub rule: String,
}

/// A paragraph as a reader found it, not normalised yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Role of the paragraph.
    pub kind: ParagraphKind,
    /// Text of the paragraph with the white space and Unicode form of the file.
    pub text: String,
}

/// What a reader makes of a file: an [`Article`] without its source, not normalised yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleDraft {
    /// Title of the article, if the file marks one.
    pub title: Option<String>,
    /// Paragraphs of the article in reading order.
    pub sections: Vec<Section>,
    /// Passages of the article that were left out.
    pub left_out: Vec<LeftOut>,
    /// Publication date of the article, if the file or its name states it outside the text.
    pub published: Option<Date>,
    /// Date when the article was last changed, if the file states it.
    pub updated: Option<Date>,
    /// Day on which the file was fetched from the web, if it states that: no earlier than the publication.
    pub retrieved: Option<Date>,
    /// Newspaper or site that published the article, if the file names it.
    pub outlet: Option<String>,
    /// Names of the authors of the article, if the file gives them.
    pub author: Option<String>,
    /// Address under which the article was published, if the file states it: absolute, `http` or `https`.
    pub url: Option<String>,
}

/// A German article, ready to be split into sentences.
///
/// Invariant: there is at least one paragraph, and a title is one non-empty line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    source: String,
    title: Option<String>,
    paragraphs: Vec<Paragraph>,
    left_out: Vec<LeftOut>,
    published: Option<Date>,
    updated: Option<Date>,
    retrieved: Option<Date>,
    outlet: Option<String>,
    author: Option<String>,
    url: Option<String>,
}

impl Article {
    /// Normalises `draft`. `source` is the path to show to the user. Returns `None` if the draft holds no text.
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
            updated: draft.updated,
            retrieved: draft.retrieved,
            outlet: draft.outlet,
            author: draft.author,
            url: draft.url,
        })
    }

    /// Path of the article's file as shown to the user: relative to the input folder, with `/` as separator.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// German title of the article, if there is one.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Paragraphs of the article in reading order; never empty.
    pub fn paragraphs(&self) -> &[Paragraph] {
        &self.paragraphs
    }

    /// Publication date of the article, if the file or its name states it outside the text.
    pub fn published(&self) -> Option<Date> {
        self.published
    }

    /// Date when the article was last changed, if the file states it.
    pub fn updated(&self) -> Option<Date> {
        self.updated
    }

    /// Day on which the file was fetched from the web, if it states that.
    pub fn retrieved(&self) -> Option<Date> {
        self.retrieved
    }

    /// Newspaper or site that published the article, if the file names it.
    pub fn outlet(&self) -> Option<&str> {
        self.outlet.as_deref()
    }

    /// Names of the authors of the article, if the file gives them.
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// Address under which the article was published, if the file states it.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Passages that were left out and are not translated.
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
