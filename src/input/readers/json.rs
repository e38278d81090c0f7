//! JSON → records, each an article: one a line (JSON Lines), the objects of an array, or of an array within an object.
//!
//! Promises: files of any size are split in little memory; a record that cannot be read is named with its line, and the
//! others are read.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use serde_json::Value;

use super::super::encoding::{self, undeclared};
use super::super::field_names::{self, FieldNames};
use super::super::input_format::InputFormat;
use super::super::listing::{Found, Part};
use super::super::source::{MAX_BYTES, ReadError, Source};
use super::super::text;
use super::{byte_lines, records};
use crate::document::ArticleDraft;

/// JSON.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "JSON",
    extensions: &["jsonl", "ndjson"],
    shared_extensions: &["json"],
    about: "records, one a line or in an array: each is an article; fields by their usual names or by --field",
    sniff: |beginning| is_records(&text::decode_beginning(beginning)),
    split: Some(split),
    unpack: None,
    read,
};

/// How many lines show whether each line is a record.
const LINES_TO_TRY: usize = 5;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// What the user can do about a damaged record.
const ONE_RECORD_A_LINE: &str = "a record is an object with fields, one a line or in an array";

/// Where the records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RecordsPlace {
    /// Each line is one.
    Lines,
    /// Objects one after the other, over several lines.
    Objects,
    /// Objects in an array.
    Array,
    /// Objects in an array that is a field of an object.
    InnerArray,
}

/// Where a record stands in its JSON file.
struct JsonRecord {
    range: Range<u64>,
    /// Its number, from 1.
    number: usize,
    /// The line that it begins in, from 1.
    line: usize,
}

/// True if `json` begins as JSON with a field for the text of an article.
fn is_records(json: &str) -> bool {
    let json_start = json.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    // Every other piece between quotation marks is a string; a colon follows a name.
    let json_strings: Vec<&str> = json_start.split('"').collect();
    let field_names = json_strings
        .windows(2)
        .filter(|string_pair| string_pair[1].trim_start().starts_with(':'))
        .map(|string_pair| string_pair[0]);
    json_start.starts_with(['[', '{']) && field_names::has_text_field(field_names)
}

fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let (place, records) = json_records(source)?;
    let choices = source.options.fields.clone();
    for record in records {
        let called = match place {
            RecordsPlace::Lines => format!("line {}", record.line),
            RecordsPlace::Objects | RecordsPlace::Array | RecordsPlace::InnerArray => {
                format!("record {}", record.number)
            }
        };
        // What cannot be read is listed all the same, and named when its turn comes.
        let length = record.range.end - record.range.start;
        let id = if length > MAX_BYTES {
            None
        } else {
            json_record_id(&source.range(record.range.start, length)?, FieldNames::new(&choices))
        };
        let part = Part::new(id.unwrap_or(called), record.range);
        found(Found::Article(Part { member: Some(record.line), ..part }));
    }
    Ok(())
}

/// What the record in `bytes` is called, if it says so.
fn json_record_id(bytes: &[u8], names: FieldNames<'_>) -> Option<String> {
    records::id(&json_fields(bytes).ok()?, names)
}

/// The fields of the record in `bytes`; a text alone is the text.
pub(in super::super) fn json_fields(bytes: &[u8]) -> Result<Vec<(String, Value)>, String> {
    let text = encoding::decode(bytes, undeclared).map_err(|cause| format!("it is {}, not text", cause.what))?;
    match serde_json::from_str(text.trim_matches(['\u{feff}', '\u{1e}', ' ', '\t', '\r', '\n', ','])) {
        Ok(Value::Object(fields)) => Ok(fields.into_iter().collect()),
        Ok(Value::String(text)) => Ok(vec![("text".to_owned(), Value::String(text))]),
        Ok(_) => Err("it is no object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let line = match source.part.as_ref().map(|part| part.member) {
        Some(line) => line.unwrap_or(1),
        None => take_only_record(source)?,
    };
    let bytes = source.bytes()?;
    let damaged = |what: String| ReadError::Damaged { what: format!("line {line}: {what}"), hint: ONE_RECORD_A_LINE };
    let fields = json_fields(&bytes).map_err(damaged)?;
    records::read(fields, FieldNames::new(&source.options.fields)).map_err(|error| match error {
        ReadError::Damaged { what, hint } => ReadError::Damaged { what: format!("line {line}: {what}"), hint },
        other => other,
    })
}

/// Makes the only record of a file that was not split its part. Returns its line.
fn take_only_record(source: &mut Source) -> Result<usize, ReadError> {
    let (_, records) = json_records(source)?;
    match records.as_slice() {
        [record] => {
            source.part = Some(Part::new("", record.range.clone()));
            Ok(record.line)
        }
        [] => {
            if source.bytes()?.iter().all(u8::is_ascii_whitespace) {
                return Err(ReadError::Empty);
            }
            Err(ReadError::Damaged { what: "there is no record in it".to_owned(), hint: ONE_RECORD_A_LINE })
        }
        _ => Err(ReadError::Several),
    }
}

/// Where the records of the file are.
fn json_records(source: &mut Source) -> io::Result<(RecordsPlace, Vec<JsonRecord>)> {
    let beginning = source.beginning()?;
    let first_byte_at =
        beginning.iter().position(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte));
    let Some(first_byte_at) = first_byte_at else { return Ok((RecordsPlace::Lines, Vec::new())) };
    if beginning[first_byte_at] == b'[' {
        return Ok((RecordsPlace::Array, json_objects(source, RecordsPlace::Array)?));
    }
    let records_place = if lines_are_records(source)? { RecordsPlace::Lines } else { RecordsPlace::Objects };
    let records =
        if records_place == RecordsPlace::Lines { json_lines(source)? } else { json_objects(source, records_place)? };
    if let [only_record] = records.as_slice()
        && holds_records(source, only_record)?
    {
        let inner_records = json_objects(source, RecordsPlace::InnerArray)?;
        if !inner_records.is_empty() {
            return Ok((RecordsPlace::InnerArray, inner_records));
        }
    }
    Ok((records_place, records))
}

/// True if one of the first lines is a whole object, or none begins one.
fn lines_are_records(source: &mut Source) -> io::Result<bool> {
    let beginning = source.range(0, MAX_BYTES)?;
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&beginning);
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let begins_object = lines.clone().next().is_some_and(|line| line.starts_with(b"{"));
    Ok(!begins_object
        || lines.by_ref().take(LINES_TO_TRY).any(|line| line.starts_with(b"{") && json_fields(line).is_ok()))
}

fn json_lines(source: &mut Source) -> io::Result<Vec<JsonRecord>> {
    let mut records = Vec::new();
    let mut line_number = 0;
    byte_lines::for_each(source, 2, &mut |line| {
        line_number += 1;
        if !line.beginning.is_empty() {
            records.push(JsonRecord { range: line.start..line.end, number: records.len() + 1, line: line_number });
        }
        Ok(())
    })?;
    Ok(records)
}

/// True if the only object of a file holds no text itself, but an array of objects.
fn holds_records(source: &mut Source, only_record: &JsonRecord) -> io::Result<bool> {
    let length = only_record.range.end - only_record.range.start;
    if length > MAX_BYTES {
        return Ok(true);
    }
    let bytes = source.range(only_record.range.start, length)?;
    let Ok(fields) = json_fields(&bytes) else { return Ok(false) };
    let has_records =
        fields.iter().any(|(_, value)| value.as_array().is_some_and(|values| values.iter().any(Value::is_object)));
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let names = fields.iter().filter(|(_, value)| is_text(value)).map(|(name, _)| name.as_str());
    let chosen = FieldNames::new(&source.options.fields).chosen(field_names::TEXT);
    let has_chosen = chosen.iter().any(|name| fields.iter().any(|(key, _)| key == name));
    Ok(has_records && !has_chosen && !field_names::has_text_field(names))
}

/// The objects of the file at `place`, found by their brackets.
fn json_objects(source: &mut Source, place: RecordsPlace) -> io::Result<Vec<JsonRecord>> {
    let brackets_around: &[u8] = match place {
        RecordsPlace::Lines | RecordsPlace::Objects => b"",
        RecordsPlace::Array => b"[",
        RecordsPlace::InnerArray => b"{[",
    };
    source.file.seek(SeekFrom::Start(0))?;
    let mut json_brackets = JsonBrackets { around: brackets_around, ..JsonBrackets::default() };
    let mut reader = BufReader::with_capacity(BLOCK_BYTES, source.file.by_ref());
    loop {
        let block = reader.fill_buf()?;
        if block.is_empty() {
            break;
        }
        block.iter().for_each(|byte| json_brackets.take(*byte));
        let length = block.len();
        reader.consume(length);
    }
    Ok(json_brackets.end())
}

/// Follows the brackets of a file.
#[derive(Default)]
struct JsonBrackets {
    /// The brackets that are open around a record.
    around: &'static [u8],
    /// The outermost brackets that are open, as many as there are around a record and one more.
    open: Vec<u8>,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    position: u64,
    line: usize,
    /// Where the record began that is open, and its line.
    begun: Option<(u64, usize)>,
    records: Vec<JsonRecord>,
}

impl JsonBrackets {
    fn take(&mut self, byte: u8) {
        if self.in_string {
            self.in_string = self.is_escaped || byte != b'"';
            self.is_escaped = !self.is_escaped && byte == b'\\';
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    if byte == b'{' && self.depth == self.around.len() && self.open == self.around {
                        self.begun = Some((self.position, self.line + 1));
                    }
                    if self.depth <= self.around.len() {
                        self.open.push(byte);
                    }
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.open.truncate(self.depth);
                    if self.depth == self.around.len()
                        && let Some((start, line)) = self.begun.take()
                    {
                        self.push(start..self.position + 1, line);
                    }
                }
                _ => {}
            }
        }
        self.line += usize::from(byte == b'\n');
        self.position += 1;
    }

    fn push(&mut self, range: Range<u64>, line: usize) {
        self.records.push(JsonRecord { range, number: self.records.len() + 1, line });
    }

    /// The records. One that does not end reaches to the end of the file.
    fn end(mut self) -> Vec<JsonRecord> {
        if let Some((start, line)) = self.begun.take() {
            self.push(start..self.position, line);
        }
        self.records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The identifier of each record, with its first paragraph or its error.
    fn outcomes(content: &str) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        split(&mut Source::from_bytes(content.into()), &mut |found| match found {
            Found::Article(part) | Found::File(part, _) => parts.push(part),
        })
        .unwrap();
        let outcome = |part: Part| {
            let mut source = Source::from_bytes(content.into());
            source.part = Some(part.clone());
            let text = match read(&mut source) {
                Ok(draft) => draft.sections[0].text.clone(),
                Err(error) => error.to_string(),
            };
            (part.id, text)
        };
        parts.into_iter().map(outcome).collect()
    }

    fn check(content: &str, expected: &[(&str, &str)]) {
        let found = outcomes(content);
        let found: Vec<_> = found.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
        assert_eq!(found, expected, "{content}");
    }

    #[test]
    fn each_record_is_an_article_wherever_records_stand() {
        check("{\"id\": 7, \"text\": \"Eins.\"}\n\n{\"text\": \"Zwei.\"}\r\n", &[("7", "Eins."), ("line 3", "Zwei.")]);
        check(
            "[{\"text\": \"Eins ] }.\"},\n {\"text\": \"Zwei \\\" {.\"}]",
            &[("record 1", "Eins ] }."), ("record 2", "Zwei \" {.")],
        );
        check("{\n \"text\": \"Eins.\"\n}\n{\n \"text\": \"Zwei.\"}", &[("record 1", "Eins."), ("record 2", "Zwei.")]);
        check(
            "{\"n\": 1, \"tags\": [\"a\"], \"items\": [{\"text\": \"Eins.\"}, {\"text\": \"Zwei.\"}]}",
            &[("record 1", "Eins."), ("record 2", "Zwei.")],
        );
        check("\u{feff}{\"text\": \"Eins.\", \"author\": [{\"name\": \"a\"}]}", &[("line 1", "Eins.")]);
        check("", &[]);
    }

    #[test]
    fn a_bad_record_is_named_with_its_line_and_the_rest_is_read() {
        let found = outcomes("{\"text\": \"Eins.\"}\n{\"text\": \nkein JSON\n[1]\n{\"a\": 1}\n{\"text\": \"Zwei.\"}\n");
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!((texts[0], texts[5]), ("Eins.", "Zwei."));
        for (index, words) in
            [(1, "line 2: EOF"), (2, "line 3: expected"), (3, "line 4: it is no object"), (4, "line 5: no field")]
        {
            assert!(texts[index].contains(words), "{texts:?}");
        }
        let found = outcomes("[{\"text\": \"Eins.\"},\n{\"text\": Zwei},\n{\"text\": \"Drei.\"}, {\"text\": \"Vier");
        assert!(
            found[1].1.starts_with("line 2: expected")
                && found[2].1 == "Drei."
                && found[3].1.starts_with("line 3: EOF")
        );
    }

    #[test]
    fn depth_and_length_cost_nothing() {
        let deep = format!("[{{\"text\": \"a\", \"x\": {}", "[".repeat(1_000_000));
        assert!(outcomes(&deep)[0].1.contains("recursion limit"));
        assert_eq!(outcomes(&"[".repeat(1_000_000)), []);
        let wide = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"Zwei.\"}}\n", "x".repeat(MAX_BYTES as usize));
        let found = outcomes(&wide);
        assert!(found[0].1.contains("larger than 16 MiB") && found[1].1 == "Zwei.");
    }

    #[test]
    fn a_file_that_was_not_split_is_one_record() {
        let read_whole = |content: &str| read(&mut Source::from_bytes(content.into()));
        assert!(read_whole("{\"text\": \"Eins.\"}").is_ok());
        assert!(matches!(read_whole("{\"text\": \"a\"}\n{\"text\": \"b\"}"), Err(ReadError::Several)));
        assert!(matches!(read_whole("[]"), Err(ReadError::Damaged { .. })));
        assert!(matches!(read_whole(" \n"), Err(ReadError::Empty)));
    }

    #[test]
    fn records_are_known_by_a_field_for_the_text() {
        for (text, wanted) in [
            ("[{\"id\": 1, \"body\": \"", true),
            ("{\"Artikel_Text\" : \"a\"", true),
            ("{\"version\": 1, \"dependencies\": {}}", false),
            ("[1, 2]", false),
            ("text", false),
        ] {
            assert_eq!(is_records(text), wanted, "{text}");
        }
    }
}
