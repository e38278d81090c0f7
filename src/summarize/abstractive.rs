//! Translations → summaries that a model writes, each sentence tied to the German and checked against it.
//!
//! The model is a [`Writer`], so this file knows no engine; `writing.rs` has it read articles and write. It writes English from
//! the translation, or German from the article, which is translated then (`wording.rs`).
//!
//! Promises: every sentence of a summary has its evidence; one whose numbers, names or quoted speech are not in the evidence, in
//! either language, is written again from the passage that it rests on, and if that does not help replaced, marked or dropped, and
//! counted; an article with a sentence that can be quoted gets at least one point. Never trusts the writer.

use super::candidates::Candidates;
use super::evidence::{Evidence, Sources, Statement};
use super::writing::{self, Text};
use super::{Length, METHODS};
use crate::document::{Origin, Point, SentenceRef, Summary, Translation, Writing};

pub use super::wording::Wording;
pub use super::writing::{Encode, Request, Translate, Write, Writer, least_reading};

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
    /// The language that the model writes in.
    pub wording: Wording,
    /// What to do with a sentence that the article does not bear out.
    pub on_unsupported: OnUnsupported,
    /// Whether such a sentence is written a second time before that.
    pub repair: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            length: Length::default(),
            wording: Wording::default(),
            on_unsupported: OnUnsupported::default(),
            repair: true,
        }
    }
}

/// The summaries of `translations`, in their order.
///
/// # Errors
/// Whatever the writer reports.
pub fn summarize<E>(
    translations: &[&Translation],
    writer: &Writer<'_, E>,
    options: &Options,
) -> Result<Vec<Summary>, E> {
    let texts = writing::write(translations, writer, options)?.into_iter();
    let mut drafts: Vec<Draft<'_>> =
        translations.iter().zip(texts).map(|(translation, text)| Draft::of(translation, text, options)).collect();
    understand(drafts.iter_mut().flat_map(|draft| &mut draft.sentences), writer, options)?;
    if let Some(encode) = writer.encode {
        learn(&mut drafts, encode)?;
    }
    drafts.iter_mut().for_each(Draft::find_evidence);
    if options.repair {
        rewrite(&mut drafts, writer, options)?;
    }
    Ok(drafts.iter().map(|draft| draft.summary(options)).collect())
}

/// Gives sentences that were written in German their English, and all of them what the writer's encoder makes of them.
fn understand<'a, E>(
    drafted: impl Iterator<Item = &'a mut Drafted>,
    writer: &Writer<'_, E>,
    options: &Options,
) -> Result<(), E> {
    let mut drafted: Vec<&mut Drafted> = drafted.collect();
    let texts: Vec<String> = drafted.iter().map(|drafted| drafted.text().to_owned()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    if texts.is_empty() {
        return Ok(());
    }
    if options.wording == Wording::German {
        for (drafted, english) in drafted.iter_mut().zip((writer.translate)(&texts)?) {
            drafted.english = english;
        }
    }
    if let Some(encode) = writer.encode {
        for (drafted, vector) in drafted.iter_mut().zip(encode(&texts)?) {
            drafted.vector = Some(vector);
        }
    }
    Ok(())
}

/// Gives drafts what `encode` makes of the sentences of their articles.
fn learn<E>(drafts: &mut [Draft<'_>], encode: &Encode<'_, E>) -> Result<(), E> {
    let written = || drafts.iter().filter(|draft| !draft.sentences.is_empty());
    let texts: Vec<&str> = written().flat_map(|draft| draft.sources.texts()).collect();
    let mut vectors = encode(&texts)?.into_iter();
    for draft in drafts.iter_mut().filter(|draft| !draft.sentences.is_empty()) {
        let count = draft.sources.texts().count();
        draft.sources.learn(&vectors.by_ref().take(count).collect::<Vec<_>>());
    }
    Ok(())
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
    /// How it was written, if that was in German.
    german: Option<String>,
    /// What the writer's encoder makes of it.
    vector: Option<Vec<f32>>,
    evidence: Evidence,
    /// Whether it was written a second time.
    rewritten: bool,
}

impl Drafted {
    /// `text` as it was written.
    fn new(text: &str, wording: Wording) -> Self {
        match wording {
            Wording::English => Self { english: text.to_owned(), ..Self::default() },
            Wording::German => Self { german: Some(text.to_owned()), ..Self::default() },
        }
    }

    fn text(&self) -> &str {
        self.german.as_deref().unwrap_or(&self.english)
    }

    fn statement(&self) -> Statement<'_> {
        Statement { english: &self.english, german: self.german.as_deref(), vector: self.vector.as_deref() }
    }

    /// The point that says it.
    fn point(&self, places: Vec<SentenceRef>, translation: &Translation) -> Option<Point> {
        let point = Point::new(&self.english, places, translation)?;
        Some(match &self.german {
            Some(german) => point.written_in_german(german),
            None => point,
        })
    }

    fn is_supported(&self) -> bool {
        !self.evidence.places.is_empty() && self.evidence.missing.is_empty()
    }
}

impl<'text> Draft<'text> {
    fn of(translation: &'text Translation, text: Text, options: &Options) -> Self {
        let wording = options.wording;
        let sources = Sources::of(translation, wording);
        let written = text.paragraphs.iter().filter(|_| !text.quoted);
        let written = written.flat_map(|paragraph| writing::whole_sentences(paragraph, wording));
        let sentences = written.map(|sentence| Drafted::new(sentence, wording)).collect();
        Self { translation, text, sources, sentences }
    }

    /// Looks up what each sentence rests on.
    fn find_evidence(&mut self) {
        let mut after: Option<SentenceRef> = None;
        for drafted in &mut self.sentences {
            drafted.evidence = self.sources.evidence(&drafted.statement(), after);
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
    fn passage(&self, drafted: &Drafted, wording: Wording) -> Option<String> {
        let Evidence { places, nearest, .. } = &drafted.evidence;
        let mut around: Vec<SentenceRef> = Vec::new();
        for place in if places.is_empty() { nearest.as_slice() } else { places } {
            let neighbours = place.sentence.saturating_sub(1)..=place.sentence + 1;
            around.extend(neighbours.map(|sentence| SentenceRef { sentence, ..*place }));
        }
        around.sort_unstable();
        around.dedup();
        let text = |place: &SentenceRef| {
            let (german, translated) = self.translation.sentence(place.paragraph, place.sentence)?;
            wording.text(german, translated).map(str::trim)
        };
        let passage = around.iter().filter_map(text).collect::<Vec<_>>().join(" ");
        (!passage.is_empty()).then_some(passage)
    }

    /// Puts the first of `written` that is borne out and not there yet in the place of the sentence at `place`.
    fn replace(&mut self, place: usize, written: Vec<Drafted>) {
        let after = place.checked_sub(1).and_then(|before| self.sentences[before].evidence.places.first().copied());
        for mut drafted in written {
            drafted.evidence = self.sources.evidence(&drafted.statement(), after);
            if drafted.is_supported() && self.sentences.iter().all(|known| known.text() != drafted.text()) {
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
                let point = drafted.point(evidence.places.clone(), translation);
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
                Some(drafted.point(places, self.translation)?.from_origin(Origin::Unsupported))
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
            let passage = draft.passage(&draft.sentences[place], options.wording);
            let request = passage.and_then(|passage| writing::request_for_passage(passage, writer, options.wording));
            if let Some(request) = request {
                places.push((index, place));
                requests.push(request);
            }
        }
    }
    if requests.is_empty() {
        return Ok(());
    }
    let drafted = |text: String| {
        let text = writing::answer(text, writer, options.wording);
        let sentences = writing::whole_sentences(&text, options.wording).into_iter();
        let drafted = |sentence| Drafted { rewritten: true, ..Drafted::new(sentence, options.wording) };
        sentences.map(drafted).collect()
    };
    let mut written: Vec<Vec<Drafted>> = (writer.write)(&requests)?.into_iter().map(drafted).collect();
    understand(written.iter_mut().flatten(), writer, options)?;
    for ((index, place), written) in places.into_iter().zip(written) {
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
    use super::super::writing::STEP;
    use super::*;
    use crate::document::{Flag, Language, Note, ParagraphKind, Sentence, TranslatedParagraph};
    use crate::segment::english;
    use crate::segment::words::words;

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
        let writer = Writer {
            reads,
            shortest: 56,
            longest: 142,
            instructed: false,
            count: &count,
            write: &write,
            encode: None,
            translate: &|_| unreachable!("what is written in English needs no translation"),
        };
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
            translate: &|_| unreachable!("what is written in English needs no translation"),
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

    /// An article in German, with a paragraph in French.
    fn german() -> Translation {
        let texts = [
            "Die neue Brücke über die Lahr ist fertig. Bürgermeisterin Anna Weber hat sie am Montag eröffnet.",
            "Das Land bezahlt 1.200 Euro für den Umbau der Ampeln. Die alte Brücke wird im Mai abgerissen.",
            "Le pont est ouvert à tous depuis lundi.",
        ];
        let plain = translation(None, &texts.map(|text| (BODY, text)));
        let english = [
            &["The new bridge over the Lahr is finished.", "Mayor Anna Weber opened it on Monday."][..],
            &[
                "The state pays 1,200 euros for the conversion of the lights.",
                "The old bridge will be torn down in May.",
            ],
            &["Le pont est ouvert à tous depuis lundi."],
        ];
        let french = Language { tag: "fr", name: "French" };
        let paragraphs = plain.paragraphs().iter().zip(english).enumerate().map(|(number, (paragraph, english))| {
            let language = if number == 2 { french } else { Language::GERMAN };
            let notes = if number == 2 { vec![Note { flag: Flag::Foreign, reason: None }] } else { Vec::new() };
            let sentence = |english: &&str| Sentence {
                english: (*english).into(),
                language,
                notes: notes.clone(),
                ..Sentence::default()
            };
            TranslatedParagraph::new(paragraph.spans().clone(), english.iter().map(sentence).collect()).unwrap()
        });
        let paragraphs = paragraphs.collect();
        Translation::new(plain.article().clone(), None, paragraphs).unwrap()
    }

    #[test]
    fn what_is_written_in_german_is_checked_in_german_and_in_its_translation() {
        let article = german();
        let right = "Anna Weber hat die neue Brücke am Montag eröffnet.";
        let opened = ("Anna Weber opened the new bridge on Monday.", Origin::Written, vec![(0, 0), (0, 1)]);
        for (what, sentence, english, supported) in [
            (
                "a paraphrase",
                "Das Land zahlt 1.200 Euro für die Ampeln.",
                "The state pays 1,200 euros for the lights.",
                true,
            ),
            (
                "a number",
                "Das Land zahlt 12.000 Euro für die Ampeln.",
                "The state pays 1,200 euros for the lights.",
                false,
            ),
            (
                "a number of the translation",
                "Das Land zahlt 1.200 Euro für die Ampeln.",
                "The state pays 12,000 euros.",
                false,
            ),
            (
                "a name",
                "In Kassel wird die alte Brücke abgerissen.",
                "The old bridge in Kassel will be torn down.",
                false,
            ),
        ] {
            let seen = RefCell::new(Vec::new());
            let write = |requests: &[Request]| -> Result<Vec<String>, Infallible> {
                seen.borrow_mut().extend(requests.to_vec());
                Ok(requests.iter().map(|_| format!("{right} {sentence}")).collect())
            };
            let translate = |texts: &[&str]| -> Result<Vec<String>, Infallible> {
                Ok(texts.iter().map(|text| if *text == right { opened.0 } else { english }.to_owned()).collect())
            };
            let count = |text: &str| words(text).count();
            let writer = Writer {
                reads: 1000,
                shortest: 0,
                longest: 142,
                instructed: true,
                count: &count,
                write: &write,
                encode: None,
                translate: &translate,
            };
            let options = Options { wording: Wording::German, repair: false, ..Options::default() };
            let summaries = summarize(&[&article], &writer, &options).unwrap();
            let request = &seen.borrow()[0].text;
            assert!(
                request.starts_with("Fasse ") && request.contains("1.200 Euro") && !request.contains("pont"),
                "{what}"
            );
            assert_eq!(answers(&summaries[0])[0], opened, "{what}");
            assert_eq!(summaries[0].points[0].written(), Some(right), "{what}");
            let second = &summaries[0].points[1];
            let expected = if supported { (Origin::Written, Some(sentence)) } else { (Origin::Replacement, None) };
            assert_eq!((second.origin(), second.written()), expected, "{what}");
        }
    }

    #[test]
    fn what_is_in_another_language_is_not_given_to_the_writer() {
        let (_, requests) =
            written(&[&german()], 1000, &Options { length: Length::Sentences(1), ..Options::default() }, |text| {
                text.into()
            });
        assert!(!requests.is_empty() && requests.iter().all(|request| !request.text.contains("pont")));
    }
}
