//! Ctrl-C: the first one ends a run early with complete output, the second one exits at once.

use std::io::Write;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a run that was stopped with Ctrl-C, as in shells.
pub(super) const INTERRUPTED: u8 = 130;

/// Controls what the first Ctrl-C does.
pub(super) struct Interrupt {
    patient: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on the first Ctrl-C lets the run finish early. Before that there is nothing to finish: the bytes of a model that
    /// were fetched are kept however the process ends.
    pub(super) fn be_patient(&self) {
        self.patient.store(true, Ordering::Relaxed);
    }
}

/// Makes Ctrl-C set `stop` instead of ending the process, once [`Interrupt::be_patient`] is called.
pub(super) fn watch(stop: &Arc<AtomicBool>) -> Interrupt {
    let patient = Arc::new(AtomicBool::new(false));
    let interrupt = Interrupt { patient: Arc::clone(&patient) };
    let stop = Arc::clone(stop);
    let ctrl_c_handler = move || {
        if !patient.load(Ordering::Relaxed) || stop.swap(true, Ordering::Relaxed) {
            #[allow(clippy::exit, reason = "the user does not want to wait, and files on disk stay whole")]
            process::exit(i32::from(INTERRUPTED));
        }
        // Nobody reads a closed standard error.
        let _ = writeln!(
            std::io::stderr(),
            "stopping when the sentences in work are done; press Ctrl-C again to exit at once"
        );
    };
    // Without a handler Ctrl-C ends the process, which loses only the sentences in work.
    let _ = ctrlc::set_handler(ctrl_c_handler);
    interrupt
}
