//! Text → the draft that the reader of HTML makes of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depesche_fuzz::read("HTML", data));
