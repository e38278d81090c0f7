//! Sources on padded blocks: each source is one block, padded to the longest. What stands before all of them is not in the blocks.
//!
//! What is known before a batch is computed (places, masks) goes to the device once.

use std::cell::OnceCell;

use candle_core::{DType, Device, Result, Tensor};

use super::attention::{attend, join_heads, scaled, split_heads};
use crate::neural::backend::heads::Heads;
use crate::neural::backend::verbs::Columns;

/// Tokens of a prompt that attend together. The scores of a long prompt would need gigabytes at once.
const CAUSAL_BLOCK: usize = 512;

/// Where the tokens of each source of a batch are, in a block `[sources, longest]`.
pub(in crate::neural) struct Sources {
    /// Tokens of each source.
    lengths: Vec<usize>,
    longest: usize,
    /// The token at each place of the block, any where it is padding: `[sources * longest]`.
    tokens: Tensor,
    /// The place of each token: `[tokens]`.
    places: Tensor,
    /// Tokens that stand before each source, and are in the caches already.
    prefix: usize,
    /// What is added to the scores of keys: 0, and negative infinity over padding. `[sources, 1, 1, prefix + longest]`.
    padding_mask: Tensor,
    /// See [`Sources::causal_mask`]; computed when it is needed.
    causal_mask: OnceCell<Tensor>,
}

impl Sources {
    /// Sources of these lengths, one after the other, each of them after the same `prefix` tokens.
    pub(super) fn new(lengths: &[usize], prefix: usize, dtype: DType, device: &Device) -> Result<Self> {
        let longest = lengths.iter().copied().max().unwrap_or_default();
        let (mut tokens, mut places, mut mask) = (Vec::new(), Vec::new(), Vec::new());
        let mut start = 0;
        for (source, length) in lengths.iter().enumerate() {
            let padding = longest - length;
            places.extend((0..*length).map(|index| device_index(source * longest + index)));
            tokens.extend((start..start + length).map(device_index));
            tokens.resize(tokens.len() + padding, 0);
            mask.resize(mask.len() + prefix + length, 0.0_f32);
            mask.resize(mask.len() + padding, f32::NEG_INFINITY);
            start += length;
        }
        let padding_mask = Tensor::from_vec(mask, (lengths.len(), 1, 1, prefix + longest), device)?.to_dtype(dtype)?;
        Ok(Self {
            lengths: lengths.to_vec(),
            longest,
            prefix,
            tokens: Tensor::new(tokens, device)?,
            places: Tensor::new(places, device)?,
            padding_mask,
            causal_mask: OnceCell::new(),
        })
    }

    /// Tokens of each source.
    pub(super) fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// Tokens that stand before each source.
    pub(super) fn prefix(&self) -> usize {
        self.prefix
    }

    /// Tokens of the longest source.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// What is added to the scores of keys, `[sources, 1, 1, prefix + longest]`.
    pub(super) fn padding_mask(&self) -> &Tensor {
        &self.padding_mask
    }

    /// The columns of `count` heads, in blocks: `[sources, count, longest, head_dim]`.
    pub(super) fn split_heads(&self, columns: Columns<'_, Tensor>, width: usize, count: usize) -> Result<Tensor> {
        let Columns { tensor, first_column } = columns;
        let block = tensor.narrow(1, first_column, width)?.contiguous()?.index_select(&self.tokens, 0)?;
        split_heads(&block, (self.lengths.len(), self.longest), count)
    }

    /// What each token finds in all tokens of its source, `[tokens, dim]`. `projected` are queries, keys and values beside
    /// each other, `[tokens, 3 * dim]`.
    pub(super) fn attend(&self, projected: &Tensor, heads: Heads, bias: Option<&Tensor>) -> Result<Tensor> {
        let [queries, keys, values] = [0, 1, 2].map(|part| {
            self.split_heads(Columns { tensor: projected, first_column: part * heads.dim }, heads.dim, heads.count)
        });
        let found = attend(&scaled(&queries?, heads)?, &[keys?, values?], [Some(&self.padding_mask), bias])?;
        join_heads(&found, heads)?.index_select(&self.places, 0)
    }

    /// What each token finds in itself and the tokens before it in its source, as far back as the window of its head,
    /// `[tokens, dim]`. Queries are the first `dim` columns of `vectors`; keys and values are
    /// `[sources, kv_heads, prefix + longest, head_dim]`.
    pub(super) fn attend_causally(
        &self,
        vectors: &Tensor,
        [keys, values]: &[Tensor; 2],
        heads: Heads,
    ) -> Result<Tensor> {
        let scaled = scaled(&vectors.narrow(1, 0, heads.dim)?, heads)?;
        let queries = self.split_heads(Columns { tensor: &scaled, first_column: 0 }, heads.dim, heads.count)?;
        let causal_mask = self.causal_mask()?;
        let mut found = Vec::with_capacity(self.longest.div_ceil(CAUSAL_BLOCK));
        for first in (0..self.longest).step_by(CAUSAL_BLOCK) {
            let count = CAUSAL_BLOCK.min(self.longest - first);
            let before = self.prefix + first;
            let mut mask = causal_mask.narrow(0, 0, count)?.narrow(1, 0, count)?;
            if heads.first_key(before + count) > 0 {
                mask = self.windowed_mask(before, count, heads)?;
            } else if before > 0 {
                let open = Tensor::zeros((count, before), mask.dtype(), mask.device())?;
                mask = Tensor::cat(&[open, mask], 1)?;
            }
            // Padding comes after all tokens of a source, so this hides it as well.
            let seen = [keys.narrow(2, 0, before + count)?, values.narrow(2, 0, before + count)?];
            found.push(attend(&queries.narrow(2, first, count)?.contiguous()?, &seen, [Some(&mask), None])?);
        }
        join_heads(&Tensor::cat(&found, 2)?, heads)?.index_select(&self.places, 0)
    }

    /// 0 where one of `count` tokens after `before` others looks at itself or back within the window of `heads`, and negative infinity
    /// elsewhere, `[count, before + count]`.
    fn windowed_mask(&self, before: usize, count: usize, heads: Heads) -> Result<Tensor> {
        let keys = before + count;
        let numbers: Vec<f32> = (before + 1..=keys)
            .flat_map(|end| {
                let seen = heads.first_key(end)..end;
                (0..keys).map(move |key| if seen.contains(&key) { 0.0 } else { f32::NEG_INFINITY })
            })
            .collect();
        Tensor::from_vec(numbers, (count, keys), self.padding_mask.device())?.to_dtype(self.padding_mask.dtype())
    }

    /// 0 where a token looks at itself or back, and negative infinity ahead, for as many tokens as attend together.
    fn causal_mask(&self) -> Result<&Tensor> {
        if let Some(mask) = self.causal_mask.get() {
            return Ok(mask);
        }
        let side = self.longest.min(CAUSAL_BLOCK);
        let number = |index: usize| if index % side > index / side { f32::NEG_INFINITY } else { 0.0 };
        let numbers: Vec<f32> = (0..side * side).map(number).collect();
        let device = self.padding_mask.device();
        let mask = Tensor::from_vec(numbers, (side, side), device)?.to_dtype(self.padding_mask.dtype())?;
        Ok(self.causal_mask.get_or_init(|| mask))
    }
}

/// An index as devices take it. No batch has as many places as 32 bits can count.
pub(super) fn device_index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
