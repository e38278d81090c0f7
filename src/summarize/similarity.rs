//! How alike two sentences are by what an encoder makes of them.
//!
//! The mean of an encoder's states is a vector of a sentence, but all sentences of a language lie close together: most of such a
//! vector is what they have in common. So the mean of the article's sentences is taken off first (as in Mu and Viswanath,
//! 2018, "All-but-the-Top").

/// The sentences of an article as vectors.
pub(super) struct Similarity {
    middle: Vec<f32>,
    /// Centred, of length 1.
    vectors: Vec<Vec<f32>>,
}

/// Fewest sentences whose mean says what all have in common, and not what this one says.
const FEWEST: usize = 4;

impl Similarity {
    /// Of the sentences with these `vectors`; `None` if they are too few, or not of the same length.
    pub(super) fn of(vectors: &[Vec<f32>]) -> Option<Self> {
        let width = vectors.first()?.len();
        if vectors.len() < FEWEST || vectors.iter().any(|vector| vector.len() != width) {
            return None;
        }
        let mut middle = vec![0.0; width];
        for vector in vectors {
            middle.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
        }
        middle.iter_mut().for_each(|sum| *sum /= vectors.len() as f32);
        let vectors = vectors.iter().map(|vector| centred(vector, &middle)).collect();
        Some(Self { middle, vectors })
    }

    /// How alike a sentence with this `vector` is to each sentence of the article, from -1 to 1.
    pub(super) fn to(&self, vector: &[f32]) -> Vec<f64> {
        let vector = centred(vector, &self.middle);
        let product = |other: &Vec<f32>| vector.iter().zip(other).map(|(a, b)| f64::from(a * b)).sum();
        self.vectors.iter().map(product).collect()
    }
}

/// `vector` from `middle`, scaled to length 1.
fn centred(vector: &[f32], middle: &[f32]) -> Vec<f32> {
    let mut centred: Vec<f32> = vector.iter().zip(middle).map(|(value, middle)| value - middle).collect();
    let length = centred.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 && length.is_finite() {
        centred.iter_mut().for_each(|value| *value /= length);
    } else {
        centred.fill(0.0);
    }
    centred
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_have_in_common_does_not_count() {
        let vectors = [[9.0, 1.0, 0.0], [9.0, 0.0, 1.0], [9.0, -1.0, 0.0], [9.0, 0.0, -1.0]].map(|row| row.to_vec());
        let similarity = Similarity::of(&vectors).unwrap();
        let found = similarity.to(&[9.0, 2.0, 0.0]);
        for (found, expected) in found.iter().zip([1.0, 0.0, -1.0, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
        }
        assert_eq!(similarity.to(&[9.0, 0.0, 0.0]), [0.0; 4]);
        assert_eq!(similarity.to(&[f32::NAN; 3]), [0.0; 4]);
    }

    #[test]
    fn too_few_sentences_or_broken_vectors_have_no_similarity() {
        assert!(Similarity::of(&[vec![1.0], vec![2.0]]).is_none());
        assert!(Similarity::of(&[vec![1.0], vec![2.0], vec![3.0], Vec::new()]).is_none());
        assert!(Similarity::of(&[]).is_none());
    }
}
