//! What an English sentence claims that can be looked up: numbers, names (with days and months), quoted speech. And whether
//! some text holds it. Numbers are read as the checks of translations read them (`check/quantities.rs`).
//!
//! Promises: a claim that is found is there, letter by letter or as the same value; never judges whether a sentence as a
//! whole is true.

use std::collections::BTreeSet;

use crate::check::{Figures, Number, numbers};
use crate::document::Language;
use crate::segment::{english, words};

/// One thing that can be looked up.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Claim {
    /// A number, with what it may be.
    Number(Number),
    /// A word that is written large, in small letters and without `'s`.
    Name(String),
    /// What stands between quotation marks: its words in small letters, with one space between them.
    Speech(String),
}

/// Fewest words between quotation marks that are speech, not a word held with tongs.
const SPEECH: usize = 3;

/// The claims of a German `sentence`: its numbers and quoted speech. German writes every noun large, so its names are those of
/// its translation.
pub(super) fn claims_in_german(sentence: &str) -> Vec<Claim> {
    numbers_and_speech(sentence, Language::GERMAN)
}

fn numbers_and_speech(sentence: &str, language: Language) -> Vec<Claim> {
    let speech = quotations(sentence).map(|speech| Claim::Speech(plain(speech)));
    speech.chain(numbers(sentence, language).into_iter().map(Claim::Number)).collect()
}

/// The claims of an English `sentence`, each once.
pub(super) fn claims(sentence: &str) -> Vec<Claim> {
    let mut found = numbers_and_speech(sentence, Language::ENGLISH);
    let all: Vec<&str> = words::words(sentence).collect();
    for (place, word) in all.iter().enumerate() {
        if word.starts_with(char::is_uppercase) && !english::is_stop_word(word) {
            // The first word of a sentence or of speech in it is written large whatever it is. It is a name if it is written
            // large inside too (NATO, McDonald), or another name follows.
            let at = word.as_ptr() as usize - sentence.as_ptr() as usize;
            let opens =
                place == 0 || sentence[..at].trim_end_matches(' ').ends_with(['“', '"', '‘', ':', '.', '!', '?']);
            let inside = word.chars().skip(1).any(char::is_uppercase);
            let followed = all.get(place + 1).is_some_and(|next| next.starts_with(char::is_uppercase));
            if !opens || inside || followed {
                found.push(Claim::Name(name(word)));
            }
        }
    }
    let mut each: Vec<Claim> = Vec::new();
    for claim in found {
        if !each.contains(&claim) {
            each.push(claim);
        }
    }
    each
}

/// What a text holds that claims can be looked up in.
#[derive(Clone, Debug, Default)]
pub(super) struct Ground {
    figures: Figures,
    /// Every word, in small letters and without `'s`; parts of compounds too.
    names: BTreeSet<String>,
    /// All words in a row, between spaces.
    text: String,
}

impl Ground {
    /// Adds a sentence in both languages: a name may be lost in translation and right in a summary.
    pub(super) fn add(&mut self, english: &str, german: &str) {
        self.figures.add(english, german);
        self.add_words(english);
        self.add_words(german);
    }

    fn add_words(&mut self, text: &str) {
        for word in words::words(text) {
            self.names.insert(name(word));
            self.names.extend(word.split(['-', '\u{2010}', '\u{2011}']).map(name));
        }
        self.text.push_str(&format!(" {} ", plain(text)));
    }

    /// True if `claim` is there.
    pub(super) fn holds(&self, claim: &Claim) -> bool {
        match claim {
            Claim::Number(number) => self.figures.have(number),
            Claim::Name(name) => {
                let parts = || name.split(['-', '\u{2010}', '\u{2011}']);
                self.names.contains(name) || parts().count() > 1 && parts().all(|part| self.names.contains(part))
            }
            Claim::Speech(speech) => self.text.contains(&format!(" {speech} ")),
        }
    }
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
            ("The state pays 8 million euros.", "Das Land zahlt 8.000.000 Euro.", true),
            ("The state pays eight million euros.", "Das Land zahlt 8 Mio. Euro.", true),
            ("The state pays 8 euros.", "Das Land zahlt 8 Millionen Euro.", false),
            ("The state pays 8 billion euros.", "Das Land zahlt 8 Millionen Euro.", false),
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
            let is_german = text.contains("Das ") || text.contains("Rund");
            let (english, german) = if is_german { ("", text) } else { (text, "") };
            ground.add(english, german);
            let missing: Vec<_> = claims(sentence).into_iter().filter(|claim| !ground.holds(claim)).collect();
            assert_eq!(missing.is_empty(), supported, "{sentence} in {text}: {missing:?}");
        }
    }

    proptest! {
        #[test]
        fn a_sentence_bears_itself_out(sentence in "[A-Za-z0-9 ,.“”\"’é-]{0,60}|\\PC{0,40}") {
            let mut ground = Ground::default();
            ground.add(&sentence, "");
            for claim in claims(&sentence) {
                prop_assert!(ground.holds(&claim), "{claim:?}");
            }
        }
    }
}
