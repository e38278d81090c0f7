//! Two names of a sentence in each other's place.
//!
//! Both sides have both names, so only their places tell. Four are compared, each of which a faithful translation keeps: names that
//! follow each other (`Anna Weber`), a name after a preposition of place, a name with an article, and a name after what it is the
//! name of (`die Stadt Hallberg`).

use super::spelling::folded;

/// A name that each side has exactly once, with the index of its word on both sides.
struct SharedName<'a> {
    german: &'a str,
    german_index: usize,
    english_index: usize,
}

/// What the two texts of a pair have in common.
struct ComparedNames<'a> {
    german: &'a str,
    english: &'a str,
    german_words: &'a [&'a str],
    english_words: &'a [&'a str],
    shared: Vec<SharedName<'a>>,
}

/// The two names of the German that have changed places in the English, if any. The words are those of the texts.
pub(super) fn exchanged_names<'a>(
    german: &'a str,
    english: &'a str,
    german_words: &'a [&'a str],
    english_words: &'a [&'a str],
) -> Option<(&'a str, &'a str)> {
    let compared_names = ComparedNames {
        german,
        english,
        german_words,
        english_words,
        shared: shared_names(german_words, english_words),
    };
    compared_names.broken_pair().or_else(|| {
        let name_pairs = compared_names
            .shared
            .iter()
            .flat_map(|one_name| compared_names.shared.iter().map(move |other_name| (one_name, other_name)));
        // Next to each other they may be one name: `the Glasgow Hydro`.
        let are_apart = |one_name: &SharedName<'_>, other_name: &SharedName<'_>| {
            let first_index = one_name.english_index.min(other_name.english_index);
            one_name.english_index != other_name.english_index
                && (one_name.english_index.abs_diff(other_name.english_index) > 1
                    || !compared_names.is_followed(first_index))
        };
        let mut distinct_pairs = name_pairs.filter(|(one_name, other_name)| are_apart(one_name, other_name));
        let exchanged_pair = distinct_pairs.find(|(one_name, other_name)| {
            compared_names.places_are_exchanged(one_name, other_name)
                || compared_names.articles_are_exchanged(one_name, other_name)
                || compared_names.kinds_are_exchanged(one_name, other_name)
        });
        exchanged_pair.map(|(one_name, other_name)| (one_name.german, other_name.german))
    })
}

/// Minimum number of letters of a name.
const MIN_NAME_LETTERS: usize = 3;

/// The capitalised words that both sides have once.
fn shared_names<'a>(german_words: &'a [&'a str], english_words: &[&str]) -> Vec<SharedName<'a>> {
    let is_capital = |any_word: &str| any_word.starts_with(char::is_uppercase);
    let folded_german: Vec<String> = german_words.iter().map(|any_word| folded(any_word)).collect();
    let folded_english: Vec<String> = english_words
        .iter()
        .map(|any_word| {
            let folded_name = any_word.strip_suffix("'s").or_else(|| any_word.strip_suffix("’s")).unwrap_or(any_word);
            if is_capital(folded_name) { folded(folded_name) } else { String::new() }
        })
        .collect();
    let index_if_once = |folded_words: &[String], folded_name: &String| {
        let mut indices = folded_words
            .iter()
            .enumerate()
            .filter(|(_, other_name)| *other_name == folded_name)
            .map(|(word_index, _)| word_index);
        let only_word_index = indices.next()?;
        indices.next().is_none().then_some(only_word_index)
    };
    let is_name = |any_word: &str| {
        is_capital(any_word)
            && any_word.chars().count() >= MIN_NAME_LETTERS
            && any_word.chars().all(|letter| letter.is_alphabetic() || letter == '-')
            && !CAPITALISED_NO_NAMES.contains(&any_word.to_lowercase().as_str())
    };
    let german_candidates = german_words.iter().enumerate().filter(|(_, any_word)| is_name(any_word));
    german_candidates
        .filter_map(|(german_index, german)| {
            index_if_once(&folded_german, &folded_german[german_index])?;
            let english_index = index_if_once(&folded_english, &folded_german[german_index])?;
            Some(SharedName { german, german_index, english_index })
        })
        .collect()
}

/// Capitalised words that both languages have and that are no names.
const CAPITALISED_NO_NAMES: &[&str] =
    &["the", "front", "national", "die", "international", "in", "so", "was", "man", "name", "all", "also", "and"];

/// German prepositions of place, and others that a name of a place may follow.
const GERMAN_PLACE_PREPOSITIONS: &[&str] = &["in", "aus", "nach", "bei"];
const GERMAN_PREPOSITIONS: &[&str] = &["in", "aus", "nach", "bei", "von", "auf", "an", "im", "zu"];

/// English prepositions of place, and others that a name of a place may follow.
const ENGLISH_PLACE_PREPOSITIONS: &[&str] = &["in", "from", "near", "at"];
const ENGLISH_PREPOSITIONS: &[&str] = &["in", "from", "near", "at", "to", "of", "on", "by"];

/// German articles, also within prepositions.
const GERMAN_ARTICLES: &[&str] =
    &["der", "die", "das", "den", "dem", "des", "im", "am", "zum", "zur", "vom", "beim", "ins", "ans"];

/// What a name may be the name of: ends of German words, and English words. The English may stand before the name or, with `of`, two
/// words before it.
const NAMED_KINDS: &[(&str, &[&str])] = &[
    ("stadt", &["city", "town"]),
    ("gemeinde", &["municipality", "community", "commune"]),
    ("dorf", &["village"]),
    ("kreis", &["district", "county"]),
    ("firma", &["company", "firm"]),
    ("unternehmen", &["company", "firm"]),
    ("konzern", &["group", "company"]),
    ("verein", &["club", "association"]),
    ("partei", &["party"]),
    ("fluss", &["river"]),
    ("insel", &["island"]),
    ("kanzler", &["chancellor"]),
    ("kanzlerin", &["chancellor"]),
    ("präsident", &["president"]),
    ("präsidentin", &["president"]),
    ("minister", &["minister"]),
    ("ministerin", &["minister"]),
    ("bürgermeister", &["mayor"]),
    ("bürgermeisterin", &["mayor"]),
    ("sprecher", &["spokesman", "spokesperson", "speaker"]),
    ("sprecherin", &["spokeswoman", "spokesperson", "speaker"]),
    ("trainer", &["coach", "manager", "trainer"]),
    ("richter", &["judge"]),
    ("richterin", &["judge"]),
];

impl<'a> ComparedNames<'a> {
    /// Two names that follow each other in the German with a space between them, and in the English stand the other way round or beside
    /// another name of the sentence.
    fn broken_pair(&self) -> Option<(&'a str, &'a str)> {
        let adjacent_names = self.shared.windows(2).filter(|name_pair| {
            name_pair[0].german_index + 1 == name_pair[1].german_index
                && is_spaced_from_next(self.german, self.german_words, name_pair[0].german_index)
        });
        adjacent_names.into_iter().find_map(|name_pair| {
            let (first_name, last_name) = (&name_pair[0], &name_pair[1]);
            let is_reversed =
                first_name.english_index == last_name.english_index + 1 && self.is_followed(last_name.english_index);
            let after_first =
                self.name_at(first_name.english_index + 1).filter(|_| self.is_followed(first_name.english_index));
            let index_before = last_name.english_index.checked_sub(1);
            let before_last = index_before
                .and_then(|english_index| self.name_at(english_index).filter(|_| self.is_followed(english_index)));
            let is_mixed = after_first.is_some_and(|shared_name| shared_name.german_index != last_name.german_index)
                || before_last.is_some_and(|shared_name| shared_name.german_index != first_name.german_index);
            (is_reversed || is_mixed).then_some((first_name.german, last_name.german))
        })
    }

    fn name_at(&self, english_index: usize) -> Option<&SharedName<'a>> {
        self.shared.iter().find(|shared_name| shared_name.english_index == english_index)
    }

    /// True if the English word at `english_index` and the next have only a space between them.
    fn is_followed(&self, english_index: usize) -> bool {
        is_spaced_from_next(self.english, self.english_words, english_index)
    }

    fn german_before(&self, shared_name: &SharedName<'_>) -> String {
        shared_name
            .german_index
            .checked_sub(1)
            .map_or_else(String::new, |word_index| self.german_words[word_index].to_lowercase())
    }

    fn english_before(&self, shared_name: &SharedName<'_>) -> String {
        shared_name
            .english_index
            .checked_sub(1)
            .map_or_else(String::new, |word_index| self.english_words[word_index].to_lowercase())
    }

    /// True if `one_name` follows a preposition of place in the German only, and `other_name` in the English only.
    fn places_are_exchanged(&self, one_name: &SharedName<'_>, other_name: &SharedName<'_>) -> bool {
        let has = |prepositions: &[&str], word_before: String| prepositions.contains(&word_before.as_str());
        has(GERMAN_PLACE_PREPOSITIONS, self.german_before(one_name))
            && !has(GERMAN_PREPOSITIONS, self.german_before(other_name))
            && !has(ENGLISH_PREPOSITIONS, self.english_before(one_name))
            && has(ENGLISH_PLACE_PREPOSITIONS, self.english_before(other_name))
    }

    /// True if `one_name` has an article in the German only, and `other_name` in the English only.
    fn articles_are_exchanged(&self, one_name: &SharedName<'_>, other_name: &SharedName<'_>) -> bool {
        let before_other = self.german_before(other_name);
        let may_be_adjective = ["e", "en", "em", "er", "es"].iter().any(|ending| before_other.ends_with(ending));
        let has_no_article = before_other.starts_with(char::is_lowercase)
            && self.german_words[other_name.german_index - 1].starts_with(char::is_lowercase)
            && !may_be_adjective
            && !GERMAN_ARTICLES.contains(&before_other.as_str());
        let has_article = GERMAN_ARTICLES.contains(&self.german_before(one_name).as_str());
        has_article
            && has_no_article
            && one_name.english_index > 0
            && self.english_before(one_name) != "the"
            && self.english_before(other_name) == "the"
    }

    /// True if `one_name` is said to be of a kind in the German, and `other_name` is in the English.
    fn kinds_are_exchanged(&self, one_name: &SharedName<'_>, other_name: &SharedName<'_>) -> bool {
        let (german_kind, other_kind) = (self.german_before(one_name), self.german_before(other_name));
        let is_of_kind = |shared_name: &SharedName<'_>, english_kinds: &[&str]| {
            let word_before = shared_name
                .english_index
                .checked_sub(1)
                .map(|word_index| self.english_words[word_index].to_lowercase());
            let word_two_before = shared_name
                .english_index
                .checked_sub(2)
                .map(|word_index| self.english_words[word_index].to_lowercase());
            match word_before.as_deref() {
                Some("of") => word_two_before.is_some_and(|kind_word| english_kinds.contains(&kind_word.as_str())),
                Some(kind_word) => english_kinds.contains(&kind_word),
                None => false,
            }
        };
        NAMED_KINDS.iter().any(|(german_ending, english_kinds)| {
            german_kind.ends_with(german_ending)
                && !other_kind.ends_with(german_ending)
                && !is_of_kind(one_name, english_kinds)
                && is_of_kind(other_name, english_kinds)
        })
    }
}

/// True if the word at `word_index` of `words_of_text` and the next have only a space between them.
fn is_spaced_from_next(text: &str, words_of_text: &[&str], word_index: usize) -> bool {
    let (Some(word), Some(next_word)) = (words_of_text.get(word_index), words_of_text.get(word_index + 1)) else {
        return false;
    };
    let word_start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.get(word_start(word) + word.len()..word_start(next_word)).is_some_and(|gap| gap == " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words::words;

    #[test]
    fn names_that_change_places_are_seen() {
        for (german, english, wanted) in [
            ("Anna Weber traf Otto Kunz.", "Weber Anna met Otto Kunz.", true),
            ("Anna Weber traf Otto Kunz.", "Anna Kunz met Otto Weber.", true),
            ("Anna Weber traf Otto Kunz.", "Otto Kunz was met by Anna Weber.", false),
            ("In Steinau sprach Lund.", "In Lund, Steinau spoke.", true),
            ("In Steinau sprach Lund.", "Lund spoke in Steinau.", false),
            (
                "Die Firma Radwerk verlässt die Stadt Hallberg.",
                "The company Hallberg leaves the city of Radwerk.",
                true,
            ),
            ("Die Firma Radwerk verlässt die Stadt Hallberg.", "Radwerk, a company, leaves Hallberg.", false),
            ("Kanzler Moor traf Präsident Lund.", "Chancellor Lund met President Moor.", true),
            ("Kanzler Moor traf Präsident Lund.", "Chancellor Moor met President Lund.", false),
            ("Geld kam von Hohenau für die Turnhalle.", "Money came from Turnhalle for the Hohenau.", true),
        ] {
            let (german_words, english_words): (Vec<&str>, Vec<&str>) =
                (words(german).collect(), words(english).collect());
            let found = exchanged_names(german, english, &german_words, &english_words);
            assert_eq!(found.is_some(), wanted, "{english} {found:?}");
        }
    }
}
