//! Replacements in a text.

use std::ops::Range;

/// A replacement that makes a text exact: in the German before it is translated, or in its English.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExactEdit {
    /// The bytes that are replaced; empty to insert.
    pub(super) range: Range<usize>,
    /// What stands there instead.
    pub(super) text: String,
    /// True if what stood there was wrong; false for a change of style.
    pub(super) corrects: bool,
}

impl ExactEdit {
    /// An edit of a value that is right but written in another style.
    pub(super) fn style(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into(), corrects: false }
    }

    /// An edit of a value that is wrong.
    pub(super) fn correction_of(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into(), corrects: true }
    }

    /// What this edit puts right in `english`, for the reader of the page.
    pub(super) fn correction(&self, english: &str) -> Option<String> {
        let wrong_value = english.get(self.range.clone())?.trim();
        // The full stop is that of the sentence.
        let right_value = self.text.trim().trim_end_matches('.');
        let right_value = if self.text.trim().ends_with(".m.") { self.text.trim() } else { right_value };
        match (self.corrects && wrong_value != right_value, wrong_value.is_empty()) {
            (false, _) => None,
            (true, true) => Some(format!("“{right_value}” put in")),
            (true, false) => Some(format!("“{right_value}” for “{wrong_value}”")),
        }
    }
}

/// `text` with `edits`. Of exact edits that overlap the first in the list counts.
pub(super) fn apply(text: &str, edits: Vec<ExactEdit>) -> String {
    let mut applied_edits: Vec<ExactEdit> = Vec::with_capacity(edits.len());
    for edit in edits {
        let overlaps_applied =
            |applied: &ExactEdit| edit.range.start < applied.range.end && applied.range.start < edit.range.end;
        if !applied_edits.iter().any(overlaps_applied) && text.get(edit.range.clone()).is_some() {
            applied_edits.push(edit);
        }
    }
    applied_edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let (mut edited_text, mut copied_end) = (String::with_capacity(text.len()), 0);
    for edit in applied_edits {
        edited_text.push_str(&text[copied_end..edit.range.start]);
        edited_text.push_str(&edit.text);
        copied_end = edit.range.end;
    }
    edited_text.push_str(&text[copied_end..]);
    edited_text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_applied_in_the_order_of_the_text_and_the_first_of_two_that_overlap_counts() {
        let edits = vec![
            ExactEdit::style(4..7, "two"),
            ExactEdit::style(0..3, "one"),
            ExactEdit::style(5..9, "no"),
            ExactEdit::style(7..7, "!"),
        ];
        assert_eq!(apply("abc def ghi", edits), "one two! ghi");
    }
}
