//! A text file that is too large for memory → parts that are articles of their own.
//!
//! A part is a range of about [`PART`] bytes, moved to where the text has a break. Where it begins and ends depends on the file
//! alone, and finding out costs a look at some bytes, not at the file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// Bytes of a part. A long book is half of it.
pub(super) const PART: u64 = 2 * 1024 * 1024;

/// How far a break is looked for.
const REACH: u64 = 64 * 1024;

/// Bytes at the beginning by which text in 16-bit units is known: it has no line ends that can be found byte by byte.
const BEGINNING: u64 = 1024;

/// The ranges that the file at `path` is read in; `None` if it is small enough, or cannot be cut.
pub(super) fn ranges(path: &Path) -> io::Result<Option<Vec<Range<u64>>>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length <= 2 * PART {
        return Ok(None);
    }
    let mut beginning = Vec::new();
    file.by_ref().take(BEGINNING).read_to_end(&mut beginning)?;
    if beginning.contains(&0) || beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]) {
        return Ok(None);
    }
    let count = length.div_ceil(PART);
    Ok(Some((0..count).map(|part| part * PART..((part + 1) * PART).min(length)).collect()))
}

/// The bytes of the part that `range` stands for.
pub(super) fn read(path: &Path, range: &Range<u64>) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let start = cut(&mut file, range.start, length)?;
    let end = cut(&mut file, range.end, length)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(end.saturating_sub(start)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where the text is cut near `place`: after an empty line, else after a line, else after a space, else between two
/// characters.
fn cut(file: &mut File, place: u64, length: u64) -> io::Result<u64> {
    if place == 0 || place >= length {
        return Ok(place.min(length));
    }
    file.seek(SeekFrom::Start(place))?;
    let mut bytes = Vec::new();
    file.by_ref().take(REACH).read_to_end(&mut bytes)?;
    let after = |mark: &[u8]| Some(bytes.windows(mark.len()).position(|found| found == mark)? + mark.len());
    let between = || bytes.iter().position(|byte| byte & 0xc0 != 0x80);
    let breaks = after(b"\n\n").or_else(|| after(b"\n\r\n")).or_else(|| after(b"\n")).or_else(|| after(b" "));
    Ok(place + breaks.or_else(between).unwrap_or_default() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_the_file_and_are_cut_at_its_breaks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        for (unit, end) in [
            ("Ein Satz über Öl.\nNoch einer.\n\n", "\n\n"),
            ("Ein Satz über Öl.\n", "\n"),
            ("Ein Satz über Öl. ", " "),
            ("ö", "ö"),
        ] {
            let whole = unit.repeat(5 * PART as usize / unit.len());
            std::fs::write(&path, &whole).unwrap();
            let ranges = ranges(&path).unwrap().unwrap();
            let parts: Vec<String> =
                ranges.iter().map(|range| String::from_utf8(read(&path, range).unwrap()).unwrap()).collect();
            assert!(parts.concat() == whole, "{unit}");
            assert!(parts.len() == 5 && parts.iter().all(|part| part.ends_with(end)), "{unit}");
        }
    }

    #[test]
    fn what_is_small_or_in_sixteen_bits_is_not_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        for content in ["klein".as_bytes().to_vec(), [0xff, 0xfe].repeat(3 * PART as usize), vec![0; 6 * PART as usize]]
        {
            std::fs::write(&path, content).unwrap();
            assert_eq!(ranges(&path).unwrap(), None);
        }
    }
}
