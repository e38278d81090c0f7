//! Sorts more numbers of articles than memory holds.
//!
//! Merge sort with runs on disk (Knuth, The Art of Computer Programming 3, 5.4): each chunk is sorted in memory and written
//! as a run; at the end all runs are merged. A single chunk is never written.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Numbers sorted in memory at once: four megabytes.
const NUMBERS_PER_CHUNK: usize = 256 * 1024;

/// Numbers read from a run at once.
const NUMBERS_PER_BLOCK: usize = 1024;

/// Bytes per number.
const BYTES_PER_NUMBER: usize = size_of::<u128>();

/// Collects numbers of articles with their bands to sort.
#[derive(Debug)]
pub(super) struct SketchSorter {
    file: File,
    chunk: Vec<u128>,
    /// Length of each run on disk.
    run_lengths: Vec<u64>,
}

/// Numbers in ascending order, merged from the runs in `file`.
#[derive(Debug)]
pub(super) struct SortedNumbers {
    file: File,
    runs: Vec<SortedRun>,
    /// The next number of each run with the index of the run.
    heap: BinaryHeap<Reverse<(u128, usize)>>,
}

/// What is unread of a sorted run on disk.
#[derive(Debug)]
struct SortedRun {
    /// Numbers in memory, in descending order.
    block: Vec<u128>,
    /// Byte offset of the numbers on disk.
    offset: u64,
    /// Count of the numbers on disk.
    remaining: u64,
}

impl SketchSorter {
    /// An empty sorter that writes its runs to `file`.
    pub(super) fn new(file: File) -> Self {
        Self { file, chunk: Vec::new(), run_lengths: Vec::new() }
    }

    /// Adds `number`.
    pub(super) fn push(&mut self, number: u128) -> io::Result<()> {
        if self.chunk.len() == NUMBERS_PER_CHUNK {
            self.write_run()?;
        }
        self.chunk.push(number);
        Ok(())
    }

    fn write_run(&mut self) -> io::Result<()> {
        self.chunk.sort_unstable();
        for run_block in self.chunk.chunks(NUMBERS_PER_BLOCK) {
            let block_bytes: Vec<u8> = run_block.iter().flat_map(|number| number.to_le_bytes()).collect();
            self.file.write_all(&block_bytes)?;
        }
        self.run_lengths.push(self.chunk.len() as u64);
        self.chunk.clear();
        Ok(())
    }

    /// All numbers in ascending order.
    pub(super) fn sorted(mut self) -> io::Result<SortedNumbers> {
        self.chunk.sort_unstable_by(|number, other_number| other_number.cmp(number));
        let mut run_end = 0;
        let run_on_disk = |&run_length: &u64| {
            let run_offset = run_end;
            run_end += run_length * BYTES_PER_NUMBER as u64;
            SortedRun { block: Vec::new(), offset: run_offset, remaining: run_length }
        };
        let mut sorted_runs: Vec<SortedRun> = self.run_lengths.iter().map(run_on_disk).collect();
        // The last chunk stays in memory.
        sorted_runs.push(SortedRun { block: self.chunk, offset: run_end, remaining: 0 });
        let run_count = sorted_runs.len();
        let mut sorted_numbers = SortedNumbers { file: self.file, runs: sorted_runs, heap: BinaryHeap::new() };
        (0..run_count).try_for_each(|run_index| sorted_numbers.advance_run(run_index))?;
        Ok(sorted_numbers)
    }
}

impl SortedNumbers {
    /// Moves the next number of run `run_index` to the heap, if there is one.
    fn advance_run(&mut self, run_index: usize) -> io::Result<()> {
        let SortedRun { block, offset, remaining } = &mut self.runs[run_index];
        if block.is_empty() && *remaining > 0 {
            let block_length = (*remaining).min(NUMBERS_PER_BLOCK as u64);
            let mut block_bytes = vec![0; block_length as usize * BYTES_PER_NUMBER];
            self.file.seek(SeekFrom::Start(*offset))?;
            self.file.read_exact(&mut block_bytes)?;
            block.extend(
                block_bytes.as_chunks::<BYTES_PER_NUMBER>().0.iter().rev().map(|chunk| u128::from_le_bytes(*chunk)),
            );
            *offset += block_bytes.len() as u64;
            *remaining -= block_length;
        }
        self.heap.extend(block.pop().map(|number| Reverse((number, run_index))));
        Ok(())
    }
}

impl Iterator for SortedNumbers {
    type Item = io::Result<u128>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((number, run)) = self.heap.pop()?;
        Some(self.advance_run(run).map(|()| number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_in_any_number_of_runs() {
        for count in [0, 1, 1000, NUMBERS_PER_CHUNK, 3 * NUMBERS_PER_CHUNK + 17] {
            let mut sorter = SketchSorter::new(tempfile::tempfile().unwrap());
            let numbers = || (0..count as u128).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 100_003);
            numbers().for_each(|number| sorter.push(number).unwrap());
            let sorted: Vec<u128> = sorter.sorted().unwrap().map(Result::unwrap).collect();
            let mut wanted: Vec<u128> = numbers().collect();
            wanted.sort_unstable();
            assert!(sorted == wanted, "{count}");
        }
    }
}
