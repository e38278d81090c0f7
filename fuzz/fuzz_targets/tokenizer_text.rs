//! Any text and any ids through every tokenizer of the fixtures.
#![no_main]

use std::borrow::Cow;
use std::fs;
use std::sync::LazyLock;

use depesche::generation::{TokenizerFiles, Tokenizer};
use depesche::neural::ModelInfo;
use depesche_fuzz::project;

const SETS: &[(&str, &str)] = &[
    ("marian", "tests/parity/marian/complete"),
    ("bart", "tests/tokenizer/families/bart"),
    ("bart", "tests/tokenizer/families/tokenizer-json"),
    ("t5", "tests/tokenizer/families/t5"),
    ("pegasus", "tests/tokenizer/families/pegasus"),
    ("mbart", "tests/tokenizer/families/mbart-50"),
    ("m2m_100", "tests/tokenizer/families/m2m-100"),
    ("m2m_100", "tests/tokenizer/families/nllb"),
];
const FILES: &[&str] = &[
    "source.spm",
    "target.spm",
    "vocab.json",
    "merges.txt",
    "tokenizer.json",
    "spiece.model",
    "sentencepiece.bpe.model",
];

static TOKENIZERS: LazyLock<Vec<Tokenizer>> = LazyLock::new(|| SETS.iter().map(tokenizer).collect());

fn tokenizer((family, folder): &(&str, &str)) -> Tokenizer {
    let mut files = TokenizerFiles::default();
    for name in FILES {
        if let Ok(bytes) = fs::read(project().join(folder).join(name)) {
            files.insert(name, Cow::Owned(bytes));
        }
    }
    let (vocab, longest) = (1000, 64);
    let info = ModelInfo {
        end: 0,
        padding: 1,
        start: 1,
        vocab,
        source_vocab: vocab,
        longest_source: longest,
        longest_target: longest,
    };
    Tokenizer::from_files(family, &files, &info).expect("the fixture is whole")
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let ids: Vec<u32> = data.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes) % 1100).collect();
    for tokenizer in &*TOKENIZERS {
        let _ = tokenizer.decode(&ids);
        if let Ok(text) = std::str::from_utf8(data) {
            let ids = tokenizer.encode(text);
            assert!(ids.iter().all(|id| *id < 1000));
            let _ = tokenizer.decode(&ids);
        }
    }
});
