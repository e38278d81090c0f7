//! The glyphs of a page → words, and words → pieces of lines.
//!
//! A file need not draw spaces, and need not draw in the order of reading. Words are told apart by the gaps between their
//! glyphs; a piece of a line ends where the gap is wider than any space between words. Initials that are taller than a line
//! are put before their word, raised numbers are exponents or references to footnotes.

use std::collections::HashMap;

use super::super::superscripts;
use super::glyphs::Glyph;

/// A gap between glyphs that separates words, in ems.
const WORD_GAP: f64 = 0.16;

/// A gap between words that separates pieces of a line, in ems.
const PIECE_GAP: f64 = 1.1;

/// How much smaller than its word a raised number is.
const RAISED_SIZE: f64 = 0.85;

/// How much larger than the text an initial is.
const INITIAL_SIZE: f64 = 1.8;

/// Letters that are spaced out are a word if there are at least this many.
const MIN_SPACED_LETTERS: usize = 4;

/// A word, in points from the upper left corner of the page.
#[derive(Clone, Debug)]
struct PdfWord {
    text: String,
    left: f64,
    right: f64,
    /// Height of the base line.
    base: f64,
    size: f64,
    is_bold: bool,
}

/// Words side by side, with no more between them than spaces.
#[derive(Clone, Debug)]
pub(super) struct LinePiece {
    /// The words, with a space between them.
    pub(super) text: String,
    /// Where the piece begins, in points from the left edge of the page.
    pub(super) left: f64,
    /// Where the piece ends, in points from the left edge of the page.
    pub(super) right: f64,
    /// Height of the piece's base line, in points from the upper edge of the page.
    pub(super) base: f64,
    /// Height of the piece's font: that of most of its letters.
    pub(super) size: f64,
    /// True if most letters of the piece are bold.
    pub(super) is_bold: bool,
}

impl LinePiece {
    /// Where the letters of the piece begin, in points from the upper edge of the page.
    pub(super) fn top(&self) -> f64 {
        self.base - self.size * 0.8
    }

    /// Where the letters of the piece end, in points from the upper edge of the page.
    pub(super) fn bottom(&self) -> f64 {
        self.base + self.size * 0.2
    }

    /// True if both stand on the same line.
    pub(super) fn is_level_with(&self, other: &Self) -> bool {
        (self.base - other.base).abs() < 0.3 * self.size.min(other.size).max(1.0)
    }
}

/// The pieces of lines that `glyphs` make, sorted from top to bottom and from left to right. All glyphs run to the right.
pub(super) fn line_pieces(glyphs: &[Glyph]) -> Vec<LinePiece> {
    let mut page_words = words_of_glyphs(glyphs);
    page_words.retain(|word| !word.text.trim().is_empty());
    place_initials(&mut page_words);
    page_words.sort_by(|word, other_word| word.base.total_cmp(&other_word.base));
    let mut line_pieces = Vec::new();
    for mut line_words in words_by_line(page_words) {
        line_words.sort_by(|word, other_word| word.left.total_cmp(&other_word.left));
        line_pieces.extend(pieces_of_line(line_words));
    }
    line_pieces
}

/// The words of `glyphs`, in the order they are drawn.
fn words_of_glyphs(glyphs: &[Glyph]) -> Vec<PdfWord> {
    let mut pdf_words: Vec<PdfWord> = Vec::new();
    let mut is_new = true;
    let mut drawn_glyphs: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (glyph_index, glyph) in glyphs.iter().enumerate() {
        if glyph.text.chars().all(|character| character.is_whitespace() || character.is_control()) {
            is_new = true;
            continue;
        }
        if is_drawn_again(glyphs, glyph_index, &mut drawn_glyphs) {
            continue;
        }
        if let Some(word) = pdf_words.last_mut() {
            let glyph_gap = glyph.start.0 - word.right;
            let baseline_drop = glyph.start.1 - word.base;
            let larger_size = word.size.max(glyph.size);
            let is_near = glyph_gap > -0.35 * larger_size && glyph_gap < WORD_GAP * larger_size;
            let is_level = baseline_drop.abs() < 0.12 * larger_size;
            if !is_new && is_near && is_level && glyph.size > word.size * 0.6 && word.size > glyph.size * 0.6 {
                word.push(glyph);
                continue;
            }
            let is_beside = glyph_gap > -0.35 * larger_size && glyph_gap < 0.3 * larger_size;
            let is_raised = -baseline_drop > 0.12 * word.size
                && -baseline_drop < 0.75 * word.size
                && glyph.size < RAISED_SIZE * word.size;
            if is_beside && is_raised && is_mark(&glyph.text) {
                word.push_raised(glyph);
                is_new = false;
                continue;
            }
            // What is lowered: H₂O.
            let is_lowered = baseline_drop > 0.05 * word.size
                && baseline_drop < 0.4 * word.size
                && glyph.size < RAISED_SIZE * word.size;
            if !is_new && is_near && is_lowered {
                word.text.push_str(&glyph.text);
                word.right = glyph.end.0.max(glyph.start.0);
                continue;
            }
            // A raised number before the text that it numbers: a footnote.
            let was_raised = baseline_drop > 0.12 * glyph.size
                && baseline_drop < 0.75 * glyph.size
                && word.size < RAISED_SIZE * glyph.size;
            if was_raised && glyph_gap > -0.2 * larger_size && glyph_gap < 0.6 * larger_size && is_mark(&word.text) {
                word.base = glyph.start.1;
            }
        }
        pdf_words.push(PdfWord::new(glyph));
        is_new = false;
    }
    pdf_words
}

impl PdfWord {
    fn new(glyph: &Glyph) -> Self {
        let (left, right) = (glyph.start.0, glyph.end.0.max(glyph.start.0));
        let text = glyph.text.clone();
        Self { text, left, right, base: glyph.start.1, size: glyph.size, is_bold: glyph.is_bold }
    }

    fn push(&mut self, glyph: &Glyph) {
        self.text.push_str(&glyph.text);
        self.right = self.right.max(glyph.end.0);
        self.left = self.left.min(glyph.start.0);
    }

    fn push_raised(&mut self, glyph: &Glyph) {
        if let Some(exponent) = superscripts::text_after(&self.text, &glyph.text) {
            self.text.push_str(&exponent);
        }
        self.right = self.right.max(glyph.end.0);
    }
}

/// True if `text` can refer to a footnote or be an exponent.
fn is_mark(text: &str) -> bool {
    text.chars().all(|character| character.is_ascii_digit() || "*†‡()[],−-¹²³".contains(character))
}

/// True if the same glyph has been drawn at the same place, as programs do to make it bold or to give it a shadow.
fn is_drawn_again(glyphs: &[Glyph], glyph_index: usize, drawn_glyphs: &mut HashMap<(i64, i64), Vec<usize>>) -> bool {
    const CELL: f64 = 2.0;
    let glyph = &glyphs[glyph_index];
    let grid_cell = |glyph_place: (f64, f64)| ((glyph_place.0 / CELL) as i64, (glyph_place.1 / CELL) as i64);
    let (column, row) = grid_cell(glyph.start);
    let is_same_glyph = |other_index: &usize| {
        let other = &glyphs[*other_index];
        let near_distance = 0.1 * glyph.size.min(other.size);
        other.text == glyph.text
            && (other.start.0 - glyph.start.0).abs() < near_distance
            && (other.start.1 - glyph.start.1).abs() < near_distance
    };
    let is_again = (-1..=1).any(|right| {
        (-1..=1).any(|down| {
            drawn_glyphs
                .get(&(column + right, row + down))
                .is_some_and(|drawn_there| drawn_there.iter().any(is_same_glyph))
        })
    });
    let drawn_there = drawn_glyphs.entry((column, row)).or_default();
    // A cell with many glyphs is a trap, not text.
    if drawn_there.len() < 64 {
        drawn_there.push(glyph_index);
    }
    is_again
}

/// Puts initials that are taller than a line before the word beside their top.
fn place_initials(words: &mut Vec<PdfWord>) {
    let is_initial = |word: &PdfWord| {
        let mut letters = word.text.chars().filter(|character| !"„»\"'".contains(*character));
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
    };
    let initials: Vec<usize> = (0..words.len()).filter(|word_index| is_initial(&words[*word_index])).take(64).collect();
    let mut placed_initials = Vec::new();
    for word_index in initials {
        let initial = words[word_index].clone();
        let words_beside = words.iter().enumerate().filter(|(other_index, word)| {
            let initial_gap = word.left - initial.right;
            *other_index != word_index
                && initial.size >= INITIAL_SIZE * word.size
                && initial_gap > -0.2 * word.size
                && initial_gap < 1.0 * word.size
                && word.base <= initial.base + 0.2 * word.size
                && word.base > initial.base - initial.size
        });
        let word_at_top = words_beside
            .min_by(|(_, one), (_, other)| one.base.total_cmp(&other.base))
            .map(|(other_index, _)| other_index);
        if let Some(word_at_top) =
            word_at_top.filter(|word_at_top| words[*word_at_top].text.starts_with(char::is_alphabetic))
        {
            words[word_at_top].text.insert_str(0, &initial.text);
            placed_initials.push(word_index);
        }
    }
    placed_initials.into_iter().rev().for_each(|word_index| drop(words.remove(word_index)));
}

/// Groups words, which are sorted by their base lines, that stand on the same one.
fn words_by_line(words: Vec<PdfWord>) -> Vec<Vec<PdfWord>> {
    let mut levels: Vec<Vec<PdfWord>> = Vec::new();
    for word in words {
        match levels.last_mut() {
            Some(level) if word.base - level[0].base < 0.25 * level[0].size.min(word.size).max(1.0) => level.push(word),
            _ => levels.push(vec![word]),
        }
    }
    levels
}

/// The pieces of a line of words, which are sorted from left to right.
fn pieces_of_line(line: Vec<PdfWord>) -> Vec<LinePiece> {
    let mut groups: Vec<Vec<PdfWord>> = Vec::new();
    for word in line {
        let goes_on = groups
            .last()
            .and_then(|group| group.last())
            .is_some_and(|last| word.left - last.right < PIECE_GAP * last.size.max(word.size));
        match groups.last_mut().filter(|_| goes_on) {
            Some(group) => group.push(word),
            None => groups.push(vec![word]),
        }
    }
    groups.into_iter().filter_map(|group| piece_of_words(&group)).collect()
}

fn piece_of_words(words: &[PdfWord]) -> Option<LinePiece> {
    let (first_word, last_word) = (words.first()?, words.last()?);
    let letter_count = |word: &PdfWord| word.text.chars().count();
    let all_letters: usize = words.iter().map(letter_count).sum();
    let bold_letters: usize = words.iter().filter(|word| word.is_bold).map(letter_count).sum();
    let longest_word = words.iter().max_by_key(|word| letter_count(word))?;
    let right_edge = words.iter().map(|word| word.right).fold(last_word.right, f64::max);
    Some(LinePiece {
        text: join_words(words),
        left: first_word.left,
        right: right_edge,
        base: longest_word.base,
        size: longest_word.size,
        is_bold: bold_letters * 10 > all_letters * 6,
    })
}

/// The words with spaces between them. Letters that are spaced out are put together.
fn join_words(words: &[PdfWord]) -> String {
    let mut joined_text = String::new();
    let mut word_index = 0;
    while word_index < words.len() {
        let spaced_run = words[word_index..].iter().take_while(|word| word.text.chars().count() == 1).count();
        let is_spaced = spaced_run >= MIN_SPACED_LETTERS
            && words[word_index..word_index + spaced_run].iter().all(|word| word.text.starts_with(char::is_alphabetic));
        if !joined_text.is_empty() {
            joined_text.push(' ');
        }
        if !is_spaced {
            joined_text.push_str(&words[word_index].text);
            word_index += 1;
            continue;
        }
        let spaced_letters = &words[word_index..word_index + spaced_run];
        let mut letter_gaps: Vec<f64> = spaced_letters.windows(2).map(|pair| pair[1].left - pair[0].right).collect();
        let gaps_by_place = letter_gaps.clone();
        letter_gaps.sort_by(f64::total_cmp);
        let usual_gap = letter_gaps[letter_gaps.len() / 2];
        for (letter_index, spaced_letter) in spaced_letters.iter().enumerate() {
            if letter_index > 0 && gaps_by_place[letter_index - 1] > 1.6 * usual_gap.max(0.1 * spaced_letter.size) {
                joined_text.push(' ');
            }
            joined_text.push_str(&spaced_letter.text);
        }
        word_index += spaced_run;
    }
    joined_text
}
