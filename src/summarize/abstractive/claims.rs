//! A sentence → the claims in it that can be looked up (numbers, names, days, months, quoted speech), and whether a text
//! contains them. Numbers are read as the checks of translations read them.
//!
//! Promises: a claim counts as found only if the text has the same letters or the same value. Never judges whether a sentence
//! as a whole is true.

use std::collections::BTreeSet;

use crate::document::Language;
use crate::lexicon::english::is_stop_word;
use crate::quantities::{Number, NumberSet, numbers};
use crate::segment::words;

/// One thing in a sentence of a summary that can be looked up in the article.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Claim {
    /// A number, with the values it may have.
    Number(Number),
    /// A capitalised word, in lower case and without `'s`.
    Name(String),
    /// The words between quotation marks, in lower case with one space between them.
    Speech(String),
}

/// Fewest words between quotation marks that are speech; fewer are scare quotes.
const MIN_SPEECH_WORDS: usize = 3;

/// The claims of a German `sentence`: its numbers and quoted speech. German capitalises every noun, so names are taken from the
/// translation.
pub(super) fn claims_in_german(sentence: &str) -> Vec<Claim> {
    numbers_and_speech(sentence, Language::GERMAN)
}

fn numbers_and_speech(sentence: &str, language: Language) -> Vec<Claim> {
    let speech = quotations(sentence).map(|speech| Claim::Speech(normalized_words(speech)));
    speech.chain(numbers(sentence, language).into_iter().map(Claim::Number)).collect()
}

/// The claims of an English `sentence`, each once.
pub(super) fn claims_in_english(sentence: &str) -> Vec<Claim> {
    let mut claims = numbers_and_speech(sentence, Language::ENGLISH);
    let english_words: Vec<&str> = words::words(sentence).collect();
    for (word_index, word) in english_words.iter().enumerate() {
        if word.starts_with(char::is_uppercase) && !is_stop_word(word) {
            // The first word of a sentence or of speech always has a capital. It is a name if it has another capital inside
            // (NATO, McDonald) or if another name follows.
            let word_start = word.as_ptr() as usize - sentence.as_ptr() as usize;
            let opens_sentence = word_index == 0
                || sentence[..word_start].trim_end_matches(' ').ends_with(['“', '"', '‘', ':', '.', '!', '?']);
            let has_inner_capital = word.chars().skip(1).any(char::is_uppercase);
            let precedes_name =
                english_words.get(word_index + 1).is_some_and(|next| next.starts_with(char::is_uppercase));
            if !opens_sentence || has_inner_capital || precedes_name {
                claims.push(Claim::Name(normalized_name(word)));
            }
        }
    }
    let mut distinct_claims: Vec<Claim> = Vec::new();
    for claim in claims {
        if !distinct_claims.contains(&claim) {
            distinct_claims.push(claim);
        }
    }
    distinct_claims
}

/// Sentences of an article, prepared for looking up claims in them.
#[derive(Clone, Debug, Default)]
pub(super) struct EvidenceText {
    figures: NumberSet,
    /// Every word and every part of a hyphenated word, in lower case and without `'s`.
    names: BTreeSet<String>,
    /// All words in lower case, each between spaces.
    text: String,
}

impl EvidenceText {
    /// Adds a sentence in both languages: a name that the translation lost may be right in the summary.
    pub(super) fn add(&mut self, english: &str, german: &str) {
        self.figures.add(english, german);
        self.add_words(english);
        self.add_words(german);
    }

    fn add_words(&mut self, text: &str) {
        for word in words::words(text) {
            self.names.insert(normalized_name(word));
            self.names.extend(word.split(['-', '\u{2010}', '\u{2011}']).map(normalized_name));
        }
        self.text.push_str(&format!(" {} ", normalized_words(text)));
    }

    /// True if the sentences of the article contain `claim`.
    pub(super) fn contains(&self, claim: &Claim) -> bool {
        match claim {
            Claim::Number(number) => self.figures.contains(number),
            Claim::Name(name) => {
                let parts = || name.split(['-', '\u{2010}', '\u{2011}']);
                self.names.contains(name) || parts().count() > 1 && parts().all(|part| self.names.contains(part))
            }
            Claim::Speech(speech) => self.text.contains(&format!(" {speech} ")),
        }
    }
}

/// `word` in lower case and without `'s`.
fn normalized_name(word: &str) -> String {
    let lowercase = word.to_lowercase().replace('’', "'");
    lowercase.strip_suffix("'s").unwrap_or(&lowercase).trim_end_matches('\'').to_owned()
}

/// The words of `text` in lower case, with one space between them.
fn normalized_words(text: &str) -> String {
    words::words(text).map(|word| word.to_lowercase().replace('’', "'")).collect::<Vec<_>>().join(" ")
}

/// The quotations in `sentence` that are long enough to be speech.
fn quotations(sentence: &str) -> impl Iterator<Item = &str> {
    let mut unread_sentence = sentence;
    std::iter::from_fn(move || {
        let opening_mark = unread_sentence.find(['“', '"', '„', '«'])?;
        let after_opening =
            &unread_sentence[opening_mark + unread_sentence[opening_mark..].chars().next().map_or(1, char::len_utf8)..];
        let speech_length = after_opening.find(['”', '"', '“', '»']).unwrap_or(after_opening.len());
        let (speech, from_closing) = after_opening.split_at(speech_length);
        unread_sentence = from_closing.chars().next().map_or("", |mark| &from_closing[mark.len_utf8()..]);
        Some(speech)
    })
    .filter(|speech| words::words(speech).count() >= MIN_SPEECH_WORDS)
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
            let mut evidence = EvidenceText::default();
            let is_german = text.contains("Das ") || text.contains("Rund");
            let (english, german) = if is_german { ("", text) } else { (text, "") };
            evidence.add(english, german);
            let missing: Vec<_> =
                claims_in_english(sentence).into_iter().filter(|claim| !evidence.contains(claim)).collect();
            assert_eq!(missing.is_empty(), supported, "{sentence} in {text}: {missing:?}");
        }
    }

    proptest! {
        #[test]
        fn a_sentence_bears_itself_out(sentence in "[A-Za-z0-9 ,.“”\"’é-]{0,60}|\\PC{0,40}") {
            let mut evidence = EvidenceText::default();
            evidence.add(&sentence, "");
            for claim in claims_in_english(&sentence) {
                prop_assert!(evidence.contains(&claim), "{claim:?}");
            }
        }
    }
}
