//! Plain text → draft: finds paragraphs, subheads, list items and a title in lines of text.
//!
//! A blank line always ends a paragraph. What a single line break means is decided once per file. An editor or a mail
//! program wraps lines at a width: the next word would not have fitted, and sentences go on in lower case. A scraper
//! writes one paragraph per line: lines end where sentences end. Wrapped lines are joined and words hyphenated at the end
//! of a line are rejoined; otherwise each line is a paragraph.
//!
//! Promises: every word of the text is in the draft, in order; time is linear. A line is never divided.

use std::borrow::Cow;

use super::super::characters;
use super::super::encoding::undeclared;
use super::super::entities;
use super::super::input_format::InputFormat;
use super::super::no_language;
use super::super::source::{ReadError, Source};
use super::super::text;
use super::lines::{CLOSING, append_line, ends_clause, ends_sentence};
use super::{byline, columns, mail_text, parts, printed_pages, wire};
use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};
use crate::lexicon::german;

/// Plain text.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "plain text",
    extensions: &["txt", "text", ""],
    shared_extensions: &[],
    about: "paragraphs by blank lines or one a line, hard-wrapped lines joined, subheads and bullets recognised",
    sniff: |_| false,
    split: Some(parts::split),
    unpack: None,
    read,
};

/// The longest subhead in characters.
const MAX_HEADING_CHARACTERS: usize = 80;

/// The longest title in characters.
const MAX_TITLE_CHARACTERS: usize = 110;

/// The widest column in characters that text is wrapped at.
const MAX_WRAP_WIDTH: usize = 132;

/// The narrowest column that one or two full lines show. Below it, lines under each other may be short for their own reasons:
/// a kicker, a title, a byline.
const MIN_WRAP_WIDTH: usize = 40;

/// The fewest full lines that show a narrower column.
const MIN_FULL_LINES: usize = 3;

/// The most words of a kicker.
const MAX_KICKER_WORDS: usize = 3;

/// Rule of what a news agency writes for editors.
const WIRE_RULE: &str = "wire-notes";

/// Rule of page numbers and running heads, which are part of the page rather than of the text.
const PAGE_RULE: &str = "page";

/// Rule of what stands above a title and names its topic.
const KICKER_RULE: &str = "kicker";

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let text = text::decode(source, undeclared)?;
    match entities::decode(&text) {
        Cow::Borrowed(plain) => parse(plain),
        Cow::Owned(decoded) => parse(&characters::clean(&decoded)),
    }
}

/// The paragraphs and the title of `text`, which is decoded and clean.
///
/// # Errors
/// If there is no text.
pub(super) fn parse(text: &str) -> Result<ArticleDraft, ReadError> {
    let Some((rest, data)) = no_language::without_data_lines(text) else { return parse_language(text) };
    if rest.trim().is_empty() {
        return Err(ReadError::NoLanguage);
    }
    let mut draft = parse_language(&rest)?;
    draft.left_out.extend(data);
    Ok(draft)
}

fn parse_language(text: &str) -> Result<ArticleDraft, ReadError> {
    if let Some((title, url, body)) = wikipedia_document(text) {
        let mut draft = parse_lines(&body)?;
        draft.title = Some(title);
        draft.url = url;
        return Ok(draft);
    }
    if let Some(mail) = mail_text::parse(text) {
        let mut draft = parse_lines(&mail.body)?;
        if let Some(title) = mail.title {
            // What looked like a title is a subhead then.
            let heading = draft.title.replace(title).filter(|heading| Some(heading) != draft.title.as_ref());
            let section = heading.map(|text| Section { kind: ParagraphKind::Heading, text });
            draft.sections.splice(0..0, section);
        }
        draft.author = mail.author.or(draft.author);
        draft.published = mail.published.or(draft.published);
        (draft.updated, draft.outlet, draft.url) = (mail.updated, mail.outlet, mail.url);
        draft.left_out.splice(0..0, mail.left_out);
        return Ok(draft);
    }
    let Some(copy) = wire::parse_wire_copy(text) else { return parse_lines(text) };
    let mut draft = parse_lines(copy.body)?;
    if let Some(first) = draft.title.replace(copy.headline.to_owned()) {
        draft.sections.insert(0, Section { kind: ParagraphKind::Heading, text: first });
    }
    let for_editors = copy.for_editors.into_iter().map(|text| LeftOut { text, rule: WIRE_RULE.to_owned() });
    draft.left_out.splice(0..0, for_editors);
    Ok(draft)
}

fn parse_lines(text: &str) -> Result<ArticleDraft, ReadError> {
    let (text, page_lines) = match printed_pages::without_page_furniture(text) {
        Some((joined, removed)) => (Cow::Owned(joined), removed),
        None => (Cow::Borrowed(text), Vec::new()),
    };
    let text = columns::unfold_columns(&text);
    let lines = mark_items(without_double_spacing(text.lines().map(Line::new).collect()));
    let mut blocks = blocks(&lines, wrapping_width(&lines));
    if blocks.is_empty() {
        return Err(ReadError::NoText);
    }
    let kicker = take_kicker(&mut blocks);
    let title = take_title(&mut blocks);
    let is_body = |block: &Block| block.kind == ParagraphKind::Body;
    let byline::Bylines { author, day, lines: bylines } = match title {
        Some(_) => byline::take(&mut blocks, |block| is_body(block).then_some(block.text.as_str())),
        None => byline::Bylines::default(),
    };
    let listed = page_lines.into_iter().map(|text| (text, PAGE_RULE)).chain(kicker.map(|text| (text, KICKER_RULE)));
    let listed = listed.chain(bylines.into_iter().map(|text| (text, byline::RULE)));
    let left_out = listed.map(|(text, rule)| LeftOut { text, rule: rule.to_owned() }).collect();
    Ok(ArticleDraft { title, sections: sections(blocks), left_out, author, published: day, ..ArticleDraft::default() })
}

/// Title, address and text of a page that was extracted from a dump of Wikipedia: `<doc … title="…">`.
fn wikipedia_document(text: &str) -> Option<(String, Option<String>, String)> {
    let rest = text.trim_start();
    let (tag, body) = rest.strip_prefix("<doc ")?.split_once('>')?;
    let attribute = |name: &str| tag.split_once(&format!("{name}=\""))?.1.split('"').next();
    let title = attribute("title").filter(|title| !title.is_empty())?;
    let url = attribute("url").filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let mut lines =
        body.lines().filter(|line| line.trim() != "</doc>").skip_while(|line| line.trim().is_empty()).peekable();
    if lines.peek().is_some_and(|line| line.trim() == title) {
        lines.next();
    }
    Some((title.to_owned(), url.map(str::to_owned), lines.collect::<Vec<_>>().join("\n")))
}

/// One line of the file.
struct Line<'text> {
    /// The line without white space around it.
    text: &'text str,
    /// Length in characters, including white space at the start, which counts when an editor wraps.
    width: usize,
    is_indented: bool,
    role: LineRole,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineRole {
    Text,
    Blank,
    /// A row of `=`, `-`, `*` or the like, under a heading or between two parts.
    Separator,
    /// The first line of a list item, whose text starts at this byte. A number stays in the text, because it may be a
    /// rank or a day.
    Item(usize),
}

impl<'text> Line<'text> {
    fn new(raw: &'text str) -> Self {
        let text = raw.trim();
        let is_all_of = |marks: &str| text.chars().all(|character| marks.contains(character));
        let role = if text.is_empty() {
            LineRole::Blank
        } else if text.len() >= 3 && is_all_of("=-–—_*~#+. ") && !is_all_of(".") {
            LineRole::Separator
        } else {
            LineRole::Text
        };
        Self { text, width: raw.trim_end().chars().count(), is_indented: raw.starts_with([' ', '\t']), role }
    }

    fn is_text(&self) -> bool {
        matches!(self.role, LineRole::Text | LineRole::Item(_))
    }
}

/// A paragraph, before subheads are told apart.
struct Block {
    kind: ParagraphKind,
    text: String,
    /// True if a line of `=` or `-` under it marks it as a heading.
    is_underlined: bool,
}

impl Block {
    fn new(kind: ParagraphKind, text: &str) -> Self {
        Self { kind, text: text.to_owned(), is_underlined: false }
    }

    fn heading(text: &str) -> Self {
        Self::new(ParagraphKind::Heading, text)
    }
}

/// `lines` without the blank ones, if a blank line stands after every line and sentences go on across them: then the file
/// is double-spaced, and blank lines end nothing.
fn without_double_spacing(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let texts: Vec<&Line<'_>> = lines.iter().filter(|line| line.role != LineRole::Blank).collect();
    let has_neighbours = lines.windows(2).any(|pair| pair.iter().all(|line| line.role != LineRole::Blank));
    let goes_on = |pair: &&[&Line<'_>]| !ends_sentence(pair[0].text) && pair[1].text.starts_with(char::is_lowercase);
    let breaks = texts.len().saturating_sub(1);
    let is_double_spaced = breaks >= 3 && !has_neighbours && texts.windows(2).filter(goes_on).count() * 4 >= breaks;
    if !is_double_spaced {
        return lines;
    }
    lines.into_iter().filter(|line| line.role != LineRole::Blank).collect()
}

/// Marks the lines that start a list item.
///
/// A dash may also be part of a wrapped sentence, and a number may be a day. So both count only where an item can start,
/// and a number only if a neighbouring number continues the count.
fn mark_items(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let numbers: Vec<Option<u32>> = lines.iter().map(|line| number(line.text)).collect();
    let numbered: Vec<usize> = (0..lines.len()).filter(|index| numbers[*index].is_some()).collect();
    let mut counts = vec![false; lines.len()];
    for pair in numbered.windows(2) {
        if let (Some(first), Some(second)) = (numbers[pair[0]], numbers[pair[1]])
            && first.checked_add(1) == Some(second)
        {
            counts[pair[0]] = true;
            counts[pair[1]] = true;
        }
    }
    // A mark that two lines in a row begin with is a bullet wherever they stand.
    let bullets: Vec<Option<char>> =
        lines.iter().map(|line| bullet(line.text).and_then(|_| line.text.chars().next())).collect();
    let mut may_start = true;
    let mut in_list = false;
    for (index, line) in lines.iter_mut().enumerate() {
        if line.role == LineRole::Text {
            let text_start = bullet(line.text).or(numbers[index].filter(|_| counts[index]).map(|_| 0));
            let begins_list = bullets[index].is_some() && bullets.get(index + 1) == Some(&bullets[index]);
            if let Some(text_start) = text_start.filter(|_| may_start || in_list || begins_list) {
                line.role = LineRole::Item(text_start);
                in_list = true;
            }
        } else {
            in_list = false;
        }
        may_start = !line.is_text() || line.text.ends_with(':') || ends_sentence(line.text);
    }
    lines
}

/// Boxes before the items of a list of tasks.
const BOXES: &[&str] = &["[ ]", "[x]", "[X]", "☐", "☑", "☒"];

/// Length in bytes of the bullet at the start of `text`, including white space and the box of a task.
fn bullet(text: &str) -> Option<usize> {
    let length = bullet_mark(text).unwrap_or_default();
    let after_box = BOXES.iter().find_map(|mark| text[length..].strip_prefix(mark)).map(str::trim_start);
    match after_box.filter(|words| !words.is_empty()) {
        Some(words) => Some(text.len() - words.len()),
        None => Some(length).filter(|length| *length > 0),
    }
}

/// The same without the box.
fn bullet_mark(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(['-', '*', '•', '–', '—', '·', '▪', '‣', '◦', '■', '●', '►', '✓'])?;
    let words = rest.trim_start();
    (words.len() < rest.len() && !words.is_empty()).then(|| text.len() - words.len())
}

/// The number at the start of `text`, as in `1. ` or `2) `, unless it is the day of a date.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = text.get(..digits).filter(|digits| (1..=3).contains(&digits.len()))?.parse().ok()?;
    let rest = text[digits..].strip_prefix(['.', ')'])?;
    let words = rest.trim_start();
    let first = words.split(|character: char| !character.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    let is_item = words.len() < rest.len() && !words.is_empty() && german::month_or_abbreviation(&first).is_none();
    is_item.then_some(value)
}

/// The width that lines are wrapped at, in characters; `None` if each line break was made by the writer.
fn wrapping_width(lines: &[Line<'_>]) -> Option<usize> {
    let mut widths: Vec<usize> =
        lines.iter().filter(|line| line.is_text() && line.text.contains(' ')).map(|line| line.width).collect();
    widths.sort_unstable();
    // The widest lines are ignored: one that could not be broken must not hide the width of the others.
    let width = widths.get((widths.len().saturating_sub(1)) * 49 / 50).copied()?;
    let mut line_breaks = 0;
    let mut within_sentence = 0;
    let mut full_lines = 0;
    let mut after_sentence = 0;
    for pair in lines.windows(2) {
        let (line, next) = (&pair[0], &pair[1]);
        if !line.is_text() || next.role != LineRole::Text {
            continue;
        }
        line_breaks += 1;
        let ends = ends_sentence(line.text);
        after_sentence += usize::from(ends);
        within_sentence += usize::from(!ends && next.text.starts_with(char::is_lowercase));
        full_lines += usize::from(line.width + 1 + first_word_width(next.text) > width);
    }
    // Wrapped German breaks before a lower-case word about every other time, a scraped page hardly ever.
    let breaks_sentences = within_sentence * 4 >= line_breaks;
    let fills_lines =
        width <= MAX_WRAP_WIDTH && full_lines * 10 >= line_breaks * 8 && after_sentence * 10 < line_breaks * 6;
    let shows_width = width >= MIN_WRAP_WIDTH || line_breaks >= MIN_FULL_LINES;
    let has_evidence = breaks_sentences || fills_lines && shows_width;
    (line_breaks > 0 && has_evidence).then_some(width)
}

/// Width of the first word of `text` in characters.
fn first_word_width(text: &str) -> usize {
    text.split_whitespace().next().unwrap_or_default().chars().count()
}

/// Joins `lines` to paragraphs. `width` is what they are wrapped at, if they are.
fn blocks(lines: &[Line<'_>], width: Option<usize>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_after_text = false;
    for (index, line) in lines.iter().enumerate() {
        let was_after_text = std::mem::replace(&mut is_after_text, line.is_text());
        match line.role {
            LineRole::Blank => {}
            LineRole::Separator if was_after_text => {
                if let Some(block) = blocks.last_mut() {
                    block.is_underlined =
                        lines[index - 1].role == LineRole::Text && block.text.chars().count() <= MAX_TITLE_CHARACTERS;
                }
            }
            LineRole::Separator => {}
            LineRole::Item(text_start) => {
                blocks.push(Block::new(ParagraphKind::ListItem, &line.text[text_start..]));
            }
            LineRole::Text if line.text.starts_with(TICKER_MARK) => {
                blocks.extend(ticker_blocks(line.text));
                is_after_text = false;
            }
            LineRole::Text => {
                let continues = was_after_text && continues_paragraph(&lines[index - 1], line, width);
                match blocks.last_mut().filter(|_| continues) {
                    Some(block) => append_line(&mut block.text, line.text),
                    None => blocks.push(Block::new(ParagraphKind::Body, line.text)),
                }
            }
        }
    }
    blocks
}

/// What stands around the time and the headlines of a ticker.
const TICKER_MARK: &str = "+++";

/// The entries of a ticker's line: `+++ 16.05 Uhr +++ Kein Zug +++` is one, with its time before it.
fn ticker_blocks(text: &str) -> Vec<Block> {
    let parts: Vec<&str> =
        text.split(TICKER_MARK).map(|part| part.trim_matches(['+', ' '])).filter(|it| !it.is_empty()).collect();
    let is_time = |part: &str| part.len() <= MAX_TIME_BYTES && part.contains(|it: char| it.is_ascii_digit());
    match parts.as_slice() {
        [time, headline] if is_time(time) => vec![Block::heading(&format!("{time}: {headline}"))],
        [headline] => vec![Block::heading(headline)],
        headlines => headlines.iter().map(|headline| Block::new(ParagraphKind::ListItem, headline)).collect(),
    }
}

/// The longest time of a ticker's entry, in bytes: `3. Mai, 16.05 Uhr`.
const MAX_TIME_BYTES: usize = 24;

/// True if `next` continues the paragraph of `line`. If lines are not wrapped, it does so only within a sentence.
fn continues_paragraph(line: &Line<'_>, next: &Line<'_>, width: Option<usize>) -> bool {
    match width {
        Some(width) => !is_paragraph_end(line, next, width),
        None => !ends_sentence(line.text) && !line.text.ends_with(':') && next.text.starts_with(char::is_lowercase),
    }
}

/// True if `line`, in a text wrapped at about `width`, was ended by its writer: the next word would have fitted with room
/// to spare, and the two lines look like the end and the beginning of a sentence. As in books, an indented line after one
/// that is not indented begins a paragraph.
fn is_paragraph_end(line: &Line<'_>, next: &Line<'_>, width: usize) -> bool {
    let ends = ends_sentence(line.text);
    // A digit begins a sentence only after another has ended. Otherwise it is `am` + `3. Mai`.
    let begins = !next.text.starts_with(char::is_lowercase) && (ends || !next.text.starts_with(char::is_numeric));
    let spare = width.saturating_sub(line.width + 1 + first_word_width(next.text));
    let is_item = matches!(line.role, LineRole::Item(_));
    let is_hyphenated = line.text.ends_with('-');
    begins
        && !is_hyphenated
        && (ends && spare * 6 > width
            || !ends && !is_item && !ends_clause(line.text) && spare * 4 > width
            || ends && next.is_indented && !line.is_indented && !is_item)
}

/// Removes and returns the first block if it is a kicker: a few words in capitals above a title.
fn take_kicker(blocks: &mut Vec<Block>) -> Option<String> {
    let [first, second, ..] = blocks.as_slice() else { return None };
    let is_in_capitals = !first.text.contains(char::is_lowercase) && first.text.contains(char::is_uppercase);
    let is_short_in_capitals = is_in_capitals
        && !first.text.contains(|character: char| character.is_ascii_digit())
        && first.text.split_whitespace().nth(MAX_KICKER_WORDS).is_none();
    let is_kicker = first.kind == ParagraphKind::Body
        && !first.is_underlined
        && (is_short_in_capitals || is_slug(&first.text))
        && second.text.contains(char::is_lowercase)
        && can_be_title(&blocks[1..]);
    is_kicker.then(|| blocks.remove(0).text)
}

/// True for `Wirtschaft | Hafen`, `Hafen/Wirtschaft` and `rat-beschliesst-buslinie`: topics, keywords, the name of a file.
fn is_slug(text: &str) -> bool {
    let topics: Vec<&str> = text.split(['|', '/', '>', '›']).map(str::trim).collect();
    let is_topic = |topic: &&str| {
        let is_short = (1..=2).contains(&topic.split_whitespace().count());
        is_short && topic.starts_with(char::is_uppercase) && topic.chars().all(|it| it.is_alphabetic() || it == ' ')
    };
    let is_list =
        topics.len() > 1 && topics.iter().filter(|topic| !topic.is_empty()).all(is_topic) && is_topic(&topics[0]);
    let is_file_name = text.matches(['-', '_']).count() >= 2
        && text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "-_.".contains(it));
    is_list || is_file_name
}

/// Removes and returns the first block if it looks like a title.
fn take_title(blocks: &mut Vec<Block>) -> Option<String> {
    can_be_title(blocks).then(|| blocks.remove(0).text)
}

/// True if the first of `blocks` looks like a title: short, not a statement, and followed by text.
fn can_be_title(blocks: &[Block]) -> bool {
    let Some((first, rest)) = blocks.split_first() else { return false };
    let text = first.text.as_str();
    let is_short = text.chars().count() <= MAX_TITLE_CHARACTERS;
    let has_letters = text.chars().filter(|letter| letter.is_alphabetic()).count() > 1;
    let is_no_statement =
        !ends_clause(text) && (!ends_sentence(text) || text.trim_end_matches(CLOSING).ends_with(['?', '!']));
    let is_followed = rest.iter().any(|block| block.text.len() > text.len() || ends_sentence(&block.text));
    first.kind == ParagraphKind::Body
        && is_followed
        && (first.is_underlined || is_short && has_letters && is_no_statement)
}

/// The sections that `blocks` make. Short lines without punctuation at the end that stand before running text become
/// headings. In a run of three or more such lines, as in a table of results, none is a heading.
fn sections(blocks: Vec<Block>) -> Vec<Section> {
    let can_be_heading: Vec<bool> = blocks.iter().map(can_be_heading).collect();
    let mut kinds: Vec<ParagraphKind> = blocks.iter().map(|block| block.kind).collect();
    let mut start = 0;
    while start < blocks.len() {
        let end = start + can_be_heading[start..].iter().take_while(|can| **can).count();
        if (1..=2).contains(&(end - start)) && end < blocks.len() {
            kinds[start..end].fill(ParagraphKind::Heading);
        }
        start = end + 1;
    }
    let section = |(block, kind): (Block, ParagraphKind)| Section {
        kind: if block.is_underlined { ParagraphKind::Heading } else { kind },
        text: block.text,
    };
    blocks.into_iter().zip(kinds).map(section).collect()
}

fn can_be_heading(block: &Block) -> bool {
    let text = block.text.as_str();
    block.kind == ParagraphKind::Body
        && !block.is_underlined
        && text.chars().count() <= MAX_HEADING_CHARACTERS
        && !ends_sentence(text)
        && !ends_sentence(without_last_bracket(text))
        && !ends_in_remark(text)
        && !ends_clause(text)
        && text.starts_with(|first: char| !first.is_lowercase())
        && text.contains(char::is_alphabetic)
}

/// True if `text` ends in a bracket that says how something was said: `Dann im Frühjahr (überlegt kurz)`.
fn ends_in_remark(text: &str) -> bool {
    let open = if text.ends_with(']') { text.rfind('[') } else { text.rfind('(').filter(|_| text.ends_with(')')) };
    open.is_some_and(|open| text[open + 1..].starts_with(char::is_lowercase) && text[open..].contains(['t', 'n']))
}

/// `text` without the bracket that it ends with: `Dann bauen wir später. (lacht)`.
fn without_last_bracket(text: &str) -> &str {
    match text.rfind(['(', '[']) {
        Some(open) if text.ends_with([')', ']']) => text[..open].trim_end(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem};

    fn drafted(text: &str) -> (Option<String>, Vec<(ParagraphKind, String)>) {
        let draft = parse(text).unwrap();
        (draft.title, draft.sections.into_iter().map(|section| (section.kind, section.text)).collect())
    }

    fn check(text: &str, title: Option<&str>, sections: &[(ParagraphKind, &str)]) {
        let (found_title, found) = drafted(text);
        let found: Vec<_> = found.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        assert_eq!((found_title.as_deref(), found.as_slice()), (title, sections), "{text}");
    }

    #[test]
    fn one_paragraph_a_line_stays_so_and_subheads_are_found() {
        let long = "Der Gemeinderat hat am Montag nach langer Debatte beschlossen, die alte Halle am Fluss zu kaufen und \
                    dort im nächsten Jahr eine Bücherei einzurichten. Das kostet 3,5 Millionen Euro.";
        let short = "Die Opposition stimmte dagegen.";
        let text = format!("{long}\nKritik am Preis\n{short}\n{long}\nBaubeginn im Mai\n{long}\n");
        check(
            &text,
            None,
            &[
                (Body, long),
                (Heading, "Kritik am Preis"),
                (Body, short),
                (Body, long),
                (Heading, "Baubeginn im Mai"),
                (Body, long),
            ],
        );
    }

    #[test]
    fn wrapped_lines_are_joined_and_hyphenated_words_mended() {
        check(
            "Neue Brücke über die Förde\n\n\
             Die Stadt baut eine Brücke für den Fuß- und Radverkehr. Die Wirt-\n\
             schaft begrüßt das Vorhaben, denn der Weg von der Nord-\n\
             Süd-Achse zum Hafen wird kürzer. Es gibt aber auch Vor-\n\
             und Nachteile, über die der Rat am\n\
             3. Mai berät.\n\n\
             Danach soll es schnell gehen, sagte die Bürgermeisterin am Abend\n\
             – und lachte dabei.\n",
            Some("Neue Brücke über die Förde"),
            &[
                (
                    Body,
                    "Die Stadt baut eine Brücke für den Fuß- und Radverkehr. Die Wirtschaft begrüßt das Vorhaben, denn \
                     der Weg von der Nord-Süd-Achse zum Hafen wird kürzer. Es gibt aber auch Vor- und Nachteile, über \
                     die der Rat am 3. Mai berät.",
                ),
                (Body, "Danach soll es schnell gehen, sagte die Bürgermeisterin am Abend – und lachte dabei."),
            ],
        );
    }

    #[test]
    fn wrapped_paragraphs_without_blank_lines_are_told_apart() {
        check(
            "Die Fähre fährt wieder\n\
             Nach drei Wochen Pause fährt die Fähre seit Montag wieder über den\n\
             großen See. Die Leute am Ufer freuen sich.\n\
             Der Kapitän sagte, das Schiff sei nun besser als je zuvor und habe\n\
             einen neuen Motor.\n\
             Kein Rabatt für Gäste\n\
             Die Preise bleiben gleich. Eine Fahrt kostet 4 Euro für alle, die\n\
             über 14 Jahre alt sind.\n",
            Some("Die Fähre fährt wieder"),
            &[
                (
                    Body,
                    "Nach drei Wochen Pause fährt die Fähre seit Montag wieder über den großen See. Die Leute am Ufer \
                     freuen sich.",
                ),
                (Body, "Der Kapitän sagte, das Schiff sei nun besser als je zuvor und habe einen neuen Motor."),
                (Heading, "Kein Rabatt für Gäste"),
                (Body, "Die Preise bleiben gleich. Eine Fahrt kostet 4 Euro für alle, die über 14 Jahre alt sind."),
            ],
        );
    }

    #[test]
    fn lists_are_items_and_days_are_not() {
        check(
            "Was wichtig ist:\n- Die Karten sind knapp.\n• Das Bad ist zu\n– Es regnet\n\n\
             Und das Programm:\n1. Rede\n2. Musik\n3. Essen\n\n5. Oktober bleibt frei.\n",
            None,
            &[
                (Body, "Was wichtig ist:"),
                (ListItem, "Die Karten sind knapp."),
                (ListItem, "Das Bad ist zu"),
                (ListItem, "Es regnet"),
                (Body, "Und das Programm:"),
                (ListItem, "1. Rede"),
                (ListItem, "2. Musik"),
                (ListItem, "3. Essen"),
                (Body, "5. Oktober bleibt frei."),
            ],
        );
    }

    #[test]
    fn a_wrapped_list_item_is_one_item() {
        check(
            "Der Plan hat zwei Teile, über die heute beraten wird:\n\n\
             - Die Schule wird im Sommer umgebaut und bekommt\n  eine neue Küche.\n\
             - Das Dach wird danach\n  erneuert.\n",
            None,
            &[
                (Body, "Der Plan hat zwei Teile, über die heute beraten wird:"),
                (ListItem, "Die Schule wird im Sommer umgebaut und bekommt eine neue Küche."),
                (ListItem, "Das Dach wird danach erneuert."),
            ],
        );
    }

    #[test]
    fn a_title_is_short_no_sentence_and_followed_by_text() {
        for (text, title) in [
            ("Regen im Süden\n\nEs regnet seit Tagen.", Some("Regen im Süden")),
            ("Kommt jetzt der Regen?\n\nEs regnet seit Tagen.", Some("Kommt jetzt der Regen?")),
            ("Minister: „Wir schaffen das!“\n\nEs regnet seit Tagen.", Some("Minister: „Wir schaffen das!“")),
            ("Es regnet.\n\nEs regnet seit Tagen.", None),
            ("Regen im Süden", None),
            ("Regen im Süden\n", None),
            ("Auf einen Blick:\n\nEs regnet seit Tagen.", None),
            ("- Regen\n- Sonne\n\nEs regnet seit Tagen.", None),
            ("Es regnet.\n==========\n\nSeit Tagen regnet es.", Some("Es regnet.")),
            ("***\n\nRegen\n\nEs regnet seit Tagen.", Some("Regen")),
        ] {
            assert_eq!(drafted(text).0.as_deref(), title, "{text}");
        }
    }

    #[test]
    fn a_run_of_short_lines_is_no_heap_of_headings() {
        let text = "Die Ergebnisse vom Samstag im Überblick, wie sie der Verband gemeldet hat.\n\
                    Kiel – Bremen 3:1\nKöln – Mainz 0:0\nUlm – Jena 2:2\nEs kamen 30.000 Leute.";
        assert!(drafted(text).1.iter().all(|(kind, _)| *kind == Body));
    }

    #[test]
    fn lines_are_joined_across_blank_ones_where_sentences_go_on() {
        check(
            "Die Stadt will am alten\n\nGüterbahnhof einen Speicher\n\nbauen. Der Rat hat am Dienstag\n\nzugestimmt. Das \
             kostet\n\n14 Millionen Euro.\n",
            None,
            &[(
                Body,
                "Die Stadt will am alten Güterbahnhof einen Speicher bauen. Der Rat hat am Dienstag zugestimmt. Das kostet \
                 14 Millionen Euro.",
            )],
        );
    }

    #[test]
    fn a_list_may_follow_its_heading_without_a_blank_line() {
        check(
            "Ratgeber Hochwasser\n\nWas jetzt zu tun ist\n- Schalten Sie den Strom ab\n- Rufen Sie bei Gefahr die 112\n\n\
             Das rät das Amt allen Anwohnern nach den Regenfällen der Nacht.\n",
            Some("Ratgeber Hochwasser"),
            &[
                (Heading, "Was jetzt zu tun ist"),
                (ListItem, "Schalten Sie den Strom ab"),
                (ListItem, "Rufen Sie bei Gefahr die 112"),
                (Body, "Das rät das Amt allen Anwohnern nach den Regenfällen der Nacht."),
            ],
        );
    }

    #[test]
    fn an_answer_that_ends_in_a_bracket_is_no_heading() {
        let text =
            "Ein Gespräch\n\nUnd was wird es kosten?\n\nTölz: Dann bauen wir später. (lacht)\n\nUnd die Leute?\n";
        let sections = drafted(text).1;
        assert!(sections.iter().all(|(kind, _)| *kind == Body), "{sections:?}");
    }

    #[test]
    fn a_kicker_in_capitals_is_no_title() {
        for (text, title) in [
            ("ENERGIE\n\nStadtwerke bauen Speicher\n\nDer Tank ist 34 Meter hoch.\n", "Stadtwerke bauen Speicher"),
            ("KULTUR IN ULM\n\nHalle gekauft\n\nDie Stadt hat sie gekauft.\n", "Halle gekauft"),
            ("ENERGIE\n\nDer Tank ist 34 Meter hoch. Er steht am Bahnhof.\n", "ENERGIE"),
            ("HALLE GEKAUFT\n\nDIE STADT ZAHLT\n\nDie Halle gehört nun allen.\n", "HALLE GEKAUFT"),
        ] {
            assert_eq!(drafted(text).0.as_deref(), Some(title), "{text}");
        }
    }

    #[test]
    fn entries_of_a_ticker_are_headings_with_their_time() {
        check(
            "Hochwasser\n\n+++ 16.05 Uhr +++ Kein Zug fährt\nDie Bahn stellt den Verkehr ein.\n\n+++ 15.40 Uhr: Pegel steigt +++\n\
             In der Nacht werden zehn Meter erwartet.\n+++ 14:10 +++\nDie Stadt ruft den Notfall aus.\n+++ Eins +++ Zwei +++ Drei +++\n",
            Some("Hochwasser"),
            &[
                (Heading, "16.05 Uhr: Kein Zug fährt"),
                (Body, "Die Bahn stellt den Verkehr ein."),
                (Heading, "15.40 Uhr: Pegel steigt"),
                (Body, "In der Nacht werden zehn Meter erwartet."),
                (Heading, "14:10"),
                (Body, "Die Stadt ruft den Notfall aus."),
                (ListItem, "Eins"),
                (ListItem, "Zwei"),
                (ListItem, "Drei"),
            ],
        );
    }

    #[test]
    fn boxes_of_tasks_are_bullets() {
        check(
            "Was zu tun ist\n- [ ] Keller räumen\n- [x] Strom abschalten\n☐ Papiere sichern\n☑ Nachbarn warnen\n\nDas rät das Amt allen Anwohnern.\n",
            Some("Was zu tun ist"),
            &[
                (ListItem, "Keller räumen"),
                (ListItem, "Strom abschalten"),
                (ListItem, "Papiere sichern"),
                (ListItem, "Nachbarn warnen"),
                (Body, "Das rät das Amt allen Anwohnern."),
            ],
        );
    }

    #[test]
    fn slugs_and_bylines_stand_apart_from_the_title() {
        for (text, listed) in [
            (
                "Wirtschaft | Hafen\n\nNeuer Kran\nVon Jana Ohm\n\nEr hebt 120 Tonnen.\n",
                vec!["Wirtschaft | Hafen", "Von Jana Ohm"],
            ),
            ("Hafen/Wirtschaft\nNeuer Kran\n\nEr hebt 120 Tonnen.\n", vec!["Hafen/Wirtschaft"]),
            ("neuer-kran-im-hafen\nNeuer Kran\n\nEr hebt 120 Tonnen.\n", vec!["neuer-kran-im-hafen"]),
            (
                "Neuer Kran\nVon Jana Ohm und Kai Lund, Ulm\n3. Mai 2024, 18.30 Uhr\n\nEr hebt 120 Tonnen.\n",
                vec!["Von Jana Ohm und Kai Lund, Ulm", "3. Mai 2024, 18.30 Uhr"],
            ),
            (
                "Neuer Kran\n\nEr ist groß. Was er kostet, bleibt offen\n\nVon Jana Ohm\n\nEr hebt 120 Tonnen.\n",
                vec!["Von Jana Ohm"],
            ),
            ("Neuer Kran\n\nVon Ulm nach Kiel\n\nEr hebt 120 Tonnen.\n", vec![]),
            ("Neuer Kran\n\nEine Chronik in Jahren.\n\n3. Mai\n\nEr hebt 120 Tonnen.\n", vec![]),
        ] {
            let draft = parse(text).unwrap();
            assert_eq!(draft.title.as_deref(), Some("Neuer Kran"), "{text}");
            let found: Vec<&str> = draft.left_out.iter().map(|passage| passage.text.as_str()).collect();
            assert_eq!(found, listed, "{text}");
            assert_eq!(draft.author.is_some(), text.contains("Jana"), "{text}");
            assert_eq!(draft.published.is_some(), text.contains("2024"), "{text}");
        }
    }

    #[test]
    fn a_page_of_a_wikipedia_dump_is_an_article() {
        let draft = parse(
            "<doc id=\"12\" url=\"https://de.wikipedia.org/wiki?curid=12\" title=\"Burg Falkenau\">\nBurg Falkenau\n\n\
             Die Burg ist eine Ruine.\n\nGeschichte.\nSie wurde 1180 erwähnt.\n</doc>\n",
        )
        .unwrap();
        assert_eq!(draft.title.as_deref(), Some("Burg Falkenau"));
        assert_eq!(draft.url.as_deref(), Some("https://de.wikipedia.org/wiki?curid=12"));
        assert_eq!(draft.sections[0].text, "Die Burg ist eine Ruine.");
        assert!(draft.sections.iter().all(|section| !section.text.contains(['<', '>'])));
    }

    #[test]
    fn every_word_is_in_a_paragraph_or_listed() {
        let words = |text: &str| -> Vec<String> {
            let is_letter = |character: char| character.is_alphanumeric();
            text.split(|character| !is_letter(character))
                .filter(|word| word.len() > 2 && *word != "Betreff")
                .map(str::to_owned)
                .collect()
        };
        for text in [
            "Von: Kai Lund <kai@bote.example>\nBetreff: Fähre\nDatum: 3. Mai 2024\n\nSie fährt.\n\n-- \nKai Lund\nBote\n\nAm Montag schrieb Eva:\n> Fährt sie?\n",
            "SPORT\n\nUlm gewinnt\nVon Jana Ohm, 3. Mai 2024\n\nDas Spiel endete 3:1. (lacht)\n\nAufstellung\n1. Meier\n2. Kunz\n",
            "+++ 16.05 Uhr +++ Kein Zug +++\nDie Bahn ruht.\n\n- [x] fertig\n- [ ] offen\n",
            "bdt0217 3 pl 287  dpa 0412\n\nEnergie/\nUlm baut =\n\nUlm (dpa) - Die Stadt baut.\n\n# Notizblock\n- Autor: Jana\n",
            "Amtsblatt 12\n\nDie Gäste nutzen die Halte\n- 4 -\nAmtsblatt 12\nstelle am Markt.\n- 5 -\nAmtsblatt 12\nEnde gut.\n",
            "Hafen/Wirtschaft\nNeuer Kran\n\nEr hebt Lasten. aB3xaB3xaB3xaB3xaB3xaB3xaB3xaB3xaB3xaB3xaB3xaB3x\n",
        ] {
            let draft = parse(text).unwrap();
            let mut found: Vec<String> = draft.title.iter().flat_map(|title| words(title)).collect();
            found.extend(draft.sections.iter().flat_map(|section| words(&section.text)));
            found.extend(draft.left_out.iter().flat_map(|passage| words(&passage.text)));
            for word in words(text) {
                assert!(found.contains(&word), "{word}: {draft:?}");
            }
        }
    }

    #[test]
    fn a_line_of_megabytes_and_many_short_lines_are_read() {
        assert_eq!(drafted(&"Wort ".repeat(1_000_000)).1.len(), 1);
        assert_eq!(drafted(&"Kurz\n".repeat(200_000)).1.len(), 200_000);
    }
}
