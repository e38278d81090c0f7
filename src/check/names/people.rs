//! People: names after a title or a given name.

use std::sync::LazyLock;

use super::spelling::{is_same_sound, phonetic_key};
use crate::lexicon::german::is_stop_word;

/// German titles that a name follows.
const TITLES: &[&str] = &["Herr", "Herrn", "Frau", "Dr", "Professor", "Doktor"];

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

/// The words after a title or a given name.
pub(super) fn surnames<'a>(german: &[&'a str]) -> Vec<&'a str> {
    let is_name = |word: &str| {
        word.chars().count() >= 3
            && word.starts_with(char::is_uppercase)
            && word.chars().skip(1).any(char::is_lowercase)
            && !GIVEN_NAMES.contains(&word)
            && !TITLES.contains(&word)
            && !is_stop_word(word)
    };
    let introduced = german.windows(2).filter(|pair| TITLES.contains(&pair[0]) || GIVEN_NAMES.contains(&pair[0]));
    introduced.map(|pair| pair[1]).filter(|word| is_name(word)).collect()
}

/// True if the English text `before` a word ends in a title or a given name, so that the word is a name.
pub(super) fn is_introduced(before: &str) -> bool {
    let word = before.split_whitespace().next_back().unwrap_or_default().trim_end_matches('.');
    if ENGLISH_TITLES.contains(&word) || !word.starts_with(char::is_uppercase) {
        return ENGLISH_TITLES.contains(&word);
    }
    let key = phonetic_key(word);
    GIVEN_NAME_KEYS.iter().any(|name| is_same_sound(name, &key))
}
