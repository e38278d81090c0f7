//! How German and English write numbers.

use super::quantity::Reading;
use super::tokens::{Token, all_digits};
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
    number_word: german_word,
};

/// English: `1,234.5`.
pub const ENGLISH: Notation = Notation {
    decimal: '.',
    thousands: ',',
    magnitudes: english::MAGNITUDES,
    requires_magnitudes: false,
    number_word: english_word,
};

fn german_word(word: &str) -> Option<NumberWord> {
    let stated = german::cardinal(word).or_else(|| german::ordinal(word)).or_else(|| german::measure(word));
    let required = stated.map(|value| NumberWord { value, required: true });
    required.or_else(|| german::number_like(word).map(|value| NumberWord { value, required: false }))
}

/// English number words are never required: `one of them` counts nothing.
fn english_word(word: &str) -> Option<NumberWord> {
    english::number_word(word).map(|value| NumberWord { value, required: false })
}

/// What the word `token` of `text` multiplies the number before it by. `Bio` needs its full stop: `12 Bio-Höfe`.
pub(super) fn magnitude(text: &str, token: &Token<'_>, notation: &Notation) -> Option<f64> {
    let word = token.text.to_lowercase();
    let is_word = word == "bio" && !text[token.end()..].starts_with('.');
    let (_, scale) = notation.magnitudes.iter().find(|(name, _)| *name == word && !is_word)?;
    Some(*scale)
}

impl Notation {
    /// Every reading of digits with separators between them.
    pub fn read(&self, number: &str) -> Vec<Reading> {
        let parts: Vec<&str> = number.split(['.', ',', ':']).collect();
        let part_values: Reading = parts.iter().filter_map(|part| part.parse().ok()).collect();
        let separators: Vec<char> = number.chars().filter(|character| !character.is_ascii_digit()).collect();
        let whole = || -> Option<Reading> {
            let plain = number.replace(self.thousands, "").replace(self.decimal, ".");
            plain.parse().ok().map(|value| vec![value])
        };
        match separators[..] {
            [] => vec![part_values],
            [mark] if mark == self.thousands && is_grouped(number, mark) => whole().into_iter().collect(),
            [mark] if mark == self.decimal => {
                // English also writes times with a full stop.
                let time = (self.decimal == '.' && parts[1].len() == 2).then_some(part_values);
                whole().into_iter().chain(time).collect()
            }
            // German dates and times; decimals in foreign names.
            ['.'] => vec![part_values, number.parse().into_iter().collect()],
            [':' | ','] => vec![part_values],
            // The last part is no year.
            ['.', '.'] if self.thousands == '.' && parts[2].len() == 3 && is_grouped(number, '.') => {
                whole().into_iter().collect()
            }
            ['.', '.'] if part_values.len() == 3 => {
                let (day, year) = (part_values[0], part_values[2]);
                let years = if year < 100.0 { vec![year, 1900.0 + year, 2000.0 + year] } else { vec![year] };
                let dates = years.into_iter().map(|full_year| vec![day, full_year]);
                dates.chain(is_grouped(number, self.thousands).then(whole).flatten()).collect()
            }
            _ => {
                let (integer, fraction) = number.split_once(self.decimal).unwrap_or((number, ""));
                let is_number = is_grouped(integer, self.thousands) && all_digits(fraction);
                if is_number { whole().into_iter().collect() } else { vec![part_values] }
            }
        }
    }
}

/// True for digits in groups of three, the first of which may be shorter: `12.500`.
fn is_grouped(number: &str, thousands: char) -> bool {
    let mut groups = number.split(thousands);
    groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && all_digits(first))
        && groups.all(|group| group.len() == 3 && all_digits(group))
}
