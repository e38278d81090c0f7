//! `depesche records`: JSON Lines of articles in, JSON Lines of their translations out.

use std::io::{self, BufReader};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use depesche::catalog::Hub;
use depesche::input::ReadOptions;
use depesche::pipeline::{self, Event, RecordsError, RecordsJob};

use super::args::RecordsArgs;
use super::console::Console;
use super::error::Result;
use super::program::{PROGRAM, SOME_FAILED};
use super::signals;

/// Translates the records of standard input to standard output.
pub(super) fn run(args: RecordsArgs, hub: &Hub, console: &Console) -> Result<ExitCode> {
    let translator = args.second.with(args.translator.translator(hub)?)?;
    let summarizer = (!args.no_summary).then(|| args.summary.summarizer(&translator)).transpose()?;
    let stop = Arc::new(AtomicBool::new(false));
    let job = RecordsJob {
        translator,
        summarizer,
        input: ReadOptions { keep_boilerplate: args.keep_boilerplate, fields: args.fields.into() },
        program: PROGRAM.to_owned(),
        // By default none: streams are large, and many processes work side by side.
        memory: args.memory,
        stop: Arc::clone(&stop),
    };
    let interrupt = signals::watch(&stop);
    let outcome =
        pipeline::translate_records(
            &job,
            BufReader::new(io::stdin()),
            &mut io::stdout().lock(),
            &|event| match event {
                Event::Loaded { .. } => {
                    interrupt.be_patient();
                    console.event(event);
                }
                event => console.event(event),
            },
        );
    console.clear();
    let report = match outcome {
        Err(RecordsError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
        outcome => outcome?,
    };
    console.records(&report);
    Ok(match report.failed {
        _ if stop.load(Ordering::Relaxed) => ExitCode::from(signals::INTERRUPTED),
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(SOME_FAILED),
    })
}
