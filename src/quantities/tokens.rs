//! A text → runs of digits and runs of letters.

/// Digits with the separators between them, or letters.
#[derive(Clone, Copy)]
pub struct QuantityToken<'a> {
    /// The number or word as it is written.
    pub text: &'a str,
    /// First byte of the number or word in the text.
    pub start: usize,
    /// True for digits, false for letters.
    pub digits: bool,
}

impl QuantityToken<'_> {
    /// One past the last byte of the number or word.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The numbers and words of `text` in order; everything else is skipped.
pub fn tokens(text: &str) -> Vec<QuantityToken<'_>> {
    let mut tokens = Vec::new();
    let mut token_start = 0;
    while let Some(first_character) = text[token_start..].chars().next() {
        let unread_text = &text[token_start..];
        let digits = first_character.is_ascii_digit();
        let token_length = if digits {
            number_length(unread_text)
        } else {
            unread_text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(unread_text.len())
        };
        if token_length > 0 {
            tokens.push(QuantityToken { text: &unread_text[..token_length], start: token_start, digits });
            token_start += token_length;
        } else {
            token_start += first_character.len_utf8();
        }
    }
    tokens
}

/// Bytes of the number that `text` begins with. `.`, `,` and `:` belong to it between digits.
fn number_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    let mut number_length = 0;
    while let Some((digit_start, character)) = characters.next() {
        let next_is_digit = characters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if !(character.is_ascii_digit() || matches!(character, '.' | ',' | ':') && next_is_digit) {
            break;
        }
        number_length = digit_start + 1;
    }
    number_length
}

/// True if `text` has digits only.
pub(super) fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
