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
use super::archive::{DocumentArchive, damaged_document, path_in_archive};
use super::html;
use super::lines::ends_sentence;
use super::stated;
use super::xml::{XmlMarkup, walk_xml};
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
const MAX_EPUB_CHAPTERS: usize = 10_000;

/// A page with less text than this, in characters, is a cover if its name says so.
const MAX_COVER_CHARACTERS: usize = 200;

/// A sentence at least this long, in bytes, is text and no entry of a table.
const MIN_PROSE_BYTES: usize = 60;

/// Algorithms that garble fonts, which are not needed to read.
const FONT_ALGORITHMS: &[&str] = &["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// A book as its package file describes it.
#[derive(Debug, Default)]
struct EpubBook {
    title: Option<String>,
    authors: Vec<String>,
    publisher: Option<String>,
    published: Option<Date>,
    /// Paths of the chapters, in the order of reading.
    chapters: Vec<EpubPage>,
    /// Titles of the chapters in the table of contents, by path.
    titles: BTreeMap<String, String>,
}

/// A page of a book.
#[derive(Clone, Debug, Default)]
struct EpubPage {
    path: String,
    /// Why it is no chapter, if that is known.
    aside: Option<&'static str>,
}

fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let length = source.file_length()?;
    let mut skipped = BTreeMap::new();
    // If the book cannot be read, it fails when it is read, with the same error.
    if let Ok(chapters) = chapter_indices(source, &mut skipped) {
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
fn chapter_indices(source: &mut Source, skipped: &mut BTreeMap<String, usize>) -> Result<Vec<usize>, ReadError> {
    let mut archive = DocumentArchive::open(source)?;
    let book = read_book(&mut archive)?;
    let mut chapters = Vec::new();
    for (page_index, page) in book.chapters.iter().enumerate() {
        let sections = page_sections(&mut archive, &page.path)?.unwrap_or_default();
        let character_count: usize = sections
            .iter()
            .map(|section| section.text.chars().filter(|character| character.is_alphanumeric()).count())
            .sum();
        let has_prose = sections.iter().any(|section| {
            section.kind == ParagraphKind::Body
                && section.text.len() >= MIN_PROSE_BYTES
                && ends_sentence(section.text.trim())
        });
        let skip_reason = match page.aside {
            _ if character_count == 0 => Some("pages without text"),
            Some(skip_reason) if !has_prose => Some(skip_reason),
            None if character_count <= MAX_COVER_CHARACTERS && is_cover(&page.path) => Some("covers"),
            _ => None,
        };
        match skip_reason {
            Some(skip_reason) => *skipped.entry(skip_reason.to_owned()).or_default() += 1,
            None => chapters.push(page_index),
        }
    }
    Ok(chapters)
}

/// The paragraphs of a page of the book; `None` if it is missing.
fn page_sections(archive: &mut DocumentArchive<'_>, path: &str) -> Result<Option<Vec<Section>>, ReadError> {
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
        None => match chapter_indices(source, &mut BTreeMap::new())?.as_slice() {
            [] => return Err(ReadError::NoText),
            [only] => *only,
            _ => return Err(ReadError::Several),
        },
    };
    let mut archive = DocumentArchive::open(source)?;
    let mut book = read_book(&mut archive)?;
    let page = book.chapters.get(member).cloned().ok_or(ReadError::NoText)?;
    let sections = page_sections(&mut archive, &page.path)?;
    let mut sections = sections.ok_or_else(|| damaged_document(&format!("{} in it is missing", page.path)))?;
    if sections.is_empty() {
        return Err(ReadError::NoText);
    }
    let listed_title = book.titles.remove(&page.path);
    let is_heading = sections[0].kind == ParagraphKind::Heading;
    let heading_like_title = listed_title
        .as_deref()
        .and_then(|title| sections.iter().take(3).position(|it| stated::is_same(&it.text, title)));
    let title = match (heading_like_title, listed_title) {
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
fn read_book(archive: &mut DocumentArchive<'_>) -> Result<EpubBook, ReadError> {
    if archive.text("META-INF/encryption.xml")?.is_some_and(|xml| is_protected(&xml)) {
        return Err(ReadError::Damaged {
            what: "it is protected against copying (DRM)".into(),
            hint: "depesche reads books without protection only",
        });
    }
    let container =
        archive.text("META-INF/container.xml")?.ok_or_else(|| damaged_document("there is no book in it"))?;
    let mut package_path = None;
    walk_xml(&container, "container.xml", |markup| {
        if let XmlMarkup::Open(element) = markup
            && element.name == "rootfile"
            && package_path.is_none()
        {
            package_path = element.attribute("full-path").map(|path| path_in_archive("", path));
        }
    })?;
    let package_path = package_path.ok_or_else(|| damaged_document("it does not say where its book is"))?;
    let package =
        archive.text(&package_path)?.ok_or_else(|| damaged_document(&format!("{package_path} in it is missing")))?;
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
    let walked = walk_xml(xml, "encryption.xml", |markup| match markup {
        XmlMarkup::Open(element) if element.name == "EncryptedData" => is_font = false,
        XmlMarkup::Open(element) if element.name == "EncryptionMethod" => {
            is_font |= element.attribute("Algorithm").is_some_and(|algorithm| FONT_ALGORITHMS.contains(&algorithm));
        }
        XmlMarkup::Close(name) if name == "EncryptedData" => is_protected |= !is_font,
        _ => {}
    });
    is_protected || walked.is_err()
}

/// The book that a package file describes, and the paths of its tables of contents.
fn read_package(xml: &str, path: &str) -> Result<(EpubBook, Vec<String>), ReadError> {
    let mut book = EpubBook::default();
    // Path, kind and properties of each file, by identifier.
    let mut package_files: BTreeMap<String, (String, String, String)> = BTreeMap::new();
    let mut spine: Vec<String> = Vec::new();
    let mut page_asides: BTreeMap<String, &'static str> = BTreeMap::new();
    let mut open_field = String::new();
    let mut field_text = String::new();
    let mut contents_id = None;
    let mut dates: Vec<(bool, Date)> = Vec::new();
    let mut is_publication = false;
    walk_xml(xml, path, |markup| match markup {
        XmlMarkup::Open(element) => {
            let attribute = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
            match element.name.as_str() {
                "item" => {
                    let file = (
                        path_in_archive(path, &percent_decoded(&attribute("href"))),
                        attribute("media-type"),
                        attribute("properties"),
                    );
                    package_files.insert(attribute("id"), file);
                }
                "spine" => contents_id = element.attribute("toc").map(str::to_owned),
                "itemref" if spine.len() < MAX_EPUB_CHAPTERS => {
                    spine.push(attribute("idref"));
                }
                "reference" => {
                    let aside = match attribute("type").as_str() {
                        "cover" => Some("covers"),
                        "toc" => Some("tables of contents"),
                        _ => None,
                    };
                    page_asides.extend(
                        aside.map(|aside| (path_in_archive(path, &percent_decoded(&attribute("href"))), aside)),
                    );
                }
                "date" => {
                    is_publication = element.attribute("event").is_none_or(|event| event.ends_with("publication"))
                }
                _ => {}
            }
            open_field = element.name.clone();
            field_text.clear();
        }
        XmlMarkup::Text(part) => field_text.push_str(&part),
        XmlMarkup::Close(name) => {
            let value = one_line(&field_text);
            if name == open_field && !value.is_empty() {
                match name.as_str() {
                    "title" if book.title.is_none() => book.title = Some(value),
                    "creator" if book.authors.len() < 20 => book.authors.push(value),
                    "publisher" if book.publisher.is_none() => book.publisher = Some(value),
                    "date" => dates.extend(Date::from_iso(&value).map(|date| (is_publication, date))),
                    _ => {}
                }
            }
            field_text.clear();
        }
    })?;
    dates.sort_by_key(|(is_publication, _)| !is_publication);
    book.published = dates.first().map(|(_, date)| *date);
    book.authors.retain(|author| stated::is_author(author) || !author.eq_ignore_ascii_case("unknown"));
    book.title = book.title.filter(|title| stated::is_title(title));
    let mut seen_pages = BTreeSet::new();
    for id in spine {
        let Some((page, kind, properties)) = package_files.get(&id) else { continue };
        if !kind.contains("html") && !page.ends_with("html") && !page.ends_with(".htm")
            || !seen_pages.insert(page.clone())
        {
            continue;
        }
        let has_property =
            |property: &str| properties.split_whitespace().any(|package_property| package_property == property);
        let aside = match page_asides.get(page) {
            Some(aside) => Some(*aside),
            None if has_property("nav") => Some("tables of contents"),
            None if has_property("cover-image") => Some("covers"),
            None => None,
        };
        book.chapters.push(EpubPage { path: page.clone(), aside });
    }
    let navigation = package_files
        .values()
        .filter(|(_, _, properties)| properties.split_whitespace().any(|package_property| package_property == "nav"));
    let mut contents_paths: Vec<String> = navigation.map(|(page, ..)| page.clone()).collect();
    let older_contents = contents_id
        .and_then(|id| package_files.get(&id))
        .or_else(|| package_files.values().find(|(_, kind, _)| kind == "application/x-dtbncx+xml"));
    contents_paths.extend(older_contents.map(|(page, ..)| page.clone()));
    Ok((book, contents_paths))
}

/// The titles of pages in a table of contents: a navigation page, or an older one.
fn read_contents(xml: &str, path: &str) -> Result<BTreeMap<String, String>, ReadError> {
    let mut page_titles = BTreeMap::new();
    let mut link_target = None;
    let mut title_text = String::new();
    let mut in_table_of_contents = path.ends_with(".ncx");
    walk_xml(xml, path, |markup| match markup {
        XmlMarkup::Open(element) => match element.name.as_str() {
            "nav" => in_table_of_contents = element.attribute("type").is_none_or(|kind| kind == "toc"),
            "a" => {
                link_target = element.attribute("href").map(str::to_owned);
                title_text.clear();
            }
            "navLabel" => title_text.clear(),
            "content" => {
                let page_path = element.attribute("src").map(|source| path_in_archive(path, &percent_decoded(source)));
                add_title(&mut page_titles, page_path, &title_text);
            }
            _ => {}
        },
        XmlMarkup::Text(part) => title_text.push_str(&part),
        XmlMarkup::Close(name) => match name.as_str() {
            "a" if in_table_of_contents => {
                let page_path =
                    link_target.take().map(|link_target| path_in_archive(path, &percent_decoded(&link_target)));
                add_title(&mut page_titles, page_path, &title_text);
            }
            "nav" => in_table_of_contents = false,
            _ => {}
        },
    })?;
    Ok(page_titles)
}

/// The first entry that leads to a page is its title.
fn add_title(page_titles: &mut BTreeMap<String, String>, page_path: Option<String>, text: &str) {
    let title = one_line(text);
    if let Some(page_path) = page_path.filter(|_| !title.is_empty()) {
        page_titles.entry(page_path).or_insert(title);
    }
}

/// `text` with `%20` and the like replaced.
fn percent_decoded(text: &str) -> String {
    let mut decoded_bytes = Vec::with_capacity(text.len());
    let mut encoded_rest = text.as_bytes();
    while let Some((first_byte, bytes_after)) = encoded_rest.split_first() {
        let decoded_byte = bytes_after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        match decoded_byte.filter(|_| *first_byte == b'%') {
            Some(decoded_byte) => {
                decoded_bytes.push(decoded_byte);
                encoded_rest = &bytes_after[2..];
            }
            None => {
                decoded_bytes.push(*first_byte);
                encoded_rest = bytes_after;
            }
        }
    }
    String::from_utf8_lossy(&decoded_bytes).into_owned()
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
