//! A user's glossary and a German sentence → the terms in it, and whether its English has them.
//!
//! Promises: a term is found in the forms that German inflects it to, the longest term first; what is found depends on the
//! sentence alone and not on the order of the file; a file that cannot be understood is refused with the line, before any
//! work. Never changes a text: `translate` does that. The file is read in `file.rs`; `forms.rs` knows inflection.

mod file;
mod forms;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::segment::words::words;

pub use file::Error;
use forms::{English, Form};

/// One line of a glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The German, in its basic form.
    pub german: String,
    /// What it is in English; the German itself where it is not to be translated.
    pub english: String,
    /// Only in this form, not in inflected ones.
    pub exact: bool,
    /// Only in these capitals and small letters; otherwise text that is all in capitals has it too.
    pub case_sensitive: bool,
    /// Also as the first part of a compound with a hyphen.
    pub compounds: bool,
}

/// A term in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit<'a> {
    /// The term.
    pub term: &'a Term,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// True if the form it has there is a plural, as far as that can be seen.
    pub plural: bool,
}

/// Terms and what they are in English.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glossary {
    terms: Vec<Term>,
    /// Places of terms by how their first word begins.
    index: BTreeMap<String, Vec<usize>>,
    digest: String,
}

impl Glossary {
    fn new(terms: Vec<Term>, digest: String) -> Self {
        let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, term) in terms.iter().enumerate() {
            let first = words(&term.german).next().unwrap_or_default();
            index.entry(forms::beginning(first)).or_default().push(place);
        }
        Self { terms, index, digest }
    }

    /// The terms, in the order of the file.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// True if there is no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// SHA-256 of the file, in hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The terms in `german`, in their order, none over another.
    pub fn hits(&self, german: &str) -> Vec<Hit<'_>> {
        if self.is_empty() {
            return Vec::new();
        }
        let words: Vec<(usize, &str)> = words(german).map(|word| (offset(german, word), word)).collect();
        let mut hits = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let candidates = self.index.get(&forms::beginning(words[at].1)).into_iter().flatten();
            let found = candidates.filter_map(|place| self.terms[*place].at(german, &words, at));
            // Among terms as long as each other the first in the file.
            let longest = found.reduce(|best, next| if next.0.range.end > best.0.range.end { next } else { best });
            at += match longest {
                Some((hit, taken)) => {
                    hits.push(hit);
                    taken
                }
                None => 1,
            };
        }
        hits
    }
}

impl Term {
    /// This term at the word `at`, with the number of words that it takes.
    fn at(&self, german: &str, all: &[(usize, &str)], at: usize) -> Option<(Hit<'_>, usize)> {
        let wanted: Vec<&str> = words(&self.german).collect();
        let found = all.get(at..at + wanted.len())?;
        let (mut form, mut end) = (Form::Basic, 0);
        for (place, (wanted, (start, word))) in wanted.iter().zip(found).enumerate() {
            // Nothing but space between the words of a term, as in the glossary.
            if place > 0 && !german[end..*start].chars().all(|gap| gap.is_whitespace()) {
                return None;
            }
            let is_last = place + 1 == found.len();
            let part = if self.compounds && is_last { first_part(word, wanted) } else { word };
            let case = if self.case_sensitive { forms::Case::Same } else { forms::Case::OrCapitals };
            form = forms::form(wanted, part, case).filter(|form| *form == Form::Basic || !self.exact)?;
            end = start + part.len();
        }
        let start = found.first()?.0;
        let before = german[..start].split_whitespace().rev().take(3);
        let plural = forms::is_plural(form, before);
        Some((Hit { term: self, range: start..end, plural }, wanted.len()))
    }

    /// True if `english` has the English of this term, in singular or plural.
    pub fn is_in(&self, english: &str) -> bool {
        let case = if self.english == self.german { forms::Case::Same } else { forms::Case::Any };
        English(&self.english).is_in(english, case)
    }

    /// The English of this term as it stands in a text.
    pub fn rendering(&self, plural: bool) -> String {
        if plural && self.english != self.german { English(&self.english).plural() } else { self.english.clone() }
    }
}

/// The part of a compound with hyphens that has as many hyphens as `wanted`; the whole word if there is none.
fn first_part<'a>(word: &'a str, wanted: &str) -> &'a str {
    let hyphens = wanted.matches('-').count();
    word.match_indices('-').nth(hyphens).map_or(word, |(at, _)| &word[..at])
}

/// Where `part`, which is a piece of `text`, begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn glossary(lines: &str) -> Glossary {
        Glossary::parse("terms.tsv".as_ref(), lines).unwrap()
    }

    fn found(glossary: &Glossary, german: &str) -> Vec<(String, String)> {
        let hits = glossary.hits(german);
        hits.iter().map(|hit| (german[hit.range.clone()].to_owned(), hit.term.rendering(hit.plural))).collect()
    }

    #[test]
    fn terms_are_found_in_their_forms_and_the_longest_first() {
        let glossary = glossary(
            "Landrat\tdistrict administrator\nRat\tcouncil\nLindentaler Anzeiger\t\nAnzeiger\tgazette\nFreie Wähler\tFree Voters\n\
             Tatverdächtiger\tsuspect\nLehrer\tteacher\nTHW\t\tcompounds\nWoche\tweek\texact\nessen\teat\nKita\tday-care centre\n",
        );
        for (german, wanted) in [
            ("Des Landrats Haus", vec![("Landrats", "district administrator")]),
            ("Die Landräte kamen.", vec![("Landräte", "district administrators")]),
            ("Der Lindentaler Anzeiger", vec![("Lindentaler Anzeiger", "Lindentaler Anzeiger")]),
            ("Der Lindentaler, Anzeiger", vec![("Anzeiger", "gazette")]),
            ("Die Freien Wähler", vec![("Freien Wähler", "Free Voters")]),
            ("Den Tatverdächtigen", vec![("Tatverdächtigen", "suspect")]),
            ("In der Lehre", vec![]),
            ("Das Landratsamt", vec![]),
            ("Die THW-Helfer", vec![("THW", "THW")]),
            ("Zwei Wochen, eine Woche", vec![("Woche", "week")]),
            ("LANDRAT TRITT ZURÜCK", vec![("LANDRAT", "district administrator")]),
            ("In Essen", vec![]),
            ("Drei Kitas und die Mauern der Kita", vec![("Kitas", "day-care centres"), ("Kita", "day-care centre")]),
            ("", vec![]),
        ] {
            let wanted: Vec<_> = wanted.into_iter().map(|(text, english)| (text.into(), english.into())).collect();
            assert_eq!(found(&glossary, german), wanted, "{german}");
        }
    }

    #[test]
    fn the_terms_of_every_sentence_of_the_test_set_are_found() {
        let glossary = glossary(include_str!("../../tests/glossary/glossary.tsv"));
        for line in include_str!("../../tests/glossary/sentences.tsv").lines() {
            let [german, english, terms] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let hits = glossary.hits(german);
            let found: Vec<&str> = hits.iter().map(|hit| hit.term.english.as_str()).collect();
            let mut wanted: Vec<&str> = terms.split("; ").collect();
            wanted.sort_unstable();
            let mut sorted = found.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, wanted, "{german}");
            assert!(hits.iter().all(|hit| hit.term.is_in(english)), "{english}");
        }
    }

    proptest! {
        #[test]
        fn hits_are_pieces_of_any_text_in_order(german in "(\\PC|Landr[aä]te?s?|Lindentaler|Anzeiger|THW| |-|\\.){0,40}") {
            let glossary = glossary("Landrat\ta\nLindentaler Anzeiger\t\nTHW\t\tcompounds\n");
            let mut end = 0;
            for hit in glossary.hits(&german) {
                prop_assert!(hit.range.start >= end && hit.range.end > hit.range.start);
                prop_assert!(german.get(hit.range.clone()).is_some());
                end = hit.range.end;
            }
        }
    }
}
