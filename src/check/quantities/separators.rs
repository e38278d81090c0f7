//! German numbers with English separators.

use super::notation::{ENGLISH, GERMAN};

/// True if `number`, digits with separators, is one number in German and not the same in English: `1.240`, `3,5`. Numbers that
/// both languages may write so (`19.30`) are not.
pub fn is_german_only(number: &str) -> bool {
    let readings = GERMAN.read(number);
    let [reading] = &readings[..] else { return false };
    number.contains(['.', ',']) && reading.len() == 1 && !ENGLISH.read(number).contains(reading)
}

/// A German `number` with English separators: `1.240` and `3,5` become `1,240` and `3.5`.
pub fn english_number(number: &str) -> String {
    let exchanged = |character: char| match character {
        '.' => ',',
        ',' => '.',
        digit => digit,
    };
    number.chars().map(exchanged).collect()
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
