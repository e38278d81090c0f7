//! The tables are also the help text, the lists of the docs and the test plan.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use depesche::catalog::Manifest;
use depesche::document::{Flag, ParagraphKind};
use depesche::generation::DEVICE_KINDS;
use depesche::input::{INPUT_FORMATS, RULES};
use depesche::neural::{FAMILIES, PrecisionChoice};
use depesche::output::OUTPUT_FORMATS;
use depesche::summarize::METHODS;

use crate::workplace::Workplace;

fn names() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("readers", INPUT_FORMATS.iter().map(|reader| reader.name).collect()),
        ("boilerplate rules", RULES.iter().map(|rule| rule.name).collect()),
        ("formats", OUTPUT_FORMATS.iter().map(|format| format.name).collect()),
        ("summarisers", METHODS.iter().map(|method| method.name).collect()),
        ("families", FAMILIES.iter().map(|family| family.name).collect()),
        ("devices", DEVICE_KINDS.iter().map(|kind| kind.name).collect()),
        ("precisions", PrecisionChoice::ALL.iter().map(|precision| precision.name()).collect()),
        ("flags", Flag::ALL.iter().map(|flag| flag.name()).collect()),
        ("models", Manifest::all().iter().map(|manifest| manifest.name.as_str()).collect()),
        ("paragraph kinds", ParagraphKind::ALL.iter().map(|kind| kind.name()).collect()),
    ]
}

#[test]
fn no_table_has_a_name_twice() {
    for (table, names) in names() {
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{table}: {names:?}");
    }
}

#[test]
fn no_two_formats_write_the_same_file() {
    let extensions: BTreeSet<_> = OUTPUT_FORMATS.iter().map(|format| format.extension).collect();
    let briefings: BTreeSet<_> = OUTPUT_FORMATS.iter().map(|format| format.briefing_file).collect();
    assert_eq!((extensions.len(), briefings.len()), (OUTPUT_FORMATS.len(), OUTPUT_FORMATS.len()));
}

#[test]
fn the_docs_list_what_the_tables_hold() {
    let tables = names();
    for (table, page) in [
        ("readers", "docs/formats.md"),
        ("boilerplate rules", "docs/formats.md"),
        ("formats", "docs/formats.md"),
        ("summarisers", "docs/summaries.md"),
        ("families", "docs/models.md"),
        ("models", "docs/models.md"),
        ("devices", "docs/gpu.md"),
        ("flags", "docs/checks.md"),
    ] {
        let text = fs::read_to_string(page).unwrap();
        let (_, names) = tables.iter().find(|(name, _)| *name == table).unwrap();
        for name in names {
            assert!(text.contains(&format!("`{name}`")), "{table}: {page} does not list `{name}`");
        }
    }
}

#[test]
fn the_readme_is_a_front_door_and_every_link_leads_somewhere() {
    let readme = fs::read_to_string("README.md").unwrap();
    assert!(readme.lines().count() <= 150, "README.md is longer than a front door: move reference to docs/");
    let mut wrong = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text).filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let is_there = match anchor {
                None => target.exists(),
                Some(anchor) => {
                    fs::read_to_string(&target).is_ok_and(|text| headings(&text).any(|known| known == anchor))
                }
            };
            if !is_there {
                wrong.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The pages of documentation.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = Vec::new();
    for folder in [".", "docs", "docs/adr", "samples", "benches", "models", "fuzz"] {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    // What the program wrote has links of its own.
    pages.retain(|path| !path.ends_with("samples/briefing.md"));
    pages
}

/// The targets of Markdown links outside code.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split("```").step_by(2);
    let after = prose.flat_map(|prose| prose.split("](").skip(1));
    after.filter_map(|after| after.split(')').next())
}

/// The anchors of the headings, as GitHub makes them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let titles = text
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    titles.map(|title| {
        let kept = title
            .to_lowercase()
            .chars()
            .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
            .collect::<String>();
        kept.replace(' ', "-")
    })
}

#[test]
fn the_help_lists_what_can_be_chosen() {
    let help = Workplace::new().run(&["brief", "--help"]).expect(0).stdout;
    let chosen = ["formats", "summarisers", "devices", "precisions"];
    for (table, names) in names().into_iter().filter(|(table, _)| chosen.contains(table)) {
        for name in names {
            assert!(help.contains(name), "{table}: the help does not list {name}");
        }
    }
}
