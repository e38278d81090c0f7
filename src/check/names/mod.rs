//! A name that is not the same on both sides.
//!
//! German capitalises every noun, so a capital alone says nothing there. Names are recognised where they are certain: after a
//! title or a given name, as acronyms, in the table of places; and in English, which capitalises hardly anything else within
//! a sentence.
//!
//! `exchanged.rs` finds names in each other's place; `mentioned.rs` lists the names of a sentence in both spellings, for an index.
//!
//! `people.rs`, `places.rs` and `acronyms.rs` are the three kinds of names, and `spelling.rs` compares names across languages.

mod acronyms;
mod counterpart;
mod exchanged;
pub(super) mod mentioned;
mod people;
mod places;
pub(super) mod spelling;

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;
use crate::lexicon::capitalised_english::is_no_name;
use crate::lexicon::english::is_word;
use crate::lexicon::german::is_stop_word;
use crate::segment::words::words;
use acronyms::{acronyms, has_acronym};
use counterpart::{has_word_prefix, is_counterpart};
use exchanged::exchanged_names;
use people::{is_adjacent, is_introduced, office_holders, surnames};
use places::{PLACES, is_english_place, place_named_by};
use spelling::{folded, is_same_name, is_similar_name};

pub(super) const CHECK: Check = Check {
    flag: Flag::Name,
    sees: "a person, a place or an acronym of the German without its like in the English, an English name that nothing in \
           the German is like, or two names in each other's place; exonyms, transliterations and endings are allowed for",
    why: "models put one name for another, and the sentence still reads well",
    repair: Repair::Search,
    reads_text_alone: true,
    find: find_changed_name,
};

fn find_changed_name(pair: &CheckedPair<'_>) -> Option<String> {
    let (german_words, english_words): (Vec<&str>, Vec<&str>) =
        (words(pair.german).collect(), words(pair.english).collect());
    let lower_english = pair.english.to_lowercase();
    let is_missing = |name: &&&str| !english_words.iter().any(|word| is_same_name(name, word));
    if let Some(name) = surnames(&german_words).iter().chain(&office_holders(&german_words)).find(is_missing) {
        return Some(format!("“{name}” is missing"));
    }
    if let Some(name) = acronyms(&german_words).find(|name| !has_acronym(name, &english_words, &lower_english)) {
        return Some(format!("“{name}” is missing"));
    }
    if let Some(name) = lost_place(&german_words, &lower_english) {
        let is_left = has_word_prefix(&lower_english, &name.to_lowercase());
        return Some(format!("“{name}” is {}", if is_left { "left in German" } else { "missing" }));
    }
    if let Some(name) = exchanged_place(&german_words, &english_words) {
        return Some(format!("“{name}” is missing"));
    }
    let invented = invented_name(pair, &german_words, &english_words);
    if let Some(name) = invented.or_else(|| unknown_name(&german_words, &english_words)) {
        return Some(format!("“{name}” is not in the German"));
    }
    let exchanged = exchanged_names(pair.german, pair.english, &german_words, &english_words);
    exchanged.map(|(one_name, other_name)| format!("“{one_name}” and “{other_name}” have changed places"))
}

/// Minimum number of letters of a name that may be invented.
const MIN_UNKNOWN_LETTERS: usize = 4;

/// Number of letters at the end of a name that may differ in words of the German that are derived from it.
const DERIVED_LETTERS: usize = 3;

/// A capitalised English word that is no English word and resembles nothing in the German.
fn unknown_name<'a>(german_words: &[&str], english_words: &[&'a str]) -> Option<&'a str> {
    let is_capitalised = |word: &str| word.starts_with(char::is_uppercase);
    let capitalised_count = english_words.iter().filter(|word| is_capitalised(word)).count();
    if english_words.len() > 3 && 2 * capitalised_count > english_words.len() {
        return None;
    }
    let german_parts: Vec<&str> =
        german_words.iter().flat_map(|word| [*word].into_iter().chain(word.split('-'))).collect();
    let is_invented = |word_part: &str| {
        let name = without_possessive(word_part);
        let lower_name = name.to_lowercase();
        let letter_count = name.chars().count();
        let is_name = is_capitalised(name)
            && letter_count >= MIN_UNKNOWN_LETTERS
            && name.chars().skip(1).all(char::is_lowercase)
            && !is_word(&lower_name)
            && !is_no_name(&lower_name);
        let name_stem: String =
            folded(name).chars().take(letter_count.saturating_sub(DERIVED_LETTERS).max(MIN_UNKNOWN_LETTERS)).collect();
        let is_like_german =
            |german_word: &&str| is_similar_name(name, german_word) || folded(german_word).starts_with(&name_stem);
        is_name && !german_parts.iter().any(is_like_german) && !is_known_counterpart(&lower_name, german_words)
    };
    // A given name that the German leaves out: `Judy Weber` for `Weber`.
    let is_added_given_name = |english_index: usize| {
        let surname = english_words
            .get(english_index + 1)
            .filter(|word| is_capitalised(word) && is_adjacent(english_words[english_index], word));
        let german_index =
            surname.and_then(|surname| german_words.iter().position(|german_word| is_same_name(surname, german_word)));
        german_index.is_some_and(|german_index| german_index == 0 || !is_capitalised(german_words[german_index - 1]))
    };
    let unknown_part = english_words.iter().enumerate().find_map(|(english_index, word)| {
        let word_part = word.split('-').find(|word_part| is_invented(word_part))?;
        (!is_added_given_name(english_index)).then_some(word_part)
    });
    unknown_part.map(without_possessive)
}

fn without_possessive(name: &str) -> &str {
    name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(name)
}

/// German prepositions before places.
const GERMAN_PREPOSITIONS: &[&str] = &["in", "In", "aus", "Aus", "nach", "Nach"];

/// Nouns after `in` and the like that are no names.
#[rustfmt::skip]
const NOUNS_THAT_ARE_NO_PLACES: &[&str] = &[
    "Sachen", "Folge", "Höhe", "Kraft", "Form", "Frage", "Zukunft", "Haft", "Rente", "Führung", "Ordnung", "Richtung",
    "Betrieb", "Anspruch", "Angriff", "Aussicht", "Hause", "Angaben", "Medienberichten", "Informationen", "Ansicht",
    "Einschätzung", "Auskunft", "Wirklichkeit", "Wahrheit", "Sicherheit", "Gefahr", "Zeiten", "Not", "Ruhe",
];

/// English prepositions before places.
const ENGLISH_PREPOSITIONS: &[&str] = &["in", "In", "from", "From", "to", "near", "Near", "at", "At"];

/// A name of the German after a preposition that has nothing similar in the English, if the English has such a name as well.
fn exchanged_place<'a>(german_words: &[&'a str], english_words: &[&str]) -> Option<&'a str> {
    let has_same_name =
        |name: &str, other_words: &[&str]| other_words.iter().any(|other_word| is_same_name(name, other_word));
    let is_invented = |name: &&str| {
        let lower_name = name.to_lowercase();
        !is_no_name(&lower_name)
            && !has_same_name(name, german_words)
            && !is_known_counterpart(&lower_name, german_words)
    };
    let lost_name = located_names(german_words, GERMAN_PREPOSITIONS).find(|name| {
        !is_stop_word(name)
            && !NOUNS_THAT_ARE_NO_PLACES.contains(name)
            && place_named_by(&name.to_lowercase()).is_none()
            && !has_same_name(name, english_words)
    })?;
    located_names(english_words, ENGLISH_PREPOSITIONS).any(|name| is_invented(&name)).then_some(lost_name)
}

/// Capitalised words of four letters or more after a preposition.
fn located_names<'a>(words: &[&'a str], prepositions: &[&str]) -> impl Iterator<Item = &'a str> {
    words.windows(2).filter_map(move |neighbours| {
        let name = neighbours[1];
        let is_name = name.starts_with(char::is_uppercase)
            && name.chars().count() >= 4
            && name.chars().skip(1).all(char::is_lowercase);
        (prepositions.contains(&neighbours[0]) && is_adjacent(neighbours[0], name) && is_name).then_some(name)
    })
}

/// A word of `german_words` that names a place of the table which the English does not name.
fn lost_place<'a>(german_words: &[&'a str], lower_english: &str) -> Option<&'a str> {
    german_words.iter().copied().filter(|word| word.starts_with(char::is_uppercase)).find(|word| {
        let place = place_named_by(&word.to_lowercase());
        place.is_some_and(|place| !place.english.iter().any(|form| has_word_prefix(lower_english, form)))
    })
}

/// An English name within the sentence that resembles nothing in the German.
fn invented_name<'a>(pair: &CheckedPair<'a>, german_words: &[&str], english_words: &[&'a str]) -> Option<&'a str> {
    let is_capitalised = |word: &str| word.starts_with(char::is_uppercase);
    // Headlines in title case capitalise most words.
    let capitalised_count = english_words.iter().filter(|word| is_capitalised(word)).count();
    if 2 * capitalised_count > english_words.len() {
        return None;
    }
    english_words.iter().skip(1).copied().find(|word| {
        let name = word.trim_end_matches("'s").trim_end_matches("’s");
        let word_start = (word.as_ptr() as usize).saturating_sub(pair.english.as_ptr() as usize);
        let before_word = pair.english.get(..word_start).unwrap_or_default().trim_end();
        let opens_sentence = before_word.ends_with(|mark: char| !mark.is_alphanumeric() && mark != ',');
        let lower_name = name.to_lowercase();
        let is_name = is_capitalised(name)
            && !opens_sentence
            && name.chars().count() >= 4
            && name.chars().skip(1).all(char::is_lowercase)
            && !is_no_name(&lower_name)
            && (is_introduced(before_word) || is_english_place(&lower_name));
        is_name
            && !german_words.iter().any(|german_word| is_same_name(name, german_word))
            && !is_known_counterpart(&lower_name, german_words)
    })
}

/// True if a word of `german_words` is the German for `english_name`, a place or an acronym.
pub(super) fn is_known_counterpart(english_name: &str, german_words: &[&str]) -> bool {
    PLACES.iter().chain(acronyms::ACRONYMS).any(|counterpart| is_counterpart(counterpart, english_name, german_words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_across_spellings() {
        for (german, english, wanted) in [
            ("Gestern sprach Wladimir Putin.", "Yesterday Vladimir Putin spoke.", None),
            ("Gestern sprach Angela Merkel.", "Yesterday Angela Schröder spoke.", Some("“Merkel” is missing")),
            ("Das sagte Frau Müller.", "This is what Ms Mueller said.", None),
            ("Das sagte Frau Müller.", "This is what Ms Maier said.", Some("“Müller” is missing")),
            ("Er lebt in München.", "He lives in Munich.", None),
            ("Er lebt in München.", "He lives in Cologne.", Some("“München” is missing")),
            ("Die EZB senkt die Zinsen.", "The ECB is cutting rates.", None),
            ("Das Beben war um 1.56 Uhr MEZ.", "The quake was at 1:56 CET.", None),
            ("Um 20 Uhr MESZ beginnt die Sitzung.", "The meeting begins at 20:00 CEST.", None),
            ("Der BGH hob das Urteil auf.", "The Federal Court of Justice overturned the ruling.", None),
            ("Das DRK half.", "The Red Cross helped.", None),
            ("Nun will die SPD zustimmen.", "Now the CDU wants to agree.", Some("“SPD” is missing")),
            ("Kanzlerin Merkel sprach.", "Chancellor Market spoke.", Some("“Merkel” is missing")),
            ("Kanzlerin Merkel sprach.", "Chancellor Merkel spoke.", None),
            ("Ministerin Katja Dörner tritt ab.", "Minister Katja Thorns resigns.", Some("“Dörner” is missing")),
            ("Der Minister Ende Mai.", "The minister at the end of May.", None),
            ("In Darmstadt brannte ein Haus.", "A house burned in Dortmund.", Some("“Darmstadt” is missing")),
            ("In Zukunft brennt kein Haus.", "No house will burn in the future.", None),
            ("Der Tarif bietet 10 GB.", "The plan offers 10 GB.", None),
            ("Das ist ein gutes Haus.", "That is a good house in Munich.", Some("“Munich” is not in the German")),
            ("Der Minister kam am Montag.", "The Minister came on Monday.", None),
        ] {
            let found = find_changed_name(&CheckedPair { german, english, ..CheckedPair::default() });
            assert_eq!(found.as_deref(), wanted, "{german} {english}");
        }
    }
}
