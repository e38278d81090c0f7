//! A value of the German that is not in the English.

use std::ops::Range;

/// A value of the German that is not in the English.
#[derive(Clone, Debug, PartialEq)]
pub struct LostValue {
    /// Its bytes in the German.
    pub range: Range<usize>,
    /// What English has for it.
    pub english: String,
}
