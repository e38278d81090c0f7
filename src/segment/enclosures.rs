//! Pairs of quotation marks and brackets: which marks open, and which pairs are embedded in a sentence.

use std::ops::Range;

/// Maximum length in bytes of a pair that is part of the sentence around it. A longer one has sentences of its own.
const MAX_EMBEDDED_LENGTH: usize = 240;

/// A pair of quotation marks or brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enclosure {
    /// The bytes of the pair with both marks.
    pub(super) range: Range<usize>,
    /// True for brackets, false for quotation marks.
    pub(super) is_bracket: bool,
}

/// The quotation marks and brackets of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Enclosures {
    /// Bytes of the opening marks, in order.
    openings: Vec<usize>,
    /// The outermost pairs within sentences, in order and disjoint.
    embedded: Vec<Enclosure>,
}

/// Whether a quotation mark or bracket may open, close or both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    /// Opens after white space or an opening mark and closes otherwise: `"`, and `“`, which closes in German and opens in
    /// English.
    Either,
}

/// All marks: (mark, role, marks that close it).
const ENCLOSING_MARKS: &[(char, Role, &[char])] = &[
    ('(', Role::Opens, &[')']),
    ('[', Role::Opens, &[']']),
    ('{', Role::Opens, &['}']),
    (')', Role::Closes, &[]),
    (']', Role::Closes, &[]),
    ('}', Role::Closes, &[]),
    ('„', Role::Opens, &['“', '”', '"']),
    ('‚', Role::Opens, &['‘', '’', '\'']),
    ('“', Role::Either, &['”', '"']),
    ('‘', Role::Either, &['’']),
    ('”', Role::Closes, &[]),
    ('’', Role::Closes, &[]),
    ('"', Role::Either, &['"']),
    ('\'', Role::Either, &['\'']),
    ('»', Role::Either, &['«']),
    ('«', Role::Either, &['»']),
    ('›', Role::Either, &['‹']),
    ('‹', Role::Either, &['›']),
];

/// The role of `character` and the marks that close it, if it is a quotation mark or a bracket.
fn role(character: char) -> Option<(Role, &'static [char])> {
    ENCLOSING_MARKS.iter().find(|(mark, ..)| *mark == character).map(|(_, role, closing)| (*role, *closing))
}

/// True for round, square and curly brackets.
fn is_bracket(character: char) -> bool {
    matches!(character, '(' | ')' | '[' | ']' | '{' | '}')
}

/// True if `character` is a quotation mark or a bracket.
pub(super) fn is_mark(character: char) -> bool {
    role(character).is_some()
}

impl Enclosures {
    /// Finds the marks of `text`.
    pub(super) fn in_text(text: &str) -> Self {
        let mut enclosures = Self::default();
        // Open marks: (byte, mark, marks that close it).
        let mut open_marks: Vec<(usize, char, &[char])> = Vec::new();
        let mut character_before = None;
        for (mark_start, character) in text.char_indices() {
            let character_after = text[mark_start + character.len_utf8()..].chars().next();
            if let Some((role, closing)) = role(character) {
                let is_apostrophe = matches!(character, '\'' | '’' | '‘')
                    && character_before.is_some_and(char::is_alphanumeric)
                    && character_after.is_some_and(char::is_alphanumeric);
                // Only the innermost four are searched, so time stays linear in a text of brackets.
                let partner = open_marks.iter().rev().take(4).position(|(_, _, closing)| closing.contains(&character));
                // Without white space after a full stop, a mark opens only if it closes nothing: `gut."Sie`.
                let may_open = character_after.is_some_and(|character_after| !character_after.is_whitespace())
                    && (character_before.is_none_or(opens_after)
                        || partner.is_none()
                            && matches!(character_before, Some('.' | '!' | '?'))
                            && character_after.is_some_and(char::is_alphabetic));
                match (role, partner) {
                    _ if is_apostrophe => {}
                    (Role::Closes | Role::Either, Some(depth)) if role == Role::Closes || !may_open || depth == 0 => {
                        let (opening_start, opening, _) = open_marks[open_marks.len() - 1 - depth];
                        open_marks.truncate(open_marks.len() - 1 - depth);
                        enclosures.close(text, opening_start..mark_start + character.len_utf8(), is_bracket(opening));
                    }
                    (Role::Opens, _) => {
                        open_marks.push((mark_start, character, closing));
                        enclosures.openings.push(mark_start);
                    }
                    (Role::Either, _) if may_open => {
                        open_marks.push((mark_start, character, closing));
                        enclosures.openings.push(mark_start);
                    }
                    _ => {}
                }
            }
            character_before = Some(character);
        }
        enclosures
    }

    /// Records the pair in `range` if it is within a sentence.
    fn close(&mut self, text: &str, range: Range<usize>, is_bracket: bool) {
        let character_before = text[..range.start].chars().rev().find(|character| !character.is_whitespace());
        let is_within_sentence = match character_before {
            None => false,
            Some(last) if is_bracket => !matches!(last, '.' | '!' | '?' | '…' | ':'),
            Some(last) => last.is_alphanumeric(),
        };
        if is_within_sentence && range.len() <= MAX_EMBEDDED_LENGTH {
            // Pairs close from the inside out: an outer one replaces those within it.
            while self.embedded.last().is_some_and(|inner| inner.range.start > range.start) {
                self.embedded.pop();
            }
            self.embedded.push(Enclosure { range, is_bracket });
        }
    }

    /// True if the mark at `at` opens.
    pub(super) fn opens(&self, at: usize) -> bool {
        self.openings.binary_search(&at).is_ok()
    }

    /// The pair within a sentence that encloses `at`.
    pub(super) fn around(&self, at: usize) -> Option<&Enclosure> {
        let after = self.embedded.partition_point(|enclosure| enclosure.range.start < at);
        self.embedded[..after].last().filter(|enclosure| enclosure.range.end > at)
    }
}

/// True if a mark of either role opens after `before`.
fn opens_after(before: char) -> bool {
    before.is_whitespace() || matches!(before, '(' | '[' | '{' | '„' | '‚' | '–' | '—' | '/' | '-')
}
