//! Text → the draft that the reader of plain text makes of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depesche_fuzz::read("plain text", data));
