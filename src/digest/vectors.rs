//! Texts as vectors of weighted stems.

use std::collections::BTreeMap;

/// A sparse vector: (stem, weight), sorted by stem.
pub(super) type StemVector = Vec<(u64, f64)>;

/// `stem_vector` scaled to length 1.
pub(super) fn normalized(mut stem_vector: StemVector) -> StemVector {
    let stem_vector_length = vector_length(&stem_vector);
    if stem_vector_length > 0.0 {
        stem_vector.iter_mut().for_each(|(_, weight)| *weight /= stem_vector_length);
    }
    stem_vector
}

pub(super) fn vector_length(stem_vector: &[(u64, f64)]) -> f64 {
    stem_vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt()
}

/// The dot product; the cosine similarity of vectors of length 1.
pub(super) fn dot(one_vector: &[(u64, f64)], other_vector: &[(u64, f64)]) -> f64 {
    let (shorter_vector, longer_vector) =
        if one_vector.len() <= other_vector.len() { (one_vector, other_vector) } else { (other_vector, one_vector) };
    let weight_in_longer = |stem: &u64| {
        longer_vector
            .binary_search_by_key(stem, |(known_stem, _)| *known_stem)
            .ok()
            .map(|term_index| longer_vector[term_index].1)
    };
    shorter_vector.iter().filter_map(|(stem, weight)| Some(weight * weight_in_longer(stem)?)).sum()
}

/// The sum of `stem_vectors`, scaled to length 1.
pub(super) fn centroid<'a>(stem_vectors: impl Iterator<Item = &'a StemVector>) -> StemVector {
    let mut stem_weights: BTreeMap<u64, f64> = BTreeMap::new();
    stem_vectors.flatten().for_each(|(stem, weight)| *stem_weights.entry(*stem).or_insert(0.0) += weight);
    normalized(stem_weights.into_iter().collect())
}

/// The sum of two vectors.
pub(super) fn sum_of_vectors(one_vector: &[(u64, f64)], other_vector: &[(u64, f64)]) -> StemVector {
    let mut summed_vector = Vec::with_capacity(one_vector.len() + other_vector.len());
    let (mut one_terms, mut other_terms) = (one_vector.iter().peekable(), other_vector.iter().peekable());
    loop {
        match (one_terms.peek(), other_terms.peek()) {
            (Some(one_term), Some(other_term)) if one_term.0 == other_term.0 => {
                summed_vector.push((one_term.0, one_term.1 + other_term.1));
                one_terms.next();
                other_terms.next();
            }
            (Some(one_term), Some(other_term)) if one_term.0 < other_term.0 => {
                summed_vector.extend(one_terms.next().copied())
            }
            (Some(_), None) => summed_vector.extend(one_terms.next().copied()),
            (_, Some(_)) => summed_vector.extend(other_terms.next().copied()),
            (None, None) => return summed_vector,
        }
    }
}
