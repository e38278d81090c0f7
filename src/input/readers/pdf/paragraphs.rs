//! Lines in the order of reading → paragraphs, headings, list items, rows of tables and footnotes.
//!
//! A paragraph ends where the lines stand further apart, where the next one is indented, set in another size, or begins with a
//! bullet, and where a sentence ends before the line is full. It goes on across columns and pages where its sentence does.
//! Footnotes stand at the foot of a page in small print; they become list items at the end.

use super::super::lines::{append_line, ends_clause, ends_sentence};
use super::super::stated;
use super::words::LinePiece;
use crate::document::{ParagraphKind, Section};

/// Pieces of a line further apart than this, in ems, are cells of a table.
const TABLE_CELL_GAP: f64 = 2.0;

/// How many lines above and below may have a cell at the same place.
const TABLE_CELL_LINES: usize = 2;

/// How much larger than the text a heading is.
const HEADING_SIZE: f64 = 1.12;

/// How much larger than the text the headline is.
const TITLE_SIZE: f64 = 1.15;

/// How much smaller than the text a footnote is.
const FOOTNOTE_SIZE: f64 = 0.93;

/// The longest heading in characters.
const MAX_HEADING_CHARACTERS: usize = 200;

/// The longest heading in characters that only its bold print marks, and the longest title that nothing marks.
const MAX_PLAIN_HEADING_CHARACTERS: usize = 110;

/// The fewest dots that lead to a page number.
const MIN_LEADERS: usize = 4;

/// How many blocks may stand between the parts of a sentence: captions, boxes.
const MAX_BETWEEN: usize = 3;

/// A line of a region of a PDF page.
#[derive(Clone, Debug)]
struct PdfLine {
    text: String,
    left: f64,
    right: f64,
    base: f64,
    size: f64,
    is_bold: bool,
    is_row: bool,
}

/// A region of a PDF page.
struct PageRegion {
    lines: Vec<PdfLine>,
    left: f64,
    right: f64,
    /// The usual distance between base lines.
    leading: f64,
}

/// A paragraph before it is known what it is.
#[derive(Clone, Debug)]
struct PdfBlock {
    kind: ParagraphKind,
    text: String,
    size: f64,
    is_bold: bool,
    lines: usize,
    page: usize,
    /// Where the first line of the block begins.
    left: f64,
    /// True if the block's last line is as long as a line can be.
    is_full: bool,
}

/// What the regions of all pages say.
#[derive(Debug, Default)]
pub(super) struct PdfText {
    /// The headline, by its size or its place.
    pub(super) title: Option<String>,
    /// The paragraphs, without the headline, and the footnotes.
    pub(super) sections: Vec<Section>,
    /// The lines of tables of contents.
    pub(super) contents: Vec<String>,
}

/// Puts the text of `pages` together, each a list of regions. `known_title` is what the file says its title is.
pub(super) fn text_of_pages(pages: Vec<Vec<Vec<LinePiece>>>, known_title: Option<&str>) -> PdfText {
    let body_size = body_size(&pages);
    let mut blocks: Vec<PdfBlock> = Vec::new();
    let mut footnotes: Vec<PdfBlock> = Vec::new();
    let mut contents = Vec::new();
    for (page, regions) in pages.into_iter().enumerate() {
        for pieces in regions {
            let mut region = PageRegion::new(pieces);
            contents.extend(region.take_contents());
            let notes = region.take_footnotes(body_size);
            add_region(&region, page, &mut blocks, false);
            add_region(&notes, page, &mut footnotes, true);
        }
    }
    let is_mostly_bold = {
        let letters = |is_bold: bool| -> usize {
            blocks.iter().filter(|block| block.is_bold == is_bold).map(|block| block.text.len()).sum()
        };
        letters(true) > letters(false)
    };
    for block in &mut blocks {
        if block.kind == ParagraphKind::Body && is_heading(block, body_size, is_mostly_bold) {
            block.kind = ParagraphKind::Heading;
        }
    }
    let title = take_title(&mut blocks, body_size, known_title);
    for note in &mut footnotes {
        note.kind = ParagraphKind::ListItem;
        if let Some((mark, rest)) = footnote_mark(&note.text) {
            note.text = format!("[{mark}] {rest}");
        }
    }
    let sections = blocks.into_iter().chain(footnotes).map(|block| Section { kind: block.kind, text: block.text });
    PdfText { title, sections: sections.collect(), contents }
}

/// The size of most letters, in points.
fn body_size(pages: &[Vec<Vec<LinePiece>>]) -> f64 {
    let mut letters = std::collections::BTreeMap::new();
    for piece in pages.iter().flatten().flatten() {
        *letters.entry((piece.size * 2.0).round() as i64).or_insert(0) += piece.text.len();
    }
    letters.into_iter().max_by_key(|(_, count)| *count).map_or(10.0, |(size, _)| size as f64 / 2.0)
}

impl PageRegion {
    /// Puts pieces on the same line together.
    fn new(mut pieces: Vec<LinePiece>) -> Self {
        pieces.sort_by(|one, other| one.base.total_cmp(&other.base));
        let mut levels: Vec<Vec<LinePiece>> = Vec::new();
        for piece in pieces {
            match levels.last_mut() {
                Some(level) if level[0].is_level_with(&piece) => level.push(piece),
                _ => levels.push(vec![piece]),
            }
        }
        levels.iter_mut().for_each(|level| level.sort_by(|one, other| one.left.total_cmp(&other.left)));
        let cells: Vec<Vec<(f64, f64)>> = levels.iter().map(|level| table_cells(level)).collect();
        let near = |index: usize| {
            cells[index.saturating_sub(TABLE_CELL_LINES)..index]
                .iter()
                .chain(cells.iter().skip(index + 1).take(TABLE_CELL_LINES))
        };
        let lines = levels.iter().enumerate();
        let lines: Vec<PdfLine> = lines
            .filter_map(|(index, level)| line_of_pieces(level, &near(index).flatten().copied().collect::<Vec<_>>()))
            .collect();
        let left = lines.iter().map(|line| line.left).fold(f64::INFINITY, f64::min);
        let right = lines.iter().map(|line| line.right).fold(f64::NEG_INFINITY, f64::max);
        let mut distances: Vec<f64> = lines.windows(2).map(|pair| pair[1].base - pair[0].base).collect();
        distances.sort_by(f64::total_cmp);
        let leading = distances.get(distances.len() / 2).copied().unwrap_or_default();
        Self { lines, left, right, leading }
    }

    /// Takes the lines of a table of contents: those that dots lead to a page number, and those beside them that end in one.
    fn take_contents(&mut self) -> Vec<String> {
        let is_led: Vec<bool> = self.lines.iter().map(|line| is_led_to_number(&line.text)).collect();
        let is_entry = |index: usize| {
            let is_near = (index.saturating_sub(2)..=index + 2).any(|near| is_led.get(near) == Some(&true));
            is_led[index] || is_near && self.lines[index].is_row && ends_in_number(&self.lines[index].text)
        };
        let entries: Vec<bool> = (0..self.lines.len()).map(is_entry).collect();
        let mut taken = Vec::new();
        let mut kept = Vec::new();
        for (line, is_entry) in std::mem::take(&mut self.lines).into_iter().zip(entries) {
            if is_entry { taken.push(line.text) } else { kept.push(line) }
        }
        self.lines = kept;
        taken
    }

    /// Takes the lines at the foot that are small and begin with a number or a mark.
    fn take_footnotes(&mut self, body_size: f64) -> Self {
        let small = self.lines.iter().rev().take_while(|line| line.size <= FOOTNOTE_SIZE * body_size).count();
        let start = self.lines.len() - small;
        let first = self.lines[start..].iter().position(|line| footnote_mark(&line.text).is_some());
        // A region that has nothing else is a caption or a table, unless it begins as footnotes do.
        let notes = match first {
            Some(first) if start > 0 || first == 0 => self.lines.split_off(start + first),
            _ => Vec::new(),
        };
        Self { lines: notes, ..*self }
    }

    /// True if the next word would have fitted on `line`.
    fn has_room(&self, line: &PdfLine, next: &PdfLine) -> bool {
        let word = next.text.split_whitespace().next().unwrap_or_default().chars().count() as f64;
        let spare = self.right - line.right;
        spare > word * 0.55 * next.size + 0.3 * next.size && spare > 0.12 * (self.right - self.left)
    }
}

/// Where the pieces of a line begin and end that are far from the one before.
fn table_cells(pieces: &[LinePiece]) -> Vec<(f64, f64)> {
    let is_far = |pair: &&[LinePiece]| pair[1].left - pair[0].right > TABLE_CELL_GAP * pair[1].size;
    pieces.windows(2).filter(is_far).map(|pair| (pair[1].left, pair[1].right)).collect()
}

/// One line of its pieces, which are sorted from left to right. A piece is a cell if it stands below or above another one: a gap
/// alone may come from text that is spaced out to fill its line.
fn line_of_pieces(pieces: &[LinePiece], cells_near: &[(f64, f64)]) -> Option<PdfLine> {
    let main = pieces.iter().max_by_key(|piece| piece.text.len())?;
    let (base, size, is_bold) = (main.base, main.size, main.is_bold);
    let right = pieces.iter().map(|piece| piece.right).fold(f64::NEG_INFINITY, f64::max);
    let left = pieces.first()?.left;
    let mut text = String::new();
    let mut end = f64::NEG_INFINITY;
    let mut is_row = false;
    for piece in pieces {
        let is_aligned = |(left, right): &(f64, f64)| {
            (left - piece.left).abs() < 0.5 * size || (right - piece.right).abs() < 0.5 * size
        };
        if !text.is_empty() {
            let is_far = piece.left - end > TABLE_CELL_GAP * size && after_bullet(&format!("{text} a")).is_none();
            let is_cell = is_far && cells_near.iter().any(is_aligned);
            is_row |= is_cell;
            text.push_str(if is_cell { "; " } else { " " });
        }
        text.push_str(&piece.text);
        end = end.max(piece.right);
    }
    Some(PdfLine { text, left, right, base, size, is_bold, is_row })
}

/// Adds the paragraphs of a region to `blocks`. The first line may go on with one of them. Of footnotes each begins with its mark.
fn add_region(region: &PageRegion, page: usize, blocks: &mut Vec<PdfBlock>, are_footnotes: bool) {
    for (index, line) in region.lines.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &region.lines[before]);
        let is_full = region.lines.get(index + 1).map_or_else(
            || region.right - line.right < 0.12 * (region.right - region.left),
            |next| !region.has_room(line, next),
        );
        let goes_on = match before {
            Some(_) if are_footnotes => blocks.len().checked_sub(1).filter(|_| footnote_mark(&line.text).is_none()),
            Some(before) => {
                blocks.len().checked_sub(1).filter(|last| !begins_paragraph(region, before, line, &blocks[*last]))
            }
            None => unfinished_block(blocks, line),
        };
        if let Some(block) = goes_on.map(|place| &mut blocks[place]) {
            match block.text.strip_suffix('\u{ad}').map(str::len) {
                Some(length) => {
                    block.text.truncate(length);
                    block.text.push_str(&line.text);
                }
                None => append_line(&mut block.text, &line.text),
            }
            block.lines += 1;
            block.page = page;
            block.is_full = is_full;
            continue;
        }
        let (kind, text) = match after_bullet(&line.text) {
            _ if line.is_row => (ParagraphKind::ListItem, line.text.as_str()),
            Some(text) => (ParagraphKind::ListItem, text),
            None if item_number(&line.text).is_some() => (ParagraphKind::ListItem, line.text.as_str()),
            None => (ParagraphKind::Body, line.text.as_str()),
        };
        blocks.push(PdfBlock {
            kind,
            text: text.to_owned(),
            size: line.size,
            is_bold: line.is_bold,
            lines: 1,
            page,
            left: line.left,
            is_full,
        });
    }
}

/// True if `line` begins another paragraph than that of the line `before` it.
fn begins_paragraph(region: &PageRegion, before: &PdfLine, line: &PdfLine, block: &PdfBlock) -> bool {
    let ends = ends_sentence(&before.text);
    let is_lower = line.text.starts_with(char::is_lowercase);
    let is_cut = !ends && is_lower || before.text.ends_with(['-', '\u{ad}']);
    let distance = line.base - before.base;
    let usual = if region.leading > 0.0 { region.leading.min(2.2 * line.size) } else { 1.25 * line.size };
    let size_change = (line.size / before.size - 1.0).abs();
    // A dash may also be part of a sentence.
    let may_be_item = ends || before.text.ends_with(':') || block.kind == ParagraphKind::ListItem;
    let is_bullet = after_bullet(&line.text).is_some() && (may_be_item || !line.text.starts_with(['–', '-', '*']));
    let is_item = is_bullet || item_number(&line.text).is_some();
    if line.is_row || before.is_row || size_change > 0.08 {
        return true;
    }
    if is_item && (ends || !is_cut) {
        return true;
    }
    if distance > 1.3 * usual.max(line.size) && (distance > 1.8 * usual || !is_cut) {
        return true;
    }
    if line.is_bold != before.is_bold && !is_cut {
        return true;
    }
    let indent = line.left - before.left;
    let em = line.size;
    if block.kind == ParagraphKind::ListItem {
        // The lines of an item stand below its text, or below its bullet.
        return line.left < block.left - 0.5 * em
            || line.left < block.left + 0.3 * em && ends && !is_lower && region.has_room(before, line);
    }
    if indent > 0.7 * em && indent < 6.0 * em && !is_lower && (ends || block.lines > 1) && !is_cut {
        return true;
    }
    let has_room = region.has_room(before, line);
    if ends && !is_lower && has_room {
        return true;
    }
    let width = region.right - region.left;
    !is_cut && !is_lower && !ends_clause(&before.text) && has_room && region.right - before.right > 0.3 * width
}

/// The place of the block that goes on in `line`, which begins another column or page.
fn unfinished_block(blocks: &[PdfBlock], line: &PdfLine) -> Option<usize> {
    let is_lower = line.text.starts_with(char::is_lowercase);
    let is_item = line.is_row || after_bullet(&line.text).is_some() || item_number(&line.text).is_some();
    let candidates = blocks.iter().enumerate().rev().take(if is_lower { MAX_BETWEEN } else { 1 });
    let goes_on = |block: &PdfBlock| {
        let is_cut = block.text.ends_with(['-', '\u{ad}']);
        (block.size / line.size - 1.0).abs() < 0.05
            && block.is_bold == line.is_bold
            && !ends_sentence(&block.text)
            && !block.text.ends_with(':')
            && (block.kind == ParagraphKind::Body || is_lower)
            && (is_lower || is_cut || block.is_full && block.lines > 1)
    };
    (!is_item).then(|| candidates.into_iter().find(|(_, block)| goes_on(block)).map(|(place, _)| place)).flatten()
}

/// True if a block is a heading, by its size or its bold print.
fn is_heading(block: &PdfBlock, body_size: f64, is_mostly_bold: bool) -> bool {
    let characters = block.text.chars().count();
    let has_letters = block.text.chars().filter(|letter| letter.is_alphabetic()).count() > 1;
    let is_large = block.size >= HEADING_SIZE * body_size
        && characters <= MAX_HEADING_CHARACTERS
        && (!ends_sentence(&block.text) || block.text.ends_with(['?', '!']) || block.size >= 1.3 * body_size);
    let is_marked = block.is_bold
        && !is_mostly_bold
        && characters <= MAX_PLAIN_HEADING_CHARACTERS
        && !ends_clause(&block.text)
        && (!ends_sentence(&block.text) || block.text.ends_with(['?', '!']));
    has_letters && (is_large || is_marked)
}

/// Takes the headline out of `blocks`: the one that is the known title, else the largest on the first page, else a short
/// first paragraph.
fn take_title(blocks: &mut Vec<PdfBlock>, body_size: f64, known_title: Option<&str>) -> Option<String> {
    if blocks.len() < 2 {
        return known_title.map(str::to_owned);
    }
    let first_page = blocks.iter().take_while(|block| block.page == 0).count();
    if let Some(known) = known_title {
        let same = blocks[..first_page].iter().position(|block| stated::is_same(&block.text, known));
        return Some(same.map_or_else(|| known.to_owned(), |place| blocks.remove(place).text));
    }
    let is_large = |block: &PdfBlock| block.kind == ParagraphKind::Heading && block.size >= TITLE_SIZE * body_size;
    let largest =
        blocks[..first_page].iter().filter(|block| is_large(block)).map(|block| block.size).max_by(f64::total_cmp);
    if let Some(largest) = largest {
        let place = blocks.iter().position(|block| is_large(block) && block.size >= largest * 0.99)?;
        return Some(blocks.remove(place).text);
    }
    let (first, second) = (&blocks[0], &blocks[1]);
    let is_title = matches!(first.kind, ParagraphKind::Body | ParagraphKind::Heading)
        && first.text.chars().count() <= MAX_PLAIN_HEADING_CHARACTERS
        && !ends_clause(&first.text)
        && (!ends_sentence(&first.text) || first.text.ends_with(['?', '!']))
        && (second.text.len() > first.text.len() || ends_sentence(&second.text));
    is_title.then(|| blocks.remove(0).text)
}

/// The text after the bullet that `text` begins with.
fn after_bullet(text: &str) -> Option<&str> {
    let rest = text.strip_prefix([
        '•', '–', '-', '*', '·', '▪', '‣', '◦', '■', '●', '►', '✓', '□', '○', '➢', '➤', '\u{f0b7}', '\u{f0a7}',
        '\u{f0d8}', '\u{f0fc}', '\u{f02d}',
    ])?;
    let words = rest.trim_start();
    (words.len() < rest.len() && !words.is_empty()).then_some(words)
}

/// The number of a list item: `1. Text`, `2) Text`, `a) Text`. Not a day, nor the number of a chapter.
fn item_number(text: &str) -> Option<&str> {
    let (number, rest) = text.split_once(' ')?;
    let mark = number.strip_suffix(['.', ')'])?;
    let is_number = (1..=2).contains(&mark.len()) && mark.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = number.ends_with(')') && mark.len() == 1 && mark.bytes().all(|byte| byte.is_ascii_lowercase());
    let first = rest.split(|character: char| !character.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    let is_day = crate::lexicon::german::month_or_abbreviation(&first).is_some();
    ((is_number || is_letter) && !is_day && rest.starts_with(|it: char| it.is_uppercase() || "„\"»".contains(it)))
        .then_some(rest)
}

/// True if dots lead to a number at the end of `text`, as in a table of contents.
fn is_led_to_number(text: &str) -> bool {
    let before = text.trim_end_matches(|it: char| it.is_ascii_digit() || it == ';' || it == ' ');
    let dots =
        before.chars().rev().take_while(|it| matches!(it, '.' | ' ' | '…' | ';')).filter(|it| *it != ' ').count();
    ends_in_number(text) && (dots >= MIN_LEADERS || before.ends_with("……"))
}

fn ends_in_number(text: &str) -> bool {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    (1..=4).contains(&digits) && !text[..text.len() - digits].ends_with(char::is_alphanumeric)
}

/// The mark that `text` begins with as a footnote does, and the rest, which may follow without a space.
fn footnote_mark(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let stars = text.chars().take_while(|it| "*†‡".contains(*it)).map(char::len_utf8).sum::<usize>();
    let length = match (digits, stars) {
        (1..=3, _) => digits,
        (0, 1..) => stars,
        _ => return None,
    };
    let (mark, after) = text.split_at(length);
    let after = after.strip_prefix([')', ']', '.']).unwrap_or(after);
    let rest = after.trim_start();
    let is_glued = rest.len() == after.len();
    let is_text =
        rest.starts_with(|it: char| (it.is_alphabetic() && (!is_glued || it.is_uppercase())) || "„\"»(".contains(it));
    is_text.then_some((mark, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem};

    /// A line of text at (left, base) in a size.
    fn piece(text: &str, left: f64, base: f64, size: f64) -> LinePiece {
        let right = left + text.chars().count() as f64 * size * 0.5;
        LinePiece { text: text.to_owned(), left, right, base, size, is_bold: false }
    }

    #[test]
    fn footnotes_begin_with_a_mark() {
        for (text, parts) in [
            ("1 Nach Angaben", Some(("1", "Nach Angaben"))),
            ("12Nach Angaben", Some(("12", "Nach Angaben"))),
            ("* nach Angaben", Some(("*", "nach Angaben"))),
            ("3) Siehe oben", Some(("3", "Siehe oben"))),
            ("2024 war", None),
            ("3 000 Euro", None),
            ("3er", None),
            ("Nach", None),
        ] {
            assert_eq!(footnote_mark(text), parts, "{text}");
        }
    }

    #[test]
    fn dots_lead_to_page_numbers() {
        for (text, is_led) in [
            ("2.1 Bau . . . . . . . . 12", true),
            ("Vorwort......3", true),
            ("Vorwort …… 3", true),
            ("Er kam ... 3", false),
            ("Im Jahr 2003", false),
            ("", false),
        ] {
            assert_eq!(is_led_to_number(text), is_led, "{text}");
        }
    }

    #[test]
    fn paragraphs_end_where_lines_stand_apart_or_are_indented() {
        let pages = vec![vec![vec![
            piece("Halle gekauft", 50.0, 60.0, 20.0),
            piece("Die Stadt hat am Montag die Halle am Fluss ge-", 50.0, 90.0, 10.0),
            piece("kauft und will dort im nächsten Jahr eine Bücherei", 50.0, 102.0, 10.0),
            piece("einrichten.", 50.0, 114.0, 10.0),
            piece("Das kostet nach Angaben der Stadt drei Millionen", 60.0, 126.0, 10.0),
            piece("Euro.", 50.0, 138.0, 10.0),
            piece("Was nun kommt", 50.0, 160.0, 12.0),
            piece("• Zuerst wird das Dach erneuert, das an vielen", 50.0, 180.0, 10.0),
            piece("Stellen undicht ist", 58.0, 192.0, 10.0),
            piece("• Dann die Fenster", 50.0, 204.0, 10.0),
        ]]];
        let text = text_of_pages(pages, None);
        let sections: Vec<_> = text.sections.iter().map(|section| (section.kind, section.text.as_str())).collect();
        let expected = [
            (
                Body,
                "Die Stadt hat am Montag die Halle am Fluss gekauft und will dort im nächsten Jahr eine Bücherei einrichten.",
            ),
            (Body, "Das kostet nach Angaben der Stadt drei Millionen Euro."),
            (Heading, "Was nun kommt"),
            (ListItem, "Zuerst wird das Dach erneuert, das an vielen Stellen undicht ist"),
            (ListItem, "Dann die Fenster"),
        ];
        assert_eq!((text.title.as_deref(), sections.as_slice()), (Some("Halle gekauft"), &expected[..]));
    }
}
