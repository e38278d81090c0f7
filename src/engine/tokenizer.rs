//! Text to token ids and back, as `MarianTokenizer` of Hugging Face transformers does it.
//!
//! Built from what a Marian folder holds: `source.spm` cuts the source into pieces, `vocab.json` numbers the pieces of
//! both languages, and the pieces of the target are joined again. The ids of a piece in the `.spm` files have no meaning.
//!
//! The normaliser is that of the `tokenizers` crate; the search for the most probable pieces is our own, because
//! SentencePiece adds scores in 32 bits and the crate in 64, which decides ties such as `V II I` and `V I II` differently.

use std::collections::HashMap;

use prost::Message;
use thiserror::Error;
use tokenizers::normalizers::Precompiled;

use crate::neural::Limits;

/// The files of a model without which there is no tokenizer.
pub(super) const FILES: [&str; 3] = ["source.spm", "target.spm", "vocab.json"];

/// Why a tokenizer cannot be built.
#[derive(Debug, Error)]
pub enum TokenizerError {
    /// A `.spm` file is not a SentencePiece model.
    #[error("{file} is not a SentencePiece model")]
    SentencePiece {
        /// The file's name.
        file: &'static str,
        /// The cause.
        #[source]
        source: prost::DecodeError,
    },
    /// A `.spm` file holds a model that cannot be used.
    #[error("{file}: {reason}")]
    Unusable {
        /// The file's name.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// `vocab.json` is not a JSON object of pieces and ids.
    #[error("vocab.json cannot be understood")]
    Vocab(#[source] serde_json::Error),
    /// `vocab.json` lacks a token that no Marian model can be without.
    #[error("vocab.json has no {0:?}")]
    MissingToken(&'static str),
    /// `vocab.json` numbers a piece that the model has no vector for.
    #[error("vocab.json gives {piece:?} the id {id}, but the model knows {vocab} tokens")]
    PastVocab {
        /// The piece.
        piece: String,
        /// Its id.
        id: u32,
        /// Number of tokens of the model.
        vocab: usize,
    },
}

/// The part of `sentencepiece_model.proto` that matters here (google/sentencepiece, Apache-2.0).
#[derive(Message)]
struct ModelProto {
    #[prost(message, repeated, tag = "1")]
    pieces: Vec<Piece>,
    #[prost(message, optional, tag = "2")]
    trainer: Option<Trainer>,
    #[prost(message, optional, tag = "3")]
    normalizer: Option<Normalizer>,
}

#[derive(Message)]
struct Piece {
    #[prost(string, optional, tag = "1")]
    piece: Option<String>,
    #[prost(float, optional, tag = "2")]
    score: Option<f32>,
    #[prost(int32, optional, tag = "3", default = "1")]
    kind: Option<i32>,
}

/// `SentencePiece.Type`.
const NORMAL: i32 = 1;
const USER_DEFINED: i32 = 4;

#[derive(Message)]
struct Trainer {
    #[prost(int32, optional, tag = "3", default = "1")]
    model_type: Option<i32>,
}

/// `TrainerSpec.ModelType`.
const UNIGRAM: i32 = 1;

#[derive(Message)]
struct Normalizer {
    #[prost(bytes = "vec", optional, tag = "2")]
    precompiled_charsmap: Option<Vec<u8>>,
    #[prost(bool, optional, tag = "3", default = "true")]
    add_dummy_prefix: Option<bool>,
    #[prost(bool, optional, tag = "4", default = "true")]
    remove_extra_whitespaces: Option<bool>,
}

/// The mark that stands for a space inside pieces.
const SPACE: char = '▁';
const END: &str = "</s>";
const UNKNOWN_TOKEN: &str = "<unk>";
/// Tokens that mean something of their own and are never written.
const SPECIAL: [&str; 3] = [END, UNKNOWN_TOKEN, "<pad>"];

/// The files of a Marian folder that make its tokenizer, as bytes.
pub struct MarianFiles<'a> {
    /// `source.spm`.
    pub source: &'a [u8],
    /// `target.spm`.
    pub target: &'a [u8],
    /// `vocab.json`: the ids of both languages, or of the source alone if there is a `target_vocab`.
    pub vocab: &'a [u8],
    /// `target_vocab.json`, where the two languages are numbered apart.
    pub target_vocab: Option<&'a [u8]>,
}

/// Text to ids of the source vocabulary, ids of the target vocabulary to text.
pub struct Tokenizer {
    source: SentencePiece,
    ids: HashMap<String, u32>,
    /// By target id; `None` for special tokens, which are not written, and for ids that no piece has.
    pieces: Vec<Option<String>>,
    end: u32,
    unknown: u32,
}

impl Tokenizer {
    /// The tokenizer of a Marian folder.
    ///
    /// # Errors
    /// [`TokenizerError`] with the file that is damaged or does not fit the others.
    pub fn marian(files: &MarianFiles<'_>, limits: &Limits) -> Result<Self, TokenizerError> {
        let source = SentencePiece::parse("source.spm", files.source)?;
        // The target's pieces come out of the vocabulary; its model is read to notice a folder that is damaged.
        SentencePiece::parse("target.spm", files.target)?;
        let vocab = |json| serde_json::from_slice::<HashMap<String, u32>>(json).map_err(TokenizerError::Vocab);
        let ids = vocab(files.vocab)?;
        check_ids(&ids, limits.source_vocab.max(if files.target_vocab.is_none() { limits.vocab } else { 0 }))?;
        let pieces = match files.target_vocab {
            Some(target) => pieces_by_id(&vocab(target)?, limits.vocab)?,
            None => pieces_by_id(&ids, limits.vocab.max(limits.source_vocab))?,
        };
        let id = |token| ids.get(token).copied().ok_or(TokenizerError::MissingToken(token));
        Ok(Self { end: id(END)?, unknown: id(UNKNOWN_TOKEN)?, source, ids, pieces })
    }

    /// The ids of `text`, the end mark at the end; a piece that the vocabulary lacks is the unknown token.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            // Special tokens count wherever they stand in the text.
            let special = SPECIAL.iter().filter_map(|token| Some((rest.find(token)?, *token))).min();
            let (start, token) = special.unwrap_or((rest.len(), ""));
            let (code, part) = language_code(&rest[..start]);
            ids.extend(code.map(|code| self.id(code)));
            self.source.pieces(part, |piece| ids.push(self.id(piece)));
            if !token.is_empty() {
                ids.push(self.id(token));
            }
            rest = &rest[start + token.len()..];
        }
        ids.push(self.end);
        ids
    }

    /// The text of `ids`, without special tokens.
    pub fn decode(&self, ids: &[u32]) -> String {
        let pieces = ids.iter().filter_map(|id| self.pieces.get(*id as usize)?.as_deref());
        pieces.collect::<String>().replace(SPACE, " ").trim().to_owned()
    }

    /// The id of the token that stands for pieces the vocabulary lacks.
    pub fn unknown(&self) -> u32 {
        self.unknown
    }

    fn id(&self, piece: &str) -> u32 {
        self.ids.get(piece).copied().unwrap_or(self.unknown)
    }
}

fn check_ids(ids: &HashMap<String, u32>, vocab: usize) -> Result<(), TokenizerError> {
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

/// Cuts text into the most probable pieces of one SentencePiece unigram model (Kudo, 2018).
struct SentencePiece {
    charsmap: Option<Precompiled>,
    add_dummy_prefix: bool,
    remove_extra_whitespaces: bool,
    /// Pieces with their scores, in the order of their bytes.
    pieces: Vec<(String, f32)>,
    /// Score of a character that no piece covers.
    unknown_score: f32,
}

/// What an unknown character costs beyond the least probable piece, in SentencePiece's own words `kUnkPenalty`.
const UNKNOWN_PENALTY: f32 = 10.0;

/// The best way to a byte of the text.
#[derive(Clone, Copy)]
struct Step {
    score: f32,
    start: usize,
    known: bool,
}

impl SentencePiece {
    fn parse(file: &'static str, bytes: &[u8]) -> Result<Self, TokenizerError> {
        let model = ModelProto::decode(bytes).map_err(|source| TokenizerError::SentencePiece { file, source })?;
        let unusable = |reason: String| TokenizerError::Unusable { file, reason };
        let kind = model.trainer.as_ref().map_or(UNIGRAM, Trainer::model_type);
        if kind != UNIGRAM {
            return Err(unusable(format!("only unigram models are supported, this one is of type {kind}")));
        }
        let of_kind = |kind| model.pieces.iter().filter(move |piece| piece.kind() == kind);
        let normal = of_kind(NORMAL).map(Piece::score);
        let (least, most) =
            normal.fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), score| (least.min(score), most.max(score)));
        if !least.is_finite() || !most.is_finite() {
            return Err(unusable("it has no pieces, or scores that are not finite".into()));
        }
        let mut pieces: Vec<(String, f32)> = of_kind(NORMAL)
            .map(|piece| (piece.piece().to_owned(), piece.score()))
            .chain(of_kind(USER_DEFINED).map(|piece| {
                // A user's piece wins over every way to cut it up.
                (piece.piece().to_owned(), piece.piece().len() as f32 * most - 0.1)
            }))
            .filter(|(piece, _)| !piece.is_empty())
            .collect();
        pieces.sort_by(|left, right| left.0.cmp(&right.0));
        let normalizer = model.normalizer.unwrap_or_default();
        let charsmap = match normalizer.precompiled_charsmap() {
            [] => None,
            bytes => Some(Precompiled::from(bytes).map_err(|error| unusable(format!("charsmap: {error}")))?),
        };
        Ok(Self {
            charsmap,
            add_dummy_prefix: normalizer.add_dummy_prefix(),
            remove_extra_whitespaces: normalizer.remove_extra_whitespaces(),
            pieces,
            unknown_score: least - UNKNOWN_PENALTY,
        })
    }

    /// Calls `with` on each piece of `text`; neighbouring characters that no piece covers are one piece.
    fn pieces(&self, text: &str, mut with: impl FnMut(&str)) {
        let text = self.normalize(text);
        let mut steps: Vec<Option<Step>> = vec![None; text.len() + 1];
        steps[0] = Some(Step { score: 0.0, start: 0, known: true });
        for (start, character) in text.char_indices() {
            let Some(here) = steps[start].map(|step| step.score) else { continue };
            let single = start + character.len_utf8();
            let mut offer = |end: usize, score: f32, known| {
                if steps[end].is_none_or(|best| score > best.score) {
                    steps[end] = Some(Step { score, start, known });
                }
            };
            let mut covered = false;
            self.matches(&text.as_bytes()[start..], |length, score| {
                covered |= start + length == single;
                offer(start + length, score + here, true);
            });
            if !covered {
                offer(single, self.unknown_score + here, false);
            }
        }
        let mut cuts = Vec::new();
        let mut end = text.len();
        while let (Some(step), true) = (steps[end], end > 0) {
            match cuts.last_mut() {
                Some((start, false)) if !step.known => *start = step.start,
                _ => cuts.push((step.start, step.known)),
            }
            end = step.start;
        }
        let ends = cuts.iter().rev().skip(1).map(|(start, _)| *start).chain([text.len()]);
        cuts.iter().rev().zip(ends).for_each(|((start, _), end)| with(&text[*start..end]));
    }

    /// Calls `with` on length and score of each piece that `text` begins with, shortest first.
    fn matches(&self, text: &[u8], mut with: impl FnMut(usize, f32)) {
        let mut pieces = self.pieces.as_slice();
        for (depth, byte) in text.iter().enumerate() {
            // Pieces that share the first `depth` bytes lie together; those that end here lie first.
            let at = |piece: &(String, f32)| piece.0.as_bytes().get(depth).copied();
            let first = pieces.partition_point(|piece| at(piece) < Some(*byte));
            let count = pieces[first..].partition_point(|piece| at(piece) == Some(*byte));
            pieces = &pieces[first..first + count];
            match pieces {
                [] => return,
                [(piece, score), ..] if piece.len() == depth + 1 => with(depth + 1, *score),
                _ => {}
            }
        }
    }

    /// `text` as the model was trained on it: characters mapped, spaces collapsed and marked.
    fn normalize(&self, text: &str) -> String {
        let mapped = match &self.charsmap {
            Some(charsmap) => charsmap.normalize_string(text),
            None => text.to_owned(),
        };
        let mut marked = String::with_capacity(mapped.len() + 8);
        let mut prefix = self.add_dummy_prefix;
        if !self.remove_extra_whitespaces {
            if prefix && !mapped.is_empty() {
                marked.push(SPACE);
            }
            marked.extend(mapped.chars().map(|character| if character == ' ' { SPACE } else { character }));
            return marked;
        }
        for word in mapped.split(' ').filter(|word| !word.is_empty()) {
            if prefix {
                marked.push(SPACE);
            }
            prefix = true;
            marked.push_str(word);
        }
        marked.truncate(marked.trim_end_matches(SPACE).len());
        marked
    }
}
