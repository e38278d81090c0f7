//! The files of a tokenizer, damaged → an error, or a tokenizer that can be used. The first byte says of which family, what
//! follows is up to three files with nulls between them, in the order of `SETS`; a file that is empty is the fixture's.
#![no_main]

use std::borrow::Cow;
use std::fs;
use std::sync::Once;

use depesche::generation::{TokenizerFiles, Tokenizer};
use depesche::guarded::report_others_alone;
use depesche::neural::ModelInfo;
use depesche_fuzz::{parts, project};

/// Family, folder of its fixture, files.
const SETS: &[(&str, &str, &[&str])] = &[
    ("marian", "tests/parity/marian/complete", &["source.spm", "target.spm", "vocab.json"]),
    ("bart", "tests/tokenizer/families/bart", &["vocab.json", "merges.txt"]),
    ("bart", "tests/tokenizer/families/tokenizer-json", &["tokenizer.json"]),
    ("t5", "tests/tokenizer/families/t5", &["spiece.model"]),
    ("pegasus", "tests/tokenizer/families/pegasus", &["spiece.model"]),
    ("mbart", "tests/tokenizer/families/mbart-50", &["sentencepiece.bpe.model"]),
    ("m2m_100", "tests/tokenizer/families/m2m-100", &["sentencepiece.bpe.model", "vocab.json"]),
    ("m2m_100", "tests/tokenizer/families/nllb", &["sentencepiece.bpe.model"]),
];

static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    QUIET.call_once(report_others_alone);
    let Some((first, data)) = data.split_first() else { return };
    let (family, folder, names) = SETS[usize::from(*first) % SETS.len()];
    let mut files = TokenizerFiles::default();
    // TokenizerFiles of SentencePiece hold nulls, so only the last part may be one that is taken from the data.
    let damaged = if names.len() > 1 { parts(data, names.len()) } else { vec![data] };
    for (place, name) in names.iter().enumerate() {
        let bytes = match damaged.get(place) {
            Some(bytes) if !bytes.is_empty() => bytes.to_vec(),
            _ => fs::read(project().join(folder).join(name)).expect("the fixture is there"),
        };
        files.insert(name, Cow::Owned(bytes));
    }
    let info = ModelInfo {
        end: 0,
        padding: 1,
        start: 1,
        vocab: 500,
        source_vocab: 500,
        longest_source: 64,
        longest_target: 64,
    };
    if let Ok(tokenizer) = Tokenizer::from_files(family, &files, &info) {
        let ids = tokenizer.encode("Die Brücke über die Lahr ist fertig. <pad>▁ 😀");
        let _ = tokenizer.decode(&ids);
        let _ = tokenizer.decode(&[0, 1, 2, 499, u32::MAX]);
    }
});
