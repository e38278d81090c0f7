//! A file of terms → a glossary.
//!
//! Columns are German, English and options, separated by tabs, or by commas or semicolons as spreadsheets write them, with
//! quotation marks around a field that contains one. A header, empty lines and lines that begin with `#` are skipped. A term
//! without English, or with `-`, is not translated.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::forms;
use super::terms::{Glossary, Term};
use crate::hint::Hint;

/// Why a glossary cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// The file of the glossary cannot be read.
    #[error("cannot read the glossary {}", path.display())]
    Read {
        /// The file of the glossary.
        path: PathBuf,
        /// Why the glossary cannot be read.
        source: io::Error,
    },
    /// A line of the glossary cannot be parsed.
    #[error("{} line {line}: {what}", path.display())]
    Line {
        /// The file of the glossary.
        path: PathBuf,
        /// The line of the glossary, from 1.
        line: usize,
        /// What is wrong with the line of the glossary.
        what: String,
    },
    /// The file of the glossary has no term.
    #[error("the glossary {} holds no term", path.display())]
    Empty {
        /// The file of the glossary.
        path: PathBuf,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::Line { .. } | Self::Empty { .. } => Some(
                "a line holds German, English and options, apart by tabs, commas or semicolons; options are exact, \
                 case-sensitive and compounds"
                    .into(),
            ),
        }
    }
}

/// Names of the first column that mark a header.
const HEADER_NAMES: [&str; 6] = ["german", "deutsch", "source", "de", "quelle", "term"];

impl Glossary {
    /// Reads the glossary at `path`: UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    /// [`enum@Error`] if the file cannot be read or parsed, with the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let text = std::str::from_utf8(&bytes).map_err(|error| Error::Line {
            path: path.to_owned(),
            line: 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count(),
            what: "this is not UTF-8: save the file in that encoding".into(),
        })?;
        Self::parse(path, text)
    }

    /// Parses `text`. Errors refer to it as `path`.
    ///
    /// # Errors
    /// [`enum@Error`] if a line cannot be parsed or there is no term.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let glossary_digest = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let glossary_text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines =
            glossary_text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
        let separator = separator(lines.clone().map(|(line, _)| line));
        let mut terms: Vec<Term> = Vec::new();
        let mut first_lines: BTreeMap<String, usize> = BTreeMap::new();
        for (index, (line, line_number)) in lines.enumerate() {
            let wrong_line = |what: String| Error::Line { path: path.to_owned(), line: line_number, what };
            let fields = fields(line, separator).map_err(|what| wrong_line(what.to_owned()))?;
            if index == 0 && HEADER_NAMES.contains(&fields[0].to_lowercase().as_str()) {
                continue;
            }
            let term = parse_term(&fields).map_err(wrong_line)?;
            if let Some(earlier_line) = first_lines.insert(term.german.clone(), line_number) {
                if terms.contains(&term) {
                    continue;
                }
                let what = format!("“{}” is in line {earlier_line} too, and something else there", term.german);
                return Err(wrong_line(what));
            }
            terms.push(term);
        }
        if terms.is_empty() {
            return Err(Error::Empty { path: path.to_owned() });
        }
        Ok(Self::new(terms, glossary_digest))
    }
}

/// The separator: tabs if any line has one, else the more frequent of comma and semicolon.
fn separator<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> char {
    let lines_with = |mark: char| lines.clone().filter(|line| line.contains(mark)).count();
    let (commas, semicolons) = (lines_with(','), lines_with(';'));
    if lines_with('\t') > 0 || (commas == 0 && semicolons == 0) {
        '\t'
    } else if semicolons > commas {
        ';'
    } else {
        ','
    }
}

/// The fields of `line` without the quotation marks around them; at least one.
fn fields(line: &str, separator: char) -> Result<Vec<String>, &'static str> {
    let mut fields = vec![String::new()];
    let (mut is_quoted, mut characters) = (false, line.chars().peekable());
    while let Some(character) = characters.next() {
        let field = fields.last_mut().ok_or("no field")?;
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if field.trim().is_empty() => {
                field.clear();
                is_quoted = true;
            }
            _ if character == separator && !is_quoted => fields.push(String::new()),
            _ => field.push(character),
        }
    }
    if is_quoted {
        return Err("a quotation mark is not closed");
    }
    fields.iter_mut().for_each(|field| *field = field.trim().to_owned());
    Ok(fields)
}

/// The term in `fields`, or what is wrong with them.
fn parse_term(fields: &[String]) -> Result<Term, String> {
    let [german, other_columns @ ..] = fields else { return Err("no field".into()) };
    if !forms::has_word(german) {
        return Err("the German is missing".into());
    }
    if other_columns.len() > 2 && other_columns[2..].iter().any(|field| !field.is_empty()) {
        return Err(format!("{} columns, where German, English and options are three at most", fields.len()));
    }
    let english = match other_columns.first().map(String::as_str) {
        None => match german.split_once(char::is_whitespace) {
            Some((first, rest)) => {
                return Err(format!("one column; put a tab between German and English: {first}⇥{}", rest.trim_start()));
            }
            None => return Err(format!("“{german}” stands alone: an empty English column keeps it as it is")),
        },
        Some("" | "-" | "=") => german.clone(),
        Some(english) => english.to_owned(),
    };
    if !forms::has_word(&english) {
        return Err(format!("“{english}” is no English"));
    }
    let mut term = Term { german: german.clone(), english, exact: false, case_sensitive: false, compounds: false };
    let options = other_columns.get(1).map(String::as_str).unwrap_or_default();
    for option in options.split([' ', ',', ';', '|']).filter(|option| !option.is_empty()) {
        match option.to_lowercase().as_str() {
            "exact" => term.exact = true,
            "case-sensitive" => term.case_sensitive = true,
            "compounds" => term.compounds = true,
            _ => return Err(format!("“{option}” is no option: there are exact, case-sensitive and compounds")),
        }
    }
    Ok(term)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Glossary, Error> {
        Glossary::parse("terms".as_ref(), text)
    }

    #[test]
    fn files_of_every_kind_are_read() {
        for text in [
            "Landrat\tcommissioner\texact\nTHW\t\n",
            "\u{feff}German\tEnglish\tOptions\r\n# a comment\r\n\r\nLandrat\tcommissioner\texact\r\nTHW\t-\r\n",
            "Deutsch;Englisch;Optionen\n\"Landrat\";\"commissioner\";\"exact\"\nTHW;;\n",
            "Landrat,commissioner,exact\nTHW,\n",
        ] {
            let glossary = parse(text).unwrap();
            let [landrat, thw] = glossary.terms() else { panic!("{text}") };
            assert_eq!((landrat.english.as_str(), landrat.exact), ("commissioner", true), "{text}");
            assert_eq!((thw.english.as_str(), thw.exact), ("THW", false), "{text}");
        }
        assert_eq!(parse("Land,\"a, \"\"b\"\"\"\n").unwrap().terms()[0].english, "a, \"b\"");
    }

    #[test]
    fn lines_that_cannot_be_parsed_are_reported() {
        for (text, line, what) in [
            ("Landrat\tcommissioner\nRat\tcouncil\tinexact\n", 2, "inexact"),
            ("Landrat\tcommissioner\n\tcouncil\n", 2, "German is missing"),
            ("Landrat\tcommissioner\n# x\n\nRat\n", 4, "stands alone"),
            ("Landrat,\"commissioner\nRat,council\n", 1, "not closed"),
            ("Landrat\tcommissioner\nLandrat\tcouncillor\n", 2, "line 1"),
            ("Landrat\tone\ttwo\tthree\n", 1, "columns"),
            ("Rathaus town hall\n", 1, "put a tab between German and English: Rathaus⇥town hall"),
            ("Landrat\t!\n", 1, "no English"),
        ] {
            let error = parse(text).unwrap_err();
            let message = error.to_string();
            assert!(message.starts_with(&format!("terms line {line}: ")) && message.contains(what), "{message}");
            assert!(error.hint().is_some());
        }
        assert!(matches!(parse("# nothing\n"), Err(Error::Empty { .. })));
        assert_eq!(parse("Rat\tcouncil\nRat\tcouncil\n").unwrap().terms().len(), 1);
    }
}
