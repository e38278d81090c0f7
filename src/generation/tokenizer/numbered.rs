//! Tokenizers with one SentencePiece model for both languages and a rule that numbers its pieces: T5, Pegasus, fairseq (mBART, NLLB)
//! and M2M100, which has a `vocab.json`.
//!
//! No file states these rules; they are those in the code of Hugging Face transformers.

use std::collections::HashMap;

use super::error::TokenizerError;
use super::files::TokenizerFiles;
use super::languages::OF_FIFTY;
use super::parts::{Codec, END, PADDING, SpecialTokens, TokenizerParts, UNKNOWN};
use super::sentencepiece::{SentencePiece, join};
use super::vocab;
use crate::generation::prompt::Prompt;
use crate::neural::ModelInfo;

/// The files of T5 and Pegasus.
pub(super) const SPIECE: &[&str] = &[SPIECE_MODEL];
/// The files of mBART and NLLB.
pub(super) const FAIRSEQ: &[&str] = &[FAIRSEQ_MODEL];
/// The files of M2M100.
pub(super) const FAIRSEQ_VOCAB: &[&str] = &[FAIRSEQ_MODEL, VOCAB];

const SPIECE_MODEL: &str = "spiece.model";
const FAIRSEQ_MODEL: &str = "sentencepiece.bpe.model";
const VOCAB: &str = "vocab.json";

/// A SentencePiece tokenizer whose pieces have other ids than their numbers.
struct Numbered {
    model: SentencePiece,
    /// The id of each piece, by its number in the model.
    ids: Vec<u32>,
    /// By id; `None` for tokens that are never written.
    pieces: Vec<Option<String>>,
    /// Tokens that count wherever they stand in a text, and are never written.
    special: Vec<(String, u32)>,
    unknown: u32,
    /// Tokens that are no pieces, such as languages, for [`Codec::id_of`].
    tokens: HashMap<String, u32>,
}

impl Numbered {
    /// Gives piece number `index` the id `id_of(index, piece)`, or none.
    fn new(
        model: SentencePiece,
        id_of: impl Fn(u32, &str) -> Option<u32>,
        special: Vec<(String, u32)>,
        unknown: u32,
    ) -> Self {
        let numbers = (0..).zip(model.by_index());
        let ids: Vec<Option<u32>> = numbers.map(|(index, piece)| id_of(index, piece)).collect();
        let vocab = ids.iter().flatten().max().map_or(0, |most| *most as usize + 1);
        let mut pieces = vec![None; vocab];
        for (piece, id) in model.by_index().iter().zip(&ids) {
            if let Some(id) = id {
                pieces[*id as usize] = Some(piece.clone());
            }
        }
        for (_, id) in &special {
            if let Some(piece) = pieces.get_mut(*id as usize) {
                *piece = None;
            }
        }
        let known_ids = ids.into_iter().map(|id| id.unwrap_or(unknown)).collect();
        Self { model, ids: known_ids, pieces, special, unknown, tokens: HashMap::new() }
    }
}

impl Codec for Numbered {
    fn tokens(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut unread_text = text;
        while !unread_text.is_empty() {
            // All of them begin with `<`, and none is the beginning of another.
            let special_token_at = |token_start: usize| {
                let special_token =
                    self.special.iter().find(|(token, _)| unread_text[token_start..].starts_with(token.as_str()));
                special_token.map(|(token, id)| (token_start, token.len(), *id))
            };
            let special_token =
                unread_text.match_indices('<').find_map(|(token_start, _)| special_token_at(token_start));
            let (token_start, length) =
                special_token.map_or((unread_text.len(), 0), |(token_start, length, _)| (token_start, length));
            let id = |index: Option<u32>| index.and_then(|index| self.ids.get(index as usize)).copied();
            self.model.pieces(&unread_text[..token_start], |piece| ids.push(id(piece.index).unwrap_or(self.unknown)));
            ids.extend(special_token.map(|(_, _, id)| id));
            unread_text = &unread_text[token_start + length..];
        }
        ids
    }

    fn decode(&self, ids: &[u32]) -> String {
        join(ids.iter().filter_map(|id| self.pieces.get(*id as usize)?.as_deref()))
    }

    fn id_of(&self, token: &str) -> Option<u32> {
        let piece = || self.model.index_of(token).and_then(|index| self.ids.get(index as usize)).copied();
        self.tokens.get(token).copied().or_else(piece)
    }
}

/// A prompt that is the end mark after a text.
fn ending_with(end: u32, unknown: u32) -> SpecialTokens {
    let prompt = Prompt::new(Vec::new(), vec![end]);
    SpecialTokens { prompt, unknown: Some(unknown), ..SpecialTokens::default() }
}

fn named(tokens: &[(&str, u32)]) -> Vec<(String, u32)> {
    tokens.iter().map(|(token, id)| ((*token).to_owned(), *id)).collect()
}

/// The number of `token` in `model`, which comes from `file`.
fn index(model: &SentencePiece, file: &'static str, token: &'static str) -> Result<u32, TokenizerError> {
    model.index_of(token).ok_or(TokenizerError::MissingToken { file, token })
}

/// T5: the numbers of the model, then a hundred tokens for gaps, the first one last.
pub(super) fn t5(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const GAPS: u32 = 100;
    let model = SentencePiece::parse(SPIECE_MODEL, files.bytes(SPIECE_MODEL)?)?;
    let token = |token| index(&model, SPIECE_MODEL, token);
    let (end, unknown) = (token(END)?, token(UNKNOWN)?);
    let mut special = named(&[(END, end), (UNKNOWN, unknown)]);
    // MADLAD-400 has none.
    special.extend(model.index_of(PADDING).map(|padding| (PADDING.to_owned(), padding)));
    let size = u32::try_from(model.by_index().len()).unwrap_or(u32::MAX);
    special.extend((0..GAPS).map(|gap| (format!("<extra_id_{gap}>"), size.saturating_add(GAPS - 1 - gap))));
    let numbered = Numbered::new(model, |index, _| Some(index), special, unknown);
    Ok(TokenizerParts::new(numbered, ending_with(end, unknown)))
}

/// Pegasus: 103 tokens of its own after the first two pieces.
pub(super) fn pegasus(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const OFFSET: u32 = 103;
    const KEPT: u32 = 2;
    let model = SentencePiece::parse(SPIECE_MODEL, files.bytes(SPIECE_MODEL)?)?;
    let id = |index: u32| if index < KEPT { index } else { index.saturating_add(OFFSET) };
    let unknown = id(index(&model, SPIECE_MODEL, UNKNOWN)?);
    let (padding, end) = (0, 1);
    let mut special = named(&[(PADDING, padding), (END, end), ("<mask_1>", 2), ("<mask_2>", 3), (UNKNOWN, unknown)]);
    special.extend((2..OFFSET).map(|number| (format!("<unk_{number}>"), number + 2)));
    let numbered = Numbered::new(model, |index, _| Some(id(index)), special, unknown);
    Ok(TokenizerParts::new(numbered, SpecialTokens { line_break: Some("<n>"), ..ending_with(end, unknown) }))
}

/// Ids of the marks of fairseq.
const BEGINNING: u32 = 0;
const FAIRSEQ_PADDING: u32 = 1;
const FAIRSEQ_END: u32 = 2;
const FAIRSEQ_UNKNOWN: u32 = 3;

fn fairseq_special() -> Vec<(String, u32)> {
    let marks = [("<s>", BEGINNING), (PADDING, FAIRSEQ_PADDING), (END, FAIRSEQ_END), (UNKNOWN, FAIRSEQ_UNKNOWN)];
    named(&marks)
}

/// fairseq: four marks, the pieces of the model without its own three, then the languages. `languages` are tags and their places
/// among the languages.
fn fairseq(files: &TokenizerFiles, languages: [(&str, u32); 2]) -> Result<(Numbered, SpecialTokens), TokenizerError> {
    const OWN_MARKS: u32 = 3;
    let model = SentencePiece::parse(FAIRSEQ_MODEL, files.bytes(FAIRSEQ_MODEL)?)?;
    let first_language_id = u32::try_from(model.by_index().len()).unwrap_or(u32::MAX).saturating_add(1);
    let id = |index, _: &str| if index < OWN_MARKS { None } else { Some(index + 1) };
    let mut numbered = Numbered::new(model, id, fairseq_special(), FAIRSEQ_UNKNOWN);
    let tags =
        languages.map(|(tag, language_index)| (tag.to_owned(), first_language_id.saturating_add(language_index)));
    numbered.tokens = tags.into_iter().collect();
    Ok((numbered, ending_with(FAIRSEQ_END, FAIRSEQ_UNKNOWN)))
}

/// mBART: 25 languages, or the same and 27 more. The size of the vocabulary tells which.
pub(super) fn mbart(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const MORE: usize = 52;
    let (mut numbered, special) = fairseq(files, [("de_DE", 2), ("en_XX", 3)])?;
    if numbered.ids.len() + 1 + MORE < info.source_vocab {
        // The smaller model does not know this language.
        let after = numbered.tokens.get("de_DE").map_or(0, |german| german - 2);
        numbered.tokens.insert(OF_FIFTY.to_owned(), after + 25);
    }
    Ok(TokenizerParts::new(numbered, special))
}

/// NLLB: 202 languages.
pub(super) fn nllb(files: &TokenizerFiles, _: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    let (numbered, special) = fairseq(files, [("deu_Latn", 41), ("eng_Latn", 46)])?;
    Ok(TokenizerParts::new(numbered, special))
}

/// M2M100: `vocab.json` numbers the pieces, and a hundred languages follow.
pub(super) fn m2m_100(files: &TokenizerFiles, info: &ModelInfo) -> Result<TokenizerParts, TokenizerError> {
    const LANGUAGES: usize = 100;
    let model = SentencePiece::parse(FAIRSEQ_MODEL, files.bytes(FAIRSEQ_MODEL)?)?;
    let vocab_ids = vocab::parse(VOCAB, files.bytes(VOCAB)?)?;
    let special = fairseq_special();
    vocab::check_ids(&vocab_ids, info.source_vocab)?;
    let vocab_size = vocab_ids.len();
    if vocab_size + LANGUAGES > info.source_vocab {
        let reason = "the languages of this model are not those of M2M100".to_owned();
        return Err(TokenizerError::Unusable { file: VOCAB, reason });
    }
    let first_language_id = u32::try_from(vocab_size).unwrap_or(u32::MAX - LANGUAGES as u32);
    let mut numbered = Numbered::new(model, |_, piece| vocab_ids.get(piece).copied(), special, FAIRSEQ_UNKNOWN);
    numbered.tokens =
        HashMap::from([("__de__".to_owned(), first_language_id + 16), ("__en__".to_owned(), first_language_id + 18)]);
    Ok(TokenizerParts::new(numbered, ending_with(FAIRSEQ_END, FAIRSEQ_UNKNOWN)))
}
