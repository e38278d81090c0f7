//! Forms of a term: which German words are one, and what the English plural is.
//!
//! Rules, not a dictionary: the endings of German declension, and umlauts where endings bring one. A rule may accept more than
//! the true forms. That is harmless, because a term and a word must share all but the ending.

use crate::segment::words::words;

/// Whether upper and lower case of a term must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaseMatch {
    /// As in the glossary.
    Exact,
    /// As in the glossary, or all capitals.
    ExactOrCapitals,
    /// In any way.
    Any,
}

/// A form of a German word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As in the glossary.
    Base,
    /// With an ending that only plurals have, or an umlaut: `Räte`, `Häuser`.
    Plural,
    /// With `-s`: a genitive, or a plural such as `Kitas`.
    WithS,
    /// With `-n`: a plural, or another case of a word such as `Schöffe`.
    WithN,
    /// With another ending of the singular, or of an adjective.
    Other,
}

/// The first two letters of `word` in lower case and without umlauts. All forms of a word have the same.
pub(super) fn beginning(word: &str) -> String {
    word.to_lowercase().chars().map(without_umlaut).take(2).collect()
}

fn without_umlaut(letter: char) -> char {
    match letter {
        'ä' => 'a',
        'ö' => 'o',
        'ü' => 'u',
        other => other,
    }
}

/// Endings of nouns that only plurals have.
const PLURAL_ENDINGS: &[&str] = &["e", "er", "ern", "se", "sen", "nen"];

/// Endings of adjectives, and of nouns that are declined like them.
const ADJECTIVE_ENDINGS: &[&str] = &["e", "en", "em", "er", "es"];

/// Endings of nouns that are declined like adjectives: `Verdächtiger`, `Angestellter`, `Studierender`.
const NOMINALISED_ENDINGS: &[&str] = &["iger", "licher", "ischer", "ierter", "ellter", "ender", "eter"];

/// The form of `term` that `word` is, if it is one.
pub(super) fn form(term: &str, word: &str, case: CaseMatch) -> Option<Form> {
    if !case_agrees(term, word, case) {
        return None;
    }
    let (lower_term, lower_word) = (term.to_lowercase(), word.to_lowercase());
    if lower_term == lower_word {
        return Some(Form::Base);
    }
    if lower_term.chars().count() < 3 {
        return None;
    }
    let noun_form = lower_word.strip_prefix(&lower_term).and_then(|ending| match ending {
        "s" | "es" | "ses" | "ns" | "ens" => Some(Form::WithS),
        "n" | "en" => Some(Form::WithN),
        _ if PLURAL_ENDINGS.contains(&ending) => Some(Form::Plural),
        _ => None,
    });
    noun_form.or_else(|| adjective_form(&lower_term, &lower_word)).or_else(|| {
        let is_plural = has_exchanged_ending(&lower_term, &lower_word) || has_umlaut(&lower_term, &lower_word);
        is_plural.then_some(Form::Plural)
    })
}

/// The form of an adjective, alone or in a term of several words: `Freie Wähler`, `Freien Wählern`.
fn adjective_form(term: &str, word: &str) -> Option<Form> {
    let is_adjective = term.ends_with('e') || NOMINALISED_ENDINGS.iter().any(|ending| term.ends_with(ending));
    let stem = ["er", "e"].iter().find_map(|ending| term.strip_suffix(ending)).filter(|_| is_adjective)?;
    word.strip_prefix(stem).filter(|ending| ADJECTIVE_ENDINGS.contains(ending))?;
    Some(if term.ends_with('e') && word.ends_with('n') { Form::WithN } else { Form::Other })
}

/// True for plurals such as `Firmen`, `Museen`, `Viren`.
fn has_exchanged_ending(term: &str, word: &str) -> bool {
    let stem = ["us", "um", "a", "on"].iter().find_map(|ending| term.strip_suffix(ending));
    stem.is_some_and(|stem| stem.len() > 2 && word.strip_prefix(stem) == Some("en"))
}

/// True if `word` is `term` with an umlaut for its last vowel, with a plural ending or without.
fn has_umlaut(term: &str, word: &str) -> bool {
    let Some((last_vowel_start, vowel)) =
        term.char_indices().rev().find(|(_, letter)| matches!(letter, 'a' | 'o' | 'u'))
    else {
        return false;
    };
    // In `Haus` the `a` changes.
    let vowel_start =
        if vowel == 'u' && term[..last_vowel_start].ends_with('a') { last_vowel_start - 1 } else { last_vowel_start };
    let umlaut = match term[vowel_start..].chars().next() {
        Some('a') => "ä",
        Some('o') => "ö",
        _ => "ü",
    };
    let umlauted_term = [&term[..vowel_start], umlaut, &term[vowel_start + 1..]].concat();
    let ending = word.strip_prefix(&umlauted_term);
    ending.is_some_and(|ending| matches!(ending, "" | "n" | "en") || PLURAL_ENDINGS.contains(&ending))
}

/// True if the case of `word` allows it to be a form of `term`: `Essen` is a town, `essen` is not.
fn case_agrees(term: &str, word: &str, case: CaseMatch) -> bool {
    let has_same_capitals = || {
        let mut letters = term.chars().zip(word.chars());
        letters.all(|(of_term, of_word)| of_term.is_uppercase() == of_word.is_uppercase())
    };
    let is_all_capitals = || word.chars().filter(|letter| letter.is_alphabetic()).all(char::is_uppercase);
    match case {
        CaseMatch::Any => true,
        CaseMatch::Exact => has_same_capitals(),
        CaseMatch::ExactOrCapitals => has_same_capitals() || is_all_capitals(),
    }
}

/// Words before a noun that is singular whatever its ending.
const SINGULAR_DETERMINERS: &[&str] = &[
    "des", "dem", "eines", "einem", "einen", "ihres", "seines", "ihrem", "seinem", "ihren", "seinen", "dieses",
    "diesem", "diesen", "jedem", "jeden", "jedes", "im", "am", "vom", "zum", "beim", "kein", "keinem", "keinen",
    "keines",
];

/// True if a word of this form is a plural, as far as can be told. `before` are the words before it, the nearest first.
pub(super) fn is_plural<'a>(form: Form, mut before: impl Iterator<Item = &'a str>) -> bool {
    match form {
        Form::Base | Form::Other => false,
        Form::Plural => true,
        Form::WithS | Form::WithN => !before.any(|word| SINGULAR_DETERMINERS.contains(&word.to_lowercase().as_str())),
    }
}

/// The English of a term.
pub(super) struct EnglishTerm<'a>(pub(super) &'a str);

impl EnglishTerm<'_> {
    /// The regular plural. Names and what already ends in `s` stay as they are.
    pub(super) fn plural(&self) -> String {
        let term = self.0;
        let last_word = term.rsplit([' ', '-']).next().unwrap_or_default();
        if last_word.starts_with(char::is_uppercase) || last_word.ends_with('s') || last_word.is_empty() {
            return term.to_owned();
        }
        let vowel_before_y = last_word.chars().rev().nth(1).is_some_and(|letter| "aeiou".contains(letter));
        if let Some(stem) = term.strip_suffix('y').filter(|_| !vowel_before_y) {
            return format!("{stem}ies");
        }
        if let Some(stem) = term.strip_suffix("man").filter(|_| last_word != "human") {
            return format!("{stem}men");
        }
        let is_sibilant = ["x", "z", "ch", "sh"].iter().any(|ending| last_word.ends_with(ending));
        format!("{term}{}", if is_sibilant { "es" } else { "s" })
    }

    /// True if `english` has the term as whole words, in singular or plural. A possessive `'s` may follow.
    pub(super) fn is_in(&self, english: &str, case: CaseMatch) -> bool {
        let normalised = |english: &str| {
            let spaced = english.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'");
            if case == CaseMatch::Any { spaced.to_lowercase() } else { spaced }
        };
        let normalised_english = normalised(english);
        [normalised(self.0), normalised(&self.plural())].iter().any(|term| {
            normalised_english.match_indices(term.as_str()).any(|(term_start, _)| {
                let after_term = &normalised_english[term_start + term.len()..];
                let after_possessive = after_term.strip_prefix("'s").unwrap_or(after_term);
                !term.is_empty()
                    && !normalised_english[..term_start].ends_with(char::is_alphanumeric)
                    && !after_possessive.starts_with(char::is_alphanumeric)
            })
        })
    }
}

/// True if `text` has a word.
pub(super) fn has_word(text: &str) -> bool {
    words(text).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_forms_are_recognised_and_other_words_are_not() {
        for (term, word, wanted) in [
            ("Landrat", "Landrat", Some(Form::Base)),
            ("Landrat", "Landrates", Some(Form::WithS)),
            ("Landrat", "Landräten", Some(Form::Plural)),
            ("Landrat", "Landratsamt", None),
            ("Haus", "Häuser", Some(Form::Plural)),
            ("Haus", "Häusern", Some(Form::Plural)),
            ("Mutter", "Mütter", Some(Form::Plural)),
            ("Wärmepumpe", "Wärmepumpen", Some(Form::WithN)),
            ("Ministerin", "Ministerinnen", Some(Form::Plural)),
            ("Firma", "Firmen", Some(Form::Plural)),
            ("Museum", "Museen", Some(Form::Plural)),
            ("Verdächtiger", "Verdächtigen", Some(Form::Other)),
            ("Lehrer", "Lehre", None),
            ("Lehrer", "Lehrern", Some(Form::WithN)),
            ("Freie", "Freien", Some(Form::WithN)),
            ("EU", "EUs", None),
            ("THW", "thw", None),
            ("essen", "Essen", None),
            ("Essen", "essen", None),
            ("Essen", "ESSEN", Some(Form::Base)),
        ] {
            assert_eq!(form(term, word, CaseMatch::ExactOrCapitals), wanted, "{term} {word}");
        }
        assert_eq!(form("Landrat", "LANDRAT", CaseMatch::Exact), None);
        assert_eq!(form("Landrat", "Landräte", CaseMatch::Exact), Some(Form::Plural));
    }

    #[test]
    fn english_terms_are_recognised_in_both_numbers() {
        for (term, text, wanted) in [
            ("lay judge", "Two lay judges slept.", true),
            ("municipal utility", "The municipal utilities", true),
            ("public prosecutor's office", "The public prosecutor’s office", true),
            ("suspect", "They suspected nothing.", false),
            ("mayor", "The Mayor said", true),
            ("mayor", "The mayor's house", true),
        ] {
            assert_eq!(EnglishTerm(term).is_in(text, CaseMatch::Any), wanted, "{term} {text}");
        }
        for (term, wanted) in [
            ("heat pump", "heat pumps"),
            ("utility", "utilities"),
            ("survey", "surveys"),
            ("business", "business"),
            ("tax", "taxes"),
            ("ombudsman", "ombudsmen"),
            ("Free Voters", "Free Voters"),
        ] {
            assert_eq!(EnglishTerm(term).plural(), wanted);
        }
    }
}
