//! Tokenizers with one SentencePiece model for both languages and a rule that numbers its pieces: T5, Pegasus, fairseq (mBART, NLLB)
//! and M2M100, which has a `vocab.json`.
//!
//! No file states these rules; they are those in the code of Hugging Face transformers.

use std::collections::HashMap;

use super::error::TokenizerError;
use super::files::TokenizerFiles;
use super::languages::AFRIKAANS_TAG;
use super::parts::{Codec, END_TOKEN, PADDING_TOKEN, SpecialTokens, TokenizerParts, UNKNOWN_TOKEN};
use super::sentencepiece::{SentencePiece, join_pieces};
use super::vocab;
use crate::generation::prompt::Prompt;
use crate::neural::ModelInfo;

/// The tokenizer files of T5 and Pegasus.
pub(super) const SPIECE_FILES: &[&str] = &[SPIECE_MODEL_FILE];
/// The tokenizer files of mBART and NLLB.
pub(super) const FAIRSEQ_FILES: &[&str] = &[FAIRSEQ_MODEL_FILE];
/// The tokenizer files of M2M100.
pub(super) const FAIRSEQ_VOCAB_FILES: &[&str] = &[FAIRSEQ_MODEL_FILE, VOCAB_FILE];

const SPIECE_MODEL_FILE: &str = "spiece.model";
const FAIRSEQ_MODEL_FILE: &str = "sentencepiece.bpe.model";
const VOCAB_FILE: &str = "vocab.json";

/// A SentencePiece tokenizer whose pieces have other ids than their numbers.
struct NumberedCodec {
    model: SentencePiece,
    /// The token id of each piece, by its number in the model.
    piece_ids: Vec<u32>,
    /// Pieces by token id; `None` for tokens that are never written.
    pieces: Vec<Option<String>>,
    /// Tokens that count wherever they stand in a text, and are never written.
    special_tokens: Vec<(String, u32)>,
    unknown_token: u32,
    /// Tokens that are no pieces, such as language tags, for [`Codec::id_of`].
    language_tags: HashMap<String, u32>,
}

impl NumberedCodec {
    /// Gives piece number `piece_index` the token id `id_of(piece_index, piece)`, or none.
    fn new(
        model: SentencePiece,
        id_of: impl Fn(u32, &str) -> Option<u32>,
        special_tokens: Vec<(String, u32)>,
        unknown_token: u32,
    ) -> Self {
        let numbered_pieces = (0..).zip(model.pieces_by_index());
        let piece_ids: Vec<Option<u32>> =
            numbered_pieces.map(|(piece_index, piece)| id_of(piece_index, piece)).collect();
        let vocab_size = piece_ids.iter().flatten().max().map_or(0, |largest_id| *largest_id as usize + 1);
        let mut pieces = vec![None; vocab_size];
        for (piece, piece_id) in model.pieces_by_index().iter().zip(&piece_ids) {
            if let Some(piece_id) = piece_id {
                pieces[*piece_id as usize] = Some(piece.clone());
            }
        }
        for (_, special_id) in &special_tokens {
            if let Some(piece) = pieces.get_mut(*special_id as usize) {
                *piece = None;
            }
        }
        let piece_ids = piece_ids.into_iter().map(|piece_id| piece_id.unwrap_or(unknown_token)).collect();
        Self { model, piece_ids, pieces, special_tokens, unknown_token, language_tags: HashMap::new() }
    }

    fn id_of_piece(&self, piece_index: u32) -> Option<u32> {
        self.piece_ids.get(piece_index as usize).copied()
    }
}

impl Codec for NumberedCodec {
    fn encode(&self, text: &str) -> Vec<u32> {
        let mut token_ids = Vec::new();
        let mut unread_text = text;
        while !unread_text.is_empty() {
            // All of them begin with `<`, and none is the beginning of another.
            let special_token_at = |token_start: usize| {
                let special_token = self
                    .special_tokens
                    .iter()
                    .find(|(token, _)| unread_text[token_start..].starts_with(token.as_str()));
                special_token.map(|(token, id)| (token_start, token.len(), *id))
            };
            let special_token =
                unread_text.match_indices('<').find_map(|(token_start, _)| special_token_at(token_start));
            let (token_start, token_length) = special_token
                .map_or((unread_text.len(), 0), |(token_start, token_length, _)| (token_start, token_length));
            self.model.cut(&unread_text[..token_start], |piece| {
                let piece_id = piece.index.and_then(|piece_index| self.id_of_piece(piece_index));
                token_ids.push(piece_id.unwrap_or(self.unknown_token));
            });
            token_ids.extend(special_token.map(|(_, _, special_id)| special_id));
            unread_text = &unread_text[token_start + token_length..];
        }
        token_ids
    }

    fn decode(&self, token_ids: &[u32]) -> String {
        join_pieces(token_ids.iter().filter_map(|token_id| self.pieces.get(*token_id as usize)?.as_deref()))
    }

    fn id_of(&self, token: &str) -> Option<u32> {
        let piece_id = || self.model.index_of(token).and_then(|piece_index| self.id_of_piece(piece_index));
        self.language_tags.get(token).copied().or_else(piece_id)
    }
}

/// A prompt that is the end mark after a text.
fn ending_with(end_token: u32, unknown_token: u32) -> SpecialTokens {
    let prompt = Prompt::new(Vec::new(), vec![end_token]);
    SpecialTokens { prompt, unknown_token: Some(unknown_token), ..SpecialTokens::default() }
}

fn owned_tokens(tokens: &[(&str, u32)]) -> Vec<(String, u32)> {
    tokens.iter().map(|(token, id)| ((*token).to_owned(), *id)).collect()
}

/// The piece number of `token` in `model`, which comes from `file`.
fn piece_index(model: &SentencePiece, file: &'static str, token: &'static str) -> Result<u32, TokenizerError> {
    model.index_of(token).ok_or(TokenizerError::MissingToken { file, token })
}

/// T5: the numbers of the model, then a hundred tokens for gaps, the first one last.
pub(super) fn t5(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const GAPS: u32 = 100;
    let model = SentencePiece::parse(SPIECE_MODEL_FILE, files.bytes(SPIECE_MODEL_FILE)?)?;
    let index_of = |token| piece_index(&model, SPIECE_MODEL_FILE, token);
    let (end_token, unknown_token) = (index_of(END_TOKEN)?, index_of(UNKNOWN_TOKEN)?);
    let mut special_tokens = owned_tokens(&[(END_TOKEN, end_token), (UNKNOWN_TOKEN, unknown_token)]);
    // MADLAD-400 has none.
    special_tokens.extend(model.index_of(PADDING_TOKEN).map(|padding| (PADDING_TOKEN.to_owned(), padding)));
    let piece_count = u32::try_from(model.pieces_by_index().len()).unwrap_or(u32::MAX);
    special_tokens
        .extend((0..GAPS).map(|gap| (format!("<extra_id_{gap}>"), piece_count.saturating_add(GAPS - 1 - gap))));
    let codec = NumberedCodec::new(model, |piece_index, _| Some(piece_index), special_tokens, unknown_token);
    Ok(TokenizerParts::new(codec, ending_with(end_token, unknown_token)))
}

/// Pegasus: 103 tokens of its own after the first two pieces.
pub(super) fn pegasus(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const OFFSET: u32 = 103;
    const KEPT: u32 = 2;
    let model = SentencePiece::parse(SPIECE_MODEL_FILE, files.bytes(SPIECE_MODEL_FILE)?)?;
    let token_id = |piece_index: u32| match piece_index < KEPT {
        true => piece_index,
        false => piece_index.saturating_add(OFFSET),
    };
    let unknown_token = token_id(piece_index(&model, SPIECE_MODEL_FILE, UNKNOWN_TOKEN)?);
    let (padding_token, end_token) = (0, 1);
    let mut special_tokens = owned_tokens(&[
        (PADDING_TOKEN, padding_token),
        (END_TOKEN, end_token),
        ("<mask_1>", 2),
        ("<mask_2>", 3),
        (UNKNOWN_TOKEN, unknown_token),
    ]);
    special_tokens.extend((2..OFFSET).map(|number| (format!("<unk_{number}>"), number + 2)));
    let codec = NumberedCodec::new(model, |piece_index, _| Some(token_id(piece_index)), special_tokens, unknown_token);
    let special_tokens = SpecialTokens { line_break_token: Some("<n>"), ..ending_with(end_token, unknown_token) };
    Ok(TokenizerParts::new(codec, special_tokens))
}

/// Token ids of the marks of fairseq.
const FAIRSEQ_START: u32 = 0;
const FAIRSEQ_PADDING: u32 = 1;
const FAIRSEQ_END: u32 = 2;
const FAIRSEQ_UNKNOWN: u32 = 3;

fn fairseq_special_tokens() -> Vec<(String, u32)> {
    let mark_ids = [
        ("<s>", FAIRSEQ_START),
        (PADDING_TOKEN, FAIRSEQ_PADDING),
        (END_TOKEN, FAIRSEQ_END),
        (UNKNOWN_TOKEN, FAIRSEQ_UNKNOWN),
    ];
    owned_tokens(&mark_ids)
}

/// fairseq: four marks, the pieces of the model without its own three, then the languages. `languages` are tags and their places
/// among the languages.
fn fairseq(
    files: &TokenizerFiles,
    languages: [(&str, u32); 2],
) -> Result<(NumberedCodec, SpecialTokens), TokenizerError> {
    const OWN_MARKS: u32 = 3;
    let model = SentencePiece::parse(FAIRSEQ_MODEL_FILE, files.bytes(FAIRSEQ_MODEL_FILE)?)?;
    let first_language_id = u32::try_from(model.pieces_by_index().len()).unwrap_or(u32::MAX).saturating_add(1);
    let token_id = |piece_index, _: &str| if piece_index < OWN_MARKS { None } else { Some(piece_index + 1) };
    let mut codec = NumberedCodec::new(model, token_id, fairseq_special_tokens(), FAIRSEQ_UNKNOWN);
    let tags =
        languages.map(|(tag, language_index)| (tag.to_owned(), first_language_id.saturating_add(language_index)));
    codec.language_tags = tags.into_iter().collect();
    Ok((codec, ending_with(FAIRSEQ_END, FAIRSEQ_UNKNOWN)))
}

/// mBART: 25 languages, or the same and 27 more. The size of the vocabulary tells which.
pub(super) fn mbart(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const LANGUAGES: usize = 52;
    let (mut codec, special_tokens) = fairseq(files, [("de_DE", 2), ("en_XX", 3)])?;
    if codec.piece_ids.len() + 1 + LANGUAGES < info.source_vocab {
        // The smaller model does not know this language.
        let first_language_id = codec.language_tags.get("de_DE").map_or(0, |german_tag| german_tag - 2);
        codec.language_tags.insert(AFRIKAANS_TAG.to_owned(), first_language_id + 25);
    }
    Ok(TokenizerParts::new(codec, special_tokens))
}

/// NLLB: 202 languages.
pub(super) fn nllb(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    let (codec, special_tokens) = fairseq(files, [("deu_Latn", 41), ("eng_Latn", 46)])?;
    Ok(TokenizerParts::new(codec, special_tokens))
}

/// M2M100: `vocab.json` numbers the pieces, and a hundred languages follow.
pub(super) fn m2m_100(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const LANGUAGES: usize = 100;
    let model = SentencePiece::parse(FAIRSEQ_MODEL_FILE, files.bytes(FAIRSEQ_MODEL_FILE)?)?;
    let vocab_ids = vocab::parse(VOCAB_FILE, files.bytes(VOCAB_FILE)?)?;
    let special_tokens = fairseq_special_tokens();
    vocab::check_ids(&vocab_ids, info.source_vocab)?;
    let vocab_size = vocab_ids.len();
    if vocab_size + LANGUAGES > info.source_vocab {
        let reason = "the languages of this model are not those of M2M100".to_owned();
        return Err(TokenizerError::Unusable { file: VOCAB_FILE, reason });
    }
    let first_language_id = u32::try_from(vocab_size).unwrap_or(u32::MAX - LANGUAGES as u32);
    let mut codec =
        NumberedCodec::new(model, |_, piece| vocab_ids.get(piece).copied(), special_tokens, FAIRSEQ_UNKNOWN);
    codec.language_tags =
        HashMap::from([("__de__".to_owned(), first_language_id + 16), ("__en__".to_owned(), first_language_id + 18)]);
    Ok(TokenizerParts::new(codec, ending_with(FAIRSEQ_END, FAIRSEQ_UNKNOWN)))
}
