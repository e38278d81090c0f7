//! Required terms and literals → placeholders that the model copies, and back.
//!
//! A model copies `X1` where it would translate a term its own way or respell an address. A translation counts only if it
//! contains each placeholder exactly once.

use std::ops::Range;

use super::unknown::UnknownWord;
use crate::check;
use crate::document::keep_first_of_overlapping;
use crate::exact::LostValue;
use crate::glossary::{Glossary, TermHit};

/// The terms of `glossary` in `german`, except within addresses, tags and code, which stay as they are.
pub(super) fn required_terms<'a>(glossary: &'a Glossary, german: &str) -> Vec<TermHit<'a>> {
    let mut term_hits = glossary.hits(german);
    if !term_hits.is_empty() {
        let german_literals = check::literals(german);
        term_hits.retain(|term_hit| {
            german_literals.iter().all(|german_literal| {
                term_hit.range.end <= german_literal.start || german_literal.end <= term_hit.range.start
            })
        });
    }
    term_hits
}

/// A German sentence with placeholders for required terms and literals.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MaskedSentence {
    /// The sentence with its placeholders: `X1`, `X2` and so on.
    pub(super) masked_german: String,
    /// The letter that placeholders begin with.
    placeholder_letter: char,
    /// What replaces the first placeholder, the second, and so on.
    replacements: Vec<String>,
}

impl MaskedSentence {
    /// `german` with a placeholder, which begins with `placeholder_letter`, for each of `terms`, each address, tag and piece of code, and each of
    /// `unknown_words` that `english` lacks. `None` if it lacks none, or if the sentence itself contains something that looks like a
    /// placeholder.
    pub(super) fn new(
        german: &str,
        english: &str,
        terms: &[TermHit<'_>],
        unknown_words: &[UnknownWord<'_>],
        placeholder_letter: char,
    ) -> Option<Self> {
        let missing_terms = terms.iter().filter(|term_hit| !term_hit.term.is_in(english));
        let mut masked_parts: Vec<(Range<usize>, String)> =
            missing_terms.map(|term_hit| (term_hit.range.clone(), term_hit.term.rendering(term_hit.plural))).collect();
        let lost_literals = check::literals(german)
            .into_iter()
            .filter(|literal_range| !english.contains(&german[literal_range.clone()]));
        masked_parts
            .extend(lost_literals.map(|literal_range| (literal_range.clone(), german[literal_range].to_owned())));
        let lost_words = unknown_words.iter().filter(|unknown_word| !unknown_word.is_in(english));
        masked_parts.extend(lost_words.map(|unknown_word| (unknown_word.range.clone(), unknown_word.text.to_owned())));
        Self::with_masked_parts(german, masked_parts, placeholder_letter)
    }

    /// `german` with a placeholder, which begins with `placeholder_letter`, for each of `lost_values`.
    pub(super) fn for_values(german: &str, lost_values: Vec<LostValue>, placeholder_letter: char) -> Option<Self> {
        Self::with_masked_parts(
            german,
            lost_values.into_iter().map(|lost_value| (lost_value.range, lost_value.english)).collect(),
            placeholder_letter,
        )
    }

    /// `german` with placeholders for `masked_parts`, each with what replaces it. Of parts that overlap the first counts.
    fn with_masked_parts(
        german: &str,
        mut masked_parts: Vec<(Range<usize>, String)>,
        placeholder_letter: char,
    ) -> Option<Self> {
        masked_parts.sort_by_key(|(masked_range, _)| masked_range.start);
        keep_first_of_overlapping(&mut masked_parts, |(masked_range, _)| masked_range);
        let has_lookalike_of_placeholder = german.match_indices(placeholder_letter).any(|(letter_start, _)| {
            german[letter_start + placeholder_letter.len_utf8()..]
                .starts_with(|next_character: char| next_character.is_ascii_digit())
        });
        if masked_parts.is_empty() || has_lookalike_of_placeholder {
            return None;
        }
        let (mut masked_german, mut copied_end, mut replacements) =
            (String::with_capacity(german.len()), 0, Vec::new());
        for (masked_range, replacement) in masked_parts {
            replacements.push(replacement);
            masked_german.push_str(&german[copied_end..masked_range.start]);
            masked_german.push_str(&format!("{placeholder_letter}{}", replacements.len()));
            copied_end = masked_range.end;
        }
        masked_german.push_str(&german[copied_end..]);
        Some(Self { masked_german, placeholder_letter, replacements })
    }

    /// `english` with its placeholders replaced; `None` unless it contains each of them exactly once.
    pub(super) fn restored(&self, english: &str) -> Option<String> {
        let mut restored_english = String::with_capacity(english.len());
        let mut seen_placeholders = vec![false; self.replacements.len()];
        let mut rest_of_english = english;
        while let Some(placeholder_start) = rest_of_english.find(self.placeholder_letter) {
            let after_letter = &rest_of_english[placeholder_start + self.placeholder_letter.len_utf8()..];
            let number_length = after_letter.len()
                - after_letter.trim_start_matches(|next_start: char| next_start.is_ascii_digit()).len();
            let is_in_word = rest_of_english[..placeholder_start].ends_with(char::is_alphanumeric);
            if number_length == 0 || is_in_word {
                let next_start = placeholder_start + self.placeholder_letter.len_utf8();
                restored_english.push_str(&rest_of_english[..next_start]);
                rest_of_english = &rest_of_english[next_start..];
                continue;
            }
            let placeholder_index = after_letter[..number_length].parse::<usize>().ok()?.checked_sub(1)?;
            let replacement = self.replacements.get(placeholder_index)?;
            if std::mem::replace(&mut seen_placeholders[placeholder_index], true) {
                return None;
            }
            restored_english.push_str(&rest_of_english[..placeholder_start]);
            let opens_sentence = !restored_english.contains(char::is_alphanumeric);
            append_in_place_of_placeholder(&mut restored_english, replacement, opens_sentence);
            rest_of_english = &after_letter[number_length..];
        }
        restored_english.push_str(rest_of_english);
        seen_placeholders.into_iter().all(|is_seen| is_seen).then_some(restored_english)
    }
}

/// Appends `replacement` to `restored_english`. A word that opens the sentence gets a capital; an `a` or `an` before it is made to fit.
fn append_in_place_of_placeholder(restored_english: &mut String, replacement: &str, opens_sentence: bool) {
    let mut replacement_letters = replacement.chars();
    let Some(first_letter) = replacement_letters.next() else { return };
    let replacement_is_word = replacement.chars().all(|letter| letter.is_alphabetic() || " -'".contains(letter));
    if opens_sentence && replacement_is_word && !replacement.contains(char::is_uppercase) {
        restored_english.extend(first_letter.to_uppercase());
        restored_english.push_str(replacement_letters.as_str());
        return;
    }
    let begins_with_vowel = matches!(first_letter.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o');
    for (article_before, other_article, fits_replacement) in [
        (" a ", " an ", !begins_with_vowel),
        (" an ", " a ", begins_with_vowel),
        ("A ", "An ", !begins_with_vowel),
        ("An ", "A ", begins_with_vowel),
    ] {
        let article_is_whole_word = article_before.starts_with(' ') || restored_english.len() == article_before.len();
        if replacement_is_word
            && article_is_whole_word
            && restored_english.ends_with(article_before)
            && !fits_replacement
        {
            restored_english.truncate(restored_english.len() - article_before.len());
            restored_english.push_str(other_article);
            break;
        }
    }
    restored_english.push_str(replacement);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact;

    fn masked(german: &str, english: &str, letter: char) -> Option<MaskedSentence> {
        let glossary = Glossary::parse(
            "terms".as_ref(),
            "Landrat\tdistrict administrator\nWohngeld\thousing benefit\nVolkshochschule\tadult school\n",
        )
        .unwrap();
        MaskedSentence::new(german, english, &required_terms(&glossary, german), &[], letter)
    }

    #[test]
    fn what_is_masked_comes_back_exactly_once() {
        let letter_to_lahr = masked("Der Landrat schrieb an info@lahr.de.", "", 'X').unwrap();
        assert_eq!(letter_to_lahr.masked_german, "Der X1 schrieb an X2.");
        for (english, wanted) in [
            ("The X1 wrote to X2.", Some("The district administrator wrote to info@lahr.de.")),
            ("X1 wrote to X2.", Some("District administrator wrote to info@lahr.de.")),
            ("X2 was written to by an X1.", Some("info@lahr.de was written to by a district administrator.")),
            ("The X1 wrote to XX.", None),
            ("The X1 wrote to X2 and X2.", None),
            ("The X1 wrote to X2 and X3.", None),
            ("The X1 wrote to X12.", None),
        ] {
            assert_eq!(letter_to_lahr.restored(english).as_deref(), wanted, "{english}");
        }
    }

    #[test]
    fn an_address_within_code_is_masked_with_it() {
        for (german, wanted) in [
            ("Siehe `https://lahr.de` heute.", "Siehe `X1` heute."),
            ("Siehe `git clone https://lahr.de jetzt` heute.", "Siehe `X1` heute."),
        ] {
            assert_eq!(masked(german, "", 'X').unwrap().masked_german, wanted);
        }
    }

    #[test]
    fn only_what_is_missing_is_masked() {
        let german = "Der Landrat zahlt Wohngeld.";
        let rent = masked(german, "The district administrator pays rent.", 'Q').unwrap();
        assert_eq!(rent.masked_german, "Der Landrat zahlt Q1.");
        assert_eq!(masked(german, "The district administrator pays housing benefits.", 'Q'), None);
        assert_eq!(masked("Alles unter #Landrat.", "All under #Landrat.", 'X'), None, "a tag is no term");
        assert_eq!(masked("Der Landrat fährt einen X5.", "", 'X'), None, "a placeholder of its own");
    }

    #[test]
    fn lost_values_are_masked_and_come_back() {
        let german = "Es kamen 12 Gäste um 18.30 Uhr.";
        let lost = exact::lost_values(german, "There were guests.", exact::ClockStyle::TwentyFour);
        let masked = MaskedSentence::for_values(german, lost, 'X').unwrap();
        assert_eq!(masked.masked_german, "Es kamen X1 Gäste um X2 Uhr.");
        assert_eq!(masked.restored("X1 guests came at X2.").as_deref(), Some("12 guests came at 18:30."));
    }

    #[test]
    fn articles_and_numbers_fit() {
        let school = masked("Eine Volkshochschule, viele Landräte", "", 'X').unwrap();
        assert_eq!(school.restored("A X1, many X2").as_deref(), Some("An adult school, many district administrators"));
    }
}
