//! From a batch of sources to the best targets, with the semantics of Hugging Face transformers' `generate`.
//!
//! Knows no family: it drives a [`Seq2Seq`]. Rows do not influence each other, and a row that is done leaves the batch.
//! Where scores are equal the lower token wins, then the better beam.

mod beam;
mod constraints;
mod greedy;
mod next;

use super::SearchOptions;
use crate::neural::{Error, Seq2Seq};

/// The best target of one source. The default is what a search finds where every token is banned: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The tokens, without the start mark, with the end mark if there is one.
    pub ids: Vec<u32>,
    /// Sum of the tokens' log-probabilities.
    pub log_probability: f32,
    /// What the search compared hypotheses by: the log-probability over the length to the power of the length penalty
    /// (beam search), or the log-probability itself (greedy search).
    pub score: f32,
    /// True if the target ended because it reached the length limit.
    pub cut: bool,
}

/// The best target of each of `sources`, in their order.
///
/// # Errors
/// [`Error::Compute`] if the device fails.
pub fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Found>, Error> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    if options.beams > 1 { beam::search(model, sources, options) } else { greedy::search(model, sources, options) }
}
