//! What a run tells while it works.

use std::path::Path;

use crate::document::{Entry, Failure};
use crate::generation::{Devices, WeightFormat};
use crate::input::Listing;
use crate::{catalog, memory};

/// What happens while a job runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The devices of the run are open.
    Devices(&'a Devices),
    /// The articles of the run are listed.
    Listed(&'a Listing),
    /// Files of records that are translated already were looked through.
    Indexed {
        /// Records in them, each counted once.
        records: usize,
        /// Lines that stood there before, byte for byte.
        repeated: usize,
    },
    /// A model of the run is being fetched.
    Fetching(catalog::FetchEvent<'a>),
    /// The model of the run is ready.
    Loaded {
        /// Name of the model.
        model: &'a str,
        /// How the model's weights are held.
        weight_format: WeightFormat,
    },
    /// The translation memory fails; the run goes on without it.
    MemoryFailed(&'a memory::Error),
    /// The translation memory was damaged and has been moved to this path; the run begins a new one.
    MemorySetAside(&'a Path),
    /// Sentences of the window have been translated.
    Progress {
        /// Articles of the run that are written or failed.
        done: usize,
        /// Articles in the current window.
        window: usize,
        /// Sentences of the window that are translated.
        sentences: usize,
        /// Sentences of the window in all.
        total: usize,
    },
    /// An article of the run is written.
    Written(&'a Entry),
    /// An article of the run failed.
    Failed(&'a Failure),
}
