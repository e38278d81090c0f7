//! A sentence and its attempts → the best of them, with what the reader should know about it.
//!
//! Promises: an attempt replaces an earlier one only if it lacks fewer required terms, or as many and fails fewer checks; a
//! sentence that cannot be translated is shown as its German in brackets.

use super::attempt::Attempt;
use crate::check::{self, Finding};
use crate::document::{Flag, Language, Note, Sentence, TermUse};
use crate::glossary::Hit;

/// The best translation of a sentence so far, and what the checks find in it.
pub(super) struct CheckedSentence<'a> {
    pub(super) german: &'a str,
    /// The glossary's terms in the German.
    pub(super) terms: Vec<Hit<'a>>,
    pub(super) attempt: Attempt,
    pub(super) findings: Vec<Finding>,
    /// The flags of the first attempt, if a later one is better.
    repaired: Option<Vec<Flag>>,
}

impl<'a> CheckedSentence<'a> {
    pub(super) fn new(german: &'a str, terms: Vec<Hit<'a>>, attempt: Attempt) -> Self {
        let findings = attempt.findings(german, &terms);
        Self { german, terms, attempt, findings, repaired: None }
    }

    /// Number of terms that the glossary requires and `english` lacks.
    fn missing_terms(&self, english: &str) -> usize {
        self.terms.iter().filter(|hit| !hit.term.is_in(english)).count()
    }

    /// Mends numerals, which takes no second search.
    pub(super) fn write_numerals_the_english_way(&mut self) {
        if check::anglicised(self.german, &self.attempt.english).is_some() {
            self.consider(self.attempt.clone());
        }
    }

    /// Takes `attempt`, with its numerals written the English way, if it is better.
    pub(super) fn consider(&mut self, mut attempt: Attempt) {
        if let Some(english) = check::anglicised(self.german, &attempt.english) {
            attempt.english = english;
        }
        let findings = attempt.findings(self.german, &self.terms);
        // The user's terms come first: a check may be wrong, a term is not.
        let doubts = |english: &str, findings: &[Finding]| (self.missing_terms(english), findings.len());
        if doubts(&attempt.english, &findings) < doubts(&self.attempt.english, &self.findings) {
            let before = self.findings.iter().map(|finding| finding.check.flag).collect();
            self.repaired.get_or_insert(before);
            self.attempt = attempt;
            self.findings = findings;
        }
    }

    pub(super) fn into_sentence(self) -> Sentence {
        let Self { german, terms, attempt, findings, repaired } = self;
        let Attempt { mut english, score, split, .. } = attempt;
        let split_note = split.then(|| Note::from(Flag::Split));
        // Putting in a required term is not a repair.
        let is_mended = |flag: &Flag| *flag != Flag::Term && !findings.iter().any(|left| left.check.flag == *flag);
        let mended: Vec<&str> = repaired.into_iter().flatten().filter(is_mended).map(Flag::name).collect();
        let repaired_note =
            (!mended.is_empty()).then(|| Note { flag: Flag::Repaired, reason: Some(mended.join(", ")) });
        let mut notes: Vec<Note> =
            split_note.into_iter().chain(findings.into_iter().map(Note::from)).chain(repaired_note).collect();
        if !english.contains(char::is_alphanumeric) || check::is_copy(german, &english) {
            english = format!("[{german}]");
            if !notes.iter().any(|note| note.flag == Flag::Untranslated) {
                notes.push(Note { flag: Flag::Untranslated, reason: Some("the German is kept".into()) });
            }
        }
        notes.sort_by_key(|note| note.flag);
        let used = |hit: Hit<'_>| TermUse {
            german: hit.term.german.clone(),
            english: hit.term.english.clone(),
            kept: hit.term.is_in(&english),
        };
        let terms_used = terms.into_iter().map(used).collect();
        Sentence { english, language: Language::GERMAN, score, notes, terms: terms_used }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(english: &str) -> Attempt {
        Attempt { english: english.into(), score: Some(-0.1), split: false, cut: false, unknown: false }
    }

    fn checked<'a>(german: &'a str, english: &str) -> CheckedSentence<'a> {
        CheckedSentence::new(german, Vec::new(), attempt(english))
    }

    #[test]
    fn a_better_attempt_is_shown_and_says_what_was_wrong() {
        let mut sentence = checked("Es kamen 30 Kinder.", "There were 50 children.");
        sentence.consider(attempt("There were 40 children."));
        assert!(sentence.repaired.is_none(), "no better than the first");
        sentence.consider(attempt("There were 30 children."));
        let shown = sentence.into_sentence();
        assert_eq!(shown.english, "There were 30 children.");
        assert_eq!(shown.notes, [Note { flag: Flag::Repaired, reason: Some("number".into()) }]);
    }

    #[test]
    fn what_cannot_be_translated_is_kept_in_brackets() {
        for english in ["", "…", "Es kamen viele."] {
            let shown = checked("Es kamen viele.", english).into_sentence();
            assert_eq!(shown.english, "[Es kamen viele.]");
            assert!(shown.flags().any(|flag| flag == Flag::Untranslated) && shown.is_doubtful());
        }
    }
}
