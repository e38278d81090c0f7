//! Bytes of a file → text, whatever encoding they are in.
//!
//! Promises: a byte order mark decides; otherwise valid UTF-8 is UTF-8, whatever the file declares; then comes what it
//! declares, then a guess. A file that is cut within a character or has a few damaged bytes is still read. Pictures,
//! archives and office documents are never taken for text; the error names them.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use thiserror::Error;

use super::code_page::TextEncoding;
use super::encoding_guess::EncodingGuess;

/// Why bytes are not text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("it is {what}, not text")]
pub(super) struct NotText {
    /// What the bytes are instead, with an article.
    pub(super) what: &'static str,
}

/// First bytes of common files that are not text, and what they are called.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
];

/// What an archive is called whose content does not show more.
const ARCHIVE: &str = "a ZIP archive or an office document";

/// Names that files in office documents begin with, and what the documents are called.
const ARCHIVE_CONTENTS: &[(&[u8], &str)] = &[
    (b"word/document", "a Word document"),
    (b"xl/work", "a spreadsheet"),
    (b"ppt/", "a presentation"),
    (b"opendocument.text", "an OpenDocument text"),
    (b"opendocument.spreadsheet", "a spreadsheet"),
    (b"opendocument.presentation", "a presentation"),
    (b"epub+zip", "a book"),
];

/// How many bytes at the start and at the end of an archive name the files in it.
const NAMES_BYTES: usize = 64 * 1024;

/// How many bytes at the start show binary data, or UTF-16 without a byte order mark.
const SAMPLE_BYTES: usize = 8 * 1024;

/// How many bytes at the start may hold a declaration. The HTML standard says 1,024; real pages need more.
const DECLARATION_BYTES: usize = 4 * 1024;

/// The text of `bytes`. `declared` finds the encoding that is stated for them: [`undeclared`], [`declared_in_markup`], or one that
/// knows what stands outside the bytes, as the header of a mail or the list of files in an archive does. It is asked only if
/// the bytes do not show their encoding themselves.
///
/// # Errors
/// If the bytes are not text.
pub(super) fn decode(
    bytes: &[u8],
    declared: impl FnOnce(&[u8]) -> Option<&'static Encoding>,
) -> Result<String, NotText> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(decode_as(encoding, &bytes[mark..]));
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(NotText { what: if *what == ARCHIVE { kind_of_archive(bytes) } else { what } });
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(decode_as(encoding, bytes));
    }
    if is_binary(bytes) {
        return Err(NotText { what: "binary data" });
    }
    if let Some(text) = utf8(bytes) {
        return Ok(text);
    }
    // UTF-8 and UTF-16 have been ruled out by now.
    let stated = declared(bytes).filter(|stated| ![UTF_8, UTF_16LE, UTF_16BE].contains(stated));
    let mut guess = EncodingGuess::new();
    let encoding = match stated {
        Some(stated) if stated != WINDOWS_1252 => TextEncoding::Standard(stated),
        stated => {
            guess.feed(bytes);
            if stated.is_some() { guess.western() } else { guess.encoding() }
        }
    };
    Ok(encoding.decode(bytes))
}

/// What the office document in an archive is, by the names of the files in it.
fn kind_of_archive(bytes: &[u8]) -> &'static str {
    let (start, end) = (&bytes[..bytes.len().min(NAMES_BYTES)], &bytes[bytes.len().saturating_sub(NAMES_BYTES)..]);
    let has = |name: &[u8]| find(start, name, 0).or_else(|| find(end, name, 0)).is_some();
    ARCHIVE_CONTENTS.iter().find(|(name, _)| has(name)).map_or(ARCHIVE, |(_, what)| what)
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The byte order of UTF-16 without a byte order mark. In German text nearly every high byte is zero, and nearly no low
/// byte is.
pub(super) fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES) & !1];
    if sample.len() < 4 {
        return None;
    }
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let units = sample.len() / 2;
    let (even_zeros, odd_zeros) = (zeros(0), zeros(1));
    // The high byte of quotation marks and dashes is 0x20, so not every high byte is zero.
    let most = units * 7 / 10;
    let few = units / 50;
    if odd_zeros > most && even_zeros <= few {
        Some(UTF_16LE)
    } else if even_zeros > most && odd_zeros <= few {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// True if `bytes` cannot be text in UTF-8 or an 8-bit encoding: they have a NUL near the start, or more than one control
/// character in thirty.
fn is_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let controls = sample.iter().filter(|byte| matches!(byte, 0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)).count();
    sample.contains(&0) || controls * 30 > sample.len()
}

/// The text, if `bytes` are UTF-8. Damage is accepted if at least nine in ten characters beyond ASCII are well formed; in
/// other encodings hardly any are.
pub(super) fn utf8(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let mut well_formed = 0;
    let mut damaged = 0;
    let mut damage_at_end = 0;
    for chunk in bytes.utf8_chunks() {
        well_formed += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        damage_at_end = chunk.invalid().len();
        damaged += usize::from(damage_at_end > 0);
    }
    let (whole, rest) = bytes.split_at(bytes.len() - damage_at_end);
    // A file that was cut within its last character ends with the first bytes of it, which is not damage.
    let is_cut = damage_at_end > 0 && std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
    if is_cut && damaged == 1 && well_formed > 0 {
        return Some(String::from_utf8_lossy(whole).into_owned());
    }
    (well_formed >= 9 * damaged).then(|| decode_as(UTF_8, bytes))
}

/// For formats that state no encoding: it is guessed.
pub(super) fn undeclared(_: &[u8]) -> Option<&'static Encoding> {
    None
}

/// The encoding that an HTML or XML file declares near its start: `<meta charset=…>`,
/// `<meta http-equiv=… content="…; charset=…">` or `<?xml encoding=…?>`.
pub(super) fn declared_in_markup(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(DECLARATION_BYTES)].to_ascii_lowercase();
    let mut from = 0;
    while let Some(open) = find(&head, b"<", from) {
        let end = find(&head, b">", open).unwrap_or(head.len());
        let tag = &head[open..end];
        let key: &[u8] = if tag.starts_with(b"<meta") {
            b"charset"
        } else if tag.starts_with(b"<?xml") {
            b"encoding"
        } else {
            b""
        };
        if !key.is_empty()
            && let Some(at) = find(tag, key, 0)
        {
            let after_key = tag[at + key.len()..].trim_ascii_start().strip_prefix(b"=").unwrap_or_default();
            let value = after_key.trim_ascii_start();
            let label = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
            let length = label.iter().position(|byte| b"\"'; \t\r\n/?>".contains(byte)).unwrap_or(label.len());
            return Encoding::for_label(&label[..length]);
        }
        from = end;
    }
    None
}

/// Where `wanted` next occurs in `bytes`, at or after `from`.
fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use encoding_rs::ISO_8859_15;

    use super::*;

    const GERMAN: &str = "Die Größe der Förde überraschte die Gäste aus Köln. Für zwölf Euro gab es Matjes.";

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn in_encoding(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{text}");
        bytes.into_owned()
    }

    #[test]
    fn every_usual_encoding_gives_the_same_text() {
        let quoted = "Sie sagte: „Das ist schön“ – und ging.";
        let euros = "Der Eintritt kostet 12 €, für Schüler 5 €. Die Führung ist auf Französisch.";
        for (name, bytes, text) in [
            ("utf-8", GERMAN.as_bytes().to_vec(), GERMAN),
            ("utf-8 with mark", [b"\xef\xbb\xbf", GERMAN.as_bytes()].concat(), GERMAN),
            ("utf-16le with mark", [b"\xff\xfe".to_vec(), utf16(quoted, true)].concat(), quoted),
            ("utf-16be with mark", [b"\xfe\xff".to_vec(), utf16(quoted, false)].concat(), quoted),
            ("utf-16le without mark", utf16(quoted, true), quoted),
            ("utf-16be without mark", utf16(quoted, false), quoted),
            ("windows-1252", in_encoding(WINDOWS_1252, quoted), quoted),
            ("windows-1252 with a euro", in_encoding(WINDOWS_1252, euros), euros),
            ("iso-8859-1", in_encoding(WINDOWS_1252, GERMAN), GERMAN),
            ("iso-8859-15", in_encoding(ISO_8859_15, euros), euros),
            ("code page 850", b"Die Gr\x94\xe1e der F\x94rde, f\x81r \x99l".to_vec(), "Die Größe der Förde, für Öl"),
            ("macintosh", in_encoding(encoding_rs::MACINTOSH, GERMAN), GERMAN),
        ] {
            assert_eq!(decode(&bytes, undeclared).as_deref(), Ok(text), "{name}");
        }
    }

    #[test]
    fn a_few_words_are_enough_to_guess_a_german_encoding() {
        for text in ["Köln", "Grüße", "Straße", "Übung", "Äpfel und Öl", "schön", "für", "Bär", "Fuß", "Café Müller"]
        {
            assert_eq!(decode(&in_encoding(WINDOWS_1252, text), undeclared).as_deref(), Ok(text), "{text}");
        }
    }

    #[test]
    fn a_page_may_declare_its_encoding_but_not_against_valid_utf8() {
        let page = |label: &str| format!("<html><head><meta charset=\"{label}\"></head><p>Größe: Łódź</p>");
        let declared = in_encoding(encoding_rs::ISO_8859_2, &page("iso-8859-2").replace("Größe", "Groß"));
        assert!(decode(&declared, declared_in_markup).unwrap().contains("Groß: Łódź"));
        assert!(decode(page("iso-8859-1").as_bytes(), declared_in_markup).unwrap().contains("Größe: Łódź"));
        let old = "<META http-equiv=Content-Type content='text/html; charset=ISO-8859-15'><p>5 €, schön</p>";
        assert_eq!(decode(&in_encoding(ISO_8859_15, old), declared_in_markup).as_deref(), Ok(old));
        let wrong = "<meta charset=utf-8><p>Die Größe der Förde</p>";
        assert_eq!(decode(&in_encoding(WINDOWS_1252, wrong), declared_in_markup).as_deref(), Ok(wrong));
        let xml = "<?xml version='1.0' encoding='ISO-8859-1'?><p>Förde</p>";
        assert_eq!(decode(&in_encoding(WINDOWS_1252, xml), declared_in_markup).as_deref(), Ok(xml));
    }

    #[test]
    fn an_encoding_that_is_stated_outside_the_bytes_is_used_but_not_against_valid_utf8() {
        let latin2 = |_: &[u8]| Some(encoding_rs::ISO_8859_2);
        let bytes = in_encoding(encoding_rs::ISO_8859_2, "Łódź grüßt");
        assert_eq!(decode(&bytes, latin2).as_deref(), Ok("Łódź grüßt"));
        assert_eq!(decode(GERMAN.as_bytes(), latin2).as_deref(), Ok(GERMAN));
    }

    #[test]
    fn damaged_utf8_is_read_as_utf8() {
        let cut = &"Die Förde ist schö".as_bytes()[..19];
        assert_eq!(decode(cut, undeclared).as_deref(), Ok("Die Förde ist sch"));
        let damaged = [GERMAN.as_bytes(), b" \xff ", GERMAN.as_bytes(), GERMAN.as_bytes()].concat();
        assert_eq!(decode(&damaged, undeclared).unwrap(), format!("{GERMAN} \u{fffd} {GERMAN}{GERMAN}"));
    }

    #[test]
    fn what_is_not_text_is_named() {
        for (bytes, what) in [
            (&b"%PDF-1.7 ..."[..], "a PDF file"),
            (b"PK\x03\x04....", "a ZIP archive or an office document"),
            (b"PK\x03\x04....xl/workbook.xml", "a spreadsheet"),
            (b"PK\x03\x04....ppt/presentation.xml", "a presentation"),
            (b"PK\x03\x04....word/document.xml", "a Word document"),
            (b"{\\rtf1\\ansi Hallo}", "an RTF document"),
            (b"\x89PNG\r\n\x1a\n....", "a picture"),
            (b"Text\0mit\0Nullen und sonst noch etwas", "binary data"),
            (b"\x01\x02\x03abc", "binary data"),
        ] {
            assert_eq!(decode(bytes, declared_in_markup), Err(NotText { what }));
        }
        assert_eq!(decode(b"", declared_in_markup).as_deref(), Ok(""));
    }
}
