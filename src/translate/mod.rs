//! Article → Translation: sentences of many articles are handed to the engine at once and come home one to one.
//!
//! Promises: the translation has the paragraphs and sentences of the article, in their order; what a sentence becomes
//! does not depend on the articles beside it; nothing is cut: a sentence that is longer than the model reads well is
//! split at clause marks, and says so; every translation is checked, and what fails a check is tried again or marked.

mod capitals;
mod languages;
mod mask;
mod repair;

use std::ops::Range;
use std::sync::Arc;

use crate::document::{
    Article, Flag, Language, Note, ParagraphKind, Sentence, Spans, TranslatedParagraph, Translation,
};
use crate::engine::{self, Engine, Output, Schedule, SearchOptions};
use crate::glossary::Glossary;
use crate::session::Session;
use crate::{language, parallel, segment};

use capitals::{Usage, is_in_capitals};
pub use languages::OtherLanguages;
use repair::Attempt;

/// How to translate.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How to search.
    pub search: SearchOptions,
    /// How to work through the sentences; changes nothing in the result.
    pub schedule: Schedule,
    /// Sentences of more source tokens than this, the end mark included, are translated in pieces.
    pub longest_sentence: usize,
    /// Translate again what fails a check.
    pub repair: bool,
    /// What to do with text that is not German.
    pub other_languages: OtherLanguages,
    /// The user's own terms.
    pub glossary: Arc<Glossary>,
}

impl Options {
    /// The search that the checkpoint asks for, and a schedule for this machine.
    ///
    /// Models are trained on sentences, few of them longer than 160 tokens, and what is longer comes out with parts
    /// missing long before the model's own limit.
    pub fn of(engine: &Engine) -> Self {
        let longest_sentence = engine.longest_source().min(160);
        Self {
            search: engine.defaults().clone(),
            schedule: Schedule::default(),
            longest_sentence,
            repair: true,
            other_languages: OtherLanguages::Keep,
            glossary: Arc::default(),
        }
    }
}

/// The translations of `articles`, in their order. `progress` is called from the engine's workers with the number of
/// sentences (or pieces of long ones) that are through and the number there are.
///
/// # Errors
/// If the engine fails or the work is stopped; see [`Engine::run_watched`].
pub fn translate(
    session: Session<'_>,
    articles: Vec<Article>,
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Translation>, engine::Error> {
    let plans =
        parallel::map(options.schedule.workers, &articles, |article| Plan::of(article, session.engine, options))?;
    let texts: Vec<&str> = articles.iter().zip(&plans).flat_map(|(article, plan)| plan.texts(article)).collect();
    let outputs = session.run(&texts, &options.search, &options.schedule, progress)?;
    let sentences = articles.iter().zip(&plans).flat_map(|(article, plan)| plan.sentences(article));
    let mut sentences = repair::sentences(session, attempts(sentences, &outputs), options)?.into_iter();
    Ok(articles.into_iter().zip(plans).filter_map(|(article, plan)| plan.assemble(article, &mut sentences)).collect())
}

/// The translations of `texts`, each one or more sentences of running text; an empty text stays empty.
///
/// # Errors
/// If the engine fails or the work is stopped; see [`Engine::run_watched`].
pub fn translate_texts(session: Session<'_>, texts: &[&str], options: &Options) -> Result<Vec<String>, engine::Error> {
    let plan = |text: &&str| {
        let planner = Planner { engine: session.engine, options, language: Language::GERMAN, usage: Usage::default() };
        planner.paragraph(text, ParagraphKind::Body)
    };
    let plans: Vec<ParagraphPlan> = texts.iter().map(plan).collect();
    let pieces: Vec<&str> = texts.iter().zip(&plans).flat_map(|(text, plan)| plan.texts(text)).collect();
    let outputs = session.run(&pieces, &options.search, &options.schedule, &|_, _| {})?;
    let sentences = texts.iter().zip(&plans).flat_map(|(text, plan)| plan.sentences(text));
    let mut sentences = repair::sentences(session, attempts(sentences, &outputs), options)?.into_iter();
    let english = |(text, plan): (&&str, ParagraphPlan)| {
        let sentences: Vec<String> =
            plan.assemble(text, &mut sentences).into_iter().map(|sentence| sentence.english).collect();
        sentences.join(" ")
    };
    Ok(texts.iter().zip(plans).map(english).collect())
}

/// Each of `sentences`, German and number of pieces, with the attempt that its share of `outputs` makes.
fn attempts<'a>(
    sentences: impl Iterator<Item = (&'a str, usize)>,
    outputs: &[Output],
) -> impl Iterator<Item = (&'a str, Attempt)> {
    let mut rest = outputs;
    sentences.map(move |(german, pieces)| {
        let (own, others) = rest.split_at(pieces.min(rest.len()));
        rest = others;
        (german, Attempt::of(own))
    })
}

/// What of an article goes to the engine.
struct Plan {
    title: Option<ParagraphPlan>,
    paragraphs: Vec<ParagraphPlan>,
}

/// The sentences of one paragraph.
struct ParagraphPlan {
    spans: Spans,
    sentences: Vec<SentencePlan>,
}

struct SentencePlan {
    language: Language,
    /// What to say of it before it is translated.
    note: Option<Note>,
    /// What is translated in its place, in one piece.
    recased: Option<String>,
    /// The pieces in which it is translated, byte ranges over the paragraph's text; empty if it is shown as it is.
    pieces: Vec<Range<usize>>,
}

/// What decides on a plan.
struct Planner<'a> {
    engine: &'a Engine,
    options: &'a Options,
    /// The language of what is too short to tell.
    language: Language,
    /// How headlines in capitals are to be written.
    usage: Usage<'a>,
}

impl Plan {
    fn of(article: &Article, engine: &Engine, options: &Options) -> Self {
        let usage = if has_capitals(article) { Usage::of(article) } else { Usage::default() };
        let planner = Planner { engine, options, language: languages::of(article), usage };
        let title = article.title().map(|title| planner.paragraph(title, ParagraphKind::Heading));
        let paragraphs = article.paragraphs().iter();
        let paragraphs = paragraphs.map(|paragraph| planner.paragraph(paragraph.text(), paragraph.kind()));
        Self { title, paragraphs: paragraphs.collect() }
    }

    fn texts<'a>(&'a self, article: &'a Article) -> impl Iterator<Item = &'a str> {
        let title = self.title.iter().zip(article.title()).flat_map(|(plan, title)| plan.texts(title));
        let paragraphs = self.paragraphs.iter().zip(article.paragraphs());
        title.chain(paragraphs.flat_map(|(plan, paragraph)| plan.texts(paragraph.text())))
    }

    /// The sentences that are translated, and in how many pieces.
    fn sentences<'a>(&'a self, article: &'a Article) -> impl Iterator<Item = (&'a str, usize)> {
        let title = self.title.iter().zip(article.title()).flat_map(|(plan, title)| plan.sentences(title));
        let paragraphs = self.paragraphs.iter().zip(article.paragraphs());
        title.chain(paragraphs.flat_map(|(plan, paragraph)| plan.sentences(paragraph.text())))
    }

    /// Takes the article's translated sentences, in the order of [`Plan::sentences`].
    fn assemble(self, article: Article, translated: &mut impl Iterator<Item = Sentence>) -> Option<Translation> {
        let title = match (self.title, article.title()) {
            (Some(plan), Some(title)) => plan.assemble(title, translated).pop(),
            _ => None,
        };
        let paragraphs = self.paragraphs.into_iter().zip(article.paragraphs());
        let paragraphs = paragraphs
            .map(|(plan, paragraph)| {
                let spans = plan.spans.clone();
                TranslatedParagraph::new(spans, plan.assemble(paragraph.text(), translated))
            })
            .collect::<Option<Vec<_>>>()?;
        Translation::new(article, title, paragraphs)
    }
}

impl Planner<'_> {
    fn paragraph(&self, text: &str, kind: ParagraphKind) -> ParagraphPlan {
        let spans = segment::sentences(text, kind);
        let language = if kind == ParagraphKind::Verbatim { None } else { language::of(text) };
        let language = language.unwrap_or(self.language);
        let plan = |range: &Range<usize>| {
            let sentence = &text[range.clone()];
            if kind == ParagraphKind::Verbatim {
                let note = Some(Flag::Verbatim.into());
                return SentencePlan { language, note, recased: None, pieces: Vec::new() };
            }
            let language = language::of(sentence).unwrap_or(language);
            let Options { longest_sentence, other_languages, .. } = self.options;
            let note = other_languages.note(language);
            let is_kept = note.is_some() && *other_languages == OtherLanguages::Keep;
            // In figures and rules of asterisks there is no language, and models invent some.
            if is_kept || !sentence.contains(char::is_alphabetic) {
                return SentencePlan { language, note, recased: None, pieces: Vec::new() };
            }
            let pieces = pieces(sentence, self.engine, *longest_sentence);
            let recased = (pieces.len() == 1 && is_in_capitals(sentence)).then(|| self.usage.recased(sentence));
            let pieces = pieces.into_iter().map(|piece| range.start + piece.start..range.start + piece.end);
            SentencePlan { language, note, recased, pieces: pieces.collect() }
        };
        let sentences = spans.ranges().iter().map(plan).collect();
        ParagraphPlan { spans, sentences }
    }
}

impl ParagraphPlan {
    fn texts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.sentences.iter().flat_map(move |sentence| {
            let pieces = sentence.pieces.iter();
            pieces.map(move |piece| sentence.recased.as_deref().unwrap_or(&text[piece.clone()]))
        })
    }

    fn sentences<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'a str, usize)> {
        let sentences = self.spans.sentences(text).zip(&self.sentences).filter(|(_, plan)| !plan.pieces.is_empty());
        sentences.map(|(german, plan)| (plan.recased.as_deref().unwrap_or(german), plan.pieces.len()))
    }

    /// Empty if a translated sentence is missing, which [`TranslatedParagraph::new`] refuses.
    fn assemble(self, text: &str, translated: &mut impl Iterator<Item = Sentence>) -> Vec<Sentence> {
        let sentences = self.spans.sentences(text).zip(self.sentences);
        let sentence = |(text, plan): (&str, SentencePlan)| {
            let kept = || Sentence { english: text.to_owned(), ..Sentence::default() };
            let mut sentence = if plan.pieces.is_empty() { kept() } else { translated.next()? };
            sentence.language = plan.language;
            // It is about how the sentence came here, before anything that was done to it.
            sentence.notes.splice(0..0, plan.note);
            Some(sentence)
        };
        sentences.map(sentence).collect::<Option<_>>().unwrap_or_default()
    }
}

/// True if something of `article` is in capitals.
fn has_capitals(article: &Article) -> bool {
    let text = article.paragraphs().iter().map(|paragraph| paragraph.text());
    article.title().into_iter().chain(text).any(is_in_capitals)
}

/// The ranges of `sentence` that the model reads well: the whole, unless it is too long.
fn pieces(sentence: &str, engine: &Engine, longest: usize) -> Vec<Range<usize>> {
    let whole = 0..sentence.len();
    // A token is at least a byte, and the leading mark is one: short sentences need not be counted.
    let fits = |text: &str| text.len() + 1 + engine.frame() <= longest || engine.count_tokens(text) <= longest;
    if fits(sentence) { std::iter::once(whole).collect() } else { segment::split_long(sentence, fits) }
}
