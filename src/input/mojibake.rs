//! UTF-8 that was once read in an 8-bit encoding → the text that was meant: `MÃ¼nchen` → `München`.
//!
//! Each character that was damaged is repaired by itself, so a line may be damaged in part. What was damaged twice is
//! repaired twice.

use std::borrow::Cow;

use encoding_rs::MACINTOSH;

use super::code_page::{TextEncoding, western_upper_half};

/// How often text is repaired at most.
const MAX_ROUNDS: usize = 3;

/// What the first byte of `ü`, and of other letters of German, looks like in the encodings that are repaired.
const LEADS: [char; 12] = ['Ã', 'Â', 'â', 'Ä', 'Å', '├', '┬', 'Ô', '√', '¬', '‚', 'ð'];

/// Signs that may follow a capital letter in text that is not damaged.
const MARKS: [char; 18] =
    ['“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›', '–', '—', '…', '·', '°', '´', '\u{a0}', '™'];

/// `text` with its damaged characters repaired, and the first line with one as it was.
pub(super) fn repair(text: &str) -> (Cow<'_, str>, Option<String>) {
    if !text.contains(LEADS) {
        return (Cow::Borrowed(text), None);
    }
    let pages = [
        CodePage { upper_half: western_upper_half(), has_controls: true },
        CodePage { upper_half: TextEncoding::Cp850.upper_half(), has_controls: false },
        CodePage { upper_half: TextEncoding::Standard(MACINTOSH).upper_half(), has_controls: false },
    ];
    let mut repaired = String::with_capacity(text.len());
    let mut first_damaged = None;
    for line in text.split_inclusive('\n') {
        match pages.iter().find_map(|page| page.repair(line)) {
            Some(meant) => {
                first_damaged.get_or_insert_with(|| line.trim().to_owned());
                repaired.push_str(&meant);
            }
            None => repaired.push_str(line),
        }
    }
    if first_damaged.is_some() { (Cow::Owned(repaired), first_damaged) } else { (Cow::Borrowed(text), None) }
}

/// An 8-bit encoding that UTF-8 may have been read in.
struct CodePage {
    /// Its characters from byte 0x80 on.
    upper_half: Vec<char>,
    /// True if the control characters of ISO-8859-1 stand for their bytes too.
    has_controls: bool,
}

impl CodePage {
    /// What `line` was meant to be; `None` if nothing in it is damaged in this way.
    fn repair(&self, line: &str) -> Option<String> {
        let mut text = self.repair_once(line)?;
        for _ in 1..MAX_ROUNDS {
            match self.repair_once(&text) {
                Some(again) => text = again,
                None => break,
            }
        }
        Some(text)
    }

    fn repair_once(&self, line: &str) -> Option<String> {
        if !line.contains(LEADS) {
            return None;
        }
        let mut repaired = String::with_capacity(line.len());
        let mut copied = 0;
        let mut before = ' ';
        let mut at = 0;
        while let Some(lead) = line[at..].chars().next() {
            match self.meant(&line[at..], before) {
                Some((character, length)) => {
                    repaired.push_str(&line[copied..at]);
                    repaired.push(character);
                    at += length;
                    copied = at;
                    before = character;
                }
                None => {
                    at += lead.len_utf8();
                    before = lead;
                }
            }
        }
        if copied == 0 {
            return None;
        }
        repaired.push_str(&line[copied..]);
        Some(repaired)
    }

    /// The character that the start of `text` was meant to be, and how many bytes it takes up there.
    fn meant(&self, text: &str, before: char) -> Option<(char, usize)> {
        let mut characters = text.chars();
        let lead = characters.next().filter(|lead| LEADS.contains(lead))?;
        let mut bytes = [self.byte(lead)?, 0, 0, 0];
        let count = match bytes[0] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut length = lead.len_utf8();
        let mut last = lead;
        for byte in &mut bytes[1..count] {
            last = characters.next()?;
            length += last.len_utf8();
            *byte = self.byte(last)?;
        }
        let meant = std::str::from_utf8(&bytes[..count]).ok()?.chars().next()?;
        let after = characters.next().unwrap_or(' ');
        // `„Å“` and `IRMÃ“` end in a quotation mark.
        let may_end_word =
            if matches!(lead, 'Ã' | 'Â') { before.is_uppercase() } else { !before.is_lowercase() && before != '€' };
        let may_be_meant = count == 2 && MARKS.contains(&last) && !after.is_alphabetic() && may_end_word;
        (is_likely(meant) && !may_be_meant).then_some((meant, length))
    }

    /// The byte that `character` stands for, if it is not ASCII.
    fn byte(&self, character: char) -> Option<u8> {
        let index = self.upper_half.iter().position(|known| *known == character);
        let byte = index.and_then(|index| u8::try_from(index + 0x80).ok());
        let control = Some(character).filter(|it| self.has_controls && ('\u{80}'..='\u{9f}').contains(it));
        byte.or_else(|| control.and_then(|control| u8::try_from(u32::from(control)).ok()))
    }
}

/// True for characters that German text has: letters of Latin, punctuation, currencies, pictures.
fn is_likely(character: char) -> bool {
    matches!(character,
        '\u{a0}'..='\u{17f}' | '\u{2c6}' | '\u{2dc}' | '\u{2010}'..='\u{203a}' | '\u{20ac}' | '\u{2122}'
        | '\u{2190}'..='\u{2193}' | '\u{221a}' | '\u{251c}' | '\u{252c}' | '\u{1f300}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_is_repaired_and_the_rest_stays() {
        for (text, meant) in [
            ("Stadtwerke in MÃ¼nchen", "Stadtwerke in München"),
            ("â€žSo ist esâ€œ, sagte er â€“ und ging.", "„So ist es“, sagte er – und ging."),
            ("â€\u{9e}So ist esâ€\u{9d}", "„So ist es”"),
            ("Die StraÃŸe\nDie Straße\n", "Die Straße\nDie Straße\n"),
            ("Die StraÃ\u{9f}e in MÃ¼nchen", "Die Straße in München"),
            ("Ãœber Ã–l, 12 â‚¬", "Über Öl, 12 €"),
            ("\u{c3}\u{9c}ber \u{c3}\u{84}pfel", "Über Äpfel"),
            ("Ã¼ und ł", "ü und ł"),
            ("MÃƒÂ¼nchen, StraÃƒÅ¸e", "München, Straße"),
            ("Ã¢â‚¬Å¾SoÃ¢â‚¬Å“ fÃƒÂ¼r 5 Ã¢â€šÂ¬", "„So“ für 5 €"),
            ("GlÄƒmeÅŸti und Å\u{a0}ariÄ‡", "Glămeşti und Šarić"),
            ("M├╝nchen, Stra├ƒe", "München, Straße"),
            ("M√ºnchen, Stra√üe, √ñl", "München, Straße, Öl"),
            ("‚ÄûSo‚Äú", "„So“"),
            ("20Â\u{a0}Â°C, Â§ 5, FÃ–RDE", "20\u{a0}°C, § 5, FÖRDE"),
        ] {
            let (repaired, damaged) = repair(text);
            assert_eq!(repaired, meant);
            assert!(damaged.is_some_and(|line| text.starts_with(&line)), "{text}");
        }
    }

    #[test]
    fn what_is_not_damaged_stays() {
        for text in [
            "München",
            "São Paulo",
            "Château",
            "Ångström",
            "Der Âge d’Or",
            "VIÑA DEL MAR",
            "Ã",
            "Das Dorf „Å“ liegt in Norwegen.",
            "„DAS WAR JA Ä…“, rief sie.",
            "DIE IRMÃ“",
            "‚Äpfel‘ und ‚Öl‘",
            "√2 und ¬p",
            "„Ô“",
        ] {
            assert_eq!(repair(text), (Cow::Borrowed(text), None));
        }
    }

    #[test]
    fn long_damaged_lines_are_read() {
        assert_eq!(repair(&"Ã¼".repeat(500_000)).0, "ü".repeat(500_000));
        assert_eq!(repair(&"Ã".repeat(500_000)).1, None);
    }
}
