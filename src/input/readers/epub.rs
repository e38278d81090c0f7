//! EPUB → drafts: a book is its chapters, in the order of its spine. Each is an article with the author and date of the book;
//! book and publisher are the outlet.
//!
//! Covers, tables of contents and pages without text are passed over and counted, unless they hold sentences. Each chapter is a page, read whole. Books that
//! are protected against copying are refused.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::super::characters::{self, one_line};
use super::super::input_format::InputFormat;
use super::super::listing::{Found, Part};
use super::super::source::{ReadError, Source};
use super::archive::{Archive, damaged, resolve};
use super::html;
use super::lines::ends_sentence;
use super::stated;
use super::xml::{Markup, walk};
use crate::document::{ArticleDraft, Date, ParagraphKind, Section};

/// Books.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "EPUB",
    extensions: &["epub"],
    shared_extensions: &[],
    about: "books: each chapter is an article, with the title, author, publisher and date of the book",
    sniff: |beginning| {
        let kind = b"application/epub+zip";
        beginning.starts_with(b"PK\x03\x04") && beginning.windows(kind.len()).any(|window| window == kind)
    },
    split: Some(split),
    unpack: None,
    read,
};

/// The most chapters of a book.
const MAX_CHAPTERS: usize = 10_000;

/// A page with less text than this, in characters, is a cover if its name says so.
const MAX_COVER_CHARACTERS: usize = 200;

/// A sentence at least this long, in bytes, is text and no entry of a table.
const MIN_PROSE_BYTES: usize = 60;

/// Algorithms that garble fonts, which are not needed to read.
const FONT_ALGORITHMS: &[&str] = &["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// A book as its package file describes it.
#[derive(Debug, Default)]
struct Book {
    title: Option<String>,
    authors: Vec<String>,
    publisher: Option<String>,
    published: Option<Date>,
    /// Paths of the chapters, in the order of reading.
    chapters: Vec<Page>,
    /// Titles of the chapters in the table of contents, by path.
    titles: BTreeMap<String, String>,
}

/// A page of a book.
#[derive(Clone, Debug, Default)]
struct Page {
    path: String,
    /// Why it is no chapter, if that is known.
    aside: Option<&'static str>,
}

fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let length = source.file_length()?;
    let mut skipped = BTreeMap::new();
    // If the book cannot be read, it fails when it is read, with the same error.
    if let Ok(chapters) = chapters(source, &mut skipped) {
        let digits = chapters.len().to_string().len();
        for (number, index) in chapters.iter().enumerate() {
            let id = format!("chapter {:0digits$}", number + 1);
            found(Found::Article(Part { member: Some(*index), ..Part::new(id, 0..length) }));
        }
    }
    source.skipped_records.append(&mut skipped);
    Ok(())
}

/// The places in the spine of the pages with text. The others are counted in `skipped`, by the reason.
fn chapters(source: &mut Source, skipped: &mut BTreeMap<String, usize>) -> Result<Vec<usize>, ReadError> {
    let mut archive = Archive::open(source)?;
    let book = book(&mut archive)?;
    let mut chapters = Vec::new();
    for (index, page) in book.chapters.iter().enumerate() {
        let sections = page_sections(&mut archive, &page.path)?.unwrap_or_default();
        let characters: usize =
            sections.iter().map(|section| section.text.chars().filter(|it| it.is_alphanumeric()).count()).sum();
        let has_prose = sections.iter().any(|section| {
            section.kind == ParagraphKind::Body
                && section.text.len() >= MIN_PROSE_BYTES
                && ends_sentence(section.text.trim())
        });
        let reason = match page.aside {
            _ if characters == 0 => Some("pages without text"),
            Some(reason) if !has_prose => Some(reason),
            None if characters <= MAX_COVER_CHARACTERS && is_cover(&page.path) => Some("covers"),
            _ => None,
        };
        match reason {
            Some(reason) => *skipped.entry(reason.to_owned()).or_default() += 1,
            None => chapters.push(index),
        }
    }
    Ok(chapters)
}

/// The paragraphs of a page of the book; `None` if it is missing.
fn page_sections(archive: &mut Archive<'_>, path: &str) -> Result<Option<Vec<Section>>, ReadError> {
    let page = archive.text(path)?;
    Ok(page.map(|page| html::sections_of_page(&characters::clean(&page))))
}

fn is_cover(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    name.starts_with("cover") || name.starts_with("titelbild") || name.starts_with("umschlag")
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let member = source.part.as_ref().and_then(|part| part.member);
    let member = match member {
        Some(member) => member,
        None => match chapters(source, &mut BTreeMap::new())?.as_slice() {
            [] => return Err(ReadError::NoText),
            [only] => *only,
            _ => return Err(ReadError::Several),
        },
    };
    let mut archive = Archive::open(source)?;
    let mut book = book(&mut archive)?;
    let page = book.chapters.get(member).cloned().ok_or(ReadError::NoText)?;
    let sections = page_sections(&mut archive, &page.path)?;
    let mut sections = sections.ok_or_else(|| damaged(&format!("{} in it is missing", page.path)))?;
    if sections.is_empty() {
        return Err(ReadError::NoText);
    }
    let listed = book.titles.remove(&page.path);
    let is_heading = sections[0].kind == ParagraphKind::Heading;
    let same =
        listed.as_deref().and_then(|title| sections.iter().take(3).position(|it| stated::is_same(&it.text, title)));
    let title = match (same, listed) {
        (Some(place), _) if sections.len() > 1 => Some(sections.remove(place).text),
        (_, Some(title)) => Some(title),
        (_, None) if is_heading && sections.len() > 1 => Some(sections.remove(0).text),
        _ => None,
    };
    let outlet: Vec<String> = [book.title, book.publisher].into_iter().flatten().collect();
    Ok(ArticleDraft {
        title,
        sections,
        outlet: (!outlet.is_empty()).then(|| outlet.join(", ")),
        author: (!book.authors.is_empty()).then(|| book.authors.join(", ")),
        published: book.published,
        ..ArticleDraft::default()
    })
}

/// Reads the package file and the table of contents of a book.
fn book(archive: &mut Archive<'_>) -> Result<Book, ReadError> {
    if archive.text("META-INF/encryption.xml")?.is_some_and(|xml| is_protected(&xml)) {
        return Err(ReadError::Damaged {
            what: "it is protected against copying (DRM)".into(),
            hint: "depesche reads books without protection only",
        });
    }
    let container = archive.text("META-INF/container.xml")?.ok_or_else(|| damaged("there is no book in it"))?;
    let mut package_path = None;
    walk(&container, "container.xml", |markup| {
        if let Markup::Open(element) = markup
            && element.name == "rootfile"
            && package_path.is_none()
        {
            package_path = element.attribute("full-path").map(|path| resolve("", path));
        }
    })?;
    let package_path = package_path.ok_or_else(|| damaged("it does not say where its book is"))?;
    let package = archive.text(&package_path)?.ok_or_else(|| damaged(&format!("{package_path} in it is missing")))?;
    let (mut book, contents) = read_package(&package, &package_path)?;
    for path in contents {
        // A book can be read without its table of contents.
        if let Ok(Some(xml)) = archive.text(&path) {
            for (page, title) in read_contents(&xml, &path).unwrap_or_default() {
                book.titles.entry(page).or_insert(title);
            }
        }
    }
    Ok(book)
}

/// True if more than fonts is encrypted.
fn is_protected(xml: &str) -> bool {
    let mut is_font = false;
    let mut is_protected = false;
    let walked = walk(xml, "encryption.xml", |markup| match markup {
        Markup::Open(element) if element.name == "EncryptedData" => is_font = false,
        Markup::Open(element) if element.name == "EncryptionMethod" => {
            is_font |= element.attribute("Algorithm").is_some_and(|algorithm| FONT_ALGORITHMS.contains(&algorithm));
        }
        Markup::Close(name) if name == "EncryptedData" => is_protected |= !is_font,
        _ => {}
    });
    is_protected || walked.is_err()
}

/// The book that a package file describes, and the paths of its tables of contents.
fn read_package(xml: &str, path: &str) -> Result<(Book, Vec<String>), ReadError> {
    let mut book = Book::default();
    // Path, kind and properties of each file, by identifier.
    let mut files: BTreeMap<String, (String, String, String)> = BTreeMap::new();
    let mut spine: Vec<String> = Vec::new();
    let mut asides: BTreeMap<String, &'static str> = BTreeMap::new();
    let mut field = String::new();
    let mut text = String::new();
    let mut contents = None;
    let mut dates: Vec<(bool, Date)> = Vec::new();
    let mut is_publication = false;
    walk(xml, path, |markup| match markup {
        Markup::Open(element) => {
            let attribute = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
            match element.name.as_str() {
                "item" => {
                    let file = (
                        resolve(path, &percent_decoded(&attribute("href"))),
                        attribute("media-type"),
                        attribute("properties"),
                    );
                    files.insert(attribute("id"), file);
                }
                "spine" => contents = element.attribute("toc").map(str::to_owned),
                "itemref" if spine.len() < MAX_CHAPTERS => {
                    spine.push(attribute("idref"));
                }
                "reference" => {
                    let aside = match attribute("type").as_str() {
                        "cover" => Some("covers"),
                        "toc" => Some("tables of contents"),
                        _ => None,
                    };
                    asides.extend(aside.map(|aside| (resolve(path, &percent_decoded(&attribute("href"))), aside)));
                }
                "date" => {
                    is_publication = element.attribute("event").is_none_or(|event| event.ends_with("publication"))
                }
                _ => {}
            }
            field = element.name.clone();
            text.clear();
        }
        Markup::Text(part) => text.push_str(&part),
        Markup::Close(name) => {
            let value = one_line(&text);
            if name == field && !value.is_empty() {
                match name.as_str() {
                    "title" if book.title.is_none() => book.title = Some(value),
                    "creator" if book.authors.len() < 20 => book.authors.push(value),
                    "publisher" if book.publisher.is_none() => book.publisher = Some(value),
                    "date" => dates.extend(Date::from_iso(&value).map(|date| (is_publication, date))),
                    _ => {}
                }
            }
            text.clear();
        }
    })?;
    dates.sort_by_key(|(is_publication, _)| !is_publication);
    book.published = dates.first().map(|(_, date)| *date);
    book.authors.retain(|author| stated::is_author(author) || !author.eq_ignore_ascii_case("unknown"));
    book.title = book.title.filter(|title| stated::is_title(title));
    let mut seen = BTreeSet::new();
    for id in spine {
        let Some((page, kind, properties)) = files.get(&id) else { continue };
        if !kind.contains("html") && !page.ends_with("html") && !page.ends_with(".htm") || !seen.insert(page.clone()) {
            continue;
        }
        let has = |property: &str| properties.split_whitespace().any(|it| it == property);
        let aside = match asides.get(page) {
            Some(aside) => Some(*aside),
            None if has("nav") => Some("tables of contents"),
            None if has("cover-image") => Some("covers"),
            None => None,
        };
        book.chapters.push(Page { path: page.clone(), aside });
    }
    let navigation = files.values().filter(|(_, _, properties)| properties.split_whitespace().any(|it| it == "nav"));
    let mut tables: Vec<String> = navigation.map(|(page, ..)| page.clone()).collect();
    let listed = contents
        .and_then(|id| files.get(&id))
        .or_else(|| files.values().find(|(_, kind, _)| kind == "application/x-dtbncx+xml"));
    tables.extend(listed.map(|(page, ..)| page.clone()));
    Ok((book, tables))
}

/// The titles of pages in a table of contents: a navigation page, or an older one.
fn read_contents(xml: &str, path: &str) -> Result<BTreeMap<String, String>, ReadError> {
    let mut titles = BTreeMap::new();
    let mut target = None;
    let mut text = String::new();
    let mut in_contents = path.ends_with(".ncx");
    walk(xml, path, |markup| match markup {
        Markup::Open(element) => match element.name.as_str() {
            "nav" => in_contents = element.attribute("type").is_none_or(|kind| kind == "toc"),
            "a" => {
                target = element.attribute("href").map(str::to_owned);
                text.clear();
            }
            "navLabel" => text.clear(),
            "content" => {
                let page = element.attribute("src").map(|source| resolve(path, &percent_decoded(source)));
                add_title(&mut titles, page, &text);
            }
            _ => {}
        },
        Markup::Text(part) => text.push_str(&part),
        Markup::Close(name) => match name.as_str() {
            "a" if in_contents => {
                let page = target.take().map(|target| resolve(path, &percent_decoded(&target)));
                add_title(&mut titles, page, &text);
            }
            "nav" => in_contents = false,
            _ => {}
        },
    })?;
    Ok(titles)
}

/// The first entry that leads to a page is its title.
fn add_title(titles: &mut BTreeMap<String, String>, page: Option<String>, text: &str) {
    let title = one_line(text);
    if let Some(page) = page.filter(|_| !title.is_empty()) {
        titles.entry(page).or_insert(title);
    }
}

/// `text` with `%20` and the like replaced.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let value = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        match value.filter(|_| *first == b'%') {
            Some(value) => {
                bytes.push(value);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book_of_samples() -> Vec<u8> {
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/zug.epub")).unwrap()
    }

    #[test]
    fn a_book_is_its_chapters() {
        let mut source = Source::from_bytes(book_of_samples());
        let mut parts = Vec::new();
        split(&mut source, &mut |found| match found {
            Found::Article(part) => parts.push(part),
            Found::File(..) => panic!("a book holds no files"),
        })
        .unwrap();
        assert_eq!(parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["chapter 1", "chapter 2"]);
        let skipped: Vec<_> = source.skipped_records.into_iter().collect();
        assert_eq!(skipped, [("covers".to_owned(), 1), ("tables of contents".to_owned(), 1)]);
        let drafts: Vec<ArticleDraft> = parts
            .into_iter()
            .map(|part| read(&mut Source { part: Some(part), ..Source::from_bytes(book_of_samples()) }).unwrap())
            .collect();
        let titles: Vec<_> = drafts.iter().map(|draft| draft.title.as_deref()).collect();
        assert_eq!(titles, [Some("Die Ankunft"), Some("Der Umbau")]);
        let last = &drafts[1];
        assert_eq!(last.outlet.as_deref(), Some("Der Zug ans Meer, Verlag am Deich"));
        assert_eq!((last.author.as_deref(), last.published), (Some("Jana Ohm"), Date::new(2024, 5, 7)));
        let texts: Vec<_> = last.sections.iter().map(|section| section.text.as_str()).collect();
        let expected =
            ["Ein Jahr später stand das Dach. Die Stadt hatte es selbst bezahlt.", "Es ist aus Holz.", "Es hält."];
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_book_that_is_cut_off_or_asked_for_as_one_article_is_an_error() {
        let whole = book_of_samples();
        let half = whole[..whole.len() / 2].to_vec();
        assert!(matches!(read(&mut Source::from_bytes(whole)), Err(ReadError::Several)));
        assert!(matches!(read(&mut Source::from_bytes(half)), Err(ReadError::Damaged { .. })));
    }

    #[test]
    fn only_fonts_may_be_encrypted() {
        let data = |algorithm: &str| {
            format!(
                "<encryption><EncryptedData><EncryptionMethod Algorithm='{algorithm}'/></EncryptedData></encryption>"
            )
        };
        assert!(!is_protected(&data("http://www.idpf.org/2008/embedding")));
        assert!(is_protected(&data("http://www.w3.org/2001/04/xmlenc#aes128-cbc")));
        assert!(!is_protected("<encryption/>"));
        assert!(is_protected("<encryption"));
    }

    #[test]
    fn addresses_are_decoded() {
        for (text, decoded) in
            [("Teil%201.xhtml", "Teil 1.xhtml"), ("%C3%B6", "ö"), ("100%", "100%"), ("%zz", "%zz"), ("", "")]
        {
            assert_eq!(percent_decoded(text), decoded);
        }
    }
}
