//! The table of input formats, and which of them a file has.
//!
//! To read another format: one file here with an [`InputFormat`] const, its `mod` line and its line in [`INPUT_FORMATS`], one sample
//! in `tests/formats/`. Text formats call [`text::decode`](super::text::decode); archives seek in
//! [`Source::file`](super::source::Source::file); formats with several articles in a file also set
//! [`InputFormat::split`]. Text in a container is decoded as any other: [`Source::from_bytes`](super::source::Source::from_bytes),
//! then `text::decode`.

mod archive;
mod bounded;
mod byline;
mod byte_lines;
mod columns;
mod csv;
mod docx;
mod eml;
mod epub;
mod feed;
mod field_text;
mod gzip;
mod html;
mod json;
mod lines;
mod mail;
mod mail_quotes;
mod mail_text;
mod markdown;
mod mbox;
mod odt;
mod office;
mod parts;
mod pdf;
mod plain_text;
mod printed_pages;
mod records;
mod stated;
mod stated_day;
mod subtitles;
mod superscripts;
mod warc;
mod wire;
mod written_date;
mod xml;
mod xml_tags;

pub(super) use json::json_fields;
pub(super) use records::{id as record_id, read as read_record, text_fields};

use super::field_names::FieldNames;
use super::input_format::InputFormat;
use super::read_options::ReadOptions;
use super::text::decode_beginning;

/// Every format that articles are read from. Where the extension does not tell, they are asked in this order whether they
/// recognise a file.
pub const INPUT_FORMATS: &[InputFormat] = &[
    plain_text::INPUT_FORMAT, //
    markdown::INPUT_FORMAT,
    html::INPUT_FORMAT,
    pdf::INPUT_FORMAT,
    docx::INPUT_FORMAT,
    odt::INPUT_FORMAT,
    epub::INPUT_FORMAT,
    eml::INPUT_FORMAT,
    mbox::INPUT_FORMAT,
    feed::INPUT_FORMAT,
    json::INPUT_FORMAT,
    csv::INPUT_FORMAT,
    subtitles::INPUT_FORMAT,
    warc::INPUT_FORMAT,
    gzip::INPUT_FORMAT,
];

/// The format of files that no other format recognises.
const PLAIN_TEXT: &InputFormat = &plain_text::INPUT_FORMAT;

/// The format of files that end in `extension`, which is in lower case.
pub(super) fn format_for_extension(extension: &str) -> Option<&'static InputFormat> {
    let find = |wanted: &str| INPUT_FORMATS.iter().find(|format| extensions_of(format).any(|known| known == wanted));
    // `html.gz` is read if `html` is.
    let packed = || {
        let inner = extension.strip_suffix(".gz")?;
        format_for_extension(inner).and_then(|_| find("gz"))
    };
    find(extension).or_else(packed)
}

/// Every extension of `format`.
fn extensions_of(format: &'static InputFormat) -> impl Iterator<Item = &'static str> {
    format.extensions.iter().chain(format.shared_extensions).copied()
}

/// True if files that end in `extension` may also be of a kind that is not read.
pub(super) fn is_shared(extension: &str) -> bool {
    INPUT_FORMATS.iter().any(|format| format.shared_extensions.contains(&extension))
}

/// True if a file that ends in `extension` and begins with these bytes is of the format that the extension stands for, or
/// has a field that the user named.
pub(super) fn is_recognised(extension: &str, beginning: &[u8], options: &ReadOptions) -> bool {
    let has_chosen_field = || FieldNames::new(&options.fields).any_in(&decode_beginning(beginning));
    format_for_extension(extension).is_some_and(|format| (format.sniff)(beginning) || has_chosen_field())
}

/// The format of a file with `extension`, which is in lower case, and these first bytes. An extension decides unless it
/// is one of plain text: a page saved as `.txt` is still a page.
pub(super) fn format_of_file(extension: Option<&str>, beginning: &[u8]) -> &'static InputFormat {
    match extension.and_then(format_for_extension) {
        Some(named) if named.name != PLAIN_TEXT.name => named,
        // Any text may begin as a table does, so a format without an extension of its own is none by its content alone.
        _ => {
            let is_format = |format: &&InputFormat| !format.extensions.is_empty() && (format.sniff)(beginning);
            INPUT_FORMATS.iter().find(is_format).unwrap_or(PLAIN_TEXT)
        }
    }
}

/// Every extension that is read, as `.txt, .md or .html`.
pub(super) fn extensions() -> String {
    let known: Vec<_> = INPUT_FORMATS
        .iter()
        .flat_map(extensions_of)
        .filter(|extension| !extension.is_empty())
        .map(|extension| format!(".{extension}"))
        .collect();
    match known.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => known.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_readers_share_a_name_or_an_extension() {
        let mut extensions: Vec<_> = INPUT_FORMATS.iter().flat_map(extensions_of).collect();
        let mut names: Vec<_> = INPUT_FORMATS.iter().map(|format| format.name).collect();
        let (all_extensions, all_names) = (extensions.len(), names.len());
        extensions.sort();
        extensions.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((extensions.len(), names.len()), (all_extensions, all_names));
        for format in INPUT_FORMATS {
            assert!(!format.about.is_empty() && extensions_of(format).all(|known| known == known.to_lowercase()));
        }
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
            (Some("txt"), "Artikel\n\nDie Halle ist da.", "plain text"),
            (Some("txt"), "Text, Bild und Ton\n\nDie Halle ist da.", "plain text"),
            (None, "Datum;Titel;Text\n", "plain text"),
            (Some("csv"), "Datum;Titel;Text\n", "CSV"),
            (Some("txt"), "{\"text\": \"Die Halle ist da.\"}", "JSON"),
            (Some("txt"), "<rss><channel>", "RSS and Atom"),
        ] {
            assert_eq!(format_of_file(extension, text.as_bytes()).name, reader, "{extension:?} {text}");
            let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(format_of_file(extension, &wide).name, reader, "{extension:?} {text} in UTF-16");
        }
    }
}
