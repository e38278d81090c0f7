//! The people, organisations and places that a sentence names, in both spellings.
//!
//! A name is listed where both languages show it: German tells what kind of name it is (a given name, an office, a preposition, an
//! acronym), English that it is one, because it capitalises hardly anything else. Names that only one side has are left to the check.

use super::acronyms::{ACRONYMS, acronyms};
use super::people::{is_adjacent, is_given_name, is_introduction, office_holders, surnames};
use super::places::place_named_by;
use super::spelling::{folded, is_same_name};
use super::{ENGLISH_PREPOSITIONS, GERMAN_PREPOSITIONS, NOUNS_THAT_ARE_NO_PLACES, located_names, without_possessive};
use crate::lexicon::capitalised_english::is_no_name;
use crate::lexicon::english::{is_stop_word, is_word};
use crate::segment::words::words;

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionedKind {
    /// A person.
    Person,
    /// An organisation: a party, an authority, a company, a club.
    Organisation,
    /// A country, region or town.
    Place,
}

/// A name in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionedName {
    /// What it is the name of.
    pub kind: MentionedKind,
    /// As German writes it, in its base form as far as that can be told.
    pub german: String,
    /// As the English has it.
    pub english: String,
}

/// Words that are part of the name of an organisation.
#[rustfmt::skip]
const ORGANISATION_WORDS: &[&str] = &[
    "ag", "gmbh", "se", "kg", "ev", "bank", "sparkasse", "bahn", "verein", "verband", "union", "fc", "sc", "sv", "tsv", "vfb",
    "vfl", "stiftung", "werke", "werft", "gruppe", "group", "universität", "university", "institut", "institute", "borussia",
    "eintracht", "klinikum", "theater", "museum", "verlag", "zeitung", "partei", "grüne", "linke", "airlines", "motors", "systems",
    "agentur", "akademie", "allianz", "greenpeace", "amnesty",
];

/// Lower-case words inside a name: `Ursula von der Leyen`.
const PARTICLES: &[&str] = &["von", "van", "der", "den", "de", "la", "zu", "bin", "al", "el", "di", "da"];

/// English words for people of a place and for what belongs to it; they name no place.
#[rustfmt::skip]
const ADJECTIVES_OF_PLACES: &[&str] = &[
    "french", "dutch", "czech", "greek", "swiss", "welsh", "pole", "dane", "turk", "brit", "scot", "spaniard", "german", "saxon",
    "iraqi", "israeli", "afghan", "thai", "croat", "serb", "finn", "swede", "briton", "cypriot", "muscovite", "viennese",
];

/// The names in the pair, each once, in the order of the German; people first, then organisations, then places.
pub fn mentioned_names(german: &str, english: &str) -> Vec<MentionedName> {
    let (german_words, english_words): (Vec<&str>, Vec<&str>) = (words(german).collect(), words(english).collect());
    let mut names: Vec<MentionedName> = Vec::new();
    let mut add = |kind, german: String, english: String| {
        // A part of a longer name is no name of its own: `Leyen` beside `von der Leyen`.
        let is_known = names.iter().any(|known: &MentionedName| {
            known.english == english || (known.kind == kind && ends_with_word(&known.english, &english))
        });
        if !is_known && !german.is_empty() && !english.is_empty() {
            names.push(MentionedName { kind, german, english });
        }
    };
    for (german, english) in shared_runs(&german_words, &english_words) {
        let before = german_words.iter().take_while(|word| **word != german[0]).last();
        if let Some(kind) = kind_of_run(&german, before) {
            add(kind, base_form(&german.join(" "), &english), english);
        }
    }
    for surname in surnames(&german_words).into_iter().chain(office_holders(&german_words)) {
        let full_name = full_name(surname, &german_words);
        if let Some(english) = english_spelling(&full_name, &english_words) {
            add(MentionedKind::Person, base_form(&full_name.join(" "), &english), english);
        }
    }
    for acronym in acronyms(&german_words) {
        let kind = if place_named_by(&acronym.to_lowercase()).is_some()
            || ["USA", "UK", "DDR", "NRW", "VAE"].contains(&acronym)
        {
            MentionedKind::Place
        } else {
            MentionedKind::Organisation
        };
        if let Some(english) = english_acronym(acronym, &english_words) {
            add(kind, acronym.to_owned(), english);
        }
    }
    for word in german_words.iter().filter(|word| word.starts_with(char::is_uppercase) && !word.contains('-')) {
        let Some(place) = place_named_by(&word.to_lowercase()) else { continue };
        let names_place = |english: &&&str| {
            let lower_english = without_possessive(english).to_lowercase();
            english.starts_with(char::is_uppercase)
                && place.english.iter().any(|form| lower_english.starts_with(form))
                && !is_adjective(&lower_english)
        };
        if let Some(english) = english_words.iter().find(names_place).filter(|_| !is_german_adjective(word)) {
            let english = without_possessive(english).to_owned();
            add(MentionedKind::Place, base_form(word, &english), english);
        }
    }
    let located_in_english: Vec<&str> = located_names(&english_words, ENGLISH_PREPOSITIONS).collect();
    for name in located_names(&german_words, GERMAN_PREPOSITIONS) {
        let same = located_in_english.iter().find(|english| folded(english) == folded(name));
        let is_place = |english: &&&str| {
            let lower_english = english.to_lowercase();
            !is_no_name(&lower_english) && !NOUNS_THAT_ARE_NO_PLACES.contains(&name) && !is_given_name(name)
        };
        if let Some(english) = same.filter(is_place) {
            add(MentionedKind::Place, name.to_owned(), (*english).to_owned());
        }
    }
    names
}

/// True if `name` is `part` with words before it.
fn ends_with_word(name: &str, part: &str) -> bool {
    name.strip_suffix(part).is_some_and(|rest| rest.ends_with([' ', '-']))
}

/// `german` without the ending of a genitive that `english` does not have: `Merkels`, `Hamburgs`.
fn base_form(german: &str, english: &str) -> String {
    match german.strip_suffix('s') {
        Some(base) if !english.ends_with('s') && !base.ends_with(' ') => base.to_owned(),
        _ => german.to_owned(),
    }
}

/// Runs of two to four capitalised English words that the German has side by side too, not all of them ordinary words: German words
/// and English spelling.
fn shared_runs<'a>(german_words: &[&'a str], english_words: &[&str]) -> Vec<(Vec<&'a str>, String)> {
    let is_capitalised = |word: &str| word.starts_with(char::is_uppercase);
    let mut runs = Vec::new();
    let mut start = 0;
    while start < english_words.len() {
        let first = german_words.iter().position(|german| *german == english_words[start] && is_capitalised(german));
        let Some(first) = first else {
            start += 1;
            continue;
        };
        let mut length = 1;
        while let (Some(german), Some(english)) = (german_words.get(first + length), english_words.get(start + length))
        {
            let is_same =
                *german == without_possessive(english) || *german == format!("{}s", without_possessive(english));
            let goes_on = is_same
                && (is_capitalised(german) || PARTICLES.contains(german))
                && is_adjacent(german_words[first + length - 1], german)
                && is_adjacent(english_words[start + length - 1], english);
            if !goes_on {
                break;
            }
            length += 1;
        }
        let run = &german_words[first..first + length];
        // A title or an office before a name is none of it: `Minister Habeck`.
        let offset = run.iter().take_while(|word| is_introduction(word)).count();
        let run = &run[offset..];
        let is_name = |word: &&str| {
            let lower_word = word.to_lowercase();
            !is_word(&lower_word) && !is_no_name(&lower_word) && !is_stop_word(&lower_word)
        };
        let ends_in_name = run.last().is_some_and(|word| is_capitalised(word));
        if (2..=4).contains(&run.len()) && ends_in_name && run.iter().any(is_name) {
            let english = english_words[start + offset..start + length].join(" ");
            runs.push((run.to_vec(), without_possessive(&english).to_owned()));
        }
        start += length;
    }
    runs
}

/// What the name `run` after the word `before` is the name of; `None` if that cannot be told.
fn kind_of_run(run: &[&str], before: Option<&&str>) -> Option<MentionedKind> {
    let is_organisation = |word: &&str| ORGANISATION_WORDS.contains(&word.to_lowercase().as_str());
    let is_acronym = |word: &&str| word.chars().count() >= 2 && word.chars().all(char::is_uppercase);
    if run.iter().any(is_organisation) || run.iter().any(is_acronym) {
        return Some(MentionedKind::Organisation);
    }
    if is_given_name(run[0]) || before.is_some_and(|word| is_introduction(word)) {
        return Some(MentionedKind::Person);
    }
    if before.is_some_and(|word| GERMAN_PREPOSITIONS.contains(word)) || place_named_by(&run[0].to_lowercase()).is_some()
    {
        return Some(MentionedKind::Place);
    }
    let lower_first = run[0].to_lowercase();
    // `Yasemin Bork`: two words that no dictionary has. `Deutsche Bahn` and `Große Lahr` are something else.
    let is_full_name = run.len() <= 3
        && !is_word(&lower_first)
        && !lower_first.ends_with("sche")
        && run.iter().all(|word| word.len() > 2);
    is_full_name.then_some(MentionedKind::Person)
}

/// `surname` with the given names before it.
fn full_name<'a>(surname: &str, german_words: &[&'a str]) -> Vec<&'a str> {
    let Some(last) = german_words.iter().position(|word| *word == surname) else { return Vec::new() };
    let mut first = last;
    while first > 0 && is_adjacent(german_words[first - 1], german_words[first]) {
        let word = german_words[first - 1];
        let belongs = is_given_name(word) || (PARTICLES.contains(&word) && first < last + 1);
        if !belongs {
            break;
        }
        first -= 1;
    }
    // A particle alone begins no name.
    while first < last && PARTICLES.contains(&german_words[first]) && first + 1 == last {
        first += 1;
    }
    german_words[first..=last].to_vec()
}

/// How the English writes `name`; `None` if its last word is not there.
fn english_spelling(name: &[&str], english_words: &[&str]) -> Option<String> {
    let last = english_words.iter().position(|word| {
        word.starts_with(char::is_uppercase) && is_same_name(name.last().copied().unwrap_or_default(), word)
    })?;
    let first = (0..name.len()).take_while(|back| {
        let (german, english) =
            (name[name.len() - 1 - back], last.checked_sub(*back).map(|index| english_words[index]));
        english.is_some_and(|english| is_same_name(german, english) || german == english)
    });
    let length = first.count().max(1);
    let english = english_words[last + 1 - length..=last].join(" ");
    Some(without_possessive(&english).to_owned())
}

/// The word of the English for the German `acronym`.
fn english_acronym(acronym: &str, english_words: &[&str]) -> Option<String> {
    let lower_acronym = acronym.to_lowercase();
    let known = ACRONYMS.iter().find(|known| known.german.contains(&lower_acronym.as_str()));
    let is_form = |lower_english: &str| match known {
        Some(known) => known.english.contains(&lower_english) || lower_english == lower_acronym,
        None => lower_english == lower_acronym,
    };
    let all_capitals = |word: &&&str| word.chars().filter(|letter| letter.is_alphabetic()).all(char::is_uppercase);
    let part = |word: &&str| without_possessive(word).split('-').next().unwrap_or_default().to_owned();
    english_words.iter().filter(all_capitals).map(part).find(|word| is_form(&word.to_lowercase()))
}

fn is_adjective(lower_english: &str) -> bool {
    let singular = lower_english.strip_suffix('s').unwrap_or(lower_english);
    ADJECTIVES_OF_PLACES.contains(&singular)
        || ADJECTIVES_OF_PLACES.contains(&lower_english)
        || ["ian", "ish", "ese", "ean"].iter().any(|ending| singular.ends_with(ending))
        || (singular.ends_with("an") && !["iran", "japan", "milan", "pakistan", "bhutan", "sudan"].contains(&singular))
}

/// True for `Berliner`, `Russische`, `Türken`: people and adjectives.
fn is_german_adjective(word: &str) -> bool {
    const ENDINGS: [&str; 8] = ["isch", "ische", "ischer", "ischen", "isches", "ner", "liner", "burger"];
    let lower_word = word.to_lowercase();
    ENDINGS.iter().any(|ending| lower_word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_organisations_and_places_are_listed_in_both_spellings() {
        use MentionedKind::{Organisation, Person, Place};
        for (german, english, expected) in [
            (
                "In München traf Kanzler Olaf Scholz am Montag Wladimir Putin.",
                "Chancellor Olaf Scholz met Vladimir Putin in Munich on Monday.",
                &[
                    (Person, "Olaf Scholz", "Olaf Scholz"),
                    (Person, "Wladimir Putin", "Vladimir Putin"),
                    (Place, "München", "Munich"),
                ][..],
            ),
            ("Frau Merkels Rede gefiel.", "Mrs Merkel's speech went down well.", &[(Person, "Merkel", "Merkel")]),
            (
                "Ministerin Yasemin Bork tritt ab.",
                "Minister Yasemin Bork resigns.",
                &[(Person, "Yasemin Bork", "Yasemin Bork")],
            ),
            (
                "Das sagte Yasemin Bork am Abend.",
                "That is what Yasemin Bork said.",
                &[(Person, "Yasemin Bork", "Yasemin Bork")],
            ),
            ("Die EZB senkt die Zinsen.", "The ECB is cutting rates.", &[(Organisation, "EZB", "ECB")]),
            (
                "Die SPD in Hamburg stimmt zu.",
                "The SPD in Hamburg agrees.",
                &[(Organisation, "SPD", "SPD"), (Place, "Hamburg", "Hamburg")],
            ),
            ("In Ahlhausen brannte ein Haus.", "A house burned in Ahlhausen.", &[(Place, "Ahlhausen", "Ahlhausen")]),
            ("Russlands Armee zog ab.", "Russia's army withdrew.", &[(Place, "Russland", "Russia")]),
            ("Russische Truppen zogen ab.", "Russian troops withdrew.", &[]),
            ("In Zukunft brennt kein Haus.", "In future no house will burn.", &[]),
            ("Die Stadt baut im Mai eine Brücke.", "In May the city is building a bridge.", &[]),
            ("Der Minister kam am Montag.", "The Minister came on Monday.", &[]),
            ("", "", &[]),
        ] {
            let found = mentioned_names(german, english);
            let found: Vec<_> =
                found.iter().map(|name| (name.kind, name.german.as_str(), name.english.as_str())).collect();
            assert_eq!(found, expected, "{german}");
        }
    }
}
