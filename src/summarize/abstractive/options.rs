//! How summaries are written by a model.

use super::language::SummaryLanguage;
use crate::summarize::length::Length;

/// What to do with a sentence that the article does not support.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUnsupported {
    /// Quote the most similar sentence of the translation in its place.
    #[default]
    Replace,
    /// Keep it, with a note.
    Flag,
    /// Leave it out.
    Drop,
}

impl OnUnsupported {
    /// Every choice, the default first.
    pub const ALL: [Self; 3] = [Self::Replace, Self::Flag, Self::Drop];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Flag => "flag",
            Self::Drop => "drop",
        }
    }

    /// One line for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::Replace => "quote the sentence of the article that is most like it",
            Self::Flag => "keep it, with a note",
            Self::Drop => "leave it out",
        }
    }
}

/// How to write summaries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WritingOptions {
    /// How long a summary is.
    pub length: Length,
    /// The language the model writes in.
    pub language: SummaryLanguage,
    /// What to do with a sentence that the article does not support.
    pub on_unsupported: OnUnsupported,
    /// Have such a sentence rewritten first.
    pub repair: bool,
}

impl Default for WritingOptions {
    fn default() -> Self {
        Self {
            length: Length::default(),
            language: SummaryLanguage::default(),
            on_unsupported: OnUnsupported::default(),
            repair: true,
        }
    }
}
