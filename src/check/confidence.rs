//! A translation that the model itself finds improbable.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;

/// Mean log-probability per token below which a translation is doubtful; chosen in benches/RESULTS.md.
const DOUBTFUL_LOG_PROBABILITY: f32 = -0.9;

pub(super) const CHECK: Check = Check {
    flag: Flag::LowConfidence,
    sees: "a mean log-probability of the tokens below a threshold",
    why: "the less probable a translation is to the model, the more often it is wrong",
    repair: Repair::None,
    reads_text_alone: false,
    find: find_low_confidence,
};

fn find_low_confidence(pair: &CheckedPair<'_>) -> Option<String> {
    let doubtful_score = pair.score.filter(|doubtful_score| *doubtful_score < DOUBTFUL_LOG_PROBABILITY)?;
    Some(format!("{:.0} % is the mean probability of its words", doubtful_score.exp() * 100.0))
}
