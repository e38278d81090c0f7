//! The tokenizer in a Marian folder. `source.spm` cuts the source into pieces, `vocab.json` numbers the pieces of both languages, and
//! the pieces of the target are joined again. The numbers of pieces in the `.spm` files have no meaning.

use std::collections::HashMap;

use super::error::TokenizerError;
use super::files::TokenizerFiles;
use super::parts::{Codec, END, PADDING, SpecialTokens, TokenizerParts, UNKNOWN};
use super::sentencepiece::{SentencePiece, join};
use super::vocab;
use crate::generation::prompt::Prompt;
use crate::neural::ModelInfo;

/// The files.
pub(super) const FILES: &[&str] = &[SOURCE, TARGET, VOCAB];
/// The vocabulary of the target, where the two languages are numbered apart.
pub(super) const TARGET_VOCAB: &str = "target_vocab.json";

const SOURCE: &str = "source.spm";
const TARGET: &str = "target.spm";
const VOCAB: &str = "vocab.json";

/// Tokens that mean something of their own and are never written.
const SPECIAL_TOKENS: [&str; 3] = [END, UNKNOWN, PADDING];

struct Marian {
    source: SentencePiece,
    ids: HashMap<String, u32>,
    /// By target id; `None` for special tokens, which are not written, and for ids without a piece.
    pieces: Vec<Option<String>>,
    unknown: u32,
}

/// The tokenizer in `files`.
pub(super) fn build(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    let source = SentencePiece::parse(SOURCE, files.bytes(SOURCE)?)?;
    // The vocabulary has the target's pieces; the model is read to notice a damaged folder.
    SentencePiece::parse(TARGET, files.bytes(TARGET)?)?;
    let ids = vocab::parse(VOCAB, files.bytes(VOCAB)?)?;
    let target = files.find(TARGET_VOCAB);
    vocab::check_ids(&ids, info.source_vocab.max(if target.is_none() { info.vocab } else { 0 }))?;
    let pieces = match target {
        Some(target) => pieces_by_id(&vocab::parse(TARGET_VOCAB, target)?, info.vocab)?,
        None => pieces_by_id(&ids, info.vocab.max(info.source_vocab))?,
    };
    let id = |token| ids.get(token).copied().ok_or(TokenizerError::MissingToken { file: VOCAB, token });
    let (end, unknown) = (id(END)?, id(UNKNOWN)?);
    let prompt = Prompt::new(Vec::new(), vec![end]);
    let special = SpecialTokens { prompt, unknown: Some(unknown), ..SpecialTokens::default() };
    Ok(TokenizerParts::new(Marian { source, ids, pieces, unknown }, special))
}

impl Codec for Marian {
    /// A piece that is not in the vocabulary becomes the unknown token.
    fn tokens(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut unread_text = text;
        while !unread_text.is_empty() {
            // Special tokens count wherever they stand in the text.
            let special = SPECIAL_TOKENS.iter().filter_map(|token| Some((unread_text.find(token)?, *token))).min();
            let (token_start, token) = special.unwrap_or((unread_text.len(), ""));
            let (code, plain_text) = language_code(&unread_text[..token_start]);
            ids.extend(code.map(|code| self.id(code)));
            self.source.pieces(plain_text, |piece| ids.push(self.id(piece.text)));
            if !token.is_empty() {
                ids.push(self.id(token));
            }
            unread_text = &unread_text[token_start + token.len()..];
        }
        ids
    }

    fn decode(&self, ids: &[u32]) -> String {
        join(ids.iter().filter_map(|id| self.pieces.get(*id as usize)?.as_deref()))
    }

    fn id_of(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }
}

impl Marian {
    fn id(&self, piece: &str) -> u32 {
        self.ids.get(piece).copied().unwrap_or(self.unknown)
    }
}

/// The pieces by their ids, `None` for special tokens.
fn pieces_by_id(ids: &HashMap<String, u32>, vocab: usize) -> Result<Vec<Option<String>>, TokenizerError> {
    vocab::check_ids(ids, vocab)?;
    let mut sorted: Vec<(&String, &u32)> = ids.iter().collect();
    // If two pieces have one id, hash order must not decide.
    sorted.sort_unstable();
    let mut pieces = vec![None; vocab];
    for (piece, id) in sorted {
        if !SPECIAL_TOKENS.contains(&piece.as_str()) {
            pieces[*id as usize] = Some(piece.clone());
        }
    }
    Ok(pieces)
}

/// The target language (`>>eng<<`) at the beginning of a text for a multilingual model, and the rest.
fn language_code(text: &str) -> (Option<&str>, &str) {
    match text.strip_prefix(">>").and_then(|rest| rest.find("<<")) {
        Some(length) => {
            let (code, rest) = text.split_at(length + 4);
            (Some(code), rest)
        }
        None => (None, text),
    }
}
