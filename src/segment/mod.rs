//! A paragraph of German → the byte ranges of its sentences, clause marks and words; and the little English that
//! summaries need.
//!
//! Ranges refer to the text that was passed: gaps and sentences together are the text, byte for byte. Never panics on any
//! Unicode; takes time linear in the length of the text. Never makes new text, except stems for comparison and compounds
//! in parts; never looks at more than one paragraph.
//!
//! To add an abbreviation, add it to the table in `abbreviations.rs` and a line to the table in `cases.rs`.

mod abbreviations;
#[cfg(test)]
mod cases;
mod clauses;
mod compounds;
mod enclosures;
pub mod english;
mod splitter;
pub mod words;

use crate::document::{ParagraphKind, Spans};

pub use clauses::{ClauseMark, Strength, clauses, split_long};
pub use compounds::with_compounds_in_parts;

/// The sentences of `text`, a paragraph of `kind`. Headings and verbatim text are one sentence; everything else is split.
///
/// Closing quotation marks and brackets belong to their sentence; white space between sentences belongs to none.
pub fn sentences(text: &str, kind: ParagraphKind) -> Spans {
    match kind {
        ParagraphKind::Heading | ParagraphKind::Verbatim => Spans::whole(text),
        ParagraphKind::Body | ParagraphKind::ListItem | ParagraphKind::Quote => {
            // The splitter returns ordered ranges on character boundaries, so the fallback is never used.
            Spans::new(text, splitter::split(text)).unwrap_or_else(|_| Spans::whole(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `text` with `|` after each sentence but the last, as the cases are written.
    fn marked(text: &str, kind: ParagraphKind) -> String {
        let spans = sentences(text, kind);
        let mut marked = String::new();
        let mut gaps = spans.gaps(text);
        marked.push_str(gaps.next().unwrap_or_default());
        for (index, (sentence, gap)) in spans.sentences(text).zip(gaps).enumerate() {
            marked.push_str(sentence);
            marked.push_str(if index + 1 < spans.len() { "|" } else { "" });
            marked.push_str(gap);
        }
        marked
    }

    #[test]
    fn every_trap_is_split_where_it_is_marked() {
        assert!(cases::BODY.len() >= 150, "{} cases", cases::BODY.len());
        let wrong: Vec<_> = cases::BODY
            .iter()
            .map(|case| (case.to_string(), marked(&case.replace('|', ""), ParagraphKind::Body)))
            .filter(|(case, found)| case != found)
            .map(|(case, found)| format!("wanted {case}\n found {found}"))
            .collect();
        assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases::BODY.len(), wrong.join("\n"));
    }

    #[test]
    fn quotes_and_list_items_are_split_like_running_text() {
        for kind in [ParagraphKind::Quote, ParagraphKind::ListItem] {
            assert_eq!(marked("Er kam. Sie ging.", kind), "Er kam.| Sie ging.", "{kind}");
        }
    }

    #[test]
    fn headings_and_verbatim_text_are_one_sentence() {
        for kind in [ParagraphKind::Heading, ParagraphKind::Verbatim] {
            assert_eq!(marked(" Er kam. Sie ging! ", kind), " Er kam. Sie ging! ", "{kind}");
        }
    }

    #[test]
    fn no_text_has_no_sentence() {
        for text in ["", " ", "\u{a0}\n"] {
            assert!(sentences(text, ParagraphKind::Body).is_empty());
        }
    }

    #[test]
    fn long_runs_of_marks_take_linear_time() {
        for piece in [".", "a.", "(", "„", "z. B. ", ". (", "„a.“", "! ", "“ \"", "A"] {
            let text = piece.repeat(200_000 / piece.len());
            assert!(!sentences(&text, ParagraphKind::Body).is_empty(), "{piece}");
        }
    }

    /// Text dense in what the splitter looks at.
    fn thorny() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                ".", "!", "?", "‽", "…", "...", "!?", " ", " ", " ", "„", "“", "\"", "»", "«", "‚", "‘", "'", "(", ")",
                "[1]", "–", ",", ":", ";", "z. B.", "usw.", "u.a.", "Dr.", "3.", "2023.", "XIV.", "12.03.", "Der",
                "Haus", "gut", "die", "é", "ß", "\u{301}", "\u{a0}", "\n", "www.a.de", "名", "🙂",
            ])
            .prop_map(str::to_owned),
            "\\PC{0,3}",
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn gaps_hold_only_white_space_and_nothing_is_lost(text in prop_oneof![thorny(), any::<String>()]) {
            for kind in ParagraphKind::ALL {
                let spans = sentences(&text, kind);
                let mut rebuilt = String::new();
                let mut found = spans.sentences(&text);
                for gap in spans.gaps(&text) {
                    prop_assert!(gap.trim().is_empty(), "{gap:?}");
                    rebuilt.push_str(gap);
                    if let Some(sentence) = found.next() {
                        prop_assert_eq!(sentence.trim(), sentence);
                        rebuilt.push_str(sentence);
                    }
                }
                prop_assert_eq!(&rebuilt, &text);
            }
        }
    }
}
