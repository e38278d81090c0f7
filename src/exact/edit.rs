//! Replacements in a text.

use std::ops::Range;

/// A replacement.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edit {
    /// The bytes that are replaced; empty to insert.
    pub(super) range: Range<usize>,
    /// What stands there instead.
    pub(super) text: String,
    /// True if what stood there was wrong; false for a change of style.
    pub(super) corrects: bool,
}

impl Edit {
    /// A change of style.
    pub(super) fn style(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into(), corrects: false }
    }

    /// A correction.
    pub(super) fn correction_of(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into(), corrects: true }
    }

    /// What this puts right in `text`, for the reader.
    pub(super) fn correction(&self, text: &str) -> Option<String> {
        let wrong = text.get(self.range.clone())?.trim();
        // The full stop is that of the sentence.
        let right = self.text.trim().trim_end_matches('.');
        let right = if self.text.trim().ends_with(".m.") { self.text.trim() } else { right };
        match (self.corrects && wrong != right, wrong.is_empty()) {
            (false, _) => None,
            (true, true) => Some(format!("“{right}” put in")),
            (true, false) => Some(format!("“{right}” for “{wrong}”")),
        }
    }
}

/// `text` with `edits`. Of edits that overlap the first in the list counts.
pub(super) fn apply(text: &str, edits: Vec<Edit>) -> String {
    let mut taken: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        let overlaps = |other: &Edit| edit.range.start < other.range.end && other.range.start < edit.range.end;
        if !taken.iter().any(overlaps) && text.get(edit.range.clone()).is_some() {
            taken.push(edit);
        }
    }
    taken.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let (mut edited, mut end) = (String::with_capacity(text.len()), 0);
    for edit in taken {
        edited.push_str(&text[end..edit.range.start]);
        edited.push_str(&edit.text);
        end = edit.range.end;
    }
    edited.push_str(&text[end..]);
    edited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_applied_in_the_order_of_the_text_and_the_first_of_two_that_overlap_counts() {
        let edits =
            vec![Edit::style(4..7, "two"), Edit::style(0..3, "one"), Edit::style(5..9, "no"), Edit::style(7..7, "!")];
        assert_eq!(apply("abc def ghi", edits), "one two! ghi");
    }
}
