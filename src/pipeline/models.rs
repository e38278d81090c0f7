//! The models of a run, loaded, with the memory of what the translators wrote before.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::error::Error;
use super::event::Event;
use super::model_settings::model_settings;
use super::remember;
use super::summaries::{Summaries, Summarizer};
use super::translator::{LoadedTranslator, Translator};
use crate::catalog::{Catalog, FetchEvent, Task};
use crate::generation::Devices;
use crate::memory::{Memory, Recipe, Store};
use crate::session::Session;
use crate::settings::Settings;
use crate::translate::{SecondTranslator, Translators};

/// What translates and summarises in a run.
pub(super) struct RunModels {
    pub(super) first: RunTranslator,
    /// Who is asked about what fails a check.
    pub(super) second: Option<RunTranslator>,
    pub(super) summaries: Summaries,
}

/// A translator, with what decides what it writes and what it wrote before.
pub(super) struct RunTranslator {
    pub(super) loaded: LoadedTranslator,
    /// SHA-256 of its weights.
    pub(super) weights_digest: String,
    /// What else decides what it writes.
    pub(super) settings: Settings,
    /// What it wrote before, apart from what another model wrote; `None` works without.
    pub(super) memory: Option<Memory>,
}

/// Refuses models that are known to do another task, before anything is read or fetched.
///
/// # Errors
/// Those of [`Translator::check`]; [`Error::Catalog`] if what is to write summaries does not, or not in that language.
pub(super) fn check_tasks(translator: &Translator, summarizer: Option<&Summarizer>) -> Result<(), Error> {
    translator.check()?;
    if let Some(Summarizer::Writing(writer)) = summarizer {
        Catalog::check_task(&writer.model, Task::Summarize)?;
        Catalog::check_language(&writer.model, writer.language.language().tag)?;
    }
    Ok(())
}

impl RunModels {
    /// Opens the memory at `memory_file` and loads the models on `devices`. `program` is the name and version of the program.
    ///
    /// # Errors
    /// If the memory is a file that must not be touched, or a model cannot be found or loaded.
    pub(super) fn load(
        translator: &Translator,
        summarizer: Option<&Summarizer>,
        memory_file: Option<&Path>,
        program: &str,
        devices: &Devices,
        events: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Self, Error> {
        let store = remember::open_memory(memory_file, events)?;
        let listener = |event: FetchEvent<'_>| events(Event::Fetching(event));
        let first =
            RunTranslator::new(translator.load(devices, &listener)?, MemoryPlace::Store(store), program, events)?;
        let second = match translator.load_second(&first.loaded, devices, &listener)? {
            Some(loaded) => {
                Some(RunTranslator::new(loaded, MemoryPlace::Beside(first.memory.as_ref()), program, events)?)
            }
            None => None,
        };
        let summaries = Summaries::prepare(summarizer, program, devices, first.memory.as_ref(), events)?;
        Ok(Self { first, second, summaries })
    }

    /// The translators at work until `stop` is set.
    pub(super) fn translators<'a>(&'a self, stop: &'a AtomicBool) -> Translators<'a> {
        let second = self.second.as_ref().map(|second| SecondTranslator {
            name: second.loaded.model.name(),
            session: second.session(stop),
            options: &second.loaded.options,
        });
        Translators { session: self.first.session(stop), options: &self.first.loaded.options, second }
    }

    /// The memory that all models of the run share, as the first translator uses it.
    pub(super) fn memory(&self) -> Option<&Memory> {
        self.first.memory.as_ref()
    }
}

/// Where a translator keeps what it writes.
enum MemoryPlace<'a> {
    /// In a store that nobody else uses yet.
    Store(Option<Store>),
    /// In the store of another model's memory.
    Beside(Option<&'a Memory>),
}

impl RunTranslator {
    fn new(
        loaded: LoadedTranslator,
        place: MemoryPlace<'_>,
        program: &str,
        events: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Self, Error> {
        let LoadedTranslator { model, generator, .. } = &loaded;
        events(Event::Loaded { model: model.name(), weight_format: generator.weight_format() });
        let weights_digest = model.digest()?;
        let settings = model_settings(Task::Translate, model, generator, &weights_digest, program)?;
        let recipe = Recipe::new(model.name(), &settings);
        let memory = match place {
            MemoryPlace::Store(store) => store.map(|store| Memory::new(store, recipe)),
            MemoryPlace::Beside(memory) => memory.map(|memory| memory.for_recipe(recipe)),
        };
        Ok(Self { loaded, weights_digest, settings, memory })
    }

    fn session<'a>(&'a self, stop: &'a AtomicBool) -> Session<'a> {
        Session { generator: &self.loaded.generator, memory: self.memory.as_ref(), stop }
    }
}
