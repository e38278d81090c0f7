//! What a PDF file says about itself → title, author and dates. Programs fill these fields with file names and defaults, which
//! are not taken.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use hayro_interpret::hayro_syntax::metadata::Metadata;
use hayro_interpret::hayro_syntax::object::DateTime;

use super::super::super::characters::one_line;
use super::super::stated;
use crate::document::{ArticleDraft, Date};

/// The fields of `metadata` that say something.
pub(super) fn draft_of_metadata(metadata: &Metadata) -> ArticleDraft {
    let text = |field: &Option<Box<[u8]>>| field.as_deref().map(decode_text_string).filter(|text| !text.is_empty());
    let published = metadata.creation_date.as_ref().and_then(day_of_time_stamp);
    let updated = metadata.modification_date.as_ref().and_then(day_of_time_stamp);
    ArticleDraft {
        title: text(&metadata.title).filter(|title| stated::is_title(title)),
        author: text(&metadata.author).filter(|author| stated::is_author(author)),
        published,
        updated: updated.filter(|updated| published.is_none_or(|published| *updated > published)),
        ..ArticleDraft::default()
    }
}

/// The day of a time stamp. The first days of computing stand for no date.
fn day_of_time_stamp(time: &DateTime) -> Option<Date> {
    Date::new(time.year, time.month, time.day).filter(|date| date.year() > 1990)
}

/// A text string: UTF-16 or UTF-8 with a mark, else one byte a character. The marks of print are elsewhere than in
/// Windows-1252, the letters are not.
fn decode_text_string(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => UTF_8.decode_without_bom_handling(rest).0.into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| pdf_doc_character(*byte)).collect(),
        },
    };
    one_line(&text.chars().filter(|character| !character.is_control() || character.is_whitespace()).collect::<String>())
}

/// A character of PDFDocEncoding.
fn pdf_doc_character(byte: u8) -> char {
    const PRINT: [char; 31] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł',
        'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž',
    ];
    match byte {
        0x80..=0x9e => PRINT[usize::from(byte - 0x80)],
        0xa0 => '€',
        0x9f => ' ',
        _ => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_are_decoded() {
        for (bytes, text) in [
            (&b"\xfe\xff\x00M\x00\xfc\x00n\x00z\x00e"[..], "Münze"),
            (b"\xef\xbb\xbfM\xc3\xbcnze", "Münze"),
            (b"M\xfcnze \x8cneu\x8d", "Münze „neu“"),
            (b"Zeile\nzwei\0", "Zeile zwei"),
            (b"\xa0 5", "€ 5"),
        ] {
            assert_eq!(decode_text_string(bytes), text);
        }
    }
}
