//! Words with characters that the model has no token for, such as letters and signs of other alphabets.

use std::ops::Range;

use crate::exact;
use crate::generation::Generator;

/// A word of the German with characters that the model has no token for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UnknownWord<'a> {
    pub(super) text: &'a str,
    /// The bytes of the unknown word in the German.
    pub(super) range: Range<usize>,
    /// The word's characters that the model has no token for, each once.
    characters: Vec<char>,
}

/// Marks that models are given in another form.
const KNOWN_MARKS: &str = ".,;:!?'\"()[]-/„“”‚‘’»«›‹–—…\u{a0}\u{202f}\u{ad}";

/// The words of `german` with characters that `generator` has no token for. What [`exact::german_for_model`] writes in words, such as the sign
/// of a currency, is known.
pub(super) fn unknown_words<'a>(german: &'a str, generator: &Generator) -> Vec<UnknownWord<'a>> {
    let may_be_unknown = |unknown_character: &char| {
        !unknown_character.is_ascii_alphanumeric()
            && !unknown_character.is_whitespace()
            && !KNOWN_MARKS.contains(*unknown_character)
    };
    if !german.chars().any(|unknown_character| may_be_unknown(&unknown_character)) {
        return Vec::new();
    }
    let model_german = exact::german_for_model(german, &|_| false);
    let is_unknown = |unknown_character: &char| {
        may_be_unknown(unknown_character)
            && model_german.contains(*unknown_character)
            && generator.lacks(unknown_character.encode_utf8(&mut [0; 4]))
    };
    let unknown_word = |german_word: &'a str| {
        let unknown_text = german_word.trim_matches(|unknown_character: char| KNOWN_MARKS.contains(unknown_character));
        let mut unknown_characters: Vec<char> = Vec::new();
        for unknown_character in unknown_text.chars().filter(is_unknown) {
            if !unknown_characters.contains(&unknown_character) {
                unknown_characters.push(unknown_character);
            }
        }
        let word_start = unknown_text.as_ptr() as usize - german.as_ptr() as usize;
        (!unknown_characters.is_empty()).then(|| UnknownWord {
            text: unknown_text,
            range: word_start..word_start + unknown_text.len(),
            characters: unknown_characters,
        })
    };
    german.split_whitespace().filter_map(unknown_word).collect()
}

impl UnknownWord<'_> {
    /// True if `english` has the word, without the ending of the genitive if need be.
    pub(super) fn is_in(&self, english: &str) -> bool {
        let word_forms = [Some(self.text), self.text.strip_suffix('s')];
        word_forms.into_iter().flatten().any(|word_form| english.contains(word_form))
    }
}

/// The characters of those of `unknown_words` that `english` lacks, separated by commas.
pub(super) fn lost_characters(unknown_words: &[UnknownWord<'_>], english: &str) -> String {
    let mut lost_characters: Vec<String> = Vec::new();
    for unknown_character in unknown_words
        .iter()
        .filter(|unknown_word| !unknown_word.is_in(english))
        .flat_map(|unknown_word| &unknown_word.characters)
    {
        if !lost_characters.contains(&unknown_character.to_string()) {
            lost_characters.push(unknown_character.to_string());
        }
    }
    lost_characters.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_characters_of_words_that_are_lost_are_named() {
        let word = |text: &'static str, characters: &[char]| UnknownWord {
            text,
            range: 0..text.len(),
            characters: characters.to_vec(),
        };
        let words = [word("Šimićs", &['Š', 'ć']), word("名名", &['名'])];
        for (english, wanted) in [("Simic's ship", "Š, ć, 名"), ("Šimić's ship", "名"), ("Šimić's ship 名名", "")]
        {
            assert_eq!(lost_characters(&words, english), wanted, "{english}");
        }
    }
}
