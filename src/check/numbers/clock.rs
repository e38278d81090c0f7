//! Clock times, compared to the minute and to the half of the day.

use std::ops::Range;

use crate::check::quantities::{Token, tokens};
use crate::lexicon::{english, german};

const HOUR: u16 = 60;
const HALF_DAY: u16 = 12 * HOUR;
const DAY: u16 = 24 * HOUR;

/// A clock time in a text.
pub struct ClockTime {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Minutes since midnight: one value, or two if the half of the day is open.
    pub minutes: Vec<u16>,
}

impl ClockTime {
    /// True if the two may be the same time.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        self.minutes.iter().any(|minute| other.minutes.contains(minute))
    }

    /// The numbers that may be written for it: hours in both clocks, and the minute.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let of_minute = |time: &u16| [time / HOUR, (time / HOUR) % 12, (time + HALF_DAY) % DAY / HOUR, time % HOUR];
        self.minutes.iter().flat_map(of_minute).chain([12, 24]).map(f64::from)
    }
}

/// The half of the day that an hour from 1 to 12 belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    Morning,
    Afternoon,
    Open,
}

/// `hour`, from 0 to 24, and `minute` as minutes since midnight. 0 and hours above 12 are certain whatever `half` says.
fn minutes(hour: u16, minute: u16, half: Half) -> Vec<u16> {
    let time = (hour * HOUR + minute) % DAY;
    match half {
        _ if hour > 12 || hour == 0 => vec![time],
        Half::Morning => vec![time % HALF_DAY],
        Half::Afternoon => vec![time % HALF_DAY + HALF_DAY],
        Half::Open => either_half(time),
    }
}

/// `time` in both halves of the day.
fn either_half(time: u16) -> Vec<u16> {
    vec![time % HALF_DAY, time % HALF_DAY + HALF_DAY]
}

/// The hour and minute of digits: `19`, `19.30`, `19:30`.
fn hour_and_minute(digits: &str) -> Option<(u16, u16)> {
    let (hour_digits, minute_digits) = digits.split_once(['.', ':']).unwrap_or((digits, "00"));
    let (hour, minute) = (hour_digits.parse().ok()?, minute_digits.parse().ok()?);
    (hour <= 24 && minute < HOUR && minute_digits.len() == 2 && hour_digits.len() <= 2).then_some((hour, minute))
}

/// The text between tokens `token_index - 1` and `token_index`.
fn gap_before<'a>(text: &'a str, tokens: &[Token<'_>], token_index: usize) -> Option<&'a str> {
    text.get(tokens.get(token_index.checked_sub(1)?)?.end()..tokens.get(token_index)?.start)
}

/// Token `token_index` in lower case if it is a word.
fn word_at(tokens: &[Token<'_>], token_index: usize) -> Option<String> {
    tokens.get(token_index).filter(|token| !token.digits).map(|token| token.text.to_lowercase())
}

/// An hour from 1 to 12 in digits or German words.
fn german_hour(tokens: &[Token<'_>], token_index: usize) -> Option<u16> {
    let token = tokens.get(token_index)?;
    let hour = if token.digits {
        token.text.parse().ok()?
    } else {
        match token.text.to_lowercase().as_str() {
            "ein" | "eins" => 1,
            name => german::cardinal(name)? as u16,
        }
    };
    (1..=12).contains(&hour).then_some(hour)
}

/// Words in a German sentence that leave the half of the day of `8 Uhr` open.
const WORDS_FOR_LATE_HOURS: [&str; 5] = ["abend", "nachmittag", "nacht", "mittag", "spät"];

/// The clock times of a German text: `19.30 Uhr`, `zwischen 8 und 10 Uhr`, `halb neun`, `Viertel nach acht`. Without a word for
/// the afternoon or the evening, `8 Uhr` is in the morning and `12 Uhr` at noon.
pub fn german_times(text: &str) -> Vec<ClockTime> {
    let tokens = tokens(text);
    let lower_german = text.to_lowercase();
    let is_late = WORDS_FOR_LATE_HOURS.iter().any(|name| lower_german.contains(name));
    let mut clock_times: Vec<ClockTime> = Vec::new();
    let mut token_index = 0;
    while token_index < tokens.len() {
        let time_and_tokens =
            spoken_german(text, &tokens, token_index).or_else(|| written_german(text, &tokens, token_index, is_late));
        token_index += match time_and_tokens {
            Some((minutes, taken_tokens)) => {
                let range = tokens[token_index].start..tokens[token_index + taken_tokens - 1].end();
                clock_times.push(ClockTime { range, minutes });
                taken_tokens
            }
            None => 1,
        };
    }
    clock_times
}

/// `halb neun`, `Viertel nach acht`, `drei viertel neun` at token `token_index`: minutes since midnight, and tokens taken.
fn spoken_german(text: &str, tokens: &[Token<'_>], token_index: usize) -> Option<(Vec<u16>, usize)> {
    let is_spaced = |index: usize| matches!(gap_before(text, tokens, index), Some(" " | "\u{a0}"));
    let minutes_before = |hour: u16, minutes_to_hour: u16, taken_tokens: usize| {
        Some((either_half(hour * HOUR - minutes_to_hour), taken_tokens))
    };
    let first_word = word_at(tokens, token_index).filter(|_| is_spaced(token_index + 1))?;
    match first_word.as_str() {
        "halb" => minutes_before(german_hour(tokens, token_index + 1)?, 30, 2),
        "dreiviertel" => minutes_before(german_hour(tokens, token_index + 1)?, 15, 2),
        "drei" if word_at(tokens, token_index + 1)? == "viertel" && is_spaced(token_index + 2) => {
            minutes_before(german_hour(tokens, token_index + 2)?, 15, 3)
        }
        "viertel" if is_spaced(token_index + 2) => {
            let hour = german_hour(tokens, token_index + 2)?;
            match word_at(tokens, token_index + 1)?.as_str() {
                "vor" => minutes_before(hour, 15, 3),
                "nach" => Some((either_half(hour * HOUR + 15), 3)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `19.30 Uhr`, `19 Uhr 30`, `sieben Uhr` or the start of `8 bis 10 Uhr` at token `token_index`: minutes since
/// midnight, and tokens taken.
fn written_german(text: &str, tokens: &[Token<'_>], token_index: usize, is_late: bool) -> Option<(Vec<u16>, usize)> {
    let is_clock = |index: usize| word_at(tokens, index).is_some_and(|name| name == "uhr");
    let half = if is_late { Half::Open } else { Half::Morning };
    let time_at = |index: usize| -> Option<(u16, u16)> {
        let token = tokens.get(index)?;
        if token.digits { hour_and_minute(token.text) } else { Some((german_hour(tokens, index)?, 0)) }
    };
    let (hour, minute) = time_at(token_index)?;
    // Noon is `12 Uhr`, not the start of the morning.
    let as_minutes = |minute: u16| {
        if hour == 12 && !is_late { vec![12 * HOUR + minute] } else { minutes(hour, minute, half) }
    };
    if is_clock(token_index + 1) {
        let is_minute = |token: &&Token<'_>| {
            token.digits && token.text.len() == 2 && gap_before(text, tokens, token_index + 2) == Some(" ")
        };
        // `zwei Uhr dreißig`, but not `zwei Uhr dreißig Leute`.
        let counts = tokens.get(token_index + 3).is_some_and(|next| next.text.starts_with(char::is_uppercase));
        let minute_word = word_at(tokens, token_index + 2)
            .filter(|_| !counts && minute == 0 && gap_before(text, tokens, token_index + 2) == Some(" "))
            .and_then(|name| german::cardinal(&name));
        if let Some(value) = minute_word.filter(|value| *value < f64::from(HOUR)) {
            return Some((as_minutes(value as u16), 3));
        }
        let spelt_minute = tokens.get(token_index + 2).filter(is_minute).and_then(|token| token.text.parse().ok());
        return match spelt_minute.filter(|value| minute == 0 && *value < HOUR) {
            Some(value) => Some((as_minutes(value), 3)),
            None => Some((as_minutes(minute), 2)),
        };
    }
    let is_range = match word_at(tokens, token_index + 1) {
        Some(name) => {
            matches!(name.as_str(), "bis" | "und" | "oder")
                && time_at(token_index + 2).is_some()
                && is_clock(token_index + 3)
        }
        None => {
            let dash = gap_before(text, tokens, token_index + 1).map(str::trim);
            matches!(dash, Some("-" | "–" | "/")) && time_at(token_index + 1).is_some() && is_clock(token_index + 2)
        }
    };
    is_range.then(|| (as_minutes(minute), 1))
}

/// An hour from 1 to 12 in digits or English words.
fn english_hour(tokens: &[Token<'_>], token_index: usize) -> Option<u16> {
    let token = tokens.get(token_index)?;
    let hour = if token.digits {
        token.text.parse().ok()?
    } else {
        english::number_word(&token.text.to_lowercase()).filter(|value| value.fract() == 0.0)? as u16
    };
    (1..=12).contains(&hour).then_some(hour)
}

/// Everything in an English text that may be a clock time: `7:30 p.m.`, `half past eight`, `noon`, `1930`, and any number that
/// can be an hour.
pub(super) fn english_times(text: &str) -> Vec<ClockTime> {
    let tokens = tokens(text);
    let mut clock_times = Vec::new();
    for token_index in 0..tokens.len() {
        let mut add_time = |minutes: Vec<u16>, last_token: usize| {
            clock_times.push(ClockTime { range: tokens[token_index].start..tokens[last_token].end(), minutes });
        };
        if let Some((time, last_token)) = spoken_english(&tokens, token_index) {
            add_time(time, last_token);
        } else if let Some((hour, minute)) = english_digits(&tokens[token_index]) {
            let (half_of_time, last_token) = half_of_day(text, &tokens, token_index + 1);
            add_time(minutes(hour, minute, half_of_time), last_token.max(token_index));
        } else if let Some(hour) = english_hour(&tokens, token_index) {
            let (half_of_time, last_token) = half_of_day(text, &tokens, token_index + 1);
            add_time(minutes(hour, 0, half_of_time), last_token.max(token_index));
        }
    }
    clock_times
}

/// The hour and minute of a token in digits, also as `1930`.
fn english_digits(token: &Token<'_>) -> Option<(u16, u16)> {
    if !token.digits {
        return None;
    }
    let military = || {
        let (hour, minute) = (token.text.get(..2)?.parse().ok()?, token.text.get(2..)?.parse().ok()?);
        (token.text.len() == 4 && hour <= 24 && minute < HOUR).then_some((hour, minute))
    };
    hour_and_minute(token.text).or_else(military)
}

/// The half of the day that the tokens from `token_index` on state, and the last of these tokens: `pm`, `p.m.`, `in the evening`.
fn half_of_day(text: &str, tokens: &[Token<'_>], token_index: usize) -> (Half, usize) {
    let open_half = (Half::Open, token_index.saturating_sub(1));
    let word_after = |count: usize| word_at(tokens, token_index + count).unwrap_or_default();
    let half_named = |name: &str| if name.starts_with('p') { Half::Afternoon } else { Half::Morning };
    match word_after(0).as_str() {
        name @ ("am" | "pm") => (half_named(name), token_index),
        name @ ("a" | "p") if word_after(1) == "m" && gap_before(text, tokens, token_index + 1) == Some(".") => {
            (half_named(name), token_index + 1)
        }
        "in" if word_after(1) == "the" => match word_after(2).as_str() {
            "morning" => (Half::Morning, token_index + 2),
            "afternoon" | "evening" => (Half::Afternoon, token_index + 2),
            _ => open_half,
        },
        _ => open_half,
    }
}

/// `noon`, `midnight`, `half past eight`, `half eight`, `a quarter to nine` at token `token_index`, and the last token.
fn spoken_english(tokens: &[Token<'_>], token_index: usize) -> Option<(Vec<u16>, usize)> {
    let relation = |index: usize| word_at(tokens, index).unwrap_or_default();
    match word_at(tokens, token_index)?.as_str() {
        "noon" | "midday" => Some((vec![HALF_DAY], token_index)),
        "midnight" => Some((vec![0], token_index)),
        "half" if relation(token_index + 1) == "past" => {
            Some((either_half(english_hour(tokens, token_index + 2)? * HOUR + 30), token_index + 2))
        }
        "half" => Some((either_half(english_hour(tokens, token_index + 1)? * HOUR + 30), token_index + 1)),
        "quarter" => {
            let hour = english_hour(tokens, token_index + 2)?;
            match relation(token_index + 1).as_str() {
                "past" | "after" => Some((either_half(hour * HOUR + 15), token_index + 2)),
                "to" | "before" | "of" => Some((either_half(hour * HOUR - 15), token_index + 2)),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_agree_to_the_minute_and_the_half_of_the_day() {
        for (german, english, wanted) in [
            ("um 19.30 Uhr", "at 7:30 p.m.", true),
            ("um 19.30 Uhr", "at 7:30 pm", true),
            ("um 19.30 Uhr", "at 19:30", true),
            ("um 19.30 Uhr", "at 7.30", true),
            ("um 19.30 Uhr", "at half past seven", true),
            ("um 19.30 Uhr", "at 7:30 a.m.", false),
            ("um 19.30 Uhr", "at 7:30 in the morning", false),
            ("um 19.30 Uhr", "at 9:30 p.m.", false),
            ("um 9.30 Uhr", "at 9:30 p.m.", false),
            ("um 9.30 Uhr", "at 9.30am", true),
            ("um 7 Uhr früh", "at 7 p.m.", false),
            ("abends um 8 Uhr", "at 8 p.m.", true),
            ("um 12 Uhr", "at noon", true),
            ("um 12 Uhr", "at 12 a.m.", false),
            ("um 12 Uhr", "at midnight", false),
            ("um 0.15 Uhr", "at 12:15 a.m.", true),
            ("um 24 Uhr", "at midnight", true),
            ("um 20 Uhr", "at eight o'clock", true),
            ("um sieben Uhr", "at seven", true),
            ("um 18 Uhr 45", "at 6:45 pm", true),
            ("um 18 Uhr 45", "at 6:54 pm", false),
            ("um 20.30 Uhr", "at 2030 local time", true),
            ("um halb neun", "at half past eight", true),
            ("um halb neun", "at half eight", true),
            ("um halb neun", "at 8:30 p.m.", true),
            ("um halb neun", "at half past nine", false),
            ("um halb eins", "at half past twelve", true),
            ("um Viertel nach acht", "at a quarter past eight", true),
            ("um Viertel vor acht", "at 7.45", true),
            ("um drei viertel neun", "at a quarter to nine", true),
            ("um drei viertel neun", "at a quarter past nine", false),
        ] {
            let times = german_times(german);
            assert_eq!(times.len(), 1, "{german}");
            let agrees = english_times(english).iter().any(|time| time.agrees_with(&times[0]));
            assert_eq!(agrees, wanted, "{german} {english}");
        }
    }

    #[test]
    fn ranges_are_two_times_and_other_numbers_are_none() {
        for (text, wanted) in [
            ("von 8 bis 10 Uhr", 2),
            ("zwischen 20 und 22 Uhr", 2),
            ("9-12 Uhr", 2),
            ("12,5 Prozent", 0),
            ("halb so groß", 0),
            ("3 Viertel", 0),
            ("25 Uhr", 0),
        ] {
            assert_eq!(german_times(text).len(), wanted, "{text}");
        }
    }
}
