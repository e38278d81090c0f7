//! The command line: parse, run, exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

/// Every search step allocates and frees the same large buffers. The system's allocator would return them to the kernel each time.
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
