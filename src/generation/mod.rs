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
mod request;
mod schedule;
mod search;
mod search_options;
mod source;
mod tokenizer;
mod translation_prompt;

use std::borrow::Cow;
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
pub use request::Request;
pub use schedule::Schedule;
pub use search::{Target, search};
pub use search_options::{EarlyStopping, SearchOptions};
pub use tokenizer::{Tokenizer, TokenizerError, TokenizerFiles};

use source::ModelSource;
use translation_prompt::TranslationPrompt;

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
    /// The network with its weights, once on each device.
    networks: Vec<Box<dyn Seq2Seq>>,
    device_kind: &'static DeviceKind,
    /// The model names of the devices, such as that of a GPU.
    device_names: Vec<String>,
    /// The size of a batch that suits the devices, in tokens.
    default_batch_tokens: usize,
    /// Largest size of a batch, in tokens, since a device ran out of memory with twice as much.
    fitting_batch_tokens: AtomicUsize,
    tokenizer: Tokenizer,
    search_defaults: SearchOptions,
    weight_format: WeightFormat,
    /// What the model reads around every text, the prefix of the task included.
    prompt: Prompt,
    /// How the model is asked for translations, if it follows instructions and that is its task. A text is then a [`Request`].
    translation_prompt: Option<TranslationPrompt>,
    /// Tokens that all requests begin with, which each network has read once.
    shared_prefix: Vec<u32>,
}

/// A text as the network reads it.
struct TokenizedText {
    /// The token ids in pieces as long as the model reads at once, the prompt around each.
    source_pieces: Vec<Vec<u32>>,
    /// Whether the text holds something the tokenizer has no token for.
    has_unknown_token: bool,
}

impl Generator {
    /// Loads `model` on each of `devices` to do `task`, with the settings and the prefix that it has for the task.
    ///
    /// # Errors
    /// [`enum@Error`] with the file that is missing or damaged, or if the model does not fit on a device.
    pub fn load(devices: &Devices, task: Task, model: &Model, precision: PrecisionChoice) -> Result<Self, Error> {
        let source = ModelSource::open(model)?;
        let weight_format = |opened: &Opened| precision.resolve(&opened.device, source.stored_format());
        let load_network = |opened: &Opened| {
            let placement = Placement::new(opened.device.clone(), weight_format(opened));
            let network = neural::load(source.checkpoint(), &placement)?;
            // Generator workers compute in streams of their own, which would not wait for copies in progress.
            opened.device.synchronize()?;
            Ok::<_, neural::Error>(network)
        };
        let networks = devices.opened().iter().map(load_network).collect::<Result<Vec<_>, _>>();
        let mut networks = networks.map_err(|source| Error::Model { model: model.name().to_owned(), source })?;
        let (Some(first_network), Some(first_device)) = (networks.first(), devices.opened().first()) else {
            return Err(Error::Internal { what: "no device is open" });
        };
        let network_info = first_network.info();
        let tokenizer = source.tokenizer(network_info)?;
        let translation_prompt = (tokenizer.is_chat() && task == Task::Translate)
            .then(|| TranslationPrompt::new(source.family(), model.prompt_form(), tokenizer.asks_for_translation()));
        let mut search_defaults =
            SearchOptions::from_checkpoint(source.config(), source.generation_config(), network_info);
        search_defaults.forced_first_token = tokenizer.forced_first_token().or(search_defaults.forced_first_token);
        search_defaults.start_token = tokenizer.decoder_start_token().unwrap_or(search_defaults.start_token);
        search_defaults.end_at(tokenizer.end_tokens());
        if task == Task::Summarize {
            search_defaults = search_defaults.for_task(source.config(), SUMMARIZATION, network_info);
        }
        if let Some(translation_prompt) = &translation_prompt {
            let stop_tokens: Vec<u32> = translation_prompt.stops().filter_map(|stop| tokenizer.id_of(stop)).collect();
            search_defaults.end_at(&stop_tokens);
            if source.generation_config().is_none() {
                let penalty = translation_prompt.repetition_penalty();
                search_defaults.repetition_penalty = penalty.unwrap_or(search_defaults.repetition_penalty);
            }
        }
        let task_prefix = task_prefix(task, model, source.config(), &tokenizer);
        let prompt = match task_prefix {
            "" => tokenizer.prompt().clone(),
            _ => {
                let prefix_tokens = tokenizer.text_tokens(task_prefix.trim_end());
                tokenizer.prompt().with_prefix(&prefix_tokens, task_prefix.ends_with(' '))
            }
        };
        let shared_prefix = match &translation_prompt {
            Some(translation_prompt) => shared_prefix(translation_prompt, &tokenizer, &prompt),
            None => Vec::new(),
        };
        for (network, opened) in networks.iter_mut().zip(devices.opened()) {
            let kept = network.keep_prefix(&shared_prefix).and_then(|()| Ok(opened.device.synchronize()?));
            kept.map_err(|source| Error::Model { model: model.name().to_owned(), source })?;
        }
        Ok(Self {
            device_kind: devices.kind(),
            device_names: devices.opened().iter().map(|opened| opened.model.clone()).collect(),
            default_batch_tokens: schedule::default_batch_tokens(devices),
            fitting_batch_tokens: AtomicUsize::new(usize::MAX),
            weight_format: weight_format(first_device),
            networks,
            tokenizer,
            search_defaults,
            prompt,
            translation_prompt,
            shared_prefix,
        })
    }

    /// `request` as the text to run. A model that does not follow instructions is told nothing about its texts.
    pub fn text_of<'a>(&self, request: Request<'a>) -> Cow<'a, str> {
        match &self.translation_prompt {
            None => request.text,
            Some(translation_prompt) => {
                let Request { text, mut terms, mut context } = request;
                if !translation_prompt.takes_terms() {
                    terms.clear();
                }
                if !translation_prompt.takes_context() {
                    context.clear();
                }
                Cow::Owned(Request { text, terms, context }.to_text())
            }
        }
    }

    /// Whether the model can be told the sentences before a text.
    pub fn takes_context(&self) -> bool {
        self.translation_prompt.as_ref().is_some_and(TranslationPrompt::takes_context)
    }

    /// How the model is asked for translations, if it follows instructions: the texts of its prompts, on one line.
    pub fn translation_prompt(&self) -> Option<String> {
        self.translation_prompt.as_ref().map(TranslationPrompt::described)
    }

    /// How a search decodes if nothing else is asked: the decoding settings of the checkpoint.
    pub fn search_defaults(&self) -> &SearchOptions {
        &self.search_defaults
    }

    /// The format in which this generator holds the weights.
    pub fn weight_format(&self) -> WeightFormat {
        self.weight_format
    }

    /// `asked_schedule` with what it leaves to the generator filled in.
    pub fn completed_schedule(&self, asked_schedule: &Schedule) -> Schedule {
        // A device has one handle to its library of products, and two workers must not share its scratch memory.
        let workers = if self.is_on_cpu() { asked_schedule.workers } else { self.networks.len() };
        let batch_tokens = match asked_schedule.batch_tokens {
            0 => self.default_batch_tokens,
            asked_tokens => asked_tokens,
        };
        Schedule { workers, batch_tokens: batch_tokens.min(self.fitting_batch_tokens.load(Ordering::Relaxed)) }
    }

    /// The kind of device that this generator searches on.
    pub fn device_kind(&self) -> &'static DeviceKind {
        self.device_kind
    }

    /// What decides how numbers are rounded, besides the weight format: the instruction sets of the CPU, or the models of the GPUs.
    pub fn arithmetic(&self) -> String {
        if self.is_on_cpu() {
            return format!("{} {}", std::env::consts::ARCH, features().join(" "));
        }
        let mut device_names = self.device_names.clone();
        device_names.sort_unstable();
        device_names.dedup();
        format!("{} {}", self.device_kind.name, device_names.join(", "))
    }

    /// How much German text is best translated together, in bytes: enough sentences of similar length for full batches, little enough
    /// for the first pages to appear soon.
    pub fn window_bytes(&self) -> usize {
        if self.is_on_cpu() { 192 << 10 } else { 4 << 20 }
    }

    fn is_on_cpu(&self) -> bool {
        self.device_kind.feature.is_none()
    }

    /// The tokenizer of the model.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Number of tokens in `text`, with the prompt around it, and with what asks for its translation.
    pub fn count_tokens(&self, text: &str) -> usize {
        self.prompt.len() + self.tokens_without_prompt(text).len()
    }

    /// What the model reads around every text.
    pub fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// The most tokens the model reads at once, the prompt included.
    pub fn longest_source(&self) -> usize {
        self.networks[0].info().longest_source
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
        let DistinctTexts { texts: distinct_texts, repeat_counts, distinct_index_of } = distinct(texts);
        let tokenized_texts = parallel::map(schedule.workers, &distinct_texts, |text| self.tokenize(text))?;
        let source_pieces: Vec<(usize, &[u32])> = tokenized_texts
            .iter()
            .enumerate()
            .flat_map(|(text_index, tokenized)| {
                tokenized.source_pieces.iter().map(move |token_ids| (text_index, token_ids.as_slice()))
            })
            .collect();
        // What all requests begin with is read already.
        let unread_tokens = |token_ids: &[u32]| {
            let begins_alike = token_ids.starts_with(&self.shared_prefix);
            token_ids.len() - if begins_alike { self.shared_prefix.len() } else { 0 }
        };
        let piece_lengths: Vec<usize> = source_pieces.iter().map(|(_, token_ids)| unread_tokens(token_ids)).collect();
        let Schedule { workers, batch_tokens } = self.completed_schedule(schedule);
        let batches = batch::plan(&piece_lengths, batch_tokens / options.beams.max(1));
        let is_search_stopped = AtomicBool::new(false);
        let targets_of_batches = parallel::map_numbered(workers, &batches, |worker, batch| {
            if is_search_stopped.load(Ordering::Relaxed) {
                return Err(Error::Stopped);
            }
            let batch_sources: Vec<&[u32]> =
                batch.piece_indices().iter().map(|piece| source_pieces[*piece].1).collect();
            let network = &*self.networks[worker % self.networks.len()];
            let batch_targets = search::search_in_parts(network, &batch_sources, options, &self.fitting_batch_tokens)?;
            let batch_texts = batch.piece_indices().iter().map(|piece| source_pieces[*piece].0);
            // A text in several pieces is complete only when all batches are finished.
            let complete_texts = batch_texts
                .clone()
                .zip(&batch_targets)
                .filter(|(text_index, _)| tokenized_texts[*text_index].source_pieces.len() == 1);
            let complete_outputs: Vec<(&str, Output)> = complete_texts
                .map(|(text_index, target)| {
                    let output = self.output(&tokenized_texts[text_index], std::slice::from_ref(target));
                    (distinct_texts[text_index], output)
                })
                .collect();
            let finished_texts = batch_texts.map(|text_index| repeat_counts[text_index]).sum();
            if watch(Finished { texts: finished_texts, outputs: &complete_outputs }).is_break() {
                is_search_stopped.store(true, Ordering::Relaxed);
            }
            Ok(batch_targets)
        })?;

        let mut target_of_piece: Vec<Option<Target>> = vec![None; source_pieces.len()];
        for (batch, batch_targets) in batches.iter().zip(targets_of_batches) {
            for (piece_index, target) in batch.piece_indices().iter().zip(batch_targets?) {
                target_of_piece[*piece_index] = Some(target);
            }
        }
        let mut targets_in_text_order = target_of_piece.into_iter();
        let mut distinct_outputs = Vec::with_capacity(distinct_texts.len());
        for tokenized in &tokenized_texts {
            let piece_count = tokenized.source_pieces.len();
            let targets_of_text: Vec<Target> = targets_in_text_order.by_ref().take(piece_count).flatten().collect();
            distinct_outputs.push(self.output(tokenized, &targets_of_text));
        }
        Ok(distinct_index_of.into_iter().map(|text_index| distinct_outputs[text_index].clone()).collect())
    }

    /// A vector for each of `texts`: the mean of the encoder's states over as much of the text as the model reads at once. It does not
    /// depend on the other texts; it is empty if there is nothing to read.
    ///
    /// # Errors
    /// [`Error::Search`] if the device fails, [`Error::Workers`] if threads cannot be started.
    pub fn sentence_vectors(&self, texts: &[&str], schedule: &Schedule) -> Result<Vec<Vec<f32>>, Error> {
        let workers = self.completed_schedule(schedule).workers;
        let sentence_vectors = parallel::map_numbered(workers, texts, |worker, text| {
            let first_piece = self.tokenize(text).source_pieces.into_iter().next();
            let source_ids = first_piece.unwrap_or_else(|| self.prompt.around(&[]));
            if source_ids.is_empty() {
                return Ok(Vec::new());
            }
            let network = &self.networks[worker % self.networks.len()];
            Ok(network.encoder_states(&source_ids)?.mean_row())
        })?;
        sentence_vectors.into_iter().collect()
    }

    /// True if the model has no token for part of `text`.
    pub fn lacks(&self, text: &str) -> bool {
        let unknown_token = self.tokenizer.unknown_token();
        unknown_token.is_some_and(|unknown_token| self.tokenizer.text_tokens(text).contains(&unknown_token))
    }

    /// The token ids of `text` without the prompt.
    fn tokens_without_prompt(&self, text: &str) -> Vec<u32> {
        match &self.translation_prompt {
            Some(translation_prompt) => {
                self.tokenizer.text_tokens(&translation_prompt.message(&Request::from_text(text)))
            }
            None => self.tokenizer.text_tokens(&self.prompt.spaced(text)),
        }
    }

    fn tokenize(&self, text: &str) -> TokenizedText {
        let text_tokens = if text.is_empty() { Vec::new() } else { self.tokens_without_prompt(text) };
        let has_unknown_token =
            self.tokenizer.unknown_token().is_some_and(|unknown_token| text_tokens.contains(&unknown_token));
        let max_piece_tokens = self.longest_source().saturating_sub(self.prompt.len()).max(1);
        // A text without tokens has no pieces.
        let source_pieces = text_tokens.chunks(max_piece_tokens).map(|piece| self.prompt.around(piece)).collect();
        TokenizedText { source_pieces, has_unknown_token }
    }

    /// The output of the text in `tokenized`, from the targets that the search found for its pieces.
    fn output(&self, tokenized: &TokenizedText, targets: &[Target]) -> Output {
        let decode_target = |target: &Target| {
            let target_text = self.tokenizer.decode(&target.token_ids);
            let stops = self.translation_prompt.iter().flat_map(TranslationPrompt::stops);
            let end = stops.filter_map(|stop| target_text.find(stop)).min().unwrap_or(target_text.len());
            target_text[..end].trim().to_owned()
        };
        let target_texts = targets.iter().map(decode_target).filter(|text| !text.is_empty());
        let target_tokens: usize = targets.iter().map(|target| target.token_ids.len()).sum();
        let log_probability: f32 = targets.iter().map(|target| target.log_probability).sum();
        Output {
            text: target_texts.collect::<Vec<_>>().join(" "),
            score: (target_tokens > 0).then(|| log_probability / target_tokens as f32),
            tokens: target_tokens,
            split: targets.len() > 1,
            cut: targets.iter().any(|target| target.cut),
            unknown: tokenized.has_unknown_token,
        }
    }
}

/// What all requests for translations begin with, in tokens: what two sentences without a common beginning have in common.
fn shared_prefix(translation_prompt: &TranslationPrompt, tokenizer: &Tokenizer, prompt: &Prompt) -> Vec<u32> {
    let [left, right] = ["Die Stadt baut.", "8 Orte"].map(|text| {
        let message = translation_prompt.message(&Request { text: text.into(), ..Request::default() });
        prompt.around(&tokenizer.text_tokens(&message))
    });
    left.into_iter().zip(right).take_while(|(left, right)| left == right).map(|(token, _)| token).collect()
}

/// What stands before every text for `task`: what the catalogue says of `model`, else what its configuration says, else the tag for
/// English if the model has one.
fn task_prefix<'a>(task: Task, model: &'a Model, config: &'a Value, tokenizer: &Tokenizer) -> &'a str {
    let default_prefix = || match task {
        Task::Translate => Some(TO_ENGLISH).filter(|tag| tokenizer.id_of(tag).is_some()),
        Task::Summarize => {
            let task_params = config.get("task_specific_params").and_then(|tasks| tasks.get(SUMMARIZATION));
            let prefix = task_params.and_then(|params| params.get("prefix")).or(config.get("prefix"));
            prefix.and_then(Value::as_str)
        }
    };
    model.prefix().or_else(default_prefix).unwrap_or_default()
}

/// Texts without repeats. Agency copies and subheads repeat, and each is searched once.
struct DistinctTexts<'a> {
    texts: Vec<&'a str>,
    /// How often each of `texts` was asked for.
    repeat_counts: Vec<usize>,
    /// For each text that was asked for, its index in `texts`.
    distinct_index_of: Vec<usize>,
}

fn distinct<'a>(asked_texts: &[&'a str]) -> DistinctTexts<'a> {
    let mut index_of_text: HashMap<&str, usize> = HashMap::new();
    let (mut texts, mut repeat_counts) = (Vec::new(), Vec::new());
    let mut distinct_index_of = Vec::with_capacity(asked_texts.len());
    for &asked_text in asked_texts {
        let text_index = *index_of_text.entry(asked_text).or_insert(texts.len());
        if text_index == texts.len() {
            texts.push(asked_text);
            repeat_counts.push(0);
        }
        repeat_counts[text_index] += 1;
        distinct_index_of.push(text_index);
    }
    DistinctTexts { texts, repeat_counts, distinct_index_of }
}
