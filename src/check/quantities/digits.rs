//! Numbers in digits: groups, magnitudes, ranges, times, decades.

use super::notation::{Notation, magnitude};
use super::quantity::{Quantity, Reading};
use super::tokens::{Token, all_digits};

/// The number that `tokens` begin with, which must be digits, and how many tokens it consumed.
pub(super) fn in_digits<'a>(text: &'a str, tokens: &[Token<'a>], notation: &Notation) -> (Quantity<'a>, usize) {
    let first = tokens[0];
    let (mut readings, mut taken) = grouped(text, tokens, notation);
    let mut optional = Vec::new();
    let mut end = tokens[taken - 1].end();
    if let Some(scale) = magnitude_at(text, tokens, taken, notation) {
        optional.extend(readings.iter().flatten());
        let unscaled = readings.clone();
        readings.iter_mut().flatten().for_each(|value| *value *= scale);
        if tokens[taken].text.len() == 1 {
            // `1500m` may be a distance.
            readings.extend(unscaled);
        }
        end = tokens[taken].end();
        taken += 1;
    } else if let Some(scale) = range_magnitude(text, tokens, taken, notation) {
        let scaled: Vec<Reading> =
            readings.iter().map(|values| values.iter().map(|value| value * scale).collect()).collect();
        readings.extend(scaled);
    } else if let Some((gap, word)) = word_at(text, tokens, taken) {
        let is_hour = matches!(word.as_str(), "uhr" | "pm" | "p" | "am" | "a" | "h" | "o" | "noon" | "midnight");
        let is_decade = gap.is_empty() && matches!(word.as_str(), "er" | "ern" | "s");
        for values in readings.clone() {
            if is_hour || first.text.contains(':') || values.len() == 2 {
                readings.extend(other_half_of_day(&values));
            }
            if is_decade {
                readings.extend(centuries(&values));
            }
        }
    }
    if first.text.contains(':') {
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
    (Quantity { text: &text[first.start..end], start: first.start, readings, optional, digits: true }, taken)
}

/// The readings of the digits that `tokens` begin with and of the groups of three after them (`10 000`, `10'000`), and how
/// many tokens they are.
fn grouped(text: &str, tokens: &[Token<'_>], notation: &Notation) -> (Vec<Reading>, usize) {
    let first = tokens[0].text;
    let mut taken = 1;
    let mut merged = first.to_owned();
    if first.len() <= 3 && all_digits(first) {
        while let Some(next) = tokens.get(taken) {
            let is_joined = matches!(gap(text, &tokens[taken - 1], next), " " | "\u{a0}" | "\u{202f}" | "'" | "’");
            if !(is_joined && next.digits && next.text.len() == 3 && all_digits(next.text)) {
                break;
            }
            merged.push_str(next.text);
            taken += 1;
        }
    }
    if taken == 1 {
        return (notation.read(first), 1);
    }
    // They may also be numbers side by side.
    let separate = tokens[..taken].iter().filter_map(|token| token.text.parse().ok()).collect();
    (vec![merged.parse().into_iter().collect(), separate], taken)
}

/// The text between two tokens.
fn gap<'a>(text: &'a str, before: &Token<'_>, token: &Token<'_>) -> &'a str {
    text.get(before.end()..token.start).unwrap_or_default()
}

/// The word at `at` in lower case, and the text before it.
fn word_at<'a>(text: &'a str, tokens: &[Token<'_>], at: usize) -> Option<(&'a str, String)> {
    let word = tokens.get(at).filter(|token| !token.digits)?;
    Some((gap(text, &tokens[at - 1], word), word.text.to_lowercase()))
}

/// The magnitude at `at`, if a magnitude follows the number before it.
fn magnitude_at(text: &str, tokens: &[Token<'_>], at: usize, notation: &Notation) -> Option<f64> {
    let (gap, _) = word_at(text, tokens, at)?;
    let is_joined = matches!(gap, "" | " " | "\u{a0}" | "\u{202f}" | "-" | "\u{2011}" | "\u{a0}-");
    if is_joined { magnitude(text, &tokens[at], notation) } else { None }
}

/// The magnitude of the second number of a range whose first number ends before `at`: `12 bis 13 Millionen`.
fn range_magnitude(text: &str, tokens: &[Token<'_>], at: usize, notation: &Notation) -> Option<f64> {
    const BETWEEN: [&str; 9] = ["bis", "und", "oder", "auf", "to", "and", "or", "from", "von"];
    // A few words may stand between: `von 12 auf rund 13 Millionen`.
    let near = |count: usize| at..(at + count).min(tokens.len());
    let scaled = |place: usize| {
        if tokens[place].digits { magnitude_at(text, tokens, place + 1, notation) } else { None }
    };
    let scale = near(6).find_map(scaled)?;
    let is_range = tokens.get(at).is_some_and(|next| next.digits)
        || tokens[near(4)].iter().any(|token| BETWEEN.contains(&token.text.to_lowercase().as_str()));
    is_range.then_some(scale)
}

/// `values` with the hour, which is the first of them, in the other half of the day.
fn other_half_of_day(values: &[f64]) -> Vec<Reading> {
    let Some((&hour, rest)) = values.split_first() else { return Vec::new() };
    let at = |hour: f64| [&[hour], rest].concat();
    let mut readings = vec![if hour > 12.0 { at(hour - 12.0) } else { at(hour + 12.0) }];
    if hour == 0.0 {
        readings.push(at(12.0));
    }
    readings
}

/// `values` with the decade, which is the first of them, with or without its century: `80er`, `1980s`.
fn centuries(values: &[f64]) -> Vec<Reading> {
    let Some((&decade, rest)) = values.split_first() else { return Vec::new() };
    let at = |year: f64| [&[year], rest].concat();
    if decade < 100.0 { vec![at(1900.0 + decade), at(2000.0 + decade)] } else { vec![at(decade % 100.0)] }
}
