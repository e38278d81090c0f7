//! How long a summary is, and how much room is left in it.

use crate::segment::words::words;

/// How long a summary is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// A summary of at most this many sentences, and at least one.
    Sentences(usize),
    /// A summary of at most this many English words, in whole sentences; one sentence if even that is longer.
    Words(usize),
    /// This share of the sentences outside headings and verbatim text, rounded up: 0.2 is every fifth. At least one.
    Share(f32),
}

impl Default for Length {
    /// Three sentences: what a reader takes in at a glance, and the length news summaries are usually evaluated at.
    fn default() -> Self {
        Self::Sentences(3)
    }
}

impl Length {
    /// The room in a summary of an article of `sentences` sentences.
    pub(super) fn budget(self, sentences: usize) -> Budget {
        match self {
            Self::Words(words) => Budget { points: usize::MAX, words },
            Self::Sentences(_) | Self::Share(_) => Budget { points: self.points(sentences), words: usize::MAX },
        }
    }

    /// Number of points for an article of `sentences` sentences; at least 1.
    fn points(self, sentences: usize) -> usize {
        match self {
            Self::Sentences(sentence_limit) => sentence_limit.max(1),
            Self::Words(_) => sentences.max(1),
            Self::Share(share) => {
                // In f32, so that 0.2 of 100 is 20: as an f64, 0.2f32 is a little more than a fifth.
                let wanted_points = (share * sentences as f32).ceil();
                // `as` saturates, and maps NaN to 0.
                (wanted_points as usize).clamp(1, sentences.max(1))
            }
        }
    }
}

/// The room left in a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    points: usize,
    words: usize,
}

impl Budget {
    /// True if there is room for another point of at least one word.
    pub(super) fn is_open(self) -> bool {
        self.points > 0 && self.words > 0
    }

    /// True if the summary has room for the sentence `english`.
    pub(super) fn has_room_for(self, english: &str) -> bool {
        self.points > 0 && (self.words == usize::MAX || words(english).count() <= self.words)
    }

    /// Takes the room that the sentence `english` needs in the summary.
    pub(super) fn take(&mut self, english: &str) {
        self.points = self.points.saturating_sub(1);
        if self.words != usize::MAX {
            self.words = self.words.saturating_sub(words(english).count());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_sentences_or_a_share_of_them() {
        for (length, sentences, wanted) in [
            (Length::default(), 100, 3),
            (Length::Sentences(0), 100, 1),
            (Length::Sentences(5), 2, 5),
            (Length::Share(0.2), 100, 20),
            (Length::Share(0.2), 11, 3),
            (Length::Share(0.0), 100, 1),
            (Length::Share(f32::NAN), 100, 1),
            (Length::Share(f32::INFINITY), 100, 100),
            (Length::Share(-1.0), 0, 1),
        ] {
            assert_eq!(length.points(sentences), wanted, "{length:?} of {sentences}");
        }
    }
}
