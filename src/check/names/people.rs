//! People: names after a title or a given name.

use std::sync::LazyLock;

use super::spelling::{is_same_sound, phonetic_key};
use crate::lexicon::german::{is_stop_word, month_name, weekday};

/// German titles that a name follows.
const GERMAN_TITLES: &[&str] = &["Herr", "Herrn", "Frau", "Dr", "Professor", "Doktor"];

/// Ends of German words for an office that a name follows: `Bundeskanzlerin`, `Ministerpräsidenten`.
#[rustfmt::skip]
const GERMAN_OFFICE_ENDINGS: &[&str] = &[
    "kanzler", "kanzlerin", "präsident", "präsidenten", "präsidentin", "minister", "ministerin", "ministers",
    "bürgermeister", "bürgermeisterin", "bürgermeisters", "landrat", "landrätin", "senator", "senatorin", "premier",
    "gouverneur", "gouverneurin", "staatssekretär", "staatssekretärin", "botschafter", "botschafterin",
];

/// Nouns after an office that are no names.
const NOUNS_AFTER_OFFICES: &[&str] = &["Ende", "Anfang", "Mitte", "League"];

/// English titles that a name follows.
const ENGLISH_TITLES: &[&str] =
    &["Mr", "Mrs", "Ms", "Miss", "Dr", "Chancellor", "President", "Minister", "Mayor", "Professor"];

/// Given names that are frequent in German news.
#[rustfmt::skip]
const GIVEN_NAMES: &[&str] = &[
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

/// The phonetic keys of [`GIVEN_NAMES`].
static GIVEN_NAME_KEYS: LazyLock<Vec<String>> =
    LazyLock::new(|| GIVEN_NAMES.iter().map(|name| phonetic_key(name)).collect());

/// True if `word` is a given name that is frequent in German news.
pub(super) fn is_given_name(word: &str) -> bool {
    GIVEN_NAMES.contains(&word)
}

/// True if `word` is a German or English title or an office that a name follows.
pub(super) fn is_introduction(word: &str) -> bool {
    let lower_word = word.to_lowercase();
    let is_office = GERMAN_OFFICE_ENDINGS.iter().any(|ending| lower_word.ends_with(ending));
    GERMAN_TITLES.contains(&word)
        || ENGLISH_TITLES.contains(&word)
        || (is_office && word.starts_with(char::is_uppercase))
}

/// The German words after a title or a given name.
pub(super) fn surnames<'a>(german_words: &[&'a str]) -> Vec<&'a str> {
    let is_name = |word: &str| {
        word.chars().count() >= 3
            && word.starts_with(char::is_uppercase)
            && word.chars().skip(1).any(char::is_lowercase)
            && !GIVEN_NAMES.contains(&word)
            && !GERMAN_TITLES.contains(&word)
            && !is_stop_word(word)
    };
    let after_introduction = german_words
        .windows(2)
        .filter(|neighbours| GERMAN_TITLES.contains(&neighbours[0]) || GIVEN_NAMES.contains(&neighbours[0]));
    after_introduction.map(|neighbours| neighbours[1]).filter(|word| is_name(word)).collect()
}

/// The last of the names after an office: `Kunz` in `Bürgermeister Otto Kunz`.
pub(super) fn office_holders<'a>(german_words: &[&'a str]) -> Vec<&'a str> {
    let is_office = |word: &str| {
        let lower_word = word.to_lowercase();
        word.starts_with(char::is_uppercase) && GERMAN_OFFICE_ENDINGS.iter().any(|ending| lower_word.ends_with(ending))
    };
    let is_name = |word: &str| {
        let lower_word = word.to_lowercase();
        word.starts_with(char::is_uppercase)
            && word.contains(char::is_lowercase)
            && !is_office(word)
            && !is_stop_word(word)
            && !NOUNS_AFTER_OFFICES.contains(&word)
            && month_name(&lower_word).is_none()
            && weekday(&lower_word).is_none()
    };
    // In `Merkels Telefon` the name ends with the genitive.
    let is_genitive = |word: &str| word.ends_with('s') && is_name(word) && !GIVEN_NAMES.contains(&word);
    let holder_of = |office_index: usize| {
        let continues_name = |word_index: &usize| {
            let (previous_word, word) = (german_words[word_index - 1], german_words[*word_index]);
            is_adjacent(previous_word, word)
                && is_name(word)
                && (word_index - 1 == office_index || !is_genitive(previous_word))
        };
        (office_index + 1..german_words.len())
            .take_while(continues_name)
            .last()
            .map(|last_index| german_words[last_index])
    };
    let office_indices = (0..german_words.len()).filter(|word_index| is_office(german_words[*word_index]));
    office_indices.filter_map(holder_of).filter(|name| name.chars().count() >= 3).collect()
}

/// True if two words of one text have a single byte between them, which is a space or a hyphen.
pub(super) fn is_adjacent(word: &str, next: &str) -> bool {
    word.as_ptr() as usize + word.len() + 1 == next.as_ptr() as usize
}

/// True if `before_name`, the English before a word, ends in a title or a given name, so that the word is a name.
pub(super) fn is_introduced(before_name: &str) -> bool {
    let introduction = before_name.split_whitespace().next_back().unwrap_or_default().trim_end_matches('.');
    if ENGLISH_TITLES.contains(&introduction) || !introduction.starts_with(char::is_uppercase) {
        return ENGLISH_TITLES.contains(&introduction);
    }
    let introduction_key = phonetic_key(introduction);
    GIVEN_NAME_KEYS.iter().any(|given_name_key| is_same_sound(given_name_key, &introduction_key))
}
