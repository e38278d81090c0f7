//! English, as far as summaries need it: stems and sentences.

use std::ops::Range;

/// The stem of `word` in lower case: without plural, possessive and the most frequent verb endings. For comparing; not meant
/// to be read.
pub fn stem(word: &str) -> String {
    let lower_word = word.to_lowercase().replace('’', "'");
    let base = lower_word.strip_suffix("'s").unwrap_or(&lower_word).trim_end_matches('\'');
    let without_ending =
        |ending: &str, min: usize| base.strip_suffix(ending).filter(|stem| stem.chars().count() >= min);
    if let Some(stem) = without_ending("ies", 3).or_else(|| without_ending("ied", 3)) {
        return format!("{stem}y");
    }
    if base.ends_with("ss") || base.ends_with("us") || base.ends_with("is") {
        return base.to_owned();
    }
    // A vowel must remain: `making`, but not `spring`.
    let without_ing = without_ending("ing", 3).filter(|stem| stem.contains(['a', 'e', 'i', 'o', 'u', 'y']));
    let uninflected = without_ing
        .or_else(|| without_ending("ed", 4))
        .or_else(|| without_ending("es", 4))
        .or_else(|| without_ending("s", 3))
        .unwrap_or(base);
    // `making` and `make` are equal without the `e`, `planned` and `plan` without the second `n`.
    let stem = uninflected.strip_suffix('e').filter(|stem| stem.chars().count() >= 3).unwrap_or(uninflected);
    let mut letters = stem.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before && stem.len() > 4 && !matches!(last, 'l' | 's' | 'e' | 'o') => {
            stem[..stem.len() - last.len_utf8()].to_owned()
        }
        _ => stem.to_owned(),
    }
}

/// Abbreviations whose full stop ends no sentence, in lower case without it. Sorted.
const ENGLISH_ABBREVIATIONS: &[&str] = &[
    "adm", "apr", "art", "aug", "ave", "ca", "capt", "cf", "co", "col", "corp", "dec", "dr", "e.g", "feb", "fig",
    "gen", "gov", "hon", "i.e", "inc", "jan", "jr", "jul", "jun", "lt", "ltd", "maj", "mar", "messrs", "mr", "mrs",
    "ms", "mt", "no", "nov", "oct", "pp", "prof", "rep", "rev", "sen", "sep", "sept", "sgt", "sr", "st", "vol", "vs",
];

/// The byte ranges of the sentences of `text`, in order and without the white space around them. Closing quotation marks and
/// brackets belong to their sentence.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut sentence_start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((mark_start, character)) = characters.next() {
        if !matches!(character, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut sentence_end = mark_start + character.len_utf8();
        while let Some((closing_start, closing)) = characters.peek().copied() {
            let is_closing = matches!(closing, '.' | '!' | '?' | '…' | '"' | '”' | '’' | '\'' | ')' | ']' | '»');
            if !is_closing {
                break;
            }
            sentence_end = closing_start + closing.len_utf8();
            characters.next();
        }
        let after_sentence = &text[sentence_end..];
        let next_words = after_sentence.trim_start();
        let is_separate = next_words.is_empty() || next_words.len() < after_sentence.len();
        let continues_sentence =
            next_words.trim_start_matches(['"', '“', '‘', '\'', '(', '[']).starts_with(char::is_lowercase);
        if is_separate
            && !continues_sentence
            && !(character == '.' && is_abbreviated(&text[sentence_start..mark_start]))
        {
            push_trimmed(&mut sentences, text, sentence_start..sentence_end);
            sentence_start = sentence_end;
        }
    }
    push_trimmed(&mut sentences, text, sentence_start..text.len());
    sentences
}

/// True if the full stop after `text` belongs to an abbreviation or an initial.
fn is_abbreviated(text: &str) -> bool {
    let is_boundary = |character: char| character.is_whitespace() || matches!(character, '(' | '“' | '"' | '[');
    let word = text.rsplit(is_boundary).next().unwrap_or_default().to_lowercase();
    let mut letters = word.chars();
    let is_initial = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    // `U.S.` may end a sentence, but joining two is better than cutting one.
    let is_dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    (is_initial && word != "i") || is_dotted || ENGLISH_ABBREVIATIONS.binary_search(&word.as_str()).is_ok()
}

/// Adds `range` of `text` without the white space around it, unless nothing is left.
fn push_trimmed(sentences: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let sentence = &text[range.clone()];
    let trimmed = sentence.trim();
    if !trimmed.is_empty() {
        let start = range.start + (sentence.len() - sentence.trim_start().len());
        sentences.push(start..start + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_abbreviations_are_sorted() {
        assert!(ENGLISH_ABBREVIATIONS.is_sorted());
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        for (marked, what) in [
            ("The port opened.| Ships came.", "two sentences"),
            ("Dr. Weber met J. Smith of the U.S. embassy at 5.30 p.m. in Ulm.| He left.", "abbreviations"),
            ("“We won!” she said.| “Now we rest.”| They did.", "quotations"),
            ("It cost 3.5 million (in 2020.)| No. 7 was dear.", "numbers"),
            ("Why?!| Because … it was.", "marks in a row"),
            ("no end", "an end without a mark"),
            ("", "nothing"),
        ] {
            let text = marked.replace('|', "");
            let found: Vec<_> = sentences(&text).into_iter().map(|range| text[range].to_owned()).collect();
            let wanted: Vec<_> = marked.split('|').map(str::trim).filter(|text| !text.is_empty()).collect();
            assert_eq!(found, wanted, "{what}");
        }
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for forms in [
            ["port", "ports", "port’s"],
            ["make", "makes", "making"],
            ["city", "cities", "City’s"],
            ["plan", "plans", "planned"],
            ["build", "builds", "building"],
        ] {
            let stems: Vec<_> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.iter().all(|found| *found == stems[0]), "{forms:?} {stems:?}");
        }
        for (one, other) in [("port", "part"), ("business", "busy")] {
            assert_ne!(stem(one), stem(other));
        }
    }

    proptest! {
        #[test]
        fn sentences_of_any_text_lose_nothing(text in "[A-Za-z.!? ”’é\u{a0}]{0,60}|\\PC{0,40}") {
            let ranges = sentences(&text);
            let letters = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
            let joined: String = ranges.iter().map(|range| &text[range.clone()]).collect();
            prop_assert_eq!(letters(&joined), letters(&text));
            let _ = stem(&text);
        }
    }
}
