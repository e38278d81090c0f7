//! Datelines: what stands before the news and says where and when it was written.

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

/// The texts of `article` that may be datelines: its first paragraphs.
pub(super) fn dateline_texts(article: &Article) -> impl Iterator<Item = &str> {
    let prose_paragraphs = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
    prose_paragraphs.take(MAX_DATELINE_PARAGRAPHS).map(Paragraph::text)
}

/// The date in `paragraph` of an article if that is a dateline or begins with one.
pub(super) fn dateline_date(paragraph: &str) -> Option<Date> {
    let has_at_most = |prose: &str, max_words: usize| words::words(prose).take(max_words + 1).count() <= max_words;
    let (date_range, date) = prose_dates(paragraph).next()?;
    let before_date = &paragraph[..date_range.start];
    let is_short = has_at_most(paragraph, MAX_WORDS_IN_DATELINE) && !paragraph.ends_with(['.', '!', '?']);
    let is_in_front = has_at_most(before_date, MAX_WORDS_BEFORE_DATE)
        && paragraph[date_range.end..].trim_start().starts_with(['–', '—', '-', ')', ':', '/', '|', '·', ',', '.']);
    let states_publication = is_short && has_listed_word(before_date, PUBLICATION_WORDS);
    let is_dateline =
        (is_short || is_in_front) && !is_date_of_event(before_date) && !has_listed_word(before_date, LIFE_WORDS);
    (states_publication || is_dateline).then_some(date)
}

/// Marks that end a dateline, with the space after them.
const DATELINE_ENDS: &[&str] = &["– ", "— ", "- ", ") ", ": "];

/// Bytes between the date of a dateline and its end: `, 14.30 Uhr (aktualisiert)`.
const MAX_BYTES_BEFORE_DATELINE_END: usize = 40;

/// `sentence` without the dateline that it begins with. Its date and time are no claims of the news.
pub fn without_dateline(sentence: &str) -> &str {
    let Some((date_range, _)) = prose_dates(sentence).next() else { return sentence };
    let before_date = &sentence[..date_range.start];
    if words::words(before_date).take(MAX_WORDS_BEFORE_DATE + 1).count() > MAX_WORDS_BEFORE_DATE
        || is_date_of_event(before_date)
    {
        return sentence;
    }
    let after_date = &sentence[date_range.end..];
    let dateline_ends = DATELINE_ENDS.iter().filter_map(|mark| Some(after_date.find(mark)? + mark.len()));
    match dateline_ends.min() {
        Some(dateline_end) if dateline_end <= MAX_BYTES_BEFORE_DATELINE_END => after_date[dateline_end..].trim_start(),
        _ => sentence,
    }
}

/// True if the words `before_date` make the date the day of an event. `Ulm, den 12. März 2024` is the head of a letter.
pub(super) fn is_date_of_event(before_date: &str) -> bool {
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
}
