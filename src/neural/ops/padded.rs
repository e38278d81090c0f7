//! Attention by candle's operations, as every device but the CPU computes it: sources lie side by side, padded to the
//! longest, and so do the rows of a search, which are all equally long. To a decoder that stands alone its prompts are the sources.
//!
//! What is known before a batch is computed (places, masks, biases) goes to the device once. Nothing comes back.

use std::ops::Range;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ops::softmax_last_dim;

use super::attention::Heads;
use super::relative::RelativeBias;

/// Where the tokens of several sources lie in a block `[sources, longest]`.
pub(in crate::neural) struct Padding {
    sources: usize,
    longest: usize,
    /// For each place of the block the token that it holds, any where it is padding: `[sources * longest]`.
    tokens: Tensor,
    /// For each token its place: `[tokens]`.
    places: Tensor,
    /// What is added to the scores of keys: 0, and negative infinity over padding. `[sources, 1, 1, longest]`.
    mask: Tensor,
    /// Tokens of each source.
    lengths: Vec<usize>,
}

/// Tokens of a prompt that look at what stands before them together: the scores of a long prompt would need gigabytes at once.
const TOGETHER: usize = 512;

impl Padding {
    /// The block of sources whose tokens lie below each other at `places`.
    pub(in crate::neural) fn new(places: &[Range<usize>], dtype: DType, device: &Device) -> Result<Self> {
        let lengths: Vec<usize> = places.iter().map(Range::len).collect();
        let (sources, longest) = (places.len(), lengths.iter().copied().max().unwrap_or_default());
        let (mut tokens, mut of_token, mut mask) = (Vec::new(), Vec::new(), Vec::new());
        for (source, place) in places.iter().enumerate() {
            let padding = longest - place.len();
            of_token.extend((0..place.len()).map(|index| index_of(source * longest + index)));
            tokens.extend(place.clone().map(index_of));
            tokens.resize(tokens.len() + padding, 0);
            mask.resize(mask.len() + place.len(), 0.0_f32);
            mask.resize(mask.len() + padding, f32::NEG_INFINITY);
        }
        let mask = Tensor::from_vec(mask, (sources, 1, 1, longest), device)?.to_dtype(dtype)?;
        let (tokens, places) = (Tensor::new(tokens, device)?, Tensor::new(of_token, device)?);
        Ok(Self { sources, longest, tokens, places, mask, lengths })
    }

    /// The biases by distance within a source, `[1, heads, longest, longest]`.
    pub(in crate::neural) fn biases(&self, bias: &RelativeBias, device: &Device) -> Result<Tensor> {
        biases(bias, 0..self.longest, self.longest, device)?.to_dtype(self.mask.dtype())
    }

    /// Columns of `x` `[tokens, width]` as heads, `[sources, heads, longest, head]`.
    fn heads(&self, x: &Tensor, columns: usize, heads: Heads) -> Result<Tensor> {
        let block = x.narrow(1, columns, heads.dim)?.contiguous()?.index_select(&self.tokens, 0)?;
        split(&block, (self.sources, self.longest), heads)
    }

    /// What each token finds among the tokens of its source, `[tokens, dim]`: `projected` are queries, keys and values,
    /// `[tokens, 3 * dim]`.
    pub(in crate::neural) fn attend(&self, projected: &Tensor, bias: Option<&Tensor>, heads: Heads) -> Result<Tensor> {
        let [queries, keys, values] = [0, 1, 2].map(|part| self.heads(projected, part * heads.dim, heads));
        let found = attend(&scaled(&queries?, heads)?, &[keys?, values?], [Some(&self.mask), bias])?;
        joined(&found, heads)?.index_select(&self.places, 0)
    }

    /// What each token finds in itself and in what stands before it in its source, `[tokens, dim]`: `queries` are `[tokens, dim]`,
    /// keys and values `[sources, heads, longest, head]`. `triangle` hides what stands behind, see [`Padding::triangle`].
    fn attend_before(
        &self,
        queries: &Tensor,
        [keys, values]: &[Tensor; 2],
        (triangle, heads): (&Tensor, Heads),
    ) -> Result<Tensor> {
        let queries = self.heads(&scaled(queries, heads)?, 0, heads)?;
        let mut found = Vec::with_capacity(self.longest.div_ceil(TOGETHER));
        for first in (0..self.longest).step_by(TOGETHER) {
            let count = TOGETHER.min(self.longest - first);
            let mut hidden = triangle.narrow(0, 0, count)?.narrow(1, 0, count)?;
            if first > 0 {
                let open = Tensor::zeros((count, first), triangle.dtype(), triangle.device())?;
                hidden = Tensor::cat(&[open, hidden], 1)?;
            }
            // No padding is before a token of the source.
            let seen = [keys.narrow(2, 0, first + count)?, values.narrow(2, 0, first + count)?];
            found.push(attend(&queries.narrow(2, first, count)?.contiguous()?, &seen, [Some(&hidden), None])?);
        }
        joined(&Tensor::cat(&found, 2)?, heads)?.index_select(&self.places, 0)
    }

    /// 0 where a token looks at itself or back, and negative infinity ahead, for as many tokens as look together.
    fn triangle(&self) -> Result<Tensor> {
        let side = self.longest.min(TOGETHER);
        let number = |index: usize| if index % side > index / side { f32::NEG_INFINITY } else { 0.0 };
        let numbers: Vec<f32> = (0..side * side).map(number).collect();
        Tensor::from_vec(numbers, (side, side), self.mask.device())?.to_dtype(self.mask.dtype())
    }
}

/// What a search remembers: keys and values of sources and of what was written, as heads.
pub(in crate::neural) struct Caches {
    padding_mask: Tensor,
    /// For each layer `[sources, heads, longest, head]`.
    source: Vec<[Tensor; 2]>,
    /// For each layer `[rows, heads, room, head]`, of which the first `written` are filled.
    target: Vec<[Tensor; 2]>,
    written: usize,
    rows: Grouped,
    /// What each head adds to the scores of this step's queries, `[1, heads, 1, written]`.
    bias: Option<Tensor>,
    /// Tokens of each source.
    lengths: Vec<usize>,
    /// See [`Padding::triangle`]; of prompts alone.
    triangle: Option<Tensor>,
}

/// The tokens that a cache has room for at first; it doubles when it is full.
const ROOM: usize = 32;

impl Caches {
    /// One row for each source, nothing written.
    pub(in crate::neural) fn new(padding: &Padding) -> Result<Self> {
        Ok(Self {
            padding_mask: padding.mask.clone(),
            source: Vec::new(),
            target: Vec::new(),
            written: 0,
            rows: Grouped::new((0..padding.sources).collect(), padding.mask.device())?,
            bias: None,
            lengths: padding.lengths.clone(),
            triangle: None,
        })
    }

    /// Keeps keys and values `[tokens, 2 * dim]` of the sources for the next layer.
    pub(in crate::neural) fn add_source(&mut self, padding: &Padding, projected: &Tensor, heads: Heads) -> Result<()> {
        let [keys, values] = [0, 1].map(|part| padding.heads(projected, part * heads.dim, heads));
        self.source.push([keys?, values?]);
        Ok(())
    }

    /// Begins a step, in which every row's query is the token after those that are written.
    pub(in crate::neural) fn begin(&mut self, bias: Option<&RelativeBias>) -> Result<()> {
        let mask = &self.padding_mask;
        let biases = |bias| biases(bias, self.written..self.written + 1, self.written + 1, mask.device());
        self.bias = bias.map(|bias| biases(bias)?.to_dtype(mask.dtype())).transpose()?;
        self.written += 1;
        Ok(())
    }

    /// What this step's queries find in all that their rows have written, `[rows, dim]`. `projected` are queries, keys and
    /// values of `layer`, `[rows, 3 * dim]`; they are kept.
    pub(in crate::neural) fn attend_targets(
        &mut self,
        layer: usize,
        projected: &Tensor,
        heads: Heads,
    ) -> Result<Tensor> {
        let rows = projected.dim(0)?;
        let part = |part: usize| projected.narrow(1, part * heads.dim, heads.dim);
        let written = self.keep(layer, [part(1)?, part(2)?], heads)?;
        let queries = split(&scaled(&part(0)?, heads)?, (rows, 1), heads)?;
        joined(&attend(&queries, &written, [self.bias.as_ref(), None])?, heads)
    }

    /// Keeps keys and values of this step, `[rows, dim]` each, and gives all that was written: `[rows, heads, written, head]` each.
    fn keep(&mut self, layer: usize, new: [Tensor; 2], heads: Heads) -> Result<[Tensor; 2]> {
        let [keys, values] = new.map(|new| {
            let rows = new.dim(0)?;
            split(&new.contiguous()?, (rows, 1), heads)
        });
        let (keys, values) = (keys?, values?);
        if layer == self.target.len() {
            let room =
                || Tensor::zeros((keys.dim(0)?, heads.count, ROOM, heads.head_dim()), keys.dtype(), keys.device());
            self.target.push([room()?, room()?]);
        }
        let place = self.written - 1;
        for (cache, new) in self.target[layer].iter_mut().zip([keys, values]) {
            if place == cache.dim(2)? {
                *cache = Tensor::cat(&[&*cache, &cache.zeros_like()?], 2)?;
            }
            cache.slice_set(&new, 2, place)?;
        }
        let [keys, values] = &self.target[layer];
        Ok([keys.narrow(2, 0, self.written)?, values.narrow(2, 0, self.written)?])
    }

    /// Keeps keys and values `[tokens, kv_dim]` of prompts for the next layer; gives what `queries` `[tokens, dim]` find in
    /// themselves and before them, `[tokens, dim]`.
    pub(in crate::neural) fn read_prompts(
        &mut self,
        padding: &Padding,
        (queries, memory): (Option<&Tensor>, [Tensor; 2]),
        heads: Heads,
    ) -> Result<Option<Tensor>> {
        let [keys, values] = memory.map(|memory| padding.heads(&memory, 0, heads.kv_heads()));
        let memory = [keys?, values?];
        let triangle = match self.triangle.take() {
            Some(triangle) => triangle,
            None => padding.triangle()?,
        };
        let found = queries.map(|queries| padding.attend_before(queries, &memory, (&triangle, heads))).transpose()?;
        self.triangle = Some(triangle);
        self.source.push(memory);
        Ok(found)
    }

    /// Tokens of the prompt of each row.
    pub(in crate::neural) fn prompts(&self) -> impl Iterator<Item = usize> {
        self.rows.source_of_row.iter().map(|source| self.lengths[*source])
    }

    /// What this step's `queries` `[rows, dim]` find in the prompts of their rows and in all that these have written, `[rows, dim]`.
    /// Keys and values `[rows, kv_dim]` are kept.
    pub(in crate::neural) fn attend_after_prompts(
        &mut self,
        layer: usize,
        (queries, memory): (&Tensor, [Tensor; 2]),
        heads: Heads,
    ) -> Result<Tensor> {
        let written = self.keep(layer, memory, heads.kv_heads())?;
        let (rows, sources, width) = (queries.dim(0)?, self.rows.sources(), self.rows.width);
        let [keys, values] = &self.source[layer];
        let longest = keys.dim(2)?;
        let queries = scaled(queries, heads)?;
        // Rows of one prompt are queries to the same keys, which are read once for all of them.
        let together = split(&self.rows.gather(&queries)?, (sources, width), heads)?;
        let of_prompts = scores(&together, keys)?.broadcast_add(&self.padding_mask)?;
        let of_prompts = of_prompts.transpose(1, 2)?.reshape((sources * width, heads.count, longest))?;
        let of_prompts = self.rows.scatter(&of_prompts)?.unsqueeze(2)?;
        let of_written = scores(&split(&queries, (rows, 1), heads)?, &written[0])?;
        let weights = softmax_last_dim(&Tensor::cat(&[of_prompts, of_written], 3)?)?;
        let in_written = mixed(&weights.narrow(3, longest, self.written)?.contiguous()?, &written[1])?;
        let weights = self.rows.gather(&weights.narrow(3, 0, longest)?.squeeze(2)?.contiguous()?)?;
        let weights = weights.reshape((sources, width, heads.count, longest))?.transpose(1, 2)?.contiguous()?;
        let in_prompts = self.rows.scatter(&joined(&mixed(&weights, values)?, heads)?)?;
        joined(&in_written, heads)?.add(&in_prompts)
    }

    /// What `queries` `[rows, dim]` find in the sources of their rows, `[rows, dim]`.
    pub(in crate::neural) fn attend_sources(&self, layer: usize, queries: &Tensor, heads: Heads) -> Result<Tensor> {
        let queries = self.rows.gather(&scaled(queries, heads)?)?;
        // Rows of one source are queries to the same keys, which are read once for all of them.
        let queries = split(&queries, (self.rows.sources(), self.rows.width), heads)?;
        self.rows.scatter(&joined(&attend(&queries, &self.source[layer], [Some(&self.padding_mask), None])?, heads)?)
    }

    /// Keeps the given rows in the given order, and the sources that they have.
    pub(in crate::neural) fn select(&mut self, rows: &[usize]) -> Result<()> {
        let Some(source_of_row) = rows.iter().map(|row| self.rows.source_of_row.get(*row).copied()).collect() else {
            candle_core::bail!("a row was selected that does not exist");
        };
        let device = self.padding_mask.device().clone();
        let selected = |places: &[usize], among: usize, caches: &mut [[Tensor; 2]]| {
            if places.iter().copied().eq(0..among) || places.is_empty() {
                return Ok(None);
            }
            let places = Tensor::new(places.iter().copied().map(index_of).collect::<Vec<_>>(), &device)?;
            for cache in caches.iter_mut().flatten() {
                *cache = cache.index_select(&places, 0)?;
            }
            Result::Ok(Some(places))
        };
        selected(rows, self.rows.source_of_row.len(), &mut self.target)?;
        let grouped = Grouped::new(source_of_row, &device)?;
        self.lengths = grouped.kept.iter().map(|source| self.lengths[*source]).collect();
        if let Some(sources) = selected(&grouped.kept, self.rows.sources(), &mut self.source)? {
            self.padding_mask = self.padding_mask.index_select(&sources, 0)?;
        }
        self.rows = grouped;
        Ok(())
    }
}

/// Rows by their sources: the same number for each, the missing ones filled with any.
struct Grouped {
    /// Counted among the sources that are kept.
    source_of_row: Vec<usize>,
    /// The sources that have rows, as they were counted before.
    kept: Vec<usize>,
    /// Rows a source.
    width: usize,
    /// The row of each place `[sources * width]`, and the place of each row `[rows]`, unless both are the same.
    order: Option<(Tensor, Tensor)>,
}

impl Grouped {
    fn new(source_of_row: Vec<usize>, device: &Device) -> Result<Self> {
        let mut kept = source_of_row.clone();
        kept.sort_unstable();
        kept.dedup();
        let mut groups = vec![Vec::new(); kept.len()];
        let sources = source_of_row.iter().filter_map(|source| kept.binary_search(source).ok());
        let source_of_row: Vec<usize> = sources.collect();
        for (row, source) in source_of_row.iter().enumerate() {
            groups[*source].push(row);
        }
        let width = groups.iter().map(Vec::len).max().unwrap_or_default();
        let (mut rows, mut places) = (Vec::with_capacity(kept.len() * width), vec![0; source_of_row.len()]);
        for group in &groups {
            group.iter().enumerate().for_each(|(index, row)| places[*row] = index_of(rows.len() + index));
            rows.extend(group.iter().copied().map(index_of));
            rows.resize(rows.len() + width - group.len(), 0);
        }
        let same = rows.len() == places.len() && rows.iter().copied().eq(0..index_of(rows.len()));
        let order = if same { None } else { Some((Tensor::new(rows, device)?, Tensor::new(places, device)?)) };
        Ok(Self { source_of_row, kept, width, order })
    }

    fn sources(&self) -> usize {
        self.kept.len()
    }

    /// `[rows, dim]` → `[sources * width, dim]`.
    fn gather(&self, x: &Tensor) -> Result<Tensor> {
        self.order.as_ref().map_or_else(|| Ok(x.clone()), |(rows, _)| x.index_select(rows, 0))
    }

    /// `[sources * width, dim]` → `[rows, dim]`.
    fn scatter(&self, x: &Tensor) -> Result<Tensor> {
        self.order.as_ref().map_or_else(|| Ok(x.clone()), |(_, places)| x.index_select(places, 0))
    }
}

/// An index as devices take it; a batch has far fewer places than that.
fn index_of(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// What each head adds where queries at the places `queries` look at the first `keys` keys: `[1, heads, queries, keys]`.
fn biases(bias: &RelativeBias, queries: Range<usize>, keys: usize, device: &Device) -> Result<Tensor> {
    let count = queries.len();
    let numbers: Vec<f32> =
        queries.flat_map(|query| (0..keys).flat_map(move |key| bias.of(query, key).iter().copied())).collect();
    let heads = numbers.len() / (count * keys).max(1);
    Tensor::from_vec(numbers, (1, count, keys, heads), &Device::Cpu)?
        .permute((0, 3, 1, 2))?
        .contiguous()?
        .to_device(device)
}

fn scaled(queries: &Tensor, heads: Heads) -> Result<Tensor> {
    queries.affine(f64::from(heads.scale), 0.0)
}

/// `[blocks * time, dim]` → `[blocks, heads, time, head]`.
fn split(x: &Tensor, (blocks, time): (usize, usize), heads: Heads) -> Result<Tensor> {
    if time == 1 {
        return x.reshape((blocks, heads.count, 1, heads.head_dim()));
    }
    x.reshape((blocks, time, heads.count, heads.head_dim()))?.transpose(1, 2)?.contiguous()
}

/// `[blocks, heads, time, head]` → `[blocks * time, dim]`.
fn joined(x: &Tensor, heads: Heads) -> Result<Tensor> {
    x.transpose(1, 2)?.reshape(((), heads.dim))
}

/// `softmax(queries · keys + added) · values`; queries are `[blocks, heads, time, head]` and scaled already. The softmax sums in
/// 32 bits whatever its numbers are held in.
fn attend(queries: &Tensor, [keys, values]: &[Tensor; 2], added: [Option<&Tensor>; 2]) -> Result<Tensor> {
    let mut scores = scores(queries, keys)?;
    for added in added.into_iter().flatten() {
        scores = scores.broadcast_add(added)?;
    }
    mixed(&softmax_last_dim(&scores)?, values)
}

/// `queries` `[blocks, heads, time, head]` times `keys` `[blocks, heads that are not shared, keys, head]`: `[blocks, heads, time, keys]`.
fn scores(queries: &Tensor, keys: &Tensor) -> Result<Tensor> {
    let (blocks, heads, time, head) = queries.dims4()?;
    let (count, shared) = (keys.dim(2)?, keys.dim(1)?);
    let queries = queries.reshape((blocks, shared, heads / shared.max(1) * time, head))?;
    queries.matmul(&keys.t()?)?.reshape((blocks, heads, time, count))
}

/// `weights` `[blocks, heads, time, keys]` times `values` `[blocks, heads that are not shared, keys, head]`: `[blocks, heads, time, head]`.
fn mixed(weights: &Tensor, values: &Tensor) -> Result<Tensor> {
    let (blocks, heads, time, count) = weights.dims4()?;
    let (shared, head) = (values.dim(1)?, values.dim(3)?);
    let weights = weights.reshape((blocks, shared, heads / shared.max(1) * time, count))?;
    weights.matmul(values)?.reshape((blocks, heads, time, head))
}
