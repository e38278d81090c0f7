//! Token ids against `MarianTokenizer` of Hugging Face transformers (fixtures made by tests/tokenizer/make.py).

use std::fs;

use depesche::generation::{Tokenizer, TokenizerFiles};
use depesche::neural::ModelInfo;
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    encode: Vec<Case>,
    decode: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
}

fn tokenizer() -> Tokenizer {
    let mut files = TokenizerFiles::default();
    for name in ["source.spm", "target.spm", "vocab.json"] {
        files.insert(name, fs::read(format!("models/small-de-en/{name}")).unwrap().into());
    }
    let size = 16_000;
    let info = ModelInfo {
        end: 0,
        padding: 15_999,
        start: 15_999,
        vocab: size,
        source_vocab: size,
        longest_source: 512,
        longest_target: 512,
    };
    Tokenizer::from_files("marian", &files, &info).unwrap()
}

fn expected() -> Expected {
    serde_json::from_slice(&fs::read("tests/tokenizer/expected.json").unwrap()).unwrap()
}

#[test]
fn text_becomes_the_ids_of_the_reference() {
    let tokenizer = tokenizer();
    let cases = expected().encode;
    assert!(cases.len() > 300);
    let differing: Vec<_> = cases
        .iter()
        .map(|case| (&case.text, &case.ids, tokenizer.encode(&case.text)))
        .filter(|(_, expected, found)| *expected != found)
        .collect();
    assert!(differing.is_empty(), "{} of {}: {differing:#?}", differing.len(), cases.len());
}

#[test]
fn ids_become_the_text_of_the_reference() {
    let tokenizer = tokenizer();
    for case in expected().decode {
        assert_eq!(tokenizer.decode(&case.ids), case.text, "{:?}", case.ids);
    }
}

/// Token ids of the other families (fixtures made by tests/tokenizer/make_families.py).
#[derive(Deserialize)]
struct Family {
    family: String,
    vocab: usize,
    end: u32,
    forced_first: Option<u32>,
    start: Option<u32>,
    encode: Vec<Case>,
    decode: Vec<Case>,
}

/// Every fixture, with the tokenizer built from its folder.
fn families() -> Vec<(String, Family, Tokenizer)> {
    let folders = fs::read_dir("tests/tokenizer/families").unwrap().map(|entry| entry.unwrap().path());
    let folders: Vec<_> = folders.filter(|path| path.is_dir()).collect();
    assert!(folders.len() >= 9, "{folders:?}");
    let of = |folder: &std::path::PathBuf| {
        let expected: Family = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
        let mut files = TokenizerFiles::default();
        for name in ["tokenizer.json", "vocab.json", "merges.txt", "spiece.model", "sentencepiece.bpe.model"] {
            if let Ok(bytes) = fs::read(folder.join(name)) {
                files.insert(name, bytes.into());
            }
        }
        let info = ModelInfo {
            end: expected.end,
            padding: 1,
            start: 2,
            vocab: expected.vocab,
            source_vocab: expected.vocab,
            longest_source: 512,
            longest_target: 512,
        };
        let tokenizer = Tokenizer::from_files(&expected.family, &files, &info).unwrap();
        (folder.display().to_string(), expected, tokenizer)
    };
    folders.iter().map(of).collect()
}

#[test]
fn text_becomes_the_ids_of_the_reference_in_every_family() {
    for (name, expected, tokenizer) in families() {
        let found = expected.encode.iter().map(|case| (&case.text, &case.ids, tokenizer.encode(&case.text)));
        let differing: Vec<_> = found.filter(|(_, expected, found)| *expected != found).collect();
        assert!(differing.is_empty(), "{name}: {} of {}: {differing:?}", differing.len(), expected.encode.len());
    }
}

#[test]
fn ids_become_the_text_of_the_reference_in_every_family() {
    for (name, expected, tokenizer) in families() {
        for case in expected.decode {
            // Pegasus' token for a line break decodes to a line break.
            let lines = case.text.split("<n>").map(str::trim).collect::<Vec<_>>().join("\n");
            assert_eq!(tokenizer.decode(&case.ids), lines.trim(), "{name}: {:?}", case.ids);
        }
    }
}

#[test]
fn targets_begin_with_english_where_the_model_has_to_be_told() {
    for (name, expected, tokenizer) in families() {
        let found = (tokenizer.forced_first_token(), tokenizer.decoder_start_token());
        assert_eq!(found, (expected.forced_first, expected.start), "{name}");
    }
}
