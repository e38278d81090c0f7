//! Files of corrections: tables of German and English (tabs, or commas or semicolons as spreadsheets write them), and TMX 1.4.

use std::fs;
use std::io::Write;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use sha2::{Digest, Sha256};

use super::error::Error;
use super::sentences::{Corrections, normalised};

/// Names of the first column that mark a header.
const HEADER_NAMES: [&str; 5] = ["german", "deutsch", "source", "de", "quelle"];

impl Corrections {
    /// Reads the file at `path`: TMX if it begins as XML, else a table. UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    /// [`enum@Error`] if it cannot be read or understood, with the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = text_of(path)?;
        let mut corrections = if text.trim_start().starts_with('<') { tmx(path, &text) } else { table(path, &text) }?;
        if corrections.is_empty() {
            return Err(Error::Empty { path: path.into() });
        }
        corrections.path = Some(path.into());
        corrections.digest = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(corrections)
    }

    /// Writes the corrections to `path` as a table with tabs, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let cannot_write = |source| Error::Write { path: path.into(), source };
        let mut incomplete = path.as_os_str().to_owned();
        incomplete.push(".part");
        let mut table = b"german\tenglish\n".to_vec();
        for (german, english) in &self.sentences {
            writeln!(table, "{}\t{}", quoted(german), quoted(english)).map_err(cannot_write)?;
        }
        fs::write(&incomplete, table).and_then(|()| fs::rename(&incomplete, path)).map_err(cannot_write)
    }
}

/// A field of a table: in quotation marks if it begins with one, because a reader would take them off.
fn quoted(field: &str) -> String {
    if field.starts_with(['"', '#']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

/// The text of the file at `path`.
pub(super) fn text_of(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|source| Error::Read { path: path.into(), source })?;
    // Spreadsheets save `Unicode text` in UTF-16.
    let utf_16 = |bytes: &[u8], number: fn([u8; 2]) -> u16| {
        let numbers: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| number(*pair)).collect();
        String::from_utf16_lossy(&numbers)
    };
    match &bytes[..] {
        [0xff, 0xfe, rest @ ..] => return Ok(utf_16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => return Ok(utf_16(rest, u16::from_be_bytes)),
        _ => {}
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        Error::Line {
            path: path.into(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64,
            what: "this is not UTF-8: save the file in that encoding".into(),
        }
    })?;
    // The reader of tables counts lines by their feeds.
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

/// The separator of a table: a tab if its first line has one, else the more frequent of semicolon and comma.
pub(super) fn separator(text: &str) -> u8 {
    let first_line = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let count = |mark: char| first_line.matches(mark).count();
    if count('\t') > 0 {
        b'\t'
    } else if count(';') > count(',') {
        b';'
    } else {
        b','
    }
}

/// A row of a table: its line, and its fields.
type Row = (u64, Vec<String>);

/// The rows of a table. With tabs a row is a line, and a field is in quotation marks only if a spreadsheet put them around it: people
/// write sentences as they are.
pub(super) fn rows<'a>(
    path: &'a Path,
    text: &'a str,
    separator: u8,
) -> Box<dyn Iterator<Item = Result<Row, Error>> + 'a> {
    if separator == b'\t' {
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#'));
        return Box::new(lines.map(|(line, number)| Ok((number, line.split('\t').map(unquoted).collect()))));
    }
    let reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    Box::new(reader.into_records().map(move |record| {
        let record = record.map_err(|error| Error::Line {
            path: path.into(),
            line: error.position().map_or(1, csv::Position::line),
            what: "this is no row of a table".into(),
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        Ok((line, record.iter().map(str::to_owned).collect()))
    }))
}

/// `field` without the quotation marks that a spreadsheet puts around it when it contains some, which are doubled then.
fn unquoted(field: &str) -> String {
    let inner = field.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner.map(|inner| inner.replace("\"\"", "\u{0}")) {
        Some(inner) if !inner.contains('"') => inner.replace('\u{0}', "\""),
        _ => field.to_owned(),
    }
}

fn table(path: &Path, text: &str) -> Result<Corrections, Error> {
    let mut corrections = Corrections::default();
    // Sentences have commas, so without a header only tabs and semicolons are separators.
    let has_header = text.lines().next().is_some_and(is_header);
    let separator = match separator(text) {
        b',' if !has_header => b'\t',
        separator => separator,
    };
    for (index, row) in rows(path, text, separator).enumerate() {
        let (line, row) = row?;
        let wrong = |what: String| Error::Line { path: path.into(), line, what };
        let fields: Vec<&str> = row.iter().map(|field| field.trim()).collect();
        if fields.iter().all(|field| field.is_empty()) || (index == 0 && has_header) {
            continue;
        }
        let [german, english, ..] = fields[..] else {
            let word = fields.first().copied().unwrap_or_default();
            return Err(wrong(format!("one column; put a tab between German and English: {word}⇥…")));
        };
        if german.is_empty() || english.is_empty() {
            return Err(wrong(format!("the {} is missing", if german.is_empty() { "German" } else { "English" })));
        }
        if !corrections.add(german, english) {
            return Err(wrong(format!("“{}” has other English in an earlier line", normalised(german))));
        }
    }
    Ok(corrections)
}

/// True for a first line that names its columns.
fn is_header(line: &str) -> bool {
    let first = line.split(['\t', ';', ',']).next().unwrap_or_default().trim_matches(['"', ' ']);
    HEADER_NAMES.contains(&first.to_lowercase().as_str())
}

fn tmx(path: &Path, text: &str) -> Result<Corrections, Error> {
    let broken = |what: String| Error::Tmx { path: path.into(), what };
    let mut corrections = Corrections::default();
    let mut reader = Reader::from_str(text);
    let (mut language, mut segment) = (String::new(), None::<String>);
    let (mut german, mut english) = (None, None);
    loop {
        let event = reader.read_event().map_err(|error| broken(error.to_string()))?;
        match event {
            Event::Start(start) => match start.name().as_ref() {
                "tu" => (german, english) = (None, None),
                "tuv" => language = language_of(&start).map_err(|error| broken(error.to_string()))?,
                "seg" => segment = Some(String::new()),
                _ => {}
            },
            Event::Text(part) => segment.iter_mut().for_each(|segment| segment.push_str(&part.xml10_content())),
            Event::CData(part) => segment.iter_mut().for_each(|segment| segment.push_str(&part.xml10_content())),
            Event::GeneralRef(reference) => {
                if let Some(segment) = &mut segment {
                    match reference.resolve_char_ref() {
                        Ok(Some(character)) => segment.push(character),
                        _ => segment.push_str(resolve_predefined_entity(&reference).unwrap_or_default()),
                    }
                }
            }
            Event::End(end) => match end.name().as_ref() {
                "seg" => match language.get(..2) {
                    Some("de") => german = segment.take(),
                    Some("en") => english = segment.take(),
                    _ => segment = None,
                },
                "tu" => {
                    // A unit without either language corrects nothing.
                    let (Some(german), Some(english)) = (german.take(), english.take()) else { continue };
                    if !german.trim().is_empty() && !english.trim().is_empty() && !corrections.add(&german, &english) {
                        return Err(broken(format!("“{}” is there twice with different English", normalised(&german))));
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(corrections),
            _ => {}
        }
    }
}

/// The language of a variant in lower case.
fn language_of(start: &BytesStart<'_>) -> Result<String, quick_xml::Error> {
    let attribute = match start.try_get_attribute("xml:lang")? {
        Some(attribute) => Some(attribute),
        None => start.try_get_attribute("lang")?,
    };
    Ok(attribute.map(|attribute| attribute.value.to_lowercase()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: impl AsRef<[u8]>) -> Result<Corrections, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("corrections");
        fs::write(&path, text).unwrap();
        Corrections::read(&path)
    }

    #[test]
    fn tables_and_tmx_are_read() {
        let utf_16: Vec<u8> =
            "\u{feff}Der Rat tagt.\tThe council meets.\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let files: [&[u8]; 8] = [
            b"Der Rat tagt.\tThe council meets.\n",
            b"\xef\xbb\xbfGerman\tEnglish\r\n# a comment\r\n\r\nDer  Rat tagt. \tThe council meets.\r\n",
            b"german;english\n\"Der Rat tagt.\";\"The council meets.\"\n",
            b"german,english\nDer Rat tagt.,The council meets.\n",
            b"\"Der Rat tagt.\"\t\"The council meets.\"\n",
            b"Der Rat tagt.\tThe council meets.\tby Ms Bork\nDer Rat tagt.\tThe council  meets.\n",
            b"<?xml version=\"1.0\"?>\n<tmx version=\"1.4\"><body><tu><tuv xml:lang=\"de-DE\"><seg>Der Rat &#116;agt.</seg></tuv><tuv \
              xml:lang=\"EN\"><seg>The council meets.</seg></tuv></tu><tu><tuv xml:lang=\"fr\"><seg>x</seg></tuv></tu></body></tmx>",
            &utf_16,
        ];
        for file in files {
            let corrections = read(file).unwrap();
            assert_eq!(corrections.english("Der Rat  tagt."), Some("The council meets."), "{file:?}");
            assert_eq!((corrections.len(), corrections.english("Der Rat")), (1, None));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_line() {
        for (text, line, what) in [
            ("Der Rat tagt. The council meets.\n", 1, "put a tab"),
            ("Der Rat, der tagt.\n", 1, "put a tab"),
            ("a\tb\nDer Rat tagt.\t\n", 2, "the English is missing"),
            ("a\tb\n\tThe council\n", 2, "the German is missing"),
            ("a\tb\na\tc\n", 2, "earlier line"),
        ] {
            let error = read(text).unwrap_err();
            assert!(
                matches!(&error, Error::Line { line: found, what: said, .. } if *found == line && said.contains(what)),
                "{error}"
            );
        }
        assert!(matches!(read("# nothing\n").unwrap_err(), Error::Empty { .. }));
        assert!(matches!(read("<tmx><body></tmx>").unwrap_err(), Error::Tmx { .. }));
        assert!(matches!(read(b"a\tb\nSch\xf6n\tc\n").unwrap_err(), Error::Line { line: 2, .. }));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("corrections.tsv");
        let mut corrections = Corrections::default();
        for (german, english) in [
            ("\"Ja\", sagt er.", "“Yes”, he says."),
            ("# 1 gewinnt.", "\"# 1\" wins."),
            ("Ein Satz.", "One; two, three."),
        ] {
            assert!(corrections.replace(german, english));
        }
        // As people write it.
        assert_eq!(read("\"Ja\", sagt er.\tc\n").unwrap().english("\"Ja\", sagt er."), Some("c"));
        corrections.write(&path).unwrap();
        let again = Corrections::read(&path).unwrap();
        assert_eq!(again.sentences, corrections.sentences);
    }
}
