//! An error → what the user can do about it.
//!
//! Every error that can reach the user implements [`Hint`], and an error that wraps another passes its hint on. `Box<dyn Hint>` is
//! what the command line returns: `?` converts any error into it, so no hint is lost on the way.

use std::error::Error;

/// An error that may know what the user can do about it.
pub trait Hint: Error {
    /// What the user can do about it, in one sentence without a full stop.
    fn hint(&self) -> Option<String>;
}

impl<E: Hint + 'static> From<E> for Box<dyn Hint> {
    fn from(error: E) -> Self {
        Box::new(error)
    }
}
