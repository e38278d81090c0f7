//! Errors of the output, with hints for the user.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::hint::Hint;

/// Why the output folder, or a file in it, cannot be written.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The output folder, or a folder in it, cannot be created.
    #[error("cannot create the folder {}", path.display())]
    MakeFolder {
        /// The folder of the output that cannot be created.
        path: PathBuf,
        /// The system's error on the output folder.
        #[source]
        source: io::Error,
    },
    /// The output folder is a file.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The path given as output folder.
        path: PathBuf,
    },
    /// Another run is writing to the output folder.
    #[error("another depesche is writing to {}", path.display())]
    InUse {
        /// The output folder that another run writes to.
        path: PathBuf,
    },
    /// A file cannot be created in the output folder.
    #[error("cannot write to the folder {}", path.display())]
    NotWritable {
        /// The output folder that cannot be written to.
        path: PathBuf,
        /// The system's error on the output folder.
        #[source]
        source: io::Error,
    },
    /// The output needs names of files that depesche did not make.
    #[error("{} holds {} that would be overwritten: {}", folder.display(), counted_files(*count), named_files(files, *count))]
    WouldOverwrite {
        /// The output folder.
        folder: PathBuf,
        /// The first few files in the way, relative to the output folder.
        files: Vec<String>,
        /// Number of files in the way of the output.
        count: usize,
    },
    /// The output needs names of articles that the run reads. These are never replaced, even with `force`.
    #[error("the output would replace the articles being read: {}", named_files(files, *count))]
    WouldReplaceInput {
        /// Paths of the first few articles that would be replaced.
        files: Vec<String>,
        /// Number of articles that would be replaced.
        count: usize,
    },
    /// A folder is where the output needs a file, or a file or symlink where it needs a folder. Neither is replaced.
    #[error("{} is in the way of a {}", path.display(), needed)]
    InTheWay {
        /// The path in the way of the output.
        path: PathBuf,
        /// What the output needs there: `file` or `folder`.
        needed: &'static str,
    },
    /// The record of an earlier run cannot be read.
    #[error("cannot read {}", path.display())]
    ReadRecord {
        /// The record of an earlier run.
        path: PathBuf,
        /// The system's error on the record.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file of the output.
        path: PathBuf,
        /// The system's error on writing it.
        #[source]
        source: io::Error,
    },
    /// An entry names a page that the folder did not assign.
    #[error("the output folder has no page {page:?}")]
    UnknownPage {
        /// The page that the output folder did not assign.
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
                Self::InUse { .. } => "wait until it has finished, or choose another folder with -o",
                Self::NotAFolder { .. } | Self::WouldReplaceInput { .. } => "choose another folder with -o",
                Self::InTheWay { .. } => "move it elsewhere, or choose another folder with -o",
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

fn counted_files(count: usize) -> String {
    if count == 1 { "a file".to_owned() } else { format!("{count} files") }
}

/// The first few files, and an ellipsis if there are more.
fn named_files(files: &[String], count: usize) -> String {
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
