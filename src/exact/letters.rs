//! Letters that German does not have: `Šimić`, `Łukasz`, `Erdoğan`. Models without these letters are given others; the names get
//! theirs back.

use unicode_normalization::UnicodeNormalization;

use super::edit::Edit;
use crate::segment::words::words;

/// Letters of German words and of French ones that German has taken over, besides those of ASCII.
const HOME_LETTERS: &str = "äöüÄÖÜßẞ";

/// Letters of Japanese names in Latin script: English writes `Tokyo` for `Tōkyō`.
const ENGLISH_LEAVES_OUT: &str = "ōŌūŪ";

fn is_foreign(letter: char) -> bool {
    letter.is_alphabetic()
        && !letter.is_ascii()
        && !HOME_LETTERS.contains(letter)
        && !ENGLISH_LEAVES_OUT.contains(letter)
}

/// `letter` as letters of ASCII, with umlauts left as they are; `None` if there are none, as for letters of other alphabets.
pub(super) fn folded_letter(letter: char) -> Option<String> {
    let plain = match letter {
        'ł' => "l",
        'Ł' => "L",
        'ø' => "o",
        'Ø' => "O",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ı' => "i",
        'æ' => "ae",
        'Æ' => "Ae",
        'œ' => "oe",
        'Œ' => "Oe",
        'þ' => "th",
        'Þ' => "Th",
        'ħ' => "h",
        'ŋ' => "ng",
        _ => "",
    };
    if !plain.is_empty() {
        return Some(plain.to_owned());
    }
    let base = letter.nfd().next()?;
    (base.is_ascii_alphabetic() && is_foreign(letter)).then(|| base.to_string())
}

fn folded(word: &str) -> String {
    word.chars()
        .map(|letter| folded_letter(letter).filter(|_| is_foreign(letter)).unwrap_or_else(|| letter.to_string()))
        .collect()
}

/// The names of `german` with letters that German does not have, each once.
pub fn foreign_words(german: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for word in words(german).flat_map(|word| word.split('-')).filter(|word| word.contains(is_foreign)) {
        if !names.contains(&word) {
            names.push(word);
        }
    }
    names
}

/// Gives the names of the German that stand in the English without their letters these letters back.
pub(super) fn edits(german: &str, english: &str) -> Vec<Edit> {
    let start_of = |word: &str| word.as_ptr() as usize - english.as_ptr() as usize;
    let mut edits = Vec::new();
    for name in foreign_words(german).into_iter().filter(|name| name.starts_with(char::is_uppercase)) {
        // `Erdoğans Besuch` is Erdoğan's.
        let forms = [Some(name), name.strip_suffix('s')];
        for word in words(english).flat_map(|word| word.split('-')) {
            let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
            let is_same = |form: &&&str| folded(form) == folded(bare);
            let right = forms
                .iter()
                .flatten()
                .find(is_same)
                .or_else(|| forms.iter().flatten().find(|form| is_respelt(form, bare)));
            if let Some(right) = right.filter(|_| !forms.contains(&Some(bare))) {
                edits.push(Edit::correction_of(start_of(bare)..start_of(bare) + bare.len(), *right));
            }
        }
    }
    edits
}

/// True if `word` is `name` without its letters: with others, or with none in their place.
fn is_respelt(name: &str, word: &str) -> bool {
    let without: String = name.chars().filter(|letter| !is_foreign(*letter)).collect();
    folded(word) == folded(name) || (word == without && without.chars().count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn names_get_their_letters_back() {
        for (german, english, wanted) in [
            ("Ante Šimić kam.", "Ante Simic came.", "Ante Šimić came."),
            ("Erdoğans Besuch", "Erdogan's visit", "Erdoğan's visit"),
            ("Recep Tayyip Erdoğan", "Recep Tayyip Erdoan", "Recep Tayyip Erdoğan"),
            ("Lars Løkke in Århus", "Lars Lokke in Arhus", "Lars Løkke in Århus"),
            ("Nikola Kovač", "Nikola Kovač", "Nikola Kovač"),
            ("Das Café in Łódź", "The cafe in Lodz", "The cafe in Łódź"),
            ("Movimento Democrático", "Democratic movement", "Democratic movement"),
            ("Sie lebt in Tōkyō.", "She lives in Tokyo.", "She lives in Tokyo."),
            ("Müller kam.", "Muller came.", "Muller came."),
            ("Igor Žak rief Zug.", "Igor Zak called Zug.", "Igor Žak called Zug."),
        ] {
            assert_eq!(apply(english, edits(german, english)), wanted, "{german} {english}");
        }
    }

    #[test]
    fn letters_of_other_alphabets_are_not_replaced() {
        assert_eq!(
            ['ć', 'Ł', 'я', '名', 'ä', 'a'].map(folded_letter),
            [Some("c".into()), Some("L".into()), None, None, None, None]
        );
        assert_eq!(foreign_words("Šimić traf Müller und Šimić in Київ."), ["Šimić", "Київ"]);
    }
}
