//! Clock times: `18.30 Uhr` is 18:30, whatever the translation made of it.

use std::ops::Range;

use super::clock_style::ClockStyle;
use super::edit::ExactEdit;
use super::lost_value::LostValue;
use crate::lexicon::english;
use crate::quantities::{QuantityToken, german_times, tokens};

const HALF_DAY: u16 = 12 * 60;
const DAY: u16 = 2 * HALF_DAY;

/// A clock time of the German.
struct StatedTime {
    range: Range<usize>,
    /// Minutes since midnight; of a time that may be in either half of the day, in the first.
    minutes: u16,
    /// True if the half of the day is known.
    is_certain: bool,
}

/// What may be a clock time in the English.
#[derive(Clone, Debug, PartialEq)]
struct FoundTime {
    range: Range<usize>,
    /// Minutes since midnight: one value, two if the half of the day is open, none if nobody can tell.
    minutes: Vec<u16>,
    /// True if it is nothing but a time; false for a bare number.
    is_marked: bool,
    /// True if it is in words (`half past eight`, `noon`), which stay where they are right.
    is_spoken: bool,
}

impl FoundTime {
    fn agrees_with(&self, german_time: &StatedTime) -> bool {
        let is_same_time = |minutes: &u16| {
            *minutes == german_time.minutes
                || (!german_time.is_certain && minutes % HALF_DAY == german_time.minutes % HALF_DAY)
        };
        self.minutes.iter().any(is_same_time)
    }

    fn is_half_a_day_off(&self, german_time: &StatedTime) -> bool {
        self.minutes.iter().any(|minutes| minutes % HALF_DAY == german_time.minutes % HALF_DAY)
    }
}

/// The time of the German that belongs to each place of the English, if that is certain.
fn english_places(german_times: &[StatedTime], english_times: &[FoundTime]) -> Vec<Option<usize>> {
    let mut places_in_english: Vec<Option<usize>> = vec![None; german_times.len()];
    let mut is_taken = vec![false; english_times.len()];
    type Fits = fn(&FoundTime, &StatedTime) -> bool;
    const STEPS: [Fits; 4] = [
        |english_time, german_time| english_time.is_marked && english_time.agrees_with(german_time),
        |english_time, german_time| !english_time.is_marked && english_time.agrees_with(german_time),
        |english_time, german_time| english_time.is_marked && english_time.is_half_a_day_off(german_time),
        |english_time, german_time| !english_time.is_marked && english_time.is_half_a_day_off(german_time),
    ];
    for may_be_same_time in STEPS {
        for (place_in_english, german_time) in
            places_in_english.iter_mut().zip(german_times).filter(|(place_in_english, _)| place_in_english.is_none())
        {
            let first_fitting = (0..english_times.len()).find(|english_index| {
                !is_taken[*english_index] && may_be_same_time(&english_times[*english_index], german_time)
            });
            if let Some(english_index) = first_fitting {
                (*place_in_english, is_taken[english_index]) = (Some(english_index), true);
            }
        }
    }
    // What is left over on both sides is in the same order.
    let left_over: Vec<usize> = (0..english_times.len())
        .filter(|english_index| !is_taken[*english_index] && english_times[*english_index].is_marked)
        .collect();
    if places_in_english.iter().filter(|place_in_english| place_in_english.is_none()).count() == left_over.len() {
        for (place_in_english, english_index) in
            places_in_english.iter_mut().filter(|place_in_english| place_in_english.is_none()).zip(left_over)
        {
            *place_in_english = Some(english_index);
        }
    }
    places_in_english
}

/// Writes every time of the English that is one of the German in `style`, and puts wrong ones right.
pub(super) fn edits(german: &str, english: &str, style: ClockStyle) -> Vec<ExactEdit> {
    let german_times = german_clock_times(german);
    if german_times.is_empty() {
        return Vec::new();
    }
    let english_times = english_clock_times(english);
    let time_edit = |(german_time, place_in_english): (&StatedTime, Option<usize>)| {
        let english_time = &english_times[place_in_english?];
        let is_right_time = english_time.agrees_with(german_time);
        if is_right_time && english_time.is_spoken {
            return None;
        }
        let mut time_in_style = style.write(german_time.minutes, german_time.is_certain);
        let after_time = &english[english_time.range.end..];
        // The full stop of `p.m.` also ended the sentence.
        let was_full_stop = english[english_time.range.clone()].ends_with('.') && ends_sentence(after_time);
        if was_full_stop && !time_in_style.ends_with('.') && german.contains(['.', '!', '?']) {
            time_in_style.push('.');
        }
        if english_time.range.start == 0 {
            time_in_style = capitalised(&time_in_style);
        }
        let time_range = english_time.range.clone();
        Some(if is_right_time {
            ExactEdit::style(time_range, time_in_style)
        } else {
            ExactEdit::correction_of(time_range, time_in_style)
        })
    };
    german_times.iter().zip(english_places(&german_times, &english_times)).filter_map(time_edit).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// True if a sentence may end before `after_time`: at the end, before a closing mark, or before a new sentence.
fn ends_sentence(after_time: &str) -> bool {
    let after_closing_marks = after_time.trim_start_matches(['"', '”', '’', ')']);
    after_closing_marks.trim().is_empty()
        || (after_closing_marks.starts_with(' ')
            && after_closing_marks.trim_start().starts_with(char::is_uppercase)
            && after_closing_marks.len() < after_time.len())
}

/// The times of `german` that have no place in `english`.
pub(super) fn lost(german: &str, english: &str, style: ClockStyle) -> Vec<LostValue> {
    let german_times = german_clock_times(german);
    let english_times = english_clock_times(english);
    let places_in_english = english_places(&german_times, &english_times);
    let times_without_place =
        german_times.into_iter().zip(places_in_english).filter(|(_, place_in_english)| place_in_english.is_none());
    let lost_time = |german_time: StatedTime| {
        let time_text = &german[german_time.range.clone()];
        let digits_length = time_text.len()
            - time_text.trim_start_matches(|mark: char| mark.is_ascii_digit() || ".:".contains(mark)).len();
        // The word `Uhr` stays: models write no unit after a placeholder that has it.
        let time_range = if digits_length > 0 && time_text[digits_length..].trim_start().eq_ignore_ascii_case("uhr") {
            german_time.range.start..german_time.range.start + digits_length
        } else {
            german_time.range.clone()
        };
        LostValue { range: time_range, english: style.write(german_time.minutes, german_time.is_certain) }
    };
    times_without_place.map(|(german_time, _)| lost_time(german_time)).collect()
}

/// The bytes of everything in `english` that is nothing but a clock time.
pub(super) fn ranges_of_times(english: &str) -> Vec<Range<usize>> {
    english_clock_times(english)
        .into_iter()
        .filter(|english_time| english_time.is_marked)
        .map(|english_time| english_time.range)
        .collect()
}

/// What the words of a sentence say about an hour from 1 to 12.
struct PartOfDay {
    /// How the German word begins or ends.
    word: &'static str,
    /// The hours that it puts into the second half of the day.
    late_hours: Range<u16>,
    /// The hours that it leaves in the first half.
    early_hours: Range<u16>,
}

const PARTS_OF_DAY: &[PartOfDay] = &[
    PartOfDay { word: "abend", late_hours: 4..12, early_hours: 0..0 },
    PartOfDay { word: "nachmittag", late_hours: 1..9, early_hours: 0..0 },
    PartOfDay { word: "vormittag", late_hours: 0..0, early_hours: 5..12 },
    PartOfDay { word: "mittag", late_hours: 1..4, early_hours: 11..12 },
    PartOfDay { word: "nacht", late_hours: 8..12, early_hours: 1..7 },
    PartOfDay { word: "nächtlich", late_hours: 8..12, early_hours: 1..7 },
    PartOfDay { word: "morgens", late_hours: 0..0, early_hours: 1..12 },
    PartOfDay { word: "am morgen", late_hours: 0..0, early_hours: 1..12 },
    PartOfDay { word: "früh", late_hours: 0..0, early_hours: 1..12 },
];

/// The clock times of `german`. The part of the day that the sentence names tells the half of an hour from 1 to 11.
fn german_clock_times(german: &str) -> Vec<StatedTime> {
    let lower_german = german.to_lowercase();
    let mut named_parts_of_day: Vec<(usize, &PartOfDay)> = Vec::new();
    for part_of_day in PARTS_OF_DAY {
        named_parts_of_day
            .extend(lower_german.match_indices(part_of_day.word).map(|(part_start, _)| (part_start, part_of_day)));
    }
    let german_time = |time: crate::quantities::ClockTime| {
        let first_minutes = *time.minutes.first()?;
        let clock_hour = first_minutes / 60 % 12;
        // The nearest part of the day that has such an hour.
        let nearest_part = named_parts_of_day
            .iter()
            .filter(|(_, part_of_day)| {
                part_of_day.late_hours.contains(&clock_hour) || part_of_day.early_hours.contains(&clock_hour)
            })
            .min_by_key(|(part_start, _)| part_start.abs_diff(time.range.start));
        let part_of_day = nearest_part.map(|(_, part_of_day)| *part_of_day).filter(|_| time.minutes.len() == 2);
        let minutes = match part_of_day {
            Some(part_of_day) if part_of_day.late_hours.contains(&clock_hour) => first_minutes % HALF_DAY + HALF_DAY,
            _ => first_minutes,
        };
        Some(StatedTime {
            range: time.range,
            minutes: minutes % DAY,
            is_certain: part_of_day.is_some() || time.minutes.len() == 1,
        })
    };
    german_times(german).into_iter().filter_map(german_time).collect()
}

/// The time of each German clock time in words: its bytes, and minutes since midnight.
pub(super) fn spoken_times(german: &str) -> Vec<(Range<usize>, u16)> {
    let is_spoken = |german_time: &StatedTime| !german[german_time.range.clone()].to_lowercase().contains("uhr");
    let without_digits =
        |german_time: &StatedTime| !german[german_time.range.clone()].contains(|digit: char| digit.is_ascii_digit());
    let spoken_times = german_clock_times(german)
        .into_iter()
        .filter(|german_time| is_spoken(german_time) && without_digits(german_time));
    let is_several_words = |german_time: &StatedTime| german[german_time.range.clone()].contains(' ');
    spoken_times.filter(is_several_words).map(|german_time| (german_time.range, german_time.minutes)).collect()
}

/// Words before a bare hour.
const WORDS_BEFORE_HOURS: &[&str] = &[
    "at", "from", "to", "until", "till", "by", "after", "before", "around", "about", "and", "between", "since", "or",
    "of",
];

/// Words after a number that is no hour.
const WORDS_AFTER_COUNTS: &[&str] =
    &["percent", "euros", "euro", "years", "year", "million", "billion", "people", "degrees", "th"];

/// Everything in `english` that may be a clock time.
fn english_clock_times(english: &str) -> Vec<FoundTime> {
    let english_tokens = tokens(english);
    let mut clock_times = Vec::new();
    let mut token_index = 0;
    while token_index < english_tokens.len() {
        let clock_time = spoken_english_time(&english_tokens, token_index)
            .or_else(|| written_english_time(english, &english_tokens, token_index));
        match clock_time {
            Some((clock_time, next_index)) => {
                clock_times.push(clock_time);
                token_index = next_index.max(token_index + 1);
            }
            None => token_index += 1,
        }
    }
    clock_times
}

fn english_word_at(english_tokens: &[QuantityToken<'_>], token_index: usize) -> String {
    english_tokens
        .get(token_index)
        .filter(|token| !token.digits)
        .map(|token| token.text.to_lowercase())
        .unwrap_or_default()
}

fn in_either_half(minutes: u16) -> Vec<u16> {
    vec![minutes % HALF_DAY, minutes % HALF_DAY + HALF_DAY]
}

fn hour_at(english_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<u16> {
    let hour_token = english_tokens.get(token_index)?;
    let clock_hour = if hour_token.digits {
        hour_token.text.parse().ok()?
    } else {
        english::number_word(&hour_token.text.to_lowercase()).filter(|value| value.fract() == 0.0)? as u16
    };
    (1..=12).contains(&clock_hour).then_some(clock_hour)
}

/// `half past eight`, `a quarter to nine`, `noon` at `token_index`, and the index after it. `half nine` is a time, but nobody can tell
/// which: it differs between Britain and Germany.
fn spoken_english_time(english_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<(FoundTime, usize)> {
    let has_article = token_index > 0
        && english_word_at(english_tokens, token_index - 1) == "a"
        && english_tokens[token_index].start == english_tokens[token_index - 1].end() + 1;
    let spoken_time = |minutes: Vec<u16>, last_token: usize| {
        let time_start = if has_article && minutes.is_empty() {
            english_tokens[token_index - 1].start
        } else {
            english_tokens[token_index].start
        };
        let time_range = time_start..english_tokens[last_token].end();
        let is_spoken = !minutes.is_empty();
        Some((FoundTime { range: time_range, minutes, is_marked: true, is_spoken }, last_token + 1))
    };
    let relation = english_word_at(english_tokens, token_index + 1);
    let before_hour = || hour_at(english_tokens, token_index + 2).map(|hour| hour * 60);
    match (english_word_at(english_tokens, token_index).as_str(), relation.as_str()) {
        ("noon" | "midday", _) => spoken_time(vec![HALF_DAY], token_index),
        ("midnight", _) => spoken_time(vec![0], token_index),
        ("half", "past") => spoken_time(in_either_half(before_hour()? + 30), token_index + 2),
        ("half", _) => {
            hour_at(english_tokens, token_index + 1)
                .filter(|_| english_tokens[token_index + 1].start == english_tokens[token_index].end() + 1)?;
            // `half two million` counts.
            english::MAGNITUDES
                .iter()
                .all(|(name, _)| *name != english_word_at(english_tokens, token_index + 2))
                .then_some(())?;
            spoken_time(Vec::new(), token_index + 1)
        }
        ("quarter", "past" | "after") => spoken_time(in_either_half(before_hour()? + 15), token_index + 2),
        ("quarter", "to" | "before") => spoken_time(in_either_half(before_hour()? + DAY - 15), token_index + 2),
        ("quarter", "of" | "for") => {
            before_hour()?;
            spoken_time(Vec::new(), token_index + 2)
        }
        _ => None,
    }
}

/// `18:30`, `6.30 p.m.`, `14 o'clock`, `eight o'clock` or a bare hour at `token_index`, and the index after it.
fn written_english_time(
    english: &str,
    english_tokens: &[QuantityToken<'_>],
    token_index: usize,
) -> Option<(FoundTime, usize)> {
    let hour_token = &english_tokens[token_index];
    let (clock_hour, clock_minute) = if hour_token.digits {
        hour_and_minute(hour_token.text)?
    } else {
        (hour_at(english_tokens, token_index).filter(|_| english_word_at(english_tokens, token_index + 1) == "o")?, 0)
    };
    let gap_before = |next_token_index: usize| {
        english_tokens
            .get(next_token_index)
            .and_then(|hour_token| english.get(english_tokens[next_token_index - 1].end()..hour_token.start))
    };
    let is_close = matches!(gap_before(token_index + 1), Some(" " | "\u{a0}" | "" | "-"));
    let next_word = if is_close { english_word_at(english_tokens, token_index + 1) } else { String::new() };
    // What follows the number: the half of the day, and the last token.
    let (half_of_day, last_token) = match next_word.as_str() {
        "am" | "pm" => (next_word.chars().next(), Some(token_index + 1)),
        "a" | "p"
            if english_word_at(english_tokens, token_index + 2) == "m"
                && matches!(gap_before(token_index + 2), Some("." | ". ")) =>
        {
            (next_word.chars().next(), Some(token_index + 2))
        }
        "o" if english_word_at(english_tokens, token_index + 2) == "clock" => (None, Some(token_index + 2)),
        "uhr" | "hrs" => (None, Some(token_index + 1)),
        _ => (None, None),
    };
    let mut time_end = last_token.map_or(hour_token.end(), |last_token| english_tokens[last_token].end());
    if half_of_day.is_some() && next_word.len() == 1 {
        time_end += english[time_end..].len() - english[time_end..].trim_start_matches('.').len();
    }
    // `8 in the evening` and `8 a.m. in the morning` name the half of the day as well.
    let index_after = last_token.unwrap_or(token_index) + 1;
    let named_half_of_day = (english_word_at(english_tokens, index_after) == "in"
        && english_word_at(english_tokens, index_after + 1) == "the"
        && (last_token.is_some() || !hour_token.text.contains(':')))
    .then(|| match english_word_at(english_tokens, index_after + 2).as_str() {
        "morning" => Some('a'),
        "afternoon" | "evening" => Some('p'),
        _ => None,
    })
    .flatten();
    if named_half_of_day.is_some() && last_token.is_none() {
        time_end = english_tokens[index_after + 2].end();
    }
    let has_colon = hour_token.digits && hour_token.text.contains(':');
    let word_before = token_index
        .checked_sub(1)
        .map(|index_before| english_word_at(english_tokens, index_before))
        .unwrap_or_default();
    let is_marked = has_colon || last_token.is_some() || named_half_of_day.is_some();
    let may_be_hour =
        WORDS_BEFORE_HOURS.contains(&word_before.as_str()) && !WORDS_AFTER_COUNTS.contains(&next_word.as_str());
    let is_range_head = matches!(gap_before(token_index + 1), Some("-" | "–" | " - " | " – "))
        && english_tokens.get(token_index + 1).is_some_and(|next_token_index| next_token_index.digits);
    let is_range_tail = token_index > 0
        && matches!(gap_before(token_index), Some("-" | "–" | " - " | " – "))
        && english_tokens[token_index - 1].digits;
    if !(is_marked || may_be_hour || is_range_head || is_range_tail) {
        return None;
    }
    // Results of matches have a colon as well.
    if has_colon && last_token.is_none() && hour_token.text.len() < 4 {
        return None;
    }
    let minutes_since_midnight = clock_hour * 60 + clock_minute;
    let minutes = match half_of_day.or(named_half_of_day) {
        Some(half_of_day) if clock_hour > 12 => {
            vec![minutes_since_midnight % DAY].into_iter().filter(|_| half_of_day == 'p').collect()
        }
        Some('a') => vec![minutes_since_midnight % HALF_DAY],
        Some(_) => vec![minutes_since_midnight % HALF_DAY + HALF_DAY],
        None if clock_hour > 12 || clock_hour == 0 => vec![minutes_since_midnight % DAY],
        None => in_either_half(minutes_since_midnight),
    };
    let next_index = if named_half_of_day.is_some() && last_token.is_none() { index_after + 3 } else { index_after };
    Some((FoundTime { range: hour_token.start..time_end, minutes, is_marked, is_spoken: false }, next_index))
}

/// The hour and minute of digits: `19`, `19.30`, `19:30`.
fn hour_and_minute(clock_digits: &str) -> Option<(u16, u16)> {
    let (hour_digits, minute_digits) = clock_digits.split_once(['.', ':']).unwrap_or((clock_digits, "00"));
    let (hour_value, minute_value): (u16, u16) = (hour_digits.parse().ok()?, minute_digits.parse().ok()?);
    (hour_value <= 24 && minute_value < 60 && minute_digits.len() == 2 && hour_digits.len() <= 2)
        .then_some((hour_value, minute_value))
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn times_are_those_of_the_german() {
        for (german, english, wanted) in [
            ("Um 18.30 Uhr ging es los.", "It started at 6:30 a.m.", "It started at 18:30."),
            ("Um 18.30 Uhr ging es los.", "It started at 6:30 p.m.", "It started at 18:30."),
            ("Um 18.30 Uhr ging es los.", "At 6:30, it started.", "At 18:30, it started."),
            ("Um 18.30 Uhr ging es los.", "It started at 19:05 p.m.", "It started at 18:30."),
            ("Um 18.30 Uhr ging es los.", "It started.", "It started."),
            ("Um 11.40 Uhr kam er.", "He came at 11:40 p.m.", "He came at 11:40."),
            ("Offen von 7 bis 16 Uhr.", "Open from 7 to 16 p.m.", "Open from 7:00 to 16:00."),
            ("Offen von 9 bis 18 Uhr.", "Open 9-18.", "Open 9:00-18:00."),
            ("Um 9 Uhr und um 14 Uhr.", "At 9 o'clock and at 14 o'clock.", "At 9:00 and at 14:00."),
            ("Es beginnt um halb neun.", "It starts at half nine.", "It starts at 8:30."),
            ("Es beginnt um halb neun.", "It starts at half past eight.", "It starts at half past eight."),
            ("Es beginnt um halb neun.", "It starts at half past nine.", "It starts at 8:30."),
            ("Um Viertel vor acht war es voll.", "A quarter of eight, it was full.", "7:45, it was full."),
            ("Um 12 Uhr läuten die Glocken.", "The bells ring at noon.", "The bells ring at noon."),
            ("Um 12 Uhr läuten die Glocken.", "The bells ring at midnight.", "The bells ring at 12:00."),
            ("Um 19 Uhr s.t. in der Aula.", "At 7 p.m... in the hall.", "At 19:00 in the hall."),
            ("Abends um acht Uhr war Schluss.", "At 8 in the evening it ended.", "At 20:00 it ended."),
            (
                "Um 7 Uhr morgens kam er, am Abend ging er.",
                "He came at 7 a.m. and left in the evening.",
                "He came at 7:00 and left in the evening.",
            ),
            ("Um zwei Uhr dreißig hat er Zeit.", "He has time at 2:30.", "He has time at 2:30."),
            ("Es endete 3:1 um 17 Uhr.", "It ended 3:1 at 5 p.m.", "It ended 3:1 at 17:00."),
            ("Es kamen 20 Leute.", "There were 20 people at 20.", "There were 20 people at 20."),
        ] {
            assert_eq!(apply(english, edits(german, english, ClockStyle::TwentyFour)), wanted, "{german} {english}");
        }
    }

    #[test]
    fn times_have_their_half_of_the_day_in_the_other_style() {
        for (german, english, wanted) in [
            ("Um 18.30 Uhr ging es los.", "It started at 6:30 a.m.", "It started at 6:30 p.m."),
            ("Um 18.30 Uhr ging es los.", "At 18:30, it started.", "At 6:30 p.m., it started."),
            ("Um 9 Uhr ging es los.", "At 9 o'clock it started.", "At 9 a.m. it started."),
        ] {
            assert_eq!(apply(english, edits(german, english, ClockStyle::Twelve)), wanted, "{german} {english}");
        }
    }

    #[test]
    fn a_time_without_a_place_is_lost() {
        let german = "Um 18.30 Uhr kam er, um halb neun ging er.";
        let lost = lost(german, "He came and went at 8:30.", ClockStyle::TwentyFour);
        assert_eq!(lost, [LostValue { range: 3..8, english: "18:30".into() }]);
    }
}
