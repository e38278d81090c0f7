//! English that is German still.

use super::{Check, Pair, Repair};
use crate::document::Flag;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Untranslated,
    sees: "a copy of the source, German function words, or a long German word as it stood",
    why: "what the model does not know it copies",
    repair: Repair::Search,
    find,
};

/// German words that are in most German sentences and in no English one.
#[rustfmt::skip]
const GERMAN: &[&str] = &[
    "aber", "auch", "auf", "aus", "bei", "dass", "dem", "denen", "der", "des", "dies", "diese", "dieser", "durch",
    "ein", "eine", "einem", "einen", "einer", "eines", "für", "gegen", "haben", "hatte", "ich", "ihre", "ihren", "ist",
    "kein", "keine", "mit", "nach", "nicht", "noch", "nur", "oder", "sich", "sie", "sind", "über", "und", "unter",
    "von", "vor", "wenn", "werden", "wie", "wird", "worden", "wurde", "wurden", "zu", "zum", "zur", "zwischen",
];

/// Letters of a German word that is copied too seldom by people to pass for a name.
const LONG: usize = 13;

/// Endings of places, and of English and Latin words: what has them is rightly copied.
#[rustfmt::skip]
const NAMES_END: &[&str] = &[
    "straße", "platz", "weg", "allee", "gasse", "ufer", "burg", "berg", "dorf", "stadt", "stein", "heim", "hausen",
    "bach", "feld", "wald", "wiese", "graben", "münster", "kirchen", "hofen", "ingen", "see", "sund", "land", "er", "haven",
    "halle", "hafen", "furt", "schweiz", "franken", "ion", "ions", "al", "us", "ton", "ity", "ogy", "ers", "setts", "ing", "ment", "ness", "ism",
    "bridge", "house", "kanzlei", "zeitung", "netzwerk", "gesellschaft", "verket", "saurus",
];

fn find(pair: &Pair<'_>) -> Option<String> {
    let english: Vec<&str> = words(pair.english).collect();
    let german: Vec<&str> = words(pair.german).collect();
    let lower_case = |words: &[&str]| words.iter().filter(|word| word.starts_with(char::is_lowercase)).count();
    if is_copy(pair.german, pair.english) {
        return Some("copied from the German".into());
    }
    // In small letters: `Die Welt` and `Der Spiegel` keep their articles.
    let function = english.iter().filter(|word| GERMAN.contains(*word));
    let distinct: std::collections::BTreeSet<_> = function.clone().collect();
    if distinct.len() >= 2 && function.count() * 6 >= english.len() {
        let shown: Vec<&str> = distinct.into_iter().take(3).copied().collect();
        return Some(format!("“{}” is German", shown.join("”, “")));
    }
    // Three words one after the other, two of them no names and one of them a small word, or four that are not so small.
    let is_word = |word: &&str| !word.starts_with(char::is_numeric);
    let is_german = |run: &[&str]| match run.len() {
        3 => run.iter().all(is_word) && run.iter().any(|word| GERMAN.contains(word)),
        _ => run.iter().all(|word| is_word(word) && word.chars().count() >= 3),
    };
    let run = [3, 4].into_iter().find_map(|length| {
        let mut runs = german.windows(length).filter(|run| lower_case(run) >= 2 && is_german(run));
        runs.find(|run| english.windows(length).any(|other| other == *run))
    });
    if let Some(run) = run {
        return Some(format!("“{}” stands there as in the German", run.join(" ")));
    }
    let long = |word: &&&str| {
        let is_long = word.chars().count() >= LONG && word.chars().all(char::is_alphabetic);
        is_long && german.contains(*word) && !NAMES_END.iter().any(|ending| word.to_lowercase().ends_with(ending))
    };
    english.iter().find(long).map(|word| format!("“{word}” stands there as in the German"))
}

/// True if `english` is `german` as it stands: the words are the same, there are several, and not all of them may be names.
pub fn is_copy(german: &str, english: &str) -> bool {
    let several = words(german).count() >= 2 && words(german).any(|word| word.starts_with(char::is_lowercase));
    several && words(german).eq(words(english))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_is_seen_and_names_with_german_in_them_are_not() {
        for (german, english, wanted) in [
            ("Er kam gestern.", "Er kam gestern.", true),
            ("Das ist nicht gut und teuer.", "It is nicht good und expensive.", true),
            ("Die Abfallwirtschaftsbetriebe streiken.", "The Abfallwirtschaftsbetriebe are on strike.", true),
            ("Berlin, London, Paris", "Berlin, London, Paris", false),
            ("Die Zeit der Ernte ist da.", "The time of harvest has come.", false),
            ("Das berichtet Bild der Frau.", "This is reported by Bild der Frau.", false),
        ] {
            assert_eq!(find(&Pair { german, english, ..Pair::default() }).is_some(), wanted, "{english}");
        }
    }
}
