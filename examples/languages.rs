//! Lines → the language of each, `-` where it cannot be told.
//!
//! `cargo run --release --example languages < LINES`
#![allow(clippy::print_stdout, reason = "an example speaks for itself")]

use std::io;

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        println!("{}\t{line}", depesche::language::detect(&line).map_or("-", |language| language.tag));
    }
    Ok(())
}
