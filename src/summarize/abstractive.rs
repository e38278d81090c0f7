//! Translations → summaries that a model writes in English, each sentence tied to the German and checked against it.
//!
//! The model is a [`Writer`], so this file knows no engine. An article that is longer than the writer reads at once is split
//! at the borders of its paragraphs; the parts are summarised, and then their summaries. The lengths that a checkpoint asks
//! for are scaled to the article, so that a short one is not filled up with invention.
//!
//! Promises: nothing of an article is cut before it is read; a summary consists of whole sentences; every sentence has its
//! evidence; one whose numbers, names or quoted speech are not in the evidence is written again from the passage that it rests on,
//! and if that does not help replaced, marked or dropped, and counted; an article with a sentence that can be quoted gets at
//! least one point. Never trusts the writer.

use super::candidates::Candidates;
use super::evidence::{Evidence, Sources};
use super::instructions::{instruction, instruction_for_passage, summary_in};
use super::{Length, METHODS};
use crate::document::{Origin, ParagraphKind, Point, SentenceRef, Summary, Translation, Writing};
use crate::segment::english;
use crate::segment::words::words;

/// What is done with a sentence that the article does not bear out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUnsupported {
    /// The sentence of the translation that is most like it takes its place.
    #[default]
    Replace,
    /// It stays, with a note.
    Flag,
    /// It goes.
    Drop,
}

impl OnUnsupported {
    /// Every choice, the default first.
    pub const ALL: [Self; 3] = [Self::Replace, Self::Flag, Self::Drop];

    /// The name it is asked for by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Flag => "flag",
            Self::Drop => "drop",
        }
    }

    /// One line for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::Replace => "quote the sentence of the article that is most like it",
            Self::Flag => "keep it, with a note",
            Self::Drop => "leave it out",
        }
    }
}

/// How to write summaries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How long a summary is.
    pub length: Length,
    /// What to do with a sentence that the article does not bear out.
    pub on_unsupported: OnUnsupported,
    /// Whether such a sentence is written a second time before that.
    pub repair: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { length: Length::default(), on_unsupported: OnUnsupported::default(), repair: true }
    }
}

/// A text to be summarised, and how long what is written may be, in the writer's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// English text, after the instruction where the writer follows one.
    pub text: String,
    /// Tokens before which the summary may not end.
    pub shortest: usize,
    /// Tokens after which it must.
    pub longest: usize,
}

/// A summary for each request, in their order, or how the model failed.
pub type Write<'a, E> = dyn Fn(&[Request]) -> Result<Vec<String>, E> + 'a;

/// A vector for each text, in their order, alike where texts mean the like.
pub type Encode<'a, E> = dyn Fn(&[&str]) -> Result<Vec<Vec<f32>>, E> + 'a;

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
}

/// Tokens of an ordinary English sentence of a summary, and of a word.
const SENTENCE: usize = 28;
const WORD: f64 = 1.4;

/// A summary has at most this part of the tokens of its text, and has to have at most that: what asks for more asks for
/// invention.
const LARGEST_PART: f64 = 0.5;
const LARGEST_DEMAND: f64 = 0.2;

/// Lengths are multiples of this.
const STEP: usize = 8;

/// Fewest tokens that a writer is given, so that it can end a sentence.
const ROOM: usize = 24;

/// A writer that is told its length keeps to it by itself: its limit only stops what goes on for ever.
const INSTRUCTED: usize = 2;

/// Sentences of a part's summary that a writer is told to write.
const OF_A_PART: usize = 6;

/// How often summaries of parts are summarised again. Each time they become at most half as long, so an article of a
/// million words is through before.
const ROUNDS: usize = 12;

/// The summaries of `translations`, in their order.
///
/// # Errors
/// Whatever the writer reports.
pub fn summarize<E>(
    translations: &[&Translation],
    writer: &Writer<'_, E>,
    options: &Options,
) -> Result<Vec<Summary>, E> {
    let mut texts: Vec<Text> = translations.iter().map(|translation| Text::of(translation, options)).collect();
    // Parts of all articles are written together, and as long as some article has more than one, once more.
    for _ in 0..ROUNDS {
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
            text.take(written.by_ref().take(end - start).map(|text| answer(text, writer)).collect());
            start = end;
        }
    }
    let mut drafts: Vec<Draft<'_>> =
        translations.iter().zip(texts).map(|(translation, text)| Draft::of(translation, text)).collect();
    if let Some(encode) = writer.encode {
        learn(&mut drafts, encode)?;
    }
    drafts.iter_mut().for_each(Draft::find_evidence);
    if options.repair {
        rewrite(&mut drafts, writer, options)?;
    }
    Ok(drafts.iter().map(|draft| draft.summary(options)).collect())
}

/// Gives all drafts what `encode` makes of their sentences and of those of their articles.
fn learn<E>(drafts: &mut [Draft<'_>], encode: &Encode<'_, E>) -> Result<(), E> {
    let written = || drafts.iter().filter(|draft| !draft.sentences.is_empty());
    let texts = written().flat_map(|draft| draft.sources.english().chain(draft.sentences.iter().map(Drafted::english)));
    let texts: Vec<&str> = texts.collect();
    let mut vectors = encode(&texts)?.into_iter();
    for draft in drafts.iter_mut().filter(|draft| !draft.sentences.is_empty()) {
        let count = draft.sources.english().count();
        draft.sources.learn(&vectors.by_ref().take(count).collect::<Vec<_>>());
        for (drafted, vector) in draft.sentences.iter_mut().zip(&mut vectors) {
            drafted.vector = Some(vector);
        }
    }
    Ok(())
}

/// The summary in what the writer wrote.
fn answer<E>(text: String, writer: &Writer<'_, E>) -> String {
    if writer.instructed { summary_in(&text) } else { text }
}

/// An article on its way to its summary.
struct Text {
    /// English paragraphs: of the article, then of the summaries of its parts.
    paragraphs: Vec<String>,
    /// True once it was longer than the writer reads.
    in_parts: bool,
    /// True if the paragraphs are the summary, or there is nothing to summarise.
    done: bool,
    /// True if there is nothing to shorten.
    quoted: bool,
    /// English words of the article, for a length that is a share of it.
    words: usize,
}

impl Text {
    fn of(translation: &Translation, options: &Options) -> Self {
        let is_text = |kind| matches!(kind, ParagraphKind::Body | ParagraphKind::Quote | ParagraphKind::ListItem);
        let english = translation.pairs().filter(|(paragraph, _)| is_text(paragraph.kind()));
        let paragraphs: Vec<String> = english
            .map(|(_, translated)| translated.english().trim().to_owned())
            .filter(|text| words(text).next().is_some())
            .collect();
        let count = paragraphs.iter().map(|paragraph| words(paragraph).count()).sum();
        let sentences: usize = paragraphs.iter().map(|paragraph| english::sentences(paragraph).len()).sum();
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
        // The longer of the two.
        let told = writer.instructed.then(|| instruction(options.length, self.words, true));
        let parts = parts(&self.paragraphs, writer, told.as_deref().map_or(0, writer.count));
        let wanted = match options.length {
            Length::Sentences(sentences) => sentences.max(1).saturating_mul(SENTENCE),
            Length::Words(words) => (words as f64 * WORD) as usize,
            Length::Share(share) => (f64::from(share) * self.words as f64 * WORD) as usize,
        };
        let whole = parts.len() == 1;
        let request = |text: String| {
            let tokens = (writer.count)(&text) as f64;
            let largest = ((tokens * LARGEST_PART) as usize).max(ROOM);
            // A part's summary is material: what the model is used to, not what the reader asked for.
            let longest = if whole { wanted.saturating_add(SENTENCE / 2) } else { writer.longest };
            let longest = if writer.instructed { longest.saturating_mul(INSTRUCTED) } else { longest };
            let longest = longest.min(largest).min(writer.longest).max(ROOM.min(writer.longest));
            let shortest = writer.shortest.min((tokens * LARGEST_DEMAND) as usize).min(longest / 2);
            // In steps, since texts of the same lengths can be written together.
            let longest = longest.next_multiple_of(STEP).min(writer.longest);
            let shortest = shortest - shortest % STEP;
            let length = if whole { options.length } else { Length::Sentences(OF_A_PART) };
            let told = writer.instructed.then(|| instruction(length, self.words, !whole));
            Request { text: told.unwrap_or_default() + &text, shortest, longest }
        };
        parts.into_iter().map(request).collect()
    }

    /// Takes what was written for its requests.
    fn take(&mut self, written: Vec<String>) {
        if self.done || written.is_empty() {
            return;
        }
        self.done = written.len() == 1;
        self.in_parts |= written.len() > 1;
        self.paragraphs = written.iter().map(|text| whole_sentences(text).join(" ")).collect();
        self.paragraphs.retain(|paragraph| !paragraph.is_empty());
        self.done |= self.paragraphs.is_empty();
    }
}

/// `paragraphs` as texts of about the same length that the writer can read after `told` tokens. Borders are those of paragraphs, and of sentences
/// only in a paragraph that is too long by itself.
fn parts<E>(paragraphs: &[String], writer: &Writer<'_, E>, told: usize) -> Vec<String> {
    let reads = writer.reads.saturating_sub(told).max(1);
    // An end mark, and what a text needs more in one piece than in several.
    let room = reads.saturating_sub(8).max(1);
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    for paragraph in paragraphs {
        let tokens = (writer.count)(paragraph);
        if tokens <= room {
            pieces.push((tokens, paragraph));
        } else {
            let sentences = english::sentences(paragraph).into_iter().map(|range| &paragraph[range]);
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
fn whole_sentences(text: &str) -> Vec<&str> {
    let ends = |sentence: &&str| {
        sentence.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', '…'])
    };
    let mut sentences: Vec<&str> = Vec::new();
    for sentence in english::sentences(text).into_iter().map(|range| &text[range]).filter(ends) {
        if !sentences.contains(&sentence) && words(sentence).next().is_some() {
            sentences.push(sentence);
        }
    }
    sentences
}

/// A summary before it is decided which of its sentences stay.
struct Draft<'text> {
    translation: &'text Translation,
    text: Text,
    sources: Sources<'text>,
    sentences: Vec<Drafted>,
}

/// A sentence that was written, and what it rests on.
#[derive(Default)]
struct Drafted {
    english: String,
    /// What the writer's encoder makes of it.
    vector: Option<Vec<f32>>,
    evidence: Evidence,
    /// Whether it was written a second time.
    rewritten: bool,
}

impl Drafted {
    fn english(&self) -> &str {
        &self.english
    }

    fn is_supported(&self) -> bool {
        !self.evidence.places.is_empty() && self.evidence.missing.is_empty()
    }
}

impl<'text> Draft<'text> {
    fn of(translation: &'text Translation, text: Text) -> Self {
        let sources = Sources::of(translation);
        let drafted = |english: &str| Drafted { english: english.to_owned(), ..Drafted::default() };
        let sentences = match text.quoted {
            true => Vec::new(),
            false => text.paragraphs.iter().flat_map(|paragraph| whole_sentences(paragraph)).map(drafted).collect(),
        };
        Self { translation, text, sources, sentences }
    }

    /// Looks up what each sentence rests on.
    fn find_evidence(&mut self) {
        let mut after: Option<SentenceRef> = None;
        for drafted in &mut self.sentences {
            drafted.evidence = self.sources.evidence(&drafted.english, drafted.vector.as_deref(), after);
            after = drafted.evidence.places.first().copied().or(after);
        }
    }

    /// The places of sentences that there is room for and that are not borne out.
    fn unsupported(&self, options: &Options) -> Vec<usize> {
        let mut budget = options.length.budget(Candidates::of(self.translation).sentences);
        let within = self.sentences.iter().enumerate().take_while(|(place, drafted)| {
            let room = budget.is_open() && (*place == 0 || budget.has_room_for(&drafted.english));
            budget.take(&drafted.english);
            room
        });
        within.filter(|(_, drafted)| !drafted.is_supported()).map(|(place, _)| place).collect()
    }

    /// What a sentence rests on with its neighbours; what it is most like, if it rests on nothing.
    fn passage(&self, drafted: &Drafted) -> Option<String> {
        let Evidence { places, nearest, .. } = &drafted.evidence;
        let mut around: Vec<SentenceRef> = Vec::new();
        for place in if places.is_empty() { nearest.as_slice() } else { places } {
            let neighbours = place.sentence.saturating_sub(1)..=place.sentence + 1;
            around.extend(neighbours.map(|sentence| SentenceRef { sentence, ..*place }));
        }
        around.sort_unstable();
        around.dedup();
        let english =
            |place: &SentenceRef| Some(self.translation.sentence(place.paragraph, place.sentence)?.1.english.trim());
        let passage = around.iter().filter_map(english).collect::<Vec<_>>().join(" ");
        (!passage.is_empty()).then_some(passage)
    }

    /// Puts the first of `written` that is borne out and not there yet in the place of the sentence at `place`.
    fn replace(&mut self, place: usize, written: Vec<Drafted>) {
        let after = place.checked_sub(1).and_then(|before| self.sentences[before].evidence.places.first().copied());
        for mut drafted in written {
            drafted.evidence = self.sources.evidence(&drafted.english, drafted.vector.as_deref(), after);
            if drafted.is_supported() && self.sentences.iter().all(|known| known.english != drafted.english) {
                self.sentences[place] = drafted;
                return;
            }
        }
    }

    /// The summary, each sentence with its evidence, within the length.
    fn summary(&self, options: &Options) -> Summary {
        let translation = self.translation;
        if self.text.quoted {
            return quoted(translation, options, Writing::default());
        }
        let candidates = Candidates::of(translation);
        let mut budget = options.length.budget(candidates.sentences);
        let mut writing = Writing { in_parts: usize::from(self.text.in_parts), ..Writing::default() };
        let mut points: Vec<Point> = Vec::new();
        for drafted in &self.sentences {
            let Drafted { english, evidence, rewritten, .. } = drafted;
            if !budget.is_open() || !points.is_empty() && !budget.has_room_for(english) {
                break;
            }
            let point = if drafted.is_supported() {
                writing.supported += 1;
                writing.rewritten += usize::from(*rewritten);
                let point = Point::new(english, evidence.places.clone(), translation);
                point.map(|point| point.from_origin(Origin::Written))
            } else {
                let point = self.instead(drafted, &candidates, &points, options);
                match point.as_ref().map(Point::origin) {
                    None => writing.dropped += 1,
                    Some(Origin::Unsupported) => writing.flagged += 1,
                    Some(_) => writing.replaced += 1,
                }
                point
            };
            if let Some(point) = point.filter(|point| points.is_empty() || budget.has_room_for(point.english())) {
                budget.take(point.english());
                points.push(point);
            }
        }
        if points.is_empty() {
            // Nothing was written that could stay.
            return quoted(translation, options, writing);
        }
        Summary { points, writing: Some(writing) }
    }

    /// What stands in the place of a sentence that is not borne out.
    fn instead(
        &self,
        drafted: &Drafted,
        candidates: &Candidates<'_>,
        points: &[Point],
        options: &Options,
    ) -> Option<Point> {
        let Evidence { places, nearest, .. } = &drafted.evidence;
        match options.on_unsupported {
            OnUnsupported::Drop => None,
            OnUnsupported::Flag => {
                let places = if places.is_empty() { vec![(*nearest)?] } else { places.clone() };
                Some(Point::new(&drafted.english, places, self.translation)?.from_origin(Origin::Unsupported))
            }
            OnUnsupported::Replace => {
                let (english, place) = replacement(candidates, *nearest, points)?;
                Some(Point::new(english, vec![place], self.translation)?.from_origin(Origin::Replacement))
            }
        }
    }
}

/// Has sentences that are not borne out written again, each from the passage that it rests on alone: those of all articles
/// together, once.
fn rewrite<E>(drafts: &mut [Draft<'_>], writer: &Writer<'_, E>, options: &Options) -> Result<(), E> {
    let (mut places, mut requests) = (Vec::new(), Vec::new());
    for (index, draft) in drafts.iter().enumerate() {
        for place in draft.unsupported(options) {
            let Some(passage) = draft.passage(&draft.sentences[place]) else { continue };
            let text = if writer.instructed { instruction_for_passage() + &passage } else { passage };
            if (writer.count)(&text) <= writer.reads {
                places.push((index, place));
                let longest = (SENTENCE + ROOM).next_multiple_of(STEP).min(writer.longest);
                requests.push(Request { text, shortest: 0, longest });
            }
        }
    }
    if requests.is_empty() {
        return Ok(());
    }
    for ((index, place), text) in places.into_iter().zip((writer.write)(&requests)?) {
        let text = answer(text, writer);
        let sentences = whole_sentences(&text);
        let vectors = writer.encode.map(|encode| encode(&sentences)).transpose()?.unwrap_or_default();
        let mut vectors = vectors.into_iter();
        let drafted = |english: &str| Drafted {
            english: english.to_owned(),
            vector: vectors.next(),
            rewritten: true,
            ..Drafted::default()
        };
        let written = sentences.into_iter().map(drafted).collect();
        drafts[index].replace(place, written);
    }
    Ok(())
}

/// The article quoted, as it would be without a model.
fn quoted(translation: &Translation, options: &Options, writing: Writing) -> Summary {
    Summary { writing: Some(writing), ..(METHODS[0].summarize)(translation, &options.length) }
}

/// The candidate at `nearest`, or the one that stands closest to it, that no point rests on yet.
fn replacement<'text>(
    candidates: &Candidates<'text>,
    nearest: Option<SentenceRef>,
    points: &[Point],
) -> Option<(&'text str, SentenceRef)> {
    let used = |place: SentenceRef| points.iter().any(|point| point.evidence().contains(&place));
    let nearest = nearest?;
    let mut free = candidates.list.iter().filter(|candidate| !used(candidate.place));
    let found = free.clone().find(|candidate| candidate.place == nearest);
    // In the same paragraph it is about the same; anywhere else it would be a point that nobody made.
    let found = found.or_else(|| free.find(|candidate| candidate.place.paragraph == nearest.paragraph));
    found.map(|candidate| (candidate.english, candidate.place))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::convert::Infallible;

    use super::super::tests::translation;
    use super::*;

    const BODY: ParagraphKind = ParagraphKind::Body;

    /// A writer that counts words as tokens and says what `answer` does; gives the requests that it got, too.
    fn written(
        translations: &[&Translation],
        reads: usize,
        options: &Options,
        answer: impl Fn(&str) -> String,
    ) -> (Vec<Summary>, Vec<Request>) {
        let seen = RefCell::new(Vec::new());
        let write = |requests: &[Request]| -> Result<Vec<String>, Infallible> {
            seen.borrow_mut().extend(requests.to_vec());
            Ok(requests.iter().map(|request| answer(&request.text)).collect())
        };
        let count = |text: &str| words(text).count();
        let writer =
            Writer { reads, shortest: 56, longest: 142, instructed: false, count: &count, write: &write, encode: None };
        let summaries = summarize(translations, &writer, options).unwrap();
        (summaries, seen.into_inner())
    }

    fn bridge() -> Translation {
        translation(
            Some("Brücke fertig"),
            &[
                (BODY, "The new bridge over the Lahr is finished. Mayor Anna Weber opened it on Monday."),
                (BODY, "The old bridge was closed because its concrete had cracks. Pupils came late to school."),
                (BODY, "The state pays 8 million euros. “We have waited so long for this day”, said Weber."),
            ],
        )
    }

    /// The English of a point, its origin, and the places of its evidence.
    type Answer<'a> = (&'a str, Origin, Vec<(usize, usize)>);

    fn answers(summary: &Summary) -> Vec<Answer<'_>> {
        let places = |point: &Point| point.evidence().iter().map(|place| (place.paragraph, place.sentence)).collect();
        summary.points.iter().map(|point| (point.english(), point.origin(), places(point))).collect()
    }

    #[test]
    fn every_sentence_has_its_evidence() {
        let bridge = bridge();
        let answer = "Mayor Anna Weber has opened the new bridge over the Lahr. It cost the state 8 million euros.";
        let (summaries, requests) = written(&[&bridge], 1000, &Options::default(), |_| answer.into());
        assert_eq!(requests.len(), 1);
        assert_eq!(
            answers(&summaries[0]),
            [
                ("Mayor Anna Weber has opened the new bridge over the Lahr.", Origin::Written, vec![(0, 0), (0, 1)]),
                ("It cost the state 8 million euros.", Origin::Written, vec![(2, 0)]),
            ]
        );
        let writing = Writing { supported: 2, ..Writing::default() };
        assert_eq!(summaries[0].writing, Some(writing));
    }

    #[test]
    fn what_the_article_does_not_bear_out_is_replaced_flagged_or_dropped() {
        let bridge = bridge();
        let quoted = bridge.sentence(2, 0).unwrap().1.english.clone();
        let wrong = "The state pays 80 million euros.";
        for (what, sentence) in [
            ("a number", wrong),
            ("a name", "The state of Hesse pays the euros."),
            ("a day", "On Friday the state pays the euros."),
            ("speech", "“We never wanted this bridge”, the state said of the million euros it pays."),
        ] {
            let answer = format!("Mayor Anna Weber opened the bridge. {sentence}");
            for on_unsupported in OnUnsupported::ALL {
                let options = Options { on_unsupported, ..Options::default() };
                let (summaries, _) = written(&[&bridge], 1000, &options, |_| answer.clone());
                let found = answers(&summaries[0]);
                let writing = summaries[0].writing.unwrap();
                assert_eq!(found[0].1, Origin::Written, "{what}");
                match on_unsupported {
                    OnUnsupported::Replace => {
                        assert_eq!((found[1].0, found[1].1), (quoted.as_str(), Origin::Replacement), "{what}");
                        assert_eq!(writing.replaced, 1);
                    }
                    OnUnsupported::Flag => {
                        assert_eq!((found[1].0, found[1].1), (sentence, Origin::Unsupported), "{what}");
                        assert_eq!(writing.flagged, 1);
                    }
                    OnUnsupported::Drop => assert_eq!((found.len(), writing.dropped), (1, 1), "{what}"),
                }
            }
        }
    }

    #[test]
    fn what_is_not_borne_out_is_written_again_from_its_passage_before_it_is_replaced() {
        let bridge = bridge();
        let article = bridge.pairs().count();
        assert_eq!(article, 3);
        let first = "Mayor Anna Weber opened the bridge. The state pays 80 million euros.";
        let again = |text: &str| {
            // The passage is the sentence that the claim is nearest to, and its neighbours.
            let whole = text.contains("concrete");
            assert!(whole || text.contains("8 million euros") && !text.contains("mayor"), "{text}");
            if whole { first.to_owned() } else { "The state pays 8 million euros for it.".to_owned() }
        };
        for (repair, expected) in [(true, Origin::Written), (false, Origin::Replacement)] {
            let options = Options { repair, ..Options::default() };
            let (summaries, requests) = written(&[&bridge], 1000, &options, again);
            assert_eq!(requests.len(), if repair { 2 } else { 1 });
            let writing = summaries[0].writing.unwrap();
            assert_eq!((writing.rewritten, writing.replaced), if repair { (1, 0) } else { (0, 1) });
            assert_eq!(summaries[0].points[1].origin(), expected);
            assert_eq!(summaries[0].points[1].evidence(), [SentenceRef { paragraph: 2, sentence: 0 }]);
        }
        // What is wrong again is replaced, and a sentence that is there already is not shown twice.
        for again in ["The state pays 90 million euros.", "Mayor Anna Weber opened the bridge."] {
            let answer = |text: &str| if text.contains("concrete") { first.to_owned() } else { again.to_owned() };
            let (summaries, _) = written(&[&bridge], 1000, &Options::default(), answer);
            let writing = summaries[0].writing.unwrap();
            assert_eq!((writing.supported, writing.rewritten, writing.replaced), (1, 0, 1), "{again}");
        }
    }

    #[test]
    fn a_writer_that_follows_instructions_is_told_how_long_and_its_chatter_is_not_shown() {
        let bridge = bridge();
        let seen = RefCell::new(Vec::new());
        let write = |requests: &[Request]| -> Result<Vec<String>, Infallible> {
            seen.borrow_mut().extend(requests.to_vec());
            let answer = "Here is a summary in one sentence:\n\n**Mayor Anna Weber opened the bridge.** Let me know if you need more!";
            Ok(requests.iter().map(|_| answer.to_owned()).collect())
        };
        let count = |text: &str| words(text).count();
        let writer = Writer {
            reads: 130,
            shortest: 0,
            longest: 1000,
            instructed: true,
            count: &count,
            write: &write,
            encode: None,
        };
        let options = Options { length: Length::Sentences(2), ..Options::default() };
        let text: String = (0..40).map(|number| format!("The village number{number} built a bridge. ")).collect();
        let long = translation(None, &[(BODY, &text)]);
        let summaries = summarize(&[&bridge, &long], &writer, &options).unwrap();
        assert_eq!(
            answers(&summaries[0]),
            [("Mayor Anna Weber opened the bridge.", Origin::Written, vec![(0, 0), (0, 1)])]
        );
        let requests = seen.into_inner();
        assert!(requests[0].text.starts_with("Summarise the following news article in at most 2 sentences"));
        assert!(requests[0].text.contains("8 million euros"));
        // What it is told counts as read.
        assert!(requests.iter().all(|request| words(&request.text).count() <= 130));
        assert!(requests[1].text.contains("part of a longer news article"));
    }

    #[test]
    fn an_article_of_which_nothing_can_stay_is_quoted() {
        let bridge = bridge();
        for answer in ["", "Cats purr 99 times.", "no end and no sense", "The bridge is"] {
            for on_unsupported in OnUnsupported::ALL {
                let options = Options { on_unsupported, ..Options::default() };
                let (summaries, _) = written(&[&bridge], 1000, &options, |_| answer.into());
                assert!(!summaries[0].points.is_empty(), "{answer:?}");
                assert!(summaries[0].points.iter().all(|point| point.origin() != Origin::Written), "{answer:?}");
            }
        }
    }

    #[test]
    fn a_sentence_that_was_cut_is_not_shown_and_none_is_shown_twice() {
        let bridge = bridge();
        let answer = "The bridge is finished. The bridge is finished. The state pays 8 million";
        let (summaries, _) = written(&[&bridge], 1000, &Options::default(), |_| answer.into());
        let found: Vec<_> = answers(&summaries[0]).into_iter().map(|(english, ..)| english).collect();
        assert_eq!(found, ["The bridge is finished."]);
    }

    #[test]
    fn a_long_article_is_read_in_parts_that_lose_nothing() {
        let sentence = |number: usize| format!("The council of village number{number} built a bridge of stone.");
        let paragraphs: Vec<String> =
            (0..40).map(|number| format!("{} {}", sentence(2 * number), sentence(2 * number + 1))).collect();
        let long: Vec<_> = paragraphs.iter().map(|text| (BODY, text.as_str())).collect();
        let long = translation(None, &long);
        let first = |text: &str| english::sentences(text).first().map(|range| text[range.clone()].to_owned());
        for reads in [60, 200, 2000] {
            let (summaries, requests) =
                written(&[&long, &bridge()], reads, &Options::default(), |text| first(text).unwrap_or_default());
            let all: String = requests.iter().map(|request| request.text.as_str()).collect();
            assert!((0..80).all(|number| all.contains(&sentence(number))), "{reads}");
            assert!(requests.iter().all(|request| words(&request.text).count() <= reads), "{reads}");
            assert_eq!(summaries[0].writing.unwrap().in_parts, usize::from(reads < 2000), "{reads}");
            assert_eq!(summaries[1].writing.unwrap().in_parts, 0);
            assert!(!summaries[0].points.is_empty());
        }
    }

    #[test]
    fn lengths_fit_the_article_and_what_was_asked() {
        let short = "The bridge is finished. It cost the town a lot of money. Nobody is sorry. Some are. All walk.";
        let short = translation(None, &[(BODY, short)]);
        let text: String = (0..300).map(|number| format!("The village number{number} built a bridge. ")).collect();
        let long = translation(None, &[(BODY, &text)]);
        for (length, wanted) in [
            (Length::Sentences(1), 42),
            (Length::Sentences(3), 98),
            (Length::Words(20), 42),
            (Length::Words(1000), 142),
            (Length::Share(0.01), 40),
        ] {
            let options = Options { length, ..Options::default() };
            let (_, requests) = written(&[&short, &long], 10_000, &options, |text| text.into());
            let longest = requests.last().unwrap().longest;
            assert!(longest.abs_diff(wanted) <= STEP, "{length:?} {longest}");
            assert!(requests.iter().all(|request| request.shortest < request.longest));
            // What the checkpoint asks for would be twice the article.
            assert!(requests.len() == 1 || requests[0].shortest <= 4 && requests[0].longest == 24, "{length:?}");
        }
    }

    #[test]
    fn an_article_that_is_short_already_is_quoted_and_the_writer_not_asked() {
        for (text, length) in [
            ("The bridge is finished. It cost the town a lot of money.", Length::Sentences(2)),
            ("The bridge is finished. It cost the town a lot of money.", Length::Words(20)),
            ("The bridge is finished, and it cost the town a lot of money.", Length::Share(0.5)),
        ] {
            let short = translation(None, &[(BODY, text)]);
            let options = Options { length, ..Options::default() };
            let (summaries, requests) = written(&[&short], 1000, &options, |_| "Cats purr.".into());
            assert!(requests.is_empty(), "{text}");
            assert!(summaries[0].points.iter().all(|point| point.origin() == Origin::Quoted), "{text}");
            assert!(!summaries[0].points.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_writer_that_never_shortens_anything_comes_to_an_end() {
        let text: String = (0..400).map(|number| format!("The village number{number} built a bridge. ")).collect();
        let long = translation(None, &[(BODY, &text)]);
        let (summaries, _) = written(&[&long], 50, &Options::default(), |text| text.into());
        assert!(summaries[0].points.len() <= 3);
    }
}
