//! The command line: parse, run, exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = cli::Args::parse();
    let quiet = args.quiet;
    match cli::run(args) {
        Ok(code) => code,
        Err(error) => cli::explain(&error, quiet),
    }
}
