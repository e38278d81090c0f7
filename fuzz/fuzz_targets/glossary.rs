//! A glossary, a German sentence and an English one, with nulls between them → an error, or terms with their places.
#![no_main]

use std::path::Path;

use depesche::glossary::Glossary;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.splitn(3, '\0');
    let mut next = || parts.next().unwrap_or_default();
    let (file, german, english) = (next(), next(), next());
    let Ok(glossary) = Glossary::parse(Path::new("terms.tsv"), file) else { return };
    let mut last = 0;
    for hit in glossary.hits(german) {
        assert!(last <= hit.range.start && !german[hit.range.clone()].is_empty());
        last = hit.range.end;
        let _ = (hit.term.is_in(english), hit.term.rendering(hit.plural));
    }
});
