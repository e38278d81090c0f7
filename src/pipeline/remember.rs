//! What a run remembers: which memory, and everything that decides what a sentence becomes.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Error, Event};
use crate::catalog::{self, Model, Task};
use crate::engine::{self, Engine};
use crate::memory::{self, Recipe, Store};

/// Raised when the program makes something else of a text with the same model, settings and release number.
const RULES: u32 = 1;

/// Files beside the tokenizer's that decide what a model writes. The weights have a digest of their own.
const SETTINGS: [&str; 3] = ["config.json", "generation_config.json", "target_vocab.json"];

/// Opens the memory at `path`. One that cannot be opened is told of and done without.
///
/// # Errors
/// [`Error::Memory`] for a file that is something else, or of a later version: the user meant another one.
pub(super) fn open(path: Option<&Path>, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Option<Store>, Error> {
    let Some(path) = path else { return Ok(None) };
    match Store::open(path) {
        Ok((store, set_aside)) => {
            if let Some(set_aside) = set_aside {
                events(Event::SetAside(&set_aside));
            }
            Ok(Some(store))
        }
        Err(error @ (memory::Error::Foreign { .. } | memory::Error::Newer { .. })) => Err(error.into()),
        Err(error) => {
            events(Event::Forgetful(&error));
            Ok(None)
        }
    }
}

/// The recipe of a run: weights (their `digest`), tokenizer, settings, arithmetic and `program`. How it is searched is added
/// with each search.
pub(super) fn recipe(
    (model, engine): (&Model, &Engine),
    task: Task,
    digest: &str,
    program: &str,
) -> Result<Recipe, catalog::Error> {
    let mut parts: Vec<(&str, Vec<u8>)> = vec![
        ("program", program.into()),
        ("rules", RULES.to_le_bytes().into()),
        ("task", task.name().into()),
        ("weights", digest.into()),
        ("precision", engine.weight_format().name().into()),
        ("prefix", model.prefix().unwrap_or_default().into()),
        // Products are rounded differently by processors with other vector instructions, and by GPUs.
        ("processor", engine.arithmetic().into()),
    ];
    let families = engine::families();
    let tokenizer = families.iter().flat_map(|family| &family.files).copied().flatten().copied();
    let names: BTreeSet<&str> = SETTINGS.into_iter().chain(tokenizer).collect();
    for name in names {
        if let Some(bytes) = model.read(name)? {
            parts.push((name, bytes.into_owned()));
        }
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, value)| (*name, value.as_slice())).collect();
    Ok(Recipe::new(model.name(), &parts))
}
