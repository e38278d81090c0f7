//! What word processors' formats share: how paragraphs, rows, notes and passages that are left out are collected.

use super::super::characters::one_line;
use super::{byline, stated, superscripts};
use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};

/// Rule of comments.
pub(super) const COMMENT_RULE: &str = "comment";

/// Rule of passages that were deleted while changes were tracked.
pub(super) const DELETED_RULE: &str = "tracked-deletion";

/// Rule of text that is not shown.
pub(super) const HIDDEN_RULE: &str = "hidden-text";

/// Rule of words that are struck out.
pub(super) const STRUCK_OUT_RULE: &str = "struck-out";

/// Rule of headers and footers.
pub(super) const PAGE_EDGE_RULE: &str = "page";

/// Rule of tables of contents.
pub(super) const CONTENTS_RULE: &str = "contents";

/// Cells with more characters than this are text in columns, not a table.
const MAX_CELL_CHARACTERS: usize = 400;

/// The kind of a paragraph in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ParagraphRole {
    /// Running text.
    #[default]
    Text,
    /// The paragraph is the title of the office document.
    Title,
    /// The paragraph is a heading.
    Heading,
    /// The paragraph is an item of a list.
    ListItem,
    /// The paragraph is a quotation.
    Quote,
    /// A line of a table of contents.
    Contents,
}

/// How a run of letters is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RunStyle {
    /// The run is not shown.
    pub(super) is_hidden: bool,
    /// The run is struck out.
    pub(super) is_struck_out: bool,
    /// The run is raised and small.
    pub(super) is_raised: bool,
}

/// A paragraph that is being read.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenParagraph {
    /// What the paragraph is.
    pub(super) role: ParagraphRole,
    /// Number or letter of its list item or heading, as it is shown.
    pub(super) label: Option<String>,
    text: String,
    hidden: String,
    struck_out: String,
    /// Paragraphs of the boxes that are anchored in it.
    boxes: Vec<Section>,
}

/// A document while it is read.
#[derive(Debug, Default)]
pub(super) struct OfficeCollector {
    title: Option<String>,
    sections: Vec<Section>,
    open: Vec<OpenParagraph>,
    tables: Vec<OpenTable>,
    notes: Vec<Section>,
    /// What was left out so far.
    pub(super) left_out: Vec<LeftOut>,
}

#[derive(Debug, Default)]
struct OpenTable {
    cells: Vec<Vec<Section>>,
    /// How many paragraphs were open when it began: it stands in a box of theirs.
    open: usize,
}

impl OfficeCollector {
    /// Begins a paragraph.
    pub(super) fn begin_paragraph(&mut self) {
        self.open.push(OpenParagraph::default());
    }

    /// The paragraph that is being read.
    pub(super) fn paragraph(&mut self) -> Option<&mut OpenParagraph> {
        self.open.last_mut()
    }

    /// Adds text to the paragraph that is being read.
    pub(super) fn push_text(&mut self, text: &str, style: RunStyle) {
        let Some(paragraph) = self.open.last_mut() else { return };
        if style.is_hidden {
            paragraph.hidden.push_str(text);
        } else if style.is_struck_out {
            paragraph.struck_out.push_str(text);
        } else if style.is_raised {
            let raised = superscripts::text_after(&paragraph.text, text.trim());
            paragraph.text.push_str(&raised.unwrap_or_default());
        } else {
            paragraph.text.push_str(text);
        }
    }

    /// Ends the paragraph that is being read.
    pub(super) fn end_paragraph(&mut self) {
        let Some(mut paragraph) = self.open.pop() else { return };
        self.leave_out(&paragraph.hidden, HIDDEN_RULE);
        self.leave_out(&paragraph.struck_out, STRUCK_OUT_RULE);
        let text = std::mem::take(&mut paragraph.text);
        let text = match paragraph.label.as_deref().filter(|_| !text.trim().is_empty()) {
            Some(label) => format!("{label} {}", text.trim_start()),
            None => text,
        };
        let boxes = std::mem::take(&mut paragraph.boxes);
        if !text.trim().is_empty() {
            match paragraph.role {
                ParagraphRole::Contents => self.leave_out(&text, CONTENTS_RULE),
                ParagraphRole::Title if self.title.is_none() && self.tables.is_empty() && self.open.is_empty() => {
                    self.title = Some(one_line(&text));
                }
                role => {
                    let kind = match role {
                        ParagraphRole::Text | ParagraphRole::Contents => ParagraphKind::Body,
                        ParagraphRole::Title | ParagraphRole::Heading => ParagraphKind::Heading,
                        ParagraphRole::ListItem => ParagraphKind::ListItem,
                        ParagraphRole::Quote => ParagraphKind::Quote,
                    };
                    self.push_section(Section { kind, text });
                }
            }
        }
        boxes.into_iter().for_each(|section| self.push_section(section));
    }

    /// Adds a paragraph where it stands: in a cell, in a box of the paragraph that is open, or in the text.
    fn push_section(&mut self, section: Section) {
        let open = self.open.len();
        match self.tables.last_mut().filter(|table| table.open >= open) {
            Some(table) => match table.cells.last_mut() {
                Some(cell) => cell.push(section),
                None => table.cells.push(vec![section]),
            },
            None => match self.open.last_mut() {
                Some(paragraph) => paragraph.boxes.push(section),
                None => self.sections.push(section),
            },
        }
    }

    /// Begins a table.
    pub(super) fn begin_table(&mut self) {
        self.tables.push(OpenTable { cells: Vec::new(), open: self.open.len() });
    }

    /// Begins a cell.
    pub(super) fn begin_cell(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.cells.push(Vec::new());
        }
    }

    /// Ends a row: one list item with its cells, or the paragraphs in them if they are text in columns.
    pub(super) fn end_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let cells: Vec<Vec<Section>> =
            std::mem::take(&mut table.cells).into_iter().filter(|cell| !cell.is_empty()).collect();
        let Some(mut table) = self.tables.pop() else { return };
        let characters = |cell: &Vec<Section>| cell.iter().map(|section| section.text.chars().count()).sum::<usize>();
        let is_text = cells.len() < 2 || cells.iter().any(|cell| characters(cell) > MAX_CELL_CHARACTERS);
        if is_text {
            cells.into_iter().flatten().for_each(|section| self.push_section(section));
        } else {
            let text = |cell: Vec<Section>| {
                let texts: Vec<String> = cell.into_iter().map(|section| one_line(&section.text)).collect();
                texts.join(" ")
            };
            let text = cells.into_iter().map(text).collect::<Vec<_>>().join("; ");
            self.push_section(Section { kind: ParagraphKind::ListItem, text });
        }
        table.cells = Vec::new();
        self.tables.push(table);
    }

    /// Ends a table.
    pub(super) fn end_table(&mut self) {
        if self.tables.last().is_some_and(|table| !table.cells.is_empty()) {
            self.end_row();
        }
        self.tables.pop();
    }

    /// Adds a footnote or endnote, which stands at the end.
    pub(super) fn push_note(&mut self, label: &str, text: &str) {
        let text = one_line(text);
        if !text.is_empty() {
            self.notes.push(Section { kind: ParagraphKind::ListItem, text: format!("[{}] {text}", label.trim()) });
        }
    }

    /// Lists a passage that is left out, once.
    pub(super) fn leave_out(&mut self, text: &str, rule: &str) {
        let text = one_line(text);
        let is_listed =
            || self.left_out.iter().rev().take(100).any(|passage| passage.text == text && passage.rule == rule);
        if !text.is_empty() && !is_listed() {
            self.left_out.push(LeftOut { text, rule: rule.to_owned() });
        }
    }

    /// Closes what is open, and puts title, text and notes together. `stated` is what the document says about itself.
    pub(super) fn finish(mut self, stated: ArticleDraft) -> ArticleDraft {
        while !self.open.is_empty() {
            self.end_paragraph();
        }
        while !self.tables.is_empty() {
            self.end_table();
        }
        let mut sections = self.sections;
        let stated_title = stated.title.filter(|title| stated::is_title(title));
        let title = match (self.title, stated_title) {
            (Some(shown), _) => Some(shown),
            (None, Some(title)) => {
                // The title stands at the beginning, if anywhere.
                let place = sections.iter().take(5).position(|section| stated::is_same(&section.text, &title));
                Some(place.filter(|_| sections.len() > 1).map_or(title, |place| sections.remove(place).text))
            }
            (None, None) => stated::take_plain_title(&mut sections),
        };
        let is_prose = |section: &Section| matches!(section.kind, ParagraphKind::Body | ParagraphKind::Heading);
        let bylines = match title {
            Some(_) => byline::take(&mut sections, |section| is_prose(section).then_some(section.text.trim())),
            None => byline::Bylines::default(),
        };
        let listed = bylines.lines.into_iter().map(|text| LeftOut { text, rule: byline::RULE.to_owned() });
        self.left_out.extend(listed);
        sections.append(&mut self.notes);
        // If there is nothing but a title, it is the text.
        let (title, sections) = match title {
            Some(title) if sections.is_empty() => (None, vec![Section { kind: ParagraphKind::Body, text: title }]),
            title => (title, sections),
        };
        // The properties of a document name who typed it.
        let author = bylines.author.or(stated.author.filter(|author| stated::is_author(author)));
        let published = stated.published.or(bylines.day);
        ArticleDraft { title, sections, left_out: self.left_out, author, published, ..stated }
    }
}

/// The number `list_number` in a format of lists: `1`, `a`, `A`, `i`, `I`.
pub(super) fn list_numeral(list_number: u32, format: &str) -> String {
    match format {
        "a" | "A" => {
            let letter = char::from(b'a' + ((list_number.max(1) - 1) % 26) as u8);
            let letters = String::from(letter).repeat(((list_number.max(1) - 1) / 26 + 1).min(4) as usize);
            if format == "A" { letters.to_uppercase() } else { letters }
        }
        "i" | "I" => {
            const NUMERALS: [(u32, &str); 13] = [
                (1000, "m"),
                (900, "cm"),
                (500, "d"),
                (400, "cd"),
                (100, "c"),
                (90, "xc"),
                (50, "l"),
                (40, "xl"),
                (10, "x"),
                (9, "ix"),
                (5, "v"),
                (4, "iv"),
                (1, "i"),
            ];
            let mut rest_of_number = list_number.min(3999);
            let mut roman_text = String::new();
            for (roman_value, roman_letters) in NUMERALS {
                while rest_of_number >= roman_value {
                    roman_text.push_str(roman_letters);
                    rest_of_number -= roman_value;
                }
            }
            if format == "I" { roman_text.to_uppercase() } else { roman_text }
        }
        _ => list_number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_lists_do() {
        for (value, format, text) in [
            (3, "1", "3"),
            (2, "a", "b"),
            (28, "a", "bb"),
            (4, "i", "iv"),
            (1999, "I", "MCMXCIX"),
            (0, "a", "a"),
            (0, "i", ""),
        ] {
            assert_eq!(list_numeral(value, format), text);
        }
    }

    #[test]
    fn a_byline_under_the_title_names_the_author() {
        let mut collector = OfficeCollector::default();
        for text in ["Die Halle", "Von Jana Ohm", "Sie wurde am Montag gekauft."] {
            collector.begin_paragraph();
            collector.push_text(text, RunStyle::default());
            collector.end_paragraph();
        }
        let stated = ArticleDraft { author: Some("Eva Lang".to_owned()), ..ArticleDraft::default() };
        let draft = collector.finish(stated);
        assert_eq!((draft.title.as_deref(), draft.author.as_deref()), (Some("Die Halle"), Some("Jana Ohm")));
        assert_eq!((draft.sections.len(), draft.left_out[0].text.as_str()), (1, "Von Jana Ohm"));
    }

    #[test]
    fn rows_of_a_table_are_items_and_text_in_columns_is_text() {
        let mut collector = OfficeCollector::default();
        let long = "Wort ".repeat(100);
        for cells in [["Kiel", "3,5 %"], ["Ein Satz steht hier.", &long]] {
            collector.begin_table();
            for cell in cells {
                collector.begin_cell();
                collector.begin_paragraph();
                collector.push_text(cell, RunStyle::default());
                collector.end_paragraph();
            }
            collector.end_row();
            collector.end_table();
        }
        let draft = collector.finish(ArticleDraft::default());
        let kinds: Vec<_> = draft.sections.iter().map(|section| section.kind).collect();
        assert_eq!(draft.sections[0].text, "Kiel; 3,5 %");
        assert_eq!(kinds, [ParagraphKind::ListItem, ParagraphKind::Body, ParagraphKind::Body]);
    }
}
