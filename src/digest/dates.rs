//! An article → the day it was published, if it states one.

use crate::document::{Article, Date, ParagraphKind};
use crate::segment::dates::dates;
use crate::segment::words;

/// Number of paragraphs that are searched for a dateline.
const MAX_PARAGRAPHS: usize = 3;

/// Maximum number of words in a paragraph that holds little beside its date: `Von Anna Weber, 12.03.2024, 14:30 Uhr`.
const MAX_SHORT_WORDS: usize = 12;

/// Maximum number of words before the date of a dateline: `Frankfurt am Main (Deutschland), 12. März 2024 –`.
const MAX_WORDS_BEFORE: usize = 6;

/// Words before a date that belongs to an event: `seit dem 12. März 2024`.
const EVENT_WORDS: &[&str] = &["ab", "am", "bis", "dem", "des", "im", "seit", "und", "vom", "zum"];

/// Words that a sentence begins with before the day of an event: `Am Freitag, den 9. März 2007, …`.
const EVENT_OPENINGS: &[&str] = &["ab", "am", "bis", "seit", "vom"];

/// Words of a line that says when the article was published: `Veröffentlicht am 12.03.2024`.
const PUBLICATION_WORDS: &[&str] =
    &["aktualisiert", "datum", "erschienen", "erstellt", "publiziert", "stand", "update", "veröffentlicht"];

/// Words of a line about somebody's life: `Geboren am 12. März 1924`.
const LIFE_WORDS: &[&str] = &["geb", "geboren", "gest", "gestorben"];

/// The boilerplate rules whose passages may state a date, in this order: `(APA, 12.03.2024)`, `Stand: 12.03.2024`.
const DATED_RULES: &[&str] = &["agency", "page"];

/// The day that `article` was published: from the metadata of its file, a dateline or a short line in its first
/// paragraphs, the credit of an agency, the boilerplate of its page, or its title. A date within a sentence belongs to the
/// news, and so does that of an event in the title.
pub fn publication_date(article: &Article) -> Option<Date> {
    let body = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let from_body = || body.take(MAX_PARAGRAPHS).find_map(|paragraph| dateline(paragraph.text()));
    let from_set_aside = || {
        DATED_RULES.iter().find_map(|rule| {
            let passages = article.left_out().iter().filter(|passage| passage.rule == *rule);
            passages.flat_map(|passage| dates(&passage.text)).next().map(|(_, date)| date)
        })
    };
    let from_title = || {
        let title = article.title()?;
        let (range, date) = dates(title).next()?;
        (!is_of_event(&title[..range.start])).then_some(date)
    };
    article.published().or_else(from_body).or_else(from_set_aside).or_else(from_title)
}

/// The date in `text` if it is a dateline or begins with one.
fn dateline(text: &str) -> Option<Date> {
    let has_at_most = |part: &str, count: usize| words::words(part).take(count + 1).count() <= count;
    let (range, date) = dates(text).next()?;
    let before = &text[..range.start];
    let is_short = has_at_most(text, MAX_SHORT_WORDS) && !text.ends_with(['.', '!', '?']);
    let is_in_front = has_at_most(before, MAX_WORDS_BEFORE)
        && text[range.end..].trim_start().starts_with(['–', '—', '-', ')', ':', '/', '|', '·', ',', '.']);
    let states_publication = is_short && has_word(before, PUBLICATION_WORDS);
    let is_dateline = (is_short || is_in_front) && !is_of_event(before) && !has_word(before, LIFE_WORDS);
    (states_publication || is_dateline).then_some(date)
}

/// True if the words `before` a date make it the day of an event. `Ulm, den 12. März 2024` is the head of a letter.
fn is_of_event(before: &str) -> bool {
    let is_one_of =
        |word: Option<&str>, list: &[&str]| word.is_some_and(|word| list.contains(&word.to_lowercase().as_str()));
    is_one_of(words::words(before).last(), EVENT_WORDS) || is_one_of(words::words(before).next(), EVENT_OPENINGS)
}

fn has_word(text: &str, list: &[&str]) -> bool {
    words::words(text).any(|word| list.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ArticleDraft, LeftOut, Section};

    #[test]
    fn only_the_date_of_the_article_itself_is_taken() {
        for (title, text, wanted) in [
            ("Rat tagt am 3. Mai 2024", "Ulm. Es wird spät.", None),
            ("Der Tag im Rat, 3. Mai 2024", "Ulm. Es wird spät.", Some("2024-05-03")),
            ("Wahl am 23. Februar 2025: Was gilt", "Ulm, 1. Dezember 2024 – Der Rat tagt.", Some("2024-12-01")),
            ("Rat tagt", "Geboren am 12. März 1924 in Ulm", None),
            ("Rat tagt", "Eva Lang, geboren 12. März 1924", None),
            ("Rat tagt", "Veröffentlicht am 12. März 2024", Some("2024-03-12")),
            ("Rat tagt", "Am Freitag, den 9. März 2007, hat der Rat entschieden.", None),
            ("Rat tagt", "Ulm, 12. März 2024 – Der Rat hat entschieden.", Some("2024-03-12")),
            ("Rat tagt", "Frankfurt am Main (Deutschland), 12.03.2024. Der Rat hat entschieden.", Some("2024-03-12")),
            ("Rat tagt", "Ulm, den 12. März 2024: Der Rat hat entschieden.", Some("2024-03-12")),
            (
                "Rat tagt",
                "(12.03.2024) Der Rat hat entschieden, und zwar gegen den Bau der Brücke.",
                Some("2024-03-12"),
            ),
            ("Rat tagt", "Von Anna Weber, 12.03.2024, 14:30 Uhr", Some("2024-03-12")),
            (
                "Rat tagt",
                "Am 12. März 2024, einem Dienstag, hat der Rat der Stadt lange über die Brücke gestritten.",
                None,
            ),
            ("Rat tagt", "Er wurde am 12. März 1924 geboren.", None),
            (
                "Rat tagt",
                "Der Rat hat entschieden. Das Fest ist für den 12. März 2024 – einen Dienstag – geplant.",
                None,
            ),
            ("Rat tagt", "Kein Datum.", None),
        ] {
            let sections = vec![Section { kind: ParagraphKind::Body, text: text.into() }];
            let article =
                Article::new("a", ArticleDraft { title: Some(title.into()), sections, ..ArticleDraft::default() })
                    .unwrap();
            assert_eq!(publication_date(&article).map(|date| date.to_string()).as_deref(), wanted, "{title}: {text}");
        }
    }

    #[test]
    fn what_the_file_says_comes_first_and_the_furniture_of_the_page_last() {
        let sections = vec![Section { kind: ParagraphKind::Body, text: "Ulm. Es wird spät.".into() }];
        let left_out = vec![
            LeftOut { text: "Kommentar vom 1.1.2020".into(), rule: "comments".into() },
            LeftOut { text: "Stand: 13.03.2024, 14:30 Uhr".into(), rule: "page".into() },
            LeftOut { text: "(APA, 12.3.2024)".into(), rule: "agency".into() },
        ];
        let draft = ArticleDraft { sections, left_out, ..ArticleDraft::default() };
        let date_of =
            |draft: &ArticleDraft| publication_date(&Article::new("a", draft.clone()).unwrap()).unwrap().to_string();
        assert_eq!(date_of(&draft), "2024-03-12");
        assert_eq!(date_of(&ArticleDraft { published: Date::new(2024, 3, 11), ..draft }), "2024-03-11");
    }
}
