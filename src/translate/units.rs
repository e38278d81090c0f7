//! Articles → a flat list of sentences, each with its address and what the model is given of it. And back: translated
//! sentences, by address → the article's translation.
//!
//! Promises: the translation has exactly the paragraphs and sentences of the article; no step depends on the order of the
//! list.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::capitals::{WordUsage, is_in_capitals};
use super::languages::{OtherLanguages, article_language};
use super::options::TranslateOptions;
use super::pieces::SentenceCutter;
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
    /// What the reader should know of the sentence whatever the translation is like.
    note: Option<Note>,
    /// What the model translates; `None` if the sentence is shown as it is.
    pub(super) source: Option<SourceText<'a>>,
    /// The German sentences before this one, as far as a model that can be told them is told.
    pub(super) context: Vec<&'a str>,
    /// The English of a person, which is shown as it is.
    edited: Option<&'a str>,
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
    /// The pieces of the sentence as the model is given them, in order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(|piece| &self.for_model[piece.clone()])
    }
}

impl SentenceUnit<'_> {
    /// The sentence to show, given its `translated` source if it has one.
    pub(super) fn sentence(&self, translated: Option<Sentence>) -> Sentence {
        let german_sentence =
            || Sentence { english: self.edited.unwrap_or(self.text).to_owned(), ..Sentence::default() };
        let mut shown_sentence = translated.unwrap_or_else(german_sentence);
        shown_sentence.language = self.language;
        // First, since it holds before anything was done to the sentence.
        shown_sentence.notes.splice(0..0, self.note.clone());
        shown_sentence
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
    /// Splits `article` into units. `article_index` is the article's part of their addresses.
    pub(super) fn new(
        article: &'a Article,
        article_index: usize,
        generator: &'a Generator,
        options: &'a TranslateOptions,
    ) -> Self {
        let word_usage = if has_capitals(article) { WordUsage::in_article(article) } else { WordUsage::default() };
        let sentence_planner = SentencePlanner {
            generator,
            options,
            article: article_index,
            language: article_language(article),
            usage: word_usage,
        };
        let mut sentence_units = Vec::new();
        if let Some(title) = article.title() {
            sentence_planner.plan_sentences(ArticleBlock::Title, title, ParagraphKind::Heading, &mut sentence_units);
        }
        let paragraphs = article.paragraphs().iter().enumerate();
        let spans = paragraphs
            .map(|(paragraph_index, paragraph)| {
                sentence_planner.plan_sentences(
                    ArticleBlock::Paragraph(paragraph_index),
                    paragraph.text(),
                    paragraph.kind(),
                    &mut sentence_units,
                )
            })
            .collect();
        Self { spans, units: sentence_units }
    }
}

/// Splits `text`, one or more German sentences outside any article, into units. `text_index` is its part of their addresses.
pub(super) fn plan_text<'a>(
    text: &'a str,
    text_index: usize,
    generator: &'a Generator,
    options: &'a TranslateOptions,
) -> Vec<SentenceUnit<'a>> {
    let sentence_planner = SentencePlanner {
        generator,
        options,
        article: text_index,
        language: Language::GERMAN,
        usage: WordUsage::default(),
    };
    let mut sentence_units = Vec::new();
    sentence_planner.plan_sentences(ArticleBlock::Paragraph(0), text, ParagraphKind::Body, &mut sentence_units);
    sentence_units
}

/// The translation of `article`, whose index is `article_index` and whose paragraphs split at `article_spans`, with its sentences taken from
/// `translated_sentences`; `None` if one of them is missing.
pub(super) fn assemble(
    article: Article,
    article_index: usize,
    article_spans: Vec<Spans>,
    translated_sentences: &mut BTreeMap<SentenceAddress, Sentence>,
) -> Option<Translation> {
    let mut take_sentence = |block: ArticleBlock, sentence_index: usize| {
        translated_sentences.remove(&SentenceAddress { article: article_index, block, sentence: sentence_index })
    };
    // A title is one sentence.
    let title = article.title().and_then(|_| take_sentence(ArticleBlock::Title, 0));
    let translated_paragraphs = article_spans.into_iter().enumerate().map(|(paragraph_index, article_spans)| {
        let english_sentences: Option<Vec<Sentence>> = (0..article_spans.len())
            .map(|sentence_index| take_sentence(ArticleBlock::Paragraph(paragraph_index), sentence_index))
            .collect();
        TranslatedParagraph::new(article_spans, english_sentences?)
    });
    let translated_paragraphs: Option<Vec<TranslatedParagraph>> = translated_paragraphs.collect();
    Translation::new(article, title, translated_paragraphs?)
}

/// Decides for each sentence of an article what the model is given.
struct SentencePlanner<'a> {
    generator: &'a Generator,
    options: &'a TranslateOptions,
    /// Index of the article.
    article: usize,
    /// The language of paragraphs that are too short to tell.
    language: Language,
    /// How headlines in capitals are rewritten.
    usage: WordUsage<'a>,
}

impl<'a> SentencePlanner<'a> {
    /// Adds the sentences of `paragraph_text` to `sentence_units` and returns where they lie.
    fn plan_sentences(
        &self,
        block: ArticleBlock,
        paragraph_text: &'a str,
        paragraph_kind: ParagraphKind,
        sentence_units: &mut Vec<SentenceUnit<'a>>,
    ) -> Spans {
        let spans = segment::sentences(paragraph_text, paragraph_kind);
        let detected_language =
            if paragraph_kind == ParagraphKind::Verbatim { None } else { language::detect(paragraph_text) };
        let paragraph_language = detected_language.unwrap_or(self.language);
        for (sentence_index, german_sentence) in spans.sentences(paragraph_text).enumerate() {
            let address = SentenceAddress { article: self.article, block, sentence: sentence_index };
            sentence_units.push(if paragraph_kind == ParagraphKind::Verbatim {
                let (sentence_language, language_note) = (paragraph_language, Some(Flag::Verbatim.into()));
                SentenceUnit {
                    address,
                    text: german_sentence,
                    language: sentence_language,
                    note: language_note,
                    source: None,
                    context: Vec::new(),
                    edited: None,
                }
            } else if let Some(english) = self.options.corrections.english(german_sentence) {
                SentenceUnit {
                    address,
                    text: german_sentence,
                    language: language::detect(german_sentence).unwrap_or(paragraph_language),
                    note: Some(Flag::Edited.into()),
                    source: None,
                    context: Vec::new(),
                    edited: Some(english),
                }
            } else {
                let sentence_language = language::detect(german_sentence).unwrap_or(paragraph_language);
                let language_note = self.options.other_languages.note(sentence_language);
                let is_kept = language_note.is_some() && self.options.other_languages == OtherLanguages::Keep;
                let source_text = if is_kept { None } else { self.source(german_sentence) };
                let context = source_text.as_ref().map(|_| self.sentences_before(sentence_units)).unwrap_or_default();
                SentenceUnit {
                    address,
                    text: german_sentence,
                    language: sentence_language,
                    note: language_note,
                    source: source_text,
                    context,
                    edited: None,
                }
            });
        }
        spans
    }

    /// The sentences before the next one, in order: the last of `sentence_units` that are translated.
    fn sentences_before(&self, sentence_units: &[SentenceUnit<'a>]) -> Vec<&'a str> {
        let translated_units = sentence_units
            .iter()
            .rev()
            .filter(|sentence_unit| sentence_unit.source.is_some() || sentence_unit.edited.is_some())
            .take(self.options.context);
        let mut sentences_before: Vec<&str> = translated_units.map(|sentence_unit| sentence_unit.text).collect();
        sentences_before.reverse();
        sentences_before
    }

    /// What the model is given of `german_sentence`; `None` if there is nothing to translate.
    fn source(&self, german_sentence: &'a str) -> Option<SourceText<'a>> {
        // Figures and rows of asterisks are in no language, and models invent text for them.
        if !german_sentence.contains(char::is_alphabetic) {
            return None;
        }
        let sentence_cutter =
            SentenceCutter { generator: self.generator, longest_sentence: self.options.longest_sentence };
        let is_headline = is_in_capitals(german_sentence) && sentence_cutter.cut(german_sentence).len() == 1;
        let german = if is_headline {
            Cow::Owned(self.usage.recased(german_sentence))
        } else {
            exact::plain_german(german_sentence)
        };
        let model_german = sentence_cutter.for_model(&german).into_owned();
        let piece_ranges = sentence_cutter.cut(&model_german);
        (!piece_ranges.is_empty()).then_some(SourceText { german, for_model: model_german, pieces: piece_ranges })
    }
}

/// True if the title or a paragraph of `article` is in capitals.
fn has_capitals(article: &Article) -> bool {
    let paragraph_texts = article.paragraphs().iter().map(|paragraph| paragraph.text());
    article.title().into_iter().chain(paragraph_texts).any(is_in_capitals)
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
