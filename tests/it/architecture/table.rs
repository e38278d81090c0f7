//! docs/ARCHITECTURE.md → its tables, as data.

use std::collections::{BTreeMap, BTreeSet};

/// One row of the import table.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Rooms that it may name.
    pub(super) may_use: BTreeSet<String>,
    /// Crates that no other room may name.
    pub(super) crates: BTreeSet<String>,
}

/// What the page says about who may name what.
#[derive(Debug)]
pub(super) struct Tables {
    /// The import table, by room.
    pub(super) rooms: BTreeMap<String, Room>,
    /// Crates that several rooms name, with these rooms.
    pub(super) shared_crates: BTreeMap<String, BTreeSet<String>>,
    /// The effects, by their name, with the files and rooms that have them.
    pub(super) effects: BTreeMap<String, BTreeSet<String>>,
}

impl Tables {
    pub(super) fn read(page: &str) -> Self {
        let rooms = rows(page, "| room | may use | names alone |").map(|cells| {
            let room = quoted(cells[0]).pop_first().unwrap_or_else(|| panic!("no room in {cells:?}"));
            (room, Room { may_use: quoted(cells[1]), crates: quoted(cells[2]) })
        });
        let shared = rows(page, "| crate | rooms |").map(|cells| {
            let krate = quoted(cells[0]).pop_first().unwrap_or_else(|| panic!("no crate in {cells:?}"));
            (krate, quoted(cells[1]))
        });
        let effects = rows(page, "| effect | where |").map(|cells| (cells[0].trim().to_owned(), quoted(cells[1])));
        Self { rooms: rooms.collect(), shared_crates: shared.collect(), effects: effects.collect() }
    }
}

/// The rows of the table under `header`, as cells.
fn rows<'a>(page: &'a str, header: &'a str) -> impl Iterator<Item = Vec<&'a str>> {
    let columns = header.matches('|').count() - 1;
    let rows = page.lines().skip_while(move |line| *line != header).skip(2);
    rows.take_while(|line| line.starts_with('|')).map(move |row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        assert_eq!(cells.len(), columns, "{row}");
        cells
    })
}

/// What stands in backticks.
fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
