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
    pieces: Vec<ProtoPiece>,
    #[prost(message, optional, tag = "2")]
    trainer: Option<ProtoTrainer>,
    #[prost(message, optional, tag = "3")]
    normalizer: Option<ProtoNormalizer>,
}

#[derive(Message)]
struct ProtoPiece {
    #[prost(string, optional, tag = "1")]
    piece: Option<String>,
    #[prost(float, optional, tag = "2")]
    score: Option<f32>,
    #[prost(int32, optional, tag = "3", default = "1")]
    kind: Option<i32>,
}

/// `SentencePiece.Type`.
const NORMAL_PIECE: i32 = 1;
const USER_DEFINED_PIECE: i32 = 4;

#[derive(Message)]
struct ProtoTrainer {
    #[prost(int32, optional, tag = "3", default = "1")]
    model_type: Option<i32>,
    #[prost(bool, optional, tag = "35", default = "false")]
    byte_fallback: Option<bool>,
}

/// `TrainerSpec.ModelType`.
const UNIGRAM_MODEL: i32 = 1;
const BPE_MODEL: i32 = 2;

#[derive(Message)]
struct ProtoNormalizer {
    #[prost(bytes = "vec", optional, tag = "2")]
    precompiled_charsmap: Option<Vec<u8>>,
    #[prost(bool, optional, tag = "3", default = "true")]
    add_dummy_prefix: Option<bool>,
    #[prost(bool, optional, tag = "4", default = "true")]
    remove_extra_whitespaces: Option<bool>,
}

/// Stands for a space inside pieces.
const SPACE_MARK: char = '▁';

/// The text of `pieces`: space marks become spaces, and `<0xNN>` becomes the byte it stands for.
pub(super) fn join_pieces<'a>(pieces: impl Iterator<Item = &'a str>) -> String {
    let mut joined_bytes = Vec::new();
    for piece in pieces {
        match byte_of_piece(piece) {
            Some(byte) => joined_bytes.push(byte),
            None => joined_bytes.extend_from_slice(piece.as_bytes()),
        }
    }
    String::from_utf8_lossy(&joined_bytes).replace(SPACE_MARK, " ").trim().to_owned()
}

/// The byte that a piece such as `<0x0A>` stands for.
fn byte_of_piece(piece: &str) -> Option<u8> {
    let hex_digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    if hex_digits.len() == 2 { u8::from_str_radix(hex_digits, 16).ok() } else { None }
}

/// A piece that SentencePiece has cut a text into.
pub(super) struct TextPiece<'a> {
    pub(super) text: &'a str,
    /// The number of the piece in the model; `None` if the model does not have it.
    pub(super) index: Option<u32>,
}

/// A piece that a SentencePiece model knows.
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
    merges_pairs: bool,
    /// The pieces that text is cut into, sorted by their bytes.
    model_pieces: Vec<ModelPiece>,
    /// Score of a character that no piece covers.
    unknown_score: f32,
    /// The numbers of the pieces for single bytes, if the model has them for what no other piece covers.
    byte_pieces: Option<Vec<u32>>,
    /// All pieces by number, including those for bytes and special ones.
    pieces_by_index: Vec<String>,
}

/// An unknown character scores this much less than the least probable piece (`kUnkPenalty` in SentencePiece).
const UNKNOWN_PENALTY: f32 = 10.0;

/// The last piece of the best segmentation up to a byte of the text.
#[derive(Clone, Copy)]
struct ViterbiStep {
    score: f32,
    piece_start: usize,
    piece_index: Option<u32>,
}

impl SentencePiece {
    /// The SentencePiece model in `bytes`, which come from `file`.
    ///
    /// # Errors
    /// [`TokenizerError::SentencePiece`] or [`TokenizerError::Unusable`].
    pub(super) fn parse(file: &'static str, bytes: &[u8]) -> Result<Self, TokenizerError> {
        let model = ModelProto::decode(bytes).map_err(|source| TokenizerError::SentencePiece { file, source })?;
        let unusable = |reason: String| TokenizerError::Unusable { file, reason };
        let trainer = model.trainer.unwrap_or_default();
        let model_type = trainer.model_type();
        if ![UNIGRAM_MODEL, BPE_MODEL].contains(&model_type) {
            return Err(unusable(format!(
                "only unigram and BPE models are supported, this one is of type {model_type}"
            )));
        }
        let normal_scores = model.pieces.iter().filter(|piece| piece.kind() == NORMAL_PIECE).map(ProtoPiece::score);
        let (lowest_score, highest_score) = normal_scores
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(lowest_score, highest_score), score| {
                (lowest_score.min(score), highest_score.max(score))
            });
        if !lowest_score.is_finite() || !highest_score.is_finite() {
            return Err(unusable("it has no pieces, or scores that are not finite".into()));
        }
        let pieces_of_kind = |kind| {
            let numbered_pieces = (0..).zip(&model.pieces);
            numbered_pieces.filter(move |(_, piece)| piece.kind() == kind && !piece.piece().is_empty())
        };
        let model_piece = |(index, piece): (u32, &ProtoPiece), score, user_defined| ModelPiece {
            text: piece.piece().to_owned(),
            score,
            index,
            user_defined,
        };
        let mut model_pieces: Vec<ModelPiece> = pieces_of_kind(NORMAL_PIECE)
            .map(|piece| model_piece(piece, piece.1.score(), false))
            // A user-defined piece beats every way to cut it up.
            .chain(
                pieces_of_kind(USER_DEFINED_PIECE)
                    .map(|piece| model_piece(piece, piece.1.piece().len() as f32 * highest_score - 0.1, true)),
            )
            .collect();
        model_pieces.sort_by(|left, right| left.text.cmp(&right.text));
        let normalizer = model.normalizer.unwrap_or_default();
        let charsmap = match normalizer.precompiled_charsmap() {
            [] => None,
            bytes if !charsmap::is_sound(bytes) => return Err(unusable("the charsmap is damaged".into())),
            bytes => Some(Precompiled::from(bytes).map_err(|error| unusable(format!("charsmap: {error}")))?),
        };
        let pieces_by_index: Vec<String> =
            model.pieces.into_iter().map(|piece| piece.piece.unwrap_or_default()).collect();
        let byte_pieces = if trainer.byte_fallback() {
            let mut byte_pieces = vec![None; 256];
            for (piece_index, piece) in (0..).zip(&pieces_by_index) {
                if let Some(byte) = byte_of_piece(piece) {
                    byte_pieces[usize::from(byte)] = Some(piece_index);
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
            merges_pairs: model_type == BPE_MODEL,
            model_pieces,
            unknown_score: lowest_score - UNKNOWN_PENALTY,
            byte_pieces,
            pieces_by_index,
        })
    }

    /// Every piece of the model, by number.
    pub(super) fn pieces_by_index(&self) -> &[String] {
        &self.pieces_by_index
    }

    /// The number of `piece`, of whatever kind it is.
    pub(super) fn index_of(&self, piece: &str) -> Option<u32> {
        (0..)
            .zip(&self.pieces_by_index)
            .find(|(_, known_piece)| *known_piece == piece)
            .map(|(piece_index, _)| piece_index)
    }

    /// Calls `visit_piece` on each piece of `text`. Neighbouring characters that no piece covers are one piece, or one for each of their bytes
    /// if the model has byte pieces.
    pub(super) fn cut(&self, text: &str, mut visit_piece: impl FnMut(TextPiece<'_>)) {
        let normalized = self.normalize(text);
        let cuts = if self.merges_pairs { self.merge_pairs(&normalized) } else { self.most_probable(&normalized) };
        let mut unknown_piece: Option<(usize, usize)> = None;
        let mut emit_piece = |piece_start: usize, piece_end: usize, piece_index| {
            let text = &normalized[piece_start..piece_end];
            match (&self.byte_pieces, piece_index) {
                (Some(byte_pieces), None) => {
                    text.bytes()
                        .for_each(|byte| visit_piece(TextPiece { text, index: Some(byte_pieces[usize::from(byte)]) }));
                }
                _ => visit_piece(TextPiece { text, index: piece_index }),
            }
        };
        for (piece_start, piece_end, piece_index) in cuts {
            match (&mut unknown_piece, piece_index) {
                (Some(unknown_piece), None) => unknown_piece.1 = piece_end,
                (None, None) => unknown_piece = Some((piece_start, piece_end)),
                (_, Some(_)) => {
                    if let Some((unknown_start, unknown_end)) = unknown_piece.take() {
                        emit_piece(unknown_start, unknown_end, None);
                    }
                    emit_piece(piece_start, piece_end, piece_index);
                }
            }
        }
        if let Some((unknown_start, unknown_end)) = unknown_piece {
            emit_piece(unknown_start, unknown_end, None);
        }
    }

    /// Start, end and number of the pieces in the most probable segmentation of `text` (Viterbi).
    fn most_probable(&self, text: &str) -> Vec<(usize, usize, Option<u32>)> {
        let mut steps: Vec<Option<ViterbiStep>> = vec![None; text.len() + 1];
        steps[0] = Some(ViterbiStep { score: 0.0, piece_start: 0, piece_index: None });
        for (piece_start, character) in text.char_indices() {
            let Some(score_here) = steps[piece_start].map(|step| step.score) else { continue };
            let character_end = piece_start + character.len_utf8();
            let mut offer_step = |piece_end: usize, score: f32, piece_index| {
                if steps[piece_end].is_none_or(|best_step| score > best_step.score) {
                    steps[piece_end] = Some(ViterbiStep { score, piece_start, piece_index });
                }
            };
            let mut is_character_covered = false;
            self.visit_prefix_pieces(&text.as_bytes()[piece_start..], |piece| {
                let piece_end = piece_start + piece.text.len();
                is_character_covered |= piece_end == character_end;
                offer_step(piece_end, piece.score + score_here, Some(piece.index));
            });
            if !is_character_covered {
                offer_step(character_end, self.unknown_score + score_here, None);
            }
        }
        let mut cuts = Vec::new();
        let mut piece_end = text.len();
        while let (Some(step), true) = (steps[piece_end], piece_end > 0) {
            cuts.push((step.piece_start, piece_end, step.piece_index));
            piece_end = step.piece_start;
        }
        cuts.reverse();
        cuts
    }

    /// Start, end and number of the pieces left when the best pair has been joined until there is none.
    fn merge_pairs(&self, text: &str) -> Vec<(usize, usize, Option<u32>)> {
        let mut symbols: Vec<Symbol> = Vec::new();
        let mut symbol_end = 0;
        while let Some(character) = text[symbol_end..].chars().next() {
            let symbol_start = symbol_end;
            let mut user_defined_length = None;
            self.visit_prefix_pieces(&text.as_bytes()[symbol_start..], |piece| {
                if piece.user_defined {
                    user_defined_length = Some(piece.text.len());
                }
            });
            symbol_end += user_defined_length.unwrap_or(character.len_utf8());
            let symbol_before = symbols.len().checked_sub(1);
            symbols.push(Symbol {
                start: symbol_start,
                end: symbol_end,
                before: symbol_before,
                after: None,
                fixed: user_defined_length.is_some(),
            });
            if let Some(symbol_before) = symbol_before {
                symbols[symbol_before].after = Some(symbols.len() - 1);
            }
        }
        let mut mergeable_pairs = BinaryHeap::new();
        let symbol_pair = |symbols: &[Symbol], left: usize| {
            let (left_symbol, right) = (symbols.get(left)?, symbols.get(left)?.after?);
            let right_symbol = symbols.get(right)?;
            if left_symbol.fixed || right_symbol.fixed {
                return None;
            }
            let merged_piece = self.piece(&text[left_symbol.start..right_symbol.end])?;
            let (start, end) = (left_symbol.start, right_symbol.end);
            Some(SymbolPair { score: merged_piece.score, left, right, end, start })
        };
        mergeable_pairs.extend((0..symbols.len()).filter_map(|left| symbol_pair(&symbols, left)));
        while let Some(SymbolPair { left, right, start, end, .. }) = mergeable_pairs.pop() {
            // Skip a pair of which one side has been joined to another symbol in the meantime.
            if symbols[left].start != start || symbols[right].end != end || symbols[left].after != Some(right) {
                continue;
            }
            let symbol_after = symbols[right].after;
            symbols[left].end = end;
            symbols[left].after = symbol_after;
            // The right symbol is empty from now on.
            symbols[right] = Symbol { start: end, end, before: None, after: None, fixed: true };
            if let Some(symbol_after) = symbol_after {
                symbols[symbol_after].before = Some(left);
            }
            mergeable_pairs.extend(symbols[left].before.and_then(|symbol_before| symbol_pair(&symbols, symbol_before)));
            mergeable_pairs.extend(symbol_pair(&symbols, left));
        }
        let symbols_left = symbols.into_iter().filter(|symbol| symbol.start < symbol.end);
        symbols_left
            .map(|Symbol { start, end, .. }| (start, end, self.piece(&text[start..end]).map(|piece| piece.index)))
            .collect()
    }

    /// The piece of the model with this text, if it has one.
    fn piece(&self, piece_text: &str) -> Option<&ModelPiece> {
        let piece_index = self.model_pieces.binary_search_by(|piece| piece.text.as_str().cmp(piece_text)).ok()?;
        self.model_pieces.get(piece_index)
    }

    /// Calls `visit_piece` on each piece that is a prefix of `text`, shortest first.
    fn visit_prefix_pieces(&self, text: &[u8], mut visit_piece: impl FnMut(&ModelPiece)) {
        let mut pieces = self.model_pieces.as_slice();
        for (depth, byte) in text.iter().enumerate() {
            // Pieces that share their first `depth` bytes are adjacent, those that end here first.
            let byte_at_depth = |piece: &ModelPiece| piece.text.as_bytes().get(depth).copied();
            let first_piece = pieces.partition_point(|piece| byte_at_depth(piece) < Some(*byte));
            let piece_count = pieces[first_piece..].partition_point(|piece| byte_at_depth(piece) == Some(*byte));
            pieces = &pieces[first_piece..first_piece + piece_count];
            match pieces {
                [] => return,
                [shortest_piece, ..] if shortest_piece.text.len() == depth + 1 => visit_piece(shortest_piece),
                _ => {}
            }
        }
    }

    /// `text` in the form the model was trained on: characters mapped_text, spaces collapsed and marked.
    fn normalize(&self, text: &str) -> String {
        let mapped_text = match &self.charsmap {
            Some(charsmap) => charsmap.normalize_string(text),
            None => text.to_owned(),
        };
        let mut marked = String::with_capacity(mapped_text.len() + 8);
        let mut needs_space_mark = self.add_dummy_prefix;
        if !self.remove_extra_whitespaces {
            if needs_space_mark && !mapped_text.is_empty() {
                marked.push(SPACE_MARK);
            }
            marked.extend(mapped_text.chars().map(|character| if character == ' ' { SPACE_MARK } else { character }));
            return marked;
        }
        for word in mapped_text.split(' ').filter(|word| !word.is_empty()) {
            if needs_space_mark {
                marked.push(SPACE_MARK);
            }
            needs_space_mark = true;
            marked.push_str(word);
        }
        marked.truncate(marked.trim_end_matches(SPACE_MARK).len());
        marked
    }
}

/// A stretch of text that BPE may still join to a neighbour.
struct Symbol {
    start: usize,
    end: usize,
    before: Option<usize>,
    after: Option<usize>,
    fixed: bool,
}

/// Two neighbouring symbols that BPE can merge into a piece.
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
        let pieces = pieces.iter().map(|(piece, score, kind)| ProtoPiece {
            piece: Some((*piece).to_owned()),
            score: Some(*score),
            kind: Some(*kind),
        });
        let bytes = (0..if byte_fallback { 256 } else { 0 }).map(|byte| ProtoPiece {
            piece: Some(format!("<0x{byte:02X}>")),
            score: Some(0.0),
            kind: Some(6),
        });
        let trainer = Some(ProtoTrainer { model_type: Some(kind), byte_fallback: Some(byte_fallback) });
        let proto = ModelProto { pieces: pieces.chain(bytes).collect(), trainer, normalizer: None };
        SentencePiece::parse("test.spm", &proto.encode_to_vec()).unwrap()
    }

    fn cut(model: &SentencePiece, text: &str) -> Vec<(String, Option<u32>)> {
        let mut found = Vec::new();
        model.cut(text, |piece| found.push((piece.text.to_owned(), piece.index)));
        found
    }

    fn named(pieces: &[(&str, Option<u32>)]) -> Vec<(String, Option<u32>)> {
        pieces.iter().map(|(text, index)| ((*text).to_owned(), *index)).collect()
    }

    #[test]
    fn the_best_pair_is_joined_first_and_the_leftmost_among_equals() {
        let pieces =
            [("▁", -9.0, 1), ("a", -9.0, 1), ("b", -9.0, 1), ("ab", -2.0, 1), ("ba", -1.0, 1), ("aa", -3.0, 1)];
        let bpe = model(BPE_MODEL, &pieces, false);
        assert_eq!(cut(&bpe, "aba"), named(&[("▁", Some(0)), ("a", Some(1)), ("ba", Some(4))]));
        assert_eq!(cut(&bpe, "aaa"), named(&[("▁", Some(0)), ("aa", Some(5)), ("a", Some(1))]));
    }

    #[test]
    fn what_no_piece_covers_is_one_unknown_piece_or_its_bytes() {
        let pieces = [("▁", -1.0, 1), ("a", -1.0, 1)];
        for kind in [UNIGRAM_MODEL, BPE_MODEL] {
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
        for kind in [UNIGRAM_MODEL, BPE_MODEL] {
            let found = cut(&model(kind, &pieces, false), "aa<n>aa");
            assert_eq!(found, named(&[("▁", Some(0)), ("aa", Some(2)), ("<n>", Some(3)), ("aa", Some(2))]));
        }
    }

    #[test]
    fn pieces_are_joined_to_text_and_bytes_to_characters() {
        assert_eq!(join_pieces(["▁Ma", "<0xC3>", "<0x9F>", "▁<0x4>"].into_iter()), "Maß <0x4>");
        assert_eq!(join_pieces(["▁a", "<0xC3>"].into_iter()), "a\u{fffd}");
    }

    proptest::proptest! {
        #[test]
        fn every_byte_of_a_text_is_in_one_piece(text in "[ abcß]{0,40}") {
            let pieces = [("▁", -2.0, 1), ("▁a", -1.0, 1), ("a", -3.0, 1), ("b", -3.0, 1), ("ab", -2.5, 1), ("▁ab", -2.0, 1)];
            for kind in [UNIGRAM_MODEL, BPE_MODEL] {
                let model = model(kind, &pieces, false);
                let joined: String = cut(&model, &text).into_iter().map(|(piece, _)| piece).collect();
                proptest::prop_assert_eq!(joined, model.normalize(&text));
            }
        }
    }
}
