//! What the model wrote → what is shown: checked, retried where a check fails, marked where it still fails.
//!
//! Promises: every sentence comes out, if need be as its German in brackets; a retry is shown only if it fails fewer checks,
//! and says so; a second translator is asked only about what still fails a check after the retries; what becomes of a sentence does
//! not depend on the others.
//!
//! To add a way to retry, add a line to [`RETRIES`] and the function it names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::attempt::{Attempt, SourcePiece, TranslatedUnit, told_context, translate_pieces};
use super::checked::CheckedSentence;
use super::mask::{MaskedSentence, required_terms};
use super::options::TranslateOptions;
use super::pieces::SentenceCutter;
use super::translators::{SecondTranslator, Translators};
use super::units::SentenceAddress;
use super::unknown::unknown_words;
use crate::check::{CheckFinding, Repair};
use crate::document::{Flag, Sentence};
use crate::exact;
use crate::generation::{self, SearchOptions};
use crate::glossary::TermHit;
use crate::parallel;
use crate::segment;
use crate::session::Session;

/// A way to translate a sentence once more.
struct RetryMethod {
    /// The repair that findings must ask for if this way is tried.
    repair: Repair,
    /// The search of the retry, given the ordinary one.
    search: fn(&SearchOptions) -> SearchOptions,
    /// What is translated in the retry; `None` if that would be the first attempt once more.
    source: for<'a> fn(&CheckedSentence<'a>, SentenceCutter<'_>) -> Option<RetrySource<'a>>,
}

/// Every way to retry, in the order they are tried.
#[rustfmt::skip]
const RETRIES: &[RetryMethod] = &[
    RetryMethod { repair: Repair::Mask, search: SearchOptions::clone, source: |sentence, cutter| with_masked_terms(sentence, 'X', cutter) },
    // A model that drops a placeholder seldom drops one that begins with another letter.
    RetryMethod { repair: Repair::Mask, search: SearchOptions::clone, source: |sentence, cutter| with_masked_terms(sentence, 'Q', cutter) },
    RetryMethod { repair: Repair::Search, search: SearchOptions::clone, source: |sentence, cutter| with_masked_values(sentence, 'X', cutter) },
    RetryMethod { repair: Repair::Search, search: SearchOptions::clone, source: |sentence, cutter| with_masked_values(sentence, 'Q', cutter) },
    RetryMethod { repair: Repair::NoRepeat, search: without_repeats, source: whole_sentence },
    RetryMethod { repair: Repair::WithoutContext, search: SearchOptions::clone, source: without_context },
    RetryMethod { repair: Repair::Search, search: wider_search, source: whole_sentence },
    RetryMethod { repair: Repair::Words, search: wider_search, source: whole_sentence },
    RetryMethod { repair: Repair::Words, search: wider_search, source: compounds_in_parts },
    RetryMethod { repair: Repair::Pieces, search: SearchOptions::clone, source: sentence_in_pieces },
];

impl RetryMethod {
    /// True if this may mend one of `findings`. Terms of the glossary are required even where no other retries are wanted.
    fn is_for(&self, findings: &[CheckFinding], options: &TranslateOptions) -> bool {
        let is_retry_wanted = |finding: &CheckFinding| options.repair || finding.check.flag == Flag::Term;
        findings.iter().any(|finding| finding.check.repair == self.repair && is_retry_wanted(finding))
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

fn wider_search(first_search: &SearchOptions) -> SearchOptions {
    let retry_beams =
        if first_search.beams < MIN_BEAMS { MIN_BEAMS } else { (2 * first_search.beams).clamp(MIN_BEAMS, MAX_BEAMS) };
    SearchOptions { beams: retry_beams, ..first_search.clone() }
}

fn without_repeats(first_search: &SearchOptions) -> SearchOptions {
    SearchOptions { no_repeat_ngram: 3, ..wider_search(first_search) }
}

fn whole_sentence<'a>(sentence: &CheckedSentence<'a>, cutter: SentenceCutter<'_>) -> Option<RetrySource<'a>> {
    Some(RetrySource { pieces: vec![cutter.for_model(sentence.german)], masked: None, has_context: true })
}

fn without_context<'a>(sentence: &CheckedSentence<'a>, cutter: SentenceCutter<'_>) -> Option<RetrySource<'a>> {
    let pieces = vec![cutter.for_model(sentence.german)];
    (!sentence.context.is_empty()).then_some(RetrySource { pieces, masked: None, has_context: false })
}

/// The sentence with hyphens in its rare compounds, whose parts the model may know.
fn compounds_in_parts<'a>(sentence: &CheckedSentence<'a>, cutter: SentenceCutter<'_>) -> Option<RetrySource<'a>> {
    let hyphenated = segment::with_compounds_in_parts(&cutter.for_model(sentence.german))?;
    let pieces =
        cutter.cut(&hyphenated).into_iter().map(|piece_range| Cow::Owned(hyphenated[piece_range].to_owned())).collect();
    Some(RetrySource { pieces, masked: None, has_context: true })
}

/// Sentences shorter than this are not cut, in bytes: their pieces would have no context.
const SHORTEST_CUT: usize = 60;

fn sentence_in_pieces<'a>(sentence: &CheckedSentence<'a>, cutter: SentenceCutter<'_>) -> Option<RetrySource<'a>> {
    let model_german = cutter.for_model(sentence.german);
    let pieces: Vec<Cow<'_, str>> =
        in_shorter_pieces(&model_german).into_iter().map(|piece| Cow::Owned(piece.to_owned())).collect();
    (pieces.len() > 1).then_some(RetrySource { pieces, masked: None, has_context: true })
}

/// `german` in pieces of at most two thirds of its length; whole if it is short.
fn in_shorter_pieces(german: &str) -> Vec<&str> {
    let longest_piece = (german.len() * 2 / 3).max(SHORTEST_CUT);
    segment::split_long(german, |piece| piece.len() <= longest_piece)
        .into_iter()
        .map(|piece_range| &german[piece_range])
        .collect()
}

/// The sentence with a placeholder for each required term, literal and unknown word that its translation lacks.
fn with_masked_terms<'a>(
    sentence: &CheckedSentence<'a>,
    placeholder_letter: char,
    cutter: SentenceCutter<'_>,
) -> Option<RetrySource<'a>> {
    let first_english = &sentence.attempt.english;
    let masked_sentence = MaskedSentence::new(
        sentence.german,
        first_english,
        &sentence.terms,
        &sentence.unknown_words,
        placeholder_letter,
    )?;
    Some(source_with_placeholders(masked_sentence, cutter))
}

/// The sentence with a placeholder for each number and time that its translation lacks.
fn with_masked_values<'a>(
    sentence: &CheckedSentence<'a>,
    placeholder_letter: char,
    cutter: SentenceCutter<'_>,
) -> Option<RetrySource<'a>> {
    let model_german = cutter.for_model(sentence.german);
    let lost_values = exact::lost_values(&model_german, &sentence.attempt.english, sentence.clock);
    Some(source_with_placeholders(MaskedSentence::for_values(&model_german, lost_values, placeholder_letter)?, cutter))
}

fn source_with_placeholders<'a>(masked_sentence: MaskedSentence, cutter: SentenceCutter<'_>) -> RetrySource<'a> {
    let model_german = cutter.for_model(&masked_sentence.masked_german);
    let pieces = cutter
        .cut(&model_german)
        .into_iter()
        .map(|piece_range| Cow::Owned(model_german[piece_range].to_owned()))
        .collect();
    RetrySource { pieces, masked: Some(masked_sentence), has_context: true }
}

/// The terms of `term_hits`, German and English, as a model is told them.
pub(super) fn told_terms<'a>(term_hits: &[TermHit<'a>]) -> Vec<[Cow<'a, str>; 2]> {
    term_hits
        .iter()
        .map(|term_hit| {
            [Cow::Borrowed(term_hit.term.german.as_str()), Cow::Owned(term_hit.term.rendering(term_hit.plural))]
        })
        .collect()
}

/// The sentence to show for each of `translated_units`.
///
/// # Errors
/// If a generator fails or the work is stopped; see [`Session::run`].
pub(super) fn checked_sentences(
    translators: Translators<'_>,
    units: &[TranslatedUnit<'_>],
) -> Result<BTreeMap<SentenceAddress, Sentence>, generation::Error> {
    let Translators { session, options, second } = translators;
    let mut checked = checked_units(session, units, options)?;
    for retry in RETRIES {
        retry_sentences(session, &mut checked, retry, options)?;
    }
    if let Some(second) = second.filter(|_| options.repair) {
        ask_second(second, units, &mut checked)?;
    }
    Ok(checked.into_iter().map(|(address, sentence)| (address, sentence.into_sentence())).collect())
}

/// `units` by address, with what the checks find in their translations.
fn checked_units<'a>(
    session: Session<'_>,
    units: &[TranslatedUnit<'a>],
    options: &'a TranslateOptions,
) -> Result<BTreeMap<SentenceAddress, CheckedSentence<'a>>, generation::Error> {
    let checked = parallel::map(options.schedule.workers, units, |unit| {
        let terms = required_terms(&options.glossary, unit.german);
        let unknown_words = unknown_words(unit.german, session.generator);
        (unit.address, CheckedSentence::new(unit, terms, unknown_words, options))
    })?;
    Ok(checked.into_iter().collect())
}

/// Has the second translator translate those of `units` in which the checks still find something, and keeps what is better. What the
/// glossary requires and what must be copied it is asked for again too; other retries would cost more than they mend.
fn ask_second<'a>(
    second: SecondTranslator<'a>,
    units: &[TranslatedUnit<'a>],
    checked: &mut BTreeMap<SentenceAddress, CheckedSentence<'a>>,
) -> Result<(), generation::Error> {
    let SecondTranslator { name, session, options } = second;
    let cutter = SentenceCutter { generator: session.generator, longest_sentence: options.longest_sentence };
    let is_doubted =
        |unit: &&TranslatedUnit<'_>| checked.get(&unit.address).is_some_and(|sentence| !sentence.findings.is_empty());
    let doubted_units: Vec<&TranslatedUnit<'_>> = units.iter().filter(is_doubted).collect();
    let sources = parallel::map(options.schedule.workers, &doubted_units, |unit| {
        let for_model = cutter.for_model(unit.german);
        let pieces = cutter.cut(&for_model).into_iter().map(|range| for_model[range].to_owned());
        pieces.collect::<Vec<String>>()
    })?;
    let pieces: Vec<SourcePiece<'_, SentenceAddress>> = (doubted_units.iter().zip(&sources))
        .flat_map(|(unit, pieces)| {
            pieces.iter().map(move |text| SourcePiece {
                address: unit.address,
                text,
                terms: told_terms(&required_terms(&options.glossary, text)),
                context: told_context(session.generator, unit.sentences_before),
            })
        })
        .collect();
    let mut attempts = translate_pieces(session, &pieces, &options.search, options, &|_, _| {})?;
    let mut second_units = Vec::new();
    for TranslatedUnit { address, german, sentences_before, .. } in doubted_units {
        let Some(attempt) = attempts.remove(address) else { continue };
        let (address, german, sentences_before) = (*address, *german, *sentences_before);
        let context = told_context(session.generator, sentences_before);
        second_units.push(TranslatedUnit { address, german, context, sentences_before, attempt });
    }
    let mut second_checked = checked_units(session, &second_units, options)?;
    for retry in RETRIES.iter().filter(|retry| retry.repair == Repair::Mask) {
        retry_sentences(session, &mut second_checked, retry, options)?;
    }
    for (address, attempt) in second_checked {
        if let Some(sentence) = checked.get_mut(&address) {
            sentence.consider_second(attempt, name);
        }
    }
    Ok(())
}

/// Translates the sentences that `retry_method` is for once more, and keeps what is better.
fn retry_sentences(
    session: Session<'_>,
    checked_sentences: &mut BTreeMap<SentenceAddress, CheckedSentence<'_>>,
    retry_method: &RetryMethod,
    options: &TranslateOptions,
) -> Result<(), generation::Error> {
    let cutter = SentenceCutter { generator: session.generator, longest_sentence: options.longest_sentence };
    let failing_sentences = checked_sentences
        .iter()
        .filter(|(_, checked_sentence)| retry_method.is_for(&checked_sentence.findings, options));
    let retry_sources: BTreeMap<SentenceAddress, RetrySource<'_>> = failing_sentences
        .filter_map(|(address, checked_sentence)| Some((*address, (retry_method.source)(checked_sentence, cutter)?)))
        .collect();
    let retry_pieces: Vec<SourcePiece<'_, SentenceAddress>> = retry_sources
        .iter()
        .flat_map(|(address, retry_source)| {
            let told_sentence = checked_sentences.get(address).filter(|_| retry_source.has_context);
            let context = told_sentence.map_or(&[][..], |checked_sentence| checked_sentence.context);
            retry_source.pieces.iter().map(move |piece_text| SourcePiece {
                address: *address,
                text: piece_text,
                terms: told_terms(&required_terms(&options.glossary, piece_text)),
                context,
            })
        })
        .collect();
    let retry_search = (retry_method.search)(&options.search);
    let mut retry_attempts = translate_pieces(session, &retry_pieces, &retry_search, options, &|_, _| {})?;
    drop(retry_pieces);
    for (address, checked_sentence) in checked_sentences {
        let Some(retry_attempt) = retry_attempts.remove(address) else { continue };
        let masked_sentence = retry_sources.get(address).and_then(|retry_source| retry_source.masked.as_ref());
        let english = match masked_sentence {
            Some(masked_sentence) => masked_sentence.restored(&retry_attempt.english),
            None => Some(retry_attempt.english.clone()),
        };
        if let Some(english) = english {
            checked_sentence.consider(Attempt { english, ..retry_attempt });
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
        let pieces = in_shorter_pieces(german);
        assert!(pieces.len() > 1);
        assert_eq!(pieces.join(" "), german);
        assert_eq!(in_shorter_pieces("Er kam."), ["Er kam."]);
    }
}
