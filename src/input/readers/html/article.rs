//! The blocks of a page → the article among them, and the prose that is not part of it.

use std::collections::{HashMap, HashSet};

use super::super::super::boilerplate::CAPTION;
use super::super::super::characters::letters;
use super::super::byline::{self, Byline};
use super::blocks::Block;
use super::furniture::ElementRole;
use super::metadata::with_kicker;
use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};

/// Rule of words that the page strikes out.
const STRUCK_OUT: &str = "struck-out";

/// Rule of prose on the page that is not part of the article.
const OUTSIDE: &str = "outside-article";

/// Rule of short lines between headline and text: author, date.
pub(super) const PAGE: &str = "page";

/// Rule of what stands above a headline and names its topic.
const KICKER: &str = "kicker";

/// A paragraph that is longer than this many bytes is prose.
const MIN_PROSE_BYTES: usize = 80;

/// The longest kicker in bytes.
const MAX_KICKER_BYTES: usize = 80;

/// Letters at the end by which two readings of a paragraph are known to be the same.
const KEY_LETTERS: usize = 60;

/// The fewest letters of a standfirst.
const MIN_STANDFIRST_LETTERS: usize = 50;

/// How many paragraphs of prose begin an article: bylines stand before the last of them.
const BEGINNING: usize = 3;

/// The most blocks between the headline and the first paragraph.
const MAX_BLOCKS_BEFORE_TEXT: usize = 12;

/// The sections of the article among `blocks`, and what was left out. `main_text` is what surely belongs to the article;
/// without it, all content does.
pub(super) fn choose(blocks: Vec<Block>, main_text: Option<&[Section]>, title: Option<&str>) -> ArticleDraft {
    let heading = title.and_then(|title| title_block(&blocks, title));
    let is_taken = main_text.and_then(|sections| take(&blocks, sections, heading));
    let is_taken = is_taken.unwrap_or_else(|| blocks.iter().map(|block| block.role == ElementRole::Content).collect());
    let taken_letters = letters_of_taken(&blocks, &is_taken);
    let first = is_taken.iter().position(|taken| *taken).unwrap_or_default();
    let last = is_taken.iter().rposition(|taken| *taken).unwrap_or_default();
    let is_only = is_taken.iter().filter(|taken| **taken).count() == 1;
    let mut draft = ArticleDraft::default();
    for (index, block) in blocks.into_iter().enumerate() {
        let text = with_kicker(&block.section.text);
        draft.left_out.extend(block.struck_out.iter().map(|words| left_out(words, STRUCK_OUT)));
        if Some(index) == heading && !(is_taken[index] && is_only) {
            // The title is not part of the text.
            let kicker =
                text.strip_suffix(title.unwrap_or_default()).map(|rest| rest.trim_end_matches([':', ' ', '-']));
            draft.left_out.extend(kicker.filter(|kicker| !kicker.is_empty()).map(|kicker| left_out(kicker, KICKER)));
        } else if is_taken[index] {
            let kind = block.section.kind;
            let shown = if kind == ParagraphKind::Verbatim { block.section.text } else { text };
            draft.sections.push(Section { kind, text: shown });
        } else if block.role == ElementRole::Caption {
            draft.left_out.push(left_out(&text, CAPTION));
        } else if block.is_links() || taken_letters.contains(&letters(&text)) {
            // A link to another article, or the same passage once more.
        } else if block.is_prose() || (first..last).contains(&index) {
            // Short lines are listed where they interrupt the article: a box, a table, a label.
            draft.left_out.push(left_out(&text, OUTSIDE));
        } else if heading == Some(index + 1) && block.role == ElementRole::Content && text.len() <= MAX_KICKER_BYTES {
            draft.left_out.push(left_out(&text, KICKER));
        } else if heading.is_some_and(|heading| heading < index) && index < first {
            draft.left_out.push(left_out(&text, PAGE));
        }
    }
    draft
}

/// Moves the lines of `draft` that name its author or day and nothing else to what was left out, and returns what they state: days and
/// unknown authors near the beginning, `known_author` anywhere.
pub(super) fn take_bylines(draft: &mut ArticleDraft, known_author: Option<&str>) -> Byline {
    let is_prose = |section: &Section| section.kind == ParagraphKind::Body && section.text.len() > MIN_PROSE_BYTES;
    let mut stated = Byline { author: None, day: None };
    for passage in draft.left_out.iter().filter(|passage| passage.rule == PAGE) {
        add(&mut stated, byline::parse(&passage.text, known_author));
    }
    let text_sections = draft.sections.iter().filter(|section| is_prose(section)).count();
    let mut prose = 0;
    let mut kept = Vec::new();
    for section in std::mem::take(&mut draft.sections) {
        prose += usize::from(is_prose(&section));
        let found = byline::parse(&section.text, known_author).filter(|found| {
            let is_known = found.author.is_some() && found.author.as_deref() == known_author;
            // A day alone may head an entry of a chronicle.
            let is_place_of_byline = if found.author.is_some() { prose < BEGINNING } else { prose == 0 };
            text_sections > 0 && section.kind != ParagraphKind::Verbatim && (is_known || is_place_of_byline)
        });
        match found {
            Some(found) => {
                draft.left_out.push(left_out(&section.text, byline::RULE));
                add(&mut stated, Some(found));
            }
            None => kept.push(section),
        }
    }
    draft.sections = kept;
    stated
}

fn add(stated: &mut Byline, found: Option<Byline>) {
    let Some(found) = found else { return };
    stated.author = stated.author.take().or(found.author);
    stated.day = stated.day.or(found.day);
}

/// For each block, whether it is part of the article, whose main text is `sections`. `None` if less than half of it is found
/// among the blocks.
fn take(blocks: &[Block], sections: &[Section], heading: Option<usize>) -> Option<Vec<bool>> {
    let mut is_taken = matching(blocks, sections);
    let found: usize =
        blocks.iter().zip(&is_taken).filter(|(_, taken)| **taken).map(|(it, _)| it.section.text.len()).sum();
    let wanted: usize = sections.iter().map(|section| section.text.len()).sum();
    if found == 0 || found * 2 < wanted {
        return None;
    }
    add_alike(blocks, &mut is_taken);
    add_standfirst(blocks, &mut is_taken, heading);
    Some(is_taken)
}

fn left_out(text: &str, rule: &'static str) -> LeftOut {
    LeftOut { text: with_kicker(text), rule: rule.to_owned() }
}

/// The heading that holds the title.
fn title_block(blocks: &[Block], title: &str) -> Option<usize> {
    let wanted = letters(title);
    blocks.iter().position(|block| {
        let found = letters(&block.section.text);
        block.section.kind == ParagraphKind::Heading
            && (found == wanted
                || !wanted.is_empty() && found.ends_with(&wanted)
                || !found.is_empty() && found.len() * 2 > wanted.len() && wanted.ends_with(&found))
    })
}

fn letters_of_taken(blocks: &[Block], is_taken: &[bool]) -> HashSet<String> {
    let taken = blocks.iter().zip(is_taken).filter(|(_, taken)| **taken);
    taken.map(|(block, _)| letters(&block.section.text)).collect()
}

/// The last letters of `text`, by which a paragraph is found again even if a drop cap or the number of an item is missing.
fn key(text: &str) -> String {
    let letters = letters(text.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.' || it == ' '));
    let count = letters.chars().count();
    letters.chars().skip(count.saturating_sub(KEY_LETTERS)).collect()
}

/// For each block, whether it is one of `sections`. Of several alike, the next one in reading order is.
fn matching(blocks: &[Block], sections: &[Section]) -> Vec<bool> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.role == ElementRole::Content) {
        places.entry(key(&block.section.text)).or_default().push(index);
    }
    let mut is_taken = vec![false; blocks.len()];
    let mut next = 0;
    for section in sections {
        let Some(alike) = places.get(&key(&section.text)) else { continue };
        let after = alike.partition_point(|index| *index < next);
        let Some(index) = alike.get(after).or(alike.first()) else { continue };
        is_taken[*index] = true;
        next = next.max(index + 1);
    }
    is_taken
}

/// Takes the prose that stands on the page as taken prose does: with the same names and classes around it. Then takes the
/// headings, lists and short paragraphs between.
fn add_alike(blocks: &[Block], is_taken: &mut [bool]) {
    let taken_prose: Vec<&Block> = blocks
        .iter()
        .zip(is_taken.iter())
        .filter(|(block, taken)| **taken && block.is_prose())
        .map(|(block, _)| block)
        .collect();
    let paths: HashSet<u64> = taken_prose.iter().map(|block| block.path).collect();
    let parents: HashSet<u64> = taken_prose.iter().map(|block| block.parent_path).collect();
    let is_alike = |block: &Block| paths.contains(&block.path) || parents.contains(&block.parent_path);
    for (block, taken) in blocks.iter().zip(is_taken.iter_mut()) {
        *taken |= block.role == ElementRole::Content && block.is_prose() && !block.is_links() && is_alike(block);
    }
    let Some(first) = is_taken.iter().position(|taken| *taken) else { return };
    let last = is_taken.iter().rposition(|taken| *taken).unwrap_or(first);
    for (block, taken) in blocks[first..=last].iter().zip(&mut is_taken[first..=last]) {
        *taken |= block.role == ElementRole::Content && !block.is_links() && is_alike(block);
    }
}

/// Takes the standfirst: what is long enough between the headline and the first paragraph. If the headline is not the title,
/// it is the last heading before that paragraph.
fn add_standfirst(blocks: &[Block], is_taken: &mut [bool], title: Option<usize>) {
    let is_first =
        |(block, taken): (&Block, &bool)| *taken && block.is_prose() && block.section.kind != ParagraphKind::Heading;
    let Some(first) = blocks.iter().zip(is_taken.iter()).position(is_first) else { return };
    let is_heading = |block: &Block| block.section.kind == ParagraphKind::Heading;
    let headline = title.filter(|title| *title < first).or_else(|| blocks[..first].iter().rposition(is_heading));
    let start = headline.map_or(0, |headline| headline + 1).max(first.saturating_sub(MAX_BLOCKS_BEFORE_TEXT));
    for index in start..first {
        let block = &blocks[index];
        let is_long = block.section.text.chars().filter(|it| it.is_alphabetic()).count() >= MIN_STANDFIRST_LETTERS;
        is_taken[index] |= block.role == ElementRole::Content && is_long && !block.is_links();
    }
}
