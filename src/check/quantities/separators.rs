//! Decimal and thousands separators that a translation took over from the German.

use super::notation::{ENGLISH, GERMAN};
use super::tokens::{Token, tokens};

/// `english` with English separators in the numbers that were copied from `german`: `1.240` and `3,5` become `1,240` and
/// `3.5`; `None` if there are none. Numbers that both languages may write so (`19.30`) stay.
pub fn anglicised(german: &str, english: &str) -> Option<String> {
    let is_german_only = |token: &Token<'_>| {
        let readings = GERMAN.read(token.text);
        let [reading] = &readings[..] else { return false };
        let is_one_value = token.digits && token.text.contains(['.', ',']) && reading.len() == 1;
        is_one_value && !ENGLISH.read(token.text).contains(reading)
    };
    let copied_numbers: Vec<&str> =
        tokens(german).iter().filter(|token| is_german_only(token)).map(|token| token.text).collect();
    let mut rewritten_english = String::with_capacity(english.len());
    let mut copied_until = 0;
    for token in tokens(english).iter().filter(|token| copied_numbers.contains(&token.text)) {
        rewritten_english.push_str(&english[copied_until..token.start]);
        rewritten_english.extend(token.text.chars().map(|character| match character {
            '.' => ',',
            ',' => '.',
            digit => digit,
        }));
        copied_until = token.end();
    }
    rewritten_english.push_str(&english[copied_until..]);
    (copied_until > 0).then_some(rewritten_english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_numbers_get_english_separators() {
        for (german, english, wanted) in [
            ("1.240 Schiffe", "1.240 ships", Some("1,240 ships")),
            ("um 3,5 Prozent auf 1.234,5", "by 3,5 percent to 1.234,5", Some("by 3.5 percent to 1,234.5")),
            ("um 3,5 Prozent", "by 3.5 percent", None),
            ("um 19.30 Uhr", "at 19.30", None),
            ("am 3.10.1990", "on 3.10.1990", None),
            ("Version 2.0", "version 2.0", None),
            ("keine Zahl", "1.240 ships", None),
        ] {
            assert_eq!(anglicised(german, english).as_deref(), wanted, "{german}");
        }
    }
}
