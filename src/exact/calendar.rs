//! Months and days of the week: the only one that was exchanged is put right.

use super::edit::Edit;
use crate::check::{Token, tokens};
use crate::lexicon::{english, german};

/// The month or weekday of the English that the German lacks becomes the one of the German that the English lacks.
pub(super) fn edits(german: &str, english: &str) -> Vec<Edit> {
    let (german_tokens, english_tokens) = (tokens(german), tokens(english));
    // `in der Nacht zum Dienstag` is Monday night.
    let is_night_between = german_tokens.windows(2).any(|neighbours| {
        neighbours[0].text.to_lowercase().starts_with("nacht") && matches!(neighbours[1].text, "zum" | "auf")
    });
    let german_month = |token: &Token<'_>| {
        numeric_month(token).or_else(|| capitalised(token).and_then(|word| german::month_name(&word.to_lowercase())))
    };
    let english_month = |token: &Token<'_>| capitalised(token).and_then(english::month_name);
    let month = exchanged(&german_tokens, &english_tokens, german_month, english_month)
        .map(|(range, month)| Edit::correction_of(range, english::MONTHS[usize::from(month) - 1]));
    let german_weekday = |token: &Token<'_>| {
        let lower_word = capitalised(token)?.to_lowercase();
        let name = lower_word.find("tag").map_or(lower_word.as_str(), |at| &lower_word[..at + 3]);
        german::weekday(name).or_else(|| german::weekday(lower_word.get(..8)?))
    };
    let english_weekday = |token: &Token<'_>| capitalised(token).and_then(english::weekday);
    let weekday = if is_night_between {
        None
    } else {
        exchanged(&german_tokens, &english_tokens, german_weekday, english_weekday)
            .map(|(range, weekday)| Edit::correction_of(range, english::WEEKDAYS[usize::from(weekday) - 1]))
    };
    month.into_iter().chain(weekday).collect()
}

fn capitalised<'a>(token: &Token<'a>) -> Option<&'a str> {
    token.text.starts_with(char::is_uppercase).then_some(token.text)
}

/// The month of a date in digits: `31.12.2023`.
fn numeric_month(token: &Token<'_>) -> Option<u8> {
    let (_, month, _) = numeric_date(token)?;
    Some(month)
}

/// The day, month and year of a date in digits, the year as it is written.
pub(super) fn numeric_date<'a>(token: &Token<'a>) -> Option<(u8, u8, &'a str)> {
    let date_parts: Vec<&str> = token.text.split('.').collect();
    let [day, month, year] = date_parts[..] else { return None };
    let day = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    (token.digits && matches!(year.len(), 2 | 4) && !token.text.contains([',', ':'])).then_some((day, month, year))
}

/// Where the English has its only value that the German lacks, and the only value of the German that the English lacks.
fn exchanged(
    german_tokens: &[Token<'_>],
    english_tokens: &[Token<'_>],
    german_value: impl Fn(&Token<'_>) -> Option<u8>,
    english_value: impl Fn(&Token<'_>) -> Option<u8>,
) -> Option<(std::ops::Range<usize>, u8)> {
    let german_values: Vec<u8> = german_tokens.iter().filter_map(&german_value).collect();
    let english_values: Vec<(u8, std::ops::Range<usize>)> =
        english_tokens.iter().filter_map(|token| Some((english_value(token)?, token.start..token.end()))).collect();
    let mut lost: Vec<u8> = german_values
        .iter()
        .copied()
        .filter(|value| english_values.iter().all(|(english, _)| english != value))
        .collect();
    lost.dedup();
    let mut invented = english_values.iter().filter(|(value, _)| !german_values.contains(value));
    match (&lost[..], invented.next(), invented.next()) {
        ([lost], Some((_, range)), None) => Some((range.clone(), *lost)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn the_only_exchanged_month_or_weekday_is_put_right() {
        for (german, english, wanted) in [
            ("Der Prozess beginnt im Januar.", "The trial begins in June.", "The trial begins in January."),
            (
                "Am Dienstagabend tagte der Rat.",
                "The council met on Thursday evening.",
                "The council met on Tuesday evening.",
            ),
            ("Bis zum 31.12.2023", "Until 31 October 2023", "Until 31 December 2023"),
            ("Die Nacht zum Dienstag", "Monday night", "Monday night"),
            ("Im Mai und im Juni", "In July and August", "In July and August"),
            ("Im Januar", "Early this year", "Early this year"),
        ] {
            assert_eq!(apply(english, edits(german, english)), wanted, "{german}");
        }
    }
}
