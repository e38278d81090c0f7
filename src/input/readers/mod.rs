//! The table of readers, and which of them reads a file.
//!
//! To read another format: one file here with a [`Reader`] const, its `mod` line and its line in [`READERS`], one sample
//! in `samples/articles/`. Text formats call [`text::decode`](super::text::decode); archives seek in
//! [`Source::file`](super::source::Source::file); formats with several articles in a file also set
//! [`Reader::split`].

mod columns;
mod entities;
mod html;
mod lines;
mod markdown;
mod parts;
mod plain_text;
mod printed_pages;
mod wire;

use super::reader::Reader;

/// Every format that is read.
pub const READERS: &[Reader] = &[plain_text::READER, markdown::READER, html::READER];

/// Reads what no other reader knows.
const FALLBACK: &Reader = &plain_text::READER;

/// The reader for files that end in `extension`, which is in lower case.
pub(super) fn reader_for(extension: &str) -> Option<&'static Reader> {
    READERS.iter().find(|reader| reader.extensions.contains(&extension))
}

/// The reader for a file with `extension`, which is in lower case, and these first bytes. An extension decides unless it
/// is one of plain text: a page saved as `.txt` is still a page.
pub(super) fn choose(extension: Option<&str>, beginning: &[u8]) -> &'static Reader {
    match extension.and_then(reader_for) {
        Some(named) if named.name != FALLBACK.name => named,
        _ => READERS.iter().find(|reader| (reader.sniff)(beginning)).unwrap_or(FALLBACK),
    }
}

/// Every extension that is read, as `.txt, .md or .html`.
pub(super) fn extensions() -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(choose(extension, text.as_bytes()).name, reader, "{extension:?} {text}");
            let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(choose(extension, &wide).name, reader, "{extension:?} {text} in UTF-16");
        }
    }
}
