//! A sentence and its attempts → the best of them, with what the reader should know about it.
//!
//! Promises: an attempt replaces an earlier one only if it lacks fewer required terms and literals, or as many and fails fewer checks, or as many
//! again and has fewer words that are no words; a sentence that cannot be translated is shown as its German in brackets.

use super::attempt::{Attempt, TranslatedUnit};
use super::options::TranslateOptions;
use super::unknown::UnknownWord;
use crate::check::{self, CheckFinding, CheckedPair};
use crate::document::{Flag, Language, Note, Sentence, TermUse};
use crate::exact::{self, ClockStyle};
use crate::glossary::TermHit;

/// The best translation of a sentence so far, and what the checks find in it.
pub(super) struct CheckedSentence<'a> {
    pub(super) german: &'a str,
    /// The glossary's terms in the German.
    pub(super) terms: Vec<TermHit<'a>>,
    /// The words of the German with characters that the model has no token for.
    pub(super) unknown_words: Vec<UnknownWord<'a>>,
    /// The German sentences before, as far as the model is told them.
    pub(super) context: &'a [&'a str],
    /// How clock times are written in the English.
    pub(super) clock: ClockStyle,
    /// False if the model's own words are wanted.
    is_corrected: bool,
    pub(super) attempt: Attempt,
    pub(super) findings: Vec<CheckFinding>,
    /// What was put into the attempt because the model had it wrong.
    corrections: Vec<String>,
    /// The flags of the first attempt, if a later one is better.
    repaired: Option<Vec<Flag>>,
    /// What became of it at the second translator; `None` if that was not asked.
    second_opinion: Option<SecondOpinion>,
}

/// What became of a sentence at the second translator.
enum SecondOpinion {
    /// Its attempt is shown, under the name of the model.
    Shown(String),
    /// The first translator's attempt is shown.
    NotBetter,
}

/// An attempt with what is exact put in, and what the checks find in it.
struct JudgedAttempt {
    attempt: Attempt,
    findings: Vec<CheckFinding>,
    corrections: Vec<String>,
}

impl<'a> CheckedSentence<'a> {
    pub(super) fn new(
        unit: &TranslatedUnit<'a>,
        terms: Vec<TermHit<'a>>,
        unknown_words: Vec<UnknownWord<'a>>,
        options: &TranslateOptions,
    ) -> Self {
        let TranslatedUnit { address: _, german, context, sentences_before: _, attempt } = unit;
        let (clock, is_corrected) = (options.clock, options.repair);
        let no_attempt =
            Attempt { english: String::new(), score: None, split: false, cut: false, is_answer: false, fault: None };
        let mut checked_sentence = Self {
            german,
            terms,
            unknown_words,
            context,
            clock,
            is_corrected,
            attempt: no_attempt,
            findings: Vec::new(),
            corrections: Vec::new(),
            repaired: None,
            second_opinion: None,
        };
        let judged_attempt = checked_sentence.judged(attempt.clone());
        checked_sentence.take(judged_attempt);
        checked_sentence
    }

    /// `attempt` with what is exact put in, unless that fails more checks.
    fn judged(&self, attempt: Attempt) -> JudgedAttempt {
        let findings_of =
            |attempt: &Attempt| attempt.findings(self.german, &self.terms, &self.unknown_words, self.context);
        let findings_before = findings_of(&attempt);
        if !self.is_corrected {
            return JudgedAttempt { attempt, findings: findings_before, corrections: Vec::new() };
        }
        let exact::Corrected { english, corrections } = exact::corrected(self.german, &attempt.english, self.clock);
        let corrected_attempt = Attempt { english, ..attempt.clone() };
        let findings_left = findings_of(&corrected_attempt);
        if findings_left.len() <= findings_before.len() {
            JudgedAttempt { attempt: corrected_attempt, findings: findings_left, corrections }
        } else {
            JudgedAttempt { attempt, findings: findings_before, corrections: Vec::new() }
        }
    }

    fn take(&mut self, judged_attempt: JudgedAttempt) {
        let JudgedAttempt { attempt, findings, corrections } = judged_attempt;
        (self.attempt, self.findings, self.corrections) = (attempt, findings, corrections);
    }

    /// Number of terms that the glossary requires and `english` lacks.
    fn missing_terms(&self, english: &str) -> usize {
        self.terms.iter().filter(|term_hit| !term_hit.term.is_in(english)).count()
    }

    /// How doubtful `english` is. Terms and what must be copied come first: other checks may be wrong, these are not.
    fn doubts_about(&self, english: &str, findings: &[CheckFinding]) -> (usize, usize, usize) {
        let pair = CheckedPair { german: self.german, english, terms: &self.terms, ..CheckedPair::default() };
        let lost_literals = findings.iter().filter(|finding| finding.check.flag == Flag::Copy).count();
        (self.missing_terms(english) + lost_literals, findings.len(), check::non_words(&pair).len())
    }

    /// Takes `attempt`, with what is exact put in, if it is better.
    pub(super) fn consider(&mut self, attempt: Attempt) {
        let judged_attempt = self.judged(attempt);
        self.take_if_better(judged_attempt);
    }

    /// Takes the attempt that `other`, the same sentence at the second translator, which is called `name`, came to, if it is better.
    pub(super) fn consider_second(&mut self, other: Self, name: &str) {
        let Self { attempt, findings, corrections, .. } = other;
        let is_taken = self.take_if_better(JudgedAttempt { attempt, findings, corrections });
        self.second_opinion =
            Some(if is_taken { SecondOpinion::Shown(name.to_owned()) } else { SecondOpinion::NotBetter });
    }

    fn take_if_better(&mut self, judged_attempt: JudgedAttempt) -> bool {
        let is_better = self.doubts_about(&judged_attempt.attempt.english, &judged_attempt.findings)
            < self.doubts_about(&self.attempt.english, &self.findings);
        if is_better {
            let flags_before = self.findings.iter().map(|finding| finding.check.flag).collect();
            self.repaired.get_or_insert(flags_before);
            self.take(judged_attempt);
        }
        is_better
    }

    pub(super) fn into_sentence(self) -> Sentence {
        let Self { german, terms, attempt, findings, corrections, repaired, second_opinion, .. } = self;
        let second_asked = second_opinion.is_some();
        let Attempt { mut english, score, split, .. } = attempt;
        let split_note = split.then(|| Note::from(Flag::Split));
        // Putting in a required term is not a repair.
        let is_mended_flag =
            |flag: &Flag| *flag != Flag::Term && !findings.iter().any(|finding_left| finding_left.check.flag == *flag);
        let mended_flags: Vec<&str> = repaired.into_iter().flatten().filter(is_mended_flag).map(Flag::name).collect();
        let repaired_note =
            (!mended_flags.is_empty()).then(|| Note { flag: Flag::Repaired, reason: Some(mended_flags.join(", ")) });
        let corrected_note =
            (!corrections.is_empty()).then(|| Note { flag: Flag::Corrected, reason: Some(corrections.join(", ")) });
        let second_note = match second_opinion {
            Some(SecondOpinion::Shown(name)) => Some(Note { flag: Flag::SecondTranslator, reason: Some(name) }),
            Some(SecondOpinion::NotBetter) | None => None,
        };
        let found_notes = findings.into_iter().map(Note::from);
        let mut notes: Vec<Note> = (split_note.into_iter().chain(found_notes))
            .chain([repaired_note, corrected_note, second_note].into_iter().flatten())
            .collect();
        if !english.contains(char::is_alphanumeric) || check::is_copy(german, &english) {
            english = format!("[{german}]");
            notes.retain(|note| note.flag != Flag::SecondTranslator);
            if !notes.iter().any(|note| note.flag == Flag::Untranslated) {
                notes.push(Note { flag: Flag::Untranslated, reason: Some("the German is kept".into()) });
            }
        }
        notes.sort_by_key(|note| note.flag);
        let term_use = |term_hit: TermHit<'_>| TermUse {
            german: term_hit.term.german.clone(),
            english: term_hit.term.english.clone(),
            kept: term_hit.term.is_in(&english),
        };
        let terms_used = terms.into_iter().map(term_use).collect();
        Sentence { english, language: Language::GERMAN, score, notes, terms: terms_used, second_asked }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::generation::{Schedule, SearchOptions};
    use crate::translate::OtherLanguages;
    use crate::translate::units::{ArticleBlock, SentenceAddress};

    fn attempt(english: &str) -> Attempt {
        Attempt { english: english.into(), score: Some(-0.1), split: false, cut: false, is_answer: false, fault: None }
    }

    fn checked<'a>(german: &'a str, english: &str) -> CheckedSentence<'a> {
        let options = TranslateOptions {
            search: SearchOptions::default(),
            schedule: Schedule::default(),
            longest_sentence: 160,
            context: 0,
            repair: true,
            clock: ClockStyle::default(),
            other_languages: OtherLanguages::Keep,
            glossary: Arc::default(),
            corrections: Arc::default(),
        };
        let address = SentenceAddress { article: 0, block: ArticleBlock::Title, sentence: 0 };
        let attempt = attempt(english);
        let unit = TranslatedUnit { address, german, context: &[], sentences_before: &[], attempt };
        CheckedSentence::new(&unit, Vec::new(), Vec::new(), &options)
    }

    #[test]
    fn a_value_that_the_model_had_wrong_is_put_right_and_said_to_be() {
        let shown = checked("Es kamen 30 Kinder um 18.30 Uhr.", "There were 50 children at 6:30 a.m..").into_sentence();
        assert_eq!(shown.english, "There were 30 children at 18:30.");
        let reason = Some("“18:30” for “6:30 a.m..”, “30” for “50”".into());
        assert_eq!(shown.notes, [Note { flag: Flag::Corrected, reason }]);
        assert!(!shown.is_doubtful());
    }

    #[test]
    fn a_better_attempt_is_shown_and_says_what_was_wrong() {
        let mut sentence = checked("Es kamen 20 oder 30 Kinder.", "There were 40 or 50 children.");
        sentence.consider(attempt("There were 40 or 60 children."));
        assert!(sentence.repaired.is_none(), "no better than the first");
        sentence.consider(attempt("There were 20 or 30 children."));
        let shown = sentence.into_sentence();
        assert_eq!(shown.english, "There were 20 or 30 children.");
        assert_eq!(shown.notes, [Note { flag: Flag::Repaired, reason: Some("number".into()) }]);
    }

    #[test]
    fn the_second_translator_is_shown_where_it_fails_fewer_checks_and_counts_where_it_was_asked() {
        let german = "Es kamen 20 oder 30 Kinder.";
        let after = |second: &str| {
            let mut sentence = checked(german, "There were 40 or 50 children.");
            sentence.consider_second(checked(german, second), "big");
            sentence.into_sentence()
        };
        let shown = after("There were 20 or 30 children.");
        assert_eq!(shown.english, "There were 20 or 30 children.");
        let note = |flag, reason: &str| Note { flag, reason: Some(reason.into()) };
        assert_eq!(shown.notes, [note(Flag::Repaired, "number"), note(Flag::SecondTranslator, "big")]);
        assert!(shown.second_asked && !shown.is_doubtful());
        for not_better in ["There were 40 or 60 children.", "Es kamen 20 oder 30 Kinder.", ""] {
            let kept = after(not_better);
            assert_eq!(kept.english, "There were 40 or 50 children.", "{not_better:?}");
            assert!(kept.second_asked && kept.flags().all(|flag| flag != Flag::SecondTranslator), "{kept:?}");
        }
        assert!(!checked(german, "There were 20 or 30 children.").into_sentence().second_asked);
    }

    #[test]
    fn german_in_brackets_was_written_by_nobody() {
        let german = "Es kamen viele.";
        let mut sentence = checked(german, "");
        sentence.consider_second(checked(german, "…"), "big");
        let shown = sentence.into_sentence();
        assert_eq!(shown.english, "[Es kamen viele.]");
        assert!(shown.second_asked && shown.flags().all(|flag| flag != Flag::SecondTranslator), "{shown:?}");
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
