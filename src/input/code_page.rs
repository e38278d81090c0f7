//! Encodings of text in 8 bits: those of the web, which a crate knows, and that of DOS in western Europe.

use std::fmt;

use encoding_rs::{Encoding, WINDOWS_1252};

/// An encoding of the text of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextEncoding {
    /// An encoding of the Encoding Standard.
    Standard(&'static Encoding),
    /// Code page 850: DOS, and programs that kept to it.
    Cp850,
}

/// The characters of code page 850 from byte 0x80 on. For the letters of German, code page 437 is the same.
const CP850: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û',
    'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®', '¬', '½', '¼', '¡',
    '«', '»', '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥', '┐', '└', '┴', '┬', '├', '─',
    '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤', 'ð', 'Ð', 'Ê', 'Ë', 'È', 'ı', 'Í', 'Î', 'Ï', '┘', '┌', '█',
    '▄', '¦', 'Ì', '▀', 'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ', 'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´', '\u{ad}', '±',
    '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³', '²', '■', '\u{a0}',
];

impl TextEncoding {
    /// The text of `bytes`. What has no meaning becomes the replacement character.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Standard(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Cp850 => bytes.iter().map(|byte| cp850_character(*byte)).collect(),
        }
    }

    /// The characters of an 8-bit encoding from byte 0x80 on.
    pub(super) fn upper_half(self) -> Vec<char> {
        (0x80..=0xff).map(|byte: u8| self.decode(&[byte]).chars().next().unwrap_or_default()).collect()
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard(encoding) => formatter.write_str(encoding.name()),
            Self::Cp850 => formatter.write_str("code page 850"),
        }
    }
}

fn cp850_character(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        Some(upper_half_index) => CP850.get(usize::from(upper_half_index)).copied().unwrap_or_default(),
        None => char::from(byte),
    }
}

/// The character that Windows-1252, or ISO-8859-1 where it has none, has for each byte from 0x80 on.
pub(super) fn western_upper_half() -> Vec<char> {
    TextEncoding::Standard(WINDOWS_1252).upper_half()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_text_is_decoded() {
        let bytes = b"Gr\x81\xe1e aus K\x94ln, \x8epfel und \x99l f\x81r \x9aber 5 \xf8C";
        assert_eq!(TextEncoding::Cp850.decode(bytes), "Grüße aus Köln, Äpfel und Öl für Über 5 °C");
    }
}
