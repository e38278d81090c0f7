//! Required terms and literals → placeholders that the model copies, and back.
//!
//! A model copies `X1` where it would translate a term its own way or respell an address. A translation counts only if it
//! contains each placeholder exactly once.

use std::ops::Range;

use super::unknown::UnknownWord;
use crate::check;
use crate::exact::LostValue;
use crate::glossary::{Glossary, Hit};

/// The terms of `glossary` in `german`, except within addresses, tags and code, which stay as they are.
pub(super) fn required_terms<'a>(glossary: &'a Glossary, german: &str) -> Vec<Hit<'a>> {
    let mut hits = glossary.hits(german);
    if !hits.is_empty() {
        let literals = check::literals(german);
        hits.retain(|hit| {
            literals.iter().all(|literal| hit.range.end <= literal.start || literal.end <= hit.range.start)
        });
    }
    hits
}

/// A German sentence with placeholders for required terms and literals.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MaskedSentence {
    /// The sentence with its placeholders: `X1`, `X2` and so on.
    pub(super) text: String,
    /// The letter that placeholders begin with.
    letter: char,
    /// What replaces the first placeholder, the second, and so on.
    replacements: Vec<String>,
}

impl MaskedSentence {
    /// `german` with a placeholder, which begins with `letter`, for each of `terms`, each address, tag and piece of code, and each of
    /// `unknown_words` that `english` lacks. `None` if it lacks none, or if the sentence itself contains something that looks like a
    /// placeholder.
    pub(super) fn new(
        german: &str,
        english: &str,
        terms: &[Hit<'_>],
        unknown_words: &[UnknownWord<'_>],
        letter: char,
    ) -> Option<Self> {
        let missing_terms = terms.iter().filter(|hit| !hit.term.is_in(english));
        let mut masked_parts: Vec<(Range<usize>, String)> =
            missing_terms.map(|hit| (hit.range.clone(), hit.term.rendering(hit.plural))).collect();
        let literals = check::literals(german).into_iter().filter(|range| !english.contains(&german[range.clone()]));
        masked_parts.extend(literals.map(|range| (range.clone(), german[range].to_owned())));
        let lost_words = unknown_words.iter().filter(|word| !word.is_in(english));
        masked_parts.extend(lost_words.map(|word| (word.range.clone(), word.text.to_owned())));
        Self::with_parts(german, masked_parts, letter)
    }

    /// `german` with a placeholder, which begins with `letter`, for each of `lost_values`.
    pub(super) fn for_values(german: &str, lost_values: Vec<LostValue>, letter: char) -> Option<Self> {
        Self::with_parts(german, lost_values.into_iter().map(|value| (value.range, value.english)).collect(), letter)
    }

    /// `german` with placeholders for `masked_parts`, each with what replaces it. Of parts that overlap the first counts.
    fn with_parts(german: &str, mut masked_parts: Vec<(Range<usize>, String)>, letter: char) -> Option<Self> {
        masked_parts.sort_by_key(|(range, _)| range.start);
        let mut previous_end = 0;
        masked_parts.retain(|(range, _)| {
            let is_disjoint = range.start >= previous_end;
            previous_end = if is_disjoint { range.end } else { previous_end };
            is_disjoint
        });
        let has_lookalike = german
            .match_indices(letter)
            .any(|(at, _)| german[at + letter.len_utf8()..].starts_with(|next: char| next.is_ascii_digit()));
        if masked_parts.is_empty() || has_lookalike {
            return None;
        }
        let (mut text, mut end, mut replacements) = (String::with_capacity(german.len()), 0, Vec::new());
        for (range, replacement) in masked_parts {
            replacements.push(replacement);
            text.push_str(&german[end..range.start]);
            text.push_str(&format!("{letter}{}", replacements.len()));
            end = range.end;
        }
        text.push_str(&german[end..]);
        Some(Self { text, letter, replacements })
    }

    /// `english` with its placeholders replaced; `None` unless it contains each of them exactly once.
    pub(super) fn restored(&self, english: &str) -> Option<String> {
        let mut restored = String::with_capacity(english.len());
        let mut seen = vec![false; self.replacements.len()];
        let mut english_rest = english;
        while let Some(at) = english_rest.find(self.letter) {
            let after = &english_rest[at + self.letter.len_utf8()..];
            let digits = after.len() - after.trim_start_matches(|next: char| next.is_ascii_digit()).len();
            let in_word = english_rest[..at].ends_with(char::is_alphanumeric);
            if digits == 0 || in_word {
                let next = at + self.letter.len_utf8();
                restored.push_str(&english_rest[..next]);
                english_rest = &english_rest[next..];
                continue;
            }
            let index = after[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            let replacement = self.replacements.get(index)?;
            if std::mem::replace(&mut seen[index], true) {
                return None;
            }
            restored.push_str(&english_rest[..at]);
            let opens_sentence = !restored.contains(char::is_alphanumeric);
            append_replacement(&mut restored, replacement, opens_sentence);
            english_rest = &after[digits..];
        }
        restored.push_str(english_rest);
        seen.into_iter().all(|seen| seen).then_some(restored)
    }
}

/// Appends `replacement` to `text`. A word that opens the sentence gets a capital; an `a` or `an` before it is made to fit.
fn append_replacement(text: &mut String, replacement: &str, opens_sentence: bool) {
    let mut letters = replacement.chars();
    let Some(first) = letters.next() else { return };
    let is_word = replacement.chars().all(|letter| letter.is_alphabetic() || " -'".contains(letter));
    if opens_sentence && is_word && !replacement.contains(char::is_uppercase) {
        text.extend(first.to_uppercase());
        text.push_str(letters.as_str());
        return;
    }
    let vowel = matches!(first.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o');
    for (article, other, fits) in
        [(" a ", " an ", !vowel), (" an ", " a ", vowel), ("A ", "An ", !vowel), ("An ", "A ", vowel)]
    {
        let is_whole_word = article.starts_with(' ') || text.len() == article.len();
        if is_word && is_whole_word && text.ends_with(article) && !fits {
            text.truncate(text.len() - article.len());
            text.push_str(other);
            break;
        }
    }
    text.push_str(replacement);
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
        assert_eq!(letter_to_lahr.text, "Der X1 schrieb an X2.");
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
            assert_eq!(masked(german, "", 'X').unwrap().text, wanted);
        }
    }

    #[test]
    fn only_what_is_missing_is_masked() {
        let german = "Der Landrat zahlt Wohngeld.";
        let rent = masked(german, "The district administrator pays rent.", 'Q').unwrap();
        assert_eq!(rent.text, "Der Landrat zahlt Q1.");
        assert_eq!(masked(german, "The district administrator pays housing benefits.", 'Q'), None);
        assert_eq!(masked("Alles unter #Landrat.", "All under #Landrat.", 'X'), None, "a tag is no term");
        assert_eq!(masked("Der Landrat fährt einen X5.", "", 'X'), None, "a placeholder of its own");
    }

    #[test]
    fn lost_values_are_masked_and_come_back() {
        let german = "Es kamen 12 Gäste um 18.30 Uhr.";
        let lost = exact::lost_values(german, "There were guests.", exact::ClockStyle::TwentyFour);
        let masked = MaskedSentence::for_values(german, lost, 'X').unwrap();
        assert_eq!(masked.text, "Es kamen X1 Gäste um X2 Uhr.");
        assert_eq!(masked.restored("X1 guests came at X2.").as_deref(), Some("12 guests came at 18:30."));
    }

    #[test]
    fn articles_and_numbers_fit() {
        let school = masked("Eine Volkshochschule, viele Landräte", "", 'X').unwrap();
        assert_eq!(school.restored("A X1, many X2").as_deref(), Some("An adult school, many district administrators"));
    }
}
