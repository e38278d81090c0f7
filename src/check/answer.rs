//! Something else than a translation, from a model that follows instructions: such a model may refuse, explain, offer a choice, or
//! answer in another language.

use super::definition::{Check, Pair, Repair};
use crate::document::{Flag, Language};
use crate::language;

pub(super) const CHECK: Check = Check {
    flag: Flag::Answer,
    sees: "a refusal, an explanation, several translations, or another language, from a model that follows instructions",
    why: "such models answer a text where they should translate it",
    repair: Repair::Search,
    reads_text_alone: false,
    find,
};

/// Letters of other scripts per hundred letters of the English from which on it is in another language.
const MAX_FOREIGN_LETTERS_PERCENT: usize = 25;

/// The most letters of English for a hundred letters of German, and for a sentence of no letters at all. Hardly a human translation
/// has more.
const MAX_RATIO_PERCENT: usize = 250;
const SHORT_SENTENCE_LETTERS: usize = 40;

fn find(pair: &Pair<'_>) -> Option<String> {
    if !pair.is_answer {
        return None;
    }
    if let Some(fault) = pair.fault {
        return Some(fault.into());
    }
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).count();
    let foreign_letters = |text: &str| text.chars().filter(|letter| is_of_another_script(*letter)).count();
    let (german_letters, english_letters) = (letters(pair.german), letters(pair.english));
    if foreign_letters(pair.english) * 100 > english_letters * MAX_FOREIGN_LETTERS_PERCENT
        && foreign_letters(pair.german) < foreign_letters(pair.english)
    {
        return Some("it is in another script".into());
    }
    // What is still German is for another check.
    let language = language::detect(pair.english);
    if let Some(other) = language.filter(|found| *found != Language::ENGLISH && *found != Language::GERMAN) {
        return Some(format!("it is in another language, {other}"));
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
            let pair = Pair { german, english, fault, is_answer: true, ..Pair::default() };
            assert_eq!(find(&pair).is_some(), wanted, "{english}");
            assert_eq!(find(&Pair { is_answer: false, ..pair }), None, "{english}");
        }
    }
}
