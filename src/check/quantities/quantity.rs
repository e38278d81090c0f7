//! A number in a text with everything that it may mean.

/// The values that one interpretation of a number has: `[19.0, 30.0]` for `19.30` read as a time.
pub type Reading = Vec<f64>;

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity<'a> {
    /// The text it was read from, with its magnitude (`12,5 Mio`).
    pub text: &'a str,
    /// Its first byte in the text.
    pub start: usize,
    /// What it may mean. All values of one reading must be on the other side; empty if nothing must.
    pub readings: Vec<Reading>,
    /// Further values that a number on the other side may match.
    pub optional: Vec<f64>,
    /// True if it is written in digits.
    pub digits: bool,
}

/// True if two values are equal, allowing for the rounding of sums of decimals.
pub fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

/// Every value that `quantities` may stand for.
pub fn values(quantities: &[Quantity<'_>]) -> Vec<f64> {
    let values_of = |quantity: &Quantity<'_>| {
        quantity.readings.iter().flatten().chain(&quantity.optional).copied().collect::<Vec<_>>()
    };
    quantities.iter().flat_map(values_of).collect()
}
