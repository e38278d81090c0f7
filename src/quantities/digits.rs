//! Numbers in digits: groups, magnitudes, ranges, times, decades.

use super::notation::{Notation, magnitude_of_word};
use super::quantity::{Quantity, Reading};
use super::tokens::{QuantityToken, all_digits};

/// The number that `tokens` begin with, which must be digits, and how many tokens it consumed.
pub(super) fn quantity_in_digits<'a>(
    text: &'a str,
    tokens: &[QuantityToken<'a>],
    notation: &Notation,
) -> (Quantity<'a>, usize) {
    let first_token = tokens[0];
    let (mut readings, mut taken_tokens) = grouped_digits(text, tokens, notation);
    let mut optional_values = Vec::new();
    let mut number_end = tokens[taken_tokens - 1].end();
    if let Some(magnitude) = magnitude_at(text, tokens, taken_tokens, notation) {
        optional_values.extend(readings.iter().flatten());
        let unscaled_readings = readings.clone();
        readings.iter_mut().flatten().for_each(|reading_value| *reading_value *= magnitude);
        if tokens[taken_tokens].text.len() == 1 {
            // `1500m` may be a distance.
            readings.extend(unscaled_readings);
        }
        number_end = tokens[taken_tokens].end();
        taken_tokens += 1;
    } else if let Some(magnitude) = range_magnitude(text, tokens, taken_tokens, notation) {
        let scaled_readings: Vec<Reading> = readings
            .iter()
            .map(|reading_values| reading_values.iter().map(|reading_value| reading_value * magnitude).collect())
            .collect();
        readings.extend(scaled_readings);
    } else if let Some((gap_before, word)) = word_in_lower_case(text, tokens, taken_tokens) {
        let is_hour = matches!(word.as_str(), "uhr" | "pm" | "p" | "am" | "a" | "h" | "o" | "noon" | "midnight");
        let is_decade = gap_before.is_empty() && matches!(word.as_str(), "er" | "ern" | "s");
        for reading_values in readings.clone() {
            if is_hour || first_token.text.contains(':') || reading_values.len() == 2 {
                readings.extend(other_half_of_day(&reading_values));
            }
            if is_decade {
                readings.extend(centuries(&reading_values));
            }
        }
    }
    if first_token.text.contains(':') {
        // At the end of a sentence no word follows.
        let in_twelve_hours = |reading_values: &Reading| match reading_values[..] {
            [hour, minute] if hour > 12.0 => Some(vec![hour - 12.0, minute]),
            _ => None,
        };
        let twelve_hour_readings: Vec<Reading> = readings.iter().filter_map(in_twelve_hours).collect();
        readings.extend(twelve_hour_readings);
    }
    // `8:00` is also 8.
    let full_hour_readings: Vec<Reading> = readings
        .iter()
        .filter(|reading_values| reading_values.len() == 2 && reading_values[1] == 0.0)
        .map(|reading_values| vec![reading_values[0]])
        .collect();
    readings.extend(full_hour_readings);
    (
        Quantity {
            text: &text[first_token.start..number_end],
            start: first_token.start,
            readings,
            optional: optional_values,
            digits: true,
        },
        taken_tokens,
    )
}

/// The readings of the digits that `tokens` begin with and of the groups of three after them (`10 000`, `10'000`), and how
/// many tokens they are.
fn grouped_digits(text: &str, tokens: &[QuantityToken<'_>], notation: &Notation) -> (Vec<Reading>, usize) {
    let first_digits = tokens[0].text;
    let mut taken_tokens = 1;
    let mut merged_digits = first_digits.to_owned();
    if first_digits.len() <= 3 && all_digits(first_digits) {
        while let Some(next_token) = tokens.get(taken_tokens) {
            let is_joined_group = matches!(
                gap_between(text, &tokens[taken_tokens - 1], next_token),
                " " | "\u{a0}" | "\u{202f}" | "'" | "’"
            );
            if !(is_joined_group && next_token.digits && next_token.text.len() == 3 && all_digits(next_token.text)) {
                break;
            }
            merged_digits.push_str(next_token.text);
            taken_tokens += 1;
        }
    }
    if taken_tokens == 1 {
        return (notation.read(first_digits), 1);
    }
    // They may also be numbers side by side.
    let separate_numbers = tokens[..taken_tokens].iter().filter_map(|token| token.text.parse().ok()).collect();
    (vec![merged_digits.parse().into_iter().collect(), separate_numbers], taken_tokens)
}

/// The text between two tokens.
fn gap_between<'a>(text: &'a str, before: &QuantityToken<'_>, token: &QuantityToken<'_>) -> &'a str {
    text.get(before.end()..token.start).unwrap_or_default()
}

/// The word at `token_index` in lower case, and the text before it.
fn word_in_lower_case<'a>(
    text: &'a str,
    tokens: &[QuantityToken<'_>],
    token_index: usize,
) -> Option<(&'a str, String)> {
    let word = tokens.get(token_index).filter(|token| !token.digits)?;
    Some((gap_between(text, &tokens[token_index - 1], word), word.text.to_lowercase()))
}

/// The magnitude at `token_index`, if a magnitude follows the number before it.
fn magnitude_at(text: &str, tokens: &[QuantityToken<'_>], token_index: usize, notation: &Notation) -> Option<f64> {
    let (gap_before, _) = word_in_lower_case(text, tokens, token_index)?;
    let is_joined = matches!(gap_before, "" | " " | "\u{a0}" | "\u{202f}" | "-" | "\u{2011}" | "\u{a0}-");
    if is_joined { magnitude_of_word(text, &tokens[token_index], notation) } else { None }
}

/// The magnitude of the second number of a range whose first number ends before `token_index`: `12 bis 13 Millionen`.
fn range_magnitude(text: &str, tokens: &[QuantityToken<'_>], token_index: usize, notation: &Notation) -> Option<f64> {
    const WORDS_WITHIN_RANGES: [&str; 9] = ["bis", "und", "oder", "auf", "to", "and", "or", "from", "von"];
    // A few words may stand between: `von 12 auf rund 13 Millionen`.
    let nearby_tokens = |token_count: usize| token_index..(token_index + token_count).min(tokens.len());
    let scaled_number_at = |number_index: usize| {
        if tokens[number_index].digits { magnitude_at(text, tokens, number_index + 1, notation) } else { None }
    };
    let range_scale = nearby_tokens(6).find_map(scaled_number_at)?;
    let is_range = tokens.get(token_index).is_some_and(|next_token| next_token.digits)
        || tokens[nearby_tokens(4)]
            .iter()
            .any(|token| WORDS_WITHIN_RANGES.contains(&token.text.to_lowercase().as_str()));
    is_range.then_some(range_scale)
}

/// `reading_values` with the hour, which is the first of them, in the other half of the day.
fn other_half_of_day(reading_values: &[f64]) -> Vec<Reading> {
    let Some((&reading_hour, reading_minutes)) = reading_values.split_first() else { return Vec::new() };
    let with_hour = |new_hour: f64| [&[new_hour], reading_minutes].concat();
    let mut readings =
        vec![if reading_hour > 12.0 { with_hour(reading_hour - 12.0) } else { with_hour(reading_hour + 12.0) }];
    if reading_hour == 0.0 {
        readings.push(with_hour(12.0));
    }
    readings
}

/// `reading_values` with the decade, which is the first of them, with or without its century: `80er`, `1980s`.
fn centuries(reading_values: &[f64]) -> Vec<Reading> {
    let Some((&decade, other_values)) = reading_values.split_first() else { return Vec::new() };
    let with_year = |full_year: f64| [&[full_year], other_values].concat();
    if decade < 100.0 {
        vec![with_year(1900.0 + decade), with_year(2000.0 + decade)]
    } else {
        vec![with_year(decade % 100.0)]
    }
}
