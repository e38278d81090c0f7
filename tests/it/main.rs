//! Everything that is tested from outside: the library's promises and the real binary.

mod parity;
mod tokenizer;
