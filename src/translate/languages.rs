//! The sentences of an article → the language of each, and whether it is translated.
//!
//! A sentence is in the language that it can be told to be in; one that cannot be told is in that of its paragraph, and a
//! paragraph that cannot be told in that of the article, if all that can be told of it is in one language. So a subhead of an
//! English article is English, and a short sentence of a German one is German.

use crate::document::{Article, Flag, Language, Note, ParagraphKind};
use crate::language;

/// What to do with text that is not German.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherLanguages {
    /// Leave it as it is, and say so.
    Keep,
    /// Translate it as if it were German, and say so.
    Translate,
}

impl OtherLanguages {
    /// Every choice, the default first.
    pub const ALL: [Self; 2] = [Self::Keep, Self::Translate];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Translate => "translate",
        }
    }

    /// What it does, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Keep => "leave it as it is, and name its language",
            Self::Translate => "translate it as if it were German, and name its language",
        }
    }

    /// What a reader of a sentence in `language` should know; nothing if that is German.
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

/// The language that all of `article` is in whose language can be told; German if there is none.
pub(super) fn of(article: &Article) -> Language {
    let text = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let mut told = text.filter_map(|paragraph| language::of(paragraph.text()));
    match told.next() {
        Some(first) if told.all(|other| other == first) => first,
        _ => Language::GERMAN,
    }
}
