//! What the model wrote → what is shown: checked, tried again where a check fails, and marked where it fails still.
//!
//! Promises: every sentence comes out, if need be as its German in brackets; a second attempt is shown only if fewer
//! checks fail on it, and says so; what becomes of a sentence does not depend on the others.

use crate::check::{self, Finding, Pair, Repair};
use crate::document::{Flag, Language, Note, Sentence, TermUse};
use crate::engine::{self, Output, SearchOptions};
use crate::glossary::Hit;
use crate::parallel;
use crate::segment;
use crate::session::Session;

use super::Options;
use super::mask::{self, LETTERS, Masked};

/// A translation of one sentence, not judged yet.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    english: String,
    score: Option<f32>,
    split: bool,
    cut: bool,
    unknown: bool,
}

impl Attempt {
    /// One sentence of what its pieces became.
    pub(super) fn of(outputs: &[Output]) -> Self {
        let tokens: usize = outputs.iter().map(|output| output.tokens).sum();
        let scored = outputs.iter().filter_map(|output| Some(output.score? * output.tokens as f32));
        let english: Vec<&str> =
            outputs.iter().map(|output| output.text.as_str()).filter(|text| !text.is_empty()).collect();
        Self {
            english: english.join(" "),
            score: (tokens > 0).then(|| scored.sum::<f32>() / tokens as f32),
            split: outputs.len() > 1 || outputs.iter().any(|output| output.split),
            cut: outputs.iter().any(|output| output.cut),
            unknown: outputs.iter().any(|output| output.unknown),
        }
    }

    fn findings(&self, german: &str, terms: &[Hit<'_>]) -> Vec<Finding> {
        let Self { english, score, cut, unknown, .. } = self;
        check::findings(&Pair { german, english, score: *score, cut: *cut, unknown: *unknown, terms })
    }
}

/// Ways to try again, in this order; each is for the findings that name its [`Repair`].
const WAYS: &[Way] = &[
    Way { repair: Repair::NoRepeat, search: without_repeats, pieces: whole },
    Way { repair: Repair::Search, search: wider, pieces: whole },
    Way { repair: Repair::Pieces, search: SearchOptions::clone, pieces: halves },
];

struct Way {
    repair: Repair,
    search: fn(&SearchOptions) -> SearchOptions,
    pieces: for<'a> fn(&'a str) -> Vec<&'a str>,
}

/// Hypotheses of a second search at least, and at most: more find what the model likes better, not what is better.
const BEAMS: (usize, usize) = (4, 12);

fn wider(search: &SearchOptions) -> SearchOptions {
    let beams = if search.beams < BEAMS.0 { BEAMS.0 } else { (2 * search.beams).clamp(BEAMS.0, BEAMS.1) };
    SearchOptions { beams, ..search.clone() }
}

fn without_repeats(search: &SearchOptions) -> SearchOptions {
    SearchOptions { no_repeat_ngram: 3, ..wider(search) }
}

fn whole(german: &str) -> Vec<&str> {
    vec![german]
}

/// Shorter than this in bytes, a sentence is not cut: what is left has no context.
const SHORTEST_CUT: usize = 60;

fn halves(german: &str) -> Vec<&str> {
    let longest = (german.len() * 2 / 3).max(SHORTEST_CUT);
    segment::split_long(german, |piece| piece.len() <= longest).into_iter().map(|range| &german[range]).collect()
}

/// A sentence on its way.
struct Draft<'a> {
    german: &'a str,
    terms: Vec<Hit<'a>>,
    attempt: Attempt,
    findings: Vec<Finding>,
    /// The flags that the first attempt had, if a later one is better.
    repaired: Option<Vec<Flag>>,
}

/// The sentences to show for `attempts`, each beside its German, in their order.
///
/// # Errors
/// If the engine fails or the work is stopped; see [`Session::run`].
pub(super) fn sentences<'a>(
    session: Session<'_>,
    attempts: impl Iterator<Item = (&'a str, Attempt)>,
    options: &'a Options,
) -> Result<Vec<Sentence>, engine::Error> {
    let attempts: Vec<(&'a str, Attempt)> = attempts.collect();
    let mut drafts = parallel::map(options.schedule.workers, &attempts, |(german, attempt)| {
        let terms = mask::terms(&options.glossary, german);
        let findings = attempt.findings(german, &terms);
        let mut draft = Draft { german, terms, attempt: attempt.clone(), findings, repaired: None };
        if options.repair {
            draft.write_numerals_the_english_way();
        }
        draft
    })?;
    for letter in LETTERS {
        masked(session, &mut drafts, letter, options)?;
    }
    for way in WAYS.iter().filter(|_| options.repair) {
        try_again(session, &mut drafts, way, options)?;
    }
    Ok(drafts.into_iter().map(Draft::sentence).collect())
}

/// Translates once more what `way` may mend, and keeps what is better.
fn try_again(
    session: Session<'_>,
    drafts: &mut [Draft<'_>],
    way: &Way,
    options: &Options,
) -> Result<(), engine::Error> {
    let is_for = |draft: &&mut Draft<'_>| draft.findings.iter().any(|finding| finding.check.repair == way.repair);
    let again: Vec<(&mut Draft<'_>, Vec<&str>)> = drafts
        .iter_mut()
        .filter(is_for)
        .map(|draft| {
            let pieces = (way.pieces)(draft.german);
            (draft, pieces)
        })
        // What cannot be cut would be the first attempt once more.
        .filter(|(_, pieces)| way.repair != Repair::Pieces || pieces.len() > 1)
        .collect();
    let texts: Vec<&str> = again.iter().flat_map(|(_, pieces)| pieces).copied().collect();
    let outputs = session.run(&texts, &(way.search)(&options.search), &options.schedule, &|_, _| {})?;
    let mut rest = &outputs[..];
    for (draft, pieces) in again {
        let (own, others) = rest.split_at(pieces.len());
        rest = others;
        draft.consider(Attempt::of(own));
    }
    Ok(())
}

/// Translates with placeholders what lacks something that must come out as it is told, and keeps what has more of it. Terms of
/// the glossary are wanted whether second attempts are or not.
fn masked(
    session: Session<'_>,
    drafts: &mut [Draft<'_>],
    letter: char,
    options: &Options,
) -> Result<(), engine::Error> {
    let is_for = |finding: &Finding| {
        finding.check.repair == Repair::Mask && (options.repair || finding.check.flag == Flag::Term)
    };
    let masked: Vec<(&mut Draft<'_>, Masked)> = drafts
        .iter_mut()
        .filter(|draft| draft.findings.iter().any(is_for))
        .filter_map(|draft| {
            let masked = Masked::of(draft.german, &draft.attempt.english, &draft.terms, letter)?;
            Some((draft, masked))
        })
        .collect();
    let pieces = |masked: &Masked| super::pieces(&masked.text, session.engine, options.longest_sentence);
    let pieces: Vec<_> = masked.iter().map(|(_, masked)| pieces(masked)).collect();
    let texts = masked
        .iter()
        .zip(&pieces)
        .flat_map(|((_, masked), pieces)| pieces.iter().map(|piece| &masked.text[piece.clone()]));
    let texts: Vec<&str> = texts.collect();
    let outputs = session.run(&texts, &options.search, &options.schedule, &|_, _| {})?;
    let mut rest = &outputs[..];
    for ((draft, masked), pieces) in masked.into_iter().zip(&pieces) {
        let (own, others) = rest.split_at(pieces.len());
        rest = others;
        let attempt = Attempt::of(own);
        if let Some(english) = masked.restored(&attempt.english) {
            draft.consider(Attempt { english, ..attempt });
        }
    }
    Ok(())
}

impl Draft<'_> {
    /// What the glossary asks for and `english` lacks.
    fn missing(&self, english: &str) -> usize {
        self.terms.iter().filter(|hit| !hit.term.is_in(english)).count()
    }

    /// What needs no second search.
    fn write_numerals_the_english_way(&mut self) {
        if check::anglicised(self.german, &self.attempt.english).is_some() {
            self.consider(self.attempt.clone());
        }
    }

    /// Takes `attempt`, its numerals written the English way, if it is better.
    fn consider(&mut self, mut attempt: Attempt) {
        if let Some(english) = check::anglicised(self.german, &attempt.english) {
            attempt.english = english;
        }
        let findings = attempt.findings(self.german, &self.terms);
        // The user's terms come first: the rest may be right all the same.
        let doubts = |english: &str, findings: &[Finding]| (self.missing(english), findings.len());
        if doubts(&attempt.english, &findings) < doubts(&self.attempt.english, &self.findings) {
            let before = self.findings.iter().map(|finding| finding.check.flag).collect();
            self.repaired.get_or_insert(before);
            self.attempt = attempt;
            self.findings = findings;
        }
    }

    fn sentence(self) -> Sentence {
        let Self { german, terms, attempt, findings, repaired } = self;
        let Attempt { mut english, score, split, .. } = attempt;
        let split = split.then(|| Note::from(Flag::Split));
        // What the glossary asks for is no repair.
        let is_mended = |flag: &Flag| *flag != Flag::Term && !findings.iter().any(|left| left.check.flag == *flag);
        let mended: Vec<&str> = repaired.into_iter().flatten().filter(is_mended).map(Flag::name).collect();
        let repaired = (!mended.is_empty()).then(|| Note { flag: Flag::Repaired, reason: Some(mended.join(", ")) });
        let mut notes: Vec<Note> =
            split.into_iter().chain(findings.into_iter().map(Note::from)).chain(repaired).collect();
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
        let terms = terms.into_iter().map(used).collect();
        Sentence { english, language: Language::GERMAN, score, notes, terms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(english: &str) -> Attempt {
        Attempt { english: english.into(), score: Some(-0.1), split: false, cut: false, unknown: false }
    }

    fn draft<'a>(german: &'a str, english: &str) -> Draft<'a> {
        let attempt = attempt(english);
        let findings = attempt.findings(german, &[]);
        Draft { german, terms: Vec::new(), attempt, findings, repaired: None }
    }

    #[test]
    fn a_better_attempt_is_shown_and_says_what_was_wrong() {
        let mut draft = draft("Es kamen 30 Kinder.", "There were 50 children.");
        draft.consider(attempt("There were 40 children."));
        assert!(draft.repaired.is_none(), "no better than the first");
        draft.consider(attempt("There were 30 children."));
        let sentence = draft.sentence();
        assert_eq!(sentence.english, "There were 30 children.");
        assert_eq!(sentence.notes, [Note { flag: Flag::Repaired, reason: Some("number".into()) }]);
    }

    #[test]
    fn what_cannot_be_translated_is_kept_in_brackets() {
        for english in ["", "…", "Es kamen viele."] {
            let sentence = draft("Es kamen viele.", english).sentence();
            assert_eq!(sentence.english, "[Es kamen viele.]");
            assert!(sentence.flags().any(|flag| flag == Flag::Untranslated) && sentence.is_doubtful());
        }
    }

    #[test]
    fn a_sentence_is_cut_into_pieces_that_hold_all_of_it() {
        let german =
            "Der Minister kam am Montag nach Kirchfeld, weil dort die neue Brücke über die Lahr eröffnet wurde.";
        let pieces = halves(german);
        assert!(pieces.len() > 1);
        assert_eq!(pieces.join(" "), german);
        assert_eq!(halves("Er kam."), ["Er kam."]);
    }
}
