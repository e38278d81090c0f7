//! An article → the day it states, where it states one.

use crate::document::{Article, Date, ParagraphKind};
use crate::segment::dates::dates;
use crate::segment::words;

/// Paragraphs in which an article states its date, if it does.
const PARAGRAPHS: usize = 3;

/// Words of a paragraph that holds little beside its date: `Von Anna Weber, 12.03.2024, 14:30 Uhr`.
const SHORT: usize = 12;

/// Words before a date that begins the article: `Frankfurt am Main (Deutschland), 12. März 2024 –`.
const BEFORE: usize = 6;

/// Words that make the date behind them one of the things told, not of the telling.
const OF_EVENTS: &[&str] = &["ab", "am", "bis", "dem", "des", "im", "seit", "und", "vom", "zum"];

/// The name of the rule whose passages may state a date: `Stand: 12.03.2024`.
const DATED_RULE: &str = "page";

/// The day that `article` states: in what its file says of it, its title, a dateline in front of its first paragraphs, a
/// short line of their kind, or what was set aside as the page's own. A date within a sentence is one that the article
/// tells of, and not its own.
pub fn stated(article: &Article) -> Option<Date> {
    let title = || article.title().and_then(|title| dates(title).next()).map(|(_, date)| date);
    let first = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let first = || first.take(PARAGRAPHS).find_map(|paragraph| dateline(paragraph.text()));
    let set_aside = article.left_out().iter().filter(|passage| passage.rule == DATED_RULE);
    let set_aside = || set_aside.flat_map(|passage| dates(&passage.text)).next().map(|(_, date)| date);
    article.published().or_else(title).or_else(first).or_else(set_aside)
}

/// The date of the dateline that `text` begins with, or that it is.
fn dateline(text: &str) -> Option<Date> {
    let short = words::words(text).take(SHORT + 1).count() <= SHORT && !text.ends_with(['.', '!', '?']);
    let (range, date) = dates(text).next()?;
    let before = &text[..range.start];
    let in_front = words::words(before).take(BEFORE + 1).count() <= BEFORE
        && text[range.end..].trim_start().starts_with(['–', '—', '-', ')', ':', '/', '|', '·', ',', '.']);
    let of_event = words::words(before).last().is_some_and(|word| OF_EVENTS.contains(&word.to_lowercase().as_str()));
    // `Ulm, den 12. März 2024` is how a letter begins.
    (short || in_front && !of_event).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Draft, LeftOut, Section};

    #[test]
    fn only_the_date_of_the_article_itself_is_stated() {
        for (title, text, wanted) in [
            ("Rat tagt am 3. Mai 2024", "Ulm. Es wird spät.", Some("2024-05-03")),
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
            let article = Article::new("a", Draft { title: Some(title.into()), sections, ..Draft::default() }).unwrap();
            assert_eq!(stated(&article).map(|date| date.to_string()).as_deref(), wanted, "{title}: {text}");
        }
    }

    #[test]
    fn what_the_file_says_comes_first_and_the_furniture_of_the_page_last() {
        let sections = vec![Section { kind: ParagraphKind::Body, text: "Ulm. Es wird spät.".into() }];
        let left_out = vec![
            LeftOut { text: "Kommentar vom 1.1.2020".into(), rule: "comments" },
            LeftOut { text: "Stand: 12.03.2024, 14:30 Uhr".into(), rule: "page" },
        ];
        let draft = Draft { sections, left_out, ..Draft::default() };
        let stated_in = |draft: &Draft| stated(&Article::new("a", draft.clone()).unwrap()).unwrap().to_string();
        assert_eq!(stated_in(&draft), "2024-03-12");
        assert_eq!(stated_in(&Draft { published: Date::new(2024, 3, 11), ..draft }), "2024-03-11");
    }
}
