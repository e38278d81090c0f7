//! Sketches on disk, appended one after the other and read by number.
//!
//! Memory keeps the end of each, and what is asked of every article: its date, the number of its shingles, whether it has a
//! highlight. Numbers are little-endian; only the process that wrote the file reads it.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use super::signature::Signature;
use super::sketch::{Sketch, SketchSentence, SketchText};
use crate::document::{Date, Entry, Time};

/// What is known about an article without reading the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct ArticleFacts {
    /// One past the last byte of its sketch.
    end: u64,
    /// The date it states.
    pub(super) date: Option<Date>,
    /// The time it states beside the date.
    pub(super) time: Option<Time>,
    /// The day it was changed, or else published.
    pub(super) changed: Option<Date>,
    /// Number of distinct shingles.
    pub(super) shingles: u32,
    /// True if a point of its summary can be a highlight of the folder.
    pub(super) has_point: bool,
}

/// The sketches of the articles so far.
#[derive(Debug)]
pub(super) struct SketchFile {
    file: BufWriter<File>,
    facts: Vec<ArticleFacts>,
}

/// Bytes of a stem with its weight.
const TERM_BYTES: usize = 16;

impl SketchFile {
    /// No sketches yet; they are written to `file`.
    pub(super) fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), facts: Vec::new() }
    }

    /// Number of sketches.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// What is known about `article`.
    pub(super) fn facts(&self, article: u32) -> ArticleFacts {
        self.facts[article as usize]
    }

    /// Appends `sketch`, which is of `entry`.
    pub(super) fn push(&mut self, sketch: &Sketch, entry: &Entry) -> io::Result<()> {
        let mut bytes = sketch.signature.to_bytes();
        // A sketch has at most 48 terms.
        bytes.push(sketch.terms.len() as u8);
        for (stem, weight) in &sketch.terms {
            bytes.extend(stem.to_le_bytes());
            bytes.extend(weight.to_le_bytes());
        }
        let text = serde_json::to_vec(&sketch.text)?;
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text);
        serde_json::to_writer(&mut bytes, &sketch.sentences)?;
        self.file.write_all(&bytes)?;
        let end = self.start(self.facts.len()) + bytes.len() as u64;
        let (shingles, has_point) = (sketch.signature.shingles(), sketch.text.point.is_some());
        let (date, time) = (entry.date, entry.time);
        let changed = date.max(entry.translation.article().updated());
        self.facts.push(ArticleFacts { end, date, time, changed, shingles, has_point });
        Ok(())
    }

    /// The signature of `article`.
    pub(super) fn signature(&mut self, article: u32) -> io::Result<Signature> {
        Ok(Signature::from_bytes(&self.read(article, 0, Some(Signature::BYTES))?))
    }

    /// The stems of `article` with their weights, sorted by stem.
    pub(super) fn terms(&mut self, article: u32) -> io::Result<Vec<(u64, f64)>> {
        let count = self.read(article, Signature::BYTES, Some(1))?[0];
        let bytes = self.read(article, Signature::BYTES + 1, Some(usize::from(count) * TERM_BYTES))?;
        let (numbers, _) = bytes.as_chunks::<8>();
        let (pairs, _) = numbers.as_chunks::<2>();
        Ok(pairs.iter().map(|[stem, weight]| (u64::from_le_bytes(*stem), f64::from_le_bytes(*weight))).collect())
    }

    /// The texts of `article`.
    pub(super) fn text(&mut self, article: u32) -> io::Result<SketchText> {
        let (start, length) = self.text_range(article)?;
        Ok(serde_json::from_slice(&self.read(article, start, Some(length))?)?)
    }

    /// The sentences of `article`.
    pub(super) fn sentences(&mut self, article: u32) -> io::Result<Vec<SketchSentence>> {
        let (start, length) = self.text_range(article)?;
        Ok(serde_json::from_slice(&self.read(article, start + length, None)?)?)
    }

    /// Offset and length of the texts of `article` in its sketch.
    fn text_range(&mut self, article: u32) -> io::Result<(usize, usize)> {
        let count = self.read(article, Signature::BYTES, Some(1))?[0];
        let start = Signature::BYTES + 1 + usize::from(count) * TERM_BYTES;
        let length = self.read(article, start, Some(size_of::<u64>()))?;
        let length = length.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        Ok((start + size_of::<u64>(), length as usize))
    }

    /// The first byte of the sketch of `article`.
    fn start(&self, article: usize) -> u64 {
        article.checked_sub(1).map_or(0, |previous| self.facts[previous].end)
    }

    /// `length` bytes of the sketch of `article` from `offset` on; all the rest if `length` is `None`.
    fn read(&mut self, article: u32, offset: usize, length: Option<usize>) -> io::Result<Vec<u8>> {
        let read_from = self.start(article as usize) + offset as u64;
        let unread_bytes = (self.facts(article).end - read_from) as usize;
        let mut bytes = vec![0; length.unwrap_or(unread_bytes)];
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(read_from))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
