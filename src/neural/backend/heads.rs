//! The shape of an attention block.

/// Number, width and scale of the heads of an attention block, and how far they look back.
#[derive(Clone, Copy, Debug)]
pub(in crate::neural) struct Heads {
    /// Number of query heads.
    pub(in crate::neural) count: usize,
    /// Width of all query heads together.
    pub(in crate::neural) dim: usize,
    /// Factor on the product of a query and a key.
    pub(in crate::neural) scale: f32,
    /// Query heads that share one key head and one value head (grouped-query attention, Ainslie et al., 2023); 1 if
    /// each has its own.
    pub(in crate::neural) queries_per_kv_head: usize,
    /// The most tokens that a causal query looks at, its own included (sliding-window attention, Beltagy et al., 2020); `None` if it
    /// looks at all that came before.
    pub(in crate::neural) window: Option<usize>,
}

impl Heads {
    /// `count` heads with a total width of `dim`, scaled by one over the root of a head's width.
    pub(in crate::neural) fn new(count: usize, dim: usize) -> Self {
        Self { count, dim, scale: ((dim / count.max(1)) as f32).sqrt().recip(), queries_per_kv_head: 1, window: None }
    }

    /// Width of one head.
    pub(in crate::neural) fn head_dim(self) -> usize {
        self.dim / self.count.max(1)
    }

    /// The first of `keys` keys that the query of the last of them looks at.
    pub(in crate::neural) fn first_key(self, keys: usize) -> usize {
        self.window.map_or(0, |window| keys.saturating_sub(window))
    }

    /// Number of key heads, and of value heads.
    pub(in crate::neural) fn kv_count(self) -> usize {
        self.count / self.queries_per_kv_head.max(1)
    }

    /// Width of all key heads together, and of all value heads.
    pub(in crate::neural) fn kv_dim(self) -> usize {
        self.dim / self.queries_per_kv_head.max(1)
    }
}
