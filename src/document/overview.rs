//! Facts about a whole briefing: counts, failures, and the models and settings that made it.

use super::digest::FolderDigest;
use super::entry::Entry;
use super::summary::WritingCounts;
use super::translation::Flag;

/// An article that could not be read, translated or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Path of its file as shown to the user.
    pub source: String,
    /// The error and its causes, on one line.
    pub error: String,
    /// What the user can do about it.
    pub hint: Option<String>,
}

/// Identifies a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelIdentity {
    /// Name in the catalogue, or the folder that it was loaded from.
    pub name: String,
    /// SHA-256 of the weights file, in hexadecimal.
    pub digest: String,
    /// Licence, if the model states one.
    pub licence: Option<String>,
}

/// The program, models and settings that made a briefing: what it takes to make it again.
///
/// Identical for two runs over the same input: holds no time, thread count or machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Name and version of the program.
    pub program: String,
    /// Translation model.
    pub translator: Option<ModelIdentity>,
    /// Summary method or model; `None` in a run without summaries.
    pub summarizer: Option<String>,
    /// Name and value of every setting that affects the output, in a fixed order.
    pub settings: Vec<(String, String)>,
}

/// How often a glossary term occurred, and how often it was translated as the glossary says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermCount {
    /// German term.
    pub german: String,
    /// English translation.
    pub english: String,
    /// Occurrences whose English has the translation.
    pub kept: usize,
    /// Occurrences whose English does not.
    pub missed: usize,
}

/// Counts and facts of a briefing, complete once the last article is added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Number of entries.
    pub articles: usize,
    /// Number of sentences, titles not counted.
    pub sentences: usize,
    /// Number of times each flag was raised, in the order of [`Flag`]; never zero.
    pub flags: Vec<(Flag, usize)>,
    /// Number of sentences and titles that may be wrong: see [`Flag::is_doubt`].
    pub doubtful: usize,
    /// Number of articles entirely in one language other than German.
    pub foreign: usize,
    /// Glossary terms that occurred, in alphabetical order.
    pub terms: Vec<TermCount>,
    /// Number of passages left out.
    pub left_out: usize,
    /// Total counts of the summaries that a model wrote; `None` if no model did.
    pub writing: Option<WritingCounts>,
    /// Articles that failed, in the order of the input.
    pub failures: Vec<Failure>,
    /// Digest of the folder; `None` in a run without summaries, or with fewer than two articles.
    pub digest: Option<FolderDigest>,
    /// Models and settings.
    pub provenance: Provenance,
}

impl Overview {
    /// Adds `entry` to the counts.
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
