//! A file of safetensors, damaged → an error, or a model of the fixture's configuration.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use depesche::neural::{Checkpoint, WeightFile};
use depesche_fuzz::{Scratch, load, project};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::default);
static CONFIG: LazyLock<String> =
    LazyLock::new(|| fs::read_to_string(project().join("tests/parity/bart/complete/config.json")).expect("a fixture"));

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let path = SCRATCH.write("model.safetensors", data);
    load(Checkpoint::open(&CONFIG, &[WeightFile::Safetensors(path)]));
});
