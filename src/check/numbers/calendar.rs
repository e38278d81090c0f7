//! Months and days of the week.

use super::exchange::{StatedValue, exchanged_value};
use crate::lexicon::{english, german};
use crate::quantities::{QuantityToken, tokens};

/// A month or weekday of `german` for which `english` has another one.
pub(super) fn exchanged_date<'a>(german: &'a str, english: &str) -> Option<&'a str> {
    let (german_tokens, english_tokens) = (tokens(german), tokens(english));
    let is_numeric_date = |token: &QuantityToken<'_>| numeric_month(token).is_some() || english.contains('/');
    let exchanged_month = || {
        // `3/10` is read differently in Britain and America.
        if english_tokens.iter().any(is_numeric_date) {
            return None;
        }
        exchanged_value(&german_months(&german_tokens), &english_months(&english_tokens))
    };
    let exchanged_weekday = || {
        // `in der Nacht zum Dienstag` is Monday night.
        if is_between_days(&german_tokens) {
            return None;
        }
        exchanged_value(&german_weekdays(&german_tokens), &english_weekdays(&english_tokens))
    };
    exchanged_month().or_else(exchanged_weekday)
}

/// True for a night between two days: `in der Nacht zum Dienstag`, `in der Nacht auf Dienstag`.
fn is_between_days(tokens: &[QuantityToken<'_>]) -> bool {
    tokens.windows(2).any(|neighbours| {
        let is_night = neighbours[0].text.to_lowercase().starts_with("nacht");
        is_night && matches!(neighbours[1].text, "zum" | "auf")
    })
}

/// The month of a numeric date: `31.12.2023`.
fn numeric_month(token: &QuantityToken<'_>) -> Option<u8> {
    let date_parts: Vec<&str> = token.text.split('.').collect();
    let [day_digits, month_digits, year_digits] = date_parts[..] else { return None };
    let is_day = day_digits.parse().is_ok_and(|day: u8| (1..=31).contains(&day));
    let is_year = matches!(year_digits.len(), 2 | 4) && token.digits;
    month_digits.parse().ok().filter(|month| is_day && is_year && (1..=12).contains(month))
}

fn german_months<'a>(german_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u8>> {
    let stated_month = |token: &QuantityToken<'a>| {
        let month_by_name = || german::month_name(&token.text.to_lowercase()).filter(|_| is_capitalised(token.text));
        let month_value = numeric_month(token).or_else(month_by_name)?;
        Some(StatedValue { value: month_value, text: token.text })
    };
    german_tokens.iter().filter_map(stated_month).collect()
}

fn english_months<'a>(english_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u8>> {
    let stated_month = |token: &QuantityToken<'a>| {
        let month_value = english::month_name(token.text).or_else(|| english::month_abbreviation(token.text))?;
        is_capitalised(token.text).then_some(StatedValue { value: month_value, text: token.text })
    };
    english_tokens.iter().filter_map(stated_month).collect()
}

/// Days of the week, also at the beginning of compounds (`Dienstagabend`).
fn german_weekdays<'a>(german_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u8>> {
    let stated_weekday = |token: &QuantityToken<'a>| {
        let lower_word = token.text.to_lowercase();
        let weekday_name = lower_word.find("tag").map_or(lower_word.as_str(), |tag_start| &lower_word[..tag_start + 3]);
        let weekday_value = german::weekday(weekday_name).or_else(|| german::weekday(lower_word.get(..8)?))?;
        Some(StatedValue { value: weekday_value, text: token.text })
    };
    german_tokens.iter().filter_map(stated_weekday).collect()
}

fn english_weekdays<'a>(english_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u8>> {
    let stated_weekday = |token: &QuantityToken<'a>| {
        let singular = token.text.strip_suffix('s').unwrap_or(token.text);
        Some(StatedValue { value: english::weekday(singular)?, text: token.text })
    };
    english_tokens.iter().filter_map(stated_weekday).collect()
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
