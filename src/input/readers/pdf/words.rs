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
struct Word {
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
pub(super) struct Piece {
    /// The words, with a space between them.
    pub(super) text: String,
    /// Where it begins, in points from the left edge of the page.
    pub(super) left: f64,
    /// Where it ends.
    pub(super) right: f64,
    /// Height of its base line, in points from the upper edge of the page.
    pub(super) base: f64,
    /// Height of its font: that of most of its letters.
    pub(super) size: f64,
    /// True if most of its letters are bold.
    pub(super) is_bold: bool,
}

impl Piece {
    /// Where its letters begin, in points from the upper edge of the page.
    pub(super) fn top(&self) -> f64 {
        self.base - self.size * 0.8
    }

    /// Where its letters end.
    pub(super) fn bottom(&self) -> f64 {
        self.base + self.size * 0.2
    }

    /// True if both stand on the same line.
    pub(super) fn is_level_with(&self, other: &Self) -> bool {
        (self.base - other.base).abs() < 0.3 * self.size.min(other.size).max(1.0)
    }
}

/// The pieces of lines that `glyphs` make, sorted from top to bottom and from left to right. All glyphs run to the right.
pub(super) fn pieces(glyphs: &[Glyph]) -> Vec<Piece> {
    let mut words = words(glyphs);
    words.retain(|word| !word.text.trim().is_empty());
    place_initials(&mut words);
    words.sort_by(|one, other| one.base.total_cmp(&other.base));
    let mut pieces = Vec::new();
    for mut line in levels(words) {
        line.sort_by(|one, other| one.left.total_cmp(&other.left));
        pieces.extend(pieces_of_line(line));
    }
    pieces
}

/// The words of `glyphs`, in the order they are drawn.
fn words(glyphs: &[Glyph]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_new = true;
    let mut seen: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (index, glyph) in glyphs.iter().enumerate() {
        if glyph.text.chars().all(|character| character.is_whitespace() || character.is_control()) {
            is_new = true;
            continue;
        }
        if is_drawn_again(glyphs, index, &mut seen) {
            continue;
        }
        if let Some(word) = words.last_mut() {
            let gap = glyph.start.0 - word.right;
            let drop = glyph.start.1 - word.base;
            let larger = word.size.max(glyph.size);
            let is_near = gap > -0.35 * larger && gap < WORD_GAP * larger;
            let is_level = drop.abs() < 0.12 * larger;
            if !is_new && is_near && is_level && glyph.size > word.size * 0.6 && word.size > glyph.size * 0.6 {
                word.push(glyph);
                continue;
            }
            let is_beside = gap > -0.35 * larger && gap < 0.3 * larger;
            let is_raised =
                -drop > 0.12 * word.size && -drop < 0.75 * word.size && glyph.size < RAISED_SIZE * word.size;
            if is_beside && is_raised && is_mark(&glyph.text) {
                word.push_raised(glyph);
                is_new = false;
                continue;
            }
            // What is lowered: H₂O.
            let is_lowered = drop > 0.05 * word.size && drop < 0.4 * word.size && glyph.size < RAISED_SIZE * word.size;
            if !is_new && is_near && is_lowered {
                word.text.push_str(&glyph.text);
                word.right = glyph.end.0.max(glyph.start.0);
                continue;
            }
            // A raised number before the text that it numbers: a footnote.
            let was_raised =
                drop > 0.12 * glyph.size && drop < 0.75 * glyph.size && word.size < RAISED_SIZE * glyph.size;
            if was_raised && gap > -0.2 * larger && gap < 0.6 * larger && is_mark(&word.text) {
                word.base = glyph.start.1;
            }
        }
        words.push(Word::new(glyph));
        is_new = false;
    }
    words
}

impl Word {
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
fn is_drawn_again(glyphs: &[Glyph], index: usize, seen: &mut HashMap<(i64, i64), Vec<usize>>) -> bool {
    const CELL: f64 = 2.0;
    let glyph = &glyphs[index];
    let cell = |place: (f64, f64)| ((place.0 / CELL) as i64, (place.1 / CELL) as i64);
    let (column, row) = cell(glyph.start);
    let is_same = |other: &usize| {
        let other = &glyphs[*other];
        let near = 0.1 * glyph.size.min(other.size);
        other.text == glyph.text
            && (other.start.0 - glyph.start.0).abs() < near
            && (other.start.1 - glyph.start.1).abs() < near
    };
    let is_again = (-1..=1).any(|right| {
        (-1..=1).any(|down| seen.get(&(column + right, row + down)).is_some_and(|there| there.iter().any(is_same)))
    });
    let there = seen.entry((column, row)).or_default();
    // A cell with many glyphs is a trap, not text.
    if there.len() < 64 {
        there.push(index);
    }
    is_again
}

/// Puts initials that are taller than a line before the word beside their top.
fn place_initials(words: &mut Vec<Word>) {
    let is_initial = |word: &Word| {
        let mut letters = word.text.chars().filter(|character| !"„»\"'".contains(*character));
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
    };
    let initials: Vec<usize> = (0..words.len()).filter(|index| is_initial(&words[*index])).take(64).collect();
    let mut placed = Vec::new();
    for index in initials {
        let initial = words[index].clone();
        let beside = words.iter().enumerate().filter(|(other, word)| {
            let gap = word.left - initial.right;
            *other != index
                && initial.size >= INITIAL_SIZE * word.size
                && gap > -0.2 * word.size
                && gap < 1.0 * word.size
                && word.base <= initial.base + 0.2 * word.size
                && word.base > initial.base - initial.size
        });
        let top = beside.min_by(|(_, one), (_, other)| one.base.total_cmp(&other.base)).map(|(other, _)| other);
        if let Some(top) = top.filter(|top| words[*top].text.starts_with(char::is_alphabetic)) {
            words[top].text.insert_str(0, &initial.text);
            placed.push(index);
        }
    }
    placed.into_iter().rev().for_each(|index| drop(words.remove(index)));
}

/// Groups words, which are sorted by their base lines, that stand on the same one.
fn levels(words: Vec<Word>) -> Vec<Vec<Word>> {
    let mut levels: Vec<Vec<Word>> = Vec::new();
    for word in words {
        match levels.last_mut() {
            Some(level) if word.base - level[0].base < 0.25 * level[0].size.min(word.size).max(1.0) => level.push(word),
            _ => levels.push(vec![word]),
        }
    }
    levels
}

/// The pieces of a line of words, which are sorted from left to right.
fn pieces_of_line(line: Vec<Word>) -> Vec<Piece> {
    let mut groups: Vec<Vec<Word>> = Vec::new();
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
    groups.into_iter().filter_map(|group| piece(&group)).collect()
}

fn piece(words: &[Word]) -> Option<Piece> {
    let (first, last) = (words.first()?, words.last()?);
    let letters = |word: &Word| word.text.chars().count();
    let total: usize = words.iter().map(letters).sum();
    let bold: usize = words.iter().filter(|word| word.is_bold).map(letters).sum();
    let main = words.iter().max_by_key(|word| letters(word))?;
    let right = words.iter().map(|word| word.right).fold(last.right, f64::max);
    Some(Piece {
        text: join(words),
        left: first.left,
        right,
        base: main.base,
        size: main.size,
        is_bold: bold * 10 > total * 6,
    })
}

/// The words with spaces between them. Letters that are spaced out are put together.
fn join(words: &[Word]) -> String {
    let mut text = String::new();
    let mut index = 0;
    while index < words.len() {
        let run = words[index..].iter().take_while(|word| word.text.chars().count() == 1).count();
        let is_spaced = run >= MIN_SPACED_LETTERS
            && words[index..index + run].iter().all(|word| word.text.starts_with(char::is_alphabetic));
        if !text.is_empty() {
            text.push(' ');
        }
        if !is_spaced {
            text.push_str(&words[index].text);
            index += 1;
            continue;
        }
        let letters = &words[index..index + run];
        let mut gaps: Vec<f64> = letters.windows(2).map(|pair| pair[1].left - pair[0].right).collect();
        let by_place = gaps.clone();
        gaps.sort_by(f64::total_cmp);
        let usual = gaps[gaps.len() / 2];
        for (place, letter) in letters.iter().enumerate() {
            if place > 0 && by_place[place - 1] > 1.6 * usual.max(0.1 * letter.size) {
                text.push(' ');
            }
            text.push_str(&letter.text);
        }
        index += run;
    }
    text
}
