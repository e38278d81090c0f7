//! Calls into other crates whose panics are expected: a panic becomes `None`.
//!
//! Some readers panic over damaged files instead of returning an error. A panic inside [`guarded`] ends only that call, and the panic
//! hook can tell it from a bug of this program. Only for calls that leave no state behind; never for our own code.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

thread_local! {
    static IN_GUARDED_CALL: Cell<bool> = const { Cell::new(false) };
}

/// The result of `call`, or `None` if it panics.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    let was_guarded = IN_GUARDED_CALL.replace(true);
    // Nothing that `call` borrowed is used after a panic.
    let outcome = catch_unwind(AssertUnwindSafe(call));
    IN_GUARDED_CALL.set(was_guarded);
    outcome.ok()
}

/// Makes the panic hook ignore panics inside [`guarded`]. A program calls this at its start; a library must not.
pub fn silence_guarded_panics() {
    let usual_panic_hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !IN_GUARDED_CALL.get() {
            usual_panic_hook(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_leaves_nothing_behind() {
        assert_eq!(guarded(|| 7), Some(7));
        assert!(!IN_GUARDED_CALL.get());
        let past_the_end = || b"abc"[usize::from(IN_GUARDED_CALL.get()) + 2];
        assert_eq!(past_the_end(), b'c');
        assert_eq!(guarded(past_the_end), None);
        assert!(!IN_GUARDED_CALL.get());
        assert_eq!(guarded(|| (guarded(past_the_end), IN_GUARDED_CALL.get())), Some((None, true)));
    }
}
