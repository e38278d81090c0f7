//! A translation that repeats itself, or is far longer than its source.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Loop,
    sees: "a phrase or a character again and again, or far more English than German",
    why: "a decoder that has lost its place repeats itself",
    repair: Repair::NoRepeat,
    reads_text_alone: true,
    find: find_loop,
};

/// How often a phrase of one, two, three or more words must follow itself to be a loop: `very, very` is English.
const MIN_PHRASE_REPEATS: [usize; 4] = [4, 3, 2, 2];

/// Maximum number of words in a repeated phrase.
const MAX_PHRASE_WORDS: usize = 12;

/// How often a character must follow itself to be a loop.
const MIN_CHARACTER_RUN: usize = 8;

/// Maximum number of English characters per German one, [`LENGTH_MARGIN`] aside.
const MAX_LENGTH_RATIO: usize = 2;

/// English characters that are allowed in addition, for short sentences.
const LENGTH_MARGIN: usize = 40;

fn find_loop(pair: &CheckedPair<'_>) -> Option<String> {
    let english_words = lower_words(pair.english);
    if let Some(english_phrase) = repeated_phrase(&english_words) {
        // The English may repeat what the German repeats.
        if repeated_phrase(&lower_words(pair.german)).is_none() {
            return Some(format!("“{}” again and again", english_phrase.join(" ")));
        }
    }
    if let Some(repeated_letter) = repeated_character(pair.english)
        && repeated_character(pair.german) != Some(repeated_letter)
    {
        return Some(format!("“{repeated_letter}” again and again"));
    }
    if let Some(repeated_word) = dominant_word(&english_words) {
        return Some(format!("“{repeated_word}” again and again"));
    }
    let (german_length, english_length) = (pair.german.chars().count(), pair.english.chars().count());
    let is_too_long = english_length > MAX_LENGTH_RATIO * german_length + LENGTH_MARGIN;
    is_too_long.then(|| format!("{english_length} characters for {german_length}"))
}

fn lower_words(text: &str) -> Vec<String> {
    words(text).map(str::to_lowercase).collect()
}

/// A phrase of a sentence that follows itself more often than people write.
fn repeated_phrase(sentence_words: &[String]) -> Option<&[String]> {
    (1..=MAX_PHRASE_WORDS).find_map(|phrase_length| {
        let min_repeats = MIN_PHRASE_REPEATS[phrase_length.min(MIN_PHRASE_REPEATS.len()) - 1];
        // In a loop every word equals the one a phrase before it.
        let mut equal_words = 0;
        (phrase_length..sentence_words.len()).find_map(|word_index| {
            equal_words = if sentence_words[word_index] == sentence_words[word_index - phrase_length] {
                equal_words + 1
            } else {
                0
            };
            let phrase_start = (word_index + 1).checked_sub(phrase_length)?;
            let phrase = &sentence_words[phrase_start..=word_index];
            // Digits repeat in tables and scores.
            let has_word = phrase.iter().any(|word| word.contains(char::is_alphabetic));
            (equal_words >= phrase_length * (min_repeats - 1) && has_word).then_some(phrase)
        })
    })
}

/// A letter or mark that occurs [`MIN_CHARACTER_RUN`] times in a row.
fn repeated_character(text: &str) -> Option<char> {
    let (mut previous_character, mut run_length) = (' ', 0);
    text.chars().find(|character| {
        run_length = if *character == previous_character { run_length + 1 } else { 1 };
        previous_character = *character;
        run_length >= MIN_CHARACTER_RUN && !character.is_whitespace() && !character.is_numeric()
    })
}

/// A word of more than three letters that is over a third of a text of nine words or more.
fn dominant_word(sentence_words: &[String]) -> Option<&str> {
    if sentence_words.len() < 9 {
        return None;
    }
    let mut sorted_words: Vec<&str> = sentence_words.iter().map(String::as_str).filter(|word| word.len() > 3).collect();
    sorted_words.sort_unstable();
    sorted_words
        .chunk_by(|word, next_word| word == next_word)
        .find(|same_words| 3 * same_words.len() > sentence_words.len())
        .map(|same_words| same_words[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_seen_and_emphasis_is_not() {
        for (german, english, wanted) in [
            ("Er kam.", "He came and he came and he came and he came.", true),
            ("Er geht nach Hause.", "He goes to the house of the house of the house.", true),
            ("Das ist gut.", "This is good good good good.", true),
            ("Ja.", "Aaaaaaaaaaaah", true),
            ("Sehr, sehr gut.", "Very, very good.", false),
            ("Ja, ja, ja, ja!", "Yes, yes, yes, yes!", false),
            ("Er hatte gehabt.", "He had had it.", false),
            ("Ein kurzer Satz.", "One more thing after another.", false),
            ("Sieben zu eins.", "1 1 1 1 1 1", false),
        ] {
            assert_eq!(
                find_loop(&CheckedPair { german, english, ..CheckedPair::default() }).is_some(),
                wanted,
                "{english}"
            );
        }
    }
}
