//! A text → its numbers.

use super::digits::quantity_in_digits;
use super::notation::Notation;
use super::quantity::Quantity;
use super::roman::roman_numeral;
use super::tokens::tokens;
use super::words::quantity_in_words;

/// The numbers of `text`, in order.
pub fn quantities<'a>(text: &'a str, notation: &Notation) -> Vec<Quantity<'a>> {
    let tokens = tokens(text);
    let mut quantities = Vec::new();
    let mut token_index = 0;
    while token_index < tokens.len() {
        let unread_tokens = &tokens[token_index..];
        let (quantity, taken_tokens) = if unread_tokens[0].digits {
            let (quantity, taken_tokens) = quantity_in_digits(text, unread_tokens, notation);
            (Some(quantity), taken_tokens)
        } else if let Some(value) = roman_numeral(unread_tokens[0].text) {
            let readings = vec![vec![value]];
            (
                Some(Quantity {
                    text: unread_tokens[0].text,
                    start: unread_tokens[0].start,
                    readings,
                    optional: Vec::new(),
                    digits: true,
                }),
                1,
            )
        } else {
            quantity_in_words(text, unread_tokens, notation)
        };
        quantities.extend(quantity);
        token_index += taken_tokens;
    }
    quantities
}

#[cfg(test)]
mod tests {
    use super::super::notation::{ENGLISH, GERMAN};
    use super::super::quantity::{quantity_values, same_value};
    use super::*;

    fn has(text: &str, notation: &Notation, wanted: f64) -> bool {
        quantity_values(&quantities(text, notation)).into_iter().any(|value| same_value(value, wanted))
    }

    #[test]
    fn german_numbers_have_their_values() {
        for (text, wanted) in [
            ("12,5 Mio. Euro", 12.5e6),
            ("1.234,56 Euro", 1234.56),
            ("12.500 Menschen", 12_500.0),
            ("10 000 Menschen", 10_000.0),
            ("3,2 Milliarden", 3.2e9),
            ("eine Billion", 1e12),
            ("um 20 Uhr", 8.0),
            ("um 15.30 Uhr", 30.0),
            ("am 3.10.1990", 1990.0),
            ("die 80er Jahre", 1980.0),
            ("einundzwanzig Kinder", 21.0),
            ("zweihundertfünfzig", 250.0),
            ("zwölf", 12.0),
            ("zwei Millionen", 2e6),
            ("12 bis 13 Millionen", 12e6),
            ("100-Millionen-Marke", 100e6),
        ] {
            assert!(has(text, &GERMAN, wanted), "{text}: {:?}", quantities(text, &GERMAN));
        }
    }

    #[test]
    fn english_numbers_have_their_values() {
        for (text, wanted) in [
            ("12.5 million euros", 12.5e6),
            ("$12.5m", 12.5e6),
            ("€3.2bn", 3.2e9),
            ("1,234.56", 1234.56),
            ("twenty-one", 21.0),
            ("two hundred and fifty", 250.0),
            ("two and a half million", 2.5e6),
            ("half a million", 0.5e6),
            ("a million", 1e6),
            ("the 1980s", 80.0),
            ("7.30 pm", 30.0),
            ("the 19th century", 19.0),
        ] {
            assert!(has(text, &ENGLISH, wanted), "{text}: {:?}", quantities(text, &ENGLISH));
        }
    }

    #[test]
    fn a_separator_of_the_other_language_is_another_value() {
        assert!(!has("12.500 people", &ENGLISH, 12_500.0));
        assert!(!has("12,5 percent", &ENGLISH, 12.5));
    }
}
