//! A term of the user's glossary that is not rendered as the glossary says.

use super::{Check, Pair, Repair};
use crate::document::Flag;

pub(super) const CHECK: Check = Check {
    flag: Flag::Term,
    sees: "a term of the glossary in the German without its English beside it",
    why: "a term that is rendered in two ways reads like two things",
    repair: Repair::Mask,
    find,
};

fn find(pair: &Pair<'_>) -> Option<String> {
    let missing = pair.terms.iter().filter(|hit| !hit.term.is_in(pair.english));
    let missing: Vec<String> =
        missing.map(|hit| format!("“{}” is not “{}”", hit.term.german, hit.term.english)).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}
