//! The record: a file in the output folder that lists the files made there.
//!
//! It tells the next run which files it may replace, and tells `input` that this folder is output. The first line
//! identifies the file; every other line is a path relative to the folder, with `/` as separator.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

/// File name of the record. A folder that contains it was written by this program.
pub const RECORD: &str = ".depesche";

/// First line of the record. The number changes with the file format.
const FIRST_LINE_OF_RECORD: &str = "depesche record 1: the files below were made by depesche, which may replace them";

/// Reads the record at `path`. Returns `None` if there is no file, or it is not a record.
pub(super) fn read(path: &Path) -> io::Result<Option<BTreeSet<String>>> {
    let record_file = match File::open(path) {
        Ok(record_file) => record_file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut record_reader = BufReader::new(record_file);
    // Any other file may be huge, so read no more of it than the first line needs.
    let mut first_line = vec![0; FIRST_LINE_OF_RECORD.len()];
    match record_reader.read_exact(&mut first_line) {
        Ok(()) if first_line == FIRST_LINE_OF_RECORD.as_bytes() => {}
        Ok(()) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut listed_paths = BTreeSet::new();
    for listed_path in record_reader.lines() {
        let listed_path = listed_path?;
        if !listed_path.is_empty() {
            listed_paths.insert(listed_path);
        }
    }
    Ok(Some(listed_paths))
}

/// Writes a record that lists `listed_paths`.
pub(super) fn write(listed_paths: impl IntoIterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{FIRST_LINE_OF_RECORD}")?;
    for listed_path in listed_paths {
        writeln!(out, "{listed_path}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(RECORD);
        let paths: BTreeSet<String> = ["a.md".to_owned(), "über/b.html".to_owned()].into();
        write(paths.clone(), &mut File::create(&path).unwrap()).unwrap();
        assert_eq!(read(&path).unwrap(), Some(paths));
    }

    #[test]
    fn a_missing_or_foreign_record_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(RECORD);
        assert_eq!(read(&path).unwrap(), None);
        for foreign in ["", "secret = 1\n", &"x".repeat(10_000)] {
            fs::write(&path, foreign).unwrap();
            assert_eq!(read(&path).unwrap(), None);
        }
        // A damaged record is an error, because its paths are unknown.
        fs::write(&path, [FIRST_LINE_OF_RECORD.as_bytes(), b"\n\xff\xfe\n"].concat()).unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
