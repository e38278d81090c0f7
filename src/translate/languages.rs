//! What happens to text that is not German, and the language of an article.
//!
//! A sentence too short to tell is in the language of its paragraph; a paragraph too short to tell is in the language of the
//! article, if all its other paragraphs are in one language. So a subhead of an English article is English, and a short
//! sentence in a German article is German.

use crate::document::{Article, Flag, Language, Note, ParagraphKind};
use crate::language;

/// What to do with text that is not German.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherLanguages {
    /// Leave it as it is, and name its language.
    Keep,
    /// Translate it as if it were German, and name its language.
    Translate,
}

impl OtherLanguages {
    /// Every choice, the default first.
    pub const ALL: [Self; 2] = [Self::Keep, Self::Translate];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Translate => "translate",
        }
    }

    /// What it does, for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::Keep => "leave it as it is, and name its language",
            Self::Translate => "translate it as if it were German, and name its language",
        }
    }

    /// What the reader should know about a sentence in `language`; `None` if it is German.
    pub(super) fn note(self, language: Language) -> Option<Note> {
        let flag = if language == Language::ENGLISH { Flag::English } else { Flag::Foreign };
        let reason = match (self, flag) {
            (Self::Keep, Flag::English) => None,
            (Self::Keep, _) => Some(format!("{language}, left as it is")),
            (Self::Translate, _) => Some(format!("{language}, translated as if it were German")),
        };
        (language != Language::GERMAN).then_some(Note { flag, reason })
    }
}

/// The language of every paragraph of `article` whose language can be told; German if they differ or there are none.
pub(super) fn article_language(article: &Article) -> Language {
    let prose = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let mut told = prose.filter_map(|paragraph| language::detect(paragraph.text()));
    match told.next() {
        Some(first) if told.all(|other| other == first) => first,
        _ => Language::GERMAN,
    }
}
