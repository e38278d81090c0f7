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

/// The key of the configuration file that names the translator.
const TRANSLATOR_KEY: &str = "translator";

/// What was asked for on the command line.
pub(super) struct SetupChoice {
    /// A model by its name.
    pub(super) model: Option<String>,
    /// Whether to take the recommended translator without a question.
    pub(super) yes: bool,
    /// Whether a licence that does not allow commercial use is accepted.
    pub(super) accept_license: bool,
}

/// Chooses a translator, fetches it if it is missing, and writes its name to the configuration file. Without a choice and without a
/// terminal it only explains.
pub(super) fn run(choice: &SetupChoice, hub: Hub, console: &Console) -> Result<ExitCode> {
    let catalog = Catalog { hub, families: generation::families() };
    let translators = translators();
    let chosen = match &choice.model {
        Some(name) => Some(name.clone()),
        None if choice.yes => recommended(&translators).map(|known| known.name.clone()),
        None => {
            print(offer(&catalog, &translators).as_bytes())?;
            if io::stdin().is_terminal() { ask(&translators, console) } else { None }
        }
    };
    let Some(name) = chosen else {
        let example = recommended(&translators).map_or("MODEL", |known| &known.name);
        console.say(&format!("nothing was changed; to choose without a question: depesche setup {example}"));
        return Ok(ExitCode::SUCCESS);
    };
    Catalog::check_task(&name, Task::Translate)?;
    if catalog.present(&name).is_err() {
        catalog.fetch(&name, choice.accept_license, &|event| console.fetching(event))?;
    }
    let path = config::set(TRANSLATOR_KEY, &name)?;
    console
        .say(&format!("from now on {name} translates ({}); another for one run: --translator MODEL", path.display()));
    Ok(ExitCode::SUCCESS)
}

/// The catalogue's translators from German to English: standard ones first, then by size.
fn translators() -> Vec<&'static Manifest> {
    let knows = |known: &Manifest, language: &str| known.languages.iter().any(|code| code == language);
    let mut translators: Vec<&Manifest> = Manifest::all()
        .iter()
        .filter(|known| known.task == Task::Translate && knows(known, "de") && knows(known, "en"))
        .collect();
    translators.sort_by_key(|known| (known.rank != Rank::Standard, known.megabytes));
    translators
}

fn recommended<'m>(translators: &[&'m Manifest]) -> Option<&'m Manifest> {
    translators.iter().find(|known| known.rank == Rank::Standard).copied()
}

/// What this machine has, and the numbered list of `translators`.
fn offer(catalog: &Catalog, translators: &[&Manifest]) -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let devices = DeviceChoice::default().open();
    let device = devices.as_ref().map_or("no device", |devices| devices.kind().name);
    let mut text = format!(
        "This machine has {cores} cores; models compute on: {device}.\n\nTranslators from German to English:\n"
    );
    let width = translators.iter().map(|known| known.name.len()).max().unwrap_or_default();
    for (index, known) in translators.iter().enumerate() {
        let size =
            if known.hub.is_some() { ByteSize(known.megabytes * 1_000_000).to_string() } else { "inside".into() };
        let mut remarks = vec![known.licence.id.clone()];
        if !known.licence.commercial {
            remarks.push("not for commercial use".into());
        }
        if let Some(quality) = known.quality.first() {
            remarks.push(format!("{} {} on {} ({})", quality.metric, quality.score, quality.set, quality.source));
        }
        if known.hub.is_some() && catalog.present(&known.name).is_ok() {
            remarks.push("is there".into());
        }
        if known.rank == Rank::Standard {
            remarks.push("recommended".into());
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:>3}  {:width$}  {size:>8}  {}", index + 1, known.name, remarks.join("; "));
        let _ = writeln!(text, "     {:width$}            {}", "", known.about);
    }
    text.push('\n');
    text
}

/// The translator that the user names by number or name; `None` if the answer is neither.
fn ask(translators: &[&Manifest], console: &Console) -> Option<String> {
    let suggested = recommended(translators)?;
    console.say(&format!("Number or name of the translator to use [{}], or q to quit:", suggested.name));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).ok()?;
    choice_of(&answer, translators, suggested)
}

/// What `answer` stands for: nothing is the suggestion, a number is a row of the list, everything else but `q` a name.
fn choice_of(answer: &str, translators: &[&Manifest], suggested: &Manifest) -> Option<String> {
    match (answer.trim(), answer.trim().parse::<usize>()) {
        ("", _) if answer.ends_with('\n') => Some(suggested.name.clone()),
        ("" | "q" | "quit" | "n" | "no", _) => None,
        (_, Ok(number)) => translators.get(number.checked_sub(1)?).map(|known| known.name.clone()),
        (name, Err(_)) => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_number_a_name_or_nothing() {
        let translators = translators();
        let suggested = recommended(&translators).unwrap();
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
        let offer = offer(&catalog, &translators());
        for expected in ["small-de-en", "inside", "opus-mt-de-en", "301 MB", "BLEU 43.6 on newstest2018", "recommended"]
        {
            assert!(offer.contains(expected), "{expected}: {offer}");
        }
    }
}
