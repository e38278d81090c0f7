//! Which stories are about the same, and what that is called.
//!
//! Stories are vectors of weighted stems. Pairs that resemble each other are merged, the most alike first, as long as the
//! middles of the two groups resemble each other too: an average linkage that looks at near neighbours alone. A large folder is
//! taken block by block, each together with the groups of the blocks before it, so that memory holds one block
//! ([ADR 8](../../docs/adr/0008-digest-from-sketches.md)).

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::frequencies::Frequencies;
use super::groups::Groups;
use super::hash;
use super::stories::Stories;
use super::vectors::{Vector, length, product, sum};
use crate::segment::english;

/// Groups whose middles resemble each other at least so much are one topic (cosine; measured in benches/RESULTS.md).
const ALIKE: f64 = 0.14;

/// Stems that more groups have than this say nothing on what belongs together, and would make every pair of a large
/// folder a neighbour.
const MOST_WITH_STEM: usize = 400;

/// The nearest groups that are tried for each.
const NEIGHBOURS: usize = 24;

/// Stories that are compared at once.
const BLOCK: usize = 4096;

/// Groups that a block hands on to the next: those with the most stories, of equals the latest. The others stay as they are.
const HANDED_ON: usize = 4096;

/// Stems that are kept of a group that is handed on.
const MOST_TERMS: usize = 128;

/// Words of a label.
const LABEL: usize = 3;

/// Stories of a topic that are looked at to name it or to speak for it, evenly spread.
const LOOKED_AT: usize = 512;

/// At most [`LOOKED_AT`] of `stories`, evenly spread.
pub(super) fn spread(stories: &[u32]) -> impl Iterator<Item = u32> {
    stories.iter().copied().step_by(stories.len().div_ceil(LOOKED_AT).max(1))
}

/// Stories that were found to be about the same so far.
struct Node {
    /// The sum of their vectors.
    sum: Vector,
    /// Its length.
    length: f64,
    /// The first of them.
    first: u32,
    /// How many they are.
    stories: u32,
}

/// The topics of `stories`, in the order of the first story of each.
pub(super) fn topics(stories: &mut Stories) -> io::Result<Groups> {
    in_blocks(stories.len(), BLOCK, |story| stories.vector(story))
}

/// The topics of `count` stories, `block` of them at a time; `vector` gives the vector of each, of length 1.
fn in_blocks(count: u32, block: usize, mut vector: impl FnMut(u32) -> io::Result<Vector>) -> io::Result<Groups> {
    let mut first_of: Vec<u32> = (0..count).collect();
    let mut nodes: Vec<Node> = Vec::new();
    for begin in (0..count).step_by(block) {
        for story in begin..count.min(begin + block as u32) {
            nodes.push(Node { sum: vector(story)?, length: 1.0, first: story, stories: 1 });
        }
        nodes = merged(nodes, |into, from| first_of[from as usize] = into);
        hand_on(&mut nodes);
    }
    // A first has joined an earlier one, which may have joined an earlier one.
    for story in 0..first_of.len() {
        first_of[story] = first_of[first_of[story] as usize];
    }
    Ok(Groups::of(&first_of))
}

/// Leaves what the next block is compared with.
fn hand_on(nodes: &mut Vec<Node>) {
    nodes.sort_by_key(|node| (std::cmp::Reverse(node.stories), std::cmp::Reverse(node.first)));
    nodes.truncate(HANDED_ON);
    nodes.sort_by_key(|node| node.first);
    for node in nodes.iter_mut().filter(|node| node.sum.len() > MOST_TERMS) {
        node.sum.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        node.sum.truncate(MOST_TERMS);
        node.sum.sort_by_key(|(stem, _)| *stem);
        node.length = length(&node.sum);
    }
}

/// `nodes`, which stand in the order of their firsts, with those put together that are alike; `join` is told that the stories
/// of its second first are with its first one now.
fn merged(mut nodes: Vec<Node>, mut join: impl FnMut(u32, u32)) -> Vec<Node> {
    // Where each node has gone.
    let mut node_of: Vec<usize> = (0..nodes.len()).collect();
    let mut members: Vec<Vec<usize>> = (0..nodes.len()).map(|node| vec![node]).collect();
    for (one, other) in pairs(&nodes) {
        let (one, other) = (node_of[one], node_of[other]);
        let (one, other) = (one.min(other), one.max(other));
        if one == other {
            continue;
        }
        let likeness = product(&nodes[one].sum, &nodes[other].sum);
        if likeness < ALIKE * nodes[one].length * nodes[other].length {
            continue;
        }
        let from = std::mem::replace(&mut nodes[other], Node { sum: Vec::new(), length: 0.0, first: 0, stories: 0 });
        let into = &mut nodes[one];
        into.sum = sum(&into.sum, &from.sum);
        into.length = length(&into.sum);
        into.stories += from.stories;
        join(into.first, from.first);
        let joining = std::mem::take(&mut members[other]);
        joining.iter().for_each(|&node| node_of[node] = one);
        members[one].extend(joining);
    }
    nodes.retain(|node| node.stories > 0);
    nodes
}

/// Pairs of near neighbours, the most alike first.
fn pairs(nodes: &[Node]) -> Vec<(usize, usize)> {
    let postings = nodes.iter().enumerate();
    let mut postings: Vec<(u64, u32, f64)> = postings
        .flat_map(|(place, node)| {
            node.sum.iter().map(move |(stem, weight)| (*stem, place as u32, weight / node.length))
        })
        .collect();
    postings.sort_unstable_by_key(|(stem, place, _)| (*stem, *place));
    let having = |stem: u64| {
        let start = postings.partition_point(|(known, ..)| *known < stem);
        let length = postings[start..].iter().take(MOST_WITH_STEM + 1).take_while(|(known, ..)| *known == stem).count();
        &postings[start..start + if (2..=MOST_WITH_STEM).contains(&length) { length } else { 0 }]
    };
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    let (mut likeness, mut touched) = (vec![0.0; nodes.len()], Vec::new());
    for (place, node) in nodes.iter().enumerate() {
        for (stem, weight) in &node.sum {
            for (_, other, theirs) in having(*stem) {
                let other = *other as usize;
                if likeness[other] == 0.0 {
                    touched.push(other);
                }
                likeness[other] += weight / node.length * theirs;
            }
        }
        let near = touched.iter().map(|&other| (other, likeness[other]));
        let mut near: Vec<_> = near.filter(|(other, likeness)| *other != place && *likeness >= ALIKE).collect();
        near.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        near.truncate(NEIGHBOURS);
        pairs.extend(near.into_iter().map(|(other, likeness)| (likeness, place.min(other), place.max(other))));
        touched.drain(..).for_each(|other| likeness[other] = 0.0);
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    pairs.dedup_by_key(|pair| (pair.1, pair.2));
    pairs.into_iter().map(|(_, one, other)| (one, other)).collect()
}

/// Names topics.
pub(super) struct Labels {
    /// In how many stories each English stem is.
    frequencies: Frequencies,
}

impl Labels {
    /// Of the topics of `stories`.
    pub(super) fn of(stories: &mut Stories) -> io::Result<Self> {
        let mut frequencies = Frequencies::new();
        for story in 0..stories.len() {
            let stems: BTreeSet<u64> = stories.text(story)?.words.iter().map(|word| stem(word)).collect();
            frequencies.add(stems.into_iter());
        }
        Ok(Self { frequencies })
    }

    /// The English words that most stories of `topic` have and few others do; the first words of its first story if they have
    /// none in common.
    pub(super) fn label(&self, stories: &mut Stories, topic: &[u32]) -> io::Result<Vec<String>> {
        // Stem → (stories that have it, form of the first), in the order of their first places.
        let mut places: BTreeMap<u64, usize> = BTreeMap::new();
        let mut found: Vec<(u64, f64, String)> = Vec::new();
        for story in spread(topic) {
            let mut known = BTreeSet::new();
            for word in stories.text(story)?.words {
                let stem = stem(&word);
                if known.insert(stem) {
                    let place = *places.entry(stem).or_insert(found.len());
                    match found.get_mut(place) {
                        Some((_, times, _)) => *times += 1.0,
                        None => found.push((stem, 1.0, word)),
                    }
                }
            }
        }
        let shared = found.iter().filter(|(_, times, _)| *times >= 2.0);
        let mut shared: Vec<(f64, &String)> =
            shared.map(|(stem, times, word)| (times * self.frequencies.weight(*stem), word)).collect();
        // The sort is stable: of equals the one that comes first.
        shared.sort_by(|one, other| other.0.total_cmp(&one.0));
        let label: Vec<String> = shared.into_iter().take(LABEL).map(|(_, word)| word.clone()).collect();
        Ok(if label.is_empty() { found.into_iter().take(LABEL).map(|(.., word)| word).collect() } else { label })
    }
}

fn stem(word: &str) -> u64 {
    hash(english::stem(word).bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::mixed;
    use crate::digest::vectors::unit;

    /// A story of topic `topic`: four of the twelve stems of the topic, four of its own.
    fn story(number: u32, topic: u64) -> Vector {
        let own = |place: u64| mixed((u64::from(number) << 8) | place);
        let shared = |place: u64| mixed((topic << 40) | (own(place) % 12));
        let mut stems: Vec<u64> = (0..4).map(own).chain((4..10).map(shared)).collect();
        stems.sort_unstable();
        stems.dedup();
        unit(stems.into_iter().map(|stem| (stem, 1.0)).collect())
    }

    #[test]
    fn topics_are_found_across_blocks_whatever_their_size() {
        // Three topics that go on through the folder, one in each third story; what else there is stands alone.
        let topic_of =
            |number: u32| if number.is_multiple_of(3) { u64::from(number / 3 % 3) } else { u64::from(number) + 100 };
        let found = |block| in_blocks(300, block, |number| Ok(story(number, topic_of(number)))).unwrap();
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
    fn a_story_without_stems_is_like_no_other() {
        let groups = in_blocks(3, 2, |_| Ok(Vec::new())).unwrap();
        assert_eq!(groups.len(), 3);
    }

    #[test]
    fn what_is_handed_on_is_bounded() {
        let mut nodes: Vec<Node> = (0..HANDED_ON as u32 + 10)
            .map(|first| Node { sum: Vec::new(), length: 1.0, first, stories: if first == 3 { 2 } else { 1 } })
            .collect();
        nodes[3].sum = (0..1000).map(|stem| (stem, f64::from(stem as u32 % 100))).collect();
        hand_on(&mut nodes);
        assert_eq!(nodes.len(), HANDED_ON);
        assert_eq!((nodes[0].first, nodes[1].first, nodes[0].sum.len()), (3, 11, MOST_TERMS));
        assert!(nodes[0].sum.is_sorted() && nodes[0].sum.iter().all(|(_, weight)| *weight >= 87.0));
    }
}
