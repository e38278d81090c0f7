//! What an English sentence claims that can be looked up: numbers, names (with days and months), quoted speech. And whether
//! some text holds it.
//!
//! Promises: a claim that is found is there, letter by letter or as the same number; never judges whether a sentence as a
//! whole is true.

use std::collections::BTreeSet;

use crate::segment::{english, words};

/// One thing that can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// A number, as its digits without separators of thousands.
    Number(String),
    /// A word that is written large, in small letters and without `'s`.
    Name(String),
    /// What stands between quotation marks: its words in small letters, with one space between them.
    Speech(String),
}

/// Numbers that are written as words now and then. `One` is a pronoun more often than not.
const NUMBERS: &[(&str, &str)] = &[
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
];

/// Fewest words between quotation marks that are speech, not a word held with tongs.
const SPEECH: usize = 3;

/// The claims of `sentence`, each once.
pub(super) fn claims(sentence: &str) -> BTreeSet<Claim> {
    let mut found: BTreeSet<Claim> = quotations(sentence).map(|speech| Claim::Speech(plain(speech))).collect();
    let all: Vec<&str> = words::words(sentence).collect();
    for (place, word) in all.iter().enumerate() {
        if let Some(number) = number(word) {
            found.insert(Claim::Number(number));
        } else if word.starts_with(char::is_uppercase) && !english::is_stop_word(word) {
            // The first word of a sentence or of speech in it is written large whatever it is. It is a name if it is written
            // large inside too (NATO, McDonald), or another name follows.
            let at = word.as_ptr() as usize - sentence.as_ptr() as usize;
            let opens =
                place == 0 || sentence[..at].trim_end_matches(' ').ends_with(['“', '"', '‘', ':', '.', '!', '?']);
            let inside = word.chars().skip(1).any(char::is_uppercase);
            let followed = all.get(place + 1).is_some_and(|next| next.starts_with(char::is_uppercase));
            if !opens || inside || followed {
                found.insert(Claim::Name(name(word)));
            }
        }
    }
    found
}

/// What a text holds that claims can be looked up in.
#[derive(Clone, Debug, Default)]
pub(super) struct Ground {
    numbers: BTreeSet<String>,
    /// Every word, in small letters and without `'s`; parts of compounds too.
    names: BTreeSet<String>,
    /// All words in a row, between spaces.
    text: String,
}

impl Ground {
    /// Adds `text`.
    pub(super) fn add(&mut self, text: &str) {
        for word in words::words(text) {
            self.numbers.extend(number(word));
            self.names.insert(name(word));
            self.names.extend(word.split(['-', '\u{2010}', '\u{2011}']).map(name));
        }
        self.text.push_str(&format!(" {} ", plain(text)));
    }

    /// True if `claim` is there.
    pub(super) fn holds(&self, claim: &Claim) -> bool {
        match claim {
            Claim::Number(number) => self.numbers.contains(number),
            Claim::Name(name) => {
                let parts = || name.split(['-', '\u{2010}', '\u{2011}']);
                self.names.contains(name) || parts().count() > 1 && parts().all(|part| self.names.contains(part))
            }
            Claim::Speech(speech) => self.text.contains(&format!(" {speech} ")),
        }
    }
}

/// The number that `word` is, in one form for `2,000`, `2.000` and `2000`, and for `three` and `3`.
fn number(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    if let Some((_, digits)) = NUMBERS.iter().find(|(name, _)| *name == word) {
        return Some((*digits).to_owned());
    }
    if !word.starts_with(|character: char| character.is_ascii_digit()) {
        return None;
    }
    // The digits alone: `80th`, `1990s` and `71-year-old` are the numbers they begin with.
    let end = word.find(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | ','));
    let digits = word[..end.unwrap_or(word.len())].trim_end_matches(['.', ',']);
    // Three digits behind a separator are thousands; otherwise it is a decimal mark, of whichever language.
    let mut parts = digits.split(['.', ',']);
    let mut number = parts.next()?.to_owned();
    for part in parts {
        if part.len() != 3 {
            number.push('.');
        }
        number.push_str(part);
    }
    Some(number)
}

fn name(word: &str) -> String {
    let word = word.to_lowercase().replace('’', "'");
    word.strip_suffix("'s").unwrap_or(&word).trim_end_matches('\'').to_owned()
}

/// The words of `text` in small letters, with one space between them.
fn plain(text: &str) -> String {
    words::words(text).map(|word| word.to_lowercase().replace('’', "'")).collect::<Vec<_>>().join(" ")
}

/// What stands between quotation marks and is long enough to be speech.
fn quotations(sentence: &str) -> impl Iterator<Item = &str> {
    let mut rest = sentence;
    std::iter::from_fn(move || {
        let opening = rest.find(['“', '"', '„', '«'])?;
        let behind = &rest[opening + rest[opening..].chars().next().map_or(1, char::len_utf8)..];
        let closing = behind.find(['”', '"', '“', '»']).unwrap_or(behind.len());
        let speech = &behind[..closing];
        rest = behind[closing..].chars().next().map_or("", |mark| &behind[closing + mark.len_utf8()..]);
        Some(speech)
    })
    .filter(|speech| words::words(speech).count() >= SPEECH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn claims_are_found_where_they_are_and_missed_where_they_are_not() {
        for (sentence, text, supported) in [
            ("The bridge cost 8 million euros.", "Das Land bezahlt 8 Millionen Euro.", true),
            ("The bridge cost 9 million euros.", "Das Land bezahlt 8 Millionen Euro.", false),
            ("Some 2,000 people came.", "Rund 2.000 Menschen kamen.", true),
            ("Some 20,000 people came.", "Rund 2.000 Menschen kamen.", false),
            ("It grew by 8.1 percent.", "Das sind 8,1 Prozent.", true),
            ("It grew by 81 percent.", "Das sind 8,1 Prozent.", false),
            ("Four pupils wrote it.", "4 pupils wrote a program.", true),
            ("Five pupils wrote it.", "Four pupils wrote a program.", false),
            ("The mayor, Anna Weber, opened it.", "Mayor Anna Weber opened her.", true),
            ("The mayor, Anna Meier, opened it.", "Mayor Anna Weber opened her.", false),
            ("Weber’s plan failed.", "The plan failed.", true),
            ("It failed on Monday.", "It failed on Tuesday.", false),
            ("Mayors opened it.", "The mayor opened it.", true),
            ("“We have waited so long,” she said.", "“We have waited so long”, Weber said.", true),
            ("“We have never waited,” she said.", "“We have waited so long”, Weber said.", false),
            ("The so-called “miracle” came.", "It came.", true),
            ("The Rhine-Main region grew.", "The region of Rhine and Main grew.", true),
            ("It is the NATO that left.", "It left.", false),
            ("NATO left.", "It left.", false),
        ] {
            let mut ground = Ground::default();
            ground.add(text);
            let missing: Vec<_> = claims(sentence).into_iter().filter(|claim| !ground.holds(claim)).collect();
            assert_eq!(missing.is_empty(), supported, "{sentence} in {text}: {missing:?}");
        }
    }

    proptest! {
        #[test]
        fn a_sentence_bears_itself_out(sentence in "[A-Za-z0-9 ,.“”\"’é-]{0,60}|\\PC{0,40}") {
            let mut ground = Ground::default();
            ground.add(&sentence);
            for claim in claims(&sentence) {
                prop_assert!(ground.holds(&claim), "{claim:?}");
            }
        }
    }
}
