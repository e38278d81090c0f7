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
    /// One past the last byte of the article's sketch.
    sketch_end: u64,
    /// The date that the article states.
    pub(super) date: Option<Date>,
    /// The time that the article states beside the date.
    pub(super) time: Option<Time>,
    /// The day the article was changed, or else published.
    pub(super) changed: Option<Date>,
    /// Number of distinct shingles of the article.
    pub(super) shingles: u32,
    /// True if a point of the article's summary can be a highlight of the folder.
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
    /// A file of no sketches yet; they are written to `file`.
    pub(super) fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), facts: Vec::new() }
    }

    /// Number of sketches in the file.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// What is known about `article`.
    pub(super) fn facts(&self, article: u32) -> ArticleFacts {
        self.facts[article as usize]
    }

    /// Appends `sketch`, which is of `entry`.
    pub(super) fn push(&mut self, sketch: &Sketch, entry: &Entry) -> io::Result<()> {
        let mut sketch_bytes = sketch.signature.to_bytes();
        // A sketch has at most 48 terms.
        sketch_bytes.push(sketch.terms.len() as u8);
        for (stem, weight) in &sketch.terms {
            sketch_bytes.extend(stem.to_le_bytes());
            sketch_bytes.extend(weight.to_le_bytes());
        }
        let text_json = serde_json::to_vec(&sketch.text)?;
        sketch_bytes.extend((text_json.len() as u64).to_le_bytes());
        sketch_bytes.extend(text_json);
        serde_json::to_writer(&mut sketch_bytes, &sketch.sentences)?;
        self.file.write_all(&sketch_bytes)?;
        let sketch_end = self.sketch_start(self.facts.len()) + sketch_bytes.len() as u64;
        let (shingles, has_point) = (sketch.signature.shingles(), sketch.text.point.is_some());
        let (date, time) = (entry.date, entry.time);
        let changed = date.max(entry.translation.article().updated());
        self.facts.push(ArticleFacts { sketch_end, date, time, changed, shingles, has_point });
        Ok(())
    }

    /// The signature of `article`.
    pub(super) fn signature(&mut self, article: u32) -> io::Result<Signature> {
        Ok(Signature::from_bytes(&self.read_sketch(article, 0, Some(Signature::BYTES))?))
    }

    /// The stems of `article` with their weights, sorted by stem.
    pub(super) fn terms(&mut self, article: u32) -> io::Result<Vec<(u64, f64)>> {
        let term_count = self.read_sketch(article, Signature::BYTES, Some(1))?[0];
        let term_bytes = self.read_sketch(article, Signature::BYTES + 1, Some(usize::from(term_count) * TERM_BYTES))?;
        let (stems_and_weights, _) = term_bytes.as_chunks::<8>();
        let (weighted_stems, _) = stems_and_weights.as_chunks::<2>();
        Ok(weighted_stems
            .iter()
            .map(|[stem, weight]| (u64::from_le_bytes(*stem), f64::from_le_bytes(*weight)))
            .collect())
    }

    /// The texts of `article`.
    pub(super) fn text(&mut self, article: u32) -> io::Result<SketchText> {
        let (text_start, text_length) = self.text_range(article)?;
        Ok(serde_json::from_slice(&self.read_sketch(article, text_start, Some(text_length))?)?)
    }

    /// The sentences of `article`.
    pub(super) fn sentences(&mut self, article: u32) -> io::Result<Vec<SketchSentence>> {
        let (text_start, text_length) = self.text_range(article)?;
        Ok(serde_json::from_slice(&self.read_sketch(article, text_start + text_length, None)?)?)
    }

    /// Offset and length of the texts of `article` in its sketch.
    fn text_range(&mut self, article: u32) -> io::Result<(usize, usize)> {
        let term_count = self.read_sketch(article, Signature::BYTES, Some(1))?[0];
        let length_start = Signature::BYTES + 1 + usize::from(term_count) * TERM_BYTES;
        let length_bytes = self.read_sketch(article, length_start, Some(size_of::<u64>()))?;
        let text_length = length_bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        Ok((length_start + size_of::<u64>(), text_length as usize))
    }

    /// The first byte of the sketch of `article`.
    fn sketch_start(&self, article: usize) -> u64 {
        article.checked_sub(1).map_or(0, |previous_article| self.facts[previous_article].sketch_end)
    }

    /// `byte_count` bytes of the sketch of `article` from `offset` on; all the rest if `byte_count` is `None`.
    fn read_sketch(&mut self, article: u32, offset: usize, byte_count: Option<usize>) -> io::Result<Vec<u8>> {
        let read_from = self.sketch_start(article as usize) + offset as u64;
        let unread_bytes = (self.facts(article).sketch_end - read_from) as usize;
        let mut sketch_bytes = vec![0; byte_count.unwrap_or(unread_bytes)];
        self.file.flush()?;
        let sketch_file = self.file.get_mut();
        sketch_file.seek(SeekFrom::Start(read_from))?;
        sketch_file.read_exact(&mut sketch_bytes)?;
        Ok(sketch_bytes)
    }
}
