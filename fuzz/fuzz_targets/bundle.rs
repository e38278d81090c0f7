//! A bundle of a model, of any bytes → an error, or files in the cache and nowhere else.
#![no_main]

use std::sync::LazyLock;

use depesche::catalog::{Catalog, Hub};
use depesche_fuzz::Scratch;

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::default);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let file = SCRATCH.write("model.tar", data);
    let cache = tempfile::tempdir_in(SCRATCH.path()).expect("a folder can be made");
    let hub = Hub { cache: Some(cache.path().join("cache")), offline: true, ..Hub::default() };
    let catalog = Catalog { hub, families: depesche::generation::families() };
    let _ = catalog.import(&file);
    let beside = std::fs::read_dir(cache.path()).expect("the folder is there").count();
    assert!(beside <= 1, "something was written beside the cache");
});
