//! Which sentences of an article a summary may quote.

use crate::document::{Flag, ParagraphKind, Point, SentenceRef, Summary, Translation};
use crate::segment::words;

/// Fewest words of a sentence that says enough by itself.
const FEWEST_WORDS: usize = 6;

/// Fewest words of one that points back to the sentence before it: “That is what the office said on Friday.” says nothing new.
const FEWEST_WORDS_BACK: usize = 9;

/// Most words of a sentence that can still be called a point.
const MOST_WORDS: usize = 60;

/// A sentence that may be quoted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'text> {
    /// Where it stands.
    pub(super) place: SentenceRef,
    /// The sentence itself.
    pub(super) german: &'text str,
    /// Its translation.
    pub(super) english: &'text str,
    /// Its place among all sentences of the article that are of its sort, from 0.
    pub(super) order: usize,
    /// True if it begins with a word that points back to the sentence before it.
    pub(super) leans_back: bool,
}

/// What of an article can be quoted, in the order of the article.
#[derive(Clone, Debug)]
pub(super) struct Candidates<'text> {
    /// The candidates.
    pub(super) list: Vec<Candidate<'text>>,
    /// The number of sentences outside headings and verbatim text, whether they can be quoted or not.
    pub(super) sentences: usize,
}

impl<'text> Candidates<'text> {
    /// The candidates of `translation`: whole statements of running text, lists and quotations. If there is none, any
    /// sentence of them; if there is none either, the headings. Verbatim text, text in another language and sentences without
    /// a translation are never quoted.
    pub(super) fn of(translation: &'text Translation) -> Self {
        let text = sentences(translation, |kind| {
            matches!(kind, ParagraphKind::Body | ParagraphKind::Quote | ParagraphKind::ListItem)
        });
        let count = text.len();
        let quotable = |candidate: &Candidate<'_>| {
            !candidate.english.trim().is_empty() && words::words(candidate.german).next().is_some()
        };
        let text: Vec<_> = text.into_iter().filter(quotable).collect();
        let statements: Vec<_> = text.iter().copied().filter(|candidate| is_statement(candidate.german)).collect();
        let list = if !statements.is_empty() {
            statements
        } else if !text.is_empty() {
            text
        } else {
            let headings = sentences(translation, |kind| kind == ParagraphKind::Heading);
            headings.into_iter().filter(quotable).collect()
        };
        Self { list, sentences: count }
    }

    /// The summary that quotes the candidates at `chosen`, in the order of the article.
    pub(super) fn summary(&self, mut chosen: Vec<usize>, translation: &Translation) -> Summary {
        chosen.sort_unstable();
        let point = |index: usize| {
            let candidate = self.list.get(index)?;
            Point::new(candidate.english, vec![candidate.place], translation)
        };
        Summary { points: chosen.into_iter().filter_map(point).collect(), writing: None }
    }
}

/// Every sentence in the paragraphs that are `wanted`.
fn sentences(translation: &Translation, wanted: impl Fn(ParagraphKind) -> bool) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    for (paragraph, (source, translated)) in translation.pairs().enumerate() {
        if !wanted(source.kind()) {
            continue;
        }
        for (sentence, (range, target)) in translated.pairs().enumerate() {
            if target.flags().any(|flag| flag == Flag::Foreign) {
                continue;
            }
            let german = &source.text()[range];
            found.push(Candidate {
                place: SentenceRef { paragraph, sentence },
                german,
                english: &target.english,
                order: found.len(),
                leans_back: words::leans_back(german),
            });
        }
    }
    found
}

/// True for a whole sentence of ordinary length that is not a question.
fn is_statement(german: &str) -> bool {
    let core = german.trim_end_matches(|character: char| {
        character.is_whitespace() || matches!(character, '“' | '”' | '"' | '«' | '»' | '‘' | '’' | '\'' | ')' | ']')
    });
    let length = words::words(german).take(MOST_WORDS + 1).count();
    // The start of a quotation that goes on in the next sentence.
    let left_open = german.rfind('„').is_some_and(|opening| !german[opening..].contains(['“', '”', '"']));
    let ends = core.ends_with(['.', '!']) && !core.ends_with("...");
    let fewest = if words::leans_back(german) { FEWEST_WORDS_BACK } else { FEWEST_WORDS };
    ends && !left_open && (fewest..=MOST_WORDS).contains(&length)
}
