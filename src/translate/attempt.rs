//! Pieces of sentences → what the model writes for each sentence.
//!
//! Every translation goes through [`translate_pieces`], the one place that relies on the generator's order. Everywhere else a
//! translation is found by the address of its sentence.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::answer::translation_in;
use super::options::TranslateOptions;
use super::units::SentenceAddress;
use super::unknown::{UnknownWord, lost_characters};
use crate::check::{self, CheckFinding, CheckedPair};
use crate::generation::{self, Generator, Output, Request, SearchOptions};
use crate::glossary::TermHit;
use crate::session::Session;

/// One translation of a sentence, not yet judged.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) english: String,
    /// Mean log-probability of a token of the attempt.
    pub(super) score: Option<f32>,
    /// True if the sentence was translated in several pieces.
    pub(super) split: bool,
    /// True if a search ended at its length limit.
    pub(super) cut: bool,
    /// True if the model follows instructions, and was asked for the translation.
    pub(super) is_answer: bool,
    /// What the model's answer was instead of a translation alone.
    pub(super) fault: Option<&'static str>,
}

impl Attempt {
    /// Joins the outputs of a sentence's pieces, in order.
    fn from_pieces(piece_outputs: &[Output]) -> Self {
        let token_count: usize = piece_outputs.iter().map(|piece_output| piece_output.tokens).sum();
        let log_probabilities =
            piece_outputs.iter().filter_map(|piece_output| Some(piece_output.score? * piece_output.tokens as f32));
        let english: Vec<&str> = piece_outputs
            .iter()
            .map(|piece_output| piece_output.text.as_str())
            .filter(|piece_english| !piece_english.is_empty())
            .collect();
        Self {
            english: english.join(" "),
            score: (token_count > 0).then(|| log_probabilities.sum::<f32>() / token_count as f32),
            split: piece_outputs.len() > 1 || piece_outputs.iter().any(|piece_output| piece_output.split),
            cut: piece_outputs.iter().any(|piece_output| piece_output.cut),
            is_answer: false,
            fault: None,
        }
    }

    /// What the checks find in this translation of `german`, which contains `terms` and `unknown_words` and comes after `context`.
    pub(super) fn findings(
        &self,
        german: &str,
        terms: &[TermHit<'_>],
        unknown_words: &[UnknownWord<'_>],
        context: &[&str],
    ) -> Vec<CheckFinding> {
        let Self { english, score, cut, is_answer, fault, split: _ } = self;
        let lost_unknown_characters = lost_characters(unknown_words, english);
        check::findings(&CheckedPair {
            german,
            english,
            score: *score,
            cut: *cut,
            unknown: &lost_unknown_characters,
            terms,
            is_answer: *is_answer,
            fault: *fault,
            context,
        })
    }
}

/// A sentence that was translated.
pub(super) struct TranslatedUnit<'a> {
    pub(super) address: SentenceAddress,
    pub(super) german: &'a str,
    /// The German sentences before, as far as the model was told them.
    pub(super) context: &'a [&'a str],
    /// The German sentences before, whether it was told them or not.
    pub(super) sentences_before: &'a [&'a str],
    pub(super) attempt: Attempt,
}

/// What of `sentences_before` the model of `generator` is told: all or, if it cannot be told, nothing.
pub(super) fn told_context<'a>(generator: &Generator, sentences_before: &'a [&'a str]) -> &'a [&'a str] {
    if generator.takes_context() { sentences_before } else { &[] }
}

/// A text for the model, and the address that its translation goes back to.
pub(super) struct SourcePiece<'a, Address> {
    pub(super) address: Address,
    pub(super) text: &'a str,
    /// Terms of the glossary in the text, German and English, for a model that can be told them.
    pub(super) terms: Vec<[Cow<'a, str>; 2]>,
    /// The German sentences before, for a model that can be told them.
    pub(super) context: &'a [&'a str],
}

/// The translations of `source_pieces` by address. Pieces with the same address, in the order of the list, become one attempt.
/// `progress` is called from the generator's workers with the number of pieces that are done and the number there are.
///
/// # Errors
/// Those of [`Session::run`].
pub(super) fn translate_pieces<Address: Copy + Ord>(
    session: Session<'_>,
    source_pieces: &[SourcePiece<'_, Address>],
    search: &SearchOptions,
    options: &TranslateOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<BTreeMap<Address, Attempt>, generation::Error> {
    let generator = session.generator;
    let translation_request = |source_piece: &SourcePiece<'_, Address>| {
        let context = source_piece.context.iter().map(|sentence| Cow::Owned((*sentence).to_owned())).collect();
        let terms =
            source_piece.terms.iter().map(|pair| pair.clone().map(|term| Cow::Owned(term.into_owned()))).collect();
        generator.text_of(Request { text: Cow::Owned(source_piece.text.to_owned()), terms, context }).into_owned()
    };
    let request_texts: Vec<String> = source_pieces.iter().map(translation_request).collect();
    let request_texts: Vec<&str> = request_texts.iter().map(String::as_str).collect();
    let piece_outputs = session.run(&request_texts, search, &options.schedule, progress)?;
    let is_answer = generator.tokenizer().is_chat();
    let mut outputs_by_address: BTreeMap<Address, (Vec<Output>, Option<&'static str>)> = BTreeMap::new();
    for (source_piece, mut piece_output) in source_pieces.iter().zip(piece_outputs) {
        let (piece_outputs, answer_fault) = outputs_by_address.entry(source_piece.address).or_default();
        if is_answer {
            let answer = translation_in(source_piece.text, &piece_output.text);
            piece_output.text = answer.english;
            *answer_fault = answer_fault.or(answer.fault);
        }
        piece_outputs.push(piece_output);
    }
    let attempt_from_pieces = |(piece_outputs, answer_fault): (Vec<Output>, Option<&'static str>)| Attempt {
        is_answer,
        fault: answer_fault,
        ..Attempt::from_pieces(&piece_outputs)
    };
    Ok(outputs_by_address
        .into_iter()
        .map(|(address, piece_outputs)| (address, attempt_from_pieces(piece_outputs)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_one_attempt_whose_score_counts_every_token() {
        let output = |text: &str, score: Option<f32>, tokens| Output {
            text: text.into(),
            score,
            tokens,
            split: false,
            cut: tokens == 3,
            unknown: false,
        };
        let attempt = Attempt::from_pieces(&[
            output("He came,", Some(-1.0), 1),
            output("", None, 0),
            output("as he said.", Some(-0.2), 3),
        ]);
        assert_eq!(attempt.english, "He came, as he said.");
        assert!((attempt.score.unwrap() + 0.4).abs() < 1e-6, "{attempt:?}");
        assert!(attempt.split && attempt.cut);
        assert_eq!(Attempt::from_pieces(&[output("", None, 0)]).score, None);
    }
}
