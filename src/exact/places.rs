//! Names of places that were left in German: `Kiew` becomes `Kyiv`, `Kiews` becomes `Kyiv’s`.

use super::edit::ExactEdit;
use crate::lexicon::exonyms::{CLUB_WORDS, Exonym, exonym};
use crate::segment::words::words;

/// Replaces the German names of places that the German has too.
pub(super) fn edits(german: &str, english: &str) -> Vec<ExactEdit> {
    let german_words: Vec<&str> = words(german).collect();
    let english_words: Vec<&str> = words(english).collect();
    let english_start_of = |english_word: &str| english_word.as_ptr() as usize - english.as_ptr() as usize;
    let place_edit = |word_index: usize| {
        let english_word = english_words[word_index];
        let is_club = word_index > 0 && CLUB_WORDS.contains(&english_words[word_index - 1]);
        let place_name =
            english_word.strip_suffix("'s").or_else(|| english_word.strip_suffix("’s")).unwrap_or(english_word);
        let place = exonym(place_name)?;
        let is_in_german = german_words
            .iter()
            .any(|german_word| exonym(german_word).is_some_and(|german_exonym| german_exonym.german == place.german));
        // `Athens` is no genitive of `Athen`.
        if is_club || !is_in_german || place_name == place.english {
            return None;
        }
        let is_genitive = is_possessive(place, english_word, place_name)
            && english_words.get(word_index + 1).is_some_and(|next_word| {
                english_start_of(next_word) == english_start_of(english_word) + english_word.len() + 1
            });
        let english_name = if is_genitive { format!("{}’s", place.english) } else { place.english.to_owned() };
        Some(ExactEdit::correction_of(
            english_start_of(english_word)..english_start_of(english_word) + english_word.len(),
            english_name,
        ))
    };
    (0..english_words.len()).filter_map(place_edit).collect()
}

/// True for `Kiews` and `Kiew's`, but not for `Paris`.
fn is_possessive(exonym: &Exonym, english_word: &str, place_name: &str) -> bool {
    english_word.len() > place_name.len() || (place_name.ends_with('s') && place_name.len() == exonym.german.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn german_names_of_places_become_english_ones() {
        for (german, english, wanted) in [
            ("Er reiste nach Kiew.", "He travelled to Kiew.", "He travelled to Kyiv."),
            ("Kiews Bürgermeister kam.", "Kiew's mayor came.", "Kyiv’s mayor came."),
            ("Kiews Bürgermeister kam.", "Kiews mayor came.", "Kyiv’s mayor came."),
            ("Die Führung in Pjöngjang", "The leadership in Pjöngjang", "The leadership in Pyongyang"),
            ("Der Kölner Dom", "The Kölner Dom", "The Cologne Dom"),
            ("Der 1. FC Köln siegte.", "1. FC Köln won.", "1. FC Köln won."),
            ("Er kam.", "He came to Nice, Rom and Polen.", "He came to Nice, Rom and Polen."),
            ("Athen spart.", "Athens saves.", "Athens saves."),
            ("Er mag Wien.", "He likes Vienna.", "He likes Vienna."),
        ] {
            assert_eq!(apply(english, edits(german, english)), wanted, "{german} {english}");
        }
    }
}
