//! A date as files state it → the day: ISO 8601, RFC 822 as in mails and feeds, German and English with a month's name,
//! and seconds since 1970. The day is that of the writer, whatever the time zone.

use crate::document::Date;
use crate::lexicon::german;

/// English names of months by their first letters.
const ENGLISH_MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Seconds of a day.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Numbers beyond this are milliseconds since 1970, not seconds: it is the year 5138.
const MAX_SECONDS: u64 = 100_000_000_000;

/// The day that `text` states; `None` if it is no date, or no such day exists.
pub(super) fn stated_day(text: &str) -> Option<Date> {
    let text = text.trim();
    iso_day(text).or_else(|| day_with_points(text)).or_else(|| day_with_month_name(text))
}

/// The day of `seconds` since 1970, or of so many milliseconds.
pub(super) fn day_of_timestamp(seconds: i64) -> Option<Date> {
    let seconds = if seconds.unsigned_abs() > MAX_SECONDS { seconds / 1000 } else { seconds };
    // Days to a date of the Gregorian calendar, in eras of 400 years that begin in March (Hinnant, `civil_from_days`).
    let days = seconds.div_euclid(DAY_SECONDS) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// `2024-05-07T…`, `2024/05/07`, `20240507`.
fn iso_day(text: &str) -> Option<Date> {
    let digit_count = text.bytes().take_while(u8::is_ascii_digit).count();
    if digit_count == 8 || digit_count == 14 {
        return day_of_digits(text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
    }
    let separator = text.get(4..5).filter(|it| digit_count == 4 && ["-", "/", "."].contains(it))?;
    let mut date_parts = text.splitn(3, separator);
    let (year, month, after_month) = (date_parts.next()?, date_parts.next()?, date_parts.next()?);
    let day_digits = after_month.bytes().take_while(u8::is_ascii_digit).count();
    (day_digits <= 2).then(|| day_of_digits(year, month, after_month.get(..day_digits)?))?
}

/// `07.05.2024, 10:00 Uhr`, also within a few words.
fn day_with_points(text: &str) -> Option<Date> {
    text.split([' ', ',', '\t']).find_map(|word| {
        let mut date_parts = word.split('.');
        let (day, month, year) = (date_parts.next()?, date_parts.next()?, date_parts.next()?);
        (year.len() == 4).then(|| day_of_digits(year, month, day))?
    })
}

/// `Tue, 07 May 2024 09:30:00 +0200`, `7. Mai 2024`, `May 7, 2024`, `07-May-24`, and what `asctime` writes.
fn day_with_month_name(text: &str) -> Option<Date> {
    let words: Vec<&str> = text.split([' ', ',', '\t', '-', '/']).filter(|word| !word.is_empty()).take(10).collect();
    let month_at = words.iter().position(|word| month_number(word).is_some())?;
    let month = month_number(words[month_at])?;
    let number_at = |word_index: Option<usize>| {
        let word = word_index.and_then(|word_index| words.get(word_index))?;
        let digits = word.trim_end_matches(['.', ')']);
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| digits.strip_suffix(ending)).unwrap_or(digits);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(digits)
    };
    let is_day = |digits: &&str| digits.len() <= 2;
    let number_before = number_at(month_at.checked_sub(1)).filter(is_day);
    let day = number_before.or_else(|| number_at(Some(month_at + 1)).filter(is_day))?;
    let index_after_day = if number_before.is_some() { month_at + 1 } else { month_at + 2 };
    // The year comes next, or at the end after a time of day.
    let stated_year = number_at(Some(index_after_day))
        .or_else(|| (index_after_day..words.len()).rev().find_map(|word_index| number_at(Some(word_index))))?;
    let stated_year: u16 = match (stated_year.len(), stated_year.parse::<u16>().ok()?) {
        (4, stated_year) => stated_year,
        (2, stated_year) if stated_year < 70 => 2000 + stated_year,
        (2, stated_year) => 1900 + stated_year,
        _ => return None,
    };
    Date::new(stated_year, month, day.parse().ok()?)
}

/// The month that `word` names in German or English, whole or shortened.
fn month_number(word: &str) -> Option<u8> {
    let lower = word.trim_end_matches('.').to_lowercase();
    let is_word = lower.chars().count() >= 3 && lower.chars().all(char::is_alphabetic);
    let english = || {
        let start = lower.get(..3)?;
        let number = ENGLISH_MONTHS.iter().position(|month| *month == start)?;
        u8::try_from(number + 1).ok()
    };
    // Words that begin as a month does are rare in dates: `Mon` and `Mar` differ.
    is_word.then(|| german::month_or_abbreviation(&lower).or_else(english))?
}

fn day_of_digits(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let all = is_number(year) && is_number(month) && is_number(day);
    all.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_however_they_are_written() {
        for text in [
            "2024-05-07",
            "2024-05-07T23:30:00-08:00",
            "2024-05-07 00:10:00",
            "2024/5/7",
            "2024.05.07",
            "20240507",
            "20240507093000",
            "Tue, 07 May 2024 09:30:00 +0200",
            "Tue, 7 May 24 09:30:00 GMT",
            "7 May 2024",
            "07-May-2024",
            "Tue May  7 09:30:00 2024",
            "May 7th, 2024",
            "07.05.2024",
            "Di, 07.05.2024, 10:00 Uhr",
            "7. Mai 2024",
            "Dienstag, 7. Mai 2024",
            " 7.5.2024 ",
        ] {
            assert_eq!(stated_day(text), Date::new(2024, 5, 7), "{text}");
        }
        assert_eq!(stated_day("12. März 2024"), Date::new(2024, 3, 12));
        assert_eq!(stated_day("1 Okt 2024"), Date::new(2024, 10, 1));
        assert_eq!(stated_day("Mon, 4 Mar 2024 10:00:00 GMT"), Date::new(2024, 3, 4));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "morgen",
            "2024-13-07",
            "31.02.2024",
            "2024",
            "May",
            "May 2024",
            "99999999",
            "7. Mai",
            "ä4-05-07",
            "1:2:3",
        ] {
            assert_eq!(stated_day(text), None, "{text}");
        }
    }

    #[test]
    fn seconds_and_milliseconds_are_days() {
        for (timestamp, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (1_715_040_000, "2024-05-07"),
            (1_715_126_399, "2024-05-07"),
            (1_715_040_000_000, "2024-05-07"),
            (1_709_164_800, "2024-02-29"),
        ] {
            assert_eq!(day_of_timestamp(timestamp).map(|it| it.to_string()).as_deref(), Some(day), "{timestamp}");
        }
        assert_eq!(day_of_timestamp(i64::MIN), None);
        assert_eq!(day_of_timestamp(i64::MAX), None);
    }
}
