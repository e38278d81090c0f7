//! CSV and TSV → records, each an article. The first line names the columns.
//!
//! The delimiter is the one that the first line has most of: comma, semicolon, tab or bar. A line `sep=;` before it says so.
//!
//! Promises: files of any size are split in little memory; a record that cannot be read is named with its line.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use csv::{ByteRecord, ReaderBuilder};
use serde_json::Value;

use super::super::encoding_guess::EncodingGuess;
use super::super::field_names::{self, FieldNames};
use super::super::input_format::InputFormat;
use super::super::listing::{Found, Part};
use super::super::source::{MAX_BYTES, ReadError, Source};
use super::super::text;
use super::bounded::{BoundedRecords, RecordAllowance};
use super::{byte_lines, records};
use crate::document::ArticleDraft;

/// CSV and TSV.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "CSV",
    extensions: &[],
    shared_extensions: &["csv", "tsv"],
    about: "a table with the names of its columns in the first line: each row is an article; columns by their usual names or by --field",
    sniff,
    split: Some(split),
    unpack: None,
    read,
};

/// What may stand between two fields.
const CSV_DELIMITERS: &[u8] = b",;\t|";

/// The longest first line in bytes.
const MAX_HEAD_BYTES: u64 = 64 * 1024;

/// What the user can do about a damaged record.
const QUOTED_HINT: &str = "a field with a delimiter, a line break or a quotation mark stands in double quotation marks, which are doubled within it";

/// What the first lines of a table say.
struct TableLayout {
    delimiter: u8,
    /// Names of the columns; their numbers, if the first line is a record.
    columns: Vec<String>,
    /// Where the records of the table begin.
    start: u64,
}

fn sniff(beginning: &[u8]) -> bool {
    let layout = text::decode_beginning(beginning);
    let layout = layout_of_table(layout.as_bytes(), FieldNames::new(&[]));
    layout.is_some_and(|layout| field_names::has_text_field(layout.columns.iter().map(String::as_str)))
}

/// The layout of a file with these first bytes; `None` if they hold no line.
fn layout_of_table(beginning: &[u8], field_names: FieldNames<'_>) -> Option<TableLayout> {
    let mut head_start = if beginning.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut stated_delimiter = None;
    let line_length = |bytes: &[u8]| bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    if let Some(after_sep) = beginning[head_start..].strip_prefix(b"sep=") {
        stated_delimiter = after_sep.first().copied().filter(|delimiter| !matches!(delimiter, b'\r' | b'\n'));
        head_start += line_length(&beginning[head_start..]);
    }
    let first_record = beginning.get(head_start..)?;
    let mut in_quotes = false;
    let mut delimiter_counts = [0; 4];
    for byte in first_record {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\n' if !in_quotes => break,
            byte if !in_quotes => {
                if let Some(delimiter_index) = CSV_DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    delimiter_counts[delimiter_index] += 1;
                }
            }
            _ => {}
        }
    }
    let most_frequent = (0..CSV_DELIMITERS.len())
        .rev()
        .max_by_key(|delimiter_index| delimiter_counts[*delimiter_index])
        .unwrap_or_default();
    let delimiter = stated_delimiter.unwrap_or(CSV_DELIMITERS[most_frequent]);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(first_record);
    let mut head_record = ByteRecord::new();
    if !reader.read_byte_record(&mut head_record).ok()? || head_record.iter().all(|field| field.trim_ascii().is_empty())
    {
        return None;
    }
    let column_names = record_texts(&head_record);
    if field_names.are_numbers() {
        let column_names = (1..=column_names.len()).map(|number| number.to_string()).collect();
        return Some(TableLayout { delimiter, columns: column_names, start: head_start as u64 });
    }
    Some(TableLayout { delimiter, columns: column_names, start: head_start as u64 + reader.position().byte() })
}

/// The fields of a record as text. Their encoding is guessed from the whole record: more text makes a better guess.
fn record_texts(record: &ByteRecord) -> Vec<String> {
    let record_bytes = record.as_slice();
    let mut encoding_guess = EncodingGuess::new();
    encoding_guess.feed(record_bytes);
    let encoding = std::str::from_utf8(record_bytes).is_err().then(|| encoding_guess.encoding());
    let decode = |field: &[u8]| match encoding {
        Some(encoding) => encoding.decode(field),
        None => String::from_utf8_lossy(field).into_owned(),
    };
    record.iter().map(|field| decode(field).trim().to_owned()).collect()
}

fn is_in_sixteen_bits(beginning: &[u8]) -> bool {
    beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]) || beginning.contains(&0)
}

fn table_layout(source: &mut Source) -> Result<TableLayout, ReadError> {
    let beginning = source.range(0, MAX_HEAD_BYTES)?;
    if beginning.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if is_in_sixteen_bits(&beginning) {
        return Err(ReadError::Damaged {
            what: "it is in UTF-16, or no text".to_owned(),
            hint: "save the table as CSV in UTF-8",
        });
    }
    let layout = layout_of_table(&beginning, FieldNames::new(&source.options.fields));
    layout.ok_or_else(|| ReadError::Damaged {
        what: "its first line names no columns".to_owned(),
        hint: "the first line names the columns; without one, name their numbers, as in --field text=2",
    })
}

fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    // What cannot be split fails when it is read, with the same error.
    let Ok(layout) = table_layout(source) else { return Ok(()) };
    let field_choices = source.options.fields.clone();
    let mut records = Vec::new();
    let read_outcome = each_csv_record(source, &layout, &mut |record, range| {
        records.push((records::id(&record_fields(&layout, record), FieldNames::new(&field_choices)), range));
    });
    let record_lines = lines_of_records(source, &records.iter().map(|(_, range)| range.start).collect::<Vec<u64>>())?;
    for ((id, range), record_line) in records.into_iter().zip(record_lines) {
        let part = Part::new(id.unwrap_or_else(|| format!("line {record_line}")), range);
        found(Found::Article(Part { member: Some(record_line), ..part }));
    }
    read_outcome
}

/// Passes each record that is not blank to `found`, with its bytes in the file.
fn each_csv_record(
    source: &mut Source,
    layout: &TableLayout,
    found: &mut dyn FnMut(&ByteRecord, Range<u64>),
) -> io::Result<()> {
    source.file.seek(SeekFrom::Start(layout.start))?;
    let allowance = RecordAllowance::new(MAX_BYTES);
    let mut reader = csv_reader(layout.delimiter, BoundedRecords::new(source.file.by_ref(), &allowance));
    let mut record = ByteRecord::new();
    loop {
        allowance.renew();
        let record_start = reader.position().byte();
        if !reader.read_byte_record(&mut record).map_err(io::Error::other)? {
            return Ok(());
        }
        if record.iter().any(|field| !field.trim_ascii().is_empty()) {
            found(&record, layout.start + record_start..layout.start + reader.position().byte());
        }
    }
}

/// The lines, from 1, that the records at `record_starts` begin in. The end of the line before may be part of a record.
fn lines_of_records(source: &mut Source, record_starts: &[u64]) -> io::Result<Vec<usize>> {
    let mut record_lines = Vec::with_capacity(record_starts.len());
    let mut line_number = 0;
    byte_lines::for_each(source, 1, &mut |line| {
        line_number += 1;
        let has_text = !line.beginning.is_empty();
        if record_starts.get(record_lines.len()).is_some_and(|start| *start <= line.start && has_text) {
            record_lines.push(line_number);
        }
        Ok(())
    })?;
    // Records that follow another in its line.
    record_lines.resize(record_starts.len(), line_number);
    Ok(record_lines)
}

fn csv_reader<Inner: Read>(delimiter: u8, inner: Inner) -> csv::Reader<Inner> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(inner)
}

/// The fields of `record` with the names of their columns.
fn record_fields(layout: &TableLayout, record: &ByteRecord) -> Vec<(String, Value)> {
    layout.columns.iter().cloned().zip(record_texts(record).into_iter().map(Value::String)).collect()
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let layout = table_layout(source)?;
    if source.part.is_none() {
        take_only_record(source, &layout)?;
    }
    let line = source.part.as_ref().and_then(|part| part.member).unwrap_or(1);
    let record_bytes = source.bytes()?;
    let at_line = |what: &str| format!("line {line}: {what}");
    let damaged = |what: &str| ReadError::Damaged { what: at_line(what), hint: QUOTED_HINT };
    if record_bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1 {
        return Err(damaged("a quotation mark is not closed"));
    }
    let mut record = ByteRecord::new();
    if !csv_reader(layout.delimiter, record_bytes.as_slice()).read_byte_record(&mut record).unwrap_or_default() {
        return Err(ReadError::NoText);
    }
    let surplus_fields =
        record.iter().skip(layout.columns.len()).filter(|field| !field.trim_ascii().is_empty()).count();
    if surplus_fields > 0 {
        let (field_count, column_count) = (layout.columns.len() + surplus_fields, layout.columns.len());
        return Err(damaged(&format!("it has {field_count} fields where the first line names {column_count}")));
    }
    records::read(record_fields(&layout, &record), FieldNames::new(&source.options.fields)).map_err(|error| match error
    {
        ReadError::Damaged { what, hint } => ReadError::Damaged { what: at_line(&what), hint },
        other => other,
    })
}

/// Makes the only record of a file that was not split its part.
fn take_only_record(source: &mut Source, layout: &TableLayout) -> Result<(), ReadError> {
    let mut parts = Vec::new();
    each_csv_record(source, layout, &mut |_, range| parts.push(Part::new("", range)))?;
    if parts.len() > 1 {
        return Err(ReadError::Several);
    }
    source.part = parts.pop();
    if source.part.is_some() {
        return Ok(());
    }
    Err(ReadError::Damaged {
        what: "there is no record below its first line".to_owned(),
        hint: "the first line names the columns",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The identifier of each record, with its text or its error.
    fn outcomes(content: &[u8], choices: &[&str]) -> Vec<(String, String)> {
        let source = || {
            let mut source = Source::from_bytes(content.to_vec());
            source.options.fields = choices.iter().map(|choice| choice.parse().unwrap()).collect();
            source
        };
        let mut parts = Vec::new();
        split(&mut source(), &mut |found| match found {
            Found::Article(part) | Found::File(part, _) => parts.push(part),
        })
        .unwrap();
        let outcome = |part: Part| {
            let mut of_part = source();
            of_part.part = Some(part.clone());
            let text = match read(&mut of_part) {
                Ok(draft) => draft.sections.iter().map(|it| it.text.trim()).collect::<Vec<_>>().join(" / "),
                Err(error) => error.to_string(),
            };
            (part.id, text)
        };
        parts.into_iter().map(outcome).collect()
    }

    fn check(content: &[u8], choices: &[&str], expected: &[(&str, &str)]) {
        let found = outcomes(content, choices);
        let found: Vec<_> = found.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(content));
    }

    #[test]
    fn each_row_is_an_article() {
        check(
            "\u{feff}id;Titel;Text\r\n7;Halle;\"Eins; und \"\"zwei\"\".\n\nDrei.\"\r\n\r\n;Bad;Vier.\r\n".as_bytes(),
            &[],
            &[("7", "Eins; und \"zwei\". / Drei."), ("line 6", "Vier.")],
        );
        check(b"text\ttitle\nEins.\ta\n", &[], &[("line 2", "Eins.")]);
        check(b"sep=|\ntext|title\nEins.|a\n", &[], &[("line 3", "Eins.")]);
        check(
            "text,quelle\nGr\u{fc}\u{df}e aus K\u{f6}ln.,x\n".chars().map(|it| it as u8).collect::<Vec<_>>().as_slice(),
            &[],
            &[("line 2", "Grüße aus Köln.")],
        );
    }

    #[test]
    fn columns_can_be_named_by_the_user_or_be_numbers() {
        check(b"a,b\nx,Eins.\n", &["text=b"], &[("line 2", "Eins.")]);
        check(b"Web;Eins.\nSport;Zwei.\n", &["text=2", "title=1"], &[("line 1", "Eins."), ("line 2", "Zwei.")]);
        let found = outcomes(b"a,b\nx,Eins.\n", &[]);
        assert_eq!(found[0].1, "line 2: no field of the record holds text; its fields are a, b");
    }

    #[test]
    fn a_bad_record_is_named_with_its_line_and_the_rest_is_read() {
        check(
            b"id,text\n1,Eins.\n2,Zwei, und drei.\n3,Vier.\n4,\"F\xc3\xbcnf.\n5,Sechs.\n",
            &[],
            &[
                ("1", "Eins."),
                ("2", "line 3: it has 3 fields where the first line names 2"),
                ("3", "Vier."),
                ("4", "line 5: a quotation mark is not closed"),
            ],
        );
    }

    #[test]
    fn a_field_without_end_takes_no_memory_without_end() {
        let content = format!("id,text\n1,Eins.\n2,\"{}", "x".repeat(2 * MAX_BYTES as usize));
        let mut ids = Vec::new();
        let error = split(&mut Source::from_bytes(content.into()), &mut |found| match found {
            Found::Article(part) | Found::File(part, _) => ids.push(part.id),
        });
        assert_eq!(ids, ["1"]);
        assert!(error.unwrap_err().to_string().contains("larger than 16 MiB"));
    }

    #[test]
    fn a_table_that_was_not_split_is_one_record_or_an_error() {
        let read_whole = |content: &[u8]| read(&mut Source::from_bytes(content.to_vec()));
        assert!(read_whole(b"text\nEins.\n").is_ok());
        assert!(matches!(read_whole(b"text\na\nb\n"), Err(ReadError::Several)));
        assert!(matches!(read_whole(b"text\n"), Err(ReadError::Damaged { .. })));
        assert!(matches!(read_whole(b"\xff\xfet\0"), Err(ReadError::Damaged { .. })));
        assert!(matches!(read_whole(b" \n"), Err(ReadError::Empty)));
    }

    #[test]
    fn a_table_is_known_by_a_column_for_the_text() {
        for (text, wanted) in [("Datum;Titel;Text\n", true), ("a,b,c\n1,2,3\n", false), ("", false), ("body", true)] {
            assert_eq!(sniff(text.as_bytes()), wanted, "{text}");
        }
    }
}
