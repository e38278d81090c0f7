//! A value of the German that is not in the English.

use std::ops::Range;

/// A value of the German that is not in the English.
#[derive(Clone, Debug, PartialEq)]
pub struct LostValue {
    /// The bytes of the lost value in the German.
    pub range: Range<usize>,
    /// What English writes for the lost value.
    pub english: String,
}
