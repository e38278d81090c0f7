//! The command line: parse, run, exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

/// A batch takes and gives back the same large buffers at every step, which the system's allocator hands to the kernel and
/// back each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = cli::Args::parse();
    let quiet = args.quiet;
    match cli::run(args) {
        Ok(code) => code,
        Err(error) => cli::explain(&*error, quiet),
    }
}
