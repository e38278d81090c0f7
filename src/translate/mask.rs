//! What must come out as it is told → letters and figures that the model copies, and back.
//!
//! A model copies `X1` where it would translate a term or spell an address anew. Whether it did is checked: a translation
//! in which one of them is missing, or there twice, is none.

use std::ops::Range;

use crate::check;
use crate::glossary::{Glossary, Hit};

/// The letters that placeholders begin with, one for each attempt: a model drops hardly a sentence's placeholders twice.
pub(super) const LETTERS: [char; 2] = ['X', 'Q'];

/// The terms of `glossary` in `german`, but for those in an address or a tag, which stays as it is.
pub(super) fn terms<'a>(glossary: &'a Glossary, german: &str) -> Vec<Hit<'a>> {
    let mut hits = glossary.hits(german);
    if !hits.is_empty() {
        let literals = check::literals(german);
        hits.retain(|hit| {
            literals.iter().all(|literal| hit.range.end <= literal.start || literal.end <= hit.range.start)
        });
    }
    hits
}

/// A sentence whose parts that must come out as they are told are placeholders.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Masked {
    pub(super) text: String,
    letter: char,
    /// What is to stand for the first placeholder, the second, and so on.
    told: Vec<String>,
}

impl Masked {
    /// `german` with a placeholder that begins with `letter` for each of `terms` and every address, tag and piece of code that is
    /// not in `english`; `None` if there is none, or if the sentence could be mistaken for one with placeholders.
    pub(super) fn of(german: &str, english: &str, terms: &[Hit<'_>], letter: char) -> Option<Self> {
        let terms = terms.iter().filter(|hit| !hit.term.is_in(english));
        let mut parts: Vec<(Range<usize>, String)> =
            terms.map(|hit| (hit.range.clone(), hit.term.rendering(hit.plural))).collect();
        let literals = check::literals(german).into_iter().filter(|range| !english.contains(&german[range.clone()]));
        parts.extend(literals.map(|range| (range.clone(), german[range].to_owned())));
        parts.sort_by_key(|(range, _)| range.start);
        let has_own = german
            .match_indices(letter)
            .any(|(at, _)| german[at + letter.len_utf8()..].starts_with(|next: char| next.is_ascii_digit()));
        if parts.is_empty() || has_own {
            return None;
        }
        let (mut text, mut end, mut told) = (String::with_capacity(german.len()), 0, Vec::new());
        for (range, rendering) in parts {
            told.push(rendering);
            text.push_str(&german[end..range.start]);
            text.push_str(&format!("{letter}{}", told.len()));
            end = range.end;
        }
        text.push_str(&german[end..]);
        Some(Self { text, letter, told })
    }

    /// `english` with what was told for each placeholder; `None` unless each of them is in it exactly once.
    pub(super) fn restored(&self, english: &str) -> Option<String> {
        let mut restored = String::with_capacity(english.len());
        let mut seen = vec![false; self.told.len()];
        let mut rest = english;
        while let Some(at) = rest.find(self.letter) {
            let behind = &rest[at + self.letter.len_utf8()..];
            let digits = behind.len() - behind.trim_start_matches(|next: char| next.is_ascii_digit()).len();
            let in_word = rest[..at].ends_with(char::is_alphanumeric);
            if digits == 0 || in_word {
                let next = at + self.letter.len_utf8();
                restored.push_str(&rest[..next]);
                rest = &rest[next..];
                continue;
            }
            let place = behind[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            let told = self.told.get(place)?;
            if std::mem::replace(&mut seen[place], true) {
                return None;
            }
            restored.push_str(&rest[..at]);
            let begins = !restored.contains(char::is_alphanumeric);
            put(&mut restored, told, begins);
            rest = &behind[digits..];
        }
        restored.push_str(rest);
        seen.into_iter().all(|seen| seen).then_some(restored)
    }
}

/// Puts `told` behind `text`, with a capital if a sentence begins with it, and the article before it in the form it asks for.
fn put(text: &mut String, told: &str, begins: bool) {
    let mut letters = told.chars();
    let Some(first) = letters.next() else { return };
    let is_word = told.chars().all(|letter| letter.is_alphabetic() || " -'".contains(letter));
    if begins && is_word && !told.contains(char::is_uppercase) {
        text.extend(first.to_uppercase());
        text.push_str(letters.as_str());
        return;
    }
    let vowel = matches!(first.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o');
    for (article, other, fits) in
        [(" a ", " an ", !vowel), (" an ", " a ", vowel), ("A ", "An ", !vowel), ("An ", "A ", vowel)]
    {
        let starts = article.starts_with(' ') || text.len() == article.len();
        if is_word && starts && text.ends_with(article) && !fits {
            text.truncate(text.len() - article.len());
            text.push_str(other);
            break;
        }
    }
    text.push_str(told);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(german: &str, english: &str, letter: char) -> Option<Masked> {
        let glossary = Glossary::parse(
            "terms".as_ref(),
            "Landrat\tdistrict administrator\nWohngeld\thousing benefit\nVolkshochschule\tadult school\n",
        )
        .unwrap();
        Masked::of(german, english, &terms(&glossary, german), letter)
    }

    #[test]
    fn what_is_masked_comes_back_exactly_once() {
        let masked = masked("Der Landrat schrieb an info@lahr.de.", "", 'X').unwrap();
        assert_eq!(masked.text, "Der X1 schrieb an X2.");
        for (english, wanted) in [
            ("The X1 wrote to X2.", Some("The district administrator wrote to info@lahr.de.")),
            ("X1 wrote to X2.", Some("District administrator wrote to info@lahr.de.")),
            ("X2 was written to by an X1.", Some("info@lahr.de was written to by a district administrator.")),
            ("The X1 wrote to XX.", None),
            ("The X1 wrote to X2 and X2.", None),
            ("The X1 wrote to X2 and X3.", None),
            ("The X1 wrote to X12.", None),
        ] {
            assert_eq!(masked.restored(english).as_deref(), wanted, "{english}");
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
    fn articles_and_numbers_fit() {
        let masked = masked("Eine Volkshochschule, viele Landräte", "", 'X').unwrap();
        assert_eq!(masked.restored("A X1, many X2").as_deref(), Some("An adult school, many district administrators"));
    }
}
