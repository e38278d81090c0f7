//! What a search carries from step to step.
//!
//! Nothing is copied when beams are reordered or rows leave: what a step projects is kept as it is, and a row is a path
//! through the steps, the place of its ancestor in each of them.

use std::ops::Range;

use super::Error;
use super::ops::Memory;

/// The decoding caches of a batch: one row for each hypothesis.
///
/// Invariant: every row has a source, and a place in every step so far.
pub struct State {
    /// Keys and values of the targets so far: for each decoder layer, one memory a step. A decoder that stands alone has
    /// those of the sources before them, in one memory.
    pub(super) target: Vec<Vec<Memory>>,
    /// Keys and values of the sources: for each decoder layer, one memory. A decoder that stands alone has none.
    pub(super) source: Vec<[Memory; 1]>,
    pub(super) rows: Vec<Row>,
    /// Number of tokens that every row has been fed.
    pub(super) position: usize,
}

/// One hypothesis.
#[derive(Clone)]
pub(super) struct Row {
    /// The places of its source's tokens in the memory of sources.
    pub(super) source: Range<usize>,
    /// Its own place in each step.
    pub(super) path: Vec<usize>,
}

impl State {
    /// A state in which nothing is written yet: one row for each source, which takes these places of `source`.
    pub(super) fn new(source: Vec<[Memory; 1]>, places: Vec<Range<usize>>) -> Self {
        let rows = places.into_iter().map(|source| Row { source, path: Vec::new() }).collect();
        Self { target: Vec::new(), source, rows, position: 0 }
    }

    /// A state of a decoder that stands alone, in which nothing is written after the prompts yet: one row for each, which
    /// takes these places in the memory that each layer has of them.
    pub(super) fn after_prompts(prompts: Vec<Vec<Memory>>, places: Vec<Range<usize>>) -> Self {
        Self { target: prompts, ..Self::new(Vec::new(), places) }
    }

    /// Keeps the given rows in the given order; a row may be named several times, or not at all.
    ///
    /// # Errors
    /// [`Error::Compute`] if a row does not exist.
    pub fn select(&mut self, rows: &[usize]) -> Result<(), Error> {
        let past_the_end = || candle_core::Error::Msg("a row was selected that does not exist".into());
        let kept = rows.iter().map(|row| self.rows.get(*row).cloned().ok_or_else(past_the_end));
        self.rows = kept.collect::<Result<_, _>>()?;
        Ok(())
    }
}
