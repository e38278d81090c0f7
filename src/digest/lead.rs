//! Which points of which summaries speak for the folder.

use super::topics::{Vector, middle, product};
use super::{Group, Seen};
use crate::document::Highlight;

/// Most points of a lead: as many as fit a paragraph.
const MOST: usize = 5;

/// One point each from the topics that most articles are about (copies counted: what many papers print matters), from the
/// story that resembles its topic and the folder most; then from the largest topics again.
pub(super) fn highlights(
    seen: &[Seen],
    stories: &[Group],
    clusters: &[Vec<usize>],
    vectors: &[Vector],
) -> Vec<Highlight> {
    let wanted = (1.0 + (stories.len() as f64).sqrt().ceil()) as usize;
    let wanted = wanted.min(MOST);
    let folder = middle(vectors.iter());
    // A topic's best stories first, the largest topics first.
    let mut queues: Vec<(usize, f64, Vec<usize>)> = clusters
        .iter()
        .map(|cluster| {
            let articles = cluster.iter().map(|&story| 1 + stories[story].copies.len()).sum();
            let topic = middle(cluster.iter().map(|&story| &vectors[story]));
            let mut best: Vec<(f64, usize)> =
                cluster.iter().map(|&story| (product(&vectors[story], &topic), story)).collect();
            best.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            let has_point = |story: &usize| seen[stories[*story].article].sketch.point.is_some();
            let best: Vec<usize> = best.into_iter().map(|(_, story)| story).filter(has_point).collect();
            let typical = best.first().map_or(0.0, |&story| product(&vectors[story], &folder));
            (articles, typical, best)
        })
        .collect();
    queues.sort_by(|one, other| other.0.cmp(&one.0).then(other.1.total_cmp(&one.1)));
    let mut chosen = Vec::new();
    let rounds = queues.iter().map(|(.., stories)| stories.len()).max().unwrap_or(0);
    for round in 0..rounds {
        chosen.extend(queues.iter().filter_map(|(.., stories)| stories.get(round)));
        if chosen.len() >= wanted {
            break;
        }
    }
    chosen.truncate(wanted);
    let highlight = |story: usize| {
        let seen = &seen[stories[story].article];
        let point = seen.sketch.point.clone()?;
        let article = seen.mention.clone();
        Some(Highlight { article, english: point.english, german: point.german, evidence: point.evidence })
    };
    chosen.into_iter().filter_map(highlight).collect()
}
