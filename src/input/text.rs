//! The bytes of a text file → its text, decoded and cleaned. Every reader of a text format begins here.

use encoding_rs::Encoding;

use super::characters;
use super::encoding::{self, undeclared};
use super::mojibake;
use super::source::{ReadError, Source};
use crate::document::LeftOut;

/// Rule of the first line whose encoding was damaged and has been repaired, as it was.
pub(super) const DAMAGED_ENCODING: &str = "damaged-encoding";

/// The text of `source`, decoded and cleaned. `declared` finds the encoding that is stated for it: see [`encoding::decode`]. If
/// its encoding was damaged, it is repaired, and the source lists the first line as it was.
///
/// # Errors
/// If the bytes cannot be read, are too many, are not text, or are blank.
pub(super) fn decode(
    source: &mut Source,
    declared: impl FnOnce(&[u8]) -> Option<&'static Encoding>,
) -> Result<String, ReadError> {
    let bytes = source.bytes()?;
    let decoded_text = encoding::decode(&bytes, declared).map_err(|cause| ReadError::NotText { what: cause.what })?;
    drop(bytes);
    let (repaired_text, damaged_line) = mojibake::repair_mojibake(&decoded_text);
    source
        .left_out
        .extend(damaged_line.map(|file_text| LeftOut { text: file_text, rule: DAMAGED_ENCODING.to_owned() }));
    let file_text = characters::clean(&repaired_text);
    if file_text.trim().is_empty() { Err(ReadError::Empty) } else { Ok(file_text) }
}

/// The start of a text, decoded, from the first bytes of a file; empty if they are not text.
pub(super) fn decode_beginning(bytes: &[u8]) -> String {
    encoding::decode(bytes, undeclared).unwrap_or_default()
}
