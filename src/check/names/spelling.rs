//! Names compared across spellings: without case, accents and ways of transliterating.

use strsim::levenshtein;
use unicode_normalization::UnicodeNormalization;

/// `name` in lower case without accents; `ä`, `ae` and `a` are the same, and so on.
pub(in crate::check) fn folded(name: &str) -> String {
    let mut folded_name = String::with_capacity(name.len());
    for letter in name.nfd().flat_map(char::to_lowercase) {
        match letter {
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            'ß' => folded_name.push_str("ss"),
            'æ' => folded_name.push('a'),
            'ø' | 'œ' => folded_name.push('o'),
            'ł' => folded_name.push('l'),
            'đ' | 'ð' => folded_name.push('d'),
            'ı' => folded_name.push('i'),
            _ => folded_name.push(letter),
        }
    }
    folded_name.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// Spellings of one sound, the longest first: German and English transliterate differently.
const SPELLINGS_OF_SOUNDS: &[(&str, &str)] = &[
    ("dsch", "j"),
    ("tsch", "c"),
    ("tch", "c"),
    ("sch", "s"),
    ("ch", "k"),
    ("kh", "k"),
    ("sh", "s"),
    ("zh", "s"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("ts", "s"),
    ("tz", "s"),
    ("ck", "k"),
    ("dj", "j"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("ie", "i"),
    ("ei", "i"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("z", "s"),
    ("w", "v"),
    ("j", "i"),
    ("y", "i"),
];

/// Roughly what `name` sounds like: equal for `Wladimir` and `Vladimir`, `Kadyrow` and `Kadyrov`.
pub(super) fn phonetic_key(name: &str) -> String {
    let letters = folded(name);
    let mut key = String::with_capacity(letters.len());
    let mut unread_letters = letters.as_str();
    while let Some(letter) = unread_letters.chars().next() {
        let (spelling_length, sound) =
            match SPELLINGS_OF_SOUNDS.iter().find(|(spelling, _)| unread_letters.starts_with(spelling)) {
                Some((spelling, sound)) => (spelling.len(), *sound),
                None => (letter.len_utf8(), &unread_letters[..letter.len_utf8()]),
            };
        // A double letter sounds like a single one.
        if letter.is_alphanumeric() && !key.ends_with(sound) {
            key.push_str(sound);
        }
        unread_letters = &unread_letters[spelling_length..];
    }
    key
}

/// True if two words may be the same name in two languages: they sound alike but for one letter in four, or one is the
/// other with an ending (`Merkels`, `Berliner`) or a part of it (`Obama-Besuch`).
pub(in crate::check) fn is_same_name(one_name: &str, other_name: &str) -> bool {
    is_same_sound(&phonetic_key(one_name), &phonetic_key(other_name))
}

/// True if two words may be the same name, or sound alike from the first letter but for one in three: `Chruschtschow`, `Khrushchev`.
pub(super) fn is_similar_name(one_name: &str, other_name: &str) -> bool {
    let (one_key, other_key) = (phonetic_key(one_name), phonetic_key(other_name));
    let shorter_length = one_key.chars().count().min(other_key.chars().count());
    let begins_alike = one_key.chars().next() == other_key.chars().next();
    is_same_sound(&one_key, &other_key)
        || (begins_alike && shorter_length >= 5 && levenshtein(&one_key, &other_key) <= shorter_length / 3)
}

/// [`is_same_name`] for words with the phonetic keys `one_key` and `other_key`.
pub(super) fn is_same_sound(one_key: &str, other_key: &str) -> bool {
    let (shorter_key, longer_key) =
        if one_key.len() <= other_key.len() { (one_key, other_key) } else { (other_key, one_key) };
    if shorter_key.len() >= 3
        && longer_key.contains(shorter_key)
        && (longer_key.starts_with(shorter_key) || shorter_key.len() >= 5)
    {
        return true;
    }
    let (short_length, long_length) = (shorter_key.chars().count(), longer_key.chars().count());
    let max_distance = short_length / 4;
    let may_be_near = max_distance > 0 && short_length.abs_diff(long_length) <= max_distance;
    shorter_key == longer_key || (may_be_near && levenshtein(shorter_key, longer_key) <= max_distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_in_another_spelling() {
        for (german, english) in [
            ("Wladimir", "Vladimir"),
            ("Schröder", "Schroeder"),
            ("Müllers", "Mueller's"),
            ("Selenskyj", "Zelensky"),
            ("Dschalalabad", "Jalalabad"),
            ("Erdoğan", "Erdogan"),
            ("Jelzin", "Yeltsin"),
            ("Trump-Tochter", "Trump"),
            ("Berliner", "Berlin"),
        ] {
            assert!(
                is_same_name(german, english),
                "{german} {english}: {} {}",
                phonetic_key(german),
                phonetic_key(english)
            );
        }
    }

    #[test]
    fn other_names_are_not() {
        for (one, other) in
            [("Merkel", "Schröder"), ("Müller", "Maier"), ("Paris", "Prag"), ("Hans", "Anna"), ("Bonn", "Bern")]
        {
            assert!(!is_same_name(one, other), "{one} {other}: {} {}", phonetic_key(one), phonetic_key(other));
        }
    }
}
