//! How German and English write numbers.

use super::quantity::Reading;
use super::tokens::{QuantityToken, all_digits};
use crate::lexicon::{english, german};

/// The value of a number word.
#[derive(Clone, Copy)]
pub(super) struct NumberWord {
    pub(super) value: f64,
    /// True if a translation must state the number.
    pub(super) required: bool,
}

/// How a language writes numbers.
pub struct Notation {
    pub(super) decimal: char,
    pub(super) thousands: char,
    magnitudes: &'static [(&'static str, f64)],
    /// True if a translation must state millions and more even without a number: `Milliarden`.
    pub(super) requires_magnitudes: bool,
    /// The value of a word in lower case, if it is a number.
    pub(super) number_word: fn(&str) -> Option<NumberWord>,
}

/// German: `1.234,5`.
pub const GERMAN: Notation = Notation {
    decimal: ',',
    thousands: '.',
    magnitudes: german::MAGNITUDES,
    requires_magnitudes: true,
    number_word: german_number_word,
};

/// English: `1,234.5`.
pub const ENGLISH: Notation = Notation {
    decimal: '.',
    thousands: ',',
    magnitudes: english::MAGNITUDES,
    requires_magnitudes: false,
    number_word: english_number_word,
};

fn german_number_word(german_word: &str) -> Option<NumberWord> {
    let stated_value =
        german::cardinal(german_word).or_else(|| german::ordinal(german_word)).or_else(|| german::measure(german_word));
    let required = stated_value.map(|number_value| NumberWord { value: number_value, required: true });
    required.or_else(|| {
        german::number_like(german_word).map(|number_value| NumberWord { value: number_value, required: false })
    })
}

/// English number words are never required: `one of them` counts nothing.
fn english_number_word(english_word: &str) -> Option<NumberWord> {
    english::number_word(english_word).map(|number_value| NumberWord { value: number_value, required: false })
}

/// What the word `magnitude_token` of `text` multiplies the number before it by. `Bio` needs its full stop: `12 Bio-Höfe`.
pub(super) fn magnitude_of_word(text: &str, magnitude_token: &QuantityToken<'_>, notation: &Notation) -> Option<f64> {
    let magnitude_word = magnitude_token.text.to_lowercase();
    let is_organic = magnitude_word == "bio" && !text[magnitude_token.end()..].starts_with('.');
    let (_, magnitude_scale) = notation.magnitudes.iter().find(|(name, _)| *name == magnitude_word && !is_organic)?;
    Some(*magnitude_scale)
}

impl Notation {
    /// Every reading of digits with separators between them.
    pub fn read(&self, number_text: &str) -> Vec<Reading> {
        let number_parts: Vec<&str> = number_text.split(['.', ',', ':']).collect();
        let part_values: Reading = number_parts.iter().filter_map(|part| part.parse().ok()).collect();
        let separators: Vec<char> = number_text.chars().filter(|character| !character.is_ascii_digit()).collect();
        let whole_number = || -> Option<Reading> {
            let plain_number = number_text.replace(self.thousands, "").replace(self.decimal, ".");
            plain_number.parse().ok().map(|value| vec![value])
        };
        match separators[..] {
            [] => vec![part_values],
            [separator] if separator == self.thousands && is_grouped_in_thousands(number_text, separator) => {
                whole_number().into_iter().collect()
            }
            [separator] if separator == self.decimal => {
                // English also writes times with a full stop.
                let time_reading = (self.decimal == '.' && number_parts[1].len() == 2).then_some(part_values);
                whole_number().into_iter().chain(time_reading).collect()
            }
            // German dates and times; decimals in foreign names.
            ['.'] => vec![part_values, number_text.parse().into_iter().collect()],
            [':' | ','] => vec![part_values],
            // The last part is no year.
            ['.', '.']
                if self.thousands == '.' && number_parts[2].len() == 3 && is_grouped_in_thousands(number_text, '.') =>
            {
                whole_number().into_iter().collect()
            }
            ['.', '.'] if part_values.len() == 3 => {
                let (date_day, date_year) = (part_values[0], part_values[2]);
                let possible_years = if date_year < 100.0 {
                    vec![date_year, 1900.0 + date_year, 2000.0 + date_year]
                } else {
                    vec![date_year]
                };
                let date_readings = possible_years.into_iter().map(|full_year| vec![date_day, full_year]);
                date_readings
                    .chain(is_grouped_in_thousands(number_text, self.thousands).then(whole_number).flatten())
                    .collect()
            }
            _ => {
                let (integer_part, fraction_part) = number_text.split_once(self.decimal).unwrap_or((number_text, ""));
                let is_number = is_grouped_in_thousands(integer_part, self.thousands) && all_digits(fraction_part);
                if is_number { whole_number().into_iter().collect() } else { vec![part_values] }
            }
        }
    }
}

/// True for digits in groups of three, the first of which may be shorter: `12.500`.
fn is_grouped_in_thousands(number_text: &str, thousands: char) -> bool {
    let mut digit_groups = number_text.split(thousands);
    digit_groups.next().is_some_and(|first_group| (1..=3).contains(&first_group.len()) && all_digits(first_group))
        && digit_groups.all(|digit_group| digit_group.len() == 3 && all_digits(digit_group))
}
