//! The summary methods that quote, as a table.

use super::candidates::QuoteCandidates;
use super::length::Length;
use super::{centrality, centroid, lead};
use crate::document::{Summary, Translation};

/// What a summary method chooses sentences by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// By where the sentences stand in the article.
    Position,
    /// By what the sentences say. Such a method also takes at most one of several sentences that say the same.
    Content,
}

/// A way to summarise one article.
#[derive(Clone, Copy, Debug)]
pub struct SummaryMethod {
    /// The name of the summary method on the command line.
    pub name: &'static str,
    /// One line about the summary method for the help text.
    pub about: &'static str,
    /// What the method chooses sentences by.
    pub basis: Basis,
    /// Makes the summary of an article from these candidates.
    quote: fn(&Translation, QuoteCandidates<'_>, &Length) -> Summary,
}

impl SummaryMethod {
    /// The summary of an article.
    pub fn summarize(&self, translation: &Translation, length: &Length) -> Summary {
        (self.quote)(translation, QuoteCandidates::in_translation(translation), length)
    }

    /// A summary of what the article says on one subject: only sentences for which `is_on_subject(german, english)` holds.
    pub fn summarize_subject(
        &self,
        translation: &Translation,
        length: &Length,
        is_on_subject: &dyn Fn(&str, &str) -> bool,
    ) -> Summary {
        (self.quote)(translation, QuoteCandidates::on_subject(translation, is_on_subject), length)
    }
}

/// Every summary method that quotes; the first is the default.
pub const METHODS: &[SummaryMethod] = &[
    SummaryMethod {
        name: "centrality",
        about: "the sentences that most others resemble, without repeating each other (no model)",
        basis: Basis::Content,
        quote: centrality::summarize,
    },
    SummaryMethod {
        name: "centroid",
        about: "the sentences nearest to the article's main words, without repeating each other (no model)",
        basis: Basis::Content,
        quote: centroid::summarize,
    },
    SummaryMethod {
        name: "lead",
        about: "the first sentences of the article (no model)",
        basis: Basis::Position,
        quote: lead::summarize,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::fixtures::{BODY, translation};
    use super::*;
    use crate::document::ParagraphKind;
    use crate::segment::words::words;

    const HEADING: ParagraphKind = ParagraphKind::Heading;

    /// The methods that choose by what sentences say.
    fn methods_by_content() -> impl Iterator<Item = &'static SummaryMethod> {
        METHODS.iter().filter(|method| method.basis == Basis::Content)
    }

    /// Where the sentences that `summary` quotes stand, as (paragraph, sentence).
    fn quoted_places(summary: &Summary) -> Vec<(usize, usize)> {
        let evidence = |point: &crate::document::Point| (point.evidence()[0].paragraph, point.evidence()[0].sentence);
        summary.points.iter().map(evidence).collect()
    }

    const NEWS: &[(ParagraphKind, &str)] = &[
        (
            BODY,
            "Die Stadt Ulm baut am Hafen eine neue Brücke für Fußgänger. \
             Der Rat stimmte am Montag mit großer Mehrheit zu.",
        ),
        (HEADING, "Streit um die Kosten"),
        (
            BODY,
            "Die Brücke am Hafen kostet nach Angaben der Stadt vier Millionen Euro. \
             Er habe große Zweifel an dieser Zahl der Stadt, erklärte Kunz. Wer soll das alles am Ende bezahlen?",
        ),
        (
            BODY,
            "Die neue Brücke für Fußgänger verbindet den Hafen mit der Altstadt. \
             Im Sommer sind die Ferien lang und das Wetter ist schön.",
        ),
        (ParagraphKind::Verbatim, "Die Brücke am Hafen der Stadt Ulm ist neu und verbatim."),
    ];

    #[test]
    fn names_are_told_apart_and_the_default_is_first() {
        let mut names: Vec<_> = METHODS.iter().map(|method| method.name).collect();
        assert_eq!(names[0], "centrality");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), METHODS.len());
    }

    #[test]
    fn a_summary_of_one_subject_quotes_only_what_is_said_of_it() {
        let news = translation(Some("Ulm baut eine Brücke am Hafen"), NEWS);
        for method in METHODS {
            let summarize = |word: &str, count| {
                let is_on_subject = |german: &str, _: &str| german.contains(word);
                quoted_places(&method.summarize_subject(&news, &Length::Sentences(count), &is_on_subject))
            };
            assert_eq!(summarize("Rat", 3), [(0, 1)], "{}", method.name);
            // A question is quoted if nothing else is on the subject, and a heading failing that.
            assert_eq!(summarize("bezahlen", 3), [(2, 2)], "{}", method.name);
            assert_eq!(summarize("Streit", 3), [(1, 0)], "{}", method.name);
            assert_eq!(summarize("Gemüse", 3), [], "{}", method.name);
            assert_eq!(summarize("Brücke", 2).len(), 2, "{}", method.name);
        }
    }

    #[test]
    fn a_number_of_words_is_kept_in_whole_sentences() {
        let news = translation(Some("Ulm baut eine Brücke am Hafen"), NEWS);
        for method in METHODS {
            for wanted in [1, 10, 14, 25, 40, 1000] {
                let summary = method.summarize(&news, &Length::Words(wanted));
                let found: usize = summary.points.iter().map(|point| words(point.english()).count()).sum();
                assert!(found <= wanted || summary.points.len() == 1, "{} {wanted} {found}", method.name);
                assert!(!summary.points.is_empty());
            }
            assert_eq!(method.summarize(&news, &Length::Words(1000)).points.len(), 6, "{}", method.name);
            assert!(method.summarize(&news, &Length::Words(28)).points.len() >= 2, "{}", method.name);
        }
    }

    #[test]
    fn points_stand_in_the_order_of_the_article_with_their_evidence() {
        let news = translation(Some("Ulm baut eine Brücke am Hafen"), NEWS);
        for method in METHODS {
            for length in [Length::Sentences(1), Length::Sentences(3), Length::Share(0.5), Length::Share(1.0)] {
                let summary = method.summarize(&news, &length);
                let places = quoted_places(&summary);
                assert!(places.is_sorted() && !places.is_empty(), "{} {places:?}", method.name);
                for point in &summary.points {
                    assert_eq!(point.english(), format!("EN {}", point.german(&news)), "{}", method.name);
                }
                // Seven sentences of running text, one of them a question: it is not quoted.
                let wanted = match length {
                    Length::Sentences(wanted) => wanted,
                    Length::Share(share) if share < 1.0 => 4,
                    _ => 6,
                };
                assert_eq!(places.len(), wanted, "{} {length:?}", method.name);
                assert!(!places.contains(&(2, 2)) && !places.contains(&(1, 0)) && !places.contains(&(4, 0)));
            }
        }
    }

    #[test]
    fn what_an_article_is_about_is_quoted_and_asides_are_not() {
        let news = translation(Some("Ulm baut eine Brücke am Hafen"), NEWS);
        for method in methods_by_content() {
            let places = quoted_places(&method.summarize(&news, &Length::Sentences(3)));
            assert!(places.contains(&(0, 0)), "{} {places:?}", method.name);
            assert!(!places.contains(&(3, 1)) && !places.contains(&(2, 1)), "{} {places:?}", method.name);
        }
    }

    #[test]
    fn the_same_sentence_is_never_quoted_twice() {
        let sentence = "Die Stadt Ulm baut am Hafen eine neue Brücke.";
        let almost = "Am Hafen baut die Stadt Ulm eine neue Brücke.";
        let other = "Der Haushalt wird im Herbst vom Rat beraten.";
        let stop_words = "Das ist es, was wir alle hier so sehr wollen.";
        let twice =
            [(BODY, sentence), (BODY, other), (BODY, stop_words), (BODY, sentence), (BODY, stop_words), (BODY, almost)];
        let news = translation(None, &twice);
        for method in METHODS {
            let summary = method.summarize(&news, &Length::Sentences(6));
            let quoted: BTreeSet<String> = summary.points.iter().map(|point| point.german(&news)).collect();
            assert_eq!(quoted.len(), summary.points.len(), "{}", method.name);
            if method.basis == Basis::Content {
                assert_eq!(quoted_places(&summary), [(0, 0), (1, 0), (2, 0)], "{}", method.name);
            } else {
                assert_eq!(
                    quoted,
                    BTreeSet::from([sentence, other, stop_words, almost].map(str::to_owned)),
                    "{}",
                    method.name
                );
            }
        }
    }

    #[test]
    fn of_sentences_that_are_equally_good_the_earlier_is_quoted() {
        let unlike = [
            (BODY, "Nordwind treibt Segelboote morgens weit Richtung Küste."),
            (BODY, "Köche braten Zwiebeln abends goldbraun über Holzkohle."),
            (BODY, "Lehrer prüfen Schulhefte mittags gründlich gegen Tintenkleckse."),
        ];
        for method in methods_by_content() {
            let summary = method.summarize(&translation(None, &unlike), &Length::Sentences(1));
            assert_eq!(quoted_places(&summary), [(0, 0)], "{}", method.name);
        }
    }

    #[test]
    fn every_article_with_something_to_quote_gets_a_point() {
        for (what, paragraphs, wanted) in [
            ("one sentence", vec![(BODY, "Die Stadt Ulm baut eine neue Brücke.")], vec![(0, 0)]),
            ("one short sentence", vec![(BODY, "Es brennt.")], vec![(0, 0)]),
            (
                "one question",
                vec![(HEADING, "Brücke"), (BODY, "Wer bezahlt denn eigentlich die neue Brücke?")],
                vec![(1, 0)],
            ),
            ("headings only", vec![(HEADING, "Ulm baut"), (HEADING, "Der Rat streitet")], vec![(0, 0), (1, 0)]),
            ("no translation", vec![(BODY, "Die Stadt Ulm bleibt heute unübersetzt."), (HEADING, "Ulm")], vec![(1, 0)]),
            ("nothing to quote", vec![(ParagraphKind::Verbatim, "a = 1"), (BODY, "***")], vec![]),
        ] {
            for method in METHODS {
                let summary = method.summarize(&translation(None, &paragraphs), &Length::default());
                assert_eq!(quoted_places(&summary), wanted, "{what}, {}", method.name);
            }
        }
    }

    #[test]
    fn a_huge_article_is_summarised_from_its_strongest_sentences() {
        let text: String =
            (0..3000).map(|number| format!("Die Stadt Nummer{number} baut bald eine Brücke{}. ", number % 7)).collect();
        let huge = translation(None, &[(BODY, &text)]);
        for method in METHODS {
            let summary = method.summarize(&huge, &Length::Sentences(4));
            assert_eq!(summary.points.len(), 4, "{}", method.name);
        }
    }
}
