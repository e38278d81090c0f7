//! A single German word in the English: `Mord at young woman`, `a Fähre`, `he came heute`.
//!
//! A copied word may be a name, or a word that English borrows. A word is German where the lexicon of German has it, the lexicon of
//! English does not, and its place is not that of a name: within words in lower case, and for a noun also after an article or a
//! preposition. The last part of a compound stands for the whole.

use crate::lexicon::english::{is_common_word, is_name, is_word};
use crate::lexicon::german::{FUNCTION_WORDS, is_lower_case_word, is_noun, is_rare_noun};

/// A German word of `english` that is no name and no English word. The word lists are those of the two texts.
pub(super) fn left_word<'a>(english: &'a str, german_words: &[&str], english_words: &[&'a str]) -> Option<&'a str> {
    let lower_german: Vec<String> = german_words.iter().map(|word| word.to_lowercase()).collect();
    let sentence = Sentence { german_words, lower_german: &lower_german, english_words };
    (0..english_words.len()).map(|index| (index, english_words[index])).find_map(|(index, word)| {
        let is_looked_up = word.chars().count() >= MIN_LETTERS
            && word.chars().skip(1).all(char::is_lowercase)
            && !is_within_address(english, word);
        (is_looked_up && sentence.is_left(index, &word.to_lowercase())).then_some(word)
    })
}

/// Minimum number of letters of a word that is looked up.
const MIN_LETTERS: usize = 3;

/// Minimum number of letters of a compound whose last part alone is a noun.
const MIN_COMPOUND_LETTERS: usize = 8;

/// Abbreviations, agencies and parts of names that stay in lower case.
const KEPT_WORDS: &[&str] = &[
    "afp", "apa", "com", "de", "del", "den", "dos", "dpa", "dts", "etc", "gov", "las", "los", "net", "org", "sda",
    "sid", "van", "vom", "von", "usw", "déjà",
];

/// Papers, programmes and parties whose names are nouns.
const NAMES_OF_NOUNS: &[&str] = &[
    "allianz",
    "bahn",
    "bild",
    "focus",
    "grüne",
    "grünen",
    "heute",
    "kurier",
    "linke",
    "linken",
    "morgenpost",
    "post",
    "presse",
    "spiegel",
    "standard",
    "stern",
    "tagesschau",
    "union",
    "welt",
    "wirtschaftswoche",
    "zeit",
];

/// Adjectives and verbs that are surnames, too, and open sentences.
const SURNAMES_IN_LOWER_CASE: &[&str] =
    &["alt", "groß", "heil", "jung", "klein", "kurz", "lang", "weil", "weise", "weiß"];

/// Ends of names of places, buildings and associations, and of surnames.
#[rustfmt::skip]
const NAME_ENDINGS: &[&str] = &[
    "allee", "bach", "bahn", "berg", "brunnen", "bund", "burg", "club", "dorf", "feld", "fest", "furt", "garten", "gasse", "graben",
    "gruppe", "hafen", "haus", "hausen", "haven", "heim", "hof", "hofen", "ingen", "kirche", "kirchen", "klub", "land", "liga", "mann", "markt",
    "münster", "nau", "park", "partei", "platz", "preis", "ring", "schloss", "schmidt", "see", "stadt", "stein", "stift", "straße",
    "sund", "tal", "tor", "turm", "ufer", "verein", "wald", "weg", "werk", "wiese",
];

/// German words before a noun that is no name: `eine Fähre`.
#[rustfmt::skip]
const INDEFINITE_WORDS: &[&str] = &[
    "dies", "diese", "diesem", "diesen", "dieser", "dieses", "drei", "ein", "eine", "einem", "einen", "einer", "eines", "einige",
    "ihre", "ihrem", "ihren", "ihrer", "jede", "jedem", "jeden", "jeder", "jedes", "kein", "keine", "keinem", "keinen", "keiner",
    "mehrere", "mein", "meine", "meinem", "meinen", "sechs", "sein", "seine", "seinem", "seinen", "seiner", "solche", "solchen",
    "unser", "unsere", "viele", "vielen", "vier", "fünf", "wenige", "wenigen", "zwei",
];

/// German articles and prepositions.
#[rustfmt::skip]
const ARTICLES_AND_PREPOSITIONS: &[&str] = &[
    "am", "an", "ans", "auf", "aus", "bei", "beim", "das", "dem", "den", "der", "des", "die", "durch", "für", "gegen", "im", "in",
    "ins", "mit", "nach", "oder", "ohne", "seit", "trotz", "um", "und", "unter", "vom", "von", "vor", "wegen", "zu", "zum", "zur",
    "über",
];

/// English prepositions before names, and the article.
const ENGLISH_BEFORE_NAMES: &[&str] = &["in", "from", "at", "near", "the", "of"];

/// The words of a sentence on both sides.
struct Sentence<'s, 'a> {
    german_words: &'s [&'s str],
    lower_german: &'s [String],
    english_words: &'s [&'a str],
}

impl Sentence<'_, '_> {
    /// True if the English word at `index`, in lower case `lower`, is German and no name.
    fn is_left(&self, index: usize, lower: &str) -> bool {
        let Some(german_index) = self.lower_german.iter().position(|german| german == lower) else { return false };
        if is_word(lower) || KEPT_WORDS.contains(&lower) {
            return false;
        }
        let is_capital = |word: &str| word.starts_with(char::is_uppercase);
        let is_beside_name = self.is_beside_name(index);
        match (is_capital(self.english_words[index]), is_capital(self.german_words[german_index])) {
            (false, false) => !is_beside_name || (is_lower_case_word(lower) && !FUNCTION_WORDS.contains(&lower)),
            (false, true) => (is_rare_noun(lower) || is_compound_of_noun(lower)) && !is_english_compound(lower),
            _ if is_beside_name || is_name(lower) || NAMES_OF_NOUNS.contains(&lower) || is_english_compound(lower) => {
                false
            }
            _ if german_index == 0 => self.opens_sentence(index, lower),
            _ => self.is_left_noun(index, german_index, lower),
        }
    }

    /// True if a word beside the English one at `index` has a capital, so that both may be a name. The first word of a sentence
    /// has one always.
    fn is_beside_name(&self, index: usize) -> bool {
        let is_capital =
            |other: usize| self.english_words.get(other).is_some_and(|word| word.starts_with(char::is_uppercase));
        (index >= 2 && is_capital(index - 1)) || is_capital(index + 1)
    }

    /// True if `lower`, the first word of the German, is a verb, an adverb or the like at the beginning of the English, or a noun
    /// before a preposition.
    fn opens_sentence(&self, index: usize, lower: &str) -> bool {
        let is_before_preposition =
            self.lower_german.get(1).is_some_and(|next| ARTICLES_AND_PREPOSITIONS.contains(&next.as_str()));
        let is_verb =
            index == 0 && is_lower_case_word(lower) && !is_noun(lower) && !SURNAMES_IN_LOWER_CASE.contains(&lower);
        is_verb || (is_before_preposition && (is_rare_noun(lower) || is_compound_of_noun(lower)))
    }

    /// True if `lower`, a word of both sides with a capital, is a noun where no name stands.
    fn is_left_noun(&self, index: usize, german_index: usize, lower: &str) -> bool {
        let before = self.lower_german[german_index - 1].as_str();
        let two_before = german_index.checked_sub(2).map_or("", |earlier| self.lower_german[earlier].as_str());
        let is_after_lower_case = self.german_words[german_index - 1].starts_with(char::is_lowercase);
        let is_adjective =
            is_after_lower_case && ["e", "en", "em", "er", "es"].iter().any(|ending| before.ends_with(ending));
        let is_indefinite =
            INDEFINITE_WORDS.contains(&before) || (is_adjective && INDEFINITE_WORDS.contains(&two_before));
        let is_definite = ARTICLES_AND_PREPOSITIONS.contains(&before)
            || (is_adjective && ARTICLES_AND_PREPOSITIONS.contains(&two_before));
        let english_before = index.checked_sub(1).map(|before| self.english_words[before].to_lowercase());
        let is_before_name = english_before.is_none_or(|before| ENGLISH_BEFORE_NAMES.contains(&before.as_str()));
        let is_certain_noun = is_noun(lower) && !(ends_like_name(lower) && is_before_name);
        let is_compound = is_compound_of_noun(lower);
        let stands_as_noun = is_after_lower_case
            && !is_before_name
            && (is_certain_noun || (is_compound && lower.chars().count() >= MIN_COMPOUND_LETTERS));
        (is_indefinite && (is_rare_noun(lower) || is_compound))
            || (is_definite && (is_certain_noun || is_compound))
            || stands_as_noun
    }
}

/// True if `word` of `text` is part of an address, a tag or a file name.
fn is_within_address(text: &str, word: &str) -> bool {
    let start = word.as_ptr() as usize - text.as_ptr() as usize;
    let (before, after) = (&text[..start], &text[start + word.len()..]);
    let mut following = after.chars();
    let joins = following.next().is_some_and(|mark| ".@/_".contains(mark));
    before.ends_with(['.', '@', '#', '/', '_']) || (joins && following.next().is_some_and(char::is_alphanumeric))
}

fn ends_like_name(lower: &str) -> bool {
    NAME_ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// Minimum number of letters of the last part of a compound, and of what stands before it.
const MIN_LAST_PART: usize = 5;
const MIN_FIRST_PART: usize = 3;

/// True if the last part of `lower` is a noun, and not one that names end with.
fn is_compound_of_noun(lower: &str) -> bool {
    let last_parts = lower.char_indices().skip(MIN_FIRST_PART).map(|(start, _)| &lower[start..]);
    let mut long_enough = last_parts.take_while(|part| part.chars().count() >= MIN_LAST_PART);
    !ends_like_name(lower)
        && long_enough.any(|part| is_noun(part) || (part.chars().count() > MIN_LAST_PART && is_rare_noun(part)))
}

/// True if `lower` is two frequent English words in one: `rockstar`.
fn is_english_compound(lower: &str) -> bool {
    let cuts = lower.char_indices().map(|(at, _)| lower.split_at(at));
    cuts.into_iter().any(|(first, last)| {
        first.len() >= MIN_FIRST_PART && last.len() >= MIN_FIRST_PART && is_common_word(first) && is_common_word(last)
    })
}
