//! A German sentence and its English translation → what may be wrong with the English, each finding with its reason.
//!
//! A finding depends on the pair alone, not on the sentences around it. No pair can make a check panic or take more than
//! quadratic time in the length of the sentence. Checks never change text and never decode. They detect symptoms: a
//! translation without findings may be wrong, one with findings may be right. benches/RESULTS.md has the rates.
//!
//! To add a check, write one file with a [`Check`] const, list it in [`CHECKS`], give it a [`Flag`](crate::document::Flag) that
//! stands where the check stands, add good and bad pairs to `PAIRS` in `tests/check/make.py`, and run that.

mod answer;
mod confidence;
mod context;
mod copies;
mod definition;
mod dropped;
mod left_words;
mod limits;
mod loops;
mod names;
mod negation;
mod non_words;
mod numbers;
mod terms;
mod units;
mod untranslated;

pub use copies::literals;
pub use definition::{Check, CheckFinding, CheckedPair, Repair};
pub use names::mentioned::{MentionedKind, MentionedName, mentioned_names};
pub use negation::is_german_negation;
pub use non_words::non_words;
pub use numbers::lost_sign;
pub use untranslated::is_copy;

/// Every check, in the order of the flags.
pub const CHECKS: &[Check] = &[
    limits::LENGTH_LIMIT,
    limits::UNKNOWN_TOKEN,
    loops::CHECK,
    dropped::CHECK,
    answer::CHECK,
    context::CHECK,
    untranslated::CHECK,
    non_words::CHECK,
    numbers::CHECK,
    units::CHECK,
    names::CHECK,
    copies::CHECK,
    terms::CHECK,
    negation::CHECK,
    confidence::CHECK,
];

/// All findings in `pair`, in the order of [`CHECKS`].
pub fn findings(pair: &CheckedPair<'_>) -> Vec<CheckFinding> {
    CHECKS.iter().filter_map(|check| Some(CheckFinding { check, reason: (check.find)(pair)? })).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Flag;

    #[test]
    fn every_check_has_its_own_flag_and_says_what_it_is_for() {
        let flags: Vec<Flag> = CHECKS.iter().map(|check| check.flag).collect();
        assert!(flags.is_sorted() && flags.windows(2).all(|pair| pair[0] != pair[1]), "{flags:?}");
        assert!(flags.iter().all(|flag| flag.is_doubt() && Flag::ALL.contains(flag)), "{flags:?}");
        assert!(Flag::ALL.is_sorted());
        assert!(CHECKS.iter().all(|check| !check.sees.is_empty() && !check.why.is_empty()));
    }

    #[test]
    fn an_improbable_translation_is_flagged() {
        let pair = CheckedPair { german: "Er kam.", english: "He came.", ..CheckedPair::default() };
        for (score, marked) in [(Some(-2.0), true), (Some(-0.2), false), (None, false)] {
            assert_eq!(findings(&CheckedPair { score, ..pair }).len(), usize::from(marked), "{score:?}");
        }
    }

    /// Text dense in what the checks look at.
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
            findings(&CheckedPair { german: &german, english: &english, ..CheckedPair::default() });
            is_copy(&german, &english);
        }
    }
}
