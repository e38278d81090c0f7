//! Finds the ends of sentences: each run of full stops, question and exclamation marks is judged by the word before and the
//! word after it.

use std::ops::Range;

use super::abbreviations::{self, Ending};
use super::enclosures::{self, Enclosures};
use crate::lexicon::german::{self, is_unit_symbol};

/// Bytes that are read on either side of a mark. Words are shorter; reading all of a longer run at each of its full stops
/// would take quadratic time.
const CONTEXT_BYTES: usize = 64;

/// A run of terminators with the closing quotation marks and brackets after it.
struct Terminator {
    kind: TerminatorKind,
    /// The first byte of the terminator.
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
enum NextWord {
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
    let mut sentence_start = text.len() - text.trim_start().len();
    let mut searched_from = sentence_start;
    // A sentence has a word in it: `!!! Achtung` is one, not two.
    let mut has_word = false;
    while let Some(terminator) =
        next_terminator(text, searched_from, &enclosures).filter(|terminator| terminator.end <= last_word)
    {
        has_word |= text[searched_from..terminator.start].contains(char::is_alphanumeric);
        searched_from = terminator.end;
        if has_word && ends_sentence(text, sentence_start, &terminator, &enclosures) {
            has_word = false;
            sentences.push(sentence_start..terminator.end);
            sentence_start = text.len() - text[terminator.end..].trim_start().len();
            searched_from = sentence_start;
        }
    }
    let text_end = text.trim_end().len();
    if sentence_start < text_end {
        sentences.push(sentence_start..text_end);
    }
    sentences
}

/// True for characters that may end a sentence.
fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '‽' | '⁇' | '⁈' | '⁉' | '‼')
}

/// The first terminator at or after `searched_from`.
fn next_terminator(text: &str, searched_from: usize, enclosures: &Enclosures) -> Option<Terminator> {
    let terminator_start = searched_from + text[searched_from..].find(is_terminator)?;
    let mut terminator = Terminator {
        kind: TerminatorKind::Stop,
        start: terminator_start,
        end: terminator_start,
        closes: false,
        outer: false,
    };
    let (mut full_stops, mut exclamations, mut ellipses) = (0, 0, 0);
    for (offset, character) in text[terminator_start..].char_indices() {
        match character {
            _ if terminator.closes && is_terminator(character) => terminator.outer = true,
            '.' => full_stops += 1,
            '…' => ellipses += 1,
            _ if is_terminator(character) => exclamations += 1,
            _ if enclosures::is_mark(character) && !enclosures.opens(terminator_start + offset) => {
                terminator.closes = true
            }
            _ => break,
        }
        terminator.end = terminator_start + offset + character.len_utf8();
    }
    terminator.kind = match (exclamations, ellipses, full_stops) {
        (1.., _, _) => TerminatorKind::Exclamation,
        (0, 0, 0 | 1) => TerminatorKind::Stop,
        _ => TerminatorKind::Ellipsis,
    };
    terminator.end += footnote_length(&text[terminator.end..]);
    // A closing mark after a space: `„Ich gehe. “ Er ging.`
    let after_terminator = &text[terminator.end..];
    let detached_mark = after_terminator.trim_start();
    let mut characters = detached_mark.chars();
    if let (Some(closing), Some(following)) = (characters.next(), characters.next())
        && enclosures::is_mark(closing)
        && following.is_whitespace()
        && !enclosures.opens(text.len() - detached_mark.len())
    {
        terminator.end = text.len() - detached_mark.len() + closing.len_utf8();
        terminator.closes = true;
    }
    Some(terminator)
}

/// Length in bytes of the footnote marks that `text` begins with: `[1]`, `[23][24]`.
fn footnote_length(text: &str) -> usize {
    let mut footnote_length = 0;
    while let Some(number) = text[footnote_length..].strip_prefix('[') {
        let digits = number.len() - number.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
        if !(1..=3).contains(&digits) || !number[digits..].starts_with(']') {
            break;
        }
        footnote_length += digits + 2;
    }
    footnote_length
}

/// True if the sentence that begins at `sentence_start` ends with `terminator`.
fn ends_sentence(text: &str, sentence_start: usize, terminator: &Terminator, enclosures: &Enclosures) -> bool {
    let after_terminator = &text[terminator.end..];
    let next_words = after_terminator.trim_start();
    let Some(first_character) = next_words.chars().next() else { return false };
    let left_context = LeftContext::new(&text[sentence_start..], terminator.start - sentence_start);
    // A remark on the words before it: `(!)`, `[…]`.
    if terminator.closes && !terminator.outer && left_context.text.ends_with(['(', '[']) {
        return false;
    }
    if after_terminator.len() == next_words.len() {
        return ends_without_space(&left_context, terminator, next_words, enclosures);
    }
    if matches!(first_character, ',' | ';' | ':' | ')' | ']' | '}') {
        return false;
    }
    let (next, next_words) = next_word(next_words);
    if next == NextWord::Lowercase || terminator.outer {
        return next != NextWord::Lowercase;
    }
    if let Some(enclosure) = enclosures.around(terminator.start) {
        let is_within = terminator.end < enclosure.range.end;
        // Within a title (`„Wer bin ich? Und wie viele?“`) or an aside only a full stop ends a sentence. Where an aside
        // (`(endlich!)`) ends, the sentence around it may go on.
        if is_within && terminator.kind != TerminatorKind::Stop
            || (is_within || enclosure.is_bracket) && next != NextWord::Opener
        {
            return false;
        }
    }
    match terminator.kind {
        TerminatorKind::Stop => full_stop_ends_sentence(&left_context, next, next_words),
        TerminatorKind::Ellipsis => true,
        TerminatorKind::Exclamation => {
            next == NextWord::Opener || !abbreviations::ends_in_shouted_name(left_context.stopped)
        }
    }
}

/// The text before a terminator, at most [`CONTEXT_BYTES`] bytes.
struct LeftContext<'text> {
    /// Without the terminator.
    text: &'text str,
    /// With the first character of the terminator, which may belong to an abbreviation.
    stopped: &'text str,
    /// True if it begins where the sentence begins.
    is_whole: bool,
}

impl<'text> LeftContext<'text> {
    /// The text before the terminator that is at byte `stop` of `sentence`.
    fn new(sentence: &'text str, stop: usize) -> Self {
        let context_start = ceil(sentence, stop.saturating_sub(CONTEXT_BYTES));
        let stop_end = stop + sentence[stop..].chars().next().map_or(0, char::len_utf8);
        let (text, stopped) = (&sentence[context_start..stop], &sentence[context_start..stop_end]);
        Self { text, stopped, is_whole: context_start == 0 }
    }
}

/// `text` before its last word, and that word; it is empty if `text` ends in white space.
fn split_last_word(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|character: char| !character.is_whitespace()).len())
}

/// True if a full stop after `left_context` ends a sentence. `next_words` is the text after it, which begins with `next`.
fn full_stop_ends_sentence(left_context: &LeftContext<'_>, next: NextWord, next_words: &str) -> bool {
    let (earlier_words, last_run) = split_last_word(left_context.text);
    let previous_word = split_last_word(earlier_words.trim_end()).1;
    let last_word = last_run.trim_start_matches(|character: char| !character.is_alphanumeric());
    if last_word.is_empty() || last_word.ends_with(|character: char| !character.is_alphanumeric()) {
        return true;
    }
    let is_opener = next == NextWord::Opener;
    // `1. Die Kosten sinken.`
    let is_numbering = left_context.is_whole && earlier_words.is_empty();
    // In `(1./26.)` the last number counts.
    let number = &last_word[last_word.rfind('/').map_or(0, |separator| separator + 1)..];
    if number.chars().all(|character| character.is_ascii_digit() || character == '.') {
        return !is_numbering && number_ends_sentence(number, previous_word, next, next_words);
    }
    let is_label = || !is_numbering && (is_opener || abbreviations::is_counted(previous_word));
    if last_word.chars().all(|character| matches!(character, 'I' | 'V' | 'X')) {
        return is_label();
    }
    let is_after_number = previous_word.ends_with(|character: char| character.is_ascii_digit());
    let is_unit =
        last_word.split_once('/').map_or(is_after_number && is_unit_symbol(last_word), |(_, per)| is_unit_symbol(per));
    // `der Weltranglisten-15. Kunz`, but `eine DC-9. Merkel`
    let is_ranked =
        last_word.rsplit_once('-').is_some_and(|(what, rank)| what.ends_with("en") && rank.parse::<u32>().is_ok());
    if is_unit || is_ranked {
        return is_unit || is_opener;
    }
    if let Some(abbreviation) = abbreviations::at_end(left_context.stopped, left_context.is_whole) {
        return match abbreviation.ending {
            Ending::Never => false,
            Ending::BeforeOpener => is_opener,
            Ending::QuantityOrWord if is_after_number || german::cardinal(&previous_word.to_lowercase()).is_some() => {
                is_opener
            }
            Ending::TitleOrWord if earlier_words.is_empty() || abbreviations::is_before_titles(previous_word) => {
                is_opener
            }
            Ending::QuantityOrWord | Ending::TitleOrWord => next != NextWord::Digit,
            Ending::BeforeCapital => next != NextWord::Digit,
        };
    }
    let last_part = &last_word[last_word.rfind(['.', '-', '/']).map_or(0, |separator| separator + 1)..];
    let mut letters = last_part.chars();
    match (letters.next(), letters.next()) {
        // An initial, or the letter of `Plan B.`
        (Some(letter), None) if letter.is_alphabetic() => is_label(),
        _ => is_opener || !looks_abbreviated(last_part),
    }
}

/// True if the full stop after `number` ends a sentence.
fn number_ends_sentence(number: &str, previous_word: &str, next: NextWord, next_words: &str) -> bool {
    match next {
        NextWord::Opener => true,
        NextWord::Digit => {
            // `am 3. 5. 2020`, `12. 2024`, `1. 000`
            let digit_count =
                next_words.len() - next_words.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
            let goes_on = digit_count == 4 || digit_count <= 2 && next_words[digit_count..].starts_with('.');
            !(goes_on && last_number(number) < 100)
        }
        _ if abbreviations::is_counted(previous_word) => true,
        _ if abbreviations::is_determiner(previous_word) => false,
        // `am 12.03. Premiere` is a date, `um 18.30. Premiere` is not.
        _ => number.bytes().filter(u8::is_ascii_digit).count() > 2 && !is_day_and_month(number),
    }
}

/// The number after the last full stop of `number`, capped at 1,000.
fn last_number(number: &str) -> usize {
    let digits = &number[number.rfind('.').map_or(0, |full_stop| full_stop + 1)..];
    digits.parse().unwrap_or(1000).min(1000)
}

/// True for `12.03`, a date without its year.
fn is_day_and_month(number_word: &str) -> bool {
    let two_digit_number = |digits: &str| if digits.len() <= 2 { digits.parse().ok() } else { None };
    number_word.split_once('.').is_some_and(|(day, month)| {
        two_digit_number(day).is_some_and(|day: u8| (1..=31).contains(&day))
            && two_digit_number(month).is_some_and(|month: u8| (1..=12).contains(&month))
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
    let last_word = split_last_word(before.text).1;
    let context_after = first_bytes(after);
    let next_run = &context_after[..context_after.find(char::is_whitespace).unwrap_or(context_after.len())];
    let is_address = |text: &str| text.contains(['@', '/', '_', '=', '&', '\\', '#']) || text.starts_with("www.");
    if is_address(last_word)
        || is_address(next_run)
        || terminator.kind == TerminatorKind::Ellipsis && !terminator.closes
    {
        return false;
    }
    let opens_quotation = next_run.starts_with(enclosures::is_mark) && enclosures.opens(terminator.end);
    let unmarked_run = if opens_quotation { next_run.trim_start_matches(enclosures::is_mark) } else { next_run };
    let next_length = unmarked_run.find(|character: char| !character.is_alphabetic()).unwrap_or(unmarked_run.len());
    let (next_word, after_next) = unmarked_run.split_at(next_length);
    let mut letters = next_word.chars();
    let is_capitalised = letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase);
    let is_whole_word = after_next.is_empty()
        || after_next.starts_with([',', ':', ';', '-', '“', '"', '«', '’', '\''])
        || after_next.ends_with(['.', '!', '?']);
    if !is_capitalised || !is_whole_word || abbreviations::is_suffix(next_word) {
        return false;
    }
    let is_after_lowercase = before.text.chars().next_back().is_some_and(char::is_lowercase);
    if terminator.closes
        || opens_quotation && is_after_lowercase
        || terminator.kind == TerminatorKind::Exclamation && last_word.chars().count() > 1
    {
        return true;
    }
    // `gut.Merkel`; with an opener `GmbH.Die` and `spiegel.de.Die` as well, but not `u.a.Die`.
    let bare_word = last_word.trim_start_matches(enclosures::is_mark);
    let is_ordinary = bare_word.chars().count() > 2
        && next_word.chars().count() > 1
        && bare_word.chars().skip(1).all(char::is_lowercase)
        && bare_word.chars().all(char::is_alphabetic);
    let domain_ending = bare_word.rfind('.').map(|full_stop| &bare_word[full_stop + 1..]);
    let is_opener = abbreviations::is_opener(next_word)
        && bare_word.chars().count() > 1
        && domain_ending.is_none_or(abbreviations::is_suffix);
    (is_ordinary || is_opener) && abbreviations::at_end(before.stopped, false).is_none()
}

/// How `after` goes on, opening marks and dashes aside, and the text from there on.
fn next_word(after: &str) -> (NextWord, &str) {
    let precedes_word = |character: char| {
        character.is_whitespace()
            || enclosures::is_mark(character)
            || matches!(character, '–' | '—' | '-' | '…' | '.' | '¿' | '¡')
    };
    let from_word = first_bytes(after).trim_start_matches(precedes_word);
    let word_length = from_word.find(|character: char| !character.is_alphanumeric()).unwrap_or(from_word.len());
    let word = &from_word[..word_length];
    let mut letters = word.chars();
    let next_word = match letters.next() {
        None => NextWord::Sign,
        Some(letter) if letter.is_numeric() => NextWord::Digit,
        // `iPhone`, `eBay`, `mRNA`
        Some(letter) if letter.is_lowercase() => {
            if letters.next().is_some_and(char::is_uppercase) {
                NextWord::Capital
            } else {
                NextWord::Lowercase
            }
        }
        Some(_) if abbreviations::is_opener(word) => NextWord::Opener,
        Some(_) => NextWord::Capital,
    };
    (next_word, from_word)
}

/// The first [`CONTEXT_BYTES`] bytes of `text`, or a few less at a character boundary.
fn first_bytes(text: &str) -> &str {
    &text[..floor(text, CONTEXT_BYTES)]
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The first character boundary at or after `at`.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}
