//! Clock times: `18.30 Uhr` is 18:30, whatever the translation made of it.

use std::ops::Range;

use super::clock_style::ClockStyle;
use super::edit::Edit;
use super::lost_value::LostValue;
use crate::check::{Token, german_times, tokens};
use crate::lexicon::english;

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
    fn agrees_with(&self, time: &StatedTime) -> bool {
        let is_same = |minutes: &u16| {
            *minutes == time.minutes || (!time.is_certain && minutes % HALF_DAY == time.minutes % HALF_DAY)
        };
        self.minutes.iter().any(is_same)
    }

    fn is_half_a_day_off(&self, time: &StatedTime) -> bool {
        self.minutes.iter().any(|minutes| minutes % HALF_DAY == time.minutes % HALF_DAY)
    }
}

/// The time of the German that belongs to each place of the English, if that is certain.
fn aligned(stated_times: &[StatedTime], found_times: &[FoundTime]) -> Vec<Option<usize>> {
    let mut places: Vec<Option<usize>> = vec![None; stated_times.len()];
    let mut is_taken = vec![false; found_times.len()];
    type Fits = fn(&FoundTime, &StatedTime) -> bool;
    const STEPS: [Fits; 4] = [
        |found, stated| found.is_marked && found.agrees_with(stated),
        |found, stated| !found.is_marked && found.agrees_with(stated),
        |found, stated| found.is_marked && found.is_half_a_day_off(stated),
        |found, stated| !found.is_marked && found.is_half_a_day_off(stated),
    ];
    for fits in STEPS {
        for (place, stated) in places.iter_mut().zip(stated_times).filter(|(place, _)| place.is_none()) {
            let first = (0..found_times.len()).find(|index| !is_taken[*index] && fits(&found_times[*index], stated));
            if let Some(index) = first {
                (*place, is_taken[index]) = (Some(index), true);
            }
        }
    }
    // What is left over on both sides is in the same order.
    let left_over: Vec<usize> =
        (0..found_times.len()).filter(|index| !is_taken[*index] && found_times[*index].is_marked).collect();
    if places.iter().filter(|place| place.is_none()).count() == left_over.len() {
        for (place, index) in places.iter_mut().filter(|place| place.is_none()).zip(left_over) {
            *place = Some(index);
        }
    }
    places
}

/// Writes every time of the English that is one of the German in `style`, and puts wrong ones right.
pub(super) fn edits(german: &str, english: &str, style: ClockStyle) -> Vec<Edit> {
    let stated_times = stated_times(german);
    if stated_times.is_empty() {
        return Vec::new();
    }
    let found_times = found_times(english);
    let edit_of = |(stated, place): (&StatedTime, Option<usize>)| {
        let found = &found_times[place?];
        let agrees = found.agrees_with(stated);
        if agrees && found.is_spoken {
            return None;
        }
        let mut text = style.write(stated.minutes, stated.is_certain);
        let after = &english[found.range.end..];
        // The full stop of `p.m.` also ended the sentence.
        let was_full_stop = english[found.range.clone()].ends_with('.') && ends_sentence(after);
        if was_full_stop && !text.ends_with('.') && german.contains(['.', '!', '?']) {
            text.push('.');
        }
        if found.range.start == 0 {
            text = capitalised(&text);
        }
        let range = found.range.clone();
        Some(if agrees { Edit::style(range, text) } else { Edit::correction_of(range, text) })
    };
    stated_times.iter().zip(aligned(&stated_times, &found_times)).filter_map(edit_of).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// True if a sentence may end before `after`: at the end, before a closing mark, or before a new sentence.
fn ends_sentence(after: &str) -> bool {
    let rest = after.trim_start_matches(['"', '”', '’', ')']);
    rest.trim().is_empty()
        || (rest.starts_with(' ') && rest.trim_start().starts_with(char::is_uppercase) && rest.len() < after.len())
}

/// The times of `german` that have no place in `english`.
pub(super) fn lost(german: &str, english: &str, style: ClockStyle) -> Vec<LostValue> {
    let stated_times = stated_times(german);
    let found_times = found_times(english);
    let places = aligned(&stated_times, &found_times);
    let without_place = stated_times.into_iter().zip(places).filter(|(_, place)| place.is_none());
    let lost_value = |stated: StatedTime| {
        let text = &german[stated.range.clone()];
        let digits =
            text.len() - text.trim_start_matches(|mark: char| mark.is_ascii_digit() || ".:".contains(mark)).len();
        // The word `Uhr` stays: models write no unit after a placeholder that has it.
        let range = if digits > 0 && text[digits..].trim_start().eq_ignore_ascii_case("uhr") {
            stated.range.start..stated.range.start + digits
        } else {
            stated.range.clone()
        };
        LostValue { range, english: style.write(stated.minutes, stated.is_certain) }
    };
    without_place.map(|(stated, _)| lost_value(stated)).collect()
}

/// The bytes of everything in `english` that is nothing but a clock time.
pub(super) fn places_of_times(english: &str) -> Vec<Range<usize>> {
    found_times(english).into_iter().filter(|found| found.is_marked).map(|found| found.range).collect()
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
fn stated_times(german: &str) -> Vec<StatedTime> {
    let lower_german = german.to_lowercase();
    let mut named_parts: Vec<(usize, &PartOfDay)> = Vec::new();
    for part in PARTS_OF_DAY {
        named_parts.extend(lower_german.match_indices(part.word).map(|(at, _)| (at, part)));
    }
    let stated_time = |time: crate::check::ClockTime| {
        let first = *time.minutes.first()?;
        let hour = first / 60 % 12;
        // The nearest part of the day that has such an hour.
        let fitting = named_parts
            .iter()
            .filter(|(_, part)| part.late_hours.contains(&hour) || part.early_hours.contains(&hour))
            .min_by_key(|(at, _)| at.abs_diff(time.range.start));
        let part = fitting.map(|(_, part)| *part).filter(|_| time.minutes.len() == 2);
        let minutes = match part {
            Some(part) if part.late_hours.contains(&hour) => first % HALF_DAY + HALF_DAY,
            _ => first,
        };
        Some(StatedTime {
            range: time.range,
            minutes: minutes % DAY,
            is_certain: part.is_some() || time.minutes.len() == 1,
        })
    };
    german_times(german).into_iter().filter_map(stated_time).collect()
}

/// The time of each German clock time in words: its bytes, and minutes since midnight.
pub(super) fn spoken_times(german: &str) -> Vec<(Range<usize>, u16)> {
    let is_spoken = |time: &StatedTime| !german[time.range.clone()].to_lowercase().contains("uhr");
    let without_digits = |time: &StatedTime| !german[time.range.clone()].contains(|digit: char| digit.is_ascii_digit());
    let spoken = stated_times(german).into_iter().filter(|time| is_spoken(time) && without_digits(time));
    let is_word = |time: &StatedTime| german[time.range.clone()].contains(' ');
    spoken.filter(is_word).map(|time| (time.range, time.minutes)).collect()
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
fn found_times(english: &str) -> Vec<FoundTime> {
    let tokens = tokens(english);
    let mut found_times = Vec::new();
    let mut token_index = 0;
    while token_index < tokens.len() {
        let found = spoken(&tokens, token_index).or_else(|| written(english, &tokens, token_index));
        match found {
            Some((found, next_index)) => {
                found_times.push(found);
                token_index = next_index.max(token_index + 1);
            }
            None => token_index += 1,
        }
    }
    found_times
}

fn word_at(tokens: &[Token<'_>], index: usize) -> String {
    tokens.get(index).filter(|token| !token.digits).map(|token| token.text.to_lowercase()).unwrap_or_default()
}

fn either_half(minutes: u16) -> Vec<u16> {
    vec![minutes % HALF_DAY, minutes % HALF_DAY + HALF_DAY]
}

fn hour_word(tokens: &[Token<'_>], index: usize) -> Option<u16> {
    let token = tokens.get(index)?;
    let hour = if token.digits {
        token.text.parse().ok()?
    } else {
        english::number_word(&token.text.to_lowercase()).filter(|value| value.fract() == 0.0)? as u16
    };
    (1..=12).contains(&hour).then_some(hour)
}

/// `half past eight`, `a quarter to nine`, `noon` at `index`, and the index after it. `half nine` is a time, but nobody can tell
/// which: it differs between Britain and Germany.
fn spoken(tokens: &[Token<'_>], index: usize) -> Option<(FoundTime, usize)> {
    let has_article =
        index > 0 && word_at(tokens, index - 1) == "a" && tokens[index].start == tokens[index - 1].end() + 1;
    let found = |minutes: Vec<u16>, last: usize| {
        let start = if has_article && minutes.is_empty() { tokens[index - 1].start } else { tokens[index].start };
        let range = start..tokens[last].end();
        let is_spoken = !minutes.is_empty();
        Some((FoundTime { range, minutes, is_marked: true, is_spoken }, last + 1))
    };
    let relation = word_at(tokens, index + 1);
    let before_hour = || hour_word(tokens, index + 2).map(|hour| hour * 60);
    match (word_at(tokens, index).as_str(), relation.as_str()) {
        ("noon" | "midday", _) => found(vec![HALF_DAY], index),
        ("midnight", _) => found(vec![0], index),
        ("half", "past") => found(either_half(before_hour()? + 30), index + 2),
        ("half", _) => {
            hour_word(tokens, index + 1).filter(|_| tokens[index + 1].start == tokens[index].end() + 1)?;
            // `half two million` counts.
            english::MAGNITUDES.iter().all(|(name, _)| *name != word_at(tokens, index + 2)).then_some(())?;
            found(Vec::new(), index + 1)
        }
        ("quarter", "past" | "after") => found(either_half(before_hour()? + 15), index + 2),
        ("quarter", "to" | "before") => found(either_half(before_hour()? + DAY - 15), index + 2),
        ("quarter", "of" | "for") => {
            before_hour()?;
            found(Vec::new(), index + 2)
        }
        _ => None,
    }
}

/// `18:30`, `6.30 p.m.`, `14 o'clock`, `eight o'clock` or a bare hour at `index`, and the index after it.
fn written(english: &str, tokens: &[Token<'_>], index: usize) -> Option<(FoundTime, usize)> {
    let token = &tokens[index];
    let (hour, minute) = if token.digits {
        hour_and_minute(token.text)?
    } else {
        (hour_word(tokens, index).filter(|_| word_at(tokens, index + 1) == "o")?, 0)
    };
    let gap = |next: usize| tokens.get(next).and_then(|token| english.get(tokens[next - 1].end()..token.start));
    let is_close = matches!(gap(index + 1), Some(" " | "\u{a0}" | "" | "-"));
    let next_word = if is_close { word_at(tokens, index + 1) } else { String::new() };
    // What follows the number: the half of the day, and the last token.
    let (half, last) = match next_word.as_str() {
        "am" | "pm" => (next_word.chars().next(), Some(index + 1)),
        "a" | "p" if word_at(tokens, index + 2) == "m" && matches!(gap(index + 2), Some("." | ". ")) => {
            (next_word.chars().next(), Some(index + 2))
        }
        "o" if word_at(tokens, index + 2) == "clock" => (None, Some(index + 2)),
        "uhr" | "hrs" => (None, Some(index + 1)),
        _ => (None, None),
    };
    let mut end = last.map_or(token.end(), |last| tokens[last].end());
    if half.is_some() && next_word.len() == 1 {
        end += english[end..].len() - english[end..].trim_start_matches('.').len();
    }
    // `8 in the evening` and `8 a.m. in the morning` name the half of the day as well.
    let after = last.unwrap_or(index) + 1;
    let named_half = (word_at(tokens, after) == "in"
        && word_at(tokens, after + 1) == "the"
        && (last.is_some() || !token.text.contains(':')))
    .then(|| match word_at(tokens, after + 2).as_str() {
        "morning" => Some('a'),
        "afternoon" | "evening" => Some('p'),
        _ => None,
    })
    .flatten();
    if named_half.is_some() && last.is_none() {
        end = tokens[after + 2].end();
    }
    let has_colon = token.digits && token.text.contains(':');
    let before = index.checked_sub(1).map(|before| word_at(tokens, before)).unwrap_or_default();
    let is_marked = has_colon || last.is_some() || named_half.is_some();
    let may_be_hour =
        WORDS_BEFORE_HOURS.contains(&before.as_str()) && !WORDS_AFTER_COUNTS.contains(&next_word.as_str());
    let is_range_head = matches!(gap(index + 1), Some("-" | "–" | " - " | " – "))
        && tokens.get(index + 1).is_some_and(|next| next.digits);
    let is_range_tail = index > 0 && matches!(gap(index), Some("-" | "–" | " - " | " – ")) && tokens[index - 1].digits;
    if !(is_marked || may_be_hour || is_range_head || is_range_tail) {
        return None;
    }
    // Results of matches have a colon as well.
    if has_colon && last.is_none() && token.text.len() < 4 {
        return None;
    }
    let time = hour * 60 + minute;
    let minutes = match half.or(named_half) {
        Some(half) if hour > 12 => vec![time % DAY].into_iter().filter(|_| half == 'p').collect(),
        Some('a') => vec![time % HALF_DAY],
        Some(_) => vec![time % HALF_DAY + HALF_DAY],
        None if hour > 12 || hour == 0 => vec![time % DAY],
        None => either_half(time),
    };
    let next_index = if named_half.is_some() && last.is_none() { after + 3 } else { after };
    Some((FoundTime { range: token.start..end, minutes, is_marked, is_spoken: false }, next_index))
}

/// The hour and minute of digits: `19`, `19.30`, `19:30`.
fn hour_and_minute(digits: &str) -> Option<(u16, u16)> {
    let (hour, minute) = digits.split_once(['.', ':']).unwrap_or((digits, "00"));
    let (hour_value, minute_value): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour_value <= 24 && minute_value < 60 && minute.len() == 2 && hour.len() <= 2)
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
