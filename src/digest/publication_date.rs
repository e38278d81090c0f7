//! An article → the day it was published, if it states one.

use super::prose_dates::prose_dates;
use crate::document::{Article, Date, Paragraph, ParagraphKind};
use crate::segment::words;

/// Number of paragraphs that are searched for a dateline.
const MAX_DATELINE_PARAGRAPHS: usize = 3;

/// Maximum number of words in a paragraph that holds little beside its date: `Von Anna Weber, 12.03.2024, 14:30 Uhr`.
const MAX_WORDS_IN_DATELINE: usize = 12;

/// Maximum number of words before the date of a dateline: `Frankfurt am Main (Deutschland), 12. März 2024 –`.
const MAX_WORDS_BEFORE_DATE: usize = 6;

/// German words before a date that belongs to an event: `seit dem 12. März 2024`.
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
/// news, and so does that of an event in the title. If there is no other, it is the day on which the page was fetched.
pub fn publication_date(article: &Article) -> Option<Date> {
    let from_body = || dateline_texts(article).find_map(dateline);
    let from_boilerplate = || dated_left_out(article).find_map(|text| Some(prose_dates(text).next()?.1));
    let from_title = || {
        let title = article.title()?;
        let (date_range, date) = prose_dates(title).next()?;
        (!is_of_event(&title[..date_range.start])).then_some(date)
    };
    article.published().or_else(from_body).or_else(from_boilerplate).or_else(from_title).or(article.retrieved())
}

/// The texts of `article` that may be datelines: its first paragraphs.
pub(super) fn dateline_texts(article: &Article) -> impl Iterator<Item = &str> {
    let body = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    body.take(MAX_DATELINE_PARAGRAPHS).map(Paragraph::text)
}

/// The passages left out of `article` that may state its date.
pub(super) fn dated_left_out(article: &Article) -> impl Iterator<Item = &str> {
    let of_rule = |rule: &&'static str| {
        let rule = *rule;
        article.left_out().iter().filter(move |passage| passage.rule == rule).map(|passage| passage.text.as_str())
    };
    DATED_RULES.iter().flat_map(of_rule)
}

/// The date in `paragraph` if that is a dateline or begins with one.
fn dateline(paragraph: &str) -> Option<Date> {
    let has_at_most = |part: &str, max_words: usize| words::words(part).take(max_words + 1).count() <= max_words;
    let (date_range, date) = prose_dates(paragraph).next()?;
    let before_date = &paragraph[..date_range.start];
    let is_short = has_at_most(paragraph, MAX_WORDS_IN_DATELINE) && !paragraph.ends_with(['.', '!', '?']);
    let is_in_front = has_at_most(before_date, MAX_WORDS_BEFORE_DATE)
        && paragraph[date_range.end..].trim_start().starts_with(['–', '—', '-', ')', ':', '/', '|', '·', ',', '.']);
    let states_publication = is_short && has_listed_word(before_date, PUBLICATION_WORDS);
    let is_dateline =
        (is_short || is_in_front) && !is_of_event(before_date) && !has_listed_word(before_date, LIFE_WORDS);
    (states_publication || is_dateline).then_some(date)
}

/// Marks that end a dateline, with the space after them.
const DATELINE_ENDS: &[&str] = &["– ", "— ", "- ", ") ", ": "];

/// Bytes between the date of a dateline and its end: `, 14.30 Uhr (aktualisiert)`.
const MAX_BEFORE_END: usize = 40;

/// `sentence` without the dateline that it begins with. Its date and time are no claims of the news.
pub(super) fn without_dateline(sentence: &str) -> &str {
    let Some((date_range, _)) = prose_dates(sentence).next() else { return sentence };
    let before_date = &sentence[..date_range.start];
    if words::words(before_date).take(MAX_WORDS_BEFORE_DATE + 1).count() > MAX_WORDS_BEFORE_DATE
        || is_of_event(before_date)
    {
        return sentence;
    }
    let rest = &sentence[date_range.end..];
    let ends = DATELINE_ENDS.iter().filter_map(|mark| Some(rest.find(mark)? + mark.len()));
    match ends.min() {
        Some(end) if end <= MAX_BEFORE_END => rest[end..].trim_start(),
        _ => sentence,
    }
}

/// True if the words `before_date` make the date the day of an event. `Ulm, den 12. März 2024` is the head of a letter.
fn is_of_event(before_date: &str) -> bool {
    let is_one_of =
        |word: Option<&str>, listed: &[&str]| word.is_some_and(|word| listed.contains(&word.to_lowercase().as_str()));
    is_one_of(words::words(before_date).last(), EVENT_WORDS)
        || is_one_of(words::words(before_date).next(), EVENT_OPENINGS)
}

/// True if `text` has one of the words of `listed`.
fn has_listed_word(text: &str, listed: &[&str]) -> bool {
    words::words(text).any(|word| listed.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ArticleDraft, LeftOut, Section};
    use crate::input::RULES;

    #[test]
    fn rules_whose_passages_may_state_a_date_are_rules() {
        for name in DATED_RULES {
            assert!(RULES.iter().any(|rule| rule.name == *name), "{name}");
        }
    }

    #[test]
    fn a_dateline_is_no_part_of_its_sentence() {
        for (sentence, news) in [
            (
                "Ahlhausen, 7. Mai 2024, 14 Uhr – Bei einem Unglück starben 3 Menschen.",
                "Bei einem Unglück starben 3 Menschen.",
            ),
            ("Ulm (dpa, 12.03.2024) Der Rat tagt.", "Der Rat tagt."),
            ("Ulm, den 12. März 2024, 14:30 Uhr: Der Rat tagt.", "Der Rat tagt."),
            (
                "Am 7. Mai 2024 – einem Dienstag – starben 3 Menschen.",
                "Am 7. Mai 2024 – einem Dienstag – starben 3 Menschen.",
            ),
            (
                "Der Rat hat es entschieden, und zwar am 7. Mai 2024.",
                "Der Rat hat es entschieden, und zwar am 7. Mai 2024.",
            ),
            ("Der Rat tagt.", "Der Rat tagt."),
        ] {
            assert_eq!(without_dateline(sentence), news);
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
