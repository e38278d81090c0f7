//! Items → results in the same order, computed by several threads at once.
//!
//! A worker takes the next item as soon as it is free. Each worker is a rayon pool of one thread: `rten-gemm` and candle ask rayon
//! how wide they may spread a product, and one batch per core with narrow products beats one batch spread over all cores (see
//! `benches/RESULTS.md`). Pools are built once and reused by later calls. The result does not depend on the number of workers. This
//! room knows nothing about what the items are.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use crate::hint::Hint;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Worker threads cannot be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start a worker thread")]
pub struct Error(#[from] rayon::ThreadPoolBuildError);

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        Some("ask for fewer workers with --workers".into())
    }
}

/// Applies `work` to every item and returns the results in the order of the items.
///
/// `workers` is the number of threads; 0 means one per core. A call from within `work` gets workers of its own.
///
/// # Errors
/// [`struct@Error`] if threads cannot be started.
///
/// # Panics
/// Only if `work` panics.
pub fn map<Item: Sync, Outcome: Send + Sync>(
    workers: usize,
    items: &[Item],
    work: impl Fn(&Item) -> Outcome + Sync,
) -> Result<Vec<Outcome>, Error> {
    map_numbered(workers, items, |_, item| work(item))
}

/// Like [`map`], but `work` also gets the number of its worker, counted from 0.
///
/// # Errors
/// [`struct@Error`] if threads cannot be started.
///
/// # Panics
/// Only if `work` panics.
pub fn map_numbered<Item: Sync, Outcome: Send + Sync>(
    workers: usize,
    items: &[Item],
    work: impl Fn(usize, &Item) -> Outcome + Sync,
) -> Result<Vec<Outcome>, Error> {
    let core_count = || thread::available_parallelism().map_or(1, NonZero::get);
    let workers = if workers == 0 { core_count() } else { workers }.min(items.len());
    let worker_pools = WorkerPools::take(workers)?;
    let next_item = AtomicUsize::new(0);
    let outcomes: Vec<OnceLock<Outcome>> = items.iter().map(|_| OnceLock::new()).collect();
    run_on_each(&worker_pools.taken_pools, 0, &|worker| {
        while let Some(item_index) =
            Some(next_item.fetch_add(1, Ordering::Relaxed)).filter(|item_index| *item_index < items.len())
        {
            // Each index is handed to one worker, so the slot is empty.
            let _ = outcomes[item_index].set(work(worker, &items[item_index]));
        }
    });
    // Every slot is filled: if a worker panics, this function panics with it.
    Ok(outcomes.into_iter().filter_map(OnceLock::into_inner).collect())
}

/// Runs `work` on each of `pools` at once, with the number of the pool counted from `first_worker`, and waits for all of them.
fn run_on_each(pools: &[ThreadPool], first_worker: usize, work: &(dyn Fn(usize) + Sync)) {
    if let Some((pool, other_pools)) = pools.split_first() {
        pool.in_place_scope(|scope| {
            scope.spawn(move |_| work(first_worker));
            run_on_each(other_pools, first_worker + 1, work);
        });
    }
}

/// Worker pools that no call is using. Starting a thread takes longer than much of the work done here.
static IDLE_POOLS: Mutex<Vec<ThreadPool>> = Mutex::new(Vec::new());

/// Worker pools in use by one call. They become idle again when this is dropped.
struct WorkerPools {
    taken_pools: Vec<ThreadPool>,
}

impl WorkerPools {
    /// Takes `pool_count` pools of worker threads, idle ones first.
    fn take(pool_count: usize) -> Result<Self, Error> {
        let mut worker_pools = {
            let mut idle_pools = IDLE_POOLS.lock().unwrap_or_else(PoisonError::into_inner);
            let kept_idle = idle_pools.len().saturating_sub(pool_count);
            Self { taken_pools: idle_pools.split_off(kept_idle) }
        };
        while worker_pools.taken_pools.len() < pool_count {
            // Readers of markup recurse: give them as deep a stack as a main thread has.
            worker_pools.taken_pools.push(ThreadPoolBuilder::new().num_threads(1).stack_size(8 << 20).build()?);
        }
        Ok(worker_pools)
    }
}

impl Drop for WorkerPools {
    fn drop(&mut self) {
        IDLE_POOLS.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.taken_pools);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_for_any_number_of_workers() {
        let items: Vec<usize> = (0..100).collect();
        for workers in [0, 1, 2, 7, 200] {
            let doubled = map(workers, &items, |item| item * 2).unwrap();
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>(), "{workers} workers");
        }
        assert!(map(3, &[], |item: &usize| *item).unwrap().is_empty());
    }

    #[test]
    fn workers_are_numbered() {
        let numbers = map_numbered(3, &[(); 50], |worker, ()| worker).unwrap();
        assert!(numbers.iter().all(|number| *number < 3), "{numbers:?}");
    }

    #[test]
    fn a_worker_is_one_thread_wide() {
        let widths = map(3, &[(); 5], |()| rayon::current_num_threads()).unwrap();
        assert_eq!(widths, [1; 5]);
    }

    #[test]
    fn workers_run_at_once() {
        // Neither worker can pass before the other has come.
        let barrier = std::sync::Barrier::new(2);
        map(2, &[(); 2], |()| barrier.wait().is_leader()).unwrap();
    }

    #[test]
    fn a_call_within_a_call_has_workers_of_its_own() {
        let outer: Vec<usize> = (0..8).collect();
        let sums = map(3, &outer, |number| map(2, &[1, 2, 3], |inner| inner * number).unwrap().iter().sum::<usize>());
        assert_eq!(sums.unwrap(), outer.iter().map(|number| 6 * number).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_reaches_the_caller_and_later_calls_go_on() {
        let broken = std::panic::catch_unwind(|| map(2, &[0_usize, 1], |item| [7][*item]));
        assert!(broken.is_err());
        assert_eq!(map(2, &[1, 2], |item| item + 1).unwrap(), [2, 3]);
    }
}
