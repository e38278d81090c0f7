//! Relative position biases as in T5 (Raffel et al., 2020, section 2.1): every head adds a number to the score of a key
//! that depends on how far the key is from the query.

/// What each head adds, by the distance from the query to the key.
pub(in crate::neural) struct RelativeBias {
    /// `[2 * max_distance + 1, heads]`: distances from `-max_distance` to `max_distance`.
    table: Vec<f32>,
    heads: usize,
    /// Larger distances are clamped to this.
    max_distance: usize,
}

/// How distances are put into buckets.
#[derive(Clone, Copy)]
pub(in crate::neural) struct Buckets {
    pub(in crate::neural) count: usize,
    /// Larger distances fall into the last bucket.
    pub(in crate::neural) max_distance: usize,
    /// Whether keys after the query have buckets of their own, as in an encoder. If not, their distance counts as 0.
    pub(in crate::neural) both_ways: bool,
}

impl Buckets {
    /// The bucket of a key that is `distance` after the query.
    fn bucket(self, distance: isize) -> usize {
        let (count, first) = match (self.both_ways, distance > 0) {
            (true, true) => (self.count / 2, self.count / 2),
            (true, false) => (self.count / 2, 0),
            (false, _) => (self.count, 0),
        };
        let away = if self.both_ways { distance.unsigned_abs() } else { distance.min(0).unsigned_abs() };
        let exact = count / 2;
        if away < exact {
            return first + away;
        }
        // In 32 bits, as the reference computes it: on the border of two buckets the last digit decides.
        let octaves = (away as f32 / exact as f32).ln() / (self.max_distance as f64 / exact as f64).ln() as f32;
        first + (exact + (octaves * (count - exact) as f32) as usize).min(count.saturating_sub(1))
    }
}

impl RelativeBias {
    /// The biases of `weight` `[buckets, heads]`.
    pub(in crate::neural) fn new(weight: &[f32], buckets: Buckets, heads: usize) -> Self {
        let largest = isize::try_from(buckets.max_distance).unwrap_or(isize::MAX);
        let rows = (-largest..=largest).map(|distance| buckets.bucket(distance) * heads);
        let table = rows.flat_map(|start| weight.get(start..start + heads).unwrap_or_default()).copied().collect();
        Self { table, heads, max_distance: buckets.max_distance }
    }

    /// What each head adds where the query at position `query` looks at the key at position `key`.
    pub(in crate::neural) fn at(&self, query: usize, key: usize) -> &[f32] {
        let row = (key + self.max_distance).saturating_sub(query).min(2 * self.max_distance);
        &self.table[row * self.heads..(row + 1) * self.heads]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `T5Attention._relative_position_bucket` of Hugging Face transformers 5.23.
    #[test]
    fn distances_fall_into_the_buckets_of_the_reference() {
        let both = Buckets { count: 32, max_distance: 128, both_ways: true };
        let past = Buckets { both_ways: false, ..both };
        let small = Buckets { count: 8, max_distance: 20, both_ways: true };
        let cases: &[(Buckets, &[(isize, usize)])] = &[
            (
                both,
                &[
                    (-5000, 15),
                    (-129, 15),
                    (-128, 15),
                    (-127, 15),
                    (-120, 15),
                    (-91, 15),
                    (-64, 14),
                    (-46, 13),
                    (-32, 12),
                    (-23, 11),
                    (-17, 10),
                    (-16, 10),
                    (-15, 9),
                    (-12, 9),
                    (-9, 8),
                    (-8, 8),
                    (-7, 7),
                    (-1, 1),
                    (0, 0),
                    (1, 17),
                    (2, 18),
                    (7, 23),
                    (8, 24),
                    (11, 24),
                    (12, 25),
                    (16, 26),
                    (20, 26),
                    (22, 26),
                    (23, 27),
                    (32, 28),
                    (45, 28),
                    (46, 29),
                    (64, 30),
                    (90, 30),
                    (91, 31),
                    (127, 31),
                    (128, 31),
                    (129, 31),
                    (4000, 31),
                ],
            ),
            (
                past,
                &[
                    (-5000, 31),
                    (-129, 31),
                    (-128, 31),
                    (-127, 31),
                    (-120, 31),
                    (-91, 29),
                    (-64, 26),
                    (-46, 24),
                    (-32, 21),
                    (-23, 18),
                    (-17, 16),
                    (-16, 16),
                    (-15, 15),
                    (-12, 12),
                    (-9, 9),
                    (-8, 8),
                    (-7, 7),
                    (-1, 1),
                    (0, 0),
                    (1, 0),
                    (2, 0),
                    (7, 0),
                    (8, 0),
                    (11, 0),
                    (12, 0),
                    (16, 0),
                    (20, 0),
                    (22, 0),
                    (23, 0),
                    (32, 0),
                    (45, 0),
                    (46, 0),
                    (64, 0),
                    (90, 0),
                    (91, 0),
                    (127, 0),
                    (128, 0),
                    (129, 0),
                    (4000, 0),
                ],
            ),
            (
                small,
                &[
                    (-23, 3),
                    (-17, 3),
                    (-16, 3),
                    (-15, 3),
                    (-12, 3),
                    (-9, 3),
                    (-8, 3),
                    (-7, 3),
                    (-1, 1),
                    (0, 0),
                    (1, 5),
                    (2, 6),
                    (7, 7),
                    (8, 7),
                    (11, 7),
                    (12, 7),
                    (16, 7),
                    (20, 7),
                    (22, 7),
                    (23, 7),
                    (-3, 2),
                    (-4, 2),
                    (-5, 2),
                    (3, 6),
                    (4, 6),
                    (5, 6),
                    (6, 6),
                ],
            ),
        ];
        for (buckets, expected) in cases {
            for (distance, bucket) in *expected {
                let Buckets { count, both_ways, .. } = buckets;
                assert_eq!(buckets.bucket(*distance), *bucket, "{distance} in {count}, both ways: {both_ways}");
            }
        }
    }

    #[test]
    fn a_bias_depends_on_the_distance_alone_and_not_beyond_the_reach() {
        let buckets = Buckets { count: 8, max_distance: 20, both_ways: true };
        let weight: Vec<f32> = (0..16).map(|index| index as f32).collect();
        let bias = RelativeBias::new(&weight, buckets, 2);
        assert_eq!(bias.at(3, 3), [0.0, 1.0]);
        assert_eq!(bias.at(3, 4), bias.at(70, 71));
        assert_eq!(bias.at(0, 20), bias.at(0, 5000));
        assert_eq!(bias.at(20, 0), bias.at(5000, 0));
        assert_ne!(bias.at(0, 1), bias.at(1, 0));
    }
}
