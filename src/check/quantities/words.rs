//! Numbers in words: `zweihundertfünfzig`, `two and a half million`.

use super::notation::{Notation, magnitude};
use super::quantity::Quantity;
use super::tokens::Token;

/// The number in words that `tokens` begin with, if they do, and how many tokens were consumed.
pub(super) fn in_words<'a>(text: &'a str, tokens: &[Token<'a>], notation: &Notation) -> (Option<Quantity<'a>>, usize) {
    let (mut total, mut current, mut taken, mut required) = (0.0, 0.0, 0, false);
    let mut optional = Vec::new();
    while let Some(token) = tokens.get(taken).filter(|token| !token.digits) {
        if taken > 0 && !is_joined(text, &tokens[taken - 1], token) {
            break;
        }
        let word = token.text.to_lowercase();
        if let Some(number) = (notation.number_word)(&word) {
            optional.push(number.value);
            // `twenty five` and `two and a half` go on, `two three` does not.
            let goes_on = taken == 0
                || current == 0.0
                || (current >= 20.0 && number.value < 10.0)
                || current >= 100.0
                || number.value == 0.5;
            if !goes_on {
                break;
            }
            // `eine halbe Million` is no one and a half.
            let is_article = number.value == 0.5 && current == 1.0 && taken == 1;
            current = if is_article { number.value } else { current + number.value };
            required |= number.required;
        } else if let Some(scale) = magnitude(text, token, notation).filter(|_| word.len() > 2) {
            optional.push(scale);
            required |= notation.requires_magnitudes && scale >= 1e6;
            current = if current == 0.0 { 1.0 } else { current } * scale;
            if scale >= 1e3 {
                total += current;
                current = 0.0;
            }
        } else if !(taken > 0 && matches!(word.as_str(), "a" | "and" | "of")) {
            break;
        }
        taken += 1;
    }
    if taken == 0 || optional.is_empty() {
        return (None, taken.max(1));
    }
    let value = total + current;
    optional.push(value);
    let readings = if required { vec![vec![value]] } else { Vec::new() };
    let number_text = &text[tokens[0].start..tokens[taken - 1].end()];
    (Some(Quantity { text: number_text, start: tokens[0].start, readings, optional, digits: false }), taken)
}

/// True if only a space or a hyphen stands between two words. Any other mark ends a number.
fn is_joined(text: &str, before: &Token<'_>, token: &Token<'_>) -> bool {
    let gap = text.get(before.end()..token.start);
    matches!(gap, Some("" | " " | "-" | "\u{a0}" | "\u{2011}" | "\u{2010}"))
}
