//! Lines of a word, a tab and a number, sorted by bytes → the map as an FST: `cargo run --example lexicon -- OUT < LIST`.
//!
//! `src/lexicon/data/make.py` calls it.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, stdin};

use fst::MapBuilder;

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::args().nth(1).ok_or("name the file to write")?;
    let mut map = MapBuilder::new(BufWriter::new(File::create(out)?))?;
    for line in stdin().lines() {
        let line = line?;
        let (word, value) = line.split_once('\t').ok_or("a line without a tab")?;
        map.insert(word, value.parse()?)?;
    }
    Ok(map.finish()?)
}
