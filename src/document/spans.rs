//! Sentence boundaries, as byte ranges over the text of a paragraph. The text itself is never copied.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why ranges cannot be the sentences of a text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpanError {
    /// A range is empty, overlaps the one before it, or extends past the text.
    #[error("sentence {sentence_index} ({range:?}) is empty, out of order or past the end of the text")]
    Range {
        /// Index of the sentence.
        sentence_index: usize,
        /// The byte range of the sentence.
        range: Range<usize>,
    },
    /// A range starts or ends inside a character.
    #[error("sentence {sentence_index} ({range:?}) cuts a character")]
    Boundary {
        /// Index of the sentence.
        sentence_index: usize,
        /// The byte range of the sentence.
        range: Range<usize>,
    },
}

/// The sentences of a paragraph, as byte ranges over its text.
///
/// Invariant: ranges are non-empty, ordered, disjoint and on character boundaries, so gaps and sentences together are the
/// text, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans {
    ranges: Vec<Range<usize>>,
}

impl Spans {
    /// The sentences of `text` at `ranges`.
    ///
    /// # Errors
    /// [`SpanError`] for the first range that breaks the invariant.
    pub fn new(text: &str, ranges: Vec<Range<usize>>) -> Result<Self, SpanError> {
        let mut previous_end = 0;
        for (sentence_index, range) in ranges.iter().enumerate() {
            if range.start < previous_end || range.start >= range.end || range.end > text.len() {
                return Err(SpanError::Range { sentence_index, range: range.clone() });
            }
            if !text.is_char_boundary(range.start) || !text.is_char_boundary(range.end) {
                return Err(SpanError::Boundary { sentence_index, range: range.clone() });
            }
            previous_end = range.end;
        }
        Ok(Self { ranges })
    }

    /// All of `text`, trimmed, as one sentence; no sentence if it is blank.
    pub fn whole(text: &str) -> Self {
        let sentence_start = text.len() - text.trim_start().len();
        let sentence_end = text.trim_end().len();
        Self { ranges: (sentence_start < sentence_end).then_some(sentence_start..sentence_end).into_iter().collect() }
    }

    /// Number of sentences in the paragraph.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// True if the paragraph has no sentence.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The byte ranges of the sentences, in order.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// The sentences of `text`, which must be the text that the spans were made for.
    pub fn sentences<'text>(&self, text: &'text str) -> impl Iterator<Item = &'text str> {
        self.ranges.iter().map(move |range| &text[range.clone()])
    }

    /// The text before, between and after the sentences: one item more than there are sentences.
    pub fn gaps<'text>(&self, text: &'text str) -> impl Iterator<Item = &'text str> {
        let gap_starts = std::iter::once(0).chain(self.ranges.iter().map(|range| range.end));
        let gap_ends = self.ranges.iter().map(|range| range.start).chain(std::iter::once(text.len()));
        gap_starts.zip(gap_ends).map(move |(start, end)| &text[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_sentences_are_the_text() {
        let text = " Eins. Zwei.\u{a0}";
        let spans = Spans::new(text, vec![1..6, 7..12]).unwrap();
        let mut rebuilt = String::new();
        let mut sentences = spans.sentences(text);
        for gap in spans.gaps(text) {
            rebuilt.push_str(gap);
            rebuilt.push_str(sentences.next().unwrap_or_default());
        }
        assert_eq!(rebuilt, text);
    }

    #[expect(clippy::single_range_in_vec_init, reason = "a list of one range is what is meant")]
    #[test]
    fn ranges_that_cannot_be_sentences_are_refused() {
        let text = "Grüße. Tschüs.";
        for (ranges, what) in [
            (vec![3..3], "empty"),
            (vec![0..8, 7..9], "overlap"),
            (vec![9..11, 0..3], "order"),
            (vec![0..99], "past the end"),
            (vec![0..3], "cuts the umlaut"),
        ] {
            assert!(Spans::new(text, ranges).is_err(), "{what}");
        }
    }

    #[test]
    fn blank_text_has_no_sentence() {
        assert!(Spans::whole(" \n ").is_empty());
        assert_eq!(Spans::whole("  Titel ").ranges().first(), Some(&(2..7)));
    }
}
