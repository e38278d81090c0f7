//! What the user decides about how articles are read.

use std::sync::Arc;

use super::field_names::FieldChoice;

/// What to do with what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Keep comment rules, sharing prompts, photo credits and the like in the article instead of setting them aside.
    pub keep_boilerplate: bool,
    /// Which fields of records hold which parts of an article, beside the usual names.
    pub fields: Arc<[FieldChoice]>,
}
