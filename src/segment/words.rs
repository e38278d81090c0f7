//! The words of a German text, which of them carry no meaning of their own, and their stems.
//!
//! Made for comparing sentences: two forms of a word have the same stem more often than not, and a stem is not
//! meant to be read.

use std::iter;

/// The words of `text` in order: runs of letters and digits, compounds with a hyphen or an apostrophe and numbers with
/// a comma or full stop kept whole.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    iter::from_fn(move || {
        rest = rest.trim_start_matches(|character: char| !character.is_alphanumeric());
        if rest.is_empty() {
            return None;
        }
        let (word, behind) = rest.split_at(word_length(rest));
        rest = behind;
        Some(word)
    })
}

/// The length in bytes of the word that `text` starts with.
fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    let mut before = '\0';
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map_or(' ', |(_, after)| *after);
        let joins = match character {
            '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' => before.is_alphanumeric() && after.is_alphanumeric(),
            ',' | '.' => before.is_numeric() && after.is_numeric(),
            // A combining accent that normalisation could not merge with its letter.
            '\u{300}'..='\u{36f}' => true,
            _ => character.is_alphanumeric(),
        };
        if !joins {
            return at;
        }
        before = character;
    }
    text.len()
}

/// German words that say nothing on what a sentence is about. In small letters, sorted.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "ab", "aber", "alle", "allem", "allen", "aller", "allerdings", "alles", "als", "also", "am", "an", "andere",
    "anderem", "anderen", "anderer", "anderes", "auch", "auf", "aufgrund", "aus", "außer", "außerdem", "bei", "beim",
    "bereits", "bis", "bisher", "bislang", "bzw", "da", "dabei", "dadurch", "dafür", "dagegen", "daher", "damals",
    "damit", "danach", "dann", "daran", "darauf", "daraus", "darin", "darunter", "darüber", "das", "dass", "davon",
    "davor", "dazu", "daß", "dein", "deine", "dem", "demnach", "den", "denen", "denn", "dennoch", "der", "deren",
    "derzeit", "des", "deshalb", "dessen", "dich", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses",
    "dir", "doch", "dort", "du", "durch", "durfte", "durften", "dürfen", "dürfte", "ebenfalls", "ein", "eine",
    "einem", "einen", "einer", "eines", "einige", "einigen", "einiger", "einmal", "er", "erst", "es", "etwa", "etwas",
    "euch", "euer", "eure", "für", "gab", "geben", "gegen", "gegenüber", "gemacht", "gewesen", "geworden", "gibt",
    "ging", "gut", "habe", "haben", "hat", "hatte", "hatten", "heute", "hier", "hin", "hinter", "hätte", "hätten",
    "ich", "ihm", "ihn", "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "ihres", "im", "immer", "in", "indem",
    "ins", "insgesamt", "inzwischen", "ist", "ja", "je", "jede", "jedem", "jeden", "jeder", "jedes", "jedoch", "jene",
    "jenen", "jetzt", "kam", "kamen", "kann", "kein", "keine", "keinem", "keinen", "keiner", "konnte", "konnten",
    "könne", "können", "könnte", "könnten", "laut", "machen", "man", "manche", "mehr", "mein", "meine", "mich", "mir",
    "mit", "muss", "musste", "mussten", "müsse", "müssen", "nach", "nachdem", "neben", "nein", "nicht", "nichts",
    "noch", "nun", "nur", "ob", "obwohl", "oder", "ohne", "rund", "sagt", "sagte", "sagten", "schon", "sehr", "sei",
    "seien", "sein", "seine", "seinem", "seinen", "seiner", "seines", "seit", "selbst", "sich", "sie", "sind", "so",
    "sodass", "sogar", "solche", "soll", "solle", "sollen", "sollte", "sollten", "sondern", "sonst", "soviel",
    "soweit", "sowie", "sowohl", "statt", "trotz", "um", "und", "uns", "unser", "unsere", "unserem", "unseren",
    "unter", "viel", "viele", "vielen", "vom", "von", "vor", "war", "waren", "warum", "was", "weder", "wegen", "weil",
    "weiter", "weitere", "weiteren", "welche", "welcher", "welches", "wenig", "wenn", "wer", "werde", "werden",
    "weshalb", "wie", "wieder", "will", "wir", "wird", "wo", "wobei", "wohl", "wollen", "wollte", "wollten", "wurde",
    "wurden", "während", "wäre", "wären", "würde", "würden", "zu", "zudem", "zum", "zur", "zwar", "zwischen", "über",
];

/// True if `word` says nothing on what a sentence is about, in whatever case it is written.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word.to_lowercase().as_str()).is_ok()
}

/// Words that, first in a sentence, point back to the one before it.
#[rustfmt::skip]
const BACKWARD: &[&str] = &[
    "Aber", "Allerdings", "Auch", "Außerdem", "Beide", "Bisher", "Da", "Dabei", "Dadurch", "Dafür", "Dagegen",
    "Daher", "Damit", "Danach", "Daneben", "Dann", "Daran", "Darauf", "Daraufhin", "Daraus", "Darin", "Darum",
    "Darunter", "Darüber", "Davon", "Davor", "Dazu", "Demnach", "Demzufolge", "Denn", "Dennoch", "Deren", "Deshalb",
    "Dessen", "Deswegen", "Dies", "Diese", "Diesem", "Diesen", "Dieser", "Dieses", "Doch", "Dort", "Ebenfalls",
    "Ebenso", "Er", "Es", "Ferner", "Hier", "Hierbei", "Hierfür", "Hierzu", "Hingegen", "Hinzu", "Ihm", "Ihn",
    "Ihnen", "Ihr", "Ihre", "Ihrem", "Ihren", "Ihrer", "Jedoch", "Letztere", "Letzterer", "Letzteres", "Nein", "Oder",
    "Sein", "Seine", "Seinem", "Seinen", "Seiner", "Sie", "So", "Somit", "Sondern", "Stattdessen", "Trotzdem", "Und",
    "Vielmehr", "Weiterhin", "Zudem", "Zugleich", "Zuvor", "Zwar", "Ähnlich", "Überdies", "Übrigens",
];

/// Pronouns that, second in a sentence, do the same: `Nach ihren Angaben`.
#[rustfmt::skip]
const BACKWARD_SECOND: &[&str] = &[
    "deren", "dessen", "diese", "diesem", "diesen", "dieser", "dieses", "ihm", "ihn", "ihnen", "ihre", "ihrem",
    "ihren", "ihrer", "seine", "seinem", "seinen", "seiner", "weiteren",
];

/// Verbs that make `Das` before them a pronoun.
#[rustfmt::skip]
const AFTER_PRONOUN: &[&str] = &[
    "bedeutet", "bedeute", "bestätigte", "entspricht", "ergab", "ergibt", "erklärte", "führte", "gab", "gelte",
    "geht", "gilt", "habe", "haben", "hat", "hatte", "heißt", "ist", "kann", "kündigte", "liegt", "macht", "meldet",
    "meldete", "müsse", "sagte", "sagt", "sei", "seien", "sind", "soll", "sollte", "teilte", "war", "waren", "wird",
    "wurde", "wäre", "würde", "zeigt",
];

/// True if `sentence` says little without what stands before it, going by its start: a word that points back (`Er`,
/// `Dabei`, `Das ist`, `Nach ihren Angaben`) or a quotation mark, since who speaks has been introduced.
pub fn leans_back(sentence: &str) -> bool {
    if sentence.starts_with(['„', '“', '"', '»', '«', '‚']) {
        return true;
    }
    let mut words = words(sentence);
    match words.next() {
        Some("Das") => words.next().is_some_and(|verb| AFTER_PRONOUN.contains(&verb)),
        Some(first) => {
            BACKWARD.contains(&first) || words.next().is_some_and(|second| BACKWARD_SECOND.contains(&second))
        }
        None => false,
    }
}

/// The stem of `word` in small letters: inflections removed, umlauts and `ß` resolved.
///
/// The algorithm is CISTEM: Leonie Weißweiler and Alexander Fraser, "Developing a Stemmer for German Based on a
/// Comparative Analysis of Publicly Available Stemmers", GSCL 2017; the variant that heeds upper case, since a noun
/// hardly ever loses a `t`.
pub fn stem(word: &str) -> String {
    let noun = word.chars().next().is_some_and(char::is_uppercase);
    let mut letters = folded(word);
    if letters.starts_with(&['g', 'e']) && letters.len() >= 6 {
        letters.drain(..2);
    }
    letters = packed(letters);
    while letters.len() > 3 {
        let (last, last_but_one) = (letters[letters.len() - 1], letters[letters.len() - 2]);
        let two = matches!((last_but_one, last), ('e', 'm' | 'r') | ('n', 'd'));
        let cut = match last {
            _ if two && letters.len() > 5 => 2,
            't' if !noun => 1,
            'e' | 's' | 'n' => 1,
            _ => break,
        };
        letters.truncate(letters.len() - cut);
    }
    unpacked(&letters)
}

/// `word` in small letters, with plain vowels for umlauts and `ss` for `ß`.
fn folded(word: &str) -> Vec<char> {
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

// Letter groups that count as one letter while endings are cut. The marks are private-use characters, so no word holds
// them by chance.
const SCH: char = '\u{e000}';
const EI: char = '\u{e001}';
const IE: char = '\u{e002}';
const TWICE: char = '\u{e003}';

/// `letters` with each of `sch`, `ei`, `ie` and the second of two equal letters as one mark.
fn packed(letters: Vec<char>) -> Vec<char> {
    let mut packed: Vec<char> = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let (mark, length) = match &letters[at..] {
            ['s', 'c', 'h', ..] => (SCH, 3),
            ['e', 'i', ..] => (EI, 2),
            ['i', 'e', ..] => (IE, 2),
            [letter, ..] if packed.last() == Some(letter) => (TWICE, 1),
            [letter, ..] => (*letter, 1),
            [] => break,
        };
        packed.push(mark);
        at += length;
    }
    packed
}

/// The letters that `packed` stands for.
fn unpacked(packed: &[char]) -> String {
    let mut word = String::with_capacity(packed.len());
    for &letter in packed {
        match letter {
            SCH => word.push_str("sch"),
            EI => word.push_str("ei"),
            IE => word.push_str("ie"),
            TWICE => word.extend(word.chars().next_back()),
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
    fn stop_words_are_sorted_so_that_they_are_found() {
        assert!(STOP_WORDS.is_sorted());
        assert!(is_stop_word("Über") && is_stop_word("und") && !is_stop_word("Regierung"));
    }

    #[test]
    fn sentences_that_point_back_are_known_by_their_first_words() {
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
                prop_assert!(!stem(word).contains([SCH, EI, IE, TWICE]) || word.contains([SCH, EI, IE, TWICE]));
            }
        }
    }
}
