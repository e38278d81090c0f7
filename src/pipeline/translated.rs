//! Files of records that are translated already → those records in the order of their identifiers, to be read one at a time.
//!
//! Promises: the order depends on the records alone, not on the files they are in; a record with an identifier that stands there twice,
//! byte for byte, is taken once, as a stream that was restarted leaves it; memory holds the identifier of each record and where it is. What is
//! compressed is unpacked to disk, because it can be read from its beginning only.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::error::Error;
use super::provenances::Provenances;
use crate::document::{Failure, Provenance};
use crate::input::{self, MAX_TRANSLATED_BYTES, RecordLine, TranslatedFile};
use crate::{output, parallel};

/// The most bytes of lines that are looked at together.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;

/// The most lines that are looked at together.
const BATCH_LINES: usize = 256;

/// How a record is called, in the order of the briefing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RecordKey {
    Number(i128),
    Text(String),
    /// Its identifier is null.
    Unnamed,
    /// A line that says nothing: the file as it is shown, and the line.
    Unreadable(String, u64),
}

/// Where the line of a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// Index of the file; `None` is the scratch file.
    file: Option<u32>,
    start: u64,
    length: u64,
}

/// A record before its name is known.
struct FoundRecord {
    key: RecordKey,
    /// The beginning of the SHA-256 of its line.
    digest: [u8; 16],
    place: Place,
}

/// A record of the index.
struct IndexedRecord {
    name: String,
    place: Place,
}

/// The records of all files, in their order.
pub(super) struct TranslatedIndex {
    files: Vec<PathBuf>,
    /// What was compressed.
    scratch: Option<File>,
    records: Vec<IndexedRecord>,
    /// What made the translations.
    pub(super) provenances: Provenances,
    /// Lines that stood there before, byte for byte.
    pub(super) repeated: usize,
    /// Files that could not be read to their end.
    pub(super) failures: Vec<Failure>,
    /// The file that was read last.
    open: Option<(u32, File)>,
}

/// How files are indexed.
pub(super) struct IndexOptions<'a> {
    /// Where the briefing will be.
    pub(super) folder: &'a Path,
    /// Lines that are looked at at once; 0 is one per core.
    pub(super) workers: usize,
    /// What of the provenance of a record holds for the briefing.
    pub(super) adjusted: &'a (dyn Fn(Provenance) -> Provenance + Sync),
    /// Set by whoever wants the run to end early.
    pub(super) stop: &'a AtomicBool,
}

impl TranslatedIndex {
    /// Reads every line of `files` once.
    ///
    /// # Errors
    /// [`Error::Stopped`], or if the disk has no room for what is unpacked. A file that cannot be read is a failure.
    pub(super) fn new(files: &[TranslatedFile], options: &IndexOptions<'_>) -> Result<Self, Error> {
        let mut search = Search {
            options,
            scratch: None,
            scratch_length: 0,
            found: Vec::new(),
            provenances: Provenances::default(),
            failures: Vec::new(),
        };
        for (number, file) in (0..).zip(files) {
            search.find_records(number, file)?;
        }
        let Search { scratch, mut found, provenances, failures, .. } = search;
        let cannot_write = |source| output::Error::Write { path: options.folder.to_owned(), source };
        let scratch = scratch.map(|scratch| scratch.into_inner().map_err(io::IntoInnerError::into_error));
        let lines = found.len();
        found.sort_unstable_by(|left, right| left.order().cmp(&right.order()));
        // Records that nothing names may be as many that failed in the same way.
        found.dedup_by(|next, kept| next.key != RecordKey::Unnamed && next.is_like(kept));
        let repeated = lines - found.len();
        let mut records: Vec<IndexedRecord> = Vec::with_capacity(found.len());
        let mut previous: Option<(FoundRecord, u32)> = None;
        for record in found {
            let is_called_like = |known: &FoundRecord| {
                known.key == record.key && (record.key != RecordKey::Unnamed || known.digest == record.digest)
            };
            let same_before = previous.filter(|(known, _)| is_called_like(known)).map_or(0, |(_, earlier)| earlier + 1);
            records.push(IndexedRecord { name: record.name(same_before), place: record.place });
            previous = Some((record, same_before));
        }
        Ok(Self {
            files: files.iter().map(|file| file.path.clone()).collect(),
            scratch: scratch.transpose().map_err(cannot_write)?,
            records,
            provenances,
            repeated,
            failures,
            open: None,
        })
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// The names of the records, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.records.iter().map(|record| record.name.as_str())
    }

    /// The next records from `first` on, as many as are read together: the name and the line of each.
    pub(super) fn lines_from(&mut self, first: usize) -> Vec<(String, io::Result<RecordLine>)> {
        let mut bytes_left = BATCH_BYTES;
        let mut lines = Vec::new();
        while lines.len() < BATCH_LINES
            && let Some(IndexedRecord { name, place }) = self.records.get(first + lines.len())
            && (lines.is_empty() || place.length <= bytes_left)
        {
            let (name, place) = (name.clone(), *place);
            bytes_left = bytes_left.saturating_sub(place.length);
            lines.push((name, self.line(place)));
        }
        lines
    }

    fn line(&mut self, place: Place) -> io::Result<RecordLine> {
        if place.length > MAX_TRANSLATED_BYTES {
            return Ok(RecordLine::TooLong { bytes: place.length });
        }
        let file = match (place.file, &mut self.scratch) {
            (None, Some(scratch)) => scratch,
            (None, None) => return Err(io::ErrorKind::NotFound.into()),
            (Some(number), _) => {
                if self.open.as_ref().is_none_or(|(open, _)| *open != number) {
                    let path = self.files.get(number as usize).ok_or(io::ErrorKind::NotFound)?;
                    self.open = Some((number, File::open(path)?));
                }
                &mut self.open.as_mut().ok_or(io::ErrorKind::NotFound)?.1
            }
        };
        file.seek(SeekFrom::Start(place.start))?;
        let mut bytes = vec![0; usize::try_from(place.length).map_err(io::Error::other)?];
        file.read_exact(&mut bytes)?;
        Ok(RecordLine::Whole(bytes))
    }
}

/// Files on their way into an index.
struct Search<'a> {
    options: &'a IndexOptions<'a>,
    scratch: Option<BufWriter<File>>,
    /// Bytes in the scratch file.
    scratch_length: u64,
    found: Vec<FoundRecord>,
    provenances: Provenances,
    failures: Vec<Failure>,
}

/// A line with its number in its file and its place.
struct PlacedLine {
    line: RecordLine,
    number: u64,
    place: Place,
}

impl Search<'_> {
    /// Adds the records of `file`, which has this number.
    fn find_records(&mut self, file_number: u32, file: &TranslatedFile) -> Result<(), Error> {
        let failed = |cause: io::Error| Failure {
            source: file.source.clone(),
            error: format!("cannot read the rest of {}: {cause}", file.source),
            hint: Some("the records before are in the briefing; copy the file again".into()),
        };
        let opened = input::is_compressed(&file.path)
            .and_then(|is_compressed| Ok((is_compressed, input::open_translated(&file.path)?)));
        let (is_compressed, mut source) = match opened {
            Ok(opened) => opened,
            Err(cause) => {
                self.failures.push(failed(cause));
                return Ok(());
            }
        };
        let (mut position, mut number) = (0, 0);
        let mut batch: Vec<PlacedLine> = Vec::new();
        let mut batch_bytes = 0;
        loop {
            let next = input::next_record_line(&mut source, MAX_TRANSLATED_BYTES);
            let is_end = !matches!(next, Ok(Some(_)));
            match next {
                Ok(None) => {}
                Ok(Some(line)) => {
                    number += 1;
                    let length = match &line {
                        RecordLine::Whole(bytes) => bytes.len() as u64,
                        RecordLine::TooLong { bytes } => *bytes,
                    };
                    let start = position;
                    position += length;
                    let is_blank = matches!(&line, RecordLine::Whole(bytes) if bytes.trim_ascii().is_empty());
                    if !is_blank {
                        let place = match &line {
                            RecordLine::Whole(bytes) if is_compressed => self.unpack(bytes)?,
                            _ => Place { file: Some(file_number), start, length },
                        };
                        batch_bytes += length;
                        batch.push(PlacedLine { line, number, place });
                    }
                }
                Err(cause) => self.failures.push(failed(cause)),
            }
            if is_end || batch_bytes >= BATCH_BYTES || batch.len() >= BATCH_LINES {
                self.add(&file.source, &batch)?;
                batch.clear();
                batch_bytes = 0;
                if self.options.stop.load(Ordering::Relaxed) {
                    let (folder, articles) = (self.options.folder.to_owned(), self.found.len());
                    return Err(Error::Stopped { folder, done: 0, articles, remembered: None });
                }
            }
            if is_end {
                return Ok(());
            }
        }
    }

    /// Writes a line of a compressed file to the scratch file.
    fn unpack(&mut self, line: &[u8]) -> Result<Place, Error> {
        let folder = self.options.folder;
        let cannot_write = |source| output::Error::Write { path: folder.to_owned(), source };
        if self.scratch.is_none() {
            self.scratch = Some(BufWriter::new(output::scratch_near(folder).map_err(cannot_write)?));
        }
        if let Some(scratch) = &mut self.scratch {
            scratch.write_all(line).map_err(cannot_write)?;
        }
        let start = self.scratch_length;
        self.scratch_length += line.len() as u64;
        Ok(Place { file: None, start, length: line.len() as u64 })
    }

    /// Adds the records in `lines` of the file shown as `source`.
    fn add(&mut self, source: &str, lines: &[PlacedLine]) -> Result<(), Error> {
        let adjusted = self.options.adjusted;
        let heads = parallel::map(self.options.workers, lines, |PlacedLine { line, number, .. }| {
            let unreadable = || (RecordKey::Unreadable(source.to_owned(), *number), [0; 16], None);
            let RecordLine::Whole(line) = line else { return unreadable() };
            let Ok(head) = input::read_translated_head(line) else { return unreadable() };
            let mut digest = [0; 16];
            digest.iter_mut().zip(Sha256::digest(line.trim_ascii())).for_each(|(byte, hashed)| *byte = hashed);
            (RecordKey::new(head.id), digest, head.provenance.map(adjusted))
        })?;
        for ((key, digest, provenance), PlacedLine { place, .. }) in heads.into_iter().zip(lines) {
            provenance.iter().for_each(|provenance| self.provenances.add(provenance));
            self.found.push(FoundRecord { key, digest, place: *place });
        }
        Ok(())
    }
}

impl RecordKey {
    fn new(id: Value) -> Self {
        match id {
            Value::Null => Self::Unnamed,
            Value::String(text) => Self::Text(text),
            Value::Number(number) => match number.as_i128() {
                Some(number) => Self::Number(number),
                None => Self::Text(number.to_string()),
            },
            other => Self::Text(other.to_string()),
        }
    }
}

impl FoundRecord {
    /// How the record is called, if so many of the same identifier come before it.
    fn name(&self, same_before: u32) -> String {
        let name = match &self.key {
            RecordKey::Number(number) => number.to_string(),
            RecordKey::Text(text) => input::shown_name(text),
            RecordKey::Unnamed => {
                self.digest.iter().take(8).fold("record ".to_owned(), |name, byte| format!("{name}{byte:02x}"))
            }
            RecordKey::Unreadable(source, line) => format!("{source}, line {line}"),
        };
        if same_before == 0 { name } else { format!("{name} ({})", same_before + 1) }
    }

    fn is_like(&self, other: &Self) -> bool {
        (&self.key, self.digest) == (&other.key, other.digest)
    }

    fn order(&self) -> (&RecordKey, [u8; 16], Place) {
        (&self.key, self.digest, self.place)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::BufRead;

    use super::*;
    use crate::document::canned;

    /// A line as `depesche records` writes it; `id` is JSON.
    fn line(id: &str, article: usize) -> String {
        let briefing = canned::ordinary();
        let mut record = output::record_json(&briefing.entries[article], &briefing.overview.provenance);
        record["schema"] = input::RECORDS_SCHEMA.into();
        record["id"] = serde_json::from_str(id).unwrap();
        format!("{record}\n")
    }

    /// The index of files with these contents, and the names and lines of its records.
    fn indexed(contents: &[Vec<u8>]) -> (TranslatedIndex, Vec<(String, String)>) {
        let folder = tempfile::tempdir().unwrap();
        let write = |(number, content): (usize, &Vec<u8>)| {
            let (source, path) = (format!("{number}.jsonl"), folder.path().join(number.to_string()));
            fs::write(&path, content).unwrap();
            TranslatedFile { path, source }
        };
        let files: Vec<_> = contents.iter().enumerate().map(write).collect();
        let (stop, adjusted) = (AtomicBool::new(false), |provenance: Provenance| provenance);
        let options =
            IndexOptions { folder: &folder.path().join("out/new"), workers: 2, adjusted: &adjusted, stop: &stop };
        let mut index = TranslatedIndex::new(&files, &options).unwrap();
        let mut records = Vec::new();
        while records.len() < index.len() {
            for (name, line) in index.lines_from(records.len()) {
                let RecordLine::Whole(line) = line.unwrap() else { panic!("too long") };
                records.push((name, String::from_utf8_lossy(&line).trim().to_owned()));
            }
        }
        assert!(index.names().eq(records.iter().map(|(name, _)| name.as_str())));
        (index, records)
    }

    fn gzip(content: &str) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(content.as_bytes()).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn the_order_depends_on_the_records_and_not_on_their_files() {
        let ids = ["10", "9", "\"b\"", "\"a/ü\"", "2.5", "null", "{\"$oid\": \"x\"}"];
        let lines: Vec<String> = ids.iter().zip(0..).map(|(id, number)| line(id, number % 3)).collect();
        let names = |records: &[(String, String)]| records.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let (_, whole) = indexed(&[lines.concat().into_bytes()]);
        let expected = ["9", "10", "2.5", "a/ü", "b", "{\"$oid\":\"x\"}"];
        assert_eq!(names(&whole)[..6], expected);
        assert!(whole[6].0.starts_with("record "), "{}", whole[6].0);
        let reversed: Vec<Vec<u8>> = lines.iter().rev().map(|line| line.trim().into()).collect();
        assert_eq!(indexed(&reversed).1, whole);
        // Two members in a gzip file, as of parts that were put together.
        let packed =
            vec![[gzip(&lines[..3].concat()), gzip(&lines[3..5].concat())].concat(), lines[5..].concat().into()];
        assert_eq!(indexed(&packed).1, whole);
    }

    #[test]
    fn a_line_that_stands_there_twice_is_taken_once_and_another_with_its_identifier_is_kept() {
        let contents = [
            line("7", 0) + &line("8", 1) + "\n  \n",
            line("7", 0) + &line("7", 2) + line("8", 1).trim(),
            line("\"7\"", 1),
        ];
        let (index, records) = indexed(&contents.map(String::into_bytes));
        assert_eq!(index.repeated, 2);
        // Nothing names these, so each is one.
        let failed = format!("{{\"schema\": \"{}\", \"id\": null, \"error\": \"no object\"}}\n", input::RECORDS_SCHEMA);
        let (of_failed, twice) = indexed(&[failed.repeat(2).into_bytes()]);
        assert_eq!((of_failed.repeated, twice.len()), (0, 2));
        assert_eq!(twice[1].0, format!("{} (2)", twice[0].0));
        let mut names: Vec<&str> = records.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["7", "7 (2)", "8", "7"]);
        names.sort_unstable();
        assert!(index.failures.is_empty());
    }

    #[test]
    fn damage_costs_the_damaged_record_alone() {
        let torn = line("2", 1);
        let content = line("1", 0) + &torn[..torn.len() / 2] + "\n[]\n" + &line("3", 2);
        let (index, records) = indexed(&[content.clone().into_bytes()]);
        let names: Vec<&str> = records.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["1", "3", "0.jsonl, line 2", "0.jsonl, line 3"]);
        assert!(index.failures.is_empty());
        let packed = gzip(&content);
        let (index, records) = indexed(&[packed[..packed.len() - 9].to_vec()]);
        assert!(records.iter().any(|(name, _)| name == "1"), "{records:?}");
        assert!(index.failures[0].error.starts_with("cannot read the rest of 0.jsonl: "), "{:?}", index.failures);
        let (index, _) = indexed(&[line("1", 0).into_bytes(), b"\x1f\x8b broken".to_vec()]);
        assert_eq!((index.len(), index.failures.len()), (1, 1));
    }

    #[test]
    fn who_asks_for_a_stop_does_not_wait_for_the_last_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, line("1", 0)).unwrap();
        let files = [TranslatedFile { path, source: "a".into() }];
        let (stop, adjusted) = (AtomicBool::new(true), |provenance: Provenance| provenance);
        let options = IndexOptions { folder: folder.path(), workers: 1, adjusted: &adjusted, stop: &stop };
        let stopped = TranslatedIndex::new(&files, &options).map(drop);
        assert!(matches!(stopped, Err(Error::Stopped { remembered: None, .. })));
        assert_eq!(fs::read(folder.path().join("a")).unwrap().lines().count(), 1);
    }
}
