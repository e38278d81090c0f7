//! What the last finished run said of each article, kept in the output folder: for stable names of pages, and to tell what is new.
//!
//! The file has a first line that identifies it, then a line of JSON for each article: source, page, titles, and every sentence in
//! both languages. Memory holds source, page and place of each line; the sentences are read when they are compared. A line that
//! cannot be read is passed over: its article then counts as new.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::layout::bilingual_sentences;
use super::view::BriefingView;
use crate::document::{ChangedArticle, Changes, Entry, FormerSentence, GoneArticle, SentenceRef};

/// File name of the list, at the top of the output folder.
pub(super) const LAST_RUN: &str = ".depesche-articles";

/// First line of the list. The number changes with the file format.
const FIRST_LINE: &str = "depesche articles 1: what the last run said, for the next one";

/// Sentences that an article no longer has which are shown; more are counted.
const MOST_REMOVED: usize = 20;

/// An article of the last run, as its line has it.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct FormerArticle {
    source: String,
    page: String,
    german_title: Option<String>,
    english_title: String,
    /// German and English of every sentence in order; text that is not translated stands twice.
    sentences: Vec<(String, String)>,
}

/// Where an article stands in the file.
#[derive(Debug)]
struct FormerLine {
    page: String,
    bytes: Range<u64>,
}

/// The articles of the last run.
#[derive(Debug)]
pub(super) struct LastRun {
    file: File,
    lines: BTreeMap<String, FormerLine>,
}

/// The part of a line that memory holds.
#[derive(Deserialize)]
struct FormerPage {
    source: String,
    page: String,
}

impl LastRun {
    /// Reads the list in `folder`. `None` if there is none that can be read.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let mut reader = BufReader::new(File::open(folder.join(LAST_RUN)).ok()?);
        let mut first_line = vec![0; FIRST_LINE.len() + 1];
        reader.read_exact(&mut first_line).ok()?;
        if first_line != format!("{FIRST_LINE}\n").as_bytes() {
            return None;
        }
        let mut lines = BTreeMap::new();
        let mut start = first_line.len() as u64;
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).ok()? > 0 {
            let end = start + line.len() as u64;
            if let Ok(FormerPage { source, page }) = serde_json::from_slice(&line) {
                lines.insert(source, FormerLine { page, bytes: start..end });
            }
            start = end;
            line.clear();
        }
        Some(Self { file: reader.into_inner(), lines })
    }

    /// Source and page of every article.
    pub(super) fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|(source, line)| (source.as_str(), line.page.as_str()))
    }

    /// The line of the article `source`, as it stands in the file.
    fn line(&self, source: &str) -> Option<Vec<u8>> {
        let FormerLine { bytes, .. } = self.lines.get(source)?;
        let mut line = vec![0; usize::try_from(bytes.end - bytes.start).ok()?];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(bytes.start)).ok()?;
        file.read_exact(&mut line).ok()?;
        Some(line)
    }

    fn article(&self, source: &str) -> Option<FormerArticle> {
        serde_json::from_slice(&self.line(source)?).ok()
    }
}

impl FormerArticle {
    fn new(entry: &Entry) -> Self {
        let article = entry.translation.article();
        let mut sentences = Vec::new();
        for (paragraph, translated) in entry.translation.pairs() {
            let shown = bilingual_sentences(paragraph, translated).into_iter();
            sentences.extend(shown.map(|sentence| (sentence.german.to_owned(), sentence.english.to_owned())));
        }
        Self {
            source: article.source().to_owned(),
            page: entry.page.clone(),
            german_title: article.title().map(str::to_owned),
            english_title: entry.english_title().into_owned(),
            sentences,
        }
    }

    /// What `entry` says that this article did not, and what it no longer says; `None` if that is nothing.
    fn change_to(self, entry: &Entry) -> Option<ChangedArticle> {
        let mut unmatched: HashMap<&str, usize> = HashMap::new();
        for (german, _) in &self.sentences {
            *unmatched.entry(german).or_default() += 1;
        }
        let mut added = Vec::new();
        for (index, (paragraph, translated)) in entry.translation.pairs().enumerate() {
            for sentence in bilingual_sentences(paragraph, translated) {
                match unmatched.get_mut(sentence.german) {
                    Some(count) if *count > 0 => *count -= 1,
                    _ => added.push(SentenceRef { paragraph: index, sentence: sentence.index }),
                }
            }
        }
        // Of a sentence that stood there twice, the later one is gone.
        let mut removed: Vec<FormerSentence> = Vec::new();
        for (german, english) in self.sentences.iter().rev() {
            if let Some(count) = unmatched.get_mut(german.as_str()).filter(|count| **count > 0) {
                *count -= 1;
                removed.push(FormerSentence { german: german.clone(), english: english.clone() });
            }
        }
        removed.reverse();
        let more_removed = removed.len().saturating_sub(MOST_REMOVED);
        removed.truncate(MOST_REMOVED);
        let is_same_title = self.german_title.as_deref() == entry.translation.article().title();
        let former_title = (!is_same_title)
            .then(|| FormerSentence { german: self.german_title.unwrap_or_default(), english: self.english_title });
        let is_change = former_title.is_some() || !added.is_empty() || !removed.is_empty();
        is_change.then_some(ChangedArticle { article: entry.index, former_title, added, removed, more_removed })
    }

    /// Equal for articles that say the same.
    fn wording(&self) -> (Option<&str>, Vec<&str>) {
        (self.german_title.as_deref(), self.sentences.iter().map(|(german, _)| german.as_str()).collect())
    }
}

/// The English that the last run into a folder showed, by article and German sentence.
#[derive(Debug, Default)]
pub struct ShownEnglish {
    by_article: BTreeMap<(String, String), String>,
    by_sentence: BTreeMap<String, String>,
}

impl ShownEnglish {
    /// The English of `german` in the article `source`, or in any article if that is empty.
    pub fn get(&self, source: &str, german: &str) -> Option<&str> {
        let in_article = self.by_article.get(&(source.to_owned(), german.to_owned()));
        let anywhere = || self.by_sentence.get(german).filter(|_| source.is_empty());
        in_article.or_else(anywhere).map(String::as_str)
    }
}

/// What the last finished run into `folder` showed; `None` if there was none.
pub fn shown_english(folder: &Path) -> Option<ShownEnglish> {
    let last = LastRun::read(folder)?;
    let mut shown = ShownEnglish::default();
    for source in last.lines.keys() {
        let Some(article) = last.article(source) else { continue };
        let title = article.german_title.map(|german| (german, article.english_title));
        for (german, english) in title.into_iter().chain(article.sentences) {
            let (german, english) = (german.trim().to_owned(), english.trim().to_owned());
            shown.by_sentence.entry(german.clone()).or_insert_with(|| english.clone());
            shown.by_article.insert((source.clone(), german), english);
        }
    }
    Some(shown)
}

/// Compares the articles of a run with those of the last one, one after the other.
#[derive(Debug)]
pub(super) struct Comparison {
    last: LastRun,
    /// Sources of the last run that are not listed now, by the hash of what their articles said: a file may have been renamed.
    unlisted: HashMap<u64, Vec<String>>,
    /// Those of them that were found again under another name.
    renamed: HashSet<String>,
    /// Sources of this run.
    listed: HashSet<String>,
    changes: Changes,
}

impl Comparison {
    /// Nothing compared yet. `sources` are those of this run.
    pub(super) fn new(last: LastRun, sources: &[String]) -> Self {
        let listed: HashSet<String> = sources.iter().cloned().collect();
        let mut unlisted: HashMap<u64, Vec<String>> = HashMap::new();
        for source in last.lines.keys().filter(|source| !listed.contains(*source)) {
            if let Some(former) = last.article(source) {
                unlisted.entry(hash(&former.wording())).or_default().push(source.clone());
            }
        }
        Self { last, unlisted, renamed: HashSet::new(), listed, changes: Changes::default() }
    }

    /// Compares `entry`. Entries come in the order of the briefing.
    pub(super) fn add(&mut self, entry: &Entry) {
        let source = entry.translation.article().source();
        if let Some(former) = self.last.article(source) {
            match former.change_to(entry) {
                Some(change) => self.changes.changed.push(change),
                None => self.changes.unchanged += 1,
            }
            return;
        }
        let now = FormerArticle::new(entry);
        let namesakes = self.unlisted.get_mut(&hash(&now.wording()));
        match namesakes.and_then(Vec::pop) {
            Some(former_source) => {
                self.renamed.insert(former_source);
                self.changes.unchanged += 1;
            }
            None => self.changes.new.push(entry.index),
        }
    }

    /// What was found, with the articles that are gone.
    pub(super) fn changes(&self) -> Changes {
        let mut changes = self.changes.clone();
        let is_gone = |source: &&String| !self.listed.contains(*source) && !self.renamed.contains(*source);
        let gone = self.last.lines.keys().filter(is_gone).filter_map(|source| self.last.article(source));
        changes.gone = gone
            .map(|former| GoneArticle {
                source: former.source,
                german_title: former.german_title,
                english_title: former.english_title,
            })
            .collect();
        changes
    }
}

/// A hash for this process alone.
fn hash(wording: &impl std::hash::Hash) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    wording.hash(&mut hasher);
    hasher.finish()
}

/// Writes the list for the next run: the articles of `view`, and of `last` those of `sources` that are not in it, because they failed
/// this time or the briefing is on something else.
pub(super) fn write(
    view: &BriefingView<'_>,
    last: Option<&LastRun>,
    sources: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{FIRST_LINE}")?;
    let mut absent: HashSet<&str> = sources.iter().map(String::as_str).collect();
    for entry in view.entries() {
        let article = FormerArticle::new(&entry?);
        absent.remove(article.source.as_str());
        serde_json::to_writer(&mut *out, &article)?;
        writeln!(out)?;
    }
    let former_lines = sources.iter().filter(|source| absent.contains(source.as_str()));
    former_lines.filter_map(|source| last?.line(source)).try_for_each(|line| out.write_all(&line))
}
