//! Negative numbers.

use crate::quantities::tokens;

/// English words that say that a number is negative, or that something was lost.
const NEGATIVE_ENGLISH_WORDS: &[&str] = &[
    "minus",
    "negative",
    "below",
    "freezing",
    "loss",
    "losses",
    "lost",
    "lose",
    "loses",
    "losing",
    "deficit",
    "down",
    "red",
    "debt",
    "drop",
    "dropped",
    "fall",
    "fell",
    "fallen",
    "falls",
    "falling",
    "decline",
    "declined",
    "decrease",
    "decreased",
    "shrink",
    "shrank",
    "shrunk",
    "contract",
    "contracted",
    "contraction",
    "less",
    "lower",
    "slump",
    "slumped",
    "reduction",
    "reduced",
    "subzero",
    "under",
];

/// A negative number of `german`, if nothing in `english` is negative.
pub fn lost_sign<'a>(german: &'a str, english: &str) -> Option<&'a str> {
    let german_number = negative_number(german)?;
    let has_negative_word =
        tokens(english).iter().any(|token| NEGATIVE_ENGLISH_WORDS.contains(&token.text.to_lowercase().as_str()));
    (!has_negative_word && negative_number(english).is_none()).then_some(german_number)
}

/// A number after `minus` or directly after a minus sign.
fn negative_number(sentence: &str) -> Option<&str> {
    let all_tokens = tokens(sentence);
    all_tokens.iter().enumerate().filter(|(_, token)| token.digits).find_map(|(token_index, token)| {
        let before_number = &sentence[..token.start];
        let before_sign = before_number.strip_suffix(['-', '−', '–']);
        // A hyphen after white space is a sign; at the beginning of a line it may be a bullet.
        let is_signed = before_sign.is_some_and(|before_space| before_space.ends_with([' ', '\u{a0}', '(', '€', '$']));
        let is_minus = token_index > 0
            && all_tokens[token_index - 1].text.eq_ignore_ascii_case("minus")
            && before_number.trim_end().len() < before_number.len();
        if is_minus {
            sentence.get(all_tokens[token_index - 1].start..token.end())
        } else if is_signed {
            sentence.get(before_sign?.len()..token.end())
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_signs_are_found() {
        for (german, english, wanted) in [
            ("Es waren minus 15 Grad.", "It was 15 degrees.", Some("minus 15")),
            ("Es waren minus 15 Grad.", "It was 15 degrees below zero.", None),
            ("Es waren minus 15 Grad.", "It was -15 degrees.", None),
            ("Der Gewinn lag bei -3,5 Millionen.", "The profit was 3.5 million.", Some("-3,5")),
            ("Der Gewinn lag bei -3,5 Millionen.", "The loss was 3.5 million.", None),
            ("Seiten 10-15", "pages 10-15", None),
            ("- 3 Eier", "- 3 eggs", None),
        ] {
            assert_eq!(lost_sign(german, english), wanted, "{german} {english}");
        }
    }
}
