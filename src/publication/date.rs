//! An article → the day it was published, if it states one.

use super::dateline::{dateline_date, dateline_texts, is_date_of_event};
use super::prose_dates::prose_dates;
use crate::document::{Article, Date};

/// The boilerplate rules whose passages may state a date, in this order: `(APA, 12.03.2024)`, `Stand: 12.03.2024`.
const DATED_RULES: &[&str] = &["agency", "page"];

/// The day that `article` was published: from the metadata of its file, a dateline or a short line in its first
/// paragraphs, the credit of an agency, the boilerplate of its page, or its title. A date within a sentence belongs to the
/// news, and so does that of an event in the title. If there is no other, it is the day on which the page was fetched.
pub fn publication_date(article: &Article) -> Option<Date> {
    let from_body = || dateline_texts(article).find_map(dateline_date);
    let from_boilerplate = || dated_left_out(article).find_map(|passage| Some(prose_dates(passage).next()?.1));
    let from_title = || {
        let title = article.title()?;
        let (date_range, title_date) = prose_dates(title).next()?;
        (!is_date_of_event(&title[..date_range.start])).then_some(title_date)
    };
    article.published().or_else(from_body).or_else(from_boilerplate).or_else(from_title).or(article.retrieved())
}

/// The passages left out of `article` that may state its date.
pub(super) fn dated_left_out(article: &Article) -> impl Iterator<Item = &str> {
    let left_out_by = |dated_rule: &&'static str| {
        let rule = *dated_rule;
        article.left_out().iter().filter(move |passage| passage.rule == rule).map(|passage| passage.text.as_str())
    };
    DATED_RULES.iter().flat_map(left_out_by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};
    use crate::input::RULES;

    #[test]
    fn rules_whose_passages_may_state_a_date_are_rules() {
        for name in DATED_RULES {
            assert!(RULES.iter().any(|rule| rule.name == *name), "{name}");
        }
    }

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
