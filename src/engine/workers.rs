//! How many things happen at once: the only place that computes in threads.
//!
//! Each worker takes the next item as soon as it is free. A worker is a thread pool of width one, because the matrix
//! products below ask rayon how wide they may spread: one batch a core with narrow products beats one batch over all
//! cores (see benches/RESULTS.md).

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Error;

/// `work` done on every item by `workers` threads (0 stands for one a core), the results in the order of the items. It is given
/// the number of the worker too, from 0.
pub(super) fn map<Item: Sync, Outcome: Send>(
    workers: usize,
    items: &[Item],
    work: impl Fn(usize, &Item) -> Outcome + Sync,
) -> Result<Vec<Outcome>, Error> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let workers = if workers == 0 { cores } else { workers }.min(items.len());
    let pools = (0..workers).map(|_| narrow()).collect::<Result<Vec<_>, _>>().map_err(Error::Workers)?;
    let next = AtomicUsize::new(0);
    let outcomes: Vec<Mutex<Option<Outcome>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let run = |worker: usize| {
        while let Some(index) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < items.len()) {
            let outcome = work(worker, &items[index]);
            if let Ok(mut place) = outcomes[index].lock() {
                *place = Some(outcome);
            }
        }
    };
    thread::scope(|scope| {
        for (worker, pool) in pools.iter().enumerate() {
            let run = &run;
            scope.spawn(move || pool.install(|| run(worker)));
        }
    });
    // Every place is filled: a worker that panics takes the scope, and so this function, with it.
    Ok(outcomes.into_iter().filter_map(|place| place.into_inner().ok().flatten()).collect())
}

/// With as deep a stack as the first thread has: readers of markup go down with it.
fn narrow() -> Result<ThreadPool, rayon::ThreadPoolBuildError> {
    ThreadPoolBuilder::new().num_threads(1).stack_size(8 << 20).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_for_any_number_of_workers() {
        let items: Vec<usize> = (0..100).collect();
        for workers in [0, 1, 2, 7, 200] {
            let doubled = map(workers, &items, |_, item| item * 2).unwrap();
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>(), "{workers} workers");
        }
    }

    #[test]
    fn workers_are_numbered() {
        let numbers = map(3, &[(); 50], |worker, ()| worker).unwrap();
        assert!(numbers.iter().all(|number| *number < 3), "{numbers:?}");
    }

    #[test]
    fn a_worker_is_one_thread_wide() {
        let widths = map(3, &[(); 5], |_, ()| rayon::current_num_threads()).unwrap();
        assert_eq!(widths, [1; 5]);
    }
}
