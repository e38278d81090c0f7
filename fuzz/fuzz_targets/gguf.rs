//! A GGUF file, damaged → an error, or a model that writes.
#![no_main]

use std::sync::LazyLock;

use depesche::catalog::Model;
use depesche::engine::{Engine, Precision, Schedule};
use depesche_fuzz::{Scratch, allow_guarded_panics};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(|| {
    allow_guarded_panics();
    Scratch::default()
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    SCRATCH.write("model.gguf", data);
    let Ok(model) = Model::open(SCRATCH.path()) else { return };
    let Ok(engine) = Engine::load(&model, Precision::Auto) else { return };
    let mut search = engine.defaults().clone();
    search.limit(6);
    search.beams = search.beams.min(8);
    let schedule = Schedule { workers: 1, ..Schedule::default() };
    let _ = engine.run(&["Guten Tag."], &search, &schedule, &|_| {});
});
