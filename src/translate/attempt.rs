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
use crate::check::{self, Finding, Pair};
use crate::generation::{self, Output, Request, SearchOptions};
use crate::glossary::Hit;
use crate::session::Session;

/// One translation of a sentence, not yet judged.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) english: String,
    /// Mean log-probability of a token.
    pub(super) score: Option<f32>,
    /// True if the sentence was translated in several pieces.
    pub(super) split: bool,
    /// True if a search ended at its length limit.
    pub(super) cut: bool,
    /// True if the model follows instructions, and was asked for the translation.
    pub(super) is_answer: bool,
    /// What its answer was instead of a translation alone.
    pub(super) fault: Option<&'static str>,
}

impl Attempt {
    /// Joins the outputs of a sentence's pieces, in order.
    fn from_pieces(outputs: &[Output]) -> Self {
        let token_count: usize = outputs.iter().map(|output| output.tokens).sum();
        let log_probabilities = outputs.iter().filter_map(|output| Some(output.score? * output.tokens as f32));
        let english: Vec<&str> =
            outputs.iter().map(|output| output.text.as_str()).filter(|text| !text.is_empty()).collect();
        Self {
            english: english.join(" "),
            score: (token_count > 0).then(|| log_probabilities.sum::<f32>() / token_count as f32),
            split: outputs.len() > 1 || outputs.iter().any(|output| output.split),
            cut: outputs.iter().any(|output| output.cut),
            is_answer: false,
            fault: None,
        }
    }

    /// What the checks find in this translation of `german`, which contains `terms` and `unknown_words` and comes after `context`.
    pub(super) fn findings(
        &self,
        german: &str,
        terms: &[Hit<'_>],
        unknown_words: &[UnknownWord<'_>],
        context: &[&str],
    ) -> Vec<Finding> {
        let Self { english, score, cut, is_answer, fault, split: _ } = self;
        let unknown = lost_characters(unknown_words, english);
        check::findings(&Pair {
            german,
            english,
            score: *score,
            cut: *cut,
            unknown: &unknown,
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
    pub(super) attempt: Attempt,
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

/// The translations of `pieces` by address. Pieces with the same address, in the order of the list, become one attempt.
/// `progress` is called from the generator's workers with the number of pieces that are done and the number there are.
///
/// # Errors
/// Those of [`Session::run`].
pub(super) fn translate_pieces<Address: Copy + Ord>(
    session: Session<'_>,
    pieces: &[SourcePiece<'_, Address>],
    search: &SearchOptions,
    options: &TranslateOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<BTreeMap<Address, Attempt>, generation::Error> {
    let generator = session.generator;
    let request = |piece: &SourcePiece<'_, Address>| {
        let context = piece.context.iter().map(|sentence| Cow::Owned((*sentence).to_owned())).collect();
        let terms = piece.terms.iter().map(|pair| pair.clone().map(|term| Cow::Owned(term.into_owned()))).collect();
        generator.text_of(Request { text: Cow::Owned(piece.text.to_owned()), terms, context }).into_owned()
    };
    let texts: Vec<String> = pieces.iter().map(request).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let outputs = session.run(&texts, search, &options.schedule, progress)?;
    let is_answer = generator.tokenizer().is_chat();
    let mut outputs_by_address: BTreeMap<Address, (Vec<Output>, Option<&'static str>)> = BTreeMap::new();
    for (piece, mut output) in pieces.iter().zip(outputs) {
        let (outputs, fault) = outputs_by_address.entry(piece.address).or_default();
        if is_answer {
            let answer = translation_in(piece.text, &output.text);
            output.text = answer.english;
            *fault = fault.or(answer.fault);
        }
        outputs.push(output);
    }
    let attempt = |(outputs, fault): (Vec<Output>, Option<&'static str>)| Attempt {
        is_answer,
        fault,
        ..Attempt::from_pieces(&outputs)
    };
    Ok(outputs_by_address.into_iter().map(|(address, outputs)| (address, attempt(outputs))).collect())
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
