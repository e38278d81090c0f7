//! Translations of a window → their summaries, by a method that quotes or by a model that writes.
//!
//! What a model may write, and whether it can stay, is decided in `summarize`; here it meets the engine.

use super::{Error, Event, Job, held, remember};
use crate::catalog::{Catalog, Hub, Model, Task};
use crate::document::{Summary, Translation};
use crate::engine::{self, Devices, Engine, Precision, Schedule};
use crate::memory::Memory;
use crate::session::Session;
use crate::summarize::abstractive::{self, OnUnsupported, Request, Wording, Writer};
use crate::summarize::{Length, Method};
use crate::translate;

/// How to summarise.
#[derive(Clone, Debug)]
pub enum Summarizer {
    /// A method that quotes sentences, and how many.
    Quoting(&'static Method, Length),
    /// A model that writes sentences.
    Writing(Box<SummaryWriter>),
}

/// Which model writes summaries, and how.
#[derive(Clone, Debug)]
pub struct SummaryWriter {
    /// A name of the catalogue, a folder, or `ORG/NAME[@REVISION]` of the Hugging Face hub.
    pub model: String,
    /// The hub that a model comes from if it is not there yet, and the cache that it goes to.
    pub hub: Hub,
    /// How weights are held.
    pub precision: Precision,
    /// How to work through the texts.
    pub schedule: Schedule,
    /// How long summaries are.
    pub length: Length,
    /// The language that it writes in.
    pub wording: Wording,
    /// What to do with a sentence that the article does not bear out.
    pub on_unsupported: OnUnsupported,
    /// Have such a sentence written a second time first.
    pub repair: bool,
}

impl SummaryWriter {
    fn options(&self) -> abstractive::Options {
        let Self { length, wording, on_unsupported, repair, .. } = *self;
        abstractive::Options { length, wording, on_unsupported, repair }
    }
}

/// A summariser that is ready.
pub(super) enum Summaries {
    /// No summaries are wanted.
    None,
    /// See [`Summarizer::Quoting`].
    Quoting(&'static Method, Length),
    /// See [`Summarizer::Writing`].
    Writing(Box<Loaded>),
}

/// A model that writes.
pub(super) struct Loaded {
    writer: SummaryWriter,
    model: Model,
    /// SHA-256 of its weights.
    digest: String,
    engine: Engine,
    memory: Option<Memory>,
}

impl Summaries {
    /// Loads the model on `devices`, if there is to be one. What it writes is kept beside what `memory` keeps.
    pub(super) fn prepare(
        job: &Job,
        devices: &Devices,
        memory: Option<&Memory>,
        events: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Self, Error> {
        match &job.summarizer {
            None => Ok(Self::None),
            Some(Summarizer::Quoting(method, length)) => Ok(Self::Quoting(method, *length)),
            Some(Summarizer::Writing(writer)) => {
                let catalog = Catalog { hub: writer.hub.clone(), families: engine::families() };
                let model = catalog.find(&writer.model, &|event| events(Event::Fetching(event)))?;
                let engine = Engine::load_on(devices, Task::Summarize, (&model, writer.precision))?;
                let (reads, count) = (engine.longest_source(), |text: &str| engine.count_tokens(text));
                let (needed, told) =
                    abstractive::least_reading(&writer.options(), engine.tokenizer().is_chat(), &count);
                if reads < needed {
                    return Err(Error::ShortReader { model: model.name().to_owned(), reads, needed, told });
                }
                let digest = model.digest()?;
                let recipe = remember::recipe((&model, &engine), Task::Summarize, &digest, &job.program)?;
                let memory = memory.map(|memory| memory.of(recipe));
                Ok(Self::Writing(Box::new(Loaded { writer: (**writer).clone(), model, digest, engine, memory })))
            }
        }
    }

    /// The summaries of `translations`, in their order. What a model writes in German is translated by `translator`, whose way to
    /// end early is that of the summaries, too.
    pub(super) fn of(
        &self,
        translations: &[Translation],
        translator: (Session<'_>, &translate::Options),
    ) -> Result<Vec<Option<Summary>>, engine::Error> {
        match self {
            Self::None => Ok(translations.iter().map(|_| None).collect()),
            Self::Quoting(method, length) => {
                Ok(translations.iter().map(|translation| Some((method.summarize)(translation, length))).collect())
            }
            Self::Writing(loaded) => Ok(loaded.write(translations, translator)?.into_iter().map(Some).collect()),
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Quoting(method, _) => Some(method.name.to_owned()),
            Self::Writing(loaded) => Some(loaded.model.name().to_owned()),
        }
    }

    /// Every setting that changes the summaries.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        let length = |length: &Length| {
            let length = match length {
                Length::Sentences(count) => format!("{count} sentences"),
                Length::Words(count) => format!("{count} words"),
                Length::Share(share) => format!("{share} of the sentences"),
            };
            ("summary length".to_owned(), length)
        };
        match self {
            Self::None => Vec::new(),
            Self::Quoting(_, wanted) => vec![length(wanted)],
            Self::Writing(loaded) => {
                let Loaded { writer, model, digest, engine, memory: _ } = &**loaded;
                vec![
                    length(&writer.length),
                    ("summary language".to_owned(), writer.wording.name().to_owned()),
                    ("summariser SHA-256".to_owned(), digest.clone()),
                    ("summariser licence".to_owned(), model.licence().unwrap_or("not stated").to_owned()),
                    ("summariser precision".to_owned(), held(engine)),
                    ("summariser beams".to_owned(), engine.defaults().beams.to_string()),
                    ("unsupported sentences".to_owned(), writer.on_unsupported.name().to_owned()),
                    ("second writing".to_owned(), if writer.repair { "on" } else { "off" }.to_owned()),
                ]
            }
        }
    }
}

impl Loaded {
    fn write(
        &self,
        translations: &[Translation],
        (translator, options_of_translator): (Session<'_>, &translate::Options),
    ) -> Result<Vec<Summary>, engine::Error> {
        let Self { writer, engine, memory, .. } = self;
        let session = Session { engine, memory: memory.as_ref(), stop: translator.stop };
        let options = writer.options();
        let write = |requests: &[Request]| written(session, &writer.schedule, requests);
        let count = |text: &str| engine.count_tokens(text);
        let encode = |texts: &[&str]| engine.sentence_vectors(texts, &writer.schedule);
        let translate = |texts: &[&str]| translate::translate_texts(translator, texts, options_of_translator);
        // A model that follows instructions has no encoder, and to read every sentence again would take it as long as to write.
        let instructed = engine.tokenizer().is_chat();
        let defaults = engine.defaults();
        let writer = Writer {
            reads: engine.longest_source(),
            shortest: defaults.min_length,
            longest: defaults.max_length.saturating_sub(1),
            instructed,
            count: &count,
            write: &write,
            encode: if instructed { None } else { Some(&encode) },
            translate: &translate,
        };
        let translations: Vec<&Translation> = translations.iter().collect();
        abstractive::summarize(&translations, &writer, &options)
    }
}

/// What the engine writes for `requests`, in their order. Requests of the same lengths are searched together.
fn written(session: Session<'_>, schedule: &Schedule, requests: &[Request]) -> Result<Vec<String>, engine::Error> {
    let lengths_of = |request: &Request| (request.shortest, request.longest);
    let mut lengths: Vec<(usize, usize)> = requests.iter().map(lengths_of).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let mut written = vec![String::new(); requests.len()];
    for (shortest, longest) in lengths {
        let places = || (0..requests.len()).filter(|&place| lengths_of(&requests[place]) == (shortest, longest));
        let texts: Vec<&str> = places().map(|place| requests[place].text.as_str()).collect();
        let mut search = session.engine.defaults().clone();
        search.min_length = shortest;
        search.limit(longest);
        for (place, output) in places().zip(session.run(&texts, &search, schedule, &|_, _| {})?) {
            written[place] = output.text;
        }
    }
    Ok(written)
}
