//! Dates in German prose: `12. März 2024`, `12.03.2024`, `2024-03-12`.

use std::ops::Range;

use crate::document::Date;
use crate::lexicon::german;

/// The dates in German `prose` with their byte ranges, in order. Only dates with a year count.
pub fn prose_dates(prose: &str) -> impl Iterator<Item = (Range<usize>, Date)> {
    let mut searched_from = 0;
    std::iter::from_fn(move || {
        while let Some(offset) = prose[searched_from..].find(|character: char| character.is_ascii_digit()) {
            let date_start = searched_from + offset;
            let follows_word = prose[..date_start].ends_with(|character: char| character.is_alphanumeric());
            let german_date = leading_date(&prose[date_start..]).filter(|_| !follows_word);
            if let Some((date_length, date)) = german_date {
                searched_from = date_start + date_length;
                return Some((date_start..searched_from, date));
            }
            // Skip the whole number: its last digits are no day.
            let (digit_count, _) = leading_number(&prose[date_start..]);
            searched_from = date_start + digit_count;
        }
        None
    })
}

/// Length of `2024-03-12`.
const ISO_DATE_LENGTH: usize = 10;

/// White space within a date of German prose.
const SPACES_IN_DATES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

/// The date that this piece of German `prose` begins with, and its length in bytes.
fn leading_date(prose: &str) -> Option<(usize, Date)> {
    let (digit_count, day) = leading_number(prose);
    let (date_length, date) = match digit_count {
        4 => (ISO_DATE_LENGTH, Date::from_iso(prose)?),
        1 | 2 => {
            let after_day = prose[digit_count..].strip_prefix('.')?;
            let month_onwards = after_day.trim_start_matches(SPACES_IN_DATES);
            let (month_length, month) = leading_month(month_onwards)?;
            let year_onwards = month_onwards[month_length..].trim_start_matches(SPACES_IN_DATES);
            let (year_length, written_year) = leading_number(year_onwards);
            let year = match year_length {
                4 => written_year?,
                // Two digits stand for the years that readers remember.
                2 => written_year.map(|year| if year < 70 { 2000 + year } else { 1900 + year })?,
                _ => return None,
            };
            let date_length = prose.len() - year_onwards.len() + year_length;
            (date_length, Date::new(year, month, to_u8(day)?)?)
        }
        _ => return None,
    };
    let continues_in_word =
        prose[date_length..].starts_with(|character: char| character.is_alphabetic() && character != 'T');
    (!continues_in_word).then_some((date_length, date))
}

/// The month that this piece of German `prose` begins with, as a number with a full stop or by name, and the length of both in
/// bytes.
fn leading_month(prose: &str) -> Option<(usize, u8)> {
    let (digit_count, month_number) = leading_number(prose);
    if digit_count > 0 {
        let has_full_stop = prose[digit_count..].starts_with('.');
        return (digit_count <= 2 && has_full_stop).then_some((digit_count + 1, to_u8(month_number)?));
    }
    let name_length = prose.find(|character: char| !character.is_alphabetic())?;
    let month = german::month_or_abbreviation(&prose[..name_length].to_lowercase())?;
    Some((name_length + usize::from(prose[name_length..].starts_with('.')), month))
}

/// Number of digits that this piece of `prose` begins with, and their value if it fits.
fn leading_number(prose: &str) -> (usize, Option<u16>) {
    let digit_count = prose.len() - prose.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    (digit_count, prose[..digit_count].parse().ok())
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
            let found: Vec<_> = prose_dates(text).map(|(range, date)| (&text[range], date.to_string())).collect();
            let found: Vec<_> = found.iter().map(|(text, date)| (*text, date.as_str())).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn dates_are_slices_of_any_text(text in "[0-9.\\- äMärztT\u{a0}]{0,40}|\\PC{0,30}") {
            for (range, _) in prose_dates(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
