//! A term that the user looks for → whether a sentence says it, in German or in English, in any of its forms.

use super::forms::{self, CaseMatch, EnglishTerm};
use crate::segment::words::words;

/// A word or several, German or English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerm {
    text: String,
}

/// Fewest letters of an English word whose other forms are looked for.
const MIN_STEM: usize = 3;

/// Endings of English words.
const ENGLISH_ENDINGS: [&str; 6] = ["s", "es", "ed", "ing", "er", "ers"];

impl SearchTerm {
    /// The term `text`. `None` if it has no word.
    pub fn new(text: &str) -> Option<Self> {
        forms::has_word(text).then(|| Self { text: text.split_whitespace().collect::<Vec<_>>().join(" ") })
    }

    /// The term as the user wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if a German sentence or its English says the term.
    pub fn is_said_in(&self, german: &str, english: &str) -> bool {
        self.is_in(german, is_german_form)
            || EnglishTerm(&self.text).is_in(english, CaseMatch::Any)
            || self.is_in(english, is_english_form)
    }

    /// True if `sentence` has the words of the term side by side, each in a form of it.
    fn is_in(&self, sentence: &str, is_form: fn(&str, &str) -> bool) -> bool {
        let (term, sentence): (Vec<&str>, Vec<&str>) = (words(&self.text).collect(), words(sentence).collect());
        let says_term =
            |side_by_side: &[&str]| term.iter().zip(side_by_side).all(|(of_term, word)| is_form(of_term, word));
        !term.is_empty() && sentence.windows(term.len()).any(says_term)
    }
}

/// True if `word` is a German form of `of_term`, alone or as a part of a hyphenated compound.
fn is_german_form(of_term: &str, word: &str) -> bool {
    let is_form = |part: &str| {
        forms::form(of_term, part, CaseMatch::Any).is_some() || forms::form(part, of_term, CaseMatch::Any).is_some()
    };
    // `Häfen` and `Hafens` are both forms of `Hafen`, and neither is one of the other.
    let is_form_of_singular = |singular: String| forms::form(&singular, word, CaseMatch::Any).is_some();
    is_form(word)
        || (!of_term.contains('-') && word.split('-').any(is_form))
        || singulars(of_term).into_iter().any(is_form_of_singular)
}

/// What may be the singular of a German plural with an umlaut: `Häfen` → `Hafen`, `Räte` → `Rat`, `Häuser` → `Haus`.
fn singulars(plural: &str) -> Vec<String> {
    let lower = plural.to_lowercase();
    if !lower.contains(['ä', 'ö', 'ü']) {
        return Vec::new();
    }
    let plain = lower.replace('ä', "a").replace('ö', "o").replace('ü', "u");
    let without_ending = ["er", "e"].iter().filter_map(|ending| plain.strip_suffix(ending));
    let long_enough = without_ending.filter(|stem| stem.chars().count() >= MIN_STEM).map(str::to_owned);
    long_enough.chain([plain.clone()]).collect()
}

/// True if `word` is an English form of `of_term`: `resign`, `resigned`, `cities`.
fn is_english_form(of_term: &str, word: &str) -> bool {
    let (of_term, word) = (of_term.to_lowercase(), word.to_lowercase());
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(&word);
    let stem = of_term.strip_suffix(['e', 'y']).unwrap_or(&of_term);
    let ending = |stem: &str| word.strip_prefix(stem).is_some_and(|ending| ENGLISH_ENDINGS.contains(&ending));
    let is_ies =
        || of_term.ends_with('y') && word.strip_prefix(stem).is_some_and(|ending| ["ies", "ied"].contains(&ending));
    // `plan`, `planned`.
    let is_doubled = || {
        let last = of_term.chars().next_back().unwrap_or_default();
        word.strip_prefix(of_term.as_str())
            .and_then(|rest| rest.strip_prefix(last))
            .is_some_and(|ending| ["ed", "ing", "er", "ers"].contains(&ending))
    };
    word == of_term
        || (stem.chars().count() >= MIN_STEM
            && (ending(&of_term) || (of_term.ends_with('e') && ending(stem)) || is_ies() || is_doubled()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_found_in_either_language_in_its_forms() {
        for (term, german, english, expected) in [
            ("Haushalt", "Die Höhe des Haushalts steht fest.", "The size of the budget is settled.", true),
            ("haushalt", "Der HAUSHALT steht.", "It is settled.", true),
            ("Häuser", "Das Haus steht.", "The house stands.", true),
            ("Häuser", "Das Dach des Hauses brennt.", "Its roof is on fire.", true),
            ("HÄFEN", "Die Kosten des Hafens steigen.", "Its cost is rising.", true),
            ("Räte", "Der Beschluss des Rats gilt.", "The decision stands.", true),
            ("Haus", "Die Häuser stehen.", "They stand.", true),
            ("budget", "Die Höhe des Haushalts steht fest.", "The size of the budgets is settled.", true),
            ("München", "In München regnet es.", "It is raining in Munich.", true),
            ("Munich", "In München regnet es.", "Munich's streets are wet.", true),
            ("resign", "Sie tritt zurück.", "She resigned on Monday.", true),
            ("city", "Die Städte wachsen.", "The cities are growing.", true),
            ("plan", "Das ist geplant.", "That is planned.", true),
            ("close", "Sie schließt.", "It is closing.", true),
            ("Freie Wähler", "Die Freien Wähler stimmen zu.", "They agree.", true),
            ("EU", "Die EU-Kommission tagt.", "The commission meets.", true),
            ("town  hall", "Das Rathaus ist zu.", "The town hall is closed.", true),
            ("town hall", "Die Stadt hat eine Halle.", "The town has a hall.", false),
            ("Rat", "Der Rathausplatz ist leer.", "The square is empty; they rate it.", false),
            ("Bahn", "Der Bahnhof ist neu.", "The station is new.", false),
            ("art", "Er begann.", "He started.", false),
        ] {
            let found = SearchTerm::new(term).unwrap().is_said_in(german, english);
            assert_eq!(found, expected, "{term}: {german} {english}");
        }
        assert_eq!(SearchTerm::new(" – "), None);
    }
}
