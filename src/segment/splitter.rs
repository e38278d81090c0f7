//! Finds the ends of sentences: every run of full stops, question and exclamation marks is judged by the word before
//! it and the word after it.

use std::ops::Range;

use super::abbreviations::{self, Ending};
use super::enclosures::{self, Enclosures};

/// How many bytes are looked at on either side of a mark. Words are shorter; a longer run without white space is no
/// word, and looking at all of it at each of its full stops would take quadratic time.
const REACH: usize = 64;

/// A run of closing punctuation with the quotation marks and brackets that belong to it.
struct Mark {
    kind: Kind,
    /// Where its first full stop, question or exclamation mark stands.
    start: usize,
    /// Where the closing quotation marks and brackets behind it end.
    end: usize,
    /// True if a quotation mark or bracket closes behind it.
    closes: bool,
    /// True if another full stop follows what closes, so that it ends the sentence around it: `(13.).`
    outer: bool,
}

/// What a run of closing punctuation consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One full stop, which may belong to an abbreviation or an ordinal.
    Stop,
    /// An omission, in the middle of a sentence or at its end.
    Ellipsis,
    /// At least one question or exclamation mark.
    Outcry,
}

/// How the text goes on behind a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Small,
    /// A capitalised word that opens sentences.
    Opener,
    Capital,
    Digit,
    /// Neither letter nor digit.
    Sign,
}

/// The sentences of `text`: in order, disjoint, not empty, without white space at their ends.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let enclosures = Enclosures::of(text);
    // What stands behind the last word is no sentence: a dash, a lonely quotation mark, a row of stars.
    let last_word = text.rfind(char::is_alphanumeric).unwrap_or(0);
    let mut sentences = Vec::new();
    let mut start = text.len() - text.trim_start().len();
    let mut at = start;
    // A sentence has a word in it: `!!! Achtung` is one, not two.
    let mut has_word = false;
    while let Some(mark) = next_mark(text, at, &enclosures).filter(|mark| mark.end <= last_word) {
        has_word |= text[at..mark.start].contains(char::is_alphanumeric);
        at = mark.end;
        if has_word && ends_sentence(text, start, &mark, &enclosures) {
            has_word = false;
            sentences.push(start..mark.end);
            start = text.len() - text[mark.end..].trim_start().len();
            at = start;
        }
    }
    let end = text.trim_end().len();
    if start < end {
        sentences.push(start..end);
    }
    sentences
}

/// True for the characters that can end a sentence.
fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '‽' | '⁇' | '⁈' | '⁉' | '‼')
}

/// The first mark at or behind `from`.
fn next_mark(text: &str, from: usize, enclosures: &Enclosures) -> Option<Mark> {
    let start = from + text[from..].find(is_terminator)?;
    let mut mark = Mark { kind: Kind::Stop, start, end: start, closes: false, outer: false };
    let (mut stops, mut outcries, mut ellipses) = (0, 0, 0);
    for (offset, character) in text[start..].char_indices() {
        match character {
            _ if mark.closes && is_terminator(character) => mark.outer = true,
            '.' => stops += 1,
            '…' => ellipses += 1,
            _ if is_terminator(character) => outcries += 1,
            _ if enclosures::is_mark(character) && !enclosures.opens(start + offset) => mark.closes = true,
            _ => break,
        }
        mark.end = start + offset + character.len_utf8();
    }
    mark.kind = match (outcries, ellipses, stops) {
        (1.., _, _) => Kind::Outcry,
        (0, 0, 0 | 1) => Kind::Stop,
        _ => Kind::Ellipsis,
    };
    mark.end += footnotes(&text[mark.end..]);
    // `„Ich gehe. “ Er ging.`
    let rest = &text[mark.end..];
    let lonely = rest.trim_start();
    let mut characters = lonely.chars();
    if let (Some(closing), Some(behind)) = (characters.next(), characters.next())
        && enclosures::is_mark(closing)
        && behind.is_whitespace()
        && !enclosures.opens(text.len() - lonely.len())
    {
        mark.end = text.len() - lonely.len() + closing.len_utf8();
        mark.closes = true;
    }
    Some(mark)
}

/// The length of the footnote marks at the start of `text`: `[1]`, `[23][24]`.
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

/// True if the sentence that began at `start` ends with `mark`.
fn ends_sentence(text: &str, start: usize, mark: &Mark, enclosures: &Enclosures) -> bool {
    let rest = &text[mark.end..];
    let after = rest.trim_start();
    let Some(first) = after.chars().next() else { return false };
    let before = Before::new(&text[start..], mark.start - start);
    // `(!)`, `[…]`: a remark on what stands before it.
    if mark.closes && !mark.outer && before.text.ends_with(['(', '[']) {
        return false;
    }
    if rest.len() == after.len() {
        return ends_without_space(&before, mark, after, enclosures);
    }
    if matches!(first, ',' | ';' | ':' | ')' | ']' | '}') {
        return false;
    }
    let (next, after) = next_word(after);
    if next == Next::Small || mark.outer {
        return next != Next::Small;
    }
    if let Some(around) = enclosures.embedding(mark.start) {
        let within = mark.end < around.range.end;
        // Within a title (`„Wer bin ich? Und wie viele?“`) or an aside only a full stop is taken for an end; an aside
        // (`(endlich!)`) is over here, not necessarily the sentence around it.
        if within && mark.kind != Kind::Stop || (within || around.bracket) && next != Next::Opener {
            return false;
        }
    }
    match mark.kind {
        Kind::Stop => stop_ends(&before, next, after),
        Kind::Ellipsis => true,
        Kind::Outcry => next == Next::Opener || !abbreviations::ends_in_shouted_name(before.stopped),
    }
}

/// The text that leads up to a mark, as far as it is looked at.
struct Before<'text> {
    /// Without the mark.
    text: &'text str,
    /// With the first character of the mark, which is the abbreviation's own if there is an abbreviation.
    stopped: &'text str,
    /// True if this is all of the sentence so far.
    whole: bool,
}

impl<'text> Before<'text> {
    /// What leads up to the mark at `at` in `sentence`.
    fn new(sentence: &'text str, at: usize) -> Self {
        let start = ceil(sentence, at.saturating_sub(REACH));
        let stop = sentence[at..].chars().next().map_or(0, char::len_utf8);
        Self { text: &sentence[start..at], stopped: &sentence[start..at + stop], whole: start == 0 }
    }
}

/// `text` up to its last word and that word, which is empty if `text` ends in white space.
fn split_last_word(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|character: char| !character.is_whitespace()).len())
}

/// True if a full stop behind `before` ends a sentence that is followed by `next`, which `after` starts with.
fn stop_ends(before: &Before<'_>, next: Next, after: &str) -> bool {
    let (earlier, word) = split_last_word(before.text);
    let previous = split_last_word(earlier.trim_end()).1;
    let word = word.trim_start_matches(|character: char| !character.is_alphanumeric());
    if word.is_empty() || word.ends_with(|character: char| !character.is_alphanumeric()) {
        return true;
    }
    let opener = next == Next::Opener;
    // `1. Die Kosten sinken.`
    let numbering = before.whole && earlier.is_empty();
    // `(1./26.)`
    let number = &word[word.rfind('/').map_or(0, |at| at + 1)..];
    if number.chars().all(|character| character.is_ascii_digit() || character == '.') {
        return !numbering && number_ends(number, previous, next, after);
    }
    let counts = || !numbering && (opener || abbreviations::is_counted(previous));
    if word.chars().all(|character| matches!(character, 'I' | 'V' | 'X')) {
        return counts();
    }
    let after_number = previous.ends_with(|character: char| character.is_ascii_digit());
    let unit = word
        .split_once('/')
        .map_or(after_number && abbreviations::is_unit(word), |(_, per)| abbreviations::is_unit(per));
    // `der Weltranglisten-15. Kunz`, but `eine DC-9. Merkel`
    let ranked = word.rsplit_once('-').is_some_and(|(what, rank)| what.ends_with("en") && rank.parse::<u32>().is_ok());
    if unit || ranked {
        return unit || opener;
    }
    if let Some(abbreviation) = abbreviations::at_end(before.stopped, before.whole) {
        return match abbreviation.ending {
            Ending::Never => false,
            Ending::BeforeOpener => opener,
            Ending::BeforeCapital => next != Next::Digit,
        };
    }
    let last_part = &word[word.rfind(['.', '-', '/']).map_or(0, |at| at + 1)..];
    let mut letters = last_part.chars();
    match (letters.next(), letters.next()) {
        // An initial, or the letter of `Plan B.`
        (Some(letter), None) if letter.is_alphabetic() => counts(),
        _ => opener || !looks_abbreviated(last_part),
    }
}

/// True if the full stop behind the number `word` ends a sentence.
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

/// The number behind the last full stop of `word`; 1,000 if it is larger than that.
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

/// True for short words without a vowel (`Ltg`, `vgl`): unknown abbreviations.
fn looks_abbreviated(word: &str) -> bool {
    let vowel = |letter: char| "aeiouyäöüéèáà".contains(letter);
    let short = (2..=5).contains(&word.chars().count());
    short
        && word.chars().all(char::is_alphabetic)
        && word.chars().skip(1).all(char::is_lowercase)
        && !word.chars().any(|letter| letter.to_lowercase().any(vowel))
}

/// True if a sentence ends at `mark` although no white space follows it: `gut.Die`, but not `spiegel.de`.
fn ends_without_space(before: &Before<'_>, mark: &Mark, after: &str, enclosures: &Enclosures) -> bool {
    let word = split_last_word(before.text).1;
    let token = first_bytes(after);
    let token = &token[..token.find(char::is_whitespace).unwrap_or(token.len())];
    let address = |text: &str| text.contains(['@', '/', '_', '=', '&', '\\', '#']) || text.starts_with("www.");
    if address(word) || address(token) || mark.kind == Kind::Ellipsis && !mark.closes {
        return false;
    }
    let opens = token.starts_with(enclosures::is_mark) && enclosures.opens(mark.end);
    let token = if opens { token.trim_start_matches(enclosures::is_mark) } else { token };
    let (next, behind) =
        token.split_at(token.find(|character: char| !character.is_alphabetic()).unwrap_or(token.len()));
    let mut letters = next.chars();
    let capitalised = letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase);
    let stands_alone = behind.is_empty()
        || behind.starts_with([',', ':', ';', '-', '“', '"', '«', '’', '\''])
        || behind.ends_with(['.', '!', '?']);
    if !capitalised || !stands_alone || abbreviations::is_suffix(next) {
        return false;
    }
    let small = before.text.chars().next_back().is_some_and(char::is_lowercase);
    if mark.closes || opens && small || mark.kind == Kind::Outcry && word.chars().count() > 1 {
        return true;
    }
    // `gut.Merkel`; with an opener `GmbH.Die` and `spiegel.de.Die` as well, but not `u.a.Die`.
    let word = word.trim_start_matches(enclosures::is_mark);
    let ordinary = word.chars().count() > 2
        && next.chars().count() > 1
        && word.chars().skip(1).all(char::is_lowercase)
        && word.chars().all(char::is_alphabetic);
    let suffix = word.rfind('.').map(|at| &word[at + 1..]);
    let opener =
        abbreviations::is_opener(next) && word.chars().count() > 1 && suffix.is_none_or(abbreviations::is_suffix);
    (ordinary || opener) && abbreviations::at_end(before.stopped, false).is_none()
}

/// What `after` starts with, opening marks and dashes aside, and the text from there on.
fn next_word(after: &str) -> (Next, &str) {
    let after = first_bytes(after);
    let lead = |character: char| {
        character.is_whitespace()
            || enclosures::is_mark(character)
            || matches!(character, '–' | '—' | '-' | '…' | '.' | '¿' | '¡')
    };
    let after = after.trim_start_matches(lead);
    let word = &after[..after.find(|character: char| !character.is_alphanumeric()).unwrap_or(after.len())];
    let mut letters = word.chars();
    let next = match letters.next() {
        None => Next::Sign,
        Some(first) if first.is_numeric() => Next::Digit,
        // `iPhone`, `eBay`, `mRNA`
        Some(first) if first.is_lowercase() => {
            if letters.next().is_some_and(char::is_uppercase) {
                Next::Capital
            } else {
                Next::Small
            }
        }
        Some(_) if abbreviations::is_opener(word) => Next::Opener,
        Some(_) => Next::Capital,
    };
    (next, after)
}

/// The first [`REACH`] bytes of `text`, or a few less.
fn first_bytes(text: &str) -> &str {
    &text[..floor(text, REACH)]
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The first character boundary at or behind `at`.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}
