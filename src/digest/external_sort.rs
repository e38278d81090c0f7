//! Sorts more numbers than memory holds.
//!
//! Merge sort with runs on disk (Knuth, The Art of Computer Programming 3, 5.4): each chunk is sorted in memory and written
//! as a run; at the end all runs are merged. A single chunk is never written.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Numbers sorted in memory at once: four megabytes.
const CHUNK_NUMBERS: usize = 256 * 1024;

/// Numbers read from a run at once.
const BLOCK_NUMBERS: usize = 1024;

/// Bytes per number.
const BYTES_PER_NUMBER: usize = size_of::<u128>();

/// Collects numbers to sort.
#[derive(Debug)]
pub(super) struct ExternalSorter {
    file: File,
    chunk: Vec<u128>,
    /// Length of each run on disk.
    run_lengths: Vec<u64>,
}

/// Numbers in ascending order, merged from the runs in `file`.
#[derive(Debug)]
pub(super) struct Sorted {
    file: File,
    runs: Vec<Run>,
    /// The next number of each run with the index of the run.
    heap: BinaryHeap<Reverse<(u128, usize)>>,
}

/// The rest of a run.
#[derive(Debug)]
struct Run {
    /// Numbers in memory, in descending order.
    block: Vec<u128>,
    /// Byte offset of the numbers on disk.
    offset: u64,
    /// Count of the numbers on disk.
    remaining: u64,
}

impl ExternalSorter {
    /// An empty sorter that writes its runs to `file`.
    pub(super) fn new(file: File) -> Self {
        Self { file, chunk: Vec::new(), run_lengths: Vec::new() }
    }

    /// Adds `number`.
    pub(super) fn push(&mut self, number: u128) -> io::Result<()> {
        if self.chunk.len() == CHUNK_NUMBERS {
            self.write_run()?;
        }
        self.chunk.push(number);
        Ok(())
    }

    fn write_run(&mut self) -> io::Result<()> {
        self.chunk.sort_unstable();
        for block in self.chunk.chunks(BLOCK_NUMBERS) {
            let bytes: Vec<u8> = block.iter().flat_map(|number| number.to_le_bytes()).collect();
            self.file.write_all(&bytes)?;
        }
        self.run_lengths.push(self.chunk.len() as u64);
        self.chunk.clear();
        Ok(())
    }

    /// All numbers in ascending order.
    pub(super) fn sorted(mut self) -> io::Result<Sorted> {
        self.chunk.sort_unstable_by(|one, other| other.cmp(one));
        let mut end = 0;
        let on_disk = |&length: &u64| {
            let offset = end;
            end += length * BYTES_PER_NUMBER as u64;
            Run { block: Vec::new(), offset, remaining: length }
        };
        let mut runs: Vec<Run> = self.run_lengths.iter().map(on_disk).collect();
        // The last chunk stays in memory.
        runs.push(Run { block: self.chunk, offset: end, remaining: 0 });
        let count = runs.len();
        let mut sorted = Sorted { file: self.file, runs, heap: BinaryHeap::new() };
        (0..count).try_for_each(|run| sorted.advance(run))?;
        Ok(sorted)
    }
}

impl Sorted {
    /// Moves the next number of run `run_index` to the heap, if there is one.
    fn advance(&mut self, run_index: usize) -> io::Result<()> {
        let Run { block, offset, remaining } = &mut self.runs[run_index];
        if block.is_empty() && *remaining > 0 {
            let count = (*remaining).min(BLOCK_NUMBERS as u64);
            let mut bytes = vec![0; count as usize * BYTES_PER_NUMBER];
            self.file.seek(SeekFrom::Start(*offset))?;
            self.file.read_exact(&mut bytes)?;
            block.extend(bytes.as_chunks::<BYTES_PER_NUMBER>().0.iter().rev().map(|chunk| u128::from_le_bytes(*chunk)));
            *offset += bytes.len() as u64;
            *remaining -= count;
        }
        self.heap.extend(block.pop().map(|number| Reverse((number, run_index))));
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
    fn numbers_are_sorted_in_any_number_of_runs() {
        for count in [0, 1, 1000, CHUNK_NUMBERS, 3 * CHUNK_NUMBERS + 17] {
            let mut sorter = ExternalSorter::new(tempfile::tempfile().unwrap());
            let numbers = || (0..count as u128).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 100_003);
            numbers().for_each(|number| sorter.push(number).unwrap());
            let sorted: Vec<u128> = sorter.sorted().unwrap().map(Result::unwrap).collect();
            let mut wanted: Vec<u128> = numbers().collect();
            wanted.sort_unstable();
            assert!(sorted == wanted, "{count}");
        }
    }
}
