//! What the user typed → what the program does → what the user is told.
//!
//! The only room that knows clap, the terminal, the environment and the clock. stdout is the product, stderr the
//! conversation. Exit codes: 0 all well, 1 some articles failed (or, if that was asked for, may be wrong) and the rest are
//! done, 2 the run could not start or go on, 130 stopped with Ctrl-C; a closed pipe is 0.

mod args;
mod bench;
mod cache;
mod console;
mod doctor;
mod environment;
mod error;
mod models;
mod signals;

use std::io::{self, BufReader, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use depesche::catalog::Hub;
use depesche::document::Overview;
use depesche::hint::Hint;
use depesche::pipeline::{self, Job, LinesError};
use depesche::{guarded, input, output};

pub(crate) use args::Args;
use args::{BriefArgs, Command, FolderArgs, TranslateArgs};
use console::Console;
use error::{Error, Result};

/// Some articles failed; the rest are done.
const SOME_FAILED: u8 = 1;
/// The run could not start, or not go on.
const NOT_STARTED: u8 = 2;

/// Does what `args` ask for.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    // A panic over a damaged file becomes an error, and that says it better.
    guarded::report_others_alone();
    let console = Console::new(args.quiet, args.verbose);
    let hub = environment::hub(args.offline);
    match args.command {
        Command::Brief(brief) => {
            let strict = brief.folder.rest.strict;
            folder(&brief_job(brief, &hub)?, strict, &console)
        }
        Command::Translate(translate) if translate.lines => lines(&translate, &hub, &console),
        Command::Translate(translate) => {
            let strict = translate.rest.strict;
            folder(&translate_job(translate, &hub)?, strict, &console)
        }
        Command::Models { command } => models::run(command, hub, &console),
        Command::Cache { command, memory } => cache::run(command, memory.or_else(environment::memory), &console),
        Command::Doctor => product(doctor::report(hub).as_bytes()),
        Command::Bench(args) => product(bench::run(&args, &hub, &console)?.as_bytes()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "depesche", &mut script);
            product(&script)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Args::command()).render(&mut page).map_err(Error::Write)?;
            product(&page)
        }
    }
}

/// Writes `bytes` to stdout; a reader that has gone away is no error.
fn product(bytes: &[u8]) -> Result<ExitCode> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write(error).into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Does `job`; if `strict`, a translation that may be wrong counts like an article that failed.
fn folder(job: &Job, strict: bool, console: &Console) -> Result<ExitCode> {
    let interrupt = signals::watch(&job.stop);
    let report = pipeline::run(job, &|event| {
        if let pipeline::Event::Loaded { .. } = event {
            interrupt.be_patient();
        }
        console.event(event);
    });
    console.clear();
    let report = match report {
        Err(error @ pipeline::Error::Stopped { .. }) => {
            console.error(&error);
            return Ok(ExitCode::from(signals::INTERRUPTED));
        }
        report => report?,
    };
    console.report(&report);
    let Overview { failures, doubtful, .. } = &report.overview;
    let well = failures.is_empty() && !(strict && *doubtful > 0);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(SOME_FAILED) })
}

fn lines(args: &TranslateArgs, hub: &Hub, console: &Console) -> Result<ExitCode> {
    let translator = args.translator.of_lines(hub)?;
    let devices = translator.devices()?;
    console.devices(&devices);
    let (_, engine, options) = translator.load(&devices, &|event| console.fetching(event))?;
    console.ready(&engine, &options);
    let source = BufReader::new(io::stdin());
    match pipeline::translate_lines(&engine, (source, &mut io::stdout().lock()), &options, args.raw) {
        Err(LinesError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        outcome => Ok(outcome.map(|()| ExitCode::SUCCESS)?),
    }
}

fn brief_job(args: BriefArgs, hub: &Hub) -> Result<Job> {
    let translator = args.translator.translator(hub)?;
    let summarizer = args.summary.summarizer(&translator);
    Ok(job(args.folder, translator, Some(summarizer)))
}

fn translate_job(args: TranslateArgs, hub: &Hub) -> Result<Job> {
    let TranslateArgs { paths, output, rest, translator, .. } = args;
    // clap demands both unless --lines is given, which is handled before.
    let output = output.ok_or(Error::NoOutput)?;
    Ok(job(FolderArgs { paths, output, rest }, translator.translator(hub)?, None))
}

fn job(args: FolderArgs, translator: pipeline::Translator, summarizer: Option<pipeline::Summarizer>) -> Job {
    let FolderArgs { paths, output: folder, rest } = args;
    let memory = if rest.no_cache { None } else { rest.memory.or_else(environment::memory) };
    let mut options = output::Options { force: rest.force, full_text: !rest.no_full_text, ..Default::default() };
    if !rest.formats.is_empty() {
        options.formats = rest.formats;
    }
    Job {
        paths,
        input: input::ReadOptions { keep_boilerplate: rest.keep_boilerplate },
        translator,
        summarizer,
        folder,
        output: options,
        program: concat!("depesche ", env!("CARGO_PKG_VERSION")).to_owned(),
        fail_fast: rest.fail_fast,
        memory,
        stop: Default::default(),
    }
}

/// Tells why the run could not start or go on: what failed, its causes, and what to do.
pub(crate) fn explain(error: &dyn Hint, quiet: bool) -> ExitCode {
    Console::new(quiet, 0).error(error);
    ExitCode::from(NOT_STARTED)
}
