//! The command line: parse, run, exit code.

mod cli;

use std::process::ExitCode;

/// Every search step allocates and frees the same large buffers. The system's allocator would return them to the kernel each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(&std::env::args_os().collect::<Vec<_>>())
}
