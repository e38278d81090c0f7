//! A `pytorch_model.bin` whose pickle is any bytes → an error, or a model of the fixture's configuration. The data is the
//! pickle itself, or with a first byte of 0 the whole archive.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use depesche::neural::{Checkpoint, WeightFile};
use depesche_fuzz::{Scratch, archive, load, project};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::default);
static CONFIG: LazyLock<String> =
    LazyLock::new(|| fs::read_to_string(project().join("tests/parity/marian/opus-bin/config.json")).expect("a fixture"));

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let path = match data.split_first() {
        Some((0, archive)) => SCRATCH.write("pytorch_model.bin", archive),
        _ => SCRATCH.write("pytorch_model.bin", &archive(data)),
    };
    load(Checkpoint::open(&CONFIG, &[WeightFile::Pickle(path)]));
});
