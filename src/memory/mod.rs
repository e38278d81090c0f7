//! The translation memory: sentences a model has translated, kept on disk so that no run translates them again.
//!
//! A [`Store`] is the file. A [`Memory`] is the store as one run sees it: what one model made with one set of settings. Promises: what
//! is recalled is, to the byte, what the model would make again (the key covers everything that decides it, see [`Recipe`]); what is
//! damaged is not recalled; what has been kept outlives the process, however it ends; a store that fails never ends a run, only
//! the use of the memory. Several processes may share a store. Never prints, never asks the clock.

mod error;
mod recipe;
mod record;
mod store;
pub mod tmx;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub use error::Error;
pub use recipe::Recipe;
pub use store::{Statistics, Store};
pub use tmx::Imported;

use crate::generation::Output;
use crate::settings::Settings;
use record::Record;

/// Finished sentences committed together. A commit waits for the disk, so there is not one for every batch. A killed process loses
/// at most these.
const COMMIT_SIZE: usize = 64;

/// A store as one run uses it, for one recipe. Memories for several recipes may share a store.
pub struct Memory {
    recipe: Recipe,
    shared: Arc<Shared>,
}

/// What memories for several recipes share.
struct Shared {
    store: Store,
    unwritten: Mutex<Unwritten>,
    recalled: AtomicUsize,
}

#[derive(Default)]
struct Unwritten {
    /// Finished records that are not committed, by their keys.
    records: Vec<([u8; 32], Vec<u8>)>,
    /// The models of their recipes.
    recipes: BTreeMap<[u8; 32], String>,
    /// True once the store has failed. It is not used any more.
    given_up: bool,
    /// Why, until somebody has been told.
    failure: Option<Error>,
}

impl Memory {
    /// The memory of what `recipe` made, in `store`.
    pub fn new(store: Store, recipe: Recipe) -> Self {
        Self { recipe, shared: Arc::new(Shared { store, unwritten: Mutex::default(), recalled: AtomicUsize::new(0) }) }
    }

    /// The same store for another recipe.
    #[must_use]
    pub fn for_recipe(&self, recipe: Recipe) -> Self {
        Self { recipe, shared: Arc::clone(&self.shared) }
    }

    /// The same store for the same recipe with further settings.
    #[must_use]
    pub fn with(&self, settings: &Settings) -> Self {
        self.for_recipe(self.recipe.with(settings))
    }

    /// The known outputs for `texts`, by text. Once the store has failed, nothing is known.
    pub fn recall<'a>(&self, texts: &[&'a str]) -> HashMap<&'a str, Output> {
        if self.shared.is_given_up() || texts.is_empty() {
            return HashMap::new();
        }
        let keys: Vec<[u8; 32]> = texts.iter().map(|text| self.recipe.key(text)).collect();
        match self.shared.store.get(&keys) {
            Ok(records) => {
                // Comparing the source costs nothing and rules out equal digests of different texts.
                let output = |text: &str, record: Option<Record>| Some(record.filter(|it| it.source == text)?.output);
                let pairs = texts.iter().zip(records);
                let known: HashMap<&str, Output> =
                    pairs.filter_map(|(text, record)| Some((*text, output(text, record)?))).collect();
                self.shared.recalled.fetch_add(known.len(), Ordering::Relaxed);
                known
            }
            Err(error) => {
                self.shared.give_up(error);
                HashMap::new()
            }
        }
    }

    /// Keeps the outputs of texts, and commits when there are enough of them.
    pub fn keep(&self, finished: &[(&str, Output)]) {
        let records = finished.iter().map(|(text, output)| {
            let record = Record { recipe: *self.recipe.digest(), source: (*text).to_owned(), output: output.clone() };
            let key = self.recipe.key(text);
            (key, record.to_bytes(&key))
        });
        {
            let Ok(mut unwritten) = self.shared.unwritten.lock() else { return };
            if unwritten.given_up {
                return;
            }
            unwritten.records.extend(records);
            unwritten.recipes.insert(*self.recipe.digest(), self.recipe.model().to_owned());
            if unwritten.records.len() < COMMIT_SIZE {
                return;
            }
        }
        self.flush();
    }

    /// Commits everything kept so far.
    pub fn flush(&self) {
        self.shared.flush();
    }

    /// Why the store is not used any more. Later calls return `None`.
    pub fn take_failure(&self) -> Option<Error> {
        self.shared.unwritten.lock().ok()?.failure.take()
    }

    /// Number of texts recalled, under all recipes.
    pub fn recalled(&self) -> usize {
        self.shared.recalled.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn flush(&self) {
        let Ok(mut unwritten) = self.unwritten.lock() else { return };
        let (records, recipes) = (std::mem::take(&mut unwritten.records), std::mem::take(&mut unwritten.recipes));
        drop(unwritten);
        if records.is_empty() {
            return;
        }
        if let Err(error) = self.store.put(&records, &recipes.into_iter().collect::<Vec<_>>()) {
            self.give_up(error);
        }
    }

    fn is_given_up(&self) -> bool {
        self.unwritten.lock().is_ok_and(|unwritten| unwritten.given_up)
    }

    fn give_up(&self, error: Error) {
        if let Ok(mut unwritten) = self.unwritten.lock() {
            unwritten.records.clear();
            if !std::mem::replace(&mut unwritten.given_up, true) {
                unwritten.failure = Some(error);
            }
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.flush();
    }
}
