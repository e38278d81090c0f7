//! A sentence → the pieces that the model translates well.

use std::borrow::Cow;
use std::ops::Range;

use crate::exact;
use crate::generation::Generator;
use crate::segment;

/// Cuts sentences that are too long for the model.
#[derive(Clone, Copy)]
pub(super) struct SentenceCutter<'a> {
    pub(super) generator: &'a Generator,
    /// The longest sentence that is not cut, in source tokens, end mark included.
    pub(super) longest_sentence: usize,
}

impl SentenceCutter<'_> {
    /// `german` as the model is given it: see [`exact::german_for_model`].
    pub(super) fn for_model<'t>(&self, german: &'t str) -> Cow<'t, str> {
        exact::german_for_model(german, &|text| self.generator.lacks(text))
    }

    /// Byte ranges of the pieces of `sentence`, in order: the whole sentence if it is short enough, else pieces cut at clause
    /// marks.
    pub(super) fn cut(&self, sentence: &str) -> Vec<Range<usize>> {
        let whole_sentence = 0..sentence.len();
        if self.fits(sentence) {
            vec![whole_sentence]
        } else {
            segment::split_long(sentence, |sentence_piece| self.fits(sentence_piece))
        }
    }

    fn fits(&self, piece: &str) -> bool {
        // A token is at least one byte, and the leading mark is one token, so most sentences need no counting.
        let is_chat = self.generator.tokenizer().is_chat();
        (!is_chat && piece.len() + 1 + self.generator.prompt().len() <= self.longest_sentence)
            || self.generator.count_tokens(piece) <= self.longest_sentence
    }
}
