//! The command line: parses options, runs a command, reports to the user.
//!
//! The only room that knows clap, the terminal, the environment and the clock. Standard output is for the product, standard error for
//! everything else. Exit codes: 0 all well; 1 some articles failed (or, with `--strict`, failed a check); 2 the run could not start or
//! continue; 130 stopped with Ctrl-C or a request to end. A closed pipe is no failure.
//!
//! To add an option: a field with a doc comment in `args.rs`, and a field in the options that the library takes. To add a command: a
//! variant of `Command` and a file here.

mod args;
mod bench;
mod cache;
mod config;
mod console;
mod correct;
mod doctor;
mod environment;
mod error;
mod line_notes;
mod lines;
mod man;
mod models;
mod program;
mod records;
mod setup;
mod signals;
mod speeds;
mod stdout;

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use depesche::catalog::{self, DEFAULT_TRANSLATOR, Hub};
use depesche::document::Overview;
use depesche::output::OutputOptions;
use depesche::pipeline::{self, Job, LineOptions, LinesError, LoadedTranslator};
use depesche::{guarded, input};

use args::{Args, BriefArgs, Command, FolderArgs, TranslateArgs};
use config::Config;
use console::Console;
use error::{Error, Result};
use line_notes::LineNotes;
use program::{NOT_STARTED, PROGRAM, SOME_FAILED};
use setup::SetupChoice;
use stdout::print;

/// Runs the command of `command_line`, whose first word is the program. The configuration file holds defaults of its options.
pub(crate) fn run(command_line: &[OsString]) -> ExitCode {
    // The command line alone: help works and mistakes are reported even if the configuration file is damaged.
    let args = Args::try_parse_from(command_line).unwrap_or_else(|error| error.exit());
    let quiet = args.quiet;
    run_command(args, command_line).unwrap_or_else(|error| {
        Console::new(quiet, 0).error(&*error);
        ExitCode::from(NOT_STARTED)
    })
}

fn run_command(plain: Args, command_line: &[OsString]) -> Result<ExitCode> {
    // Panics of other crates over damaged files become errors, which are reported instead.
    guarded::silence_guarded_panics();
    let console = Console::new(plain.quiet, plain.verbose);
    let hub = environment::hub(plain.offline);
    let args = match &plain.command {
        Command::Config { command } => return config::run(command),
        // Both work with a damaged configuration file, and say what is wrong with it.
        Command::Doctor => return print(doctor::report(hub).as_bytes()),
        Command::Completions { .. } | Command::Man { .. } => plain,
        _ => {
            let config = Config::read()?;
            config.notice().iter().for_each(|notice| console.detail(notice));
            config.arguments(command_line).unwrap_or_else(|error| error.exit())
        }
    };
    match args.command {
        Command::Brief(brief) => {
            let strict = brief.folder.rest.strict;
            run_job(&brief_job(brief, &hub)?, strict, &console)
        }
        Command::Translate(translate) if translate.lines => run_lines(&translate, &hub, &console),
        Command::Translate(translate) => {
            let strict = translate.rest.strict;
            run_job(&translate_job(translate, &hub)?, strict, &console)
        }
        Command::Records(args) => records::run(args, &hub, &console),
        Command::Models { command } => models::run(command, hub, &console),
        Command::Cache { command, memory } => {
            cache::run(command, memory.or_else(environment::default_memory_file), &console)
        }
        Command::Setup { model, yes, second, accept_license } => {
            setup::run(&SetupChoice { model, yes, second, accept_license }, hub, &console)
        }
        Command::Correct { edited, briefing, output } => correct::run(&edited, briefing, &output, &console),
        // Done above.
        Command::Config { .. } | Command::Doctor => Ok(ExitCode::SUCCESS),
        Command::Bench(args) => print(bench::run(&args, &hub, &console)?.as_bytes()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "depesche", &mut script);
            print(&script)
        }
        Command::Man { command, output } => man::run(&command, output.as_deref()),
    }
}

/// Runs `job`. If `strict`, a translation that failed a check counts as a failure.
fn run_job(job: &Job, strict: bool, console: &Console) -> Result<ExitCode> {
    let interrupt = signals::watch(&job.stop);
    let report = pipeline::run(job, &|event| {
        if let pipeline::Event::Indexed { .. } = event {
            interrupt.be_patient();
        }
        if let pipeline::Event::Loaded { weight_format, .. } = event {
            interrupt.be_patient();
            console.precision(job.translator.precision, weight_format);
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
    if job.output.since_last && report.overview.changes.is_none() {
        console.say("there was no earlier run in this folder to compare with");
    }
    let translator = report.overview.provenance.translator.as_ref();
    if translator.is_some_and(|translator| translator.name == DEFAULT_TRANSLATOR) {
        console.say("the translator inside the program is small; for better English: depesche setup");
    }
    let Overview { failures, .. } = &report.overview;
    let well = failures.is_empty() && !(strict && report.overview.doubtful() > 0);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(SOME_FAILED) })
}

/// Translates standard input to standard output, line by line.
fn run_lines(args: &TranslateArgs, hub: &Hub, console: &Console) -> Result<ExitCode> {
    let translator = args.second.with(args.translator.line_translator(hub)?)?;
    let devices = translator.devices()?;
    console.devices(&devices);
    let listener = |event: catalog::FetchEvent<'_>| console.fetching(event);
    let first = translator.load(&devices, &listener)?;
    let second = translator.load_second(&first, &devices, &listener)?;
    let LoadedTranslator { generator, options, .. } = &first;
    console.ready(generator, options);
    let translators = first.with_second(second.as_ref());
    let source = BufReader::new(io::stdin());
    let lines_as = LineOptions { raw: args.raw, rendered: if args.json { lines::json } else { lines::english } };
    let notes = LineNotes::new(console);
    let target = &mut io::stdout().lock();
    let outcome =
        pipeline::translate_lines(translators, source, target, lines_as, &|line, note| notes.tell(line, note));
    notes.finish();
    match outcome {
        Err(LinesError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        outcome => Ok(outcome.map(|()| ExitCode::SUCCESS)?),
    }
}

fn brief_job(args: BriefArgs, hub: &Hub) -> Result<Job> {
    let translator = args.second.with(args.translator.translator(hub)?)?;
    let summarizer = args.summary.summarizer(&translator)?;
    if args.about.is_some() && matches!(summarizer, pipeline::Summarizer::Writing(_)) {
        return Err(Error::AboutQuotes.into());
    }
    Ok(Job { about: args.about, ..job(args.folder, translator, Some(summarizer)) })
}

fn translate_job(args: TranslateArgs, hub: &Hub) -> Result<Job> {
    let TranslateArgs { paths, output, rest, translator, second, .. } = args;
    // clap requires an output folder unless --lines is given.
    let output = output.ok_or(Error::NoOutput)?;
    Ok(job(FolderArgs { paths, output, rest }, second.with(translator.translator(hub)?)?, None))
}

fn job(args: FolderArgs, translator: pipeline::Translator, summarizer: Option<pipeline::Summarizer>) -> Job {
    let FolderArgs { paths, output: folder, rest } = args;
    let memory = if rest.no_cache { None } else { rest.memory.or_else(environment::default_memory_file) };
    let full_text = (rest.full_text || rest.no_full_text).then_some(rest.full_text);
    let mut options = OutputOptions { force: rest.force, full_text, since_last: rest.since_last, ..Default::default() };
    if !rest.formats.is_empty() {
        options.formats = rest.formats;
    }
    Job {
        paths,
        input: input::ReadOptions { keep_boilerplate: rest.keep_boilerplate, fields: rest.fields.into() },
        translator,
        summarizer,
        about: None,
        title: rest.title,
        folder,
        output: options,
        program: PROGRAM.to_owned(),
        fail_fast: rest.fail_fast,
        memory,
        stop: Default::default(),
    }
}
