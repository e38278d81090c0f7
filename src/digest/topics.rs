//! Which stories are about the same, and what that is called.
//!
//! Stories are vectors of weighted stems. Pairs that resemble each other are merged, the most alike first, as long as the
//! middles of the two groups resemble each other too: an average linkage that looks at near neighbours alone.

use std::collections::BTreeMap;

use super::{Group, Seen};
use crate::segment::english;

/// Groups whose middles resemble each other at least so much are one topic (cosine; measured in benches/RESULTS.md).
const ALIKE: f64 = 0.14;

/// Stems that more stories have than this say nothing on what belongs together, and would make every pair of a large
/// folder a neighbour.
const MOST_WITH_STEM: usize = 400;

/// The nearest stories that are tried for each.
const NEIGHBOURS: usize = 24;

/// Words of a label.
const LABEL: usize = 3;

/// A story as (stem, weight), sorted by stem, of length 1.
pub(super) type Vector = Vec<(u64, f64)>;

/// The vectors of all stories: the weight of a stem times ln(1 + n / df), with df the number of stories that have it and n
/// that of all.
pub(super) fn vectors<'a>(stories: impl Iterator<Item = &'a [(u64, f64)]> + Clone) -> Vec<Vector> {
    let mut having: BTreeMap<u64, f64> = BTreeMap::new();
    let mut all = 0.0;
    for terms in stories.clone() {
        all += 1.0;
        terms.iter().for_each(|(stem, _)| *having.entry(*stem).or_insert(0.0) += 1.0);
    }
    let weigh = |(stem, weight): &(u64, f64)| {
        let having = having.get(stem).copied().unwrap_or(1.0);
        (*stem, weight * (1.0 + all / having).ln())
    };
    stories.map(|terms| unit(terms.iter().map(weigh).collect())).collect()
}

fn unit(mut vector: Vector) -> Vector {
    let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    vector
}

/// The product of two vectors, whose stems are sorted.
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
fn sum(one: &[(u64, f64)], other: &[(u64, f64)]) -> Vector {
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

/// The stories of each topic, in order; topics with the most stories first, of equals the one that begins first.
pub(super) fn clusters(vectors: &[Vector]) -> Vec<Vec<usize>> {
    // Each story's cluster, by its first story; the sum and the members are kept there.
    let mut cluster_of: Vec<usize> = (0..vectors.len()).collect();
    let mut sums: Vec<Vector> = vectors.to_vec();
    let mut members: Vec<Vec<usize>> = (0..vectors.len()).map(|story| vec![story]).collect();
    for (one, other) in pairs(vectors) {
        let (one, other) = (cluster_of[one], cluster_of[other]);
        let (one, other) = (one.min(other), one.max(other));
        if one == other {
            continue;
        }
        let lengths = product(&sums[one], &sums[one]).sqrt() * product(&sums[other], &sums[other]).sqrt();
        if product(&sums[one], &sums[other]) < ALIKE * lengths {
            continue;
        }
        sums[one] = sum(&sums[one], &sums[other]);
        sums[other] = Vec::new();
        let joining = std::mem::take(&mut members[other]);
        joining.iter().for_each(|&story| cluster_of[story] = one);
        members[one].extend(joining);
    }
    let mut clusters: Vec<Vec<usize>> = members.into_iter().filter(|stories| !stories.is_empty()).collect();
    clusters.iter_mut().for_each(|stories| stories.sort_unstable());
    clusters.sort_by_key(|stories| (std::cmp::Reverse(stories.len()), stories[0]));
    clusters
}

/// Pairs of near neighbours, the most alike first.
fn pairs(vectors: &[Vector]) -> Vec<(usize, usize)> {
    let mut postings: BTreeMap<u64, Vec<(usize, f64)>> = BTreeMap::new();
    for (story, vector) in vectors.iter().enumerate() {
        vector.iter().for_each(|(stem, weight)| postings.entry(*stem).or_default().push((story, *weight)));
    }
    postings.retain(|_, stories| (2..=MOST_WITH_STEM).contains(&stories.len()));
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (story, vector) in vectors.iter().enumerate() {
        let mut likeness: BTreeMap<usize, f64> = BTreeMap::new();
        for (stem, weight) in vector {
            for (other, theirs) in postings.get(stem).into_iter().flatten().filter(|(other, _)| *other != story) {
                *likeness.entry(*other).or_insert(0.0) += weight * theirs;
            }
        }
        let mut near: Vec<_> = likeness.into_iter().filter(|(_, likeness)| *likeness >= ALIKE).collect();
        near.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        near.truncate(NEIGHBOURS);
        pairs.extend(near.into_iter().map(|(other, likeness)| (likeness, story.min(other), story.max(other))));
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    pairs.dedup_by_key(|pair| (pair.1, pair.2));
    pairs.into_iter().map(|(_, one, other)| (one, other)).collect()
}

/// For each cluster the English words that most of its stories have and few others do.
pub(super) fn labels(seen: &[Seen], stories: &[Group], clusters: &[Vec<usize>]) -> Vec<Vec<String>> {
    let stems: Vec<Vec<(String, &str)>> = stories
        .iter()
        .map(|story| {
            let words = &seen[story.article].sketch.words;
            let mut stems: Vec<_> = words.iter().map(|word| (english::stem(word), word.as_str())).collect();
            let mut known = std::collections::BTreeSet::new();
            stems.retain(|(stem, _)| known.insert(stem.clone()));
            stems
        })
        .collect();
    let mut having: BTreeMap<&str, f64> = BTreeMap::new();
    stems.iter().flatten().for_each(|(stem, _)| *having.entry(stem).or_insert(0.0) += 1.0);
    let all = stories.len() as f64;
    let label = |cluster: &Vec<usize>| {
        // Stem → (stories that have it, place and form of the first).
        let mut found: BTreeMap<&str, (f64, usize, &str)> = BTreeMap::new();
        for (place, (stem, word)) in cluster.iter().flat_map(|&story| &stems[story]).enumerate() {
            found.entry(stem).or_insert((0.0, place, word)).0 += 1.0;
        }
        let mut words: Vec<(f64, usize, &str)> = found
            .into_iter()
            .filter(|(_, (times, ..))| *times >= 2.0 || cluster.len() == 1)
            .map(|(stem, (times, place, word))| (times * (1.0 + all / having[stem]).ln(), place, word))
            .collect();
        words.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        words.into_iter().take(LABEL).map(|(_, _, word)| word.to_owned()).collect::<Vec<_>>()
    };
    let first_title = |cluster: &Vec<usize>| {
        let first = cluster.first().map(|&story| &seen[stories[story].article].sketch.words);
        first.into_iter().flatten().take(LABEL).cloned().collect()
    };
    let named =
        |cluster| Some(label(cluster)).filter(|label| !label.is_empty()).unwrap_or_else(|| first_title(cluster));
    clusters.iter().map(named).collect()
}
