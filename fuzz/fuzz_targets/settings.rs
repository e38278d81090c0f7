//! `config.json` and `generation_config.json`, damaged → an error, or a model that translates. The first byte says which of
//! the complete models of the fixtures they are for; a null stands between the two.
#![no_main]

use std::sync::LazyLock;

use depesche::generation::PrecisionChoice;
use depesche_fuzz::{Scratch, parts, write};

const FOLDERS: [&str; 4] = ["marian", "bart", "m2m_100", "t5"];
static MODELS: LazyLock<Vec<Scratch>> = LazyLock::new(|| {
    let copy = |family: &&str| {
        let scratch = Scratch::default();
        scratch.copy(&format!("tests/parity/{family}/complete"));
        scratch
    };
    FOLDERS.iter().map(copy).collect()
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let scratch = &MODELS[usize::from(*first) % FOLDERS.len()];
    let parts = parts(data, 2);
    scratch.write("config.json", parts[0]);
    scratch.write("generation_config.json", parts.get(1).copied().unwrap_or(b"{}"));
    write(scratch.path(), PrecisionChoice::F32);
});
