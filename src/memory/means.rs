//! Texts → what a model makes of them, which a memory may know already.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Memory;
use crate::engine::{self, Engine, Output, Schedule, SearchOptions};

/// What works on texts.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// The model.
    pub engine: &'a Engine,
    /// What has been made before; changes nothing in the result.
    pub memory: Option<&'a Memory>,
    /// Set by whoever wants the work to end early.
    pub stop: &'a AtomicBool,
}

impl<'a> Means<'a> {
    /// The model alone.
    pub fn of(engine: &'a Engine) -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self { engine, memory: None, stop: &NEVER }
    }

    /// What `texts` become, in their order. `progress` is called from the engine's workers with the number of texts that are
    /// through and the number there are.
    ///
    /// # Errors
    /// If the engine fails or the work is stopped; see [`Engine::run_watched`].
    pub fn run(
        &self,
        texts: &[&str],
        search: &SearchOptions,
        schedule: &Schedule,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<Output>, engine::Error> {
        // With the names of all fields, so that one that is added cannot be forgotten here.
        let memory = self.memory.map(|memory| memory.with("search", &format!("{search:?}")));
        let known = memory.as_ref().map(|memory| memory.recall(&distinct(texts))).unwrap_or_default();
        let unknown: Vec<&str> = texts.iter().copied().filter(|text| !known.contains_key(text)).collect();
        let done = AtomicUsize::new(texts.len() - unknown.len());
        let is_stopped = || self.stop.load(Ordering::Relaxed);
        if is_stopped() {
            return Err(engine::Error::Stopped);
        }
        progress(done.load(Ordering::Relaxed), texts.len());
        let outputs = self.engine.run_watched(&unknown, search, schedule, &|finished| {
            if let Some(memory) = &memory {
                memory.keep(finished.outputs);
            }
            let before = done.fetch_add(finished.texts, Ordering::Relaxed);
            progress(before + finished.texts, texts.len());
            if is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Err(engine::Error::Stopped) = &outputs
            && let Some(memory) = &memory
        {
            // What was finished before the work was stopped.
            memory.flush();
        }
        let mut outputs = outputs?.into_iter();
        Ok(texts.iter().filter_map(|text| known.get(text).cloned().or_else(|| outputs.next())).collect())
    }
}

/// `texts`, each once, in their order.
fn distinct<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    texts.iter().copied().filter(|text| seen.insert(*text)).collect()
}
