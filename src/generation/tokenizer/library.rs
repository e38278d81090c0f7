//! Tokenizers that the `tokenizers` crate runs: any `tokenizer.json`, the byte-level BPE of GPT-2 and BART (`vocab.json` and
//! `merges.txt`), and the tokenizer in a GGUF file.

use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::{AddedToken, Tokenizer};

use super::chat::{self, ChatFrame, TextMarks};
use super::error::TokenizerError;
use super::files::TokenizerFiles;
use super::parts::{Codec, END_TOKEN, PADDING_TOKEN, SpecialTokens, TokenizerParts, UNKNOWN_TOKEN};
use super::{charsmap, gguf, vocab};
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
const VOCAB_FILE: &str = "vocab.json";
const MERGES_FILE: &str = "merges.txt";

/// A tokenizer of the `tokenizers` crate.
struct LibraryTokenizer {
    tokenizer: Tokenizer,
    surroundings: TextSurroundings,
}

/// What is tokenised together with every text, since a token may hold letters of both.
#[derive(Default)]
struct TextSurroundings {
    /// The text between the last special token of a frame and the message, after [`ANCHOR`] if there is such a token.
    before: String,
    /// The text between the message and the next special token of the frame.
    after: String,
    /// Tokens that this adds at the beginning and the prompt has already: the anchor.
    added_first: usize,
    /// Tokens at the end that the decoder begins with.
    added_last: usize,
    /// Whether white space around a text is taken away.
    trims_text: bool,
}

/// Stands for the special token before a text: some tokenizers treat the beginning of a text otherwise. No text has it.
const ANCHOR: &str = "\u{FDD0}special\u{FDD1}";

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
    let mark = |name| chat::mark_in_configuration(files.find(CONFIGURATION_FILE)?, name);
    let (beginning, end) = (mark("bos_token").unwrap_or_default(), mark("eos_token").unwrap_or_default());
    let marks = TextMarks { beginning: &beginning, end: &end };
    with_chat(from_json(files)?, &template.ok_or(TokenizerError::NoChatTemplate)?, marks, &[])
}

/// The tokenizer in a GGUF file, with the frame of its chat template around a text.
pub(super) fn gguf(metadata: &GgufMetadata) -> Result<TokenizerParts, TokenizerError> {
    let damaged = || TokenizerError::Unusable { file: gguf::GGUF_FILE, reason: "it is damaged".into() };
    let tokenizer = guarded(|| gguf::tokenizer(metadata)).ok_or_else(damaged)??;
    let mark = |name: &str| gguf::token_in(metadata, name).unwrap_or_default();
    let marks = TextMarks { beginning: mark("tokenizer.ggml.bos_token_id"), end: mark("tokenizer.ggml.eos_token_id") };
    let end_tokens = [marks.end, mark("tokenizer.ggml.eot_token_id")];
    let template = metadata.text("tokenizer.chat_template").ok_or(TokenizerError::NoChatTemplate)?;
    with_chat(tokenizer, template, marks, &end_tokens)
}

/// Tokens that end an answer, as models name them. A configuration often names one of several.
#[rustfmt::skip]
const ANSWER_END_TOKENS: &[&str] = &[
    "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<end_of_turn>", "<|eos|>", "</s>",
    "<｜hy_place▁holder▁no▁2｜>", "<｜hy_end▁of▁sentence｜>",
];

/// The tokens around a thought.
const THOUGHT_TOKENS: &[&str] = &["<think>", "</think>"];

/// `tokenizer` with the frame that `template` puts around a message. `end_tokens` end an answer, besides [`ANSWER_END_TOKENS`].
///
/// What stands between the message and the special tokens around it is tokenised with the message, as it would be if the whole prompt
/// were tokenised at once.
fn with_chat(
    mut tokenizer: Tokenizer,
    template: &str,
    marks: TextMarks<'_>,
    end_tokens: &[&str],
) -> Result<TokenizerParts, TokenizerError> {
    let ChatFrame { before_message, after_message, asks_for_translation, trims_message } =
        ChatFrame::from_template(template, marks)?;
    let damaged = |source| TokenizerError::Library { file: chat::TEMPLATE_FILE, source };
    let added_tokens = tokenizer.get_added_tokens_decoder().into_values();
    let special_texts: Vec<String> =
        added_tokens.filter(|token| token.special && !token.content.is_empty()).map(|token| token.content).collect();
    let ends_before = special_texts.iter().filter_map(|text| Some(before_message.rfind(text)? + text.len()));
    let (special_before, text_before) = before_message.split_at(ends_before.max().unwrap_or_default());
    let starts_after = special_texts.iter().filter_map(|text| after_message.find(text));
    let (text_after, special_after) = after_message.split_at(starts_after.min().unwrap_or(after_message.len()));
    let ids_of = |text: &str| Ok(tokenizer.encode(text, false).map_err(damaged)?.get_ids().to_vec());
    let (ids_before, mut ids_after): (Vec<u32>, Vec<u32>) = (ids_of(special_before)?, ids_of(special_after)?);
    // The decoder is fed the last token of the prompt first.
    let mut decoder_start_token = ids_after.pop();
    let known_ids =
        |tokens: &[&str]| tokens.iter().filter_map(|token| tokenizer.token_to_id(token)).collect::<Vec<_>>();
    let (end_tokens, thought_tokens) =
        (known_ids(&[end_tokens, ANSWER_END_TOKENS].concat()), known_ids(THOUGHT_TOKENS));
    let is_anchored = !special_before.is_empty();
    let mut surroundings = TextSurroundings {
        before: [if is_anchored { ANCHOR } else { "" }, text_before].concat(),
        after: text_after.to_owned(),
        added_first: usize::from(is_anchored),
        added_last: 0,
        trims_text: trims_message,
    };
    // Within a message, special tokens are plain text.
    tokenizer.set_encode_special_tokens(true);
    tokenizer.add_tokens([AddedToken::from(ANCHOR, false).normalized(false)]).map_err(damaged)?;
    if decoder_start_token.is_none() {
        // Nothing special stands after the message: the last token of the template's own text is the same after every message.
        let whole = [&surroundings.before, "a", &surroundings.after].concat();
        decoder_start_token = tokenizer.encode(whole, false).map_err(damaged)?.get_ids().last().copied();
        surroundings.added_last = 1;
    }
    let special_tokens = SpecialTokens {
        prompt: Prompt::new(ids_before, ids_after),
        decoder_start_token,
        end_tokens,
        thought_tokens: thought_tokens.try_into().ok(),
        is_chat: true,
        asks_for_translation,
        ..SpecialTokens::default()
    };
    Ok(TokenizerParts::new(LibraryTokenizer { tokenizer, surroundings }, special_tokens))
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
    Ok(TokenizerParts::new(LibraryTokenizer { tokenizer, surroundings: TextSurroundings::default() }, special_tokens))
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
    Ok(TokenizerParts::new(LibraryTokenizer { tokenizer, surroundings: TextSurroundings::default() }, special_tokens))
}

impl Codec for LibraryTokenizer {
    /// No ids if the crate cannot read `text`; no such text is known.
    fn encode(&self, text: &str) -> Vec<u32> {
        let TextSurroundings { before, after, added_first, added_last, trims_text } = &self.surroundings;
        let text = if *trims_text { text.trim() } else { text };
        let encoding = self.tokenizer.encode_fast([before, text, after].concat(), false);
        let mut token_ids = encoding.map(|encoding| encoding.get_ids().to_vec()).unwrap_or_default();
        token_ids.truncate(token_ids.len().saturating_sub(*added_last));
        token_ids.split_off((*added_first).min(token_ids.len()))
    }

    fn decode(&self, token_ids: &[u32]) -> String {
        self.tokenizer.decode(token_ids, true).unwrap_or_default().trim().to_owned()
    }

    fn id_of(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }
}
