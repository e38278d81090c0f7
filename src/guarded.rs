//! Calls into other crates whose panics are expected: a panic becomes `None`.
//!
//! Some readers panic over damaged files instead of returning an error. A panic inside [`guarded`] ends only that call, and the panic
//! hook can tell it from a bug of this program. Only for calls that leave no state behind; never for our own code.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The result of `call`, or `None` if it panics.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    // Nothing that `call` borrowed is used after a panic.
    let outcome = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(before);
    outcome.ok()
}

/// Makes the panic hook ignore panics inside [`guarded`]. A program calls this at its start; a library must not.
pub fn silence_guarded_panics() {
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
