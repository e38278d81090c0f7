//! Article → Translation: sentences of many articles are handed to the engine at once and come home one to one.
//!
//! Promises: the translation has the paragraphs and sentences of the article, in their order; what a sentence becomes
//! does not depend on the articles beside it; nothing is cut: a sentence that is longer than the model reads well is
//! split at clause marks, and says so.

use std::ops::Range;

use crate::document::{Article, Flag, ParagraphKind, Sentence, Spans, TranslatedParagraph, Translation};
use crate::engine::{self, Engine, Output, Schedule, SearchOptions};
use crate::segment;

/// How to translate.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How to search.
    pub search: SearchOptions,
    /// How to work through the sentences; changes nothing in the result.
    pub schedule: Schedule,
    /// Sentences of more source tokens than this, the end mark included, are translated in pieces.
    pub longest_sentence: usize,
}

impl Options {
    /// The search that the checkpoint asks for, and a schedule for this machine.
    ///
    /// Models are trained on sentences, few of them longer than 160 tokens, and what is longer comes out with parts
    /// missing long before the model's own limit.
    pub fn of(engine: &Engine) -> Self {
        let longest_sentence = engine.longest_source().min(160);
        Self { search: engine.defaults().clone(), schedule: Schedule::default(), longest_sentence }
    }
}

/// The translations of `articles`, in their order. `progress` is called from the engine's workers with the number of
/// sentences (or pieces of long ones) that are through and the number there are.
///
/// # Errors
/// If the engine fails; see [`Engine::run`].
pub fn translate(
    engine: &Engine,
    articles: Vec<Article>,
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Translation>, engine::Error> {
    let plans: Vec<Plan> = articles.iter().map(|article| Plan::of(article, engine, options)).collect();
    let texts: Vec<&str> = articles.iter().zip(&plans).flat_map(|(article, plan)| plan.texts(article)).collect();
    let outputs = run(engine, &texts, options, progress)?;
    let mut outputs = outputs.into_iter();
    Ok(articles.into_iter().zip(plans).filter_map(|(article, plan)| plan.assemble(article, &mut outputs)).collect())
}

/// The translations of `texts`, each one or more sentences of running text; an empty text stays empty.
///
/// # Errors
/// If the engine fails; see [`Engine::run`].
pub fn translate_texts(engine: &Engine, texts: &[&str], options: &Options) -> Result<Vec<String>, engine::Error> {
    let plans: Vec<ParagraphPlan> =
        texts.iter().map(|text| ParagraphPlan::of(text, ParagraphKind::Body, engine, options)).collect();
    let pieces: Vec<&str> = texts.iter().zip(&plans).flat_map(|(text, plan)| plan.texts(text)).collect();
    let mut outputs = run(engine, &pieces, options, &|_, _| {})?.into_iter();
    let english = |(text, plan): (&&str, ParagraphPlan)| {
        let sentences: Vec<String> =
            plan.assemble(text, &mut outputs).into_iter().map(|sentence| sentence.english).collect();
        sentences.join(" ")
    };
    Ok(texts.iter().zip(plans).map(english).collect())
}

fn run(
    engine: &Engine,
    texts: &[&str],
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Output>, engine::Error> {
    let done = std::sync::atomic::AtomicUsize::new(0);
    engine.run(texts, &options.search, &options.schedule, &|count| {
        let before = done.fetch_add(count, std::sync::atomic::Ordering::Relaxed);
        progress(before + count, texts.len());
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

enum SentencePlan {
    /// Shown as it is, with this flag if it is one worth showing.
    Keep(Option<Flag>),
    /// Translated in these pieces, byte ranges over the paragraph's text; never empty.
    Translate(Vec<Range<usize>>),
}

impl Plan {
    fn of(article: &Article, engine: &Engine, options: &Options) -> Self {
        let title = article.title().map(|title| ParagraphPlan::of(title, ParagraphKind::Heading, engine, options));
        let paragraphs = article.paragraphs().iter();
        let paragraphs =
            paragraphs.map(|paragraph| ParagraphPlan::of(paragraph.text(), paragraph.kind(), engine, options));
        Self { title, paragraphs: paragraphs.collect() }
    }

    fn texts<'a>(&'a self, article: &'a Article) -> impl Iterator<Item = &'a str> {
        let title = self.title.iter().zip(article.title()).flat_map(|(plan, title)| plan.texts(title));
        let paragraphs = self.paragraphs.iter().zip(article.paragraphs());
        title.chain(paragraphs.flat_map(|(plan, paragraph)| plan.texts(paragraph.text())))
    }

    /// Takes the article's outputs, in the order of [`Plan::texts`].
    fn assemble(self, article: Article, outputs: &mut impl Iterator<Item = Output>) -> Option<Translation> {
        let title = match (self.title, article.title()) {
            (Some(plan), Some(title)) => plan.assemble(title, outputs).pop(),
            _ => None,
        };
        let paragraphs = self.paragraphs.into_iter().zip(article.paragraphs());
        let paragraphs = paragraphs
            .map(|(plan, paragraph)| {
                let spans = plan.spans.clone();
                TranslatedParagraph::new(spans, plan.assemble(paragraph.text(), outputs))
            })
            .collect::<Option<Vec<_>>>()?;
        Translation::new(article, title, paragraphs)
    }
}

impl ParagraphPlan {
    fn of(text: &str, kind: ParagraphKind, engine: &Engine, options: &Options) -> Self {
        let spans = segment::sentences(text, kind);
        let plan = |range: &Range<usize>| {
            let sentence = &text[range.clone()];
            if kind == ParagraphKind::Verbatim {
                return SentencePlan::Keep(Some(Flag::Verbatim));
            }
            if !sentence.contains(char::is_alphabetic) {
                // Figures and rules of asterisks: there is no language in them, and models invent some.
                return SentencePlan::Keep(None);
            }
            let pieces = pieces(sentence, engine, options.longest_sentence);
            SentencePlan::Translate(
                pieces.into_iter().map(|piece| range.start + piece.start..range.start + piece.end).collect(),
            )
        };
        let sentences = spans.ranges().iter().map(plan).collect();
        Self { spans, sentences }
    }

    fn texts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.sentences.iter().flat_map(move |sentence| {
            let pieces = match sentence {
                SentencePlan::Keep(_) => &[][..],
                SentencePlan::Translate(pieces) => pieces,
            };
            pieces.iter().map(move |piece| &text[piece.clone()])
        })
    }

    fn assemble(self, text: &str, outputs: &mut impl Iterator<Item = Output>) -> Vec<Sentence> {
        let sentences = self.spans.sentences(text).zip(self.sentences);
        let sentence = |(german, plan): (&str, SentencePlan)| match plan {
            SentencePlan::Keep(flag) => {
                Sentence { english: german.to_owned(), score: None, flags: flag.into_iter().collect() }
            }
            SentencePlan::Translate(pieces) => joined(outputs.by_ref().take(pieces.len()).collect()),
        };
        sentences.map(sentence).collect()
    }
}

/// The ranges of `sentence` that the model reads well: the whole, unless it is too long.
fn pieces(sentence: &str, engine: &Engine, longest: usize) -> Vec<Range<usize>> {
    let whole = 0..sentence.len();
    // A token is at least a byte, and the leading mark is one: short sentences need not be counted.
    let fits = |text: &str| text.len() + 1 + engine.frame() <= longest || engine.count_tokens(text) <= longest;
    if fits(sentence) { std::iter::once(whole).collect() } else { segment::split_long(sentence, fits) }
}

/// One sentence of what its pieces became.
fn joined(outputs: Vec<Output>) -> Sentence {
    let tokens: usize = outputs.iter().map(|output| output.tokens).sum();
    let scored = outputs.iter().filter_map(|output| Some(output.score? * output.tokens as f32));
    let score = (tokens > 0).then(|| scored.sum::<f32>() / tokens as f32);
    let raised = [
        (Flag::Split, outputs.len() > 1 || outputs.iter().any(|output| output.split)),
        (Flag::LengthLimit, outputs.iter().any(|output| output.cut)),
        (Flag::UnknownToken, outputs.iter().any(|output| output.unknown)),
    ];
    let flags = raised.into_iter().filter_map(|(flag, raised)| raised.then_some(flag)).collect();
    let english: Vec<&str> =
        outputs.iter().map(|output| output.text.as_str()).filter(|text| !text.is_empty()).collect();
    Sentence { english: english.join(" "), score, flags }
}
