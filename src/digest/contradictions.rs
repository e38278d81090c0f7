//! Two reports of one story → the sentences in which they say something else: another number, another name, a negation.
//!
//! Two sentences are versions of each other if most of their words are the same. Only an exchange is a contradiction: a number or
//! name that one report merely adds is not. Each sentence is compared with those of the other report that share words with it.

use std::collections::BTreeMap;

use super::sketch::SketchSentence;
use crate::check::{self, Number, NumberSet};
use crate::document::{DifferenceKind, Language};
use crate::segment::words;

/// The least that two versions of a sentence have in common: twice the shared words over all words. Numbers do not count.
const MIN_COMMON: f64 = 0.6;

/// The same where one version negates: everything else has to be the same.
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
pub(super) fn contradictions(one: &[SketchSentence], other: &[SketchSentence]) -> Vec<Contradiction> {
    let other_words: Vec<SentenceWords<'_>> =
        other.iter().map(|sentence| SentenceWords::new(&sentence.german)).collect();
    let mut found = Vec::new();
    for (index, sentence) in one.iter().enumerate() {
        let words = SentenceWords::new(&sentence.german);
        // Among equals the first stays.
        let mut best: Option<(f64, usize)> = None;
        for (other_index, other_words) in other_words.iter().enumerate() {
            let common = words.common(other_words);
            if common >= MIN_COMMON && best.is_none_or(|(known, _)| common > known) {
                best = Some((common, other_index));
            }
        }
        let Some((common, other_index)) = best else { continue };
        let texts = [sentence.german.as_str(), other[other_index].german.as_str()];
        if let Some((kind, words)) = difference(texts, [&words, &other_words[other_index]], common) {
            found.push(Contradiction { kind, indices: [index, other_index], words });
        }
    }
    found
}

/// The words of a sentence.
struct SentenceWords<'a> {
    /// In order, as they are written.
    list: Vec<&'a str>,
    /// How often each occurs in lower case, numbers left out.
    counts: BTreeMap<String, usize>,
}

impl<'a> SentenceWords<'a> {
    fn new(german: &'a str) -> Self {
        let list: Vec<&str> = words::words(german).collect();
        let mut counts = BTreeMap::new();
        for word in list.iter().filter(|word| !word.starts_with(|first: char| first.is_ascii_digit())) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
        Self { list, counts }
    }

    /// Twice the words shared with `other` over the words of both; 0 if they are few.
    fn common(&self, other: &Self) -> f64 {
        let shared: usize =
            self.counts.iter().map(|(word, count)| *count.min(other.counts.get(word).unwrap_or(&0))).sum();
        let all: usize = self.counts.values().chain(other.counts.values()).sum();
        if shared < MIN_SHARED_WORDS { 0.0 } else { 2.0 * shared as f64 / all as f64 }
    }
}

/// What two versions of a sentence say differently, and in which words.
fn difference(texts: [&str; 2], words: [&SentenceWords<'_>; 2], common: f64) -> Option<(DifferenceKind, [String; 2])> {
    if let Some(numbers) = exchanged_numbers(texts) {
        return Some((DifferenceKind::Number, numbers));
    }
    if common >= MIN_COMMON_BUT_NEGATION {
        let negation = |words: &SentenceWords<'_>| {
            words.list.iter().find(|word| check::is_german_negation(word)).map(|word| (*word).to_owned())
        };
        match words.map(negation) {
            [Some(negation), None] => return Some((DifferenceKind::Negation, [negation, String::new()])),
            [None, Some(negation)] => return Some((DifferenceKind::Negation, [String::new(), negation])),
            _ => {}
        }
    }
    exchanged_name(&words[0].list, &words[1].list).map(|names| (DifferenceKind::Name, names))
}

/// The numbers that each of two texts has and the other lacks, if both have some.
fn exchanged_numbers(texts: [&str; 2]) -> Option<[String; 2]> {
    let numbers = texts.map(|text| check::numbers(text, Language::GERMAN));
    let sets = texts.map(|text| {
        let mut set = NumberSet::default();
        set.add("", text);
        set
    });
    let missing = |numbers: &[Number], set: &NumberSet| {
        let missing = numbers.iter().filter(|number| !set.contains(number)).map(|number| number.text.as_str());
        missing.collect::<Vec<_>>().join(", ")
    };
    let exchanged = [missing(&numbers[0], &sets[1]), missing(&numbers[1], &sets[0])];
    exchanged.iter().all(|words| !words.is_empty()).then_some(exchanged)
}

/// The name that stands in two texts at the same place and is not the same. German capitalises every noun, so a capital alone
/// makes no name: it has to follow a capitalised word that both share (`Bürgermeister`, a given name), or be several words.
fn exchanged_name(one: &[&str], other: &[&str]) -> Option<[String; 2]> {
    let start = one.iter().zip(other).take_while(|(word, theirs)| word == theirs).count();
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(word, theirs)| word == theirs).count();
    // The rest of both sentences is the same.
    let middle = |words: &[&str]| Some(words.get(start..words.len().checked_sub(end)?)?.join(" "));
    let (first, second) = (middle(one)?, middle(other)?);
    let is_capitalised = |word: &str| word.starts_with(char::is_uppercase);
    let is_name = |name: &str| {
        let count = name.split(' ').count();
        !name.is_empty() && count <= MAX_NAME_WORDS && name.split(' ').all(is_capitalised)
    };
    let follows_capital = start > 1 && is_capitalised(one[start - 1]);
    let are_several = first.contains(' ') && second.contains(' ') && start > 0;
    (is_name(&first) && is_name(&second) && (follows_capital || are_several)).then_some([first, second])
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
