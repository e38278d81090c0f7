//! Article → Translation. The sentences of many articles go to the generator together, and each translation goes back to the
//! address of its sentence.
//!
//! Promises: a translation has exactly the paragraphs and sentences of its article; what a sentence becomes does not depend
//! on the articles beside it; nothing is cut: a sentence too long for the model is split at clause marks, and says so; every
//! translation is checked, and what fails a check is retried or marked.

mod answer;
mod attempt;
mod capitals;
mod checked;
mod languages;
mod mask;
mod options;
mod pieces;
mod repair;
mod units;
mod unknown;

use std::collections::BTreeMap;

use crate::document::{Article, Sentence, TranslatedText, Translation};
use crate::session::Session;
use crate::{generation, parallel};

use attempt::{SourcePiece, TranslatedUnit, translate_pieces};
pub use languages::OtherLanguages;
use mask::required_terms;
pub use options::TranslateOptions;
use repair::told_terms;
use units::{ArticlePlan, SentenceAddress, SentenceUnit, assemble, plan_text};

/// Every address that is translated comes back, so this cannot happen. It must not end in a translation that lacks something.
const MISSING_SENTENCE: generation::Error = generation::Error::Internal { what: "a sentence without its translation" };

/// The translations of `articles`, in their order. `progress` is called from the generator's workers with the number of
/// sentences (or pieces of long ones) that are done and the number there are.
///
/// # Errors
/// If the generator fails or the work is stopped; see [`Session::run`].
pub fn translate(
    session: Session<'_>,
    articles: Vec<Article>,
    options: &TranslateOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Translation>, generation::Error> {
    let indexed_articles: Vec<(usize, &Article)> = articles.iter().enumerate().collect();
    let plans = parallel::map(options.schedule.workers, &indexed_articles, |(index, article)| {
        ArticlePlan::new(article, *index, session.generator, options)
    })?;
    let (mut spans, mut units) = (Vec::with_capacity(plans.len()), Vec::new());
    for plan in plans {
        spans.push(plan.spans);
        units.extend(plan.units);
    }
    let mut sentences = translate_units(session, &units, options, progress)?;
    let assembled = articles.into_iter().zip(spans).enumerate();
    let translation =
        |(index, (article, spans))| assemble(article, index, spans, &mut sentences).ok_or(MISSING_SENTENCE);
    assembled.map(translation).collect()
}

/// The translations of `texts`, in their order, with the notes on them. Each text is one or more sentences; an empty text stays
/// empty.
///
/// # Errors
/// If the generator fails or the work is stopped; see [`Session::run`].
pub fn translate_texts(
    session: Session<'_>,
    texts: &[&str],
    options: &TranslateOptions,
) -> Result<Vec<TranslatedText>, generation::Error> {
    let units: Vec<SentenceUnit<'_>> =
        texts.iter().enumerate().flat_map(|(index, text)| plan_text(text, index, session.generator, options)).collect();
    let mut translated = vec![Vec::new(); texts.len()];
    // Addresses sort in reading order.
    for (address, sentence) in translate_units(session, &units, options, &|_, _| {})? {
        translated[address.article].push(sentence);
    }
    Ok(translated.iter().map(|sentences| TranslatedText::new(sentences)).collect())
}

/// The sentence to show for each of `units`, by address.
fn translate_units(
    session: Session<'_>,
    units: &[SentenceUnit<'_>],
    options: &TranslateOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<BTreeMap<SentenceAddress, Sentence>, generation::Error> {
    let mut pieces = Vec::new();
    for unit in units {
        let pieces_of_unit = unit.source.iter().flat_map(|source| source.pieces());
        pieces.extend(pieces_of_unit.map(|text| SourcePiece {
            address: unit.address,
            text,
            terms: told_terms(&required_terms(&options.glossary, text)),
            context: &unit.context,
        }));
    }
    let mut attempts = translate_pieces(session, &pieces, &options.search, options, progress)?;
    let mut translated_units: Vec<TranslatedUnit<'_>> = Vec::new();
    for unit in units {
        let Some(source) = &unit.source else { continue };
        let attempt = attempts.remove(&unit.address).ok_or(MISSING_SENTENCE)?;
        let (address, german, context) = (unit.address, &source.german, unit.context.as_slice());
        translated_units.push(TranslatedUnit { address, german, context, attempt });
    }
    let mut translated = repair::checked_sentences(session, &translated_units, options)?;
    Ok(units.iter().map(|unit| (unit.address, unit.sentence(translated.remove(&unit.address)))).collect())
}
