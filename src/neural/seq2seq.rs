//! What a search sees of a neural network: the traits [`Seq2Seq`] and [`Decoding`], and the numbers they exchange.

use super::error::Error;
use super::matrix::Matrix;

/// The numbers that a tokenizer and a search need to know about a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// Token that ends a hypothesis.
    pub end: u32,
    /// Token that fills short rows; never generated.
    pub padding: u32,
    /// First input of the decoder.
    pub start: u32,
    /// Number of tokens the decoder chooses from.
    pub vocab: usize,
    /// Number of tokens the encoder knows.
    pub source_vocab: usize,
    /// Longest source the encoder reads, in tokens, including the end mark.
    pub longest_source: usize,
    /// Longest target the decoder writes, in tokens, including the start mark.
    pub longest_target: usize,
}

/// The most probable next tokens of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// Tokens and their logits, largest first; ties go to the lower token.
    pub top: Vec<(u32, f32)>,
    /// `ln Σ eˡ` over all logits `l`. A logit minus this is a log-probability.
    pub log_normalizer: f32,
}

/// A model that reads one sequence of tokens and writes another.
pub trait Seq2Seq: Send + Sync {
    /// Reads a batch of sources and starts decoding, with one row for each source, in the same order.
    ///
    /// Sources may differ in length. None may be empty or longer than [`ModelInfo::longest_source`].
    ///
    /// # Errors
    /// [`Error::Compute`] if the device fails, [`Error::OutOfMemory`] if the batch does not fit.
    fn encode(&self, sources: &[&[u32]]) -> Result<Box<dyn Decoding + '_>, Error>;

    /// The last hidden states of one source, `[tokens, dim]`: those of the encoder, or of a decoder-only model.
    ///
    /// # Errors
    /// As [`Seq2Seq::encode`].
    fn encoder_states(&self, source: &[u32]) -> Result<Matrix, Error>;

    /// The numbers that a tokenizer and a search need to know about this model.
    fn info(&self) -> &ModelInfo;

    /// True if a target is the continuation of its source, as that of a decoder-only model: what is said of repeated tokens then
    /// holds for both together.
    fn continues_sources(&self) -> bool {
        false
    }

    /// Reads `prefix` once, for sources that begin with it or with part of it. Other sources are read as before, and no result
    /// changes. A model that cannot make use of it does nothing.
    ///
    /// # Errors
    /// As [`Seq2Seq::encode`].
    fn keep_prefix(&mut self, _prefix: &[u32]) -> Result<(), Error> {
        Ok(())
    }

    /// What [`Seq2Seq::keep_prefix`] has kept.
    fn kept_prefix(&self) -> &[u32] {
        &[]
    }
}

/// A batch that is being decoded: one row for each hypothesis. Owns the caches and the latest hidden states.
pub trait Decoding {
    /// Feeds each row its latest token.
    ///
    /// # Errors
    /// [`Error::Compute`] if the device fails, [`Error::OutOfMemory`] if the caches outgrow it, [`Error::Config`] if the
    /// model has no such token, [`Error::Internal`] if it has no such position or there is not one token for each row.
    fn step(&mut self, latest_ids: &[u32]) -> Result<(), Error>;

    /// The logits of the next token of each row, `[rows, vocab]`. No rows until the first step, and after
    /// [`Decoding::select`] until the next.
    ///
    /// # Errors
    /// [`Error::Compute`] if the device fails.
    fn logits(&self) -> Result<Matrix, Error>;

    /// The `count` largest logits of each row, the same as [`Decoding::logits`] would give, without holding all of them
    /// at once. The logits of the tokens `excluded_ids[row]` count as negative infinity; `excluded_ids` may be empty.
    /// Has as many rows as [`Decoding::logits`].
    ///
    /// # Errors
    /// [`Error::Compute`] if the device fails.
    fn best(&self, count: usize, excluded_ids: &[Vec<u32>]) -> Result<Vec<Best>, Error>;

    /// Keeps the hypotheses of the given rows, in the given order. A row may be named several times, or not at all.
    ///
    /// # Errors
    /// [`Error::Compute`] if the device fails, [`Error::Internal`] if a row does not exist.
    fn select(&mut self, kept_rows: &[usize]) -> Result<(), Error>;
}
