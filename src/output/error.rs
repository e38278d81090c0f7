//! What can go wrong while writing, and what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::hint::Hint;

/// Why a folder or a file in it could not be written.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The output folder, or a folder in it, could not be made.
    #[error("cannot make the folder {}", path.display())]
    MakeFolder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// There is a file where the output folder should be.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// Another run is writing to the output folder.
    #[error("another depesche is writing to {}", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A file could not be made in the output folder.
    #[error("cannot write in the folder {}", path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Files that were not made here have names that the output needs.
    #[error("{} holds {} that would be overwritten: {}", folder.display(), number(*count), list(files, *count))]
    WouldOverwrite {
        /// The output folder.
        folder: PathBuf,
        /// The first few, relative to the folder.
        files: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// Files that the output needs are articles that the run reads. They are never replaced, not by force either.
    #[error("the output would replace the articles being read: {}", list(files, *count))]
    WouldReplaceInput {
        /// The first few, below the output folder.
        files: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// Something is in the way that is never replaced: a folder where a file is needed, or a file or link where a
    /// folder is needed.
    #[error("{} is in the way of a {}", path.display(), needed)]
    InTheWay {
        /// What is in the way.
        path: PathBuf,
        /// What is needed there: `file` or `folder`.
        needed: &'static str,
    },
    /// The record of an earlier run could not be read.
    #[error("cannot read {}", path.display())]
    ReadRecord {
        /// The record.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// An entry names a page that the folder did not give out.
    #[error("the folder has no page {page:?}")]
    UnknownPage {
        /// The page.
        page: String,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let (Self::MakeFolder { source, .. }
        | Self::NotWritable { source, .. }
        | Self::ReadRecord { source, .. }
        | Self::Write { source, .. }) = self
        else {
            let hint = match self {
                Self::WouldOverwrite { .. } => "choose another folder with -o, or replace the files with --force",
                Self::InUse { .. } => "wait until it is done, or choose another folder with -o",
                Self::NotAFolder { .. } | Self::WouldReplaceInput { .. } => "choose another folder with -o",
                Self::InTheWay { .. } => "move it away, or choose another folder with -o",
                _ => return None,
            };
            return Some(hint.into());
        };
        let hint = match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "choose a folder that you may write to with -o"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "free some space, or choose a folder on another disk with -o"
            }
            _ => "choose another folder with -o",
        };
        Some(hint.into())
    }
}

fn number(count: usize) -> String {
    if count == 1 { "a file".to_owned() } else { format!("{count} files") }
}

/// The first few files, and a sign that there are more.
fn list(files: &[String], count: usize) -> String {
    let more = if count > files.len() { ", …" } else { "" };
    format!("{}{more}", files.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_the_way_are_named_and_counted() {
        let error = |files: &[&str], count| Error::WouldOverwrite {
            folder: "out".into(),
            files: files.iter().map(ToString::to_string).collect(),
            count,
        };
        assert_eq!(error(&["a.md"], 1).to_string(), "out holds a file that would be overwritten: a.md");
        assert_eq!(
            error(&["a.md", "b.md"], 7).to_string(),
            "out holds 7 files that would be overwritten: a.md, b.md, …"
        );
        assert!(error(&[], 1).hint().unwrap().contains("--force"));
        let error = Error::WouldReplaceInput { files: vec!["in/a.md".into()], count: 2 };
        assert_eq!(error.to_string(), "the output would replace the articles being read: in/a.md, …");
        assert!(!error.hint().unwrap().contains("--force"));
    }

    #[test]
    fn the_hint_fits_the_cause() {
        for (kind, word) in [
            (io::ErrorKind::PermissionDenied, "may write"),
            (io::ErrorKind::StorageFull, "space"),
            (io::ErrorKind::Other, "another folder"),
        ] {
            let error = Error::Write { path: "a.md".into(), source: kind.into() };
            assert!(error.hint().unwrap().contains(word), "{kind}");
        }
    }
}
