//! A folder of articles → a briefing, window by window. Records that were translated before are taken as they are.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::entry::entry;
use super::error::{Error, error_on_one_line};
use super::event::Event;
use super::job::{Job, Report};
use super::models::{RunModels, check_tasks};
use super::provenance::provenance;
use super::remember;
use super::summaries::{Summaries, Summarizer};
use super::translated::{IndexOptions, TranslatedIndex};
use crate::digest::DigestCollector;
use crate::document::{Article, Entry, Failure, Overview, Provenance, Subject, Summary, Translation};
use crate::generation;
use crate::glossary::SearchTerm;
use crate::hint::Hint;
use crate::input::{self, ListedArticle, RecordLine, TranslatedRecord};
use crate::memory::Memory;
use crate::output::{self, OutputFolder};
use crate::parallel;
use crate::summarize::{Length, SummaryMethod};
use crate::translate;

/// Does `job` and tells `events` what happens. The callback may be called from several threads.
///
/// # Errors
/// [`enum@Error`] if the job cannot start, or if the model or the output folder fails as a whole. An article that fails is no
/// error: see [`Overview::failures`].
pub fn run(job: &Job, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Report, Error> {
    check_tasks(&job.translator, job.summarizer.as_ref())?;
    let mut listing = input::list(&job.paths, &job.input)?;
    // A file of corrections may lie beside the articles.
    if let Some(corrections) = job.translator.corrections.path().and_then(|path| path.canonicalize().ok()) {
        listing.articles.retain(|listed| listed.path().canonicalize().ok().as_ref() != Some(&corrections));
    }
    // Records that are translated already need no model.
    let devices = if listing.articles.is_empty() { None } else { Some(job.translator.devices()?) };
    devices.iter().for_each(|devices| events(Event::Devices(devices)));
    let record_summaries = RecordSummaries::new(job.summarizer.as_ref());
    let adjusted = |provenance: Provenance| record_summaries.provenance(provenance);
    let mut records = TranslatedIndex::new(
        &listing.translated,
        &IndexOptions {
            folder: &job.folder,
            workers: job.translator.schedule.workers,
            adjusted: &adjusted,
            stop: &job.stop,
        },
    )?;
    let folder = {
        let articles = listing.articles.iter().map(|listed| listed.source.as_str());
        let sources: Vec<String> = articles.chain(records.names()).map(str::to_owned).collect();
        let articles = listing.articles.iter().map(|listed| listed.path().to_owned());
        let inputs: Vec<PathBuf> = articles.chain(listing.translated.iter().map(|file| file.path.clone())).collect();
        OutputFolder::create(&job.folder, &job.output, &sources, &inputs)?
    };
    let cannot_write = |source| output::Error::Write { path: job.folder.clone(), source };
    let digest = match job.summarizer {
        Some(_) => Some(DigestCollector::new(|| folder.scratch()).map_err(cannot_write)?),
        None => None,
    };
    let mut provenances = std::mem::take(&mut records.provenances);
    let loaded = match &devices {
        Some(devices) => {
            let (translator, summarizer, memory) = (&job.translator, job.summarizer.as_ref(), job.memory.as_deref());
            let models = RunModels::load(translator, summarizer, memory, &job.program, devices, events)?;
            let provenance = provenance(&job.program, &job.input, job.about.as_ref(), &models);
            provenances.add(&provenance);
            Some((models, provenance))
        }
        None => None,
    };
    // Only now, because what ends a run before its first article is told alone.
    events(Event::Listed(&listing));
    listing.failures.iter().for_each(|failure| events(Event::Failed(failure)));
    if !listing.translated.is_empty() {
        events(Event::Indexed { records: records.len(), repeated: records.repeated });
    }
    let mut run = BriefingRun {
        job,
        folder,
        overview: Overview {
            title: briefing_title(job),
            subject: job.about.as_ref().map(|term| Subject { term: term.text().to_owned(), passed_over: 0 }),
            provenance: provenances.merged(&job.program),
            failures: listing.failures,
            ..Overview::default()
        },
        digest,
        events,
        listed: listing.articles.len() + records.len(),
        done: 0,
        remembered: loaded.as_ref().map(|(models, _)| models.memory().is_some()),
    };
    if let Some((models, provenance)) = &loaded {
        run.brief_articles(models, provenance, &listing.articles)?;
        run.sort_failures(&listing.articles);
    }
    run.brief_records(&mut records, &record_summaries, listing.articles.len())?;
    for failure in records.failures {
        events(Event::Failed(&failure));
        run.overview.failures.push(failure);
    }
    if run.overview.articles == 0 {
        run.folder.discard();
        if let Some(Subject { term, passed_over }) = run.overview.subject.filter(|subject| subject.passed_over > 0) {
            return Err(Error::NothingSaid { term, articles: passed_over });
        }
        return Err(Error::NothingRead { failures: run.overview.failures.len() });
    }
    if let Some(digest) = run.digest {
        run.overview.digest = digest.digest().map_err(cannot_write)?;
    }
    run.overview.changes = run.folder.changes();
    let output = run.folder.finish(&run.overview)?;
    let memory = loaded.as_ref().and_then(|(models, _)| models.memory());
    Ok(Report { overview: run.overview, output, recalled: memory.map_or(0, Memory::recalled) })
}

/// The title that the user gave, or one with the name of the folder that is read.
fn briefing_title(job: &Job) -> Option<String> {
    if let Some(title) = &job.title {
        return Some(title.clone());
    }
    let [input_folder] = &job.paths[..] else { return None };
    let input_folder = input_folder.canonicalize().ok().filter(|path| path.is_dir())?;
    let briefing_kind = if job.summarizer.is_some() { "Briefing" } else { "Translations" };
    let subject = job.about.as_ref().map(|term| format!(" on {}", term.text())).unwrap_or_default();
    Some(format!("{briefing_kind}{subject}: {}", input_folder.file_name()?.to_string_lossy()))
}

/// A run that makes a briefing of a folder.
struct BriefingRun<'a> {
    job: &'a Job,
    folder: OutputFolder,
    overview: Overview,
    /// What the folder says as a whole; `None` where there are no summaries.
    digest: Option<DigestCollector>,
    events: &'a (dyn Fn(Event<'_>) + Sync),
    /// Articles and records of the listing in all.
    listed: usize,
    /// Articles and records of the run that are written or failed.
    done: usize,
    /// Whether a translation memory is used; `None` if nothing is translated.
    remembered: Option<bool>,
}

/// What a briefing does about the summaries of records that were translated before.
enum RecordSummaries {
    /// There are none in this briefing.
    Dropped,
    /// Each is as it was.
    Kept,
    /// Records without one get one by a method, which needs no model.
    Completed(&'static SummaryMethod, Length),
}

impl RecordSummaries {
    fn new(summarizer: Option<&Summarizer>) -> Self {
        match summarizer {
            None => Self::Dropped,
            Some(Summarizer::Quoting(method, length)) => Self::Completed(method, *length),
            Some(Summarizer::Writing(_)) => Self::Kept,
        }
    }

    /// The summary of a record in this briefing.
    fn summary(
        &self,
        translation: &Translation,
        stated: Option<Summary>,
        about: Option<&SearchTerm>,
    ) -> Option<Summary> {
        match self {
            Self::Dropped => None,
            Self::Kept => stated,
            Self::Completed(method, length) => match about {
                Some(term) => {
                    let is_on_subject = |german: &str, english: &str| term.is_said_in(german, english);
                    Some(method.summarize_subject(translation, length, &is_on_subject))
                }
                None => stated.or_else(|| Some(method.summarize(translation, length))),
            },
        }
    }

    /// The record in `line`, which is called `name`, with its summary in this briefing.
    fn record(
        &self,
        name: &str,
        line: &io::Result<RecordLine>,
        about: Option<&SearchTerm>,
    ) -> Result<TranslatedRecord, input::Error> {
        let unreadable =
            |cause: &io::Error| input::Error::Read { article: name.to_owned(), cause: cause.kind().into() };
        let record = input::read_translated(line.as_ref().map_err(unreadable)?, name)?;
        let TranslatedRecord::Article { mut entry, provenance } = record else { return Ok(record) };
        entry.summary = self.summary(&entry.translation, entry.summary.take(), about);
        Ok(TranslatedRecord::Article { entry, provenance: self.provenance(provenance) })
    }

    /// The provenance of a record in this briefing.
    fn provenance(&self, stated: Provenance) -> Provenance {
        match self {
            Self::Dropped => Provenance { summarizer: None, ..stated },
            Self::Completed(method, length) if stated.summarizer.is_none() => {
                let summaries = Summaries::Quoting(method, *length);
                let mut provenance = Provenance { summarizer: summaries.name(), ..stated };
                provenance.settings.extend(summaries.settings().lines());
                provenance
            }
            Self::Kept | Self::Completed(..) => stated,
        }
    }
}

/// Index in the listing, translation and summary.
type TranslatedArticle = (usize, Translation, Option<Summary>);

/// Whether the headline or a sentence of an article says `term`.
fn is_said_in(term: &SearchTerm, translation: &Translation) -> bool {
    let title = translation.article().title().zip(translation.title());
    let mut sentences = translation.pairs().flat_map(|(paragraph, translated)| {
        translated.pairs().filter_map(|(range, sentence)| Some((paragraph.text().get(range)?, sentence)))
    });
    title.is_some_and(|(german, title)| term.is_said_in(german, &title.english))
        || sentences.any(|(german, sentence)| term.is_said_in(german, &sentence.english))
}

/// Articles that are translated together, each with its index in the listing.
#[derive(Default)]
struct ArticleWindow {
    articles: Vec<(usize, Article)>,
    /// Bytes of German text in the window.
    size: usize,
}

impl ArticleWindow {
    fn push(&mut self, listing_index: usize, article: Article) {
        self.size += article.paragraphs().iter().map(|paragraph| paragraph.text().len()).sum::<usize>();
        self.articles.push((listing_index, article));
    }
}

impl BriefingRun<'_> {
    /// Reads `listed_articles`, several at once, and translates, summarises and writes them window by window.
    fn brief_articles(
        &mut self,
        models: &RunModels,
        provenance: &Provenance,
        listed_articles: &[ListedArticle],
    ) -> Result<(), Error> {
        let mut window = ArticleWindow::default();
        let mut next_listed = 0;
        while next_listed < listed_articles.len() && !self.has_failed_fast() {
            let end_listed = next_listed + input::at_once(&listed_articles[next_listed..]);
            let read_together = &listed_articles[next_listed..end_listed];
            let workers = models.first.loaded.options.schedule.workers;
            let read_articles = parallel::map(workers, read_together, |listed| input::read(listed, &self.job.input))?;
            for (listing_index, (listed, article)) in (next_listed..).zip(read_together.iter().zip(read_articles)) {
                match article {
                    Ok(article) => window.push(listing_index, article),
                    Err(error) => self.record_failure(listed.source.clone(), &error, error.hint()),
                }
                self.check_stop()?;
                if window.size >= models.first.loaded.generator.window_bytes() {
                    self.brief_window(models, provenance, std::mem::take(&mut window))?;
                }
                if self.has_failed_fast() {
                    break;
                }
            }
            next_listed = end_listed;
        }
        self.brief_window(models, provenance, window)
    }

    /// Translates, summarises and writes the articles of `window`.
    fn brief_window(
        &mut self,
        models: &RunModels,
        provenance: &Provenance,
        window: ArticleWindow,
    ) -> Result<(), Error> {
        let (translated, passed_over) = match self.translate(models, window.articles) {
            Err(generation::Error::Stopped) => return Err(self.stopped()),
            outcome => outcome?,
        };
        remember::flush(models.memory(), self.events);
        for (listing_index, translation, summary) in translated {
            let page = self.folder.page(listing_index).to_owned();
            let entry = entry(self.overview.articles, page, translation, summary);
            self.write_entry(&entry, provenance)?;
        }
        self.pass_over(passed_over);
        Ok(())
    }

    /// Counts articles that do not say what the briefing is on.
    fn pass_over(&mut self, articles: usize) {
        self.done += articles;
        if let Some(subject) = &mut self.overview.subject {
            subject.passed_over += articles;
        }
    }

    /// The translations of `articles`, each with its index, in their order, and their summaries; and how many articles do not say what
    /// the briefing is on, which are not among them.
    fn translate(
        &self,
        models: &RunModels,
        articles: Vec<(usize, Article)>,
    ) -> Result<(Vec<TranslatedArticle>, usize), generation::Error> {
        let (indices, articles): (Vec<usize>, Vec<Article>) = articles.into_iter().unzip();
        let translators = models.translators(&self.job.stop);
        let (done, window) = (self.done, articles.len());
        let translations = translate::translate(translators, articles, &|sentences, total| {
            (self.events)(Event::Progress { done, window, sentences, total });
        })?;
        if translations.len() != window {
            return Err(generation::Error::Internal { what: "an article without its translation" });
        }
        let about = self.job.about.as_ref();
        let says_it = |translation: &Translation| about.is_none_or(|term| is_said_in(term, translation));
        let (indices, translations): (Vec<usize>, Vec<Translation>) =
            indices.into_iter().zip(translations).filter(|(_, translation)| says_it(translation)).unzip();
        let passed_over = window - translations.len();
        let summaries = models.summaries.summarize(&translations, about, translators)?;
        let translated = indices.into_iter().zip(translations).zip(summaries);
        Ok((translated.map(|((index, translation), summary)| (index, translation, summary)).collect(), passed_over))
    }

    /// Reads `records`, several at once, and writes them in their order. Their pages come after those of `pages_before` articles.
    fn brief_records(
        &mut self,
        records: &mut TranslatedIndex,
        summaries: &RecordSummaries,
        pages_before: usize,
    ) -> Result<(), Error> {
        let mut next_record = 0;
        while next_record < records.len() && !self.has_failed_fast() {
            self.check_stop()?;
            let lines = records.lines_from(next_record);
            let workers = self.job.translator.schedule.workers;
            let read_records =
                parallel::map(workers, &lines, |(name, line)| summaries.record(name, line, self.job.about.as_ref()))?;
            let (done, window) = (self.done, lines.len());
            for (index, ((name, _), record)) in (next_record..).zip(lines.into_iter().zip(read_records)) {
                match record {
                    Ok(TranslatedRecord::Article { entry, .. })
                        if !self.job.about.as_ref().is_none_or(|term| is_said_in(term, &entry.translation)) =>
                    {
                        self.pass_over(1);
                    }
                    Ok(TranslatedRecord::Article { mut entry, provenance }) => {
                        entry.index = self.overview.articles;
                        entry.page = self.folder.page(pages_before + index).to_owned();
                        self.write_entry(&entry, &provenance)?;
                    }
                    Ok(TranslatedRecord::Failed { error, hint }) => {
                        self.add_failure(Failure { source: name, error, hint })
                    }
                    Err(error) => {
                        let hint = error.hint();
                        self.record_failure(name, &error, hint);
                    }
                }
                if self.has_failed_fast() {
                    break;
                }
            }
            (self.events)(Event::Progress { done, window, sentences: window, total: window });
            next_record += window;
        }
        Ok(())
    }

    /// Writes `entry`, which `provenance` made.
    fn write_entry(&mut self, entry: &Entry, provenance: &Provenance) -> Result<(), Error> {
        if let Err(error) = self.folder.add(entry, provenance) {
            let hint = error.hint();
            self.record_failure(entry.translation.article().source().to_owned(), &error, hint);
            return Ok(());
        }
        self.overview.add(entry);
        if let Some(digest) = &mut self.digest {
            let cannot_write = |source| output::Error::Write { path: self.job.folder.clone(), source };
            digest.add(entry).map_err(cannot_write)?;
        }
        self.done += 1;
        (self.events)(Event::Written(entry));
        Ok(())
    }

    fn record_failure(&mut self, source: String, error: &dyn std::error::Error, hint: Option<String>) {
        self.add_failure(Failure { source, error: error_on_one_line(error), hint });
    }

    fn add_failure(&mut self, failure: Failure) {
        self.done += 1;
        (self.events)(Event::Failed(&failure));
        self.overview.failures.push(failure);
    }

    /// Puts failures in the order of the listing. Those found while reading come before those of the window before.
    fn sort_failures(&mut self, listed_articles: &[ListedArticle]) {
        let failed_sources: HashSet<String> =
            self.overview.failures.iter().map(|failure| failure.source.clone()).collect();
        let failed_indices =
            listed_articles.iter().zip(0..).filter(|(listed, _)| failed_sources.contains(&listed.source));
        let listing_index_of: HashMap<&str, usize> =
            failed_indices.map(|(listed, listing_index)| (listed.source.as_str(), listing_index)).collect();
        self.overview.failures.sort_by_key(|failure| listing_index_of.get(failure.source.as_str()).copied());
    }

    /// Ends the run if it was asked to stop.
    fn check_stop(&self) -> Result<(), Error> {
        if self.job.stop.load(Ordering::Relaxed) { Err(self.stopped()) } else { Ok(()) }
    }

    fn stopped(&self) -> Error {
        Error::Stopped {
            folder: self.job.folder.clone(),
            done: self.done,
            articles: self.listed,
            remembered: self.remembered,
        }
    }

    /// Whether an article failed and that is to end the run.
    fn has_failed_fast(&self) -> bool {
        self.job.fail_fast && !self.overview.failures.is_empty()
    }
}
