//! A single German word in the English: `Mord at young woman`, `a Fähre`, `he came heute`.
//!
//! A copied word may be a name, or a word that English borrows. A word is German where the lexicon of German has it, the lexicon of
//! English does not, and its place is not that of a name: within words in lower case, and for a noun also after an article or a
//! preposition. The last part of a compound stands for the whole.

use crate::lexicon::english::{is_common_word, is_name, is_word};
use crate::lexicon::german::{FUNCTION_WORDS, is_lower_case_word, is_noun, is_rare_noun};

/// A German word left in `english` that is no name and no English word. The word lists are those of the two texts.
pub(super) fn left_word<'a>(english: &'a str, german_words: &[&str], english_words: &[&'a str]) -> Option<&'a str> {
    let lower_german: Vec<String> = german_words.iter().map(|english_word| english_word.to_lowercase()).collect();
    let compared_words = ComparedWords { german_words, lower_german: &lower_german, english_words };
    (0..english_words.len()).map(|english_index| (english_index, english_words[english_index])).find_map(
        |(english_index, english_word)| {
            let is_looked_up = english_word.chars().count() >= MIN_LOOKED_UP_LETTERS
                && english_word.chars().skip(1).all(char::is_lowercase)
                && !is_within_address(english, english_word);
            (is_looked_up && compared_words.is_left(english_index, &english_word.to_lowercase()))
                .then_some(english_word)
        },
    )
}

/// Minimum number of letters of a word that is looked up.
const MIN_LOOKED_UP_LETTERS: usize = 3;

/// Minimum number of letters of a compound whose last part alone is a noun.
const MIN_COMPOUND_LETTERS: usize = 8;

/// Abbreviations, agencies and parts of names that stay in lower case.
const WORDS_KEPT_IN_LOWER_CASE: &[&str] = &[
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
struct ComparedWords<'s, 'a> {
    german_words: &'s [&'s str],
    lower_german: &'s [String],
    english_words: &'s [&'a str],
}

impl ComparedWords<'_, '_> {
    /// True if the English word at `english_index`, in lower case `lower_word`, is German and no name.
    fn is_left(&self, english_index: usize, lower_word: &str) -> bool {
        let Some(german_index) = self.lower_german.iter().position(|lower_german_word| lower_german_word == lower_word)
        else {
            return false;
        };
        if is_word(lower_word) || WORDS_KEPT_IN_LOWER_CASE.contains(&lower_word) {
            return false;
        }
        let is_capital = |any_word: &str| any_word.starts_with(char::is_uppercase);
        let is_beside_name = self.is_beside_name(english_index);
        match (is_capital(self.english_words[english_index]), is_capital(self.german_words[german_index])) {
            (false, false) => {
                !is_beside_name || (is_lower_case_word(lower_word) && !FUNCTION_WORDS.contains(&lower_word))
            }
            (false, true) => {
                (is_rare_noun(lower_word) || is_compound_of_noun(lower_word)) && !is_english_compound(lower_word)
            }
            _ if is_beside_name
                || is_name(lower_word)
                || NAMES_OF_NOUNS.contains(&lower_word)
                || is_english_compound(lower_word) =>
            {
                false
            }
            _ if german_index == 0 => self.opens_sentence(english_index, lower_word),
            _ => self.is_left_noun(english_index, german_index, lower_word),
        }
    }

    /// True if a word beside the English one at `english_index` has a capital, so that both may be a name. The first word of a sentence
    /// has one always.
    fn is_beside_name(&self, english_index: usize) -> bool {
        let is_capital = |neighbour_index: usize| {
            self.english_words.get(neighbour_index).is_some_and(|word| word.starts_with(char::is_uppercase))
        };
        (english_index >= 2 && is_capital(english_index - 1)) || is_capital(english_index + 1)
    }

    /// True if `lower_word`, the first word of the German, is a verb, an adverb or the like at the beginning of the English, or a noun
    /// before a preposition.
    fn opens_sentence(&self, english_index: usize, lower_word: &str) -> bool {
        let is_before_preposition = self
            .lower_german
            .get(1)
            .is_some_and(|next_german_word| ARTICLES_AND_PREPOSITIONS.contains(&next_german_word.as_str()));
        let is_verb = english_index == 0
            && is_lower_case_word(lower_word)
            && !is_noun(lower_word)
            && !SURNAMES_IN_LOWER_CASE.contains(&lower_word);
        is_verb || (is_before_preposition && (is_rare_noun(lower_word) || is_compound_of_noun(lower_word)))
    }

    /// True if `lower_word`, a word of both sides with a capital, is a noun where no name stands.
    fn is_left_noun(&self, english_index: usize, german_index: usize, lower_word: &str) -> bool {
        let german_before = self.lower_german[german_index - 1].as_str();
        let german_two_before =
            german_index.checked_sub(2).map_or("", |earlier_index| self.lower_german[earlier_index].as_str());
        let is_after_lower_case = self.german_words[german_index - 1].starts_with(char::is_lowercase);
        let is_adjective =
            is_after_lower_case && ["e", "en", "em", "er", "es"].iter().any(|ending| german_before.ends_with(ending));
        let is_indefinite = INDEFINITE_WORDS.contains(&german_before)
            || (is_adjective && INDEFINITE_WORDS.contains(&german_two_before));
        let is_definite = ARTICLES_AND_PREPOSITIONS.contains(&german_before)
            || (is_adjective && ARTICLES_AND_PREPOSITIONS.contains(&german_two_before));
        let english_before =
            english_index.checked_sub(1).map(|index_before| self.english_words[index_before].to_lowercase());
        let is_before_name =
            english_before.is_none_or(|english_word| ENGLISH_BEFORE_NAMES.contains(&english_word.as_str()));
        let is_certain_noun = is_noun(lower_word) && !(ends_like_name(lower_word) && is_before_name);
        let is_compound = is_compound_of_noun(lower_word);
        let stands_as_noun = is_after_lower_case
            && !is_before_name
            && (is_certain_noun || (is_compound && lower_word.chars().count() >= MIN_COMPOUND_LETTERS));
        (is_indefinite && (is_rare_noun(lower_word) || is_compound))
            || (is_definite && (is_certain_noun || is_compound))
            || stands_as_noun
    }
}

/// True if `english_word` of `english` is part of an address, a tag or a file name.
fn is_within_address(english: &str, english_word: &str) -> bool {
    let word_start = english_word.as_ptr() as usize - english.as_ptr() as usize;
    let (before_word, after_word) = (&english[..word_start], &english[word_start + english_word.len()..]);
    let mut characters_after = after_word.chars();
    let is_joined_to_address = characters_after.next().is_some_and(|mark| ".@/_".contains(mark));
    before_word.ends_with(['.', '@', '#', '/', '_'])
        || (is_joined_to_address && characters_after.next().is_some_and(char::is_alphanumeric))
}

fn ends_like_name(lower_word: &str) -> bool {
    NAME_ENDINGS.iter().any(|ending| lower_word.ends_with(ending))
}

/// Minimum number of letters of the last part of a compound, and of what stands before it.
const MIN_LAST_PART_LETTERS: usize = 5;
const MIN_FIRST_PART_LETTERS: usize = 3;

/// True if the last part of `lower_word` is a noun, and not one that names end with.
fn is_compound_of_noun(lower_word: &str) -> bool {
    let last_parts =
        lower_word.char_indices().skip(MIN_FIRST_PART_LETTERS).map(|(part_start, _)| &lower_word[part_start..]);
    let mut long_enough = last_parts.take_while(|last_part| last_part.chars().count() >= MIN_LAST_PART_LETTERS);
    !ends_like_name(lower_word)
        && long_enough.any(|last_part| {
            is_noun(last_part) || (last_part.chars().count() > MIN_LAST_PART_LETTERS && is_rare_noun(last_part))
        })
}

/// True if `lower_word` is two frequent English words in one: `rockstar`.
fn is_english_compound(lower_word: &str) -> bool {
    let cuts = lower_word.char_indices().map(|(cut_at, _)| lower_word.split_at(cut_at));
    cuts.into_iter().any(|(first_word, last_word)| {
        first_word.len() >= MIN_FIRST_PART_LETTERS
            && last_word.len() >= MIN_FIRST_PART_LETTERS
            && is_common_word(first_word)
            && is_common_word(last_word)
    })
}
