//! The name of a file → the day in it: `2005-08-20-rathaus.txt`, `bote_20240507.html`.

use crate::document::Date;

/// The first day in the name of the file shown as `source`: year, month and day, separated alike or not at all.
pub(super) fn date_in_file_name(source: &str) -> Option<Date> {
    let file_name = source.rsplit('/').next().unwrap_or_default();
    let number_starts = file_name
        .char_indices()
        .filter(|(_, character)| character.is_ascii_digit())
        .map(|(number_start, _)| number_start);
    number_starts
        .filter(|number_start| {
            !file_name[..*number_start].ends_with(|character_before: char| character_before.is_ascii_digit())
        })
        .find_map(|number_start| {
            let from_number = &file_name[number_start..];
            let date_separator =
                from_number.get(4..5).filter(|separator| ["-", "_", "."].contains(separator)).unwrap_or_default();
            let (year, after_year) = from_number.split_at_checked(4)?;
            let (month, after_month) = after_year.strip_prefix(date_separator)?.split_at_checked(2)?;
            let (day, after_day) = after_month.strip_prefix(date_separator)?.split_at_checked(2)?;
            let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
            let is_day = [year, month, day].into_iter().all(is_number)
                && !after_day.starts_with(|character_after: char| character_after.is_ascii_digit())
                && ["18", "19", "20"].iter().any(|century| year.starts_with(century));
            is_day.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)).flatten()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_a_day() {
        for (name, day) in [
            ("2005-08-20-rathaus.txt", Some("2005-08-20")),
            ("a/bote_2024_05_07.html", Some("2024-05-07")),
            ("bote20240507.md", Some("2024-05-07")),
            ("Heft 3 (2024.05.07).txt", Some("2024-05-07")),
            ("2024-05-07/rathaus.txt", None),
            ("2024-13-07.txt", None),
            ("2024-05.txt", None),
            ("2024-05_07.txt", None),
            ("320240507.txt", None),
            ("202405071.txt", None),
            ("99991231.txt", None),
            ("ärgerlich 2024-ä5-07.txt", None),
            ("", None),
        ] {
            assert_eq!(date_in_file_name(name).map(|date| date.to_string()).as_deref(), day, "{name}");
        }
    }
}
