//! Texts in, outputs out, in the order asked.
//!
//! Texts become token ids, ids become batches of similar length, batches are searched by as many workers as there are
//! cores, ids become texts again. Promises: one output for each text; what a text becomes does not depend on the texts
//! beside it, on the size of the batches or on the number of workers; nothing is cut without a flag. Never sees an
//! article, and never prints.

mod batch;
mod devices;
mod generation;
mod processor;
mod search;
mod tokenizer;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;
use thiserror::Error;

use crate::catalog::{self, FamilyFiles, Model, ModelFile, Task};
use crate::hint::Hint;
use crate::neural::{self, Checkpoint, Placement, Seq2Seq, WeightFile};
use crate::parallel;

pub use devices::{DeviceChoice, DeviceError, Devices};
pub use generation::{EarlyStopping, SearchOptions};
pub use neural::{DEVICES, DeviceKind, Opened, PrecisionChoice, Unavailable, WeightFormat, int8_kernel};
pub use processor::features;
pub use search::{Target, search};
pub use tokenizer::{Files, Tokenizer, TokenizerError};

/// Why a model cannot be loaded, or a batch not be searched.
#[derive(Debug, Error)]
pub enum Error {
    /// A file of the model is missing or cannot be read.
    #[error("model {model:?} cannot be read")]
    Files {
        /// The model's name.
        model: String,
        /// The cause.
        #[source]
        source: Box<catalog::Error>,
    },
    /// The model lacks a file that it needs.
    #[error("model {model:?} has no {file}")]
    MissingFile {
        /// The model's name.
        model: String,
        /// The file.
        file: &'static str,
    },
    /// A JSON file of the model is damaged.
    #[error("model {model:?}: {file} cannot be understood")]
    Json {
        /// The model's name.
        model: String,
        /// The file.
        file: &'static str,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// The tokenizer's files are damaged or do not fit each other.
    #[error("model {model:?}: the tokenizer cannot be built")]
    Tokenizer {
        /// The model's name.
        model: String,
        /// The cause.
        #[source]
        source: TokenizerError,
    },
    /// The model follows instructions, and translating is not what it is asked for here.
    #[error("model {model:?} writes summaries and does not translate")]
    NoTranslator {
        /// The model's name.
        model: String,
    },
    /// The configuration or the weights are damaged, or of a family that is not supported.
    #[error("model {model:?} cannot be loaded")]
    Model {
        /// The model's name.
        model: String,
        /// The cause.
        #[source]
        source: neural::Error,
    },
    /// A device that was asked for cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The device failed while a batch was searched.
    #[error("the search failed")]
    Search(#[from] neural::Error),
    /// Worker threads cannot be started.
    #[error(transparent)]
    Workers(#[from] parallel::Error),
    /// Whoever watched the run asked it to stop.
    #[error("stopped before the end")]
    Stopped,
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Files { source, .. } => source.hint(),
            Self::Model { source, .. } | Self::Search(source) => source.hint(),
            Self::MissingFile { .. } => Some("copy the whole model folder: the tokenizer's files belong to it".into()),
            Self::NoTranslator { model } => Some(format!("name it with --summarizer {model}")),
            Self::Tokenizer { source: TokenizerError::NoChatTemplate, .. } => {
                Some("take the model that was trained for chats, often called -Instruct or -it".into())
            }
            Self::Json { .. } | Self::Tokenizer { .. } => Some("fetch or copy the model again".into()),
            Self::Device(error) => error.hint(),
            Self::Workers(error) => error.hint(),
            Self::Stopped => None,
        }
    }
}

/// The name of summarising in `task_specific_params`.
const TASK: &str = "summarization";
/// What a source begins with that T5 models of many languages, MADLAD-400 among them, are to translate to English.
const TO_ENGLISH: &str = "<2en>";

/// The families that can be run, and what each needs beside configuration and weights.
pub fn families() -> Vec<FamilyFiles> {
    neural::FAMILIES
        .iter()
        .map(|family| FamilyFiles { name: family.name, files: tokenizer::files(family.name) })
        .collect()
}

/// How an engine works through its texts. Nothing here changes what comes out, save for the last digits of a GPU's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Schedule {
    /// Batches searched at once on a CPU; 0 stands for one a core. A GPU searches one.
    pub workers: usize,
    /// Largest padded size of a batch, in source tokens times beams; 0 stands for what suits the device.
    pub batch_tokens: usize,
}

/// The size of a batch on a CPU.
const CPU_BATCH_TOKENS: usize = 2048;
/// The largest size of a batch on a GPU: thousands of sentences, with which even the largest is busy.
const GPU_BATCH_TOKENS: usize = 131_072;
/// Memory of a GPU that a token of a batch is reckoned to take, with all that is computed from it. Where it takes more,
/// batches are halved until they fit.
const TOKEN_BYTES: u64 = 512 << 10;
/// Memory that is reckoned with where a device does not say how much it has.
const UNKNOWN_MEMORY: u64 = 8 << 30;

/// What became of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The text that the model wrote.
    pub text: String,
    /// Mean log-probability of a token, the end mark included; `None` for a text without tokens.
    pub score: Option<f32>,
    /// Number of tokens the model wrote, the end mark included.
    pub tokens: usize,
    /// True if the model read the text in several pieces, because it was longer than the model reads at once.
    pub split: bool,
    /// True if the search ended at its length limit.
    pub cut: bool,
    /// True if the text holds something that the model has no token for.
    pub unknown: bool,
}

/// What a batch has finished.
pub struct Finished<'a> {
    /// Texts that are through with it, those that are asked for several times counted as often.
    pub texts: usize,
    /// What became of each of them, once.
    pub outputs: &'a [(&'a str, Output)],
}

/// A model that is ready to work: tokenizer, weights and the checkpoint's own decoding defaults.
pub struct Engine {
    /// The same weights on each device.
    models: Vec<Box<dyn Seq2Seq>>,
    device: &'static DeviceKind,
    /// What the devices are called by their makers.
    hardware: Vec<String>,
    /// The size of a batch that suits the device.
    batch_tokens: usize,
    /// The most that a batch may hold since the device was out of memory with twice as much.
    fitting: AtomicUsize,
    tokenizer: Tokenizer,
    defaults: SearchOptions,
    weight_format: WeightFormat,
    /// The ids that every text begins with, after the marks.
    prefix: Vec<u32>,
    /// What is between the prefix and the text. Byte-level tokenizers have other tokens for a word after a space.
    space: &'static str,
}

impl Engine {
    /// Loads `model` on the CPU, to translate with it.
    ///
    /// # Errors
    /// [`enum@Error`] with the file that is missing or damaged.
    pub fn load(model: &Model, precision: PrecisionChoice) -> Result<Self, Error> {
        Self::load_to(Task::Translate, model, precision)
    }

    /// Loads `model` on the CPU, to do `task` with it: with the settings and the prefix that it carries for this task.
    ///
    /// # Errors
    /// [`enum@Error`] with the file that is missing or damaged.
    pub fn load_to(task: Task, model: &Model, precision: PrecisionChoice) -> Result<Self, Error> {
        Self::load_on(&DeviceChoice::cpu().open()?, task, (model, precision))
    }

    /// Loads `model` on each of `devices`, to do `task` with it, its weights held in a precision.
    ///
    /// # Errors
    /// [`enum@Error`] with the file that is missing or damaged, or if the model does not fit on a device.
    pub fn load_on(
        devices: &Devices,
        task: Task,
        (model, precision): (&Model, PrecisionChoice),
    ) -> Result<Self, Error> {
        let name = || model.name().to_owned();
        let files = |source: catalog::Error| Error::Files { model: name(), source: source.into() };
        let read = |file| model.read(file).map_err(files);
        let needed = |file| read(file)?.ok_or_else(|| Error::MissingFile { model: name(), file });

        let weights: Vec<_> = model.weights().map_err(files)?.into_iter().map(weight_file).collect();
        let damaged = |source| Error::Model { model: name(), source };
        let checkpoint = match weights.as_slice() {
            // Everything is in it.
            [WeightFile::Gguf(path)] => Checkpoint::open_gguf(path.clone()),
            _ => Checkpoint::open(&String::from_utf8_lossy(&needed("config.json")?), &weights),
        };
        let checkpoint = checkpoint.map_err(damaged)?;
        let format = |opened: &Opened| precision.resolve(&opened.device, checkpoint.gguf().is_some());
        let load = |opened: &Opened| {
            let loaded = neural::load(&checkpoint, &Placement::new(opened.device.clone(), format(opened)))?;
            // Workers compute in streams of their own, which would not wait for what is still on its way.
            opened.device.synchronize()?;
            Ok::<_, neural::Error>(loaded)
        };
        let models = devices.opened().iter().map(load).collect::<Result<Vec<_>, _>>().map_err(damaged)?;
        let info = models[0].info();

        let generation = match read("generation_config.json")? {
            Some(bytes) if checkpoint.gguf().is_none() => {
                let json = |source| Error::Json { model: name(), file: "generation_config.json", source };
                Some(serde_json::from_slice(&bytes).map_err(json)?)
            }
            _ => None,
        };
        let config = checkpoint.config();
        let mut defaults = SearchOptions::of(config, generation.as_ref(), info);
        let family = config.get("model_type").and_then(Value::as_str).unwrap_or_default();
        let tokenizer = match checkpoint.gguf() {
            Some(metadata) => Tokenizer::of_gguf(metadata, info),
            None => Tokenizer::of(family, &tokenizer_files(family, &read)?, info),
        };
        let tokenizer = tokenizer.map_err(|source| match source {
            TokenizerError::MissingFile { file } => Error::MissingFile { model: name(), file },
            source => Error::Tokenizer { model: name(), source },
        })?;
        defaults.forced_first = tokenizer.forced_first().or(defaults.forced_first);
        defaults.start = tokenizer.start().unwrap_or(defaults.start);
        defaults.end_at(tokenizer.ends());
        if tokenizer.is_chat() && task == Task::Translate {
            return Err(Error::NoTranslator { model: name() });
        }
        let mut prefix = model.prefix();
        if task == Task::Summarize {
            defaults = defaults.for_task(config, TASK, info);
            let of_task = config.get("task_specific_params").and_then(|tasks| tasks.get(TASK)?.get("prefix"));
            prefix = prefix.or(of_task.or(config.get("prefix")).and_then(Value::as_str));
        } else if prefix.is_none() {
            prefix = Some(TO_ENGLISH).filter(|token| tokenizer.id_of(token).is_some());
        }
        let prefix = prefix.unwrap_or_default();
        let space = if prefix.ends_with(' ') { " " } else { "" };
        let prefix = tokenizer.tokens(prefix.trim_end());
        let hardware = devices.opened().iter().map(|opened| opened.model.clone()).collect();
        Ok(Self {
            device: devices.kind(),
            hardware,
            batch_tokens: batch_tokens(devices),
            fitting: AtomicUsize::new(usize::MAX),
            weight_format: format(&devices.opened()[0]),
            models,
            tokenizer,
            defaults,
            prefix,
            space,
        })
    }

    /// The decoding defaults that the checkpoint carries.
    pub fn defaults(&self) -> &SearchOptions {
        &self.defaults
    }

    /// The format in which the weights are held.
    pub fn weight_format(&self) -> WeightFormat {
        self.weight_format
    }

    /// The schedule that `schedule` leaves to the engine, spelt out.
    pub fn schedule(&self, schedule: &Schedule) -> Schedule {
        // A device has one handle to its library of products, whose room for results in between must not be used by two at once.
        let workers = if self.is_on_cpu() { schedule.workers } else { self.models.len() };
        let batch_tokens = if schedule.batch_tokens == 0 { self.batch_tokens } else { schedule.batch_tokens };
        Schedule { workers, batch_tokens: batch_tokens.min(self.fitting.load(Ordering::Relaxed)) }
    }

    /// The kind of device that computes.
    pub fn device(&self) -> &'static DeviceKind {
        self.device
    }

    /// What decides how numbers are rounded, beside the precision: the instructions of the processor, or the models of the GPUs.
    pub fn arithmetic(&self) -> String {
        if self.is_on_cpu() {
            return format!("{} {}", std::env::consts::ARCH, features().join(" "));
        }
        let mut models = self.hardware.clone();
        models.sort_unstable();
        models.dedup();
        format!("{} {}", self.device.name, models.join(", "))
    }

    /// German text that is best translated together, in bytes: enough sentences of like length for full batches, little enough
    /// that the first pages appear soon.
    pub fn window(&self) -> usize {
        if self.is_on_cpu() { 192 << 10 } else { 4 << 20 }
    }

    fn is_on_cpu(&self) -> bool {
        self.device.feature.is_none()
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Number of tokens that `text` is for the model, marks and prefix included.
    pub fn count_tokens(&self, text: &str) -> usize {
        self.frame() + self.tokens(text).len()
    }

    /// Number of tokens around every text: marks and prefix.
    pub fn frame(&self) -> usize {
        self.prefix.len() + self.tokenizer.marks()
    }

    /// The most tokens that the model reads at once, marks and prefix included.
    pub fn longest_source(&self) -> usize {
        self.models[0].info().longest_source
    }

    /// Runs the model over `texts`: one output for each, in the same order. `progress` is called from the workers with
    /// the number of texts that a batch has finished.
    ///
    /// # Errors
    /// [`Error::Search`] if the device fails, [`Error::Workers`] if threads cannot be started.
    pub fn run(
        &self,
        texts: &[&str],
        options: &SearchOptions,
        schedule: &Schedule,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Output>, Error> {
        self.run_watched(texts, options, schedule, &|finished| {
            progress(finished.texts);
            ControlFlow::Continue(())
        })
    }

    /// As [`Engine::run`], but `watch` sees what each batch has finished and may stop the run: batches that are being
    /// searched then come to their end, and no other is begun.
    ///
    /// # Errors
    /// Those of [`Engine::run`], and [`Error::Stopped`].
    pub fn run_watched(
        &self,
        texts: &[&str],
        options: &SearchOptions,
        schedule: &Schedule,
        watch: &(dyn Fn(Finished<'_>) -> ControlFlow<()> + Sync),
    ) -> Result<Vec<Output>, Error> {
        // Repeated texts (agency copies, subheads) are searched once.
        let mut place_of = HashMap::new();
        let mut distinct: Vec<&str> = Vec::new();
        let mut repeats: Vec<usize> = Vec::new();
        let places: Vec<usize> = texts
            .iter()
            .map(|text| {
                let place = *place_of.entry(*text).or_insert_with(|| {
                    distinct.push(text);
                    repeats.push(0);
                    distinct.len() - 1
                });
                repeats[place] += 1;
                place
            })
            .collect();
        let read = parallel::map(schedule.workers, &distinct, |text| self.pieces(text))?;
        let pieces: Vec<(usize, &[u32])> = read
            .iter()
            .enumerate()
            .flat_map(|(text, reading)| reading.pieces.iter().map(move |piece| (text, piece.as_slice())))
            .collect();
        let lengths: Vec<usize> = pieces.iter().map(|(_, piece)| piece.len()).collect();
        let Schedule { workers, batch_tokens } = self.schedule(schedule);
        let batches = batch::plan(&lengths, batch_tokens / options.beams.max(1));
        let stopped = AtomicBool::new(false);
        let found = parallel::map_numbered(workers, &batches, |worker, batch| {
            if stopped.load(Ordering::Relaxed) {
                return Err(Error::Stopped);
            }
            let sources: Vec<&[u32]> = batch.rows().iter().map(|row| pieces[*row].1).collect();
            let model = &*self.models[worker % self.models.len()];
            let found = search::search_in_parts(model, &sources, options, &self.fitting)?;
            let texts = batch.rows().iter().map(|row| pieces[*row].0);
            // A text in several pieces is whole only when all batches are through.
            let whole = texts.clone().zip(&found).filter(|(text, _)| read[*text].pieces.len() == 1);
            let outputs: Vec<(&str, Output)> =
                whole.map(|(text, found)| (distinct[text], self.output(&read[text], vec![found.clone()]))).collect();
            let texts = texts.map(|text| repeats[text]).sum();
            if watch(Finished { texts, outputs: &outputs }).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
            Ok(found)
        })?;

        let mut found_of_piece: Vec<Option<Target>> = vec![None; pieces.len()];
        for (batch, found) in batches.iter().zip(found) {
            for (row, found) in batch.rows().iter().zip(found?) {
                found_of_piece[*row] = Some(found);
            }
        }
        let mut found = found_of_piece.into_iter();
        let outputs: Vec<Output> = read
            .iter()
            .map(|reading| self.output(reading, found.by_ref().take(reading.pieces.len()).flatten().collect()))
            .collect();
        Ok(places.into_iter().map(|place| outputs[place].clone()).collect())
    }

    /// A vector for each of `texts`: the mean of the encoder's states, over as much of a text as the model reads at once. What
    /// it is does not depend on the other texts.
    ///
    /// # Errors
    /// [`Error::Search`] if the device fails, [`Error::Workers`] if threads cannot be started.
    pub fn sentence_vectors(&self, texts: &[&str], schedule: &Schedule) -> Result<Vec<Vec<f32>>, Error> {
        let vectors = parallel::map_numbered(self.schedule(schedule).workers, texts, |worker, text| {
            let reading = self.pieces(text);
            let ids = reading.pieces.into_iter().next().unwrap_or_else(|| self.tokenizer.wrap(&self.prefix));
            if ids.is_empty() {
                return Ok(Vec::new());
            }
            let model = &self.models[worker % self.models.len()];
            Ok(model.encoder_states(&ids)?.mean_row())
        })?;
        vectors.into_iter().collect()
    }

    /// The ids of `text` without what is around it.
    fn tokens(&self, text: &str) -> Vec<u32> {
        if self.space.is_empty() || text.is_empty() {
            return self.tokenizer.tokens(text);
        }
        self.tokenizer.tokens(&[self.space, text].concat())
    }

    /// The ids of `text` in pieces that the model can read.
    fn pieces(&self, text: &str) -> Reading {
        let tokens = self.tokens(text);
        let unknown = self.tokenizer.unknown().is_some_and(|unknown| tokens.contains(&unknown));
        let room = self.longest_source().saturating_sub(self.frame()).max(1);
        // Without a token there is nothing to read.
        let pieces = tokens.chunks(room).map(|part| self.tokenizer.wrap(&[&self.prefix, part].concat()));
        Reading { pieces: pieces.collect(), unknown }
    }

    fn output(&self, reading: &Reading, found: Vec<Target>) -> Output {
        let texts: Vec<String> = found.iter().map(|found| self.tokenizer.decode(&found.ids)).collect();
        let tokens: usize = found.iter().map(|found| found.ids.len()).sum();
        let sum: f32 = found.iter().map(|found| found.log_probability).sum();
        Output {
            text: texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
            score: (tokens > 0).then(|| sum / tokens as f32),
            tokens,
            split: found.len() > 1,
            cut: found.iter().any(|found| found.cut),
            unknown: reading.unknown,
        }
    }
}

/// The size of a batch that suits `devices`: on a GPU what its memory has room for, less a quarter for the weights, and shared
/// by those that are the same GPU.
fn batch_tokens(devices: &Devices) -> usize {
    if devices.kind().feature.is_none() {
        return CPU_BATCH_TOKENS;
    }
    let free = devices.opened().iter().map(|opened| {
        let same = devices.opened().iter().filter(|other| other.device.location() == opened.device.location());
        opened.free_memory.unwrap_or(UNKNOWN_MEMORY) / same.count() as u64
    });
    let tokens = free.min().unwrap_or_default() / 4 * 3 / TOKEN_BYTES;
    usize::try_from(tokens).unwrap_or(GPU_BATCH_TOKENS).clamp(CPU_BATCH_TOKENS, GPU_BATCH_TOKENS)
}

/// The files of the first tokenizer of a `family` that is whole, as `read` reads them.
fn tokenizer_files<E>(
    family: &str,
    read: &dyn Fn(&'static str) -> Result<Option<Cow<'static, [u8]>>, E>,
) -> Result<Files, E> {
    let mut files = Files::default();
    let mut take = |name: &'static str| {
        let bytes = read(name)?;
        let found = bytes.is_some();
        bytes.into_iter().for_each(|bytes| files.insert(name, bytes));
        Ok(found)
    };
    for set in tokenizer::files(family) {
        let mut whole = true;
        for name in set {
            whole &= take(name)?;
        }
        if whole {
            break;
        }
    }
    for name in tokenizer::OPTIONAL {
        take(name)?;
    }
    Ok(files)
}

/// A text as the model reads it.
struct Reading {
    pieces: Vec<Vec<u32>>,
    unknown: bool,
}

fn weight_file(file: ModelFile) -> WeightFile {
    match file {
        ModelFile::Embedded(bytes) => WeightFile::Embedded(bytes),
        ModelFile::Path(path) if path.extension().is_some_and(|extension| extension == "bin") => {
            WeightFile::Pickle(path)
        }
        ModelFile::Path(path) if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf")) => {
            WeightFile::Gguf(path)
        }
        ModelFile::Path(path) => WeightFile::Safetensors(path),
    }
}
