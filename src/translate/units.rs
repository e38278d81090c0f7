//! Articles → a flat list of sentences, each with its address and what the model is given of it. And back: translated
//! sentences, by address → the article's translation.
//!
//! Promises: the translation has exactly the paragraphs and sentences of the article; no step depends on the order of the
//! list.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::capitals::{Usage, is_in_capitals};
use super::languages::{OtherLanguages, article_language};
use super::options::TranslateOptions;
use super::pieces::Cutter;
use crate::document::{
    Article, Flag, Language, Note, ParagraphKind, Sentence, Spans, TranslatedParagraph, Translation,
};
use crate::generation::Generator;
use crate::{exact, language, segment};

/// Where a sentence stands. Addresses sort in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SentenceAddress {
    /// Index of the article among those translated together.
    pub(super) article: usize,
    pub(super) block: ArticleBlock,
    /// Index of the sentence in its block.
    pub(super) sentence: usize,
}

/// A part of an article that is split into sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ArticleBlock {
    Title,
    /// The paragraph with this index.
    Paragraph(usize),
}

/// One sentence, and what is known before it is translated.
pub(super) struct SentenceUnit<'a> {
    pub(super) address: SentenceAddress,
    /// The sentence as it stands in the article.
    text: &'a str,
    language: Language,
    /// What the reader should know whatever the translation is like.
    note: Option<Note>,
    /// What the model translates; `None` if the sentence is shown as it is.
    pub(super) source: Option<SourceText<'a>>,
    /// The sentences before, as far as the model is told them.
    pub(super) context: Vec<&'a str>,
}

/// What the model translates in place of a sentence.
pub(super) struct SourceText<'a> {
    /// The sentence, which the translation is compared with: forms for several genders are plain, a headline in capitals is in
    /// ordinary case.
    pub(super) german: Cow<'a, str>,
    /// The sentence with its numbers, times and letters as the model reads them best.
    for_model: String,
    /// Byte ranges of the pieces of `for_model`, in order; at least one.
    pieces: Vec<Range<usize>>,
}

impl SourceText<'_> {
    /// The pieces, in order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(|piece| &self.for_model[piece.clone()])
    }
}

impl SentenceUnit<'_> {
    /// The sentence to show, given its `translated` source if it has one.
    pub(super) fn sentence(&self, translated: Option<Sentence>) -> Sentence {
        let untouched = || Sentence { english: self.text.to_owned(), ..Sentence::default() };
        let mut sentence = translated.unwrap_or_else(untouched);
        sentence.language = self.language;
        // First, since it holds before anything was done to the sentence.
        sentence.notes.splice(0..0, self.note.clone());
        sentence
    }
}

/// What is known of an article before it is translated.
pub(super) struct ArticlePlan<'a> {
    /// The sentence boundaries of each paragraph.
    pub(super) spans: Vec<Spans>,
    /// The title and every sentence of the paragraphs.
    pub(super) units: Vec<SentenceUnit<'a>>,
}

impl<'a> ArticlePlan<'a> {
    /// Splits `article` into units. `index` is the article's part of their addresses.
    pub(super) fn new(article: &'a Article, index: usize, generator: &Generator, options: &TranslateOptions) -> Self {
        let usage = if has_capitals(article) { Usage::in_article(article) } else { Usage::default() };
        let planner = Planner { generator, options, article: index, language: article_language(article), usage };
        let mut units = Vec::new();
        if let Some(title) = article.title() {
            planner.plan_sentences(ArticleBlock::Title, title, ParagraphKind::Heading, &mut units);
        }
        let paragraphs = article.paragraphs().iter().enumerate();
        let spans = paragraphs
            .map(|(number, paragraph)| {
                planner.plan_sentences(ArticleBlock::Paragraph(number), paragraph.text(), paragraph.kind(), &mut units)
            })
            .collect();
        Self { spans, units }
    }
}

/// Splits `text`, one or more German sentences outside any article, into units. `index` is its part of their addresses.
pub(super) fn plan_text<'a>(
    text: &'a str,
    index: usize,
    generator: &Generator,
    options: &TranslateOptions,
) -> Vec<SentenceUnit<'a>> {
    let planner = Planner { generator, options, article: index, language: Language::GERMAN, usage: Usage::default() };
    let mut units = Vec::new();
    planner.plan_sentences(ArticleBlock::Paragraph(0), text, ParagraphKind::Body, &mut units);
    units
}

/// The translation of `article`, whose index is `index` and whose paragraphs split at `spans`, with its sentences taken from
/// `sentences`; `None` if one of them is missing.
pub(super) fn assemble(
    article: Article,
    index: usize,
    spans: Vec<Spans>,
    sentences: &mut BTreeMap<SentenceAddress, Sentence>,
) -> Option<Translation> {
    let mut take =
        |block: ArticleBlock, sentence: usize| sentences.remove(&SentenceAddress { article: index, block, sentence });
    // A title is one sentence.
    let title = article.title().and_then(|_| take(ArticleBlock::Title, 0));
    let paragraphs = spans.into_iter().enumerate().map(|(paragraph, spans)| {
        let english: Option<Vec<Sentence>> =
            (0..spans.len()).map(|sentence| take(ArticleBlock::Paragraph(paragraph), sentence)).collect();
        TranslatedParagraph::new(spans, english?)
    });
    let paragraphs: Option<Vec<TranslatedParagraph>> = paragraphs.collect();
    Translation::new(article, title, paragraphs?)
}

/// Decides for each sentence of an article what the model is given.
struct Planner<'a> {
    generator: &'a Generator,
    options: &'a TranslateOptions,
    /// Index of the article.
    article: usize,
    /// The language of paragraphs that are too short to tell.
    language: Language,
    /// How headlines in capitals are rewritten.
    usage: Usage<'a>,
}

impl Planner<'_> {
    /// Adds the sentences of `text` to `units` and returns where they lie.
    fn plan_sentences<'a>(
        &self,
        block: ArticleBlock,
        text: &'a str,
        kind: ParagraphKind,
        units: &mut Vec<SentenceUnit<'a>>,
    ) -> Spans {
        let spans = segment::sentences(text, kind);
        let detected = if kind == ParagraphKind::Verbatim { None } else { language::detect(text) };
        let paragraph_language = detected.unwrap_or(self.language);
        for (number, sentence) in spans.sentences(text).enumerate() {
            let address = SentenceAddress { article: self.article, block, sentence: number };
            units.push(if kind == ParagraphKind::Verbatim {
                let (language, note) = (paragraph_language, Some(Flag::Verbatim.into()));
                SentenceUnit { address, text: sentence, language, note, source: None, context: Vec::new() }
            } else {
                let language = language::detect(sentence).unwrap_or(paragraph_language);
                let note = self.options.other_languages.note(language);
                let is_kept = note.is_some() && self.options.other_languages == OtherLanguages::Keep;
                let source = if is_kept { None } else { self.source(sentence) };
                let context = source.as_ref().map(|_| self.sentences_before(units)).unwrap_or_default();
                SentenceUnit { address, text: sentence, language, note, source, context }
            });
        }
        spans
    }

    /// The sentences before the next one, in order: the last of `units` that are translated.
    fn sentences_before<'a>(&self, units: &[SentenceUnit<'a>]) -> Vec<&'a str> {
        let translated = units.iter().rev().filter(|unit| unit.source.is_some()).take(self.options.context);
        let mut sentences: Vec<&str> = translated.map(|unit| unit.text).collect();
        sentences.reverse();
        sentences
    }

    /// What the model is given of `sentence`; `None` if there is nothing to translate.
    fn source<'a>(&self, sentence: &'a str) -> Option<SourceText<'a>> {
        // Figures and rows of asterisks are in no language, and models invent text for them.
        if !sentence.contains(char::is_alphabetic) {
            return None;
        }
        let cutter = Cutter { generator: self.generator, longest_sentence: self.options.longest_sentence };
        let is_headline = is_in_capitals(sentence) && cutter.cut(sentence).len() == 1;
        let german = if is_headline { Cow::Owned(self.usage.recased(sentence)) } else { exact::plain_german(sentence) };
        let for_model = cutter.for_model(&german).into_owned();
        let pieces = cutter.cut(&for_model);
        (!pieces.is_empty()).then_some(SourceText { german, for_model, pieces })
    }
}

/// True if the title or a paragraph of `article` is in capitals.
fn has_capitals(article: &Article) -> bool {
    let text = article.paragraphs().iter().map(|paragraph| paragraph.text());
    article.title().into_iter().chain(text).any(is_in_capitals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ArticleDraft, Section};

    #[test]
    fn sentences_find_their_place_by_address_and_a_missing_one_is_noticed() {
        let section = |text: &str| Section { kind: ParagraphKind::Body, text: text.into() };
        let draft = ArticleDraft {
            title: Some("Titel".into()),
            sections: vec![section("Eins. Zwei."), section("Drei.")],
            ..ArticleDraft::default()
        };
        let article = Article::new("a.txt", draft).unwrap();
        let spans: Vec<Spans> = article
            .paragraphs()
            .iter()
            .map(|paragraph| segment::sentences(paragraph.text(), paragraph.kind()))
            .collect();
        let at = |block, sentence| SentenceAddress { article: 7, block, sentence };
        let addresses = [
            at(ArticleBlock::Paragraph(1), 0),
            at(ArticleBlock::Paragraph(0), 1),
            at(ArticleBlock::Title, 0),
            at(ArticleBlock::Paragraph(0), 0),
        ];
        let sentence = |english: &str| Sentence { english: english.into(), ..Sentence::default() };
        let translated: BTreeMap<SentenceAddress, Sentence> =
            addresses.into_iter().zip(["Three.", "Two.", "Title", "One."].map(sentence)).collect();
        let whole = assemble(article.clone(), 7, spans.clone(), &mut translated.clone()).unwrap();
        let english: Vec<&str> = whole.sentences().map(|sentence| sentence.english.as_str()).collect();
        assert_eq!(english, ["Title", "One.", "Two.", "Three."]);
        for missing in addresses {
            let mut rest = translated.clone();
            rest.remove(&missing);
            assert!(assemble(article.clone(), 7, spans.clone(), &mut rest).is_none(), "{missing:?}");
        }
    }
}
