//! The numbers that a text states, for other rooms to compare.

use super::notation::{ENGLISH, GERMAN};
use super::quantity::{Quantity, Reading, same_value};
use super::scan::quantities;
use crate::document::Language;

/// A number that a text states.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// The number as it is written in the text.
    pub text: String,
    /// What the number may mean. All values of one reading must be in the other text.
    readings: Vec<Reading>,
}

/// The numbers of `text` that another text on the same subject must have too. `text` is read as German if `language` is
/// German, else as English. `one` is left out: it is usually a pronoun.
pub fn numbers(text: &str, language: Language) -> Vec<Number> {
    let notation = if language == Language::GERMAN { &GERMAN } else { &ENGLISH };
    let stated_number = |quantity: Quantity<'_>| {
        let value_of_words = quantity.optional.last().filter(|value| !quantity.digits && **value >= 2.0);
        let readings = if quantity.readings.is_empty() {
            value_of_words.map(|value| vec![*value]).into_iter().collect()
        } else {
            quantity.readings
        };
        Number { text: quantity.text.to_owned(), readings }
    };
    let all_numbers = quantities(text, notation).into_iter().map(stated_number);
    all_numbers.filter(|stated_number| !stated_number.readings.is_empty()).collect()
}

/// The values of the numbers of some sentences.
#[derive(Clone, Debug, Default)]
pub struct NumberSet {
    values: Vec<f64>,
}

impl NumberSet {
    /// Adds the numbers of a sentence in both languages.
    pub fn add(&mut self, english: &str, german: &str) {
        for quantity in quantities(english, &ENGLISH).into_iter().chain(quantities(german, &GERMAN)) {
            self.values.extend(quantity.readings.into_iter().flatten());
            // The parts of `8 million` are no numbers of their own; a number in words may have no reading.
            if !quantity.digits {
                self.values.extend(quantity.optional);
            }
        }
    }

    /// True if all values of some reading of `number` are in the set.
    pub fn contains(&self, number: &Number) -> bool {
        let is_known_value = |value: &f64| self.values.iter().any(|known| same_value(*known, *value));
        number.readings.iter().any(|values| values.iter().all(is_known_value))
    }
}
