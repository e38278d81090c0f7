//! What the user decides about how articles are read.

/// What to do with what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Keep comment rules, sharing prompts, photo credits and the like in the article instead of setting them aside.
    pub keep_boilerplate: bool,
}
