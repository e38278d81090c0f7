//! A sentence that a model wrote → the translated sentences that it rests on.
//!
//! What it shares with each sentence of the article is weighed by how rare it is there; sentences are added as long as they
//! cover something new. Ties go to the earlier sentence.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Claim, Ground, claims};
use crate::document::{SentenceRef, Translation};
use crate::segment::{english, words};

/// Most sentences that one sentence rests on.
const MOST: usize = 4;

/// Least part of a sentence's weight that the first sentence of its evidence covers. Below it they share a word by chance.
const FIRST: f64 = 0.2;

/// Least part of it that every further one adds.
const FURTHER: f64 = 0.12;

/// What of a score depends on the place: of two sentences that are equally alike, one near the evidence of the sentence
/// before is the likelier source, since summaries follow the order of their articles.
const NEAR: f64 = 0.03;

/// The sentences of an article that can be evidence.
pub(super) struct Sources<'text> {
    list: Vec<Source<'text>>,
    /// Stem → how rare it is.
    rarity: BTreeMap<String, f64>,
}

struct Source<'text> {
    place: SentenceRef,
    english: &'text str,
    german: &'text str,
    stems: BTreeSet<String>,
}

/// What a sentence rests on, and what of it is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    /// The sentences, the article's order; empty if none has enough in common with it.
    pub(super) places: Vec<SentenceRef>,
    /// The sentence that has most in common with it, however little that is.
    pub(super) nearest: Option<SentenceRef>,
    /// What cannot be found.
    pub(super) missing: Vec<Claim>,
}

impl<'text> Sources<'text> {
    /// The sentences of `translation` that have an English.
    pub(super) fn of(translation: &'text Translation) -> Self {
        let mut list = Vec::new();
        let mut having: BTreeMap<String, f64> = BTreeMap::new();
        for (paragraph, (source, translated)) in translation.pairs().enumerate() {
            for (sentence, (range, target)) in translated.pairs().enumerate() {
                let stems = stems(&target.english);
                stems.iter().for_each(|stem| *having.entry(stem.clone()).or_insert(0.0) += 1.0);
                let german = source.text().get(range).unwrap_or_default();
                list.push(Source {
                    place: SentenceRef { paragraph, sentence },
                    english: &target.english,
                    german,
                    stems,
                });
            }
        }
        let all = list.len() as f64;
        let rarity = having.into_iter().map(|(stem, having)| (stem, (1.0 + all / having).ln())).collect();
        Self { list, rarity }
    }

    /// What `sentence` rests on; `after` is where the evidence of the sentence before it begins.
    pub(super) fn evidence(&self, sentence: &str, after: Option<SentenceRef>) -> Evidence {
        // What the article does not have at all weighs as much as what it has once.
        let rarest = (1.0 + self.list.len() as f64).ln();
        let weights: BTreeMap<String, f64> = stems(sentence)
            .into_iter()
            .map(|stem| {
                let weight = self.rarity.get(&stem).copied().unwrap_or(rarest);
                (stem, weight)
            })
            .collect();
        let total: f64 = weights.values().sum();
        if total <= 0.0 {
            return Evidence::default();
        }
        let mut open = weights.clone();
        let mut chosen: Vec<usize> = Vec::new();
        let mut nearest = None;
        while chosen.len() < MOST {
            let gain = |source: &Source<'_>| -> f64 {
                open.iter().filter(|(stem, _)| source.stems.contains(*stem)).map(|(_, weight)| weight).sum::<f64>()
                    / total
            };
            let mut best: Option<(usize, f64, f64)> = None;
            for (index, source) in self.list.iter().enumerate().filter(|(index, _)| !chosen.contains(index)) {
                let gain = gain(source);
                let near = after.is_some_and(|after| after <= source.place);
                let score = gain + if near { NEAR } else { 0.0 };
                if gain > 0.0 && best.is_none_or(|(.., known)| score > known) {
                    best = Some((index, gain, score));
                }
            }
            let Some((index, gain, _)) = best else { break };
            nearest.get_or_insert(self.list[index].place);
            if gain < if chosen.is_empty() { FIRST } else { FURTHER } {
                break;
            }
            open.retain(|stem, _| !self.list[index].stems.contains(stem));
            chosen.push(index);
        }
        let missing = if chosen.is_empty() { Vec::new() } else { self.complete(sentence, &weights, &mut chosen) };
        chosen.sort_unstable();
        Evidence { places: chosen.into_iter().map(|index| self.list[index].place).collect(), nearest, missing }
    }

    /// The claims of `sentence` that are not in the `chosen` sentences, after those were added that hold one and speak of the
    /// same things.
    fn complete(&self, sentence: &str, weights: &BTreeMap<String, f64>, chosen: &mut Vec<usize>) -> Vec<Claim> {
        let mut ground = Ground::default();
        chosen.iter().for_each(|&index| self.list[index].ground(&mut ground));
        let mut missing = Vec::new();
        for claim in claims(sentence) {
            if ground.holds(&claim) {
                continue;
            }
            let holds = |source: &Source<'_>| {
                let mut own = Ground::default();
                source.ground(&mut own);
                // A claim that is all they share may be about something else.
                own.holds(&claim) && source.stems.iter().filter(|stem| weights.contains_key(*stem)).count() >= 2
            };
            let found = if chosen.len() < MOST { self.list.iter().position(holds) } else { None };
            match found {
                Some(index) => {
                    self.list[index].ground(&mut ground);
                    chosen.push(index);
                }
                None => missing.push(claim),
            }
        }
        missing
    }
}

impl Source<'_> {
    /// Adds what the sentence says in both languages: a name may be lost in translation and right in the summary.
    fn ground(&self, ground: &mut Ground) {
        ground.add(self.english);
        ground.add(self.german);
    }
}

/// The stems of `text` that mean something, each once.
fn stems(text: &str) -> BTreeSet<String> {
    words::words(text).filter(|word| !english::is_stop_word(word)).map(english::stem).collect()
}
