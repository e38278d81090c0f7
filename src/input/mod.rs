//! Files of the user → articles: what there is to read, in which encoding and format it is, and what of it is news.
//!
//! [`list`] turns paths into files in a fixed order, [`read`] turns one of them into an [`Article`].
//!
//! Promises: the order and the shown names depend on the paths only, not on the file system; a file is read once however
//! often it was named; nothing that was set aside is lost (see [`Article::left_out`]); no content of a file can make it
//! panic or take more than linear time. Never writes, never opens a socket, never follows a link out of a file.
//!
//! To read another format: one file with one [`Reader`] const, one line in [`READERS`], one sample in
//! `samples/articles/`.

mod boilerplate;
mod characters;
mod encoding;
mod html;
mod listing;
mod markdown;
mod parts;
mod plain_text;

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use thiserror::Error;

pub use boilerplate::{RULES, Rule};
pub use listing::{Found, Listing, Origin, Skipped, list};

use crate::document::{Article, Draft};

/// A file format that articles can be read from.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// Name of the format, as it is shown.
    pub name: &'static str,
    /// Extensions in lower case without the dot; an empty one stands for files without an extension.
    pub extensions: &'static [&'static str],
    /// One line on what is read from such a file.
    pub about: &'static str,
    /// Makes a draft of decoded text.
    pub read: fn(&str) -> Result<Draft, ReadError>,
}

/// Every format; the first is for files that do not say what they are.
pub const READERS: &[Reader] = &[plain_text::READER, markdown::READER, html::READER];

/// The most bytes that are read as one article. Plain text that is longer is read in parts; markup cannot be cut blindly.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Why a reader could make nothing of a text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The document holds no text.
    #[error("there is no text in it")]
    NoText,
    /// An HTML page without text but with scripts that would load it.
    #[error("the page holds no text, only the scripts that load it")]
    Scripted,
}

/// What to do with what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Keep comment rules, sharing prompts, photo credits and the like in the article instead of setting them aside.
    pub keep_boilerplate: bool,
}

/// Why articles could not be listed or one could not be read.
#[derive(Debug, Error)]
pub enum Error {
    /// A path that was asked for does not exist.
    #[error("{} does not exist", path.display())]
    Missing {
        /// The path as it was given.
        path: PathBuf,
    },
    /// A path that was asked for cannot be looked at.
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
    #[error("no articles found{}", listing::skipped_phrase(skipped))]
    NoArticles {
        /// Files that were passed over because no reader knows their extension.
        skipped: Vec<Skipped>,
    },
    /// An article's bytes cannot be read.
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
        /// What it is instead, with its article.
        what: &'static str,
    },
    /// An article's file is larger than anything that is an article.
    #[error("{article} is larger than {} MiB", LARGEST / 1024 / 1024)]
    TooLarge {
        /// The article's source.
        article: String,
    },
    /// A reader could make nothing of an article's text.
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
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { .. } => Some("check the spelling, or quote a path that contains spaces".into()),
            Self::Open { .. } | Self::Read { .. } => Some("check that you may read it".into()),
            Self::NotAFile { .. } => Some("give `-` to read one article from standard input".into()),
            Self::OwnOutput { .. } => {
                Some("give the folder of German articles; its briefing is written with -o".into())
            }
            Self::NoArticles { .. } => Some(format!("articles are files ending in {}", extensions())),
            Self::Empty { .. } => None,
            Self::Binary { .. } => Some("export it as text, Markdown or HTML first".into()),
            Self::TooLarge { .. } => Some("split it, or save it as plain text in UTF-8, which is read in parts".into()),
            Self::Content { cause: ReadError::Scripted, .. } => {
                Some("save the page from a browser after it has loaded".into())
            }
            Self::Content { cause: ReadError::NoText, .. } => None,
        }
    }
}

/// Every extension that is read, as `.txt, .md or .html`.
fn extensions() -> String {
    let known: Vec<_> = READERS
        .iter()
        .flat_map(|reader| reader.extensions)
        .filter(|extension| !extension.is_empty())
        .map(|extension| format!(".{extension}"))
        .collect();
    match known.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => known.concat(),
    }
}

/// The reader for files ending in `extension`, which is in lower case.
fn reader_for(extension: &str) -> Option<&'static Reader> {
    READERS.iter().find(|reader| reader.extensions.contains(&extension))
}

/// Bytes of files that are read at once at most, and their number.
const AT_ONCE: (u64, usize) = (1 << 20, 64);

/// How many of the first `files` may be read at once, without all of them taking much memory: at least one, if there is one.
pub fn at_once(files: &[Found]) -> usize {
    let mut left = AT_ONCE.0;
    let fits = |found: &&Found| {
        let bytes = match &found.origin {
            Origin::File(path) => path.metadata().map_or(0, |about| about.len()),
            Origin::Part(_, range) => range.end.saturating_sub(range.start),
            Origin::Stdin => AT_ONCE.0,
        };
        let fits = bytes <= left;
        left = left.saturating_sub(bytes);
        fits
    };
    files.iter().take(AT_ONCE.1).take_while(fits).count().max(1).min(files.len())
}

/// The article in `found`: decoded, read in its format, cleaned, and without what is no news.
///
/// # Errors
/// If the file cannot be read, is empty, is not text, or holds no article.
pub fn read(found: &Found, options: &Options) -> Result<Article, Error> {
    let article = || found.source.clone();
    let bytes = match &found.origin {
        // What was a file when it was listed may be something else by now, and a pipe would be waited for.
        Origin::File(path) if !path.is_dir() && path.exists() && !path.is_file() => {
            return Err(Error::NotAFile { path: path.clone() });
        }
        Origin::File(path) => File::open(path).and_then(|file| at_most(LARGEST, file)),
        Origin::Part(path, range) => parts::read(path, range),
        Origin::Stdin => at_most(LARGEST, io::stdin().lock()),
    };
    let bytes = bytes.map_err(|cause| Error::Read { article: article(), cause })?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::TooLarge { article: article() });
    }
    let declares = found.extension().and_then(|extension| reader_for(&extension)).is_some_and(is_html);
    // A page that is not named like one says what it is within its first bytes, whatever its encoding.
    let declares = declares || html::is_page(&String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]));
    let text =
        encoding::decode(&bytes, declares).map_err(|not| Error::Binary { article: article(), what: not.what })?;
    drop(bytes);
    let text = characters::clean(&text);
    if text.trim().is_empty() {
        return Err(Error::Empty { article: article() });
    }
    let reader = choose(found.extension().as_deref(), &text);
    let failed = |cause| Error::Content { article: article(), reader: reader.name, cause };
    let mut draft = (reader.read)(&text).map_err(failed)?;
    // Markup can spell characters that the text did not contain.
    for section in &mut draft.sections {
        section.text = characters::clean(&section.text);
    }
    draft.title = draft.title.as_deref().map(characters::clean);
    if !options.keep_boilerplate {
        draft = boilerplate::set_aside(draft);
    }
    Article::new(article(), draft).ok_or_else(|| failed(ReadError::NoText))
}

/// What `source` holds, or one byte more than `limit` of it.
fn at_most(limit: u64, source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes).map(|_| bytes)
}

fn is_html(reader: &Reader) -> bool {
    reader.name == html::READER.name
}

/// The reader for `text` from a file with `extension`. A page saved under a name that does not say so is still a page.
fn choose(extension: Option<&str>, text: &str) -> &'static Reader {
    let named = extension.and_then(reader_for).unwrap_or(&READERS[0]);
    if named.name == plain_text::READER.name && html::is_page(text) {
        return READERS.iter().find(|reader| is_html(reader)).unwrap_or(named);
    }
    named
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::document::ParagraphKind;

    fn found(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> Found {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        list(&[path]).unwrap().files.remove(0)
    }

    #[test]
    fn no_two_readers_share_a_name_or_an_extension() {
        let mut extensions: Vec<_> = READERS.iter().flat_map(|reader| reader.extensions).collect();
        let mut names: Vec<_> = READERS.iter().map(|reader| reader.name).collect();
        let (all_extensions, all_names) = (extensions.len(), names.len());
        extensions.sort();
        extensions.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((extensions.len(), names.len()), (all_extensions, all_names));
        for reader in READERS {
            assert!(!reader.about.is_empty() && reader.extensions.iter().all(|known| *known == known.to_lowercase()));
        }
    }

    #[test]
    fn the_hint_for_an_empty_folder_names_every_extension() {
        let hint = Error::NoArticles { skipped: Vec::new() }.hint().unwrap();
        assert_eq!(hint, "articles are files ending in .txt, .text, .md, .markdown, .html, .htm or .xhtml");
    }

    #[test]
    fn the_reader_is_chosen_by_the_name_and_then_by_the_content() {
        for (extension, text, reader) in [
            (Some("txt"), "Hallo", "plain text"),
            (Some(""), "Hallo", "plain text"),
            (Some("log"), "Hallo", "plain text"),
            (Some("log"), "<!DOCTYPE html><p>Hallo", "HTML"),
            (Some("txt"), "\n<HTML lang=de><p>Hallo", "HTML"),
            (Some("md"), "<html><p>Hallo", "Markdown"),
            (Some("html"), "Hallo", "HTML"),
            (None, "<html >", "HTML"),
            (None, "<htmlx>", "plain text"),
        ] {
            assert_eq!(choose(extension, text).name, reader, "{extension:?} {text}");
        }
    }

    #[test]
    fn the_same_article_is_read_from_every_format() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("a.txt", "Der Titel\n\nEin erster Satz über Öl.\n\nDie Zwischenzeile\n\nEin zweiter Satz.\n"),
            ("a.md", "# Der Titel\n\nEin erster Satz\nüber Öl.\n\n## Die Zwischenzeile\n\nEin zweiter Satz.\n"),
            (
                "a.html",
                "<title>Der Titel</title><h1>Der Titel</h1><p>Ein erster Satz &uuml;ber &Ouml;l.\
                 <h2>Die&nbsp;Zwischen&shy;zeile</h2><p>Ein zweiter Satz.",
            ),
        ] {
            let article = read(&found(&folder, name, text.as_bytes()), &Options::default()).unwrap();
            assert_eq!(article.title(), Some("Der Titel"), "{name}");
            let paragraphs: Vec<_> = article.paragraphs().iter().map(|it| (it.kind(), it.text())).collect();
            let expected = [
                (ParagraphKind::Body, "Ein erster Satz über Öl."),
                (ParagraphKind::Heading, "Die Zwischenzeile"),
                (ParagraphKind::Body, "Ein zweiter Satz."),
            ];
            assert_eq!(paragraphs, expected, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes, message) in [
            ("leer.txt", &b""[..], "leer.txt is empty"),
            ("blank.md", b" \n\t\r\n \xef\xbb\xbf", "blank.md is empty"),
            ("bild.txt", b"\x89PNG\r\n\x1a\n\0\0", "bild.txt is a picture, not text"),
            ("null.txt", b"abc\0def", "null.txt is binary data, not text"),
            ("leer.html", b"<html><body></body></html>", "cannot read leer.html as HTML"),
            ("bild.md", b"![](bild.png)", "cannot read bild.md as Markdown"),
        ] {
            let error = read(&found(&folder, name, bytes), &Options::default()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn every_reader_has_a_sample_and_every_sample_is_read() {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/articles"));
        let listing = list(&[folder]).unwrap();
        assert!(listing.skipped.is_empty() && listing.failures.is_empty());
        let extensions: Vec<_> = listing.files.iter().filter_map(Found::extension).collect();
        for reader in READERS {
            assert!(extensions.iter().any(|it| reader.extensions.contains(&it.as_str())), "{}", reader.name);
        }
        for found in &listing.files {
            let article = read(found, &Options::default()).unwrap();
            assert!(article.paragraphs().len() > 2, "{}", found.source);
            let damaged = |text: &str| text.contains(['\u{fffd}', '\u{a4}', '\u{a0}', '\u{ad}']);
            assert!(article.paragraphs().iter().all(|paragraph| !damaged(paragraph.text())), "{}", found.source);
        }
    }

    #[test]
    fn boilerplate_is_set_aside_unless_it_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let text = "Die Brücke ist fertig (siehe Video oben). Sie öffnet morgen.\n\nLesen Sie auch: Die Fähre fährt\n";
        let found = found(&folder, "a.txt", text.as_bytes());
        let article = read(&found, &Options::default()).unwrap();
        assert_eq!(article.paragraphs().len(), 1);
        assert_eq!(article.paragraphs()[0].text(), "Die Brücke ist fertig. Sie öffnet morgen.");
        assert_eq!(article.left_out().len(), 2);
        let whole = read(&found, &Options { keep_boilerplate: true }).unwrap();
        assert_eq!(whole.paragraphs().len(), 2);
        assert!(whole.left_out().is_empty());
    }
}
