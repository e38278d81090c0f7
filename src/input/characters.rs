//! Text of a file → text without characters that only a typesetter, a browser or a font can use.
//!
//! Promises: line breaks become `\n`, all other white space becomes a space or a tab, and the text is in Unicode
//! normalisation form C. Soft hyphens, zero-width and direction marks, control characters and private-use characters are
//! removed; ligatures and the long s are spelt out. Cleaning clean text changes nothing. Other letters, digits and
//! punctuation marks stay.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// `text`, cleaned.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' | '\t' | ' '..='~' => cleaned.push(character),
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    cleaned.push('\n');
                }
            }
            // A page ends between two lines, often within a sentence.
            '\u{c}' if cleaned.ends_with('\n') || matches!(characters.peek(), None | Some('\n' | '\r')) => {}
            // Vertical tab, form feed, next line and line separator end a line; a paragraph separator ends a paragraph.
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' => cleaned.push('\n'),
            '\u{2029}' => cleaned.push_str("\n\n"),
            // A soft hyphen at the end of a line divides a word.
            '\u{ad}' => {
                if matches!(characters.peek(), Some('\n' | '\r')) {
                    cleaned.push('-');
                }
            }
            // Old prints, and scans of them, divide words with signs of their own.
            '\u{ac}' if matches!(characters.peek(), Some('\n' | '\r')) => cleaned.push('-'),
            '\u{2010}' | '\u{2011}' | '\u{2e17}' => cleaned.push('-'),
            '\u{17f}' => cleaned.push('s'),
            '\u{fb00}' => cleaned.push_str("ff"),
            '\u{fb01}' => cleaned.push_str("fi"),
            '\u{fb02}' => cleaned.push_str("fl"),
            '\u{fb03}' => cleaned.push_str("ffi"),
            '\u{fb04}' => cleaned.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => cleaned.push_str("st"),
            _ if is_invisible(character) => {}
            _ if character.is_whitespace() => cleaned.push(' '),
            _ => cleaned.push(character),
        }
    }
    if is_nfc(&cleaned) { cleaned } else { cleaned.nfc().collect() }
}

/// `text` with every run of white space replaced by one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The letters and digits of `text` in lower case: what two ways to read a text agree on.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// True for an absolute address of the web without white space or control characters.
pub(super) fn is_web_address(address: &str) -> bool {
    let is_plain = |character: char| !character.is_whitespace() && !character.is_control();
    (address.starts_with("https://") || address.starts_with("http://")) && address.chars().all(is_plain)
}

/// True for characters that no reader sees: controls, zero-width and direction marks, interlinear marks, tags, and
/// private-use characters, which have a meaning only in the icon font of their page.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
            | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_machine_sees_is_gone_or_ordinary() {
        for (text, cleaned) in [
            ("Wirt\u{ad}schafts\u{ad}minister", "Wirtschaftsminister"),
            ("Wirt\u{ad}\r\nschaft", "Wirt-\nschaft"),
            ("3\u{a0}Mio.\u{202f}Euro", "3 Mio. Euro"),
            ("\u{feff}Ti\u{200b}tel\u{200e}", "Titel"),
            ("eins\r\nzwei\rdrei\u{2028}vier\u{2029}fünf", "eins\nzwei\ndrei\nvier\n\nfünf"),
            ("a\u{0}b\u{7}c\u{1b}d", "abcd"),
            ("ihre\n\u{c}Brücken\u{c}\nund\u{c}Wege\u{c}", "ihre\nBrücken\nund\nWege"),
            ("Nord\u{2011}Süd", "Nord-Süd"),
            ("Güter¬\nbahnhof ¬ Haus⸗\r\ntür", "Güter-\nbahnhof ¬ Haus-\ntür"),
            ("Waſſer", "Wasser"),
            ("Mu\u{308}nchen", "München"),
            ("Scho\u{fb00}, \u{fb01}nden", "Schoff, finden"),
            ("\u{f0e1} Teilen", " Teilen"),
            ("\u{202e}gedreht\u{202c} \u{2067}x\u{2069}", "gedreht x"),
            ("„Grüße“ – 5 € … 20 °C 😀", "„Grüße“ – 5 € … 20 °C 😀"),
        ] {
            assert_eq!(clean(text), cleaned);
            assert_eq!(clean(cleaned), cleaned, "cleaning twice");
        }
    }
}
