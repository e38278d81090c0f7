//! Which points of which summaries speak for the folder.

use std::cmp::Ordering;
use std::io;

use super::mixed;
use super::stories::Stories;
use super::topics::spread;
use super::vectors::{Vector, middle, product};

/// Most points of a lead: as many as fit a paragraph.
const MOST: usize = 5;

/// Sums that what all stories have in common is kept in: two megabytes.
const SUMS: usize = 1 << 18;

/// What all stories have in common: the sum of their vectors, with stems that share a place added up (Weinberger et al.,
/// "Feature hashing for large scale multitask learning", 2009). It only decides between topics of the same size.
struct Common {
    sums: Vec<f64>,
}

impl Common {
    /// Of no stories yet.
    fn new() -> Self {
        Self { sums: vec![0.0; SUMS] }
    }

    /// Adds a story.
    fn add(&mut self, vector: &[(u64, f64)]) {
        vector.iter().for_each(|(stem, weight)| self.sums[place(*stem)] += weight);
    }

    /// How much of it `vector` has, by a scale that is the same for all.
    fn product(&self, vector: &[(u64, f64)]) -> f64 {
        vector.iter().map(|(stem, weight)| weight * self.sums[place(*stem)]).sum()
    }
}

fn place(stem: u64) -> usize {
    mixed(stem) as usize % SUMS
}

/// What a topic has to say.
struct Queue {
    /// Articles in it, copies counted.
    articles: usize,
    /// How much its best story resembles the folder.
    typical: f64,
    /// Its best stories, the best first; as many as a lead has points.
    stories: Vec<u32>,
}

impl Queue {
    /// Those that speak first are less.
    fn order(&self, other: &Self) -> Ordering {
        other.articles.cmp(&self.articles).then(other.typical.total_cmp(&self.typical))
    }
}

/// The stories whose points are the lead. One each from the topics that most articles are about (copies counted: what many
/// papers print matters), from the story that resembles its topic and the folder most; then from the largest topics again.
/// `topics` are in the order in which they are listed.
pub(super) fn speakers<'a>(stories: &mut Stories, topics: impl Iterator<Item = &'a [u32]>) -> io::Result<Vec<u32>> {
    let mut common = Common::new();
    for story in 0..stories.len() {
        common.add(&stories.vector(story)?);
    }
    let mut queues: Vec<Queue> = Vec::new();
    for topic in topics {
        let articles = topic.iter().map(|&story| stories.size(story)).sum();
        // Reading a topic takes time, and most are smaller than those that speak already.
        if queues.get(MOST - 1).is_some_and(|last| articles < last.articles) {
            continue;
        }
        let queue = Queue { articles, ..queue(stories, topic, &common)? };
        let place = queues.partition_point(|known| known.order(&queue).is_le());
        queues.insert(place, queue);
        queues.retain(|queue| !queue.stories.is_empty());
        queues.truncate(MOST);
    }
    let wanted = (1.0 + f64::from(stories.len()).sqrt().ceil()) as usize;
    let rounds = (0..MOST).flat_map(|round| queues.iter().filter_map(move |queue| queue.stories.get(round)));
    Ok(rounds.copied().take(wanted.min(MOST)).collect())
}

/// What `topic` has to say, but for the number of its articles.
fn queue(stories: &mut Stories, topic: &[u32], common: &Common) -> io::Result<Queue> {
    let mut vectors: Vec<Vector> = Vec::new();
    for story in spread(topic) {
        vectors.push(stories.vector(story)?);
    }
    let middle = middle(vectors.iter());
    let with_point = spread(topic).zip(&vectors).filter(|(story, _)| stories.fact(*story).has_point);
    let mut best: Vec<(f64, u32, &Vector)> =
        with_point.map(|(story, vector)| (product(vector, &middle), story, vector)).collect();
    best.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    best.truncate(MOST);
    let typical = best.first().map_or(0.0, |(_, _, vector)| common.product(vector));
    Ok(Queue { articles: 0, typical, stories: best.into_iter().map(|(_, story, _)| story).collect() })
}
