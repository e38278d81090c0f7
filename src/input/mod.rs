//! The user's files → articles: finds them, decodes and parses each in its format, and sets aside what is not news.
//!
//! [`list`] turns paths into articles to read, in a fixed order; [`read`] turns one of them into an [`Article`], [`read_record`] a line
//! of a stream, [`read_translated`] a line that was translated before.
//!
//! Promises: order and shown names depend on the paths only, not on the file system; a file is read once however often it
//! was named; nothing that was set aside is lost (see [`Article::left_out`]); no content of a file can make it panic or
//! take more than linear time. Never writes, opens a socket, or follows a link in a document.
//!
//! To read another format, see `readers/mod.rs`; to set aside another kind of passage, `boilerplate/rules/mod.rs`.

mod boilerplate;
mod characters;
mod code_page;
mod draft;
mod encoding;
mod encoding_guess;
mod entities;
mod error;
mod field_names;
mod file_name;
mod input_format;
mod line_reader;
mod listing;
mod mojibake;
mod no_language;
mod read_options;
mod readers;
mod record_lines;
mod source;
mod stream;
mod text;
mod translated;
mod walk;

pub use boilerplate::{RULES, Rule};
pub use error::Error;
pub use field_names::{FIELD_TARGETS, FieldChoice, FieldChoiceError, FieldTarget};
pub use input_format::{InputFormat, SplitIntoArticles, Unpack};
pub use line_reader::{DecodedLine, LineNote, LineReader};
pub use listing::{Found, ListedArticle, Listing, Origin, PackedFile, Part, Skipped, SkippedRecords, TranslatedFile};
pub use no_language::{Passage, passages};
pub use read_options::ReadOptions;
pub use readers::INPUT_FORMATS;
pub use record_lines::{RecordLine, next_record_line};
pub use source::{ReadError, SeekableRead, Source};
pub use stream::{StreamRecord, read_record};
pub use translated::{
    MAX_TRANSLATED_BYTES, RECORDS_SCHEMA, TranslatedHead, TranslatedRecord, is_compressed, open_translated,
    read_translated, read_translated_head,
};
pub use walk::list;

use std::ffi::OsStr;

use crate::document::Article;

/// The most bytes of articles that are read at once.
const MAX_BYTES_AT_ONCE: u64 = 1 << 20;

/// The most articles that are read at once.
const MAX_ARTICLES_AT_ONCE: usize = 64;

/// `name` as the shown name of an article: what could move the cursor or start a new line is escaped.
pub fn shown_name(name: &str) -> String {
    listing::shown(OsStr::new(name))
}

/// How many of the first `articles` may be read at once without taking much memory together: at least one, if there is
/// one.
pub fn at_once(articles: &[ListedArticle]) -> usize {
    let mut bytes_left = MAX_BYTES_AT_ONCE;
    let fits = |listed: &&ListedArticle| {
        let bytes = match &listed.origin {
            Origin::File(path) => path.metadata().map_or(0, |metadata| metadata.len()),
            Origin::Part(_, part) => part.range.end.saturating_sub(part.range.start),
            Origin::Stdin => MAX_BYTES_AT_ONCE,
        };
        let fits = bytes <= bytes_left;
        bytes_left = bytes_left.saturating_sub(bytes);
        fits
    };
    articles.iter().take(MAX_ARTICLES_AT_ONCE).take_while(fits).count().max(1).min(articles.len())
}

/// Reads the article that was listed: parses it in its format, cleans it, and sets aside what is not news.
///
/// # Errors
/// If the file cannot be read, is empty, is in no known format, or holds no article.
pub fn read(listed: &ListedArticle, options: &ReadOptions) -> Result<Article, Error> {
    // The file may have been replaced since it was listed, and reading a pipe would wait for its writer.
    if let Origin::File(path) = &listed.origin
        && !path.is_dir()
        && path.exists()
        && !path.is_file()
    {
        return Err(Error::NotAFile { path: path.clone() });
    }
    let name = || listed.source.clone();
    let unreadable = |cause| Error::Read { article: name(), cause };
    let mut source = Source::open(&listed.origin, options).map_err(unreadable)?;
    let beginning = source.beginning().map_err(unreadable)?;
    let mut extension = listed.extension();
    let mut format = readers::format_of_file(extension.as_deref(), &beginning);
    for _ in 0..=walk::MAX_PACKED_DEPTH {
        let Some(unpack) = format.unpack else { break };
        let unpacked = unpack(&mut source).map_err(|cause| Error::from_reader(name(), format.name, cause))?;
        let Some(file) = unpacked else { break };
        extension = if file.name.is_empty() {
            // Without a name of its own it has that of the file around it.
            extension.map(|outer| outer.strip_suffix("gz").unwrap_or_default().trim_end_matches('.').to_owned())
        } else {
            Some(file.extension())
        };
        let beginning = &file.bytes[..file.bytes.len().min(source::BEGINNING as usize)];
        format = readers::format_of_file(extension.as_deref(), beginning);
        let part = source.part.take().and_then(|part| part.inner).map(|inner| *inner);
        source = Source { part, options: source.options, left_out: source.left_out, ..Source::from_bytes(file.bytes) };
    }
    let failed = |cause| Error::from_reader(name(), format.name, cause);
    let mut draft = (format.read)(&mut source).map_err(failed)?;
    draft.left_out.append(&mut source.left_out);
    draft::into_article(listed.source.clone(), draft, options).map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::document::ParagraphKind;

    fn found(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> ListedArticle {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        list(&[path], &ReadOptions::default()).unwrap().articles.remove(0)
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
            let article = read(&found(&folder, name, text.as_bytes()), &ReadOptions::default()).unwrap();
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
            ("wort.txt", &[b'a'; 1_001], "cannot read wort.txt as plain text"),
            ("wort.html", &[b'a'; 1_001], "cannot read wort.html as HTML"),
        ] {
            let error = read(&found(&folder, name, bytes), &ReadOptions::default()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    /// Where samples of the formats are: those of the product, and those that only tests need.
    fn sample_folders() -> [PathBuf; 2] {
        ["samples/articles", "tests/formats"].map(|folder| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder))
    }

    /// What comes of `bytes` in a file called `name`: how many of its articles are read, and the errors of the others.
    fn outcomes(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> (usize, Vec<Error>) {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let listing = list(&[path], &ReadOptions::default()).unwrap();
        let articles = listing.articles.iter().map(|listed| read(listed, &ReadOptions::default()));
        let (articles, errors): (Vec<_>, Vec<_>) = articles.partition(Result::is_ok);
        (articles.len(), errors.into_iter().filter_map(Result::err).collect())
    }

    #[test]
    fn whatever_is_in_a_file_of_any_format_there_is_an_article_or_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let listing = list(&sample_folders(), &ReadOptions::default()).unwrap();
        for format in INPUT_FORMATS {
            let known = || format.extensions.iter().chain(format.shared_extensions);
            let has_extension =
                |listed: &&ListedArticle| listed.extension().is_some_and(|it| known().any(|known| *known == it));
            let sample = listing.articles.iter().find(has_extension).unwrap_or_else(|| panic!("no {}", format.name));
            let name = format!("a.{}", sample.extension().unwrap_or_default());
            let whole = fs::read(sample.path()).unwrap();
            // Noise from a linear congruential generator: the same in every run.
            let mut state = 1_u32;
            let mut noise = |length: usize| -> Vec<u8> {
                let mut next = || {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 24) as u8
                };
                (0..length).map(|_| next()).collect()
            };
            let mut contents = vec![Vec::new(), b"\n \r\n".to_vec(), vec![0; 5000], noise(1), noise(5000)];
            contents.push(whole[..whole.len().min(6)].iter().copied().chain(noise(5000)).collect());
            contents.extend((1..40).map(|step| whole[..whole.len() * step / 40].to_vec()));
            for _ in 0..40 {
                let mut damaged = whole.clone();
                for place in noise(12).chunks(3) {
                    let index = (usize::from(place[0]) << 8 | usize::from(place[1])) % damaged.len();
                    damaged[index] = place[2];
                }
                contents.push(damaged);
            }
            for (number, bytes) in contents.iter().enumerate() {
                let (read, errors) = outcomes(&folder, &name, bytes);
                assert!(read + errors.len() > 0, "{name} {number}");
                assert!(errors.iter().all(|error| !error.to_string().is_empty()), "{name} {number}");
            }
        }
    }

    #[test]
    fn every_reader_has_a_sample_and_every_sample_is_read() {
        let listing = list(&sample_folders(), &ReadOptions::default()).unwrap();
        assert_eq!((listing.skipped, listing.failures), (vec![], vec![]));
        let extensions: Vec<_> = listing.articles.iter().filter_map(ListedArticle::extension).collect();
        for reader in INPUT_FORMATS {
            let known = || reader.extensions.iter().chain(reader.shared_extensions);
            assert!(extensions.iter().any(|it| known().any(|known| known == it)), "{}", reader.name);
        }
        for found in &listing.articles {
            let article = read(found, &ReadOptions::default()).unwrap();
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
        let article = read(&found, &ReadOptions::default()).unwrap();
        assert_eq!(article.paragraphs().len(), 1);
        assert_eq!(article.paragraphs()[0].text(), "Die Brücke ist fertig. Sie öffnet morgen.");
        assert_eq!(article.left_out().len(), 2);
        let whole = read(&found, &ReadOptions { keep_boilerplate: true, ..ReadOptions::default() }).unwrap();
        assert_eq!(whole.paragraphs().len(), 2);
        assert!(whole.left_out().is_empty());
    }
}
