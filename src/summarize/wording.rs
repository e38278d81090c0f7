//! What differs between summaries that a model writes in English and in German.

use std::collections::BTreeSet;

use crate::document::{Flag, Language, ParagraphKind, Sentence};
use crate::segment::{self, english, words};

/// The language that a model reads an article in, and writes its summary in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wording {
    /// It reads the translation, and what it writes is shown.
    #[default]
    English,
    /// It reads the article itself, and what it writes is shown beside its translation.
    German,
}

impl Wording {
    /// Every choice, the default first.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The name it is asked for by.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::German => "german",
        }
    }

    /// The language.
    pub fn language(self) -> Language {
        match self {
            Self::English => Language::ENGLISH,
            Self::German => Language::GERMAN,
        }
    }

    /// One line for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::English => "the model reads the translation and writes English",
            Self::German => "it reads the article and writes German, which is shown beside its translation",
        }
    }

    /// What the model reads of a sentence: nothing, where that would be another language.
    pub(super) fn text<'a>(self, german: &'a str, translated: &'a Sentence) -> Option<&'a str> {
        match self {
            Self::English if translated.flags().any(|flag| flag == Flag::Foreign) => None,
            Self::German if translated.language != Language::GERMAN => None,
            Self::English => Some(&translated.english),
            Self::German => Some(german),
        }
    }

    /// The sentences of a running text.
    pub(super) fn sentences(self, text: &str) -> Vec<&str> {
        match self {
            Self::English => english::sentences(text).into_iter().map(|range| &text[range]).collect(),
            Self::German => segment::sentences(text, ParagraphKind::Body).sentences(text).collect(),
        }
    }

    /// The stems of the words of `text` that mean something, each once.
    pub(super) fn stems(self, text: &str) -> BTreeSet<String> {
        let words = words::words(text);
        match self {
            Self::English => words.filter(|word| !english::is_stop_word(word)).map(english::stem).collect(),
            Self::German => words.filter(|word| !words::is_stop_word(word)).map(words::stem).collect(),
        }
    }

    /// Tokens of an ordinary sentence of a summary, and of a word: German words are longer and fewer.
    pub(super) fn tokens(self) -> (usize, f64) {
        match self {
            Self::English => (28, 1.4),
            Self::German => (34, 1.9),
        }
    }
}
