//! Two reports of one story → the sentences in which they say something else: another number, another name, a negation.
//!
//! Two sentences are versions of each other if most of their words are the same. Only an exchange is a contradiction: a number or
//! name that one report merely adds is not. Each sentence is compared with those of the other report that share words with it.

use std::collections::BTreeMap;

use super::sketch::SketchSentence;
use crate::check::is_german_negation;
use crate::document::{DifferenceKind, Language};
use crate::quantities::{Number, NumberSet, numbers};
use crate::segment::words;

/// The least that two versions of a sentence have in common in two reports: twice the shared words over all words. Numbers do not count.
const MIN_COMMON: f64 = 0.6;

/// The least that two versions have in common where one of them negates: everything else has to be the same.
const MIN_COMMON_BUT_NEGATION: f64 = 0.8;

/// Fewest words that two versions share.
const MIN_SHARED_WORDS: usize = 3;

/// Most words that stand in the place of a name.
const MAX_NAME_WORDS: usize = 3;

/// Sentences of two reports that differ: their indices in the lists that were compared, and the words that differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    pub(super) kind: DifferenceKind,
    pub(super) indices: [usize; 2],
    pub(super) words: [String; 2],
}

/// The contradictions between two reports, in the order of the first.
pub(super) fn contradictions(report: &[SketchSentence], other_report: &[SketchSentence]) -> Vec<Contradiction> {
    let words_of_other_report: Vec<SentenceWords<'_>> =
        other_report.iter().map(|report_sentence| SentenceWords::new(&report_sentence.german)).collect();
    let mut contradictions = Vec::new();
    for (sentence_index, report_sentence) in report.iter().enumerate() {
        let sentence_words = SentenceWords::new(&report_sentence.german);
        // Among equals the first stays.
        let mut closest_version: Option<(f64, usize)> = None;
        for (other_index, other_words) in words_of_other_report.iter().enumerate() {
            let common_share = sentence_words.common(other_words);
            if common_share >= MIN_COMMON && closest_version.is_none_or(|(known_share, _)| common_share > known_share) {
                closest_version = Some((common_share, other_index));
            }
        }
        let Some((common_share, other_index)) = closest_version else { continue };
        let versions = [report_sentence.german.as_str(), other_report[other_index].german.as_str()];
        if let Some((kind, sentence_words)) =
            difference(versions, [&sentence_words, &words_of_other_report[other_index]], common_share)
        {
            contradictions.push(Contradiction { kind, indices: [sentence_index, other_index], words: sentence_words });
        }
    }
    contradictions
}

/// The words of a sentence of a report.
struct SentenceWords<'a> {
    /// The words of the report's sentence in order, as they are written.
    in_order: Vec<&'a str>,
    /// How often each word occurs in lower case, numbers left out.
    word_counts: BTreeMap<String, usize>,
}

impl<'a> SentenceWords<'a> {
    fn new(german: &'a str) -> Self {
        let in_order: Vec<&str> = words::words(german).collect();
        let mut word_counts = BTreeMap::new();
        for word in
            in_order.iter().filter(|word| !word.starts_with(|first_character: char| first_character.is_ascii_digit()))
        {
            *word_counts.entry(word.to_lowercase()).or_default() += 1;
        }
        Self { in_order, word_counts }
    }

    /// Twice the words shared with `other` over the words of both; 0 if they are few.
    fn common(&self, other: &Self) -> f64 {
        let shared_words: usize = self
            .word_counts
            .iter()
            .map(|(word, word_count)| *word_count.min(other.word_counts.get(word).unwrap_or(&0)))
            .sum();
        let all_words: usize = self.word_counts.values().chain(other.word_counts.values()).sum();
        if shared_words < MIN_SHARED_WORDS { 0.0 } else { 2.0 * shared_words as f64 / all_words as f64 }
    }
}

/// What two versions of a sentence say differently, and in which words.
fn difference(
    versions: [&str; 2],
    version_words: [&SentenceWords<'_>; 2],
    common_share: f64,
) -> Option<(DifferenceKind, [String; 2])> {
    if let Some(numbers) = exchanged_numbers(versions) {
        return Some((DifferenceKind::Number, numbers));
    }
    if common_share >= MIN_COMMON_BUT_NEGATION {
        let negation = |version_words: &SentenceWords<'_>| {
            version_words.in_order.iter().find(|word| is_german_negation(word)).map(|word| (*word).to_owned())
        };
        match version_words.map(negation) {
            [Some(negation), None] => return Some((DifferenceKind::Negation, [negation, String::new()])),
            [None, Some(negation)] => return Some((DifferenceKind::Negation, [String::new(), negation])),
            _ => {}
        }
    }
    exchanged_name(&version_words[0].in_order, &version_words[1].in_order)
        .map(|exchanged_names| (DifferenceKind::Name, exchanged_names))
}

/// The numbers that each of two texts has and the other lacks, if both have some.
fn exchanged_numbers(versions: [&str; 2]) -> Option<[String; 2]> {
    let version_numbers = versions.map(|version| numbers(version, Language::GERMAN));
    let number_sets = versions.map(|version| {
        let mut number_set = NumberSet::default();
        number_set.add("", version);
        number_set
    });
    let missing_numbers = |version_numbers: &[Number], number_set: &NumberSet| {
        let missing_numbers = version_numbers
            .iter()
            .filter(|version_number| !number_set.contains(version_number))
            .map(|version_number| version_number.text.as_str());
        missing_numbers.collect::<Vec<_>>().join(", ")
    };
    let exchanged_numbers =
        [missing_numbers(&version_numbers[0], &number_sets[1]), missing_numbers(&version_numbers[1], &number_sets[0])];
    exchanged_numbers.iter().all(|number_words| !number_words.is_empty()).then_some(exchanged_numbers)
}

/// The name that stands in two texts at the same place and is not the same. German capitalises every noun, so a capital alone
/// makes no name: it has to follow a capitalised word that both share (`Bürgermeister`, a given name), or be several words.
fn exchanged_name(version: &[&str], other_version: &[&str]) -> Option<[String; 2]> {
    let same_at_start =
        version.iter().zip(other_version).take_while(|(version_word, other_word)| version_word == other_word).count();
    let same_at_end = version
        .iter()
        .rev()
        .zip(other_version.iter().rev())
        .take_while(|(version_word, other_word)| version_word == other_word)
        .count();
    // The rest of both sentences is the same.
    let differing_words = |sentence_words: &[&str]| {
        Some(sentence_words.get(same_at_start..sentence_words.len().checked_sub(same_at_end)?)?.join(" "))
    };
    let (version_name, other_name) = (differing_words(version)?, differing_words(other_version)?);
    let is_capitalised = |version_word: &str| version_word.starts_with(char::is_uppercase);
    let is_name = |name: &str| {
        let name_words = name.split(' ').count();
        !name.is_empty() && name_words <= MAX_NAME_WORDS && name.split(' ').all(is_capitalised)
    };
    let follows_shared_capital = same_at_start > 1 && is_capitalised(version[same_at_start - 1]);
    let are_several_words = version_name.contains(' ') && other_name.contains(' ') && same_at_start > 0;
    (is_name(&version_name) && is_name(&other_name) && (follows_shared_capital || are_several_words))
        .then_some([version_name, other_name])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::SentenceRef;

    fn report(sentences: &[&str]) -> Vec<SketchSentence> {
        let sentence = |(index, german): (usize, &&str)| SketchSentence {
            german: (*german).to_owned(),
            place: SentenceRef { paragraph: 0, sentence: index },
        };
        sentences.iter().enumerate().map(sentence).collect()
    }

    #[test]
    fn an_exchanged_number_name_or_negation_is_a_contradiction_and_an_addition_is_none() {
        use DifferenceKind::{Name, Negation, Number};
        for (one, other, wanted) in [
            (
                "Bei dem Unglück sind nach Angaben der Polizei 3 Menschen getötet worden.",
                "Bei dem Unglück sind nach Angaben der Polizei 5 Menschen getötet worden.",
                Some((Number, "3", "5")),
            ),
            (
                "41 Reisende wurden bei dem Unglück verletzt, sechs davon schwer.",
                "58 Reisende wurden bei dem Unglück verletzt, neun davon schwer.",
                Some((Number, "41, sechs", "58, neun")),
            ),
            (
                "Der Bau der neuen Brücke kostet drei Millionen Euro.",
                "Der Bau der neuen Brücke kostet 3 Millionen Euro.",
                None,
            ),
            (
                "Der Bau der neuen Brücke kostet 3 Millionen Euro.",
                "Der Bau der neuen Brücke kostet 3 Millionen Euro und dauert 2 Jahre.",
                None,
            ),
            (
                "Die Ursache des Unglücks ist noch unklar, sagte Bürgermeister Weber.",
                "Die Ursache des Unglücks ist noch unklar, sagte Bürgermeister Lang.",
                Some((Name, "Weber", "Lang")),
            ),
            (
                "Das teilte am Abend der Polizei zufolge Anna Weber mit.",
                "Das teilte am Abend der Polizei zufolge Karl Beck mit.",
                Some((Name, "Anna Weber", "Karl Beck")),
            ),
            (
                "Die Feuerwehr brachte die Reisenden in ein Zelt.",
                "Die Feuerwehr brachte die Fahrgäste in ein Zelt.",
                None,
            ),
            (
                "Die Strecke nach Münster ist am Abend wieder frei.",
                "Die Strecke nach Münster ist am Abend nicht wieder frei.",
                Some((Negation, "", "nicht")),
            ),
            ("Die Bahn sperrte die Strecke.", "Der Rat tagte am 3. Mai in Ulm.", None),
        ] {
            let found = contradictions(&report(&[one]), &report(&["Es regnet seit Tagen.", other]));
            let expected: Vec<_> = (wanted.into_iter())
                .map(|(kind, one, other)| Contradiction {
                    kind,
                    indices: [0, 1],
                    words: [one.to_owned(), other.to_owned()],
                })
                .collect();
            assert_eq!(found, expected, "{one} {other}");
        }
    }
}
