//! The prompt: the tokens that a model reads around a text.
//!
//! Marks, tags of languages, the prefix of a task and the frame of a chat template are all the same thing: tokens before and after
//! the text.

use std::borrow::Cow;

/// The tokens that a generator puts around every text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Token ids before the text.
    pub(super) tokens_before: Vec<u32>,
    /// Token ids after the text.
    pub(super) tokens_after: Vec<u32>,
    /// Whether a space parts the text from what is before it. Byte-level tokenizers have other tokens for a word after a space.
    is_spaced: bool,
}

impl Prompt {
    /// The prompt with these tokens before and after the text.
    pub(super) fn new(tokens_before: Vec<u32>, tokens_after: Vec<u32>) -> Self {
        Self { tokens_before, tokens_after, is_spaced: false }
    }

    /// The same prompt with a prefix right before the text. `prefix_tokens` are the ids of the prefix without a space at its end;
    /// `is_spaced` says whether it has one.
    pub(super) fn with_prefix(&self, prefix_tokens: &[u32], is_spaced: bool) -> Self {
        let tokens_before = [&self.tokens_before, prefix_tokens].concat();
        Self { tokens_before, tokens_after: self.tokens_after.clone(), is_spaced }
    }

    /// `text` as it is to be tokenised: after a space if the prompt demands one.
    pub(super) fn spaced<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_spaced && !text.is_empty() { Cow::Owned([" ", text].concat()) } else { Cow::Borrowed(text) }
    }

    /// The prompt around the tokens of a text.
    pub fn around(&self, text_tokens: &[u32]) -> Vec<u32> {
        [&self.tokens_before, text_tokens, &self.tokens_after].concat()
    }

    /// Number of tokens that the prompt puts around a text.
    pub fn len(&self) -> usize {
        self.tokens_before.len() + self.tokens_after.len()
    }

    /// True if the prompt puts nothing around a text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
