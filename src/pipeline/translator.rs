//! Which model translates, and how → the model, loaded.

use std::sync::Arc;

use super::error::Error;
use crate::catalog::{self, Catalog, Hub, Listener, Model, Task};
use crate::corrections::Corrections;
use crate::exact::ClockStyle;
use crate::generation::{self, DeviceChoice, Devices, Generator, PrecisionChoice, Schedule};
use crate::glossary::Glossary;
use crate::session::Session;
use crate::translate::{OtherLanguages, SecondTranslator, TranslateOptions, Translators};

/// Which model translates, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Translator {
    /// A name in the catalogue, a folder, or `ORG/NAME[@REVISION]` on the Hugging Face hub.
    pub model: String,
    /// The hub to fetch the model from if it is missing, and the cache that keeps it.
    pub hub: Hub,
    /// The devices that compute, for a model that writes summaries too.
    pub device: DeviceChoice,
    /// How the weights of the translator are held.
    pub precision: PrecisionChoice,
    /// Beam width of translations; `None` takes that of the checkpoint.
    pub beams: Option<usize>,
    /// Maximum number of tokens in one translated sentence; `None` takes that of the checkpoint.
    pub max_tokens: Option<usize>,
    /// So many sentences before are told to the model as background; only some models can be told.
    pub context: usize,
    /// Whether to translate again what fails a check.
    pub repair: bool,
    /// How the translator writes clock times.
    pub clock: ClockStyle,
    /// What the translator does with text that is not German.
    pub other_languages: OtherLanguages,
    /// The user's own terms for the translator.
    pub glossary: Arc<Glossary>,
    /// The user's own sentences.
    pub corrections: Arc<Corrections>,
    /// How the translator works through the sentences.
    pub schedule: Schedule,
    /// The model that translates what still fails a check in the end; `None` leaves it as it is.
    pub second: Option<SecondModel>,
}

/// A second model of a [`Translator`], which shares its other settings.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondModel {
    /// A name in the catalogue, a folder, or `ORG/NAME[@REVISION]` on the Hugging Face hub.
    pub model: String,
    /// How its weights are held.
    pub precision: PrecisionChoice,
    /// Its beam width; `None` takes that of the checkpoint.
    pub beams: Option<usize>,
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
            context: 0,
            repair: true,
            clock: ClockStyle::default(),
            other_languages: OtherLanguages::Keep,
            glossary: Arc::default(),
            corrections: Arc::default(),
            schedule: Schedule::default(),
            second: None,
        }
    }
}

/// A translator that is ready to work.
pub struct LoadedTranslator {
    /// The files of the translation model.
    pub model: Model,
    /// The translation model itself.
    pub generator: Generator,
    /// How to translate with the loaded model.
    pub options: TranslateOptions,
}

impl LoadedTranslator {
    /// This translator and, for what it leaves in doubt, `second`, without a memory. Nobody stops them.
    pub fn with_second<'a>(&'a self, second: Option<&'a Self>) -> Translators<'a> {
        let second = second.map(|second| SecondTranslator {
            name: second.model.name(),
            session: Session::new(&second.generator),
            options: &second.options,
        });
        Translators { session: Session::new(&self.generator), options: &self.options, second }
    }
}

impl Translator {
    /// Opens the devices that are to compute.
    ///
    /// # Errors
    /// [`Error::Generator`] if one that was asked for cannot be used.
    pub fn devices(&self) -> Result<Devices, Error> {
        Ok(self.device.open().map_err(generation::Error::from)?)
    }

    /// Refuses what can be told to be wrong before anything is loaded.
    ///
    /// # Errors
    /// [`Error::Catalog`] for a model of the catalogue that does not translate, [`Error::SameTranslator`] for a second model that would
    /// write what the first one writes.
    pub fn check(&self) -> Result<(), Error> {
        Catalog::check_task(&self.model, Task::Translate)?;
        let Some(second) = &self.second else { return Ok(()) };
        Catalog::check_task(&second.model, Task::Translate)?;
        let SecondModel { model, precision, beams } = second;
        if (model, precision, beams) == (&self.model, &self.precision, &self.beams) {
            return Err(Error::SameTranslator { model: model.clone() });
        }
        Ok(())
    }

    /// Finds the first model and loads it on `devices`. `listener` is told if the model has to be fetched.
    ///
    /// # Errors
    /// Those of [`Self::check`], [`Error::Catalog`] or [`Error::Generator`].
    pub fn load(&self, devices: &Devices, listener: &Listener<'_>) -> Result<LoadedTranslator, Error> {
        self.check()?;
        let first = self.load_one(devices, listener)?;
        if self.context > 0 && self.second.is_none() && !first.generator.takes_context() {
            return Err(generation::Error::NoContext { model: first.model.name().to_owned() }.into());
        }
        Ok(first)
    }

    /// Finds the second model, if there is one, and loads it beside `first`.
    ///
    /// # Errors
    /// [`Error::Catalog`] or [`Error::Generator`].
    pub fn load_second(
        &self,
        first: &LoadedTranslator,
        devices: &Devices,
        listener: &Listener<'_>,
    ) -> Result<Option<LoadedTranslator>, Error> {
        let Some(SecondModel { model, precision, beams }) = self.second.clone() else { return Ok(None) };
        let translator = Self { model, precision, beams, second: None, ..self.clone() };
        let second = translator.load_one(devices, listener)?;
        if self.context > 0 && !first.generator.takes_context() && !second.generator.takes_context() {
            return Err(generation::Error::NoContext { model: first.model.name().to_owned() }.into());
        }
        Ok(Some(second))
    }

    fn load_one(&self, devices: &Devices, listener: &Listener<'_>) -> Result<LoadedTranslator, Error> {
        let catalog = Catalog { hub: self.hub.clone(), families: generation::families() };
        let model = catalog.find(&self.model, listener)?;
        let generator = Generator::load(devices, Task::Translate, &model, self.precision)?;
        let mut translate_options = TranslateOptions::for_generator(&generator);
        translate_options.schedule = self.schedule;
        translate_options.context = self.context;
        translate_options.repair = self.repair;
        translate_options.clock = self.clock;
        translate_options.other_languages = self.other_languages;
        translate_options.glossary = Arc::clone(&self.glossary);
        translate_options.corrections = Arc::clone(&self.corrections);
        translate_options.search.beams = self.beams.unwrap_or(translate_options.search.beams).max(1);
        if let Some(max_tokens) = self.max_tokens {
            translate_options.search.limit(max_tokens);
        }
        Ok(LoadedTranslator { model, generator, options: translate_options })
    }
}
