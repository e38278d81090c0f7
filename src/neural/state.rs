//! The decoding caches of a batch.

use candle_core::Tensor;

use super::Error;

/// Steps of room that a cache gains when it is full.
const ROOM: usize = 16;

/// What a search carries from step to step: one row for each hypothesis.
///
/// Invariant: rows that share a source share its keys and values; every other tensor has the rows as its first
/// dimension, so one [`State::select`] serves beams and finished rows alike.
pub struct State {
    /// Keys and values of the target so far, one pair a decoder layer.
    pub(super) target: Vec<Memory>,
    /// Keys and values of the sources, one pair a decoder layer.
    pub(super) source: Vec<Memory>,
    /// Which source each row translates: an index into the first dimension of `source`.
    pub(super) source_of_row: Vec<usize>,
    /// Number of tokens of each source.
    pub(super) source_lengths: Vec<usize>,
    /// Number of tokens that every row has been fed.
    pub(super) position: usize,
}

/// Keys and values of one attention block, both `[rows, room, dim]`.
pub(super) struct Memory {
    pub(super) keys: Tensor,
    pub(super) values: Tensor,
}

impl State {
    /// A state in which nothing is written yet: one row for each source.
    pub(super) fn new(source: Vec<Memory>, source_lengths: Vec<usize>) -> Self {
        let source_of_row = (0..source_lengths.len()).collect();
        Self { target: Vec::new(), source, source_of_row, source_lengths, position: 0 }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.source_of_row.len()
    }

    /// Number of tokens that every row has been fed.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Keeps the given rows in the given order; a row may be named several times, or not at all.
    ///
    /// # Errors
    /// [`Error::Compute`] if a row does not exist or the device fails.
    pub fn select(&mut self, rows: &[usize]) -> Result<(), Error> {
        if rows.iter().copied().eq(0..self.rows()) {
            return Ok(());
        }
        for memory in &mut self.target {
            memory.select(rows)?;
        }
        let past_the_end = || candle_core::Error::Msg("a row was selected that does not exist".into());
        let sources = rows.iter().map(|row| self.source_of_row.get(*row).copied().ok_or_else(past_the_end));
        let sources = sources.collect::<Result<Vec<_>, _>>()?;
        let mut used = sources.clone();
        used.sort_unstable();
        used.dedup();
        if used.len() < self.source_lengths.len() {
            for memory in &mut self.source {
                memory.select(&used)?;
            }
            self.source_lengths = used.iter().map(|source| self.source_lengths[*source]).collect();
        }
        self.source_of_row = sources.iter().map(|source| used.binary_search(source).unwrap_or_default()).collect();
        Ok(())
    }
}

impl Memory {
    /// Writes the keys and values `[rows, 1, dim]` of step `position`, making room where there is none.
    pub(super) fn write(&mut self, keys: &Tensor, values: &Tensor, position: usize) -> Result<(), Error> {
        if position == self.keys.dim(1)? {
            let (rows, _, dim) = self.keys.dims3()?;
            for held in [&mut self.keys, &mut self.values] {
                let room = Tensor::zeros((rows, ROOM, dim), held.dtype(), held.device())?;
                *held = Tensor::cat(&[&*held, &room], 1)?;
            }
        }
        self.keys.slice_set(keys, 1, position)?;
        self.values.slice_set(values, 1, position)?;
        Ok(())
    }

    /// A memory with room for the first steps of `rows` rows, as wide and precise as `like` `[rows, 1, dim]`.
    pub(super) fn like(like: &Tensor) -> Result<Self, Error> {
        let (rows, _, dim) = like.dims3()?;
        let empty = || Tensor::zeros((rows, ROOM, dim), like.dtype(), like.device());
        Ok(Self { keys: empty()?, values: empty()? })
    }

    fn select(&mut self, rows: &[usize]) -> Result<(), Error> {
        let rows: Vec<u32> = rows.iter().map(|row| *row as u32).collect();
        let rows = Tensor::new(rows, self.keys.device())?;
        self.keys = self.keys.index_select(&rows, 0)?;
        self.values = self.values.index_select(&rows, 0)?;
        Ok(())
    }
}
