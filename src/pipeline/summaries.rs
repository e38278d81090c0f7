//! The translations of a window → their summaries, by a method that quotes or by a model that writes.
//!
//! `summarize` decides what a model is asked and what may stay of its answer; this file runs the model.

use std::collections::BTreeMap;

use super::error::Error;
use super::event::Event;
use super::model_settings::model_settings;
use crate::catalog::{Catalog, Hub, Model, Task};
use crate::document::{Summary, TranslatedText, Translation};
use crate::generation::{self, Devices, Generator, PrecisionChoice, Schedule};
use crate::glossary::SearchTerm;
use crate::memory::{Memory, Recipe};
use crate::session::Session;
use crate::settings::{SettingValue, Settings};
use crate::summarize::abstractive::{
    self, OnUnsupported, Request, SummaryLanguage, Writer, WriterLimits, WritingOptions,
};
use crate::summarize::{Length, SummaryMethod};
use crate::translate::{Translators, translate_texts};

/// How the articles of a briefing are summarised.
#[derive(Clone, Debug)]
pub enum Summarizer {
    /// A method that quotes sentences, and how long summaries are.
    Quoting(&'static SummaryMethod, Length),
    /// A model that writes sentences.
    Writing(Box<SummaryWriter>),
}

/// Which model writes summaries, and how.
#[derive(Clone, Debug)]
pub struct SummaryWriter {
    /// A name in the catalogue, a folder, or `ORG/NAME[@REVISION]` on the Hugging Face hub.
    pub model: String,
    /// The hub to fetch the model from if it is not in the cache, and the cache.
    pub hub: Hub,
    /// How the weights of the summary model are held.
    pub precision: PrecisionChoice,
    /// How to work through the texts to summarise.
    pub schedule: Schedule,
    /// How long the model's summaries are.
    pub length: Length,
    /// The language in which the model writes summaries.
    pub language: SummaryLanguage,
    /// What to do with a sentence that the article does not support.
    pub on_unsupported: OnUnsupported,
    /// Have such a sentence rewritten first.
    pub repair: bool,
}

impl SummaryWriter {
    fn options(&self) -> WritingOptions {
        let Self { length, language, on_unsupported, repair, .. } = *self;
        WritingOptions { length, language, on_unsupported, repair }
    }
}

/// A summariser that is ready to work.
pub(super) enum Summaries {
    /// No summaries are wanted.
    None,
    /// See [`Summarizer::Quoting`].
    Quoting(&'static SummaryMethod, Length),
    /// See [`Summarizer::Writing`].
    Writing(Box<LoadedWriter>),
}

/// A model that writes summaries, loaded.
pub(super) struct LoadedWriter {
    writer: SummaryWriter,
    model: Model,
    /// What decides what the summary model makes of a text, apart from the search.
    settings: Settings,
    generator: Generator,
    memory: Option<Memory>,
}

impl Summaries {
    /// Loads the model on `devices`, if the job names one. What it writes is kept beside what `memory` keeps.
    ///
    /// # Errors
    /// If the model cannot be found or loaded, or reads too little at once.
    pub(super) fn prepare(
        summarizer: Option<&Summarizer>,
        program: &str,
        devices: &Devices,
        memory: Option<&Memory>,
        events: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Self, Error> {
        match summarizer {
            None => Ok(Self::None),
            Some(Summarizer::Quoting(method, length)) => Ok(Self::Quoting(method, *length)),
            Some(Summarizer::Writing(writer)) => {
                let catalog = Catalog { hub: writer.hub.clone(), families: generation::families() };
                let model = catalog.find(&writer.model, &|event| events(Event::Fetching(event)))?;
                let generator = Generator::load(devices, Task::Summarize, &model, writer.precision)?;
                let longest_source = generator.longest_source();
                let count_tokens = |text: &str| generator.count_tokens(text);
                let required =
                    abstractive::required_context(&writer.options(), generator.tokenizer().is_chat(), &count_tokens);
                if longest_source < required.tokens {
                    return Err(Error::ShortReader {
                        model: model.name().to_owned(),
                        reads: longest_source,
                        needed: required.tokens,
                        told: required.instruction_tokens,
                    });
                }
                let weights_digest = model.digest()?;
                let writer_settings = model_settings(Task::Summarize, &model, &generator, &weights_digest, program)?;
                let memory = memory.map(|memory| memory.for_recipe(Recipe::new(model.name(), &writer_settings)));
                Ok(Self::Writing(Box::new(LoadedWriter {
                    writer: (**writer).clone(),
                    model,
                    settings: writer_settings,
                    generator,
                    memory,
                })))
            }
        }
    }

    /// The summaries of `translations`, in their order; of what they say `about` a term, if there is one and the method quotes.
    /// `translators` translate what a model writes in German; the writer stops when it is told to.
    ///
    /// # Errors
    /// If a model fails or the work is stopped.
    pub(super) fn summarize(
        &self,
        translations: &[Translation],
        about: Option<&SearchTerm>,
        translators: Translators<'_>,
    ) -> Result<Vec<Option<Summary>>, generation::Error> {
        match self {
            Self::None => Ok(translations.iter().map(|_| None).collect()),
            Self::Quoting(method, length) => {
                let quote = |translation| match about {
                    Some(term) => method
                        .summarize_subject(translation, length, &|german, english| term.is_said_in(german, english)),
                    None => method.summarize(translation, length),
                };
                Ok(translations.iter().map(|translation| Some(quote(translation))).collect())
            }
            Self::Writing(loaded) => {
                let session = Session {
                    generator: &loaded.generator,
                    memory: loaded.memory.as_ref(),
                    stop: translators.session.stop,
                };
                let writer = GeneratorWriter { session, schedule: &loaded.writer.schedule, translators };
                let translations: Vec<&Translation> = translations.iter().collect();
                let summaries = abstractive::summarize(&translations, &writer, &loaded.writer.options())?;
                Ok(summaries.into_iter().map(Some).collect())
            }
        }
    }

    /// The name of the summary method or model.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Quoting(method, _) => Some(method.name.to_owned()),
            Self::Writing(loaded) => Some(loaded.model.name().to_owned()),
        }
    }

    /// Every setting that changes the summaries.
    pub(super) fn settings(&self) -> Settings {
        let mut summary_settings = Settings::default();
        let mut show_length = |length: &Length| {
            let (length_value, length_text) = match length {
                Length::Sentences(count) => (SettingValue::from(*count), format!("{count} sentences")),
                Length::Words(count) => (SettingValue::from(*count), format!("{count} words")),
                Length::Share(share) => (SettingValue::from(*share), format!("{share} of the sentences")),
            };
            summary_settings.show_as("summary length", length_value, &length_text);
        };
        match self {
            Self::None => {}
            Self::Quoting(_, length) => show_length(length),
            Self::Writing(loaded) => {
                let LoadedWriter { writer, settings: model_settings, generator, .. } = &**loaded;
                show_length(&writer.length);
                summary_settings.show("summary language", writer.language.name());
                summary_settings.extend(model_settings.clone().prefixed("summariser"));
                summary_settings.extend(generator.search_defaults().settings().prefixed("summariser"));
                summary_settings.show("unsupported sentences", writer.on_unsupported.name());
                summary_settings.show("second writing", writer.repair);
            }
        }
        summary_settings
    }
}

/// A generator as the writer that `summarize` asks.
struct GeneratorWriter<'a> {
    session: Session<'a>,
    schedule: &'a Schedule,
    translators: Translators<'a>,
}

impl Writer for GeneratorWriter<'_> {
    type Error = generation::Error;

    fn limits(&self) -> WriterLimits {
        let search_defaults = self.session.generator.search_defaults();
        WriterLimits {
            context: self.session.generator.longest_source(),
            min_tokens: search_defaults.min_length,
            max_tokens: search_defaults.max_length.saturating_sub(1),
        }
    }

    fn follows_instructions(&self) -> bool {
        self.session.generator.tokenizer().is_chat()
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.session.generator.count_tokens(text)
    }

    /// Requests with the same lengths are searched together.
    fn write(&self, requests: &[Request]) -> Result<Vec<String>, generation::Error> {
        let mut requests_by_lengths: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (request_index, request) in requests.iter().enumerate() {
            requests_by_lengths.entry((request.min_tokens, request.max_tokens)).or_default().push(request_index);
        }
        let mut written_texts = vec![String::new(); requests.len()];
        for ((min_tokens, max_tokens), request_indices) in requests_by_lengths {
            let request_texts: Vec<&str> =
                request_indices.iter().map(|&request_index| requests[request_index].text.as_str()).collect();
            let mut search = self.session.generator.search_defaults().clone();
            search.min_length = min_tokens;
            search.limit(max_tokens);
            let outputs = self.session.run(&request_texts, &search, self.schedule, &|_, _| {})?;
            for (request_index, written_output) in request_indices.into_iter().zip(outputs) {
                written_texts[request_index] = written_output.text;
            }
        }
        Ok(written_texts)
    }

    /// A model that follows instructions has no encoder, and reading every sentence again would take it as long as writing.
    fn sentence_vectors(&self, texts: &[&str]) -> Result<Option<Vec<Vec<f32>>>, generation::Error> {
        if self.follows_instructions() {
            return Ok(None);
        }
        self.session.generator.sentence_vectors(texts, self.schedule).map(Some)
    }

    fn translate(&self, texts: &[&str]) -> Result<Vec<TranslatedText>, generation::Error> {
        translate_texts(self.translators, texts)
    }
}
