//! What a tokenizer is made of: a codec between text and ids, and the special tokens of the model.

use crate::generation::prompt::Prompt;

/// The token that ends a sequence.
pub(super) const END_TOKEN: &str = "</s>";
/// The token for what the vocabulary lacks.
pub(super) const UNKNOWN_TOKEN: &str = "<unk>";
/// The token that fills short rows.
pub(super) const PADDING_TOKEN: &str = "<pad>";

/// Text ↔ ids, without the prompt around a text.
pub(super) trait Codec: Send + Sync {
    /// The source token ids of `text`.
    fn encode(&self, text: &str) -> Vec<u32>;

    /// The text of target `token_ids`, without special tokens.
    fn decode(&self, token_ids: &[u32]) -> String;

    /// The id of `token`, if there is such a token.
    fn id_of(&self, token: &str) -> Option<u32>;
}

/// The tokens that mean something of their own to a model.
#[derive(Default)]
pub(super) struct SpecialTokens {
    /// The tokens around every text.
    pub(super) prompt: Prompt,
    /// The token for what the vocabulary lacks.
    pub(super) unknown_token: Option<u32>,
    /// The token for the end of a line.
    pub(super) line_break_token: Option<&'static str>,
    /// The token that every target begins with.
    pub(super) forced_first_token: Option<u32>,
    /// The first input of the decoder, where it is not that of the checkpoint.
    pub(super) decoder_start_token: Option<u32>,
    /// Tokens that end an answer.
    pub(super) end_tokens: Vec<u32>,
    /// The tokens at the beginning and the end of a thought.
    pub(super) thought_tokens: Option<[u32; 2]>,
    /// Whether a text is a message that the model answers.
    pub(super) is_chat: bool,
    /// Whether the chat template itself asks for a translation from German to English.
    pub(super) asks_for_translation: bool,
}

/// A tokenizer as it is built from files.
pub(super) struct TokenizerParts {
    pub(super) codec: Box<dyn Codec>,
    pub(super) special_tokens: SpecialTokens,
}

impl TokenizerParts {
    pub(super) fn new(codec: impl Codec + 'static, special_tokens: SpecialTokens) -> Self {
        Self { codec: Box::new(codec), special_tokens }
    }
}
