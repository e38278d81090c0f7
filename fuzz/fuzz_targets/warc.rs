//! A file → the drafts that the reader of WARC makes of its articles.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depesche_fuzz::read_articles("WARC", data));
