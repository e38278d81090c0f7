//! German compounds → the same compounds with a hyphen between their parts: `Artilleriemunition` → `Artillerie-Munition`.
//!
//! A model knows the parts of a rare compound better than the whole. A compound is cut once, where both sides are nouns of the lexicon
//! and as equally long as may be; the first may end in a letter that joins (`Arbeit-s-amt`). If the lexicon does not have the first part,
//! the cut is before the longest noun at the end. Words that the lexicon has are not cut.

use super::words::words;
use crate::lexicon::german::{is_noun, is_rare_noun};

/// Minimum number of letters of a compound, and of each part.
const MIN_LETTERS: usize = 9;
const MIN_PART_LETTERS: usize = 4;

/// Minimum number of letters of the last part after a first part that the lexicon does not have. `Kirchfeld` is a name.
const MIN_LAST_LETTERS: usize = 5;

/// What may join the parts of a compound.
const JOINTS: &[&str] = &["", "s", "n", "en", "es", "er", "e"];

/// What stands before a word of a tag, an address or code, which is not a word of the sentence.
const OPENING_MARKS: &[char] = &['#', '@', '/', '\\', '_', '.', ':', '`', '-'];

/// `text` with its rare compounds in parts; `None` if it has none.
pub fn with_compounds_in_parts(text: &str) -> Option<String> {
    let mut rewritten = String::with_capacity(text.len() + 8);
    let mut end = 0;
    for word in words(text) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let follows_mark = text[..start].ends_with(OPENING_MARKS);
        if let Some(cut) = cut_of(word).filter(|_| !follows_mark) {
            let (first, last) = word.split_at(cut);
            rewritten.push_str(&text[end..start]);
            rewritten.push_str(first);
            rewritten.push('-');
            let mut letters = last.chars();
            rewritten.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            rewritten.push_str(letters.as_str());
            end = start + word.len();
        }
    }
    (end > 0).then(|| rewritten + &text[end..])
}

/// The byte at which the last part of a compound noun begins.
fn cut_of(word: &str) -> Option<usize> {
    let is_capitalised = word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase);
    let lower = word.to_lowercase();
    if !is_capitalised || lower.len() != word.len() || lower.chars().count() < MIN_LETTERS || is_noun(&lower) {
        return None;
    }
    let has_known_first_part = |cut: usize| {
        JOINTS.iter().any(|joint| {
            let stem = lower[..cut].strip_suffix(joint);
            stem.is_some_and(|stem| stem.chars().count() >= MIN_PART_LETTERS && is_rare_noun(stem))
        })
    };
    let is_long_enough = |part: &str, min_letters: usize| part.chars().count() >= min_letters;
    let cuts = lower.char_indices().map(|(at, _)| at).filter(|cut| {
        let (first, last) = lower.split_at(*cut);
        is_long_enough(first, MIN_PART_LETTERS) && is_long_enough(last, MIN_PART_LETTERS) && is_rare_noun(last)
    });
    let cuts: Vec<usize> = cuts.collect();
    let of_two_nouns = cuts.iter().copied().filter(|cut| has_known_first_part(*cut));
    let balanced = of_two_nouns.min_by_key(|cut| (*cut).max(lower.len() - cut));
    balanced.or_else(|| cuts.into_iter().find(|cut| is_long_enough(&lower[*cut..], MIN_LAST_LETTERS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_compounds_are_cut_between_their_nouns() {
        for (text, wanted) in [
            ("Die Waffenmunition fehlt.", Some("Die Waffen-Munition fehlt.")),
            ("Die Artilleriemunition fehlt.", Some("Die Artillerie-Munition fehlt.")),
            (
                "Er lobt die Arbeitszeitung, die Steuerpolitik.",
                Some("Er lobt die Arbeits-Zeitung, die Steuer-Politik."),
            ),
            ("Unter #Hochwasserhilfe melden sich viele.", None),
            ("Die Regierung schweigt.", None),
            ("Er kam gestern nach Kirchfeld.", None),
            ("", None),
        ] {
            assert_eq!(with_compounds_in_parts(text).as_deref(), wanted, "{text}");
        }
    }
}
