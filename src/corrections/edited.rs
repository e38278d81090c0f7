//! The CSV of a briefing, which a person may have edited in a spreadsheet → its rows.

use std::path::Path;

use super::error::Error;
use super::file::{rows, separator, text_of};

/// A row with a German sentence and its English as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Path of the article; empty if the file has no such column.
    pub source: String,
    /// German sentence.
    pub german: String,
    /// English sentence.
    pub english: String,
}

/// The rows of the file at `path`, as a spreadsheet saved it: with commas, semicolons or tabs. Rows without German or English are
/// passed over.
///
/// # Errors
/// [`enum@Error`] if it cannot be read, or lacks the columns.
pub fn edited_rows(path: &Path) -> Result<Vec<EditedRow>, Error> {
    let text = text_of(path)?;
    let mut rows = rows(path, &text, separator(&text));
    let header = rows.next().transpose()?.map(|(_, row)| row).unwrap_or_default();
    let column = |name: &str| header.iter().position(|field| field.trim().eq_ignore_ascii_case(name));
    let (Some(german), Some(english)) = (column("german"), column("english")) else {
        return Err(Error::NoColumns { path: path.into() });
    };
    let source = column("source");
    let mut edited = Vec::new();
    for row in rows {
        let (line, row) = row?;
        let cell = |column: usize| without_guard(row.get(column).map_or("", String::as_str)).trim().to_owned();
        let row = EditedRow {
            line,
            source: source.map(cell).unwrap_or_default(),
            german: cell(german),
            english: cell(english),
        };
        if !row.german.is_empty() && !row.english.is_empty() {
            edited.push(row);
        }
    }
    Ok(edited)
}

/// `cell` without the apostrophe that keeps spreadsheets from running it as a formula.
fn without_guard(cell: &str) -> &str {
    let is_formula = |text: &str| text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    cell.strip_prefix('\'').filter(|rest| is_formula(rest) || rest.starts_with(['\t', '\r', '\n'])).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_however_a_spreadsheet_saved_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("briefing.csv");
        for file in [
            "\u{feff}article,source,german,english\r\n1,a.txt,\"Es sind -5 Grad, kalt.\",'-5 degrees\r\n1,a.txt,Eins.,\r\n",
            "article;source;german;english\n1;a.txt;Es sind -5 Grad, kalt.;'-5 degrees\n",
            "article\tsource\tGerman\tEnglish\n1\ta.txt\tEs sind -5 Grad, kalt.\t-5 degrees\n",
        ] {
            std::fs::write(&path, file).unwrap();
            let expected = EditedRow {
                line: 2,
                source: "a.txt".into(),
                german: "Es sind -5 Grad, kalt.".into(),
                english: "-5 degrees".into(),
            };
            assert_eq!(edited_rows(&path).unwrap(), [expected], "{file}");
        }
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        assert!(matches!(edited_rows(&path).unwrap_err(), Error::NoColumns { .. }));
    }
}
