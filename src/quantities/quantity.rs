//! A number in a text with everything that it may mean.

/// The values that one interpretation of a number has: `[19.0, 30.0]` for `19.30` read as a time.
pub type Reading = Vec<f64>;

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity<'a> {
    /// The text that the number was read from, with its magnitude (`12,5 Mio`).
    pub text: &'a str,
    /// The number's first byte in the text.
    pub start: usize,
    /// What the number may mean. All values of one reading must be on the other side; empty if nothing must.
    pub readings: Vec<Reading>,
    /// Further values that a number on the other side may match.
    pub optional: Vec<f64>,
    /// True if the number is written in digits.
    pub digits: bool,
}

/// True if two values are equal, allowing for the rounding of sums of decimals.
pub fn same_value(one_value: f64, other_value: f64) -> bool {
    (one_value - other_value).abs() <= 1e-9 * one_value.abs().max(other_value.abs())
}

/// Every value that `quantities` may stand for.
pub fn quantity_values(quantities: &[Quantity<'_>]) -> Vec<f64> {
    let values_of = |quantity: &Quantity<'_>| {
        quantity.readings.iter().flatten().chain(&quantity.optional).copied().collect::<Vec<_>>()
    };
    quantities.iter().flat_map(values_of).collect()
}
