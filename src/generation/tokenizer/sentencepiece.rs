//! SentencePiece models (Kudo and Richardson, 2018): text → pieces, by the most probable segmentation (unigram) or by merging the best
//! pairs (BPE).
//!
//! The normaliser is that of the `tokenizers` crate. The search for the most probable pieces is our own: SentencePiece adds scores in
//! 32 bits and the crate in 64, which decides ties such as `V II I` and `V I II` differently.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use prost::Message;
use tokenizers::normalizers::Precompiled;

use super::charsmap;
use super::error::TokenizerError;

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
    #[prost(bool, optional, tag = "35", default = "false")]
    byte_fallback: Option<bool>,
}

/// `TrainerSpec.ModelType`.
const UNIGRAM: i32 = 1;
const BPE: i32 = 2;

#[derive(Message)]
struct Normalizer {
    #[prost(bytes = "vec", optional, tag = "2")]
    precompiled_charsmap: Option<Vec<u8>>,
    #[prost(bool, optional, tag = "3", default = "true")]
    add_dummy_prefix: Option<bool>,
    #[prost(bool, optional, tag = "4", default = "true")]
    remove_extra_whitespaces: Option<bool>,
}

/// Stands for a space inside pieces.
const SPACE: char = '▁';

/// The text of `pieces`: space marks become spaces, and `<0xNN>` becomes the byte it stands for.
pub(super) fn join<'a>(pieces: impl Iterator<Item = &'a str>) -> String {
    let mut bytes = Vec::new();
    for piece in pieces {
        match byte_of(piece) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(piece.as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).replace(SPACE, " ").trim().to_owned()
}

/// The byte that a piece such as `<0x0A>` stands for.
fn byte_of(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    if digits.len() == 2 { u8::from_str_radix(digits, 16).ok() } else { None }
}

/// A piece of a text.
pub(super) struct TextPiece<'a> {
    pub(super) text: &'a str,
    /// The number of the piece in the model; `None` if the model does not have it.
    pub(super) index: Option<u32>,
}

/// A piece of the model.
struct ModelPiece {
    text: String,
    score: f32,
    index: u32,
    /// User-defined pieces are never cut up or joined to others.
    user_defined: bool,
}

/// Cuts text into the pieces of one SentencePiece model.
pub(super) struct SentencePiece {
    charsmap: Option<Precompiled>,
    add_dummy_prefix: bool,
    remove_extra_whitespaces: bool,
    merges: bool,
    /// Sorted by their bytes.
    known: Vec<ModelPiece>,
    /// Score of a character that no piece covers.
    unknown_score: f32,
    /// The numbers of the pieces for single bytes, if the model has them for what no other piece covers.
    bytes: Option<Vec<u32>>,
    /// All pieces by number, including those for bytes and special ones.
    by_index: Vec<String>,
}

/// An unknown character scores this much less than the least probable piece (`kUnkPenalty` in SentencePiece).
const UNKNOWN_PENALTY: f32 = 10.0;

/// The last piece of the best segmentation up to a byte of the text.
#[derive(Clone, Copy)]
struct ViterbiStep {
    score: f32,
    start: usize,
    index: Option<u32>,
}

impl SentencePiece {
    /// The model in `bytes`, which come from `file`.
    ///
    /// # Errors
    /// [`TokenizerError::SentencePiece`] or [`TokenizerError::Unusable`].
    pub(super) fn parse(file: &'static str, bytes: &[u8]) -> Result<Self, TokenizerError> {
        let model = ModelProto::decode(bytes).map_err(|source| TokenizerError::SentencePiece { file, source })?;
        let unusable = |reason: String| TokenizerError::Unusable { file, reason };
        let trainer = model.trainer.unwrap_or_default();
        let kind = trainer.model_type();
        if ![UNIGRAM, BPE].contains(&kind) {
            return Err(unusable(format!("only unigram and BPE models are supported, this one is of type {kind}")));
        }
        let normal = model.pieces.iter().filter(|piece| piece.kind() == NORMAL).map(Piece::score);
        let (lowest_score, highest_score) = normal
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(lowest_score, highest_score), score| {
                (lowest_score.min(score), highest_score.max(score))
            });
        if !lowest_score.is_finite() || !highest_score.is_finite() {
            return Err(unusable("it has no pieces, or scores that are not finite".into()));
        }
        let of_kind = |kind| {
            let numbered = (0..).zip(&model.pieces);
            numbered.filter(move |(_, piece)| piece.kind() == kind && !piece.piece().is_empty())
        };
        let model_piece = |(index, piece): (u32, &Piece), score, user_defined| ModelPiece {
            text: piece.piece().to_owned(),
            score,
            index,
            user_defined,
        };
        let mut pieces: Vec<ModelPiece> = of_kind(NORMAL)
            .map(|piece| model_piece(piece, piece.1.score(), false))
            // A user-defined piece beats every way to cut it up.
            .chain(
                of_kind(USER_DEFINED)
                    .map(|piece| model_piece(piece, piece.1.piece().len() as f32 * highest_score - 0.1, true)),
            )
            .collect();
        pieces.sort_by(|left, right| left.text.cmp(&right.text));
        let normalizer = model.normalizer.unwrap_or_default();
        let charsmap = match normalizer.precompiled_charsmap() {
            [] => None,
            bytes if !charsmap::is_sound(bytes) => return Err(unusable("the charsmap is damaged".into())),
            bytes => Some(Precompiled::from(bytes).map_err(|error| unusable(format!("charsmap: {error}")))?),
        };
        let by_index: Vec<String> = model.pieces.into_iter().map(|piece| piece.piece.unwrap_or_default()).collect();
        let bytes = if trainer.byte_fallback() {
            let mut byte_pieces = vec![None; 256];
            for (index, piece) in (0..).zip(&by_index) {
                if let Some(byte) = byte_of(piece) {
                    byte_pieces[usize::from(byte)] = Some(index);
                }
            }
            let byte_pieces: Option<Vec<u32>> = byte_pieces.into_iter().collect();
            Some(byte_pieces.ok_or_else(|| unusable("it lacks the piece of a byte".into()))?)
        } else {
            None
        };
        Ok(Self {
            charsmap,
            add_dummy_prefix: normalizer.add_dummy_prefix(),
            remove_extra_whitespaces: normalizer.remove_extra_whitespaces(),
            merges: kind == BPE,
            known: pieces,
            unknown_score: lowest_score - UNKNOWN_PENALTY,
            bytes,
            by_index,
        })
    }

    /// Every piece, by number.
    pub(super) fn by_index(&self) -> &[String] {
        &self.by_index
    }

    /// The number of `piece`, of whatever kind it is.
    pub(super) fn index_of(&self, piece: &str) -> Option<u32> {
        (0..).zip(&self.by_index).find(|(_, known)| *known == piece).map(|(index, _)| index)
    }

    /// Calls `visit_piece` on each piece of `text`. Neighbouring characters that no piece covers are one piece, or one for each of their bytes
    /// if the model has byte pieces.
    pub(super) fn pieces(&self, text: &str, mut visit_piece: impl FnMut(TextPiece<'_>)) {
        let text = self.normalize(text);
        let cuts = if self.merges { self.merged(&text) } else { self.most_probable(&text) };
        let mut unknown: Option<(usize, usize)> = None;
        let mut emit_piece = |start: usize, end: usize, index| {
            let text = &text[start..end];
            match (&self.bytes, index) {
                (Some(byte_pieces), None) => {
                    text.bytes()
                        .for_each(|byte| visit_piece(TextPiece { text, index: Some(byte_pieces[usize::from(byte)]) }));
                }
                _ => visit_piece(TextPiece { text, index }),
            }
        };
        for (start, end, index) in cuts {
            match (&mut unknown, index) {
                (Some(run), None) => run.1 = end,
                (None, None) => unknown = Some((start, end)),
                (_, Some(_)) => {
                    if let Some((start, end)) = unknown.take() {
                        emit_piece(start, end, None);
                    }
                    emit_piece(start, end, index);
                }
            }
        }
        if let Some((start, end)) = unknown {
            emit_piece(start, end, None);
        }
    }

    /// Start, end and number of the pieces in the most probable segmentation of `text` (Viterbi).
    fn most_probable(&self, text: &str) -> Vec<(usize, usize, Option<u32>)> {
        let mut steps: Vec<Option<ViterbiStep>> = vec![None; text.len() + 1];
        steps[0] = Some(ViterbiStep { score: 0.0, start: 0, index: None });
        for (start, character) in text.char_indices() {
            let Some(score_here) = steps[start].map(|step| step.score) else { continue };
            let character_end = start + character.len_utf8();
            let mut offer_step = |end: usize, score: f32, index| {
                if steps[end].is_none_or(|best| score > best.score) {
                    steps[end] = Some(ViterbiStep { score, start, index });
                }
            };
            let mut covered = false;
            self.matches(&text.as_bytes()[start..], |known| {
                let end = start + known.text.len();
                covered |= end == character_end;
                offer_step(end, known.score + score_here, Some(known.index));
            });
            if !covered {
                offer_step(character_end, self.unknown_score + score_here, None);
            }
        }
        let mut cuts = Vec::new();
        let mut end = text.len();
        while let (Some(step), true) = (steps[end], end > 0) {
            cuts.push((step.start, end, step.index));
            end = step.start;
        }
        cuts.reverse();
        cuts
    }

    /// Start, end and number of the pieces left when the best pair has been joined until there is none.
    fn merged(&self, text: &str) -> Vec<(usize, usize, Option<u32>)> {
        let mut symbols: Vec<Symbol> = Vec::new();
        let mut end = 0;
        while let Some(character) = text[end..].chars().next() {
            let start = end;
            let mut longest = None;
            self.matches(&text.as_bytes()[start..], |known| {
                if known.user_defined {
                    longest = Some(known.text.len());
                }
            });
            end += longest.unwrap_or(character.len_utf8());
            let before = symbols.len().checked_sub(1);
            symbols.push(Symbol { start, end, before, after: None, fixed: longest.is_some() });
            if let Some(before) = before {
                symbols[before].after = Some(symbols.len() - 1);
            }
        }
        let mut pairs = BinaryHeap::new();
        let pair = |symbols: &[Symbol], left: usize| {
            let (first, right) = (symbols.get(left)?, symbols.get(left)?.after?);
            let second = symbols.get(right)?;
            if first.fixed || second.fixed {
                return None;
            }
            let known = self.known(&text[first.start..second.end])?;
            Some(SymbolPair { score: known.score, left, right, end: second.end, start: first.start })
        };
        pairs.extend((0..symbols.len()).filter_map(|left| pair(&symbols, left)));
        while let Some(SymbolPair { left, right, start, end, .. }) = pairs.pop() {
            // Skip a pair of which one side has been joined to another symbol in the meantime.
            if symbols[left].start != start || symbols[right].end != end || symbols[left].after != Some(right) {
                continue;
            }
            let after = symbols[right].after;
            symbols[left].end = end;
            symbols[left].after = after;
            // The right symbol is empty from now on.
            symbols[right] = Symbol { start: end, end, before: None, after: None, fixed: true };
            if let Some(after) = after {
                symbols[after].before = Some(left);
            }
            pairs.extend(symbols[left].before.and_then(|before| pair(&symbols, before)));
            pairs.extend(pair(&symbols, left));
        }
        let left = symbols.into_iter().filter(|symbol| symbol.start < symbol.end);
        left.map(|Symbol { start, end, .. }| (start, end, self.known(&text[start..end]).map(|known| known.index)))
            .collect()
    }

    /// The piece `text`, if the model has it.
    fn known(&self, text: &str) -> Option<&ModelPiece> {
        let piece_index = self.known.binary_search_by(|known| known.text.as_str().cmp(text)).ok()?;
        self.known.get(piece_index)
    }

    /// Calls `visit_piece` on each piece that is a prefix of `text`, shortest first.
    fn matches(&self, text: &[u8], mut visit_piece: impl FnMut(&ModelPiece)) {
        let mut pieces = self.known.as_slice();
        for (depth, byte) in text.iter().enumerate() {
            // Pieces that share their first `depth` bytes are adjacent, those that end here first.
            let byte_at_depth = |piece: &ModelPiece| piece.text.as_bytes().get(depth).copied();
            let first_piece = pieces.partition_point(|piece| byte_at_depth(piece) < Some(*byte));
            let piece_count = pieces[first_piece..].partition_point(|piece| byte_at_depth(piece) == Some(*byte));
            pieces = &pieces[first_piece..first_piece + piece_count];
            match pieces {
                [] => return,
                [known, ..] if known.text.len() == depth + 1 => visit_piece(known),
                _ => {}
            }
        }
    }

    /// `text` in the form the model was trained on: characters mapped, spaces collapsed and marked.
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

/// A stretch of text that may still be joined to a neighbour.
struct Symbol {
    start: usize,
    end: usize,
    before: Option<usize>,
    after: Option<usize>,
    fixed: bool,
}

/// Two neighbouring symbols that make a piece.
struct SymbolPair {
    score: f32,
    left: usize,
    right: usize,
    start: usize,
    end: usize,
}

impl Ord for SymbolPair {
    /// The higher score is greater, then the pair further left.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.left.cmp(&self.left))
    }
}

impl PartialOrd for SymbolPair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SymbolPair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SymbolPair {}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(kind: i32, pieces: &[(&str, f32, i32)], byte_fallback: bool) -> SentencePiece {
        let pieces = pieces.iter().map(|(piece, score, kind)| Piece {
            piece: Some((*piece).to_owned()),
            score: Some(*score),
            kind: Some(*kind),
        });
        let bytes = (0..if byte_fallback { 256 } else { 0 }).map(|byte| Piece {
            piece: Some(format!("<0x{byte:02X}>")),
            score: Some(0.0),
            kind: Some(6),
        });
        let trainer = Some(Trainer { model_type: Some(kind), byte_fallback: Some(byte_fallback) });
        let proto = ModelProto { pieces: pieces.chain(bytes).collect(), trainer, normalizer: None };
        SentencePiece::parse("test.spm", &proto.encode_to_vec()).unwrap()
    }

    fn cut(model: &SentencePiece, text: &str) -> Vec<(String, Option<u32>)> {
        let mut found = Vec::new();
        model.pieces(text, |piece| found.push((piece.text.to_owned(), piece.index)));
        found
    }

    fn named(pieces: &[(&str, Option<u32>)]) -> Vec<(String, Option<u32>)> {
        pieces.iter().map(|(text, index)| ((*text).to_owned(), *index)).collect()
    }

    #[test]
    fn the_best_pair_is_joined_first_and_the_leftmost_among_equals() {
        let pieces =
            [("▁", -9.0, 1), ("a", -9.0, 1), ("b", -9.0, 1), ("ab", -2.0, 1), ("ba", -1.0, 1), ("aa", -3.0, 1)];
        let bpe = model(BPE, &pieces, false);
        assert_eq!(cut(&bpe, "aba"), named(&[("▁", Some(0)), ("a", Some(1)), ("ba", Some(4))]));
        assert_eq!(cut(&bpe, "aaa"), named(&[("▁", Some(0)), ("aa", Some(5)), ("a", Some(1))]));
    }

    #[test]
    fn what_no_piece_covers_is_one_unknown_piece_or_its_bytes() {
        let pieces = [("▁", -1.0, 1), ("a", -1.0, 1)];
        for kind in [UNIGRAM, BPE] {
            let found = cut(&model(kind, &pieces, false), "aßßa");
            assert_eq!(found, named(&[("▁", Some(0)), ("a", Some(1)), ("ßß", None), ("a", Some(1))]));
            let found = cut(&model(kind, &pieces, true), "aß");
            let numbers: Vec<_> = found.into_iter().filter_map(|(_, index)| index).collect();
            assert_eq!(numbers, [0, 1, 2 + 0xC3, 2 + 0x9F]);
        }
    }

    #[test]
    fn a_user_defined_piece_is_never_cut_or_joined() {
        let pieces = [("▁", -1.0, 1), ("a", -1.0, 1), ("aa", -1.0, 1), ("<n>", 0.0, 4), ("n>a", -0.5, 1)];
        for kind in [UNIGRAM, BPE] {
            let found = cut(&model(kind, &pieces, false), "aa<n>aa");
            assert_eq!(found, named(&[("▁", Some(0)), ("aa", Some(2)), ("<n>", Some(3)), ("aa", Some(2))]));
        }
    }

    #[test]
    fn pieces_are_joined_to_text_and_bytes_to_characters() {
        assert_eq!(join(["▁Ma", "<0xC3>", "<0x9F>", "▁<0x4>"].into_iter()), "Maß <0x4>");
        assert_eq!(join(["▁a", "<0xC3>"].into_iter()), "a\u{fffd}");
    }

    proptest::proptest! {
        #[test]
        fn every_byte_of_a_text_is_in_one_piece(text in "[ abcß]{0,40}") {
            let pieces = [("▁", -2.0, 1), ("▁a", -1.0, 1), ("a", -3.0, 1), ("b", -3.0, 1), ("ab", -2.5, 1), ("▁ab", -2.0, 1)];
            for kind in [UNIGRAM, BPE] {
                let model = model(kind, &pieces, false);
                let joined: String = cut(&model, &text).into_iter().map(|(piece, _)| piece).collect();
                proptest::prop_assert_eq!(joined, model.normalize(&text));
            }
        }
    }
}
