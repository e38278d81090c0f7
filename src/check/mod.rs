//! A German sentence and its English → what may be wrong with the English, each finding with its reason.
//!
//! Promises: a finding is made from the pair alone, so it does not depend on the sentences around it; no pair of texts can
//! make a check panic or take more than quadratic time in one sentence. Never changes a text, never decodes. A check sees
//! symptoms: a translation without findings may be wrong, one with findings may be right. How often either happens is
//! measured in benches/RESULTS.md.
//!
//! To add a check: write one file with a [`Check`] const, name it in [`CHECKS`], give it a [`Flag`], and add good and
//! bad pairs to `tests/check/pairs.tsv`.

mod confidence;
mod copies;
mod dropped;
mod letters;
mod limits;
mod loops;
mod names;
mod negation;
mod numbers;
mod ordinary;
mod places;
mod quantities;
mod terms;
mod units;
mod untranslated;

use std::fmt;

use crate::document::{Flag, Note};
use crate::glossary::Hit;

pub use copies::literals;
pub use quantities::{Figures, Number, anglicised, numbers};
pub use untranslated::is_copy;

/// Every check, in the order of its flag.
pub const CHECKS: &[Check] = &[
    limits::LENGTH_LIMIT,
    limits::UNKNOWN_TOKEN,
    loops::CHECK,
    dropped::CHECK,
    untranslated::CHECK,
    numbers::CHECK,
    units::CHECK,
    names::CHECK,
    copies::CHECK,
    terms::CHECK,
    negation::CHECK,
    confidence::CHECK,
];

/// A sentence, its translation, and what the search told about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pair<'a> {
    /// The German sentence.
    pub german: &'a str,
    /// Its English.
    pub english: &'a str,
    /// Mean log-probability of a token; `None` where nothing was decoded.
    pub score: Option<f32>,
    /// True if the search ended at its length limit.
    pub cut: bool,
    /// True if the German holds something that the model has no token for.
    pub unknown: bool,
    /// The terms of the user's glossary that are in the German.
    pub terms: &'a [Hit<'a>],
}

/// What may mend a sentence that fails a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Repair {
    /// Nothing that could be done here.
    None,
    /// Search again, with more hypotheses.
    Search,
    /// Search again, with no phrase allowed twice.
    NoRepeat,
    /// Translate it in smaller pieces, cut at clause marks.
    Pieces,
    /// Translate it with placeholders for what must come out as it is told.
    Mask,
}

/// One kind of doubt.
pub struct Check {
    /// The flag that it raises, which has its name too.
    pub flag: Flag,
    /// What it sees.
    pub sees: &'static str,
    /// Why that matters, or why it is a sign of something wrong.
    pub why: &'static str,
    /// What may mend it.
    pub repair: Repair,
    /// The reason to raise the flag, in a few words (empty where the flag says it all); `None` if there is none.
    pub find: fn(&Pair<'_>) -> Option<String>,
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Check").field(&self.flag.name()).finish()
    }
}

/// What one check found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub check: &'static Check,
    /// What it found, in a few words; empty where the flag says it all.
    pub reason: String,
}

impl From<Finding> for Note {
    fn from(finding: Finding) -> Self {
        Self { flag: finding.check.flag, reason: (!finding.reason.is_empty()).then_some(finding.reason) }
    }
}

/// Everything that the checks find in `pair`, in the order of [`CHECKS`].
pub fn findings(pair: &Pair<'_>) -> Vec<Finding> {
    CHECKS.iter().filter_map(|check| Some(Finding { check, reason: (check.find)(pair)? })).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_check_has_a_flag_of_its_own_and_says_what_it_is_for() {
        let flags: Vec<Flag> = CHECKS.iter().map(|check| check.flag).collect();
        assert!(flags.is_sorted() && flags.windows(2).all(|pair| pair[0] != pair[1]), "{flags:?}");
        let doubts: Vec<Flag> =
            Flag::ALL.into_iter().filter(|flag| flag.is_doubt() && *flag != Flag::Foreign).collect();
        assert_eq!(flags, doubts);
        assert!(CHECKS.iter().all(|check| !check.sees.is_empty() && !check.why.is_empty()));
    }

    #[test]
    fn an_unlikely_translation_is_marked_and_a_likely_one_is_not() {
        let pair = Pair { german: "Er kam.", english: "He came.", ..Pair::default() };
        for (score, marked) in [(Some(-2.0), true), (Some(-0.2), false), (None, false)] {
            assert_eq!(findings(&Pair { score, ..pair }).len(), usize::from(marked), "{score:?}");
        }
    }

    /// Text that is dense in what the checks look at.
    fn thorny() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "1.240",
                "12,5",
                "3.10.1990",
                "19:30",
                "99999999999999999999",
                " ",
                " ",
                "Mio.",
                "Uhr",
                "million",
                "pm",
                "zwölf",
                "einundzwanzig",
                "tausend",
                "hundertund",
                "and",
                "half",
                "„",
                "“",
                "(",
                ")",
                "`",
                "#a",
                "@b.de",
                "www.",
                "{",
                "}",
                "Herr",
                "Angela",
                "EU",
                "USA-",
                "München",
                "Köln",
                "nicht",
                "ß",
                "İ",
                "\u{301}",
                "名",
                "'",
            ])
            .prop_map(str::to_owned),
            "\\PC{0,3}",
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_pair_makes_a_check_panic(german in thorny(), english in thorny()) {
            findings(&Pair { german: &german, english: &english, ..Pair::default() });
            if let Some(rewritten) = anglicised(&german, &english) {
                prop_assert_eq!(rewritten.chars().count(), english.chars().count());
            }
            is_copy(&german, &english);
        }
    }
}
