//! The numbers and clock times of a German or English text, by value: digits as each language groups them, number words, magnitudes,
//! times and dates.
//!
//! A number often has more than one reading (`15.30` is a time or a decimal), so a [`Quantity`] has several and one match
//! is enough. Ambiguous numbers are read generously: a false alarm wastes the reader's time.
//!
//! `tokens.rs` is the lexer, `notation.rs` how each language writes numbers, `digits.rs`, `words.rs` and `roman.rs` the three
//! ways to write one; `scan.rs` finds all of them in a text, `clock.rs` the clock times. `numbers.rs` and `separators.rs` are what
//! other rooms ask for.

mod clock;
mod digits;
mod notation;
mod numbers;
mod quantity;
mod roman;
mod scan;
mod separators;
mod tokens;
mod words;

pub use clock::{ClockTime, english_times, german_times};
pub use notation::{ENGLISH, GERMAN, Notation};
pub use numbers::{Number, NumberSet, numbers};
pub use quantity::{Quantity, Reading, quantity_values, same_value};
pub use roman::roman_numeral;
pub use scan::quantities;
pub use separators::{english_number, is_german_only};
pub use tokens::{QuantityToken, tokens};
