//! A TMX file of any bytes → an error, or units in a store that can be exported and imported again.
#![no_main]

use std::sync::LazyLock;

use depesche::memory::{Store, tmx};
use depesche_fuzz::Scratch;

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::default);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let file = SCRATCH.write("m.tmx", data);
    let store = SCRATCH.path().join("memory");
    let _ = std::fs::remove_file(&store);
    let (store, _) = Store::open(&store).expect("a store can be made");
    if let Ok(imported) = tmx::import(&store, &file)
        && imported.taken > 0
    {
        let mut exported = Vec::new();
        let count = tmx::export(&store, &mut exported).expect("what is in a store can be exported");
        let again = tmx::import(&store, &SCRATCH.write("again.tmx", &exported)).expect("and imported");
        assert_eq!((again.taken, again.passed_over), (count, 0));
    }
});
