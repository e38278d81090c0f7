//! Translations → summaries that a model writes, each sentence tied to the German and checked against it.
//!
//! The model is a [`Writer`], so this room knows no generator. It writes English from the translation, or German from the article,
//! which is then translated. `writing.rs` has it read articles, long ones in parts; `evidence.rs` finds what supports a sentence;
//! `rewriting.rs` has unsupported sentences written once more; `draft.rs` decides what stays.
//!
//! Promises: every sentence of a summary has its evidence; a sentence whose numbers, names or quoted speech are not in the
//! evidence, in either language, is rewritten from the passage it is about, and if that does not help replaced, marked or dropped,
//! and counted; an article with a sentence that can be quoted gets at least one point. Never trusts the writer.

mod answer;
mod claims;
mod draft;
mod evidence;
mod instruction;
mod language;
mod options;
mod parts;
mod requests;
mod rewriting;
mod similarity;
mod understanding;
mod writer;
mod writing;
mod written_sentence;

use crate::document::{Summary, Translation};

use draft::SummaryDraft;
pub use language::SummaryLanguage;
pub use options::{OnUnsupported, WritingOptions};
pub use requests::{RequiredContext, required_context};
use rewriting::rewrite_unsupported;
use understanding::{understand, understand_articles};
pub use writer::{Request, Writer, WriterLimits};

/// The summaries of `translations`, in their order.
///
/// # Errors
/// Those of the writer of summaries.
pub fn summarize<W: Writer>(
    translations: &[&Translation],
    writer: &W,
    options: &WritingOptions,
) -> Result<Vec<Summary>, W::Error> {
    let written_texts = writing::write_summaries(translations, writer, options)?;
    let mut drafts: Vec<SummaryDraft<'_>> = translations
        .iter()
        .zip(&written_texts)
        .map(|(translation, text)| SummaryDraft::new(translation, text.as_ref(), options))
        .collect();
    understand(drafts.iter_mut().flat_map(|draft| &mut draft.sentences), writer, options.language)?;
    understand_articles(&mut drafts, writer)?;
    drafts.iter_mut().for_each(SummaryDraft::find_evidence);
    if options.repair {
        rewrite_unsupported(&mut drafts, writer, options)?;
    }
    Ok(drafts.iter().map(|draft| draft.summary(options)).collect())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::convert::Infallible;

    use super::requests::STEP;
    use super::*;
    use crate::document::{
        Flag, Language, Note, Point, PointOrigin, Sentence, SentenceRef, TranslatedParagraph, TranslatedText,
        WritingCounts,
    };
    use crate::segment::english;
    use crate::segment::words::words;
    use crate::summarize::fixtures::{BODY, translation};
    use crate::summarize::length::Length;

    /// A writer that counts words as tokens, says what `answer` does, translates as `english` does, and keeps its requests.
    struct TestWriter<'a> {
        limits: WriterLimits,
        follows_instructions: bool,
        answer: &'a dyn Fn(&str) -> String,
        english: &'a dyn Fn(&str) -> String,
        requests: RefCell<Vec<Request>>,
    }

    impl Writer for TestWriter<'_> {
        type Error = Infallible;

        fn limits(&self) -> WriterLimits {
            self.limits
        }

        fn follows_instructions(&self) -> bool {
            self.follows_instructions
        }

        fn count_tokens(&self, text: &str) -> usize {
            words(text).count()
        }

        fn write(&self, requests: &[Request]) -> Result<Vec<String>, Infallible> {
            self.requests.borrow_mut().extend(requests.to_vec());
            Ok(requests.iter().map(|request| (self.answer)(&request.text)).collect())
        }

        fn sentence_vectors(&self, _: &[&str]) -> Result<Option<Vec<Vec<f32>>>, Infallible> {
            Ok(None)
        }

        fn translate(&self, texts: &[&str]) -> Result<Vec<TranslatedText>, Infallible> {
            let notes = || vec![Note::from(Flag::LowConfidence)];
            Ok(texts.iter().map(|text| TranslatedText { english: (self.english)(text), notes: notes() }).collect())
        }
    }

    fn no_translation(_: &str) -> String {
        unreachable!("what is written in English needs no translation")
    }

    /// The summaries by a writer that reads `context` tokens and says what `answer` does, and the requests it got.
    fn written(
        translations: &[&Translation],
        context: usize,
        options: &WritingOptions,
        answer: impl Fn(&str) -> String,
    ) -> (Vec<Summary>, Vec<Request>) {
        let writer = TestWriter {
            limits: WriterLimits { context, min_tokens: 56, max_tokens: 142 },
            follows_instructions: false,
            answer: &answer,
            english: &no_translation,
            requests: RefCell::default(),
        };
        let summaries = summarize(translations, &writer, options).unwrap();
        (summaries, writer.requests.into_inner())
    }

    fn bridge_article() -> Translation {
        translation(
            Some("Brücke fertig"),
            &[
                (BODY, "The new bridge over the Lahr is finished. Mayor Anna Weber opened it on Monday."),
                (BODY, "The old bridge was closed because its concrete had cracks. Pupils came late to school."),
                (BODY, "The state pays 8 million euros. “We have waited so long for this day”, said Weber."),
            ],
        )
    }

    /// The English of a point, its origin, and the addresses of its evidence.
    type PointParts<'a> = (&'a str, PointOrigin, Vec<(usize, usize)>);

    fn points_of(summary: &Summary) -> Vec<PointParts<'_>> {
        let addresses = |point: &Point| point.evidence().iter().map(|at| (at.paragraph, at.sentence)).collect();
        summary.points.iter().map(|point| (point.english(), point.origin(), addresses(point))).collect()
    }

    #[test]
    fn every_sentence_has_its_evidence() {
        let bridge = bridge_article();
        let answer = "Mayor Anna Weber has opened the new bridge over the Lahr. It cost the state 8 million euros.";
        let (summaries, requests) = written(&[&bridge], 1000, &WritingOptions::default(), |_| answer.into());
        assert_eq!(requests.len(), 1);
        assert_eq!(
            points_of(&summaries[0]),
            [
                (
                    "Mayor Anna Weber has opened the new bridge over the Lahr.",
                    PointOrigin::Written,
                    vec![(0, 0), (0, 1)]
                ),
                ("It cost the state 8 million euros.", PointOrigin::Written, vec![(2, 0)]),
            ]
        );
        let writing = WritingCounts { supported: 2, ..WritingCounts::default() };
        assert_eq!(summaries[0].writing, Some(writing));
    }

    #[test]
    fn an_unsupported_sentence_is_replaced_flagged_or_dropped() {
        let bridge = bridge_article();
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
                let options = WritingOptions { on_unsupported, ..WritingOptions::default() };
                let (summaries, _) = written(&[&bridge], 1000, &options, |_| answer.clone());
                let found = points_of(&summaries[0]);
                let writing = summaries[0].writing.unwrap();
                assert_eq!(found[0].1, PointOrigin::Written, "{what}");
                match on_unsupported {
                    OnUnsupported::Replace => {
                        assert_eq!((found[1].0, found[1].1), (quoted.as_str(), PointOrigin::Replacement), "{what}");
                        assert_eq!(writing.replaced, 1);
                    }
                    OnUnsupported::Flag => {
                        assert_eq!((found[1].0, found[1].1), (sentence, PointOrigin::Unsupported), "{what}");
                        assert_eq!(writing.flagged, 1);
                    }
                    OnUnsupported::Drop => assert_eq!((found.len(), writing.dropped), (1, 1), "{what}"),
                }
            }
        }
    }

    #[test]
    fn an_unsupported_sentence_is_rewritten_from_its_passage_before_it_is_replaced() {
        let bridge = bridge_article();
        let article = bridge.pairs().count();
        assert_eq!(article, 3);
        let first = "Mayor Anna Weber opened the bridge. The state pays 80 million euros.";
        let again = |text: &str| {
            // The passage is the sentence that the claim is nearest to, and its neighbours.
            let whole = text.contains("concrete");
            assert!(whole || text.contains("8 million euros") && !text.contains("mayor"), "{text}");
            if whole { first.to_owned() } else { "The state pays 8 million euros for it.".to_owned() }
        };
        for (repair, expected) in [(true, PointOrigin::Written), (false, PointOrigin::Replacement)] {
            let options = WritingOptions { repair, ..WritingOptions::default() };
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
            let (summaries, _) = written(&[&bridge], 1000, &WritingOptions::default(), answer);
            let writing = summaries[0].writing.unwrap();
            assert_eq!((writing.supported, writing.rewritten, writing.replaced), (1, 0, 1), "{again}");
        }
    }

    #[test]
    fn a_writer_that_follows_instructions_is_told_how_long_and_its_chatter_is_not_shown() {
        let bridge = bridge_article();
        let answer = |_: &str| {
            "Here is a summary in one sentence:\n\n**Mayor Anna Weber opened the bridge.** Let me know if you need more!"
                .to_owned()
        };
        let writer = TestWriter {
            limits: WriterLimits { context: 130, min_tokens: 0, max_tokens: 1000 },
            follows_instructions: true,
            answer: &answer,
            english: &no_translation,
            requests: RefCell::default(),
        };
        let options = WritingOptions { length: Length::Sentences(2), ..WritingOptions::default() };
        let text: String = (0..40).map(|number| format!("The village number{number} built a bridge. ")).collect();
        let long = translation(None, &[(BODY, &text)]);
        let summaries = summarize(&[&bridge, &long], &writer, &options).unwrap();
        assert_eq!(
            points_of(&summaries[0]),
            [("Mayor Anna Weber opened the bridge.", PointOrigin::Written, vec![(0, 0), (0, 1)])]
        );
        let requests = writer.requests.into_inner();
        assert!(requests[0].text.starts_with("Summarise the following news article in at most 2 sentences"));
        assert!(requests[0].text.contains("8 million euros"));
        // What it is told counts as read.
        assert!(requests.iter().all(|request| words(&request.text).count() <= 130));
        assert!(requests[1].text.contains("part of a longer news article"));
    }

    #[test]
    fn an_article_of_which_nothing_can_stay_is_quoted() {
        let bridge = bridge_article();
        for answer in ["", "Cats purr 99 times.", "no end and no sense", "The bridge is"] {
            for on_unsupported in OnUnsupported::ALL {
                let options = WritingOptions { on_unsupported, ..WritingOptions::default() };
                let (summaries, _) = written(&[&bridge], 1000, &options, |_| answer.into());
                assert!(!summaries[0].points.is_empty(), "{answer:?}");
                assert!(summaries[0].points.iter().all(|point| point.origin() != PointOrigin::Written), "{answer:?}");
            }
        }
    }

    #[test]
    fn a_sentence_that_was_cut_is_not_shown_and_none_is_shown_twice() {
        let bridge = bridge_article();
        let answer = "The bridge is finished. The bridge is finished. The state pays 8 million";
        let (summaries, _) = written(&[&bridge], 1000, &WritingOptions::default(), |_| answer.into());
        let found: Vec<_> = points_of(&summaries[0]).into_iter().map(|(english, ..)| english).collect();
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
                written(&[&long, &bridge_article()], reads, &WritingOptions::default(), |text| {
                    first(text).unwrap_or_default()
                });
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
            let options = WritingOptions { length, ..WritingOptions::default() };
            let (_, requests) = written(&[&short, &long], 10_000, &options, |text| text.into());
            let longest = requests.last().unwrap().max_tokens;
            assert!(longest.abs_diff(wanted) <= STEP, "{length:?} {longest}");
            assert!(requests.iter().all(|request| request.min_tokens < request.max_tokens));
            // What the checkpoint asks for would be twice the article.
            assert!(requests.len() == 1 || requests[0].min_tokens <= 4 && requests[0].max_tokens == 24, "{length:?}");
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
            let options = WritingOptions { length, ..WritingOptions::default() };
            let (summaries, requests) = written(&[&short], 1000, &options, |_| "Cats purr.".into());
            assert!(requests.is_empty(), "{text}");
            assert!(summaries[0].points.iter().all(|point| point.origin() == PointOrigin::Quoted), "{text}");
            assert!(!summaries[0].points.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_writer_that_never_shortens_anything_comes_to_an_end() {
        let text: String = (0..400).map(|number| format!("The village number{number} built a bridge. ")).collect();
        let long = translation(None, &[(BODY, &text)]);
        let (summaries, _) = written(&[&long], 50, &WritingOptions::default(), |text| text.into());
        assert!(summaries[0].points.len() <= 3);
    }

    /// An article in German, with a paragraph in French.
    fn german_article() -> Translation {
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
        let article = german_article();
        let right = "Anna Weber hat die neue Brücke am Montag eröffnet.";
        let opened = ("Anna Weber opened the new bridge on Monday.", PointOrigin::Written, vec![(0, 0), (0, 1)]);
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
            let answer = |_: &str| format!("{right} {sentence}");
            let translated = |text: &str| if text == right { opened.0 } else { english }.to_owned();
            let writer = TestWriter {
                limits: WriterLimits { context: 1000, min_tokens: 0, max_tokens: 142 },
                follows_instructions: true,
                answer: &answer,
                english: &translated,
                requests: RefCell::default(),
            };
            let options =
                WritingOptions { language: SummaryLanguage::German, repair: false, ..WritingOptions::default() };
            let summaries = summarize(&[&article], &writer, &options).unwrap();
            let request = &writer.requests.borrow()[0].text;
            assert!(
                request.starts_with("Fasse ") && request.contains("1.200 Euro") && !request.contains("pont"),
                "{what}"
            );
            assert_eq!(points_of(&summaries[0])[0], opened, "{what}");
            assert_eq!(summaries[0].points[0].written(), Some(right), "{what}");
            let second = &summaries[0].points[1];
            let expected =
                if supported { (PointOrigin::Written, Some(sentence)) } else { (PointOrigin::Replacement, None) };
            assert_eq!((second.origin(), second.written()), expected, "{what}");
        }
    }

    #[test]
    fn what_is_in_another_language_is_not_given_to_the_writer() {
        let (_, requests) = written(
            &[&german_article()],
            1000,
            &WritingOptions { length: Length::Sentences(1), ..WritingOptions::default() },
            |text| text.into(),
        );
        assert!(!requests.is_empty() && requests.iter().all(|request| !request.text.contains("pont")));
    }
}
