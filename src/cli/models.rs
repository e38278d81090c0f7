//! `depesche models`: lists, measures, shows, fetches, verifies, removes, exports and imports models.

use std::fmt::Write;
use std::process::ExitCode;

use depesche::catalog::{self, ByteSize, Catalog, Error, Hub, Manifest, Model, Quality, Rank, Task, Verdict};
use depesche::generation;
use depesche::pipeline::Translator;
use serde_json::{Value, json};

use super::args::ModelsCommand;
use super::bench;
use super::console::Console;
use super::error::Result;
use super::program::SOME_FAILED;
use super::speeds::{Speed, Speeds};
use super::stdout::print;

/// Exit code: a model is damaged.
const DAMAGED_MODEL: u8 = 1;

/// Runs a command of `depesche models`.
pub(super) fn run(command: ModelsCommand, hub: Hub, console: &Console) -> Result<ExitCode> {
    let mut catalog = Catalog { hub, families: generation::families() };
    let listener = |event: catalog::FetchEvent<'_>| console.fetching(event);
    match command {
        ModelsCommand::List { json } => print(catalog_table(&catalog, &Speeds::read(), json).as_bytes()),
        ModelsCommand::Bench { names, sentences } => bench_models(&catalog, &names, sentences as usize, console),
        ModelsCommand::Show { name } => print(model_facts(&catalog, &name)?.as_bytes()),
        ModelsCommand::Fetch { names, all_defaults, accept_license, retries } => {
            catalog.hub.retries = retries;
            let default_models = Manifest::all().iter().filter(|known| all_defaults && known.rank == Rank::Standard);
            let names = names.into_iter().chain(default_models.map(|known| known.name.clone()));
            for name in names {
                catalog.fetch(&name, accept_license, &listener)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        ModelsCommand::Verify { names } => verify_models(&catalog, &names, console),
        ModelsCommand::Remove { name } => {
            catalog.remove(&name)?;
            console.say(&format!("removed {name}"));
            Ok(ExitCode::SUCCESS)
        }
        ModelsCommand::Path { name } => {
            let model = catalog.present(&name)?;
            let folder = model.folder().ok_or(Error::NotFromHub { name, what: "part of the program" })?;
            print(format!("{}\n", folder.display()).as_bytes())
        }
        ModelsCommand::Export { name, file } => {
            catalog.export(&name, &file)?;
            console.say(&format!("wrote {name} to {}", file.display()));
            Ok(ExitCode::SUCCESS)
        }
        ModelsCommand::Import { file } => {
            let name = catalog.import(&file)?;
            console.say(&format!("imported {name}"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The catalogue as a table, or as JSON.
fn catalog_table(catalog: &Catalog, speeds: &Speeds, as_json: bool) -> String {
    let is_present = |known: &Manifest| catalog.present(&known.name).is_ok();
    if as_json {
        let catalog_entry = |known: &Manifest| {
            json!({
                "name": known.name,
                "task": known.task.name(),
                "family": known.family,
                "languages": known.languages,
                "repository": known.hub.as_ref().map(|place| &place.repository),
                "revision": known.hub.as_ref().map(|place| &place.revision),
                "megabytes": known.megabytes,
                "licence": known.licence.id,
                "commercial": known.licence.commercial,
                "rank": known.rank.name(),
                "present": is_present(known),
                "quality": known.quality.iter().map(quality_json).collect::<Vec<_>>(),
                "measured": speeds.of(&known.name).map(|speed| speed.as_json()),
            })
        };
        let entries: Vec<_> = Manifest::all().iter().map(catalog_entry).collect();
        return format!("{:#}\n", json!(entries));
    }
    let name_width = Manifest::all().iter().map(|known| known.name.len()).max().unwrap_or_default();
    let quality_of = |known: &Manifest| known.quality.first().map(quality_text).unwrap_or_default();
    let quality_width = Manifest::all().iter().map(|known| quality_of(known).len()).max().unwrap_or_default();
    let mut table = format!(
        "{:name_width$}  {:9}  {:>7}  {:8}  {:7}  {:quality_width$}  {:14}  licence\n",
        "name", "task", "size", "use", "present", "quality", "speed here"
    );
    for known in Manifest::all() {
        let present = if is_present(known) { "yes" } else { "no" };
        let size = ByteSize(known.megabytes * 1_000_000).to_string();
        let commerce = if known.licence.commercial { "" } else { " [not commercial]" };
        let Manifest { name, task, rank, licence, .. } = known;
        let (task, rank) = (task.name(), rank.name());
        let (quality, speed) = (quality_of(known), speeds.of(name).map(|speed| speed_text(&speed)).unwrap_or_default());
        let row = format!(
            "{name:name_width$}  {task:9}  {size:>7}  {rank:8}  {present:7}  {quality:quality_width$}  {speed:14}  {}{commerce}",
            licence.id
        );
        table.push_str(&row);
        table.push('\n');
    }
    table
}

/// A score with its metric and test set: `BLEU 43.6 on newstest2018`.
fn quality_text(quality: &Quality) -> String {
    let Quality { metric, score, set, .. } = quality;
    format!("{metric} {score} on {set}")
}

fn quality_json(quality: &Quality) -> Value {
    let Quality { metric, score, set, source } = quality;
    json!({ "metric": metric, "score": score, "set": set, "source": source })
}

fn speed_text(speed: &Speed) -> String {
    format!("{:.1} sentences/s", speed.sentences_per_second)
}

/// Measures the models `names`, or every translator of the catalogue that is on this machine, and keeps what was measured. A model that
/// fails stops no other.
fn bench_models(catalog: &Catalog, names: &[String], sentences: usize, console: &Console) -> Result<ExitCode> {
    let translators =
        Manifest::all().iter().filter(|known| known.does(Task::Translate) && catalog.present(&known.name).is_ok());
    let names: Vec<String> =
        if names.is_empty() { translators.map(|known| known.name.clone()).collect() } else { names.to_vec() };
    for name in &names {
        Catalog::check_task(name, Task::Translate)?;
        catalog.present(name)?;
    }
    let width = names.iter().map(String::len).max().unwrap_or_default();
    let (mut speeds, mut table, mut has_failed) = (Speeds::read(), String::new(), false);
    for name in &names {
        console.say(&format!("measuring {name} on {sentences} sentences"));
        let translator = Translator { model: name.clone(), hub: catalog.hub.clone(), ..Translator::default() };
        match bench::measured_speed(&translator, sentences, console) {
            Ok(speed) => {
                let Speed { tokens_per_second, device, precision, .. } = &speed;
                // Writing to a string cannot fail.
                let _ = writeln!(
                    table,
                    "{name:width$}  {:>16}  {tokens_per_second:>7.0} tokens/s  {precision} on {device}",
                    speed_text(&speed)
                );
                if let Err(error) = speeds.keep(name, &speed) {
                    console.error_line(&format!("the speed of {name} cannot be kept: {error}"));
                }
            }
            Err(error) => {
                has_failed = true;
                console.error(&*error);
            }
        }
    }
    let exit_code = print(table.as_bytes())?;
    Ok(if has_failed { ExitCode::from(SOME_FAILED) } else { exit_code })
}

/// What is known about a model, from the catalogue or its folder.
fn model_facts(catalog: &Catalog, name: &str) -> std::result::Result<String, Error> {
    let present = catalog.present(name);
    let mut facts = String::new();
    let mut fact = |key: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(facts, "{key:12} {value}");
    };
    fact("name", name);
    match Manifest::named(name) {
        Some(known) => {
            fact("about", &known.about);
            fact("task", known.task.name());
            fact("family", &known.family);
            fact("languages", &known.languages.join(", "));
            match &known.hub {
                Some(place) => {
                    fact("repository", &place.repository);
                    fact("revision", &place.revision);
                }
                None => fact("repository", "none: it is part of the program"),
            }
            fact("size", &format!("about {}", ByteSize(known.megabytes * 1_000_000)));
            let commerce = if known.licence.commercial { "" } else { " (not for commercial use)" };
            fact("licence", &format!("{}{commerce}", known.licence.id));
            known.licence.attribution.iter().for_each(|whom| fact("attribution", whom));
            known.prefix.iter().for_each(|prefix| fact("prefix", prefix));
            for quality in &known.quality {
                fact("quality", &format!("{} ({})", quality_text(quality), quality.source));
            }
        }
        // Neither in the catalogue nor on this machine: unknown.
        None => catalog.present(name)?.licence().iter().for_each(|licence| fact("licence", licence)),
    }
    if let Some(speed) = Speeds::read().of(name) {
        fact("speed here", &format!("{}, {} on {}", speed_text(&speed), speed.precision, speed.device));
    }
    fact("present", if present.is_ok() { "yes" } else { "no" });
    if let Some(folder) = present.as_ref().ok().and_then(Model::folder) {
        fact("folder", &folder.display().to_string());
    }
    Ok(facts)
}

/// Hashes the files of the models `names`, or of every fetched model.
fn verify_models(catalog: &Catalog, names: &[String], console: &Console) -> Result<ExitCode> {
    let fetched_models =
        Manifest::all().iter().filter(|known| known.hub.is_some() && catalog.present(&known.name).is_ok());
    let names: Vec<String> =
        if names.is_empty() { fetched_models.map(|known| known.name.clone()).collect() } else { names.to_vec() };
    let (mut report, mut is_any_damaged) = (String::new(), false);
    for name in &names {
        let verdicts = catalog.verify(name)?;
        let damaged_files: Vec<&str> = files_with(&verdicts, Verdict::Damaged);
        for file in &damaged_files {
            console.error_line(&format!("damaged: {file} of {name}"));
        }
        for file in files_with(&verdicts, Verdict::Unknown) {
            console.say(&format!("no digest of {file} of {name} is known"));
        }
        if damaged_files.is_empty() {
            report.push_str(&format!("{name}: {} files intact\n", files_with(&verdicts, Verdict::Intact).len()));
        } else {
            is_any_damaged = true;
            console.error_line(&format!("  hint: depesche models remove {name}; depesche models fetch {name}"));
            report.push_str(&format!("{name}: {} of {} files damaged\n", damaged_files.len(), verdicts.len()));
        }
    }
    let exit_code = print(report.as_bytes())?;
    Ok(if is_any_damaged { ExitCode::from(DAMAGED_MODEL) } else { exit_code })
}

/// The files with the verdict `wanted`.
fn files_with(verdicts: &[(String, Verdict)], wanted: Verdict) -> Vec<&str> {
    verdicts.iter().filter(|(_, verdict)| *verdict == wanted).map(|(file, _)| file.as_str()).collect()
}
