//! Rotary position embeddings (Su et al., 2021, "RoFormer"). Pairs of a query's or key's numbers are rotated by an angle
//! that grows with the position, so the product of a query and a key depends on their distance alone.

use std::f64::consts::TAU;

/// The frequencies of the rotations, one for each pair. Numbers `i` and `i + head_dim / 2` of a head are a pair, as in
/// GPT-NeoX.
pub(in crate::neural) struct Rope {
    frequencies: Vec<f32>,
}

/// How a model that was trained on short texts was made to read longer ones: some frequencies are lower than the base says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::neural) enum RopeScaling {
    /// Not at all.
    #[default]
    None,
    /// All frequencies are divided by `factor` (Chen et al., 2023).
    Linear { factor: f64 },
    /// Frequencies that turn less than `low` times within the `original` length are divided by `factor`, those that turn more than
    /// `high` times stay, and between the two the divisor changes gradually (`rope_type: llama3`).
    Llama3 { factor: f64, low: f64, high: f64, original: f64 },
}

impl Rope {
    /// The frequencies `1 / base^(2 i / head_dim)`, scaled.
    pub(in crate::neural) fn new(base: f64, head_dim: usize, scaling: RopeScaling) -> Self {
        let frequency = |pair: usize| scaling.apply(base.powf(-2.0 * pair as f64 / head_dim as f64)) as f32;
        Self { frequencies: (0..head_dim / 2).map(frequency).collect() }
    }

    /// The same rotations with each frequency divided by its divisor. GGUF files have such divisors as a tensor.
    #[must_use]
    pub(in crate::neural) fn divided(mut self, divisors: &[f32]) -> Self {
        self.frequencies.iter_mut().zip(divisors).for_each(|(frequency, divisor)| *frequency /= divisor);
        self
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

impl RopeScaling {
    /// The scaled `frequency`, in radians per position.
    fn apply(self, frequency: f64) -> f64 {
        match self {
            Self::None => frequency,
            Self::Linear { factor } => frequency / factor,
            Self::Llama3 { factor, low, high, original } => {
                let turns = original * frequency / TAU;
                let share = ((turns - low) / (high - low)).clamp(0.0, 1.0);
                share * frequency + (1.0 - share) * frequency / factor
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_frequencies_are_divided_and_fast_ones_stay() {
        let scaling = RopeScaling::Llama3 { factor: 8.0, low: 1.0, high: 4.0, original: 16.0 };
        let frequencies = |scaling| Rope::new(1e4, 8, scaling).frequencies;
        let (plain, scaled) = (frequencies(RopeScaling::None), frequencies(scaling));
        // 2.55 turns within the original length, which is 52 % of the way from 1 to 4.
        assert!((scaled[0] - 0.576_9).abs() < 1e-3, "{scaled:?}");
        assert!(plain[1..].iter().zip(&scaled[1..]).all(|(plain, scaled)| (plain / scaled - 8.0).abs() < 1e-4));
        assert_eq!(scaling.apply(2.0), 2.0);
        assert_eq!(frequencies(RopeScaling::Linear { factor: 4.0 })[0], 0.25);
        assert_eq!(Rope::new(1e4, 8, RopeScaling::None).divided(&[2.0, 1.0, 1.0, 1.0]).frequencies[0], 0.5);
    }
}
