//! The dates that a German text writes out: `12. März 2024`, `12.03.2024`, `2024-03-12`.

use std::ops::Range;

use crate::document::Date;

/// Names of months as German papers write them, in small letters; longer ones before their abbreviations.
const MONTHS: &[(&str, u8)] = &[
    ("januar", 1),
    ("jänner", 1),
    ("jan", 1),
    ("februar", 2),
    ("feber", 2),
    ("feb", 2),
    ("märz", 3),
    ("mrz", 3),
    ("mär", 3),
    ("april", 4),
    ("apr", 4),
    ("mai", 5),
    ("juni", 6),
    ("jun", 6),
    ("juli", 7),
    ("jul", 7),
    ("august", 8),
    ("aug", 8),
    ("september", 9),
    ("sept", 9),
    ("sep", 9),
    ("oktober", 10),
    ("okt", 10),
    ("november", 11),
    ("nov", 11),
    ("dezember", 12),
    ("dez", 12),
];

/// The dates in `text` with the place of each, in their order. A date without a year is none.
pub fn dates(text: &str) -> impl Iterator<Item = (Range<usize>, Date)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(offset) = text[from..].find(|character: char| character.is_ascii_digit()) {
            let start = from + offset;
            let follows_word = text[..start].ends_with(|character: char| character.is_alphanumeric());
            let found = date(&text[start..]).filter(|_| !follows_word);
            if let Some((length, date)) = found {
                from = start + length;
                return Some((start..from, date));
            }
            // Past the whole number, so that the end of a longer one is not taken for a day.
            let (digits, _) = number(&text[start..]);
            from = start + digits;
        }
        None
    })
}

/// Bytes of `2024-03-12`.
const ISO: usize = 10;

/// The date that `text` begins with, and its length in bytes.
fn date(text: &str) -> Option<(usize, Date)> {
    let (digits, first) = number(text);
    let rest = &text[digits..];
    let (end, date) = if digits == 4 {
        (ISO, Date::from_iso(text)?)
    } else if digits <= 2 {
        let rest = rest.strip_prefix('.')?;
        let rest = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
        let (rest, month) = month(rest)?;
        let rest = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
        let (year_digits, year) = number(rest);
        let year = match year_digits {
            4 => year?,
            // Papers write two digits for the years that their readers remember.
            2 => year.map(|year| if year < 70 { 2000 + year } else { 1900 + year })?,
            _ => return None,
        };
        (text.len() - rest.len() + year_digits, Date::new(year, month, small(first)?)?)
    } else {
        return None;
    };
    let goes_on = text[end..].starts_with(|character: char| character.is_alphabetic() && character != 'T');
    (!goes_on).then_some((end, date))
}

/// The month that `text` begins with, as a number with a full stop or as a name, and what stands behind it.
fn month(text: &str) -> Option<(&str, u8)> {
    let (digits, month) = number(text);
    if digits > 0 {
        let rest = text[digits..].strip_prefix('.')?;
        return (digits <= 2).then_some((rest, small(month)?));
    }
    let end = text.find(|character: char| !character.is_alphabetic())?;
    let name = text[..end].to_lowercase();
    let (_, month) = MONTHS.iter().find(|(known, _)| *known == name)?;
    let rest = &text[end..];
    Some((rest.strip_prefix('.').unwrap_or(rest), *month))
}

/// How many digits `text` begins with, and the number they are if it is not too large.
fn number(text: &str) -> (usize, Option<u16>) {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    (digits, text[..digits].parse().ok())
}

fn small(number: Option<u16>) -> Option<u8> {
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
        fn no_text_breaks_the_search(text in "[0-9.\\- äMärztT\u{a0}]{0,40}|\\PC{0,30}") {
            for (range, _) in dates(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
