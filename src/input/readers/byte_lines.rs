//! A file of any size → its lines: where each begins and ends, and its first bytes.
//!
//! Promises: no more than one block of the file and the first bytes of one line are in memory.

use std::io::{self, BufRead, BufReader, Seek, SeekFrom};

use super::super::source::Source;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 128 * 1024;

/// A line of a file.
pub(super) struct ByteLine<'buffer> {
    /// Where it begins in the file.
    pub(super) start: u64,
    /// Where the next one begins.
    pub(super) end: u64,
    /// Its first bytes, without the end of the line.
    pub(super) beginning: &'buffer [u8],
}

/// Passes each line of the file to `found`, with as many as `kept` of its first bytes.
///
/// # Errors
/// If the system cannot read the file, or `found` fails.
pub(super) fn for_each(
    source: &mut Source,
    kept: usize,
    found: &mut dyn FnMut(ByteLine<'_>) -> io::Result<()>,
) -> io::Result<()> {
    source.file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::with_capacity(BLOCK_BYTES, &mut source.file);
    let mut beginning: Vec<u8> = Vec::new();
    let mut start = 0;
    let mut position = 0;
    loop {
        let block = reader.fill_buf()?;
        let is_end = block.is_empty();
        let line_end = block.iter().position(|byte| *byte == b'\n');
        let length = line_end.map_or(block.len(), |at| at + 1);
        let wanted = length.min(kept.saturating_sub(beginning.len()));
        beginning.extend_from_slice(&block[..wanted]);
        reader.consume(length);
        position += length as u64;
        if line_end.is_some() || is_end && position > start {
            found(ByteLine { start, end: position, beginning: beginning.trim_ascii_end() })?;
            beginning.clear();
            start = position;
        }
        if is_end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_wherever_blocks_end() {
        let long = "x".repeat(3 * BLOCK_BYTES);
        let text = format!("eins\r\n\n{long}\nvier");
        let mut lines = Vec::new();
        let mut source = Source::from_bytes(text.clone().into_bytes());
        for_each(&mut source, 10, &mut |line| {
            lines.push((line.start, line.end, String::from_utf8_lossy(line.beginning).into_owned()));
            Ok(())
        })
        .unwrap();
        let end = text.len() as u64;
        let expected = [(0, 6, "eins"), (6, 7, ""), (7, end - 4, "xxxxxxxxxx"), (end - 4, end, "vier")];
        assert_eq!(lines, expected.map(|(start, end, text)| (start, end, text.to_owned())));
        for_each(&mut Source::from_bytes(Vec::new()), 10, &mut |_| panic!("a line")).unwrap();
    }
}
