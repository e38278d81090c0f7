//! Separators of German numbers in English ones: `1.240`, `3,5` and `1.500,000` become `1,240`, `3.5` and `1,500,000`.

use super::edit::Edit;
use crate::check::{ENGLISH, GERMAN, Token, english_number, is_german_only, tokens};

/// Rewrites numbers that were copied, and numbers whose digits are those of a German number with other separators.
pub(super) fn edits(german: &str, english: &str) -> Vec<Edit> {
    let german_tokens = tokens(german);
    let separated = |token: &&Token<'_>| token.digits && token.text.contains(['.', ',']) && is_german_only(token.text);
    let german_numbers: Vec<&str> = german_tokens.iter().filter(separated).map(|token| token.text).collect();
    let digits_of = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let english_tokens = tokens(english);
    let edit_of = |token: &Token<'_>| {
        let number = german_numbers.iter().find(|number| digits_of(number) == digits_of(token.text))?;
        let right = english_number(number);
        let is_separated = right != token.text && token.text.contains(['.', ',']);
        // `1736,69` may also be `1,736.69`.
        let is_same = ENGLISH.read(token.text).iter().any(|reading| GERMAN.read(number).contains(reading));
        (is_separated && !is_same).then(|| Edit::correction_of(token.start..token.end(), right))
    };
    english_tokens.iter().filter(|token| token.digits).filter_map(edit_of).collect()
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
