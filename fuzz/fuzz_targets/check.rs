//! A German sentence and an English one, with a null between them → findings.
#![no_main]

use depesche::check::{CheckedPair, findings, is_copy};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (german, english) = text.split_once('\0').unwrap_or((text, text));
    findings(&CheckedPair { german, english, ..CheckedPair::default() });
    let _ = is_copy(german, english);
});
