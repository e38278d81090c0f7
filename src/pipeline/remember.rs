//! A path → the translation memory of a run.

use std::path::Path;

use super::error::Error;
use super::event::Event;
use crate::memory::{self, Memory, Store};

/// Opens the memory at `path`. If it cannot be opened, the run goes on without one and `events` is told.
///
/// # Errors
/// [`Error::Memory`] for a file that is no memory or of a later version: the user meant another file.
pub(super) fn open_memory(path: Option<&Path>, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Option<Store>, Error> {
    let Some(path) = path else { return Ok(None) };
    match Store::open(path) {
        Ok((store, set_aside)) => {
            if let Some(old) = set_aside {
                events(Event::MemorySetAside(&old));
            }
            Ok(Some(store))
        }
        Err(error @ (memory::Error::Foreign { .. } | memory::Error::Newer { .. })) => Err(error.into()),
        Err(error) => {
            events(Event::MemoryFailed(&error));
            Ok(None)
        }
    }
}

/// Writes what `memory` has kept so far, and tells `events` if that fails; the run goes on.
pub(super) fn flush(memory: Option<&Memory>, events: &(dyn Fn(Event<'_>) + Sync)) {
    let Some(memory) = memory else { return };
    memory.flush();
    if let Some(error) = memory.take_failure() {
        events(Event::MemoryFailed(&error));
    }
}
