//! Words with characters that the model has no token for, such as letters and signs of other alphabets.

use std::ops::Range;

use crate::exact;
use crate::generation::Generator;

/// A word of the German with characters that the model has no token for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UnknownWord<'a> {
    pub(super) text: &'a str,
    /// Its bytes in the German.
    pub(super) range: Range<usize>,
    /// These characters, each once.
    characters: Vec<char>,
}

/// Marks that models are given in another form.
const MARKS: &str = ".,;:!?'\"()[]-/„“”‚‘’»«›‹–—…\u{a0}\u{202f}\u{ad}";

/// The words of `german` with characters that `generator` has no token for. What [`exact::for_model`] writes in words, such as the sign
/// of a currency, is known.
pub(super) fn unknown_words<'a>(german: &'a str, generator: &Generator) -> Vec<UnknownWord<'a>> {
    let may_be_unknown = |character: &char| {
        !character.is_ascii_alphanumeric() && !character.is_whitespace() && !MARKS.contains(*character)
    };
    if !german.chars().any(|character| may_be_unknown(&character)) {
        return Vec::new();
    }
    let for_model = exact::for_model(german, &|_| false);
    let is_unknown = |character: &char| {
        may_be_unknown(character)
            && for_model.contains(*character)
            && generator.lacks(character.encode_utf8(&mut [0; 4]))
    };
    let unknown_word = |word: &'a str| {
        let text = word.trim_matches(|character: char| MARKS.contains(character));
        let mut characters: Vec<char> = Vec::new();
        for character in text.chars().filter(is_unknown) {
            if !characters.contains(&character) {
                characters.push(character);
            }
        }
        let start = text.as_ptr() as usize - german.as_ptr() as usize;
        (!characters.is_empty()).then(|| UnknownWord { text, range: start..start + text.len(), characters })
    };
    german.split_whitespace().filter_map(unknown_word).collect()
}

impl UnknownWord<'_> {
    /// True if `english` has the word, without the ending of the genitive if need be.
    pub(super) fn is_in(&self, english: &str) -> bool {
        let forms = [Some(self.text), self.text.strip_suffix('s')];
        forms.into_iter().flatten().any(|form| english.contains(form))
    }
}

/// The characters of those of `unknown_words` that `english` lacks, separated by commas.
pub(super) fn lost_characters(unknown_words: &[UnknownWord<'_>], english: &str) -> String {
    let mut lost: Vec<String> = Vec::new();
    for character in unknown_words.iter().filter(|word| !word.is_in(english)).flat_map(|word| &word.characters) {
        if !lost.contains(&character.to_string()) {
            lost.push(character.to_string());
        }
    }
    lost.join(", ")
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
