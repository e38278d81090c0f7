//! Dates and times that articles state.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A date of the Gregorian calendar. Displays as `2024-03-12`.
///
/// Invariant: the date exists, and the year has four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` if there is no such date, or the year does not have four digits.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap_year = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days_in_month = match month {
            4 | 6 | 9 | 11 => 30,
            2 if is_leap_year => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        ((1000..=9999).contains(&year) && (1..=days_in_month).contains(&day)).then_some(Self { year, month, day })
    }

    /// Parses the date at the start of an ISO 8601 timestamp such as `2024-03-12T08:30:00+01:00`.
    pub fn from_iso(timestamp: &str) -> Option<Self> {
        let mut date_parts = timestamp.trim().splitn(3, '-');
        let (year, month, day_and_time) = (date_parts.next()?, date_parts.next()?, date_parts.next()?);
        let day = day_and_time.get(..2)?;
        let day_ends = !day_and_time[2..].starts_with(|character: char| character.is_ascii_digit());
        let has_plain_digits = [(year, 4), (month, 2), (day, 2)]
            .iter()
            .all(|(digits, length)| digits.len() == *length && digits.bytes().all(|byte| byte.is_ascii_digit()));
        if !has_plain_digits || !day_ends {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Year of the date, 1000 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// Month of the date, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A time of day. Displays as `08:05`.
///
/// Invariant: the time exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time {
    hour: u8,
    minute: u8,
}

impl Time {
    /// `None` if there is no such time.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.hour, self.minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_dates() {
        for (year, month, day, exists) in [
            (2024, 2, 29, true),
            (2023, 2, 29, false),
            (1900, 2, 29, false),
            (2000, 2, 29, true),
            (2024, 4, 31, false),
            (2024, 13, 1, false),
            (2024, 0, 1, false),
            (2024, 1, 0, false),
            (999, 1, 1, false),
        ] {
            assert_eq!(Date::new(year, month, day).is_some(), exists, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn machines_write_dates_in_one_form() {
        for (text, date) in [
            ("2024-03-12", Some("2024-03-12")),
            (" 2024-03-12T08:30:00+01:00 ", Some("2024-03-12")),
            ("2024-03-12 08:30", Some("2024-03-12")),
            ("2024-03-123", None),
            ("2024-3-12", None),
            ("12.03.2024", None),
            ("2024-03-ß", None),
            ("2024-02-30", None),
            ("", None),
        ] {
            assert_eq!(Date::from_iso(text).map(|date| date.to_string()).as_deref(), date, "{text}");
        }
    }
}
