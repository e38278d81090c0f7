//! Texts as vectors of weighted stems.

use std::collections::BTreeMap;

/// A sparse vector: (stem, weight), sorted by stem.
pub(super) type Vector = Vec<(u64, f64)>;

/// `vector` scaled to length 1.
pub(super) fn normalized(mut vector: Vector) -> Vector {
    let length = length(&vector);
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    vector
}

pub(super) fn length(vector: &[(u64, f64)]) -> f64 {
    vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt()
}

/// The dot product; the cosine similarity of vectors of length 1.
pub(super) fn dot(one_vector: &[(u64, f64)], other_vector: &[(u64, f64)]) -> f64 {
    let (shorter_vector, longer_vector) =
        if one_vector.len() <= other_vector.len() { (one_vector, other_vector) } else { (other_vector, one_vector) };
    let weight_in_longer = |stem: &u64| {
        longer_vector.binary_search_by_key(stem, |(known, _)| *known).ok().map(|term_index| longer_vector[term_index].1)
    };
    shorter_vector.iter().filter_map(|(stem, weight)| Some(weight * weight_in_longer(stem)?)).sum()
}

/// The sum of `vectors`, scaled to length 1.
pub(super) fn centroid<'a>(vectors: impl Iterator<Item = &'a Vector>) -> Vector {
    let mut weights: BTreeMap<u64, f64> = BTreeMap::new();
    vectors.flatten().for_each(|(stem, weight)| *weights.entry(*stem).or_insert(0.0) += weight);
    normalized(weights.into_iter().collect())
}

/// The sum of two vectors.
pub(super) fn sum(one: &[(u64, f64)], other: &[(u64, f64)]) -> Vector {
    let mut total = Vec::with_capacity(one.len() + other.len());
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if a.0 == b.0 => {
                total.push((a.0, a.1 + b.1));
                left.next();
                right.next();
            }
            (Some(a), Some(b)) if a.0 < b.0 => total.extend(left.next().copied()),
            (Some(_), None) => total.extend(left.next().copied()),
            (_, Some(_)) => total.extend(right.next().copied()),
            (None, None) => return total,
        }
    }
}
