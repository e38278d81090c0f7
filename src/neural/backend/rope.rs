//! Rotary position embeddings (Su et al., 2021, "RoFormer"). Pairs of a query's or key's numbers are rotated by an angle
//! that grows with the position, so the product of a query and a key depends on their distance alone.

/// The frequencies of the rotations, one for each pair. Numbers `i` and `i + head_dim / 2` of a head are a pair, as in
/// GPT-NeoX.
pub(in crate::neural) struct Rope {
    frequencies: Vec<f32>,
}

impl Rope {
    /// The frequencies `1 / base^(2 i / head_dim)`.
    pub(in crate::neural) fn new(base: f64, head_dim: usize) -> Self {
        let frequency = |pair: usize| base.powf(-2.0 * pair as f64 / head_dim as f64) as f32;
        Self { frequencies: (0..head_dim / 2).map(frequency).collect() }
    }

    /// Number of pairs in a head.
    pub(in crate::neural) fn pairs(&self) -> usize {
        self.frequencies.len()
    }

    /// Sine and cosine of each pair at each position, `[positions, pairs]`.
    pub(in crate::neural) fn sines_and_cosines(&self, positions: &[usize]) -> impl Iterator<Item = (f32, f32)> {
        let angles = positions
            .iter()
            .flat_map(|position| self.frequencies.iter().map(move |frequency| *position as f32 * frequency));
        angles.map(f32::sin_cos)
    }
}
