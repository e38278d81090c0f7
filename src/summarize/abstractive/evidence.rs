//! A sentence that a model wrote → the sentences of the article that support it.
//!
//! Each word it shares with a sentence of the article counts by how rare it is there; sentences are added as long as they cover
//! something new. If the writer has an encoder, its vectors decide between similar sentences: they find paraphrases, but never
//! make a sentence evidence that shares no words (`similarity.rs`). Ties go to the earlier sentence.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Claim, EvidenceText, claims_in_english, claims_in_german};
use super::language::SummaryLanguage;
use super::similarity::VectorSimilarity;
use crate::document::{SentenceRef, Translation};

/// Most sentences of the article that support one sentence of its summary.
const MAX_EVIDENCE_SENTENCES: usize = 4;

/// Least share of a sentence's weight that the first sentence of its evidence covers. Below this they share a word by chance.
const MIN_FIRST_GAIN: f64 = 0.2;

/// Least share of a sentence's weight that every further one adds.
const MIN_FURTHER_GAIN: f64 = 0.12;

/// Bonus for a sentence that does not stand before the evidence of the preceding statement: summaries follow the order of their
/// articles.
const IN_ORDER: f64 = 0.03;

/// Weight of the vectors' similarity in a score. Chosen on half of `tests/evidence/paraphrases.tsv`: the test below finds 8 of its
/// 24 sentences, and 6 by words alone; of the other half 12 and 11.
const SIMILARITY: f64 = 0.2;

/// The sentences of an article, any of which can be evidence.
pub(super) struct SourceSentences<'text> {
    list: Vec<SourceSentence<'text>>,
    language: SummaryLanguage,
    similarity: Option<VectorSimilarity>,
    /// Stem → how rare it is in the article.
    rarity: BTreeMap<String, f64>,
}

struct SourceSentence<'text> {
    address: SentenceRef,
    english: &'text str,
    german: &'text str,
    /// Stems in the language that is compared.
    stems: BTreeSet<String>,
}

/// A sentence that a model wrote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<'a> {
    pub(super) english: &'a str,
    /// The sentence as written, if that was in German.
    pub(super) german: Option<&'a str>,
    /// Its vector, if the writer has an encoder.
    pub(super) vector: Option<&'a [f32]>,
}

/// What supports a sentence, and which of its claims nothing supports.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SentenceEvidence {
    /// The sentences that support it, in the order of the article; empty if none has enough in common with it.
    pub(super) sentences: Vec<SentenceRef>,
    /// The sentence that has most in common with it, however little that is.
    pub(super) nearest: Option<SentenceRef>,
    /// The claims that these sentences do not contain.
    pub(super) missing: Vec<Claim>,
}

impl<'text> SourceSentences<'text> {
    /// The sentences of `translation`, to be compared with statements in `language`.
    pub(super) fn new(translation: &'text Translation, language: SummaryLanguage) -> Self {
        let mut source_sentences = Vec::new();
        let mut document_frequency: BTreeMap<String, f64> = BTreeMap::new();
        for (paragraph, (source, translated)) in translation.pairs().enumerate() {
            for (sentence, (range, target)) in translated.pairs().enumerate() {
                let german = source.text().get(range).unwrap_or_default();
                let stems = language.text(german, target).map(|text| language.stems(text)).unwrap_or_default();
                stems.iter().for_each(|stem| *document_frequency.entry(stem.clone()).or_insert(0.0) += 1.0);
                let address = SentenceRef { paragraph, sentence };
                source_sentences.push(SourceSentence { address, english: &target.english, german, stems });
            }
        }
        let sentence_count = source_sentences.len() as f64;
        let rarity = document_frequency
            .into_iter()
            .map(|(stem, frequency)| (stem, (1.0 + sentence_count / frequency).ln()))
            .collect();
        Self { list: source_sentences, language, rarity, similarity: None }
    }

    /// The sentences in the language that is compared, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'text str> {
        self.list.iter().map(|source| match self.language {
            SummaryLanguage::English => source.english,
            SummaryLanguage::German => source.german,
        })
    }

    /// Adds the vector of each sentence, in the order of [`SourceSentences::texts`].
    pub(super) fn add_vectors(&mut self, vectors: &[Vec<f32>]) {
        let matching = Some(vectors).filter(|vectors| vectors.len() == self.list.len());
        self.similarity = matching.and_then(VectorSimilarity::new);
    }

    /// What supports `statement`. `after` is where the evidence of the preceding statement begins.
    pub(super) fn evidence(&self, statement: &Statement<'_>, after: Option<SentenceRef>) -> SentenceEvidence {
        let text = statement.german.unwrap_or(statement.english);
        let similarities =
            self.similarity.as_ref().zip(statement.vector).map(|(similarity, vector)| similarity.to_each(vector));
        let similarity = |index: usize| similarities.as_ref().map_or(0.0, |similarities| similarities[index].max(0.0));
        // A stem that the article lacks weighs as much as one that occurs once.
        let rarest = (1.0 + self.list.len() as f64).ln();
        let weights: BTreeMap<String, f64> = self
            .language
            .stems(text)
            .into_iter()
            .map(|stem| {
                let weight = self.rarity.get(&stem).copied().unwrap_or(rarest);
                (stem, weight)
            })
            .collect();
        let statement_weight: f64 = weights.values().sum();
        if statement_weight <= 0.0 {
            return SentenceEvidence::default();
        }
        let mut uncovered = weights.clone();
        let mut chosen: Vec<usize> = Vec::new();
        let mut nearest = None;
        while chosen.len() < MAX_EVIDENCE_SENTENCES {
            let least_gain = if chosen.is_empty() { MIN_FIRST_GAIN } else { MIN_FURTHER_GAIN };
            let mut best: Option<(usize, f64)> = None;
            let mut best_of_all: Option<(usize, f64)> = None;
            for (index, source) in self.list.iter().enumerate().filter(|(index, _)| !chosen.contains(index)) {
                let shared =
                    uncovered.iter().filter(|(stem, _)| source.stems.contains(*stem)).map(|(_, weight)| weight);
                let gain = shared.sum::<f64>() / statement_weight;
                let likeness = gain + SIMILARITY * similarity(index);
                let is_in_order = after.is_some_and(|after| after <= source.address);
                let score = likeness + if is_in_order { IN_ORDER } else { 0.0 };
                if likeness > 0.0 && best_of_all.is_none_or(|(_, known)| score > known) {
                    best_of_all = Some((index, score));
                }
                if gain >= least_gain && best.is_none_or(|(_, known)| score > known) {
                    best = Some((index, score));
                }
            }
            if chosen.is_empty() {
                nearest = best_of_all.map(|(index, _)| self.list[index].address);
            }
            let Some((index, _)) = best else { break };
            uncovered.retain(|stem, _| !self.list[index].stems.contains(stem));
            chosen.push(index);
        }
        let missing =
            if chosen.is_empty() { Vec::new() } else { self.support_claims(statement, &weights, &mut chosen) };
        chosen.sort_unstable();
        SentenceEvidence {
            sentences: chosen.into_iter().map(|index| self.list[index].address).collect(),
            nearest,
            missing,
        }
    }

    /// The claims of `statement` that are not in the `chosen` sentences. A sentence that contains such a claim and is about the
    /// same things is added to them first. `weights` are the stems of the statement.
    fn support_claims(
        &self,
        statement: &Statement<'_>,
        weights: &BTreeMap<String, f64>,
        chosen: &mut Vec<usize>,
    ) -> Vec<Claim> {
        let mut evidence = EvidenceText::default();
        chosen.iter().for_each(|&index| self.list[index].add_to(&mut evidence));
        let mut missing = Vec::new();
        let german_claims = statement.german.map(claims_in_german).unwrap_or_default();
        for claim in claims_in_english(statement.english).into_iter().chain(german_claims) {
            if evidence.contains(&claim) {
                continue;
            }
            let supports_claim = |source: &SourceSentence<'_>| {
                let mut source_text = EvidenceText::default();
                source.add_to(&mut source_text);
                // If the claim is all they share, the sentence may be about something else.
                source_text.contains(&claim)
                    && source.stems.iter().filter(|stem| weights.contains_key(*stem)).count() >= 2
            };
            let supporting_index =
                if chosen.len() < MAX_EVIDENCE_SENTENCES { self.list.iter().position(supports_claim) } else { None };
            match supporting_index {
                Some(index) => {
                    self.list[index].add_to(&mut evidence);
                    chosen.push(index);
                }
                None => missing.push(claim),
            }
        }
        missing
    }
}

impl SourceSentence<'_> {
    fn add_to(&self, evidence: &mut EvidenceText) {
        evidence.add(self.english, self.german);
    }
}

#[cfg(test)]
mod tests {
    /// In German on both sides, since the embedded model reads German.
    #[cfg(feature = "embedded-model")]
    #[test]
    fn what_is_said_in_other_words_is_found_by_the_encoder_beside_the_words() {
        use std::collections::BTreeMap;

        use super::*;
        use crate::catalog::{Catalog, Hub, Task};
        use crate::document::ParagraphKind;
        use crate::generation::{DeviceChoice, Generator, PrecisionChoice, Schedule};
        use crate::summarize::fixtures::translation;

        let catalog = Catalog { hub: Hub::default(), families: Vec::new() };
        let model = catalog.present(crate::catalog::DEFAULT_TRANSLATOR).unwrap();
        let devices = DeviceChoice::cpu().open().unwrap();
        let generator = Generator::load(&devices, Task::Translate, &model, PrecisionChoice::Int8).unwrap();
        let vectors = |texts: &[&str]| generator.sentence_vectors(texts, &Schedule::default()).unwrap();

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
            let alone = SourceSentences::new(&translated, SummaryLanguage::German);
            let mut sources = SourceSentences::new(&translated, SummaryLanguage::German);
            sources.add_vectors(&vectors(&sources.texts().collect::<Vec<_>>()));
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
