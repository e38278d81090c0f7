//! What the user is told about the bytes of lines: the encoding that was found, and the first lines that were damaged.

use std::cell::Cell;

use depesche::input::LineNote;

use super::console::Console;

/// Lines that are named for each kind of note; the rest are counted.
const MAX_LINES_NAMED: usize = 5;

/// Tells the user on standard error of damaged lines.
pub(super) struct LineNotes<'a> {
    console: &'a Console,
    /// Lines with bytes that mean nothing.
    damaged: Cell<usize>,
    /// Lines whose encoding was repaired.
    repaired: Cell<usize>,
}

impl<'a> LineNotes<'a> {
    pub(super) fn new(console: &'a Console) -> Self {
        Self { console, damaged: Cell::new(0), repaired: Cell::new(0) }
    }

    /// Reports `note` on the line with this number.
    pub(super) fn tell(&self, line: usize, note: &LineNote) {
        match note {
            LineNote::Encoding(name) => self.console.say(&format!("line {line}: not UTF-8, read as {name}")),
            LineNote::Damaged => {
                if let Some(message) =
                    counted_line(&self.damaged, line, "damaged; bytes without a meaning are shown as \u{fffd}")
                {
                    self.console.error_line(&message);
                }
            }
            LineNote::Repaired => {
                if let Some(message) =
                    counted_line(&self.repaired, line, "its encoding was damaged and has been repaired")
                {
                    self.console.say(&message);
                }
            }
        }
    }

    /// Reports how many lines were not named.
    pub(super) fn finish(&self) {
        let not_named = |count: &Cell<usize>| count.get().saturating_sub(MAX_LINES_NAMED);
        if not_named(&self.damaged) > 0 {
            self.console.error_line(&format!("and {} more damaged lines", not_named(&self.damaged)));
        }
        if not_named(&self.repaired) > 0 {
            self.console.say(&format!("and {} more repaired lines", not_named(&self.repaired)));
        }
    }
}

/// Counts a line and says what it is, unless enough were named.
fn counted_line(count: &Cell<usize>, line: usize, what: &str) -> Option<String> {
    count.set(count.get() + 1);
    (count.get() <= MAX_LINES_NAMED).then(|| format!("line {line}: {what}"))
}
