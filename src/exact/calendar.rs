//! Months and days of the week: the only one that was exchanged is put right.

use super::edit::ExactEdit;
use crate::lexicon::{english, german};
use crate::quantities::{QuantityToken, tokens};

/// The month or weekday of the English that the German lacks becomes the one of the German that the English lacks.
pub(super) fn edits(german: &str, english: &str) -> Vec<ExactEdit> {
    let (german_tokens, english_tokens) = (tokens(german), tokens(english));
    // `in der Nacht zum Dienstag` is Monday night.
    let is_night_between = german_tokens.windows(2).any(|neighbours| {
        neighbours[0].text.to_lowercase().starts_with("nacht") && matches!(neighbours[1].text, "zum" | "auf")
    });
    let german_month = |token: &QuantityToken<'_>| {
        numeric_month(token).or_else(|| capitalised(token).and_then(|word| german::month_name(&word.to_lowercase())))
    };
    let english_month = |token: &QuantityToken<'_>| capitalised(token).and_then(english::month_name);
    let month_edit = exchanged_day_or_month(&german_tokens, &english_tokens, german_month, english_month)
        .map(|(range, month)| ExactEdit::correction_of(range, english::MONTHS[usize::from(month) - 1]));
    let german_weekday = |token: &QuantityToken<'_>| {
        let lower_word = capitalised(token)?.to_lowercase();
        let weekday_name = lower_word.find("tag").map_or(lower_word.as_str(), |tag_start| &lower_word[..tag_start + 3]);
        german::weekday(weekday_name).or_else(|| german::weekday(lower_word.get(..8)?))
    };
    let english_weekday = |token: &QuantityToken<'_>| capitalised(token).and_then(english::weekday);
    let weekday_edit = if is_night_between {
        None
    } else {
        exchanged_day_or_month(&german_tokens, &english_tokens, german_weekday, english_weekday)
            .map(|(range, weekday)| ExactEdit::correction_of(range, english::WEEKDAYS[usize::from(weekday) - 1]))
    };
    month_edit.into_iter().chain(weekday_edit).collect()
}

fn capitalised<'a>(token: &QuantityToken<'a>) -> Option<&'a str> {
    token.text.starts_with(char::is_uppercase).then_some(token.text)
}

/// The month of a date in digits: `31.12.2023`.
fn numeric_month(token: &QuantityToken<'_>) -> Option<u8> {
    let (_, month, _) = numeric_date(token)?;
    Some(month)
}

/// The day, month and year of a date in digits, the year as it is written.
pub(super) fn numeric_date<'a>(token: &QuantityToken<'a>) -> Option<(u8, u8, &'a str)> {
    let date_parts: Vec<&str> = token.text.split('.').collect();
    let [day, month, year] = date_parts[..] else { return None };
    let day = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    (token.digits && matches!(year.len(), 2 | 4) && !token.text.contains([',', ':'])).then_some((day, month, year))
}

/// Where the English has its only month or weekday that the German lacks, and the only one of the German that the English lacks.
fn exchanged_day_or_month(
    german_tokens: &[QuantityToken<'_>],
    english_tokens: &[QuantityToken<'_>],
    german_value: impl Fn(&QuantityToken<'_>) -> Option<u8>,
    english_value: impl Fn(&QuantityToken<'_>) -> Option<u8>,
) -> Option<(std::ops::Range<usize>, u8)> {
    let german_values: Vec<u8> = german_tokens.iter().filter_map(&german_value).collect();
    let english_values: Vec<(u8, std::ops::Range<usize>)> =
        english_tokens.iter().filter_map(|token| Some((english_value(token)?, token.start..token.end()))).collect();
    let mut lost_values: Vec<u8> = german_values
        .iter()
        .copied()
        .filter(|value| english_values.iter().all(|(english, _)| english != value))
        .collect();
    lost_values.dedup();
    let mut invented_values = english_values.iter().filter(|(value, _)| !german_values.contains(value));
    match (&lost_values[..], invented_values.next(), invented_values.next()) {
        ([lost_value], Some((_, invented_range)), None) => Some((invented_range.clone(), *lost_value)),
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
