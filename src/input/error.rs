//! Why articles could not be listed or one could not be read, and what the user can do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::listing::Skipped;
use super::readers;
use super::source::ReadError;
use crate::hint::Hint;

/// Why articles could not be listed or one could not be read.
#[derive(Debug, Error)]
pub enum Error {
    /// A path that was asked for does not exist.
    #[error("{} does not exist", path.display())]
    Missing {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The system refuses access to a path that was asked for.
    #[error("cannot open {}", path.display())]
    Open {
        /// The path as it was given.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// A path that was asked for is neither a folder nor a regular file.
    #[error("{} is neither a folder nor a regular file", path.display())]
    NotAFile {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The folder that was asked for was written by this program.
    #[error("{} is a folder that depesche wrote, not one of articles", path.display())]
    OwnOutput {
        /// The path as it was given.
        path: PathBuf,
    },
    /// There is nothing to read under the paths that were asked for.
    #[error("no articles found{}", skipped_phrase(skipped))]
    NoArticles {
        /// Files that were passed over because no reader knows their extension.
        skipped: Vec<Skipped>,
    },
    /// The bytes of an article cannot be read.
    #[error("cannot read {article}")]
    Read {
        /// The article's source.
        article: String,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// An article's file is empty or blank.
    #[error("{article} is empty")]
    Empty {
        /// The article's source.
        article: String,
    },
    /// An article's file is not text.
    #[error("{article} is {what}, not text")]
    Binary {
        /// The article's source.
        article: String,
        /// What it is instead, with an article.
        what: &'static str,
    },
    /// An article is larger than the limit.
    #[error("{article} is larger than {} MiB", limit / 1024 / 1024)]
    TooLarge {
        /// The article's source.
        article: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A reader found no article in a file of its format.
    #[error("cannot read {article} as {reader}")]
    Content {
        /// The article's source.
        article: String,
        /// Name of the reader.
        reader: &'static str,
        /// Why not.
        #[source]
        cause: ReadError,
    },
}

impl Error {
    /// The error of `reader`, which could not read `article`.
    pub(super) fn from_reader(article: String, reader: &'static str, cause: ReadError) -> Self {
        match cause {
            ReadError::Empty => Self::Empty { article },
            ReadError::NotText { what } => Self::Binary { article, what },
            ReadError::TooLarge { limit } => Self::TooLarge { article, limit },
            ReadError::Io(cause) => Self::Read { article, cause },
            ReadError::NoText
            | ReadError::NoLanguage
            | ReadError::Scripted
            | ReadError::Damaged { .. }
            | ReadError::Several => Self::Content { article, reader, cause },
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { .. } => Some("check the spelling, or quote a path that contains spaces".into()),
            Self::Open { .. } | Self::Read { .. } => Some("check that you may read it".into()),
            Self::NotAFile { .. } => Some("give `-` to read one article from standard input".into()),
            Self::OwnOutput { .. } => {
                Some("give the folder of German articles; its briefing is written with -o".into())
            }
            Self::NoArticles { skipped } => {
                let advice =
                    skipped.iter().filter_map(|skipped| Some((skipped, advice_for(&skipped.extension)?))).next();
                let advice =
                    advice.map_or_else(String::new, |(skipped, advice)| format!("; .{}: {advice}", skipped.extension));
                Some(format!("articles are files ending in {}{advice}", readers::extensions()))
            }
            Self::Binary { what, .. } => Some(advice_on(what).into()),
            Self::TooLarge { .. } => Some("split it, or save it as plain text in UTF-8, which is read in parts".into()),
            Self::Content { cause: ReadError::Scripted, .. } => {
                Some("save the page from a browser after it has loaded".into())
            }
            Self::Content { cause: ReadError::Several, .. } => {
                Some("unpack it, or save it as a file, and give that".into())
            }
            Self::Content { cause: ReadError::Damaged { hint, .. }, .. } => Some((*hint).into()),
            Self::Content { cause: ReadError::NoLanguage, .. } => {
                Some("if it is an encoded file, decode it first".into())
            }
            Self::Empty { .. } | Self::Content { .. } => None,
        }
    }
}

/// What to do with bytes that are `what`, which is the name of a format that is not read, or not under the file's name.
fn advice_on(what: &str) -> &'static str {
    match what {
        "a PDF file" | "a Word document" | "an OpenDocument text" | "a book" => {
            "give it the ending of its format: .pdf, .docx, .odt or .epub"
        }
        "an old office document" | "an RTF document" => "save it as DOCX or ODT first",
        "a spreadsheet" => "save it as CSV or PDF first",
        "a presentation" => "save it as PDF first",
        "a picture" => "recognise its text first with an OCR program, and save that as text or PDF",
        "a ZIP archive or an office document" | "a gzip archive" => "unpack it first",
        "a Zstandard archive" => "unpack it first, or compress it with gzip",
        _ => "export it as text, DOCX or PDF first",
    }
}

/// What to do with files whose names end in an extension that is not read.
fn advice_for(extension: &str) -> Option<&'static str> {
    match extension {
        "doc" | "rtf" | "wps" | "pages" | "sxw" | "wpd" => Some("save it as DOCX or ODT first"),
        "ppt" | "pptx" | "odp" | "key" | "indd" | "pub" => Some("save it as PDF first"),
        "xls" | "xlsx" | "ods" | "numbers" => Some("save it as CSV or PDF first"),
        "mobi" | "azw" | "azw3" | "fb2" => Some("convert it to EPUB first"),
        "zst" | "bz2" | "xz" | "lz4" => Some("unpack it first, or compress it with gzip"),
        "djvu" | "png" | "jpg" | "jpeg" | "tif" | "tiff" => Some("recognise its text first with an OCR program"),
        _ => None,
    }
}

/// ` (passed over: 2 .xyz: a.xyz, b.xyz; 1 .abc: c.abc)`, or nothing.
fn skipped_phrase(skipped: &[Skipped]) -> String {
    if skipped.is_empty() {
        return String::new();
    }
    let counts: Vec<_> = skipped.iter().map(|it| format!("{} .{}: {}", it.count, it.extension, it.named())).collect();
    format!(" (passed over: {})", counts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_for_an_empty_folder_names_every_extension() {
        let hint = Error::NoArticles { skipped: Vec::new() }.hint().unwrap();
        let listed = hint.strip_prefix("articles are files ending in ").unwrap().replace(" or ", ", ");
        let known = readers::INPUT_FORMATS
            .iter()
            .flat_map(|reader| reader.extensions.iter().chain(reader.shared_extensions))
            .filter(|known| !known.is_empty());
        assert_eq!(listed, known.map(|known| format!(".{known}")).collect::<Vec<_>>().join(", "));
    }
}
