//! Names that have a form of their own in English.

/// German beginnings of a name and what English has for it, both in small letters.
pub(super) const PLACES: &[(&[&str], &[&str])] = &[];
