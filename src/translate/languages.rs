//! What happens to text that is not German, and the language of an article.
//!
//! A sentence too short to tell is in the language of its paragraph; a paragraph too short to tell is in the language of the
//! article, if all its other paragraphs are in one language. So a subhead of an English article is English, and a short
//! sentence in a German article is German.

use crate::document::{Article, Flag, Language, Note, ParagraphKind};
use crate::language;

/// What to do with sentences that are not German.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherLanguages {
    /// Leave a sentence that is not German as it is, and name its language.
    Keep,
    /// Translate a sentence that is not German as if it were, and name its language.
    Translate,
}

impl OtherLanguages {
    /// Every choice for sentences that are not German, the default first.
    pub const ALL: [Self; 2] = [Self::Keep, Self::Translate];

    /// The choice's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Translate => "translate",
        }
    }

    /// What the choice does with such sentences, for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::Keep => "leave it as it is, and name its language",
            Self::Translate => "translate it as if it were German, and name its language",
        }
    }

    /// What the reader should know about a sentence in `sentence_language`; `None` if it is German.
    pub(super) fn note(self, sentence_language: Language) -> Option<Note> {
        let language_flag = if sentence_language == Language::ENGLISH { Flag::English } else { Flag::Foreign };
        let language_reason = match (self, language_flag) {
            (Self::Keep, Flag::English) => None,
            (Self::Keep, _) => Some(format!("{sentence_language}, left as it is")),
            (Self::Translate, _) => Some(format!("{sentence_language}, translated as if it were German")),
        };
        (sentence_language != Language::GERMAN).then_some(Note { flag: language_flag, reason: language_reason })
    }
}

/// The language of every paragraph of `article` whose language can be told; German if they differ or there are none.
pub(super) fn article_language(article: &Article) -> Language {
    let prose_paragraphs = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let mut paragraph_languages = prose_paragraphs.filter_map(|paragraph| language::detect(paragraph.text()));
    match paragraph_languages.next() {
        Some(first_language) if paragraph_languages.all(|other_language| other_language == first_language) => {
            first_language
        }
        _ => Language::GERMAN,
    }
}
