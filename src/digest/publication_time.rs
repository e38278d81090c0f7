//! An article → the time of day at which it was published, if it states one beside its date.

use super::prose_dates::prose_dates;
use super::publication_date::{dated_left_out, dateline_texts};
use crate::document::{Article, Date, Time};

/// Characters that may stand between a date and the time that belongs to it: `7. Mai 2024, 14 Uhr`, `07.05.2024 - 18:50`.
const BETWEEN: &[char] = &[' ', '\u{a0}', '\u{202f}', ',', '-', '–', '—', '|', '·', '/', 'T'];

/// The latest time that stands right after `date` in the first paragraphs of `article` or in the furniture of its page.
pub fn publication_time(article: &Article, date: Date) -> Option<Time> {
    let texts = dateline_texts(article).chain(dated_left_out(article));
    texts.flat_map(|text| times_after(text, date)).max()
}

/// The times in `text` that stand right after `date`.
fn times_after(text: &str, date: Date) -> impl Iterator<Item = Time> {
    prose_dates(text).filter(move |(_, known)| *known == date).filter_map(|(range, _)| {
        let rest = text[range.end..].trim_start_matches(BETWEEN);
        leading_time(rest.strip_prefix("um ").unwrap_or(rest))
    })
}

/// The time that `prose` begins with: `14 Uhr`, `14.30 Uhr`, `14:30`.
fn leading_time(prose: &str) -> Option<Time> {
    let (hour, rest) = leading_number(prose)?;
    let minute = rest.strip_prefix([':', '.']).and_then(leading_number).filter(|(_, after)| {
        // Two digits and no more: `14.3.2024` is a date.
        rest.len() - after.len() == 3
    });
    let has_colon = rest.starts_with(':') && minute.is_some();
    let after = minute.map_or(rest, |(_, after)| after);
    let says_clock = after.trim_start_matches([' ', '\u{a0}', '\u{202f}']).starts_with("Uhr");
    (has_colon || says_clock).then(|| Time::new(hour, minute.map_or(0, |(minute, _)| minute)))?
}

/// The number of one or two digits that `prose` begins with, and what follows it.
fn leading_number(prose: &str) -> Option<(u8, &str)> {
    let digits = prose.len() - prose.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    if !(1..=2).contains(&digits) {
        return None;
    }
    Some((prose[..digits].parse().ok()?, &prose[digits..]))
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
