//! Which sentences of an article a summary may quote.

use crate::document::{Flag, ParagraphKind, Point, SentenceRef, Summary, Translation};
use crate::segment::words;

/// Fewest words of a sentence that says enough by itself.
const MIN_WORDS: usize = 6;

/// Fewest words of a sentence that refers back to the one before it: “That is what the office said on Friday.” says nothing new.
const MIN_WORDS_REFERRING_BACK: usize = 9;

/// Most words of a sentence that can still be called a point.
const MAX_WORDS: usize = 60;

/// A sentence that a summary may quote.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuoteCandidate<'text> {
    pub(super) address: SentenceRef,
    pub(super) german: &'text str,
    pub(super) english: &'text str,
    /// The index of the candidate among the article's sentences in paragraphs of the same sort (prose or headings).
    pub(super) index: usize,
    /// True if the candidate begins with a word that refers back to the sentence before it.
    pub(super) refers_back: bool,
    /// True if the translation of the candidate failed a check.
    pub(super) is_doubtful: bool,
}

/// The sentences of an article that a summary may quote.
#[derive(Clone, Debug)]
pub(super) struct QuoteCandidates<'text> {
    /// The candidates for a summary, in the order of the article.
    pub(super) list: Vec<QuoteCandidate<'text>>,
    /// Number of sentences outside headings and verbatim text, whether they may be quoted or not.
    pub(super) sentences: usize,
}

impl<'text> QuoteCandidates<'text> {
    /// The candidates of `translation`: whole statements in body text, lists and quotations. If there are none, any sentence
    /// in them; failing that, headings. Verbatim text, text in another language and sentences without a translation are never
    /// quoted.
    pub(super) fn in_translation(translation: &'text Translation) -> Self {
        Self::on_subject(translation, &|_, _| true)
    }

    /// The candidates of `translation` as above, among the sentences for which `is_on_subject(german, english)` holds.
    pub(super) fn on_subject(translation: &'text Translation, is_on_subject: &dyn Fn(&str, &str) -> bool) -> Self {
        let prose = sentences(translation, |kind| {
            matches!(kind, ParagraphKind::Body | ParagraphKind::Quote | ParagraphKind::ListItem)
        });
        let prose_sentences = prose.len();
        let quotable = |candidate: &QuoteCandidate<'_>| {
            !candidate.english.trim().is_empty()
                && words::words(candidate.german).next().is_some()
                && is_on_subject(candidate.german, candidate.english)
        };
        let quotable_prose: Vec<_> = prose.into_iter().filter(quotable).collect();
        let statements: Vec<_> =
            quotable_prose.iter().copied().filter(|candidate| is_statement(candidate.german)).collect();
        let list = if !statements.is_empty() {
            statements
        } else if !quotable_prose.is_empty() {
            quotable_prose
        } else {
            let headings = sentences(translation, |kind| kind == ParagraphKind::Heading);
            headings.into_iter().filter(quotable).collect()
        };
        Self { list, sentences: prose_sentences }
    }

    /// The summary that quotes the candidates at `chosen`, in the order of the article.
    pub(super) fn summary(&self, mut chosen: Vec<usize>, translation: &Translation) -> Summary {
        chosen.sort_unstable();
        let point = |index: usize| {
            let candidate = self.list.get(index)?;
            Point::new(candidate.english, vec![candidate.address], translation)
        };
        Summary { points: chosen.into_iter().filter_map(point).collect(), writing: None }
    }
}

/// Every sentence in paragraphs of a `wanted` kind, except those in another language.
fn sentences(translation: &Translation, wanted: impl Fn(ParagraphKind) -> bool) -> Vec<QuoteCandidate<'_>> {
    let mut sentences = Vec::new();
    for (paragraph, (source, translated)) in translation.pairs().enumerate() {
        if !wanted(source.kind()) {
            continue;
        }
        for (sentence, (range, target)) in translated.pairs().enumerate() {
            if target.flags().any(|flag| flag == Flag::Foreign) {
                continue;
            }
            let german = &source.text()[range];
            sentences.push(QuoteCandidate {
                address: SentenceRef { paragraph, sentence },
                german,
                english: &target.english,
                index: sentences.len(),
                refers_back: words::leans_back(german),
                is_doubtful: target.is_doubtful(),
            });
        }
    }
    sentences
}

/// True for a whole German sentence of ordinary length that is not a question.
fn is_statement(german: &str) -> bool {
    let without_closing_marks = german.trim_end_matches(|character: char| {
        character.is_whitespace() || matches!(character, '“' | '”' | '"' | '«' | '»' | '‘' | '’' | '\'' | ')' | ']')
    });
    let word_count = words::words(german).take(MAX_WORDS + 1).count();
    // A quotation that goes on in the next sentence.
    let has_open_quotation = german.rfind('„').is_some_and(|opening| !german[opening..].contains(['“', '”', '"']));
    let has_sentence_end = without_closing_marks.ends_with(['.', '!']) && !without_closing_marks.ends_with("...");
    let fewest_words = if words::leans_back(german) { MIN_WORDS_REFERRING_BACK } else { MIN_WORDS };
    has_sentence_end && !has_open_quotation && (fewest_words..=MAX_WORDS).contains(&word_count)
}
