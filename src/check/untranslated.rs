//! English that is still German.

use std::collections::BTreeSet;

use super::definition::{Check, CheckedPair, Repair};
use super::left_words::left_word;
use crate::document::Flag;
use crate::lexicon::english::is_word;
use crate::lexicon::german::FUNCTION_WORDS;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Untranslated,
    sees: "a copy of the source, German function words, or a German word that is no name and no English word",
    why: "what the model does not know it copies",
    repair: Repair::Words,
    reads_text_alone: true,
    find: find_german_left,
};

/// Minimum number of letters of a copied German word that is hardly ever a name.
const MIN_LONG_WORD_LETTERS: usize = 13;

/// Endings of place names, and of English and Latin words: people copy words with them, too.
#[rustfmt::skip]
const NAME_ENDINGS: &[&str] = &[
    "straße", "platz", "weg", "allee", "gasse", "ufer", "burg", "berg", "dorf", "stadt", "stein", "heim", "hausen",
    "bach", "feld", "wald", "wiese", "graben", "münster", "kirchen", "hofen", "ingen", "see", "sund", "land", "er", "haven",
    "halle", "hafen", "furt", "schweiz", "franken", "ion", "ions", "al", "us", "ton", "ity", "ogy", "ers", "setts", "ing", "ment", "ness", "ism",
    "bridge", "house", "kanzlei", "zeitung", "netzwerk", "gesellschaft", "verket", "saurus",
];

fn find_german_left(pair: &CheckedPair<'_>) -> Option<String> {
    if is_copy(pair.german, pair.english) {
        return Some("copied from the German".into());
    }
    let english_words: Vec<&str> = words(pair.english).collect();
    let german_words: Vec<&str> = words(pair.german).collect();
    if let Some(german_function_words) = function_words(&english_words) {
        return Some(format!("“{}” is German", german_function_words.join("”, “")));
    }
    let copied_text = copied_run(&german_words, &english_words).map(|copied_words| copied_words.join(" "));
    let copied_text = copied_text.or_else(|| copied_long_word(&german_words, &english_words).map(str::to_owned));
    let copied_text = copied_text.or_else(|| left_word(pair.english, &german_words, &english_words).map(str::to_owned));
    copied_text.map(|german_text| format!("“{german_text}” stands there as in the German"))
}

/// Up to three German function words, if there are two different ones and they are a sixth of `english_words` or more. Only in
/// lower case: `Die Welt` and `Der Spiegel` keep their articles.
fn function_words<'a>(english_words: &[&'a str]) -> Option<Vec<&'a str>> {
    let german_function_words: Vec<&str> =
        english_words.iter().copied().filter(|english_word| FUNCTION_WORDS.contains(english_word)).collect();
    let distinct_words: BTreeSet<&str> = german_function_words.iter().copied().collect();
    (distinct_words.len() >= 2 && german_function_words.len() * 6 >= english_words.len())
        .then(|| distinct_words.into_iter().take(3).collect())
}

/// Words between the parts of a name.
const NAME_PARTICLES: &[&str] = &["van", "von", "der", "den", "dem", "zu", "zur", "de", "del", "la"];

/// Three consecutive German words that `english_words` has as well, two of them in lower case and one a function word; or four
/// of three letters or more, two of them in lower case.
fn copied_run<'a>(german_words: &'a [&'a str], english_words: &[&str]) -> Option<&'a [&'a str]> {
    let is_no_number = |word: &&str| !word.starts_with(char::is_numeric);
    let is_german_phrase = |german_run: &[&str]| match german_run.len() {
        3 => german_run.iter().all(is_no_number) && german_run.iter().any(|word| FUNCTION_WORDS.contains(word)),
        _ => german_run.iter().all(|word| is_no_number(word) && word.chars().count() >= 3),
    };
    // Phrases that the German has in English, and parts of names.
    let is_foreign_phrase = |german_run: &[&str]| {
        let mut lowercase_words = german_run.iter().filter(|word| word.starts_with(char::is_lowercase));
        lowercase_words.all(|word| is_word(word) || NAME_PARTICLES.contains(word))
    };
    let lowercase_count =
        |german_run: &[&str]| german_run.iter().filter(|word| word.starts_with(char::is_lowercase)).count();
    [3, 4].into_iter().find_map(|run_word_count| {
        let mut german_runs = german_words.windows(run_word_count).filter(|german_run| {
            lowercase_count(german_run) >= 2 && is_german_phrase(german_run) && !is_foreign_phrase(german_run)
        });
        german_runs
            .find(|german_run| english_words.windows(run_word_count).any(|english_run| english_run == *german_run))
    })
}

/// A long word of `english_words` that is in `german_words` as well and does not end like a name.
fn copied_long_word<'a>(german_words: &[&str], english_words: &[&'a str]) -> Option<&'a str> {
    english_words.iter().copied().find(|english_word| {
        let is_long =
            english_word.chars().count() >= MIN_LONG_WORD_LETTERS && english_word.chars().all(char::is_alphabetic);
        let is_name = || NAME_ENDINGS.iter().any(|ending| english_word.to_lowercase().ends_with(ending));
        is_long && german_words.contains(english_word) && !is_name()
    })
}

/// True if `english` has the words of `german`, which are several and not all capitalised like names.
pub fn is_copy(german: &str, english: &str) -> bool {
    let may_differ = words(german).count() >= 2 && words(german).any(|word| word.starts_with(char::is_lowercase));
    may_differ && words(german).eq(words(english))
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
            ("Mord an junger Frau", "Mord at young woman", true),
            ("Eine Fähre kam.", "A Fähre came.", true),
            ("Sie fuhren mit der alten Fähre.", "They took the old Fähre.", true),
            ("Wurden 2012 noch gesendet.", "Wurden 2012 still sends.", true),
            ("Er kam heute an.", "He arrived heute.", true),
            ("Die Stadt hat viele Schüler.", "The city has many schüler.", true),
            ("Das Theater spielt den Faust in der Rosengasse.", "The theatre plays Faust in the Rosengasse.", false),
            (
                "Schneider sagte, Frau König habe in Steinau gewohnt.",
                "Schneider said Ms König lived in Steinau.",
                false,
            ),
            ("Mehr bei zeitung.de.", "More at zeitung.de.", false),
            ("Die Bundesliga beginnt.", "The Bundesliga begins.", false),
            ("Das meldet die dpa.", "This is reported by dpa.", false),
            ("Berlin, London, Paris", "Berlin, London, Paris", false),
            ("Die Zeit der Ernte ist da.", "The time of harvest has come.", false),
            ("Das berichtet Bild der Frau.", "This is reported by Bild der Frau.", false),
        ] {
            assert_eq!(
                find_german_left(&CheckedPair { german, english, ..CheckedPair::default() }).is_some(),
                wanted,
                "{english}"
            );
        }
    }
}
