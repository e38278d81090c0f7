//! Finds the ends of sentences: each run of full stops, question and exclamation marks is judged by the word before and the
//! word after it.

use std::ops::Range;

use super::abbreviations::{self, Ending};
use super::enclosures::{self, Enclosures};
use crate::lexicon::german::is_unit_symbol;

/// Bytes that are read on either side of a mark. Words are shorter; reading all of a longer run at each of its full stops
/// would take quadratic time.
const CONTEXT: usize = 64;

/// A run of terminators with the closing quotation marks and brackets after it.
struct Terminator {
    kind: TerminatorKind,
    /// Its first byte.
    start: usize,
    /// One past the last closing quotation mark or bracket.
    end: usize,
    /// True if a quotation mark or bracket closes after it.
    closes: bool,
    /// True if another terminator follows what closes, which ends the sentence around it: `(13.).`
    outer: bool,
}

/// What a run of terminators consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TerminatorKind {
    /// One full stop, which may belong to an abbreviation or an ordinal.
    Stop,
    /// An ellipsis, within a sentence or at its end.
    Ellipsis,
    /// At least one question or exclamation mark.
    Exclamation,
}

/// How the text goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Lowercase,
    /// A capitalised word that opens sentences.
    Opener,
    /// Any other capitalised word.
    Capital,
    Digit,
    /// Neither letter nor digit.
    Sign,
}

/// The sentences of `text`: in order, disjoint, not empty, without white space at their ends.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let enclosures = Enclosures::in_text(text);
    // What follows the last word is no sentence: a dash, a single quotation mark, a row of stars.
    let last_word = text.rfind(char::is_alphanumeric).unwrap_or(0);
    let mut sentences = Vec::new();
    let mut start = text.len() - text.trim_start().len();
    let mut at = start;
    // A sentence has a word in it: `!!! Achtung` is one, not two.
    let mut has_word = false;
    while let Some(terminator) = next_terminator(text, at, &enclosures).filter(|found| found.end <= last_word) {
        has_word |= text[at..terminator.start].contains(char::is_alphanumeric);
        at = terminator.end;
        if has_word && ends_sentence(text, start, &terminator, &enclosures) {
            has_word = false;
            sentences.push(start..terminator.end);
            start = text.len() - text[terminator.end..].trim_start().len();
            at = start;
        }
    }
    let end = text.trim_end().len();
    if start < end {
        sentences.push(start..end);
    }
    sentences
}

/// True for characters that may end a sentence.
fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '‽' | '⁇' | '⁈' | '⁉' | '‼')
}

/// The first terminator at or after `from`.
fn next_terminator(text: &str, from: usize, enclosures: &Enclosures) -> Option<Terminator> {
    let start = from + text[from..].find(is_terminator)?;
    let mut terminator = Terminator { kind: TerminatorKind::Stop, start, end: start, closes: false, outer: false };
    let (mut stops, mut exclamations, mut ellipses) = (0, 0, 0);
    for (offset, character) in text[start..].char_indices() {
        match character {
            _ if terminator.closes && is_terminator(character) => terminator.outer = true,
            '.' => stops += 1,
            '…' => ellipses += 1,
            _ if is_terminator(character) => exclamations += 1,
            _ if enclosures::is_mark(character) && !enclosures.opens(start + offset) => terminator.closes = true,
            _ => break,
        }
        terminator.end = start + offset + character.len_utf8();
    }
    terminator.kind = match (exclamations, ellipses, stops) {
        (1.., _, _) => TerminatorKind::Exclamation,
        (0, 0, 0 | 1) => TerminatorKind::Stop,
        _ => TerminatorKind::Ellipsis,
    };
    terminator.end += footnotes(&text[terminator.end..]);
    // A closing mark after a space: `„Ich gehe. “ Er ging.`
    let rest = &text[terminator.end..];
    let detached = rest.trim_start();
    let mut characters = detached.chars();
    if let (Some(closing), Some(following)) = (characters.next(), characters.next())
        && enclosures::is_mark(closing)
        && following.is_whitespace()
        && !enclosures.opens(text.len() - detached.len())
    {
        terminator.end = text.len() - detached.len() + closing.len_utf8();
        terminator.closes = true;
    }
    Some(terminator)
}

/// Length in bytes of the footnote marks that `text` begins with: `[1]`, `[23][24]`.
fn footnotes(text: &str) -> usize {
    let mut length = 0;
    while let Some(number) = text[length..].strip_prefix('[') {
        let digits = number.len() - number.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
        if !(1..=3).contains(&digits) || !number[digits..].starts_with(']') {
            break;
        }
        length += digits + 2;
    }
    length
}

/// True if the sentence that begins at `start` ends with `terminator`.
fn ends_sentence(text: &str, start: usize, terminator: &Terminator, enclosures: &Enclosures) -> bool {
    let rest = &text[terminator.end..];
    let after = rest.trim_start();
    let Some(first) = after.chars().next() else { return false };
    let before = LeftContext::new(&text[start..], terminator.start - start);
    // A remark on the words before it: `(!)`, `[…]`.
    if terminator.closes && !terminator.outer && before.text.ends_with(['(', '[']) {
        return false;
    }
    if rest.len() == after.len() {
        return ends_without_space(&before, terminator, after, enclosures);
    }
    if matches!(first, ',' | ';' | ':' | ')' | ']' | '}') {
        return false;
    }
    let (next, after) = next_word(after);
    if next == Next::Lowercase || terminator.outer {
        return next != Next::Lowercase;
    }
    if let Some(around) = enclosures.around(terminator.start) {
        let is_within = terminator.end < around.range.end;
        // Within a title (`„Wer bin ich? Und wie viele?“`) or an aside only a full stop ends a sentence. Where an aside
        // (`(endlich!)`) ends, the sentence around it may go on.
        if is_within && terminator.kind != TerminatorKind::Stop
            || (is_within || around.is_bracket) && next != Next::Opener
        {
            return false;
        }
    }
    match terminator.kind {
        TerminatorKind::Stop => stop_ends(&before, next, after),
        TerminatorKind::Ellipsis => true,
        TerminatorKind::Exclamation => next == Next::Opener || !abbreviations::ends_in_shouted_name(before.stopped),
    }
}

/// The text before a terminator, at most [`CONTEXT`] bytes.
struct LeftContext<'text> {
    /// Without the terminator.
    text: &'text str,
    /// With the first character of the terminator, which may belong to an abbreviation.
    stopped: &'text str,
    /// True if it begins where the sentence begins.
    is_whole: bool,
}

impl<'text> LeftContext<'text> {
    /// The text before the terminator at `at` in `sentence`.
    fn new(sentence: &'text str, at: usize) -> Self {
        let start = ceil(sentence, at.saturating_sub(CONTEXT));
        let stop = sentence[at..].chars().next().map_or(0, char::len_utf8);
        Self { text: &sentence[start..at], stopped: &sentence[start..at + stop], is_whole: start == 0 }
    }
}

/// `text` before its last word, and that word; it is empty if `text` ends in white space.
fn split_last_word(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|character: char| !character.is_whitespace()).len())
}

/// True if a full stop after `before` ends a sentence. `after` is the text after it, which begins with `next`.
fn stop_ends(before: &LeftContext<'_>, next: Next, after: &str) -> bool {
    let (earlier, last) = split_last_word(before.text);
    let previous = split_last_word(earlier.trim_end()).1;
    let word = last.trim_start_matches(|character: char| !character.is_alphanumeric());
    if word.is_empty() || word.ends_with(|character: char| !character.is_alphanumeric()) {
        return true;
    }
    let is_opener = next == Next::Opener;
    // `1. Die Kosten sinken.`
    let is_numbering = before.is_whole && earlier.is_empty();
    // In `(1./26.)` the last number counts.
    let number = &word[word.rfind('/').map_or(0, |at| at + 1)..];
    if number.chars().all(|character| character.is_ascii_digit() || character == '.') {
        return !is_numbering && number_ends(number, previous, next, after);
    }
    let is_label = || !is_numbering && (is_opener || abbreviations::is_counted(previous));
    if word.chars().all(|character| matches!(character, 'I' | 'V' | 'X')) {
        return is_label();
    }
    let is_after_number = previous.ends_with(|character: char| character.is_ascii_digit());
    let is_unit = word.split_once('/').map_or(is_after_number && is_unit_symbol(word), |(_, per)| is_unit_symbol(per));
    // `der Weltranglisten-15. Kunz`, but `eine DC-9. Merkel`
    let is_ranked =
        word.rsplit_once('-').is_some_and(|(what, rank)| what.ends_with("en") && rank.parse::<u32>().is_ok());
    if is_unit || is_ranked {
        return is_unit || is_opener;
    }
    if let Some(abbreviation) = abbreviations::at_end(before.stopped, before.is_whole) {
        return match abbreviation.ending {
            Ending::Never => false,
            Ending::BeforeOpener => is_opener,
            Ending::BeforeCapital => next != Next::Digit,
        };
    }
    let last_part = &word[word.rfind(['.', '-', '/']).map_or(0, |at| at + 1)..];
    let mut letters = last_part.chars();
    match (letters.next(), letters.next()) {
        // An initial, or the letter of `Plan B.`
        (Some(letter), None) if letter.is_alphabetic() => is_label(),
        _ => is_opener || !looks_abbreviated(last_part),
    }
}

/// True if the full stop after the number `word` ends a sentence.
fn number_ends(word: &str, previous: &str, next: Next, after: &str) -> bool {
    match next {
        Next::Opener => true,
        Next::Digit => {
            // `am 3. 5. 2020`, `12. 2024`, `1. 000`
            let digits = after.len() - after.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
            let goes_on = digits == 4 || digits <= 2 && after[digits..].starts_with('.');
            !(goes_on && last_number(word) < 100)
        }
        _ if abbreviations::is_counted(previous) => true,
        _ if abbreviations::is_determiner(previous) => false,
        // `am 12.03. Premiere` is a date, `um 18.30. Premiere` is not.
        _ => word.bytes().filter(u8::is_ascii_digit).count() > 2 && !is_day_and_month(word),
    }
}

/// The number after the last full stop of `word`, capped at 1,000.
fn last_number(word: &str) -> usize {
    let digits = &word[word.rfind('.').map_or(0, |at| at + 1)..];
    digits.parse().unwrap_or(1000).min(1000)
}

/// True for `12.03`, a date without its year.
fn is_day_and_month(word: &str) -> bool {
    let number = |digits: &str| if digits.len() <= 2 { digits.parse().ok() } else { None };
    word.split_once('.').is_some_and(|(day, month)| {
        number(day).is_some_and(|day: u8| (1..=31).contains(&day))
            && number(month).is_some_and(|month: u8| (1..=12).contains(&month))
    })
}

/// True for short words without a vowel, which are unlisted abbreviations: `Ltg`, `vgl`.
fn looks_abbreviated(word: &str) -> bool {
    let is_vowel = |letter: char| "aeiouyäöüéèáà".contains(letter);
    (2..=5).contains(&word.chars().count())
        && word.chars().all(char::is_alphabetic)
        && word.chars().skip(1).all(char::is_lowercase)
        && !word.chars().any(|letter| letter.to_lowercase().any(is_vowel))
}

/// True if a sentence ends at `terminator` without white space after it: `gut.Die`, but not `spiegel.de`.
fn ends_without_space(before: &LeftContext<'_>, terminator: &Terminator, after: &str, enclosures: &Enclosures) -> bool {
    let last = split_last_word(before.text).1;
    let start = first_bytes(after);
    let token = &start[..start.find(char::is_whitespace).unwrap_or(start.len())];
    let is_address = |text: &str| text.contains(['@', '/', '_', '=', '&', '\\', '#']) || text.starts_with("www.");
    if is_address(last) || is_address(token) || terminator.kind == TerminatorKind::Ellipsis && !terminator.closes {
        return false;
    }
    let opens = token.starts_with(enclosures::is_mark) && enclosures.opens(terminator.end);
    let inner = if opens { token.trim_start_matches(enclosures::is_mark) } else { token };
    let (next, rest) = inner.split_at(inner.find(|character: char| !character.is_alphabetic()).unwrap_or(inner.len()));
    let mut letters = next.chars();
    let is_capitalised = letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase);
    let is_whole_word = rest.is_empty()
        || rest.starts_with([',', ':', ';', '-', '“', '"', '«', '’', '\''])
        || rest.ends_with(['.', '!', '?']);
    if !is_capitalised || !is_whole_word || abbreviations::is_suffix(next) {
        return false;
    }
    let is_after_lowercase = before.text.chars().next_back().is_some_and(char::is_lowercase);
    if terminator.closes
        || opens && is_after_lowercase
        || terminator.kind == TerminatorKind::Exclamation && last.chars().count() > 1
    {
        return true;
    }
    // `gut.Merkel`; with an opener `GmbH.Die` and `spiegel.de.Die` as well, but not `u.a.Die`.
    let word = last.trim_start_matches(enclosures::is_mark);
    let is_ordinary = word.chars().count() > 2
        && next.chars().count() > 1
        && word.chars().skip(1).all(char::is_lowercase)
        && word.chars().all(char::is_alphabetic);
    let suffix = word.rfind('.').map(|at| &word[at + 1..]);
    let is_opener =
        abbreviations::is_opener(next) && word.chars().count() > 1 && suffix.is_none_or(abbreviations::is_suffix);
    (is_ordinary || is_opener) && abbreviations::at_end(before.stopped, false).is_none()
}

/// How `after` goes on, opening marks and dashes aside, and the text from there on.
fn next_word(after: &str) -> (Next, &str) {
    let is_lead = |character: char| {
        character.is_whitespace()
            || enclosures::is_mark(character)
            || matches!(character, '–' | '—' | '-' | '…' | '.' | '¿' | '¡')
    };
    let rest = first_bytes(after).trim_start_matches(is_lead);
    let word = &rest[..rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len())];
    let mut letters = word.chars();
    let next = match letters.next() {
        None => Next::Sign,
        Some(first) if first.is_numeric() => Next::Digit,
        // `iPhone`, `eBay`, `mRNA`
        Some(first) if first.is_lowercase() => {
            if letters.next().is_some_and(char::is_uppercase) {
                Next::Capital
            } else {
                Next::Lowercase
            }
        }
        Some(_) if abbreviations::is_opener(word) => Next::Opener,
        Some(_) => Next::Capital,
    };
    (next, rest)
}

/// The first [`CONTEXT`] bytes of `text`, or a few less at a character boundary.
fn first_bytes(text: &str) -> &str {
    &text[..floor(text, CONTEXT)]
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The first character boundary at or after `at`.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}
