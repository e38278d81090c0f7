//! Everything that is tested from outside: the library's promises and the real binary.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod architecture;
mod bad_input;
mod checks;
mod crash;
mod glossary;
mod hub;
mod languages;
mod loader;
mod parity;
mod program;
mod prompts;
mod records;
mod samples;
mod second;
mod summaries;
mod tables;
mod tokenizer;
mod workplace;
