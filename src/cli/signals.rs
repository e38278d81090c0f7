//! Ctrl-C → a run that ends early and whole; a second one → the end at once.

use std::io::Write;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a run that was stopped with Ctrl-C, as shells know it.
pub(super) const INTERRUPTED: u8 = 130;

/// What the first Ctrl-C does.
pub(super) struct Interrupt {
    patient: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on the first Ctrl-C lets the run come to an end of its own. Before there is nothing to finish: what has been
    /// fetched of a model is kept however the process ends.
    pub(super) fn be_patient(&self) {
        self.patient.store(true, Ordering::Relaxed);
    }
}

/// Lets Ctrl-C set `stop` instead of ending the process, once [`Interrupt::be_patient`] is called.
pub(super) fn watch(stop: &Arc<AtomicBool>) -> Interrupt {
    let patient = Arc::new(AtomicBool::new(false));
    let interrupt = Interrupt { patient: Arc::clone(&patient) };
    let stop = Arc::clone(stop);
    let handler = move || {
        if !patient.load(Ordering::Relaxed) || stop.swap(true, Ordering::Relaxed) {
            #[allow(clippy::exit, reason = "the user does not want to wait, and nothing on disk depends on it")]
            process::exit(i32::from(INTERRUPTED));
        }
        // If stderr is gone there is nobody to tell.
        let _ = writeln!(
            std::io::stderr(),
            "stopping when the sentences in work are done; press Ctrl-C again to leave at once"
        );
    };
    // Without a handler Ctrl-C ends the process, which loses no more than the sentences in work.
    let _ = ctrlc::set_handler(handler);
    interrupt
}
