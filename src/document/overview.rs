//! Facts about a whole briefing: counts, failures, and the models and settings that made it.

use std::path::Path;

use super::changes::Changes;
use super::date::Date;
use super::digest::FolderDigest;
use super::entry::Entry;
use super::summary::WritingCounts;
use super::translation::{Flag, Note, Sentence};

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
    /// Translation model for sentences whose first translation failed a check.
    pub second_translator: Option<ModelIdentity>,
    /// Summary method or model; `None` in a run without summaries.
    pub summarizer: Option<String>,
    /// Name and value of every setting that affects the output, in a fixed order.
    pub settings: Vec<(String, String)>,
}

/// What a briefing is on, if not on everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The term that the user looks for.
    pub term: String,
    /// Number of articles that do not say it; the briefing does not have them.
    pub passed_over: usize,
}

impl Provenance {
    /// The model that wrote a sentence with `notes`.
    pub fn translator_of(&self, notes: &[Note]) -> Option<&ModelIdentity> {
        let is_second = notes.iter().any(|note| note.flag == Flag::SecondTranslator);
        if is_second { self.second_translator.as_ref() } else { self.translator.as_ref() }
    }
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
    /// Title of the briefing; `None` if there is nothing to name it by.
    pub title: Option<String>,
    /// First and last date of its articles, if one states a date.
    pub dates: Option<(Date, Date)>,
    /// Number of entries.
    pub articles: usize,
    /// Number of sentences, titles not counted.
    pub sentences: usize,
    /// Number of times each flag was raised, in the order of [`Flag`]; never zero.
    pub flags: Vec<(Flag, usize)>,
    /// Number of sentences that failed a check: see [`Flag::is_doubt`]. Titles are not counted.
    pub doubtful_sentences: usize,
    /// Number of titles.
    pub titles: usize,
    /// Number of titles that failed a check.
    pub doubtful_titles: usize,
    /// Number of sentences and titles that the second translator was asked for.
    pub second_asked: usize,
    /// Number of these that are shown as it wrote them: see [`Flag::SecondTranslator`].
    pub second_shown: usize,
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
    /// What is new since the last run; `None` if that was not asked, or there was none.
    pub changes: Option<Changes>,
    /// What the briefing is on; `None` if it is on everything.
    pub subject: Option<Subject>,
    /// Models and settings.
    pub provenance: Provenance,
}

impl Overview {
    /// The overview of a briefing that has `entry` alone.
    pub fn for_entry(entry: &Entry, provenance: &Provenance) -> Self {
        let mut overview = Self { provenance: provenance.clone(), ..Self::default() };
        overview.add(entry);
        overview
    }

    /// Number of sentences and titles that failed a check.
    pub fn doubtful(&self) -> usize {
        self.doubtful_sentences + self.doubtful_titles
    }

    /// What a reader has to know before quoting the English: that a machine wrote it, how much of it failed a check, and that
    /// the rest was not verified. `None` if there is no English.
    pub fn notice(&self) -> Option<String> {
        if self.sentences + self.titles == 0 {
            return None;
        }
        let translator = self.provenance.translator.as_ref();
        let second = self.provenance.second_translator.as_ref().filter(|_| self.second_shown > 0);
        let by = translator.map(|model| format!(" by {}", model_name_for_readers(&model.name))).unwrap_or_default();
        let in_part =
            second.map(|model| format!(", in part by {}", model_name_for_readers(&model.name))).unwrap_or_default();
        let by = by + &in_part;
        let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
        let sentences = count(self.sentences, "sentence");
        let failed = match (self.doubtful_sentences, self.doubtful_titles) {
            (0, 0) => {
                return Some(format!(
                    "Machine translation{by}. None of {sentences} failed a check, but none was verified: compare the German \
                     before you quote."
                ));
            }
            (some, 0) => format!("{some} of {sentences}"),
            (some, headlines) => format!("{some} of {sentences} and {headlines} of {}", count(self.titles, "headline")),
        };
        Some(format!(
            "Machine translation{by}. {failed} failed a check; the others were not verified: compare the German before you \
             quote."
        ))
    }

    /// Adds `entry` to the counts.
    pub fn add(&mut self, entry: &Entry) {
        self.articles += 1;
        if let Some(date) = entry.date {
            let (first, last) = self.dates.unwrap_or((date, date));
            self.dates = Some((first.min(date), last.max(date)));
        }
        self.sentences +=
            entry.translation.paragraphs().iter().map(|paragraph| paragraph.sentences().len()).sum::<usize>();
        let sentences = entry.translation.paragraphs().iter().flat_map(|paragraph| paragraph.sentences());
        self.doubtful_sentences += sentences.filter(|sentence| sentence.is_doubtful()).count();
        self.titles += usize::from(entry.translation.title().is_some());
        self.doubtful_titles += usize::from(entry.translation.title().is_some_and(Sentence::is_doubtful));
        self.second_asked += entry.translation.sentences().filter(|sentence| sentence.second_asked).count();
        self.second_shown += entry.translation.flags().filter(|flag| *flag == Flag::SecondTranslator).count();
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

/// Of a path the last part, since a folder of the writer's machine tells a reader nothing; any other name as it is.
fn model_name_for_readers(name: &str) -> &str {
    let path = Path::new(name);
    let is_path = path.is_absolute() || name.starts_with(['.', '~']);
    path.file_name().and_then(|last| last.to_str()).filter(|_| is_path).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_told_the_last_part_of_a_path_and_any_other_name_whole() {
        for (name, expected) in [
            ("opus-mt-de-en", "opus-mt-de-en"),
            ("Helsinki-NLP/opus-mt-de-en", "Helsinki-NLP/opus-mt-de-en"),
            ("/home/anna/models/mine", "mine"),
            ("./mine.gguf", "mine.gguf"),
            ("../models/mine/", "mine"),
        ] {
            assert_eq!(model_name_for_readers(name), expected);
        }
    }

    #[test]
    fn the_notice_counts_what_failed_and_never_calls_the_rest_right() {
        let notice = |sentences, doubtful_sentences, titles, doubtful_titles| {
            Overview { sentences, doubtful_sentences, titles, doubtful_titles, ..Overview::default() }.notice()
        };
        let rest = "the others were not verified: compare the German before you quote.";
        for (counts, expected) in [
            ((189, 13, 12, 0), format!("Machine translation. 13 of 189 sentences failed a check; {rest}")),
            ((2, 1, 1, 1), format!("Machine translation. 1 of 2 sentences and 1 of 1 headline failed a check; {rest}")),
            (
                (9, 0, 3, 2),
                format!("Machine translation. 0 of 9 sentences and 2 of 3 headlines failed a check; {rest}"),
            ),
        ] {
            let (sentences, doubtful, titles, doubtful_titles) = counts;
            assert_eq!(notice(sentences, doubtful, titles, doubtful_titles), Some(expected));
        }
        assert!(
            notice(1, 0, 1, 0)
                .is_some_and(|text| text.contains("None of 1 sentence failed") && text.contains("none was verified"))
        );
        assert_eq!(notice(0, 0, 0, 0), None);
    }
}
