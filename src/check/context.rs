//! Text of the sentences before, which the model was told as background and wrote into the translation.

use std::collections::BTreeSet;

use super::definition::{Check, CheckedPair, Repair};
use crate::document::{Flag, ParagraphKind};
use crate::segment::words::words;
use crate::segment::{self, english};

pub(super) const CHECK: Check = Check {
    flag: Flag::Context,
    sees: "names, numbers or whole sentences that are in the background and not in the German",
    why: "a model that reads the sentences before may translate them as well",
    repair: Repair::WithoutContext,
    reads_text_alone: false,
    find: find_leaked_context,
};

/// Different words of the background that may stand in the English: a name in place of a pronoun is no mistake.
const MAX_LEAKED_WORDS: usize = 1;

fn find_leaked_context(pair: &CheckedPair<'_>) -> Option<String> {
    if pair.context.is_empty() {
        return None;
    }
    let german_words: BTreeSet<&str> = words(pair.german).collect();
    let context_words: BTreeSet<&str> = pair.context.iter().flat_map(|sentence| words(sentence)).collect();
    let leaked_words: BTreeSet<&str> = words(pair.english)
        .filter(|english_word| {
            is_telling(english_word) && context_words.contains(english_word) && !german_words.contains(english_word)
        })
        .collect();
    let has_number = leaked_words
        .iter()
        .any(|english_word| english_word.starts_with(|first_character: char| first_character.is_ascii_digit()));
    if leaked_words.len() > MAX_LEAKED_WORDS || has_number {
        let named_words: Vec<&str> = leaked_words.into_iter().take(3).collect();
        return Some(format!("“{}” is from the sentences before", named_words.join("”, “")));
    }
    let german_sentences = segment::sentences(pair.german, ParagraphKind::Body).len();
    let english_sentences = english::sentences(pair.english).len();
    (english_sentences > german_sentences.max(1))
        .then(|| format!("{english_sentences} sentences for {}", german_sentences.max(1)))
}

/// True for numbers of two digits or more, and for English words of four letters or more with a capital, which are often names.
fn is_telling(word: &&str) -> bool {
    let letter_count = word.chars().count();
    match word.chars().next() {
        Some(first_character) if first_character.is_ascii_digit() => letter_count >= 2,
        Some(first_character) => first_character.is_uppercase() && letter_count >= 4,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_the_sentences_before_is_seen() {
        let context = ["Bürgermeisterin Anna Kessler sprach 2019 in Lahrstadt.", "Der Rat tagte."];
        for (german, english, wanted) in [
            ("Sie blieb eine Stunde.", "She stayed for an hour.", false),
            ("Sie blieb eine Stunde.", "Kessler stayed for an hour.", false),
            ("Sie blieb eine Stunde.", "Anna Kessler stayed for an hour.", true),
            ("Sie blieb eine Stunde.", "She stayed for an hour in 2019.", true),
            ("Sie blieb eine Stunde.", "The council met. She stayed for an hour.", true),
            ("Anna Kessler blieb bis 2019.", "Anna Kessler stayed until 2019.", false),
        ] {
            let pair = CheckedPair { german, english, context: &context, ..CheckedPair::default() };
            assert_eq!(find_leaked_context(&pair).is_some(), wanted, "{english}");
            assert_eq!(find_leaked_context(&CheckedPair { context: &[], ..pair }), None, "{english}");
        }
    }
}
