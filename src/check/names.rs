//! A name that is not the same.
//!
//! German writes every noun with a capital, so a capital alone says nothing there. Names are taken from where they can
//! be told: behind a title or a first name, in capitals throughout, in the table of places; and in English, which
//! writes hardly anything else with a capital within a sentence.

use std::sync::LazyLock;

use super::letters::{alike, sound, sound_alike};
use super::ordinary::is_ordinary;
use super::places::{ACRONYMS, Forms, PLACES};
use super::quantities::roman;
use super::{Check, Pair, Repair};
use crate::document::Flag;
use crate::segment::words::{is_stop_word, words};

pub(super) const CHECK: Check = Check {
    flag: Flag::Name,
    sees: "a person, a place or an acronym of the German without its like in the English, or an English name that nothing in \
           the German is like; exonyms, transliterations and endings are allowed for",
    why: "models put one name for another, and the sentence still reads well",
    repair: Repair::Search,
    find,
};

/// Titles that a name follows.
const TITLES: &[&str] = &["Herr", "Herrn", "Frau", "Dr", "Professor", "Doktor"];

/// Given names that a surname follows, frequent in German news.
#[rustfmt::skip]
const GIVEN: &[&str] = &[
    "Abdel", "Alexander", "Alexej", "Alfred", "Andrea", "Andreas", "Andrej", "Angela", "Anna", "Annalena", "Anne", "Anton",
    "Antonio", "Armin", "Barack", "Barbara", "Benjamin", "Bernd", "Bernhard", "Bill", "Bob", "Boris", "Carlos", "Charles", "Chris",
    "Christian", "Christine", "Christoph", "Claudia", "Daniel", "David", "Dieter", "Dirk", "Dmitri", "Donald", "Elena", "Elisabeth",
    "Emmanuel", "Erich", "Ernst", "Eva", "Felix", "Florian", "Frank", "Frank-Walter", "François", "Franz", "Friedrich", "Fritz",
    "Gabriele", "Georg", "George", "Gerhard", "Giorgia", "Günter", "Günther", "Guido", "Hans", "Harald", "Heiko", "Heinrich",
    "Heinz", "Helmut", "Herbert", "Hermann", "Hillary", "Holger", "Horst", "Igor", "Ingrid", "Iwan", "Jack", "Jacques", "James",
    "Jan", "Jean", "Jean-Claude", "Jens", "Joachim", "Joe", "Johann", "Johannes", "John", "José", "Josef", "Joseph", "Juan",
    "Julia", "Jürgen", "Kai", "Karin", "Karl", "Kevin", "Klaus", "Konrad", "Lars", "Laura", "Lena", "Leo", "Lukas",
    "Manfred", "Marco", "Margaret", "Maria", "Mario", "Mark", "Markus", "Martin", "Matthias", "Max", "Michael", "Michail",
    "Monika", "Nicolas", "Nikolai", "Norbert", "Olaf", "Oliver", "Oskar", "Otto", "Patrick", "Paul", "Peter", "Petra", "Philipp",
    "Ralf", "Reinhard", "Richard", "Robert", "Roland", "Roman", "Rolf", "Rudolf", "Sabine", "Sandra", "Sara", "Sarah", "Sebastian",
    "Sergei", "Sigmar", "Simon", "Stefan", "Steffen", "Stephan", "Susanne", "Sven", "Theresa", "Thomas", "Thorsten", "Tim", "Tobias",
    "Tom", "Torsten", "Ulrich", "Ursula", "Uwe", "Viktor", "Walter", "Werner", "Wilhelm", "William", "Winfried", "Wladimir",
    "Wolfgang", "Wolodymyr",
];

/// Share of capitalised English words above which a text is a headline in capitals, where they say nothing.
const HEADLINE: (usize, usize) = (1, 2);

fn find(pair: &Pair<'_>) -> Option<String> {
    let (german, english): (Vec<&str>, Vec<&str>) = (words(pair.german).collect(), words(pair.english).collect());
    let is_missing = |name: &&&str| !english.iter().any(|word| alike(name, word));
    let small = pair.english.to_lowercase();
    if let Some(name) = people(&german).iter().find(is_missing) {
        return Some(format!("“{name}” is missing"));
    }
    if let Some(name) = acronyms(&german).find(|name| !has_acronym(name, &english, &small)) {
        return Some(format!("“{name}” is missing"));
    }
    let lost = german.iter().filter(|word| word.starts_with(char::is_uppercase)).find(|word| {
        let word = word.to_lowercase();
        let forms = form_of(&word);
        forms.is_some_and(|(_, english)| !english.iter().any(|form| starts_a_word(&small, form)))
    });
    if let Some(name) = lost {
        let is_left = starts_a_word(&small, &name.to_lowercase());
        return Some(if is_left {
            format!("“{name}” is left in German")
        } else {
            format!("“{name}” is missing")
        });
    }
    invented(pair, &german, &english).map(|name| format!("“{name}” is not in the German"))
}

/// The place that a German word in small letters names, alone or as the first part of a compound with a hyphen.
fn form_of(word: &str) -> Option<&'static Forms> {
    let part = word.split('-').next().unwrap_or_default();
    PLACES.iter().find(|(german, _)| {
        german.iter().any(|form| {
            // The whole, or with an ending: `Roms`, `Russen`, but not `Romane`.
            let (stem, shortest) = form.strip_suffix('-').map_or((*form, 0), |stem| (stem, 1));
            part.strip_prefix(stem).is_some_and(|ending| ending.len() >= shortest && ENDINGS.contains(&ending))
        })
    })
}

/// Endings of place names and of the words made from them.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "", "s", "er", "ern", "ers", "e", "en", "n", "in", "innen", "isch", "ische", "ischen", "ischer", "land", "lands",
    "ien", "iens", "a", "as", "o", "os", "ei", "ier", "iern", "rin", "reich", "reichs", "ose", "osen",
];

fn starts_a_word(text: &str, form: &str) -> bool {
    text.match_indices(form).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric))
}

/// Surnames behind a title or a given name.
fn people<'a>(german: &[&'a str]) -> Vec<&'a str> {
    let is_name = |word: &str| {
        let letters = word.chars().count();
        letters >= 3 && word.starts_with(char::is_uppercase) && word.chars().skip(1).any(char::is_lowercase)
    };
    let pairs = german.windows(2).filter(|pair| TITLES.contains(&pair[0]) || GIVEN.contains(&pair[0]));
    pairs
        .map(|pair| pair[1])
        .filter(|name| is_name(name) && !GIVEN.contains(name) && !TITLES.contains(name) && !is_stop_word(name))
        .collect()
}

/// Words, and parts of words with a hyphen, that are capitals throughout.
fn acronyms<'a>(german: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let capitals = |word: &&str| {
        let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
        (2..=5).contains(&letters)
            && !is_stop_word(word)
            && roman(word).is_none()
            && word.chars().all(|letter| letter.is_uppercase() || letter.is_ascii_digit())
    };
    // A text in capitals has none.
    let shouted = 2 * german.iter().filter(|word| capitals(word)).count() > german.len().max(2);
    german.iter().filter(move |_| !shouted).flat_map(|word| word.split('-').take(1)).filter(capitals)
}

fn has_acronym(name: &str, english: &[&str], small: &str) -> bool {
    let folded = name.to_lowercase();
    if let Some((_, forms)) = ACRONYMS.iter().find(|(german, _)| german.contains(&folded.as_str())) {
        return forms.iter().any(|form| starts_a_word(small, form) || form.is_empty());
    }
    let there = |word: &&str| {
        word.to_lowercase().split('-').any(|part| part.trim_end_matches('s') == folded.trim_end_matches('s'))
    };
    // Spelt out, or with full stops: `Social Democratic Party`, `B.B.C`.
    let initials: String =
        english.iter().filter_map(|word| word.chars().next()).filter(|first| first.is_uppercase()).collect();
    english.iter().any(there) || initials.contains(name) || small.replace('.', "").contains(&folded)
}

/// An English name within the sentence that nothing in the German is like.
fn invented<'a>(pair: &Pair<'a>, german: &[&str], english: &[&'a str]) -> Option<&'a str> {
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let capitals = english.iter().filter(|word| capital(word)).count();
    if capitals * HEADLINE.1 > english.len() * HEADLINE.0 {
        return None;
    }
    english.iter().skip(1).copied().find(|word| {
        let name = word.trim_end_matches("'s").trim_end_matches("’s");
        let at = (word.as_ptr() as usize).saturating_sub(pair.english.as_ptr() as usize);
        let before = pair.english.get(..at).unwrap_or_default().trim_end();
        let opens = before.ends_with(|mark: char| !mark.is_alphanumeric() && mark != ',');
        let small = name.to_lowercase();
        let is_name = capital(name)
            && !opens
            && name.chars().count() >= 4
            && name.chars().skip(1).all(|letter| letter.is_lowercase())
            && !is_ordinary(&small)
            && (is_introduced(before) || is_place(&small));
        is_name && !german.iter().any(|other| alike(name, other)) && !is_form(&small, german)
    })
}

/// True if what stands before a name ends in a title or a given name, so that it is one indeed.
fn is_introduced(before: &str) -> bool {
    let word = before.split_whitespace().next_back().unwrap_or_default().trim_end_matches('.');
    let titles = ["Mr", "Mrs", "Ms", "Miss", "Dr", "Chancellor", "President", "Minister", "Mayor", "Professor"];
    if titles.contains(&word) || !word.starts_with(char::is_uppercase) {
        return titles.contains(&word);
    }
    let word = sound(word);
    SOUNDS_OF_GIVEN.iter().any(|name| sound_alike(name, &word))
}

/// What the names of [`GIVEN`] sound like.
static SOUNDS_OF_GIVEN: LazyLock<Vec<String>> = LazyLock::new(|| GIVEN.iter().map(|name| sound(name)).collect());

/// True if `name` is how English calls a place.
fn is_place(name: &str) -> bool {
    PLACES.iter().any(|(_, english)| english.contains(&name))
}

/// True if `name` is how English calls a place that is in the German.
fn is_form(name: &str, german: &[&str]) -> bool {
    PLACES.iter().chain(ACRONYMS).any(|(forms, english)| {
        let known = english.iter().any(|form| !form.is_empty() && form.split(' ').any(|part| name.starts_with(part)));
        known
            && german
                .iter()
                .any(|word| forms.iter().any(|form| word.to_lowercase().contains(form.trim_end_matches('-'))))
    })
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
            ("Nun will die SPD zustimmen.", "Now the CDU wants to agree.", Some("“SPD” is missing")),
            ("Das ist ein gutes Haus.", "That is a good house in Munich.", Some("“Munich” is not in the German")),
            ("Der Minister kam am Montag.", "The Minister came on Monday.", None),
        ] {
            let found = find(&Pair { german, english, ..Pair::default() });
            assert_eq!(found.as_deref(), wanted, "{german} {english}");
        }
    }
}
