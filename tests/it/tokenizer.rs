//! Token ids against `MarianTokenizer` of Hugging Face transformers (fixtures made by tests/tokenizer/make.py).

use std::fs;

use depesche::engine::{Files, Tokenizer};
use depesche::neural::Limits;
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
    let mut files = Files::default();
    for name in ["source.spm", "target.spm", "vocab.json"] {
        files.insert(name, fs::read(format!("models/tiny-de-en/{name}")).unwrap().into());
    }
    let size = 8000;
    let limits = Limits {
        end: 0,
        padding: 7999,
        start: 7999,
        vocab: size,
        source_vocab: size,
        longest_source: 512,
        longest_target: 512,
    };
    Tokenizer::of("marian", &files, &limits).unwrap()
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
