//! Rows and KV caches on padded blocks. The first dimension of what steps append is the rows; that of what is appended for
//! sources is the sources.

use candle_core::{Device, Tensor};
use candle_nn::ops::softmax_last_dim;

use super::attention::{attend, join_heads, scaled, scores, split_heads, weighted_sums};
use super::sources::{Sources, device_index};
use crate::neural::backend::heads::Heads;
use crate::neural::backend::verbs::{Columns, KeysAndValues, Tokens};
use crate::neural::error::Error;

/// The hypotheses of a search.
pub(in crate::neural) struct Rows {
    groups: Groups,
    /// What is added to the scores of sources, `[sources, 1, 1, prefix + longest]`.
    padding_mask: Tensor,
    /// Tokens of each source that is left, with those before it.
    source_lengths: Vec<usize>,
    /// Steps that have begun.
    steps: usize,
}

/// What is left after a selection: indices into what there was.
pub(super) struct Selection {
    /// `None` if all rows stay as they are.
    rows: Option<Tensor>,
    /// `None` if all sources stay.
    sources: Option<Tensor>,
}

impl Rows {
    /// One row of the cache for each source.
    pub(super) fn new(sources: &Sources) -> candle_core::Result<Self> {
        let padding_mask = sources.padding_mask().clone();
        Ok(Self {
            groups: Groups::new((0..sources.lengths().len()).collect(), padding_mask.device())?,
            padding_mask,
            source_lengths: sources.lengths().iter().map(|length| sources.prefix() + length).collect(),
            steps: 0,
        })
    }

    /// Tokens of the source of each row, with those before it.
    pub(super) fn source_lengths(&self) -> Vec<usize> {
        self.groups.source_of_row.iter().map(|source| self.source_lengths[*source]).collect()
    }

    /// Begins a step of `count` tokens, one for each row.
    pub(super) fn begin_step(&mut self, count: usize) -> Result<(), Error> {
        let rows = self.groups.source_of_row.len();
        if count != rows {
            return Err(Error::internal(format!("{count} tokens were fed to {rows} rows")));
        }
        self.steps += 1;
        Ok(())
    }

    /// Keeps the given rows in the given order, and the sources that they have.
    pub(super) fn select(&mut self, kept: &[usize]) -> Result<Selection, Error> {
        let source_of_row = &self.groups.source_of_row;
        let source_of_kept: Option<Vec<usize>> = kept.iter().map(|row| source_of_row.get(*row).copied()).collect();
        let Some(source_of_kept) = source_of_kept else {
            return Err(Error::internal("a row that does not exist was selected"));
        };
        let device = self.padding_mask.device().clone();
        let indices = |places: &[usize], of: usize| -> candle_core::Result<Option<Tensor>> {
            if places.iter().copied().eq(0..of) || places.is_empty() {
                return Ok(None);
            }
            Ok(Some(Tensor::new(places.iter().copied().map(device_index).collect::<Vec<_>>(), &device)?))
        };
        let rows = indices(kept, source_of_row.len())?;
        let groups = Groups::new(source_of_kept, &device)?;
        let sources = indices(&groups.kept, self.groups.sources())?;
        if let Some(sources) = &sources {
            self.padding_mask = self.padding_mask.index_select(sources, 0)?;
        }
        self.source_lengths = groups.kept.iter().map(|source| self.source_lengths[*source]).collect();
        self.groups = groups;
        Ok(Selection { rows, sources })
    }

    /// What is added to the scores of sources for heads that look back no further than their window,
    /// `[sources, 1, 1, prefix + longest]`.
    fn source_mask(&self, heads: Heads) -> candle_core::Result<Tensor> {
        let first_keys: Vec<usize> =
            self.source_lengths.iter().map(|length| heads.first_key(length + self.steps)).collect();
        if first_keys.iter().all(|first| *first == 0) {
            return Ok(self.padding_mask.clone());
        }
        let longest = self.padding_mask.dim(3)?;
        let numbers: Vec<f32> = first_keys
            .iter()
            .flat_map(|first| (0..longest).map(move |key| if key < *first { f32::NEG_INFINITY } else { 0.0 }))
            .collect();
        let window = Tensor::from_vec(numbers, self.padding_mask.dims(), self.padding_mask.device())?;
        self.padding_mask.add(&window.to_dtype(self.padding_mask.dtype())?)
    }
}

/// Keys and values of one attention block, as heads.
pub(in crate::neural) struct KvCache {
    heads: Heads,
    /// Of what stands before all sources, `[1, kv_heads, prefix or more, head_dim]`.
    prefix: Option<[Tensor; 2]>,
    /// Of the sources, `[sources, kv_heads, prefix + longest, head_dim]`.
    source: Option<[Tensor; 2]>,
    /// Of the steps, `[rows, kv_heads, room, head_dim]`, filled as far as there are steps.
    steps: Option<[Tensor; 2]>,
}

/// The steps that a cache has room for at first. The room doubles when it is full.
const ROOM: usize = 32;

impl KvCache {
    /// An empty cache.
    pub(super) fn new(heads: Heads) -> Self {
        Self { heads, prefix: None, source: None, steps: None }
    }

    /// An empty cache of tokens that all come after the one source in this cache.
    pub(super) fn after(&self) -> Self {
        Self { prefix: self.source.clone(), ..Self::new(self.heads) }
    }

    /// Appends the keys and values of `tokens`.
    pub(super) fn append(
        &mut self,
        tokens: Tokens<'_, Sources, Rows>,
        KeysAndValues { keys, values }: KeysAndValues<'_, Tensor>,
    ) -> candle_core::Result<()> {
        let (count, width) = (self.heads.kv_count(), self.heads.kv_dim());
        match tokens {
            Tokens::Sources(sources) => {
                let [keys, values] = [keys, values].map(|part| sources.split_heads(part, width, count));
                let mut source = [keys?, values?];
                if let (Some(prefix), 1..) = (&self.prefix, sources.prefix()) {
                    for (part, before) in source.iter_mut().zip(prefix) {
                        let (blocks, kv_heads, _, head_dim) = part.dims4()?;
                        let shape = (blocks, kv_heads, sources.prefix(), head_dim);
                        let before = before.narrow(2, 0, sources.prefix())?.broadcast_as(shape)?;
                        // Joined along the third dimension, the result would have the strides of another layout.
                        *part = Tensor::cat(&[&before.contiguous()?, &*part], 2)?.contiguous()?;
                    }
                }
                self.source = Some(source);
            }
            Tokens::Step(rows) => {
                let [keys, values] = [keys, values].map(|Columns { tensor, first_column }| {
                    split_heads(&tensor.narrow(1, first_column, width)?.contiguous()?, (tensor.dim(0)?, 1), count)
                });
                let new = [keys?, values?];
                let steps = match &mut self.steps {
                    Some(steps) => steps,
                    None => {
                        let (rows, head_dim) = (new[0].dim(0)?, self.heads.head_dim());
                        let room = || Tensor::zeros((rows, count, ROOM, head_dim), new[0].dtype(), new[0].device());
                        self.steps.insert([room()?, room()?])
                    }
                };
                let place = rows.steps.saturating_sub(1);
                for (cache, new) in steps.iter_mut().zip(new) {
                    if place == cache.dim(2)? {
                        *cache = Tensor::cat(&[&*cache, &cache.zeros_like()?], 2)?;
                    }
                    cache.slice_set(&new, 2, place)?;
                }
            }
        }
        Ok(())
    }

    /// What the queries of `tokens` find, `[tokens, dim]`. They are the first `dim` columns of `vectors`. `bias` is for the
    /// steps.
    pub(super) fn attend(
        &self,
        tokens: Tokens<'_, Sources, Rows>,
        vectors: &Tensor,
        bias: Option<&Tensor>,
    ) -> Result<Tensor, Error> {
        let nothing = || Error::internal("attention to an empty cache");
        let rows = match tokens {
            Tokens::Sources(sources) => {
                let source = self.source.as_ref().ok_or_else(nothing)?;
                return Ok(sources.attend_causally(vectors, source, self.heads)?);
            }
            Tokens::Step(rows) => rows,
        };
        let queries = scaled(&vectors.narrow(1, 0, self.heads.dim)?, self.heads)?;
        let first_step = self.heads.first_key(rows.steps);
        let steps = self.steps.as_ref().map(|steps| {
            let [keys, values] = steps.each_ref().map(|part| part.narrow(2, first_step, rows.steps - first_step));
            candle_core::Result::Ok([keys?, values?])
        });
        Ok(match (&self.source, steps.transpose()?) {
            (Some(source), None) => self.attend_to_source(rows, &queries, source)?,
            (None, Some(steps)) => {
                let heads = split_heads(&queries, (queries.dim(0)?, 1), self.heads.count)?;
                join_heads(&attend(&heads, &steps, [bias, None])?, self.heads)?
            }
            (Some(source), Some(steps)) => self.attend_to_both(rows, &queries, source, &steps)?,
            (None, None) => return Err(nothing()),
        })
    }

    /// What rows find in their sources. Rows of one source are queries to the same keys, which are read once for all.
    fn attend_to_source(&self, rows: &Rows, queries: &Tensor, source: &[Tensor; 2]) -> candle_core::Result<Tensor> {
        let Rows { groups, padding_mask, .. } = rows;
        let grouped = split_heads(&groups.gather(queries)?, (groups.sources(), groups.width), self.heads.count)?;
        groups.scatter(&join_heads(&attend(&grouped, source, [Some(padding_mask), None])?, self.heads)?)
    }

    /// What rows find in their sources and steps together. Each part is multiplied in the layout that suits it, the softmax
    /// is over both.
    fn attend_to_both(
        &self,
        rows: &Rows,
        queries: &Tensor,
        [source_keys, source_values]: &[Tensor; 2],
        [step_keys, step_values]: &[Tensor; 2],
    ) -> candle_core::Result<Tensor> {
        let (heads, groups) = (self.heads, &rows.groups);
        let source_mask = rows.source_mask(heads)?;
        let (count, sources, width) = (heads.count, groups.sources(), groups.width);
        let longest = source_keys.dim(2)?;
        let grouped = split_heads(&groups.gather(queries)?, (sources, width), count)?;
        let grouped_scores = scores(&grouped, source_keys)?.broadcast_add(&source_mask)?;
        let grouped_scores = grouped_scores.transpose(1, 2)?.reshape((sources * width, count, longest))?;
        let source_scores = groups.scatter(&grouped_scores)?.unsqueeze(2)?;
        let step_scores = scores(&split_heads(queries, (queries.dim(0)?, 1), count)?, step_keys)?;
        let weights = softmax_last_dim(&Tensor::cat(&[source_scores, step_scores], 3)?)?;
        let step_weights = weights.narrow(3, longest, step_keys.dim(2)?)?.contiguous()?;
        let of_steps = join_heads(&weighted_sums(&step_weights, step_values)?, heads)?;
        let source_weights = weights.narrow(3, 0, longest)?.squeeze(2)?.contiguous()?;
        let grouped_weights = groups.gather(&source_weights)?.reshape((sources, width, count, longest))?;
        let grouped_weights = grouped_weights.transpose(1, 2)?.contiguous()?;
        let of_sources = groups.scatter(&join_heads(&weighted_sums(&grouped_weights, source_values)?, heads)?)?;
        of_steps.add(&of_sources)
    }

    /// Keeps what `selection` leaves.
    pub(super) fn select(&mut self, selection: &Selection) -> candle_core::Result<()> {
        for (part, kept) in [(&mut self.steps, &selection.rows), (&mut self.source, &selection.sources)] {
            if let (Some(part), Some(kept)) = (part, kept) {
                for tensor in part {
                    *tensor = tensor.index_select(kept, 0)?;
                }
            }
        }
        Ok(())
    }
}

/// Rows grouped by their sources: equally many for each, and any row where one is missing.
struct Groups {
    /// For each row of the cache the index of its source among those that are left.
    source_of_row: Vec<usize>,
    /// The sources that are left, by their index before.
    kept: Vec<usize>,
    /// Rows in a group.
    width: usize,
    /// The row at each place `[sources * width]`, and the place of each row `[rows]`, unless both are in order.
    order: Option<(Tensor, Tensor)>,
}

impl Groups {
    /// Groups rows by the sources that they had so far.
    fn new(old_source_of_row: Vec<usize>, device: &Device) -> candle_core::Result<Self> {
        let mut kept = old_source_of_row.clone();
        kept.sort_unstable();
        kept.dedup();
        let mut groups = vec![Vec::new(); kept.len()];
        let source_of_row: Vec<usize> =
            old_source_of_row.iter().filter_map(|source| kept.binary_search(source).ok()).collect();
        for (row, source) in source_of_row.iter().enumerate() {
            groups[*source].push(row);
        }
        let width = groups.iter().map(Vec::len).max().unwrap_or_default();
        let (mut rows, mut places) = (Vec::with_capacity(kept.len() * width), vec![0; source_of_row.len()]);
        for group in &groups {
            group.iter().enumerate().for_each(|(index, row)| places[*row] = device_index(rows.len() + index));
            rows.extend(group.iter().copied().map(device_index));
            rows.resize(rows.len() + width - group.len(), 0);
        }
        let in_order = rows.len() == places.len() && rows.iter().copied().eq(0..device_index(rows.len()));
        let order = if in_order { None } else { Some((Tensor::new(rows, device)?, Tensor::new(places, device)?)) };
        Ok(Self { source_of_row, kept, width, order })
    }

    fn sources(&self) -> usize {
        self.kept.len()
    }

    /// `[rows, …]` → `[sources * width, …]`.
    fn gather(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        self.order.as_ref().map_or_else(|| Ok(x.clone()), |(rows, _)| x.index_select(rows, 0))
    }

    /// `[sources * width, …]` → `[rows, …]`.
    fn scatter(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        self.order.as_ref().map_or_else(|| Ok(x.clone()), |(_, places)| x.index_select(places, 0))
    }
}
