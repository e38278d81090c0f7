//! A translation that is too short for its source, or opens what it does not close.

use super::{Check, Pair, Repair};
use crate::document::Flag;

pub(super) const CHECK: Check = Check {
    flag: Flag::Dropped,
    sees: "no English, too little of it for the German, or a quotation mark or bracket without its partner",
    why: "models leave out clauses, and say nothing about it",
    repair: Repair::Pieces,
    find,
};

/// Letters and digits of German below which the ratio says nothing.
const SHORTEST: usize = 45;

/// English letters and digits for a hundred German ones that are too few: fewer than 1 in 100 translations by people have
/// less.
const TOO_FEW: usize = 58;

fn find(pair: &Pair<'_>) -> Option<String> {
    let length = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).count();
    let (german, english) = (length(pair.german), length(pair.english));
    if german > 0 && english == 0 {
        return Some("nothing was translated".into());
    }
    if german >= SHORTEST && english * 100 < TOO_FEW * german {
        return Some(format!("{english} letters for {german}"));
    }
    MARKS.iter().find_map(|marks| {
        let lost = marks.whole(pair.german) && !marks.whole(pair.english) && !marks.none(pair.english);
        lost.then(|| format!("a {} is missing", marks.name))
    })
}

/// Marks that come in pairs.
struct Marks {
    name: &'static str,
    open: &'static [char],
    close: &'static [char],
}

const MARKS: &[Marks] = &[
    Marks { name: "quotation mark", open: QUOTES, close: QUOTES },
    Marks { name: "bracket", open: &['(', '['], close: &[')', ']'] },
];

const QUOTES: &[char] = &['"', '„', '“', '”', '«', '»'];

impl Marks {
    /// True if `text` has no such mark at all: a translator may do without, but not close what is not open.
    fn none(&self, text: &str) -> bool {
        !text.contains(self.open) && !text.contains(self.close)
    }

    /// True if there are such marks in `text`, and they are all closed.
    fn whole(&self, text: &str) -> bool {
        let count = |marks: &[char]| text.chars().filter(|character| marks.contains(character)).count();
        let (open, close) = (count(self.open), count(self.close));
        if self.open == self.close { open > 0 && open.is_multiple_of(2) } else { open > 0 && open == close }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_open_translations_are_seen() {
        let german = "Die Brücke, die seit Jahren gesperrt ist, wird nun doch erst im Herbst abgerissen.";
        for (german, english, wanted) in [
            (german, "The bridge, closed for years, will not be torn down until the autumn.", None),
            (german, "The bridge is being torn down.", Some("24 letters for 66")),
            ("Ja.", "", Some("nothing was translated")),
            ("Nein.", "No.", None),
            ("„Ja“, sagte sie.", "“Yes, she said.", Some("a quotation mark is missing")),
            ("„Ja“, sagte sie.", "\"Yes,\" she said.", None),
            ("„Ja, sagte sie.", "\"Yes, she said.", None),
            ("Die EU (27 Staaten) stimmt zu.", "The EU (27 states agrees.", Some("a bracket is missing")),
        ] {
            assert_eq!(find(&Pair { german, english, ..Pair::default() }).as_deref(), wanted, "{english}");
        }
    }
}
