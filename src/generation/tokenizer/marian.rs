//! The tokenizer in a Marian folder. `source.spm` cuts the source into pieces, `vocab.json` numbers the pieces of both languages, and
//! the pieces of the target are joined again. The numbers of pieces in the `.spm` files have no meaning.

use std::collections::HashMap;

use super::error::TokenizerError;
use super::files::TokenizerFiles;
use super::parts::{Codec, END_TOKEN, PADDING_TOKEN, SpecialTokens, TokenizerParts, UNKNOWN_TOKEN};
use super::sentencepiece::{SentencePiece, join_pieces};
use super::vocab;
use crate::generation::prompt::Prompt;
use crate::neural::ModelInfo;

/// The files of a Marian tokenizer.
pub(super) const MARIAN_FILES: &[&str] = &[SOURCE_MODEL_FILE, TARGET_MODEL_FILE, VOCAB_FILE];
/// The vocabulary of the target, where the two languages are numbered apart.
pub(super) const TARGET_VOCAB_FILE: &str = "target_vocab.json";

const SOURCE_MODEL_FILE: &str = "source.spm";
const TARGET_MODEL_FILE: &str = "target.spm";
const VOCAB_FILE: &str = "vocab.json";

/// Tokens that mean something of their own and are never written.
const SPECIAL_TOKENS: [&str; 3] = [END_TOKEN, UNKNOWN_TOKEN, PADDING_TOKEN];

struct MarianCodec {
    source_model: SentencePiece,
    source_ids: HashMap<String, u32>,
    /// By target id; `None` for special tokens, which are not written, and for ids without a piece.
    target_pieces: Vec<Option<String>>,
    unknown_token: u32,
}

/// The Marian tokenizer in `files`.
pub(super) fn build(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    let source_model = SentencePiece::parse(SOURCE_MODEL_FILE, files.bytes(SOURCE_MODEL_FILE)?)?;
    // The vocabulary has the target's pieces; the model is read to notice a damaged folder.
    SentencePiece::parse(TARGET_MODEL_FILE, files.bytes(TARGET_MODEL_FILE)?)?;
    let source_ids = vocab::parse(VOCAB_FILE, files.bytes(VOCAB_FILE)?)?;
    let target_vocab = files.find(TARGET_VOCAB_FILE);
    vocab::check_ids(&source_ids, info.source_vocab.max(if target_vocab.is_none() { info.vocab } else { 0 }))?;
    let target_pieces = match target_vocab {
        Some(target_vocab) => pieces_by_id(&vocab::parse(TARGET_VOCAB_FILE, target_vocab)?, info.vocab)?,
        None => pieces_by_id(&source_ids, info.vocab.max(info.source_vocab))?,
    };
    let id_of = |token| source_ids.get(token).copied().ok_or(TokenizerError::MissingToken { file: VOCAB_FILE, token });
    let (end_token, unknown_token) = (id_of(END_TOKEN)?, id_of(UNKNOWN_TOKEN)?);
    let prompt = Prompt::new(Vec::new(), vec![end_token]);
    let special_tokens = SpecialTokens { prompt, unknown_token: Some(unknown_token), ..SpecialTokens::default() };
    let codec = MarianCodec { source_model, source_ids, target_pieces, unknown_token };
    Ok(TokenizerParts::new(codec, special_tokens))
}

impl Codec for MarianCodec {
    /// A piece that is not in the vocabulary becomes the unknown token.
    fn encode(&self, text: &str) -> Vec<u32> {
        let mut token_ids = Vec::new();
        let mut unread_text = text;
        while !unread_text.is_empty() {
            // Special tokens count wherever they stand in the text.
            let special_token =
                SPECIAL_TOKENS.iter().filter_map(|token| Some((unread_text.find(token)?, *token))).min();
            let (token_start, token) = special_token.unwrap_or((unread_text.len(), ""));
            let (language_code, plain_text) = split_language_code(&unread_text[..token_start]);
            token_ids.extend(language_code.map(|code| self.source_id(code)));
            self.source_model.cut(plain_text, |piece| token_ids.push(self.source_id(piece.text)));
            if !token.is_empty() {
                token_ids.push(self.source_id(token));
            }
            unread_text = &unread_text[token_start + token.len()..];
        }
        token_ids
    }

    fn decode(&self, token_ids: &[u32]) -> String {
        join_pieces(token_ids.iter().filter_map(|token_id| self.target_pieces.get(*token_id as usize)?.as_deref()))
    }

    fn id_of(&self, token: &str) -> Option<u32> {
        self.source_ids.get(token).copied()
    }
}

impl MarianCodec {
    fn source_id(&self, piece: &str) -> u32 {
        self.source_ids.get(piece).copied().unwrap_or(self.unknown_token)
    }
}

/// The pieces of a vocabulary by their ids, `None` for special tokens.
fn pieces_by_id(piece_ids: &HashMap<String, u32>, vocab_size: usize) -> Result<Vec<Option<String>>, TokenizerError> {
    vocab::check_ids(piece_ids, vocab_size)?;
    let mut sorted_pieces: Vec<(&String, &u32)> = piece_ids.iter().collect();
    // If two pieces have one id, hash order must not decide.
    sorted_pieces.sort_unstable();
    let mut pieces = vec![None; vocab_size];
    for (piece, id) in sorted_pieces {
        if !SPECIAL_TOKENS.contains(&piece.as_str()) {
            pieces[*id as usize] = Some(piece.clone());
        }
    }
    Ok(pieces)
}

/// The target language (`>>eng<<`) at the beginning of a text for a multilingual model, and the rest.
fn split_language_code(text: &str) -> (Option<&str>, &str) {
    match text.strip_prefix(">>").and_then(|code_and_text| code_and_text.find("<<")) {
        Some(code_length) => {
            let (language_code, plain_text) = text.split_at(code_length + 4);
            (Some(language_code), plain_text)
        }
        None => (None, text),
    }
}
