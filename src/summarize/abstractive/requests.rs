//! Paragraphs → what the writer is asked for, at lengths that suit the text.
//!
//! A checkpoint's own lengths are scaled to the text: asked for a long summary of a short text, a model invents.

use super::instruction::instruction;
use super::language::SummaryLanguage;
use super::options::WritingOptions;
use super::parts::readable_parts;
use super::writer::{Request, Writer};
use crate::summarize::length::Length;

/// Most tokens of a summary, as a share of the tokens of its text.
const MAX_SUMMARY_SHARE: f64 = 0.5;
/// The largest minimum length of a summary, as a share of the tokens of its text.
const MIN_SUMMARY_SHARE: f64 = 0.2;

/// Lengths of summaries, in tokens, are multiples of this, so that many requests share their lengths and are written together.
pub(super) const STEP: usize = 8;

/// Fewest tokens a writer may write, so that it can finish a sentence.
const MIN_WRITTEN_TOKENS: usize = 24;

/// Factor on the limit of a writer that follows instructions. It keeps to the length it is told; the limit only stops one that
/// never ends.
const INSTRUCTED_FACTOR: usize = 2;

/// Sentences that a writer which follows instructions is told to write about a part of an article.
const SENTENCES_PER_PART: usize = 6;

/// Fewest tokens a writer must read beside its instruction: a long paragraph.
const MIN_TEXT_TOKENS: usize = 160;

/// The context that a model needs to write summaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequiredContext {
    /// Fewest tokens it must read at once.
    pub tokens: usize,
    /// How many of these are the instruction.
    pub instruction_tokens: usize,
}

/// The context that a model needs to write summaries. `count_tokens` gives the number of tokens in a text.
pub fn required_context(
    options: &WritingOptions,
    follows_instructions: bool,
    count_tokens: &dyn Fn(&str) -> usize,
) -> RequiredContext {
    let instruction_tokens = if follows_instructions {
        count_tokens(&instruction(options.length, usize::MAX, true, options.language))
    } else {
        0
    };
    RequiredContext { tokens: instruction_tokens + MIN_TEXT_TOKENS, instruction_tokens }
}

/// One request for all of `paragraphs` if `writer` can read that, else one for each part of similar length. `article_words`
/// is the length of the article, for a summary that is a share of it.
pub(super) fn requests_for_paragraphs<W: Writer>(
    paragraphs: &[String],
    article_words: usize,
    writer: &W,
    options: &WritingOptions,
) -> Vec<Request> {
    let language = options.language;
    let limits = writer.limits();
    let instructed = writer.follows_instructions();
    // The instruction for a part is the longer of the two.
    let instruction_tokens =
        if instructed { writer.count_tokens(&instruction(options.length, article_words, true, language)) } else { 0 };
    let parts = readable_parts(paragraphs, writer, instruction_tokens, language);
    let is_whole = parts.len() == 1;
    let sentence_tokens = language.tokens_per_sentence();
    let word_tokens = language.tokens_per_word();
    let wanted_tokens = match options.length {
        Length::Sentences(sentences) => sentences.max(1).saturating_mul(sentence_tokens),
        Length::Words(words) => (words as f64 * word_tokens) as usize,
        Length::Share(share) => (f64::from(share) * article_words as f64 * word_tokens) as usize,
    };
    // The summary of a part is material, so it has the length the model is used to, not the one the reader asked for.
    let asked_tokens = if is_whole { wanted_tokens.saturating_add(sentence_tokens / 2) } else { limits.max_tokens };
    let most_tokens = if instructed { asked_tokens.saturating_mul(INSTRUCTED_FACTOR) } else { asked_tokens };
    let request_for_part = |text: String| {
        let tokens = writer.count_tokens(&text) as f64;
        let share = ((tokens * MAX_SUMMARY_SHARE) as usize).max(MIN_WRITTEN_TOKENS);
        let longest = most_tokens.min(share).min(limits.max_tokens).max(MIN_WRITTEN_TOKENS.min(limits.max_tokens));
        let shortest = limits.min_tokens.min((tokens * MIN_SUMMARY_SHARE) as usize).min(longest / 2);
        let length = if is_whole { options.length } else { Length::Sentences(SENTENCES_PER_PART) };
        let told_instruction =
            if instructed { instruction(length, article_words, !is_whole, language) } else { String::new() };
        Request {
            text: told_instruction + &text,
            min_tokens: shortest - shortest % STEP,
            max_tokens: longest.next_multiple_of(STEP).min(limits.max_tokens),
        }
    };
    parts.into_iter().map(request_for_part).collect()
}

/// A request for one sentence about `passage`; `None` if the writer cannot read that much.
pub(super) fn request_for_passage<W: Writer>(
    passage: String,
    writer: &W,
    language: SummaryLanguage,
) -> Option<Request> {
    let text = if writer.follows_instructions() {
        instruction(Length::Sentences(1), 0, true, language) + &passage
    } else {
        passage
    };
    let limits = writer.limits();
    let max_tokens =
        (language.tokens_per_sentence() + MIN_WRITTEN_TOKENS).next_multiple_of(STEP).min(limits.max_tokens);
    (writer.count_tokens(&text) <= limits.context).then_some(Request { text, min_tokens: 0, max_tokens })
}
