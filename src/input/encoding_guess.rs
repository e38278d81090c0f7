//! Bytes of German text in an unknown 8-bit encoding → the encoding.
//!
//! The letters of German decide between Windows, DOS and the old Macintosh; a crate decides between what is left. Text may
//! be given bit by bit, so a stream is guessed as well as a file.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{ISO_8859_15, MACINTOSH, WINDOWS_1252};

use super::code_page::TextEncoding;

/// What has been seen of the bytes of a text in an unknown encoding.
pub(super) struct EncodingGuess {
    detector: EncodingDetector,
    western: UmlautEvidence,
    dos: UmlautEvidence,
    macintosh: UmlautEvidence,
    has_windows_only: bool,
    has_iso_euro: bool,
}

impl EncodingGuess {
    pub(super) fn new() -> Self {
        Self {
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
            western: UmlautEvidence::new(&[0xe4, 0xf6, 0xfc]),
            dos: UmlautEvidence::new(&[0x84, 0x94, 0x81]),
            macintosh: UmlautEvidence::new(&[0x8a, 0x9a, 0x9f]),
            has_windows_only: false,
            has_iso_euro: false,
        }
    }

    /// Takes `bytes` into account, which are whole lines.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.detector.feed(bytes, false);
        [&mut self.western, &mut self.dos, &mut self.macintosh].into_iter().for_each(|evidence| evidence.feed(bytes));
        self.has_windows_only |= bytes.iter().any(|byte| (0x80..=0x9f).contains(byte));
        self.has_iso_euro |= bytes.contains(&0xa4);
    }

    /// The encoding that the text most likely has, if it is German.
    pub(super) fn encoding(&self) -> TextEncoding {
        if self.dos.umlauts() > self.western.umlauts() && self.dos.umlauts() >= self.macintosh.umlauts() {
            return TextEncoding::Cp850;
        }
        // In Windows-1252 the umlauts of the Macintosh are letters of Slavic names, so one kind alone is no evidence.
        if self.macintosh.umlauts() > self.western.umlauts() && self.macintosh.kinds() > 1 {
            return TextEncoding::Standard(MACINTOSH);
        }
        match self.detector.guess(Some(b"de"), Utf8Detection::Deny) {
            encoding if encoding == WINDOWS_1252 => self.western(),
            encoding => TextEncoding::Standard(encoding),
        }
    }

    /// Windows-1252 or ISO-8859-15. They differ in eight characters: `€` in ISO-8859-15 is `¤` in Windows-1252, a sign that no
    /// German text uses. Windows-1252 has quotation marks and dashes where the ISO encodings have nothing, so one of those
    /// decides.
    pub(super) fn western(&self) -> TextEncoding {
        let is_iso = !self.has_windows_only && self.has_iso_euro;
        TextEncoding::Standard(if is_iso { ISO_8859_15 } else { WINDOWS_1252 })
    }
}

/// How often the bytes of one encoding's `ä`, `ö` and `ü` stand between letters.
struct UmlautEvidence {
    bytes: &'static [u8; 3],
    counts: [usize; 3],
}

impl UmlautEvidence {
    fn new(bytes: &'static [u8; 3]) -> Self {
        Self { bytes, counts: [0; 3] }
    }

    fn feed(&mut self, text_bytes: &[u8]) {
        for three_bytes in text_bytes.windows(3) {
            let &[byte_before, umlaut_byte, byte_after] = three_bytes else { continue };
            if umlaut_byte < 0x80
                || !byte_before.is_ascii_alphabetic()
                || !byte_after.is_ascii_lowercase() && byte_after < 0x80
            {
                continue;
            }
            if let Some(umlaut_kind) = self.bytes.iter().position(|umlaut| *umlaut == umlaut_byte) {
                self.counts[umlaut_kind] += 1;
            }
        }
    }

    fn umlauts(&self) -> usize {
        self.counts.iter().sum()
    }

    fn kinds(&self) -> usize {
        self.counts.iter().filter(|count| **count > 0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umlauts_tell_windows_dos_and_macintosh_apart() {
        let windows = TextEncoding::Standard(WINDOWS_1252);
        for (bytes, encoding) in [
            (&b"Die Gr\xf6\xdfe der F\xf6rde \xfcberrascht."[..], windows),
            (b"Er sagte: \x84so ist es\x93 \x96 und ging zu Du\x9aan.", windows),
            (b"Milo\x9a und Du\x9aan aus Ko\x9aice", windows),
            (b"Die Gr\x94\xe1e der F\x94rde", TextEncoding::Cp850),
            (b"f\x81r K\x94ln", TextEncoding::Cp850),
            (b"Gr\x9a\xa7e f\x9fr Kl\x8aranlagen", TextEncoding::Standard(MACINTOSH)),
            (b"12 \xa4 f\xfcr Sch\xfcler", TextEncoding::Standard(ISO_8859_15)),
        ] {
            let mut guess = EncodingGuess::new();
            bytes.split_inclusive(|byte| *byte == b' ').for_each(|word| guess.feed(word));
            assert_eq!(guess.encoding(), encoding, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
