//! The state of a run: the model, what it has written before, and whether to stop.
//!
//! A [`Session`] asks the translation memory before it asks the model, and ends early when it is told to. The memory never changes a
//! result. Every text of a run goes through here: sentences, second attempts, parts of summaries.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::generation::{self, Generator, Output, Schedule, SearchOptions};
use crate::memory::Memory;

/// A generator at work, with what it remembers and the flag that stops it.
#[derive(Clone, Copy)]
pub struct Session<'a> {
    /// The model that the session asks.
    pub generator: &'a Generator,
    /// What the model has written before, in this run and in earlier ones.
    pub memory: Option<&'a Memory>,
    /// Set by whoever wants the session to end early.
    pub stop: &'a AtomicBool,
}

impl<'a> Session<'a> {
    /// A session without memory that nobody stops.
    pub fn new(generator: &'a Generator) -> Self {
        static NEVER_STOP: AtomicBool = AtomicBool::new(false);
        Self { generator, memory: None, stop: &NEVER_STOP }
    }

    /// What `texts` become, in their order. `progress` is called from the generator's workers with the number of finished texts and
    /// the total.
    ///
    /// # Errors
    /// Those of [`Generator::run_watched`]; [`generation::Error::Stopped`] if the stop flag is set.
    pub fn run(
        &self,
        texts: &[&str],
        search: &SearchOptions,
        schedule: &Schedule,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<Output>, generation::Error> {
        let search_memory = self.memory.map(|memory| memory.with(&search.settings()));
        let remembered_outputs =
            search_memory.as_ref().map(|memory| memory.recall(&distinct_texts(texts))).unwrap_or_default();
        let unknown_texts: Vec<&str> =
            texts.iter().copied().filter(|text| !remembered_outputs.contains_key(text)).collect();
        let done_texts = AtomicUsize::new(texts.len() - unknown_texts.len());
        let is_stopped = || self.stop.load(Ordering::Relaxed);
        if is_stopped() {
            return Err(generation::Error::Stopped);
        }
        progress(done_texts.load(Ordering::Relaxed), texts.len());
        let new_outputs = self.generator.run_watched(&unknown_texts, search, schedule, &|finished| {
            if let Some(memory) = &search_memory {
                memory.keep(finished.outputs);
            }
            let done_before = done_texts.fetch_add(finished.texts, Ordering::Relaxed);
            progress(done_before + finished.texts, texts.len());
            if is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Err(generation::Error::Stopped) = &new_outputs
            && let Some(memory) = &search_memory
        {
            // Keep what was finished before the stop.
            memory.flush();
        }
        let mut new_outputs = new_outputs?.into_iter();
        Ok(texts
            .iter()
            .filter_map(|text| remembered_outputs.get(text).cloned().or_else(|| new_outputs.next()))
            .collect())
    }
}

/// The texts of a session without repeats, in their order.
fn distinct_texts<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let mut seen_texts = HashSet::new();
    texts.iter().copied().filter(|text| seen_texts.insert(*text)).collect()
}
