//! What the search reports: it ended at its length limit, or the model has no token for a character.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;

pub(super) const LENGTH_LIMIT: Check = Check {
    flag: Flag::LengthLimit,
    sees: "a search that ended at its length limit",
    why: "the end of the sentence is missing",
    repair: Repair::Pieces,
    reads_text_alone: false,
    find: |pair: &CheckedPair<'_>| pair.cut.then(String::new),
};

pub(super) const UNKNOWN_TOKEN: Check = Check {
    flag: Flag::UnknownToken,
    sees: "characters that the model has no token for and the English lacks",
    why: "the model cannot know what stood there",
    repair: Repair::Mask,
    reads_text_alone: false,
    find: |pair: &CheckedPair<'_>| (!pair.unknown.is_empty()).then(|| format!("“{}” is missing", pair.unknown)),
};
