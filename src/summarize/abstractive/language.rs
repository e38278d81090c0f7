//! The language a summary is written in, and what differs between English and German.

use std::collections::BTreeSet;

use crate::document::{Flag, Language, ParagraphKind, Sentence};
use crate::lexicon;
use crate::segment::{self, english, words};

/// The language in which a model reads an article and writes its summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SummaryLanguage {
    /// The model reads the translation, and what it writes is shown.
    #[default]
    English,
    /// The model reads the article itself, and what it writes is shown beside its translation.
    German,
}

impl SummaryLanguage {
    /// Every choice, the default first.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::German => "german",
        }
    }

    /// The language that the summary is in.
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

    /// The text of a sentence that the model reads; `None` if that is in another language.
    pub(super) fn text<'a>(self, german: &'a str, translated: &'a Sentence) -> Option<&'a str> {
        match self {
            Self::English if translated.flags().any(|flag| flag == Flag::Foreign) => None,
            Self::German if translated.language != Language::GERMAN => None,
            Self::English => Some(&translated.english),
            Self::German => Some(german),
        }
    }

    /// The sentences of a running `text` in this language.
    pub(super) fn sentences(self, text: &str) -> Vec<&str> {
        match self {
            Self::English => english::sentences(text).into_iter().map(|range| &text[range]).collect(),
            Self::German => segment::sentences(text, ParagraphKind::Body).sentences(text).collect(),
        }
    }

    /// The sentences of `text` that end properly, each once. A last sentence that was cut is left out.
    pub(super) fn whole_sentences(self, text: &str) -> Vec<&str> {
        let has_end = |sentence: &&str| {
            sentence.trim_end_matches(['"', '”', '“', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', '…'])
        };
        let mut sentences: Vec<&str> = Vec::new();
        for sentence in self.sentences(text).into_iter().filter(has_end) {
            if !sentences.contains(&sentence) && words::words(sentence).next().is_some() {
                sentences.push(sentence);
            }
        }
        sentences
    }

    /// The stems of the content words of `text`.
    pub(super) fn stems(self, text: &str) -> BTreeSet<String> {
        let text_words = words::words(text);
        match self {
            Self::English => {
                text_words.filter(|word| !lexicon::english::is_stop_word(word)).map(english::stem).collect()
            }
            Self::German => text_words.filter(|word| !lexicon::german::is_stop_word(word)).map(words::stem).collect(),
        }
    }

    /// Tokens of an ordinary sentence of a summary.
    pub(super) fn tokens_per_sentence(self) -> usize {
        match self {
            Self::English => 28,
            Self::German => 34,
        }
    }

    /// Tokens of an ordinary word. German words are longer and fewer.
    pub(super) fn tokens_per_word(self) -> f64 {
        match self {
            Self::English => 1.4,
            Self::German => 1.9,
        }
    }
}
