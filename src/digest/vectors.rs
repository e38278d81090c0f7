//! Texts as weighted stems, and how alike they are.

use std::collections::BTreeMap;

/// A text as (stem, weight), sorted by stem.
pub(super) type Vector = Vec<(u64, f64)>;

/// `vector`, scaled to length 1.
pub(super) fn unit(mut vector: Vector) -> Vector {
    let length = length(&vector);
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    vector
}

pub(super) fn length(vector: &[(u64, f64)]) -> f64 {
    vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt()
}

/// The product of two vectors: how alike they are, if both have length 1.
pub(super) fn product(one: &[(u64, f64)], other: &[(u64, f64)]) -> f64 {
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let weight = |stem: &u64| many.binary_search_by_key(stem, |(known, _)| *known).ok().map(|found| many[found].1);
    few.iter().filter_map(|(stem, own)| Some(own * weight(stem)?)).sum()
}

/// What `vectors` have in common: their sum, scaled to length 1.
pub(super) fn middle<'a>(vectors: impl Iterator<Item = &'a Vector>) -> Vector {
    let mut sum: BTreeMap<u64, f64> = BTreeMap::new();
    vectors.flatten().for_each(|(stem, weight)| *sum.entry(*stem).or_insert(0.0) += weight);
    unit(sum.into_iter().collect())
}

/// The sum of two vectors.
pub(super) fn sum(one: &[(u64, f64)], other: &[(u64, f64)]) -> Vector {
    let mut sum = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    loop {
        match (one.peek(), other.peek()) {
            (Some(left), Some(right)) if left.0 == right.0 => {
                sum.push((left.0, left.1 + right.1));
                one.next();
                other.next();
            }
            (Some(left), Some(right)) if left.0 < right.0 => sum.extend(one.next().copied()),
            (Some(_), None) => sum.extend(one.next().copied()),
            (_, Some(_)) => sum.extend(other.next().copied()),
            (None, None) => return sum,
        }
    }
}
