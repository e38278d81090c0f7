//! One article of a briefing, and the short form in which tables of contents refer to it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::date::{Date, Time};
use super::summary::Summary;
use super::translation::{Note, Sentence, TranslatedParagraph, Translation};

/// One article of a briefing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Index of the article in the briefing.
    pub index: usize,
    /// Path of the article's page: relative to the output folder, with `/` as separator and no extension.
    pub page: String,
    /// Date that the article states for itself.
    pub date: Option<Date>,
    /// Time of that day, if the article states it beside the date.
    pub time: Option<Time>,
    /// The article and its translation.
    pub translation: Translation,
    /// The summary of the article; `None` in a run without summaries.
    pub summary: Option<Summary>,
}

/// Longest first sentence that serves as a title, in characters; longer ones are truncated.
const LONGEST_FALLBACK_TITLE: usize = 100;

impl Entry {
    /// The English title, or the start of the first sentence if there is none.
    pub fn english_title(&self) -> Cow<'_, str> {
        match self.translation.title() {
            Some(title) => Cow::Borrowed(&title.english),
            None => self.fallback_title(),
        }
    }

    /// The notes on [`Self::english_title`].
    pub fn title_notes(&self) -> &[Note] {
        let sentence = self.translation.title().or_else(|| self.first_sentence());
        sentence.map_or(&[], |sentence| &sentence.notes)
    }

    /// The first sentence that is not empty in English.
    fn first_sentence(&self) -> Option<&Sentence> {
        let mut sentences = self.translation.paragraphs().iter().flat_map(TranslatedParagraph::sentences);
        sentences.find(|sentence| !sentence.english.trim().is_empty())
    }

    /// The start of the first non-empty sentence, or the file name if there is none.
    fn fallback_title(&self) -> Cow<'_, str> {
        match self.first_sentence() {
            Some(sentence) => truncated_title(&sentence.english),
            None => {
                let source = self.translation.article().source();
                Cow::Borrowed(source.rsplit('/').next().unwrap_or(source))
            }
        }
    }
}

/// `text`, or its first [`LONGEST_FALLBACK_TITLE`] characters cut at a space, with an ellipsis.
fn truncated_title(text: &str) -> Cow<'_, str> {
    let Some((longest_end, _)) = text.char_indices().nth(LONGEST_FALLBACK_TITLE) else { return Cow::Borrowed(text) };
    let title_end = text[..longest_end].rfind(' ').unwrap_or(longest_end);
    Cow::Owned(format!("{} …", text[..title_end].trim_end_matches([',', ';', ':', ' '])))
}

/// What a reference to an article shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// See [`Entry::index`].
    pub index: usize,
    /// See [`Entry::page`].
    pub page: String,
    /// Path of its file as shown to the user.
    pub source: String,
    /// German title, if there is one.
    pub german_title: Option<String>,
    /// See [`Entry::english_title`].
    pub english_title: String,
    /// See [`Entry::title_notes`].
    pub title_notes: Vec<Note>,
    /// Newspaper or site that published it, if its file names it.
    pub outlet: Option<String>,
    /// See [`Entry::date`].
    pub date: Option<Date>,
    /// See [`Entry::time`].
    pub time: Option<Time>,
}

impl Mention {
    /// Refers to `entry`.
    pub fn new(entry: &Entry) -> Self {
        let article = entry.translation.article();
        Self {
            index: entry.index,
            page: entry.page.clone(),
            source: article.source().to_owned(),
            german_title: article.title().map(str::to_owned),
            english_title: entry.english_title().into_owned(),
            title_notes: entry.title_notes().to_vec(),
            outlet: article.outlet().map(str::to_owned),
            date: entry.date,
            time: entry.time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_first_sentence_is_cut_between_words_with_an_ellipsis() {
        assert_eq!(truncated_title("Die Brücke ist fertig."), "Die Brücke ist fertig.");
        let long = "Die Brücke über die Lahr, ".repeat(8);
        let cut = truncated_title(&long);
        assert!(
            cut.chars().count() <= LONGEST_FALLBACK_TITLE + 2 && cut.ends_with(" …") && !cut.contains(", …"),
            "{cut}"
        );
        assert_eq!(truncated_title(&"ü".repeat(200)).chars().count(), LONGEST_FALLBACK_TITLE + 2);
    }
}
