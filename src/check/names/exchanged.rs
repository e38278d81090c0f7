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
struct Names<'a> {
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
    let names =
        Names { german, english, german_words, english_words, shared: shared_names(german_words, english_words) };
    names.broken_pair().or_else(|| {
        let pairs = names.shared.iter().flat_map(|one| names.shared.iter().map(move |other| (one, other)));
        // Next to each other they may be one name: `the Glasgow Hydro`.
        let are_apart = |one: &SharedName<'_>, other: &SharedName<'_>| {
            let first = one.english_index.min(other.english_index);
            one.english_index != other.english_index
                && (one.english_index.abs_diff(other.english_index) > 1 || !names.is_followed(first))
        };
        let mut distinct = pairs.filter(|(one, other)| are_apart(one, other));
        let exchanged = distinct.find(|(one, other)| {
            names.places_are_exchanged(one, other)
                || names.articles_are_exchanged(one, other)
                || names.kinds_are_exchanged(one, other)
        });
        exchanged.map(|(one, other)| (one.german, other.german))
    })
}

/// Minimum number of letters of a name.
const MIN_LETTERS: usize = 3;

/// The capitalised words that both sides have once.
fn shared_names<'a>(german_words: &'a [&'a str], english_words: &[&str]) -> Vec<SharedName<'a>> {
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    let folded_german: Vec<String> = german_words.iter().map(|word| folded(word)).collect();
    let folded_english: Vec<String> = english_words
        .iter()
        .map(|word| {
            let name = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
            if is_capital(name) { folded(name) } else { String::new() }
        })
        .collect();
    let only_index = |list: &[String], name: &String| {
        let mut places = list.iter().enumerate().filter(|(_, other)| *other == name).map(|(index, _)| index);
        let first = places.next()?;
        places.next().is_none().then_some(first)
    };
    let is_name = |word: &str| {
        is_capital(word)
            && word.chars().count() >= MIN_LETTERS
            && word.chars().all(|letter| letter.is_alphabetic() || letter == '-')
            && !NO_NAMES.contains(&word.to_lowercase().as_str())
    };
    let candidates = german_words.iter().enumerate().filter(|(_, word)| is_name(word));
    candidates
        .filter_map(|(german_index, german)| {
            only_index(&folded_german, &folded_german[german_index])?;
            let english_index = only_index(&folded_english, &folded_german[german_index])?;
            Some(SharedName { german, german_index, english_index })
        })
        .collect()
}

/// Capitalised words that both languages have and that are no names.
const NO_NAMES: &[&str] =
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
const KINDS: &[(&str, &[&str])] = &[
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

impl<'a> Names<'a> {
    /// Two names that follow each other in the German with a space between them, and in the English stand the other way round or beside
    /// another name of the sentence.
    fn broken_pair(&self) -> Option<(&'a str, &'a str)> {
        let adjacent = self.shared.windows(2).filter(|pair| {
            pair[0].german_index + 1 == pair[1].german_index
                && is_spaced(self.german, self.german_words, pair[0].german_index)
        });
        adjacent.into_iter().find_map(|pair| {
            let (first, last) = (&pair[0], &pair[1]);
            let is_reversed = first.english_index == last.english_index + 1 && self.is_followed(last.english_index);
            let after_first = self.name_at(first.english_index + 1).filter(|_| self.is_followed(first.english_index));
            let before = last.english_index.checked_sub(1);
            let before_last = before.and_then(|index| self.name_at(index).filter(|_| self.is_followed(index)));
            let is_mixed = after_first.is_some_and(|name| name.german_index != last.german_index)
                || before_last.is_some_and(|name| name.german_index != first.german_index);
            (is_reversed || is_mixed).then_some((first.german, last.german))
        })
    }

    fn name_at(&self, english_index: usize) -> Option<&SharedName<'a>> {
        self.shared.iter().find(|name| name.english_index == english_index)
    }

    /// True if the English word at `index` and the next have only a space between them.
    fn is_followed(&self, index: usize) -> bool {
        is_spaced(self.english, self.english_words, index)
    }

    fn german_before(&self, name: &SharedName<'_>) -> String {
        name.german_index.checked_sub(1).map_or_else(String::new, |index| self.german_words[index].to_lowercase())
    }

    fn english_before(&self, name: &SharedName<'_>) -> String {
        name.english_index.checked_sub(1).map_or_else(String::new, |index| self.english_words[index].to_lowercase())
    }

    /// True if `one` follows a preposition of place in the German only, and `other` in the English only.
    fn places_are_exchanged(&self, one: &SharedName<'_>, other: &SharedName<'_>) -> bool {
        let has = |list: &[&str], word: String| list.contains(&word.as_str());
        has(GERMAN_PLACE_PREPOSITIONS, self.german_before(one))
            && !has(GERMAN_PREPOSITIONS, self.german_before(other))
            && !has(ENGLISH_PREPOSITIONS, self.english_before(one))
            && has(ENGLISH_PLACE_PREPOSITIONS, self.english_before(other))
    }

    /// True if `one` has an article in the German only, and `other` in the English only.
    fn articles_are_exchanged(&self, one: &SharedName<'_>, other: &SharedName<'_>) -> bool {
        let before_other = self.german_before(other);
        let may_be_adjective = ["e", "en", "em", "er", "es"].iter().any(|ending| before_other.ends_with(ending));
        let is_bare = before_other.starts_with(char::is_lowercase)
            && self.german_words[other.german_index - 1].starts_with(char::is_lowercase)
            && !may_be_adjective
            && !GERMAN_ARTICLES.contains(&before_other.as_str());
        let is_introduced = GERMAN_ARTICLES.contains(&self.german_before(one).as_str());
        is_introduced
            && is_bare
            && one.english_index > 0
            && self.english_before(one) != "the"
            && self.english_before(other) == "the"
    }

    /// True if `one` is said to be of a kind in the German, and `other` is in the English.
    fn kinds_are_exchanged(&self, one: &SharedName<'_>, other: &SharedName<'_>) -> bool {
        let (german_kind, other_kind) = (self.german_before(one), self.german_before(other));
        let is_of_kind = |name: &SharedName<'_>, kind: &[&str]| {
            let before = name.english_index.checked_sub(1).map(|index| self.english_words[index].to_lowercase());
            let two_before = name.english_index.checked_sub(2).map(|index| self.english_words[index].to_lowercase());
            match before.as_deref() {
                Some("of") => two_before.is_some_and(|word| kind.contains(&word.as_str())),
                Some(word) => kind.contains(&word),
                None => false,
            }
        };
        KINDS.iter().any(|(german, english)| {
            german_kind.ends_with(german)
                && !other_kind.ends_with(german)
                && !is_of_kind(one, english)
                && is_of_kind(other, english)
        })
    }
}

/// True if the word at `index` of `words_of_text` and the next have only a space between them.
fn is_spaced(text: &str, words_of_text: &[&str], index: usize) -> bool {
    let (Some(word), Some(next)) = (words_of_text.get(index), words_of_text.get(index + 1)) else { return false };
    let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.get(offset(word) + word.len()..offset(next)).is_some_and(|between| between == " ")
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
