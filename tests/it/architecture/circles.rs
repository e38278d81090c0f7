//! A graph → the circles in it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Who names whom.
pub(super) type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// One shortest circle through each group of nodes that all reach each other, from its first node back to it.
pub(super) fn circles<'a>(graph: &Graph<'a>) -> Vec<Vec<&'a str>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for start in graph.keys().copied() {
        if seen.contains(start) {
            continue;
        }
        if let Some(circle) = shortest(graph, start) {
            seen.extend(circle.iter().copied());
            found.push(circle);
        }
    }
    found
}

/// The shortest way from `start` back to it.
fn shortest<'a>(graph: &Graph<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(node) = waiting.pop_front() {
        for next in graph.get(node).into_iter().flatten().copied() {
            if next == start {
                let mut circle = vec![start, node];
                while let Some(before) = came_from.get(circle[circle.len() - 1]) {
                    circle.push(before);
                }
                circle.reverse();
                return Some(if node == start { vec![start, start] } else { circle });
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, node);
                waiting.push_back(next);
            }
        }
    }
    None
}
