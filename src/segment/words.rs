//! The words of a German text and their stems.
//!
//! For comparing sentences: two forms of a word usually have the same stem, and a stem is not meant to be read.

use std::iter;

/// The words of `text` in order: runs of letters and digits. Hyphenated compounds, words with an apostrophe, and numbers with
/// a comma or full stop are one word.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut unread_text = text;
    iter::from_fn(move || {
        unread_text = unread_text.trim_start_matches(|character: char| !character.is_alphanumeric());
        if unread_text.is_empty() {
            return None;
        }
        let (word, text_after) = unread_text.split_at(word_length(unread_text));
        unread_text = text_after;
        Some(word)
    })
}

/// The length in bytes of the word that `text` begins with.
fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    let mut character_before = '\0';
    while let Some((character_start, character)) = characters.next() {
        let character_after = characters.peek().map_or(' ', |(_, after)| *after);
        let is_in_word = match character {
            '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' => {
                character_before.is_alphanumeric() && character_after.is_alphanumeric()
            }
            ',' | '.' => character_before.is_numeric() && character_after.is_numeric(),
            // Combining accents that have no composed form.
            '\u{300}'..='\u{36f}' => true,
            _ => character.is_alphanumeric(),
        };
        if !is_in_word {
            return character_start;
        }
        character_before = character;
    }
    text.len()
}

/// Words at the beginning of a sentence that refer to the sentence before it.
#[rustfmt::skip]
const BACK_REFERENCES: &[&str] = &[
    "Aber", "Allerdings", "Auch", "Außerdem", "Beide", "Bisher", "Da", "Dabei", "Dadurch", "Dafür", "Dagegen",
    "Daher", "Damit", "Danach", "Daneben", "Dann", "Daran", "Darauf", "Daraufhin", "Daraus", "Darin", "Darum",
    "Darunter", "Darüber", "Davon", "Davor", "Dazu", "Demnach", "Demzufolge", "Denn", "Dennoch", "Deren", "Deshalb",
    "Dessen", "Deswegen", "Dies", "Diese", "Diesem", "Diesen", "Dieser", "Dieses", "Doch", "Dort", "Ebenfalls",
    "Ebenso", "Er", "Es", "Ferner", "Hier", "Hierbei", "Hierfür", "Hierzu", "Hingegen", "Hinzu", "Ihm", "Ihn",
    "Ihnen", "Ihr", "Ihre", "Ihrem", "Ihren", "Ihrer", "Jedoch", "Letztere", "Letzterer", "Letzteres", "Nein", "Oder",
    "Sein", "Seine", "Seinem", "Seinen", "Seiner", "Sie", "So", "Somit", "Sondern", "Stattdessen", "Trotzdem", "Und",
    "Vielmehr", "Weiterhin", "Zudem", "Zugleich", "Zuvor", "Zwar", "Ähnlich", "Überdies", "Übrigens",
];

/// Words that refer back from the second place: `Nach ihren Angaben`.
#[rustfmt::skip]
const BACK_REFERENCES_SECOND: &[&str] = &[
    "deren", "dessen", "diese", "diesem", "diesen", "dieser", "dieses", "ihm", "ihn", "ihnen", "ihre", "ihrem",
    "ihren", "ihrer", "seine", "seinem", "seinen", "seiner", "weiteren",
];

/// Verbs after a `Das` that is a pronoun.
#[rustfmt::skip]
const VERBS_AFTER_PRONOUN: &[&str] = &[
    "bedeutet", "bedeute", "bestätigte", "entspricht", "ergab", "ergibt", "erklärte", "führte", "gab", "gelte",
    "geht", "gilt", "habe", "haben", "hat", "hatte", "heißt", "ist", "kann", "kündigte", "liegt", "macht", "meldet",
    "meldete", "müsse", "sagte", "sagt", "sei", "seien", "sind", "soll", "sollte", "teilte", "war", "waren", "wird",
    "wurde", "wäre", "würde", "zeigt",
];

/// True if `sentence` is hard to understand without the one before it, judged by its beginning: a word that refers back
/// (`Er`, `Dabei`, `Das ist`, `Nach ihren Angaben`), or a quotation, whose speaker was introduced before.
pub fn leans_back(sentence: &str) -> bool {
    if sentence.starts_with(['„', '“', '"', '»', '«', '‚']) {
        return true;
    }
    let mut sentence_words = words(sentence);
    match sentence_words.next() {
        Some("Das") => sentence_words.next().is_some_and(|verb| VERBS_AFTER_PRONOUN.contains(&verb)),
        Some(first_word) => {
            BACK_REFERENCES.contains(&first_word)
                || sentence_words.next().is_some_and(|second_word| BACK_REFERENCES_SECOND.contains(&second_word))
        }
        None => false,
    }
}

/// The stem of `word` in lower case, without inflection, umlauts and `ß`.
///
/// The algorithm is CISTEM: Leonie Weißweiler and Alexander Fraser, "Developing a Stemmer for German Based on a
/// Comparative Analysis of Publicly Available Stemmers", GSCL 2017, in the variant that respects upper case: nouns hardly
/// ever lose a `t`.
pub fn stem(word: &str) -> String {
    let is_noun = word.chars().next().is_some_and(char::is_uppercase);
    let mut letters = without_umlauts(word);
    if letters.starts_with(&['g', 'e']) && letters.len() >= 6 {
        letters.drain(..2);
    }
    letters = pack_letter_groups(&letters);
    while letters.len() > 3 {
        let (last_letter, last_but_one) = (letters[letters.len() - 1], letters[letters.len() - 2]);
        let has_long_ending = matches!((last_but_one, last_letter), ('e', 'm' | 'r') | ('n', 'd'));
        let ending_length = match last_letter {
            _ if has_long_ending && letters.len() > 5 => 2,
            't' if !is_noun => 1,
            'e' | 's' | 'n' => 1,
            _ => break,
        };
        letters.truncate(letters.len() - ending_length);
    }
    unpack_letter_groups(&letters)
}

/// `word` in lower case, with plain vowels for umlauts and `ss` for `ß`.
fn without_umlauts(word: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' => letters.push('a'),
            'ö' => letters.push('o'),
            'ü' => letters.push('u'),
            'ß' => letters.extend(['s', 's']),
            _ => letters.push(letter),
        }
    }
    letters
}

// Letter groups that count as one letter while endings are cut. They are private-use characters, which no word has by
// chance.
const SCH: char = '\u{e000}';
const EI: char = '\u{e001}';
const IE: char = '\u{e002}';
const REPEATED: char = '\u{e003}';

/// `letters` with one character for `sch`, `ei`, `ie`, and [`REPEATED`] for the second of two equal letters.
fn pack_letter_groups(letters: &[char]) -> Vec<char> {
    let mut packed: Vec<char> = Vec::with_capacity(letters.len());
    let mut group_start = 0;
    while group_start < letters.len() {
        let (group_mark, group_length) = match &letters[group_start..] {
            ['s', 'c', 'h', ..] => (SCH, 3),
            ['e', 'i', ..] => (EI, 2),
            ['i', 'e', ..] => (IE, 2),
            [letter, ..] if packed.last() == Some(letter) => (REPEATED, 1),
            [letter, ..] => (*letter, 1),
            [] => break,
        };
        packed.push(group_mark);
        group_start += group_length;
    }
    packed
}

/// The word with the letter groups written out.
fn unpack_letter_groups(packed: &[char]) -> String {
    let mut word = String::with_capacity(packed.len());
    for &letter in packed {
        match letter {
            SCH => word.push_str("sch"),
            EI => word.push_str("ei"),
            IE => word.push_str("ie"),
            REPEATED => word.extend(word.chars().next_back()),
            _ => word.push(letter),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_found_with_their_hyphens_and_numbers() {
        for (text, wanted) in [
            ("Der Rat tagt.", vec!["Der", "Rat", "tagt"]),
            ("„Die SPD-Fraktion“, sagt er –", vec!["Die", "SPD-Fraktion", "sagt", "er"]),
            ("3,5 Prozent, 1.000.000 Mal.", vec!["3,5", "Prozent", "1.000.000", "Mal"]),
            ("Wie geht's? -ab-", vec!["Wie", "geht's", "ab"]),
            ("…", vec![]),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>(), wanted, "{text}");
        }
    }

    #[test]
    fn sentences_that_refer_back_are_recognised_by_their_beginning() {
        for (sentence, wanted) in [
            ("Er kam.", true),
            ("Dabei kam er um.", true),
            ("Das ist so.", true),
            ("Nach ihren Angaben brennt das Haus.", true),
            ("Das Haus brennt.", false),
            ("Der Rat tagt.", false),
            ("„Ich kam“, sagte Kunz.", true),
            ("", false),
        ] {
            assert_eq!(leans_back(sentence), wanted, "{sentence}");
        }
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for (stem_wanted, forms) in [
            ("hau", vec!["Haus", "Häuser", "Häusern", "Hauses"]),
            ("regierung", vec!["Regierung", "Regierungen"]),
            ("minist", vec!["Minister", "Ministers", "Ministern"]),
            ("schliess", vec!["schließen", "schließt"]),
            ("tritt", vec!["Tritt"]),
        ] {
            for form in forms {
                assert_eq!(stem(form), stem_wanted, "{form}");
            }
        }
    }

    proptest! {
        #[test]
        fn words_are_pieces_of_the_text_in_order(text in any::<String>()) {
            let mut rest = text.as_str();
            for word in words(&text) {
                let at = rest.find(word);
                prop_assert!(!word.is_empty() && at.is_some());
                rest = &rest[at.unwrap_or(0) + word.len()..];
                prop_assert!(!stem(word).contains([SCH, EI, IE, REPEATED]) || word.contains([SCH, EI, IE, REPEATED]));
            }
        }
    }
}
