//! A line that states a day → the day: `Mon, 6 May 2024`, `Freitag, 3. Mai 2024, 18.30 Uhr`, `03.05.2024`, `2024-05-03`.

use crate::document::Date;
use crate::lexicon::{english, german};

/// The first day that `text` states with its year.
pub(super) fn date(text: &str) -> Option<Date> {
    let words: Vec<&str> = text.split([' ', ',', '(', ')', '|', '\t']).filter(|word| !word.is_empty()).collect();
    (0..words.len()).find_map(|index| numeric(words[index]).or_else(|| with_month(&words[index..])))
}

/// True if `text` is a day, perhaps with its weekday and a time, and nothing else.
pub(super) fn is_only_date(text: &str) -> bool {
    let words = text.split([' ', ',', '|', '–', '-']).filter(|word| !word.is_empty());
    let is_part = |word: &str| {
        let lower = word.trim_end_matches('.').to_lowercase();
        lower.bytes().all(|byte| byte.is_ascii_digit() || b".:/".contains(&byte))
            || matches!(lower.as_str(), "uhr" | "um" | "am" | "den" | "mesz" | "mez" | "h")
            || month(&lower).is_some()
            || german::weekday(&lower).is_some()
    };
    date(text).is_some() && words.into_iter().all(is_part)
}

fn month(lower: &str) -> Option<u8> {
    german::month_or_abbreviation(lower)
        .or_else(|| english::month_name(lower))
        .or_else(|| english::month_abbreviation(lower))
}

/// `03.05.2024`, `3.5.2024` or `2024-05-03`.
fn numeric(word: &str) -> Option<Date> {
    if let Some(date) = Date::from_iso(word) {
        return Some(date);
    }
    let mut parts = word.trim_end_matches('.').split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_plain = |digits: &str, most: usize| {
        (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.next().is_some() || !is_plain(day, 2) || !is_plain(month, 2) || year.len() != 4 || !is_plain(year, 4) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `3. Mai 2024`, `6 May 2024`.
fn with_month(words: &[&str]) -> Option<Date> {
    let [day, month_word, year, ..] = words else { return None };
    let month = month(&month_word.trim_end_matches('.').to_lowercase())?;
    let digits = year.trim_end_matches(['.', ':', ';']);
    if digits.len() != 4 {
        return None;
    }
    Date::new(digits.parse().ok()?, month, day.trim_end_matches('.').parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_found_as_people_and_mail_write_them() {
        for (text, day, is_only) in [
            ("Mon, 6 May 2024 09:12:44 +0200", Some("2024-05-06"), false),
            ("Freitag, 3. Mai 2024, 18.30 Uhr", Some("2024-05-03"), true),
            ("03.05.2024", Some("2024-05-03"), true),
            ("3.5.2024 um 18:30", Some("2024-05-03"), true),
            ("2024-05-03", Some("2024-05-03"), true),
            ("12. Sept. 2015", Some("2015-09-12"), true),
            ("Ulm, den 3. März 2007 begann er", Some("2007-03-03"), false),
            ("31. Februar 2024", None, false),
            ("3. Mai", None, false),
            ("1989", None, false),
            ("", None, false),
        ] {
            assert_eq!(date(text).map(|date| date.to_string()).as_deref(), day, "{text}");
            assert_eq!(is_only_date(text), is_only, "{text}");
        }
    }
}
