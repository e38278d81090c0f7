//! Dates in a German text: `12. März 2024`, `12.03.2024`, `2024-03-12`.

use std::ops::Range;

use crate::document::Date;
use crate::lexicon::german;

/// The dates in `text` with their byte ranges, in order. Only dates with a year count.
pub fn dates(text: &str) -> impl Iterator<Item = (Range<usize>, Date)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(offset) = text[from..].find(|character: char| character.is_ascii_digit()) {
            let start = from + offset;
            let follows_word = text[..start].ends_with(|character: char| character.is_alphanumeric());
            let found = leading_date(&text[start..]).filter(|_| !follows_word);
            if let Some((length, date)) = found {
                from = start + length;
                return Some((start..from, date));
            }
            // Skip the whole number: its last digits are no day.
            let (digits, _) = leading_number(&text[start..]);
            from = start + digits;
        }
        None
    })
}

/// Length of `2024-03-12`.
const ISO_LENGTH: usize = 10;

/// White space within a date.
const SPACES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

/// The date that `text` begins with, and its length in bytes.
fn leading_date(text: &str) -> Option<(usize, Date)> {
    let (digits, first) = leading_number(text);
    let (end, date) = match digits {
        4 => (ISO_LENGTH, Date::from_iso(text)?),
        1 | 2 => {
            let after_day = text[digits..].strip_prefix('.')?;
            let (after_month, month) = leading_month(after_day.trim_start_matches(SPACES))?;
            let from_year = after_month.trim_start_matches(SPACES);
            let (year_digits, number) = leading_number(from_year);
            let year = match year_digits {
                4 => number?,
                // Two digits stand for the years that readers remember.
                2 => number.map(|year| if year < 70 { 2000 + year } else { 1900 + year })?,
                _ => return None,
            };
            let end = text.len() - from_year.len() + year_digits;
            (end, Date::new(year, month, to_u8(first)?)?)
        }
        _ => return None,
    };
    let goes_on = text[end..].starts_with(|character: char| character.is_alphabetic() && character != 'T');
    (!goes_on).then_some((end, date))
}

/// The month that `text` begins with, as a number with a full stop or by name, and the text after it.
fn leading_month(text: &str) -> Option<(&str, u8)> {
    let (digits, number) = leading_number(text);
    if digits > 0 {
        let rest = text[digits..].strip_prefix('.')?;
        return (digits <= 2).then_some((rest, to_u8(number)?));
    }
    let end = text.find(|character: char| !character.is_alphabetic())?;
    let month = german::month(&text[..end].to_lowercase())?;
    let rest = &text[end..];
    Some((rest.strip_prefix('.').unwrap_or(rest), month))
}

/// Number of digits that `text` begins with, and their value if it fits.
fn leading_number(text: &str) -> (usize, Option<u16>) {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    (digits, text[..digits].parse().ok())
}

fn to_u8(number: Option<u16>) -> Option<u8> {
    number?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_found_in_every_form_that_papers_use() {
        for (text, wanted) in [
            ("Ulm, 12. März 2024 – Der Rat", vec![("12. März 2024", "2024-03-12")]),
            ("Stand: 12.03.2024, 15:30 Uhr", vec![("12.03.2024", "2024-03-12")]),
            ("2.3.24", vec![("2.3.24", "2024-03-02")]),
            ("(3. 4. 1998)", vec![("3. 4. 1998", "1998-04-03")]),
            ("1.\u{a0}Jänner\u{a0}2020", vec![("1.\u{a0}Jänner\u{a0}2020", "2020-01-01")]),
            ("am 5. Sept. 2019.", vec![("5. Sept. 2019", "2019-09-05")]),
            ("DATE 2024-03-12T10:00", vec![("2024-03-12", "2024-03-12")]),
            (
                "vom 1.1.2020 bis 31. Dezember 2021",
                vec![("1.1.2020", "2020-01-01"), ("31. Dezember 2021", "2021-12-31")],
            ),
            ("am 12. März", vec![]),
            ("31.02.2024", vec![]),
            ("Version 10.30.15 und 1.240.000", vec![]),
            ("IP 192.168.10.12", vec![]),
            ("112. März 2024", vec![]),
            ("A12.03.2024", vec![]),
            ("12. Märzen 2024", vec![]),
            ("12. März 20245", vec![]),
        ] {
            let found: Vec<_> = dates(text).map(|(range, date)| (&text[range], date.to_string())).collect();
            let found: Vec<_> = found.iter().map(|(text, date)| (*text, date.as_str())).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn dates_are_slices_of_any_text(text in "[0-9.\\- äMärztT\u{a0}]{0,40}|\\PC{0,30}") {
            for (range, _) in dates(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
