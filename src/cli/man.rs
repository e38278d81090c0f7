//! `depesche man`: manual pages.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use clap::{Command, CommandFactory};

use super::args::Args;
use super::error::{Error, Result};
use super::stdout::print;

/// Prints the page of the command that `names` lead to, or writes the pages of all commands to `folder`.
pub(super) fn run(names: &[String], folder: Option<&Path>) -> Result<ExitCode> {
    let mut program = Args::command();
    // Sets the full names of the commands, which the pages are named after.
    program.build();
    match folder {
        Some(folder) => {
            let write = || {
                fs::create_dir_all(folder)?;
                manual_pages(&program).into_iter().try_for_each(|(name, page)| fs::write(folder.join(name), page))
            };
            write().map_err(|source| Error::WritePages { path: folder.to_owned(), source })?;
            Ok(ExitCode::SUCCESS)
        }
        None => print(&manual_page(command_named(&program, names)?).map_err(Error::Write)?),
    }
}

/// The command that `names` lead to from `program`.
fn command_named<'c>(program: &'c Command, names: &[String]) -> std::result::Result<&'c Command, Error> {
    names.iter().try_fold(program, |command, name| {
        command.find_subcommand(name).ok_or_else(|| Error::NoCommand {
            name: name.clone(),
            known: command.get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect(),
        })
    })
}

/// The name and content of the page of each command below `program`, itself included.
fn manual_pages(program: &Command) -> Vec<(String, Vec<u8>)> {
    let mut pages = Vec::new();
    let mut commands = vec![program];
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help"));
        // Writing to memory cannot fail.
        let page_content = manual_page(command).unwrap_or_default();
        pages.push((format!("{}.1", manual_page_name(command)), page_content));
    }
    pages
}

/// The page's name as `man` takes it, such as `depesche-models-fetch`.
fn manual_page_name(command: &Command) -> String {
    command.get_display_name().unwrap_or(command.get_name()).to_owned()
}

fn manual_page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(manual_page_name(command)).render(&mut page)?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_that_names_its_options() {
        let mut program = Args::command();
        program.build();
        let pages = manual_pages(&program);
        let text = |name: &str| {
            let page = pages.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}"));
            String::from_utf8(page.1.clone()).unwrap()
        };
        assert!(text("depesche.1").contains("depesche\\-brief"));
        assert!(text("depesche-brief.1").contains("\\-\\-summarizer"));
        assert!(text("depesche-models-fetch.1").contains("\\-\\-accept\\-license"));
    }

    #[test]
    fn an_unknown_command_is_refused_with_those_that_are_known() {
        let program = Args::command();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(command_named(&program, &names(&["models", "fetch"])).unwrap().get_name(), "fetch");
        let Err(Error::NoCommand { known, .. }) = command_named(&program, &names(&["model"])) else { panic!() };
        assert!(known.contains(&"models".to_owned()));
    }
}
