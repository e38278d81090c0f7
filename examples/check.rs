//! German lines and their English translations → how often each check raises its flag.
//!
//! `cargo run --release --example check -- GERMAN ENGLISH [FLAG]`; with a flag, the pairs that raise it. On human
//! translations flags are false alarms, except for mistakes that people make, too.
#![allow(clippy::print_stdout, reason = "an example speaks for itself")]

use std::error::Error;
use std::fs;

use depesche::check::{CHECKS, CheckedPair};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [german, english, shown @ ..] = &arguments[..] else { return Err("give GERMAN ENGLISH [FLAG]".into()) };
    let (german, english) = (fs::read_to_string(german)?, fs::read_to_string(english)?);
    let pairs: Vec<CheckedPair<'_>> = german
        .lines()
        .zip(english.lines())
        .map(|(german, english)| CheckedPair { german, english, ..CheckedPair::default() })
        .collect();
    for check in CHECKS {
        let found: Vec<_> = pairs.iter().filter_map(|pair| Some((pair, (check.find)(pair)?))).collect();
        println!(
            "{:15} {:4} of {} ({:.2} %)",
            check.flag.name(),
            found.len(),
            pairs.len(),
            100.0 * found.len() as f64 / pairs.len().max(1) as f64
        );
        if shown.first().is_some_and(|flag| flag == check.flag.name()) {
            for (pair, reason) in found {
                println!("  {reason}\n    {}\n    {}", pair.german, pair.english);
            }
        }
    }
    Ok(())
}
