//! A text file that is too large for memory → parts that are articles of their own.
//!
//! A part is about [`PART_BYTES`] long and ends where the text has a break. Cutting depends on the file alone and reads
//! only the bytes around each cut.

use std::io;

use super::super::listing::{Found, Part};
use super::super::source::Source;

/// Bytes of a part, about half a long book.
const PART_BYTES: u64 = 2 * 1024 * 1024;

/// How many bytes are searched for a break.
const SEARCHED_BYTES: u64 = 64 * 1024;

/// How many bytes at the start of a file show that it is UTF-16, whose line ends cannot be found byte by byte.
const ENCODING_BYTES: u64 = 1024;

/// Passes the parts of the file to `found`, called `part 02 of 12`. Passes none if the file is small enough to be read at
/// once, or cannot be cut.
///
/// # Errors
/// If the system cannot read the file.
pub(super) fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let length = source.file_length()?;
    if source.range(0, DOCUMENT.len() as u64)? == DOCUMENT && split_documents(source, length, found)? {
        return Ok(());
    }
    if length <= 2 * PART_BYTES {
        return Ok(());
    }
    let beginning = source.range(0, ENCODING_BYTES)?;
    if beginning.contains(&0) || beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]) {
        return Ok(());
    }
    let count = length.div_ceil(PART_BYTES);
    let digits = count.to_string().len();
    let mut start = 0;
    for number in 1..=count {
        let end = cut_after(source, number * PART_BYTES, length)?;
        found(Found::Article(Part::new(format!("part {number:0digits$} of {count}"), start..end)));
        start = end;
    }
    Ok(())
}

/// How a page begins in an extract of a dump of Wikipedia.
const DOCUMENT: &[u8] = b"<doc ";

/// How many bytes are searched at once for the next page.
const DOCUMENT_STEP: u64 = 1 << 20;

/// Passes the pages of an extract of Wikipedia to `found`, called by their titles. Passes none and returns false if there is
/// only one.
fn split_documents(source: &mut Source, length: u64, found: &mut dyn FnMut(Found)) -> io::Result<bool> {
    let mark = [b"\n", DOCUMENT].concat();
    let mut start = 0;
    let mut has_several = false;
    let mut position = 0;
    while position < length {
        // A mark that begins in this step may end in the next.
        let bytes = source.range(position, DOCUMENT_STEP + mark.len() as u64)?;
        let begins_here =
            |(at, window): (usize, &[u8])| (window == mark).then_some(at as u64).filter(|at| *at < DOCUMENT_STEP);
        let marks: Vec<u64> = bytes.windows(mark.len()).enumerate().filter_map(begins_here).collect();
        for at in marks {
            let next = position + at + 1;
            let id = document_title(source, start)?;
            found(Found::Article(Part::new(id, start..next)));
            (start, has_several) = (next, true);
        }
        position += DOCUMENT_STEP;
    }
    if has_several {
        let id = document_title(source, start)?;
        found(Found::Article(Part::new(id, start..length)));
    }
    Ok(has_several)
}

/// The title of the page that begins at `start`.
fn document_title(source: &mut Source, start: u64) -> io::Result<String> {
    let bytes = source.range(start, ENCODING_BYTES)?;
    let tag = String::from_utf8_lossy(&bytes);
    let title = tag.split_once("title=\"").and_then(|(_, rest)| rest.split('"').next());
    Ok(title.unwrap_or_default().to_owned())
}

/// Where the text is cut at or after byte `position`: after an empty line, else after a line, else after a space, else
/// between two characters.
fn cut_after(source: &mut Source, position: u64, length: u64) -> io::Result<u64> {
    if position >= length {
        return Ok(length);
    }
    let bytes = source.range(position, SEARCHED_BYTES)?;
    let after = |mark: &[u8]| Some(bytes.windows(mark.len()).position(|window| window == mark)? + mark.len());
    let between_characters = || bytes.iter().position(|byte| byte & 0xc0 != 0x80);
    let cut = after(b"\n\n").or_else(|| after(b"\n\r\n")).or_else(|| after(b"\n")).or_else(|| after(b" "));
    Ok(position + cut.or_else(between_characters).unwrap_or_default() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(content: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        split(&mut Source::from_bytes(content.to_vec()), &mut |found| {
            let Found::Article(part) = found else { panic!("{found:?}") };
            parts.push(part);
        })
        .unwrap();
        parts
    }

    #[test]
    fn the_parts_are_the_file_and_are_cut_at_its_breaks() {
        for (unit, end) in [
            ("Ein Satz über Öl.\nNoch einer.\n\n", "\n\n"),
            ("Ein Satz über Öl.\n", "\n"),
            ("Ein Satz über Öl. ", " "),
            ("ö", "ö"),
        ] {
            let whole = unit.repeat(5 * PART_BYTES as usize / unit.len());
            let texts: Vec<String> = parts(whole.as_bytes())
                .into_iter()
                .map(|part| {
                    let mut source = Source::from_bytes(whole.clone().into_bytes());
                    source.part = Some(part);
                    String::from_utf8(source.bytes().unwrap()).unwrap()
                })
                .collect();
            assert!(texts.concat() == whole, "{unit}");
            assert!(texts.len() == 5 && texts.iter().all(|part| part.ends_with(end)), "{unit}");
        }
    }

    #[test]
    fn pages_of_a_dump_are_the_file_and_have_their_titles() {
        let page = |number: usize| {
            format!("<doc id=\"{number}\" title=\"Ort {number}\">\nOrt\n\n{}\n</doc>\n", "Wort ".repeat(400))
        };
        let whole: String = (0..1_500).map(page).collect();
        let found = parts(whole.as_bytes());
        assert_eq!(found.len(), 1_500);
        assert_eq!((found[0].id.as_str(), found[1_499].id.as_str()), ("Ort 0", "Ort 1499"));
        assert!(found.windows(2).all(|pair| pair[0].range.end == pair[1].range.start));
        assert!(found[0].range.start == 0 && found[1_499].range.end == whole.len() as u64);
        assert_eq!(parts(page(1).as_bytes()), []);
    }

    #[test]
    fn what_is_small_or_in_sixteen_bits_is_not_cut() {
        let size = PART_BYTES as usize;
        for content in ["klein".as_bytes().to_vec(), [0xff, 0xfe].repeat(3 * size), vec![0; 6 * size]] {
            assert_eq!(parts(&content), []);
        }
    }
}
