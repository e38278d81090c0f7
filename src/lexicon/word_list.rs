//! Word lists that are compiled into the program: a word in lower case → what is known about it.
//!
//! `data/make.py` writes the lists, `data/README.md` says from what. A list is an FST, which is searched as it lies in memory.

use std::sync::LazyLock;

use fst::Map;

/// Bit of an English word in lower case.
pub(super) const WORD: u64 = 1;
/// Bit of a name: what English writes with a capital.
pub(super) const NAME: u64 = 2;
/// Bit of a frequent English word.
pub(super) const COMMON: u64 = 4;

/// Bit of a German word in lower case.
pub(super) const LOWER_CASE: u64 = 1;
/// Bit of a German noun that is seldom a name.
pub(super) const NOUN: u64 = 2;
/// Bit of a German noun that is rare, or a name as well.
pub(super) const RARE_NOUN: u64 = 4;

/// A list of words with the bits of each.
pub(super) struct WordList(LazyLock<Option<Map<&'static [u8]>>>);

/// English words and names.
pub(super) static ENGLISH: WordList =
    WordList(LazyLock::new(|| Map::new(include_bytes!("data/english.fst").as_slice()).ok()));

/// German words.
pub(super) static GERMAN: WordList =
    WordList(LazyLock::new(|| Map::new(include_bytes!("data/german.fst").as_slice()).ok()));

impl WordList {
    /// True if the list has `word`, in lower case, with one of `class_bits`.
    pub(super) fn has(&self, word: &str, class_bits: u64) -> bool {
        self.0.as_ref().and_then(|word_map| word_map.get(word)).is_some_and(|known_bits| known_bits & class_bits != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_can_be_read() {
        assert!(ENGLISH.has("bridge", WORD) && ENGLISH.has("bridge", COMMON) && !ENGLISH.has("brücke", WORD));
        assert!(GERMAN.has("wohnung", NOUN) && GERMAN.has("gestern", LOWER_CASE) && !GERMAN.has("bridge", NOUN));
    }
}
