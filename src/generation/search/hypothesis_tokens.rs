//! The tokens of a hypothesis: what is written so far, and what it continues.

use crate::neural::Seq2Seq;

/// The tokens of a hypothesis.
#[derive(Clone, Copy)]
pub(super) struct HypothesisTokens<'a> {
    /// Tokens before the start mark that count as written; empty if the model does not continue its sources.
    pub(super) prompt: &'a [u32],
    /// Tokens that the search has chosen, from the start mark on.
    pub(super) written: &'a [u32],
}

impl<'a> HypothesisTokens<'a> {
    /// The tokens of a hypothesis for `source` in which `written` is written, the start mark included.
    pub(super) fn new(model: &dyn Seq2Seq, source: &'a [u32], written: &'a [u32]) -> Self {
        Self { prompt: if model.continues_sources() { source } else { &[] }, written }
    }
}
