//! The table of input formats, and which of them a file has.
//!
//! To read another format: one file here with an [`InputFormat`] const, its `mod` line and its line in [`INPUT_FORMATS`], one sample
//! in `samples/articles/`. Text formats call [`text::decode`](super::text::decode); archives seek in
//! [`Source::file`](super::source::Source::file); formats with several articles in a file also set
//! [`InputFormat::split`]. Text in a container is decoded as any other: [`Source::from_bytes`](super::source::Source::from_bytes),
//! then `text::decode`.

mod archive;
mod columns;
mod docx;
mod entities;
mod epub;
mod html;
mod lines;
mod markdown;
mod odt;
mod office;
mod parts;
mod pdf;
mod plain_text;
mod printed_pages;
mod stated;
mod superscripts;
mod wire;
mod xml;

use super::input_format::InputFormat;

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
];

/// The format of files that no other format recognises.
const PLAIN_TEXT: &InputFormat = &plain_text::INPUT_FORMAT;

/// The format of files that end in `extension`, which is in lower case.
pub(super) fn format_for_extension(extension: &str) -> Option<&'static InputFormat> {
    INPUT_FORMATS.iter().find(|format| format.extensions.contains(&extension))
}

/// The format of a file with `extension`, which is in lower case, and these first bytes. An extension decides unless it
/// is one of plain text: a page saved as `.txt` is still a page.
pub(super) fn format_of_file(extension: Option<&str>, beginning: &[u8]) -> &'static InputFormat {
    match extension.and_then(format_for_extension) {
        Some(named) if named.name != PLAIN_TEXT.name => named,
        _ => INPUT_FORMATS.iter().find(|format| (format.sniff)(beginning)).unwrap_or(PLAIN_TEXT),
    }
}

/// Every extension that is read, as `.txt, .md or .html`.
pub(super) fn extensions() -> String {
    let known: Vec<_> = INPUT_FORMATS
        .iter()
        .flat_map(|format| format.extensions)
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
        let mut extensions: Vec<_> = INPUT_FORMATS.iter().flat_map(|format| format.extensions).collect();
        let mut names: Vec<_> = INPUT_FORMATS.iter().map(|format| format.name).collect();
        let (all_extensions, all_names) = (extensions.len(), names.len());
        extensions.sort();
        extensions.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((extensions.len(), names.len()), (all_extensions, all_names));
        for format in INPUT_FORMATS {
            assert!(!format.about.is_empty() && format.extensions.iter().all(|known| *known == known.to_lowercase()));
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
            assert_eq!(format_of_file(extension, text.as_bytes()).name, reader, "{extension:?} {text}");
            let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(format_of_file(extension, &wide).name, reader, "{extension:?} {text} in UTF-16");
        }
    }
}
