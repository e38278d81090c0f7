//! Chooses the stories whose points are the main points of the folder.

use std::cmp::Ordering;
use std::io;

use super::hashing::mixed_hash;
use super::stories::Stories;
use super::topics::sampled_stories;
use super::vectors::{StemVector, centroid, dot};

/// Maximum number of main points of the folder: as many as fit a paragraph.
const MAX_LEAD_POINTS: usize = 5;

/// Buckets of the folder's vector: two megabytes.
const STEM_BUCKETS: usize = 1 << 18;

/// The sum of the vectors of all stories, with stems hashed into buckets (Weinberger et al., "Feature hashing for large
/// scale multitask learning", 2009). It only decides between topics of the same size.
struct FolderVector {
    sums: Vec<f64>,
}

impl FolderVector {
    /// The vector of no stories.
    fn new() -> Self {
        Self { sums: vec![0.0; STEM_BUCKETS] }
    }

    /// Adds the vector of a story.
    fn add(&mut self, story_vector: &[(u64, f64)]) {
        story_vector.iter().for_each(|(stem, weight)| self.sums[stem_bucket(*stem)] += weight);
    }

    /// The dot product with `story_vector`, on a scale that is the same for all.
    fn dot(&self, story_vector: &[(u64, f64)]) -> f64 {
        story_vector.iter().map(|(stem, weight)| weight * self.sums[stem_bucket(*stem)]).sum()
    }
}

fn stem_bucket(stem: u64) -> usize {
    mixed_hash(stem) as usize % STEM_BUCKETS
}

/// The candidates of a topic.
struct TopicCandidates {
    /// Number of articles in the topic, copies included.
    articles: usize,
    /// How much the topic's best story resembles the folder.
    typicality: f64,
    /// The topic's best stories, at most [`MAX_LEAD_POINTS`], the best first.
    stories: Vec<u32>,
}

impl TopicCandidates {
    /// Orders topics by importance, the most important first.
    fn importance(&self, other_topic: &Self) -> Ordering {
        other_topic.articles.cmp(&self.articles).then(other_topic.typicality.total_cmp(&self.typicality))
    }
}

/// The stories for the lead: one from each of the topics with the most articles (copies included: what many papers print
/// matters), the story that resembles its topic most; then further ones from the largest topics. `topics` are in the order
/// in which the digest lists them.
pub(super) fn lead_stories<'a>(stories: &mut Stories, topics: impl Iterator<Item = &'a [u32]>) -> io::Result<Vec<u32>> {
    let mut folder_vector = FolderVector::new();
    for story in 0..stories.len() {
        folder_vector.add(&stories.vector(story)?);
    }
    let mut ranked_topics: Vec<TopicCandidates> = Vec::new();
    for topic in topics {
        let article_count = topic.iter().map(|&story| stories.size(story)).sum();
        // Reading a topic takes time, and most are smaller than those already chosen.
        if ranked_topics.get(MAX_LEAD_POINTS - 1).is_some_and(|last_topic| article_count < last_topic.articles) {
            continue;
        }
        let candidates = topic_candidates(stories, topic, article_count, &folder_vector)?;
        let topic_rank = ranked_topics.partition_point(|ranked_topic| ranked_topic.importance(&candidates).is_le());
        ranked_topics.insert(topic_rank, candidates);
        ranked_topics.retain(|topic| !topic.stories.is_empty());
        ranked_topics.truncate(MAX_LEAD_POINTS);
    }
    let wanted_points = (1.0 + f64::from(stories.len()).sqrt().ceil()) as usize;
    let stories_by_round =
        (0..MAX_LEAD_POINTS).flat_map(|round| ranked_topics.iter().filter_map(move |topic| topic.stories.get(round)));
    Ok(stories_by_round.copied().take(wanted_points.min(MAX_LEAD_POINTS)).collect())
}

/// The candidates of `topic`, which has `article_count` articles: its stories with a point, those nearest to its centroid first.
fn topic_candidates(
    stories: &mut Stories,
    topic: &[u32],
    article_count: usize,
    folder_vector: &FolderVector,
) -> io::Result<TopicCandidates> {
    let mut story_vectors: Vec<StemVector> = Vec::new();
    for story in sampled_stories(topic) {
        story_vectors.push(stories.vector(story)?);
    }
    let topic_centroid = centroid(story_vectors.iter());
    let stories_with_point =
        sampled_stories(topic).zip(&story_vectors).filter(|(story, _)| stories.facts(*story).has_point);
    let mut best_stories: Vec<(f64, u32, &StemVector)> = stories_with_point
        .map(|(story, story_vector)| (dot(story_vector, &topic_centroid), story, story_vector))
        .collect();
    best_stories.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    best_stories.truncate(MAX_LEAD_POINTS);
    let typicality = best_stories.first().map_or(0.0, |(_, _, story_vector)| folder_vector.dot(story_vector));
    Ok(TopicCandidates {
        articles: article_count,
        typicality,
        stories: best_stories.into_iter().map(|(_, story, _)| story).collect(),
    })
}
