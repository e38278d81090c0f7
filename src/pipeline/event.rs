//! What a run tells while it works.

use std::path::Path;

use crate::document::{Entry, Failure};
use crate::generation::{Devices, WeightFormat};
use crate::input::Listing;
use crate::{catalog, memory};

/// What happens while a job runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The devices are open.
    Devices(&'a Devices),
    /// The articles are listed.
    Listed(&'a Listing),
    /// The model is being fetched.
    Fetching(catalog::FetchEvent<'a>),
    /// The model is ready.
    Loaded {
        /// Its name.
        model: &'a str,
        /// How its weights are held.
        weight_format: WeightFormat,
    },
    /// The translation memory fails; the run goes on without it.
    MemoryFailed(&'a memory::Error),
    /// The translation memory was damaged and has been moved to this path; the run begins a new one.
    MemorySetAside(&'a Path),
    /// Sentences have been translated.
    Progress {
        /// Articles that are written or failed.
        done: usize,
        /// Articles in the current window.
        window: usize,
        /// Sentences of the window that are translated.
        sentences: usize,
        /// Sentences of the window in all.
        total: usize,
    },
    /// An article is written.
    Written(&'a Entry),
    /// An article failed.
    Failed(&'a Failure),
}
