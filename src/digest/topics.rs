//! Groups stories by topic, and labels the topics.
//!
//! Stories are tf-idf vectors. The most similar pairs are merged first, as long as the centroids of their clusters resemble
//! each other: average linkage restricted to near neighbours. A large folder is taken block by block, each together with the
//! clusters of the blocks before it, so that memory holds one block ([ADR 8](../../docs/adr/0008-digest-from-sketches.md)).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::mem;

use super::document_frequencies::DocumentFrequencies;
use super::groups::ArticleGroups;
use super::hashing::stem_or_band_hash;
use super::stories::Stories;
use super::vectors::{StemVector, dot, sum_of_vectors, vector_length};
use crate::segment::english;

/// Minimum cosine similarity of the centroids of two clusters to merge them; chosen in benches/RESULTS.md.
const MIN_CLUSTER_SIMILARITY: f64 = 0.14;

/// Stems that more clusters have than this are ignored: they say little, and would make every pair of a large folder
/// neighbours.
const MAX_CLUSTERS_PER_STEM: usize = 400;

/// Nearest neighbours that are tried per cluster.
const MAX_CLUSTER_NEIGHBOURS: usize = 24;

/// Stories that are clustered at once.
const STORIES_PER_BLOCK: usize = 4096;

/// Clusters that a block hands on to the next: those with the most stories, among equals the latest. The others stay as
/// they are.
const MAX_CLUSTERS_HANDED_ON: usize = 4096;

/// Stems that are kept of a cluster that is handed on.
const MAX_CLUSTER_TERMS: usize = 128;

/// Words per label.
const LABEL_WORDS: usize = 3;

/// Stories of a topic that are read to label it or to choose its highlights.
const MAX_SAMPLED_STORIES: usize = 512;

/// At most [`MAX_SAMPLED_STORIES`] of `stories`, evenly spread.
pub(super) fn sampled_stories(stories: &[u32]) -> impl Iterator<Item = u32> {
    stories.iter().copied().step_by(stories.len().div_ceil(MAX_SAMPLED_STORIES).max(1))
}

/// Stories on the same topic so far.
struct Cluster {
    /// The sum of the vectors of the cluster's stories.
    sum: StemVector,
    /// The length of the vector `sum`.
    length: f64,
    /// The first story of the cluster.
    first: u32,
    /// Number of stories in the cluster.
    stories: u32,
}

/// The topics of `stories`, in the order of their first stories.
pub(super) fn topics(stories: &mut Stories) -> io::Result<ArticleGroups> {
    cluster_in_blocks(stories.len(), STORIES_PER_BLOCK, |story| stories.vector(story))
}

/// Clusters `story_count` stories, `block_size` at a time. `story_vector` returns the vector of a story, of length 1.
fn cluster_in_blocks(
    story_count: u32,
    block_size: usize,
    mut story_vector: impl FnMut(u32) -> io::Result<StemVector>,
) -> io::Result<ArticleGroups> {
    let mut topic_starts: Vec<u32> = (0..story_count).collect();
    let mut clusters: Vec<Cluster> = Vec::new();
    for block_start in (0..story_count).step_by(block_size) {
        for story in block_start..story_count.min(block_start + block_size as u32) {
            clusters.push(Cluster { sum: story_vector(story)?, length: 1.0, first: story, stories: 1 });
        }
        clusters = merged_clusters(clusters, |into_story, from_story| topic_starts[from_story as usize] = into_story);
        keep_largest(&mut clusters);
    }
    // A start may have joined an earlier one, and so on; earlier ones are resolved first.
    for story in 0..topic_starts.len() {
        topic_starts[story] = topic_starts[topic_starts[story] as usize];
    }
    Ok(ArticleGroups::from_first_members(&topic_starts))
}

/// Keeps the clusters that the next block is compared with.
fn keep_largest(clusters: &mut Vec<Cluster>) {
    clusters.sort_by_key(|cluster| (Reverse(cluster.stories), Reverse(cluster.first)));
    clusters.truncate(MAX_CLUSTERS_HANDED_ON);
    clusters.sort_by_key(|cluster| cluster.first);
    for cluster in clusters.iter_mut().filter(|cluster| cluster.sum.len() > MAX_CLUSTER_TERMS) {
        cluster.sum.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        cluster.sum.truncate(MAX_CLUSTER_TERMS);
        cluster.sum.sort_by_key(|(stem, _)| *stem);
        cluster.length = vector_length(&cluster.sum);
    }
}

/// Merges similar ones of `clusters`, which are in the order of their first stories. `join(into, from)` reports that the
/// cluster that begins with story `from_index` has become part of the one that begins with `into_index`.
fn merged_clusters(mut clusters: Vec<Cluster>, mut report_join: impl FnMut(u32, u32)) -> Vec<Cluster> {
    // The cluster that each one is part of now.
    let mut current_cluster: Vec<usize> = (0..clusters.len()).collect();
    let mut cluster_members: Vec<Vec<usize>> = (0..clusters.len()).map(|cluster| vec![cluster]).collect();
    for (one_index, other_index) in neighbouring_clusters(&clusters) {
        let (one_cluster, other_cluster) = (current_cluster[one_index], current_cluster[other_index]);
        let (into_index, from_index) = (one_cluster.min(other_cluster), one_cluster.max(other_cluster));
        if into_index == from_index {
            continue;
        }
        let similarity = dot(&clusters[into_index].sum, &clusters[from_index].sum);
        if similarity < MIN_CLUSTER_SIMILARITY * clusters[into_index].length * clusters[from_index].length {
            continue;
        }
        let empty_cluster = Cluster { sum: Vec::new(), length: 0.0, first: 0, stories: 0 };
        let absorbed_cluster = mem::replace(&mut clusters[from_index], empty_cluster);
        let cluster = &mut clusters[into_index];
        cluster.sum = sum_of_vectors(&cluster.sum, &absorbed_cluster.sum);
        cluster.length = vector_length(&cluster.sum);
        cluster.stories += absorbed_cluster.stories;
        report_join(cluster.first, absorbed_cluster.first);
        let joining_members = mem::take(&mut cluster_members[from_index]);
        joining_members.iter().for_each(|&member_index| current_cluster[member_index] = into_index);
        cluster_members[into_index].extend(joining_members);
    }
    clusters.retain(|cluster| cluster.stories > 0);
    clusters
}

/// Pairs of near neighbours, the most similar first.
fn neighbouring_clusters(clusters: &[Cluster]) -> Vec<(usize, usize)> {
    // The inverted index: (stem, cluster, normalised weight), sorted.
    let weighted_stems = clusters.iter().enumerate().flat_map(|(cluster_index, cluster)| {
        cluster.sum.iter().map(move |(stem, weight)| (*stem, cluster_index as u32, weight / cluster.length))
    });
    let mut postings: Vec<(u64, u32, f64)> = weighted_stems.collect();
    postings.sort_unstable_by_key(|(stem, cluster_index, _)| (*stem, *cluster_index));
    let postings_for = |stem: u64| {
        let postings_start = postings.partition_point(|(posting_stem, ..)| *posting_stem < stem);
        let following_postings = postings[postings_start..].iter().take(MAX_CLUSTERS_PER_STEM + 1);
        let posting_count = following_postings.take_while(|(posting_stem, ..)| *posting_stem == stem).count();
        &postings[postings_start
            ..postings_start + if (2..=MAX_CLUSTERS_PER_STEM).contains(&posting_count) { posting_count } else { 0 }]
    };
    let mut similar_pairs: Vec<(f64, usize, usize)> = Vec::new();
    let (mut similarities, mut touched_clusters) = (vec![0.0; clusters.len()], Vec::new());
    for (cluster_index, cluster) in clusters.iter().enumerate() {
        for (stem, weight) in &cluster.sum {
            for (_, posting_index, other_weight) in postings_for(*stem) {
                let other_index = *posting_index as usize;
                if similarities[other_index] == 0.0 {
                    touched_clusters.push(other_index);
                }
                similarities[other_index] += weight / cluster.length * other_weight;
            }
        }
        let similar_clusters = touched_clusters.iter().map(|&other_index| (other_index, similarities[other_index]));
        let mut nearest_clusters: Vec<_> = similar_clusters
            .filter(|(other_index, similarity)| *other_index != cluster_index && *similarity >= MIN_CLUSTER_SIMILARITY)
            .collect();
        nearest_clusters.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        nearest_clusters.truncate(MAX_CLUSTER_NEIGHBOURS);
        similar_pairs.extend(nearest_clusters.into_iter().map(|(other_index, similarity)| {
            (similarity, cluster_index.min(other_index), cluster_index.max(other_index))
        }));
        touched_clusters.drain(..).for_each(|other_index| similarities[other_index] = 0.0);
    }
    similar_pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    similar_pairs.dedup_by_key(|similar_pair| (similar_pair.1, similar_pair.2));
    similar_pairs.into_iter().map(|(_, cluster_index, other_index)| (cluster_index, other_index)).collect()
}

/// Labels topics with English words.
pub(super) struct Labeller {
    /// In how many stories each English stem occurs.
    frequencies: DocumentFrequencies,
}

impl Labeller {
    /// Counts the words of `stories`.
    pub(super) fn new(stories: &mut Stories) -> io::Result<Self> {
        let mut frequencies = DocumentFrequencies::new();
        for story in 0..stories.len() {
            let stems: BTreeSet<u64> = stories.text(story)?.words.iter().map(|word| stem_hash(word)).collect();
            frequencies.add(stems.into_iter());
        }
        Ok(Self { frequencies })
    }

    /// The English words that most stories of `topic` have and few others do; the first words of its first story if its
    /// stories have none in common.
    pub(super) fn label(&self, stories: &mut Stories, topic: &[u32]) -> io::Result<Vec<String>> {
        // (stem, stories that have it, first form) in the order of first occurrence, and the index of each stem.
        let mut label_candidates: Vec<(u64, f64, String)> = Vec::new();
        let mut candidate_indices: BTreeMap<u64, usize> = BTreeMap::new();
        for story in sampled_stories(topic) {
            let mut seen_stems = BTreeSet::new();
            for label_word in stories.text(story)?.words {
                let stem = stem_hash(&label_word);
                if seen_stems.insert(stem) {
                    let candidate_index = *candidate_indices.entry(stem).or_insert(label_candidates.len());
                    match label_candidates.get_mut(candidate_index) {
                        Some((_, story_count, _)) => *story_count += 1.0,
                        None => label_candidates.push((stem, 1.0, label_word)),
                    }
                }
            }
        }
        let shared_words = label_candidates.iter().filter(|(_, story_count, _)| *story_count >= 2.0);
        let mut weighted_words: Vec<(f64, &String)> = shared_words
            .map(|(stem, story_count, label_word)| (story_count * self.frequencies.weight(*stem), label_word))
            .collect();
        // The sort is stable: among equals the first one stays first.
        weighted_words.sort_by(|one, other| other.0.total_cmp(&one.0));
        let topic_label: Vec<String> =
            weighted_words.into_iter().take(LABEL_WORDS).map(|(_, label_word)| label_word.clone()).collect();
        let first_words =
            || label_candidates.into_iter().take(LABEL_WORDS).map(|(.., label_word)| label_word).collect();
        Ok(if topic_label.is_empty() { first_words() } else { topic_label })
    }
}

fn stem_hash(label_word: &str) -> u64 {
    stem_or_band_hash(english::stem(label_word).bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hashing::mixed_hash;
    use crate::digest::vectors::normalized;

    /// A story with four stems of its own and up to six of the twelve stems of `topic`.
    fn story(number: u32, topic: u64) -> StemVector {
        let own = |place: u64| mixed_hash((u64::from(number) << 8) | place);
        let shared = |place: u64| mixed_hash((topic << 40) | (own(place) % 12));
        let mut stems: Vec<u64> = (0..4).map(own).chain((4..10).map(shared)).collect();
        stems.sort_unstable();
        stems.dedup();
        normalized(stems.into_iter().map(|stem| (stem, 1.0)).collect())
    }

    #[test]
    fn topics_are_found_across_blocks_whatever_their_size() {
        // Every third story belongs to one of three topics; the others stand alone.
        let topic_of =
            |number: u32| if number.is_multiple_of(3) { u64::from(number / 3 % 3) } else { u64::from(number) + 100 };
        let found = |block| cluster_in_blocks(300, block, |number| Ok(story(number, topic_of(number)))).unwrap();
        for block in [1, 7, 64, 300] {
            let groups = found(block);
            for (first, topic) in [(0, 0), (3, 1), (6, 2)] {
                let group = groups.iter().find(|group| group.contains(&first)).unwrap();
                let wanted: Vec<u32> = (0..300).filter(|&number| topic_of(number) == topic).collect();
                assert_eq!(group, wanted, "blocks of {block}");
            }
            assert_eq!(groups.len(), 3 + 200, "blocks of {block}");
        }
    }

    #[test]
    fn a_story_without_stems_resembles_no_other() {
        let groups = cluster_in_blocks(3, 2, |_| Ok(Vec::new())).unwrap();
        assert_eq!(groups.len(), 3);
    }

    #[test]
    fn what_a_block_hands_on_is_bounded() {
        let mut clusters: Vec<Cluster> = (0..MAX_CLUSTERS_HANDED_ON as u32 + 10)
            .map(|first| Cluster { sum: Vec::new(), length: 1.0, first, stories: if first == 3 { 2 } else { 1 } })
            .collect();
        clusters[3].sum = (0..1000).map(|stem| (stem, f64::from(stem as u32 % 100))).collect();
        keep_largest(&mut clusters);
        assert_eq!(clusters.len(), MAX_CLUSTERS_HANDED_ON);
        assert_eq!((clusters[0].first, clusters[1].first, clusters[0].sum.len()), (3, 11, MAX_CLUSTER_TERMS));
        assert!(clusters[0].sum.is_sorted() && clusters[0].sum.iter().all(|(_, weight)| *weight >= 87.0));
    }
}
