//! The import table of docs/ARCHITECTURE.md, and the house's other rules that a reader of the code relies on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// One row of the import table.
struct Room {
    may_use: BTreeSet<String>,
    names_alone: BTreeSet<String>,
}

/// The table, by room.
fn rooms() -> BTreeMap<String, Room> {
    let page = fs::read_to_string("docs/ARCHITECTURE.md").unwrap();
    let rows = page.lines().skip_while(|line| !line.starts_with("| room | may use | names alone |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let room = |row: &str| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        assert_eq!(cells.len(), 3, "{row}");
        let name = quoted(cells[0]).pop_first().unwrap_or_else(|| panic!("no room in {row}"));
        (name, Room { may_use: quoted(cells[1]), names_alone: quoted(cells[2]) })
    };
    rows.map(room).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The room that `path` belongs to: `src/ROOM/…` or `src/ROOM.rs`; `main.rs` belongs to `cli`, `lib.rs` to none.
fn room_of(path: &Path) -> Option<String> {
    let first = path.strip_prefix("src").unwrap().components().next().unwrap();
    match Path::new(first.as_os_str()).file_stem().unwrap().to_str().unwrap() {
        "lib" => None,
        "main" => Some("cli".into()),
        room => Some(room.into()),
    }
}

/// The lines of `path` that are part of the program, with their numbers: no comments, no tests.
fn program(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

/// The words that follow `prefix` in `line`: `crate::` in `use crate::engine::{self}` is followed by `engine`.
fn words_after<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(prefix).map(move |(place, _)| {
        let rest = &line[place + prefix.len()..];
        rest.split(|character: char| !character.is_alphanumeric() && character != '_').next().unwrap_or_default()
    })
}

/// True if `line` names the crate: `NAME::` that is not the end of a longer name or path.
fn names_crate(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    line.match_indices(&path).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        before.is_none_or(|character| !character.is_alphanumeric() && character != '_' && character != ':')
    })
}

#[test]
fn rooms_look_only_where_the_table_lets_them() {
    let rooms = rooms();
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let Some(name) = room_of(&path) else { continue };
        let room = rooms.get(&name).unwrap_or_else(|| panic!("{} is in no room of the table", path.display()));
        for (number, line) in program(&path) {
            let place = format!("{}:{number}", path.display());
            let inside = words_after(&line, "crate::").chain(words_after(&line, "depesche::"));
            for used in inside.filter(|used| rooms.contains_key(*used)) {
                if used != name && !room.may_use.contains(used) {
                    wrong.push(format!("{place}: {name} must not use {used}"));
                }
            }
            for (owner, owned) in rooms.iter().filter(|(owner, _)| **owner != name) {
                for krate in owned.names_alone.iter().filter(|krate| names_crate(&line, krate)) {
                    wrong.push(format!("{place}: only {owner} names {krate}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_of_the_table_exists_and_every_rule_in_it_is_of_use() {
    let rooms = rooms();
    let found: BTreeSet<_> = sources(Path::new("src")).iter().filter_map(|path| room_of(path)).collect();
    assert_eq!(rooms.keys().cloned().collect::<BTreeSet<_>>(), found);
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    for room in rooms.values() {
        for used in &room.may_use {
            assert!(rooms.contains_key(used), "the table knows no room {used}");
        }
        for krate in &room.names_alone {
            let in_manifest = [krate.clone(), krate.replace('_', "-")];
            assert!(in_manifest.iter().any(|name| manifest.contains(&format!("\n{name} = "))), "no crate {krate}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_none_is_a_junk_drawer() {
    for path in sources(Path::new("src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} has no module doc on its first line", path.display());
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let junk = ["util", "utils", "helper", "helpers", "common", "misc", "manager"];
        assert!(!junk.contains(&stem), "{} has no name", path.display());
    }
}
