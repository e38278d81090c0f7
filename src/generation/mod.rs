//! Texts in, outputs out, in the order asked.
//!
//! Texts become token ids, ids become batches of similar length, batches are searched by as many workers as there are cores, and ids
//! become texts again. Promises: one output for each text; what a text becomes does not depend on the texts beside it, on the size of
//! batches or on the number of workers; nothing is cut without a flag. Never sees an article, and never prints.

mod batch;
mod device_choice;
mod error;
mod output;
mod processor;
mod prompt;
mod schedule;
mod search;
mod search_options;
mod source;
mod tokenizer;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;

use crate::catalog::{FamilyFiles, Model, Task};
use crate::neural::{self, Placement, Seq2Seq};
use crate::parallel;

pub use device_choice::{DeviceChoice, DeviceError, Devices};
pub use error::Error;
pub use neural::{DEVICE_KINDS, DeviceKind, Opened, PrecisionChoice, Unavailable, WeightFormat, int8_kernel};
pub use output::{Finished, Output};
pub use processor::features;
pub use prompt::Prompt;
pub use schedule::Schedule;
pub use search::{Target, search};
pub use search_options::{EarlyStopping, SearchOptions};
pub use tokenizer::{Tokenizer, TokenizerError, TokenizerFiles};

use source::ModelSource;

/// The name of summarising in `task_specific_params`.
const SUMMARIZATION: &str = "summarization";
/// The prefix that multilingual T5 models, such as MADLAD-400, translate to English after.
const TO_ENGLISH: &str = "<2en>";

/// The families that can be run, and what each needs besides configuration and weights.
pub fn families() -> Vec<FamilyFiles> {
    let files = |name| FamilyFiles { name, files: tokenizer::files(name) };
    neural::FAMILIES.iter().map(|family| files(family.name)).collect()
}

/// A model that is ready to work: tokenizer, weights, and the decoding defaults of the checkpoint.
pub struct Generator {
    /// The same weights on each device.
    models: Vec<Box<dyn Seq2Seq>>,
    device: &'static DeviceKind,
    /// The names of the devices.
    hardware: Vec<String>,
    /// The size of a batch that suits the device.
    batch_tokens: usize,
    /// Largest size of a batch since the device ran out of memory with twice as much.
    fitting: AtomicUsize,
    tokenizer: Tokenizer,
    defaults: SearchOptions,
    weight_format: WeightFormat,
    /// What the model reads around every text, the prefix of the task included.
    prompt: Prompt,
}

/// A text as the model reads it.
struct TokenizedText {
    /// The ids in pieces the model can read, the prompt around each.
    pieces: Vec<Vec<u32>>,
    /// Whether the text holds something the model has no token for.
    unknown: bool,
}

impl Generator {
    /// Loads `model` on each of `devices` to do `task`, with the settings and the prefix that it has for the task.
    ///
    /// # Errors
    /// [`enum@Error`] with the file that is missing or damaged, or if the model does not fit on a device.
    pub fn load(devices: &Devices, task: Task, model: &Model, precision: PrecisionChoice) -> Result<Self, Error> {
        let source = ModelSource::open(model)?;
        let weight_format = |opened: &Opened| precision.resolve(&opened.device, source.is_gguf());
        let load_on = |opened: &Opened| {
            let placement = Placement::new(opened.device.clone(), weight_format(opened));
            let loaded = neural::load(source.checkpoint(), &placement)?;
            // Workers compute in streams of their own, which would not wait for copies in progress.
            opened.device.synchronize()?;
            Ok::<_, neural::Error>(loaded)
        };
        let models = devices.opened().iter().map(load_on).collect::<Result<Vec<_>, _>>();
        let models = models.map_err(|source| Error::Model { model: model.name().to_owned(), source })?;
        let (Some(first_model), Some(first_device)) = (models.first(), devices.opened().first()) else {
            return Err(Error::Internal { what: "no device is open" });
        };
        let info = first_model.info();
        let tokenizer = source.tokenizer(info)?;
        if tokenizer.is_chat() && task == Task::Translate {
            return Err(Error::NoTranslator { model: model.name().to_owned() });
        }
        let mut defaults = SearchOptions::from_checkpoint(source.config(), source.generation(), info);
        defaults.forced_first = tokenizer.forced_first().or(defaults.forced_first);
        defaults.start = tokenizer.decoder_start().unwrap_or(defaults.start);
        defaults.end_at(tokenizer.ends());
        if task == Task::Summarize {
            defaults = defaults.for_task(source.config(), SUMMARIZATION, info);
        }
        let prompt = {
            let prefix = prefix(task, model, source.config(), &tokenizer);
            tokenizer.prompt().with_prefix(&tokenizer.tokens(prefix.trim_end()), prefix.ends_with(' '))
        };
        Ok(Self {
            device: devices.kind(),
            hardware: devices.opened().iter().map(|opened| opened.model.clone()).collect(),
            batch_tokens: schedule::default_batch_tokens(devices),
            fitting: AtomicUsize::new(usize::MAX),
            weight_format: weight_format(first_device),
            models,
            tokenizer,
            defaults,
            prompt,
        })
    }

    /// The decoding defaults of the checkpoint.
    pub fn defaults(&self) -> &SearchOptions {
        &self.defaults
    }

    /// The format in which the weights are held.
    pub fn weight_format(&self) -> WeightFormat {
        self.weight_format
    }

    /// `schedule` with what it leaves to the generator filled in.
    pub fn schedule(&self, schedule: &Schedule) -> Schedule {
        // A device has one handle to its library of products, and two workers must not share its scratch memory.
        let workers = if self.is_on_cpu() { schedule.workers } else { self.models.len() };
        let batch_tokens = if schedule.batch_tokens == 0 { self.batch_tokens } else { schedule.batch_tokens };
        Schedule { workers, batch_tokens: batch_tokens.min(self.fitting.load(Ordering::Relaxed)) }
    }

    /// The kind of device that computes.
    pub fn device(&self) -> &'static DeviceKind {
        self.device
    }

    /// What decides how numbers are rounded, besides the weight format: the instruction sets of the CPU, or the models of the GPUs.
    pub fn arithmetic(&self) -> String {
        if self.is_on_cpu() {
            return format!("{} {}", std::env::consts::ARCH, features().join(" "));
        }
        let mut models = self.hardware.clone();
        models.sort_unstable();
        models.dedup();
        format!("{} {}", self.device.name, models.join(", "))
    }

    /// How much German text is best translated together, in bytes: enough sentences of similar length for full batches, little enough
    /// for the first pages to appear soon.
    pub fn window_bytes(&self) -> usize {
        if self.is_on_cpu() { 192 << 10 } else { 4 << 20 }
    }

    fn is_on_cpu(&self) -> bool {
        self.device.feature.is_none()
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Number of tokens in `text`, with the prompt around it.
    pub fn count_tokens(&self, text: &str) -> usize {
        self.prompt.len() + self.tokens(text).len()
    }

    /// What the model reads around every text.
    pub fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// The most tokens the model reads at once, the prompt included.
    pub fn longest_source(&self) -> usize {
        self.models[0].info().longest_source
    }

    /// Runs the model over `texts`: one output for each, in their order. `progress` is called from the workers with the number of texts
    /// that a batch has finished.
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

    /// Like [`Generator::run`], but `watch` sees what each batch has finished and may stop the run. Batches in progress are then finished,
    /// and no other is begun.
    ///
    /// # Errors
    /// Those of [`Generator::run`], and [`Error::Stopped`].
    pub fn run_watched(
        &self,
        texts: &[&str],
        options: &SearchOptions,
        schedule: &Schedule,
        watch: &(dyn Fn(Finished<'_>) -> ControlFlow<()> + Sync),
    ) -> Result<Vec<Output>, Error> {
        let Distinct { texts: distinct, repeats, index_of } = distinct(texts);
        let tokenized_texts = parallel::map(schedule.workers, &distinct, |text| self.tokenize(text))?;
        let pieces: Vec<(usize, &[u32])> = tokenized_texts
            .iter()
            .enumerate()
            .flat_map(|(text, tokenized)| tokenized.pieces.iter().map(move |piece| (text, piece.as_slice())))
            .collect();
        let lengths: Vec<usize> = pieces.iter().map(|(_, piece)| piece.len()).collect();
        let Schedule { workers, batch_tokens } = self.schedule(schedule);
        let batches = batch::plan(&lengths, batch_tokens / options.beams.max(1));
        let stopped = AtomicBool::new(false);
        let batch_targets = parallel::map_numbered(workers, &batches, |worker, batch| {
            if stopped.load(Ordering::Relaxed) {
                return Err(Error::Stopped);
            }
            let sources: Vec<&[u32]> = batch.rows().iter().map(|row| pieces[*row].1).collect();
            let model = &*self.models[worker % self.models.len()];
            let targets = search::search_in_parts(model, &sources, options, &self.fitting)?;
            let batch_texts = batch.rows().iter().map(|row| pieces[*row].0);
            // A text in several pieces is complete only when all batches are finished.
            let complete_texts =
                batch_texts.clone().zip(&targets).filter(|(text, _)| tokenized_texts[*text].pieces.len() == 1);
            let outputs: Vec<(&str, Output)> = complete_texts
                .map(|(text, target)| {
                    (distinct[text], self.output(&tokenized_texts[text], std::slice::from_ref(target)))
                })
                .collect();
            let finished = batch_texts.map(|text| repeats[text]).sum();
            if watch(Finished { texts: finished, outputs: &outputs }).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
            Ok(targets)
        })?;

        let mut target_of_piece: Vec<Option<Target>> = vec![None; pieces.len()];
        for (batch, targets) in batches.iter().zip(batch_targets) {
            for (row, target) in batch.rows().iter().zip(targets?) {
                target_of_piece[*row] = Some(target);
            }
        }
        let mut targets_in_order = target_of_piece.into_iter();
        let mut outputs = Vec::with_capacity(distinct.len());
        for tokenized in &tokenized_texts {
            let targets: Vec<Target> = targets_in_order.by_ref().take(tokenized.pieces.len()).flatten().collect();
            outputs.push(self.output(tokenized, &targets));
        }
        Ok(index_of.into_iter().map(|index| outputs[index].clone()).collect())
    }

    /// A vector for each of `texts`: the mean of the encoder's states over as much of the text as the model reads at once. It does not
    /// depend on the other texts; it is empty if there is nothing to read.
    ///
    /// # Errors
    /// [`Error::Search`] if the device fails, [`Error::Workers`] if threads cannot be started.
    pub fn sentence_vectors(&self, texts: &[&str], schedule: &Schedule) -> Result<Vec<Vec<f32>>, Error> {
        let vectors = parallel::map_numbered(self.schedule(schedule).workers, texts, |worker, text| {
            let ids = self.tokenize(text).pieces.into_iter().next().unwrap_or_else(|| self.prompt.wrap(&[]));
            if ids.is_empty() {
                return Ok(Vec::new());
            }
            let model = &self.models[worker % self.models.len()];
            Ok(model.encoder_states(&ids)?.mean_row())
        })?;
        vectors.into_iter().collect()
    }

    /// The ids of `text` without the prompt.
    fn tokens(&self, text: &str) -> Vec<u32> {
        self.tokenizer.tokens(&self.prompt.spaced(text))
    }

    fn tokenize(&self, text: &str) -> TokenizedText {
        let tokens = self.tokens(text);
        let unknown = self.tokenizer.unknown().is_some_and(|unknown| tokens.contains(&unknown));
        let max_piece_tokens = self.longest_source().saturating_sub(self.prompt.len()).max(1);
        // A text without tokens has no pieces.
        let pieces = tokens.chunks(max_piece_tokens).map(|piece| self.prompt.wrap(piece)).collect();
        TokenizedText { pieces, unknown }
    }

    /// The output of the text in `tokenized`, from the targets of its pieces.
    fn output(&self, tokenized: &TokenizedText, targets: &[Target]) -> Output {
        let texts: Vec<String> = targets.iter().map(|target| self.tokenizer.decode(&target.ids)).collect();
        let tokens: usize = targets.iter().map(|target| target.ids.len()).sum();
        let log_probability: f32 = targets.iter().map(|target| target.log_probability).sum();
        Output {
            text: texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
            score: (tokens > 0).then(|| log_probability / tokens as f32),
            tokens,
            split: targets.len() > 1,
            cut: targets.iter().any(|target| target.cut),
            unknown: tokenized.unknown,
        }
    }
}

/// What stands before every text for `task`: what the catalogue says of `model`, else what its configuration says, else the tag for
/// English if the model has one.
fn prefix<'a>(task: Task, model: &'a Model, config: &'a Value, tokenizer: &Tokenizer) -> &'a str {
    let by_default = || match task {
        Task::Translate => Some(TO_ENGLISH).filter(|tag| tokenizer.id_of(tag).is_some()),
        Task::Summarize => {
            let params = config.get("task_specific_params").and_then(|tasks| tasks.get(SUMMARIZATION));
            let prefix = params.and_then(|params| params.get("prefix")).or(config.get("prefix"));
            prefix.and_then(Value::as_str)
        }
    };
    model.prefix().or_else(by_default).unwrap_or_default()
}

/// Texts without repeats. Agency copies and subheads repeat, and each is searched once.
struct Distinct<'a> {
    texts: Vec<&'a str>,
    /// How often each of `texts` was asked for.
    repeats: Vec<usize>,
    /// For each text that was asked for, its index in `texts`.
    index_of: Vec<usize>,
}

fn distinct<'a>(asked_texts: &[&'a str]) -> Distinct<'a> {
    let mut known_texts: HashMap<&str, usize> = HashMap::new();
    let (mut texts, mut repeats, mut index_of) = (Vec::new(), Vec::new(), Vec::with_capacity(asked_texts.len()));
    for &text in asked_texts {
        let index = *known_texts.entry(text).or_insert(texts.len());
        if index == texts.len() {
            texts.push(text);
            repeats.push(0);
        }
        repeats[index] += 1;
        index_of.push(index);
    }
    Distinct { texts, repeats, index_of }
}
