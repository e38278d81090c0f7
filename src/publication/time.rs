//! An article → the time of day at which it was published, if it states one beside its date.

use super::date::dated_left_out;
use super::dateline::dateline_texts;
use super::prose_dates::prose_dates;
use crate::document::{Article, Date, Time};

/// Characters that may stand between a date and the time that belongs to it: `7. Mai 2024, 14 Uhr`, `07.05.2024 - 18:50`.
const BETWEEN_DATE_AND_TIME: &[char] = &[' ', '\u{a0}', '\u{202f}', ',', '-', '–', '—', '|', '·', '/', 'T'];

/// The latest time that stands right after `publication_date` in the first paragraphs of `article` or in the furniture of its page.
pub fn publication_time(article: &Article, publication_date: Date) -> Option<Time> {
    let dated_texts = dateline_texts(article).chain(dated_left_out(article));
    dated_texts.flat_map(|dated_text| times_after(dated_text, publication_date)).max()
}

/// The times in `dated_text` that stand right after `publication_date`.
fn times_after(dated_text: &str, publication_date: Date) -> impl Iterator<Item = Time> {
    let publication_dates = prose_dates(dated_text).filter(move |(_, date)| *date == publication_date);
    publication_dates.filter_map(|(date_range, _)| {
        let after_date = dated_text[date_range.end..].trim_start_matches(BETWEEN_DATE_AND_TIME);
        leading_time(after_date.strip_prefix("um ").unwrap_or(after_date))
    })
}

/// The time of day that `after_date` begins with: `14 Uhr`, `14.30 Uhr`, `14:30`.
fn leading_time(after_date: &str) -> Option<Time> {
    let (hour, after_hour) = leading_hour_or_minute(after_date)?;
    let minute = after_hour.strip_prefix([':', '.']).and_then(leading_hour_or_minute).filter(|(_, after_minute)| {
        // Two digits and no more: `14.3.2024` is a date.
        after_hour.len() - after_minute.len() == 3
    });
    let has_colon = after_hour.starts_with(':') && minute.is_some();
    let after_time = minute.map_or(after_hour, |(_, after_minute)| after_minute);
    let says_clock = after_time.trim_start_matches([' ', '\u{a0}', '\u{202f}']).starts_with("Uhr");
    (has_colon || says_clock).then(|| Time::new(hour, minute.map_or(0, |(minute, _)| minute)))?
}

/// The number of one or two digits that `clock_time` begins with, and what follows it.
fn leading_hour_or_minute(clock_time: &str) -> Option<(u8, &str)> {
    let digit_count =
        clock_time.len() - clock_time.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    if !(1..=2).contains(&digit_count) {
        return None;
    }
    Some((clock_time[..digit_count].parse().ok()?, &clock_time[digit_count..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};

    #[test]
    fn the_time_beside_the_date_is_taken_and_the_latest_of_several() {
        let date = Date::new(2024, 5, 7).unwrap();
        for (text, left_out, wanted) in [
            ("Ahlhausen, 7. Mai 2024, 14 Uhr – Es gab ein Unglück.", "", Some("14:00")),
            ("Ahlhausen, 7. Mai 2024, 14.30 Uhr – Es gab ein Unglück.", "", Some("14:30")),
            ("Von Anna Weber, 07.05.2024 | 9:05", "", Some("09:05")),
            ("Von Anna Weber, 07.05.2024, um 9 Uhr", "", Some("09:00")),
            ("Ahlhausen, 7. Mai 2024 – Um 14 Uhr gab es ein Unglück.", "", None),
            ("Ahlhausen, 7. Mai 2024, 3 Menschen starben.", "", None),
            ("Ahlhausen, 6. Mai 2024, 14 Uhr – Es gab ein Unglück.", "", None),
            ("Ahlhausen, 7. Mai 2024, 25 Uhr – Es gab ein Unglück.", "", None),
            ("Ahlhausen, 7. Mai 2024, 14.3.2024", "", None),
            ("Ahlhausen, 7. Mai 2024, 14 Uhr – Es gab.", "Aktualisiert am 07.05.2024 - 18:50 Uhr", Some("18:50")),
        ] {
            let sections = vec![Section { kind: ParagraphKind::Body, text: text.into() }];
            let left_out = vec![LeftOut { text: left_out.into(), rule: "page".into() }];
            let article = Article::new("a", ArticleDraft { sections, left_out, ..ArticleDraft::default() }).unwrap();
            let found = publication_time(&article, date).map(|time| time.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}
