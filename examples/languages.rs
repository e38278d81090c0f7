//! Lines → the language of each, `-` if it is uncertain.
//!
//! `cargo run --release --example languages < LINES`
#![allow(clippy::print_stdout, reason = "an example speaks for itself")]

use std::io;

fn main() -> io::Result<()> {
    for text in io::stdin().lines() {
        let line = text?;
        println!("{}\t{line}", depesche::language::detect(&line).map_or("-", |language| language.tag));
    }
    Ok(())
}
