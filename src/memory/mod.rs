//! The translation memory: sentences that a model has translated, kept on disk so that no run translates them again.
//!
//! A [`Store`] is the file, a [`Memory`] the store as one run sees it: what one model in one setting made. Promises: what is
//! recalled is, to the byte, what the model would make again (the key covers everything that decides it, see [`Recipe`]);
//! what is damaged is not recalled; what has been kept outlives the process, however it ends; trouble with the store never
//! stops a run, it ends the use of the memory. Several processes may share a store. Never prints, never asks the clock.

mod error;
mod record;
mod store;
pub mod tmx;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

pub use error::Error;
pub use store::{Statistics, Store};
pub use tmx::Imported;

use crate::engine::Output;
use record::Record;

/// Finished sentences that are committed together. A commit waits for the disk, so it must not be made for
/// every batch; a process that is killed loses no more than these.
const BATCH: usize = 64;

/// Everything but the text that decides what a text becomes.
///
/// Two runs have the same recipe exactly if they would translate any text alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    digest: [u8; 32],
    model: String,
}

impl Recipe {
    /// The recipe of `parts`, each a name and what it is; `model` is what a person calls it.
    pub fn new(model: &str, parts: &[(&str, &[u8])]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts.iter().flat_map(|(name, value)| [name.as_bytes(), value]) {
            // With their lengths, so that no two lists of parts run together into the same bytes.
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self { digest: hasher.finalize().into(), model: model.to_owned() }
    }

    /// The recipe that has the part `name` as well.
    fn with(&self, name: &str, value: &str) -> Self {
        Self::new(&self.model, &[("recipe", &self.digest), (name, value.as_bytes())])
    }

    /// Where the translation of `text` is kept.
    fn key(&self, text: &str) -> [u8; 32] {
        key(&self.digest, text)
    }
}

/// Where what the recipe with this digest makes of `text` is kept.
fn key(recipe: &[u8; 32], text: &str) -> [u8; 32] {
    Sha256::new().chain_update(recipe).chain_update(text).finalize().into()
}

/// A store as one run uses it, for one recipe; those of several recipes may share it.
pub struct Memory {
    recipe: Recipe,
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    state: Mutex<State>,
    recalled: AtomicUsize,
}

#[derive(Default)]
struct State {
    /// Finished, not committed.
    pending: Vec<([u8; 32], Vec<u8>)>,
    /// The models of their recipes.
    recipes: BTreeMap<[u8; 32], String>,
    /// True once the store has made trouble: it is used no longer.
    given_up: bool,
    /// Why, until it is told.
    trouble: Option<Error>,
}

impl Memory {
    /// What `recipe` made, in `store`.
    pub fn new(store: Store, recipe: Recipe) -> Self {
        Self { recipe, shared: Arc::new(Shared { store, state: Mutex::default(), recalled: AtomicUsize::new(0) }) }
    }

    /// The same store for another recipe.
    pub fn of(&self, recipe: Recipe) -> Self {
        Self { recipe, shared: Arc::clone(&self.shared) }
    }

    /// The same store for the same recipe with the part `name` as well.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        self.of(self.recipe.with(name, value))
    }

    /// What is known of `texts`, by text. After trouble with the store nothing is.
    pub fn recall<'a>(&self, texts: &[&'a str]) -> HashMap<&'a str, Output> {
        if self.shared.is_given_up() || texts.is_empty() {
            return HashMap::new();
        }
        let keys: Vec<[u8; 32]> = texts.iter().map(|text| self.recipe.key(text)).collect();
        match self.shared.store.get(&keys) {
            Ok(records) => {
                let known = texts.iter().zip(records);
                // The source is compared too: it costs nothing, and then not even two equal digests could mislead.
                let known = known.filter_map(|(text, record)| Some((*text, record.filter(|it| it.source == *text)?)));
                let known: HashMap<_, _> = known.map(|(text, record)| (text, record.output)).collect();
                self.shared.recalled.fetch_add(known.len(), Ordering::Relaxed);
                known
            }
            Err(error) => {
                self.shared.give_up(error);
                HashMap::new()
            }
        }
    }

    /// Keeps what texts became, and commits when there is enough of it.
    pub fn keep(&self, finished: &[(&str, Output)]) {
        let records = finished.iter().map(|(text, output)| {
            let record = Record { recipe: self.recipe.digest, source: (*text).to_owned(), output: output.clone() };
            let key = self.recipe.key(text);
            (key, record.to_bytes(&key))
        });
        {
            let Ok(mut state) = self.shared.state.lock() else { return };
            if state.given_up {
                return;
            }
            state.pending.extend(records);
            state.recipes.insert(self.recipe.digest, self.recipe.model.clone());
            if state.pending.len() < BATCH {
                return;
            }
        }
        self.flush();
    }

    /// Commits what has been kept.
    pub fn flush(&self) {
        self.shared.flush();
    }

    /// Why the store is used no longer; told once.
    pub fn trouble(&self) -> Option<Error> {
        self.shared.state.lock().ok()?.trouble.take()
    }

    /// Texts that were recalled, under whatever recipe.
    pub fn recalled(&self) -> usize {
        self.shared.recalled.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn flush(&self) {
        let Ok(mut state) = self.state.lock() else { return };
        let (batch, recipes) = (std::mem::take(&mut state.pending), std::mem::take(&mut state.recipes));
        drop(state);
        if batch.is_empty() {
            return;
        }
        if let Err(error) = self.store.put(&batch, &recipes.into_iter().collect::<Vec<_>>()) {
            self.give_up(error);
        }
    }

    fn is_given_up(&self) -> bool {
        self.state.lock().is_ok_and(|state| state.given_up)
    }

    fn give_up(&self, error: Error) {
        if let Ok(mut state) = self.state.lock() {
            state.pending.clear();
            if !std::mem::replace(&mut state.given_up, true) {
                state.trouble = Some(error);
            }
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.flush();
    }
}
