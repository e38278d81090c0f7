//! The decoding settings of a checkpoint, read as Hugging Face transformers 5 reads them.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::neural::ModelInfo;
use crate::settings::Settings;

/// When a beam search may stop, in the terms of transformers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum EarlyStopping {
    /// As soon as there are as many finished hypotheses as beams.
    Yes,
    /// When no running hypothesis could beat the worst finished one if it ended at its current length.
    #[default]
    No,
    /// When no running hypothesis can beat the worst finished one at any length.
    Never,
}

/// How to search for the best target. The defaults are those of transformers' `generate`.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// Beam width: hypotheses kept at each step; 1 is greedy search.
    pub beams: usize,
    /// A hypothesis' log-probability is divided by its length to this power (beam search only). Values above 0 favour longer targets.
    pub length_penalty: f32,
    /// When a beam search may stop.
    pub early_stopping: EarlyStopping,
    /// No n-gram of this size may occur twice in a target; 0 turns the rule off.
    pub no_repeat_ngram: usize,
    /// Scores of repeated tokens are divided by this, or multiplied if they are negative; 1 turns the rule off.
    pub repetition_penalty: f32,
    /// Minimum length of a target in tokens, the start mark included.
    pub min_length: usize,
    /// Maximum length of a target in tokens, the start mark included.
    pub max_length: usize,
    /// Words that may not be written, each as its token ids.
    pub banned_words: Vec<Vec<u32>>,
    /// The token that every target begins with.
    pub forced_first_token: Option<u32>,
    /// The token that ends a target that reaches `max_length`.
    pub forced_last_token: Option<u32>,
    /// Whether log-probabilities are normalised again after tokens have been banned.
    pub renormalize: bool,
    /// First input of the decoder.
    pub start_token: u32,
    /// Tokens that end a target.
    pub end_tokens: Vec<u32>,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            beams: 1,
            length_penalty: 1.0,
            early_stopping: EarlyStopping::No,
            no_repeat_ngram: 0,
            repetition_penalty: 1.0,
            min_length: 0,
            max_length: 21,
            banned_words: Vec::new(),
            forced_first_token: None,
            forced_last_token: None,
            renormalize: false,
            start_token: 0,
            end_tokens: Vec::new(),
        }
    }
}

/// The fields of generation_config.json that matter here. Older checkpoints have them in config.json.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GenerationConfig {
    num_beams: Option<usize>,
    length_penalty: Option<f32>,
    #[serde(deserialize_with = "early_stopping")]
    early_stopping: Option<EarlyStopping>,
    no_repeat_ngram_size: Option<usize>,
    repetition_penalty: Option<f32>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    max_new_tokens: Option<usize>,
    bad_words_ids: Option<Vec<Vec<u32>>>,
    forced_bos_token_id: Option<u32>,
    /// The first BART checkpoints force the beginning mark by this name.
    force_bos_token_to_be_generated: Option<bool>,
    bos_token_id: Option<u32>,
    forced_eos_token_id: Option<u32>,
    renormalize_logits: Option<bool>,
    decoder_start_token_id: Option<u32>,
    eos_token_id: Option<EndTokens>,
}

/// `eos_token_id` in a checkpoint's decoding settings: a token id, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum EndTokens {
    One(u32),
    Several(Vec<u32>),
}

/// Largest beam width that a checkpoint may ask for: more than any does, and no more than memory holds.
const MAX_BEAMS: usize = 64;

fn clamped_beams(num_beams: Option<usize>) -> Option<usize> {
    num_beams.map(|beams| beams.clamp(1, MAX_BEAMS))
}

/// `early_stopping` in a checkpoint's decoding settings: `true`, `false`, `"never"` or nothing.
fn early_stopping<'de, D: Deserializer<'de>>(json_value: D) -> Result<Option<EarlyStopping>, D::Error> {
    Ok(match Value::deserialize(json_value)? {
        Value::Bool(true) => Some(EarlyStopping::Yes),
        Value::Bool(false) => Some(EarlyStopping::No),
        Value::String(word) if word == "never" => Some(EarlyStopping::Never),
        _ => None,
    })
}

impl EarlyStopping {
    /// The value of `early_stopping` in a checkpoint's decoding settings.
    fn name(self) -> &'static str {
        match self {
            Self::Yes => "true",
            Self::No => "false",
            Self::Never => "never",
        }
    }
}

impl SearchOptions {
    /// Every search option as a setting: all of them decide which target is found.
    pub fn settings(&self) -> Settings {
        // Destructured, so that a new option cannot be forgotten here.
        let Self {
            beams,
            length_penalty,
            early_stopping,
            no_repeat_ngram,
            repetition_penalty,
            min_length,
            max_length,
            banned_words,
            forced_first_token,
            forced_last_token,
            renormalize,
            start_token,
            end_tokens,
        } = self;
        let mut settings = Settings::default();
        settings.show("beams", *beams);
        settings.add("length penalty", *length_penalty);
        settings.add("early stopping", early_stopping.name());
        settings.add("no repeated n-gram", *no_repeat_ngram);
        settings.add("repetition penalty", *repetition_penalty);
        settings.add("shortest target", *min_length);
        settings.add("longest target", *max_length);
        settings.add("banned tokens", banned_words.clone());
        settings.add("forced first token", *forced_first_token);
        settings.add("forced last token", *forced_last_token);
        settings.add("renormalise", *renormalize);
        settings.add("start token", *start_token);
        settings.add("end tokens", end_tokens.clone());
        settings
    }

    /// The defaults of a checkpoint: generation_config.json if there is one, else the same fields of config.json. A damaged field counts
    /// as missing. `max_length` never exceeds the model's own limit.
    pub fn from_checkpoint(config: &Value, generation_config: Option<&Value>, info: &ModelInfo) -> Self {
        let generation_config = GenerationConfig::deserialize(generation_config.unwrap_or(config)).unwrap_or_default();
        let defaults = Self::default();
        let forces_beginning = generation_config.force_bos_token_to_be_generated == Some(true);
        let max_length = generation_config
            .max_new_tokens
            .map(|new_tokens| new_tokens.saturating_add(1))
            .or(generation_config.max_length);
        let end_tokens = match generation_config.eos_token_id {
            Some(EndTokens::One(end_token)) => vec![end_token],
            Some(EndTokens::Several(end_tokens)) if !end_tokens.is_empty() => end_tokens,
            _ => vec![info.end],
        };
        let mut banned_words = generation_config.bad_words_ids.unwrap_or_default();
        let is_end_token = |word_tokens: &[u32]| matches!(word_tokens, [token] if end_tokens.contains(token));
        banned_words.retain(|word_tokens| !word_tokens.is_empty() && !is_end_token(word_tokens));
        // Marian's padding token has a vector of zeros, so its logit is 0, more than most.
        if !banned_words.contains(&vec![info.padding]) && !end_tokens.contains(&info.padding) {
            banned_words.push(vec![info.padding]);
        }
        Self {
            beams: clamped_beams(generation_config.num_beams).unwrap_or(defaults.beams),
            length_penalty: generation_config.length_penalty.unwrap_or(defaults.length_penalty),
            early_stopping: generation_config.early_stopping.unwrap_or_default(),
            no_repeat_ngram: generation_config.no_repeat_ngram_size.unwrap_or_default(),
            repetition_penalty: generation_config.repetition_penalty.unwrap_or(defaults.repetition_penalty),
            min_length: generation_config.min_length.unwrap_or_default(),
            max_length: max_length.unwrap_or(info.longest_target).clamp(2, info.longest_target.max(2)),
            banned_words,
            forced_first_token: generation_config
                .forced_bos_token_id
                .or(generation_config.bos_token_id.filter(|_| forces_beginning)),
            forced_last_token: generation_config.forced_eos_token_id,
            renormalize: generation_config.renormalize_logits.unwrap_or_default(),
            start_token: generation_config.decoder_start_token_id.unwrap_or(info.start),
            end_tokens,
        }
    }

    /// The same search options with those for a task, such as `summarization`, laid over them (`task_specific_params` in `config`).
    #[must_use]
    pub fn for_task(mut self, config: &Value, task: &str, info: &ModelInfo) -> Self {
        let task_params = config.get("task_specific_params").and_then(|tasks| tasks.get(task));
        let task_config =
            task_params.and_then(|task_config| GenerationConfig::deserialize(task_config).ok()).unwrap_or_default();
        fn override_with<T>(task_value: Option<T>, setting: &mut T) {
            if let Some(task_value) = task_value {
                *setting = task_value;
            }
        }
        override_with(clamped_beams(task_config.num_beams), &mut self.beams);
        override_with(task_config.length_penalty, &mut self.length_penalty);
        override_with(task_config.early_stopping, &mut self.early_stopping);
        override_with(task_config.no_repeat_ngram_size, &mut self.no_repeat_ngram);
        override_with(task_config.repetition_penalty, &mut self.repetition_penalty);
        override_with(task_config.min_length, &mut self.min_length);
        let max_length = task_config.max_length.map(|length| length.clamp(2, info.longest_target.max(2)));
        override_with(max_length, &mut self.max_length);
        self
    }

    /// Ends targets at any of `more_end_tokens`, too.
    pub fn end_at(&mut self, more_end_tokens: &[u32]) {
        for end_token in more_end_tokens {
            self.banned_words.retain(|word_tokens| *word_tokens != [*end_token]);
            if !self.end_tokens.contains(end_token) {
                self.end_tokens.push(*end_token);
            }
        }
    }

    /// Limits targets to `new_tokens` tokens, the end mark included, and never raises the limit.
    pub fn limit(&mut self, new_tokens: usize) {
        self.max_length = new_tokens.saturating_add(1).clamp(2, self.max_length.max(2));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn info() -> ModelInfo {
        ModelInfo { end: 0, padding: 9, start: 9, vocab: 10, source_vocab: 10, longest_source: 64, longest_target: 64 }
    }

    #[test]
    fn the_generation_config_hides_the_config() {
        let config = json!({ "num_beams": 6, "max_length": 30 });
        let generation = json!({ "length_penalty": 0.6, "early_stopping": "never", "eos_token_id": [0, 3] });
        let options = SearchOptions::from_checkpoint(&config, Some(&generation), &info());
        assert_eq!((options.beams, options.length_penalty), (1, 0.6));
        assert_eq!(options.early_stopping, EarlyStopping::Never);
        assert_eq!(options.end_tokens, [0, 3]);
    }

    #[test]
    fn an_older_checkpoint_is_read_from_its_config() {
        let config = json!({ "num_beams": 6, "max_length": 512, "bad_words_ids": [[9]], "forced_eos_token_id": 0 });
        let options = SearchOptions::from_checkpoint(&config, None, &info());
        assert_eq!((options.beams, options.max_length), (6, 64));
        assert_eq!((options.forced_last_token, options.banned_words), (Some(0), vec![vec![9]]));
    }

    #[test]
    fn padding_is_never_written_even_if_the_checkpoint_forgets_to_ban_it() {
        assert_eq!(SearchOptions::from_checkpoint(&json!({}), None, &info()).banned_words, [[9]]);
    }

    #[test]
    fn what_a_task_asks_for_is_laid_over_what_the_checkpoint_carries() {
        let damaged = SearchOptions::from_checkpoint(&json!({ "num_beams": 1_000_000_000_000_u64 }), None, &info());
        assert_eq!(damaged.beams, MAX_BEAMS);
        let task = json!({ "num_beams": 4, "min_length": 12, "max_length": 500, "early_stopping": true });
        let config =
            json!({ "num_beams": 6, "length_penalty": 2.0, "task_specific_params": { "summarization": task } });
        let own = SearchOptions::from_checkpoint(&config, None, &info());
        let options = own.clone().for_task(&config, "summarization", &info());
        assert_eq!((options.beams, options.min_length, options.max_length), (4, 12, 64));
        assert_eq!((options.length_penalty, options.early_stopping), (2.0, EarlyStopping::Yes));
        assert_eq!(own.clone().for_task(&config, "translation", &info()), own);
        assert_eq!(own.clone().for_task(&json!({ "task_specific_params": null }), "summarization", &info()), own);
    }

    #[test]
    fn the_first_bart_checkpoints_force_the_beginning_under_another_name() {
        let config = json!({ "force_bos_token_to_be_generated": true, "bos_token_id": 3 });
        assert_eq!(SearchOptions::from_checkpoint(&config, None, &info()).forced_first_token, Some(3));
        assert_eq!(
            SearchOptions::from_checkpoint(&json!({ "bos_token_id": 3 }), None, &info()).forced_first_token,
            None
        );
    }

    #[test]
    fn null_and_nonsense_count_as_missing() {
        let options =
            SearchOptions::from_checkpoint(&json!({ "num_beams": null, "early_stopping": null }), None, &info());
        assert_eq!(options.beams, 1);
        assert_eq!(SearchOptions::from_checkpoint(&json!({ "num_beams": "many" }), None, &info()).beams, 1);
    }
}
