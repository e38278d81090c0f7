//! German numbers with English separators.

use super::notation::{ENGLISH, GERMAN};

/// True if `number_text`, digits with separators, is one number in German and not the same in English: `1.240`, `3,5`. Numbers that
/// both languages may write so (`19.30`) are not.
pub fn is_german_only(number_text: &str) -> bool {
    let german_readings = GERMAN.read(number_text);
    let [german_reading] = &german_readings[..] else { return false };
    number_text.contains(['.', ',']) && german_reading.len() == 1 && !ENGLISH.read(number_text).contains(german_reading)
}

/// A German `german_number` with English separators: `1.240` and `3,5` become `1,240` and `3.5`.
pub fn english_number(german_number: &str) -> String {
    let exchanged_separator = |character: char| match character {
        '.' => ',',
        ',' => '.',
        digit => digit,
    };
    german_number.chars().map(exchanged_separator).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_german_numbers_are_rewritten() {
        for (number, wanted) in
            [("1.240", true), ("3,5", true), ("1.234,5", true), ("19.30", false), ("3.10.1990", false), ("2.0", false)]
        {
            assert_eq!(is_german_only(number), wanted, "{number}");
        }
        assert_eq!(english_number("1.234,5"), "1,234.5");
    }
}
