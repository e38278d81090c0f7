//! UTF-8 that was once read in an 8-bit encoding → the text that was meant: `MÃ¼nchen` → `München`.
//!
//! Each character that was damaged is repaired by itself, so a line may be damaged in part. What was damaged twice is
//! repaired twice.

use std::borrow::Cow;

use encoding_rs::MACINTOSH;

use super::code_page::{TextEncoding, western_upper_half};

/// How often text is repaired at most.
const MAX_REPAIR_ROUNDS: usize = 3;

/// What the first byte of `ü`, and of other letters of German, looks like in the encodings that are repaired.
const MOJIBAKE_LEADS: [char; 12] = ['Ã', 'Â', 'â', 'Ä', 'Å', '├', '┬', 'Ô', '√', '¬', '‚', 'ð'];

/// Signs that may follow a capital letter in text that is not damaged.
const MARKS_AFTER_CAPITALS: [char; 18] =
    ['“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›', '–', '—', '…', '·', '°', '´', '\u{a0}', '™'];

/// `text` with its damaged characters repaired, and the first line with one as it was.
pub(super) fn repair_mojibake(text: &str) -> (Cow<'_, str>, Option<String>) {
    if !text.contains(MOJIBAKE_LEADS) {
        return (Cow::Borrowed(text), None);
    }
    let code_pages = [
        MisreadCodePage { upper_half: western_upper_half(), has_controls: true },
        MisreadCodePage { upper_half: TextEncoding::Cp850.upper_half(), has_controls: false },
        MisreadCodePage { upper_half: TextEncoding::Standard(MACINTOSH).upper_half(), has_controls: false },
    ];
    let mut repaired_text = String::with_capacity(text.len());
    let mut first_damaged = None;
    for damaged_line in text.split_inclusive('\n') {
        match code_pages.iter().find_map(|code_page| code_page.repair_line(damaged_line)) {
            Some(repaired_line) => {
                first_damaged.get_or_insert_with(|| damaged_line.trim().to_owned());
                repaired_text.push_str(&repaired_line);
            }
            None => repaired_text.push_str(damaged_line),
        }
    }
    if first_damaged.is_some() { (Cow::Owned(repaired_text), first_damaged) } else { (Cow::Borrowed(text), None) }
}

/// An 8-bit encoding that UTF-8 may have been read in.
struct MisreadCodePage {
    /// Its characters from byte 0x80 on.
    upper_half: Vec<char>,
    /// True if the control characters of ISO-8859-1 stand for their bytes too.
    has_controls: bool,
}

impl MisreadCodePage {
    /// What `line` was meant to be; `None` if nothing in it is damaged in this way.
    fn repair_line(&self, line: &str) -> Option<String> {
        let mut text = self.repair_line_once(line)?;
        for _ in 1..MAX_REPAIR_ROUNDS {
            match self.repair_line_once(&text) {
                Some(again) => text = again,
                None => break,
            }
        }
        Some(text)
    }

    fn repair_line_once(&self, line: &str) -> Option<String> {
        if !line.contains(MOJIBAKE_LEADS) {
            return None;
        }
        let mut repaired_line = String::with_capacity(line.len());
        let mut copied_end = 0;
        let mut character_before = ' ';
        let mut line_position = 0;
        while let Some(lead_character) = line[line_position..].chars().next() {
            match self.meant_character(&line[line_position..], character_before) {
                Some((character, mojibake_length)) => {
                    repaired_line.push_str(&line[copied_end..line_position]);
                    repaired_line.push(character);
                    line_position += mojibake_length;
                    copied_end = line_position;
                    character_before = character;
                }
                None => {
                    line_position += lead_character.len_utf8();
                    character_before = lead_character;
                }
            }
        }
        if copied_end == 0 {
            return None;
        }
        repaired_line.push_str(&line[copied_end..]);
        Some(repaired_line)
    }

    /// The character that the start of `mojibake` was meant to be, and how many bytes it takes up there.
    fn meant_character(&self, mojibake: &str, character_before: char) -> Option<(char, usize)> {
        let mut characters = mojibake.chars();
        let lead = characters.next().filter(|lead| MOJIBAKE_LEADS.contains(lead))?;
        let mut utf8_bytes = [self.byte(lead)?, 0, 0, 0];
        let byte_count = match utf8_bytes[0] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut mojibake_length = lead.len_utf8();
        let mut last_character = lead;
        for utf8_byte in &mut utf8_bytes[1..byte_count] {
            last_character = characters.next()?;
            mojibake_length += last_character.len_utf8();
            *utf8_byte = self.byte(last_character)?;
        }
        let meant = std::str::from_utf8(&utf8_bytes[..byte_count]).ok()?.chars().next()?;
        let character_after = characters.next().unwrap_or(' ');
        // `„Å“` and `IRMÃ“` end in a quotation mark.
        let may_end_word = if matches!(lead, 'Ã' | 'Â') {
            character_before.is_uppercase()
        } else {
            !character_before.is_lowercase() && character_before != '€'
        };
        let may_be_meant = byte_count == 2
            && MARKS_AFTER_CAPITALS.contains(&last_character)
            && !character_after.is_alphabetic()
            && may_end_word;
        (is_likely_in_german(meant) && !may_be_meant).then_some((meant, mojibake_length))
    }

    /// The byte that `character` stands for, if it is not ASCII.
    fn byte(&self, character: char) -> Option<u8> {
        let upper_half_index = self.upper_half.iter().position(|known| *known == character);
        let byte = upper_half_index.and_then(|upper_half_index| u8::try_from(upper_half_index + 0x80).ok());
        let control_character =
            Some(character).filter(|character| self.has_controls && ('\u{80}'..='\u{9f}').contains(character));
        byte.or_else(|| control_character.and_then(|control_character| u8::try_from(u32::from(control_character)).ok()))
    }
}

/// True for characters that German text has: letters of Latin, punctuation, currencies, pictures.
fn is_likely_in_german(character: char) -> bool {
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
            let (repaired, damaged) = repair_mojibake(text);
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
            assert_eq!(repair_mojibake(text), (Cow::Borrowed(text), None));
        }
    }

    #[test]
    fn long_damaged_lines_are_read() {
        assert_eq!(repair_mojibake(&"Ã¼".repeat(500_000)).0, "ü".repeat(500_000));
        assert_eq!(repair_mojibake(&"Ã".repeat(500_000)).1, None);
    }
}
