//! Where a sentence that is too long for a model may be cut: at clause marks, the strongest first.

use std::ops::Range;

/// How good a place for a cut is; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Behind a semicolon.
    Semicolon,
    /// Behind a colon.
    Colon,
    /// Before a dash with white space around it.
    Dash,
    /// Behind a comma that a conjunction or a relative pronoun follows.
    Clause,
    /// Behind any other comma.
    Comma,
    /// Before `und`, `oder`, `sowie`, `beziehungsweise`.
    Conjunction,
    /// At white space.
    Space,
}

impl Strength {
    /// Every strength, the best first.
    pub const ALL: [Self; 7] =
        [Self::Semicolon, Self::Colon, Self::Dash, Self::Clause, Self::Comma, Self::Conjunction, Self::Space];
}

/// A place where a sentence may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClauseMark {
    /// Where the white space begins that the cut takes the place of, in bytes.
    pub at: usize,
    /// How good the place is.
    pub strength: Strength,
}

/// Words that begin a clause behind a comma: subordinating and coordinating conjunctions, relative pronouns and
/// question words.
#[rustfmt::skip]
const CLAUSE_WORDS: &[&str] = &[
    "aber", "als", "bevor", "bis", "da", "damit", "dass", "daß", "dem", "den", "denen", "denn", "der", "deren", "des",
    "dessen", "die", "das", "doch", "ehe", "falls", "indem", "indessen", "jedoch", "je", "nachdem", "ob", "obgleich",
    "obwohl", "oder", "ohne", "seit", "seitdem", "sobald", "sodass", "sofern", "solange", "sondern", "soweit",
    "sowie", "statt", "und", "um", "wann", "warum", "was", "weil", "welche", "welchem", "welchen", "welcher",
    "welches", "wenn", "wer", "weshalb", "wie", "wo", "wobei", "wodurch", "wofür", "wogegen", "woher", "wohin",
    "womit", "wonach", "woran", "worauf", "woraus", "worin", "worüber", "wovon", "wozu", "während", "zumal",
];

/// Words that join two parts of a sentence without a comma.
const CONJUNCTIONS: &[&str] = &["und", "oder", "sowie", "beziehungsweise", "bzw."];

/// Every place where `text` may be cut, in order: each run of white space within it, with the strength it has.
pub fn clauses(text: &str) -> Vec<ClauseMark> {
    let mut marks = Vec::new();
    let mut words = words_with_places(text).peekable();
    while let Some((place, word)) = words.next() {
        let Some((_, next)) = words.peek() else { break };
        let strength = match word.trim_end_matches(['“', '”', '"', '«', '»', '‘', '’', ')', ']']).chars().next_back()
        {
            Some(';') => Strength::Semicolon,
            Some(':') => Strength::Colon,
            _ if matches!(*next, "–" | "—" | "-") => Strength::Dash,
            Some(',') if CLAUSE_WORDS.contains(next) => Strength::Clause,
            Some(',') => Strength::Comma,
            _ if CONJUNCTIONS.contains(next) => Strength::Conjunction,
            _ => Strength::Space,
        };
        marks.push(ClauseMark { at: place + word.len(), strength });
    }
    marks
}

/// The runs of `text` without white space, each with the byte it starts at.
fn words_with_places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// `text` in pieces that each satisfy `fits`, in order, without white space at their ends, none empty; every byte that
/// is not white space is in one piece.
///
/// Cuts at the strongest mark in the middle half, the one nearest to the middle among equals, until every piece fits;
/// at the white space nearest to the middle if there is no mark, and between two characters if there is no white space.
/// A single character that does not fit is a piece all the same.
pub fn split_long(text: &str, fits: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let marks = clauses(text);
    let mut pieces = Vec::new();
    // The last one is next: halves go on in reverse, so pieces come off in order.
    let whole = 0..text.len();
    let mut open = vec![whole];
    while let Some(range) = open.pop() {
        let piece = trimmed(text, range);
        if piece.is_empty() {
            continue;
        }
        match if fits(&text[piece.clone()]) { None } else { best_cut(text, &piece, &marks) } {
            Some(cut) => open.extend([cut..piece.end, piece.start..cut]),
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

/// Where to cut `piece`, strictly within it, or `None` if it is a single character.
fn best_cut(text: &str, piece: &Range<usize>, marks: &[ClauseMark]) -> Option<usize> {
    let middle = piece.start + piece.len() / 2;
    let quarter = piece.len() / 4;
    let first = marks.partition_point(|mark| mark.at <= piece.start);
    let last = marks.partition_point(|mark| mark.at < piece.end);
    let within = &marks[first..last];
    let central = |mark: &&ClauseMark| mark.at.abs_diff(middle) <= quarter;
    let best = within.iter().filter(central).min_by_key(|mark| (mark.strength, mark.at.abs_diff(middle)));
    let best = best.or_else(|| within.iter().min_by_key(|mark| mark.at.abs_diff(middle)));
    best.map(|mark| mark.at).or_else(|| {
        let boundary = |at: &usize| text.is_char_boundary(*at);
        let before = (piece.start + 1..=middle).rev().find(boundary);
        before.or_else(|| (middle + 1..piece.end).find(boundary))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `text` with the strength's first letters at each place that is better than white space.
    fn strengths(text: &str) -> Vec<(usize, Strength)> {
        clauses(text)
            .iter()
            .filter(|mark| mark.strength != Strength::Space)
            .map(|mark| (mark.at, mark.strength))
            .collect()
    }

    #[test]
    fn marks_have_the_strength_of_what_is_around_them() {
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
        fn it_ends_even_if_nothing_fits(text in any::<String>()) {
            let pieces = split_long(&text, |_| false);
            prop_assert!(pieces.iter().all(|range| text[range.clone()].chars().count() == 1));
        }
    }
}
