//! Cuts sentences that are too long for a model at clause marks, the strongest first.

use std::ops::Range;

/// How suitable a clause mark is for a cut, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// After a semicolon.
    Semicolon,
    /// After a colon.
    Colon,
    /// Before a dash with white space around it.
    Dash,
    /// After a comma, before a conjunction or relative pronoun.
    Clause,
    /// After any other comma.
    Comma,
    /// Before `und`, `oder`, `sowie`, `beziehungsweise`.
    Conjunction,
    /// At any other white space.
    Space,
}

impl Strength {
    /// All strengths, from best to worst.
    pub const ALL: [Self; 7] =
        [Self::Semicolon, Self::Colon, Self::Dash, Self::Clause, Self::Comma, Self::Conjunction, Self::Space];
}

/// A place where a sentence may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClauseMark {
    /// First byte of the white space that the cut replaces.
    pub at: usize,
    /// How suitable the cut between clauses is.
    pub strength: Strength,
}

/// Words that begin a clause after a comma: conjunctions, relative pronouns, question words.
#[rustfmt::skip]
const CLAUSE_WORDS: &[&str] = &[
    "aber", "als", "bevor", "bis", "da", "damit", "dass", "daß", "dem", "den", "denen", "denn", "der", "deren", "des",
    "dessen", "die", "das", "doch", "ehe", "falls", "indem", "indessen", "jedoch", "je", "nachdem", "ob", "obgleich",
    "obwohl", "oder", "ohne", "seit", "seitdem", "sobald", "sodass", "sofern", "solange", "sondern", "soweit",
    "sowie", "statt", "und", "um", "wann", "warum", "was", "weil", "welche", "welchem", "welchen", "welcher",
    "welches", "wenn", "wer", "weshalb", "wie", "wo", "wobei", "wodurch", "wofür", "wogegen", "woher", "wohin",
    "womit", "wonach", "woran", "worauf", "woraus", "worin", "worüber", "wovon", "wozu", "während", "zumal",
];

/// Conjunctions without a comma before them.
const CONJUNCTIONS: &[&str] = &["und", "oder", "sowie", "beziehungsweise", "bzw."];

/// Every place where `text` may be cut, in order: one per run of white space.
pub fn clauses(text: &str) -> Vec<ClauseMark> {
    let mut marks = Vec::new();
    let mut words = located_words(text).peekable();
    while let Some((word_start, word)) = words.next() {
        let Some((_, next_word)) = words.peek() else { break };
        let unquoted_word = word.trim_end_matches(['“', '”', '"', '«', '»', '‘', '’', ')', ']']);
        let strength = match unquoted_word.chars().next_back() {
            Some(';') => Strength::Semicolon,
            Some(':') => Strength::Colon,
            _ if matches!(*next_word, "–" | "—" | "-") => Strength::Dash,
            Some(',') if CLAUSE_WORDS.contains(next_word) => Strength::Clause,
            Some(',') => Strength::Comma,
            _ if CONJUNCTIONS.contains(next_word) => Strength::Conjunction,
            _ => Strength::Space,
        };
        marks.push(ClauseMark { at: word_start + word.len(), strength });
    }
    marks
}

/// The runs of `text` without white space, each with its first byte.
fn located_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// Cuts `text` into pieces that satisfy `fits`: in order, not empty, without white space at their ends. Every byte that is
/// not white space is in exactly one piece.
///
/// Cuts a piece at the strongest mark in its middle half, among equals the one nearest to the middle, until all pieces fit.
/// Without such a mark it cuts at the white space nearest to the middle, and without white space between two characters.
/// A single character is a piece even if it does not fit.
pub fn split_long(text: &str, fits: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let marks = clauses(text);
    let mut pieces = Vec::new();
    // A stack: second halves are pushed before first halves, so pieces come off in order.
    let whole = 0..text.len();
    let mut pending_pieces = vec![whole];
    while let Some(range) = pending_pieces.pop() {
        let piece = trimmed(text, range);
        if piece.is_empty() {
            continue;
        }
        let cut = if fits(&text[piece.clone()]) { None } else { best_cut(text, &piece, &marks) };
        match cut {
            Some(cut_at) => pending_pieces.extend([cut_at..piece.end, piece.start..cut_at]),
            None => pieces.push(piece),
        }
    }
    pieces
}

/// `range` without the white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    start..(range.start + piece.trim_end().len()).max(start)
}

/// Where to cut `piece`, strictly within it; `None` for a single character.
fn best_cut(text: &str, piece: &Range<usize>, marks: &[ClauseMark]) -> Option<usize> {
    let middle = piece.start + piece.len() / 2;
    let first_mark = marks.partition_point(|mark| mark.at <= piece.start);
    let end_mark = marks.partition_point(|mark| mark.at < piece.end);
    let marks_within = &marks[first_mark..end_mark];
    let distance = |mark: &&ClauseMark| mark.at.abs_diff(middle);
    let central_marks = marks_within.iter().filter(|mark| distance(mark) <= piece.len() / 4);
    let strongest = central_marks.min_by_key(|mark| (mark.strength, distance(mark)));
    let best_mark = strongest.or_else(|| marks_within.iter().min_by_key(distance));
    best_mark.map(|clause_mark| clause_mark.at).or_else(|| {
        let is_boundary = |at: &usize| text.is_char_boundary(*at);
        let before = (piece.start + 1..=middle).rev().find(is_boundary);
        before.or_else(|| (middle + 1..piece.end).find(is_boundary))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The marks of `text` that are better than white space.
    fn strengths(text: &str) -> Vec<(usize, Strength)> {
        clauses(text)
            .iter()
            .filter(|mark| mark.strength != Strength::Space)
            .map(|mark| (mark.at, mark.strength))
            .collect()
    }

    #[test]
    fn marks_have_the_strength_of_their_context() {
        for (text, wanted) in [
            ("Er kam; sie ging.", vec![(7, Strength::Semicolon)]),
            ("Klar ist: sie geht.", vec![(9, Strength::Colon)]),
            ("Er kam – sie ging.", vec![(6, Strength::Dash)]),
            ("Er weiß, dass sie geht.", vec![(9, Strength::Clause)]),
            ("Rot, grün, blau.", vec![(4, Strength::Comma), (11, Strength::Comma)]),
            ("Rot und grün.", vec![(3, Strength::Conjunction)]),
            ("Es sind 3,5 Prozent um 8:30 Uhr.", vec![]),
            ("„Ja“, dachte er.", vec![(9, Strength::Comma)]),
        ] {
            assert_eq!(strengths(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_long_sentence_is_cut_at_the_best_mark_near_its_middle() {
        let pieces = |text: &str, length: usize| -> Vec<String> {
            split_long(text, |piece| piece.len() <= length).into_iter().map(|range| text[range].to_owned()).collect()
        };
        for (text, length, wanted) in [
            ("Er kam.", 99, vec!["Er kam."]),
            (
                "Er kam heute, sie ging; das war es, sagt er.",
                30,
                vec!["Er kam heute, sie ging;", "das war es, sagt er."],
            ),
            ("Er weiß es nicht, weil sie lange schweigt.", 30, vec!["Er weiß es nicht,", "weil sie lange schweigt."]),
            ("eins zwei drei vier", 10, vec!["eins zwei", "drei vier"]),
            ("Donaudampfschiff", 8, vec!["Donaudam", "pfschiff"]),
            ("ääää", 1, vec!["ä", "ä", "ä", "ä"]),
            ("  ", 0, vec![]),
        ] {
            assert_eq!(pieces(text, length), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn pieces_fit_and_lose_nothing(text in any::<String>(), length in 4..40_usize) {
            let pieces = split_long(&text, |piece| piece.len() <= length);
            let mut end = 0;
            for range in &pieces {
                prop_assert!(range.start >= end && range.start < range.end);
                prop_assert!(text[end..range.start].trim().is_empty());
                let piece = &text[range.clone()];
                prop_assert_eq!(piece.trim(), piece);
                prop_assert!(piece.len() <= length);
                end = range.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }

        #[test]
        fn cutting_ends_even_if_nothing_fits(text in any::<String>()) {
            let pieces = split_long(&text, |_| false);
            prop_assert!(pieces.iter().all(|range| text[range.clone()].chars().count() == 1));
        }
    }
}
