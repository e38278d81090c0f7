//! A text → its language, if that is certain.
//!
//! The text alone decides. Text that is too short or too mixed has no language (`None`). Fewer than 1 in 100 German sentences
//! are taken for something else (benches/RESULTS.md). Combines trigrams and alphabets (`whatlang`) with German stop words,
//! of which no other language has as many. Never splits text, never decides what follows.
//!
//! To add a language, add a line to `DETECTED_LANGUAGES`, one to [`Language::ALL`] and texts to `tests/language/paragraphs.tsv`.

use whatlang::{Detector, Lang};

use crate::document::Language;
use crate::lexicon::german::is_distinctive_stop_word;
use crate::segment::words::words;

/// The languages that are detected: their names in `whatlang` and their tags in [`Language::ALL`]. Fewer languages make it
/// more certain, so those that German is mistaken for and German papers do not quote (Afrikaans, Latin) are left out.
#[rustfmt::skip]
const DETECTED_LANGUAGES: &[(Lang, &str)] = &[
    (Lang::Deu, "de"),
    (Lang::Eng, "en"),
    (Lang::Ara, "ar"),
    (Lang::Bul, "bg"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Dan, "da"),
    (Lang::Ell, "el"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Heb, "he"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Ita, "it"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Slk, "sk"),
    (Lang::Spa, "es"),
    (Lang::Swe, "sv"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
];

/// Minimum number of letters in scripts with case. Letters of other scripts say more: a third is enough.
const MIN_LETTERS: usize = 35;

/// Minimum number of words in lower case: lists of names have no language.
const MIN_LOWERCASE_WORDS: usize = 3;

/// Minimum confidence of `whatlang`, from 0 to 1. This and the minima above were chosen in benches/RESULTS.md.
const MIN_CONFIDENCE: f64 = 0.3;

/// Minimum confidence if the text has German stop words, as titles and names in other languages do.
const MIN_CONFIDENCE_DESPITE_GERMAN: f64 = 0.9;

/// The fewest words around quotations that show the language of those who quote.
const MIN_FRAME_WORDS: usize = 4;

/// A text is German if more than one word in this many is a stop word that only German has.
const WORDS_PER_GERMAN_WORD: usize = 12;

/// The language of `text`; `None` if it is uncertain.
pub fn detect(text: &str) -> Option<Language> {
    let letter_count = text.chars().filter(|character| character.is_alphabetic()).count();
    let cased_letter_count =
        text.chars().filter(|character| character.is_lowercase() || character.is_uppercase()).count();
    let has_case = 2 * cased_letter_count > letter_count;
    if letter_count < if has_case { MIN_LETTERS } else { MIN_LETTERS / 3 } {
        return None;
    }
    let german_words = words(text).filter(|word| is_distinctive_stop_word(word)).count();
    // Decides nearly all texts, far faster than trigrams.
    if german_words * WORDS_PER_GERMAN_WORD > words(text).count() {
        return Some(Language::GERMAN);
    }
    let detector =
        Detector::with_allowlist(DETECTED_LANGUAGES.iter().map(|(detected_language, _)| *detected_language).collect());
    let guess = detector.detect(text)?;
    let (_, tag) = DETECTED_LANGUAGES.iter().find(|(detected_language, _)| *detected_language == guess.lang())?;
    let language = Language::from_tag(tag)?;
    if language != Language::GERMAN && has_german_frame(text) {
        return Some(Language::GERMAN);
    }
    let lowercase_words = words(text).filter(|word| word.starts_with(char::is_lowercase)).count();
    if has_case && lowercase_words < MIN_LOWERCASE_WORDS {
        return None;
    }
    let min_confidence = if german_words > 0 { MIN_CONFIDENCE_DESPITE_GERMAN } else { MIN_CONFIDENCE };
    (guess.confidence() >= min_confidence).then_some(language)
}

/// True if `text` quotes something, and what stands around the quotations is German: titles of books, songs and films.
fn has_german_frame(text: &str) -> bool {
    let mut frame = String::with_capacity(text.len());
    let mut closing: &[char] = &[];
    for character in text.chars() {
        if !closing.is_empty() {
            closing = if closing.contains(&character) { &[] } else { closing };
            continue;
        }
        closing = match character {
            '„' => &['“', '”', '"'],
            '“' => &['”', '"'],
            '«' => &['»'],
            '»' => &['«'],
            '"' => &['"'],
            _ => &[],
        };
        frame.push(if closing.is_empty() { character } else { ' ' });
    }
    let count = words(&frame).count();
    let german_words = words(&frame).filter(|word| is_distinctive_stop_word(word)).count();
    frame.len() < text.len() && count >= MIN_FRAME_WORDS && german_words * WORDS_PER_GERMAN_WORD > count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_around_quoted_titles_is_german() {
        let title = "The Long and Winding Story of a Man Who Went Out in the Rain and Never Came Back to His House";
        for (open, close) in [("„", "“"), ("«", "»"), ("»", "«"), ("\"", "\""), ("“", "”")] {
            let text = format!("Der Film {open}{title}{close} wird nicht mehr gezeigt.");
            assert_eq!(detect(&text), Some(Language::GERMAN), "{text}");
            let text = format!("She has seen the film {open}{title}{close} more than once this year.");
            assert_ne!(detect(&text), Some(Language::GERMAN), "{text}");
        }
    }

    /// Tag, text and detected tag of each row of `tests/language/paragraphs.tsv`.
    fn detections() -> Vec<(&'static str, &'static str, Option<&'static str>)> {
        let rows = include_str!("../tests/language/paragraphs.tsv").lines().filter_map(|line| line.split_once('\t'));
        rows.map(|(tag, text)| (tag, text, detect(text).map(|language| language.tag))).collect()
    }

    #[test]
    fn german_of_every_sort_is_never_called_something_else() {
        for (_, text, found) in detections().into_iter().filter(|(tag, ..)| *tag == "de") {
            assert!(matches!(found, None | Some("de")), "{found:?}: {text}");
        }
    }

    #[test]
    fn other_languages_are_detected_or_left_open() {
        let others: Vec<_> = detections().into_iter().filter(|(tag, ..)| *tag != "de").collect();
        for (tag, text, found) in &others {
            // Danish and Norwegian are written alike.
            let is_near = *tag == "da" && *found == Some("nb") || *tag == "nb" && *found == Some("da");
            assert!(found.is_none_or(|found_tag| found_tag == *tag) || is_near, "{tag} {found:?}: {text}");
        }
        let detected = others.iter().filter(|(.., found)| found.is_some()).count();
        assert!(10 * detected >= 8 * others.len(), "{detected} of {}", others.len());
    }

    #[test]
    fn short_text_has_no_language() {
        for text in ["", "…", "12:30", "Oui.", "Thank you!", "Peter Müller", "да"] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    #[test]
    fn every_language_has_a_name() {
        for (_, tag) in DETECTED_LANGUAGES {
            assert!(Language::from_tag(tag).is_some(), "{tag}");
        }
    }
}
