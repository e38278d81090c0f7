//! The tokenizer of Firefox's translation models: SentencePiece alone, whose numbers are the ids. One model serves both languages, or
//! each has its own.
//!
//! What looks like a special token in a text is text, as in Marian: nothing in an article ends a sentence early.

use super::error::TokenizerError;
use super::files::TokenizerFiles;
use super::parts::{Codec, END_TOKEN, SpecialTokens, TokenizerParts, UNKNOWN_TOKEN};
use super::sentencepiece::{SentencePiece, join_pieces};
use crate::generation::prompt::Prompt;
use crate::neural::ModelInfo;

/// The file of a vocabulary for both languages.
pub(super) const SHARED_VOCAB_FILES: &[&str] = &[VOCAB_FILE];
/// The files of a vocabulary for each language.
pub(super) const SEPARATE_VOCAB_FILES: &[&str] = &[SOURCE_VOCAB_FILE, TARGET_VOCAB_FILE];

const VOCAB_FILE: &str = "vocab.spm";
const SOURCE_VOCAB_FILE: &str = "srcvocab.spm";
const TARGET_VOCAB_FILE: &str = "trgvocab.spm";

struct BergamotCodec {
    source_model: SentencePiece,
    /// By target id; `None` for special tokens, which are never written.
    target_pieces: Vec<Option<String>>,
    unknown_token: u32,
}

/// The tokenizer in `files` with one vocabulary.
pub(super) fn shared(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    build(files, [VOCAB_FILE; 2], info)
}

/// The tokenizer in `files` with two vocabularies.
pub(super) fn separate(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    build(files, [SOURCE_VOCAB_FILE, TARGET_VOCAB_FILE], info)
}

fn build(
    files: &TokenizerFiles,
    [source_file, target_file]: [&'static str; 2],
    info: &ModelInfo,
) -> Result<TokenizerParts, TokenizerError> {
    let source_model = SentencePiece::parse(source_file, files.bytes(source_file)?)?;
    let target_model = SentencePiece::parse(target_file, files.bytes(target_file)?)?;
    let sizes = [(source_file, &source_model, info.source_vocab), (target_file, &target_model, info.vocab)];
    for (file, model, vocab) in sizes {
        let (found, end) = (model.pieces_by_index().len(), model.index_of(END_TOKEN));
        if found > vocab || end != Some(info.end) {
            let reason = format!("its {found} pieces are not those of a model with {vocab}");
            return Err(TokenizerError::Unusable { file, reason });
        }
    }
    let unknown_token = source_model
        .index_of(UNKNOWN_TOKEN)
        .ok_or(TokenizerError::MissingToken { file: source_file, token: UNKNOWN_TOKEN })?;
    let is_special = |piece: &str| piece == END_TOKEN || piece == UNKNOWN_TOKEN;
    let target_pieces = target_model.pieces_by_index().iter().map(|piece| (!is_special(piece)).then(|| piece.clone()));
    let prompt = Prompt::new(Vec::new(), vec![info.end]);
    let special_tokens = SpecialTokens { prompt, unknown_token: Some(unknown_token), ..SpecialTokens::default() };
    let codec = BergamotCodec { target_pieces: target_pieces.collect(), source_model, unknown_token };
    Ok(TokenizerParts::new(codec, special_tokens))
}

impl Codec for BergamotCodec {
    fn encode(&self, text: &str) -> Vec<u32> {
        let mut token_ids = Vec::new();
        self.source_model.cut(text, |piece| token_ids.push(piece.index.unwrap_or(self.unknown_token)));
        token_ids
    }

    fn decode(&self, token_ids: &[u32]) -> String {
        join_pieces(token_ids.iter().filter_map(|token_id| self.target_pieces.get(*token_id as usize)?.as_deref()))
    }

    fn id_of(&self, token: &str) -> Option<u32> {
        self.source_model.index_of(token)
    }
}
