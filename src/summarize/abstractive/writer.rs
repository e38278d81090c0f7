//! The model that writes, as this room sees it: the room knows no generator.

use std::collections::BTreeMap;

use super::answer::summary_in;
use super::language::SummaryLanguage;
use crate::document::TranslatedText;

/// A text to summarise, and how long the summary may be, in the writer's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Text in the language of the summary, after the instruction if the writer follows instructions.
    pub text: String,
    /// Fewest tokens of the summary.
    pub min_tokens: usize,
    /// Most tokens of the summary.
    pub max_tokens: usize,
}

/// How much a writer reads and writes, in its own tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterLimits {
    /// Most tokens it reads at once.
    pub context: usize,
    /// Fewest tokens of a summary, as its checkpoint sets it.
    pub min_tokens: usize,
    /// Most tokens of a summary, as its checkpoint sets it.
    pub max_tokens: usize,
}

/// A model that writes summaries, and what it takes to check them.
pub trait Writer {
    /// How the writer of summaries fails.
    type Error;

    /// How many tokens the writer reads and writes.
    fn limits(&self) -> WriterLimits;

    /// True if it follows instructions; false if it was trained to summarise whatever it reads.
    fn follows_instructions(&self) -> bool;

    /// Number of the writer's tokens in `text`.
    fn count_tokens(&self, text: &str) -> usize;

    /// What it writes for each request, in order.
    ///
    /// # Errors
    /// If the model fails.
    fn write(&self, requests: &[Request]) -> Result<Vec<String>, Self::Error>;

    /// A vector for each text, in order: the closer in meaning, the closer in direction. `None` if it has no encoder.
    ///
    /// # Errors
    /// If the model fails.
    fn sentence_vectors(&self, texts: &[&str]) -> Result<Option<Vec<Vec<f32>>>, Self::Error>;

    /// The English of each German text, in order, with the notes on it.
    ///
    /// # Errors
    /// If the translator fails.
    fn translate(&self, texts: &[&str]) -> Result<Vec<TranslatedText>, Self::Error>;
}

/// What `writer` writes for `requests`, by address, without what a chatty model says around it.
///
/// # Errors
/// If the writer fails.
pub(super) fn answers<Address: Ord, W: Writer>(
    writer: &W,
    requests: BTreeMap<Address, Request>,
    language: SummaryLanguage,
) -> Result<BTreeMap<Address, String>, W::Error> {
    let (addresses, requests_in_order): (Vec<Address>, Vec<Request>) = requests.into_iter().unzip();
    let answers = writer.write(&requests_in_order)?.into_iter();
    let without_chatter = |text: String| if writer.follows_instructions() { summary_in(&text, language) } else { text };
    Ok(addresses.into_iter().zip(answers.map(without_chatter)).collect())
}
