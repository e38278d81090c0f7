//! The user's files → articles: finds them, decodes and parses each in its format, and sets aside what is not news.
//!
//! [`list`] turns paths into articles to read, in a fixed order; [`read`] turns one of them into an [`Article`].
//!
//! Promises: order and shown names depend on the paths only, not on the file system; a file is read once however often it
//! was named; nothing that was set aside is lost (see [`Article::left_out`]); no content of a file can make it panic or
//! take more than linear time. Never writes, opens a socket, or follows a link in a document.
//!
//! To read another format, see `readers/mod.rs`; to set aside another kind of passage, `boilerplate/rules/mod.rs`.

mod boilerplate;
mod characters;
mod encoding;
mod error;
mod file_name;
mod input_format;
mod listing;
mod mojibake;
mod readers;
mod source;
mod text;
mod walk;

pub use boilerplate::{RULES, Rule};
pub use error::Error;
pub use input_format::{InputFormat, SplitIntoArticles};
pub use listing::{ListedArticle, Listing, Origin, Part, Skipped};
pub use readers::INPUT_FORMATS;
pub use source::{ReadError, SeekableRead, Source};
pub use walk::list;

use crate::document::Article;

/// What to do with what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Keep comment rules, sharing prompts, photo credits and the like in the article instead of setting them aside.
    pub keep_boilerplate: bool,
}

/// The most bytes of articles that are read at once.
const MAX_BYTES_AT_ONCE: u64 = 1 << 20;

/// The most articles that are read at once.
const MAX_ARTICLES_AT_ONCE: usize = 64;

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
    let opened = Source::open(&listed.origin).and_then(|mut source| Ok((source.beginning()?, source)));
    let (beginning, mut source) = opened.map_err(|cause| Error::Read { article: name(), cause })?;
    let format = readers::format_of_file(listed.extension().as_deref(), &beginning);
    let failed = |cause| Error::from_reader(name(), format.name, cause);
    let mut draft = (format.read)(&mut source).map_err(failed)?;
    draft.left_out.append(&mut source.left_out);
    // Markup can spell characters that the bytes of the file did not contain.
    for section in &mut draft.sections {
        section.text = characters::clean(&section.text);
    }
    for passage in &mut draft.left_out {
        passage.text = characters::clean(&passage.text);
    }
    for text in [&mut draft.title, &mut draft.outlet, &mut draft.author].into_iter().flatten() {
        *text = characters::clean(text);
    }
    draft.published = draft.published.or_else(|| file_name::date(&listed.source));
    if !options.keep_boilerplate {
        draft = boilerplate::set_aside(draft);
    }
    Article::new(name(), draft).ok_or_else(|| failed(ReadError::NoText))
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
        list(&[path]).unwrap().articles.remove(0)
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
        ] {
            let error = read(&found(&folder, name, bytes), &ReadOptions::default()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn every_reader_has_a_sample_and_every_sample_is_read() {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/articles"));
        let listing = list(&[folder]).unwrap();
        assert!(listing.skipped.is_empty() && listing.failures.is_empty());
        let extensions: Vec<_> = listing.articles.iter().filter_map(ListedArticle::extension).collect();
        for reader in INPUT_FORMATS {
            assert!(extensions.iter().any(|it| reader.extensions.contains(&it.as_str())), "{}", reader.name);
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
        let whole = read(&found, &ReadOptions { keep_boilerplate: true }).unwrap();
        assert_eq!(whole.paragraphs().len(), 2);
        assert!(whole.left_out().is_empty());
    }
}
