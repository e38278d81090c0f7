//! A sentence that a model wrote → the translated sentences that it rests on.
//!
//! What it shares with each sentence of the article is weighed by how rare it is there; sentences are added as long as they
//! cover something new. Where the writer has an encoder, its vectors say which of several sentences is meant: they find what is
//! said in other words, but never make a sentence evidence that shares no words (`similarity.rs`). Ties go to the earlier sentence.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Claim, Ground, claims, claims_in_german};
use super::similarity::Similarity;
use super::wording::Wording;
use crate::document::{SentenceRef, Translation};

/// Most sentences that one sentence rests on.
const MOST: usize = 4;

/// Least part of a sentence's weight that the first sentence of its evidence covers. Below it they share a word by chance.
const FIRST: f64 = 0.2;

/// Least part of it that every further one adds.
const FURTHER: f64 = 0.12;

/// What of a score depends on the place: of two sentences that are equally alike, one near the evidence of the sentence
/// before is the likelier source, since summaries follow the order of their articles.
const NEAR: f64 = 0.03;

/// What of a score the likeness of vectors is worth. Chosen on half of `tests/evidence/paraphrases.tsv`: the test below finds 8 of its
/// 24 sentences, and 6 by words alone; of the other half 12 and 11.
const LIKENESS: f64 = 0.2;

/// The sentences of an article that can be evidence.
pub(super) struct Sources<'text> {
    list: Vec<Source<'text>>,
    wording: Wording,
    similarity: Option<Similarity>,
    /// Stem → how rare it is.
    rarity: BTreeMap<String, f64>,
}

struct Source<'text> {
    place: SentenceRef,
    english: &'text str,
    german: &'text str,
    /// Of the language that is compared.
    stems: BTreeSet<String>,
}

/// A sentence that a model wrote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<'a> {
    /// Its English.
    pub(super) english: &'a str,
    /// How it was written, if that was in German.
    pub(super) german: Option<&'a str>,
    /// What the writer's encoder makes of it.
    pub(super) vector: Option<&'a [f32]>,
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
    /// The sentences of `translation`, to be compared with what is written in the language of `wording`.
    pub(super) fn of(translation: &'text Translation, wording: Wording) -> Self {
        let mut list = Vec::new();
        let mut having: BTreeMap<String, f64> = BTreeMap::new();
        for (paragraph, (source, translated)) in translation.pairs().enumerate() {
            for (sentence, (range, target)) in translated.pairs().enumerate() {
                let german = source.text().get(range).unwrap_or_default();
                let stems = wording.text(german, target).map(|text| wording.stems(text)).unwrap_or_default();
                stems.iter().for_each(|stem| *having.entry(stem.clone()).or_insert(0.0) += 1.0);
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
        Self { list, wording, rarity, similarity: None }
    }

    /// The sentences as they are compared, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'text str> {
        self.list.iter().map(|source| match self.wording {
            Wording::English => source.english,
            Wording::German => source.german,
        })
    }

    /// Takes what an encoder makes of each sentence.
    pub(super) fn learn(&mut self, vectors: &[Vec<f32>]) {
        self.similarity = Some(vectors).filter(|vectors| vectors.len() == self.list.len()).and_then(Similarity::of);
    }

    /// What `statement` rests on; `after` is where the evidence of the one before it begins.
    pub(super) fn evidence(&self, statement: &Statement<'_>, after: Option<SentenceRef>) -> Evidence {
        let text = statement.german.unwrap_or(statement.english);
        let likeness = self.similarity.as_ref().zip(statement.vector).map(|(similarity, vector)| similarity.to(vector));
        let likeness = |index: usize| likeness.as_ref().map_or(0.0, |likeness| likeness[index].max(0.0));
        // What the article does not have at all weighs as much as what it has once.
        let rarest = (1.0 + self.list.len() as f64).ln();
        let weights: BTreeMap<String, f64> = self
            .wording
            .stems(text)
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
            let least = if chosen.is_empty() { FIRST } else { FURTHER };
            let mut best: Option<(usize, f64)> = None;
            let mut best_of_all: Option<(usize, f64)> = None;
            for (index, source) in self.list.iter().enumerate().filter(|(index, _)| !chosen.contains(index)) {
                let shared = open.iter().filter(|(stem, _)| source.stems.contains(*stem)).map(|(_, weight)| weight);
                let gain = shared.sum::<f64>() / total;
                let alike = gain + LIKENESS * likeness(index);
                let near = after.is_some_and(|after| after <= source.place);
                let score = alike + if near { NEAR } else { 0.0 };
                if alike > 0.0 && best_of_all.is_none_or(|(_, known)| score > known) {
                    best_of_all = Some((index, score));
                }
                if gain >= least && best.is_none_or(|(_, known)| score > known) {
                    best = Some((index, score));
                }
            }
            if chosen.is_empty() {
                nearest = best_of_all.map(|(index, _)| self.list[index].place);
            }
            let Some((index, _)) = best else { break };
            open.retain(|stem, _| !self.list[index].stems.contains(stem));
            chosen.push(index);
        }
        let missing = if chosen.is_empty() { Vec::new() } else { self.complete(statement, &weights, &mut chosen) };
        chosen.sort_unstable();
        Evidence { places: chosen.into_iter().map(|index| self.list[index].place).collect(), nearest, missing }
    }

    /// The claims of `statement` that are not in the `chosen` sentences, after those were added that hold one and speak of the
    /// same things.
    fn complete(
        &self,
        statement: &Statement<'_>,
        weights: &BTreeMap<String, f64>,
        chosen: &mut Vec<usize>,
    ) -> Vec<Claim> {
        let mut ground = Ground::default();
        chosen.iter().for_each(|&index| self.list[index].ground(&mut ground));
        let mut missing = Vec::new();
        let in_german = statement.german.map(claims_in_german).unwrap_or_default();
        for claim in claims(statement.english).into_iter().chain(in_german) {
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
    /// Adds what the sentence says.
    fn ground(&self, ground: &mut Ground) {
        ground.add(self.english, self.german);
    }
}

#[cfg(test)]
mod tests {
    /// In German on both sides, since the embedded model reads German.
    #[cfg(feature = "embedded-model")]
    #[test]
    fn what_is_said_in_other_words_is_found_by_the_encoder_beside_the_words() {
        use std::collections::BTreeMap;

        use super::super::tests::translation;
        use super::*;
        use crate::catalog::{Catalog, Hub};
        use crate::document::ParagraphKind;
        use crate::engine::{Engine, Precision, Schedule};

        let catalog = Catalog { hub: Hub::default(), families: Vec::new() };
        let model = catalog.present(crate::catalog::DEFAULT_TRANSLATOR).unwrap();
        let engine = Engine::load(&model, Precision::Int8).unwrap();
        let vectors = |texts: &[&str]| engine.sentence_vectors(texts, &Schedule::default()).unwrap();

        let articles = std::fs::read_to_string("benches/summaries/features.jsonl").unwrap();
        let articles: Vec<serde_json::Value> =
            articles.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let pairs = std::fs::read_to_string("tests/evidence/paraphrases.tsv").unwrap();
        let pairs: Vec<(&str, &str)> =
            pairs.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once('\t').unwrap()).collect();
        let mut found: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for (place, article) in articles.iter().enumerate() {
            let text = article["text"].as_str().unwrap();
            let paragraphs: Vec<_> = text.split("\n\n").map(|text| (ParagraphKind::Body, text)).collect();
            let translated = translation(None, &paragraphs);
            let alone = Sources::of(&translated, Wording::German);
            let mut sources = Sources::of(&translated, Wording::German);
            sources.learn(&vectors(&sources.texts().collect::<Vec<_>>()));
            for (paraphrase, words) in pairs.iter().filter(|(_, words)| text.contains(words)) {
                let vector = vectors(&[paraphrase]);
                let statement = |vector| Statement { english: "", german: Some(paraphrase), vector };
                let half = found.entry(if place % 2 == 0 { "chosen on" } else { "held out" }).or_default();
                let nearest = [
                    alone.evidence(&statement(None), None).nearest,
                    sources.evidence(&statement(Some(&vector[0])), None).nearest,
                ];
                for (count, nearest) in half.iter_mut().zip(nearest) {
                    let nearest = nearest.and_then(|place| translated.sentence(place.paragraph, place.sentence));
                    *count += usize::from(nearest.is_some_and(|(german, _)| german.contains(words)));
                }
            }
        }
        for (half, [words, both]) in &found {
            println!("{half}: {words} of 24 by words, {both} with the encoder");
        }
        assert!(found.values().all(|[words, both]| both > words), "{found:?}");
    }
}
