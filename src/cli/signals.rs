//! Ctrl-C and requests to end, such as SIGTERM: the first one ends a run early with complete output, the second one exits at once.

use std::io::Write;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a run that was stopped, as shells give it for Ctrl-C.
pub(super) const INTERRUPTED: u8 = 130;

/// Controls what the first signal does.
pub(super) struct Interrupt {
    patient: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on the first signal lets the run finish early. Before that there is nothing to finish: the bytes of a model that
    /// were fetched are kept however the process ends.
    pub(super) fn be_patient(&self) {
        self.patient.store(true, Ordering::Relaxed);
    }
}

/// Makes Ctrl-C (on Unix also SIGTERM and SIGHUP) set `stop` instead of ending the process, once [`Interrupt::be_patient`] is called.
pub(super) fn watch(stop: &Arc<AtomicBool>) -> Interrupt {
    let patient = Arc::new(AtomicBool::new(false));
    let interrupt = Interrupt { patient: Arc::clone(&patient) };
    let stop = Arc::clone(stop);
    let signal_handler = move || {
        if !patient.load(Ordering::Relaxed) || stop.swap(true, Ordering::Relaxed) {
            #[allow(clippy::exit, reason = "the user does not want to wait, and files on disk stay whole")]
            process::exit(i32::from(INTERRUPTED));
        }
        // Nobody reads a closed standard error.
        let _ = writeln!(
            std::io::stderr(),
            "stopping when the sentences in work are done; press Ctrl-C again, or send the signal again, to exit at once"
        );
    };
    // Without a handler a signal ends the process, which loses only the sentences in work.
    let _ = if hangups_are_ignored() {
        // `nohup` started the run so that it outlives its terminal, and a handler would undo that.
        ctrlc::try_set_handler(signal_handler)
    } else {
        ctrlc::set_handler(signal_handler)
    };
    interrupt
}

/// Whether whoever started this process had SIGHUP ignored, as far as the system says so.
fn hangups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // Bit 0 is signal 1, SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
