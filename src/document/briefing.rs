//! The briefing: entries in the order of the input, what failed, and which models and settings made it.

use std::borrow::Cow;

use super::{Date, Flag, FolderDigest, LeftOut, Sentence, Summary, Translation, WritingCounts};

/// One article of a briefing.
#[derive(Clone, Debug, PartialEq)]
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

/// An article that could not be read, translated or written. The others are not affected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The article's path as it is shown to the reader.
    pub source: String,
    /// What went wrong, causes included, on one line.
    pub error: String,
    /// What the user can do about it.
    pub hint: Option<String>,
}

/// A model that took part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelIdentity {
    /// Name in the catalogue, or the folder it was loaded from.
    pub name: String,
    /// SHA-256 of the weights file, in hexadecimal digits.
    pub digest: String,
    /// Licence, when the model states one.
    pub licence: Option<String>,
}

/// Which program, models and settings made a briefing: what is needed to make it again.
///
/// Holds nothing that differs between two runs over the same input: no time, no thread count, no machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Name and version of the program.
    pub program: String,
    /// The translation model.
    pub translator: Option<ModelIdentity>,
    /// The summariser's method or model; `None` if only a translation was asked for.
    pub summarizer: Option<String>,
    /// Name and value of every setting that changes the output, in a fixed order.
    pub settings: Vec<(String, String)>,
}

/// How often a term of the user's glossary was in the German, and in the English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermCount {
    /// The term.
    pub german: String,
    /// Its English.
    pub english: String,
    /// Times that the English has it where the German does.
    pub kept: usize,
    /// Times that it has not.
    pub missed: usize,
}

/// What is known of a briefing once its last article is through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Number of entries.
    pub articles: usize,
    /// Number of sentences translated, titles not counted.
    pub sentences: usize,
    /// How often each flag was raised, in the order of [`Flag`]; flags that were never raised are missing.
    pub flags: Vec<(Flag, usize)>,
    /// Number of sentences and titles that may be wrong: see [`Flag::is_doubt`].
    pub doubtful: usize,
    /// Number of articles that are wholly in another language than German.
    pub foreign: usize,
    /// The terms of the user's glossary that were found, in the order of the alphabet.
    pub terms: Vec<TermCount>,
    /// Number of passages that were set aside.
    pub left_out: usize,
    /// How a model wrote the summaries, all counts added up; `None` if no model did.
    pub writing: Option<WritingCounts>,
    /// What failed, in the order of the input.
    pub failures: Vec<Failure>,
    /// What the articles say together; `None` if that was not asked for, or there are fewer than two.
    pub digest: Option<FolderDigest>,
    /// Which models and settings were used.
    pub provenance: Provenance,
}

impl Overview {
    /// Counts `entry` in.
    pub fn add(&mut self, entry: &Entry) {
        self.articles += 1;
        self.sentences +=
            entry.translation.paragraphs().iter().map(|paragraph| paragraph.sentences().len()).sum::<usize>();
        self.doubtful += entry.translation.sentences().filter(|sentence| sentence.is_doubtful()).count();
        self.foreign += usize::from(entry.translation.foreign().is_some());
        self.left_out += entry.translation.article().left_out().len();
        if let Some(writing) = entry.summary.as_ref().and_then(|summary| summary.writing.as_ref()) {
            self.writing.get_or_insert_default().add(writing);
        }
        for term in entry.translation.sentences().flat_map(|sentence| &sentence.terms) {
            let place = self.terms.binary_search_by(|known| known.german.cmp(&term.german)).unwrap_or_else(|place| {
                let (german, english) = (term.german.clone(), term.english.clone());
                self.terms.insert(place, TermCount { german, english, kept: 0, missed: 0 });
                place
            });
            self.terms[place].kept += usize::from(term.kept);
            self.terms[place].missed += usize::from(!term.kept);
        }
        for flag in entry.translation.flags() {
            match self.flags.binary_search_by_key(&flag, |(known, _)| *known) {
                Ok(found) => self.flags[found].1 += 1,
                Err(place) => self.flags.insert(place, (flag, 1)),
            }
        }
    }
}

/// A whole briefing in memory, for a library user or a test. The program itself streams entries to the output and
/// keeps only the [`Overview`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Briefing {
    /// The entries in the order of the input.
    pub entries: Vec<Entry>,
    /// Counts, failures and provenance.
    pub overview: Overview,
}

impl Briefing {
    /// Every passage that was set aside, with the entry it comes from.
    pub fn left_out(&self) -> impl Iterator<Item = (&Entry, &LeftOut)> {
        self.entries
            .iter()
            .flat_map(|entry| entry.translation.article().left_out().iter().map(move |left_out| (entry, left_out)))
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
