//! The clock times of a text, to the minute and to the half of the day.

use std::ops::Range;

use super::tokens::{QuantityToken, tokens};
use crate::lexicon::{english, german};

const HOUR: u16 = 60;
const HALF_DAY: u16 = 12 * HOUR;
const DAY: u16 = 24 * HOUR;

/// A clock time in a text.
pub struct ClockTime {
    /// The bytes of the clock time in the text.
    pub range: Range<usize>,
    /// Minutes since midnight: one value, or two if the half of the day is open.
    pub minutes: Vec<u16>,
}

impl ClockTime {
    /// True if the two may be the same time.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.minutes.iter().any(|minute| other.minutes.contains(minute))
    }

    /// The numbers that may be written for it: hours in both clocks, and the minute.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        let of_minute = |time: &u16| [time / HOUR, (time / HOUR) % 12, (time + HALF_DAY) % DAY / HOUR, time % HOUR];
        self.minutes.iter().flat_map(of_minute).chain([12, 24]).map(f64::from)
    }
}

/// The half of the day that an hour from 1 to 12 belongs to.
#[derive(Clone, Copy, PartialEq)]
enum HalfOfDay {
    Morning,
    Afternoon,
    Open,
}

/// `clock_hour`, from 0 to 24, and `clock_minute` as minutes since midnight. 0 and hours above 12 are certain whatever `half_of_day` says.
fn minutes_since_midnight(clock_hour: u16, clock_minute: u16, half_of_day: HalfOfDay) -> Vec<u16> {
    let minutes = (clock_hour * HOUR + clock_minute) % DAY;
    match half_of_day {
        _ if clock_hour > 12 || clock_hour == 0 => vec![minutes],
        HalfOfDay::Morning => vec![minutes % HALF_DAY],
        HalfOfDay::Afternoon => vec![minutes % HALF_DAY + HALF_DAY],
        HalfOfDay::Open => in_either_half(minutes),
    }
}

/// `minutes` in both halves of the day.
fn in_either_half(minutes: u16) -> Vec<u16> {
    vec![minutes % HALF_DAY, minutes % HALF_DAY + HALF_DAY]
}

/// The hour and minute of digits: `19`, `19.30`, `19:30`.
fn hour_and_minute(digits: &str) -> Option<(u16, u16)> {
    let (hour_digits, minute_digits) = digits.split_once(['.', ':']).unwrap_or((digits, "00"));
    let (hour, minute) = (hour_digits.parse().ok()?, minute_digits.parse().ok()?);
    (hour <= 24 && minute < HOUR && minute_digits.len() == 2 && hour_digits.len() <= 2).then_some((hour, minute))
}

/// The text between tokens `token_index - 1` and `token_index`.
fn gap_before<'a>(text: &'a str, tokens: &[QuantityToken<'_>], token_index: usize) -> Option<&'a str> {
    text.get(tokens.get(token_index.checked_sub(1)?)?.end()..tokens.get(token_index)?.start)
}

/// Token `token_index` in lower case if it is a word.
fn word_at(tokens: &[QuantityToken<'_>], token_index: usize) -> Option<String> {
    tokens.get(token_index).filter(|token| !token.digits).map(|token| token.text.to_lowercase())
}

/// An hour from 1 to 12 in digits or German words.
fn german_hour(tokens: &[QuantityToken<'_>], token_index: usize) -> Option<u16> {
    let token = tokens.get(token_index)?;
    let clock_hour = if token.digits {
        token.text.parse().ok()?
    } else {
        match token.text.to_lowercase().as_str() {
            "ein" | "eins" => 1,
            hour_word => german::cardinal(hour_word)? as u16,
        }
    };
    (1..=12).contains(&clock_hour).then_some(clock_hour)
}

/// Words in a German sentence that leave the half of the day of `8 Uhr` open.
const WORDS_FOR_LATE_HOURS: [&str; 5] = ["abend", "nachmittag", "nacht", "mittag", "spät"];

/// The clock times of a German text: `19.30 Uhr`, `zwischen 8 und 10 Uhr`, `halb neun`, `Viertel nach acht`. Without a word for
/// the afternoon or the evening, `8 Uhr` is in the morning and `12 Uhr` at noon.
pub fn german_times(german: &str) -> Vec<ClockTime> {
    let german_tokens = tokens(german);
    let lower_german = german.to_lowercase();
    let is_late = WORDS_FOR_LATE_HOURS.iter().any(|late_word| lower_german.contains(late_word));
    let mut clock_times: Vec<ClockTime> = Vec::new();
    let mut token_index = 0;
    while token_index < german_tokens.len() {
        let time_and_tokens = spoken_german_time(german, &german_tokens, token_index)
            .or_else(|| written_german_time(german, &german_tokens, token_index, is_late));
        token_index += match time_and_tokens {
            Some((minutes, taken_tokens)) => {
                let range = german_tokens[token_index].start..german_tokens[token_index + taken_tokens - 1].end();
                clock_times.push(ClockTime { range, minutes });
                taken_tokens
            }
            None => 1,
        };
    }
    clock_times
}

/// `halb neun`, `Viertel nach acht`, `drei viertel neun` at token `token_index`: minutes since midnight, and tokens taken.
fn spoken_german_time(
    german: &str,
    german_tokens: &[QuantityToken<'_>],
    token_index: usize,
) -> Option<(Vec<u16>, usize)> {
    let is_spaced = |index: usize| matches!(gap_before(german, german_tokens, index), Some(" " | "\u{a0}"));
    let minutes_before = |clock_hour: u16, minutes_to_hour: u16, taken_tokens: usize| {
        Some((in_either_half(clock_hour * HOUR - minutes_to_hour), taken_tokens))
    };
    let first_word = word_at(german_tokens, token_index).filter(|_| is_spaced(token_index + 1))?;
    match first_word.as_str() {
        "halb" => minutes_before(german_hour(german_tokens, token_index + 1)?, 30, 2),
        "dreiviertel" => minutes_before(german_hour(german_tokens, token_index + 1)?, 15, 2),
        "drei" if word_at(german_tokens, token_index + 1)? == "viertel" && is_spaced(token_index + 2) => {
            minutes_before(german_hour(german_tokens, token_index + 2)?, 15, 3)
        }
        "viertel" if is_spaced(token_index + 2) => {
            let clock_hour = german_hour(german_tokens, token_index + 2)?;
            match word_at(german_tokens, token_index + 1)?.as_str() {
                "vor" => minutes_before(clock_hour, 15, 3),
                "nach" => Some((in_either_half(clock_hour * HOUR + 15), 3)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `19.30 Uhr`, `19 Uhr 30`, `sieben Uhr` or the start of `8 bis 10 Uhr` at token `token_index`: minutes since
/// midnight, and tokens taken.
fn written_german_time(
    german: &str,
    german_tokens: &[QuantityToken<'_>],
    token_index: usize,
    is_late: bool,
) -> Option<(Vec<u16>, usize)> {
    let is_word_uhr = |index: usize| word_at(german_tokens, index).is_some_and(|clock_word| clock_word == "uhr");
    let half_of_day = if is_late { HalfOfDay::Open } else { HalfOfDay::Morning };
    let time_at = |index: usize| -> Option<(u16, u16)> {
        let token = german_tokens.get(index)?;
        if token.digits { hour_and_minute(token.text) } else { Some((german_hour(german_tokens, index)?, 0)) }
    };
    let (clock_hour, clock_minute) = time_at(token_index)?;
    // Noon is `12 Uhr`, not the start of the morning.
    let as_minutes = |minute: u16| {
        if clock_hour == 12 && !is_late {
            vec![12 * HOUR + minute]
        } else {
            minutes_since_midnight(clock_hour, minute, half_of_day)
        }
    };
    if is_word_uhr(token_index + 1) {
        let is_minute = |token: &&QuantityToken<'_>| {
            token.digits && token.text.len() == 2 && gap_before(german, german_tokens, token_index + 2) == Some(" ")
        };
        // `zwei Uhr dreißig`, but not `zwei Uhr dreißig Leute`.
        let counts_something = german_tokens
            .get(token_index + 3)
            .is_some_and(|next_token| next_token.text.starts_with(char::is_uppercase));
        let minute_word = word_at(german_tokens, token_index + 2)
            .filter(|_| {
                !counts_something
                    && clock_minute == 0
                    && gap_before(german, german_tokens, token_index + 2) == Some(" ")
            })
            .and_then(|clock_word| german::cardinal(&clock_word));
        if let Some(minute_value) = minute_word.filter(|minute_value| *minute_value < f64::from(HOUR)) {
            return Some((as_minutes(minute_value as u16), 3));
        }
        let spelt_minute =
            german_tokens.get(token_index + 2).filter(is_minute).and_then(|token| token.text.parse().ok());
        return match spelt_minute.filter(|minute_value| clock_minute == 0 && *minute_value < HOUR) {
            Some(minute_value) => Some((as_minutes(minute_value), 3)),
            None => Some((as_minutes(clock_minute), 2)),
        };
    }
    let is_time_range = match word_at(german_tokens, token_index + 1) {
        Some(clock_word) => {
            matches!(clock_word.as_str(), "bis" | "und" | "oder")
                && time_at(token_index + 2).is_some()
                && is_word_uhr(token_index + 3)
        }
        None => {
            let dash_between = gap_before(german, german_tokens, token_index + 1).map(str::trim);
            matches!(dash_between, Some("-" | "–" | "/"))
                && time_at(token_index + 1).is_some()
                && is_word_uhr(token_index + 2)
        }
    };
    is_time_range.then(|| (as_minutes(clock_minute), 1))
}

/// An hour from 1 to 12 in digits or English words.
fn english_hour(tokens: &[QuantityToken<'_>], token_index: usize) -> Option<u16> {
    let token = tokens.get(token_index)?;
    let clock_hour = if token.digits {
        token.text.parse().ok()?
    } else {
        english::number_word(&token.text.to_lowercase()).filter(|value| value.fract() == 0.0)? as u16
    };
    (1..=12).contains(&clock_hour).then_some(clock_hour)
}

/// Everything in an English text that may be a clock time: `7:30 p.m.`, `half past eight`, `noon`, `1930`, and any number that
/// can be an hour.
pub fn english_times(english: &str) -> Vec<ClockTime> {
    let english_tokens = tokens(english);
    let mut clock_times = Vec::new();
    for token_index in 0..english_tokens.len() {
        let mut add_time = |minutes: Vec<u16>, last_token: usize| {
            clock_times.push(ClockTime {
                range: english_tokens[token_index].start..english_tokens[last_token].end(),
                minutes,
            });
        };
        if let Some((spoken_minutes, last_token)) = spoken_english_time(&english_tokens, token_index) {
            add_time(spoken_minutes, last_token);
        } else if let Some((clock_hour, clock_minute)) = english_time_in_digits(&english_tokens[token_index]) {
            let (half_of_time, last_token) = half_of_day(english, &english_tokens, token_index + 1);
            add_time(minutes_since_midnight(clock_hour, clock_minute, half_of_time), last_token.max(token_index));
        } else if let Some(clock_hour) = english_hour(&english_tokens, token_index) {
            let (half_of_time, last_token) = half_of_day(english, &english_tokens, token_index + 1);
            add_time(minutes_since_midnight(clock_hour, 0, half_of_time), last_token.max(token_index));
        }
    }
    clock_times
}

/// The hour and minute of a token in digits, also as `1930`.
fn english_time_in_digits(token: &QuantityToken<'_>) -> Option<(u16, u16)> {
    if !token.digits {
        return None;
    }
    let military_time = || {
        let (clock_hour, clock_minute) = (token.text.get(..2)?.parse().ok()?, token.text.get(2..)?.parse().ok()?);
        (token.text.len() == 4 && clock_hour <= 24 && clock_minute < HOUR).then_some((clock_hour, clock_minute))
    };
    hour_and_minute(token.text).or_else(military_time)
}

/// The half of the day that the tokens from `token_index` on state, and the last of these tokens: `pm`, `p.m.`, `in the evening`.
fn half_of_day(english: &str, english_tokens: &[QuantityToken<'_>], token_index: usize) -> (HalfOfDay, usize) {
    let open_half = (HalfOfDay::Open, token_index.saturating_sub(1));
    let word_after = |token_count: usize| word_at(english_tokens, token_index + token_count).unwrap_or_default();
    let half_named =
        |half_word: &str| if half_word.starts_with('p') { HalfOfDay::Afternoon } else { HalfOfDay::Morning };
    match word_after(0).as_str() {
        half_word @ ("am" | "pm") => (half_named(half_word), token_index),
        half_word @ ("a" | "p")
            if word_after(1) == "m" && gap_before(english, english_tokens, token_index + 1) == Some(".") =>
        {
            (half_named(half_word), token_index + 1)
        }
        "in" if word_after(1) == "the" => match word_after(2).as_str() {
            "morning" => (HalfOfDay::Morning, token_index + 2),
            "afternoon" | "evening" => (HalfOfDay::Afternoon, token_index + 2),
            _ => open_half,
        },
        _ => open_half,
    }
}

/// `noon`, `midnight`, `half past eight`, `half eight`, `a quarter to nine` at token `token_index`, and the last token.
fn spoken_english_time(english_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<(Vec<u16>, usize)> {
    let relation_to_hour = |index: usize| word_at(english_tokens, index).unwrap_or_default();
    match word_at(english_tokens, token_index)?.as_str() {
        "noon" | "midday" => Some((vec![HALF_DAY], token_index)),
        "midnight" => Some((vec![0], token_index)),
        "half" if relation_to_hour(token_index + 1) == "past" => {
            Some((in_either_half(english_hour(english_tokens, token_index + 2)? * HOUR + 30), token_index + 2))
        }
        "half" => Some((in_either_half(english_hour(english_tokens, token_index + 1)? * HOUR + 30), token_index + 1)),
        "quarter" => {
            let clock_hour = english_hour(english_tokens, token_index + 2)?;
            match relation_to_hour(token_index + 1).as_str() {
                "past" | "after" => Some((in_either_half(clock_hour * HOUR + 15), token_index + 2)),
                "to" | "before" | "of" => Some((in_either_half(clock_hour * HOUR - 15), token_index + 2)),
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
