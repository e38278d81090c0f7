//! Tokenizers that the `tokenizers` crate runs: any `tokenizer.json`, the byte-level BPE of GPT-2 and BART (`vocab.json` and
//! `merges.txt`), and the tokenizer in a GGUF file.

use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::{AddedToken, Tokenizer};

use super::chat::{self, ChatFrame};
use super::error::TokenizerError;
use super::files::TokenizerFiles;
use super::parts::{Codec, END_TOKEN, PADDING_TOKEN, SpecialTokens, TokenizerParts, UNKNOWN_TOKEN};
use super::{charsmap, vocab};
use crate::generation::prompt::Prompt;
use crate::guarded::guarded;
use crate::neural::{GgufMetadata, ModelInfo};

/// The file that any tokenizer can be built from.
pub(super) const JSON_FILES: &[&str] = &[TOKENIZER_FILE];
/// The files of a byte-level tokenizer.
pub(super) const BYTE_LEVEL_FILES: &[&str] = &[VOCAB_FILE, MERGES_FILE];

/// The file with the chat template of a model that has no file for it.
pub(super) const CONFIGURATION_FILE: &str = "tokenizer_config.json";

const TOKENIZER_FILE: &str = "tokenizer.json";
const GGUF_FILE: &str = "the GGUF file";
const VOCAB_FILE: &str = "vocab.json";
const MERGES_FILE: &str = "merges.txt";

/// A tokenizer of the `tokenizers` crate.
struct LibraryTokenizer {
    tokenizer: Tokenizer,
}

/// Calls a reader of the crate on `file`. Those readers index and subtract before they check, and a damaged model must not end the
/// program.
fn read_guarded<T>(
    file: &'static str,
    read_tokenizer: impl FnOnce() -> tokenizers::Result<T>,
) -> Result<T, TokenizerError> {
    let unusable = || TokenizerError::Unusable { file, reason: "it is damaged".into() };
    guarded(read_tokenizer).ok_or_else(unusable)?.map_err(|source| TokenizerError::Library { file, source })
}

/// The tokenizer in `tokenizer.json`.
fn from_json(files: &TokenizerFiles) -> Result<Tokenizer, TokenizerError> {
    let damaged = |source| TokenizerError::Library { file: TOKENIZER_FILE, source };
    let tokenizer_json = files.bytes(TOKENIZER_FILE)?;
    // The crate's own reader hangs on what is not JSON, and on a damaged charsmap.
    let json = serde_json::from_slice(tokenizer_json).map_err(|source| damaged(source.into()))?;
    if !charsmap::are_sound(&json) {
        return Err(TokenizerError::Unusable { file: TOKENIZER_FILE, reason: "the charsmap is damaged".into() });
    }
    let mut tokenizer = read_guarded(TOKENIZER_FILE, || Tokenizer::from_bytes(tokenizer_json))?;
    // One text is never padded, and the generator cuts texts itself.
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None).map_err(damaged)?;
    Ok(tokenizer)
}

/// The tokenizer in `tokenizer.json`, with the frame of the chat template around a text.
pub(super) fn json_with_chat(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    let template_file = files.find(chat::TEMPLATE_FILE).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let template = template_file.or_else(|| chat::template_in_configuration(files.find(CONFIGURATION_FILE)?));
    with_chat(from_json(files)?, &template.ok_or(TokenizerError::NoChatTemplate)?)
}

/// The tokenizer in a GGUF file, with the frame of its chat template around a text.
pub(super) fn gguf(metadata: &GgufMetadata) -> Result<TokenizerParts, TokenizerError> {
    let tokenizer = read_guarded(GGUF_FILE, || metadata.tokenizer())?;
    with_chat(tokenizer, metadata.text("tokenizer.chat_template").ok_or(TokenizerError::NoChatTemplate)?)
}

/// Tokens that end an answer, as models name them.
const ANSWER_END_TOKENS: &[&str] = &["<|im_end|>", "<|endoftext|>"];

/// The tokens around a thought.
const THOUGHT_TOKENS: &[&str] = &["<think>", "</think>"];

/// `tokenizer` with the frame that `template` puts around a message.
fn with_chat(mut tokenizer: Tokenizer, template: &str) -> Result<TokenizerParts, TokenizerError> {
    let frame = ChatFrame::from_template(template)?;
    let damaged = |source| TokenizerError::Library { file: chat::TEMPLATE_FILE, source };
    let ids_of = |text: &str| Ok(tokenizer.encode(text, false).map_err(damaged)?.get_ids().to_vec());
    let (ids_before, mut ids_after): (Vec<u32>, Vec<u32>) =
        (ids_of(&frame.before_message)?, ids_of(&frame.after_message)?);
    // The decoder is fed the last token of the prompt first.
    let decoder_start_token = ids_after.pop();
    let known_ids =
        |tokens: &[&str]| tokens.iter().filter_map(|token| tokenizer.token_to_id(token)).collect::<Vec<_>>();
    let special_tokens = SpecialTokens {
        prompt: Prompt::new(ids_before, ids_after),
        decoder_start_token,
        end_tokens: known_ids(ANSWER_END_TOKENS),
        thought_tokens: known_ids(THOUGHT_TOKENS).try_into().ok(),
        is_chat: true,
        ..SpecialTokens::default()
    };
    // Within a message, special tokens are plain text.
    tokenizer.set_encode_special_tokens(true);
    Ok(TokenizerParts::new(LibraryTokenizer { tokenizer }, special_tokens))
}

/// The tokenizer in `tokenizer.json`, with the marks that it puts around a text.
pub(super) fn json(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    let damaged = |source| TokenizerError::Library { file: TOKENIZER_FILE, source };
    let tokenizer = from_json(files)?;
    let ids_of = |with_marks| Ok(tokenizer.encode("a", with_marks).map_err(damaged)?.get_ids().to_vec());
    let (bare_ids, marked_ids): (Vec<u32>, Vec<u32>) = (ids_of(false)?, ids_of(true)?);
    let text_start = marked_ids.windows(bare_ids.len().max(1)).position(|window| window == bare_ids);
    let text_start = text_start.ok_or_else(|| TokenizerError::Unusable {
        file: TOKENIZER_FILE,
        reason: "its marks are not around a text".into(),
    })?;
    let special_tokens = SpecialTokens {
        prompt: Prompt::new(marked_ids[..text_start].to_vec(), marked_ids[text_start + bare_ids.len()..].to_vec()),
        unknown_token: tokenizer.token_to_id(UNKNOWN_TOKEN),
        line_break_token: tokenizer.token_to_id("<n>").map(|_| "<n>"),
        ..SpecialTokens::default()
    };
    Ok(TokenizerParts::new(LibraryTokenizer { tokenizer }, special_tokens))
}

/// Byte-level BPE with BART's marks.
pub(super) fn byte_level(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    let vocab_ids = vocab::parse(VOCAB_FILE, files.bytes(VOCAB_FILE)?)?;
    let id_of = |token| vocab_ids.get(token).copied().ok_or(TokenizerError::MissingToken { file: VOCAB_FILE, token });
    let (start_id, end_id, unknown_token) = (id_of("<s>")?, id_of(END_TOKEN)?, vocab_ids.get(UNKNOWN_TOKEN).copied());
    let merges_text = String::from_utf8_lossy(files.bytes(MERGES_FILE)?);
    // The first line may state the version of the file.
    let merge_lines =
        merges_text.lines().enumerate().filter(|(number, line)| *number > 0 || !line.starts_with("#version"));
    let merge_pairs = merge_lines.filter_map(|(_, line)| line.split_once(' '));
    let merges = merge_pairs.map(|(left, right)| (left.into(), right.into())).collect();
    let bpe = BPE::builder().vocab_and_merges(vocab_ids.into_iter().collect::<Vocab>(), merges);
    let mut tokenizer = Tokenizer::new(read_guarded(MERGES_FILE, || bpe.build())?);
    let byte_level = ByteLevel::new(false, true, true);
    tokenizer.with_pre_tokenizer(Some(byte_level)).with_decoder(Some(byte_level));
    let mark_tokens = ["<s>", PADDING_TOKEN, END_TOKEN, UNKNOWN_TOKEN].map(|token| AddedToken::from(token, true));
    let mask_token = AddedToken::from("<mask>", true).lstrip(true);
    let added_tokens =
        mark_tokens.into_iter().chain([mask_token]).filter(|token| tokenizer.token_to_id(&token.content).is_some());
    let added_tokens: Vec<AddedToken> = added_tokens.collect();
    let damaged = |source| TokenizerError::Library { file: MERGES_FILE, source };
    tokenizer.add_special_tokens(added_tokens).map_err(damaged)?;
    let prompt = Prompt::new(vec![start_id], vec![end_id]);
    let special_tokens = SpecialTokens { prompt, unknown_token, ..SpecialTokens::default() };
    Ok(TokenizerParts::new(LibraryTokenizer { tokenizer }, special_tokens))
}

impl Codec for LibraryTokenizer {
    /// No ids if the crate cannot read `text`; no such text is known.
    fn encode(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode_fast(text, false).map(|encoding| encoding.get_ids().to_vec()).unwrap_or_default()
    }

    fn decode(&self, token_ids: &[u32]) -> String {
        self.tokenizer.decode(token_ids, true).unwrap_or_default().trim().to_owned()
    }

    fn id_of(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }
}
