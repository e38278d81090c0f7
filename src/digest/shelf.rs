//! Sketches on disk: put there one after the other, looked up by number.
//!
//! In memory stays where each ends, and what every article is asked for: its date, the size of its wording, whether it has a
//! point to show. Little-endian, read by the process that wrote it and by no other.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use super::copies::Signature;
use super::sketch::{Sketch, Text};
use crate::document::Date;

/// What is known of an article without a look at the disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    /// Where its sketch ends in the file.
    end: u64,
    /// The day that it states.
    pub(super) date: Option<Date>,
    /// Number of different shingles of its wording.
    pub(super) shingles: u32,
    /// True if it has a point that may speak for it.
    pub(super) has_point: bool,
}

/// The sketches of the articles so far.
#[derive(Debug)]
pub(super) struct Shelf {
    file: BufWriter<File>,
    facts: Vec<Fact>,
}

/// Bytes of a stem with its weight.
const TERM: usize = 16;

impl Shelf {
    /// None yet; they will be in `file`.
    pub(super) fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), facts: Vec::new() }
    }

    /// Number of sketches.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// What is known of the article `number`.
    pub(super) fn fact(&self, number: u32) -> Fact {
        self.facts[number as usize]
    }

    /// Puts `sketch` behind the others.
    pub(super) fn add(&mut self, sketch: &Sketch, date: Option<Date>) -> io::Result<()> {
        let mut bytes = sketch.signature.to_bytes();
        // A sketch has at most 48 terms.
        bytes.push(sketch.terms.len() as u8);
        for (stem, weight) in &sketch.terms {
            bytes.extend(stem.to_le_bytes());
            bytes.extend(weight.to_le_bytes());
        }
        serde_json::to_writer(&mut bytes, &sketch.text)?;
        self.file.write_all(&bytes)?;
        let (shingles, has_point) = (sketch.signature.shingles(), sketch.text.point.is_some());
        self.facts.push(Fact { end: self.start(self.facts.len()) + bytes.len() as u64, date, shingles, has_point });
        Ok(())
    }

    /// The signature of the article `number`.
    pub(super) fn signature(&mut self, number: u32) -> io::Result<Signature> {
        Ok(Signature::of_bytes(&self.read(number, 0, Some(Signature::BYTES))?))
    }

    /// The stems of the article `number` with their weights, sorted by stem.
    pub(super) fn terms(&mut self, number: u32) -> io::Result<Vec<(u64, f64)>> {
        let count = self.read(number, Signature::BYTES, Some(1))?[0];
        let bytes = self.read(number, Signature::BYTES + 1, Some(usize::from(count) * TERM))?;
        let (pairs, _) = bytes.as_chunks::<8>();
        let (pairs, _) = pairs.as_chunks::<2>();
        Ok(pairs.iter().map(|[stem, weight]| (u64::from_le_bytes(*stem), f64::from_le_bytes(*weight))).collect())
    }

    /// The texts of the article `number`.
    pub(super) fn text(&mut self, number: u32) -> io::Result<Text> {
        let count = self.read(number, Signature::BYTES, Some(1))?[0];
        let bytes = self.read(number, Signature::BYTES + 1 + usize::from(count) * TERM, None)?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Where the sketch `number` starts.
    fn start(&self, number: usize) -> u64 {
        number.checked_sub(1).map_or(0, |before| self.facts[before].end)
    }

    /// Bytes of the sketch `number` after the first `skipped`, `length` or the rest of them.
    fn read(&mut self, number: u32, skipped: usize, length: Option<usize>) -> io::Result<Vec<u8>> {
        let start = self.start(number as usize) + skipped as u64;
        let rest = (self.fact(number).end - start) as usize;
        let mut bytes = vec![0; length.unwrap_or(rest)];
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
