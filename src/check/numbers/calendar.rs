//! Months and days of the week.

use super::exchange::{StatedValue, exchanged};
use crate::check::quantities::{Token, tokens};
use crate::lexicon::{english, german};

/// A month or weekday of `german` for which `english` has another one.
pub(super) fn exchanged_date<'a>(german: &'a str, english: &str) -> Option<&'a str> {
    let (german_tokens, english_tokens) = (tokens(german), tokens(english));
    let is_numeric_date = |token: &Token<'_>| numeric_month(token).is_some() || english.contains('/');
    let months = || {
        // `3/10` is read differently in Britain and America.
        if english_tokens.iter().any(is_numeric_date) {
            return None;
        }
        exchanged(&german_months(&german_tokens), &english_months(&english_tokens))
    };
    let weekdays = || {
        // `in der Nacht zum Dienstag` is Monday night.
        if is_between_days(&german_tokens) {
            return None;
        }
        exchanged(&german_weekdays(&german_tokens), &english_weekdays(&english_tokens))
    };
    months().or_else(weekdays)
}

/// True for a night between two days: `in der Nacht zum Dienstag`, `in der Nacht auf Dienstag`.
fn is_between_days(tokens: &[Token<'_>]) -> bool {
    tokens.windows(2).any(|neighbours| {
        let is_night = neighbours[0].text.to_lowercase().starts_with("nacht");
        is_night && matches!(neighbours[1].text, "zum" | "auf")
    })
}

/// The month of a numeric date: `31.12.2023`.
fn numeric_month(token: &Token<'_>) -> Option<u8> {
    let date_parts: Vec<&str> = token.text.split('.').collect();
    let [day, month, year] = date_parts[..] else { return None };
    let is_day = day.parse().is_ok_and(|day: u8| (1..=31).contains(&day));
    let is_year = matches!(year.len(), 2 | 4) && token.digits;
    month.parse().ok().filter(|month| is_day && is_year && (1..=12).contains(month))
}

fn german_months<'a>(tokens: &[Token<'a>]) -> Vec<StatedValue<'a, u8>> {
    let month = |token: &Token<'a>| {
        let by_name = || german::month_name(&token.text.to_lowercase()).filter(|_| is_capitalised(token.text));
        let value = numeric_month(token).or_else(by_name)?;
        Some(StatedValue { value, text: token.text })
    };
    tokens.iter().filter_map(month).collect()
}

fn english_months<'a>(tokens: &[Token<'a>]) -> Vec<StatedValue<'a, u8>> {
    let month = |token: &Token<'a>| {
        let value = english::month_name(token.text).or_else(|| english::month_abbreviation(token.text))?;
        is_capitalised(token.text).then_some(StatedValue { value, text: token.text })
    };
    tokens.iter().filter_map(month).collect()
}

/// Days of the week, also at the beginning of compounds (`Dienstagabend`).
fn german_weekdays<'a>(tokens: &[Token<'a>]) -> Vec<StatedValue<'a, u8>> {
    let weekday = |token: &Token<'a>| {
        let lower_word = token.text.to_lowercase();
        let weekday_name = lower_word.find("tag").map_or(lower_word.as_str(), |tag_start| &lower_word[..tag_start + 3]);
        let value = german::weekday(weekday_name).or_else(|| german::weekday(lower_word.get(..8)?))?;
        Some(StatedValue { value, text: token.text })
    };
    tokens.iter().filter_map(weekday).collect()
}

fn english_weekdays<'a>(tokens: &[Token<'a>]) -> Vec<StatedValue<'a, u8>> {
    let weekday = |token: &Token<'a>| {
        let singular = token.text.strip_suffix('s').unwrap_or(token.text);
        Some(StatedValue { value: english::weekday(singular)?, text: token.text })
    };
    tokens.iter().filter_map(weekday).collect()
}

fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanged_months_and_weekdays_are_found() {
        for (german, english, wanted) in [
            ("im Januar", "in June", Some("Januar")),
            ("im Januar", "in January", None),
            ("im Januar", "early this year", None),
            ("am 3. Jänner", "on 3 Jan.", None),
            ("am Dienstag", "on Thursday", Some("Dienstag")),
            ("am Dienstagabend", "on Tuesday evening", None),
            ("am Sonnabend", "on Saturday", None),
            ("in der Nacht zum Dienstag", "on Monday night", None),
            ("am Mittwochmorgen", "on Tuesday morning", Some("Mittwochmorgen")),
            ("zum 31.12.2023", "on 31 October 2023", Some("31.12.2023")),
            ("zum 31.12.2023", "on 31 December 2023", None),
            ("zum 31.12.2023", "on 12/31/2023", None),
        ] {
            assert_eq!(exchanged_date(german, english), wanted, "{german} {english}");
        }
    }
}
