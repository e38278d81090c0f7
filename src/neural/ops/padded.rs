//! Attention by candle's operations, as every device but the CPU computes it: sources lie side by side, padded to the
//! longest, and so do the rows of a search, which are all equally long.
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
}

impl Padding {
    /// The block of sources whose tokens lie below each other at `places`.
    pub(in crate::neural) fn new(places: &[Range<usize>], dtype: DType, device: &Device) -> Result<Self> {
        let (sources, longest) = (places.len(), places.iter().map(Range::len).max().unwrap_or_default());
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
        Ok(Self { sources, longest, tokens, places, mask })
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
        let new = |part: Tensor| split(&part.contiguous()?, (rows, 1), heads);
        let (keys, values) = (new(part(1)?)?, new(part(2)?)?);
        if layer == self.target.len() {
            let room = || Tensor::zeros((rows, heads.count, ROOM, heads.head()), keys.dtype(), keys.device());
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
        let written = [keys.narrow(2, 0, self.written)?, values.narrow(2, 0, self.written)?];
        let queries = split(&scaled(&part(0)?, heads)?, (rows, 1), heads)?;
        joined(&attend(&queries, &written, [self.bias.as_ref(), None])?, heads)
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
        return x.reshape((blocks, heads.count, 1, heads.head()));
    }
    x.reshape((blocks, time, heads.count, heads.head()))?.transpose(1, 2)?.contiguous()
}

/// `[blocks, heads, time, head]` → `[blocks * time, dim]`.
fn joined(x: &Tensor, heads: Heads) -> Result<Tensor> {
    x.transpose(1, 2)?.reshape(((), heads.dim))
}

/// `softmax(queries · keys + added) · values`, all `[blocks, heads, time, head]`, the queries scaled already. The softmax
/// sums in 32 bits whatever its numbers are held in.
fn attend(queries: &Tensor, [keys, values]: &[Tensor; 2], added: [Option<&Tensor>; 2]) -> Result<Tensor> {
    let mut scores = queries.matmul(&keys.t()?)?;
    for added in added.into_iter().flatten() {
        scores = scores.broadcast_add(added)?;
    }
    softmax_last_dim(&scores)?.matmul(values)
}
