//! Fractions (`drei Viertel`) and multiples (`vervierfacht`).

use super::exchange::{StatedValue, exchanged_value};
use crate::lexicon::{english, german};
use crate::quantities::{QuantityToken, tokens};

/// A fraction or multiple of `german` for which `english` has another one.
pub(super) fn exchanged_ratio<'a>(german: &'a str, english: &str) -> Option<&'a str> {
    let (german_tokens, english_tokens) = (tokens(german), tokens(english));
    let exchanged_fraction =
        exchanged_value(&german_fractions(german, &german_tokens), &english_fractions(english, &english_tokens));
    exchanged_fraction
        .or_else(|| exchanged_value(&german_multiples(&german_tokens), &english_multiples(&english_tokens)))
}

/// A fraction in hundredths, rounded.
fn in_hundredths(numerator: f64, denominator: f64) -> u32 {
    (100.0 * numerator / denominator).round() as u32
}

fn german_fractions<'a>(german: &'a str, german_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u32>> {
    let stated_fraction = |neighbours: &[QuantityToken<'a>]| {
        let numerator = whole_number(&neighbours[0], german::cardinal)?;
        let denominator = german::denominator(&neighbours[1].text.to_lowercase())?;
        let fraction_text = german.get(neighbours[0].start..neighbours[1].end())?;
        Some(StatedValue { value: in_hundredths(numerator, denominator), text: fraction_text })
    };
    german_tokens.windows(2).filter_map(stated_fraction).collect()
}

/// `third quarter` is no fraction.
fn english_fractions<'a>(english: &'a str, english_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u32>> {
    let is_ordinal = |word: &str| word.ends_with("th") || matches!(word, "first" | "second" | "third");
    let stated_fraction = |neighbours: &[QuantityToken<'a>]| {
        let numerator = whole_number(&neighbours[0], |word| english::number_word(word).filter(|_| !is_ordinal(word)))?;
        let denominator = english::denominator(&neighbours[1].text.to_lowercase())?;
        let fraction_text = english.get(neighbours[0].start..neighbours[1].end())?;
        Some(StatedValue { value: in_hundredths(numerator, denominator), text: fraction_text })
    };
    english_tokens.windows(2).filter_map(stated_fraction).collect()
}

/// A whole number above one, in digits or words.
fn whole_number(token: &QuantityToken<'_>, number_word: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let number_value = if token.digits { token.text.parse().ok() } else { number_word(&token.text.to_lowercase()) };
    number_value.filter(|whole_value: &f64| *whole_value > 1.0 && whole_value.fract() == 0.0)
}

fn german_multiples<'a>(german_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u32>> {
    let stated_multiple = |token: &QuantityToken<'a>| {
        Some(StatedValue { value: german::factor(&token.text.to_lowercase())?, text: token.text })
    };
    german_tokens.iter().filter_map(stated_multiple).collect()
}

/// `doubled`, `fourfold`, `four times`, `four-fold`.
fn english_multiples<'a>(english_tokens: &[QuantityToken<'a>]) -> Vec<StatedValue<'a, u32>> {
    let multiple_word = |token: &QuantityToken<'a>| {
        Some(StatedValue { value: english::factor(&token.text.to_lowercase())?, text: token.text })
    };
    let counted_multiple = |neighbours: &[QuantityToken<'a>]| {
        let is_factor = matches!(neighbours[1].text, "times" | "fold");
        let multiple_value = whole_number(&neighbours[0], english::number_word).filter(|_| is_factor)?;
        Some(StatedValue { value: multiple_value as u32, text: neighbours[0].text })
    };
    english_tokens
        .iter()
        .filter_map(multiple_word)
        .chain(english_tokens.windows(2).filter_map(counted_multiple))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanged_fractions_and_multiples_are_found() {
        for (german, english, wanted) in [
            ("Drei Viertel der Befragten", "Two thirds of respondents", Some("Drei Viertel")),
            ("Drei Viertel der Befragten", "Three-quarters of respondents", None),
            ("Drei Viertel der Befragten", "75 percent of respondents", None),
            ("zwei Drittel", "two-thirds", None),
            ("hat sich vervierfacht", "has doubled", Some("vervierfacht")),
            ("hat sich vervierfacht", "has quadrupled", None),
            ("hat sich verdoppelt", "has doubled", None),
            ("das Dreifache", "three times as much", None),
            ("das Dreifache", "twice as much", Some("Dreifache")),
            ("hat sich verzehnfacht", "has grown ten-fold", None),
        ] {
            assert_eq!(exchanged_ratio(german, english), wanted, "{german} {english}");
        }
    }
}
