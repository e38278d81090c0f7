//! A GGUF file, damaged → an error, or a model that writes.
#![no_main]

use std::sync::LazyLock;

use depesche::generation::PrecisionChoice;
use depesche::guarded::report_others_alone;
use depesche_fuzz::{Scratch, write};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(|| {
    report_others_alone();
    Scratch::default()
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    SCRATCH.write("model.gguf", data);
    write(SCRATCH.path(), PrecisionChoice::Auto);
});
