//! Splits German text into sentences. Reads one paragraph per line, writes one sentence per line and an empty line between
//! paragraphs.
//!
//! `benches/segment_f1.py` compares the output with another splitter.
#![allow(clippy::print_stdout, reason = "an example speaks for itself")]

use std::io::{self, BufRead, BufWriter, Write};

use depesche::document::ParagraphKind;
use depesche::segment::sentences;

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for (index, line) in io::stdin().lock().lines().enumerate() {
        let paragraph = line?;
        if index > 0 {
            writeln!(out)?;
        }
        for sentence in sentences(&paragraph, ParagraphKind::Body).sentences(&paragraph) {
            writeln!(out, "{sentence}")?;
        }
    }
    out.flush()
}
