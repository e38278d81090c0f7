//! Tokenizers that the `tokenizers` crate runs: whatever a `tokenizer.json` describes, the byte-level BPE of GPT-2 and
//! BART from `vocab.json` and `merges.txt`, and what a GGUF file holds.

use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::models::bpe::BPE;
use tokenizers::{AddedToken, Tokenizer};

use super::chat::{self, Frame};
use super::marian::vocab;
use super::{Built, END, Files, Marks, PADDING, Parts, TokenizerError, UNKNOWN, charsmap};
use crate::guarded::guarded;
use crate::neural::{GgufMetadata, ModelInfo};

/// The file of any tokenizer.
pub(super) const JSON: &[&str] = &[TOKENIZER];
/// The files of a byte-level tokenizer.
pub(super) const BYTE_LEVEL: &[&str] = &[VOCAB, MERGES];

/// The file that a chat template is in, where it has no file of its own.
pub(super) const CONFIGURATION: &str = "tokenizer_config.json";

const TOKENIZER: &str = "tokenizer.json";
const GGUF: &str = "the GGUF file";
const VOCAB: &str = "vocab.json";
const MERGES: &str = "merges.txt";

/// A tokenizer of the crate.
pub(super) struct Library {
    tokenizer: Tokenizer,
}

/// What `build` makes of a file. The crate's readers index and subtract before they check, and a damaged model must not end the
/// program.
fn built<T>(file: &'static str, build: impl FnOnce() -> tokenizers::Result<T>) -> Result<T, TokenizerError> {
    let unusable = || TokenizerError::Unusable { file, reason: "it is not what it should be".into() };
    guarded(build).ok_or_else(unusable)?.map_err(|source| TokenizerError::Library { file, source })
}

/// The tokenizer in `tokenizer.json`.
fn described(files: &Files) -> Result<Tokenizer, TokenizerError> {
    let damaged = |source| TokenizerError::Library { file: TOKENIZER, source };
    let bytes = files.bytes(TOKENIZER)?;
    // The crate's own reader does not return from what is no JSON, or from such a table.
    let json = serde_json::from_slice(bytes).map_err(|source| damaged(source.into()))?;
    if !charsmap::are_sound(&json) {
        return Err(TokenizerError::Unusable { file: TOKENIZER, reason: "the charsmap is damaged".into() });
    }
    let mut tokenizer = built(TOKENIZER, || Tokenizer::from_bytes(bytes))?;
    // Neither is for one text of any length.
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None).map_err(damaged)?;
    Ok(tokenizer)
}

/// The tokenizer that `tokenizer.json` describes, with the frame of the chat template around a text.
pub(super) fn json_with_chat(files: &Files, _: &ModelInfo) -> Result<Built, TokenizerError> {
    let own = files.find(chat::TEMPLATE).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let template = own.or_else(|| chat::of_configuration(files.find(CONFIGURATION)?));
    with_chat(described(files)?, template.ok_or(TokenizerError::NoChatTemplate)?.as_str())
}

/// The tokenizer of a GGUF file, with the frame of its chat template around a text.
pub(super) fn gguf(metadata: &GgufMetadata) -> Result<Built, TokenizerError> {
    let tokenizer = built(GGUF, || metadata.tokenizer())?;
    with_chat(tokenizer, metadata.text("tokenizer.chat_template").ok_or(TokenizerError::NoChatTemplate)?)
}

/// `tokenizer` with the frame that `template` puts around a message.
fn with_chat(mut tokenizer: Tokenizer, template: &str) -> Result<Built, TokenizerError> {
    let Frame { before, after } = Frame::of(template)?;
    let damaged = |source| TokenizerError::Library { file: chat::TEMPLATE, source };
    let ids = |text: &str| Ok(tokenizer.encode(text, false).map_err(damaged)?.get_ids().to_vec());
    let (before, mut after): (Vec<u32>, Vec<u32>) = (ids(&before)?, ids(&after)?);
    let known = |tokens: &[&str]| tokens.iter().filter_map(|token| tokenizer.token_to_id(token)).collect::<Vec<_>>();
    let marks = Marks {
        before,
        // The first token that is fed after the prompt.
        start: after.pop(),
        after,
        ends: known(ENDS),
        thought: known(&["<think>", "</think>"]).try_into().ok(),
        chat: true,
        ..Marks::default()
    };
    // In a message they are text.
    tokenizer.set_encode_special_tokens(true);
    Ok((Parts::Library(Box::new(Library { tokenizer })), marks))
}

/// Tokens that end an answer, under the names that models give them.
const ENDS: &[&str] = &["<|im_end|>", "<|endoftext|>"];

/// The tokenizer that `tokenizer.json` describes, marks around the text included.
pub(super) fn json(files: &Files, _: &ModelInfo) -> Result<Built, TokenizerError> {
    let damaged = |source| TokenizerError::Library { file: TOKENIZER, source };
    let tokenizer = described(files)?;
    let ids = |marks| Ok(tokenizer.encode("a", marks).map_err(damaged)?.get_ids().to_vec());
    let (bare, whole): (Vec<u32>, Vec<u32>) = (ids(false)?, ids(true)?);
    let place = whole.windows(bare.len().max(1)).position(|window| window == bare);
    let place = place.ok_or_else(|| TokenizerError::Unusable {
        file: TOKENIZER,
        reason: "the marks that it puts around a text are not around it".into(),
    })?;
    let marks = Marks {
        before: whole[..place].to_vec(),
        after: whole[place + bare.len()..].to_vec(),
        unknown: tokenizer.token_to_id(UNKNOWN),
        line_break: tokenizer.token_to_id("<n>").map(|_| "<n>"),
        ..Marks::default()
    };
    Ok((Parts::Library(Box::new(Library { tokenizer })), marks))
}

/// Byte-level BPE with BART's marks.
pub(super) fn byte_level(files: &Files, _: &ModelInfo) -> Result<Built, TokenizerError> {
    let ids = vocab(VOCAB, files.bytes(VOCAB)?)?;
    let id = |token| ids.get(token).copied().ok_or(TokenizerError::MissingToken { file: VOCAB, token });
    let (beginning, end, unknown) = (id("<s>")?, id(END)?, ids.get(UNKNOWN).copied());
    let text = String::from_utf8_lossy(files.bytes(MERGES)?);
    // The first line may say of which version the file is.
    let lines = text.lines().enumerate().filter(|(number, line)| *number > 0 || !line.starts_with("#version"));
    let lines = lines.map(|(_, line)| line);
    let merges = lines.filter_map(|line| line.split_once(' ')).map(|(left, right)| (left.into(), right.into()));
    let damaged = |source| TokenizerError::Library { file: MERGES, source };
    let model =
        BPE::builder().vocab_and_merges(ids.into_iter().collect::<tokenizers::models::bpe::Vocab>(), merges.collect());
    let mut tokenizer = Tokenizer::new(built(MERGES, || model.build())?);
    let level = ByteLevel::new(false, true, true);
    tokenizer.with_pre_tokenizer(Some(level)).with_decoder(Some(level));
    let special = ["<s>", PADDING, END, UNKNOWN].map(|token| AddedToken::from(token, true));
    let mask = AddedToken::from("<mask>", true).lstrip(true);
    let known = special.into_iter().chain([mask]).filter(|token| tokenizer.token_to_id(&token.content).is_some());
    let known: Vec<AddedToken> = known.collect();
    tokenizer.add_special_tokens(known).map_err(damaged)?;
    let marks = Marks { before: vec![beginning], after: vec![end], unknown, ..Marks::default() };
    Ok((Parts::Library(Box::new(Library { tokenizer })), marks))
}

impl Library {
    /// The ids of `text`; none if it cannot be read, which no text is known to be.
    pub(super) fn tokens(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode_fast(text, false).map(|encoding| encoding.get_ids().to_vec()).unwrap_or_default()
    }

    /// The text of `ids`, without special tokens.
    pub(super) fn decode(&self, ids: &[u32]) -> String {
        self.tokenizer.decode(ids, true).unwrap_or_default().trim().to_owned()
    }

    /// The id of the token `token`.
    pub(super) fn id_of(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }
}
