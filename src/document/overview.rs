//! What is known of a whole briefing: counts, failures, and which models and settings made it.

use super::digest::FolderDigest;
use super::entry::Entry;
use super::summary::WritingCounts;
use super::translation::Flag;

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
