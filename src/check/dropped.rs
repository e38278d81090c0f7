//! A translation that is too short, or has a quotation mark or bracket without its partner.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;

pub(super) const CHECK: Check = Check {
    flag: Flag::Dropped,
    sees: "no English, too little of it for the German, or a quotation mark or bracket without its partner",
    why: "models leave out clauses, and say nothing about it",
    repair: Repair::Pieces,
    reads_text_alone: true,
    find: find_dropped_text,
};

/// Minimum number of English letters and digits per hundred German ones, by the number of German ones from which it holds. The
/// longer a sentence, the less do good translations differ: in every row about 1 in 200 translations by people has less.
const MIN_RATIO_PERCENT: &[(usize, usize)] = &[(20, 42), (45, 52), (55, 55), (65, 58), (100, 59), (130, 61)];

fn find_dropped_text(pair: &CheckedPair<'_>) -> Option<String> {
    let letter_count = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).count();
    let (german_letters, english_letters) = (letter_count(pair.german), letter_count(pair.english));
    if german_letters > 0 && english_letters == 0 {
        return Some("nothing was translated".into());
    }
    let min_ratio = MIN_RATIO_PERCENT
        .iter()
        .rfind(|(min_german_letters, _)| german_letters >= *min_german_letters)
        .map_or(0, |(_, min_percent)| *min_percent);
    if english_letters * 100 < min_ratio * german_letters {
        return Some(format!("{english_letters} letters for {german_letters}"));
    }
    let marks_without_partner = PAIRED_MARKS.iter().find(|paired_marks| {
        paired_marks.are_balanced(pair.german)
            && !paired_marks.are_balanced(pair.english)
            && !paired_marks.are_absent(pair.english)
    });
    marks_without_partner.map(|paired_marks| format!("a {} is missing", paired_marks.name))
}

/// Marks that come in pairs.
struct PairedMarks {
    /// What a reader calls one of the paired marks.
    name: &'static str,
    open: &'static [char],
    close: &'static [char],
}

const PAIRED_MARKS: &[PairedMarks] = &[
    PairedMarks { name: "quotation mark", open: QUOTATION_MARKS, close: QUOTATION_MARKS },
    PairedMarks { name: "bracket", open: &['(', '['], close: &[')', ']'] },
];

const QUOTATION_MARKS: &[char] = &['"', '„', '“', '”', '«', '»'];

impl PairedMarks {
    /// True if `text` has no such marks: a translator may do without them, but must close what is open.
    fn are_absent(&self, text: &str) -> bool {
        !text.contains(self.open) && !text.contains(self.close)
    }

    /// True if `text` has such marks and all of them have partners.
    fn are_balanced(&self, text: &str) -> bool {
        let mark_count = |marks: &[char]| text.chars().filter(|character| marks.contains(character)).count();
        let (open_count, close_count) = (mark_count(self.open), mark_count(self.close));
        if self.open == self.close {
            open_count > 0 && open_count.is_multiple_of(2)
        } else {
            open_count > 0 && open_count == close_count
        }
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
            ("In Sachsen bezahlt die Firma weniger.", "In Saxony.", Some("8 letters for 31")),
            ("Im Werk gilt seit März Kurzarbeit.", "Short-time work since March.", None),
            ("Ja.", "", Some("nothing was translated")),
            ("Nein.", "No.", None),
            ("„Ja“, sagte sie.", "“Yes, she said.", Some("a quotation mark is missing")),
            ("„Ja“, sagte sie.", "\"Yes,\" she said.", None),
            ("„Ja, sagte sie.", "\"Yes, she said.", None),
            ("Die EU (27 Staaten) stimmt zu.", "The EU (27 states agrees.", Some("a bracket is missing")),
        ] {
            assert_eq!(
                find_dropped_text(&CheckedPair { german, english, ..CheckedPair::default() }).as_deref(),
                wanted,
                "{english}"
            );
        }
    }
}
