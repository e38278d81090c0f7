//! The terms of a glossary, and where a sentence has them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::forms::{self, CaseMatch, EnglishTerm, Form};
use crate::segment::words::words;

/// One term of a glossary: German, English and options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The German of the term in its base form.
    pub german: String,
    /// The English of the term; the German itself if it is not to be translated.
    pub english: String,
    /// Match only this form of the term, not inflected ones.
    pub exact: bool,
    /// Match the term only in this case. Otherwise text in capitals matches too.
    pub case_sensitive: bool,
    /// Match the term as the first part of a hyphenated compound, too.
    pub compounds: bool,
}

/// A term of the glossary in a German sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct TermHit<'a> {
    /// The term of the glossary.
    pub term: &'a Term,
    /// Where the term stands in the German sentence, in bytes.
    pub range: Range<usize>,
    /// True if the form of the term is a plural, as far as can be told.
    pub plural: bool,
}

/// Terms of a glossary with their English.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glossary {
    terms: Vec<Term>,
    /// Indices of terms by the beginning of their first word.
    terms_by_beginning: BTreeMap<String, Vec<usize>>,
    digest: String,
}

impl Glossary {
    /// A glossary of `terms`, in the order of the file. `digest` identifies the file.
    pub(super) fn new(terms: Vec<Term>, digest: String) -> Self {
        let mut terms_by_beginning: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (term_index, term) in terms.iter().enumerate() {
            let first_word = words(&term.german).next().unwrap_or_default();
            terms_by_beginning.entry(forms::beginning(first_word)).or_default().push(term_index);
        }
        Self { terms, terms_by_beginning, digest }
    }

    /// The terms, in the order of the file.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// True if the glossary has no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// SHA-256 of the file in hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The terms in `german`, in order and disjoint.
    pub fn hits(&self, german: &str) -> Vec<TermHit<'_>> {
        if self.is_empty() {
            return Vec::new();
        }
        let located_words: Vec<(usize, &str)> = words(german).map(|word| (offset(german, word), word)).collect();
        let mut hits = Vec::new();
        let mut word_index = 0;
        while word_index < located_words.len() {
            let candidates =
                self.terms_by_beginning.get(&forms::beginning(located_words[word_index].1)).into_iter().flatten();
            let hits_here =
                candidates.filter_map(|term_index| self.terms[*term_index].hit_at(german, &located_words, word_index));
            // Among terms of the same length the first one in the file wins.
            let longest_hit = hits_here.reduce(|longest_so_far, next_hit| {
                if next_hit.0.range.end > longest_so_far.0.range.end { next_hit } else { longest_so_far }
            });
            word_index += match longest_hit {
                Some((hit, taken_words)) => {
                    hits.push(hit);
                    taken_words
                }
                None => 1,
            };
        }
        hits
    }
}

impl Term {
    /// This term at word `word_index` of `located_words` (each with its offset), and the number of words it takes.
    fn hit_at(&self, german: &str, located_words: &[(usize, &str)], word_index: usize) -> Option<(TermHit<'_>, usize)> {
        let term_words: Vec<&str> = words(&self.german).collect();
        let sentence_words = located_words.get(word_index..word_index + term_words.len())?;
        let case = if self.case_sensitive { CaseMatch::Exact } else { CaseMatch::ExactOrCapitals };
        let (mut form, mut term_end) = (Form::Base, 0);
        for (part_index, (term_word, (word_start, word))) in term_words.iter().zip(sentence_words).enumerate() {
            // Only white space may stand between the words of a term.
            if part_index > 0 && !german[term_end..*word_start].chars().all(char::is_whitespace) {
                return None;
            }
            let is_last = part_index + 1 == sentence_words.len();
            let part = if self.compounds && is_last { first_part(word, term_word) } else { word };
            form = forms::form(term_word, part, case).filter(|form| *form == Form::Base || !self.exact)?;
            term_end = word_start + part.len();
        }
        let term_start = sentence_words.first()?.0;
        let words_before = german[..term_start].split_whitespace().rev().take(3);
        let plural = forms::is_plural(form, words_before);
        Some((TermHit { term: self, range: term_start..term_end, plural }, term_words.len()))
    }

    /// True if `english` has the English of this term, in singular or plural.
    pub fn is_in(&self, english: &str) -> bool {
        let case = if self.english == self.german { CaseMatch::Exact } else { CaseMatch::Any };
        EnglishTerm(&self.english).is_in(english, case)
    }

    /// The English of this term in singular or plural. What is not translated has no plural.
    pub fn rendering(&self, plural: bool) -> String {
        if plural && self.english != self.german { EnglishTerm(&self.english).plural() } else { self.english.clone() }
    }
}

/// The part of a hyphenated compound with as many hyphens as `term_word`; the whole word if it has no more.
fn first_part<'a>(word: &'a str, term_word: &str) -> &'a str {
    let hyphens = term_word.matches('-').count();
    word.match_indices('-').nth(hyphens).map_or(word, |(hyphen, _)| &word[..hyphen])
}

/// The byte at which `part`, a slice of `text`, begins.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}
