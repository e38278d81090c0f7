//! The order of the steps: list, load, then window by window read, translate, summarise, write.
//!
//! Promises: memory is bounded by the model and one window of text, but for some hundred bytes a file, its names above all;
//! articles come out in the order they were listed; an article that fails is named in the briefing and stops no other; everything
//! that can be refused is refused before the first sentence is translated. Tells what happens through [`Event`], and prints
//! nothing.

mod lines;
mod remember;
mod summaries;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use crate::catalog::{Catalog, Hub, Listener, Model, Task};
use crate::digest::{self, Collector};
use crate::document::{self, Article, Entry, Failure, Overview, Provenance, Summary, Translation};
use crate::engine::{DeviceChoice, Devices, Engine, PrecisionChoice, Schedule, WeightFormat};
use crate::glossary::Glossary;
use crate::hint::Hint;
use crate::input::{self, ListedArticle, Listing};
use crate::memory::{self, Memory};
use crate::output::{self, OutputFolder, OutputOptions};
use crate::parallel;
use crate::session::Session;
use crate::translate::{self, OtherLanguages};
use crate::{catalog, engine};

pub use lines::{LinesError, translate_lines};
use summaries::Summaries;
pub use summaries::{Summarizer, SummaryWriter};

/// Why a run could not start or had to end.
#[derive(Debug, Error)]
pub enum Error {
    /// The articles cannot be listed.
    #[error(transparent)]
    Input(#[from] input::Error),
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] output::Error),
    /// The model cannot be found.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// The model cannot be loaded, or failed.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// Worker threads cannot be started.
    #[error(transparent)]
    Workers(#[from] parallel::Error),
    /// The translation memory is something that must not be touched.
    #[error(transparent)]
    Memory(#[from] memory::Error),
    /// The model that is to write summaries reads too little at once.
    #[error(
        "{model} reads {reads} tokens at once, but to write summaries takes {needed} ({told} to be told how, the others to read)"
    )]
    ShortReader {
        /// Its name.
        model: String,
        /// The most tokens that it reads.
        reads: usize,
        /// The fewest that it has to read.
        needed: usize,
        /// How many of these say what is wanted.
        told: usize,
    },
    /// The run was asked to stop; what was written until then is whole.
    #[error("stopped before the end; {} holds {done} of {articles} articles", folder.display())]
    Stopped {
        /// The output folder.
        folder: PathBuf,
        /// Articles that are written or failed.
        done: usize,
        /// Articles there are.
        articles: usize,
        /// Whether the sentences that are translated are remembered.
        remembered: bool,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Input(error) => error.hint(),
            Self::Output(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::Engine(error) => error.hint(),
            Self::Workers(error) => error.hint(),
            Self::Memory(error) => error.hint(),
            Self::ShortReader { .. } => Some(
                "take a model with a longer context; `depesche models list` shows some, and the methods need none"
                    .into(),
            ),
            Self::Stopped { remembered: true, .. } => Some("run the same command again: it goes on from here".into()),
            Self::Stopped { .. } => {
                Some("run the same command again; without --no-cache it would go on from here".into())
            }
        }
    }
}

/// Which model translates, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Translator {
    /// A name of the catalogue, a folder, or `ORG/NAME[@REVISION]` of the Hugging Face hub.
    pub model: String,
    /// The hub that a model comes from if it is not there yet, and the cache that it goes to.
    pub hub: Hub,
    /// What computes; for a model that writes summaries too.
    pub device: DeviceChoice,
    /// How weights are held.
    pub precision: PrecisionChoice,
    /// Hypotheses kept at each step; `None` leaves it to the checkpoint.
    pub beams: Option<usize>,
    /// The most tokens of one translated sentence; `None` leaves it to the checkpoint.
    pub max_tokens: Option<usize>,
    /// Translate again what fails a check.
    pub repair: bool,
    /// What to do with text that is not German.
    pub other_languages: OtherLanguages,
    /// The user's own terms.
    pub glossary: Arc<Glossary>,
    /// How to work through the sentences.
    pub schedule: Schedule,
}

impl Default for Translator {
    fn default() -> Self {
        Self {
            model: catalog::DEFAULT_TRANSLATOR.into(),
            hub: Hub::default(),
            device: DeviceChoice::default(),
            precision: PrecisionChoice::Auto,
            beams: None,
            max_tokens: None,
            repair: true,
            other_languages: OtherLanguages::Keep,
            glossary: Arc::default(),
            schedule: Schedule::default(),
        }
    }
}

impl Translator {
    /// The devices that are to compute.
    ///
    /// # Errors
    /// [`Error::Engine`] if one that was asked for cannot be used.
    pub fn devices(&self) -> Result<Devices, Error> {
        Ok(self.device.open().map_err(engine::Error::from)?)
    }

    /// Finds the model and loads it on `devices`; `listener` is told if it has to be fetched.
    ///
    /// # Errors
    /// [`Error::Catalog`] or [`Error::Engine`].
    pub fn load(
        &self,
        devices: &Devices,
        listener: &Listener<'_>,
    ) -> Result<(Model, Engine, translate::TranslateOptions), Error> {
        Catalog::check_task(&self.model, Task::Translate)?;
        let catalog = Catalog { hub: self.hub.clone(), families: engine::families() };
        let model = catalog.find(&self.model, listener)?;
        let engine = Engine::load_on(devices, Task::Translate, (&model, self.precision))?;
        let mut options = translate::TranslateOptions::for_engine(&engine);
        options.schedule = self.schedule;
        options.repair = self.repair;
        options.other_languages = self.other_languages;
        options.glossary = Arc::clone(&self.glossary);
        options.search.beams = self.beams.unwrap_or(options.search.beams).max(1);
        if let Some(tokens) = self.max_tokens {
            options.search.limit(tokens);
        }
        Ok((model, engine, options))
    }
}

/// What to read, what to make of it and where to write it.
pub struct Job {
    /// Folders, files, or `-`.
    pub paths: Vec<PathBuf>,
    /// How to read.
    pub input: input::ReadOptions,
    /// Which model translates, and how.
    pub translator: Translator,
    /// How to summarise; `None` translates only.
    pub summarizer: Option<Summarizer>,
    /// Where to write.
    pub folder: PathBuf,
    /// How to write.
    pub output: OutputOptions,
    /// Name and version of the program, for the provenance.
    pub program: String,
    /// Stop at the first article that fails; what is finished is written.
    pub fail_fast: bool,
    /// File of the translation memory; `None` works without one. Changes nothing in the result.
    pub memory: Option<PathBuf>,
    /// Set by whoever wants the run to end early: what is being searched or written then comes to its end.
    pub stop: Arc<AtomicBool>,
}

/// What happens while a job runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The devices are known.
    Devices(&'a Devices),
    /// The articles are known.
    Listed(&'a Listing),
    /// The model is being fetched.
    Fetching(catalog::FetchEvent<'a>),
    /// The model is ready.
    Loaded {
        /// Its name.
        model: &'a str,
        /// How its weights are held.
        weight_format: WeightFormat,
    },
    /// The run goes on without its translation memory.
    Forgetful(&'a memory::Error),
    /// The translation memory was damaged; a new one is begun, and the old one is here.
    SetAside(&'a Path),
    /// Sentences have been translated.
    Progress {
        /// Articles that are written or failed.
        done: usize,
        /// Articles in the present window.
        window: usize,
        /// Sentences of the window that are translated.
        sentences: usize,
        /// Sentences of the window.
        of: usize,
    },
    /// An article is written.
    Written(&'a Entry),
    /// An article failed.
    Failed(&'a Failure),
}

/// What a job has done.
#[derive(Clone, Debug)]
pub struct Report {
    /// Counts, failures and provenance.
    pub overview: Overview,
    /// The briefings.
    pub written: Vec<PathBuf>,
    /// Texts that the translation memory knew: sentences, pieces of long ones, second attempts, parts of summaries.
    pub recalled: usize,
}

/// Does `job`, telling `events` what happens. The callback may be called from several threads.
///
/// # Errors
/// [`enum@Error`] if the job cannot start, or if the model or the output folder fails as a whole. An article that fails is
/// no error: see [`Overview::failures`].
pub fn run(job: &Job, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Report, Error> {
    Catalog::check_task(&job.translator.model, Task::Translate)?;
    if let Some(Summarizer::Writing(writer)) = &job.summarizer {
        Catalog::check_task(&writer.model, Task::Summarize)?;
        Catalog::check_language(&writer.model, writer.language.language().tag)?;
    }
    let devices = job.translator.devices()?;
    events(Event::Devices(&devices));
    let listing = input::list(&job.paths)?;
    events(Event::Listed(&listing));
    let sources: Vec<String> = listing.articles.iter().map(|article| article.source.clone()).collect();
    let inputs: Vec<PathBuf> = listing.articles.iter().map(|article| article.path().to_owned()).collect();
    let folder = OutputFolder::create(&job.folder, &job.output, &sources, &inputs)?;
    drop((sources, inputs));
    let scratch = |source| output::Error::Write { path: job.folder.clone(), source };
    let digest = match job.summarizer {
        Some(_) => Some(Collector::new(|| folder.scratch()).map_err(scratch)?),
        None => None,
    };
    let store = remember::open(job.memory.as_deref(), events)?;
    let (model, engine, options) = job.translator.load(&devices, &|event| events(Event::Fetching(event)))?;
    events(Event::Loaded { model: model.name(), weight_format: engine.weight_format() });
    let digest_of_model = model.digest()?;
    let recipe = remember::recipe((&model, &engine), Task::Translate, &digest_of_model, &job.program)?;
    let memory = store.map(|store| Memory::new(store, recipe));
    let summaries = Summaries::prepare(job, &devices, memory.as_ref(), events)?;
    let provenance = provenance(job, (&model, digest_of_model), (&engine, &options), &summaries);
    let overview = Overview { provenance, ..Overview::default() };
    let mut run = Run {
        job,
        engine,
        options,
        summaries,
        memory,
        folder,
        overview,
        digest,
        events,
        listed: listing.articles.len(),
        done: 0,
    };
    run.overview.failures.clone_from(&listing.failures);

    run.articles(&listing.articles)?;
    // Failures are found while reading, ahead of the window: they are listed in the order of the input.
    let failed: HashSet<String> = run.overview.failures.iter().map(|failure| failure.source.clone()).collect();
    let places = listing.articles.iter().zip(0..).filter(|(found, _)| failed.contains(&found.source));
    let places: HashMap<&str, usize> = places.map(|(found, place)| (found.source.as_str(), place)).collect();
    run.overview.failures.sort_by_key(|failure| places.get(failure.source.as_str()).copied());
    if let Some(digest) = run.digest {
        run.overview.digest = digest.digest().map_err(scratch)?;
    }
    let written = run.folder.finish(&run.overview)?;
    Ok(Report { overview: run.overview, written, recalled: run.memory.as_ref().map_or(0, Memory::recalled) })
}

struct Run<'a> {
    job: &'a Job,
    engine: Engine,
    options: translate::TranslateOptions,
    memory: Option<Memory>,
    summaries: Summaries,
    folder: OutputFolder,
    overview: Overview,
    /// `None` where there are no summaries.
    digest: Option<Collector>,
    events: &'a (dyn Fn(Event<'_>) + Sync),
    /// Articles that there are.
    listed: usize,
    done: usize,
}

impl Run<'_> {
    /// Reads `files`, some at once, and translates, summarises and writes them window by window.
    fn articles(&mut self, files: &[ListedArticle]) -> Result<(), Error> {
        let (mut window, mut size, mut index) = (Vec::new(), 0, 0);
        while index < files.len() && !self.has_failed_fast() {
            let together = &files[index..][..input::at_once(&files[index..])];
            let how = &self.job.input;
            let read = parallel::map(self.options.schedule.workers, together, |found| input::read(found, how))?;
            for (found, article) in together.iter().zip(read) {
                match article {
                    Ok(article) => {
                        size += article.paragraphs().iter().map(|paragraph| paragraph.text().len()).sum::<usize>();
                        window.push((index, article));
                    }
                    Err(error) => self.fail(found.source.clone(), &error, error.hint()),
                }
                index += 1;
                self.check_stop()?;
                if size >= self.engine.window() {
                    self.window(std::mem::take(&mut window))?;
                    size = 0;
                }
                if self.has_failed_fast() {
                    break;
                }
            }
        }
        self.window(window)
    }

    /// Translates, summarises and writes articles that were read together.
    fn window(&mut self, window: Vec<(usize, Article)>) -> Result<(), Error> {
        let (indices, articles): (Vec<usize>, Vec<Article>) = window.into_iter().unzip();
        let (done, window, events) = (self.done, articles.len(), self.events);
        let session = Session { engine: &self.engine, memory: self.memory.as_ref(), stop: &self.job.stop };
        let translations = translate::translate(session, articles, &self.options, &|sentences, of| {
            events(Event::Progress { done, window, sentences, of });
        });
        let summarized = translations.and_then(|translations| {
            let summaries = self.summaries.summarize(&translations, session, &self.options)?;
            Ok((translations, summaries))
        });
        let (translations, summaries) = match summarized {
            Err(engine::Error::Stopped) => return Err(self.stopped_early()),
            summarized => summarized?,
        };
        if let Some(memory) = &self.memory {
            memory.flush();
            if let Some(trouble) = memory.trouble() {
                events(Event::Forgetful(&trouble));
            }
        }
        for ((index, translation), summary) in indices.into_iter().zip(translations).zip(summaries) {
            self.write(index, translation, summary)?;
        }
        Ok(())
    }

    fn write(&mut self, index: usize, translation: Translation, summary: Option<Summary>) -> Result<(), Error> {
        let page = self.folder.page(index).to_owned();
        let entry = Entry {
            index: self.overview.articles,
            page,
            date: digest::publication_date(translation.article()),
            translation,
            summary,
        };
        match self.folder.add(&entry, &self.overview.provenance) {
            Ok(()) => {
                self.overview.add(&entry);
                if let Some(digest) = &mut self.digest {
                    let failed = |source| output::Error::Write { path: self.job.folder.clone(), source };
                    digest.add(&entry).map_err(failed)?;
                }
                self.done += 1;
                (self.events)(Event::Written(&entry));
            }
            Err(error) => {
                let hint = error.hint();
                self.fail(entry.translation.article().source().to_owned(), &error, hint);
            }
        }
        Ok(())
    }

    fn fail(&mut self, source: String, error: &dyn std::error::Error, hint: Option<String>) {
        let failure = Failure { source, error: chain(error), hint };
        self.done += 1;
        (self.events)(Event::Failed(&failure));
        self.overview.failures.push(failure);
    }

    /// Ends the run if it was asked to stop.
    fn check_stop(&self) -> Result<(), Error> {
        if self.job.stop.load(Ordering::Relaxed) { Err(self.stopped_early()) } else { Ok(()) }
    }

    fn stopped_early(&self) -> Error {
        Error::Stopped {
            folder: self.job.folder.clone(),
            done: self.done,
            articles: self.listed,
            remembered: self.memory.is_some(),
        }
    }

    /// True if an article failed and that is to end the run.
    fn has_failed_fast(&self) -> bool {
        self.job.fail_fast && !self.overview.failures.is_empty()
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

/// How the weights of `engine` are held, and where, if that is not on the processor.
fn held(engine: &Engine) -> String {
    let (precision, device) = (engine.weight_format().name(), engine.device());
    if device.feature.is_none() { precision.to_owned() } else { format!("{precision} on {}", device.name) }
}

/// Everything that decides what the briefing says, and nothing that does not.
fn provenance(
    job: &Job,
    (model, digest): (&Model, String),
    (engine, options): (&Engine, &translate::TranslateOptions),
    summaries: &Summaries,
) -> Provenance {
    let mut settings = vec![
        ("precision".to_owned(), held(engine)),
        ("beams".to_owned(), options.search.beams.to_string()),
        ("longest sentence".to_owned(), format!("{} tokens", options.longest_sentence)),
        ("longest translation".to_owned(), format!("{} tokens", options.search.max_length - 1)),
        ("second attempts".to_owned(), if options.repair { "on" } else { "off" }.to_owned()),
        ("other languages".to_owned(), options.other_languages.name().to_owned()),
    ];
    if !options.glossary.is_empty() {
        let (count, digest) = (options.glossary.terms().len(), options.glossary.digest());
        settings.push(("glossary".to_owned(), format!("{count} terms, SHA-256 {digest}")));
    }
    settings.extend(summaries.settings());
    let boilerplate = if job.input.keep_boilerplate { "kept" } else { "set aside" };
    settings.push(("boilerplate".to_owned(), boilerplate.to_owned()));
    Provenance {
        program: job.program.clone(),
        translator: Some(document::ModelIdentity {
            name: model.name().to_owned(),
            digest,
            licence: model.licence().map(str::to_owned),
        }),
        summarizer: summaries.name(),
        settings,
    }
}
