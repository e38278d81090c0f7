//! A file of any bytes → an article: encoding, cleaning, the reader, what is set aside. The first byte says how it is called.
#![no_main]

use std::sync::LazyLock;

use depesche::input::{ListedArticle, Origin, ReadOptions, read};
use depesche_fuzz::{Scratch, hold_article};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::default);
const NAMES: [&str; 10] = ["a.txt", "a.md", "a.html", "a", "a.pdf", "a.docx", "a.odt", "a.epub", "a.eml", "a.gz"];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let found = ListedArticle { origin: Origin::File(SCRATCH.write(name, data)), source: name.into() };
    for keep_boilerplate in [false, true] {
        if let Ok(article) = read(&found, &ReadOptions { keep_boilerplate, ..ReadOptions::default() }) {
            hold_article(&article);
        }
    }
});
