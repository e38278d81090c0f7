//! Letters that German does not have: `Šimić`, `Łukasz`, `Erdoğan`. Models without these letters are given others; the names get
//! theirs back.

use unicode_normalization::UnicodeNormalization;

use super::edit::ExactEdit;
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
    let ascii_letters = match letter {
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
    if !ascii_letters.is_empty() {
        return Some(ascii_letters.to_owned());
    }
    let base_letter = letter.nfd().next()?;
    (base_letter.is_ascii_alphabetic() && is_foreign(letter)).then(|| base_letter.to_string())
}

fn without_foreign_letters(word: &str) -> String {
    word.chars()
        .map(|letter| folded_letter(letter).filter(|_| is_foreign(letter)).unwrap_or_else(|| letter.to_string()))
        .collect()
}

/// The names of `german` with letters that German does not have, each once.
pub fn foreign_words(german: &str) -> Vec<&str> {
    let mut foreign_names: Vec<&str> = Vec::new();
    for word in words(german).flat_map(|word| word.split('-')).filter(|word| word.contains(is_foreign)) {
        if !foreign_names.contains(&word) {
            foreign_names.push(word);
        }
    }
    foreign_names
}

/// Gives the names of the German that stand in the English without their foreign letters these letters back.
pub(super) fn edits(german: &str, english: &str) -> Vec<ExactEdit> {
    let english_start_of = |english_word: &str| english_word.as_ptr() as usize - english.as_ptr() as usize;
    let mut edits = Vec::new();
    for foreign_name in
        foreign_words(german).into_iter().filter(|foreign_name| foreign_name.starts_with(char::is_uppercase))
    {
        // `Erdoğans Besuch` is Erdoğan's.
        let name_forms = [Some(foreign_name), foreign_name.strip_suffix('s')];
        for english_word in words(english).flat_map(|english_word| english_word.split('-')) {
            let bare_english_word =
                english_word.strip_suffix("'s").or_else(|| english_word.strip_suffix("’s")).unwrap_or(english_word);
            let has_same_letters =
                |name_form: &&&str| without_foreign_letters(name_form) == without_foreign_letters(bare_english_word);
            let right_form = name_forms
                .iter()
                .flatten()
                .find(has_same_letters)
                .or_else(|| name_forms.iter().flatten().find(|name_form| is_respelt(name_form, bare_english_word)));
            if let Some(right_form) = right_form.filter(|_| !name_forms.contains(&Some(bare_english_word))) {
                edits.push(ExactEdit::correction_of(
                    english_start_of(bare_english_word)..english_start_of(bare_english_word) + bare_english_word.len(),
                    *right_form,
                ));
            }
        }
    }
    edits
}

/// True if `english_word` is `name` without its foreign letters: with others, or with none in their place.
fn is_respelt(name: &str, english_word: &str) -> bool {
    let name_without_foreign: String = name.chars().filter(|letter| !is_foreign(*letter)).collect();
    without_foreign_letters(english_word) == without_foreign_letters(name)
        || (english_word == name_without_foreign && name_without_foreign.chars().count() >= 3)
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
