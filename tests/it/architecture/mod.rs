//! The tables of docs/ARCHITECTURE.md against the code, and the house's other rules that a reader of the code relies on.

mod circles;
mod source;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use circles::{Graph, circles};
use source::{File, Sources, Target};
use table::Tables;

/// The effect whose row lists every file with `unsafe`.
const UNSAFE: &str = "unsafe code";

fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(paths(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every file of `src/` with its text.
fn texts() -> Vec<(String, String)> {
    let name = |path: &Path| path.to_str().unwrap().replace('\\', "/");
    paths(Path::new("src")).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The parsed files of `src/`.
static PROGRAM: LazyLock<Sources> = LazyLock::new(|| {
    let texts = texts();
    Sources::parse(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
});

fn tables() -> Tables {
    Tables::read(&fs::read_to_string("docs/ARCHITECTURE.md").unwrap())
}

/// The room of a file: `src/ROOM/…` or `src/ROOM.rs`; `main.rs` belongs to `cli`, `lib.rs` to none.
fn room_of(file: &File) -> Option<&str> {
    match file.path.as_str() {
        "src/lib.rs" => None,
        "src/main.rs" => Some("cli"),
        _ => file.module.first().map(String::as_str),
    }
}

/// Rooms that name a room, or a crate, that is not theirs to name.
fn trespasses(sources: &Sources, tables: &Tables) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in &sources.files {
        let Some(name) = room_of(file) else { continue };
        let Some(room) = tables.rooms.get(name) else {
            found.insert(format!("{} is in no room of the table", file.path));
            continue;
        };
        for mention in &file.mentions {
            let place = format!("{}:{}", file.path, mention.line);
            match &mention.target {
                Target::Inside(path) => {
                    let used = path.first().filter(|used| tables.rooms.contains_key(*used));
                    if let Some(used) = used.filter(|used| *used != name && !room.may_use.contains(*used)) {
                        found.insert(format!("{place}: {name} must not use {used}"));
                    }
                }
                Target::Outside(krate) => {
                    let owner = tables.rooms.iter().find(|(_, room)| room.crates.contains(krate));
                    if let Some((owner, _)) = owner.filter(|(owner, _)| *owner != name) {
                        found.insert(format!("{place}: only {owner} names {krate}"));
                    }
                    if tables.shared_crates.get(krate).is_some_and(|rooms| !rooms.contains(name)) {
                        found.insert(format!("{place}: {name} is not among the rooms that name {krate}"));
                    }
                }
            }
        }
    }
    found
}

/// Circles between the files of a room, each as the files in their order with the line that leads on.
fn circles_of_files(sources: &Sources) -> Vec<String> {
    let mut lines = BTreeMap::new();
    let mut graph = Graph::new();
    for file in &sources.files {
        for mention in &file.mentions {
            let Target::Inside(path) = &mention.target else { continue };
            let Some(used) = sources.file_of(path) else { continue };
            if used.path != file.path && room_of(used) == room_of(file) {
                graph.entry(&file.path).or_default().insert(&used.path);
                lines.entry((file.path.as_str(), used.path.as_str())).or_insert(mention.line);
            }
        }
    }
    let step = |from: &str, to: &str| format!("{from}:{} → {to}", lines[&(from, to)]);
    let told = |circle: Vec<&str>| circle.windows(2).map(|pair| step(pair[0], pair[1])).collect::<Vec<_>>().join(", ");
    circles(&graph).into_iter().map(told).collect()
}

/// Circles between the rooms of the table.
fn circles_of_rooms(tables: &Tables) -> Vec<Vec<&str>> {
    let graph = tables.rooms.iter().map(|(name, room)| {
        let used = room.may_use.iter().map(String::as_str).collect();
        (name.as_str(), used)
    });
    circles(&graph.collect())
}

/// Files with `unsafe` that the table does not list, and files that it lists without reason.
fn unsafe_surprises(sources: &Sources, tables: &Tables) -> Vec<String> {
    let listed = tables.effects.get(UNSAFE).cloned().unwrap_or_default();
    let with: BTreeMap<&str, usize> = sources
        .files
        .iter()
        .filter_map(|file| Some((file.path.strip_prefix("src/")?, *file.unsafe_lines.first()?)))
        .collect();
    let unlisted = with.iter().filter(|(path, _)| !listed.contains(**path));
    let idle = listed.iter().filter(|path| !with.contains_key(path.as_str()));
    let unlisted = unlisted.map(|(path, line)| format!("src/{path}:{line} is unsafe, and the table does not say so"));
    unlisted.chain(idle.map(|path| format!("src/{path} is listed as unsafe and is not"))).collect()
}

#[test]
fn rooms_look_only_where_the_table_lets_them() {
    let found = trespasses(&PROGRAM, &tables());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_room_and_no_file_of_a_room_comes_back_to_itself() {
    let tables = tables();
    let rooms = circles_of_rooms(&tables);
    assert!(rooms.is_empty(), "{rooms:#?}");
    let files = circles_of_files(&PROGRAM);
    assert!(files.is_empty(), "{files:#?}");
}

#[test]
fn unsafe_code_is_where_the_table_says() {
    let found = unsafe_surprises(&PROGRAM, &tables());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_row_of_the_tables_is_of_use() {
    let tables = tables();
    let sources = &*PROGRAM;
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut named_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in &sources.files {
        let Some(room) = room_of(file) else { continue };
        names.entry(room).or_default();
        for mention in &file.mentions {
            match &mention.target {
                Target::Inside(path) => {
                    names.entry(room).or_default().extend(path.first().map(String::as_str));
                }
                Target::Outside(krate) => {
                    named_by.entry(krate).or_default().insert(room);
                }
            }
        }
    }
    let mut idle = Vec::new();
    for room in names.keys().filter(|room| !tables.rooms.contains_key(**room)) {
        idle.push(format!("the room {room} has no row"));
    }
    for (name, room) in &tables.rooms {
        let Some(named) = names.get(name.as_str()) else {
            idle.push(format!("there is no room {name}"));
            continue;
        };
        let used = room.may_use.iter().filter(|used| !named.contains(used.as_str()));
        idle.extend(used.map(|used| format!("{name} does not use {used}")));
        let nobody = |krate: &&String| !named_by.get(krate.as_str()).is_some_and(|rooms| rooms.contains(name.as_str()));
        idle.extend(room.crates.iter().filter(nobody).map(|krate| format!("{name} does not name {krate}")));
    }
    for (krate, rooms) in &tables.shared_crates {
        let named: BTreeSet<String> =
            named_by.get(krate.as_str()).into_iter().flatten().map(|room| room.to_string()).collect();
        idle.extend(rooms.difference(&named).map(|room| format!("{room} does not name {krate}")));
    }
    assert!(idle.is_empty(), "{idle:#?}");
}

#[test]
fn every_crate_of_the_manifest_is_in_one_table() {
    let tables = tables();
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let section = manifest.split("[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let crates = section.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.replace('-', "_"));
    let owners = |krate: &str| {
        let alone = tables.rooms.values().filter(|room| room.crates.contains(krate)).count();
        alone + usize::from(tables.shared_crates.contains_key(krate))
    };
    let wrong: Vec<String> = crates.filter(|krate| !krate.starts_with('#') && owners(krate) != 1).collect();
    assert!(wrong.is_empty(), "these are not in exactly one table: {wrong:?}");
}

#[test]
fn every_file_says_what_it_is_and_none_is_a_junk_drawer() {
    for (path, text) in texts() {
        assert!(text.starts_with("//!"), "{path} has no module doc on its first line");
        let stem = Path::new(&path).file_stem().unwrap().to_str().unwrap();
        let junk = ["util", "utils", "helper", "helpers", "common", "misc", "manager"];
        assert!(!junk.contains(&stem), "{path} has no name");
    }
}

/// What is planted below against: `low` uses nothing, `high` may use `low`, and `low` alone may name `krate`.
const PAGE: &str = "\
| room | may use | names alone |
|---|---|---|
| `low` | | `krate` |
| `high` | `low` | |

| crate | rooms |
|---|---|
| `shared` | `high` |

| effect | where |
|---|---|
| unsafe code | `low/kernel.rs` |
";

#[test]
fn an_import_that_the_table_does_not_allow_is_seen_in_every_form() {
    let tables = Tables::read(PAGE);
    for (text, seen) in [
        // Rooms.
        ("use crate::high;", true),
        ("use crate::high::Thing;", true),
        ("use crate::high as other;", true),
        ("use crate::{low::x, high};", true),
        ("use crate::{low::{x, y}, high::{self, z}};", true),
        ("use super::super::high::Thing;", true),
        ("use super::{super::high};", true),
        ("use crate::high::*;", true),
        ("pub use crate::high::Thing;", true),
        ("mod inner { use super::super::super::high::Thing; }", true),
        ("fn f() { crate::high::g() }", true),
        ("fn f() { let _ = super::super::high::Thing::new(); }", true),
        ("fn f(thing: &crate::high::Thing) {}", true),
        ("fn f() -> impl Iterator<Item = crate::high::Thing> { todo!() }", true),
        ("fn f(x: u8) { match x { crate::high::LIMIT => {} _ => {} } }", true),
        ("impl crate::high::Way for u8 {}", true),
        ("fn f() { println!(\"{}\", crate::high::LIMIT) }", true),
        ("macro_rules! m { () => { $crate::high::g() } }", true),
        ("macro_rules! m { () => { use crate::{low, high::g}; } }", true),
        ("#[derive(crate::high::Make)] struct S;", true),
        ("struct S { #[serde(with = \"crate::high::wire\")] x: u8 }", true),
        ("use crate::low::Thing; fn f() { crate::low::g() }", false),
        ("#[cfg(test)] mod tests { use crate::high::Thing; }", false),
        ("#[cfg(test)] use crate::high::Thing;", false),
        ("#[cfg(not(test))] use crate::high::Thing;", true),
        ("/// See [`crate::high`].\nstruct S;", false),
        ("pub(in crate::high) struct S;", false),
        ("call! { pub(in crate::high) fn f() {} }", false),
        ("const NAME: &str = \"high\";", false),
        // Crates.
        ("use krate::Thing; fn f() { krate::g() }", false),
        ("use shared::Thing;", true),
        ("fn f() { shared::g() }", true),
    ] {
        let sources = Sources::parse([("src/low/file.rs", text), ("src/high.rs", "")]);
        let found = trespasses(&sources, &tables);
        assert_eq!(!found.is_empty(), seen, "{text}: {found:?}");
    }
    for (text, seen) in [
        ("use krate::Thing;", true),
        ("use krate;", true),
        ("use {krate::Thing, shared::Thing as Other};", true),
        ("use ::krate::Thing;", true),
        ("#[derive(krate::Make)] struct S;", true),
        ("fn f() { vec![krate::g()]; }", true),
        ("use crate::low::krate; use shared::Thing;", false),
    ] {
        let sources = Sources::parse([("src/low.rs", ""), ("src/high/file.rs", text)]);
        let found = trespasses(&sources, &tables);
        assert_eq!(!found.is_empty(), seen, "{text}: {found:?}");
    }
    let elsewhere = Sources::parse([("src/attic.rs", "")]);
    assert!(!trespasses(&elsewhere, &tables).is_empty(), "a room without a row is refused");
}

#[test]
fn a_circle_of_files_is_seen_and_what_only_passes_names_on_is_none() {
    for (room, circular) in [
        // Two files that name each other, and a longer way round.
        (&[("a.rs", "use super::b::B; struct A;"), ("b.rs", "use super::a::A; struct B;")][..], true),
        (
            &[("a.rs", "use super::{b::B};"), ("b.rs", "fn f() { crate::room::c::g() }"), ("c.rs", "use super::a;")],
            true,
        ),
        (&[("a.rs", "use super::b::B;"), ("b.rs", "struct B;")], false),
        // A child that uses what its parent defines, while the parent uses the child.
        (&[("mod.rs", "mod a; use a::A; pub struct Own;"), ("a.rs", "use super::Own; pub struct A;")], true),
        (&[("mod.rs", "mod a; pub struct Own;"), ("a.rs", "use super::Own; pub struct A;")], false),
        // A parent that passes on what another child defines.
        (&[("mod.rs", "mod a; mod b; pub use a::A; pub use b::B;"), ("a.rs", "use super::B;"), ("b.rs", "")], false),
        (
            &[
                ("mod.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
                ("a.rs", "use super::B;"),
                ("b.rs", "use super::A;"),
            ],
            true,
        ),
        // Tests are free.
        (&[("a.rs", "use super::b::B;"), ("b.rs", "#[cfg(test)] mod tests { use crate::room::a::A; }")], false),
        (&[("mod.rs", "#[cfg(test)] mod cases; fn f() {}"), ("cases.rs", "use super::f; use super::g;")], false),
    ] {
        let paths: Vec<String> = room.iter().map(|(name, _)| format!("src/room/{name}")).collect();
        let sources = Sources::parse(paths.iter().zip(room).map(|(path, (_, text))| (path.as_str(), *text)));
        let found = circles_of_files(&sources);
        assert_eq!(!found.is_empty(), circular, "{room:?}: {found:?}");
    }
    let page = PAGE.replace("| `low` | |", "| `low` | `high` |");
    assert_eq!(circles_of_rooms(&Tables::read(&page)), [["high", "low", "high"]]);
    assert!(circles_of_rooms(&Tables::read(PAGE)).is_empty());
}

#[test]
fn unsafe_code_is_seen_in_every_form_and_text_about_it_is_none() {
    let tables = Tables::read(PAGE);
    for (text, seen) in [
        ("fn f() { unsafe { g() } }", true),
        ("unsafe fn f() {}", true),
        ("unsafe impl Send for S {}", true),
        ("unsafe trait T {}", true),
        ("unsafe extern \"C\" { fn f(); }", true),
        ("impl S { unsafe fn f() {} }", true),
        ("trait T { unsafe fn f(); }", true),
        ("struct S { f: unsafe fn(u8) }", true),
        ("#[unsafe(no_mangle)] fn f() {}", true),
        ("macro_rules! m { () => { unsafe { g() } } }", true),
        ("fn f() { call!(unsafe { g() }) }", true),
        ("#[cfg(test)] mod tests { fn f() { unsafe { g() } } }", true),
        ("/// unsafe { nothing }\nfn f() { print(\"unsafe\") } // unsafe", false),
    ] {
        let sources = Sources::parse([("src/low/kernel.rs", "unsafe fn f() {}"), ("src/low/file.rs", text)]);
        let found = unsafe_surprises(&sources, &tables);
        assert_eq!(!found.is_empty(), seen, "{text}: {found:?}");
    }
    let safe = Sources::parse([("src/low/kernel.rs", "")]);
    assert_eq!(unsafe_surprises(&safe, &tables).len(), 1, "a row without reason is refused");
}
