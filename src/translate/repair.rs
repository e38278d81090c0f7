//! What the model wrote → what is shown: checked, retried where a check fails, marked where it still fails.
//!
//! Promises: every sentence comes out, if need be as its German in brackets; a retry is shown only if it fails fewer checks,
//! and says so; what becomes of a sentence does not depend on the others.
//!
//! To add a way to retry, add a line to [`RETRIES`] and the function it names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::attempt::{Attempt, SourcePiece, TranslatedUnit, translate_pieces};
use super::checked::CheckedSentence;
use super::mask::{MaskedSentence, required_terms};
use super::options::TranslateOptions;
use super::pieces::Cutter;
use super::units::SentenceAddress;
use super::unknown::unknown_words;
use crate::check::{Finding, Repair};
use crate::document::{Flag, Sentence};
use crate::exact;
use crate::generation::{self, SearchOptions};
use crate::glossary::Hit;
use crate::parallel;
use crate::segment;
use crate::session::Session;

/// A way to translate a sentence once more.
struct RetryMethod {
    /// The repair that findings must ask for.
    repair: Repair,
    /// The search, given the ordinary one.
    search: fn(&SearchOptions) -> SearchOptions,
    /// What is translated; `None` if that would be the first attempt once more.
    source: for<'a> fn(&CheckedSentence<'a>, Cutter<'_>) -> Option<RetrySource<'a>>,
}

/// Every way, in the order they are tried.
#[rustfmt::skip]
const RETRIES: &[RetryMethod] = &[
    RetryMethod { repair: Repair::Mask, search: SearchOptions::clone, source: |sentence, cutter| masked(sentence, 'X', cutter) },
    // A model that drops a placeholder seldom drops one that begins with another letter.
    RetryMethod { repair: Repair::Mask, search: SearchOptions::clone, source: |sentence, cutter| masked(sentence, 'Q', cutter) },
    RetryMethod { repair: Repair::Search, search: SearchOptions::clone, source: |sentence, cutter| with_masked_values(sentence, 'X', cutter) },
    RetryMethod { repair: Repair::Search, search: SearchOptions::clone, source: |sentence, cutter| with_masked_values(sentence, 'Q', cutter) },
    RetryMethod { repair: Repair::NoRepeat, search: without_repeats, source: whole_sentence },
    RetryMethod { repair: Repair::WithoutContext, search: SearchOptions::clone, source: without_context },
    RetryMethod { repair: Repair::Search, search: wider_search, source: whole_sentence },
    RetryMethod { repair: Repair::Words, search: wider_search, source: whole_sentence },
    RetryMethod { repair: Repair::Words, search: wider_search, source: compounds_in_parts },
    RetryMethod { repair: Repair::Pieces, search: SearchOptions::clone, source: in_pieces },
];

impl RetryMethod {
    /// True if this may mend one of `findings`. Terms of the glossary are required even where no other retries are wanted.
    fn is_for(&self, findings: &[Finding], options: &TranslateOptions) -> bool {
        let is_wanted = |finding: &Finding| options.repair || finding.check.flag == Flag::Term;
        findings.iter().any(|finding| finding.check.repair == self.repair && is_wanted(finding))
    }
}

/// What is translated in a retry.
struct RetrySource<'a> {
    /// The pieces, in order.
    pieces: Vec<Cow<'a, str>>,
    /// The placeholders to replace in the translation.
    masked: Option<MaskedSentence>,
    /// Whether the model is told the sentences before.
    has_context: bool,
}

/// Minimum and maximum beam width for a retry. A wider beam finds what the model likes better, not what is better.
const MIN_BEAMS: usize = 4;
const MAX_BEAMS: usize = 12;

fn wider_search(search: &SearchOptions) -> SearchOptions {
    let beams = if search.beams < MIN_BEAMS { MIN_BEAMS } else { (2 * search.beams).clamp(MIN_BEAMS, MAX_BEAMS) };
    SearchOptions { beams, ..search.clone() }
}

fn without_repeats(search: &SearchOptions) -> SearchOptions {
    SearchOptions { no_repeat_ngram: 3, ..wider_search(search) }
}

fn whole_sentence<'a>(sentence: &CheckedSentence<'a>, cutter: Cutter<'_>) -> Option<RetrySource<'a>> {
    Some(RetrySource { pieces: vec![cutter.for_model(sentence.german)], masked: None, has_context: true })
}

fn without_context<'a>(sentence: &CheckedSentence<'a>, cutter: Cutter<'_>) -> Option<RetrySource<'a>> {
    let pieces = vec![cutter.for_model(sentence.german)];
    (!sentence.context.is_empty()).then_some(RetrySource { pieces, masked: None, has_context: false })
}

/// The sentence with hyphens in its rare compounds, whose parts the model may know.
fn compounds_in_parts<'a>(sentence: &CheckedSentence<'a>, cutter: Cutter<'_>) -> Option<RetrySource<'a>> {
    let hyphenated = segment::with_compounds_in_parts(&cutter.for_model(sentence.german))?;
    let pieces = cutter.cut(&hyphenated).into_iter().map(|range| Cow::Owned(hyphenated[range].to_owned())).collect();
    Some(RetrySource { pieces, masked: None, has_context: true })
}

/// Sentences shorter than this are not cut, in bytes: their pieces would have no context.
const SHORTEST_CUT: usize = 60;

fn in_pieces<'a>(sentence: &CheckedSentence<'a>, cutter: Cutter<'_>) -> Option<RetrySource<'a>> {
    let for_model = cutter.for_model(sentence.german);
    let pieces: Vec<Cow<'_, str>> = halves(&for_model).into_iter().map(|piece| Cow::Owned(piece.to_owned())).collect();
    (pieces.len() > 1).then_some(RetrySource { pieces, masked: None, has_context: true })
}

/// `german` in pieces of at most two thirds of its length; whole if it is short.
fn halves(german: &str) -> Vec<&str> {
    let longest = (german.len() * 2 / 3).max(SHORTEST_CUT);
    segment::split_long(german, |piece| piece.len() <= longest).into_iter().map(|range| &german[range]).collect()
}

/// The sentence with a placeholder for each required term, literal and unknown word that its translation lacks.
fn masked<'a>(sentence: &CheckedSentence<'a>, letter: char, cutter: Cutter<'_>) -> Option<RetrySource<'a>> {
    let english = &sentence.attempt.english;
    let masked = MaskedSentence::new(sentence.german, english, &sentence.terms, &sentence.unknown_words, letter)?;
    Some(masked_source(masked, cutter))
}

/// The sentence with a placeholder for each number and time that its translation lacks.
fn with_masked_values<'a>(sentence: &CheckedSentence<'a>, letter: char, cutter: Cutter<'_>) -> Option<RetrySource<'a>> {
    let for_model = cutter.for_model(sentence.german);
    let lost_values = exact::lost_values(&for_model, &sentence.attempt.english, sentence.clock);
    Some(masked_source(MaskedSentence::for_values(&for_model, lost_values, letter)?, cutter))
}

fn masked_source<'a>(masked: MaskedSentence, cutter: Cutter<'_>) -> RetrySource<'a> {
    let for_model = cutter.for_model(&masked.text);
    let pieces = cutter.cut(&for_model).into_iter().map(|range| Cow::Owned(for_model[range].to_owned())).collect();
    RetrySource { pieces, masked: Some(masked), has_context: true }
}

/// The terms of `hits`, German and English, as a model is told them.
pub(super) fn told_terms<'a>(hits: &[Hit<'a>]) -> Vec<[Cow<'a, str>; 2]> {
    hits.iter()
        .map(|hit| [Cow::Borrowed(hit.term.german.as_str()), Cow::Owned(hit.term.rendering(hit.plural))])
        .collect()
}

/// The sentence to show for each of `units`.
///
/// # Errors
/// If the generator fails or the work is stopped; see [`Session::run`].
pub(super) fn checked_sentences(
    session: Session<'_>,
    units: &[TranslatedUnit<'_>],
    options: &TranslateOptions,
) -> Result<BTreeMap<SentenceAddress, Sentence>, generation::Error> {
    let checked = parallel::map(options.schedule.workers, units, |unit| {
        let terms = required_terms(&options.glossary, unit.german);
        let unknown_words = unknown_words(unit.german, session.generator);
        (unit.address, CheckedSentence::new(unit, terms, unknown_words, options))
    })?;
    let mut checked: BTreeMap<SentenceAddress, CheckedSentence<'_>> = checked.into_iter().collect();
    for retry in RETRIES {
        try_again(session, &mut checked, retry, options)?;
    }
    Ok(checked.into_iter().map(|(address, sentence)| (address, sentence.into_sentence())).collect())
}

/// Translates the sentences that `retry` is for once more, and keeps what is better.
fn try_again(
    session: Session<'_>,
    checked: &mut BTreeMap<SentenceAddress, CheckedSentence<'_>>,
    retry: &RetryMethod,
    options: &TranslateOptions,
) -> Result<(), generation::Error> {
    let cutter = Cutter { generator: session.generator, longest_sentence: options.longest_sentence };
    let failing = checked.iter().filter(|(_, sentence)| retry.is_for(&sentence.findings, options));
    let sources: BTreeMap<SentenceAddress, RetrySource<'_>> =
        failing.filter_map(|(address, sentence)| Some((*address, (retry.source)(sentence, cutter)?))).collect();
    let pieces: Vec<SourcePiece<'_, SentenceAddress>> = sources
        .iter()
        .flat_map(|(address, source)| {
            let told = checked.get(address).filter(|_| source.has_context);
            let context = told.map_or(&[][..], |sentence| sentence.context);
            source.pieces.iter().map(move |text| SourcePiece {
                address: *address,
                text,
                terms: told_terms(&required_terms(&options.glossary, text)),
                context,
            })
        })
        .collect();
    let search = (retry.search)(&options.search);
    let mut attempts = translate_pieces(session, &pieces, &search, options, &|_, _| {})?;
    drop(pieces);
    for (address, sentence) in checked {
        let Some(attempt) = attempts.remove(address) else { continue };
        let placeholders = sources.get(address).and_then(|source| source.masked.as_ref());
        let english = match placeholders {
            Some(masked) => masked.restored(&attempt.english),
            None => Some(attempt.english.clone()),
        };
        if let Some(english) = english {
            sentence.consider(Attempt { english, ..attempt });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
