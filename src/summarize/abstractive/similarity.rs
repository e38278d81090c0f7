//! Sentence vectors of an encoder → how similar a sentence is to each sentence of an article.
//!
//! The mean of an encoder's states represents a sentence, but most of that vector is common to all sentences of the language. So
//! the mean over the article's sentences is subtracted first (as in Mu and Viswanath, 2018, "All-but-the-Top").

/// Fewest sentences whose mean is what sentences have in common. The mean of fewer is about what they say.
const MIN_SENTENCES: usize = 4;

/// The sentences of an article as vectors.
pub(super) struct VectorSimilarity {
    /// `[dim]`, over the article's sentences.
    mean: Vec<f32>,
    /// `[sentences][dim]`, centred and of length 1.
    vectors: Vec<Vec<f32>>,
}

impl VectorSimilarity {
    /// `vectors` are those of the article's sentences, `[sentences][dim]`; `None` if there are too few or they differ in length.
    pub(super) fn new(vectors: &[Vec<f32>]) -> Option<Self> {
        let dim = vectors.first()?.len();
        if vectors.len() < MIN_SENTENCES || vectors.iter().any(|vector| vector.len() != dim) {
            return None;
        }
        let mut mean = vec![0.0; dim];
        for vector in vectors {
            mean.iter_mut().zip(vector).for_each(|(sum, component)| *sum += component);
        }
        mean.iter_mut().for_each(|sum| *sum /= vectors.len() as f32);
        let centred_vectors = vectors.iter().map(|vector| centred(vector, &mean)).collect();
        Some(Self { mean, vectors: centred_vectors })
    }

    /// Cosine of `vector` with the vector of each sentence of the article, after centring; from -1 to 1.
    pub(super) fn to_each(&self, vector: &[f32]) -> Vec<f64> {
        let statement = centred(vector, &self.mean);
        let product = |source: &Vec<f32>| statement.iter().zip(source).map(|(a, b)| f64::from(a * b)).sum();
        self.vectors.iter().map(product).collect()
    }
}

/// `vector` minus `mean`, scaled to length 1; all zeros if it has no direction.
fn centred(vector: &[f32], mean: &[f32]) -> Vec<f32> {
    let mut centred: Vec<f32> = vector.iter().zip(mean).map(|(component, mean)| component - mean).collect();
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
        let similarity = VectorSimilarity::new(&vectors).unwrap();
        let found = similarity.to_each(&[9.0, 2.0, 0.0]);
        for (found, expected) in found.iter().zip([1.0, 0.0, -1.0, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
        }
        assert_eq!(similarity.to_each(&[9.0, 0.0, 0.0]), [0.0; 4]);
        assert_eq!(similarity.to_each(&[f32::NAN; 3]), [0.0; 4]);
    }

    #[test]
    fn too_few_sentences_or_broken_vectors_have_no_similarity() {
        assert!(VectorSimilarity::new(&[vec![1.0], vec![2.0]]).is_none());
        assert!(VectorSimilarity::new(&[vec![1.0], vec![2.0], vec![3.0], Vec::new()]).is_none());
        assert!(VectorSimilarity::new(&[]).is_none());
    }
}
