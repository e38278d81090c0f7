//! A word of the English that is no English word: `disturbish`, `firefighterity`.
//!
//! A word passes if a lexicon has it, if it is built from such words by a rule that English uses freely, if the German has it, or
//! if it is a name. Names are the lexicon's, and words with a capital that are spelt or sound like a word of the German.

use std::collections::BTreeSet;
use std::ops::Range;

use super::copies::literals;
use super::definition::{Check, CheckedPair, Repair};
use super::names::is_known_counterpart;
use super::names::spelling::{folded, is_same_name};
use crate::document::Flag;
use crate::lexicon::english::{is_common_word, is_name, is_word};
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::NoWord,
    sees: "a word that is in no English lexicon, not in the German and no name",
    why: "models put words together that do not exist, and nobody can know what they mean",
    repair: Repair::Words,
    reads_text_alone: true,
    find: find_non_words,
};

fn find_non_words(pair: &CheckedPair<'_>) -> Option<String> {
    let non_words = non_words(pair);
    let is_one_word = non_words.len() == 1;
    let verb = if is_one_word { "is no English word" } else { "are no English words" };
    (!non_words.is_empty()).then(|| format!("“{}” {verb}", non_words.join("”, “")))
}

/// Most words that a reason names.
const MAX_NAMED_NON_WORDS: usize = 3;

/// The first words of the English that are no words, each once; three at most.
pub fn non_words<'a>(pair: &CheckedPair<'a>) -> Vec<&'a str> {
    let literal_ranges = literals(pair.english);
    let german = GermanWords::new(pair.german);
    let mut non_words: Vec<&str> = Vec::new();
    for english_word in words(pair.english) {
        let word_start = english_word.as_ptr() as usize - pair.english.as_ptr() as usize;
        let word_range = word_start..word_start + english_word.len();
        let is_known = || {
            let is_abbreviated = pair.english[word_range.end..].starts_with('.') && english_word.chars().count() <= 4;
            is_abbreviated
                || is_in_literal(&literal_ranges, &word_range)
                || pair.terms.iter().any(|hit| words(&hit.term.english).any(|part| part == english_word))
                || hyphenated_parts(english_word).all(|part| is_known_part(part, english_word, &german))
        };
        if non_words.len() < MAX_NAMED_NON_WORDS && !non_words.contains(&english_word) && !is_known() {
            non_words.push(english_word);
        }
    }
    non_words
}

fn is_in_literal(literal_ranges: &[Range<usize>], word_range: &Range<usize>) -> bool {
    literal_ranges.iter().any(|literal| literal.start <= word_range.start && word_range.end <= literal.end)
}

/// The parts of an English or German word between hyphens.
fn hyphenated_parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(['-', '\u{2010}', '\u{2011}']).filter(|part| !part.is_empty())
}

/// The words of a German sentence and their parts, as they are compared with English ones.
struct GermanWords<'a> {
    /// Every German word and part of a hyphenated word.
    words: Vec<&'a str>,
    /// The German words without case, accents and umlauts.
    folded: BTreeSet<String>,
}

impl<'a> GermanWords<'a> {
    fn new(german: &'a str) -> Self {
        let words: Vec<&str> =
            words(german).flat_map(|word| [word].into_iter().chain(hyphenated_parts(word))).collect();
        let folded = words.iter().map(|word| folded(word)).collect();
        Self { words, folded }
    }

    /// True if the German has `english_word`, also with another accent, umlaut or capital.
    fn has(&self, english_word: &str) -> bool {
        self.folded.contains(&folded(english_word))
    }

    /// True if a word of the German may be the name `english_word` in another spelling, is derived from it (`kölnisch`), or is what German
    /// calls the place.
    fn has_name(&self, english_word: &str) -> bool {
        let lower_english = english_word.to_lowercase();
        let is_like_german = |german_word: &&str| {
            let is_derived = || german_word.to_lowercase().starts_with(&lower_english);
            if german_word.starts_with(char::is_uppercase) {
                is_same_name(german_word, english_word)
            } else {
                is_derived()
            }
        };
        self.words.iter().any(is_like_german) || is_known_counterpart(&lower_english, &self.words)
    }

    /// True if the German has `english_word`, in lower case, with the Latin ending of a scientific name: `nodosaur`, `Nodosaurus`.
    fn has_latin_form(&self, english_word: &str) -> bool {
        let english_stem = english_word.strip_suffix('s').unwrap_or(english_word);
        let has_latin_ending = |german_word: &String| {
            let latin_ending =
                german_word.strip_prefix(english_stem).or_else(|| german_word.strip_prefix(english_word));
            latin_ending.is_some_and(|latin_ending| LATIN_ENDINGS.contains(&latin_ending))
        };
        english_stem.len() >= MIN_LATIN_STEM && self.folded.iter().any(has_latin_ending)
    }
}

/// Endings of scientific names that German keeps and English may leave out.
const LATIN_ENDINGS: &[&str] = &["us", "um", "is", "a", "ier", "iern"];

/// Minimum number of bytes of a scientific name without its ending.
const MIN_LATIN_STEM: usize = 7;

/// Minimum number of letters of a part that is looked up.
const MIN_LOOKED_UP_LETTERS: usize = 3;

/// Maximum number of letters of an acronym. Longer words in capitals are looked up.
const MAX_ACRONYM_LETTERS: usize = 6;

/// True if `english_part` of `english_word` is English, is in the German, or cannot be judged.
fn is_known_part(english_part: &str, english_word: &str, german: &GermanWords<'_>) -> bool {
    let (base_word, clitic) = english_part.split_once(['\'', '’']).unwrap_or((english_part, ""));
    let is_latin = |letter: char| letter.is_alphabetic() && letter < '\u{250}';
    if base_word.chars().count() < MIN_LOOKED_UP_LETTERS || !base_word.chars().all(is_latin) {
        return true;
    }
    let uppercase_count = base_word.chars().filter(|letter| letter.is_uppercase()).count();
    let lower_part = base_word.to_lowercase();
    let letter_count = base_word.chars().count();
    // `DDoS`, `BfV`, `MPs`
    let is_acronym = uppercase_count >= 2 && 2 * uppercase_count >= letter_count && letter_count <= MAX_ACRONYM_LETTERS;
    if is_acronym {
        return true;
    }
    // `don't` is `don` and `t`, `isn't` is `isn` and `t`.
    let is_contraction = clitic == "t" && lower_part.ends_with('n');
    let is_capitalised = uppercase_count > 0;
    is_contraction
        || is_word(&lower_part)
        || is_formed_from_word(&lower_part)
        || (english_part.len() < english_word.len() && COMBINING_PARTS.contains(&lower_part.as_str()))
        || german.has(base_word)
        || german.has_latin_form(&lower_part)
        || (is_capitalised && (is_name(&lower_part) || german.has_name(base_word)))
}

/// Parts of hyphenated words that are no words alone.
const COMBINING_PARTS: &[&str] = &[
    "anti", "astro", "audio", "bio", "centre", "cyber", "eco", "electro", "esque", "ethno", "euro", "extra", "franco",
    "geo", "hydro", "hyper", "inter", "intra", "ish", "macro", "mega", "meta", "micro", "mid", "mini", "mono", "multi",
    "narco", "neo", "neuro", "non", "omni", "poly", "post", "pre", "proto", "pseudo", "psycho", "quasi", "retro",
    "semi", "socio", "sub", "super", "techno", "tele", "trans", "ultra",
];

/// Beginnings and endings that English joins to words freely, and the minimum number of letters of the word.
const FREE_PREFIXES: &[(&str, usize)] = &[
    ("anti", 5),
    ("cyber", 5),
    ("counter", 5),
    ("eco", 5),
    ("mega", 4),
    ("micro", 4),
    ("multi", 5),
    ("nano", 5),
    ("neuro", 5),
    ("non", 5),
    ("re", 6),
];
const FREE_SUFFIXES: &[(&str, usize)] =
    &[("like", 4), ("maker", 4), ("makers", 4), ("making", 4), ("wide", 4), ("proof", 4)];

/// True if `english_word` is built from a word by a rule.
fn is_formed_from_word(english_word: &str) -> bool {
    let without_prefix = |free_prefix: &(&str, usize)| {
        english_word.strip_prefix(free_prefix.0).filter(|word_after_prefix| word_after_prefix.len() >= free_prefix.1)
    };
    let without_suffix = |free_suffix: &(&str, usize)| {
        english_word.strip_suffix(free_suffix.0).filter(|word_before_suffix| word_before_suffix.len() >= free_suffix.1)
    };
    FREE_PREFIXES
        .iter()
        .filter_map(without_prefix)
        .chain(FREE_SUFFIXES.iter().filter_map(without_suffix))
        .any(is_common_word)
        || is_negated_word(english_word)
        || is_inflected_word(english_word)
}

/// Endings of nouns that have a plural, and of words that make nouns with `-ness`.
const PLURAL_STEMS: &[&str] = &["tion", "ment", "er", "or", "ist", "ism", "ing"];

/// True for the plural of a noun that the lexicon has in the singular only, and for the noun of an adjective in `-less`.
fn is_inflected_word(english_word: &str) -> bool {
    let singular =
        english_word.strip_suffix('s').filter(|stem| PLURAL_STEMS.iter().any(|ending| stem.ends_with(ending)));
    let adjective = english_word.strip_suffix("ness").filter(|stem| stem.ends_with("less"));
    singular.into_iter().chain(adjective).any(is_word)
}

/// Endings of words that `un-` may negate.
const NEGATED_ENDINGS: &[&str] = &["ed", "ing", "able"];

/// True for `un-` before a frequent adjective or participle, and for `-less` after a frequent noun for a person or machine.
fn is_negated_word(english_word: &str) -> bool {
    let negated_adjective = english_word
        .strip_prefix("un")
        .filter(|adjective| NEGATED_ENDINGS.iter().any(|ending| adjective.ends_with(ending)));
    let lacked_noun = english_word.strip_suffix("less").filter(|noun| noun.ends_with("er") || noun.ends_with("or"));
    negated_adjective.into_iter().chain(lacked_noun).any(is_common_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_do_not_exist_are_named() {
        for (german, english, wanted) in [
            ("Das stört.", "That is disturbish.", Some("“disturbish” is no English word")),
            (
                "Die Feuerwehr kam.",
                "The firefighterity alsoly came.",
                Some("“firefighterity”, “alsoly” are no English words"),
            ),
            ("Die Käufer kamen.", "Buyingers came.", Some("“Buyingers” is no English word")),
            ("Er isst Döner.", "He’s eating a doner; it isn't much, won’t fill.", None),
            ("Wladimir Selenskyj kam.", "Vladimir Zelensky came.", None),
            ("Mehr bei www.kirchfeld.de.", "More at www.kirchfeld.de.", None),
            ("Die 50-Jährige ist nicht dabei.", "The 50-year-old non-member’s not there.", None),
            ("Die Farbe des Theaters.", "The colour of the theatre, the color of the theater.", None),
            ("Die Bundesliga in Kirchfeld.", "The Bundesliga in Kirchfeld.", None),
            ("Ein fahrerloses Auto.", "A driverless, childproof car.", None),
            ("Илья kam mit 5 kWh.", "Илья came with 5 kWh.", None),
        ] {
            assert_eq!(
                find_non_words(&CheckedPair { german, english, ..CheckedPair::default() }).as_deref(),
                wanted,
                "{english}"
            );
        }
    }
}
