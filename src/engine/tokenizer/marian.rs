//! The tokenizer of a Marian folder: `source.spm` cuts the source into pieces, `vocab.json` numbers the pieces of both
//! languages, and the pieces of the target are joined again. The ids of a piece in the `.spm` files have no meaning.

use std::collections::HashMap;

use super::sentencepiece::{SentencePiece, join};
use super::{Built, END, Files, Marks, PADDING, Parts, TokenizerError, UNKNOWN};
use crate::neural::ModelInfo;

/// The files.
pub(super) const FILES: &[&str] = &[SOURCE, TARGET, VOCAB];
/// Where the two languages are numbered apart.
pub(super) const TARGET_VOCAB: &str = "target_vocab.json";

const SOURCE: &str = "source.spm";
const TARGET: &str = "target.spm";
const VOCAB: &str = "vocab.json";

/// Tokens that mean something of their own and are never written.
const SPECIAL: [&str; 3] = [END, UNKNOWN, PADDING];

/// Text to ids of the source vocabulary, ids of the target vocabulary to text.
pub(super) struct Marian {
    source: SentencePiece,
    ids: HashMap<String, u32>,
    /// By target id; `None` for special tokens, which are not written, and for ids that no piece has.
    pieces: Vec<Option<String>>,
    unknown: u32,
}

/// The tokenizer of `files`.
pub(super) fn build(files: &Files, info: &ModelInfo) -> Result<Built, TokenizerError> {
    let source = SentencePiece::parse(SOURCE, files.bytes(SOURCE)?)?;
    // The target's pieces come out of the vocabulary; its model is read to notice a folder that is damaged.
    SentencePiece::parse(TARGET, files.bytes(TARGET)?)?;
    let ids = vocab(VOCAB, files.bytes(VOCAB)?)?;
    let target = files.find(TARGET_VOCAB);
    check_ids(&ids, info.source_vocab.max(if target.is_none() { info.vocab } else { 0 }))?;
    let pieces = match target {
        Some(target) => pieces_by_id(&vocab(TARGET_VOCAB, target)?, info.vocab)?,
        None => pieces_by_id(&ids, info.vocab.max(info.source_vocab))?,
    };
    let id = |token| ids.get(token).copied().ok_or(TokenizerError::MissingToken { file: VOCAB, token });
    let (end, unknown) = (id(END)?, id(UNKNOWN)?);
    let marks = Marks { before: Vec::new(), after: vec![end], unknown: Some(unknown), ..Marks::default() };
    Ok((Parts::Marian(Marian { source, ids, pieces, unknown }), marks))
}

impl Marian {
    /// The ids of `text`; a piece that the vocabulary lacks is the unknown token.
    pub(super) fn tokens(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            // Special tokens count wherever they stand in the text.
            let special = SPECIAL.iter().filter_map(|token| Some((rest.find(token)?, *token))).min();
            let (start, token) = special.unwrap_or((rest.len(), ""));
            let (code, part) = language_code(&rest[..start]);
            ids.extend(code.map(|code| self.id(code)));
            self.source.pieces(part, |piece| ids.push(self.id(piece.text)));
            if !token.is_empty() {
                ids.push(self.id(token));
            }
            rest = &rest[start + token.len()..];
        }
        ids
    }

    /// The text of `ids`, without special tokens.
    pub(super) fn decode(&self, ids: &[u32]) -> String {
        join(ids.iter().filter_map(|id| self.pieces.get(*id as usize)?.as_deref()))
    }

    /// The id of the token `token`.
    pub(super) fn id_of(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    fn id(&self, piece: &str) -> u32 {
        self.ids.get(piece).copied().unwrap_or(self.unknown)
    }
}

/// The pieces and ids of a `vocab.json`.
pub(super) fn vocab(file: &'static str, json: &[u8]) -> Result<HashMap<String, u32>, TokenizerError> {
    serde_json::from_slice(json).map_err(|source| TokenizerError::Vocab { file, source })
}

/// Refuses a piece that the model has no vector for.
pub(super) fn check_ids(ids: &HashMap<String, u32>, vocab: usize) -> Result<(), TokenizerError> {
    let past = ids.iter().filter(|(_, id)| **id as usize >= vocab).min();
    past.map_or(Ok(()), |(piece, id)| Err(TokenizerError::PastVocab { piece: piece.clone(), id: *id, vocab }))
}

fn pieces_by_id(ids: &HashMap<String, u32>, vocab: usize) -> Result<Vec<Option<String>>, TokenizerError> {
    check_ids(ids, vocab)?;
    let mut ids: Vec<(&String, &u32)> = ids.iter().collect();
    // Two pieces with one id would be decided by hash order.
    ids.sort_unstable();
    let mut pieces = vec![None; vocab];
    for (piece, id) in ids {
        if !SPECIAL.contains(&piece.as_str()) {
            pieces[*id as usize] = Some(piece.clone());
        }
    }
    Ok(pieces)
}

/// The target language (`>>eng<<`) that a text for a multilingual model begins with, and the rest.
fn language_code(text: &str) -> (Option<&str>, &str) {
    match text.strip_prefix(">>").and_then(|rest| rest.find("<<")) {
        Some(length) => {
            let (code, rest) = text.split_at(length + 4);
            (Some(code), rest)
        }
        None => (None, text),
    }
}
