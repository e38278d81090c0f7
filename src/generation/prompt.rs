//! What a model reads around a text.
//!
//! Marks, tags of languages, the prefix of a task and the frame of a chat template are all the same thing: tokens before and after
//! the text.

use std::borrow::Cow;

/// The tokens around a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Tokens before the text.
    pub(super) before: Vec<u32>,
    /// Tokens after the text.
    pub(super) after: Vec<u32>,
    /// Whether a space parts the text from what is before it. Byte-level tokenizers have other tokens for a word after a space.
    is_spaced: bool,
}

impl Prompt {
    /// The prompt with these tokens before and after the text.
    pub(super) fn new(before: Vec<u32>, after: Vec<u32>) -> Self {
        Self { before, after, is_spaced: false }
    }

    /// The same prompt with a prefix right before the text. `tokens` are those of the prefix without a space at its end; `is_spaced`
    /// says whether it has one.
    pub(super) fn with_prefix(&self, tokens: &[u32], is_spaced: bool) -> Self {
        Self { before: [&self.before, tokens].concat(), after: self.after.clone(), is_spaced }
    }

    /// `text` as it is to be tokenised: after a space if the prompt demands one.
    pub(super) fn spaced<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_spaced && !text.is_empty() { Cow::Owned([" ", text].concat()) } else { Cow::Borrowed(text) }
    }

    /// `tokens` with the prompt around them.
    pub fn wrap(&self, tokens: &[u32]) -> Vec<u32> {
        [&self.before, tokens, &self.after].concat()
    }

    /// Number of tokens around a text.
    pub fn len(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// True if there is nothing around a text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
