//! Names compared across spellings: without case, accents and ways of transliterating.

use strsim::levenshtein;
use unicode_normalization::UnicodeNormalization;

/// `word` in lower case without accents; `ä`, `ae` and `a` are the same, and so on.
fn folded(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for letter in word.nfd().flat_map(char::to_lowercase) {
        match letter {
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            'ß' => plain.push_str("ss"),
            'æ' => plain.push('a'),
            'ø' | 'œ' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            _ => plain.push(letter),
        }
    }
    plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// Spellings of one sound, the longest first: German and English transliterate differently.
const SOUNDS: &[(&str, &str)] = &[
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

/// Roughly what `word` sounds like: equal for `Wladimir` and `Vladimir`, `Kadyrow` and `Kadyrov`.
pub(super) fn phonetic_key(word: &str) -> String {
    let letters = folded(word);
    let mut key = String::with_capacity(letters.len());
    let mut rest = letters.as_str();
    while let Some(letter) = rest.chars().next() {
        let (length, sound) = match SOUNDS.iter().find(|(spelling, _)| rest.starts_with(spelling)) {
            Some((spelling, sound)) => (spelling.len(), *sound),
            None => (letter.len_utf8(), &rest[..letter.len_utf8()]),
        };
        // A double letter sounds like a single one.
        if letter.is_alphanumeric() && !key.ends_with(sound) {
            key.push_str(sound);
        }
        rest = &rest[length..];
    }
    key
}

/// True if two words may be the same name in two languages: they sound alike but for one letter in four, or one is the
/// other with an ending (`Merkels`, `Berliner`) or a part of it (`Obama-Besuch`).
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    is_same_sound(&phonetic_key(one), &phonetic_key(other))
}

/// [`is_same_name`] for words with the phonetic keys `one` and `other`.
pub(super) fn is_same_sound(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() >= 3 && long.contains(short) && (long.starts_with(short) || short.len() >= 5) {
        return true;
    }
    let (short_length, long_length) = (short.chars().count(), long.chars().count());
    let max_distance = short_length / 4;
    let may_be_near = max_distance > 0 && short_length.abs_diff(long_length) <= max_distance;
    short == long || (may_be_near && levenshtein(short, long) <= max_distance)
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
