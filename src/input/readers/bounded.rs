//! A reader whose records may have any length → one that fails when a record does not end.
//!
//! A parser that reads on until a record is complete would otherwise take the whole file into memory.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// How many bytes may still be read before the record must have ended.
#[derive(Clone)]
pub(super) struct RecordAllowance {
    left: Rc<Cell<u64>>,
    limit: u64,
}

impl RecordAllowance {
    /// An allowance of `limit` bytes for each record.
    pub(super) fn new(limit: u64) -> Self {
        Self { left: Rc::new(Cell::new(limit)), limit }
    }

    /// Says that a record has ended.
    pub(super) fn renew(&self) {
        self.left.set(self.limit);
    }
}

/// A reader that fails where a record takes more than its allowance.
pub(super) struct BoundedRecords<Inner> {
    inner: BufReader<Inner>,
    allowance: RecordAllowance,
}

impl<Inner: Read> BoundedRecords<Inner> {
    pub(super) fn new(inner: Inner, allowance: &RecordAllowance) -> Self {
        Self { inner: BufReader::with_capacity(BLOCK_BYTES, inner), allowance: allowance.clone() }
    }
}

impl<Inner: Read> BufRead for BoundedRecords<Inner> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance.left.get() == 0 {
            let limit = self.allowance.limit / 1024 / 1024;
            return Err(io::Error::other(format!("a record is larger than {limit} MiB, or does not end")));
        }
        let block = self.inner.fill_buf()?;
        let length = block.len().min(usize::try_from(self.allowance.left.get()).unwrap_or(usize::MAX));
        Ok(&block[..length])
    }

    fn consume(&mut self, amount: usize) {
        self.allowance.left.set(self.allowance.left.get().saturating_sub(amount as u64));
        self.inner.consume(amount);
    }
}

impl<Inner: Read> Read for BoundedRecords<Inner> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let block = self.fill_buf()?;
        let length = block.len().min(buffer.len());
        buffer[..length].copy_from_slice(&block[..length]);
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_does_not_end_is_an_error_and_many_records_are_none() {
        let allowance = RecordAllowance::new(10);
        let mut reader = BoundedRecords::new([b'x'; 25].as_slice(), &allowance);
        let mut buffer = [0; 8];
        for _ in 0..3 {
            allowance.renew();
            assert_eq!(reader.read(&mut buffer).unwrap(), 8);
        }
        allowance.renew();
        assert_eq!(reader.read(&mut buffer).unwrap(), 1);
        let mut reader = BoundedRecords::new([b'x'; 25].as_slice(), &allowance);
        allowance.renew();
        assert!(io::copy(&mut reader, &mut io::sink()).is_err());
    }
}
