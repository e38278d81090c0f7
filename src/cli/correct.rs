//! `depesche correct`: the sentences that a person changed in the CSV of a briefing → a file of corrections.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use depesche::corrections::{Corrections, edited_rows};
use depesche::output;

use super::console::Console;
use super::error::{Error, Result};

/// Adds to the corrections in `target` what differs between the table `edited` and the briefing in `briefing`.
pub(super) fn run(edited: &Path, briefing: Option<PathBuf>, target: &Path, console: &Console) -> Result<ExitCode> {
    let rows = edited_rows(edited)?;
    let beside = || edited.ancestors().skip(1).find(|folder| output::shown_english(or_here(folder)).is_some());
    let folder = briefing.or_else(|| beside().map(|folder| or_here(folder).to_owned())).unwrap_or("briefing".into());
    let Some(shown) = output::shown_english(&folder) else { return Err(Error::NoBriefing { path: folder }.into()) };
    let mut corrections = if target.exists() { Corrections::read(target)? } else { Corrections::default() };
    let mut edited_lines: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
    let (mut taken, mut unknown) = (0, 0);
    for row in &rows {
        let Some(english) = shown.get(&row.source, &row.german) else {
            unknown += 1;
            continue;
        };
        if english == row.english {
            continue;
        }
        if let Some((first, other)) = edited_lines.insert(&row.german, (row.line, &row.english))
            && other != row.english
        {
            let (path, german) = (edited.to_owned(), row.german.clone());
            return Err(Error::EditedTwice { path, first, second: row.line, german }.into());
        }
        taken += usize::from(corrections.replace(&row.german, &row.english));
    }
    if taken > 0 {
        corrections.write(target)?;
    }
    let (known, file) = (corrections.len(), target.display());
    match taken {
        0 => console.say("no sentence was changed"),
        _ => console
            .say(&format!("{taken} new or changed, {known} in all in {file}; use them with --corrections {file}")),
    }
    if unknown > 0 {
        console.say(&format!("{unknown} rows are not in the briefing of {} and were passed over", folder.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// `folder`, or the folder that we are in if it has no name.
fn or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}
