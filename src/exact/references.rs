//! Numbers that name something and count nothing: of telephones and of files in court. They come out to the letter.

use std::ops::Range;

use super::edit::ExactEdit;
use super::lost_value::LostValue;
use crate::quantities::{QuantityToken, tokens};

/// Fewest digits of the number of a telephone.
const MIN_TELEPHONE_DIGITS: usize = 6;

/// Replaces what has the digits of a German reference with other marks between them.
pub(super) fn edits(german: &str, english: &str) -> Vec<ExactEdit> {
    let english_tokens = tokens(english);
    let lost_references = references(german)
        .into_iter()
        .map(|reference_range| &german[reference_range])
        .filter(|german_reference| !english.contains(*german_reference));
    lost_references
        .filter_map(|german_reference| {
            let english_range = run_of_digits(&english_tokens, english, &digits_of(german_reference))?;
            Some(ExactEdit::correction_of(english_range, german_reference))
        })
        .collect()
}

/// The references of `german` that are not in `english`.
pub(super) fn lost(german: &str, english: &str) -> Vec<LostValue> {
    let lost_references =
        references(german).into_iter().filter(|reference_range| !english.contains(&german[reference_range.clone()]));
    lost_references
        .map(|reference_range| LostValue {
            english: german[reference_range.clone()].to_owned(),
            range: reference_range,
        })
        .collect()
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn text_between_tokens<'a>(text: &'a str, tokens: &[QuantityToken<'_>], index: usize) -> &'a str {
    tokens.get(index).and_then(|token| text.get(tokens[index - 1].end()..token.start)).unwrap_or_default()
}

/// The references of `german`, in order.
fn references(german: &str) -> Vec<Range<usize>> {
    let german_tokens = tokens(german);
    let mut references = Vec::new();
    let mut token_index = 0;
    while token_index < german_tokens.len() {
        let last_token_index =
            telephone(german, &german_tokens, token_index).or_else(|| file_number(german, &german_tokens, token_index));
        if let Some(last_token_index) = last_token_index {
            let plus_length = usize::from(german[..german_tokens[token_index].start].ends_with('+'));
            references.push(german_tokens[token_index].start - plus_length..german_tokens[last_token_index].end());
            token_index = last_token_index;
        }
        token_index += 1;
    }
    references
}

/// The last token of a number such as `07821 277-0`, which begins at `first_index`.
fn telephone(german: &str, german_tokens: &[QuantityToken<'_>], first_index: usize) -> Option<usize> {
    let first_group = &german_tokens[first_index];
    let is_international = german[..first_group.start].ends_with('+');
    let is_digit_group =
        |token: &QuantityToken<'_>| token.digits && token.text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digit_group(first_group)
        || !(is_international || (first_group.text.starts_with('0') && first_group.text.len() >= 3))
    {
        return None;
    }
    let continues = |next_index: &usize| {
        is_digit_group(&german_tokens[*next_index])
            && matches!(text_between_tokens(german, german_tokens, *next_index), " " | "/" | "-" | "–" | " / " | " - ")
    };
    let last_index = (first_index + 1..german_tokens.len()).take_while(continues).last()?;
    let digit_count: usize = german_tokens[first_index..=last_index].iter().map(|token| token.text.len()).sum();
    (digit_count >= MIN_TELEPHONE_DIGITS).then_some(last_index)
}

/// The last token of a number such as `3 K 412/22`, which begins at `first_index`.
fn file_number(german: &str, german_tokens: &[QuantityToken<'_>], first_index: usize) -> Option<usize> {
    let file_number_parts = german_tokens.get(first_index..first_index + 4)?;
    let [chamber, register, number, year] = file_number_parts else { return None };
    let is_register = !register.digits && register.text.len() <= 5 && register.text.starts_with(char::is_uppercase);
    let has_shape = chamber.digits && is_register && number.digits && year.digits && matches!(year.text.len(), 2 | 4);
    let is_joined = text_between_tokens(german, german_tokens, first_index + 1) == " "
        && text_between_tokens(german, german_tokens, first_index + 2) == " "
        && text_between_tokens(german, german_tokens, first_index + 3) == "/";
    (has_shape && is_joined).then_some(first_index + 3)
}

/// The only run of tokens in `english` that has exactly `reference_digits`.
fn run_of_digits(english_tokens: &[QuantityToken<'_>], english: &str, reference_digits: &str) -> Option<Range<usize>> {
    let mut digit_runs =
        (0..english_tokens.len()).filter(|index| english_tokens[*index].digits).filter_map(|first_index| {
            let mut run_digits = String::new();
            for (last_index, token) in
                english_tokens.iter().enumerate().skip(first_index).filter(|(_, token)| token.digits)
            {
                if last_index > first_index
                    && english
                        .get(english_tokens[first_index].start..token.start)?
                        .contains(|letter: char| letter.is_lowercase())
                {
                    return None;
                }
                run_digits.push_str(&digits_of(token.text));
                if run_digits == reference_digits {
                    return Some(english_tokens[first_index].start..token.end());
                }
                if !reference_digits.starts_with(&run_digits) {
                    return None;
                }
            }
            None
        });
    let digit_run = digit_runs.next()?;
    digit_runs.next().is_none().then_some(digit_run)
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn references_come_out_to_the_letter() {
        for (german, english, wanted) in [
            ("Telefon 07821 277-0", "phone 07821-277 0", "phone 07821 277-0"),
            ("Telefon 030/90295-3100", "phone 030 90295 3100", "phone 030/90295-3100"),
            ("Az. 3 K 412/22", "file 3K 412/22", "file 3 K 412/22"),
            ("Az. 3 K 412/22", "file 3 K 412/22", "file 3 K 412/22"),
            ("Es kamen 20 Leute.", "20 people came.", "20 people came."),
        ] {
            assert_eq!(apply(english, edits(german, english)), wanted, "{german}");
        }
        let lost: Vec<String> = lost("Tel. +49 7821 277", "phone").into_iter().map(|value| value.english).collect();
        assert_eq!(lost, ["+49 7821 277"]);
    }
}
