//! Sentences → vectors of weighted stems (tf-idf), and how similar two of them are.

use std::collections::BTreeMap;

use crate::lexicon::german::is_stop_word;
use crate::segment::words;

/// A sentence as a sparse vector of length 1; empty if it has no content word.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StemVector {
    /// (stem, weight), sorted by stem.
    weights: Vec<(usize, f64)>,
}

impl StemVector {
    /// Cosine of the two, from 0 (no stem in common) to 1 (the same stems in the same proportions).
    pub(super) fn cosine(&self, other: &Self) -> f64 {
        let (fewer_stems, more_stems) =
            if self.weights.len() <= other.weights.len() { (self, other) } else { (other, self) };
        let shared_stem = |(stem, weight): &(usize, f64)| {
            let stem_index = more_stems.weights.binary_search_by_key(stem, |(known, _)| *known).ok()?;
            Some(weight * more_stems.weights[stem_index].1)
        };
        fewer_stems.weights.iter().filter_map(shared_stem).sum()
    }

    /// `weights`, sorted by stem, scaled to length 1.
    fn unit(mut weights: Vec<(usize, f64)>) -> Self {
        let vector_length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        if vector_length > 0.0 {
            weights.iter_mut().for_each(|(_, weight)| *weight /= vector_length);
        }
        Self { weights }
    }
}

/// The stem vectors of `texts`, which are all the sentences to be compared.
///
/// A stem weighs (1 + ln tf) · ln(1 + n / df): tf is its count in the sentence, df the number of sentences that contain it, n the
/// number of all sentences. Stop words, single letters and bare punctuation do not count.
pub(super) fn stem_vectors<'text>(texts: impl Iterator<Item = &'text str>) -> Vec<StemVector> {
    let mut stems: BTreeMap<String, usize> = BTreeMap::new();
    let mut document_frequency: Vec<f64> = Vec::new();
    let mut stem_counts_of_sentences: Vec<Vec<(usize, f64)>> = Vec::new();
    for text in texts {
        let mut stem_counts: BTreeMap<usize, f64> = BTreeMap::new();
        for word in words::words(text).filter(|word| word.chars().nth(1).is_some() && !is_stop_word(word)) {
            let new_stem = stems.len();
            let stem = *stems.entry(words::stem(word)).or_insert(new_stem);
            document_frequency.resize(stems.len(), 0.0);
            *stem_counts.entry(stem).or_insert(0.0) += 1.0;
        }
        for stem in stem_counts.keys() {
            document_frequency[*stem] += 1.0;
        }
        stem_counts_of_sentences.push(stem_counts.into_iter().collect());
    }
    let sentence_count = stem_counts_of_sentences.len() as f64;
    let weigh_stem = |(stem, count): (usize, f64)| {
        (stem, (1.0 + count.ln()) * (1.0 + sentence_count / document_frequency[stem]).ln())
    };
    stem_counts_of_sentences
        .into_iter()
        .map(|stem_counts| StemVector::unit(stem_counts.into_iter().map(weigh_stem).collect()))
        .collect()
}

/// The sum of `vectors`, scaled to length 1.
pub(super) fn centroid(vectors: &[StemVector]) -> StemVector {
    let mut stem_sums: BTreeMap<usize, f64> = BTreeMap::new();
    for (stem, weight) in vectors.iter().flat_map(|vector| &vector.weights) {
        *stem_sums.entry(*stem).or_insert(0.0) += weight;
    }
    StemVector::unit(stem_sums.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_the_same_words_are_alike_and_other_words_are_not() {
        let texts = ["Der Rat beschließt neue Häuser.", "Neues Haus, beschließen die Räte.", "Es regnet im Gebirge."];
        let vectors = stem_vectors(texts.into_iter());
        assert!(vectors[0].cosine(&vectors[1]) > 0.5);
        assert!(vectors[0].cosine(&vectors[2]).abs() < 1e-12);
        assert!((vectors[0].cosine(&vectors[0]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_sentence_of_stop_words_is_like_nothing_not_even_itself() {
        let vectors = stem_vectors(["Das ist es."].into_iter());
        assert_eq!(vectors[0].cosine(&vectors[0]), 0.0);
    }
}
