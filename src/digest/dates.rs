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

/// The boilerplate rule whose passages may state a date: `Stand: 12.03.2024`.
const DATED_RULE: &str = "page";

/// The day that `article` was published: from the metadata of its file, its title, a dateline in its first paragraphs, a
/// short paragraph, or the boilerplate of its page. A date within a sentence belongs to the news.
pub fn publication_date(article: &Article) -> Option<Date> {
    let from_title = || article.title().and_then(|title| dates(title).next()).map(|(_, date)| date);
    let body = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    let from_body = || body.take(MAX_PARAGRAPHS).find_map(|paragraph| dateline(paragraph.text()));
    let set_aside = article.left_out().iter().filter(|passage| passage.rule == DATED_RULE);
    let from_set_aside = || set_aside.flat_map(|passage| dates(&passage.text)).next().map(|(_, date)| date);
    article.published().or_else(from_title).or_else(from_body).or_else(from_set_aside)
}

/// The date in `text` if it is a dateline or begins with one.
fn dateline(text: &str) -> Option<Date> {
    let has_at_most = |part: &str, count: usize| words::words(part).take(count + 1).count() <= count;
    let (range, date) = dates(text).next()?;
    let before = &text[..range.start];
    let is_short = has_at_most(text, MAX_SHORT_WORDS) && !text.ends_with(['.', '!', '?']);
    let is_in_front = has_at_most(before, MAX_WORDS_BEFORE)
        && text[range.end..].trim_start().starts_with(['–', '—', '-', ')', ':', '/', '|', '·', ',', '.']);
    // `Ulm, den 12. März 2024` is the head of a letter, so `den` is not among them.
    let is_event = words::words(before).last().is_some_and(|word| EVENT_WORDS.contains(&word.to_lowercase().as_str()));
    (is_short || is_in_front && !is_event).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ArticleDraft, LeftOut, Section};

    #[test]
    fn only_the_date_of_the_article_itself_is_taken() {
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
            LeftOut { text: "Stand: 12.03.2024, 14:30 Uhr".into(), rule: "page".into() },
        ];
        let draft = ArticleDraft { sections, left_out, ..ArticleDraft::default() };
        let date_of =
            |draft: &ArticleDraft| publication_date(&Article::new("a", draft.clone()).unwrap()).unwrap().to_string();
        assert_eq!(date_of(&draft), "2024-03-12");
        assert_eq!(date_of(&ArticleDraft { published: Date::new(2024, 3, 11), ..draft }), "2024-03-11");
    }
}
