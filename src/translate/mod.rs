//! Article → Translation. The sentences of many articles go to the generator together, and each translation goes back to the
//! address of its sentence.
//!
//! Promises: a translation has exactly the paragraphs and sentences of its article; what a sentence becomes does not depend
//! on the articles beside it; nothing is cut: a sentence too long for the model is split at clause marks, and says so; every
//! translation is checked, and what fails a check is retried, asked of a second translator if there is one, or marked.

mod answer;
mod attempt;
mod capitals;
mod checked;
mod languages;
mod mask;
mod options;
mod pieces;
mod repair;
mod translators;
mod units;
mod unknown;

use std::collections::BTreeMap;

use crate::document::{Article, Sentence, TranslatedText, Translation};
use crate::{generation, parallel};

use attempt::{SourcePiece, TranslatedUnit, told_context, translate_pieces};
pub use languages::OtherLanguages;
use mask::required_terms;
pub use options::TranslateOptions;
use repair::told_terms;
pub use translators::{SecondTranslator, Translators};
use units::{ArticlePlan, SentenceAddress, SentenceUnit, assemble, plan_text};

/// Every address that is translated comes back, so this cannot happen. It must not end in a translation that lacks something.
const MISSING_SENTENCE: generation::Error = generation::Error::Internal { what: "a sentence without its translation" };

/// The translations of `articles`, in their order. `progress` is called from the generator's workers with the number of
/// sentences (or pieces of long ones) that are done and the number there are.
///
/// # Errors
/// If a generator fails or the work is stopped; see [`Session::run`](crate::session::Session::run).
pub fn translate(
    translators: Translators<'_>,
    articles: Vec<Article>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Translation>, generation::Error> {
    let Translators { session, options, .. } = translators;
    let indexed_articles: Vec<(usize, &Article)> = articles.iter().enumerate().collect();
    let article_plans = parallel::map(options.schedule.workers, &indexed_articles, |(article_index, article)| {
        ArticlePlan::new(article, *article_index, session.generator, options)
    })?;
    let (mut article_spans, mut sentence_units) = (Vec::with_capacity(article_plans.len()), Vec::new());
    for article_plan in article_plans {
        article_spans.push(article_plan.spans);
        sentence_units.extend(article_plan.units);
    }
    let mut sentences_by_address = translate_units(translators, &sentence_units, progress)?;
    let articles_with_spans = articles.into_iter().zip(article_spans).enumerate();
    let assembled_translation = |(article_index, (article, article_spans))| {
        assemble(article, article_index, article_spans, &mut sentences_by_address).ok_or(MISSING_SENTENCE)
    };
    articles_with_spans.map(assembled_translation).collect()
}

/// The translations of `texts`, in their order, with the notes on them. Each text is one or more sentences; an empty text stays
/// empty.
///
/// # Errors
/// If a generator fails or the work is stopped; see [`Session::run`](crate::session::Session::run).
pub fn translate_texts(translators: Translators<'_>, texts: &[&str]) -> Result<Vec<TranslatedText>, generation::Error> {
    let Translators { session, options, .. } = translators;
    let sentence_units: Vec<SentenceUnit<'_>> = texts
        .iter()
        .enumerate()
        .flat_map(|(text_index, text)| plan_text(text, text_index, session.generator, options))
        .collect();
    let mut translated_sentences = vec![Vec::new(); texts.len()];
    // Addresses sort in reading order.
    for (address, sentence) in translate_units(translators, &sentence_units, &|_, _| {})? {
        translated_sentences[address.article].push(sentence);
    }
    Ok(translated_sentences.iter().map(|sentences| TranslatedText::new(sentences)).collect())
}

/// The sentence to show for each of `units`, by address.
fn translate_units(
    translators: Translators<'_>,
    units: &[SentenceUnit<'_>],
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<BTreeMap<SentenceAddress, Sentence>, generation::Error> {
    let Translators { session, options, .. } = translators;
    let mut source_pieces = Vec::new();
    for sentence_unit in units {
        let pieces_of_sentence = sentence_unit.source.iter().flat_map(|source_text| source_text.pieces());
        source_pieces.extend(pieces_of_sentence.map(|piece_text| SourcePiece {
            address: sentence_unit.address,
            text: piece_text,
            terms: told_terms(&required_terms(&options.glossary, piece_text)),
            context: told_context(session.generator, &sentence_unit.context),
        }));
    }
    let mut attempts = translate_pieces(session, &source_pieces, &options.search, options, progress)?;
    let mut translated_units: Vec<TranslatedUnit<'_>> = Vec::new();
    for sentence_unit in units {
        let Some(source_text) = &sentence_unit.source else { continue };
        let attempt = attempts.remove(&sentence_unit.address).ok_or(MISSING_SENTENCE)?;
        let sentences_before = sentence_unit.context.as_slice();
        let context = told_context(session.generator, sentences_before);
        let (address, german) = (sentence_unit.address, &source_text.german);
        translated_units.push(TranslatedUnit { address, german, context, sentences_before, attempt });
    }
    let mut checked_sentences = repair::checked_sentences(translators, &translated_units)?;
    Ok(units
        .iter()
        .map(|sentence_unit| {
            (sentence_unit.address, sentence_unit.sentence(checked_sentences.remove(&sentence_unit.address)))
        })
        .collect())
}
