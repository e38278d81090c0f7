//! Numbers that name something and count nothing: of telephones and of files in court. They come out to the letter.

use std::ops::Range;

use super::edit::Edit;
use super::lost_value::LostValue;
use crate::check::{Token, tokens};

/// Fewest digits of the number of a telephone.
const MIN_TELEPHONE_DIGITS: usize = 6;

/// Replaces what has the digits of a German reference with other marks between them.
pub(super) fn edits(german: &str, english: &str) -> Vec<Edit> {
    let english_tokens = tokens(english);
    let lost = references(german).into_iter().map(|range| &german[range]).filter(|text| !english.contains(*text));
    lost.filter_map(|text| {
        let range = run_of_digits(&english_tokens, english, &digits_of(text))?;
        Some(Edit::correction_of(range, text))
    })
    .collect()
}

/// The references of `german` that are not in `english`.
pub(super) fn lost(german: &str, english: &str) -> Vec<LostValue> {
    let lost = references(german).into_iter().filter(|range| !english.contains(&german[range.clone()]));
    lost.map(|range| LostValue { english: german[range.clone()].to_owned(), range }).collect()
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn gap<'a>(text: &'a str, tokens: &[Token<'_>], index: usize) -> &'a str {
    tokens.get(index).and_then(|token| text.get(tokens[index - 1].end()..token.start)).unwrap_or_default()
}

/// The references of `german`, in order.
fn references(german: &str) -> Vec<Range<usize>> {
    let tokens = tokens(german);
    let mut references = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let last = telephone(german, &tokens, index).or_else(|| file_number(german, &tokens, index));
        if let Some(last) = last {
            let plus = usize::from(german[..tokens[index].start].ends_with('+'));
            references.push(tokens[index].start - plus..tokens[last].end());
            index = last;
        }
        index += 1;
    }
    references
}

/// The last token of a number such as `07821 277-0`, which begins at `index`.
fn telephone(german: &str, tokens: &[Token<'_>], index: usize) -> Option<usize> {
    let first = &tokens[index];
    let is_international = german[..first.start].ends_with('+');
    let is_plain = |token: &Token<'_>| token.digits && token.text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain(first) || !(is_international || (first.text.starts_with('0') && first.text.len() >= 3)) {
        return None;
    }
    let continues = |next: &usize| {
        is_plain(&tokens[*next]) && matches!(gap(german, tokens, *next), " " | "/" | "-" | "–" | " / " | " - ")
    };
    let last = (index + 1..tokens.len()).take_while(continues).last()?;
    let digit_count: usize = tokens[index..=last].iter().map(|token| token.text.len()).sum();
    (digit_count >= MIN_TELEPHONE_DIGITS).then_some(last)
}

/// The last token of a number such as `3 K 412/22`, which begins at `index`.
fn file_number(german: &str, tokens: &[Token<'_>], index: usize) -> Option<usize> {
    let parts = tokens.get(index..index + 4)?;
    let [chamber, register, number, year] = parts else { return None };
    let is_register = !register.digits && register.text.len() <= 5 && register.text.starts_with(char::is_uppercase);
    let has_shape = chamber.digits && is_register && number.digits && year.digits && matches!(year.text.len(), 2 | 4);
    let is_joined = gap(german, tokens, index + 1) == " "
        && gap(german, tokens, index + 2) == " "
        && gap(german, tokens, index + 3) == "/";
    (has_shape && is_joined).then_some(index + 3)
}

/// The only run of tokens in `english` that has exactly `digits`.
fn run_of_digits(tokens: &[Token<'_>], english: &str, digits: &str) -> Option<Range<usize>> {
    let mut runs = (0..tokens.len()).filter(|index| tokens[*index].digits).filter_map(|first| {
        let mut seen = String::new();
        for (last, token) in tokens.iter().enumerate().skip(first).filter(|(_, token)| token.digits) {
            if last > first
                && english.get(tokens[first].start..token.start)?.contains(|letter: char| letter.is_lowercase())
            {
                return None;
            }
            seen.push_str(&digits_of(token.text));
            if seen == digits {
                return Some(tokens[first].start..token.end());
            }
            if !digits.starts_with(&seen) {
                return None;
            }
        }
        None
    });
    let run = runs.next()?;
    runs.next().is_none().then_some(run)
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
