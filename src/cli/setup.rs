//! `depesche setup`: shows the translators of the catalogue, fetches the one that is chosen and makes it the default.

use std::fmt::Write;
use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;
use std::thread;

use depesche::catalog::{ByteSize, Catalog, Hub, Manifest, Rank, Task};
use depesche::generation::{self, DeviceChoice};

use super::config;
use super::console::Console;
use super::error::Result;
use super::stdout::print;

/// The keys of the configuration file that name the translators.
const TRANSLATOR_KEY: &str = "translator";
const SECOND_TRANSLATOR_KEY: &str = "second-translator";

/// What was asked for on the command line.
pub(super) struct SetupChoice {
    /// The model that the command line names for `setup`.
    pub(super) model: Option<String>,
    /// Whether to take the recommended translator without a question.
    pub(super) yes: bool,
    /// Whether it is to be the second translator.
    pub(super) second: bool,
    /// Whether a licence that does not allow commercial use is accepted.
    pub(super) accept_license: bool,
}

/// Chooses a translator, fetches it if it is missing, and writes its name to the configuration file. Without a choice and without a
/// terminal it only explains.
pub(super) fn run(choice: &SetupChoice, hub: Hub, console: &Console) -> Result<ExitCode> {
    let catalog = Catalog { hub, families: generation::families() };
    let translators = catalog_translators();
    let chosen = match &choice.model {
        Some(name) => Some(name.clone()),
        None if choice.yes => recommended_translator(&translators).map(|manifest| manifest.name.clone()),
        None => {
            print(setup_offer(&catalog, &translators).as_bytes())?;
            if io::stdin().is_terminal() { ask_for_translator(&translators, console) } else { None }
        }
    };
    let Some(name) = chosen else {
        let example = recommended_translator(&translators).map_or("MODEL", |manifest| &manifest.name);
        console.say(&format!("nothing was changed; to choose without a question: depesche setup {example}"));
        return Ok(ExitCode::SUCCESS);
    };
    Catalog::check_task(&name, Task::Translate)?;
    if catalog.present(&name).is_err() {
        catalog.fetch(&name, choice.accept_license, &|event| console.fetching(event))?;
    }
    if choice.second {
        let config_file = config::set_config_key(SECOND_TRANSLATOR_KEY, &name)?;
        console.say(&format!(
            "from now on {name} is asked about sentences that fail a check ({}); without it for one run: --second-translator none",
            config_file.display()
        ));
    } else {
        let config_file = config::set_config_key(TRANSLATOR_KEY, &name)?;
        console.say(&format!(
            "from now on {name} translates ({}); another for one run: --translator MODEL",
            config_file.display()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The catalogue's translators from German to English: standard ones first, then by size.
fn catalog_translators() -> Vec<&'static Manifest> {
    let knows_language = |manifest: &Manifest, language: &str| manifest.languages.iter().any(|code| code == language);
    let mut translators: Vec<&Manifest> = Manifest::all()
        .iter()
        .filter(|manifest| {
            manifest.task == Task::Translate && knows_language(manifest, "de") && knows_language(manifest, "en")
        })
        .collect();
    translators.sort_by_key(|manifest| (manifest.rank != Rank::Standard, manifest.megabytes));
    translators
}

fn recommended_translator<'m>(translators: &[&'m Manifest]) -> Option<&'m Manifest> {
    translators.iter().find(|manifest| manifest.rank == Rank::Standard).copied()
}

/// What this machine has, and the numbered list of `translators`.
fn setup_offer(catalog: &Catalog, translators: &[&Manifest]) -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let devices = DeviceChoice::default().open();
    let device = devices.as_ref().map_or("no device", |devices| devices.kind().name);
    let mut offer_text = format!(
        "This machine has {cores} cores; models compute on: {device}.\n\nTranslators from German to English:\n"
    );
    let name_width = translators.iter().map(|manifest| manifest.name.len()).max().unwrap_or_default();
    for (index, manifest) in translators.iter().enumerate() {
        let size =
            if manifest.hub.is_some() { ByteSize(manifest.megabytes * 1_000_000).to_string() } else { "inside".into() };
        let mut translator_remarks = vec![manifest.licence.id.clone()];
        if !manifest.licence.commercial {
            translator_remarks.push("not for commercial use".into());
        }
        if let Some(quality) = manifest.quality.first() {
            translator_remarks
                .push(format!("{} {} on {} ({})", quality.metric, quality.score, quality.set, quality.source));
        }
        if manifest.hub.is_some() && catalog.present(&manifest.name).is_ok() {
            translator_remarks.push("is there".into());
        }
        if manifest.rank == Rank::Standard {
            translator_remarks.push("recommended".into());
        }
        // Writing to a string cannot fail.
        let _ = writeln!(
            offer_text,
            "{:>3}  {:name_width$}  {size:>8}  {}",
            index + 1,
            manifest.name,
            translator_remarks.join("; ")
        );
        let _ = writeln!(offer_text, "     {:name_width$}            {}", "", manifest.about);
    }
    offer_text.push('\n');
    offer_text
}

/// The translator that the user names by number or name; `None` if the answer is neither.
fn ask_for_translator(translators: &[&Manifest], console: &Console) -> Option<String> {
    let suggested = recommended_translator(translators)?;
    console.say(&format!("Number or name of the translator to use [{}], or q to quit:", suggested.name));
    let mut typed_answer = String::new();
    io::stdin().lock().read_line(&mut typed_answer).ok()?;
    choice_of(&typed_answer, translators, suggested)
}

/// What `typed_answer` stands for: nothing is the suggestion, a number is a row of the list, everything else but `q` a name.
fn choice_of(typed_answer: &str, translators: &[&Manifest], suggested: &Manifest) -> Option<String> {
    match (typed_answer.trim(), typed_answer.trim().parse::<usize>()) {
        ("", _) if typed_answer.ends_with('\n') => Some(suggested.name.clone()),
        ("" | "q" | "quit" | "n" | "no", _) => None,
        (_, Ok(list_number)) => translators.get(list_number.checked_sub(1)?).map(|manifest| manifest.name.clone()),
        (model_name, Err(_)) => Some(model_name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_number_a_name_or_nothing() {
        let translators = catalog_translators();
        let suggested = recommended_translator(&translators).unwrap();
        let choice = |answer: &str| choice_of(answer, &translators, suggested);
        assert_eq!(choice("\n"), Some(suggested.name.clone()));
        assert_eq!(choice("2\n"), Some(translators[1].name.clone()));
        assert_eq!(choice("org/model\n"), Some("org/model".into()));
        for nothing in ["", "q\n", "0\n", "99\n"] {
            assert_eq!(choice(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn the_offer_names_size_licence_quality_and_the_recommendation() {
        let catalog = Catalog { hub: Hub { offline: true, ..Hub::default() }, families: generation::families() };
        let offer = setup_offer(&catalog, &catalog_translators());
        for expected in ["small-de-en", "inside", "opus-mt-de-en", "301 MB", "BLEU 43.6 on newstest2018", "recommended"]
        {
            assert!(offer.contains(expected), "{expected}: {offer}");
        }
    }
}
