//! Translations → what a model writes of each, as sentences.
//!
//! An article that is longer than the model reads at once is split at the borders of its paragraphs; the parts are summarised,
//! and then their summaries. The lengths that a checkpoint asks for are scaled to the article, so that a short one is not filled up
//! with invention.
//!
//! Promises: nothing of an article is cut before it is read; what comes out are whole sentences, each once; it comes to an end
//! whatever the model writes.

use super::Length;
use super::abstractive::Options;
use super::instructions::{instruction, summary_in};
use super::wording::Wording;
use crate::document::{ParagraphKind, Translation};
use crate::segment::words::words;

/// A text to be summarised, and how long what is written may be, in the writer's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Text in the language of the summary, after the instruction where the writer follows one.
    pub text: String,
    /// Tokens before which the summary may not end.
    pub shortest: usize,
    /// Tokens after which it must.
    pub longest: usize,
}

/// What is written for each request, in their order, or how the model failed.
pub type Write<'a, E> = dyn Fn(&[Request]) -> Result<Vec<String>, E> + 'a;

/// A vector for each text, in their order, alike where texts mean the like.
pub type Encode<'a, E> = dyn Fn(&[&str]) -> Result<Vec<Vec<f32>>, E> + 'a;

/// The English of each text, in their order.
pub type Translate<'a, E> = dyn Fn(&[&str]) -> Result<Vec<String>, E> + 'a;

/// The model that writes; `E` is how it fails.
pub struct Writer<'a, E> {
    /// The most tokens that it reads at once.
    pub reads: usize,
    /// The fewest tokens that its checkpoint asks for.
    pub shortest: usize,
    /// The most tokens that its checkpoint asks for.
    pub longest: usize,
    /// Whether it is told what to write; else it was trained to summarise.
    pub instructed: bool,
    /// How many tokens a text is.
    pub count: &'a dyn Fn(&str) -> usize,
    /// Writes.
    pub write: &'a Write<'a, E>,
    /// What its encoder makes of a sentence, if it has one.
    pub encode: Option<&'a Encode<'a, E>>,
    /// Translates what is written in German.
    pub translate: &'a Translate<'a, E>,
}

/// A summary has at most this part of the tokens of its text, and has to have at most that: what asks for more asks for
/// invention.
const LARGEST_PART: f64 = 0.5;
const LARGEST_DEMAND: f64 = 0.2;

/// Lengths are multiples of this.
pub(super) const STEP: usize = 8;

/// Fewest tokens that a writer is given, so that it can end a sentence.
const ROOM: usize = 24;

/// A writer that is told its length keeps to it by itself: its limit only stops what goes on for ever.
const INSTRUCTED: usize = 2;

/// Sentences of a part's summary that a writer is told to write.
const OF_A_PART: usize = 6;

/// Summaries of parts are together at most this part of what was summarised, in words. A writer that cannot do that will not come to an
/// end.
const SHORTER: f64 = 0.75;

/// Fewest tokens that a writer reads beside what it is told: a long paragraph.
const FEWEST_READ: usize = 160;

/// The fewest tokens that a model has to read at once to write summaries, and how many of them it is `told`; `count` says how many
/// tokens a text is.
pub fn least_reading(options: &Options, instructed: bool, count: &dyn Fn(&str) -> usize) -> (usize, usize) {
    let told = if instructed { count(&instruction(options.length, usize::MAX, true, options.wording)) } else { 0 };
    (told + FEWEST_READ, told)
}

/// What `writer` writes of `translations`, in their order: paragraphs of whole sentences.
///
/// # Errors
/// Whatever the writer reports.
pub(super) fn write<E>(
    translations: &[&Translation],
    writer: &Writer<'_, E>,
    options: &Options,
) -> Result<Vec<Text>, E> {
    let mut texts: Vec<Text> = translations.iter().map(|translation| Text::of(translation, options)).collect();
    // Parts of all articles are written together, and as long as some article has more than one, once more.
    loop {
        let mut requests = Vec::new();
        let mut ends = Vec::new();
        for text in &texts {
            if !text.done {
                requests.extend(text.requests(writer, options));
            }
            ends.push(requests.len());
        }
        if requests.is_empty() {
            break;
        }
        let mut written = (writer.write)(&requests)?.into_iter();
        let mut start = 0;
        for (text, end) in texts.iter_mut().zip(ends) {
            let written = written.by_ref().take(end - start);
            text.take(written.map(|text| answer(text, writer, options.wording)).collect(), options.wording);
            start = end;
        }
    }
    Ok(texts)
}

/// A request for one sentence about `passage`, if the writer can read that.
pub(super) fn request_for_passage<E>(passage: String, writer: &Writer<'_, E>, wording: Wording) -> Option<Request> {
    let text = if writer.instructed { instruction(Length::Sentences(1), 0, true, wording) + &passage } else { passage };
    let longest = (wording.tokens().0 + ROOM).next_multiple_of(STEP).min(writer.longest);
    ((writer.count)(&text) <= writer.reads).then_some(Request { text, shortest: 0, longest })
}

/// The summary in what the writer wrote.
pub(super) fn answer<E>(text: String, writer: &Writer<'_, E>, wording: Wording) -> String {
    if writer.instructed { summary_in(&text, wording) } else { text }
}

/// An article on its way to its summary.
pub(super) struct Text {
    /// Paragraphs: of the article, then of the summaries of its parts.
    pub(super) paragraphs: Vec<String>,
    /// True once it was longer than the writer reads.
    pub(super) in_parts: bool,
    /// True if the paragraphs are the summary, or there is nothing to summarise.
    done: bool,
    /// True if there is nothing to shorten.
    pub(super) quoted: bool,
    /// Words of the article, for a length that is a share of it.
    words: usize,
}

impl Text {
    fn of(translation: &Translation, options: &Options) -> Self {
        let is_text = |kind| matches!(kind, ParagraphKind::Body | ParagraphKind::Quote | ParagraphKind::ListItem);
        let wording = options.wording;
        let text = translation.pairs().filter(|(paragraph, _)| is_text(paragraph.kind()));
        let paragraphs: Vec<String> = text
            .map(|(paragraph, translated)| {
                let sentences = translated.pairs();
                let read = sentences.filter_map(|(range, target)| wording.text(&paragraph.text()[range], target));
                read.map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
            })
            .filter(|text| words(text).next().is_some())
            .collect();
        let count = count(&paragraphs);
        let sentences: usize = paragraphs.iter().map(|paragraph| wording.sentences(paragraph).len()).sum();
        // An article within the length already is its own summary.
        let quoted = match options.length {
            Length::Sentences(wanted) => sentences <= wanted.max(1),
            Length::Words(wanted) => count <= wanted || sentences <= 1,
            Length::Share(_) => sentences <= 1,
        };
        Self { done: quoted, quoted, paragraphs, in_parts: false, words: count }
    }

    /// What the writer is asked for: the whole, or parts of about equal length that it can read.
    fn requests<E>(&self, writer: &Writer<'_, E>, options: &Options) -> Vec<Request> {
        let wording = options.wording;
        // The longer of the two instructions.
        let told = writer.instructed.then(|| instruction(options.length, self.words, true, wording));
        let parts = parts(&self.paragraphs, writer, told.as_deref().map_or(0, writer.count), wording);
        let (sentence, word) = wording.tokens();
        let wanted = match options.length {
            Length::Sentences(sentences) => sentences.max(1).saturating_mul(sentence),
            Length::Words(words) => (words as f64 * word) as usize,
            Length::Share(share) => (f64::from(share) * self.words as f64 * word) as usize,
        };
        let whole = parts.len() == 1;
        let request = |text: String| {
            let tokens = (writer.count)(&text) as f64;
            let largest = ((tokens * LARGEST_PART) as usize).max(ROOM);
            // A part's summary is material: what the model is used to, not what the reader asked for.
            let longest = if whole { wanted.saturating_add(sentence / 2) } else { writer.longest };
            let longest = if writer.instructed { longest.saturating_mul(INSTRUCTED) } else { longest };
            let longest = longest.min(largest).min(writer.longest).max(ROOM.min(writer.longest));
            let shortest = writer.shortest.min((tokens * LARGEST_DEMAND) as usize).min(longest / 2);
            // In steps, since texts of the same lengths can be written together.
            let longest = longest.next_multiple_of(STEP).min(writer.longest);
            let shortest = shortest - shortest % STEP;
            let length = if whole { options.length } else { Length::Sentences(OF_A_PART) };
            let told = writer.instructed.then(|| instruction(length, self.words, !whole, wording));
            Request { text: told.unwrap_or_default() + &text, shortest, longest }
        };
        parts.into_iter().map(request).collect()
    }

    /// Takes what was written for its requests.
    fn take(&mut self, written: Vec<String>, wording: Wording) {
        if self.done || written.is_empty() {
            return;
        }
        self.done = written.len() == 1;
        self.in_parts |= written.len() > 1;
        let before = count(&self.paragraphs);
        self.paragraphs = written.iter().map(|text| whole_sentences(text, wording).join(" ")).collect();
        self.paragraphs.retain(|paragraph| !paragraph.is_empty());
        if !self.done && count(&self.paragraphs) as f64 > before as f64 * SHORTER {
            self.paragraphs.clear();
        }
        self.done |= self.paragraphs.is_empty();
    }
}

/// Words of `paragraphs`.
fn count(paragraphs: &[String]) -> usize {
    paragraphs.iter().map(|paragraph| words(paragraph).count()).sum()
}

/// `paragraphs` as texts of about the same length that the writer can read after `told` tokens. Borders are those of
/// paragraphs, and of sentences only in a paragraph that is too long by itself.
fn parts<E>(paragraphs: &[String], writer: &Writer<'_, E>, told: usize, wording: Wording) -> Vec<String> {
    let reads = writer.reads.saturating_sub(told).max(1);
    // An end mark, and what a text needs more in one piece than in several.
    let room = reads.saturating_sub(8).max(1);
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    for paragraph in paragraphs {
        let tokens = (writer.count)(paragraph);
        if tokens <= room {
            pieces.push((tokens, paragraph));
        } else {
            let sentences = wording.sentences(paragraph).into_iter();
            pieces.extend(sentences.map(|sentence| ((writer.count)(sentence), sentence)));
        }
    }
    let total: usize = pieces.iter().map(|(tokens, _)| tokens).sum();
    let target = total.div_ceil(total.div_ceil(room).max(1));
    let mut parts: Vec<String> = Vec::new();
    let mut filled = 0;
    for (tokens, piece) in pieces {
        // A piece goes where most of it fits the even share, if there is room.
        let opens = parts.is_empty() || filled + tokens > room || filled + tokens / 2 > target;
        if opens {
            parts.push(String::new());
            filled = 0;
        }
        if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(piece);
            filled += tokens;
        }
    }
    parts
}

/// The sentences of `text` that have an end, each once; the last is left out if it was cut.
pub(super) fn whole_sentences(text: &str, wording: Wording) -> Vec<&str> {
    let ends = |sentence: &&str| {
        sentence.trim_end_matches(['"', '”', '“', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', '…'])
    };
    let mut sentences: Vec<&str> = Vec::new();
    for sentence in wording.sentences(text).into_iter().filter(ends) {
        if !sentences.contains(&sentence) && words(sentence).next().is_some() {
            sentences.push(sentence);
        }
    }
    sentences
}
