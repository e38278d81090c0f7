//! A file of any size → its lines: where each begins and ends, and its first bytes.
//!
//! Promises: no more than one block of the file and the first bytes of one line are in memory.

use std::io::{self, BufRead, BufReader, Seek, SeekFrom};

use super::super::source::Source;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 128 * 1024;

/// A line of the file that is read.
pub(super) struct ByteLine<'buffer> {
    /// Where the line begins in the file.
    pub(super) start: u64,
    /// Where the next line of the file begins.
    pub(super) end: u64,
    /// The line's first bytes, without its end.
    pub(super) beginning: &'buffer [u8],
}

/// Passes each line of the file to `pass_line`, with as many as `kept_bytes` of its first bytes.
///
/// # Errors
/// If the system cannot read the file, or `pass_line` fails.
pub(super) fn for_each(
    source: &mut Source,
    kept_bytes: usize,
    pass_line: &mut dyn FnMut(ByteLine<'_>) -> io::Result<()>,
) -> io::Result<()> {
    source.file.seek(SeekFrom::Start(0))?;
    let mut file_reader = BufReader::with_capacity(BLOCK_BYTES, &mut source.file);
    let mut line_beginning: Vec<u8> = Vec::new();
    let mut line_start = 0;
    let mut file_position = 0;
    loop {
        let file_block = file_reader.fill_buf()?;
        let is_end = file_block.is_empty();
        let line_end = file_block.iter().position(|byte| *byte == b'\n');
        let block_length = line_end.map_or(file_block.len(), |at| at + 1);
        let wanted_bytes = block_length.min(kept_bytes.saturating_sub(line_beginning.len()));
        line_beginning.extend_from_slice(&file_block[..wanted_bytes]);
        file_reader.consume(block_length);
        file_position += block_length as u64;
        if line_end.is_some() || is_end && file_position > line_start {
            pass_line(ByteLine { start: line_start, end: file_position, beginning: line_beginning.trim_ascii_end() })?;
            line_beginning.clear();
            line_start = file_position;
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
