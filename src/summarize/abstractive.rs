//! Translations → summaries that a model writes in English, each sentence tied to the German and checked against it.
//!
//! The model is a [`Writer`], so this file knows no engine. An article that is longer than the writer reads at once is split
//! at the borders of its paragraphs; the parts are summarised, and then their summaries. The lengths that a checkpoint asks
//! for are scaled to the article, so that a short one is not filled up with invention.
//!
//! Promises: nothing of an article is cut before it is read; a summary consists of whole sentences; every sentence has its
//! evidence; one whose numbers, names or quoted speech are not in the evidence is replaced, marked or dropped, and counted; an
//! article with a sentence that can be quoted gets at least one point. Never trusts the writer.

use super::candidates::Candidates;
use super::evidence::Sources;
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Options {
    /// How long a summary is.
    pub length: Length,
    /// What to do with a sentence that the article does not bear out.
    pub on_unsupported: OnUnsupported,
}

/// A text to be summarised, and how long what is written may be, in the writer's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// English text.
    pub text: String,
    /// Tokens before which the summary may not end.
    pub shortest: usize,
    /// Tokens after which it must.
    pub longest: usize,
}

/// A summary for each request, in their order, or how the model failed.
pub type Write<'a, E> = dyn Fn(&[Request]) -> Result<Vec<String>, E> + 'a;

/// The model that writes; `E` is how it fails.
pub struct Writer<'a, E> {
    /// The most tokens that it reads at once.
    pub reads: usize,
    /// The fewest tokens that its checkpoint asks for.
    pub shortest: usize,
    /// The most tokens that its checkpoint asks for.
    pub longest: usize,
    /// How many tokens a text is.
    pub count: &'a dyn Fn(&str) -> usize,
    /// Writes.
    pub write: &'a Write<'a, E>,
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
            text.take(written.by_ref().take(end - start).collect());
            start = end;
        }
    }
    Ok(translations.iter().zip(texts).map(|(translation, text)| checked(translation, &text, options)).collect())
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
        let parts = parts(&self.paragraphs, writer);
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
            let longest = longest.min(largest).min(writer.longest).max(ROOM.min(writer.longest));
            let shortest = writer.shortest.min((tokens * LARGEST_DEMAND) as usize).min(longest / 2);
            // In steps, since texts of the same lengths can be written together.
            let longest = longest.next_multiple_of(STEP).min(writer.longest);
            let shortest = shortest - shortest % STEP;
            Request { text, shortest, longest }
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

/// `paragraphs` as texts of about the same length that the writer can read. Borders are those of paragraphs, and of sentences
/// only in a paragraph that is too long by itself.
fn parts<E>(paragraphs: &[String], writer: &Writer<'_, E>) -> Vec<String> {
    let reads = writer.reads.max(1);
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

/// The summary that `text` has become, each sentence with its evidence, within the length.
fn checked(translation: &Translation, text: &Text, options: &Options) -> Summary {
    if text.quoted {
        return quoted(translation, options, Writing::default());
    }
    let candidates = Candidates::of(translation);
    let sources = Sources::of(translation);
    let mut budget = options.length.budget(candidates.sentences);
    let mut writing = Writing { in_parts: usize::from(text.in_parts), ..Writing::default() };
    let mut points: Vec<Point> = Vec::new();
    let mut after: Option<SentenceRef> = None;
    let written = text.paragraphs.iter().flat_map(|paragraph| whole_sentences(paragraph));
    for sentence in written {
        if !budget.is_open() || !points.is_empty() && !budget.has_room_for(sentence) {
            break;
        }
        let evidence = sources.evidence(sentence, after);
        let supported = !evidence.places.is_empty() && evidence.missing.is_empty();
        let point = if supported {
            writing.supported += 1;
            Point::new(sentence, evidence.places, translation).map(|point| point.from_origin(Origin::Written))
        } else {
            let nearest = evidence.places.first().copied().or(evidence.nearest);
            match options.on_unsupported {
                OnUnsupported::Drop => None,
                OnUnsupported::Flag => nearest.and_then(|nearest| {
                    let places = if evidence.places.is_empty() { vec![nearest] } else { evidence.places };
                    Some(Point::new(sentence, places, translation)?.from_origin(Origin::Unsupported))
                }),
                OnUnsupported::Replace => {
                    let replacement = replacement(&candidates, evidence.nearest, &points);
                    replacement.and_then(|(english, place)| {
                        Some(Point::new(english, vec![place], translation)?.from_origin(Origin::Replacement))
                    })
                }
            }
        };
        match (&point, supported) {
            (_, true) => {}
            (None, _) => writing.dropped += 1,
            (Some(point), _) if point.origin() == Origin::Unsupported => writing.flagged += 1,
            (Some(_), _) => writing.replaced += 1,
        }
        if let Some(point) = point.filter(|point| points.is_empty() || budget.has_room_for(point.english())) {
            budget.take(point.english());
            after = point.evidence().first().copied();
            points.push(point);
        }
    }
    if points.is_empty() {
        // Nothing was written that could stay.
        return quoted(translation, options, writing);
    }
    Summary { points, writing: Some(writing) }
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
        let writer = Writer { reads, shortest: 56, longest: 142, count: &count, write: &write };
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
