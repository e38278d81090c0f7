//! Separators of German numbers in English ones: `1.240`, `3,5` and `1.500,000` become `1,240`, `3.5` and `1,500,000`.

use super::edit::ExactEdit;
use crate::quantities::{ENGLISH, GERMAN, QuantityToken, english_number, is_german_only, tokens};

/// Rewrites numbers that were copied, and numbers whose digits are those of a German number with other separators.
pub(super) fn edits(german: &str, english: &str) -> Vec<ExactEdit> {
    let german_tokens = tokens(german);
    let has_german_separators = |number_token: &&QuantityToken<'_>| {
        number_token.digits && number_token.text.contains(['.', ',']) && is_german_only(number_token.text)
    };
    let german_numbers: Vec<&str> =
        german_tokens.iter().filter(has_german_separators).map(|number_token| number_token.text).collect();
    let digits_of = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let english_tokens = tokens(english);
    let edit_of = |number_token: &QuantityToken<'_>| {
        let german_number =
            german_numbers.iter().find(|german_number| digits_of(german_number) == digits_of(number_token.text))?;
        let english_form = english_number(german_number);
        let is_separated = english_form != number_token.text && number_token.text.contains(['.', ',']);
        // `1736,69` may also be `1,736.69`.
        let reads_the_same =
            ENGLISH.read(number_token.text).iter().any(|reading| GERMAN.read(german_number).contains(reading));
        (is_separated && !reads_the_same)
            .then(|| ExactEdit::correction_of(number_token.start..number_token.end(), english_form))
    };
    english_tokens.iter().filter(|number_token| number_token.digits).filter_map(edit_of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn numbers_get_english_separators() {
        for (german, english, wanted) in [
            ("1.240 Schiffe", "1.240 ships", "1,240 ships"),
            ("um 3,5 Prozent auf 1.234,5", "by 3,5 percent to 1.234,5", "by 3.5 percent to 1,234.5"),
            ("1.500.000 Euro", "1.500,000 euros", "1,500,000 euros"),
            ("1.500.000 Euro", "1.5 million euros", "1.5 million euros"),
            ("auf 1736,69 Punkte", "to 1,736.69 points", "to 1,736.69 points"),
            ("um 19.30 Uhr", "at 19.30", "at 19.30"),
            ("am 3.10.1990", "on 3.10.1990", "on 3.10.1990"),
            ("Version 2.0", "version 2.0", "version 2.0"),
            ("keine Zahl", "1.240 ships", "1.240 ships"),
        ] {
            assert_eq!(apply(english, edits(german, english)), wanted, "{german}");
        }
    }
}
