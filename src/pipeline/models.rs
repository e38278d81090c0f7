//! The models of a run, loaded, with the memory of what the translator wrote before.

use std::path::Path;

use super::error::Error;
use super::event::Event;
use super::model_settings::model_settings;
use super::remember;
use super::summaries::{Summaries, Summarizer};
use super::translator::{LoadedTranslator, Translator};
use crate::catalog::Task;
use crate::generation::Devices;
use crate::memory::{Memory, Recipe};
use crate::settings::Settings;

/// What translates and summarises in a run.
pub(super) struct RunModels {
    pub(super) translator: LoadedTranslator,
    /// SHA-256 of the translator's weights.
    pub(super) weights_digest: String,
    /// What else decides what the translator writes.
    pub(super) translator_settings: Settings,
    /// What the translator wrote before; `None` works without.
    pub(super) memory: Option<Memory>,
    pub(super) summaries: Summaries,
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
        let translator = translator.load(devices, &|event| events(Event::Fetching(event)))?;
        let LoadedTranslator { model, generator, .. } = &translator;
        events(Event::Loaded { model: model.name(), weight_format: generator.weight_format() });
        let weights_digest = model.digest()?;
        let translator_settings = model_settings(Task::Translate, model, generator, &weights_digest, program)?;
        let memory = store.map(|store| Memory::new(store, Recipe::new(model.name(), &translator_settings)));
        let summaries = Summaries::prepare(summarizer, program, devices, memory.as_ref(), events)?;
        Ok(Self { translator, weights_digest, translator_settings, memory, summaries })
    }
}
