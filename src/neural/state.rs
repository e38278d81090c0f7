//! What layers look at: the sources of a batch, and what a search carries from step to step.
//!
//! On the CPU nothing is padded, and nothing is copied when beams are reordered or rows leave: what a step projects is kept as
//! it is, and a row is a path through the steps, the place of its ancestor in each of them. Other devices compute best on
//! blocks: there sources are padded and caches are tensors whose first dimension is the rows (`ops/padded.rs`).

use std::ops::Range;

use candle_core::Tensor;

use super::ops::{AttentionInputs, Caches, Heads, KeyRange, Memory, Padding, RelativeBias, attention};
use super::{Error, Placement, WeightFormat};

/// The sources of a batch as the layers of the encoder look at them: their tokens lie below each other.
pub(super) struct Sources<'a> {
    /// Where the tokens of each source are.
    places: Vec<Range<usize>>,
    view: View<'a>,
}

enum View<'a> {
    /// Each token with the places of its source.
    Tokens { sources: Vec<Range<usize>>, bias: Option<&'a RelativeBias> },
    /// A block.
    Padded { padding: Padding, bias: Option<Tensor> },
}

impl<'a> Sources<'a> {
    /// Sources of these lengths, in which scores are added `bias` by distance.
    pub(super) fn new(
        lengths: impl Iterator<Item = usize>,
        bias: Option<&'a RelativeBias>,
        placement: &Placement,
    ) -> Result<Self, Error> {
        let mut end = 0;
        let places: Vec<Range<usize>> = lengths
            .map(|length| {
                end += length;
                end - length..end
            })
            .collect();
        let view = if placement.computes_in_tensors() {
            let padding = Padding::new(&places, placement.dtype(), placement.device())?;
            let bias = bias.map(|bias| padding.biases(bias, placement.device())).transpose()?;
            View::Padded { padding, bias }
        } else {
            let sources = places.iter().flat_map(|place| std::iter::repeat_n(place.clone(), place.len()));
            View::Tokens { sources: sources.collect(), bias }
        };
        Ok(Self { places, view })
    }

    /// What each token finds in its source, `[tokens, dim]`. `projected` are queries, keys and values, `[tokens, 3 * dim]`.
    pub(super) fn attend(&self, projected: &Tensor, heads: Heads) -> Result<Tensor, Error> {
        match &self.view {
            View::Tokens { sources, bias } => {
                let memories = &[Memory::F32 { matrix: projected.clone(), keys: heads.dim, values: 2 * heads.dim }];
                let seen: Vec<KeyRange<'_>> = sources.iter().map(KeyRange::Rows).collect();
                attention(projected, AttentionInputs { memories, seen: &seen, bias: *bias }, heads)
            }
            View::Padded { padding, bias } => Ok(padding.attend(projected, bias.as_ref(), heads)?),
        }
    }
}

/// The decoding caches of a batch: one row for each hypothesis.
///
/// Invariant: every row has a source, and a place in every step so far.
pub(super) struct State {
    caches: Kept,
    /// Number of tokens that every row has been fed.
    position: usize,
}

enum Kept {
    Paths(Paths),
    Tensors(Caches),
}

/// Caches that are never moved.
struct Paths {
    /// Keys and values of the targets so far: for each decoder layer, one memory a step. A decoder that stands alone has
    /// those of the prompts before them, in one memory.
    target: Vec<Vec<Memory>>,
    /// Keys and values of the sources: for each decoder layer, one memory.
    source: Vec<[Memory; 1]>,
    rows: Vec<Row>,
    /// Whether keys and values are kept in 16 bits: where weights have 8, they lose nothing that is left.
    halves: bool,
}

/// One hypothesis.
#[derive(Clone)]
struct Row {
    /// The places of its source's tokens in the memory of sources.
    source: Range<usize>,
    /// Its own place in each step.
    path: Vec<usize>,
}

impl State {
    /// A state in which nothing is written yet: one row for each source. `projected` are keys and values of the sources for
    /// each layer of the decoder, `[tokens, 2 * dim]`.
    pub(super) fn new(
        sources: &Sources<'_>,
        projected: impl Iterator<Item = Result<(Tensor, Heads), Error>>,
        placement: &Placement,
    ) -> Result<Self, Error> {
        let caches = match &sources.view {
            View::Tokens { .. } => {
                let rows = sources.places.iter().map(|source| Row { source: source.clone(), path: Vec::new() });
                let halves = placement.format() == WeightFormat::Int8;
                let mut paths = Paths { target: Vec::new(), source: Vec::new(), rows: rows.collect(), halves };
                for layer in projected {
                    let (matrix, heads) = layer?;
                    paths.source.push([paths.memory(matrix, (0, heads.dim), heads)?]);
                }
                Kept::Paths(paths)
            }
            View::Padded { padding, .. } => {
                let mut caches = Caches::new(padding)?;
                for layer in projected {
                    let (matrix, heads) = layer?;
                    caches.add_source(padding, &matrix, heads)?;
                }
                Kept::Tensors(caches)
            }
        };
        Ok(Self { caches, position: 0 })
    }

    /// Begins a step that feeds each of `rows` rows its latest token, and returns the position of these tokens.
    pub(super) fn begin(&mut self, rows: usize, bias: Option<&RelativeBias>) -> Result<usize, Error> {
        match &mut self.caches {
            Kept::Paths(paths) => {
                paths.rows.iter_mut().zip(0..rows).for_each(|(row, place)| row.path.push(place));
            }
            Kept::Tensors(caches) => caches.begin(bias)?,
        }
        self.position += 1;
        Ok(self.position - 1)
    }

    /// What this step's queries find in all that their rows have written, `[rows, dim]`. `projected` are queries, keys and
    /// values of `layer`, `[rows, 3 * dim]`; the next steps look at them too.
    pub(super) fn attend_targets(
        &mut self,
        layer: usize,
        projected: &Tensor,
        (heads, bias): (Heads, Option<&RelativeBias>),
    ) -> Result<Tensor, Error> {
        match &mut self.caches {
            Kept::Paths(paths) => {
                if layer == paths.target.len() {
                    paths.target.push(Vec::new());
                }
                let memory = paths.memory(projected.clone(), (heads.dim, 2 * heads.dim), heads)?;
                paths.target[layer].push(memory);
                let seen: Vec<KeyRange<'_>> = paths.rows.iter().map(|row| KeyRange::Path(&row.path)).collect();
                attention(projected, AttentionInputs { memories: &paths.target[layer], seen: &seen, bias }, heads)
            }
            Kept::Tensors(caches) => Ok(caches.attend_targets(layer, projected, heads)?),
        }
    }

    /// What `queries` `[rows, dim]` find in the sources of their rows, `[rows, dim]`.
    pub(super) fn attend_sources(&self, layer: usize, queries: &Tensor, heads: Heads) -> Result<Tensor, Error> {
        match &self.caches {
            Kept::Paths(paths) => {
                let seen: Vec<KeyRange<'_>> = paths.rows.iter().map(|row| KeyRange::Rows(&row.source)).collect();
                attention(queries, AttentionInputs { memories: &paths.source[layer], seen: &seen, bias: None }, heads)
            }
            Kept::Tensors(caches) => Ok(caches.attend_sources(layer, queries, heads)?),
        }
    }

    /// A state of a decoder that stands alone: one row for each of the `prompts`, which are to be read layer by layer.
    pub(super) fn of_prompts(prompts: &Sources<'_>, placement: &Placement) -> Result<Self, Error> {
        let caches = match &prompts.view {
            View::Tokens { .. } => {
                let rows = prompts.places.iter().map(|source| Row { source: source.clone(), path: Vec::new() });
                let halves = matches!(placement.format(), WeightFormat::Int8 | WeightFormat::GgufBlocks);
                Kept::Paths(Paths { target: Vec::new(), source: Vec::new(), rows: rows.collect(), halves })
            }
            View::Padded { padding, .. } => Kept::Tensors(Caches::new(padding)?),
        };
        Ok(Self { caches, position: 0 })
    }

    /// Keeps keys and values `[tokens, kv_dim]` that the next layer has of `prompts`; gives what `queries` `[tokens, dim]` find in
    /// themselves and before them, `[tokens, dim]`, where there are any.
    pub(super) fn read_prompts(
        &mut self,
        prompts: &Sources<'_>,
        (queries, memory): (Option<&Tensor>, [Tensor; 2]),
        heads: Heads,
    ) -> Result<Option<Tensor>, Error> {
        match (&mut self.caches, &prompts.view) {
            (Kept::Paths(paths), _) => {
                let memory = paths.prompted(memory, heads)?;
                let found = queries.map(|queries| {
                    let before =
                        prompts.places.iter().flat_map(|place| place.clone().map(|token| place.start..token + 1));
                    let before: Vec<Range<usize>> = before.collect();
                    let seen: Vec<KeyRange<'_>> = before.iter().map(KeyRange::Rows).collect();
                    attention(
                        queries,
                        AttentionInputs { memories: std::slice::from_ref(&memory), seen: &seen, bias: None },
                        heads,
                    )
                });
                let found = found.transpose()?;
                paths.target.push(vec![memory]);
                Ok(found)
            }
            (Kept::Tensors(caches), View::Padded { padding, .. }) => {
                Ok(caches.read_prompts(padding, (queries, memory), heads)?)
            }
            (Kept::Tensors(_), View::Tokens { .. }) => {
                Err(candle_core::Error::Msg("prompts and state are on different devices".into()).into())
            }
        }
    }

    /// The positions of the tokens of a step that has begun, after prompts.
    pub(super) fn positions_after_prompts(&self) -> Vec<usize> {
        let written = self.position.saturating_sub(1);
        match &self.caches {
            Kept::Paths(paths) => paths.rows.iter().map(|row| row.source.len() + written).collect(),
            Kept::Tensors(caches) => caches.prompts().map(|prompt| prompt + written).collect(),
        }
    }

    /// What this step's `queries` `[rows, dim]` find in their prompts and in all that their rows have written after them,
    /// `[rows, dim]`. `memory` are keys and values of this step, `[rows, kv_dim]`; the next steps look at them too.
    pub(super) fn attend_after_prompts(
        &mut self,
        layer: usize,
        (queries, memory): (&Tensor, [Tensor; 2]),
        heads: Heads,
    ) -> Result<Tensor, Error> {
        match &mut self.caches {
            Kept::Paths(paths) => {
                let memory = paths.prompted(memory, heads)?;
                let Paths { target, rows, .. } = paths;
                target[layer].push(memory);
                let seen: Vec<KeyRange<'_>> =
                    rows.iter().map(|row| KeyRange::RowsAndPath(&row.source, &row.path)).collect();
                attention(queries, AttentionInputs { memories: &target[layer], seen: &seen, bias: None }, heads)
            }
            Kept::Tensors(caches) => Ok(caches.attend_after_prompts(layer, (queries, memory), heads)?),
        }
    }

    /// Keeps the given rows in the given order; a row may be named several times, or not at all.
    ///
    /// # Errors
    /// [`Error::Compute`] if a row does not exist.
    pub(super) fn select(&mut self, rows: &[usize]) -> Result<(), Error> {
        match &mut self.caches {
            Kept::Paths(paths) => {
                let past_the_end = || candle_core::Error::Msg("a row was selected that does not exist".into());
                let kept = rows.iter().map(|row| paths.rows.get(*row).cloned().ok_or_else(past_the_end));
                paths.rows = kept.collect::<Result<_, _>>()?;
            }
            Kept::Tensors(caches) => caches.select(rows)?,
        }
        Ok(())
    }
}

impl Paths {
    /// Keys and values that later steps look at, from the columns of `matrix` that begin at the offsets.
    fn memory(&self, matrix: Tensor, (keys, values): (usize, usize), heads: Heads) -> Result<Memory, Error> {
        if self.halves {
            Memory::f16(&matrix, (keys, values), heads.dim)
        } else {
            Ok(Memory::F32 { matrix, keys, values })
        }
    }

    /// Keys and values `[rows, kv_dim]` of a decoder that stands alone, as later steps look at them.
    fn prompted(&self, memory: [Tensor; 2], heads: Heads) -> Result<Memory, Error> {
        let (matrix, dim) = (Tensor::cat(&memory, 1)?, heads.kv_dim());
        if self.halves { Memory::f16(&matrix, (0, dim), dim) } else { Ok(Memory::F32 { matrix, keys: 0, values: dim }) }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::super::ops::Buckets;
    use super::*;

    fn matrix(rows: usize, columns: usize, seed: usize) -> Tensor {
        let number = |index| ((index * 7919 + seed * 104_729) % 997) as f32 / 400.0 - 1.2;
        Tensor::from_vec((0..rows * columns).map(number).collect(), (rows, columns), &Device::Cpu).unwrap()
    }

    /// What a search of three sources finds: beams that grow, change their order and their number, and a source that ends.
    /// More steps than caches have room for at first.
    fn found(placement: &Placement, bias: Option<&RelativeBias>) -> Vec<f32> {
        let (heads, dim) = (Heads::new(3, 12), 12);
        let sources = Sources::new([5, 1, 3].into_iter(), bias, placement).unwrap();
        let mut found = vec![sources.attend(&matrix(9, 3 * dim, 1), heads).unwrap()];
        let projected = (0..2).map(|layer| Ok((matrix(9, 2 * dim, 2 + layer), heads)));
        let mut state = State::new(&sources, projected, placement).unwrap();
        let selections = [vec![0, 0, 1, 2, 2], vec![1, 0, 2, 3, 4], vec![0, 1, 3, 3], vec![3, 2, 0], vec![0, 2, 1]];
        let mut rows = 3;
        for step in 0..40 {
            state.begin(rows, bias).unwrap();
            for layer in 0..2 {
                let projected = matrix(rows, 3 * dim, 10 * step + layer);
                found.push(state.attend_targets(layer, &projected, (heads, bias)).unwrap());
                found.push(state.attend_sources(layer, &matrix(rows, dim, 10 * step + layer), heads).unwrap());
            }
            if let Some(selection) = selections.get(step) {
                state.select(selection).unwrap();
                rows = selection.len();
            }
        }
        assert!(state.select(&[rows]).is_err());
        state.select(&[]).unwrap();
        found.iter().flat_map(|found| found.flatten_all().unwrap().to_vec1::<f32>().unwrap()).collect()
    }

    #[test]
    fn paths_and_tensors_find_the_same() {
        let weight: Vec<f32> = (0..24).map(|index| index as f32 / 7.0 - 1.0).collect();
        let bias = RelativeBias::new(&weight, Buckets { count: 8, max_distance: 20, both_ways: true }, 3);
        let both = [None, Some(&bias)].map(|bias| {
            let paths = found(&Placement::new(Device::Cpu, WeightFormat::F32), bias);
            let tensors = found(&Placement::in_tensors(WeightFormat::F32), bias);
            assert_eq!(paths.len(), tensors.len());
            for (index, (path, tensor)) in paths.iter().zip(&tensors).enumerate() {
                assert!((path - tensor).abs() < 1e-5, "number {index} is {tensor} for {path}");
            }
            paths
        });
        assert_ne!(both[0], both[1], "the bias counts");
    }

    /// What a decoder that stands alone finds: prompts that are read in more than one go, and then a search.
    fn found_after_prompts(placement: &Placement) -> Vec<f32> {
        let heads = Heads { queries_per_kv_head: 2, ..Heads::new(4, 24) };
        let lengths = [700, 1, 530];
        let sources = Sources::new(lengths.into_iter(), None, placement).unwrap();
        let mut state = State::of_prompts(&sources, placement).unwrap();
        let memory = |rows, seed| [matrix(rows, 12, seed), matrix(rows, 12, seed + 1)];
        let mut found = Vec::new();
        for layer in 0..2 {
            // Nobody asks what the last layer finds.
            let queries = (layer == 0).then(|| matrix(1231, 24, 3));
            found.extend(state.read_prompts(&sources, (queries.as_ref(), memory(1231, layer)), heads).unwrap());
        }
        assert_eq!(found.len(), 1);
        let selections = [vec![0, 0, 1, 2, 2], vec![1, 0, 2, 3, 4], vec![0, 1, 3, 3], vec![3, 2, 0], vec![0, 2, 1]];
        let mut prompts = lengths.to_vec();
        for step in 0..40 {
            state.begin(prompts.len(), None).unwrap();
            let positions: Vec<usize> = prompts.iter().map(|prompt| prompt + step).collect();
            assert_eq!(state.positions_after_prompts(), positions);
            for layer in 0..2 {
                let (queries, memory) =
                    (matrix(prompts.len(), 24, 10 * step), memory(prompts.len(), 10 * step + layer));
                found.push(state.attend_after_prompts(layer, (&queries, memory), heads).unwrap());
            }
            if let Some(selection) = selections.get(step) {
                state.select(selection).unwrap();
                prompts = selection.iter().map(|row| prompts[*row]).collect();
            }
        }
        found.iter().flat_map(|found| found.flatten_all().unwrap().to_vec1::<f32>().unwrap()).collect()
    }

    #[test]
    fn paths_and_tensors_find_the_same_after_prompts() {
        let paths = found_after_prompts(&Placement::new(Device::Cpu, WeightFormat::F32));
        let tensors = found_after_prompts(&Placement::in_tensors(WeightFormat::F32));
        assert_eq!(paths.len(), tensors.len());
        for (index, (path, tensor)) in paths.iter().zip(&tensors).enumerate() {
            assert!((path - tensor).abs() < 1e-5, "number {index} is {tensor} for {path}");
        }
    }
}
