//! One article of a briefing, and how others point to it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::date::Date;
use super::summary::Summary;
use super::translation::{Sentence, Translation};

/// One article of a briefing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Place among the entries of the briefing, from 0.
    pub index: usize,
    /// Where the article's own page is written: a relative path with `/` between its parts and no extension.
    pub page: String,
    /// The day that the article states; `None` if it states none.
    pub date: Option<Date>,
    /// The article with its English.
    pub translation: Translation,
    /// Its summary; `None` if only a translation was asked for.
    pub summary: Option<Summary>,
}

/// Characters of a first sentence that stand in for a title.
const HEADLINE: usize = 100;

impl Entry {
    /// What the article is called in German: its title, or the beginning of its first sentence if it has none.
    pub fn german_title(&self) -> Cow<'_, str> {
        match self.translation.article().title() {
            Some(title) => Cow::Borrowed(title),
            None => self.first_sentence(|german, _| german),
        }
    }

    /// What the article is called in English: its title, or the beginning of its first sentence if it has none.
    pub fn english_title(&self) -> Cow<'_, str> {
        match self.translation.title() {
            Some(title) => Cow::Borrowed(&title.english),
            None => self.first_sentence(|_, sentence| &sentence.english),
        }
    }

    /// The beginning of the first sentence that is not empty, or the last part of the source path if there is none.
    fn first_sentence<'a>(&'a self, side: impl Fn(&'a str, &'a Sentence) -> &'a str) -> Cow<'a, str> {
        let source = self.translation.article().source();
        let sentences = self.translation.pairs().flat_map(|(paragraph, translated)| {
            translated.spans().sentences(paragraph.text()).zip(translated.sentences())
        });
        let mut texts = sentences.map(|(german, sentence)| side(german, sentence));
        match texts.find(|text| !text.trim().is_empty()) {
            Some(text) => beginning(text),
            None => Cow::Borrowed(source.rsplit('/').next().unwrap_or(source)),
        }
    }
}

/// `text` up to the last space within [`HEADLINE`] characters, and a mark that it goes on.
fn beginning(text: &str) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(HEADLINE) else { return Cow::Borrowed(text) };
    let cut = text[..end].rfind(' ').unwrap_or(end);
    Cow::Owned(format!("{} …", text[..cut].trim_end_matches([',', ';', ':', ' '])))
}

/// An article as others point to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Its place among the entries, from 0; see [`Entry::index`].
    pub index: usize,
    /// Its page; see [`Entry::page`].
    pub page: String,
    /// Its path as it is shown to the reader.
    pub source: String,
    /// Its German title, when it has one.
    pub german_title: Option<String>,
    /// What it is called in English.
    pub english_title: String,
    /// The day that it states.
    pub date: Option<Date>,
}

impl Mention {
    /// Points to `entry`.
    pub fn new(entry: &Entry) -> Self {
        let article = entry.translation.article();
        Self {
            index: entry.index,
            page: entry.page.clone(),
            source: article.source().to_owned(),
            german_title: article.title().map(str::to_owned),
            english_title: entry.english_title().into_owned(),
            date: entry.date,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_sentence_is_cut_between_words_and_says_so() {
        assert_eq!(beginning("Die Brücke ist fertig."), "Die Brücke ist fertig.");
        let long = "Die Brücke über die Lahr, ".repeat(8);
        let cut = beginning(&long);
        assert!(cut.chars().count() <= HEADLINE + 2 && cut.ends_with(" …") && !cut.contains(", …"), "{cut}");
        assert_eq!(beginning(&"ü".repeat(200)).chars().count(), HEADLINE + 2);
    }
}
