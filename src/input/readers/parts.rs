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
    fn what_is_small_or_in_sixteen_bits_is_not_cut() {
        let size = PART_BYTES as usize;
        for content in ["klein".as_bytes().to_vec(), [0xff, 0xfe].repeat(3 * size), vec![0; 6 * size]] {
            assert_eq!(parts(&content), []);
        }
    }
}
