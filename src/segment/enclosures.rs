//! Pairs of quotation marks and brackets in a text: which marks open, and which pairs stand in the middle of a
//! sentence.

use std::ops::Range;

/// Longest pair, in bytes, that is taken for a part of the sentence around it. A longer one holds sentences of its own.
const LONGEST_EMBEDDED: usize = 240;

/// What encloses the text at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enclosure {
    /// From the opening mark to behind the closing one, in bytes.
    pub(super) range: Range<usize>,
    /// True for brackets, false for quotation marks.
    pub(super) bracket: bool,
}

/// The quotation marks and brackets of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Enclosures {
    /// Where the opening marks stand, in order.
    openings: Vec<usize>,
    /// Outermost pairs that stand in the middle of a sentence, in order and disjoint.
    embedded: Vec<Enclosure>,
}

/// What a mark can do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    /// Opens after white space or an opening mark, closes otherwise: `"`, and `“`, which closes in German and opens in
    /// English.
    Either,
}

/// One kind of mark: (the mark, what it can do, what pairs with it).
const MARKS: &[(char, Role, &[char])] = &[
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

/// What `mark` can do and what closes it, if it is a quotation mark or a bracket.
fn mark(mark: char) -> Option<(Role, &'static [char])> {
    MARKS.iter().find(|(known, _, _)| *known == mark).map(|(_, role, closing)| (*role, *closing))
}

/// True for round, square and curly brackets.
fn is_bracket(mark: char) -> bool {
    matches!(mark, '(' | ')' | '[' | ']' | '{' | '}')
}

/// True if `character` is a quotation mark or a bracket.
pub(super) fn is_mark(character: char) -> bool {
    mark(character).is_some()
}

impl Enclosures {
    /// The marks of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self::default();
        // (where it opens, what opens it, what closes it)
        let mut open: Vec<(usize, char, &[char])> = Vec::new();
        let mut before = None;
        for (at, character) in text.char_indices() {
            let after = text[at + character.len_utf8()..].chars().next();
            if let Some((role, closing)) = mark(character) {
                let apostrophe = matches!(character, '\'' | '’' | '‘')
                    && before.is_some_and(char::is_alphanumeric)
                    && after.is_some_and(char::is_alphanumeric);
                // Only the innermost few are looked at, so a text of nothing but brackets takes no longer than another.
                let partner = open.iter().rev().take(4).position(|(_, _, closing)| closing.contains(&character));
                // Without its white space after a full stop, only what does not close can open: `gut."Sie`
                let may_open = after.is_some_and(|after| !after.is_whitespace())
                    && (before.is_none_or(opens_after)
                        || partner.is_none()
                            && matches!(before, Some('.' | '!' | '?'))
                            && after.is_some_and(char::is_alphabetic));
                match (role, partner) {
                    _ if apostrophe => {}
                    (Role::Closes | Role::Either, Some(depth)) if role == Role::Closes || !may_open || depth == 0 => {
                        let (start, opening, _) = open[open.len() - 1 - depth];
                        open.truncate(open.len() - 1 - depth);
                        found.close(text, start..at + character.len_utf8(), is_bracket(opening));
                    }
                    (Role::Opens, _) => {
                        open.push((at, character, closing));
                        found.openings.push(at);
                    }
                    (Role::Either, _) if may_open => {
                        open.push((at, character, closing));
                        found.openings.push(at);
                    }
                    _ => {}
                }
            }
            before = Some(character);
        }
        found
    }

    /// Notes a pair, if it stands in the middle of a sentence.
    fn close(&mut self, text: &str, range: Range<usize>, bracket: bool) {
        let before = text[..range.start].chars().rev().find(|character| !character.is_whitespace());
        let within_sentence = match before {
            None => false,
            Some(before) if bracket => !matches!(before, '.' | '!' | '?' | '…' | ':'),
            Some(before) => before.is_alphanumeric(),
        };
        if within_sentence && range.len() <= LONGEST_EMBEDDED {
            // Pairs close from the inside out: an outer one takes the place of those within it.
            while self.embedded.last().is_some_and(|inner| inner.range.start > range.start) {
                self.embedded.pop();
            }
            self.embedded.push(Enclosure { range, bracket });
        }
    }

    /// True if the mark at `at` opens.
    pub(super) fn opens(&self, at: usize) -> bool {
        self.openings.binary_search(&at).is_ok()
    }

    /// The pair in the middle of a sentence that has `at` between its marks.
    pub(super) fn embedding(&self, at: usize) -> Option<&Enclosure> {
        let after = self.embedded.partition_point(|enclosure| enclosure.range.start < at);
        self.embedded[..after].last().filter(|enclosure| enclosure.range.end > at)
    }
}

/// True if a mark that can both open and close opens after `before`.
fn opens_after(before: char) -> bool {
    before.is_whitespace() || matches!(before, '(' | '[' | '{' | '„' | '‚' | '–' | '—' | '/' | '-')
}
