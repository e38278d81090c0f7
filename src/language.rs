//! A text → the language that it is in, where that can be told.
//!
//! Promises: the text alone decides; what is too short or too mixed is no guess but `None`; German is called something else
//! in fewer than 1 of 100 sentences that can be told at all (benches/RESULTS.md). Tells from trigrams and alphabets, which
//! `whatlang` knows, against the small words of German, which no other language has as many of. Never splits, never decides
//! what follows.
//!
//! To add a language: a line in `LANGUAGES`, and texts in `tests/language/paragraphs.tsv`.

use whatlang::{Detector, Lang};

use crate::document::Language;
use crate::segment::words::{is_stop_word, words};

/// The languages that text may be in, each with what `whatlang` calls it. Not all that it knows: the fewer there are, the
/// surer it is, and none is here that German is mistaken for and German papers do not quote (Afrikaans, Latin).
#[rustfmt::skip]
const LANGUAGES: &[(Lang, Language)] = &[
    (Lang::Deu, Language::GERMAN),
    (Lang::Eng, Language::ENGLISH),
    (Lang::Ara, Language { tag: "ar", name: "Arabic" }),
    (Lang::Bul, Language { tag: "bg", name: "Bulgarian" }),
    (Lang::Ces, Language { tag: "cs", name: "Czech" }),
    (Lang::Cmn, Language { tag: "zh", name: "Chinese" }),
    (Lang::Dan, Language { tag: "da", name: "Danish" }),
    (Lang::Ell, Language { tag: "el", name: "Greek" }),
    (Lang::Fin, Language { tag: "fi", name: "Finnish" }),
    (Lang::Fra, Language { tag: "fr", name: "French" }),
    (Lang::Heb, Language { tag: "he", name: "Hebrew" }),
    (Lang::Hrv, Language { tag: "hr", name: "Croatian" }),
    (Lang::Hun, Language { tag: "hu", name: "Hungarian" }),
    (Lang::Ita, Language { tag: "it", name: "Italian" }),
    (Lang::Jpn, Language { tag: "ja", name: "Japanese" }),
    (Lang::Kor, Language { tag: "ko", name: "Korean" }),
    (Lang::Nld, Language { tag: "nl", name: "Dutch" }),
    (Lang::Nob, Language { tag: "nb", name: "Norwegian" }),
    (Lang::Pes, Language { tag: "fa", name: "Persian" }),
    (Lang::Pol, Language { tag: "pl", name: "Polish" }),
    (Lang::Por, Language { tag: "pt", name: "Portuguese" }),
    (Lang::Ron, Language { tag: "ro", name: "Romanian" }),
    (Lang::Rus, Language { tag: "ru", name: "Russian" }),
    (Lang::Slk, Language { tag: "sk", name: "Slovak" }),
    (Lang::Spa, Language { tag: "es", name: "Spanish" }),
    (Lang::Swe, Language { tag: "sv", name: "Swedish" }),
    (Lang::Tur, Language { tag: "tr", name: "Turkish" }),
    (Lang::Ukr, Language { tag: "uk", name: "Ukrainian" }),
];

/// Fewest letters of a text that can be told, where letters have cases; in other scripts a third, because a sign of theirs says
/// more.
const FEWEST_LETTERS: usize = 35;

/// Fewest words in small letters of such a text: lists of names are of no language.
const FEWEST_SMALL_WORDS: usize = 3;

/// How sure `whatlang` must be of a language, from 0 to 1. Where this and the numbers above come from is in
/// benches/RESULTS.md.
const SURE: f64 = 0.3;

/// How sure it must be where a text has small words of German, which are in titles and names of other languages too.
const SURE_DESPITE: f64 = 0.9;

/// Share of small German words that only German text has.
const GERMAN_SHARE: (usize, usize) = (1, 12);

/// Small words of German that other languages have too, sorted.
#[rustfmt::skip]
const SHARED: &[&str] = &[
    "ab", "alle", "also", "am", "an", "da", "dann", "de", "dem", "den", "der", "des", "die", "dies", "dir", "du", "er", "es", "gut",
    "hat", "her", "hier", "hin", "ich", "im", "in", "ist", "ja", "je", "man", "mein", "mit", "nun", "ob", "se", "sei", "sein",
    "selbst", "sie", "so", "um", "uns", "von", "vor", "war", "was", "weil", "wer", "will", "wir", "wo",
];

/// The language of `text`; `None` if that cannot be told.
pub fn of(text: &str) -> Option<Language> {
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let cased = text.chars().filter(|character| character.is_lowercase() || character.is_uppercase()).count();
    let has_cases = 2 * cased > letters;
    if letters < if has_cases { FEWEST_LETTERS } else { FEWEST_LETTERS / 3 } {
        return None;
    }
    let is_german = |word: &str| is_stop_word(word) && SHARED.binary_search(&word).is_err();
    let german = words(text).filter(|word| is_german(&word.to_lowercase())).count();
    // Nearly all texts, and far quicker than their trigrams.
    if german * GERMAN_SHARE.1 > words(text).count() * GERMAN_SHARE.0 {
        return Some(Language::GERMAN);
    }
    let detector = Detector::with_allowlist(LANGUAGES.iter().map(|(known, _)| *known).collect());
    let found = detector.detect(text)?;
    let (_, language) = *LANGUAGES.iter().find(|(known, _)| *known == found.lang())?;
    if has_cases && words(text).filter(|word| word.starts_with(char::is_lowercase)).count() < FEWEST_SMALL_WORDS {
        return None;
    }
    let sure = if german > 0 { SURE_DESPITE } else { SURE };
    (found.confidence() >= sure).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tag and text, as they are told; `tests/language/paragraphs.tsv` says what they are.
    fn told() -> Vec<(&'static str, &'static str, Option<&'static str>)> {
        let rows = include_str!("../tests/language/paragraphs.tsv").lines().filter_map(|line| line.split_once('\t'));
        rows.map(|(tag, text)| (tag, text, of(text).map(|language| language.tag))).collect()
    }

    #[test]
    fn german_of_every_sort_is_never_called_something_else() {
        for (_, text, told) in told().into_iter().filter(|(tag, ..)| *tag == "de") {
            assert!(matches!(told, None | Some("de")), "{told:?}: {text}");
        }
    }

    #[test]
    fn other_languages_are_told_or_left_open() {
        let others: Vec<_> = told().into_iter().filter(|(tag, ..)| *tag != "de").collect();
        for (tag, text, told) in &others {
            // Danish and Norwegian are written alike.
            let is_near = *tag == "da" && *told == Some("nb") || *tag == "nb" && *told == Some("da");
            assert!(told.is_none_or(|told| told == *tag) || is_near, "{tag} {told:?}: {text}");
        }
        let told = others.iter().filter(|(.., told)| told.is_some()).count();
        assert!(10 * told >= 8 * others.len(), "{told} of {}", others.len());
    }

    #[test]
    fn what_is_too_short_cannot_be_told() {
        for text in ["", "…", "12:30", "Oui.", "Thank you!", "Peter Müller", "да"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn the_words_that_are_shared_are_sorted() {
        assert!(SHARED.is_sorted());
    }
}
