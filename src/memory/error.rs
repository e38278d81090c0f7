//! Why a translation memory cannot be used, and what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::hint::Hint;

/// Why a translation memory cannot be used.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The file or its folder cannot be created, opened or locked.
    #[error("cannot open the translation memory {}", path.display())]
    Open {
        /// The file of the memory.
        path: PathBuf,
        /// Why the memory fails.
        #[source]
        source: io::Error,
    },
    /// The file is something else than a translation memory.
    #[error("{} is not a translation memory", path.display())]
    Foreign {
        /// The file of the memory.
        path: PathBuf,
    },
    /// A later version of the program wrote the memory.
    #[error("the translation memory {} has format {format}, which this version does not know", path.display())]
    Newer {
        /// The file of the memory.
        path: PathBuf,
        /// The format of the memory.
        format: u64,
    },
    /// The file of the memory is damaged.
    #[error("the translation memory {} is damaged", path.display())]
    Damaged {
        /// The file of the memory.
        path: PathBuf,
        /// Why the memory fails.
        #[source]
        source: Box<redb::Error>,
    },
    /// The file of the memory can no longer be read or written.
    #[error("the translation memory {} fails", path.display())]
    Store {
        /// The file of the memory.
        path: PathBuf,
        /// Why the memory fails.
        #[source]
        source: Box<redb::Error>,
    },
    /// The TMX file cannot be written.
    #[error("cannot write the translation memory as TMX")]
    Export {
        /// Why the memory fails.
        #[source]
        source: io::Error,
    },
    /// The file cannot be read as TMX.
    #[error("cannot read {} as TMX", path.display())]
    Import {
        /// The file of the memory.
        path: PathBuf,
        /// Where the XML of the memory is wrong.
        #[source]
        source: Box<quick_xml::Error>,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let is_disk_full =
            |source: &io::Error| matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        match self {
            Self::Open { source, .. } if is_disk_full(source) => {
                Some("free some space, or work without it: --no-cache".into())
            }
            Self::Open { .. } | Self::Store { .. } => {
                Some("choose another file with --memory, or work without one: --no-cache".into())
            }
            Self::Foreign { .. } => Some("choose another file with --memory".into()),
            Self::Newer { .. } => {
                Some("use the later version of depesche, another file with --memory, or none: --no-cache".into())
            }
            Self::Export { .. } => Some("choose a file that you may write, on a disk with room".into()),
            Self::Import { .. } => None,
            Self::Damaged { .. } => Some("start an empty one: depesche cache clear".into()),
        }
    }
}
