//! A line near a title → who wrote the article and when, if it says nothing else: `Von Jana Ohm, 3. Mai 2024`.

use super::super::characters::letters;
use super::lines::ends_sentence;
use super::written_date;
use crate::document::Date;

/// Rule of lines that name author or day, or both.
pub(super) const RULE: &str = "byline";

/// The longest byline in characters.
const MAX_CHARACTERS: usize = 120;

/// Words before the names.
const OPENINGS: &[&str] = &[
    "von ",
    "text: ",
    "text und fotos: ",
    "text & fotos: ",
    "autor: ",
    "autorin: ",
    "autoren: ",
    "interview: ",
    "protokoll: ",
    "ein gastbeitrag von ",
    "gastbeitrag von ",
    "ein kommentar von ",
    "kommentar von ",
    "eine analyse von ",
    "analyse von ",
    "eine kolumne von ",
    "kolumne von ",
    "eine reportage von ",
    "reportage von ",
    "ein interview von ",
    "interview von ",
    "ein essay von ",
    "essay von ",
    "eine glosse von ",
    "glosse von ",
    "ein bericht von ",
    "bericht von ",
];

/// Marks between the parts of a byline.
const SEPARATORS: [char; 6] = [',', '|', '•', '·', '/', ';'];

/// First words of names of places in two words, which are no names of persons.
const OPENINGS_OF_PLACES: &[&str] = &[
    "bad",
    "buenos",
    "den",
    "frankfurt",
    "hong",
    "kap",
    "las",
    "los",
    "neu",
    "new",
    "rio",
    "san",
    "sankt",
    "santa",
    "st.",
    "tel",
];

/// What a byline states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Byline {
    /// The names of the authors, separated by commas.
    pub(super) author: Option<String>,
    /// The day of publication.
    pub(super) day: Option<Date>,
}

/// What the bylines under a title state, and the lines themselves.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Bylines {
    /// The names of the authors, separated by commas.
    pub(super) author: Option<String>,
    /// The day of publication.
    pub(super) day: Option<Date>,
    pub(super) lines: Vec<String>,
}

/// The most bylines under a title.
const MAX_BYLINES: usize = 2;

/// How many paragraphs under a title may stand before a byline: a standfirst of two.
const MAX_BEFORE_BYLINE: usize = 3;

/// Removes the bylines from `paragraphs`, which stand under a title. `text` is that of a paragraph that may be one. An author may be
/// named below a standfirst; a day there may head an entry of a chronicle. One paragraph is left at least.
pub(super) fn take<Paragraph>(paragraphs: &mut Vec<Paragraph>, text: impl Fn(&Paragraph) -> Option<&str>) -> Bylines {
    let mut bylines = Bylines::default();
    let mut index = 0;
    while index < MAX_BEFORE_BYLINE
        && index < paragraphs.len()
        && paragraphs.len() > 1
        && bylines.lines.len() < MAX_BYLINES
    {
        let line = text(&paragraphs[index]).map(str::to_owned);
        let found = line.as_deref().and_then(|line| parse(line, None));
        let is_place_of_days = index == 0 || !bylines.lines.is_empty();
        match (line, found.filter(|found| found.author.is_some() || is_place_of_days)) {
            (Some(line), Some(found)) => {
                bylines.author = bylines.author.or(found.author);
                bylines.day = bylines.day.or(found.day);
                bylines.lines.push(line);
                paragraphs.remove(index);
            }
            // Below the lines of authors the text begins.
            _ if !bylines.lines.is_empty() => break,
            _ => index += 1,
        }
    }
    bylines
}

/// What the line `text` states; `None` if it says anything beside authors, places, and a time. `known_author` is who wrote the
/// article, if that is known.
pub(super) fn parse(text: &str, known_author: Option<&str>) -> Option<Byline> {
    let text = text.trim();
    if text.is_empty() || text.chars().nth(MAX_CHARACTERS).is_some() || ends_sentence(text) && !text.ends_with(')') {
        return None;
    }
    if written_date::is_only_date(text) {
        return Some(Byline { author: None, day: written_date::date(text) });
    }
    if let Some(around) = known_author.and_then(|author| around_author(text, author)) {
        let day = around.into_iter().find_map(written_date::date);
        return Some(Byline { author: known_author.map(str::to_owned), day });
    }
    Some(Byline { author: Some(authors(text)?), day: written_date::date(text) })
}

/// What stands before and after `author` in `text`; `None` if it is more than a day and a time.
fn around_author<'text>(text: &'text str, author: &str) -> Option<[&'text str; 2]> {
    if !author.is_empty() && letters(text) == letters(author) {
        return Some(["", ""]);
    }
    let at = text.find(author).filter(|_| !author.is_empty())?;
    let around = [&text[..at], &text[at + author.len()..]].map(|part| {
        let part = part.trim_matches(|it: char| it == ' ' || it == '-' || it == '–' || SEPARATORS.contains(&it));
        part.strip_suffix("von").or(part.strip_suffix("Von")).unwrap_or(part).trim()
    });
    around.iter().all(|part| part.is_empty() || written_date::is_only_date(part)).then_some(around)
}

/// The authors in `Von Jana Ohm und Kai Lund, Ulm` and `3. Mai 2024, 18 Uhr / Text: Jana Ohm`; `None` if anything else is said.
fn authors(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let opening = OPENINGS.iter().filter(|opening| lower.starts_with(**opening)).map(|opening| opening.len()).max()?;
    let mut names: Vec<String> = Vec::new();
    for (index, part) in text.get(opening..)?.split(SEPARATORS).map(str::trim).enumerate() {
        if part.is_empty() || index > 0 && (written_date::is_only_date(part) || is_time(part) || is_place(part)) {
            continue;
        }
        for name in part.split(" und ").flat_map(|part| part.split(" & ")).map(str::trim) {
            if !is_person(name) {
                return None;
            }
            names.push(name.to_owned());
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// True for two to five words as names of persons have them: `Jana Ohm`, `Dr. Karl-Theodor von der Aue`.
pub(super) fn is_person(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_name = |word: &&str| {
        word.starts_with(char::is_uppercase) && word.chars().all(|it| it.is_alphabetic() || "-.’'".contains(it))
    };
    let is_name_or_particle = |word: &&str| {
        is_name(word) || matches!(*word, "von" | "van" | "vom" | "de" | "der" | "den" | "del" | "da" | "di" | "al")
    };
    (2..=5).contains(&words.len())
        && words.first().is_some_and(is_name)
        && words.last().is_some_and(is_name)
        && words.iter().all(is_name_or_particle)
}

/// True for the name of a place: one word, or more that names of places begin with.
fn is_place(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_plain =
        text.chars().all(|it| it.is_alphabetic() || " -.".contains(it)) && text.starts_with(char::is_uppercase);
    let is_of_several = || {
        let first = words.first().map(|word| word.to_lowercase());
        words.len() <= 4 && first.is_some_and(|first| OPENINGS_OF_PLACES.contains(&first.as_str()))
    };
    is_plain && (words.len() == 1 || is_of_several())
}

/// True for a time of day: `18.30 Uhr`.
fn is_time(text: &str) -> bool {
    text.ends_with("Uhr") && text.starts_with(|first: char| first.is_ascii_digit()) && text.len() <= 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_and_days_are_found_in_lines_that_say_nothing_else() {
        for (text, author, day) in [
            ("Von Jana Ohm", Some("Jana Ohm"), None),
            ("VON JANA OHM", Some("JANA OHM"), None),
            ("von Jana Ohm und Kai Lund, Ulm", Some("Jana Ohm, Kai Lund"), None),
            ("Von Jana Ohm, Kai Lund & Eva de Boer, New York", Some("Jana Ohm, Kai Lund, Eva de Boer"), None),
            ("Von Jana Ohm, 3. Mai 2024, 18.30 Uhr", Some("Jana Ohm"), Some("2024-05-03")),
            ("Ein Kommentar von Dr. Kai Lund", Some("Dr. Kai Lund"), None),
            ("Text: Jana Ohm | 03.05.2024", Some("Jana Ohm"), Some("2024-05-03")),
            ("28.04.2023 | 17:52 Uhr", None, Some("2023-04-28")),
            ("Freitag, 3. Mai 2024", None, Some("2024-05-03")),
        ] {
            let day = day.and_then(Date::from_iso);
            assert_eq!(parse(text, None), Some(Byline { author: author.map(str::to_owned), day }), "{text}");
        }
    }

    #[test]
    fn bylines_are_taken_from_under_a_title_and_one_paragraph_is_left() {
        for (lines, taken, author) in [
            (vec!["Von Jana Ohm", "3. Mai 2024", "Text."], vec!["Von Jana Ohm", "3. Mai 2024"], Some("Jana Ohm")),
            (vec!["Vorspann.", "Von Jana Ohm", "Text."], vec!["Von Jana Ohm"], Some("Jana Ohm")),
            (vec!["Vorspann.", "3. Mai 2024", "Text."], vec![], None),
            (vec!["Eins.", "Zwei.", "Drei.", "Von Jana Ohm", "Text."], vec![], None),
            (vec!["Von Jana Ohm"], vec![], None),
        ] {
            let mut paragraphs = lines.clone();
            let bylines = take(&mut paragraphs, |line| Some(line));
            assert_eq!(
                (bylines.author.as_deref(), &bylines.lines),
                (author, &taken.iter().map(|it| (*it).to_owned()).collect())
            );
            assert_eq!(paragraphs.len() + taken.len(), lines.len());
        }
    }

    #[test]
    fn a_known_author_alone_or_with_a_day_is_a_byline() {
        for (text, day) in [
            ("Jana Ohm", None),
            ("Jana Ohm3. Mai 2024, 18 Uhr", Some("2024-05-03")),
            ("3. Mai 2024 um 15:46 Uhr / Jana Ohm", Some("2024-05-03")),
            ("Veröffentlicht von Jana Ohm", None),
        ] {
            let found = parse(text, Some("Jana Ohm"));
            let day = day.and_then(Date::from_iso);
            let expected = (!text.starts_with("Ver")).then(|| Byline { author: Some("Jana Ohm".to_owned()), day });
            assert_eq!(found, expected, "{text}");
            assert_eq!(parse(text, None), None, "{text}");
        }
    }

    #[test]
    fn other_lines_are_no_bylines() {
        for text in [
            "",
            "Von Ulm nach Kiel",
            "Von Haus zu Haus",
            "Von Ost und West",
            "Von Kopf bis Fuß",
            "Von Jana Ohm hat man lange nichts gehört",
            "Von Jana Ohm.",
            "Interview: Warum die Stadt wächst",
            "Text: Gesetz über die Wahl",
            "Jana Ohm",
            "Bericht von der Front",
            "Kommentar von gestern",
            "3. Mai",
        ] {
            assert_eq!(parse(text, None), None, "{text}");
        }
    }
}
