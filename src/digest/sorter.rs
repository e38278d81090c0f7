//! Numbers in any order → the same in ascending order, more of them than memory holds.
//!
//! Merge sort with runs on disk (Knuth, The Art of Computer Programming 3, 5.4): a chunk is sorted in memory and written as a
//! run, and at the end all runs are merged. What fits one chunk never sees the disk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Numbers that are sorted in memory: four megabytes.
const CHUNK: usize = 256 * 1024;

/// Numbers of a run that are read at once.
const PIECE: usize = 1024;

/// Bytes of a number.
const BYTES: usize = size_of::<u128>();

/// Takes numbers.
#[derive(Debug)]
pub(super) struct Sorter {
    file: File,
    chunk: Vec<u128>,
    /// The numbers in each run.
    runs: Vec<u64>,
}

/// Numbers in order, in `file` but for the pieces of the runs that are looked at.
#[derive(Debug)]
pub(super) struct Sorted {
    file: File,
    runs: Vec<Run>,
    /// The next number of each run, and which run.
    heap: BinaryHeap<Reverse<(u128, usize)>>,
}

/// What is left of a run.
#[derive(Debug)]
struct Run {
    /// The next numbers, the next one last.
    piece: Vec<u128>,
    /// Where the others are, in bytes.
    place: u64,
    /// How many they are.
    rest: u64,
}

impl Sorter {
    /// No numbers yet; what does not fit memory will be in `file`.
    pub(super) fn new(file: File) -> Self {
        Self { file, chunk: Vec::new(), runs: Vec::new() }
    }

    /// Adds `number`.
    pub(super) fn push(&mut self, number: u128) -> io::Result<()> {
        if self.chunk.len() == CHUNK {
            self.write_run()?;
        }
        self.chunk.push(number);
        Ok(())
    }

    fn write_run(&mut self) -> io::Result<()> {
        self.chunk.sort_unstable();
        for piece in self.chunk.chunks(PIECE) {
            let bytes: Vec<u8> = piece.iter().flat_map(|number| number.to_le_bytes()).collect();
            self.file.write_all(&bytes)?;
        }
        self.runs.push(self.chunk.len() as u64);
        self.chunk.clear();
        Ok(())
    }

    /// All numbers in ascending order.
    pub(super) fn sorted(mut self) -> io::Result<Sorted> {
        self.chunk.sort_unstable_by(|one, other| other.cmp(one));
        let mut place = 0;
        let run = |&count: &u64| {
            let start = place;
            place += count * BYTES as u64;
            Run { piece: Vec::new(), place: start, rest: count }
        };
        let mut runs: Vec<Run> = self.runs.iter().map(run).collect();
        // The last chunk is a run that is in memory already.
        runs.push(Run { piece: self.chunk, place, rest: 0 });
        let count = runs.len();
        let mut sorted = Sorted { file: self.file, runs, heap: BinaryHeap::new() };
        (0..count).try_for_each(|run| sorted.advance(run))?;
        Ok(sorted)
    }
}

impl Sorted {
    /// Puts the next number of `run` on the heap, if it has one.
    fn advance(&mut self, run: usize) -> io::Result<()> {
        let Run { piece, place, rest } = &mut self.runs[run];
        if piece.is_empty() && *rest > 0 {
            let count = (*rest).min(PIECE as u64);
            let mut bytes = vec![0; count as usize * BYTES];
            self.file.seek(SeekFrom::Start(*place))?;
            self.file.read_exact(&mut bytes)?;
            piece.extend(bytes.as_chunks::<BYTES>().0.iter().rev().map(|bytes| u128::from_le_bytes(*bytes)));
            *place += bytes.len() as u64;
            *rest -= count;
        }
        self.heap.extend(piece.pop().map(|number| Reverse((number, run))));
        Ok(())
    }
}

impl Iterator for Sorted {
    type Item = io::Result<u128>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((number, run)) = self.heap.pop()?;
        Some(self.advance(run).map(|()| number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_in_order_however_many_runs_they_are() {
        for count in [0, 1, 1000, CHUNK, 3 * CHUNK + 17] {
            let mut sorter = Sorter::new(tempfile::tempfile().unwrap());
            let numbers = || (0..count as u128).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 100_003);
            numbers().for_each(|number| sorter.push(number).unwrap());
            let sorted: Vec<u128> = sorter.sorted().unwrap().map(Result::unwrap).collect();
            let mut wanted: Vec<u128> = numbers().collect();
            wanted.sort_unstable();
            assert!(sorted == wanted, "{count}");
        }
    }
}
