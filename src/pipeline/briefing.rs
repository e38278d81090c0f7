//! A folder of articles → a briefing, window by window.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::entry::entry;
use super::error::Error;
use super::event::Event;
use super::job::{Job, Report};
use super::models::RunModels;
use super::provenance::provenance;
use super::remember;
use super::summaries::Summarizer;
use crate::catalog::{Catalog, Task};
use crate::digest::DigestCollector;
use crate::document::{Article, Failure, Overview, Subject, Summary, Translation};
use crate::generation;
use crate::glossary::SearchTerm;
use crate::hint::Hint;
use crate::input::{self, ListedArticle};
use crate::memory::Memory;
use crate::output::{self, OutputFolder};
use crate::parallel;
use crate::translate;

/// Does `job` and tells `events` what happens. The callback may be called from several threads.
///
/// # Errors
/// [`enum@Error`] if the job cannot start, or if the model or the output folder fails as a whole. An article that fails is no
/// error: see [`Overview::failures`].
pub fn run(job: &Job, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Report, Error> {
    job.translator.check()?;
    if let Some(Summarizer::Writing(writer)) = &job.summarizer {
        Catalog::check_task(&writer.model, Task::Summarize)?;
        Catalog::check_language(&writer.model, writer.language.language().tag)?;
    }
    let devices = job.translator.devices()?;
    events(Event::Devices(&devices));
    let mut listing = input::list(&job.paths, &job.input)?;
    // A file of corrections may lie beside the articles.
    if let Some(corrections) = job.translator.corrections.path().and_then(|path| path.canonicalize().ok()) {
        listing.articles.retain(|listed| listed.path().canonicalize().ok().as_ref() != Some(&corrections));
    }
    let folder = {
        let sources: Vec<String> = listing.articles.iter().map(|listed| listed.source.clone()).collect();
        let inputs: Vec<PathBuf> = listing.articles.iter().map(|listed| listed.path().to_owned()).collect();
        OutputFolder::create(&job.folder, &job.output, &sources, &inputs)?
    };
    let cannot_write = |source| output::Error::Write { path: job.folder.clone(), source };
    let digest = match job.summarizer {
        Some(_) => Some(DigestCollector::new(|| folder.scratch()).map_err(cannot_write)?),
        None => None,
    };
    let models = RunModels::load(
        &job.translator,
        job.summarizer.as_ref(),
        job.memory.as_deref(),
        &job.program,
        &devices,
        events,
    )?;
    // Only now, because what ends a run before its first article is told alone.
    events(Event::Listed(&listing));
    listing.failures.iter().for_each(|failure| events(Event::Failed(failure)));
    let provenance = provenance(job, &models);
    let mut run = BriefingRun {
        job,
        models,
        folder,
        overview: Overview {
            title: briefing_title(job),
            subject: job.about.as_ref().map(|term| Subject { term: term.text().to_owned(), passed_over: 0 }),
            provenance,
            failures: listing.failures,
            ..Overview::default()
        },
        digest,
        events,
        listed: listing.articles.len(),
        done: 0,
    };
    run.brief_articles(&listing.articles)?;
    run.sort_failures(&listing.articles);
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
    Ok(Report { overview: run.overview, output, recalled: run.models.memory().map_or(0, Memory::recalled) })
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
    models: RunModels,
    folder: OutputFolder,
    overview: Overview,
    /// What the folder says as a whole; `None` where there are no summaries.
    digest: Option<DigestCollector>,
    events: &'a (dyn Fn(Event<'_>) + Sync),
    /// Articles of the listing in all.
    listed: usize,
    /// Articles of the run that are written or failed.
    done: usize,
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
    fn brief_articles(&mut self, listed_articles: &[ListedArticle]) -> Result<(), Error> {
        let mut window = ArticleWindow::default();
        let mut next_listed = 0;
        while next_listed < listed_articles.len() && !self.has_failed_fast() {
            let end_listed = next_listed + input::at_once(&listed_articles[next_listed..]);
            let read_together = &listed_articles[next_listed..end_listed];
            let workers = self.models.first.loaded.options.schedule.workers;
            let read_articles = parallel::map(workers, read_together, |listed| input::read(listed, &self.job.input))?;
            for (listing_index, (listed, article)) in (next_listed..).zip(read_together.iter().zip(read_articles)) {
                match article {
                    Ok(article) => window.push(listing_index, article),
                    Err(error) => self.record_failure(listed.source.clone(), &error, error.hint()),
                }
                self.check_stop()?;
                if window.size >= self.models.first.loaded.generator.window_bytes() {
                    self.brief_window(std::mem::take(&mut window))?;
                }
                if self.has_failed_fast() {
                    break;
                }
            }
            next_listed = end_listed;
        }
        self.brief_window(window)
    }

    /// Translates, summarises and writes the articles of `window`.
    fn brief_window(&mut self, window: ArticleWindow) -> Result<(), Error> {
        let (translated, passed_over) = match self.translate(window.articles) {
            Err(generation::Error::Stopped) => return Err(self.stopped()),
            outcome => outcome?,
        };
        remember::flush(self.models.memory(), self.events);
        for (listing_index, translation, summary) in translated {
            self.write_article(listing_index, translation, summary)?;
        }
        self.done += passed_over;
        if let Some(subject) = &mut self.overview.subject {
            subject.passed_over += passed_over;
        }
        Ok(())
    }

    /// The translations of `articles`, each with its index, in their order, and their summaries; and how many articles do not say what
    /// the briefing is on, which are not among them.
    fn translate(&self, articles: Vec<(usize, Article)>) -> Result<(Vec<TranslatedArticle>, usize), generation::Error> {
        let (indices, articles): (Vec<usize>, Vec<Article>) = articles.into_iter().unzip();
        let translators = self.models.translators(&self.job.stop);
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
        let summaries = self.models.summaries.summarize(&translations, about, translators)?;
        let translated = indices.into_iter().zip(translations).zip(summaries);
        Ok((translated.map(|((index, translation), summary)| (index, translation, summary)).collect(), passed_over))
    }

    /// Writes the article with this index in the listing.
    fn write_article(
        &mut self,
        listing_index: usize,
        translation: Translation,
        summary: Option<Summary>,
    ) -> Result<(), Error> {
        let page = self.folder.page(listing_index).to_owned();
        let entry = entry(self.overview.articles, page, translation, summary);
        if let Err(error) = self.folder.add(&entry, &self.overview.provenance) {
            let hint = error.hint();
            self.record_failure(entry.translation.article().source().to_owned(), &error, hint);
            return Ok(());
        }
        self.overview.add(&entry);
        if let Some(digest) = &mut self.digest {
            let cannot_write = |source| output::Error::Write { path: self.job.folder.clone(), source };
            digest.add(&entry).map_err(cannot_write)?;
        }
        self.done += 1;
        (self.events)(Event::Written(&entry));
        Ok(())
    }

    fn record_failure(&mut self, source: String, error: &dyn std::error::Error, hint: Option<String>) {
        let failure = Failure { source, error: error_on_one_line(error), hint };
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
            remembered: self.models.memory().is_some(),
        }
    }

    /// Whether an article failed and that is to end the run.
    fn has_failed_fast(&self) -> bool {
        self.job.fail_fast && !self.overview.failures.is_empty()
    }
}

/// An error and its causes on one line.
fn error_on_one_line(run_error: &dyn std::error::Error) -> String {
    let mut error_line = run_error.to_string();
    let mut error_cause = run_error.source();
    while let Some(source_error) = error_cause {
        error_line.push_str(": ");
        error_line.push_str(&source_error.to_string());
        error_cause = source_error.source();
    }
    error_line
}
