//! A call of other people's code → what it gives, also where it panics over a damaged file.
//!
//! Promises: a panic within [`guarded`] ends the call and nothing else, and whoever reports panics can tell it from a mistake of
//! this program. For readers that are called once at a time and leave nothing half done; never for our own code.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `call` gives; `None` if it panics.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    // What `call` has borrowed is not looked at after a panic.
    let outcome = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(before);
    outcome.ok()
}

/// From now on whoever reports panics, or ends the process at them, hears of those alone that are not [`guarded`]. For a program to call
/// as it starts; a library has no say in that.
pub fn report_others_alone() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !GUARDED.get() {
            usual(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_leaves_nothing_behind() {
        assert_eq!(guarded(|| 7), Some(7));
        assert!(!GUARDED.get());
        let past_the_end = || b"abc"[usize::from(GUARDED.get()) + 2];
        assert_eq!(past_the_end(), b'c');
        assert_eq!(guarded(past_the_end), None);
        assert!(!GUARDED.get());
        assert_eq!(guarded(|| (guarded(past_the_end), GUARDED.get())), Some((None, true)));
    }
}
