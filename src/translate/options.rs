//! How to translate.

use std::sync::Arc;

use super::languages::OtherLanguages;
use crate::corrections::Corrections;
use crate::exact::ClockStyle;
use crate::generation::{Generator, Schedule, SearchOptions};
use crate::glossary::Glossary;

/// Longest sentence that is translated whole, in source tokens.
///
/// Models are trained on sentences, few of them longer than this. In the translation of a longer one, parts are missing long
/// before the model's own limit is reached.
const LONGEST_SENTENCE: usize = 160;

/// Longest answer of a model that follows instructions, in tokens: more than the translation of the longest sentence. Such models are
/// set to write much more, and would if they began to repeat themselves.
const LONGEST_ANSWER: usize = 3 * LONGEST_SENTENCE;

/// How to translate the sentences of articles.
#[derive(Clone, Debug, PartialEq)]
pub struct TranslateOptions {
    /// How to search for a translation.
    pub search: SearchOptions,
    /// How to work through the sentences to translate. Does not change the result.
    pub schedule: Schedule,
    /// Sentences of more source tokens than this, end mark included, are translated in pieces.
    pub longest_sentence: usize,
    /// So many sentences before are told to a model that can be told them.
    pub context: usize,
    /// Retry sentences that fail a check.
    pub repair: bool,
    /// How clock times are written in translations.
    pub clock: ClockStyle,
    /// What to do with text that is not German.
    pub other_languages: OtherLanguages,
    /// The user's own terms.
    pub glossary: Arc<Glossary>,
    /// The user's own sentences.
    pub corrections: Arc<Corrections>,
}

impl TranslateOptions {
    /// The defaults for `generator`: the search its checkpoint asks for, and a schedule for this machine.
    pub fn for_generator(generator: &Generator) -> Self {
        let mut search = generator.search_defaults().clone();
        // What asks for the translation does not count.
        let prompt_tokens = if generator.tokenizer().is_chat() { generator.count_tokens("") } else { 0 };
        if prompt_tokens > 0 {
            search.limit(LONGEST_ANSWER);
        }
        Self {
            search,
            schedule: Schedule::default(),
            longest_sentence: generator.longest_source().min(LONGEST_SENTENCE + prompt_tokens),
            context: 0,
            repair: true,
            clock: ClockStyle::default(),
            other_languages: OtherLanguages::Keep,
            glossary: Arc::default(),
            corrections: Arc::default(),
        }
    }
}
