//! Everything that is tested from outside: the library's promises and the real binary.

mod architecture;
mod parity;
mod program;
mod samples;
mod tables;
mod tokenizer;
