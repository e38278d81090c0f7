//! Translations of a window → their summaries, by a method that quotes or by a model that writes.
//!
//! What a model may write, and whether it can stay, is decided in `summarize`; here it meets the engine.

use super::{Error, Event};
use crate::catalog::{self, Catalog, Hub, Model, Task};
use crate::document::{Summary, Translation};
use crate::engine::{self, Engine, Precision, Schedule};
use crate::summarize::abstractive::{self, OnUnsupported, Request, Writer};
use crate::summarize::{Length, Method};

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
    /// What to do with a sentence that the article does not bear out.
    pub on_unsupported: OnUnsupported,
    /// Have such a sentence written a second time first.
    pub repair: bool,
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
    engine: Engine,
}

impl Summaries {
    /// Loads the model, if there is to be one.
    pub(super) fn prepare(summarizer: Option<&Summarizer>, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Self, Error> {
        match summarizer {
            None => Ok(Self::None),
            Some(Summarizer::Quoting(method, length)) => Ok(Self::Quoting(method, *length)),
            Some(Summarizer::Writing(writer)) => {
                let catalog = Catalog { hub: writer.hub.clone(), families: engine::families() };
                let model = catalog.find(&writer.model, &|event| events(Event::Fetching(event)))?;
                let engine = Engine::load_to(Task::Summarize, &model, writer.precision)?;
                Ok(Self::Writing(Box::new(Loaded { writer: (**writer).clone(), model, engine })))
            }
        }
    }

    /// The summaries of `translations`, in their order.
    pub(super) fn of(&self, translations: &[Translation]) -> Result<Vec<Option<Summary>>, engine::Error> {
        match self {
            Self::None => Ok(translations.iter().map(|_| None).collect()),
            Self::Quoting(method, length) => {
                Ok(translations.iter().map(|translation| Some((method.summarize)(translation, length))).collect())
            }
            Self::Writing(loaded) => Ok(loaded.write(translations)?.into_iter().map(Some).collect()),
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
    pub(super) fn settings(&self) -> Result<Vec<(String, String)>, catalog::Error> {
        let length = |length: &Length| {
            let length = match length {
                Length::Sentences(count) => format!("{count} sentences"),
                Length::Words(count) => format!("{count} words"),
                Length::Share(share) => format!("{share} of the sentences"),
            };
            ("summary length".to_owned(), length)
        };
        Ok(match self {
            Self::None => Vec::new(),
            Self::Quoting(_, wanted) => vec![length(wanted)],
            Self::Writing(loaded) => {
                let Loaded { writer, model, engine } = &**loaded;
                vec![
                    length(&writer.length),
                    ("summariser SHA-256".to_owned(), model.digest()?),
                    ("summariser licence".to_owned(), model.licence().unwrap_or("not stated").to_owned()),
                    ("summariser precision".to_owned(), engine.precision().name().to_owned()),
                    ("summariser beams".to_owned(), engine.defaults().beams.to_string()),
                    ("unsupported sentences".to_owned(), writer.on_unsupported.name().to_owned()),
                    ("second writing".to_owned(), if writer.repair { "on" } else { "off" }.to_owned()),
                ]
            }
        })
    }
}

impl Loaded {
    fn write(&self, translations: &[Translation]) -> Result<Vec<Summary>, engine::Error> {
        let Self { writer, engine, .. } = self;
        let SummaryWriter { length, on_unsupported, repair, .. } = *writer;
        let options = abstractive::Options { length, on_unsupported, repair };
        let write = |requests: &[Request]| written(engine, &writer.schedule, requests);
        let count = |text: &str| engine.count_tokens(text);
        let encode = |texts: &[&str]| engine.sentence_vectors(texts, &writer.schedule);
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
        };
        let translations: Vec<&Translation> = translations.iter().collect();
        abstractive::summarize(&translations, &writer, &options)
    }
}

/// What the engine writes for `requests`, in their order. Requests of the same lengths are searched together.
fn written(engine: &Engine, schedule: &Schedule, requests: &[Request]) -> Result<Vec<String>, engine::Error> {
    let lengths_of = |request: &Request| (request.shortest, request.longest);
    let mut lengths: Vec<(usize, usize)> = requests.iter().map(lengths_of).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let mut written = vec![String::new(); requests.len()];
    for (shortest, longest) in lengths {
        let places = || (0..requests.len()).filter(|&place| lengths_of(&requests[place]) == (shortest, longest));
        let texts: Vec<&str> = places().map(|place| requests[place].text.as_str()).collect();
        let mut search = engine.defaults().clone();
        search.min_length = shortest;
        search.limit(longest);
        for (place, output) in places().zip(engine.run(&texts, &search, schedule, &|_| {})?) {
            written[place] = output.text;
        }
    }
    Ok(written)
}
