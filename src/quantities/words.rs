//! Numbers in words: `zweihundertfünfzig`, `two and a half million`.

use super::notation::{Notation, magnitude_of_word};
use super::quantity::Quantity;
use super::tokens::QuantityToken;

/// The number in words that `tokens` begin with, if they do, and how many tokens were consumed.
pub(super) fn quantity_in_words<'a>(
    text: &'a str,
    tokens: &[QuantityToken<'a>],
    notation: &Notation,
) -> (Option<Quantity<'a>>, usize) {
    let (mut total_value, mut current_value, mut taken_tokens, mut is_required) = (0.0, 0.0, 0, false);
    let mut optional_values = Vec::new();
    while let Some(token) = tokens.get(taken_tokens).filter(|token| !token.digits) {
        if taken_tokens > 0 && !is_joined_word(text, &tokens[taken_tokens - 1], token) {
            break;
        }
        let lower_word = token.text.to_lowercase();
        if let Some(number_word) = (notation.number_word)(&lower_word) {
            optional_values.push(number_word.value);
            // `twenty five` and `two and a half` go on, `two three` does not.
            let continues_number = taken_tokens == 0
                || current_value == 0.0
                || (current_value >= 20.0 && number_word.value < 10.0)
                || current_value >= 100.0
                || number_word.value == 0.5;
            if !continues_number {
                break;
            }
            // `eine halbe Million` is no one and a half.
            let is_article = number_word.value == 0.5 && current_value == 1.0 && taken_tokens == 1;
            current_value = if is_article { number_word.value } else { current_value + number_word.value };
            is_required |= number_word.required;
        } else if let Some(magnitude) = magnitude_of_word(text, token, notation).filter(|_| lower_word.len() > 2) {
            optional_values.push(magnitude);
            is_required |= notation.requires_magnitudes && magnitude >= 1e6;
            current_value = if current_value == 0.0 { 1.0 } else { current_value } * magnitude;
            if magnitude >= 1e3 {
                total_value += current_value;
                current_value = 0.0;
            }
        } else if !(taken_tokens > 0 && matches!(lower_word.as_str(), "a" | "and" | "of")) {
            break;
        }
        taken_tokens += 1;
    }
    if taken_tokens == 0 || optional_values.is_empty() {
        return (None, taken_tokens.max(1));
    }
    let number_value = total_value + current_value;
    optional_values.push(number_value);
    let readings = if is_required { vec![vec![number_value]] } else { Vec::new() };
    let number_text = &text[tokens[0].start..tokens[taken_tokens - 1].end()];
    (
        Some(Quantity {
            text: number_text,
            start: tokens[0].start,
            readings,
            optional: optional_values,
            digits: false,
        }),
        taken_tokens,
    )
}

/// True if only a space or a hyphen stands between two words. Any other mark ends a number.
fn is_joined_word(text: &str, token_before: &QuantityToken<'_>, token: &QuantityToken<'_>) -> bool {
    let gap_between = text.get(token_before.end()..token.start);
    matches!(gap_between, Some("" | " " | "-" | "\u{a0}" | "\u{2011}" | "\u{2010}"))
}
