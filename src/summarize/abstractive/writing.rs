//! Translations → what a model writes about each, as paragraphs.
//!
//! An article longer than the model reads at once is divided between paragraphs; its parts are summarised, then their
//! summaries.
//!
//! Promises: nothing of an article is cut before it is read; what comes out are whole sentences, each once; writing ends
//! whatever the model writes.

use std::collections::BTreeMap;

use super::language::SummaryLanguage;
use super::options::WritingOptions;
use super::requests::requests_for_paragraphs;
use super::writer::{Request, Writer, answers};
use crate::document::{ParagraphKind, Translation};
use crate::segment::words::words;
use crate::summarize::length::Length;

/// Most words in the summaries of an article's parts, as a share of what was summarised. A writer that exceeds this would
/// never come to an end.
const MAX_REMAINDER: f64 = 0.75;

/// What a model wrote about one article.
pub(super) struct WrittenText {
    /// Whole sentences, each once.
    pub(super) paragraphs: Vec<String>,
    /// True if the article was longer than the model reads at once.
    pub(super) in_parts: bool,
}

/// Where a request and its answer belong. Addresses sort in reading order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PartAddress {
    /// Index of the article.
    article: usize,
    /// Index of the part in its article.
    part: usize,
}

/// What `writer` writes about each of `translations`, in order; `None` for an article that is short enough to be its own
/// summary.
///
/// # Errors
/// Those of the writer of summaries.
pub(super) fn write_summaries<W: Writer>(
    translations: &[&Translation],
    writer: &W,
    options: &WritingOptions,
) -> Result<Vec<Option<WrittenText>>, W::Error> {
    let mut articles: Vec<ArticleInWork> =
        translations.iter().map(|translation| ArticleInWork::new(translation, options)).collect();
    // Parts of all articles are written together, until no article has more than one.
    loop {
        let mut requests: BTreeMap<PartAddress, Request> = BTreeMap::new();
        for (article, in_work) in articles.iter().enumerate().filter(|(_, in_work)| !in_work.is_done) {
            let requests_for_article = requests_for_paragraphs(&in_work.paragraphs, in_work.words, writer, options);
            requests.extend(
                requests_for_article
                    .into_iter()
                    .enumerate()
                    .map(|(part, request)| (PartAddress { article, part }, request)),
            );
        }
        if requests.is_empty() {
            break;
        }
        let mut written: Vec<Vec<String>> = vec![Vec::new(); articles.len()];
        for (address, text) in answers(writer, requests, options.language)? {
            written[address.article].push(text);
        }
        for (in_work, texts) in articles.iter_mut().zip(&written) {
            in_work.take_written(texts, options.language);
        }
    }
    Ok(articles.into_iter().map(ArticleInWork::into_written).collect())
}

/// An article on its way to its summary.
struct ArticleInWork {
    /// Paragraphs of the article, then of the summaries of its parts, last of its summary.
    paragraphs: Vec<String>,
    /// True once it was longer than the writer reads.
    in_parts: bool,
    /// True if there is nothing left to write about the article.
    is_done: bool,
    /// True if the article is short enough to be its own summary.
    is_short: bool,
    /// Words in the article.
    words: usize,
}

impl ArticleInWork {
    fn new(translation: &Translation, options: &WritingOptions) -> Self {
        let language = options.language;
        let is_prose = |kind| matches!(kind, ParagraphKind::Body | ParagraphKind::Quote | ParagraphKind::ListItem);
        let prose = translation.pairs().filter(|(paragraph, _)| is_prose(paragraph.kind()));
        let paragraphs: Vec<String> = prose
            .map(|(paragraph, translated)| {
                let sentences = translated.pairs();
                let read = sentences.filter_map(|(range, target)| language.text(&paragraph.text()[range], target));
                read.map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
            })
            .filter(|text| words(text).next().is_some())
            .collect();
        let article_words = count_words(&paragraphs);
        let sentences: usize = paragraphs.iter().map(|paragraph| language.sentences(paragraph).len()).sum();
        let is_short = match options.length {
            Length::Sentences(wanted) => sentences <= wanted.max(1),
            Length::Words(wanted) => article_words <= wanted || sentences <= 1,
            Length::Share(_) => sentences <= 1,
        };
        Self { paragraphs, in_parts: false, is_done: is_short, is_short, words: article_words }
    }

    /// Takes the texts that were written for its requests, in order.
    fn take_written(&mut self, texts: &[String], language: SummaryLanguage) {
        if self.is_done || texts.is_empty() {
            return;
        }
        self.is_done = texts.len() == 1;
        self.in_parts |= texts.len() > 1;
        let words_before = count_words(&self.paragraphs);
        self.paragraphs = texts.iter().map(|text| language.whole_sentences(text).join(" ")).collect();
        self.paragraphs.retain(|paragraph| !paragraph.is_empty());
        if !self.is_done && count_words(&self.paragraphs) as f64 > words_before as f64 * MAX_REMAINDER {
            self.paragraphs.clear();
        }
        self.is_done |= self.paragraphs.is_empty();
    }

    fn into_written(self) -> Option<WrittenText> {
        (!self.is_short).then_some(WrittenText { paragraphs: self.paragraphs, in_parts: self.in_parts })
    }
}

fn count_words(paragraphs: &[String]) -> usize {
    paragraphs.iter().map(|paragraph| words(paragraph).count()).sum()
}
