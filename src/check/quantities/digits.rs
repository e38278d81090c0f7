//! Numbers in digits: groups, magnitudes, ranges, times, decades.

use super::notation::{Notation, magnitude};
use super::quantity::{Quantity, Reading};
use super::tokens::{Token, all_digits};

/// The number that `tokens` begin with, which must be digits, and how many tokens it consumed.
pub(super) fn in_digits<'a>(text: &'a str, tokens: &[Token<'a>], notation: &Notation) -> (Quantity<'a>, usize) {
    let first_token = tokens[0];
    let (mut readings, mut taken_tokens) = grouped(text, tokens, notation);
    let mut optional_values = Vec::new();
    let mut number_end = tokens[taken_tokens - 1].end();
    if let Some(magnitude) = magnitude_at(text, tokens, taken_tokens, notation) {
        optional_values.extend(readings.iter().flatten());
        let unscaled_readings = readings.clone();
        readings.iter_mut().flatten().for_each(|value| *value *= magnitude);
        if tokens[taken_tokens].text.len() == 1 {
            // `1500m` may be a distance.
            readings.extend(unscaled_readings);
        }
        number_end = tokens[taken_tokens].end();
        taken_tokens += 1;
    } else if let Some(magnitude) = range_magnitude(text, tokens, taken_tokens, notation) {
        let scaled_readings: Vec<Reading> =
            readings.iter().map(|values| values.iter().map(|value| value * magnitude).collect()).collect();
        readings.extend(scaled_readings);
    } else if let Some((gap, word)) = word_at(text, tokens, taken_tokens) {
        let is_hour = matches!(word.as_str(), "uhr" | "pm" | "p" | "am" | "a" | "h" | "o" | "noon" | "midnight");
        let is_decade = gap.is_empty() && matches!(word.as_str(), "er" | "ern" | "s");
        for values in readings.clone() {
            if is_hour || first_token.text.contains(':') || values.len() == 2 {
                readings.extend(other_half_of_day(&values));
            }
            if is_decade {
                readings.extend(centuries(&values));
            }
        }
    }
    if first_token.text.contains(':') {
        // At the end of a sentence no word follows.
        let afternoon = |values: &Reading| match values[..] {
            [hour, minute] if hour > 12.0 => Some(vec![hour - 12.0, minute]),
            _ => None,
        };
        let twelve_hour: Vec<Reading> = readings.iter().filter_map(afternoon).collect();
        readings.extend(twelve_hour);
    }
    // `8:00` is also 8.
    let full_hours: Vec<Reading> =
        readings.iter().filter(|values| values.len() == 2 && values[1] == 0.0).map(|values| vec![values[0]]).collect();
    readings.extend(full_hours);
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
fn grouped(text: &str, tokens: &[Token<'_>], notation: &Notation) -> (Vec<Reading>, usize) {
    let first_digits = tokens[0].text;
    let mut taken_tokens = 1;
    let mut merged_digits = first_digits.to_owned();
    if first_digits.len() <= 3 && all_digits(first_digits) {
        while let Some(next_token) = tokens.get(taken_tokens) {
            let is_joined =
                matches!(gap(text, &tokens[taken_tokens - 1], next_token), " " | "\u{a0}" | "\u{202f}" | "'" | "’");
            if !(is_joined && next_token.digits && next_token.text.len() == 3 && all_digits(next_token.text)) {
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
fn gap<'a>(text: &'a str, before: &Token<'_>, token: &Token<'_>) -> &'a str {
    text.get(before.end()..token.start).unwrap_or_default()
}

/// The word at `token_index` in lower case, and the text before it.
fn word_at<'a>(text: &'a str, tokens: &[Token<'_>], token_index: usize) -> Option<(&'a str, String)> {
    let word = tokens.get(token_index).filter(|token| !token.digits)?;
    Some((gap(text, &tokens[token_index - 1], word), word.text.to_lowercase()))
}

/// The magnitude at `token_index`, if a magnitude follows the number before it.
fn magnitude_at(text: &str, tokens: &[Token<'_>], token_index: usize, notation: &Notation) -> Option<f64> {
    let (gap, _) = word_at(text, tokens, token_index)?;
    let is_joined = matches!(gap, "" | " " | "\u{a0}" | "\u{202f}" | "-" | "\u{2011}" | "\u{a0}-");
    if is_joined { magnitude(text, &tokens[token_index], notation) } else { None }
}

/// The magnitude of the second number of a range whose first number ends before `token_index`: `12 bis 13 Millionen`.
fn range_magnitude(text: &str, tokens: &[Token<'_>], token_index: usize, notation: &Notation) -> Option<f64> {
    const WORDS_WITHIN_RANGES: [&str; 9] = ["bis", "und", "oder", "auf", "to", "and", "or", "from", "von"];
    // A few words may stand between: `von 12 auf rund 13 Millionen`.
    let nearby_tokens = |count: usize| token_index..(token_index + count).min(tokens.len());
    let scaled_number_at = |number_index: usize| {
        if tokens[number_index].digits { magnitude_at(text, tokens, number_index + 1, notation) } else { None }
    };
    let scale = nearby_tokens(6).find_map(scaled_number_at)?;
    let is_range = tokens.get(token_index).is_some_and(|next| next.digits)
        || tokens[nearby_tokens(4)]
            .iter()
            .any(|token| WORDS_WITHIN_RANGES.contains(&token.text.to_lowercase().as_str()));
    is_range.then_some(scale)
}

/// `values` with the hour, which is the first of them, in the other half of the day.
fn other_half_of_day(values: &[f64]) -> Vec<Reading> {
    let Some((&hour, minutes)) = values.split_first() else { return Vec::new() };
    let with_hour = |hour: f64| [&[hour], minutes].concat();
    let mut readings = vec![if hour > 12.0 { with_hour(hour - 12.0) } else { with_hour(hour + 12.0) }];
    if hour == 0.0 {
        readings.push(with_hour(12.0));
    }
    readings
}

/// `values` with the decade, which is the first of them, with or without its century: `80er`, `1980s`.
fn centuries(values: &[f64]) -> Vec<Reading> {
    let Some((&decade, other_values)) = values.split_first() else { return Vec::new() };
    let with_year = |year: f64| [&[year], other_values].concat();
    if decade < 100.0 {
        vec![with_year(1900.0 + decade), with_year(2000.0 + decade)]
    } else {
        vec![with_year(decade % 100.0)]
    }
}
