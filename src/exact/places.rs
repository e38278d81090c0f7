//! Names of places that were left in German: `Kiew` becomes `Kyiv`, `Kiews` becomes `Kyiv’s`.

use super::edit::Edit;
use crate::lexicon::exonyms::{Exonym, exonym};
use crate::segment::words::words;

/// Words before the name of a club, which keeps its name.
const CLUB_WORDS: &[&str] =
    &["FC", "SV", "TSV", "SC", "VfL", "VfB", "Bayern", "Rapid", "Austria", "Fortuna", "Eintracht", "BV", "FK"];

/// Replaces the German names of places that the German has too.
pub(super) fn edits(german: &str, english: &str) -> Vec<Edit> {
    let german_words: Vec<&str> = words(german).collect();
    let english_words: Vec<&str> = words(english).collect();
    let start_of = |word: &str| word.as_ptr() as usize - english.as_ptr() as usize;
    let edit_of = |index: usize| {
        let word = english_words[index];
        let is_club = index > 0 && CLUB_WORDS.contains(&english_words[index - 1]);
        let name = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        let place = exonym(name)?;
        let is_in_german = german_words
            .iter()
            .any(|german_word| exonym(german_word).is_some_and(|other| other.german == place.german));
        // `Athens` is no genitive of `Athen`.
        if is_club || !is_in_german || name == place.english {
            return None;
        }
        let is_genitive = is_possessive(place, word, name)
            && english_words.get(index + 1).is_some_and(|next| start_of(next) == start_of(word) + word.len() + 1);
        let text = if is_genitive { format!("{}’s", place.english) } else { place.english.to_owned() };
        Some(Edit::correction_of(start_of(word)..start_of(word) + word.len(), text))
    };
    (0..english_words.len()).filter_map(edit_of).collect()
}

/// True for `Kiews` and `Kiew's`, but not for `Paris`.
fn is_possessive(place: &Exonym, word: &str, name: &str) -> bool {
    word.len() > name.len() || (name.ends_with('s') && name.len() == place.german.len() + 1)
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
