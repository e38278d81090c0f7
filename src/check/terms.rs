//! A glossary term that is not translated as the glossary says.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;

pub(super) const CHECK: Check = Check {
    flag: Flag::Term,
    sees: "a term of the glossary in the German without its English beside it",
    why: "a term that is rendered in two ways reads like two things",
    repair: Repair::Mask,
    reads_text_alone: false,
    find: find_missing_terms,
};

fn find_missing_terms(pair: &CheckedPair<'_>) -> Option<String> {
    let missing_terms: Vec<String> = pair
        .terms
        .iter()
        .filter(|hit| !hit.term.is_in(pair.english))
        .map(|hit| format!("“{}” is not “{}”", hit.term.german, hit.term.english))
        .collect();
    (!missing_terms.is_empty()).then(|| missing_terms.join(", "))
}
