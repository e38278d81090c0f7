//! English, as far as summaries need it: its words without those that say nothing, and where its sentences end.

use std::ops::Range;

/// English words that say nothing on what a sentence is about. In small letters, sorted.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "a", "about", "above", "according", "after", "again", "against", "all", "almost", "alone", "along", "already",
    "also", "although", "always", "am", "among", "an", "and", "another", "any", "are", "around", "as", "at", "back",
    "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "came", "can", "cannot",
    "come", "comes", "could", "did", "do", "does", "doing", "done", "down", "during", "each", "either", "else", "even",
    "ever", "every", "few", "first", "for", "from", "further", "get", "give", "given", "go", "goes", "going", "gone",
    "good", "got", "great", "had", "has", "have", "having", "he", "her", "here", "hers", "herself", "him", "himself",
    "his", "how", "however", "i", "if", "in", "instead", "into", "is", "it", "its", "itself", "just", "last", "later",
    "least", "less", "like", "made", "make", "makes", "many", "may", "me", "might", "more", "most", "much", "must",
    "my", "myself", "near", "never", "new", "next", "no", "nor", "not", "nothing", "now", "of", "off", "often", "old",
    "on", "once", "one", "ones", "only", "onto", "or", "other", "others", "our", "ours", "out", "over", "own", "per",
    "put", "quite", "rather", "really", "said", "same", "say", "says", "second", "see", "seem", "seen", "several",
    "shall", "she", "should", "since", "so", "some", "something", "soon", "still", "such", "take", "taken", "than",
    "that", "the", "their", "theirs", "them", "themselves", "then", "there", "therefore", "these", "they", "thing",
    "things", "third", "this", "those", "three", "through", "thus", "to", "today", "together", "told", "too", "toward",
    "towards", "two", "under", "until", "up", "upon", "us", "very", "want", "wants", "was", "way", "we", "well", "went",
    "were", "what", "when", "where", "whether", "which", "while", "who", "whole", "whom", "whose", "why", "will",
    "with", "within", "without", "would", "year", "years", "yes", "yesterday", "yet", "you", "your", "yours",
];

/// True if `word` says nothing on what a sentence is about, in whatever case it is written.
pub fn is_stop_word(word: &str) -> bool {
    let word = word.to_lowercase().replace('’', "'");
    let word = word.split('\'').next().unwrap_or_default();
    STOP_WORDS.binary_search(&word).is_ok()
}

/// `word` in small letters without the endings of plural, possession and the commonest forms of verbs. Made for
/// comparing; not meant to be read.
pub fn stem(word: &str) -> String {
    let word = word.to_lowercase().replace('’', "'");
    let word = word.strip_suffix("'s").unwrap_or(&word).trim_end_matches('\'');
    let cut = |ending: &str, rest: usize| word.strip_suffix(ending).filter(|stem| stem.chars().count() >= rest);
    if let Some(stem) = cut("ies", 3).or_else(|| cut("ied", 3)) {
        return format!("{stem}y");
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_owned();
    }
    // The vowel tells `making` from `spring`.
    let ing = cut("ing", 3).filter(|stem| stem.contains(['a', 'e', 'i', 'o', 'u', 'y']));
    let stem = ing.or_else(|| cut("ed", 4)).or_else(|| cut("es", 4)).or_else(|| cut("s", 3));
    let stem = stem.unwrap_or(word);
    // `making`, `makes` and `make` meet without their `e`, `planned` and `plan` without the second `n`.
    let stem = stem.strip_suffix('e').filter(|stem| stem.chars().count() >= 3).unwrap_or(stem);
    let mut letters = stem.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before && stem.len() > 4 && !matches!(last, 'l' | 's' | 'e' | 'o') => {
            stem[..stem.len() - last.len_utf8()].to_owned()
        }
        _ => stem.to_owned(),
    }
}

/// Words with a full stop that ends no sentence. In small letters, sorted.
const ABBREVIATIONS: &[&str] = &[
    "adm", "apr", "art", "aug", "ave", "ca", "capt", "cf", "co", "col", "corp", "dec", "dr", "e.g", "feb", "fig",
    "gen", "gov", "hon", "i.e", "inc", "jan", "jr", "jul", "jun", "lt", "ltd", "maj", "mar", "messrs", "mr", "mrs",
    "ms", "mt", "no", "nov", "oct", "pp", "prof", "rep", "rev", "sen", "sep", "sept", "sgt", "sr", "st", "vol", "vs",
];

/// The sentences of `text` as byte ranges without the white space around them, in their order. Closing quotation marks and
/// brackets stay with their sentence.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        if !matches!(character, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = place + character.len_utf8();
        while let Some((next, closing)) = characters.peek().copied() {
            let belongs = matches!(closing, '.' | '!' | '?' | '…' | '"' | '”' | '’' | '\'' | ')' | ']' | '»');
            if !belongs {
                break;
            }
            end = next + closing.len_utf8();
            characters.next();
        }
        let rest = &text[end..];
        let next = rest.trim_start();
        let apart = next.is_empty() || next.len() < rest.len();
        let goes_on = next.trim_start_matches(['"', '“', '‘', '\'', '(', '[']).starts_with(char::is_lowercase);
        if apart && !goes_on && !(character == '.' && is_abbreviated(&text[start..place])) {
            push(&mut found, text, start..end);
            start = end;
        }
    }
    push(&mut found, text, start..text.len());
    found
}

/// True if the full stop behind `text` ends an abbreviation or an initial.
fn is_abbreviated(text: &str) -> bool {
    let word = text.rsplit(|character: char| character.is_whitespace() || matches!(character, '(' | '“' | '"' | '['));
    let word = word.into_iter().next().unwrap_or_default().to_lowercase();
    let mut letters = word.chars();
    let initial = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    // `U.S.` ends a sentence now and then, but to cut one in two is worse than to join two.
    let dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    (initial && word != "i") || dotted || ABBREVIATIONS.binary_search(&word.as_str()).is_ok()
}

fn push(found: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let sentence = &text[range.clone()];
    let trimmed = sentence.trim();
    if !trimmed.is_empty() {
        let start = range.start + (sentence.len() - sentence.trim_start().len());
        found.push(start..start + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(STOP_WORDS.is_sorted() && ABBREVIATIONS.is_sorted());
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
    fn forms_of_a_word_meet() {
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
        assert!(is_stop_word("It’s") && is_stop_word("The") && !is_stop_word("Harbour"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_sentence_apart(text in "[A-Za-z.!? ”’é\u{a0}]{0,60}|\\PC{0,40}") {
            let ranges = sentences(&text);
            let letters = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
            let joined: String = ranges.iter().map(|range| &text[range.clone()]).collect();
            prop_assert_eq!(letters(&joined), letters(&text));
            let _ = stem(&text);
        }
    }
}
