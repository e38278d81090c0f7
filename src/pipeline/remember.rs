//! A path → the translation memory of a run.

use std::path::Path;

use super::error::Error;
use super::event::Event;
use crate::memory::{self, Memory, Store};

/// Opens the memory at `memory_file`. If it cannot be opened, the run goes on without one and `events` is told.
///
/// # Errors
/// [`Error::Memory`] for a file that is no memory or of a later version: the user meant another file.
pub(super) fn open_memory(
    memory_file: Option<&Path>,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Option<Store>, Error> {
    let Some(memory_file) = memory_file else { return Ok(None) };
    match Store::open(memory_file) {
        Ok((store, set_aside)) => {
            if let Some(damaged_memory) = set_aside {
                events(Event::MemorySetAside(&damaged_memory));
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
