//! The tables are also the help text, the README's lists and the test plan.

use std::collections::BTreeSet;
use std::fs;

use depesche::catalog::Manifest;
use depesche::document::{Flag, ParagraphKind};
use depesche::engine::DEVICES;
use depesche::input::{READERS, RULES};
use depesche::neural::{FAMILIES, PrecisionChoice};
use depesche::output::FORMATS;
use depesche::summarize::METHODS;

use crate::program::Workplace;

fn names() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("readers", READERS.iter().map(|reader| reader.name).collect()),
        ("boilerplate rules", RULES.iter().map(|rule| rule.name).collect()),
        ("formats", FORMATS.iter().map(|format| format.name).collect()),
        ("summarisers", METHODS.iter().map(|method| method.name).collect()),
        ("families", FAMILIES.iter().map(|family| family.name).collect()),
        ("devices", DEVICES.iter().map(|kind| kind.name).collect()),
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
    let extensions: BTreeSet<_> = FORMATS.iter().map(|format| format.extension).collect();
    let briefings: BTreeSet<_> = FORMATS.iter().map(|format| format.briefing).collect();
    assert_eq!((extensions.len(), briefings.len()), (FORMATS.len(), FORMATS.len()));
}

#[test]
fn the_readme_lists_what_the_tables_hold() {
    let readme = fs::read_to_string("README.md").unwrap();
    let listed = ["readers", "boilerplate rules", "formats", "summarisers", "families", "devices", "flags", "models"];
    for (table, names) in names().into_iter().filter(|(table, _)| listed.contains(table)) {
        for name in names {
            assert!(readme.contains(&format!("`{name}`")), "{table}: README.md does not list `{name}`");
        }
    }
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
