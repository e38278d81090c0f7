//! A file → the draft that the reader of DOCX makes of it, or of its parts.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depesche_fuzz::read("DOCX", data));
