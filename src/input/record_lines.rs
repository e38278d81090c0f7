//! A stream → its lines, each a record within a limit.

use std::io::{self, BufRead, Read};

/// A line of a stream of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordLine {
    /// Its bytes, with the line feed if there is one.
    Whole(Vec<u8>),
    /// It was longer than the limit. It was read to its end.
    TooLong {
        /// Its length, with the line feed if there is one.
        bytes: u64,
    },
}

/// The next line of `source`, of at most `limit` bytes without the line feed; `None` at the end.
///
/// # Errors
/// If the source cannot be read.
pub fn next_record_line(source: &mut impl BufRead, limit: u64) -> io::Result<Option<RecordLine>> {
    let mut bytes = Vec::new();
    if source.take(limit + 1).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\n') || bytes.len() as u64 <= limit {
        return Ok(Some(RecordLine::Whole(bytes)));
    }
    let rest = source.skip_until(b'\n')?;
    Ok(Some(RecordLine::TooLong { bytes: (bytes.len() + rest) as u64 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_above_the_limit_is_passed_over_and_the_next_is_read() {
        let mut source = &b"1234\n12345\n\n12345678901234567890\nEnde"[..];
        let mut lines = Vec::new();
        while let Some(line) = next_record_line(&mut source, 4).unwrap() {
            lines.push(match line {
                RecordLine::Whole(bytes) => String::from_utf8(bytes).unwrap(),
                RecordLine::TooLong { bytes } => format!("{bytes} are too many"),
            });
        }
        assert_eq!(lines, ["1234\n", "6 are too many", "\n", "21 are too many", "Ende"]);
    }
}
