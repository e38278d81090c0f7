//! A stream of bytes → its lines, each decoded as soon as it is there.
//!
//! Character references of HTML (`M&uuml;nster`) become what they stand for, where lines are repaired.
//!
//! Promises: what a line becomes depends on it and the lines before it, never on how the bytes arrive; one line is held at a
//! time. A byte order mark decides; UTF-16 without one shows in the first line; UTF-8 is read as such; the first line that is
//! none of these shows the encoding of those that follow.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16LE};

use super::code_page::TextEncoding;
use super::encoding::{utf8, utf16_without_mark};
use super::encoding_guess::EncodingGuess;
use super::entities;
use super::mojibake;
use super::source::MAX_BYTES;

/// A line of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedLine {
    /// The line without its end.
    pub text: String,
    /// What its reader should know.
    pub note: Option<LineNote>,
}

/// What there is to know about the bytes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineNote {
    /// It is in another encoding than the lines before it, which is the one with this name.
    Encoding(String),
    /// Some bytes mean nothing in its encoding. They have become replacement characters.
    Damaged,
    /// Its encoding was damaged earlier (`MÃ¼nchen`), and has been repaired.
    Repaired,
}

/// The lines of a stream. Ends after the first error; a line beyond 16 MiB is one.
pub struct LineReader<R> {
    source: R,
    /// True if lines whose encoding was damaged are repaired, and character references replaced.
    repairs: bool,
    /// The order of bytes, if the stream is UTF-16.
    utf16: Option<&'static Encoding>,
    /// True until a line has shown whether the stream is UTF-16.
    is_undecided: bool,
    guess: EncodingGuess,
    /// The encoding of the last line that was not ASCII.
    encoding: TextEncoding,
    is_over: bool,
}

impl<R: BufRead> LineReader<R> {
    /// Reads lines of `source`. With `repairs`, lines whose encoding was damaged are repaired, and character references replaced.
    pub fn new(source: R, repairs: bool) -> Self {
        Self {
            source,
            repairs,
            utf16: None,
            is_undecided: true,
            guess: EncodingGuess::new(),
            encoding: TextEncoding::Standard(UTF_8),
            is_over: false,
        }
    }

    fn read_line(&mut self) -> io::Result<Option<DecodedLine>> {
        let mut bytes = Vec::new();
        self.read_to_line_feed(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let mut has_mark = false;
        if self.is_undecided {
            if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
                bytes.drain(..length);
                has_mark = true;
                self.utf16 = Some(encoding).filter(|encoding| *encoding != UTF_8);
            } else {
                // The line feed of UTF-16 in little-endian order ends a byte early.
                let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                self.utf16 = utf16_without_mark(&line[..line.len() & !1]);
            }
            self.is_undecided = false;
        }
        match self.utf16 {
            Some(encoding) => self.utf16_line(bytes, encoding, has_mark).map(Some),
            None => {
                let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                Ok(Some(self.decode(line.strip_suffix(b"\r").unwrap_or(line))))
            }
        }
    }

    /// Appends to `bytes` up to and with the next line feed.
    fn read_to_line_feed(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let most = (MAX_BYTES + 1).saturating_sub(bytes.len() as u64);
        self.source.by_ref().take(most).read_until(b'\n', bytes)?;
        if bytes.len() as u64 > MAX_BYTES {
            let error = format!("a line is longer than {} MiB", MAX_BYTES / 1024 / 1024);
            return Err(io::Error::new(io::ErrorKind::InvalidData, error));
        }
        Ok(())
    }

    /// The line of UTF-16 that begins with `bytes`, which end with a byte that may be part of a line feed.
    fn utf16_line(
        &mut self,
        mut bytes: Vec<u8>,
        encoding: &'static Encoding,
        has_mark: bool,
    ) -> io::Result<DecodedLine> {
        let is_little = encoding == UTF_16LE;
        loop {
            if bytes.last() == Some(&b'\n') && is_little && bytes.len() % 2 == 1 {
                self.source.by_ref().take(1).read_to_end(&mut bytes)?;
            }
            let ends = bytes.len().is_multiple_of(2) && bytes.ends_with(if is_little { b"\n\0" } else { b"\0\n" });
            let length = bytes.len();
            if ends {
                bytes.truncate(length - 2);
                break;
            }
            self.read_to_line_feed(&mut bytes)?;
            if bytes.len() == length {
                break;
            }
        }
        let return_mark: &[u8] = if is_little { b"\r\0" } else { b"\0\r" };
        let line = bytes.strip_suffix(return_mark).unwrap_or(&bytes);
        let (text, is_damaged) = encoding.decode_without_bom_handling(line);
        let is_first = !has_mark && self.encoding == TextEncoding::Standard(UTF_8);
        self.encoding = TextEncoding::Standard(encoding);
        let note = is_damaged
            .then_some(LineNote::Damaged)
            .or_else(|| is_first.then(|| LineNote::Encoding(encoding.name().to_owned())));
        Ok(DecodedLine { text: text.into_owned(), note })
    }

    /// The text of a line in ASCII, UTF-8 or an 8-bit encoding.
    fn decode(&mut self, line: &[u8]) -> DecodedLine {
        if let Ok(text) = std::str::from_utf8(line) {
            return self.utf8_line(text);
        }
        if let Some(text) = utf8(line) {
            return DecodedLine { text, note: Some(LineNote::Damaged) };
        }
        self.guess.feed(line);
        let encoding = self.guess.encoding();
        let text = encoding.decode(line);
        let is_new = encoding != self.encoding;
        self.encoding = encoding;
        let is_damaged = text.contains(|it: char| it == '\u{fffd}' || it.is_control() && it != '\t');
        let note =
            if is_damaged { Some(LineNote::Damaged) } else { is_new.then(|| LineNote::Encoding(encoding.to_string())) };
        DecodedLine { text: text.replace(|it: char| it.is_control() && it != '\t', "\u{fffd}"), note }
    }

    fn utf8_line(&mut self, text: &str) -> DecodedLine {
        let is_damaged = text.contains('\0');
        if !self.repairs || is_damaged {
            return DecodedLine { text: text.to_owned(), note: is_damaged.then_some(LineNote::Damaged) };
        }
        let (repaired, damaged) = mojibake::repair_mojibake(text);
        DecodedLine { text: repaired.into_owned(), note: damaged.map(|_| LineNote::Repaired) }
    }
}

impl<R: BufRead> Iterator for LineReader<R> {
    type Item = io::Result<DecodedLine>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let mut line = self.read_line();
        self.is_over = !matches!(line, Ok(Some(_)));
        if let (Ok(Some(decoded)), true) = (&mut line, self.repairs) {
            replace_references(&mut decoded.text);
        }
        line.transpose()
    }
}

/// Replaces the character references in `line`, unless one stands for what no line holds.
fn replace_references(line: &mut String) {
    if let Cow::Owned(decoded) = entities::decode(line)
        && !decoded.contains(|it: char| it.is_control() && it != '\t')
    {
        *line = decoded;
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// The lines of `bytes`, read in pieces of every small size.
    fn lines(bytes: &[u8]) -> Vec<(String, Option<LineNote>)> {
        let read = |capacity: usize| -> Vec<(String, Option<LineNote>)> {
            let reader = LineReader::new(BufReader::with_capacity(capacity, bytes), true);
            reader.map(|line| line.map(|line| (line.text, line.note)).unwrap()).collect()
        };
        let found = read(8192);
        (1..9).for_each(|capacity| assert_eq!(read(capacity), found));
        found
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        lines(bytes).into_iter().map(|(text, _)| text).collect()
    }

    const GERMAN: &str = "Guten Morgen.\r\n\nDie Größe der Förde für 5 €\nĊ und Ă und 中\nEnde ohne Zeilenende";
    const LINES: [&str; 5] =
        ["Guten Morgen.", "", "Die Größe der Förde für 5 €", "Ċ und Ă und 中", "Ende ohne Zeilenende"];

    #[test]
    fn lines_are_the_same_in_every_form_of_unicode() {
        let little: Vec<u8> = GERMAN.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = GERMAN.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            GERMAN.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", GERMAN.as_bytes()].concat(),
            little.clone(),
            [b"\xff\xfe".to_vec(), little.clone()].concat(),
            big.clone(),
            [b"\xfe\xff".to_vec(), big].concat(),
            [little, b"\n\0".to_vec()].concat(),
        ] {
            assert_eq!(texts(&bytes), LINES);
        }
        assert_eq!(texts(b""), [""; 0]);
        assert_eq!(texts(b"\n\n"), ["", ""]);
    }

    #[test]
    fn eight_bits_are_read_as_what_they_are() {
        let windows = b"Nur ASCII.\nDie Gr\xf6\xdfe f\xfcr 5 \x80\n\x84So\x93\nNoch einmal f\xfcr alle";
        let expected = ["Nur ASCII.", "Die Größe für 5 €", "„So“", "Noch einmal für alle"];
        assert_eq!(texts(windows), expected);
        assert_eq!(lines(windows)[1].1, Some(LineNote::Encoding("windows-1252".to_owned())));
        assert_eq!(lines(windows)[2].1, None);
        let dos = b"Die Gr\x94\xe1e der F\x94rde\n\x8epfel f\x81r alle\n\xe1";
        assert_eq!(texts(dos), ["Die Größe der Förde", "Äpfel für alle", "ß"]);
    }

    #[test]
    fn character_references_are_replaced_where_lines_are_repaired() {
        for (line, text) in [
            ("Das Gericht in M&uuml;nster", "Das Gericht in Münster"),
            ("R&amp;D &lt; 3 &#8364;", "R&D < 3 €"),
            ("eins&#10;zwei &uuml;", "eins&#10;zwei &uuml;"),
            ("A & B; C", "A & B; C"),
        ] {
            assert_eq!(texts(line.as_bytes()), [text]);
        }
        let raw: Vec<_> = LineReader::new(&b"M&uuml;nster"[..], false).map(|line| line.unwrap().text).collect();
        assert_eq!(raw, ["M&uuml;nster"]);
        assert_eq!(texts(b"F\xfcr M&uuml;nster"), ["Für Münster"]);
    }

    #[test]
    fn what_is_damaged_says_so() {
        let notes = |bytes: &[u8]| lines(bytes).pop().unwrap();
        let damaged = |text: &str| (text.to_owned(), Some(LineNote::Damaged));

        assert_eq!(notes(&["üüüüüüüüü ".as_bytes(), b"\xff"].concat()), damaged("üüüüüüüüü \u{fffd}"));
        assert_eq!(notes(b"a\0b"), damaged("a\0b"));
        assert_eq!(notes(b"f\xfcr \x81"), damaged("für \u{fffd}"));
        assert_eq!(notes("Die StraÃŸe".as_bytes()), ("Die Straße".to_owned(), Some(LineNote::Repaired)));
        let odd = [b"\xff\xfe".to_vec(), "für".encode_utf16().flat_map(u16::to_le_bytes).collect(), b"x".to_vec()];
        assert_eq!(notes(&odd.concat()), damaged("für\u{fffd}"));
    }

    #[test]
    fn a_line_beyond_memory_is_an_error() {
        let endless = io::repeat(b'a');
        let mut reader = LineReader::new(BufReader::new(endless), true);
        assert!(reader.next().is_some_and(|line| line.is_err()) && reader.next().is_none());
    }
}
