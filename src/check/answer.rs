//! Something else than a translation, from a model that follows instructions: such a model may refuse, explain, offer a choice, or
//! answer in another language.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::{Flag, Language};
use crate::language;

pub(super) const CHECK: Check = Check {
    flag: Flag::Answer,
    sees: "a refusal, an explanation, several translations, or another language, from a model that follows instructions",
    why: "such models answer a text where they should translate it",
    repair: Repair::Search,
    reads_text_alone: false,
    find: find_other_answer,
};

/// Letters of other scripts per hundred letters of the English from which on it is in another language.
const MAX_FOREIGN_LETTERS_PERCENT: usize = 25;

/// The most letters of English for a hundred letters of German, and for a sentence of no letters at all. Hardly a human translation
/// has more.
const MAX_RATIO_PERCENT: usize = 250;
const SHORT_SENTENCE_LETTERS: usize = 40;

fn find_other_answer(pair: &CheckedPair<'_>) -> Option<String> {
    if !pair.is_answer {
        return None;
    }
    if let Some(answer_fault) = pair.fault {
        return Some(answer_fault.into());
    }
    let letter_count = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).count();
    let foreign_letter_count = |text: &str| text.chars().filter(|letter| is_of_another_script(*letter)).count();
    let (german_letters, english_letters) = (letter_count(pair.german), letter_count(pair.english));
    if foreign_letter_count(pair.english) * 100 > english_letters * MAX_FOREIGN_LETTERS_PERCENT
        && foreign_letter_count(pair.german) < foreign_letter_count(pair.english)
    {
        return Some("it is in another script".into());
    }
    // What is still German is for another check.
    let english_language = language::detect(pair.english);
    if let Some(other_language) =
        english_language.filter(|detected| *detected != Language::ENGLISH && *detected != Language::GERMAN)
    {
        return Some(format!("it is in another language, {other_language}"));
    }
    (english_letters * 100 > german_letters * MAX_RATIO_PERCENT + SHORT_SENTENCE_LETTERS * 100)
        .then(|| "it says more than the sentence".into())
}

/// True for letters that are not Latin; those of Greek and Cyrillic included.
fn is_of_another_script(letter: char) -> bool {
    letter.is_alphabetic() && letter >= '\u{370}' && !('\u{1E00}'..='\u{1EFF}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_translation_is_seen_and_what_is_one_is_not() {
        for (german, english, fault, wanted) in [
            ("Der Rat hat am Montag zugestimmt.", "The council agreed on Monday.", None, false),
            (
                "Der Rat hat am Montag zugestimmt.",
                "The council agreed on Monday.",
                Some("the model explained the sentence"),
                true,
            ),
            ("Der Rat hat am Montag zugestimmt.", "议会星期一同意了。", None, true),
            ("Die Firma 华为 baut.", "The company 华为 builds.", None, false),
            (
                "Der Rat hat am Montag dem Bau der Brücke zugestimmt.",
                "Le conseil a approuvé lundi la construction du pont sur la rivière.",
                None,
                true,
            ),
            (
                "Er kam.",
                "He came, which is to say that the person who was mentioned before arrived at the place in question at that time.",
                None,
                true,
            ),
            ("Ja.", "Yes, they do.", None, false),
        ] {
            let pair = CheckedPair { german, english, fault, is_answer: true, ..CheckedPair::default() };
            assert_eq!(find_other_answer(&pair).is_some(), wanted, "{english}");
            assert_eq!(find_other_answer(&CheckedPair { is_answer: false, ..pair }), None, "{english}");
        }
    }
}
