//! A word of the English that is no English word: `disturbish`, `firefighterity`.
//!
//! A word passes if a lexicon has it, if it is built from such words by a rule that English uses freely, if the German has it, or
//! if it is a name. Names are the lexicon's, and words with a capital that are spelt or sound like a word of the German.

use std::collections::BTreeSet;
use std::ops::Range;

use super::copies::literals;
use super::definition::{Check, Pair, Repair};
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
    find,
};

fn find(pair: &Pair<'_>) -> Option<String> {
    let found = non_words(pair);
    let is_one = found.len() == 1;
    let verb = if is_one { "is no English word" } else { "are no English words" };
    (!found.is_empty()).then(|| format!("“{}” {verb}", found.join("”, “")))
}

/// Most words that a reason names.
const MAX_NAMED: usize = 3;

/// The first words of the English that are no words, each once; three at most.
pub fn non_words<'a>(pair: &Pair<'a>) -> Vec<&'a str> {
    let literal_ranges = literals(pair.english);
    let german = GermanWords::new(pair.german);
    let mut found: Vec<&str> = Vec::new();
    for word in words(pair.english) {
        let start = word.as_ptr() as usize - pair.english.as_ptr() as usize;
        let range = start..start + word.len();
        let is_known = || {
            let is_abbreviated = pair.english[range.end..].starts_with('.') && word.chars().count() <= 4;
            is_abbreviated
                || is_in(&literal_ranges, &range)
                || pair.terms.iter().any(|hit| words(&hit.term.english).any(|part| part == word))
                || parts(word).all(|part| is_known_part(part, word, &german))
        };
        if found.len() < MAX_NAMED && !found.contains(&word) && !is_known() {
            found.push(word);
        }
    }
    found
}

fn is_in(literal_ranges: &[Range<usize>], word_range: &Range<usize>) -> bool {
    literal_ranges.iter().any(|literal| literal.start <= word_range.start && word_range.end <= literal.end)
}

/// The parts of a word between hyphens.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(['-', '\u{2010}', '\u{2011}']).filter(|part| !part.is_empty())
}

/// The words of a German sentence and their parts, as they are compared with English ones.
struct GermanWords<'a> {
    /// Every word and part of a hyphenated word.
    words: Vec<&'a str>,
    /// These without case, accents and umlauts.
    folded: BTreeSet<String>,
}

impl<'a> GermanWords<'a> {
    fn new(german: &'a str) -> Self {
        let words: Vec<&str> = words(german).flat_map(|word| [word].into_iter().chain(parts(word))).collect();
        let folded = words.iter().map(|word| folded(word)).collect();
        Self { words, folded }
    }

    /// True if the German has `word`, also with another accent, umlaut or capital.
    fn has(&self, word: &str) -> bool {
        self.folded.contains(&folded(word))
    }

    /// True if a word of the German may be the name `word` in another spelling, is derived from it (`kölnisch`), or is what German
    /// calls the place.
    fn has_name(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        let is_like = |german: &&str| {
            let is_derived = || german.to_lowercase().starts_with(&lower);
            if german.starts_with(char::is_uppercase) { is_same_name(german, word) } else { is_derived() }
        };
        self.words.iter().any(is_like) || is_known_counterpart(&lower, &self.words)
    }

    /// True if the German has `word`, in lower case, with the Latin ending of a scientific name: `nodosaur`, `Nodosaurus`.
    fn has_latin_form(&self, word: &str) -> bool {
        let stem = word.strip_suffix('s').unwrap_or(word);
        let has_ending = |german: &String| {
            let ending = german.strip_prefix(stem).or_else(|| german.strip_prefix(word));
            ending.is_some_and(|ending| LATIN_ENDINGS.contains(&ending))
        };
        stem.len() >= MIN_LATIN_STEM && self.folded.iter().any(has_ending)
    }
}

/// Endings of scientific names that German keeps and English may leave out.
const LATIN_ENDINGS: &[&str] = &["us", "um", "is", "a", "ier", "iern"];

/// Minimum number of bytes of a scientific name without its ending.
const MIN_LATIN_STEM: usize = 7;

/// Minimum number of letters of a part that is looked up.
const MIN_LETTERS: usize = 3;

/// Maximum number of letters of an acronym. Longer words in capitals are looked up.
const MAX_ACRONYM_LETTERS: usize = 6;

/// True if `part` of `word` is English, is in the German, or cannot be judged.
fn is_known_part(part: &str, word: &str, german: &GermanWords<'_>) -> bool {
    let (base, clitic) = part.split_once(['\'', '’']).unwrap_or((part, ""));
    let is_latin = |letter: char| letter.is_alphabetic() && letter < '\u{250}';
    if base.chars().count() < MIN_LETTERS || !base.chars().all(is_latin) {
        return true;
    }
    let uppercase_count = base.chars().filter(|letter| letter.is_uppercase()).count();
    let lower = base.to_lowercase();
    let letter_count = base.chars().count();
    // `DDoS`, `BfV`, `MPs`
    let is_acronym = uppercase_count >= 2 && 2 * uppercase_count >= letter_count && letter_count <= MAX_ACRONYM_LETTERS;
    if is_acronym {
        return true;
    }
    // `don't` is `don` and `t`, `isn't` is `isn` and `t`.
    let is_contraction = clitic == "t" && lower.ends_with('n');
    let is_capitalised = uppercase_count > 0;
    is_contraction
        || is_word(&lower)
        || is_formed(&lower)
        || (part.len() < word.len() && COMBINING_PARTS.contains(&lower.as_str()))
        || german.has(base)
        || german.has_latin_form(&lower)
        || (is_capitalised && (is_name(&lower) || german.has_name(base)))
}

/// Parts of hyphenated words that are no words alone.
const COMBINING_PARTS: &[&str] = &[
    "anti", "astro", "audio", "bio", "centre", "cyber", "eco", "electro", "esque", "ethno", "euro", "extra", "franco",
    "geo", "hydro", "hyper", "inter", "intra", "ish", "macro", "mega", "meta", "micro", "mid", "mini", "mono", "multi",
    "narco", "neo", "neuro", "non", "omni", "poly", "post", "pre", "proto", "pseudo", "psycho", "quasi", "retro",
    "semi", "socio", "sub", "super", "techno", "tele", "trans", "ultra",
];

/// Beginnings and endings that English joins to words freely, and the minimum number of letters of the word.
const PREFIXES: &[(&str, usize)] = &[
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
const SUFFIXES: &[(&str, usize)] =
    &[("like", 4), ("maker", 4), ("makers", 4), ("making", 4), ("wide", 4), ("proof", 4)];

/// True if `word` is built from a word by a rule.
fn is_formed(word: &str) -> bool {
    let rest_of = |prefix: &(&str, usize)| word.strip_prefix(prefix.0).filter(|rest| rest.len() >= prefix.1);
    let stem_of = |suffix: &(&str, usize)| word.strip_suffix(suffix.0).filter(|stem| stem.len() >= suffix.1);
    PREFIXES.iter().filter_map(rest_of).chain(SUFFIXES.iter().filter_map(stem_of)).any(is_common_word)
        || is_negated(word)
        || is_inflected(word)
}

/// Endings of nouns that have a plural, and of words that make nouns with `-ness`.
const PLURAL_STEMS: &[&str] = &["tion", "ment", "er", "or", "ist", "ism", "ing"];

/// True for the plural of a noun that the lexicon has in the singular only, and for the noun of an adjective in `-less`.
fn is_inflected(word: &str) -> bool {
    let singular = word.strip_suffix('s').filter(|stem| PLURAL_STEMS.iter().any(|ending| stem.ends_with(ending)));
    let adjective = word.strip_suffix("ness").filter(|stem| stem.ends_with("less"));
    singular.into_iter().chain(adjective).any(is_word)
}

/// Endings of words that `un-` may negate.
const NEGATED_ENDINGS: &[&str] = &["ed", "ing", "able"];

/// True for `un-` before a frequent adjective or participle, and for `-less` after a frequent noun for a person or machine.
fn is_negated(word: &str) -> bool {
    let negated = word.strip_prefix("un").filter(|rest| NEGATED_ENDINGS.iter().any(|ending| rest.ends_with(ending)));
    let lacked = word.strip_suffix("less").filter(|stem| stem.ends_with("er") || stem.ends_with("or"));
    negated.into_iter().chain(lacked).any(is_common_word)
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
            assert_eq!(find(&Pair { german, english, ..Pair::default() }).as_deref(), wanted, "{english}");
        }
    }
}
